import pghistory
from django.db import models

from clients.models.client import Client
from clients.models.columns import FirmOwned, amount_column, amounts_bounded, one_of
from clients.models.plan import Plan
from law.words import Aggregation, DeferralReading

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
    catch_up = amount_column("catch-up", help_text="All of it, pretax and Roth.")
    roth_catch_up = amount_column("of which Roth catch-up")
    prior_social_security_wages = amount_column(
        "box 3 wages of the year before", help_text="From this employer. Zero without a Form W-2."
    )
    employer = amount_column("employer contribution")
    after_tax = amount_column("after-tax contributions")
    after_tax_date = models.DateField("last after-tax deposit", blank=True, null=True)
    forfeitures = amount_column("forfeitures")
    deferrals_elsewhere = amount_column("deferrals at unrelated employers")
    deferral_reading = models.CharField(
        "deferrals over the limit",
        max_length=10,
        choices=DeferralReading.choices,
        default=DeferralReading.COUNTED.value,
    )
    aggregation = models.CharField(
        "plans that share the 415(c) limit",
        max_length=16,
        choices=Aggregation.choices,
        default=Aggregation.NOT_ASKED.value,
    )
    aggregated_additions = amount_column("annual additions in the plans that share the limit")
    aggregation_attested_by = models.CharField("attested by", max_length=120, blank=True)
    income_is_estimate = models.BooleanField("the income is an estimate", default=False)
    net_profit_low = amount_column("net profit, low estimate", null=True, blank=True)
    net_profit_high = amount_column("net profit, high estimate", null=True, blank=True)

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
                columns=[
                    "other_social_security_wages",
                    "compensation",
                    "roth_catch_up",
                    "prior_social_security_wages",
                    "aggregated_additions",
                    *CONTRIBUTION_COLUMNS,
                ],
            ),
            one_of(name="contributions_reading_known", column="deferral_reading", choices=DeferralReading),
            one_of(name="contributions_aggregation_known", column="aggregation", choices=Aggregation),
            models.CheckConstraint(
                name="contributions_roth_catch_up_within",
                condition=models.Q(roth_catch_up__lte=models.F("catch_up")),
                violation_error_message="The Roth part cannot exceed the catch-up.",
            ),
            models.CheckConstraint(
                name="contributions_aggregation_attested",
                condition=models.Q(aggregation=Aggregation.NOT_ASKED.value, aggregated_additions=0)
                | models.Q(aggregation=Aggregation.NONE.value, aggregated_additions=0)
                & ~models.Q(aggregation_attested_by="")
                | models.Q(aggregation__in=[Aggregation.CONTROLLED_GROUP.value, Aggregation.OWN_403B.value])
                & ~models.Q(aggregation_attested_by=""),
                violation_error_message="Say who attested whether another plan shares the limit.",
            ),
            # A Schedule C may show a loss.
            models.CheckConstraint(
                name="contributions_net_profit_bounded",
                condition=models.Q(net_profit__gte=-999_999_999, net_profit__lte=999_999_999),
            ),
            models.CheckConstraint(
                name="contributions_estimates_in_order",
                condition=models.Q(income_is_estimate=False, net_profit_low=None, net_profit_high=None)
                | models.Q(income_is_estimate=True)
                & (
                    models.Q(net_profit_low=None)
                    | models.Q(net_profit_low__gte=-999_999_999, net_profit_low__lte=models.F("net_profit"))
                )
                & (
                    models.Q(net_profit_high=None)
                    | models.Q(net_profit_high__lte=999_999_999, net_profit_high__gte=models.F("net_profit"))
                ),
                violation_error_message="The low estimate is at most, the high at least, the expected net profit.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}"
