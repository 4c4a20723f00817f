import pghistory
from django.db import models

from clients.models.columns import FirmOwned, amount_column


class LimitKind(models.TextChoices):
    """The figures from law that a year needs. The values are the names of the rules' parameter files."""

    ANNUAL_ADDITIONS = "415c_annual_additions", "Dollar limit on annual additions, 415(c)(1)(A)"
    ELECTIVE_DEFERRALS = "402g_elective_deferrals", "Limit on elective deferrals, 402(g)(1)"
    CATCH_UP_50 = "414v_catch_up_50", "Catch-up from age 50, 414(v)(2)(B)"
    CATCH_UP_60_63 = "414v_catch_up_60_63", "Catch-up at ages 60 to 63, 414(v)(2)(E)"
    ROTH_CATCH_UP_WAGES = "414v7_roth_catch_up_wages", "Wages above which catch-up must be Roth, 414(v)(7)"
    COMPENSATION = "401a17_compensation", "Limit on compensation, 401(a)(17)"
    WAGE_BASE = "ss_wage_base", "Social Security wage base"
    IRA = "ira_contributions", "IRA contributions, 219(b)(5)(A)"
    IRA_CATCH_UP_50 = "ira_catch_up_50", "IRA catch-up from age 50, 219(b)(5)(B)"


@pghistory.track()
class EnteredLimit(FirmOwned):
    """A figure from law that the project does not ship yet, entered by the firm with its source. Dollars.

    A figure that the project ships always comes first.
    """

    kind = models.CharField("limit", max_length=30, choices=LimitKind)
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
