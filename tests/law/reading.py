"""A figure as one line, whole, for cases to state, and its terms worked out by another hand than `work_out`."""

import math
from decimal import Decimal
from fractions import Fraction

from law.figures import Operation, Rounding


def read_out(explanation):
    """This function will return `figure: terms = figure. Rounding [citation] note`."""
    terms = " ".join(
        f"{term.operation} {term.label} {term.written}{' (a ratio)' if term.is_ratio else ''}"
        f"{f' ({term.authority})' if term.authority else ''}".strip()
        for term in explanation.terms
    )
    figure = f"{explanation.written}{' (a ratio)' if explanation.is_ratio else ''}"
    rounding = f" {explanation.rounding}" if explanation.rounding is not Rounding.NONE else ""
    floor = " Never below zero." if explanation.never_below_zero else ""
    note = f" {explanation.note}" if explanation.note else ""
    return f"{explanation.figure}: {terms} = {figure}.{rounding}{floor} [{explanation.citation}]{note}"


def list_words(figure):
    """This function will return the figure's name, its terms, its citation, its rounding and its note."""
    return [
        figure.figure,
        *(f"{term.operation} {term.label} {term.written}".strip() for term in figure.terms),
        figure.citation,
        str(figure.rounding),
        figure.note,
    ]


def come_to(figure):
    """This function will return what the terms come to, in fractions: what `figure.amount` must be."""
    outcome = Fraction(0)
    for term in figure.terms:
        amount = Fraction(term.amount)
        outcome = {
            Operation.START: lambda before, amount: amount,
            Operation.PLUS: lambda before, amount: before + amount,
            Operation.MINUS: lambda before, amount: before - amount,
            Operation.TIMES: lambda before, amount: before * amount,
            Operation.DIVIDED_BY: lambda before, amount: before / amount,
            Operation.LESSER_OF: min,
            Operation.GREATER_OF: max,
        }[term.operation](outcome, amount)
    if figure.never_below_zero:
        outcome = max(outcome, Fraction(0))
    match figure.rounding:
        case Rounding.FLOOR:
            return Decimal(math.floor(outcome))
        case Rounding.CENTS | Rounding.THOUSANDTHS:
            unit = {Rounding.CENTS: 100, Rounding.THOUSANDTHS: 1000}[figure.rounding]
            halves_up = math.floor(abs(outcome) * unit + Fraction(1, 2))
            return Decimal(halves_up if outcome >= 0 else -halves_up) / unit
    return Decimal(outcome.numerator) / outcome.denominator
