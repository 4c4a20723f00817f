from django.db import migrations

REFUSE_CHANGE = """
CREATE FUNCTION clients_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What a letter rests on is never changed or deleted.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


EVENT_TABLES = [
    f"clients_{fact}event"
    for fact in (
        "client",
        "contributionrecord",
        "irabalance",
        "plan",
        "planprovision",
        "subaccount",
        "subaccountstatement",
    )
]


class Migration(migrations.Migration):
    """Without its reliance a fact under a letter could change in silence, so a reliance stays; and so does history."""

    dependencies = [("clients", "0002_walls"), ("advisors", "0003_history_is_kept")]

    operations = [
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION clients_refuse_change"),
        migrations.RunSQL(
            "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON clients_reliance"
            " FOR EACH ROW EXECUTE FUNCTION clients_refuse_change()",
            "DROP TRIGGER refuse_change ON clients_reliance",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON clients_reliance"
            " FOR EACH STATEMENT EXECUTE FUNCTION clients_refuse_change()",
            "DROP TRIGGER refuse_truncate ON clients_reliance",
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION advisors_refuse_loss_of_history()",
                f"DROP TRIGGER refuse_truncate ON {table}",
            )
            for table in EVENT_TABLES
        ),
    ]
