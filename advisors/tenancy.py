"""The database's own wall between firms, for migrations: a row and its parent belong to one firm."""

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
