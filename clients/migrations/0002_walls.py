from django.db import migrations

from advisors.tenancy import allow_same_firm_children, require_same_firm

FACT_TABLES = [
    "clients_client",
    "clients_plan",
    "clients_planprovision",
    "clients_subaccount",
    "clients_contributionrecord",
    "clients_subaccountstatement",
    "clients_irabalance",
]

KEEP_CORRECTIONS = """
CREATE FUNCTION clients_keep_correction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    context text := nullif(current_setting('pghistory.context_metadata', true), '');
BEGIN
    IF NOT EXISTS (
        SELECT FROM clients_reliance WHERE fact_table = TG_TABLE_NAME AND fact_id = OLD.id
    ) THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A letter rests on this fact: it cannot be deleted.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_under_a_letter';
    END IF;
    IF NEW IS DISTINCT FROM OLD AND coalesce(trim(context::jsonb ->> 'reason'), '') = '' THEN
        RAISE EXCEPTION 'A letter rests on this fact: a change needs a reason.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_has_a_reason';
    END IF;
    RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    """Rows stay inside their firm, and a fact under a letter changes only with a reason."""

    dependencies = [("clients", "0001_initial")]

    operations = [
        *(
            allow_same_firm_children(table=table)
            for table in (
                "clients_client",
                "clients_plan",
                "clients_subaccount",
                "clients_subaccountstatement",
            )
        ),
        require_same_firm(table="clients_plan", column="client_id", parent="clients_client"),
        require_same_firm(table="clients_planprovision", column="plan_id", parent="clients_plan"),
        require_same_firm(table="clients_subaccount", column="plan_id", parent="clients_plan"),
        require_same_firm(table="clients_subaccount", column="participant_id", parent="clients_client"),
        require_same_firm(table="clients_contributionrecord", column="plan_id", parent="clients_plan"),
        require_same_firm(
            table="clients_contributionrecord", column="participant_id", parent="clients_client"
        ),
        require_same_firm(
            table="clients_subaccountstatement", column="subaccount_id", parent="clients_subaccount"
        ),
        require_same_firm(table="clients_irabalance", column="client_id", parent="clients_client"),
        migrations.RunSQL(KEEP_CORRECTIONS, "DROP FUNCTION clients_keep_correction"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER keep_correction BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION clients_keep_correction()",
                f"DROP TRIGGER keep_correction ON {table}",
            )
            for table in FACT_TABLES
        ),
    ]
