"""The one writer of dates: letters, findings, pages and messages all call it."""

import datetime
from typing import Literal

Style = Literal["long", "short", "field"]


def write_date(date: datetime.date, style: Style = "long") -> str:
    """Return a date as people read it.

    "long" is for letters and sentences ("November 29, 2026"), "short" for tables ("Nov 29, 2026"), and "field" is as
    a person types it ("11/29/2026").
    """
    if style == "field":
        return f"{date:%m/%d/}{date.year:04}"
    month = f"{date:%B}" if style == "long" else f"{date:%b}"
    return f"{month} {date.day}, {date.year}"
