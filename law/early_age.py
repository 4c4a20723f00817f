"""Age 59 1/2, from which a distribution bears no 10% (section 72(t)(2)(A)(i))."""

import datetime

EARLY_AGE_MONTHS = 59 * 12 + 6


def count_age_in_months(*, birth_date: datetime.date, on_date: datetime.date) -> int:
    """Return an age in whole months, as age 59 1/2 is counted."""
    months = (on_date.year - birth_date.year) * 12 + on_date.month - birth_date.month
    return months - (on_date.day < birth_date.day)


def find_early_age_date(*, birth_date: datetime.date) -> datetime.date:
    """Return the first day at age 59 1/2: in a month too short for it, the first of the next."""
    year, month = divmod(birth_date.year * 12 + birth_date.month - 1 + EARLY_AGE_MONTHS, 12)
    try:
        return datetime.date(year, month + 1, birth_date.day)
    except ValueError:
        return datetime.date(year, month + 2, 1)
