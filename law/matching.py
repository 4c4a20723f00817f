"""Forms that arrived against the forms expected: which came for which, and what each pair differs in."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from law.causes import (
    COMBINED,
    UNEXPECTED,
    Box,
    Cause,
    Received1099R,
    Received5498,
    compare_amounts,
    compare_boxes,
    miss_form_1099r,
    miss_form_5498,
    name_causes,
    name_form_5498,
)
from law.money import CENT, ZERO
from law.tax_forms import Form1099R, Form5498, combine_forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A form expected and the one that came for it: their places in what was given, None where there is none.

    `stands_for` are the places of the expected forms that a combined form stands for.
    """

    expected: int | None
    received: int | None
    boxes: tuple[Box, ...] = ()
    causes: tuple[Cause, ...] = ()
    stands_for: tuple[int, ...] = ()

    @property
    def agrees(self) -> bool:
        return not self.causes

    @property
    def differs(self) -> bool:
        return not all(box.agrees for box in self.boxes)


# --- Form 1099-R -------------------------------------------------------------------------------------------


def match_forms(*, expected: Sequence[Form1099R], received: Sequence[Received1099R]) -> tuple[Match, ...]:
    """Return the best assignment of the forms that came to those expected, in the order of the expected.

    One combined form may stand for all direct rollovers. Forms that nothing expects follow, as they came.
    """
    direct = tuple(place for place, form in enumerate(expected) if form.is_direct)
    combined = combine_forms(forms=expected)
    if combined is None or not _came_combined(combined, expected, received):
        return _match_each(list(enumerate(expected)), received)
    paid = [(place, form) for place, form in enumerate(expected) if not form.is_direct]
    return _match_each([(direct[0], combined), *paid], received, stands_for=direct)


def _came_combined(
    combined: Form1099R, expected: Sequence[Form1099R], received: Sequence[Received1099R]
) -> bool:
    """Return whether fewer forms came than were expected, one of them nearer to the sum than to any of those."""
    alike = [came for came in received if any(_weigh(form, came) for form in (combined, *expected))]
    return len(alike) < len(expected) and any(
        abs(came.gross - combined.box_1_gross) < min(abs(came.gross - form.box_1_gross) for form in expected)
        for came in alike
    )


def _match_each(
    expected: list[tuple[int, Form1099R]],
    received: Sequence[Received1099R],
    *,
    stands_for: tuple[int, ...] = (),
) -> tuple[Match, ...]:
    pairs = _assign([[_weigh(form, came) for came in received] for _, form in expected])
    matches = []
    for row, (place, form) in enumerate(expected):
        combines = stands_for if place in stands_for else ()
        column = pairs.get(row)
        if column is None:
            matches.append(
                Match(expected=place, received=None, causes=(miss_form_1099r(form),), stands_for=combines)
            )
            continue
        boxes = compare_boxes(expected=form, received=received[column])
        causes = name_causes(expected=form, received=received[column])
        if combines:
            causes = (COMBINED, *causes)
        matches.append(
            Match(expected=place, received=column, boxes=boxes, causes=causes, stands_for=combines)
        )
    taken = set(pairs.values())
    matches += [
        Match(expected=None, received=column, causes=(UNEXPECTED,))
        for column in range(len(received))
        if column not in taken
    ]
    return tuple(matches)


_Weight = tuple[int, Decimal, int]


def _weigh(expected: Form1099R, received: Received1099R) -> _Weight | None:
    """Return how far apart two forms are, None where they have nothing in common: no amount and no code."""
    gross_apart = abs(received.gross - expected.box_1_gross)
    same_basis = received.basis == expected.box_5_basis
    same_code = received.code == expected.code
    if gross_apart > CENT and not same_code and not (same_basis and received.basis):
        return None
    same_taxable = (received.taxable or ZERO) == expected.box_2a_taxable
    weight = 4 * (gross_apart > CENT) + 2 * (not same_basis) + 2 * (not same_taxable) + (not same_code)
    boxes = compare_boxes(expected=expected, received=received)
    return weight, gross_apart, sum(not box.agrees for box in boxes)


def _assign(weights: list[list[_Weight | None]]) -> dict[int, int]:
    """Return the column of each row: as many pairs as there can be, then the lightest, then the earliest.

    There are few rows and any number of columns: each set of rows is kept once, so the work grows with the
    columns only.
    """
    best: dict[frozenset[int], tuple[_Weight, dict[int, int]]] = {frozenset(): ((0, ZERO, 0), {})}
    for column in range(len(weights[0]) if weights else 0):
        for rows, (weight, pairs) in list(best.items()):
            for row, row_weights in enumerate(weights):
                added = row_weights[column]
                if row in rows or added is None:
                    continue
                total = (weight[0] + added[0], weight[1] + added[1], weight[2] + added[2])
                grown = rows | {row}
                if grown not in best or total < best[grown][0]:
                    best[grown] = (total, pairs | {row: column})
    most = max(len(rows) for rows in best)
    return min((each for rows, each in best.items() if len(rows) == most), key=lambda each: each[0])[1]


# --- Form 5498 ---------------------------------------------------------------------------------------------


def match_5498s(*, expected: Sequence[Form5498], received: Sequence[Received5498]) -> tuple[Match, ...]:
    """Return the best assignment of the Forms 5498 that came to those expected, nearest amounts together."""
    pairs = _assign(
        [[(0, abs(came.rollover - form.box_2_rollover), 0) for came in received] for form in expected]
    )
    matches = []
    for row, form in enumerate(expected):
        column = pairs.get(row)
        if column is None:
            matches.append(Match(expected=row, received=None, causes=(miss_form_5498(form),)))
            continue
        box = compare_amounts("2", form.box_2_rollover, received[column].rollover)
        causes = () if box.agrees else (name_form_5498(form, received[column]),)
        matches.append(Match(expected=row, received=column, boxes=(box,), causes=causes))
    taken = set(pairs.values())
    matches += [
        Match(expected=None, received=column, causes=(UNEXPECTED,))
        for column in range(len(received))
        if column not in taken
    ]
    return tuple(matches)
