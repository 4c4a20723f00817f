"""The one writer of dates: letters, findings, pages and messages all call it."""

import datetime
from typing import Literal

Style = Literal["long", "short"]


def write_date(date: datetime.date, style: Style = "long") -> str:
    """Return a date as people read it.

    "long" is for letters and sentences ("November 29, 2026"), "short" for tables ("Nov 29, 2026").
    """
    month = f"{date:%B}" if style == "long" else f"{date:%b}"
    return f"{month} {date.day}, {date.year}"
