import json
from collections.abc import Callable
from typing import Any

from django.db import migrations

from advisors.encryption import decrypt, encrypt
from advisors.tenancy import allow_same_firm_children, require_same_firm

APPEND_ONLY = [
    "rollovers_caseevent",
    "rollovers_evidence",
    "rollovers_letterdocument",
    "rollovers_paiddisbursement",
    "rollovers_payment",
]

LINK_CHAIN = """
CREATE FUNCTION rollovers_link_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head record;
BEGIN
    SELECT position, sha256 INTO head FROM rollovers_caseevent
        WHERE firm_id = NEW.firm_id ORDER BY position DESC LIMIT 1;
    IF NEW.position <> coalesce(head.position, 0) + 1
        OR NEW.previous_sha256 <> coalesce(head.sha256, '')
        OR NEW.sha256 <> encode(sha256(convert_to(NEW.previous_sha256 || NEW.content_sha256, 'UTF8')), 'hex')
    THEN
        RAISE EXCEPTION 'An event is the next of its firm''s chain, and hashes the one before it.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

# Tables that hold an account number or a letter, and the triggers that would keep them as they were.
ENCRYPTED_TEXTS = [
    ("clients_subaccount", "id", "account_number"),
    ("clients_subaccountevent", "pgh_id", "account_number"),
    ("rollovers_disbursement", "id", "account_number"),
]


def _rewrite(editor: Any, *, table: str, key: str, column: str, change: Callable[[Any], Any]) -> None:
    """Change one column of every row, past the triggers that keep issued letters and history as they are."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"SELECT {key} FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608
        for (number,) in cursor.fetchall():  # one document at a time in memory, however many there are
            cursor.execute(f"SELECT {column} FROM {table} WHERE {key} = %s", [number])  # noqa: S608
            (value,) = cursor.fetchone()
            cursor.execute(
                f"UPDATE {table} SET {column} = %s WHERE {key} = %s",  # noqa: S608
                [change(value), number],
            )
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def encrypt_columns(apps: Any, editor: Any) -> None:
    _change_columns(editor, change=lambda content: encrypt(content=content))


def decrypt_columns(apps: Any, editor: Any) -> None:
    _change_columns(editor, change=lambda token: decrypt(token=token))


def _change_columns(editor: Any, *, change: Callable[[bytes], bytes]) -> None:
    def change_text(text: str) -> str:
        return change(text.encode()).decode() if text else text

    def change_snapshots(inputs: Any) -> str:
        """The facts kept with a letter hold an account number as the fact's own table does."""
        inputs = json.loads(inputs) if isinstance(inputs, str) else inputs
        for fact in inputs.get("facts", []):
            if fact.get("values", {}).get("account_number"):
                fact["values"]["account_number"] = change_text(fact["values"]["account_number"])
        return json.dumps(inputs)

    for table, key, column in ENCRYPTED_TEXTS:
        _rewrite(editor, table=table, key=key, column=column, change=change_text)
    letters = {"table": "rollovers_letter", "key": "id"}
    _rewrite(editor, **letters, column="pdf", change=lambda content: change(bytes(content)))
    _rewrite(editor, **letters, column="inputs", change=change_snapshots)


class Migration(migrations.Migration):
    """The new rows stay inside their firm; events form one chain a firm; account numbers and letters are encrypted."""

    dependencies = [("rollovers", "0006_life_of_letters")]

    operations = [
        migrations.RunPython(encrypt_columns, decrypt_columns),
        *(
            allow_same_firm_children(table=table)
            for table in (
                "clients_subaccountmovement",
                "rollovers_batch",
                "rollovers_disbursement",
                "rollovers_payment",
            )
        ),
        *(
            require_same_firm(table=f"rollovers_{table}", column=f"{column}_id", parent=parent)
            for table, column, parent in (
                ("caseevent", "letter", "rollovers_letter"),
                ("caseevent", "recorded_by", "advisors_advisor"),
                ("letterdocument", "letter", "rollovers_letter"),
                ("payment", "letter", "rollovers_letter"),
                ("payment", "movement", "clients_subaccountmovement"),
                ("payment", "recorded_by", "advisors_advisor"),
                ("paiddisbursement", "payment", "rollovers_payment"),
                ("paiddisbursement", "disbursement", "rollovers_disbursement"),
                ("evidence", "letter", "rollovers_letter"),
                ("evidence", "added_by", "advisors_advisor"),
                ("rolloverdraft", "plan", "clients_plan"),
                ("rolloverdraft", "participant", "clients_client"),
                ("rolloverdraft", "supersedes", "rollovers_letter"),
                ("rolloverdraft", "saved_by", "advisors_advisor"),
                ("batch", "created_by", "advisors_advisor"),
                ("batchitem", "batch", "rollovers_batch"),
                ("batchitem", "plan", "clients_plan"),
                ("batchitem", "participant", "clients_client"),
                ("batchitem", "letter", "rollovers_letter"),
            )
        ),
        *(
            step
            for table in APPEND_ONLY
            for step in (
                migrations.RunSQL(
                    f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table}"
                    " FOR EACH ROW EXECUTE FUNCTION rollovers_refuse_change()",
                    f"DROP TRIGGER refuse_change ON {table}",
                ),
                migrations.RunSQL(
                    f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table}"
                    " FOR EACH STATEMENT EXECUTE FUNCTION rollovers_refuse_change()",
                    f"DROP TRIGGER refuse_truncate ON {table}",
                ),
            )
        ),
        migrations.RunSQL(LINK_CHAIN, "DROP FUNCTION rollovers_link_chain"),
        migrations.RunSQL(
            "CREATE TRIGGER link_chain BEFORE INSERT ON rollovers_caseevent"
            " FOR EACH ROW EXECUTE FUNCTION rollovers_link_chain()",
            "DROP TRIGGER link_chain ON rollovers_caseevent",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON rollovers_wordingevent"
            " FOR EACH STATEMENT EXECUTE FUNCTION advisors_refuse_loss_of_history()",
            "DROP TRIGGER refuse_truncate ON rollovers_wordingevent",
        ),
    ]
