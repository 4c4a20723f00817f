"""Notice 2014-54, section III: which payee gets the pretax money of one distribution.

All that is scheduled to leave at one time is a single distribution, whatever its destinations. Its pretax
money goes first to direct rollovers, next to 60-day rollovers, and what is left is includible; among several
rollovers of a kind the recipient chooses.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from law.figures import Figure, Rounding, minus, plus, start, times, work_out
from law.money import ZERO
from law.subaccount import Contract, Share, share_distribution
from law.words import Payee

WITHHOLDING_RATE = Decimal("0.20")  # section 3405(c)(1)(B)
SIXTY_DAYS = datetime.timedelta(days=60)  # from the receipt of what was paid, section 402(c)(3)(A)

# Pretax money that lands here is includible: sections 408A(d)(3)(A) and 402A(c)(4)(A).
TAXED_ON_ARRIVAL = (Payee.ROTH_IRA, Payee.DESIGNATED_ROTH)
# Without an election, pretax money goes where it costs least tax: a Roth IRA comes last.
PRETAX_FIRST = (Payee.PLAN, Payee.TRADITIONAL_IRA, *TAXED_ON_ARRIVAL)


class Method(StrEnum):
    """How a disbursement leaves the plan."""

    DIRECT = "direct"
    PAID = "paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disbursement:
    """One payee of a distribution. Dollars; `pretax` is the recipient's election, None where there is none."""

    to: Payee
    method: Method
    amount: Decimal
    pretax: Decimal | None = None
    separately_accounts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SixtyDayRollover:
    """What the participant later rolls over out of what was paid. Dollars; `pretax` as in Disbursement."""

    to: Payee
    amount: Decimal
    pretax: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocatedDisbursement:
    """A disbursement with the two parts of its amount, in dollars, before any 60-day rollover."""

    disbursement: Disbursement
    pretax: Decimal
    after_tax: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocatedSixtyDayRollover:
    """A 60-day rollover with the two parts of its amount, in dollars."""

    rollover: SixtyDayRollover
    pretax: Decimal
    after_tax: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """An amount and its two parts, in dollars."""

    amount: Decimal
    pretax: Decimal
    after_tax: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """A distribution and where its pretax and after-tax money went, in dollars.

    `kept` stays with the participant after the 60-day rollovers; `includible` is pretax money kept or landed
    in a Roth IRA or the designated Roth account; `withholding` is 20% of the pretax money paid to the participant.
    """

    share: Share
    disbursements: tuple[AllocatedDisbursement, ...]
    sixty_day_rollovers: tuple[AllocatedSixtyDayRollover, ...]
    kept: Parts
    withheld: Figure
    citations: tuple[str, ...]

    @property
    def is_in_plan(self) -> bool:
        """Whether it is an in-plan Roth rollover, which is asked for alone (section 402A(c)(4))."""
        return self.disbursements[0].disbursement.to is Payee.DESIGNATED_ROTH

    @property
    def pretax_to_roth(self) -> Decimal:
        """The pretax money that lands where it is taxed: a Roth IRA, or the plan's designated Roth account."""
        direct = (leg.pretax for leg in self.disbursements if leg.disbursement.to in TAXED_ON_ARRIVAL)
        later = (leg.pretax for leg in self.sixty_day_rollovers if leg.rollover.to in TAXED_ON_ARRIVAL)
        return sum(direct, ZERO) + sum(later, ZERO)

    @property
    def taxable_now(self) -> Figure:
        """What is includible, with its arithmetic."""
        return _work_out_taxable_now(self)

    @property
    def includible(self) -> Decimal:
        return self.taxable_now.amount

    @property
    def withholding(self) -> Decimal:
        return self.withheld.amount

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The arithmetic of the distribution: its two parts, what is taxed, what remains, what is withheld."""
        return _list_figures(self)


class AllocationRefused(ValueError):
    """The request breaks a rule. `field` is the path of the leg or amount at fault, as in "disbursements.0.pretax"."""

    code = "allocation_refused"

    def __init__(self, message: str, *, field: str) -> None:
        self.field = field
        super().__init__(message)


class AmountNotPositive(AllocationRefused):
    """A leg moves nothing."""

    code = "amount_not_positive"


class PayeeNotAllowed(AllocationRefused):
    """A method or payee that does not go together: a direct rollover is never paid to the participant."""

    code = "payee_not_allowed"


class LegsDoNotFit(AllocationRefused):
    """The legs together are nothing, more than the balance, or more than was paid (finding V05)."""

    code = "legs_do_not_fit"


class ElectionRefused(AllocationRefused):
    """The elected pretax money is not what the Notice assigns, or exceeds its leg (finding V06)."""

    code = "election_refused"


class AfterTaxNotAccepted(AllocationRefused):
    """After-tax money would reach a plan that cannot take it (section 402(c)(2), finding V07)."""

    code = "after_tax_not_accepted"


def allocate(
    *,
    contract: Contract,
    disbursements: Sequence[Disbursement],
    sixty_day_rollovers: Sequence[SixtyDayRollover] = (),
) -> Allocation:
    """Return the allocation of all that leaves the contract at one time (Notice 2014-54, section III).

    Amounts are dollars; the disbursements' sum is the distribution. Raises a kind of AllocationRefused that
    names the leg at fault.
    """
    _refuse_ill_formed_disbursements(disbursements)
    distribution = sum((leg.amount for leg in disbursements), ZERO)
    if distribution > contract.balance:
        raise LegsDoNotFit(
            f"The disbursements sum to {distribution}, more than the balance of {contract.balance}.",
            field="disbursements",
        )
    direct = [(i, leg) for i, leg in enumerate(disbursements) if leg.method is Method.DIRECT]
    paid = sum((leg.amount for leg in disbursements if leg.method is Method.PAID), ZERO)
    _refuse_ill_formed_rollovers(sixty_day_rollovers, paid=paid)

    share = share_distribution(contract=contract, distribution=distribution)
    to_direct = min(share.pretax, distribution - paid)
    pretax_of = _assign_pretax(
        pretax=to_direct,
        legs=[_Recipient.of_disbursement(f"disbursements.{i}", leg) for i, leg in direct],
        kind="direct rollovers",
    )
    pretax_paid = share.pretax - to_direct
    for i, leg in enumerate(disbursements):
        if leg.method is Method.PAID:
            if leg.pretax is not None and leg.pretax != pretax_paid:
                raise ElectionRefused(
                    f"The payment to the participant carries the {pretax_paid} of pretax money that the direct"
                    " rollovers leave; it is not elected.",
                    field=f"disbursements.{i}.pretax",
                )
            pretax_of[f"disbursements.{i}"] = pretax_paid

    rolled = sum((rollover.amount for rollover in sixty_day_rollovers), ZERO)
    to_rollovers = min(pretax_paid, rolled)
    pretax_of |= _assign_pretax(
        pretax=to_rollovers,
        legs=[
            _Recipient.of_rollover(f"sixty_day_rollovers.{i}", rollover)
            for i, rollover in enumerate(sixty_day_rollovers)
        ],
        kind="60-day rollovers",
    )

    allocated = tuple(
        AllocatedDisbursement(disbursement=leg, pretax=pretax, after_tax=leg.amount - pretax)
        for i, leg in enumerate(disbursements)
        for pretax in [pretax_of[f"disbursements.{i}"]]
    )
    allocated_rollovers = tuple(
        AllocatedSixtyDayRollover(rollover=rollover, pretax=pretax, after_tax=rollover.amount - pretax)
        for i, rollover in enumerate(sixty_day_rollovers)
        for pretax in [pretax_of[f"sixty_day_rollovers.{i}"]]
    )
    pretax_kept = pretax_paid - to_rollovers
    kept = Parts(amount=paid - rolled, pretax=pretax_kept, after_tax=paid - rolled - pretax_kept)
    separate = ("IRC 72(d)(2)",) if contract.separate_accounting else ()
    in_plan = disbursements[0].to is Payee.DESIGNATED_ROTH
    return Allocation(
        share=share,
        disbursements=allocated,
        sixty_day_rollovers=allocated_rollovers,
        kept=kept,
        withheld=work_out(
            "Withholding",
            start("pretax part of the payment to the participant", pretax_paid),
            times("20%", WITHHOLDING_RATE, is_ratio=True),
            citation="IRC 3405(c)(1)(B)",
            rounding=Rounding.CENTS,
        ),
        citations=(*separate, "IRC 72(e)(8)(B)", "IRC 402A(c)(4)" if in_plan else "Notice 2014-54 III"),
    )


def _list_figures(allocation: Allocation) -> tuple[Figure, ...]:
    share = allocation.share
    left_in = share.contract.account if allocation.is_in_plan else "the plan"
    is_paid = any(leg.disbursement.method is Method.PAID for leg in allocation.disbursements)
    return (
        share.after_tax_part,
        share.pretax_part,
        allocation.taxable_now,
        replace(share.basis_left, figure=f"Basis left in {left_in}"),
        replace(share.value_left, figure=f"Value left in {left_in}"),
        *((allocation.withheld,) if is_paid else ()),
    )


def _work_out_taxable_now(allocation: Allocation) -> Figure:
    share = allocation.share
    if allocation.is_in_plan:
        return work_out(
            "Taxable now",
            start("distribution", share.distribution),
            minus("after-tax part", share.after_tax),
            citation="IRC 402A(c)(4)(A)",
            note="Paid out of the designated Roth account within five tax years it may bear 10% (IRC 402A(c)(4)(D),"
            " 408A(d)(3)(F)): confirm with the plan's document or a CPA.",
        )
    return work_out(
        "Taxable now",
        start("pretax money that lands in a Roth IRA", allocation.pretax_to_roth),
        plus("pretax money kept", allocation.kept.pretax),
        citation="Notice 2014-54 III, IRC 408A(d)(3)(A), 402(a)",
    )


def _refuse_ill_formed_disbursements(disbursements: Sequence[Disbursement]) -> None:
    if not disbursements:
        raise LegsDoNotFit("A distribution has at least one disbursement.", field="disbursements")
    paid_legs = 0
    for i, leg in enumerate(disbursements):
        if leg.amount <= ZERO:
            raise AmountNotPositive("A disbursement is more than zero.", field=f"disbursements.{i}.amount")
        if leg.method is Method.DIRECT and leg.to is Payee.PARTICIPANT:
            raise PayeeNotAllowed(
                "A direct rollover goes to a plan or an IRA, never to the participant.",
                field=f"disbursements.{i}.to",
            )
        if leg.method is Method.PAID:
            if leg.to is not Payee.PARTICIPANT:
                raise PayeeNotAllowed(
                    "Only the participant is paid; a plan or an IRA receives a direct rollover.",
                    field=f"disbursements.{i}.to",
                )
            paid_legs += 1
            if paid_legs > 1:
                raise PayeeNotAllowed(
                    "At most one disbursement is paid to the participant.", field=f"disbursements.{i}.method"
                )
        if leg.to is Payee.DESIGNATED_ROTH and len(disbursements) > 1:
            raise PayeeNotAllowed(
                "An in-plan Roth rollover is asked for alone: nothing else leaves with it.",
                field=f"disbursements.{i}.to",
            )


def _refuse_ill_formed_rollovers(rollovers: Sequence[SixtyDayRollover], *, paid: Decimal) -> None:
    for i, rollover in enumerate(rollovers):
        if rollover.amount <= ZERO:
            raise AmountNotPositive(
                "A 60-day rollover is more than zero.", field=f"sixty_day_rollovers.{i}.amount"
            )
        if rollover.to is Payee.PARTICIPANT:
            raise PayeeNotAllowed(
                "A 60-day rollover goes to a plan or an IRA.", field=f"sixty_day_rollovers.{i}.to"
            )
        if rollover.to is Payee.DESIGNATED_ROTH:
            raise PayeeNotAllowed(
                "An in-plan Roth rollover is asked for as a direct rollover.",
                field=f"sixty_day_rollovers.{i}.to",
            )
    rolled = sum((rollover.amount for rollover in rollovers), ZERO)
    if rolled > paid:
        raise LegsDoNotFit(
            f"The 60-day rollovers sum to {rolled}, more than the {paid} paid to the participant.",
            field="sixty_day_rollovers",
        )


@dataclass(frozen=True, slots=True)
class _Recipient:
    """A rollover that may be assigned pretax money: `pretax_only` takes nothing else."""

    field: str
    to: Payee
    amount: Decimal
    elected: Decimal | None
    pretax_only: bool

    @classmethod
    def of_disbursement(cls, field: str, leg: Disbursement) -> "_Recipient":
        pretax_only = leg.to is Payee.PLAN and not leg.separately_accounts
        return cls(field, leg.to, leg.amount, leg.pretax, pretax_only)

    @classmethod
    def of_rollover(cls, field: str, rollover: SixtyDayRollover) -> "_Recipient":
        # After-tax money reaches another plan only by direct rollover, section 402(c)(2)(A).
        return cls(field, rollover.to, rollover.amount, rollover.pretax, rollover.to is Payee.PLAN)


def _assign_pretax(*, pretax: Decimal, legs: list[_Recipient], kind: str) -> dict[str, Decimal]:
    """Return how `pretax` dollars are assigned over rollovers of one kind, by the leg's path.

    Elections are honoured; a leg that takes pretax only takes its whole amount; the rest follows PRETAX_FIRST.
    """
    assigned: dict[str, Decimal] = {}
    for leg in legs:
        if leg.elected is not None:
            if not ZERO <= leg.elected <= leg.amount:
                raise ElectionRefused(
                    f"The elected pretax amount lies between zero and the leg's {leg.amount}.",
                    field=f"{leg.field}.pretax",
                )
            if leg.pretax_only and leg.elected != leg.amount:
                raise AfterTaxNotAccepted(
                    "This plan can take pretax money only: the election would send it after-tax money.",
                    field=f"{leg.field}.pretax",
                )
            assigned[leg.field] = leg.elected
        elif leg.pretax_only:
            assigned[leg.field] = leg.amount
    left = pretax - sum(assigned.values(), ZERO)
    for payee in PRETAX_FIRST:
        for leg in legs:
            if leg.to is payee and leg.field not in assigned:
                assigned[leg.field] = min(leg.amount, max(left, ZERO))
                left -= assigned[leg.field]
    if left == ZERO:
        return assigned
    elected = [leg for leg in legs if leg.elected is not None]
    if not elected:
        unfit = next(leg for leg in legs if leg.pretax_only)
        raise AfterTaxNotAccepted(
            f"The Notice assigns {pretax} of pretax money to the {kind}: too little for the plan, which takes"
            " pretax money only.",
            field=f"{unfit.field}.amount",
        )
    raise ElectionRefused(
        f"The Notice assigns {pretax} of pretax money to the {kind}; the elections make it {pretax - left}.",
        field=f"{elected[0].field}.pretax",
    )
