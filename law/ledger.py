"""The after-tax ledger of one participant in one plan: what came in, what it earned, what left, what is still there.

Gains are known only as papers show them: a statement's value, or the value just before a distribution. Nothing is
made up in between, so the closing value of a year is its opening value with contributions and gains, less losses,
distributions and returned excesses, to the cent. The basis never follows a statement: it is compared with it.

On one day contributions come first, then returned excesses, then distributions, then the statement, which shows
what moved on its date.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from law.dates import write_date
from law.figures import Figure, Term, minus, plus, start, work_out
from law.money import ZERO, write_dollars
from law.movements import Movement
from law.subaccount import Contract, Share, share_distribution
from law.words import Answer, MovementKind

_CITATION = "IRC 72(d)(2), 72(e)(6), 72(e)(8)"
# What comes first on one day.
_ORDER = (
    MovementKind.CONTRIBUTION,
    MovementKind.RETURNED_EXCESS,
    MovementKind.DISTRIBUTION,
    MovementKind.STATEMENT,
)


class Fate(StrEnum):
    """What becomes of basis that is left when the last dollar is gone."""

    CARRIED = "carried to later after-tax money"
    LOST = "lost"
    HELD_APART = "held apart, not counted"


_FATES = {Answer.YES: Fate.CARRIED, Answer.NO: Fate.LOST, Answer.NOT_VERIFIED: Fate.HELD_APART}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One movement as the ledger took it, in dollars.

    `gain` is what its papers showed beyond the value known before it, below zero for a loss. `basis_change` and
    `value_change` are the movement's own. `set_aside` is basis that stopped counting here, `unrecovered` all basis
    that was left without a dollar. `basis` and `value` are what is there afterwards. `carried_share` is the share
    of a distribution if the plan carries unrecovered basis, where that is not verified and makes a difference.
    """

    movement: Movement
    known_value: Decimal
    gain: Decimal = ZERO
    basis_change: Decimal = ZERO
    value_change: Decimal = ZERO
    unrecovered: Decimal = ZERO
    set_aside: Decimal = ZERO
    basis: Decimal = ZERO
    value: Decimal = ZERO
    share: Share | None = None
    carried_share: Share | None = None
    note: str = ""

    @property
    def earnings_out(self) -> Decimal:
        """What left beyond basis: of a returned excess below zero where it lost."""
        return self.basis_change - self.value_change

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The basis of a distribution, and what it is if the plan carries unrecovered basis, where that differs."""
        name = f"Basis distributed on {write_date(self.movement.date)}"
        shares = ((name, self.share), (f"{name}, if the plan carries unrecovered basis", self.carried_share))
        return tuple(_tell_basis(figure, share) for figure, share in shares if share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What moved in a year, or in all years, in dollars. `returned_earnings` are signed."""

    contributions: Decimal
    gains: Decimal
    losses: Decimal
    distributed_basis: Decimal
    distributed_earnings: Decimal
    returned: Decimal
    returned_earnings: Decimal
    set_aside: Decimal

    @property
    def gain(self) -> Decimal:
        return self.gains - self.losses


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerYear:
    """A year's row, in dollars. `gain` is what papers showed, a loss below zero; without terms where none did.

    `unrecovered` is basis that was left without a dollar in the year, whatever became of it.
    """

    year: int
    opening_basis: Decimal
    opening_value: Decimal
    totals: Totals
    gain: Figure
    unrecovered: Decimal
    closing_basis: Figure
    closing_value: Figure
    entries: tuple[Entry, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The year's gain or loss, its distributions, its closing basis and value."""
        gain = (self.gain,) if self.gain.terms else ()
        shares = (figure for entry in self.entries for figure in entry.figures)
        return (*gain, *shares, self.closing_basis, self.closing_value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All entries in order, and one row a year from the first to the last.

    `closing_if_carried` is what would be there if the plan carries unrecovered basis; None where it is verified.
    """

    opening: Contract
    fate: Fate
    entries: tuple[Entry, ...]
    years: tuple[LedgerYear, ...]
    totals: Totals
    closing_if_carried: Contract | None = None

    @property
    def closing(self) -> Contract:
        """What is still there by the ledger's own account."""
        if not self.entries:
            return self.opening
        return replace(self.opening, balance=self.entries[-1].value, basis=self.entries[-1].basis)

    @property
    def unrecovered(self) -> Decimal:
        """Basis for which no dollar is left: set aside, or carried by an empty sub-account."""
        return self.totals.set_aside + (self.closing.basis if self.closing.balance == ZERO else ZERO)


NOTHING = Contract(balance=ZERO, basis=ZERO, separate_accounting=True)


def keep_ledger(
    *,
    movements: Sequence[Movement],
    carried: Answer,
    opening: Contract = NOTHING,
) -> Ledger:
    """Return the ledger of the movements in the order of their dates (sections 72(d)(2), 72(e)(6) and 72(e)(8)).

    A distribution with a value just before it is shared at that value. Without one it is shared at the value last
    known; where it takes that value or more, all is taken to have left, and the sub-account to have been worth
    exactly what left. A returned excess takes its contributions out of basis, as far as there is basis, and its
    contributions with their earnings out of the value, which is likewise never taken to be less than what left.

    Basis that is left when the value is zero goes by the plan's policy `carried`: it stays for later after-tax
    money, it is lost, or, not verified, it is held apart and not counted, and later distributions also say what
    their share would be under the carry.

    Raises DistributionExceedsBalance where more leaves than the value just before.
    """
    ordered = sorted(movements, key=lambda each: (each.date, _ORDER.index(each.kind)))
    entries = _enter(ordered, opening=opening, fate=_FATES[carried])
    closing_if_carried = None
    if carried is Answer.NOT_VERIFIED:
        under_carry = _enter(ordered, opening=opening, fate=Fate.CARRIED)
        entries = [
            replace(entry, carried_share=other.share)
            if entry.share and other.share and entry.share.after_tax != other.share.after_tax
            else entry
            for entry, other in zip(entries, under_carry, strict=True)
        ]
        if under_carry:
            closing_if_carried = replace(opening, balance=under_carry[-1].value, basis=under_carry[-1].basis)
    return Ledger(
        opening=opening,
        fate=_FATES[carried],
        entries=tuple(entries),
        years=_make_years(entries, opening=opening, fate=_FATES[carried]),
        totals=_total(entries),
        closing_if_carried=closing_if_carried,
    )


def weigh_carry(*, ledger: Ledger) -> tuple[Share, Share] | None:
    """Return the shares if all left now: without the carry and with it, where that is open and matters."""
    without, carried = ledger.closing, ledger.closing_if_carried
    if carried is None or carried == without or without.balance == ZERO:
        return None
    return (
        share_distribution(contract=without, distribution=without.balance),
        share_distribution(contract=carried, distribution=carried.balance),
    )


def _enter(movements: Sequence[Movement], *, opening: Contract, fate: Fate) -> list[Entry]:
    basis, value = opening.basis, opening.balance
    entries = []
    for movement in movements:
        entry = _move(movement, basis=basis, value=value)
        basis += entry.basis_change
        value += entry.gain + entry.value_change
        unrecovered = basis if value == ZERO and movement.kind is not MovementKind.CONTRIBUTION else ZERO
        set_aside = ZERO if fate is Fate.CARRIED else unrecovered
        basis -= set_aside
        entries.append(replace(entry, unrecovered=unrecovered, set_aside=set_aside, basis=basis, value=value))
    return entries


def _move(movement: Movement, *, basis: Decimal, value: Decimal) -> Entry:
    """Return what a movement does to what is there; what is left is added up by the caller."""
    amount = movement.amount
    if movement.kind is MovementKind.CONTRIBUTION:
        note = "" if movement.is_dated else "Date not recorded: taken at the end of the year."
        return Entry(
            movement=movement, known_value=value, basis_change=amount, value_change=amount, note=note
        )
    if movement.kind is MovementKind.STATEMENT:
        return Entry(movement=movement, known_value=value, gain=amount - value)
    if movement.kind is MovementKind.RETURNED_EXCESS:
        left = amount + movement.earnings
        returned = min(amount, basis)
        note = "" if returned == amount else "More was returned than the ledger had as basis."
        return Entry(
            movement=movement,
            known_value=value,
            gain=max(left - value, ZERO),
            basis_change=-returned,
            value_change=-left,
            note=note,
        )
    worth, note = movement.value_before, ""
    if worth is None:
        worth = max(value, amount)
        taken = "all is taken to have left." if amount == worth else "shared at the value last known."
        note = f"Value on the payment date not recorded: {taken}"
    share = share_distribution(
        contract=Contract(balance=worth, basis=basis, separate_accounting=True), distribution=amount
    )
    return Entry(
        movement=movement,
        known_value=value,
        gain=worth - value,
        basis_change=-share.after_tax,
        value_change=-amount,
        share=share,
        note=note,
    )


def _total(entries: Sequence[Entry]) -> Totals:
    def add(kind: MovementKind, figure: str) -> Decimal:
        return sum((getattr(entry, figure) for entry in entries if entry.movement.kind is kind), ZERO)

    return Totals(
        contributions=add(MovementKind.CONTRIBUTION, "basis_change"),
        gains=sum((entry.gain for entry in entries if entry.gain > ZERO), ZERO),
        losses=-sum((entry.gain for entry in entries if entry.gain < ZERO), ZERO),
        distributed_basis=-add(MovementKind.DISTRIBUTION, "basis_change"),
        distributed_earnings=add(MovementKind.DISTRIBUTION, "earnings_out"),
        returned=-add(MovementKind.RETURNED_EXCESS, "basis_change"),
        returned_earnings=add(MovementKind.RETURNED_EXCESS, "earnings_out"),
        set_aside=sum((entry.set_aside for entry in entries), ZERO),
    )


def _make_years(entries: Sequence[Entry], *, opening: Contract, fate: Fate) -> tuple[LedgerYear, ...]:
    if not entries:
        return ()
    by_year = {
        year: tuple(each) for year, each in groupby(entries, key=lambda entry: entry.movement.date.year)
    }
    rows = []
    basis, value = opening.basis, opening.balance
    for year in range(min(by_year), max(by_year) + 1):
        row = _make_year(year, by_year.get(year, ()), basis=basis, value=value, fate=fate)
        rows.append(row)
        basis, value = row.closing_basis.amount, row.closing_value.amount
    return tuple(rows)


def _make_year(
    year: int, entries: tuple[Entry, ...], *, basis: Decimal, value: Decimal, fate: Fate
) -> LedgerYear:
    totals = _total(entries)
    return LedgerYear(
        year=year,
        opening_basis=basis,
        opening_value=value,
        totals=totals,
        gain=_work_out_gain(year, entries),
        unrecovered=_find_unrecovered(entries),
        closing_basis=work_out(
            f"Closing basis of {year}",
            start("opening basis", basis),
            *_list_moved(
                plus("contributions", totals.contributions),
                minus("basis distributed", totals.distributed_basis),
                minus("contributions returned", totals.returned),
                minus(f"unrecovered basis, {fate}", totals.set_aside),
            ),
            citation=_CITATION,
        ),
        closing_value=work_out(
            f"Closing value of {year}",
            start("opening value", value),
            *_list_moved(
                plus("contributions", totals.contributions),
                plus("gains", totals.gains),
                minus("losses", totals.losses),
                minus("basis distributed", totals.distributed_basis),
                minus("earnings distributed", totals.distributed_earnings),
                minus("contributions returned", totals.returned),
                minus("earnings returned with them", totals.returned_earnings),
            ),
            citation=_CITATION,
        ),
        entries=entries,
    )


def _list_moved(*terms: Term) -> list[Term]:
    return [term for term in terms if term.amount != ZERO]


def _work_out_gain(year: int, entries: Sequence[Entry]) -> Figure:
    terms: list[Term] = []
    for entry in entries:
        if entry.gain != ZERO:
            first = plus if terms else start
            worth = first(f"worth on {write_date(entry.movement.date)}", entry.known_value + entry.gain)
            terms += [worth, minus("known before", entry.known_value)]
    is_loss = sum(entry.gain for entry in entries) < ZERO
    return work_out(
        f"{'Loss' if is_loss else 'Gain'} of {year}",
        *terms,
        citation="IRC 72(d)(2)",
        note="As statements, and values just before a distribution, show it.",
    )


def _find_unrecovered(entries: Sequence[Entry]) -> Decimal:
    """Return the basis left without a dollar in a year: all that was set aside, or the latest that is carried."""
    set_aside = sum((entry.set_aside for entry in entries), ZERO)
    return set_aside or next((each.unrecovered for each in reversed(entries) if each.unrecovered), ZERO)


def _tell_basis(figure: str, share: Share) -> Figure:
    """Return the after-tax part of a distribution in the ledger's words."""
    part = share.after_tax_part
    labels = ("distribution", "basis just before", "value just before")[: len(part.terms)]
    return replace(
        part,
        figure=figure,
        terms=tuple(
            Term(label=label, amount=term.amount, operation=term.operation)
            for label, term in zip(labels, part.terms, strict=True)
        ),
        citation=_CITATION,
        note=f"Earnings are the rest, {write_dollars(share.pretax)}.",
    )
