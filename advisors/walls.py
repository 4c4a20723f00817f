"""The database's own walls, as steps of migrations: rows stay inside their firm, and triggers refuse the rest."""

from django.db.migrations import RunSQL


def allow_same_firm_children(*, table: str) -> RunSQL:
    """Return the migration step that lets other rows point at `table` by its id and firm together."""
    name = f"{table}_id_firm"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (id, firm_id)",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def require_same_firm(*, table: str, column: str, parent: str) -> RunSQL:
    """Return the migration step that refuses a row of `table` whose parent is of another firm.

    A plain foreign key looks past row-level security: firm A's row could point at firm B's client.
    """
    name = f"{table}_{column}_same_firm"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, firm_id)"
        f" REFERENCES {parent} (id, firm_id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def add_function(*, name: str, body: str) -> RunSQL:
    """Return the migration step that adds a function for triggers; `body` is PL/pgSQL."""
    return RunSQL(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n{body.strip()} $$",
        f"DROP FUNCTION {name}",
    )


def guard_rows(*, table: str, trigger: str, on: str, function: str) -> RunSQL:
    """Return the migration step that puts each row to `function` before it is written; `on` as UPDATE OR DELETE."""
    return _add_trigger(table=table, trigger=trigger, on=on, each="ROW", function=function)


def refuse_truncate(*, table: str, function: str) -> RunSQL:
    """Return the migration step that lets nobody empty the table at once; `function` refuses."""
    return _add_trigger(
        table=table, trigger="refuse_truncate", on="TRUNCATE", each="STATEMENT", function=function
    )


def _add_trigger(*, table: str, trigger: str, on: str, each: str, function: str) -> RunSQL:
    return RunSQL(
        f"CREATE TRIGGER {trigger} BEFORE {on} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()",
        f"DROP TRIGGER {trigger} ON {table}",
    )
