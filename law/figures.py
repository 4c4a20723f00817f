"""A figure is made by its arithmetic: the terms make the amount, so a figure and what "=" opens are one object.

    work_out("Room left", start("limit", limit), minus("employer contribution", employer), citation="IRC 415(c)")

The terms act from left to right on what came before them, exactly; the outcome is rounded once, at the end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum
from typing import NamedTuple

from law.money import ZERO, divide_half_up, write_amount

_EXACT = Context(prec=60)  # no sum or product of the amounts and ratios of the law has more digits


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
_ONE = Decimal(1)
# What a term does where nothing has been divided by yet; where it has, the term is first multiplied by that.
_ACTS: dict[Operation, Callable[[Decimal, Decimal], Decimal]] = {
    Operation.PLUS: _EXACT.add,
    Operation.MINUS: _EXACT.subtract,
    Operation.LESSER_OF: min,
    Operation.GREATER_OF: max,
}


# Not a dataclass: a command makes some twenty for every line, and a frozen dataclass takes twice as long to make.
class Term(NamedTuple):
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
class Figure:
    """A figure with what it is called, the terms that made it, how it was rounded, and what it rests on.

    `amount` is in dollars unless `is_ratio`. `never_below_zero` says that a negative outcome counts as zero. Only
    `work_out` makes one, so that the terms always come to the amount.
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


# --- Terms --------------------------------------------------------------------------------------------------


def start(label: str, amount: Decimal, *, authority: str = "", is_ratio: bool = False) -> Term:
    """Return the term with which the arithmetic begins."""
    return Term(label, amount, Operation.START, authority, is_ratio)


def plus(label: str, amount: Decimal, *, authority: str = "") -> Term:
    """Return a term that is added."""
    return Term(label, amount, Operation.PLUS, authority)


def minus(label: str, amount: Decimal, *, authority: str = "") -> Term:
    """Return a term that is taken away."""
    return Term(label, amount, Operation.MINUS, authority)


def times(label: str, amount: Decimal, *, authority: str = "", is_ratio: bool = False) -> Term:
    """Return a term that multiplies what came before it."""
    return Term(label, amount, Operation.TIMES, authority, is_ratio)


def divided_by(label: str, amount: Decimal, *, authority: str = "", is_ratio: bool = False) -> Term:
    """Return a term that divides what came before it; its amount is not zero."""
    return Term(label, amount, Operation.DIVIDED_BY, authority, is_ratio)


def at_most(label: str, amount: Decimal, *, authority: str = "") -> Term:
    """Return a term that what came before it cannot exceed."""
    return Term(label, amount, Operation.LESSER_OF, authority)


# --- Figures ------------------------------------------------------------------------------------------------


def work_out(
    figure: str,
    *terms: Term,
    citation: str,
    rounding: Rounding = Rounding.NONE,
    never_below_zero: bool = False,
    is_ratio: bool = False,
    note: str = "",
) -> Figure:
    """Return the figure that the terms come to, from left to right, with all that its reader needs."""
    return Figure(
        figure=figure,
        amount=_come_to(terms, rounding, never_below_zero),
        terms=terms,
        citation=citation,
        rounding=rounding,
        never_below_zero=never_below_zero,
        is_ratio=is_ratio,
        note=note,
    )


def _come_to(terms: tuple[Term, ...], rounding: Rounding, never_below_zero: bool) -> Decimal:
    """Return the outcome, kept as numerator and denominator (above zero) so that nothing is rounded on the way."""
    outcome, denominator = ZERO, _ONE
    for term in terms:
        operation, amount = term.operation, term.amount
        if operation in _ACTS:
            if denominator is not _ONE:
                amount = _EXACT.multiply(amount, denominator)
            outcome = _ACTS[operation](outcome, amount)
        elif operation is Operation.START:
            outcome, denominator = amount, _ONE
        elif operation is Operation.TIMES:
            outcome = _EXACT.multiply(outcome, amount)
        else:
            if amount < ZERO:
                outcome, amount = -outcome, -amount
            denominator = _EXACT.multiply(denominator, amount)
    if never_below_zero:
        outcome = max(outcome, ZERO)
    return _round(outcome, denominator, rounding)


def _round(outcome: Decimal, denominator: Decimal, rounding: Rounding) -> Decimal:
    if rounding is Rounding.NONE:
        return outcome if denominator == 1 else outcome / denominator
    above, below = outcome.as_integer_ratio()
    times_above, times_below = denominator.as_integer_ratio()
    numerator, divisor = above * times_below, below * times_above
    if rounding is Rounding.FLOOR:
        return Decimal(numerator // divisor)
    places = _PLACES[rounding]
    return Decimal(divide_half_up(numerator * 10**places, divisor)).scaleb(-places)


def write_figure(*, amount: Decimal, is_ratio: bool = False) -> str:
    """Return a number as a page prints it: dollars with thousands apart and two places, more where exact."""
    if is_ratio:
        return f"{amount:f}"
    dollars = amount.quantize(ZERO)
    return write_amount(dollars) if dollars == amount else f"{amount.normalize():,f}"
