"""The ways out of one after-tax sub-account side by side: what lands where, the tax now, and what comes later.

Growth is a model, not law: the planner sets it, and each figure that rests on it says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction

from law.allocation import Allocation, allocate
from law.checks.provisions import Provisions, check_provisions
from law.checks.rollovers import SMALL_EARNINGS, SmallEarnings, has_meaningful_earnings
from law.figures import Explanation, Operation, Rounding, Term
from law.findings import Finding, Severity, list_blocks
from law.ira import Form8606, IraYear, compute_form_8606, explain_form_8606
from law.money import ZERO, divide_half_up, format_dollars, from_cents, round_to_cents
from law.subaccount import Contract, DistributionExceedsBalance, share_distribution
from law.tax_forms import Form1099R, expect_forms
from law.ways import send_all, split_to_iras
from law.words import Answer, IraKind, Payee, Place, Way

MOST_YEARS = 60
_PERCENT = Decimal(100)
_FACTOR = Decimal("1.0000000000")
_MODEL = "A model with the planner's growth rate, not law"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The client's marginal rates today, and the combined rate when the money is withdrawn; percent."""

    federal: Decimal
    state: Decimal
    later: Decimal

    @property
    def today(self) -> Decimal:
        return self.federal + self.state


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
    explanations: tuple[Explanation, ...]
    cured_explanations: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOutcome:
    """What one way comes to, in dollars. Where it is not available, `reason` says why and there are no figures.

    `remaining_basis` and `remaining_value` stay in the contract; `unrecovered_basis` is basis that a full
    distribution leaves behind.
    """

    kind: Way
    landings: tuple[Landing, ...] = ()
    taxable: Decimal = ZERO
    federal_tax: Decimal = ZERO
    state_tax: Decimal = ZERO
    withholding: Decimal = ZERO
    remaining_basis: Decimal = ZERO
    remaining_value: Decimal = ZERO
    unrecovered_basis: Decimal = ZERO
    forms: tuple[Form1099R, ...] = ()
    backdoor: Backdoor | None = None
    explanations: tuple[Explanation, ...] = ()
    available: bool = True
    reason: str = ""

    @property
    def tax(self) -> Decimal:
        return self.federal_tax + self.state_tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What the earnings are worth after tax, in dollars, some years on: paid for now, or split off."""

    years: int
    roth_now: Decimal
    split: Decimal
    explanations: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """After how many whole years paying the tax now is ahead of the split; None if never within 60.

    `sides` shows the year before and the year itself.
    """

    years: int | None
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Every way out of one contract. `loss_made_up_years` is None without a loss, or if never within 60 years."""

    contract: Contract
    distribution: Decimal
    rates: Rates
    growth_rate: Decimal
    ways: tuple[WayOutcome, ...]
    break_even: BreakEven | None
    loss_made_up_years: int | None

    def find(self, kind: Way) -> WayOutcome:
        return next(way for way in self.ways if way.kind is kind)


BREAK_EVEN_MODEL = (
    "In the Roth IRA the earnings grow untaxed. In the traditional IRA they grow alike and are taxed at the later"
    " rate when withdrawn; the tax not paid now is kept outside and grows at the same rate less tax each year at"
    " today's rate. Paying now is ahead once it is strictly worth more after tax. This is a model, not advice: no"
    " penalty, no required distribution and no change of law is in it."
)


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
        loss_made_up_years=count_years_to_recover(contract=contract, growth_rate=growth_rate)
        if contract.loss > ZERO
        else None,
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
    federal = _explain_tax("Federal tax now", allocation.includible, rates.federal)
    state = _explain_tax("State tax now", allocation.includible, rates.state)
    tax = Explanation(
        figure="Tax now",
        amount=federal.amount + state.amount,
        terms=(
            Term(label="federal tax", amount=federal.amount),
            Term(operation=Operation.PLUS, label="state tax", amount=state.amount),
        ),
        citation="The client's marginal rates",
    )
    figures = allocation.figures
    return WayOutcome(
        kind=kind,
        landings=landings,
        taxable=allocation.includible,
        federal_tax=federal.amount,
        state_tax=state.amount,
        withholding=allocation.withholding,
        remaining_basis=share.remaining_basis,
        remaining_value=share.remaining_balance,
        unrecovered_basis=share.unrecovered_basis,
        # Nothing is paid to the participant, so no age decides a code.
        forms=expect_forms(allocation=allocation, age_in_months=0),
        explanations=(*figures[:3], federal, state, tax, *figures[3:]),
    )


