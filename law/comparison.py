"""The ways out of one after-tax sub-account side by side: what lands where, the tax now, and what comes later."""

from dataclasses import dataclass, replace
from decimal import Decimal

from law.allocation import Allocation, allocate
from law.break_even import BreakEven, Rates, Recovery, find_break_even, find_recovery
from law.figures import Figure, Rounding, divided_by, plus, start, times, work_out
from law.ira import Form8606, IraYear, compute_form_8606, find_cure_limit
from law.money import ZERO, write_amount
from law.subaccount import Contract, DistributionExceedsBalance, share_distribution
from law.tax_forms import Form1099R, expect_forms
from law.ways import send_all, split_to_iras
from law.words import Answer, IraKind, Payee, Place, Way

_PERCENT = Decimal(100)
_NO_TAX = work_out("Tax now", citation="The client's marginal rates")  # where nothing leaves


@dataclass(frozen=True, slots=True, kw_only=True)
class IraPosition:
    """The client's IRAs after the latest year on record: value and carried basis, in dollars."""

    value: Decimal
    basis: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """What lands in one place, in dollars: its basis and its pretax part sum to it."""

    place: Place
    amount: Decimal
    basis: Decimal
    pretax: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Backdoor:
    """The next basic backdoor: the form without and with pretax IRA money rolled into the 401(k)."""

    without: Form8606
    with_cure: Form8606

    @property
    def figures(self) -> tuple[Figure, ...]:
        return _name_briefly(self.without)

    @property
    def cured_figures(self) -> tuple[Figure, ...]:
        return _name_briefly(self.with_cure)


