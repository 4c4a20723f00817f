"""Every figure's arithmetic, as data: its terms in order, the operation before each, rounding and authority.

One mechanism for the page and for the reviewer: no figure has a text of its own. Each rule states the arithmetic
of its figures beside itself, as `explain_...`; `evaluate_explanation` works it out again, so that a figure and
its explanation cannot part.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from law.money import ZERO, divide_half_up


class Operation(StrEnum):
    """What a term does to what the terms before it came to."""

    START = ""
    PLUS = "+"
    MINUS = "-"
    TIMES = "x"
    DIVIDED_BY = "/"
    LESSER_OF = "lesser of"
    GREATER_OF = "greater of"


class Rounding(StrEnum):
    """How the outcome of the terms became the figure; halves go away from zero."""

    NONE = ""
    CENTS = "Rounded once, half up."
    THOUSANDTHS = "Rounded half up to three decimals, as the form allows."
    FLOOR = "Whole years: the fraction is dropped."


_PLACES = {Rounding.CENTS: 2, Rounding.THOUSANDTHS: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One number of an equation: dollars, exact where they have more than two places, or a ratio (`is_ratio`)."""

    label: str
    amount: Decimal
    operation: Operation = Operation.START
    authority: str = ""
    is_ratio: bool = False

    @property
    def written(self) -> str:
        return write_figure(amount=self.amount, is_ratio=self.is_ratio)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A figure, the terms it was computed from, how it was rounded, and what it rests on.

    The figure is in dollars unless `is_ratio`. `never_below_zero` says that a negative outcome counts as zero.
    """

    figure: str
    amount: Decimal
    terms: tuple[Term, ...]
    citation: str
    rounding: Rounding = Rounding.NONE
    never_below_zero: bool = False
    is_ratio: bool = False
    note: str = ""

    @property
    def written(self) -> str:
        return write_figure(amount=self.amount, is_ratio=self.is_ratio)


def evaluate_explanation(*, explanation: Explanation) -> Decimal:
    """Return the figure that the terms come to, from left to right: what `explanation.amount` must be."""
    outcome = Fraction(0)
    for term in explanation.terms:
        amount = Fraction(term.amount)
        match term.operation:
            case Operation.START:
                outcome = amount
            case Operation.PLUS:
                outcome += amount
            case Operation.MINUS:
                outcome -= amount
            case Operation.TIMES:
                outcome *= amount
            case Operation.DIVIDED_BY:
                outcome /= amount
            case Operation.LESSER_OF:
                outcome = min(outcome, amount)
            case Operation.GREATER_OF:
                outcome = max(outcome, amount)
    if explanation.never_below_zero:
        outcome = max(outcome, Fraction(0))
    if explanation.rounding is Rounding.FLOOR:
        return Decimal(outcome.numerator // outcome.denominator)
    places = _PLACES.get(explanation.rounding)
    if places is not None:
        scaled = divide_half_up(outcome.numerator * 10**places, outcome.denominator)
        return Decimal(scaled).scaleb(-places)
    return Decimal(outcome.numerator) / Decimal(outcome.denominator)


def write_figure(*, amount: Decimal, is_ratio: bool = False) -> str:
    """Return a number as a page prints it: dollars with thousands apart and two places, more where exact."""
    if is_ratio:
        return f"{amount:f}"
    dollars = amount.quantize(ZERO)
    return f"{dollars if dollars == amount else amount.normalize():,f}"
