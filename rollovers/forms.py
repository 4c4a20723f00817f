"""What the planner types on the rollover page."""

import datetime
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html

from advisors.fields import AmountField, BoundedDateField, RateField, TextField, YearField
from advisors.models import Firm
from clients.forms.corrections import CorrectionForm, make_amount_field
from rollovers.models import DestinationKind, EnteredLimit, FormKind, ReceivedForm, Way
from rollovers.queries import has_entered_limit
from rollovers.rules.checks import Finding
from rollovers.rules.limits import get_limit, is_shipped

MOST_LEGS = 5
WHOLE, AMOUNT = "whole", "amount"
LONGEST_REASON = 300
_REASON = "ack-"
_REASON_NAME = re.compile(r"ack-(V[0-9]{2})-[0-9a-f]{10}", re.ASCII)


class RolloverForm(forms.Form):
    """How much leaves the after-tax sub-account, which way it goes, and to whom.

    While the planner still types, destinations may be unnamed; to issue, `require_destinations` wants them.
    """

    extent = forms.ChoiceField(
        label="How much",
        choices=[(WHOLE, "The whole sub-account"), (AMOUNT, "An amount of it")],
        initial=WHOLE,
        widget=forms.RadioSelect,
    )
    amount = AmountField(label="Amount", required=False)
    way = forms.ChoiceField(label="Which way", choices=Way, initial=Way.ALL_ROTH, widget=forms.RadioSelect)
    payment_date = BoundedDateField(
        label="Payment date", help_text="The day on which the plan should pay everything, at one time."
    )
    roth_custodian = TextField(label="Custodian of the Roth IRA", max_length=120, required=False)
    roth_account_title = TextField(label="Account title", max_length=120, required=False)
    roth_account_number = TextField(label="Account number", max_length=40, required=False)
    traditional_custodian = TextField(
        label="Custodian of the traditional IRA", max_length=120, required=False
    )
    traditional_account_title = TextField(label="Account title", max_length=120, required=False)
    traditional_account_number = TextField(label="Account number", max_length=40, required=False)
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, *args: Any, require_destinations: bool = False, **kwargs: Any) -> None:
        self.require_destinations = require_destinations
        super().__init__(*args, **kwargs)
        self.asked: set[str] = set()
        for name in self.data:
            if match := _REASON_NAME.fullmatch(name):
                self.fields[name] = _make_reason_field(code=match[1])

    @property
    def reasons(self) -> dict[str, str]:
        """Why the letter may go ahead, by the key of each finding for which a reason was given."""
        return {
            name.removeprefix(_REASON): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_REASON) and value
        }

    @property
    def kept_reasons(self) -> list[forms.BoundField]:
        """The reasons given for findings that do not stand just now: they are sent along, so that none is lost."""
        return [self[name] for name in self.fields if name.startswith(_REASON) and name not in self.asked]

    def ask_reasons(self, *, findings: Iterable[Finding]) -> None:
        """Add a field for the reason of each finding that needs one."""
        for finding in findings:
            name = f"{_REASON}{finding.key}"
            self.asked.add(name)
            self.fields.setdefault(name, _make_reason_field(code=finding.code))

    def refuse_unexplained(self, *, findings: Iterable[Finding]) -> None:
        """Put an error at the reason of each of `findings`."""
        for finding in findings:
            self.add_error(f"{_REASON}{finding.key}", f"Say why it may go ahead over {finding.code}.")

    def get_reason_field(self, *, finding: Finding) -> forms.BoundField | None:
        """Return the field for a finding's reason, None where it needs none."""
        name = f"{_REASON}{finding.key}"
        return self[name] if name in self.asked else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("extent") == AMOUNT and "amount" not in self.errors:
            if cleaned.get("amount") is None:
                self.add_error("amount", "Enter the amount that should leave the sub-account.")
            elif cleaned["amount"] == Decimal(0):
                self.add_error("amount", "Enter an amount above zero.")
        if self.require_destinations and cleaned.get("way") in {Way.ALL_ROTH, Way.SPLIT}:
            self._require("roth", "Roth IRA")
            if cleaned["way"] == Way.SPLIT:
                self._require("traditional", "traditional IRA")
        return cleaned

    def _require(self, prefix: str, account: str) -> None:
        for name, what in (("custodian", "custodian"), ("account_number", "account number")):
            field = f"{prefix}_{name}"
            if field not in self.errors and not self.cleaned_data.get(field):
                self.add_error(field, f"Enter the {what} of the {account}.")


