from django.db import migrations

from advisors.walls import (
    add_function,
    allow_same_firm_children,
    guard_rows,
    refuse_truncate,
    require_same_firm,
)

APPEND_ONLY = [
    "caseevent",
    "disbursement",
    "evidence",
    "letter",
    "letterdocument",
    "paiddisbursement",
    "payment",
    "rolloverrequest",
]
TRACKED = ["enteredlimit", "receivedform", "wording"]

REFUSE_CHANGE = """
BEGIN
    RAISE EXCEPTION 'An issued letter is never changed or deleted; a correction supersedes it.'
        USING ERRCODE = 'integrity_constraint_violation';
END
"""

REFUSE_CHANGE_OF_ACKNOWLEDGEMENT = """
BEGIN
    RAISE EXCEPTION 'What was acknowledged stays as it was acknowledged.'
        USING ERRCODE = 'integrity_constraint_violation';
END
"""

LINK_CHAIN = """
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
END
"""


class Migration(migrations.Migration):
    """Rows stay inside their firm; what was issued or acknowledged stays as it was; events form one chain a firm."""

    dependencies = [("rollovers", "0001_initial"), ("clients", "0002_walls")]

    operations = [
        *(
            allow_same_firm_children(table=f"rollovers_{table}")
            for table in ("batch", "disbursement", "letter", "payment", "rolloverrequest")
        ),
        *(
            require_same_firm(table=f"rollovers_{table}", column=f"{column}_id", parent=parent)
            for table, column, parent in (
                ("rolloverrequest", "plan", "clients_plan"),
                ("rolloverrequest", "participant", "clients_client"),
                ("rolloverrequest", "subaccount", "clients_subaccount"),
                ("rolloverrequest", "statement", "clients_subaccountstatement"),
                ("rolloverrequest", "created_by", "advisors_advisor"),
                ("disbursement", "request", "rollovers_rolloverrequest"),
                ("letter", "request", "rollovers_rolloverrequest"),
                ("letter", "supersedes", "rollovers_letter"),
                ("letter", "issued_by", "advisors_advisor"),
                ("letterdocument", "letter", "rollovers_letter"),
                ("caseevent", "letter", "rollovers_letter"),
                ("caseevent", "recorded_by", "advisors_advisor"),
                ("payment", "letter", "rollovers_letter"),
                ("payment", "movement", "clients_subaccountmovement"),
                ("payment", "recorded_by", "advisors_advisor"),
                ("paiddisbursement", "payment", "rollovers_payment"),
                ("paiddisbursement", "disbursement", "rollovers_disbursement"),
                ("evidence", "letter", "rollovers_letter"),
                ("evidence", "added_by", "advisors_advisor"),
                ("receivedform", "letter", "rollovers_letter"),
                ("statementacknowledgement", "statement", "clients_subaccountstatement"),
                ("statementacknowledgement", "acknowledged_by", "advisors_advisor"),
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
        add_function(name="rollovers_refuse_change", body=REFUSE_CHANGE),
        add_function(
            name="rollovers_refuse_change_of_acknowledgement", body=REFUSE_CHANGE_OF_ACKNOWLEDGEMENT
        ),
        *(
            step
            for table, function in (
                *((table, "rollovers_refuse_change") for table in APPEND_ONLY),
                ("statementacknowledgement", "rollovers_refuse_change_of_acknowledgement"),
            )
            for step in (
                guard_rows(
                    table=f"rollovers_{table}",
                    trigger="refuse_change",
                    on="UPDATE OR DELETE",
                    function=function,
                ),
                refuse_truncate(table=f"rollovers_{table}", function=function),
            )
        ),
        add_function(name="rollovers_link_chain", body=LINK_CHAIN),
        guard_rows(
            table="rollovers_caseevent",
            trigger="link_chain",
            on="INSERT",
            function="rollovers_link_chain",
        ),
        *(
            refuse_truncate(table=f"rollovers_{table}event", function="advisors_refuse_loss_of_history")
            for table in TRACKED
        ),
    ]
