"""What the ways are compared over."""

from decimal import Decimal

from django import forms

from advisors.fields import AmountField, RateField


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
