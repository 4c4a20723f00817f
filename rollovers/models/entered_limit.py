import pghistory
from django.db import models

from clients.models.columns import FirmOwned, amount_column
from law.words import LimitKind


@pghistory.track()
class EnteredLimit(FirmOwned):
    """A figure from law that the project does not ship yet, entered by the firm with its source. Dollars.

    A figure that the project ships always comes first.
    """

    kind = models.CharField("limit", max_length=30, choices=LimitKind.choices)
    year = models.PositiveSmallIntegerField()
    amount = amount_column("dollars")
    source = models.CharField(
        "published in", max_length=120, help_text="The notice that published it, as in Notice 2025-67."
    )

    class Meta:
        ordering = ["-year", "kind"]
        verbose_name = "limit entered by the firm"
        verbose_name_plural = "limits entered by the firm"
        constraints = [
            models.UniqueConstraint(
                name="entered_limit_once_a_year",
                fields=["firm", "kind", "year"],
                violation_error_message="The firm has entered that limit for that year already.",
            ),
            models.CheckConstraint(
                name="entered_limit_kind_known", condition=models.Q(kind__in=LimitKind.values)
            ),
            models.CheckConstraint(
                name="entered_limit_year_bounded", condition=models.Q(year__gte=2000, year__lte=2100)
            ),
            models.CheckConstraint(
                name="entered_limit_bounded", condition=models.Q(amount__gt=0, amount__lte=10_000_000)
            ),
            models.CheckConstraint(name="entered_limit_has_a_source", condition=~models.Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year}"
