from django.db import migrations

from advisors.tenancy import allow_same_firm_children

KEEP_HISTORY = """
CREATE FUNCTION advisors_refuse_loss_of_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'History is only added to.' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

# One request adds to its own context as it goes; what a context already says stays.
KEEP_CONTEXT = """
CREATE FUNCTION advisors_keep_context() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.id <> OLD.id OR NOT NEW.metadata @> OLD.metadata THEN
        RAISE EXCEPTION 'History is only added to.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""

TABLES = ["advisors_firmevent", "advisors_advisorevent", "pghistory_context"]


class Migration(migrations.Migration):
    """Who wrote what, when and why is only added to, by the tables' owner too."""

    dependencies = [("advisors", "0002_cache_table"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [
        allow_same_firm_children(table="advisors_advisor"),
        migrations.RunSQL(KEEP_HISTORY, "DROP FUNCTION advisors_refuse_loss_of_history"),
        migrations.RunSQL(KEEP_CONTEXT, "DROP FUNCTION advisors_keep_context"),
        migrations.RunSQL(
            "CREATE TRIGGER keep_context BEFORE UPDATE OR DELETE ON pghistory_context"
            " FOR EACH ROW EXECUTE FUNCTION advisors_keep_context()",
            "DROP TRIGGER keep_context ON pghistory_context",
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION advisors_refuse_loss_of_history()",
                f"DROP TRIGGER refuse_truncate ON {table}",
            )
            for table in TABLES
        ),
    ]
