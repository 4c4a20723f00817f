"""What tests ask the rollover service for: the rulebook's meaningful gain, unless a test wants otherwise."""

import datetime
from typing import Any
from uuid import UUID, uuid4

from advisors.models import Advisor
from clients.models import Plan
from rollovers.models import Letter, Way
from rollovers.queries import get_plan_facts
from rollovers.rules.allocation import Payee
from rollovers.services import Leg, Outcome, RolloverEntry, issue_letter, preview_rollover
from tests.factories import make_client, make_plan, make_provisions, make_record, make_statement

TODAY = datetime.date(2022, 1, 4)
ROTH = Leg(to=Payee.ROTH_IRA, payee="Harbor Brokerage", account_title="Tate Roth", account_number="R-100")
TRADITIONAL = Leg(to=Payee.TRADITIONAL_IRA, payee="Harbor Brokerage", account_number="T-200")


def make_ready_plan(*, firm: Any, **statement: Any) -> Plan:
    """Make a plan from which a letter can be issued: $20,000.00 of basis, $20,812.37 of value."""
    plan = make_plan(client=make_client(firm=firm))
    make_provisions(plan=plan)
    make_record(plan=plan)
    make_statement(plan=plan, **statement)
    return plan


def make_entry(**fields: Any) -> RolloverEntry:
    defaults: dict[str, Any] = {
        "way": Way.SPLIT,
        "legs": (ROTH, TRADITIONAL),
        "payment_date": datetime.date(2022, 1, 14),
    }
    return RolloverEntry(**defaults | fields)


def preview(*, plan: Plan, advisor: Advisor, entry: RolloverEntry, today: datetime.date = TODAY) -> Outcome:
    facts = get_plan_facts(firm=advisor.firm, plan_id=plan.pk)
    return preview_rollover(firm=advisor.firm, facts=facts, entry=entry, advisor=advisor, today=today)


def issue(
    *,
    plan: Plan,
    advisor: Advisor,
    entry: RolloverEntry | None = None,
    request_key: UUID | None = None,
    today: datetime.date = TODAY,
) -> Letter:
    """Issue the letter just as it was previewed."""
    entry = entry or make_entry()
    digest = preview(plan=plan, advisor=advisor, entry=entry, today=today).digest
    return issue_letter(
        firm=advisor.firm,
        facts=get_plan_facts(firm=advisor.firm, plan_id=plan.pk),
        entry=entry,
        advisor=advisor,
        today=today,
        request_key=request_key or uuid4(),
        shown_digest=digest,
    )
