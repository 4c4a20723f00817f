"""A sub-account's statements against its ledger: by how much the basis differs, and why it may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from law.dates import write_date
from law.ledger import Entry, Ledger
from law.money import CENT, ZERO, write_dollars
from law.movements import Movement
from law.words import MovementKind

DAYS_IN_TRANSIT = 10


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


def reconcile_statements(
    *, ledger: Ledger, unrecorded: Mapping[int, Decimal] | None = None
) -> tuple[Reconciliation, ...]:
    """Return each statement against the ledger, in their order.

    `unrecorded` is, by year, what the year's record says was contributed beyond the deposits on record, signed
    dollars: a difference from a statement may be just that.
    """
    reconciliations: list[Reconciliation] = []
    for place, entry in enumerate(ledger.entries):
        if entry.movement.kind is not MovementKind.STATEMENT:
            continue
        difference = entry.movement.basis - entry.basis
        before = reconciliations[-1] if reconciliations else None
        is_unchanged = before is not None and difference != ZERO and before.difference == difference
        causes: tuple[str, ...] = ()
        if is_unchanged and before:
            causes = (f"The same difference as on {write_date(before.statement.date)}: nothing new.",)
        elif difference != ZERO:
            causes = _name_causes(
                ledger.entries, place=place, difference=difference, unrecorded=unrecorded or {}
            )
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
    earlier = [entry for entry in entries[:place] if entry.movement.kind is MovementKind.DISTRIBUTION]
    for entry in entries:
        movement = entry.movement
        if movement.kind is MovementKind.CONTRIBUTION and movement.amount == abs(difference):
            days = (movement.date - date).days
            is_near = abs(days) <= DAYS_IN_TRANSIT
            written = write_dollars(movement.amount)
            if not movement.is_dated and movement.date.year == date.year and days > 0 and difference > ZERO:
                causes.append(
                    f"It equals the {written} contributed for {movement.for_year}, whose date is not recorded."
                )
            elif is_near and (days > 0) == (difference > ZERO):
                shown = "already show it" if days > 0 else "not show it yet"
                causes.append(
                    f"It equals the contribution of {written} dated {write_date(movement.date)}:"
                    f" the statement may {shown}."
                )
    for entry in earlier:
        if -entry.basis_change == difference and (date - entry.movement.date).days <= DAYS_IN_TRANSIT:
            causes.append(
                f"It equals the basis of the distribution dated {write_date(entry.movement.date)}: the statement"
                " may not show it yet."
            )
        estimate = entry.movement.estimated_after_tax
        if estimate is not None and entry.basis_change + estimate == -difference:
            causes.append(
                f"It equals the after-tax part that letter {entry.movement.reference} estimated,"
                f" {write_dollars(estimate)}, against the {write_dollars(-entry.basis_change)} of the payment."
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
