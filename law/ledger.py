"""The after-tax ledger of one participant in one plan: what came in, what it earned, what left, what is still there.

Gains are known only as papers show them: a statement's value, or the value just before a distribution. Nothing is
made up in between, so the closing value of a year is its opening value with contributions and gains, less losses,
distributions and returned excesses, to the cent. The basis never follows a statement: it is compared with it.

On one day contributions come first, then returned excesses, then distributions, then the statement, which shows
what moved on its date.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from law.figures import Explanation, Operation, Rounding, Term
from law.money import CENT, ZERO, format_dollars
from law.subaccount import Contract, Share, share_distribution
from law.words import Answer

DAYS_IN_TRANSIT = 10
_CITATION = "IRC 72(d)(2), 72(e)(6), 72(e)(8)"


class Kind(StrEnum):
    """What an entry of the ledger is. The order is the order of one day."""

    CONTRIBUTION = "contribution"
    RETURNED_EXCESS = "returned_excess"
    DISTRIBUTION = "distribution"
    STATEMENT = "statement"


_ORDER = tuple(Kind)


class Fate(StrEnum):
    """What becomes of basis that is left when the last dollar is gone."""

    CARRIED = "carried to later after-tax money"
    LOST = "lost"
    HELD_APART = "held apart, not counted"


_FATES = {Answer.YES: Fate.CARRIED, Answer.NO: Fate.LOST, Answer.NOT_VERIFIED: Fate.HELD_APART}


class NotAMovement(ValueError):
    """Nothing moves, or a returned excess loses more than its amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A contribution, a returned excess, a distribution or a statement, in dollars.

    `amount` is the contribution, the contributions returned, the whole distribution, or the value that a statement
    shows; `earnings` are what was returned with an excess, below zero at a loss. `value_before` is what the
    sub-account was worth just before a distribution, where it is known. `basis` is what a statement says of it.
    `reference` names the letter that asked for a distribution, and `estimated_after_tax` what that letter took the
    after-tax part to be. `for_year` is the limitation year of a contribution; `is_dated` is False where only the
    year is on record.
    """

    kind: Kind
    date: datetime.date
    amount: Decimal
    earnings: Decimal = ZERO
    value_before: Decimal | None = None
    basis: Decimal = ZERO
    reference: str = ""
    estimated_after_tax: Decimal | None = None
    for_year: int | None = None
    is_dated: bool = True
    key: int | None = None

    def __post_init__(self) -> None:
        if self.kind is Kind.STATEMENT:
            if self.amount < ZERO or self.basis < ZERO:
                raise NotAMovement("A statement's value and basis are never below zero.")
        elif self.amount <= ZERO or self.amount + self.earnings < ZERO:
            raise NotAMovement("Something moves, and an excess loses no more than its amount.")


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
    """A year's row. `unrecovered` is basis that was left without a dollar in it, whatever became of it."""

    year: int
    opening_basis: Decimal
    opening_value: Decimal
    totals: Totals
    unrecovered: Decimal
    closing_basis: Decimal
    closing_value: Decimal
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A statement against the ledger. `difference` is the statement's basis less the ledger's, in dollars.

    The value agrees by construction; `gain` is what the statement showed of it. `is_unchanged` says that the
    statement before it had the same difference.
    """

    statement: Movement
    ledger_basis: Decimal
    difference: Decimal
    gain: Decimal
    is_unchanged: bool
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All entries in order, one row a year from the first to the last, and the statements against them.

    `closing_if_carried` is what would be there if the plan carries unrecovered basis; None where it is verified.
    """

    opening: Contract
    fate: Fate
    entries: tuple[Entry, ...]
    years: tuple[LedgerYear, ...]
    totals: Totals
    reconciliations: tuple[Reconciliation, ...]
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
    unrecorded: Mapping[int, Decimal] | None = None,
) -> Ledger:
    """Return the ledger of the movements in the order of their dates (sections 72(d)(2), 72(e)(6) and 72(e)(8)).

    A distribution with a value just before it is shared at that value. Without one it is shared at the value last
    known; where it takes that value or more, all is taken to have left, and the sub-account to have been worth
    exactly what left. A returned excess takes its contributions out of basis, as far as there is basis, and its
    contributions with their earnings out of the value, which is likewise never taken to be less than what left.

    Basis that is left when the value is zero goes by the plan's policy `carried`: it stays for later after-tax
    money, it is lost, or, not verified, it is held apart and not counted, and later distributions also say what
    their share would be under the carry. `unrecorded` is, by year, what the year's record says was contributed
    beyond the deposits on record, signed: a difference from a statement may be just that.

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
        years=_make_years(entries, opening=opening),
        totals=_total(entries),
        reconciliations=_reconcile(entries, unrecorded=unrecorded or {}),
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
        unrecovered = basis if value == ZERO and movement.kind is not Kind.CONTRIBUTION else ZERO
        set_aside = ZERO if fate is Fate.CARRIED else unrecovered
        basis -= set_aside
        entries.append(replace(entry, unrecovered=unrecovered, set_aside=set_aside, basis=basis, value=value))
    return entries


def _move(movement: Movement, *, basis: Decimal, value: Decimal) -> Entry:
    """Return what a movement does to what is there; what is left is added up by the caller."""
    amount = movement.amount
    if movement.kind is Kind.CONTRIBUTION:
        note = "" if movement.is_dated else "Date not recorded: taken at the end of the year."
        return Entry(
            movement=movement, known_value=value, basis_change=amount, value_change=amount, note=note
        )
    if movement.kind is Kind.STATEMENT:
        return Entry(movement=movement, known_value=value, gain=amount - value)
    if movement.kind is Kind.RETURNED_EXCESS:
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
    def add(kind: Kind, figure: str) -> Decimal:
        return sum((getattr(entry, figure) for entry in entries if entry.movement.kind is kind), ZERO)

    return Totals(
        contributions=add(Kind.CONTRIBUTION, "basis_change"),
        gains=sum((entry.gain for entry in entries if entry.gain > ZERO), ZERO),
        losses=-sum((entry.gain for entry in entries if entry.gain < ZERO), ZERO),
        distributed_basis=-add(Kind.DISTRIBUTION, "basis_change"),
        distributed_earnings=add(Kind.DISTRIBUTION, "earnings_out"),
        returned=-add(Kind.RETURNED_EXCESS, "basis_change"),
        returned_earnings=add(Kind.RETURNED_EXCESS, "earnings_out"),
        set_aside=sum((entry.set_aside for entry in entries), ZERO),
    )


def _make_years(entries: Sequence[Entry], *, opening: Contract) -> tuple[LedgerYear, ...]:
    if not entries:
        return ()
    by_year = {
        year: tuple(each) for year, each in groupby(entries, key=lambda entry: entry.movement.date.year)
    }
    rows = []
    basis, value = opening.basis, opening.balance
    for year in range(min(by_year), max(by_year) + 1):
        of_year = by_year.get(year, ())
        closing_basis, closing_value = (of_year[-1].basis, of_year[-1].value) if of_year else (basis, value)
        rows.append(
            LedgerYear(
                year=year,
                opening_basis=basis,
                opening_value=value,
                totals=_total(of_year),
                unrecovered=_find_unrecovered(of_year),
                closing_basis=closing_basis,
                closing_value=closing_value,
                entries=of_year,
            )
        )
        basis, value = closing_basis, closing_value
    return tuple(rows)


def _find_unrecovered(entries: Sequence[Entry]) -> Decimal:
    """Return the basis left without a dollar in a year: all that was set aside, or the latest that is carried."""
    set_aside = sum((entry.set_aside for entry in entries), ZERO)
    return set_aside or next((each.unrecovered for each in reversed(entries) if each.unrecovered), ZERO)


# --- Statements against the ledger ------------------------------------------------------------------------


def _reconcile(entries: Sequence[Entry], *, unrecorded: Mapping[int, Decimal]) -> tuple[Reconciliation, ...]:
    reconciliations: list[Reconciliation] = []
    for place, entry in enumerate(entries):
        if entry.movement.kind is not Kind.STATEMENT:
            continue
        difference = entry.movement.basis - entry.basis
        before = reconciliations[-1] if reconciliations else None
        is_unchanged = before is not None and difference != ZERO and before.difference == difference
        causes: tuple[str, ...] = ()
        if is_unchanged and before:
            causes = (f"The same difference as on {_write_date(before.statement.date)}: nothing new.",)
        elif difference != ZERO:
            causes = _name_causes(entries, place=place, difference=difference, unrecorded=unrecorded)
        reconciliations.append(
            Reconciliation(
                statement=entry.movement,
                ledger_basis=entry.basis,
                difference=difference,
                gain=entry.gain,
                is_unchanged=is_unchanged,
                causes=causes,
            )
        )
    return tuple(reconciliations)


def _name_causes(
    entries: Sequence[Entry], *, place: int, difference: Decimal, unrecorded: Mapping[int, Decimal]
) -> tuple[str, ...]:
    """Return the likely causes of a difference that the facts name, each a sentence."""
    date = entries[place].movement.date
    causes = []
    earlier = [entry for entry in entries[:place] if entry.movement.kind is Kind.DISTRIBUTION]
    for entry in entries:
        movement = entry.movement
        if movement.kind is Kind.CONTRIBUTION and movement.amount == abs(difference):
            days = (movement.date - date).days
            is_near = abs(days) <= DAYS_IN_TRANSIT
            written = format_dollars(movement.amount)
            if not movement.is_dated and movement.date.year == date.year and days > 0 and difference > ZERO:
                causes.append(
                    f"It equals the {written} contributed for {movement.for_year}, whose date is not recorded."
                )
            elif is_near and (days > 0) == (difference > ZERO):
                shown = "already show it" if days > 0 else "not show it yet"
                causes.append(
                    f"It equals the contribution of {written} dated {_write_date(movement.date)}:"
                    f" the statement may {shown}."
                )
    for entry in earlier:
        if -entry.basis_change == difference and (date - entry.movement.date).days <= DAYS_IN_TRANSIT:
            causes.append(
                f"It equals the basis of the distribution dated {_write_date(entry.movement.date)}: the statement"
                " may not show it yet."
            )
        estimate = entry.movement.estimated_after_tax
        if estimate is not None and entry.basis_change + estimate == -difference:
            causes.append(
                f"It equals the after-tax part that letter {entry.movement.reference} estimated,"
                f" {format_dollars(estimate)}, against the {format_dollars(-entry.basis_change)} of the payment."
            )
    for year, amount in sorted(unrecorded.items()):
        if amount == difference:
            causes.append(
                f"It equals what the record of {year} says was contributed, less the deposits on record."
            )
    if difference == sum((entry.set_aside for entry in entries[: place + 1]), ZERO):
        causes.append("It equals the unrecovered basis: the recordkeeper seems to carry it.")
    if abs(difference) <= CENT * len(earlier):
        causes.append("No more than a cent for each distribution: both sides round their shares.")
    return tuple(causes)


def _write_date(date: datetime.date) -> str:
    return f"{date:%B} {date.day}, {date.year}"


# --- Its arithmetic ---------------------------------------------------------------------------------------


def explain_ledger_year(*, row: LedgerYear, fate: Fate) -> tuple[Explanation, ...]:
    """Return the arithmetic of a year: its gain or loss, its distributions, its closing basis and value."""
    totals = row.totals
    gains = [entry for entry in row.entries if entry.gain != ZERO]
    explanations = []
    if gains:
        terms = [
            term
            for entry in gains
            for term in (
                Term(
                    operation=Operation.PLUS,
                    label=f"worth on {_write_date(entry.movement.date)}",
                    amount=entry.known_value + entry.gain,
                ),
                Term(operation=Operation.MINUS, label="known before", amount=entry.known_value),
            )
        ]
        explanations.append(
            Explanation(
                figure=f"{'Loss' if totals.gain < ZERO else 'Gain'} of {row.year}",
                amount=totals.gain,
                terms=_start(terms),
                citation="IRC 72(d)(2)",
                note="As statements, and values just before a distribution, show it.",
            )
        )
    for entry in row.entries:
        if entry.share:
            explanations.append(_explain_share(entry.share, date=entry.movement.date))
        if entry.carried_share:
            explanations.append(
                _explain_share(entry.carried_share, date=entry.movement.date, is_carried=True)
            )
    explanations.append(
        _explain_sum(
            figure=f"Closing basis of {row.year}",
            amount=row.closing_basis,
            opening=("opening basis", row.opening_basis),
            terms=(
                (Operation.PLUS, "contributions", totals.contributions),
                (Operation.MINUS, "basis distributed", totals.distributed_basis),
                (Operation.MINUS, "contributions returned", totals.returned),
                (Operation.MINUS, f"unrecovered basis, {fate}", totals.set_aside),
            ),
        )
    )
    explanations.append(
        _explain_sum(
            figure=f"Closing value of {row.year}",
            amount=row.closing_value,
            opening=("opening value", row.opening_value),
            terms=(
                (Operation.PLUS, "contributions", totals.contributions),
                (Operation.PLUS, "gains", totals.gains),
                (Operation.MINUS, "losses", totals.losses),
                (Operation.MINUS, "basis distributed", totals.distributed_basis),
                (Operation.MINUS, "earnings distributed", totals.distributed_earnings),
                (Operation.MINUS, "contributions returned", totals.returned),
                (Operation.MINUS, "earnings returned with them", totals.returned_earnings),
            ),
        )
    )
    return tuple(explanations)


def _explain_sum(
    *,
    figure: str,
    amount: Decimal,
    opening: tuple[str, Decimal],
    terms: tuple[tuple[Operation, str, Decimal], ...],
) -> Explanation:
    return Explanation(
        figure=figure,
        amount=amount,
        terms=(
            Term(label=opening[0], amount=opening[1]),
            *(
                Term(operation=operation, label=label, amount=each)
                for operation, label, each in terms
                if each != ZERO
            ),
        ),
        citation=_CITATION,
    )


def _explain_share(share: Share, *, date: datetime.date, is_carried: bool = False) -> Explanation:
    contract = share.contract
    terms = [Term(label="distribution", amount=share.distribution)]
    if contract.basis < contract.balance:
        terms += [
            Term(operation=Operation.TIMES, label="basis just before", amount=contract.basis),
            Term(operation=Operation.DIVIDED_BY, label="value just before", amount=contract.balance),
        ]
    if_carried = ", if the plan carries unrecovered basis" if is_carried else ""
    return Explanation(
        figure=f"Basis distributed on {_write_date(date)}{if_carried}",
        amount=share.after_tax,
        terms=tuple(terms),
        citation=_CITATION,
        rounding=Rounding.CENTS,
        note=f"Earnings are the rest, {format_dollars(share.pretax)}.",
    )


def _start(terms: list[Term]) -> tuple[Term, ...]:
    return (replace(terms[0], operation=Operation.START), *terms[1:])