def _name_briefly(form: Form8606) -> tuple[Figure, ...]:
    return (
        replace(form.whole, figure="All IRAs (line 9)"),
        replace(form.exact.nontaxable_conversions, figure="Nontaxable (line 11)"),
        replace(form.exact.taxable_conversions, figure="Taxable (line 18)"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOutcome:
    """What one way comes to, in dollars. Where it is not available, `reason` says why and there are no figures.

    `remaining_basis` and `remaining_value` stay in the contract; `unrecovered_basis` is basis that a full
    distribution leaves behind. `figures` are its arithmetic, from what leaves to what is taxed and what stays.
    """

    kind: Way
    landings: tuple[Landing, ...] = ()
    taxable: Decimal = ZERO
    federal_tax: Figure = _NO_TAX
    state_tax: Figure = _NO_TAX
    tax: Figure = _NO_TAX
    withholding: Decimal = ZERO
    remaining_basis: Decimal = ZERO
    remaining_value: Decimal = ZERO
    unrecovered_basis: Decimal = ZERO
    forms: tuple[Form1099R, ...] = ()
    backdoor: Backdoor | None = None
    figures: tuple[Figure, ...] = ()
    available: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Every way out of one contract. `break_even` is None without earnings, `recovery` without a loss."""

    contract: Contract
    distribution: Decimal
    rates: Rates
    growth_rate: Decimal
    ways: tuple[WayOutcome, ...]
    break_even: BreakEven | None
    recovery: Recovery | None

    def find(self, kind: Way) -> WayOutcome:
        return next(way for way in self.ways if way.kind is kind)


def compare_ways(
    *,
    contract: Contract,
    distribution: Decimal,
    rates: Rates,
    growth_rate: Decimal,
    in_plan_roth_rollover: Answer,
    partial_amount: Decimal | None = None,
    iras: IraPosition | None = None,
    contribution: Decimal | None = None,
) -> Comparison:
    """Return each way out of the contract (Notice 2014-54; sections 72(e)(8), 402A(c)(4), 408A(d)(3)).

    `distribution` is what would leave, dollars; the contract is the sub-account, or the whole plan where it does
    not separately account. `growth_rate` is percent a year; `contribution` the next nondeductible contribution to
    be converted, None for no backdoor. Raises DistributionExceedsBalance, also for `partial_amount`.
    """
    share = share_distribution(contract=contract, distribution=distribution)
    all_roth = _allocate_all(contract, Payee.ROTH_IRA, distribution)
    split = allocate(contract=contract, disbursements=split_to_iras(share=share))
    ways = [
        _describe_allocated(Way.ALL_ROTH, all_roth, rates),
        _describe_allocated(Way.SPLIT, split, rates),
        _describe_partial(contract=contract, distribution=distribution, amount=partial_amount, rates=rates),
        _describe_in_plan(
            contract=contract, distribution=distribution, answer=in_plan_roth_rollover, rates=rates
        ),
        _describe_wait(contract),
    ]
    if iras is not None and contribution:
        ways = [_add_backdoor(way, iras=iras, contribution=contribution) for way in ways]
    return Comparison(
        contract=contract,
        distribution=distribution,
        rates=rates,
        growth_rate=growth_rate,
        ways=tuple(ways),
        break_even=find_break_even(earnings=share.pretax, rates=rates, growth_rate=growth_rate)
        if share.pretax > ZERO
        else None,
        recovery=find_recovery(contract=contract, growth_rate=growth_rate) if contract.loss > ZERO else None,
    )


def _allocate_all(contract: Contract, to: Payee, amount: Decimal) -> Allocation:
    return allocate(contract=contract, disbursements=send_all(to=to, amount=amount))


_PLACES = {
    Payee.ROTH_IRA: Place.ROTH_IRA,
    Payee.TRADITIONAL_IRA: Place.TRADITIONAL_IRA,
    Payee.DESIGNATED_ROTH: Place.DESIGNATED_ROTH,
}


def _describe_allocated(kind: Way, allocation: Allocation, rates: Rates) -> WayOutcome:
    share = allocation.share
    landings = tuple(
        Landing(
            place=_PLACES[leg.disbursement.to],
            amount=leg.disbursement.amount,
            basis=leg.after_tax,
            pretax=leg.pretax,
        )
        for leg in sorted(allocation.disbursements, key=lambda leg: leg.disbursement.to is not Payee.ROTH_IRA)
    )
    if share.remaining_balance > ZERO:
        landings = (*landings, _stay(value=share.remaining_balance, basis=share.remaining_basis))
    federal_tax = _work_out_tax("Federal tax now", allocation.includible, rates.federal)
    state_tax = _work_out_tax("State tax now", allocation.includible, rates.state)
    tax = work_out(
        "Tax now",
        start("federal tax", federal_tax.amount),
        plus("state tax", state_tax.amount),
        citation="The client's marginal rates",
    )
    figures = allocation.figures
    return WayOutcome(
        kind=kind,
        landings=landings,
        taxable=allocation.includible,
        federal_tax=federal_tax,
        state_tax=state_tax,
        tax=tax,
        withholding=allocation.withholding,
        remaining_basis=share.remaining_basis,
        remaining_value=share.remaining_balance,
        unrecovered_basis=share.unrecovered_basis,
        # Nothing is paid to the participant, so no age decides a code.
        forms=expect_forms(allocation=allocation, age_in_months=0),
        figures=(*figures[:3], federal_tax, state_tax, tax, *figures[3:]),
    )


def _describe_partial(
    *, contract: Contract, distribution: Decimal, amount: Decimal | None, rates: Rates
) -> WayOutcome:
    if amount is None:
        return WayOutcome(
            kind=Way.PARTIAL, available=False, reason="Enter an amount to see what a part of it comes to."
        )
    if not ZERO < amount <= distribution:
        raise DistributionExceedsBalance(f"Enter at most {write_amount(distribution)}.")
    return _describe_allocated(Way.PARTIAL, _allocate_all(contract, Payee.ROTH_IRA, amount), rates)


_IN_PLAN_REASONS = {
    Answer.NO: "The plan does not allow an in-plan Roth rollover.",
    Answer.NOT_VERIFIED: "Nobody has verified that the plan allows an in-plan Roth rollover: look it up in the plan's"
    " document.",
}


def _describe_in_plan(
    *, contract: Contract, distribution: Decimal, answer: Answer, rates: Rates
) -> WayOutcome:
    if answer is not Answer.YES:
        return WayOutcome(kind=Way.IN_PLAN, available=False, reason=_IN_PLAN_REASONS[answer])
    return _describe_allocated(
        Way.IN_PLAN, _allocate_all(contract, Payee.DESIGNATED_ROTH, distribution), rates
    )


def _describe_wait(contract: Contract) -> WayOutcome:
    return WayOutcome(
        kind=Way.WAIT,
        landings=(_stay(value=contract.balance, basis=contract.basis),),
        remaining_basis=contract.basis,
        remaining_value=contract.balance,
    )


def _stay(*, value: Decimal, basis: Decimal) -> Landing:
    # At a loss the basis exceeds what is there; it is told apart, as the basis that remains.
    inside = min(basis, value)
    return Landing(place=Place.STAYS, amount=value, basis=inside, pretax=value - inside)


def _work_out_tax(figure: str, taxable: Decimal, rate: Decimal) -> Figure:
    return work_out(
        figure,
        start("taxable now", taxable),
        times("rate in percent", rate, is_ratio=True),
        divided_by("percent", _PERCENT, is_ratio=True),
        citation="The client's marginal rate",
        rounding=Rounding.CENTS,
    )


def _add_backdoor(way: WayOutcome, *, iras: IraPosition, contribution: Decimal) -> WayOutcome:
    if not way.available:
        return way
    sent = [landing for landing in way.landings if landing.place is Place.TRADITIONAL_IRA]
    value = iras.value + sum((landing.amount for landing in sent), ZERO)
    basis = iras.basis + sum((landing.basis for landing in sent), ZERO)

    def convert(left: Decimal) -> Form8606:
        year = IraYear(
            kind=IraKind.TRADITIONAL,
            year_end_value=left,
            basis=basis + contribution,
            conversions=contribution,
        )
        return compute_form_8606(iras=[year])

    without = convert(value)
    cured = convert(value - find_cure_limit(form=without).amount)
    return replace(way, backdoor=Backdoor(without=without, with_cure=cured))
