"""What the planner types on the rollover page."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html

from advisors.fields import AmountField, BoundedDateField, TextField
from law.findings import Finding
from law.words import REQUESTED_WAYS, Payee, Way, choices_of

MOST_LEGS = 5
WHOLE, AMOUNT = "whole", "amount"
LONGEST_REASON = 300
_REASON = "ack-"
REASON_NAME = re.compile(r"ack-(V[0-9]{2})-[0-9a-f]{10}", re.ASCII)


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
    way = forms.ChoiceField(
        label="Which way",
        choices=choices_of(REQUESTED_WAYS),
        initial=Way.ALL_ROTH,
        widget=forms.RadioSelect,
    )
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
    designated_account_title = TextField(label="Account title", max_length=120, required=False)
    designated_account_number = TextField(label="Account number", max_length=40, required=False)
    request_key = forms.UUIDField(widget=forms.HiddenInput)
    draft_saved_at = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, *args: Any, require_destinations: bool = False, **kwargs: Any) -> None:
        self.require_destinations = require_destinations
        super().__init__(*args, **kwargs)
        self.asked: set[str] = set()
        for name in self.data:
            if match := REASON_NAME.fullmatch(name):
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
        if self.require_destinations and cleaned.get("way") == Way.IN_PLAN:
            named = ("designated_account_title", "designated_account_number")
            if not any(cleaned.get(name) or name in self.errors for name in named):
                # An account that exists in the plan's books only has no number.
                self.add_error(named[0], "Enter the title or the number of the designated Roth account.")
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

    # An in-plan Roth rollover goes alone: it is a way of its own, and no leg among others.
    to = forms.ChoiceField(
        label="To",
        choices=[
            ("", "Choose"),
            *choices_of(payee for payee in Payee if payee is not Payee.DESIGNATED_ROTH),
        ],
        required=False,
    )
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
        if self.require_destinations and cleaned.get("to") not in {"", Payee.PARTICIPANT}:
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
        if sum(row["to"] == Payee.PARTICIPANT for row in self.entered) > 1:
            raise forms.ValidationError("Pay the participant in one part only.", code="several_payments")


LegFormSet = forms.formset_factory(
    LegForm, formset=BaseLegFormSet, extra=0, min_num=MOST_LEGS, max_num=MOST_LEGS, absolute_max=MOST_LEGS
)
