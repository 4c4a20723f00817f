from django.db import migrations

from advisors.tenancy import require_same_firm

REFUSE_CHANGE = """
CREATE FUNCTION rollovers_refuse_change_of_acknowledgement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was acknowledged stays as it was acknowledged.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
TRACKED = ["enteredlimit", "receivedform"]


class Migration(migrations.Migration):
    """The new rows stay inside their firm; an acknowledgement is never changed; history is kept."""

    dependencies = [("rollovers", "0004_full_rulebook"), ("clients", "0005_walls_of_new_facts")]

    operations = [
        require_same_firm(table="rollovers_receivedform", column="letter_id", parent="rollovers_letter"),
        require_same_firm(
            table="rollovers_statementacknowledgement",
            column="statement_id",
            parent="clients_subaccountstatement",
        ),
        require_same_firm(
            table="rollovers_statementacknowledgement",
            column="acknowledged_by_id",
            parent="advisors_advisor",
        ),
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION rollovers_refuse_change_of_acknowledgement"),
        migrations.RunSQL(
            "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON rollovers_statementacknowledgement"
            " FOR EACH ROW EXECUTE FUNCTION rollovers_refuse_change_of_acknowledgement()",
            "DROP TRIGGER refuse_change ON rollovers_statementacknowledgement",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON rollovers_statementacknowledgement"
            " FOR EACH STATEMENT EXECUTE FUNCTION rollovers_refuse_change_of_acknowledgement()",
            "DROP TRIGGER refuse_truncate ON rollovers_statementacknowledgement",
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON rollovers_{table}event"
                " FOR EACH STATEMENT EXECUTE FUNCTION advisors_refuse_loss_of_history()",
                f"DROP TRIGGER refuse_truncate ON rollovers_{table}event",
            )
            for table in TRACKED
        ),
    ]
