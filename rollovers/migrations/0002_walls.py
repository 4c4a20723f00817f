from django.db import migrations

from advisors.tenancy import allow_same_firm_children, require_same_firm

ISSUED_TABLES = ["rollovers_rolloverrequest", "rollovers_disbursement", "rollovers_letter"]

REFUSE_CHANGE = """
CREATE FUNCTION rollovers_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'An issued letter is never changed or deleted; a correction supersedes it.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


class Migration(migrations.Migration):
    """Rows stay inside their firm, and what was issued stays as it was issued, whoever tries to change it."""

    dependencies = [("rollovers", "0001_initial"), ("clients", "0002_walls")]

    operations = [
        *(
            allow_same_firm_children(table=table)
            for table in ("rollovers_rolloverrequest", "rollovers_letter")
        ),
        *(
            require_same_firm(table="rollovers_rolloverrequest", column=column, parent=parent)
            for column, parent in (
                ("plan_id", "clients_plan"),
                ("participant_id", "clients_client"),
                ("subaccount_id", "clients_subaccount"),
                ("statement_id", "clients_subaccountstatement"),
            )
        ),
        require_same_firm(
            table="rollovers_disbursement", column="request_id", parent="rollovers_rolloverrequest"
        ),
        require_same_firm(table="rollovers_letter", column="request_id", parent="rollovers_rolloverrequest"),
        require_same_firm(table="rollovers_letter", column="supersedes_id", parent="rollovers_letter"),
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION rollovers_refuse_change"),
        *(
            step
            for table in ISSUED_TABLES
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
    ]