def _make_reason_field(*, code: str) -> TextField:
    return TextField(
        label=format_html('Why it may go ahead<span class="visually-hidden"> over {}</span>', code),
        max_length=LONGEST_REASON,
        required=False,
        # What is typed while an older answer is still under way stays.
        widget=forms.TextInput(attrs={"autocomplete": "off", "hx-preserve": "true"}),
    )


class LegForm(forms.Form):
    """One destination of the planner's own: an empty row is no destination."""

    to = forms.ChoiceField(label="To", choices=[("", "Choose"), *DestinationKind.choices], required=False)
    amount = AmountField(label="Amount", required=False)
    pretax = AmountField(label="Pretax part", required=False, help_text="Leave empty to have it assigned.")
    payee = TextField(label="Custodian or plan", max_length=120, required=False)
    account_title = TextField(label="Account title", max_length=120, required=False)
    account_number = TextField(label="Account number", max_length=40, required=False)
    separately_accounts = forms.BooleanField(
        label="This plan separately accounts for after-tax money", required=False
    )

    use_required_attribute = False

    def __init__(self, *args: Any, require_destinations: bool = False, **kwargs: Any) -> None:
        self.require_destinations = require_destinations
        super().__init__(*args, **kwargs)

    @property
    def is_empty(self) -> bool:
        return not any(value for value in self.cleaned_data.values())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors or self.is_empty:
            return cleaned
        if not cleaned.get("to"):
            self.add_error("to", "Choose who receives this part.")
        if not cleaned.get("amount"):
            self.add_error("amount", "Enter an amount above zero.")
        if self.require_destinations and cleaned.get("to") not in {"", DestinationKind.PARTICIPANT}:
            for name, what in (("payee", "custodian or plan"), ("account_number", "account number")):
                if not cleaned.get(name):
                    self.add_error(name, f"Enter the {what} that receives this part.")
        return cleaned


class BaseLegFormSet(forms.BaseFormSet):
    """The planner's own destinations, in order."""

    @property
    def entered(self) -> list[dict[str, Any]]:
        """The cleaned data of the rows that are not empty."""
        return [form.cleaned_data for form in self.forms if not form.is_empty]

    def clean(self) -> None:
        if any(self.errors):
            return
        if not self.entered:
            raise forms.ValidationError("Enter at least one destination.", code="no_destination")
        if sum(row["to"] == DestinationKind.PARTICIPANT for row in self.entered) > 1:
            raise forms.ValidationError("Pay the participant in one part only.", code="several_payments")


LegFormSet = forms.formset_factory(
    LegForm, formset=BaseLegFormSet, extra=0, min_num=MOST_LEGS, max_num=MOST_LEGS, absolute_max=MOST_LEGS
)


# --- Tax forms that came ------------------------------------------------------------------------------------

_CODE = re.compile(r"[1-9A-HJ-NP-UW]{1,2}\Z")


