"""The ways out of a plan's after-tax sub-account, side by side, with the one that its facts speak for."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from advisors.models import Firm
from law.break_even import Rates
from law.checks.provisions import check_provisions
from law.comparison import Comparison, compare_ways
from law.deferrals import CATCH_UP_AGE
from law.findings import Finding
from law.limits import LimitNotPublished, get_limit
from law.money import ZERO
from law.recommendation import Recommendation, recommend_way
from law.words import Answer, LimitKind, ProvisionKind
from rollovers.reviews.findings import read_small_earnings
from rollovers.reviews.iras import find_ira_position, value_pretax_iras
from rollovers.reviews.queries import PlanFacts
from rollovers.reviews.subaccounts import find_contract, measure_subaccount, read_provisions


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonSettings:
    """What the planner sets. Dollars and percent; `later_rate` None means today's combined rate."""

    growth_rate: Decimal
    amount: Decimal | None = None
    later_rate: Decimal | None = None
    contribution: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonReview:
    """A comparison with what it rests on. It is None where there is nothing to compare: `missing` says why."""

    comparison: Comparison | None
    recommendation: Recommendation | None
    findings: tuple[Finding, ...]
    missing: str = ""


def compare_plan(*, firm: Firm, facts: PlanFacts, settings: ComparisonSettings) -> ComparisonReview:
    """Return the ways out of the sub-account. Raises DistributionExceedsBalance for more than it holds."""
    provisions = read_provisions(facts)
    findings = check_provisions(provisions=provisions)
    subaccount = measure_subaccount(facts=facts)
    contract = find_contract(facts=facts, subaccount=subaccount) if subaccount else None
    missing = ""
    if subaccount is None:
        missing = "There is no statement of the after-tax sub-account yet, so there is nothing to compare."
    elif subaccount.balance == ZERO:
        missing = "The after-tax sub-account holds nothing that a letter has not already asked for."
    elif contract is None:
        missing = (
            "Enter the whole plan's balance in the statement: without it there is nothing to pro-rate over."
        )
    if missing or subaccount is None or contract is None:
        return ComparisonReview(comparison=None, recommendation=None, findings=findings, missing=missing)
    participant = facts.participant
    today = participant.federal_rate + participant.state_rate
    comparison = compare_ways(
        contract=contract,
        distribution=min(subaccount.balance, contract.balance),
        rates=Rates(
            federal=participant.federal_rate,
            state=participant.state_rate,
            later=today if settings.later_rate is None else settings.later_rate,
        ),
        growth_rate=settings.growth_rate,
        in_plan_roth_rollover=Answer(facts.provisions[ProvisionKind.IN_PLAN_ROTH_ROLLOVER].answer),
        partial_amount=settings.amount,
        iras=find_ira_position(facts=facts),
        contribution=settings.contribution,
    )
    return ComparisonReview(
        comparison=comparison,
        recommendation=recommend_way(
            comparison=comparison,
            provisions=provisions,
            ira_rollovers_accepted=Answer(facts.provisions[ProvisionKind.IRA_ROLLOVERS_ACCEPTED].answer),
            pretax_ira_value=value_pretax_iras(facts=facts),
            plans_backdoor=participant.plans_backdoor,
            small_earnings=read_small_earnings(firm=firm),
        ),
        findings=findings,
    )


def find_contribution_limit(*, facts: PlanFacts, today: datetime.date) -> Decimal | None:
    """Return the most that may be contributed to an IRA this year, in dollars; None if it is not published."""
    year = today.year
    try:
        limit = get_limit(LimitKind.IRA, year, entered=facts.entered_limits).amount
        if year - facts.participant.birth_date.year >= CATCH_UP_AGE:
            limit += get_limit(LimitKind.IRA_CATCH_UP_50, year, entered=facts.entered_limits).amount
    except LimitNotPublished:
        return None
    return limit
