import pghistory
from django.db import models

from clients.models.client import Client
from clients.models.columns import FirmOwned, amount_column, amounts_bounded
from clients.models.plan import Plan

CONTRIBUTION_COLUMNS = [
    "pretax_deferrals",
    "roth_deferrals",
    "catch_up",
    "employer",
    "after_tax",
    "forfeitures",
    "deferrals_elsewhere",
]


@pghistory.track()
class ContributionRecord(FirmOwned):
    """What was earned and put in for one participant of one plan in one year. Amounts are dollars."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="contribution_records")
    participant = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contribution_records")
    year = models.PositiveSmallIntegerField()
    net_profit = amount_column("net profit", help_text="Schedule C, before the deduction of half of SE tax.")
    other_social_security_wages = amount_column("other social security wages")
    compensation = amount_column("compensation", help_text="Box 1 wages plus pretax deferrals.")
    pretax_deferrals = amount_column("pretax elective deferrals", help_text="Without catch-up.")
    roth_deferrals = amount_column("designated Roth deferrals", help_text="Without catch-up.")
    catch_up = amount_column("catch-up")
    employer = amount_column("employer contribution")
    after_tax = amount_column("after-tax contributions")
    after_tax_date = models.DateField("last after-tax deposit", blank=True, null=True)
    forfeitures = amount_column("forfeitures")
    deferrals_elsewhere = amount_column("deferrals at unrelated employers")

    class Meta:
        ordering = ["plan", "-year"]
        constraints = [
            models.UniqueConstraint(
                name="contributions_once_a_year",
                fields=["plan", "participant", "year"],
                violation_error_message="This plan already has a record for that year.",
            ),
            models.CheckConstraint(
                name="contributions_year_bounded", condition=models.Q(year__gte=2000, year__lte=2100)
            ),
            amounts_bounded(
                name="contributions_bounded",
                columns=["other_social_security_wages", "compensation", *CONTRIBUTION_COLUMNS],
            ),
            # A Schedule C may show a loss.
            models.CheckConstraint(
                name="contributions_net_profit_bounded",
                condition=models.Q(net_profit__gte=-999_999_999, net_profit__lte=999_999_999),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}"
