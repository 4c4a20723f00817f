import pghistory
from django.db import models

from clients.models.client import Client
from clients.models.columns import FirmOwned, amount_column, amounts_bounded, one_of
from law.words import IraKind


@pghistory.track()
class IraBalance(FirmOwned):
    """The value of a client's IRAs of one kind on 31 December, with the basis from Form 8606."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="ira_balances")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=IraKind.choices, default=IraKind.TRADITIONAL.value)
    value = amount_column("value on 31 December")
    basis = amount_column(
        "basis before the year's distributions and conversions", help_text="Form 8606, line 3."
    )
    distributions = amount_column("distributions in the year", help_text="Without conversions and rollovers.")
    conversions = amount_column("conversions to a Roth IRA in the year")

    class Meta:
        ordering = ["client", "-year", "kind"]
        verbose_name = "IRA balance"
        constraints = [
            models.UniqueConstraint(
                name="ira_balance_once_a_year_and_kind",
                fields=["client", "year", "kind"],
                violation_error_message="That kind of IRA already has a value for that year.",
            ),
            models.CheckConstraint(
                name="ira_balance_year_bounded", condition=models.Q(year__gte=2000, year__lte=2100)
            ),
            one_of(name="ira_balance_kind_known", column="kind", choices=IraKind),
            amounts_bounded(
                name="ira_balance_bounded", columns=["value", "basis", "distributions", "conversions"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"
