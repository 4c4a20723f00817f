"""What the checks say of a plan, and of one rollover out of it."""

import datetime
from decimal import Decimal

from advisors.models import Firm
from law.allocation import Allocation, AllocationRefused
from law.checks.plans import Situation, YearEndAssets, check_plan
from law.checks.provisions import check_provisions
from law.checks.rollovers import RolloverFacts, SmallEarnings, check_rollover
from law.findings import Finding
from law.ledger import keep_ledger
from law.money import ZERO
from law.subaccount import Contract
from law.words import FilingStatus
from rollovers.models import Letter
from rollovers.reviews.iras import value_pretax_iras
from rollovers.reviews.ledgers import (
    find_deposit_gaps,
    list_recorded_movements,
    list_unpaid_requests,
    read_carry_policy,
)
from rollovers.reviews.queries import PlanFacts
from rollovers.reviews.subaccounts import list_deposits_after_statement, list_standing, read_provisions


def read_small_earnings(*, firm: Firm) -> SmallEarnings:
    """Return up to what the firm calls earnings small (findings V16 and V17)."""
    return SmallEarnings(
        amount=firm.small_earnings_amount, share=firm.small_earnings_percent / Decimal("100")
    )


def find_plan_findings(
    *, facts: PlanFacts, today: datetime.date, payment_date: datetime.date, in_plan: bool = False
) -> tuple[Finding, ...]:
    """Return the findings about the plan and the participant, whatever is asked for.

    An in-plan Roth rollover, where `in_plan` says it is one, needs another right of the plan than a distribution.
    """
    provisions = read_provisions(facts)
    return (
        *check_provisions(provisions=provisions, in_plan=in_plan),
        *check_plan(
            situation=Situation(
                provisions=provisions,
                birth_date=facts.participant.birth_date,
                is_married=FilingStatus(facts.participant.filing_status).is_married,
                today=today,
                payment_date=payment_date,
                first_employee_date=facts.plan.first_employee_date,
                assets=_add_up_assets(facts),
                contributions={record.year: record.after_tax for record in facts.records},
                deposit_gaps=find_deposit_gaps(facts=facts),
            )
        ),
    )


def _add_up_assets(facts: PlanFacts) -> YearEndAssets | None:
    """Return what all the client's one-participant plans held at the latest year's end on record (section 6058)."""
    rows = [
        row
        for row in facts.latest_assets
        if row.plan.first_employee_date is None
        or row.plan.first_employee_date > datetime.date(row.year, 12, 31)
    ]
    if not rows:
        return None
    return YearEndAssets(
        year=rows[0].year,
        value=sum((row.value for row in rows), ZERO),
        is_final_year=any(row.is_final_year for row in rows),
    )


def find_rollover_findings(
    *,
    facts: PlanFacts,
    subaccount: Contract,
    today: datetime.date,
    payment_date: datetime.date | None = None,
    distribution: Decimal | None = None,
    allocation: Allocation | None = None,
    refusal: AllocationRefused | None = None,
    without: Letter | None = None,
) -> tuple[Finding, ...]:
    """Return the findings about a distribution, or about the sub-account alone while nothing is asked for.

    They are as if the letter `without` had never been issued.
    """
    statement = facts.statement
    assert statement is not None  # noqa: S101 there is no sub-account's value without one
    standing = list_standing(facts=facts, without=without)
    deposited_after = sum((each.amount for each in list_deposits_after_statement(facts=facts)), ZERO)
    ledger = keep_ledger(movements=list_recorded_movements(facts=facts), carried=read_carry_policy(facts))
    unpaid = [request for request in list_unpaid_requests(facts=facts) if request in standing]
    return check_rollover(
        facts=RolloverFacts(
            provisions=read_provisions(facts),
            subaccount=subaccount,
            distribution=distribution,
            allocation=allocation,
            refusal=refusal,
            statement_date=statement.statement_date,
            today=today,
            payment_date=payment_date,
            recorded_basis=ledger.closing.basis
            - deposited_after
            - sum((request.after_tax for request in unpaid), ZERO),
            pretax_ira_value=value_pretax_iras(facts=facts),
            plans_backdoor=facts.participant.plans_backdoor,
            small_earnings=read_small_earnings(firm=facts.plan.firm),
            last_distribution_date=max((request.payment_date for request in standing), default=None),
            pre_1987_basis=statement.pre_1987_basis,
            non_vested=statement.non_vested,
            deposited_after=deposited_after,
        )
    )
