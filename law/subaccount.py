"""Basis and earnings of the contract that money leaves, and the section 72(e)(8) share of each distribution.

Where the plan separately accounts for after-tax money, the contract is the sub-account (section 72(d)(2));
otherwise it is the whole vested balance without designated Roth money.
"""

from dataclasses import dataclass
from decimal import Decimal

from law.money import ZERO, pro_rata


class NotAContract(ValueError):
    """A balance or basis below zero."""


class DistributionExceedsBalance(ValueError):
    """More would leave than there is, or nothing at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What is distributed from, in dollars, on the payment date."""

    balance: Decimal
    basis: Decimal
    separate_accounting: bool

    def __post_init__(self) -> None:
        if self.balance < ZERO or self.basis < ZERO:
            raise NotAContract("A balance and a basis are never below zero.")

    @property
    def earnings(self) -> Decimal:
        """The pretax money inside, zero at a loss."""
        return max(self.balance - self.basis, ZERO)

    @property
    def loss(self) -> Decimal:
        """By how much the basis exceeds the balance, else zero."""
        return max(self.basis - self.balance, ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One distribution's two parts and what remains, in dollars."""

    contract: Contract
    distribution: Decimal
    after_tax: Decimal
    pretax: Decimal
    remaining_balance: Decimal
    remaining_basis: Decimal

    @property
    def unrecovered_basis(self) -> Decimal:
        """The basis that is left once the balance is zero."""
        return self.remaining_basis if self.remaining_balance == ZERO else ZERO


def share_distribution(*, contract: Contract, distribution: Decimal) -> Share:
    """Return how a distribution divides into after-tax and pretax money (section 72(e)(8)(B)).

    The basis share is distribution x basis / balance, rounded half up once; pretax is the rest. With no
    earnings all of it is after-tax, for the exclusion stops at the amount received (section 72(e)(6)); the
    last withdrawal takes what basis remains. Raises DistributionExceedsBalance.
    """
    if not ZERO < distribution <= contract.balance:
        raise DistributionExceedsBalance("A distribution is more than zero and no more than the balance.")
    share = pro_rata(amount=distribution, part=contract.basis, whole=contract.balance)
    after_tax = min(distribution, share)
    return Share(
        contract=contract,
        distribution=distribution,
        after_tax=after_tax,
        pretax=distribution - after_tax,
        remaining_balance=contract.balance - distribution,
        remaining_basis=contract.basis - after_tax,
    )
