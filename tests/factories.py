"""Rows for tests: each function makes one that is right, and takes what a test wants otherwise."""

import datetime
from decimal import Decimal
from typing import Any

from django_scopes import scope

from advisors.models import Advisor, Firm, Role
from clients.models import (
    Client,
    ContributionRecord,
    IraBalance,
    Plan,
    PlanProvision,
    Subaccount,
    SubaccountStatement,
)
from clients.models.plan import Answer, ProvisionKind


def make_firm(**fields: Any) -> Firm:
    defaults = {
        "name": "Lovelace Planning",
        "street": "12 St James's Square",
        "city": "Hartford",
        "state": "CT",
        "postal_code": "06103",
        "phone": "860-555-0100",
    }
    return Firm.objects.create(**defaults | fields)


def make_advisor(*, firm: Firm, **fields: Any) -> Advisor:
    defaults = {"email": "ada@lovelace.example", "full_name": "Ada Lovelace", "role": Role.ADVISOR}
    return Advisor.objects.create_user(firm=firm, **defaults | fields)


def make_client(*, firm: Firm, **fields: Any) -> Client:
    defaults = {
        "legal_name": "Imogen Tate",
        "birth_date": datetime.date(1971, 2, 3),
        "ssn_last_four": "4821",
        "street": "4 Elm Street",
        "city": "Albany",
        "state": "NY",
        "postal_code": "12207",
        "federal_rate": Decimal("24.00"),
        "state_rate": Decimal("6.85"),
    }
    return Client.objects.create(firm=firm, **defaults | fields)


def make_plan(*, client: Client, **fields: Any) -> Plan:
    """Make a plan with its client's after-tax sub-account, and no provision recorded."""
    defaults = {
        "name": "Tate Editorial 401(k)",
        "ein": "12-3456789",
        "administrator_name": client.legal_name,
        "administrator_address": "4 Elm Street\nAlbany, NY 12207",
        "trustee_name": client.legal_name,
        "custodian_name": "Meridian Trust",
        "custodian_address": "1 Harbor Plaza\nBoston, MA 02110",
    }
    plan = Plan.objects.create(firm=client.firm, client=client, **defaults | fields)
    Subaccount.objects.create(
        firm=client.firm,
        plan=plan,
        participant=client,
        title="After-tax sub-account",
        account_number="AT-77",
    )
    return plan


def get_subaccount(*, plan: Plan) -> Subaccount:
    with scope(firm=plan.firm):
        return Subaccount.objects.get(plan=plan, participant=plan.client)


def make_provisions(*, plan: Plan, **answers: Answer) -> dict[str, PlanProvision]:
    """Make all six provisions, answered yes but for `answers`, by kind."""
    made = {}
    for number, kind in enumerate(ProvisionKind, start=1):
        answer = answers.get(kind.value, Answer.YES)
        evidence = {
            "document": "Adoption agreement",
            "section": f"4.{number}",
            "page": "7",
            "verified_by": "Ada Lovelace",
            "verified_date": datetime.date(2026, 1, 15),
        }
        made[kind.value] = PlanProvision.objects.create(
            firm=plan.firm,
            plan=plan,
            kind=kind,
            answer=answer,
            **({} if answer == Answer.NOT_VERIFIED else evidence),
        )
    return made


def make_record(*, plan: Plan, **fields: Any) -> ContributionRecord:
    """Make the year 2021 of the rulebook, with the $20,000.00 of after-tax money in."""
    defaults = {
        "year": 2021,
        "net_profit": Decimal("110000.00"),
        "pretax_deferrals": Decimal("19500.00"),
        "employer": Decimal("18500.00"),
        "after_tax": Decimal("20000.00"),
    }
    return ContributionRecord.objects.create(
        firm=plan.firm, plan=plan, participant=plan.client, **defaults | fields
    )


def make_statement(*, plan: Plan, **fields: Any) -> SubaccountStatement:
    defaults = {
        "statement_date": datetime.date(2021, 12, 31),
        "basis": Decimal("20000.00"),
        "value": Decimal("20812.37"),
        "source_document": "Statement of December 2021",
    }
    return SubaccountStatement.objects.create(
        firm=plan.firm, subaccount=get_subaccount(plan=plan), **defaults | fields
    )


def make_ira_balance(*, client: Client, **fields: Any) -> IraBalance:
    defaults = {"year": 2021, "value": Decimal("30000.00"), "basis": Decimal("0.00")}
    return IraBalance.objects.create(firm=client.firm, client=client, **defaults | fields)
