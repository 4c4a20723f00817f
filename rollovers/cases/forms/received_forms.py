"""The tax forms that came."""

import datetime
import re
from decimal import Decimal
from typing import Any

from django import forms

from advisors.fields import BoundedDateField, TextField
from clients.forms.corrections import CorrectionForm, make_amount_field
from law.words import FormKind
from rollovers.models import ReceivedForm

_CODE = re.compile(r"[1-9A-HJ-NP-UW]{1,2}\Z")


class ReceivedFormForm(CorrectionForm):
    """A tax form of `instance.letter` as it came. Amounts are dollars; one left empty is 0.00, box 2a stays empty.

    Of Form 5498 only its sender, date and box 2 (as `gross`) are kept.
    """

    kind = forms.ChoiceField(
        label="Which form",
        choices=FormKind.choices,
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
