"""What a client's IRAs of one kind were worth at a year's end."""

from typing import Any

from django.core.exceptions import ValidationError

from advisors.fields import YearField
from clients import queries
from clients.forms.corrections import CorrectionForm, make_amount_field
from clients.forms.years import FIRST_YEAR
from clients.models import IraBalance


class IraBalanceForm(CorrectionForm):
    """One year of `instance.client`'s IRAs of one kind. Amounts are dollars; one left empty is 0.00."""

    year = YearField(label="Year", error_messages={"required": "Enter the year, like 2026."})
    value = make_amount_field(
        "Value on December 31", help_text="All IRAs of this kind together. This year: what they hold now."
    )
    basis = make_amount_field(
        "Basis", help_text="Form 8606, line 3: before the year's distributions and conversions."
    )
    distributions = make_amount_field(
        "Distributions in the year", help_text="Form 8606, line 7: without conversions and rollovers."
    )
    conversions = make_amount_field(
        "Conversions in the year", help_text="Form 8606, line 8: what went to a Roth IRA."
    )

    class Meta:
        model = IraBalance
        fields = ["year", "kind", "value", "basis", "distributions", "conversions"]
        labels = {"kind": "Kind"}

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not FIRST_YEAR <= year <= self.today.year:
            raise ValidationError(
                f"Enter a year from {FIRST_YEAR} to {self.today.year}.", code="year_out_of_range"
            )
        return year

    def clean(self) -> dict[str, Any]:
        super().clean()
        year, kind = self.cleaned_data.get("year"), self.cleaned_data.get("kind")
        # In the admin the client is a field of its own, and the model's own constraint is checked.
        if (
            "client" not in self.fields
            and year
            and kind
            and queries.has_ira_balance(firm=self.instance.firm, balance=self.instance, year=year, kind=kind)
        ):
            self.add_error("year", "That kind of IRA already has a value for that year.")
        return self.cleaned_data
