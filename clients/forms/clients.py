"""The client's own facts."""

import datetime
import re

from django import forms
from django.core.exceptions import ValidationError

from advisors.fields import BoundedDateField, RateField, TextField
from clients.forms.corrections import CorrectionForm
from clients.models import Client

# The Postal Service's codes: states, the District, the territories and the armed forces.
_STATES = """
    AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH
    OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI AA AE AP
"""
STATES = frozenset(_STATES.split())


def _make_rate_field(label: str) -> RateField:
    attributes = {"inputmode": "decimal", "autocomplete": "off", "class": "percent short"}
    return RateField(label=label, required=False, widget=forms.TextInput(attrs=attributes))


class ClientForm(CorrectionForm):
    """Name, birth, taxes and address of a client. The full social security number has no field."""

    legal_name = TextField(
        label="Legal name",
        max_length=120,
        help_text="As it stands on the accounts.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the client's legal name."},
    )
    birth_date = BoundedDateField(
        label="Birth date", error_messages={"required": "Enter the birth date, like 12/31/1976."}
    )
    ssn_last_four = TextField(
        label="Last four digits of the SSN",
        required=False,
        help_text="The full number is never kept.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )
    federal_rate = _make_rate_field("Marginal federal rate")
    state_rate = _make_rate_field("Marginal state rate")
    street = TextField(label="Street", max_length=120, required=False)
    city = TextField(label="City", max_length=80, required=False)
    state = TextField(
        label="State", required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short"})
    )
    postal_code = TextField(
        label="ZIP code",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
    )

    class Meta:
        model = Client
        fields = [
            "legal_name",
            "birth_date",
            "ssn_last_four",
            "filing_status",
            "federal_rate",
            "state_rate",
            "plans_backdoor",
            "street",
            "city",
            "state",
            "postal_code",
        ]
        labels = {"filing_status": "Filing status", "plans_backdoor": "Plans basic backdoor Roth conversions"}

    def clean_birth_date(self) -> datetime.date | None:
        return self.refuse_future(name="birth_date", message="Enter a birth date that is not in the future.")

    def clean_ssn_last_four(self) -> str:
        digits: str = self.cleaned_data["ssn_last_four"]
        if digits and not re.fullmatch(r"[0-9]{4}", digits):
            raise ValidationError(
                "Enter only the last four digits of the SSN, like 4821.", code="not_four_digits"
            )
        return digits

    def clean_state(self) -> str:
        state = self.cleaned_data["state"].upper()
        if state and state not in STATES:
            raise ValidationError("Enter the state in two letters, like NY.", code="unknown_state")
        return state

    def clean_postal_code(self) -> str:
        postal_code: str = self.cleaned_data["postal_code"]
        if postal_code and not re.fullmatch(r"[0-9]{5}(-[0-9]{4})?", postal_code):
            raise ValidationError("Enter a ZIP code like 10001 or 10001-2345.", code="not_a_zip_code")
        return postal_code