def _describe_partial(
    *, contract: Contract, distribution: Decimal, amount: Decimal | None, rates: Rates
) -> WayOutcome:
    if amount is None:
        return WayOutcome(
            kind=Way.PARTIAL, available=False, reason="Enter an amount to see what a part of it comes to."
        )
    if not ZERO < amount <= distribution:
        raise DistributionExceedsBalance(f"Enter at most {distribution:,.2f}.")
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


def _explain_tax(figure: str, taxable: Decimal, rate: Decimal) -> Explanation:
    return Explanation(
        figure=figure,
        amount=round_to_cents(taxable * rate / _PERCENT),
        terms=(
            Term(label="taxable now", amount=taxable),
            Term(operation=Operation.TIMES, label="rate in percent", amount=rate, is_ratio=True),
            Term(operation=Operation.DIVIDED_BY, label="percent", amount=_PERCENT, is_ratio=True),
        ),
        citation="The client's marginal rate",
        rounding=Rounding.CENTS,
    )


_BACKDOOR_FIGURES = {
    "All IRAs together (line 9)": "All IRAs (line 9)",
    "Nontaxable part of the conversions (line 11)": "Nontaxable (line 11)",
    "Taxable conversions (line 18)": "Taxable (line 18)",
}


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
    cured = convert(value - min(without.pretax, value))
    return replace(
        way,
        backdoor=Backdoor(
            without=without,
            with_cure=cured,
            explanations=_explain_backdoor(without),
            cured_explanations=_explain_backdoor(cured),
        ),
    )


def _explain_backdoor(form: Form8606) -> tuple[Explanation, ...]:
    return tuple(
        replace(each, figure=_BACKDOOR_FIGURES[each.figure])
        for each in explain_form_8606(form=form)
        if each.figure in _BACKDOOR_FIGURES
    )


def find_break_even(*, earnings: Decimal, rates: Rates, growth_rate: Decimal) -> BreakEven:
    """Return after how many whole years paying the tax on the earnings now is ahead of the split (BREAK_EVEN_MODEL).

    Dollars and percent; the comparison of each year is exact.
    """
    today, later, growth = (Fraction(rate) / 100 for rate in (rates.today, rates.later, growth_rate))
    paid, kept = Fraction(1), Fraction(1)
    years = None
    for year in range(MOST_YEARS + 1):
        # Earnings x growth against earnings x growth x (1 - later) + earnings x today x growth outside.
        if later * paid > today * kept:
            years = year
            break
        paid *= 1 + growth
        kept *= 1 + growth * (1 - today)
    shown = (MOST_YEARS,) if years is None else (years - 1, years) if years else (0,)
    return BreakEven(
        years=years,
        sides=tuple(
            _weigh_year(earnings=earnings, rates=rates, growth_rate=growth_rate, years=year) for year in shown
        ),
    )


