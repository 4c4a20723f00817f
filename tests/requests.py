"""What tests ask the rollover service for: the rulebook's meaningful gain, unless a test wants otherwise."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from advisors.models import Advisor
from clients.models import Client, Plan, Subaccount
from law.words import Payee, Way
from rollovers.issuing import letters
from rollovers.issuing.letters import issue_letter
from rollovers.issuing.rollovers import Leg, Outcome, RolloverEntry, preview_rollover
from rollovers.models import Letter, make_reference
from rollovers.reviews.queries import get_plan_facts
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


def make_spouse(*, plan: Plan) -> Client:
    """Make a spouse who takes part in the plan with a sub-account of $5,000.00 of basis and $5,200.00 of value."""
    spouse = make_client(firm=plan.firm, legal_name="Rowan Tate", ssn_last_four="5930")
    subaccount = Subaccount.objects.create(
        firm=plan.firm,
        plan=plan,
        participant=spouse,
        title="After-tax sub-account of the spouse",
        account_number="AT-88",
    )
    make_record(
        plan=plan,
        participant=spouse,
        net_profit=Decimal("40000.00"),
        pretax_deferrals=Decimal("0.00"),
        employer=Decimal("0.00"),
        after_tax=Decimal("5000.00"),
    )
    make_statement(plan=plan, subaccount=subaccount, basis=Decimal("5000.00"), value=Decimal("5200.00"))
    return spouse


def make_entry(**fields: Any) -> RolloverEntry:
    defaults: dict[str, Any] = {
        "way": Way.SPLIT,
        "legs": (ROTH, TRADITIONAL),
        "payment_date": datetime.date(2022, 1, 14),
    }
    return RolloverEntry(**defaults | fields)


def preview(
    *,
    plan: Plan,
    advisor: Advisor,
    entry: RolloverEntry,
    today: datetime.date = TODAY,
    participant_id: int | None = None,
) -> Outcome:
    facts = get_plan_facts(firm=advisor.firm, plan_id=plan.pk, participant_id=participant_id)
    return preview_rollover(firm=advisor.firm, facts=facts, entry=entry, advisor=advisor, today=today)


def acknowledge(outcome: Outcome) -> dict[str, str]:
    """Return a reason for every finding over which the letter may only be issued with one."""
    return {finding.key: "The client knows and agrees." for finding in outcome.questionable}


def issue(
    *,
    plan: Plan,
    advisor: Advisor,
    entry: RolloverEntry | None = None,
    request_key: UUID | None = None,
    today: datetime.date = TODAY,
    acknowledgements: Mapping[str, str] | None = None,
    participant_id: int | None = None,
) -> Letter:
    """Issue the letter just as it was previewed, over every warning unless told otherwise."""
    entry = entry or make_entry()
    outcome = preview(plan=plan, advisor=advisor, entry=entry, today=today, participant_id=participant_id)
    return issue_letter(
        firm=advisor.firm,
        facts=get_plan_facts(firm=advisor.firm, plan_id=plan.pk, participant_id=participant_id),
        entry=entry,
        advisor=advisor,
        today=today,
        request_key=request_key or uuid4(),
        shown_digest=outcome.digest,
        acknowledgements=acknowledge(outcome) if acknowledgements is None else acknowledgements,
    )


def store_letter(
    *, plan: Plan, advisor: Advisor, entry: RolloverEntry | None = None, today: datetime.date = TODAY
) -> Letter:
    """Store a letter as `issue_letter` does, but for its PDFs: rendering them takes most of its time."""
    entry = entry or make_entry()
    facts = get_plan_facts(firm=advisor.firm, plan_id=plan.pk)
    outcome = preview_rollover(firm=advisor.firm, facts=facts, entry=entry, advisor=advisor, today=today)
    with transaction.atomic():
        return letters.store_letter(
            firm=advisor.firm,
            facts=facts,
            entry=entry,
            outcome=outcome,
            advisor=advisor,
            today=today,
            request_key=uuid4(),
            reference=make_reference(),
            findings=[],
            pdf=b"%PDF-1.7\n",
            documents={},
        )
