"""Which of the ways out of an after-tax sub-account the facts speak for, and why."""

from dataclasses import dataclass
from decimal import Decimal

from law.break_even import MOST_YEARS, write_years
from law.checks.provisions import Provisions, check_provisions
from law.checks.rollovers import SMALL_EARNINGS, SmallEarnings, has_meaningful_earnings
from law.comparison import Comparison
from law.findings import Finding, Severity, list_blocks
from law.money import ZERO, write_dollars
from law.words import Answer, Way


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
    tax, earnings = write_dollars(all_roth.tax.amount), write_dollars(all_roth.taxable)
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
            f"Wait: the sub-account is worth {write_dollars(contract.loss)} less than its basis, and a full"
            f" distribution would leave that basis unrecovered. {_say_recovery(comparison)}",
            "IRC 72(e)(6)",
            "Postpone until the loss is made up, or leave a residual in the sub-account; confirm with a CPA how the"
            " plan carries the basis.",
        )
    if only_in_plan:
        return _recommend(
            Way.IN_PLAN,
            f"In-plan Roth rollover, for {tax} of tax now: the plan does not allow after-tax"
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
        f"the client's IRAs already hold {write_dollars(pretax_ira_value)} of pretax money"
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
    years = comparison.recovery.years if comparison.recovery else None
    if years is None:
        return f"At {comparison.growth_rate}% a year it is not made up within {MOST_YEARS} years."
    return f"At {comparison.growth_rate}% a year it is made up {write_years(years=years)}."
