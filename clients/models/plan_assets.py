import pghistory
from django.db import models

from clients.models.columns import FirmOwned, amount_column, amounts_bounded
from clients.models.plan import Plan


@pghistory.track()
class PlanAssets(FirmOwned):
    """What one plan held in all on the last day of a year, for every participant and source (Form 5500-EZ)."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="assets")
    year = models.PositiveSmallIntegerField()
    value = amount_column("assets at the year's end")
    is_final_year = models.BooleanField("the plan's final year", default=False)

    class Meta:
        ordering = ["plan", "-year"]
        verbose_name = "plan assets"
        verbose_name_plural = "plan assets"
        constraints = [
            models.UniqueConstraint(
                name="plan_assets_once_a_year",
                fields=["plan", "year"],
                violation_error_message="This plan already has its assets for that year.",
            ),
            models.CheckConstraint(
                name="plan_assets_year_bounded", condition=models.Q(year__gte=2000, year__lte=2100)
            ),
            amounts_bounded(name="plan_assets_bounded", columns=["value"]),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.year}"
