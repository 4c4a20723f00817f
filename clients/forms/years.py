"""A plan year's facts: what was earned, and what was put in."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from advisors.fields import BoundedDateField, YearField
from clients import queries
from clients.forms.corrections import CorrectionForm, make_amount_field
from clients.models import ContributionRecord
from clients.models.plan import BusinessForm

YearCheck = Callable[[int], None]
FIRST_YEAR, LAST_YEAR = 2000, 2100
ASK_FOR_NET_PROFIT = "Enter the net profit of Schedule C, or 0."
ASK_FOR_COMPENSATION = "Enter the compensation, or 0."

_year_checks: list[YearCheck] = []


def register_year_check(check: YearCheck) -> None:
    """Let the law refuse a tax year: `check` raises ValidationError with a sentence for the field.

    Facts know no law and do not import it; an app that does registers its check when it is ready.
    """
    _year_checks.append(check)


class ContributionRecordForm(CorrectionForm):
    """Every fact of a year. Amounts are dollars; one left empty is 0.00."""

    year = YearField(label="Tax year", error_messages={"required": "Enter the tax year, like 2026."})
    net_profit = make_amount_field(
        "Net profit",
        allow_negative=True,
        highest=Decimal("999999999.00"),
        help_text="Schedule C, before the deduction of half of SE tax. A loss: (1,200.00)",
    )
    other_social_security_wages = make_amount_field(
        "Social Security wages from other work", help_text="Box 3 of any Form W-2."
    )
    compensation = make_amount_field("Compensation", help_text="W-2 wages plus pretax deferrals.")
    pretax_deferrals = make_amount_field("Pretax elective deferrals", help_text="Without catch-up.")
    roth_deferrals = make_amount_field("Designated Roth deferrals", help_text="Without catch-up.")
    catch_up = make_amount_field("Catch-up")
    employer = make_amount_field("Employer contribution")
    after_tax = make_amount_field("After-tax contributions")
    after_tax_date = BoundedDateField(label="Last after-tax deposit", required=False)
    forfeitures = make_amount_field("Forfeitures")
    deferrals_elsewhere = make_amount_field(
        "Deferrals at unrelated employers", help_text="The limit on deferrals is one for the person."
    )

    class Meta:
        model = ContributionRecord
        fields = [
            "year",
            "net_profit",
            "other_social_security_wages",
            "compensation",
            "pretax_deferrals",
            "roth_deferrals",
            "catch_up",
            "employer",
            "after_tax",
            "after_tax_date",
            "forfeitures",
            "deferrals_elsewhere",
        ]

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValidationError(
                f"Enter a tax year from {FIRST_YEAR} to {LAST_YEAR}.", code="year_out_of_range"
            )
        for check in _year_checks:
            check(year)
        return year

    def clean_after_tax_date(self) -> datetime.date | None:
        return self.refuse_future(
            name="after_tax_date", message="Enter the date of a deposit that has been made, not a future one."
        )


class YearForm(ContributionRecordForm):
    """The page's form of one year of `instance.plan` and `instance.participant`.

    It asks for what the plan's business form makes compensation, and for the other only where it is recorded.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.plan.business_form == BusinessForm.SELF_EMPLOYED:
            self._require("net_profit", ASK_FOR_NET_PROFIT)
            idle = ["compensation"]
        else:
            self._require("compensation", ASK_FOR_COMPENSATION)
            idle = ["net_profit", "other_social_security_wages"]
        for name in idle:
            if not getattr(self.instance, name):
                del self.fields[name]
        if self.instance.pk is None:
            self.initial["year"] = self._suggest_year()

    def _require(self, name: str, ask: str) -> None:
        self.fields[name].required = True
        self.fields[name].error_messages["required"] = ask

    def _suggest_year(self) -> int | None:
        recorded = queries.has_contribution_record(
            firm=self.instance.firm, record=self.instance, year=self.today.year
        )
        return None if recorded else self.today.year

    def clean_year(self) -> int:
        year = super().clean_year()
        if queries.has_contribution_record(firm=self.instance.firm, record=self.instance, year=year):
            raise ValidationError("This plan already has a record for that year.", code="year_taken")
        return year
