"""An explanation as one line, whole, for cases to state: every word and number that a page would show of it."""

from law.figures import Rounding


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
