"""Basis and earnings of the contract that money leaves, and the section 72(e)(8) share of each distribution.

Where the plan separately accounts for after-tax money, the contract is the sub-account (section 72(d)(2));
otherwise it is the whole vested balance without designated Roth money.
"""

from dataclasses import dataclass
from decimal import Decimal

from law.figures import Figure, Rounding, Term, divided_by, minus, start, times, work_out
from law.money import ZERO


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

    @property
    def account(self) -> str:
        """What a sentence calls it."""
        return "the after-tax sub-account" if self.separate_accounting else "the whole plan"

    @property
    def citation(self) -> str:
        return "IRC 72(d)(2), 72(e)(8)(B)" if self.separate_accounting else "IRC 72(e)(8)(B)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One distribution's two parts and what remains, each a figure; their amounts in dollars."""

    contract: Contract
    distribution: Decimal
    after_tax_part: Figure
    pretax_part: Figure
    basis_left: Figure
    value_left: Figure

    @property
    def after_tax(self) -> Decimal:
        return self.after_tax_part.amount

    @property
    def pretax(self) -> Decimal:
        return self.pretax_part.amount

    @property
    def remaining_basis(self) -> Decimal:
        return self.basis_left.amount

    @property
    def remaining_balance(self) -> Decimal:
        return self.value_left.amount

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
    leaves = start("distribution", distribution)
    pro_rata: tuple[Term, ...] = (
        times(f"basis of {contract.account}", contract.basis),
        divided_by(f"value of {contract.account}", contract.balance),
    )
    note = "The pretax part is the rest."
    if contract.basis >= contract.balance:
        pro_rata = ()
        note = f"{contract.account.capitalize()} holds no earnings, so all that leaves is after-tax (IRC 72(e)(6))."
    after_tax_part = work_out(
        "After-tax part", leaves, *pro_rata, citation=contract.citation, rounding=Rounding.CENTS, note=note
    )
    less_after_tax = minus("after-tax part", after_tax_part.amount)
    return Share(
        contract=contract,
        distribution=distribution,
        after_tax_part=after_tax_part,
        pretax_part=work_out("Pretax part (earnings)", leaves, less_after_tax, citation=contract.citation),
        basis_left=work_out(
            "Basis left",
            start("basis before", contract.basis),
            less_after_tax,
            citation="IRC 72(e)(6), 72(e)(8)",
        ),
        value_left=work_out(
            "Value left",
            start("value before", contract.balance),
            minus("distribution", distribution),
            citation=contract.citation,
        ),
    )