def _weigh_year(*, earnings: Decimal, rates: Rates, growth_rate: Decimal, years: int) -> Side:
    today, later, growth = rates.today / _PERCENT, rates.later / _PERCENT, growth_rate / _PERCENT
    inside = _compound(growth, years)
    outside = _compound(growth * (1 - today), years)
    when = _say_when(years)
    inside_term = Term(
        operation=Operation.TIMES,
        label=f"growth of {growth_rate}% a year, {when}",
        amount=inside,
        is_ratio=True,
    )

    def explain(figure: str, terms: Sequence[Term]) -> Explanation:
        exact = Fraction(1)
        for term in terms:
            exact *= Fraction(term.amount)
        return Explanation(
            figure=f"{figure} {when}",
            amount=_round_fraction(exact),
            terms=tuple(terms),
            citation=_MODEL,
            rounding=Rounding.CENTS,
        )

    start = Term(label="earnings", amount=earnings)
    roth = explain("Roth IRA", [start, inside_term])
    traditional = explain(
        "Traditional IRA, after the later tax,",
        [
            start,
            inside_term,
            Term(operation=Operation.TIMES, label="1 - the later rate", amount=1 - later, is_ratio=True),
        ],
    )
    kept = explain(
        "The tax not paid now, kept outside,",
        [
            start,
            Term(operation=Operation.TIMES, label="today's rate", amount=today, is_ratio=True),
            Term(
                operation=Operation.TIMES,
                label=f"growth of {growth_rate}% a year less tax each year, {when}",
                amount=outside,
                is_ratio=True,
            ),
        ],
    )
    split = Explanation(
        figure=f"Split {when}",
        amount=traditional.amount + kept.amount,
        terms=(
            Term(label="traditional IRA, after the later tax", amount=traditional.amount),
            Term(operation=Operation.PLUS, label="the tax not paid now, kept outside", amount=kept.amount),
        ),
        citation=_MODEL,
    )
    return Side(
        years=years,
        roth_now=roth.amount,
        split=split.amount,
        explanations=(roth, traditional, kept, split),
    )


def _compound(rate: Decimal, years: int) -> Decimal:
    """Return (1 + rate)^years to ten places, worked out exactly before."""
    with localcontext(prec=1000):
        return ((1 + rate) ** years).quantize(_FACTOR)


def _round_fraction(amount: Fraction) -> Decimal:
    return from_cents(divide_half_up(amount.numerator * 100, amount.denominator))


def count_years_to_recover(*, contract: Contract, growth_rate: Decimal) -> int | None:
    """Return after how many whole years of growth the value reaches the basis; None if not within 60 years."""
    value, growth = Fraction(contract.balance), 1 + Fraction(growth_rate) / 100
    for year in range(MOST_YEARS + 1):
        if value >= contract.basis:
            return year
        value *= growth
    return None


def explain_recovery(*, comparison: Comparison) -> tuple[Explanation, ...]:
    """Return the value in the year before the loss is made up, and in that year."""
    years, contract = comparison.loss_made_up_years, comparison.contract
    if years is None:
        return ()
    growth = comparison.growth_rate / _PERCENT
    explanations = []
    for year in (years - 1, years):
        factor = _compound(growth, year)
        explanations.append(
            Explanation(
                figure=f"Value {_say_when(year)}",
                amount=_round_fraction(Fraction(contract.balance) * Fraction(factor)),
                terms=(
                    Term(label="value", amount=contract.balance),
                    Term(
                        operation=Operation.TIMES,
                        label=f"growth of {comparison.growth_rate}% a year",
                        amount=factor,
                        is_ratio=True,
                    ),
                ),
                citation=_MODEL,
                rounding=Rounding.CENTS,
                note=f"The basis is {format_dollars(contract.basis)}.",
            )
        )
    return tuple(explanations)


def _say_when(years: int) -> str:
    return "today" if not years else "after 1 year" if years == 1 else f"after {years} years"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """The way the facts speak for, None while something blocks the letter, and the finding that says why."""

    kind: Way | None
    finding: Finding


