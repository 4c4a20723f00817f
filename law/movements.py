"""What moves in an after-tax sub-account, as its papers say it."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from law.money import ZERO
from law.words import MovementKind


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

    kind: MovementKind
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
        if self.kind is MovementKind.STATEMENT:
            if self.amount < ZERO or self.basis < ZERO:
                raise NotAMovement("A statement's value and basis are never below zero.")
        elif self.amount <= ZERO or self.amount + self.earnings < ZERO:
            raise NotAMovement("Something moves, and an excess loses no more than its amount.")
