"""Figures from law that a firm enters itself."""

from decimal import Decimal
from typing import Any

from django import forms

from advisors.fields import TextField, YearField
from advisors.models import Firm
from clients.forms.corrections import make_amount_field
from law.limits import get_limit, is_shipped
from law.words import LimitKind
from rollovers.models import EnteredLimit
from rollovers.reviews.queries import has_entered_limit


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
            if is_shipped(LimitKind(kind), year):
                source = get_limit(LimitKind(kind), year).source
                self.add_error("year", f"{source} is held here for {year} already: nobody needs to enter it.")
            elif has_entered_limit(firm=self.firm, row=self.instance, kind=kind, year=year):
                self.add_error("year", "The firm has entered that limit for that year already.")
        return self.cleaned_data