def recommend_way(
    *,
    comparison: Comparison,
    provisions: Provisions,
    ira_rollovers_accepted: Answer,
    pretax_ira_value: Decimal,
    plans_backdoor: bool,
    small_earnings: SmallEarnings = SMALL_EARNINGS,
) -> Recommendation:
    """Return the recommended way and its reason, in dollars; every other way stays open."""
    contract = comparison.contract
    all_roth = comparison.find(Way.ALL_ROTH)
    only_in_plan = provisions.allows_only_in_plan
    blocks = list_blocks(findings=check_provisions(provisions=provisions, in_plan=only_in_plan))
    if blocks:
        first = blocks[0]
        return _recommend(
            None,
            f"First settle what blocks the letter. {first.message}",
            first.citation,
            first.way_out,
            first.field,
        )
    if contract.loss > ZERO:
        return _recommend(
            Way.WAIT,
            f"Wait: the sub-account is worth {format_dollars(contract.loss)} less than its basis, and a full"
            f" distribution would leave that basis unrecovered. {_say_recovery(comparison)}",
            "IRC 72(e)(6)",
            "Postpone until the loss is made up, or leave a residual in the sub-account; confirm with a CPA how the"
            " plan carries the basis.",
        )
    if only_in_plan:
        return _recommend(
            Way.IN_PLAN,
            f"In-plan Roth rollover, for {format_dollars(all_roth.tax)} of tax now: the plan does not allow after-tax"
            " money to be distributed in service, but it may be rolled over to the plan's designated Roth account.",
            "IRC 402A(c)(4)(E)",
            "Choose the in-plan Roth rollover, or wait for a distributable event.",
        )
    if contract.earnings == ZERO:
        return _recommend(
            Way.ALL_ROTH,
            "All to the Roth IRA: there are no earnings, so nothing is taxable.",
            "IRC 72(e)(8)(B)",
            "Choose all to a Roth IRA.",
        )
    tax, earnings = format_dollars(all_roth.tax), format_dollars(all_roth.taxable)
    if not has_meaningful_earnings(subaccount=contract, small=small_earnings):
        return _recommend(
            Way.ALL_ROTH,
            f"All to the Roth IRA: the earnings are small, {earnings}, and the tax on them is {tax}.",
            "IRC 408A(d)(3)(A)",
            "Choose all to a Roth IRA, or keep the split.",
        )
    if not plans_backdoor and pretax_ira_value == ZERO:
        return _recommend(
            Way.SPLIT,
            f"Split: the earnings of {earnings} go to a traditional IRA and nothing is taxable now; all to the Roth"
            f" IRA would cost {tax} of tax now.",
            "Notice 2014-54 III",
            "Choose the split, or pay the tax now if that is ahead soon enough.",
        )
    why = (
        f"the client's IRAs already hold {format_dollars(pretax_ira_value)} of pretax money"
        if pretax_ira_value > ZERO
        else "the client plans basic backdoor conversions"
    )
    if ira_rollovers_accepted is Answer.YES:
        return _recommend(
            Way.SPLIT,
            f"Split, and roll the pretax IRA money into the 401(k) by 31 December: nothing is taxable now. Because"
            f" {why}, a split alone would make later conversions partly taxable.",
            "Notice 2014-54 III, IRC 408(d)(3)(A)(ii), 408(d)(3)(H)",
            f"Choose the split with the cure, or all to a Roth IRA for {tax} of tax now.",
        )
    refused = (
        "the plan does not accept rollovers of pretax IRA money"
        if ira_rollovers_accepted is Answer.NO
        else "nobody has verified that the plan accepts rollovers of pretax IRA money"
    )
    return _recommend(
        Way.ALL_ROTH,
        f"All to the Roth IRA, for {tax} of tax now: {why}, earnings in a traditional IRA would make later conversions"
        f" partly taxable, and {refused}.",
        "IRC 408A(d)(3)(A), 408(d)(2)",
        "Choose all to a Roth IRA, or verify that the plan accepts IRA money and split.",
    )


def _recommend(
    kind: Way | None, message: str, citation: str, way_out: str, field: str = "way"
) -> Recommendation:
    return Recommendation(
        kind=kind,
        finding=Finding(
            code="R", severity=Severity.INFO, message=message, citation=citation, way_out=way_out, field=field
        ),
    )


def _say_recovery(comparison: Comparison) -> str:
    years = comparison.loss_made_up_years
    if years is None:
        return f"At {comparison.growth_rate}% a year it is not made up within {MOST_YEARS} years."
    return f"At {comparison.growth_rate}% a year it is made up {_say_when(years)}."
