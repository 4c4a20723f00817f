"""How account numbers look on a page."""

from django import template

from advisors.encryption import mask_number

register = template.Library()


@register.filter
def masked(number: str | None) -> str:
    """Return an account number as pages show it: `{{ subaccount.account_number|masked }}`, •••• and its last four."""
    return mask_number(number=number or "")
