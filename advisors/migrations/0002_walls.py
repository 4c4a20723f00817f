from django.db import migrations

from advisors.walls import add_function, allow_same_firm_children, guard_rows, refuse_truncate

# In it sign-in attempts are counted across processes. Django's cache writes it, no model does.
CACHE = """
CREATE TABLE advisors_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX advisors_cache_expires ON advisors_cache (expires);
"""

REFUSE_LOSS_OF_HISTORY = """
BEGIN
    RAISE EXCEPTION 'History is only added to.' USING ERRCODE = 'integrity_constraint_violation';
END
"""

# One request adds to its own context as it goes; what a context already says stays.
KEEP_CONTEXT = """
BEGIN
    IF TG_OP = 'DELETE' OR NEW.id <> OLD.id OR NOT NEW.metadata @> OLD.metadata THEN
        RAISE EXCEPTION 'History is only added to.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
"""

HISTORY_TABLES = ["advisors_advisorevent", "advisors_firmevent", "pghistory_context"]


class Migration(migrations.Migration):
    """Who wrote what, when and why is only added to, by the tables' owner too."""

    dependencies = [("advisors", "0001_initial"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [
        migrations.RunSQL(CACHE, "DROP TABLE advisors_cache"),
        allow_same_firm_children(table="advisors_advisor"),
        add_function(name="advisors_refuse_loss_of_history", body=REFUSE_LOSS_OF_HISTORY),
        add_function(name="advisors_keep_context", body=KEEP_CONTEXT),
        guard_rows(
            table="pghistory_context",
            trigger="keep_context",
            on="UPDATE OR DELETE",
            function="advisors_keep_context",
        ),
        *(
            refuse_truncate(table=table, function="advisors_refuse_loss_of_history")
            for table in HISTORY_TABLES
        ),
    ]
