from django.db import migrations

from advisors.tenancy import require_same_firm

NEW_FACTS = ["subaccountmovement", "planassets"]


class Migration(migrations.Migration):
    """The new facts stay inside their firm, change under a letter only with a reason, and keep their history."""

    dependencies = [("clients", "0004_full_rulebook")]

    operations = [
        require_same_firm(
            table="clients_subaccountmovement", column="subaccount_id", parent="clients_subaccount"
        ),
        require_same_firm(table="clients_planassets", column="plan_id", parent="clients_plan"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER keep_correction BEFORE UPDATE OR DELETE ON clients_{fact}"
                " FOR EACH ROW EXECUTE FUNCTION clients_keep_correction()",
                f"DROP TRIGGER keep_correction ON clients_{fact}",
            )
            for fact in NEW_FACTS
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON clients_{fact}event"
                " FOR EACH STATEMENT EXECUTE FUNCTION advisors_refuse_loss_of_history()",
                f"DROP TRIGGER refuse_truncate ON clients_{fact}event",
            )
            for fact in NEW_FACTS
        ),
    ]
