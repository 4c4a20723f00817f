"""The writers of dates and amounts as templates call them.

`{{ letter.letter_date|write_date }}`, in tables `|write_date:"short"`; `{{ balance|write_dollars }}`, in tables
`|write_amount`.
"""

import datetime
from decimal import Decimal

from django import template

from law import dates, money

register = template.Library()


@register.filter(expects_localtime=True)
def write_date(date: datetime.date | None, style: dates.Style = "long") -> str:
    """Return a date as `law.dates.write_date` writes it, an instant by its day here; "" where there is none."""
    return dates.write_date(date, style) if date else ""


@register.filter(is_safe=True)
def write_amount(amount: Decimal | str | None) -> str:
    """Return an amount as `law.money.write_amount` writes it; "" where there is none."""
    return "" if amount is None or amount == "" else money.write_amount(_read(amount))


@register.filter(is_safe=True)
def write_dollars(amount: Decimal | str | None) -> str:
    """Return an amount as `law.money.write_dollars` writes it, with its dollar sign; "" where there is none."""
    return "" if amount is None or amount == "" else money.write_dollars(_read(amount))


def _read(amount: Decimal | str) -> Decimal:
    """Return an amount that the record of an event keeps as text."""
    return money.parse_amount(amount) if isinstance(amount, str) else amount
