"""What a letter's words come to at another value than it was written for: who takes the difference, who the basis.

A letter's figures are estimates of the payment date's. Its words say how they adjust: of the whole sub-account one
payment takes what the others leave; of a fixed amount the total stays. The letter prints these rules, and a recorded
payment is held against them.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from law.money import ZERO
from law.subaccount import Contract, Share, share_distribution


class AskedLeg(Protocol):
    """One payment that a letter asks for, in dollars: of a letter that is written, or as it lies with an issued one."""

    @property
    def is_direct(self) -> bool: ...
    @property
    def is_roth_ira(self) -> bool: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def pretax(self) -> Decimal: ...
    @property
    def after_tax(self) -> Decimal: ...


AnyLeg = TypeVar("AnyLeg", bound=AskedLeg)


class AmountRule(StrEnum):
    """What one payment is on the payment date."""

    STATED = "stated"
    REMAINING = "remaining"
    STATED_OR_REST = "stated_or_rest"
    COMPUTED_PRETAX = "computed_pretax"
    COMPUTED_REST = "computed_rest"


def find_absorbing(*, legs: Sequence[AnyLeg]) -> AnyLeg:
    """Return the payment that takes the difference of the payment date's figures.

    The direct rollover with the most pretax; without any pretax a Roth IRA's, then the largest.
    """
    chosen = [leg for leg in legs if leg.is_direct] or legs
    return max(chosen, key=lambda leg: (leg.pretax, leg.is_roth_ira, leg.amount))


def find_basis_holder(*, legs: Sequence[AnyLeg]) -> AnyLeg | None:
    """Return the largest all-after-tax direct rollover, where another one carries the whole pretax and nothing else.

    None unless they split so: then the two change in opposite directions (Notice 2014-54, III).
    """
    absorbing = find_absorbing(legs=legs)
    if absorbing.after_tax or absorbing.pretax != sum((leg.pretax for leg in legs), ZERO):
        return None
    holders = [leg for leg in legs if leg.is_direct and not leg.pretax]
    return max(holders, key=lambda leg: (leg.is_roth_ira, leg.amount), default=None)


def find_amount_rules(*, legs: Sequence[AskedLeg], covers_whole: bool) -> tuple[AmountRule, ...]:
    """Return what each payment is on the payment date, in the order of `legs`.

    Of the whole sub-account one payment is what remains, the others are as stated; of a fixed amount, split, one is
    the pretax part as then computed and one the rest.
    """
    absorbing, holder = find_absorbing(legs=legs), find_basis_holder(legs=legs)
    if covers_whole:
        taking, holding = AmountRule.REMAINING, AmountRule.STATED_OR_REST
    elif holder is not None:
        taking, holding = AmountRule.COMPUTED_PRETAX, AmountRule.COMPUTED_REST
    else:
        return (AmountRule.STATED,) * len(legs)
    return tuple(
        taking if leg is absorbing else holding if leg is holder else AmountRule.STATED for leg in legs
    )


def divide_as_asked(
    *, legs: Sequence[AskedLeg], covers_whole: bool, contract: Contract
) -> tuple[Decimal, ...]:
    """Return each payment's amount in dollars, in the order of `legs`, as the words adjust it to the contract's value.

    Of the whole sub-account the absorbing payment takes what the others leave; where they leave nothing, the basis
    holder takes what there is. Of a fixed amount the total stays, and a payment of all pretax is the pretax part as
    then computed (section 72(e)(8)(B)). An amount below zero says that the words leave nothing for its payment.
    """
    absorbing, holder = find_absorbing(legs=legs), find_basis_holder(legs=legs)
    asked = sum((leg.amount for leg in legs), ZERO)
    taken = kept = ZERO
    if covers_whole:
        taken = contract.balance - asked
        if holder is not None and absorbing.amount + taken < ZERO:
            taken, kept = -absorbing.amount, absorbing.amount + taken
    elif holder is not None and asked <= contract.balance:
        taken = share_distribution(contract=contract, distribution=asked).pretax - absorbing.amount
        kept = -taken
    return tuple(
        leg.amount + (taken if leg is absorbing else kept if leg is holder else ZERO) for leg in legs
    )


def elect_as_asked(
    *, legs: Sequence[AskedLeg], amounts: Sequence[Decimal], share: Share
) -> tuple[Decimal | None, ...] | None:
    """Return the letter's election in dollars, in the order of `legs`, as its words adjust it to what was paid.

    `amounts` are what was paid, in that order; a payment that nothing is elected of has None. The absorbing payment
    takes the difference in the pretax part, as far as its amount allows; then, unless there is a basis holder, the
    other direct rollovers in their order. None where that does not fit.
    """
    direct = [place for place, leg in enumerate(legs) if leg.is_direct and amounts[place]]
    if len(direct) < 2:
        return (None,) * len(legs)
    pretax = min(share.pretax, sum((amounts[place] for place in direct), ZERO))
    absorbing, holder = find_absorbing(legs=legs), find_basis_holder(legs=legs)
    elected = {place: min(legs[place].pretax, amounts[place]) for place in direct}
    difference = pretax - sum(elected.values(), ZERO)
    for place in sorted(direct, key=lambda place: legs[place] is not absorbing):
        if legs[place] is absorbing or holder is None:
            taken = max(min(difference, amounts[place] - elected[place]), -elected[place])
            elected[place] += taken
            difference -= taken
    if difference != ZERO:
        return None
    return tuple(elected.get(place) for place in range(len(legs)))
