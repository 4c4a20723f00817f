import pghistory
from django.db import models

from clients.models.columns import FirmOwned, amount_column, amounts_bounded, dates_bounded
from clients.models.plan import Subaccount


@pghistory.track()
class SubaccountStatement(FirmOwned):
    """What the recordkeeper's statement says of the after-tax sub-account on one date. Amounts are dollars."""

    subaccount = models.ForeignKey(Subaccount, on_delete=models.PROTECT, related_name="statements")
    statement_date = models.DateField()
    basis = amount_column("basis", help_text="After-tax contributions not yet distributed or returned.")
    value = amount_column("value", help_text="Contributions and their earnings, after any loss.")
    plan_balance = amount_column(
        "whole vested balance without designated Roth",
        null=True,
        blank=True,
        help_text="Needed only where the plan does not separately account: every dollar is then pro-rated.",
    )
    pre_1987_basis = amount_column(
        "of which basis from before 1987", help_text="Practically never in a solo plan."
    )
    non_vested = amount_column("of which not vested")
    source_document = models.CharField(max_length=120)

    class Meta:
        ordering = ["subaccount", "-statement_date"]
        constraints = [
            models.UniqueConstraint(
                name="statement_once_a_date",
                fields=["subaccount", "statement_date"],
                violation_error_message="This sub-account already has a statement of that date.",
            ),
            dates_bounded(name="statement_date_bounded", columns=["statement_date"]),
            amounts_bounded(
                name="statement_amounts_bounded", columns=["basis", "value", "pre_1987_basis", "non_vested"]
            ),
            models.CheckConstraint(
                name="statement_plan_balance_bounded",
                condition=models.Q(plan_balance__isnull=True)
                | models.Q(plan_balance__gte=models.F("value"), plan_balance__lte=999_999_999),
                violation_error_message="The whole plan's balance cannot be less than the sub-account's value.",
            ),
            models.CheckConstraint(name="statement_has_a_source", condition=~models.Q(source_document="")),
        ]

    def __str__(self) -> str:
        return f"{self.statement_date}"
