from django.db import migrations

from advisors.walls import (
    add_function,
    allow_same_firm_children,
    guard_rows,
    refuse_truncate,
    require_same_firm,
)

FACTS = [
    "client",
    "contributionrecord",
    "irabalance",
    "plan",
    "planassets",
    "planprovision",
    "subaccount",
    "subaccountmovement",
    "subaccountstatement",
]

KEEP_CORRECTION = """
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
END
"""

REFUSE_CHANGE = """
BEGIN
    RAISE EXCEPTION 'What a letter rests on is never changed or deleted.'
        USING ERRCODE = 'integrity_constraint_violation';
END
"""


class Migration(migrations.Migration):
    """Rows stay inside their firm; a fact under a letter changes only with a reason, and what rests on it is known.

    Without its reliance a fact under a letter could change in silence, so a reliance stays; and so does history.
    """

    dependencies = [("clients", "0001_initial"), ("advisors", "0002_walls")]

    operations = [
        *(
            allow_same_firm_children(table=f"clients_{table}")
            for table in ("client", "plan", "subaccount", "subaccountmovement", "subaccountstatement")
        ),
        *(
            require_same_firm(table=f"clients_{table}", column=f"{column}_id", parent=f"clients_{parent}")
            for table, column, parent in (
                ("plan", "client", "client"),
                ("planprovision", "plan", "plan"),
                ("planassets", "plan", "plan"),
                ("subaccount", "plan", "plan"),
                ("subaccount", "participant", "client"),
                ("contributionrecord", "plan", "plan"),
                ("contributionrecord", "participant", "client"),
                ("subaccountmovement", "subaccount", "subaccount"),
                ("subaccountstatement", "subaccount", "subaccount"),
                ("irabalance", "client", "client"),
            )
        ),
        add_function(name="clients_keep_correction", body=KEEP_CORRECTION),
        *(
            guard_rows(
                table=f"clients_{fact}",
                trigger="keep_correction",
                on="UPDATE OR DELETE",
                function="clients_keep_correction",
            )
            for fact in FACTS
        ),
        *(
            refuse_truncate(table=f"clients_{fact}event", function="advisors_refuse_loss_of_history")
            for fact in FACTS
        ),
        add_function(name="clients_refuse_change", body=REFUSE_CHANGE),
        guard_rows(
            table="clients_reliance",
            trigger="refuse_change",
            on="UPDATE OR DELETE",
            function="clients_refuse_change",
        ),
        refuse_truncate(table="clients_reliance", function="clients_refuse_change"),
    ]
