"""The writer of dates as templates call it: `{{ letter.letter_date|write_date }}`, in tables `|write_date:"short"`."""

import datetime

from django import template

from law import dates

register = template.Library()


@register.filter(expects_localtime=True)
def write_date(date: datetime.date | None, style: dates.Style = "long") -> str:
    """Return a date as `law.dates.write_date` writes it, an instant by its day here; "" where there is none."""
    return dates.write_date(date, style) if date else ""