class ReceivedFormForm(CorrectionForm):
    """A tax form of `instance.letter` as it came. Amounts are dollars; one left empty is 0.00, box 2a stays empty.

    Of Form 5498 only its sender, date and box 2 (as `gross`) are kept.
    """

    kind = forms.ChoiceField(
        label="Which form",
        choices=FormKind,
        initial=FormKind.FORM_1099R,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose which form came."},
    )
    payer = TextField(
        label="Payer or custodian",
        max_length=120,
        help_text="Of Form 1099-R the plan; of Form 5498 the custodian of the IRA.",
        error_messages={"required": "Enter who sent the form."},
    )
    received_date = BoundedDateField(
        label="Received on", error_messages={"required": "Enter the day on which the form came."}
    )
    gross = make_amount_field(
        "Box 1, gross distribution",
        ask="Enter box 1 of Form 1099-R, or box 2 of Form 5498; 0 if it is empty.",
        help_text="Of Form 5498: box 2, rollover contributions. The boxes below are of Form 1099-R only.",
    )
    taxable = make_amount_field("Box 2a, taxable amount", help_text="Leave empty where the form does.")
    taxable_not_determined = forms.BooleanField(
        label="Box 2b is marked: taxable amount not determined", required=False
    )
    withheld = make_amount_field("Box 4, federal income tax withheld")
    basis = make_amount_field("Box 5, employee contributions")
    code = TextField(
        label="Box 7, distribution code",
        max_length=2,
        required=False,
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
    )

    class Meta:
        model = ReceivedForm
        fields = [
            "kind",
            "payer",
            "received_date",
            "gross",
            "taxable",
            "taxable_not_determined",
            "withheld",
            "basis",
            "code",
        ]

    def clean_received_date(self) -> datetime.date | None:
        return self.refuse_future(
            name="received_date", message="Enter the day on which the form came, not a future one."
        )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].upper()
        if self.cleaned_data.get("kind") == FormKind.FORM_1099R and not _CODE.match(code):
            raise forms.ValidationError(
                "Enter the code of box 7 as the form shows it, like G.", code="invalid_code"
            )
        return code

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("kind") == FormKind.FORM_5498:
            zero = Decimal("0.00")
            self.cleaned_data |= {"taxable": None, "taxable_not_determined": False, "code": ""}
            self.cleaned_data |= {"withheld": zero, "basis": zero}
        return self.cleaned_data


class EnteredLimitForm(forms.ModelForm):
    """A figure from law that the project does not ship yet, with the paper that published it. `firm` enters it."""

    use_required_attribute = False
    firm: Firm

    year = YearField(label="Year", error_messages={"required": "Enter the year, like 2027."})
    amount = make_amount_field(
        "Dollars", ask="Enter the dollars that the paper publishes.", highest=Decimal("10000000.00")
    )
    source = TextField(
        label="Published in",
        max_length=120,
        error_messages={"required": "Name the paper that published it, as in Notice 2025-67."},
        help_text="The notice that published it, as in Notice 2025-67.",
    )

    class Meta:
        model = EnteredLimit
        fields = ["kind", "year", "amount", "source"]

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year < 2000:
            raise forms.ValidationError("Enter a year from 2000 to 2099.", code="year_out_of_range")
        return year

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if not amount:
            raise forms.ValidationError("Enter an amount above zero.", code="zero")
        return amount

    def clean(self) -> dict[str, Any]:
        super().clean()
        kind, year = self.cleaned_data.get("kind"), self.cleaned_data.get("year")
        if kind and year:
            if is_shipped(kind, year):
                self.add_error(
                    "year",
                    f"{get_limit(kind, year).source} is held here for {year} already: nobody needs to enter it.",
                )
            elif has_entered_limit(firm=self.firm, row=self.instance, kind=kind, year=year):
                self.add_error("year", "The firm has entered that limit for that year already.")
        return self.cleaned_data


class ComparisonForm(forms.Form):
    """What the planner sets to compare the ways out of a sub-account. Dollars and percent."""

    growth_rate = RateField(
        label="Growth a year",
        help_text="The same in every account.",
        error_messages={"required": "Enter a growth rate, like 6."},
    )
    later_rate = RateField(
        label="Tax rate when withdrawn",
        required=False,
        help_text="Federal and state together. Empty: today's rate.",
    )
    amount = AmountField(
        label="A part to the Roth IRA", required=False, help_text="Empty: that way is not worked out."
    )
    contribution = AmountField(
        label="Next backdoor",
        required=False,
        help_text="A nondeductible IRA contribution, then converted. Empty: none.",
    )

    use_required_attribute = False

    def clean_amount(self) -> Decimal | None:
        amount: Decimal | None = self.cleaned_data["amount"]
        if amount is not None and not amount:
            raise forms.ValidationError("Enter an amount above zero.", code="amount_not_positive")
        return amount


class AcknowledgementForm(forms.Form):
    """Why a statement may differ from the ledger by just the `difference` that was shown, in dollars."""

    difference = AmountField(allow_negative=True, widget=forms.HiddenInput)
    reason = TextField(
        label="Reason",
        max_length=300,
        help_text="Such as “The recordkeeper rounds each share down; confirmed by telephone.”",
        error_messages={"required": "Say why the difference may stand."},
    )

    use_required_attribute = False
