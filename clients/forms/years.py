"""A plan year's facts: what was earned, and what was put in."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from advisors.fields import BoundedDateField, TextField, YearField
from advisors.models import Firm
from clients import queries
from clients.forms.corrections import CorrectionForm, make_amount_field
from clients.models import ContributionRecord
from law.words import Aggregation, DeferralReading, Owner

YearCheck = Callable[[int, Firm], None]
FIRST_YEAR, LAST_YEAR = 2000, 2100
HIGHEST_PROFIT = Decimal("999999999.00")
ASK_FOR_NET_PROFIT = "Enter the net profit of Schedule C, or 0."
ASK_FOR_COMPENSATION = "Enter the compensation, or 0."

_ESTIMATE = ["income_is_estimate", "net_profit_low", "net_profit_high"]
_RARE = [
    "roth_catch_up",
    "prior_social_security_wages",
    "deferral_reading",
    "aggregation",
    "aggregated_additions",
    "aggregation_attested_by",
]

_year_checks: list[YearCheck] = []


def register_year_check(check: YearCheck) -> None:
    """Let the law refuse a tax year of a firm: `check` raises ValidationError with a sentence for the field.

    Facts know no law and do not import it; an app that does registers its check when it is ready.
    """
    _year_checks.append(check)


class ContributionRecordForm(CorrectionForm):
    """Every fact of a year. Amounts are dollars; one left empty is 0.00."""

    year = YearField(label="Tax year", error_messages={"required": "Enter the tax year, like 2026."})
    net_profit = make_amount_field(
        "Net profit",
        allow_negative=True,
        highest=HIGHEST_PROFIT,
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
    roth_catch_up = make_amount_field(
        "Of which Roth catch-up", help_text="The part of the catch-up that is Roth."
    )
    prior_social_security_wages = make_amount_field(
        "Box 3 wages of the year before", help_text="From this employer's Form W-2."
    )
    deferral_reading = forms.ChoiceField(
        label="Deferrals over the limit", choices=DeferralReading.choices, required=False
    )
    aggregation = forms.ChoiceField(
        label="Plans that share the 415(c) limit", choices=Aggregation.choices, required=False
    )
    aggregated_additions = make_amount_field("Annual additions in those plans")
    aggregation_attested_by = TextField(
        label="Attested by", max_length=120, required=False, help_text="Who said so, and where."
    )
    income_is_estimate = forms.BooleanField(label="The net profit is an estimate", required=False)
    net_profit_low = make_amount_field(
        "Low estimate", allow_negative=True, highest=HIGHEST_PROFIT, help_text="Empty: as expected."
    )
    net_profit_high = make_amount_field(
        "High estimate", allow_negative=True, highest=HIGHEST_PROFIT, help_text="Empty: as expected."
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
            "roth_catch_up",
            "prior_social_security_wages",
            "deferral_reading",
            "aggregation",
            "aggregated_additions",
            "aggregation_attested_by",
            "income_is_estimate",
            "net_profit_low",
            "net_profit_high",
        ]

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValidationError(
                f"Enter a tax year from {FIRST_YEAR} to {LAST_YEAR}.", code="year_out_of_range"
            )
        # Of a new row in the admin, the chosen plan says whose it is; without one there is nothing to save.
        plan = self.cleaned_data.get("plan") or getattr(self.instance, "plan", None)
        if plan is not None:
            for check in _year_checks:
                check(year, plan.firm)
        return year

    def clean_after_tax_date(self) -> datetime.date | None:
        return self.refuse_future(
            name="after_tax_date", message="Enter the date of a deposit that has been made, not a future one."
        )

    def clean_deferral_reading(self) -> str:
        return self.cleaned_data["deferral_reading"] or self.instance.deferral_reading

    def clean_aggregation(self) -> str:
        return self.cleaned_data["aggregation"] or self.instance.aggregation

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("roth_catch_up", 0) > cleaned.get("catch_up", HIGHEST_PROFIT):
            self.add_error("roth_catch_up", "The Roth part cannot exceed the catch-up.")
        self._check_aggregation(cleaned)
        self._check_estimates(cleaned)
        return cleaned

    def _check_aggregation(self, cleaned: dict[str, Any]) -> None:
        aggregation = cleaned.get("aggregation")
        shares = aggregation in {Aggregation.CONTROLLED_GROUP, Aggregation.OWN_403B}
        if aggregation and not shares and cleaned.get("aggregated_additions"):
            self.add_error("aggregation", "Say which plans share the limit, or leave their additions empty.")
        asked = aggregation and aggregation != Aggregation.NOT_ASKED
        if asked and not cleaned.get("aggregation_attested_by", "-"):
            self.add_error(
                "aggregation_attested_by", "Say who attested whether another plan shares the limit."
            )

    def _check_estimates(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("income_is_estimate"):
            for name in ("net_profit_low", "net_profit_high"):
                # Once the return is final, the estimates that stood there go; one just typed is not lost.
                if cleaned.get(name) is None or name not in self.changed_data:
                    cleaned[name] = None
                else:
                    self.add_error(name, "Say that the net profit is an estimate, or leave this empty.")
            return
        expected = cleaned.get("net_profit")
        low, high = cleaned.get("net_profit_low"), cleaned.get("net_profit_high")
        if expected is None:
            return
        if low is not None and low > expected:
            self.add_error("net_profit_low", "The low estimate is at most the expected net profit.")
        if high is not None and high < expected:
            self.add_error("net_profit_high", "The high estimate is at least the expected net profit.")


class YearForm(ContributionRecordForm):
    """The page's form of one year of `instance.plan` and `instance.participant`.

    It asks for what the plan's business form makes compensation, and for the other only where it is recorded.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.plan.business_form == Owner.SELF_EMPLOYED:
            self._require("net_profit", ASK_FOR_NET_PROFIT)
            idle = ["compensation", "prior_social_security_wages"]
        else:
            self._require("compensation", ASK_FOR_COMPENSATION)
            idle = ["net_profit", "other_social_security_wages"]
            if not self.instance.income_is_estimate:
                idle += _ESTIMATE
        for name in idle:
            if not getattr(self.instance, name):
                del self.fields[name]
        if self.instance.pk is None:
            self.initial["year"] = self._suggest_year()

    @property
    def shows_estimate(self) -> bool:
        """Whether the part for estimates stands open: something is in it."""
        return self._has_any(_ESTIMATE)

    @property
    def shows_rare(self) -> bool:
        """Whether the part that few years need stands open: something is in it."""
        return self._has_any(_RARE)

    def _has_any(self, names: list[str]) -> bool:
        idle = {"", None, False, Decimal("0.00"), DeferralReading.COUNTED.value, Aggregation.NOT_ASKED.value}
        return any(
            name in self.fields and (self.has_error(name) or self[name].value() not in idle) for name in names
        )

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
