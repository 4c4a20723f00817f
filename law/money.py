"""Exact dollars and cents.

Money is `Decimal` with two places. It is rounded here and nowhere else: half up, once; the other part of a
whole comes by subtraction, so parts always sum. It is written here and nowhere else: letters, findings, pages and
messages all call `write_amount` or `write_dollars`.
"""

import re
from decimal import Decimal

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
HIGHEST_AMOUNT = Decimal("999999999999.99")

_AMOUNT = re.compile(r"-?[0-9]{1,12}\.[0-9]{2}", re.ASCII)


class NotAnAmount(ValueError):
    """The text is not dollars with exactly two decimals."""


def parse_amount(text: object) -> Decimal:
    """Return the dollars that `text` states, as in "20812.37" or "-500.00".

    Raises NotAnAmount for anything else: a number that is not a string, other decimals, exponents,
    separators, non-ASCII digits, a negative zero, more than twelve digits before the point.
    """
    if not isinstance(text, str) or _AMOUNT.fullmatch(text) is None:
        raise NotAnAmount('Write the amount as a string with two decimals, like "20812.37".')
    amount = Decimal(text)
    if not amount and text[0] == "-":
        raise NotAnAmount('Write zero as "0.00".')
    return amount


def count_cents(amount: Decimal) -> int:
    """Return an amount of whole cents as an integer. Raises NotAnAmount if it has a fraction of a cent."""
    cents = int(amount.scaleb(2))
    if Decimal(cents) != amount.scaleb(2):
        raise NotAnAmount(f"{amount} is not in whole cents.")
    return cents


def from_cents(cents: int) -> Decimal:
    """Return dollars from an integer number of cents."""
    return Decimal(cents).scaleb(-2)


def divide_half_up(numerator: int, denominator: int) -> int:
    """Return numerator / denominator to the nearest integer, halves away from zero; exact at any size."""
    quotient, remainder = divmod(abs(numerator), denominator)
    if 2 * remainder >= denominator:
        quotient += 1
    return -quotient if numerator < 0 else quotient


def round_to_cents(amount: Decimal) -> Decimal:
    """Return an exact amount of dollars rounded half up to cents."""
    if not amount.is_finite():
        raise NotAnAmount(f"{amount} is not a number.")
    numerator, denominator = amount.as_integer_ratio()
    return from_cents(divide_half_up(numerator * 100, denominator))


def pro_rata(*, amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Return amount x part / whole rounded half up to cents, never more than `amount` where part <= whole.

    All three are dollars in whole cents and `whole` is above zero; the other share is `amount` less this one.
    """
    return from_cents(divide_half_up(count_cents(amount) * count_cents(part), count_cents(whole)))


def write_amount(amount: Decimal) -> str:
    """Return an amount as people read it where the dollar is understood: "20,812.37", "-500.00"."""
    return f"{amount:,.2f}"


def write_dollars(amount: Decimal) -> str:
    """Return an amount as people read it in a sentence: "$20,812.37", "-$500.00"."""
    return f"-${write_amount(-amount)}" if amount < 0 else f"${write_amount(amount)}"
