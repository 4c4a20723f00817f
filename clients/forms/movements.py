"""What moved money into or out of an after-tax sub-account."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from advisors.fields import BoundedDateField, TextField, YearField
from clients.forms.corrections import CorrectionForm, make_amount_field
from clients.forms.years import FIRST_YEAR
from clients.models import SubaccountMovement
from law.words import RECORDED_MOVEMENTS, MovementKind, choices_of

# What a link may fill in beforehand, by the name of its parameter.
_PREFILLED = {"kind": "kind", "amount": "amount", "date": "movement_date", "reference": "letter_reference"}


class MovementForm(CorrectionForm):
    """One deposit into, or payment out of, `instance.subaccount`. Amounts are dollars."""

    kind = forms.ChoiceField(
        label="What moved",
        choices=choices_of(RECORDED_MOVEMENTS),
        initial=MovementKind.CONTRIBUTION,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what moved."},
    )
    movement_date = BoundedDateField(
        label="Date", error_messages={"required": "Enter the date of the deposit or payment."}
    )
    year = YearField(
        label="For the year",
        required=False,
        help_text="The limitation year that it counts for. Left empty: the year of the date.",
    )
    amount = make_amount_field(
        "Amount", ask="Enter the amount.", help_text="Of an excess: without its earnings."
    )
    earnings = make_amount_field(
        "Earnings returned with it", allow_negative=True, help_text="A loss: (120.00)"
    )
    value_before = make_amount_field(
        "Value just before",
        help_text="What the sub-account was worth on the payment date. Needed where only a part of it left.",
    )
    letter_reference = TextField(
        label="Letter that asked for it",
        max_length=20,
        required=False,
        help_text="Its reference, as in AT-7K3M-Q2XD.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    source_document = TextField(
        label="Source document",
        max_length=120,
        help_text="Such as “Deposit confirmation of December 15, 2026”.",
        error_messages={"required": "Name the document that shows it."},
    )

    class Meta:
        model = SubaccountMovement
        fields = [
            "kind",
            "movement_date",
            "year",
            "amount",
            "earnings",
            "value_before",
            "letter_reference",
            "source_document",
        ]

    def __init__(self, *args: Any, prefilled: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        """Take also what a link fills in beforehand, as typed; what no field would take is left out."""
        super().__init__(*args, **kwargs)
        if not self.instance.kind:
            self.initial.pop("kind", None)
        for parameter, typed in (prefilled or {}).items():
            name = _PREFILLED.get(parameter, "")
            if name not in self.fields:
                continue
            try:
                value = self.fields[name].clean(typed)
            except ValidationError:
                continue
            if value and not (name == "movement_date" and value > self.today):
                self.initial[name] = value

    def clean_movement_date(self) -> datetime.date | None:
        return self.refuse_future(
            name="movement_date", message="Enter the date of a movement that has happened, not a future one."
        )

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if not amount:
            raise ValidationError("Enter an amount above zero.", code="nothing_moved")
        return amount

    def clean_letter_reference(self) -> str:
        reference: str = self.cleaned_data["letter_reference"].upper()
        return reference

    def clean(self) -> dict[str, Any]:
        super().clean()
        kind = self.cleaned_data.get("kind")
        if kind == MovementKind.DISTRIBUTION:
            self.cleaned_data["year"] = None
            self._check_distribution()
        elif kind:
            self._check_year()
            if self.cleaned_data.get("value_before") is not None:
                self.add_error("value_before", "Only a distribution has a value just before it.")
            if self.cleaned_data.get("letter_reference"):
                self.add_error("letter_reference", "A letter asks for a distribution only.")
        if kind and self.cleaned_data.get("earnings"):
            self._check_earnings(kind=kind)
        return self.cleaned_data

    def _check_distribution(self) -> None:
        amount, value_before = self.cleaned_data.get("amount"), self.cleaned_data.get("value_before")
        if amount is not None and value_before is not None and value_before < amount:
            self.add_error("value_before", "No more can leave than the sub-account was worth just before.")

    def _check_year(self) -> None:
        date = self.cleaned_data.get("movement_date")
        if "year" in self.errors:
            return
        if self.cleaned_data["year"] is None:
            self.cleaned_data["year"] = date.year if date else None
        if date and not FIRST_YEAR <= self.cleaned_data["year"] <= self.today.year:
            self.add_error("year", f"Enter a year from {FIRST_YEAR} to {self.today.year}.")

    def _check_earnings(self, *, kind: str) -> None:
        if kind != MovementKind.RETURNED_EXCESS:
            self.add_error("earnings", "Only a returned excess carries earnings.")
        elif "amount" in self.cleaned_data and self.cleaned_data["earnings"] < -self.cleaned_data["amount"]:
            self.add_error("earnings", "An excess cannot lose more than its amount.")

    def _get_validation_exclusions(self) -> set[str]:
        """Exclude the year where a mistake in the date leaves it empty: the mistake is told once, there."""
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions | ({"year"} if "movement_date" in self.errors else set())
