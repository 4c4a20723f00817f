"""What a CPA packet is drawn from without a database, rows that are nowhere stored: Dana Ruiz's."""

import datetime
from decimal import Decimal
from typing import Any

from advisors.models import Advisor, Firm
from clients.models import Client, Plan, Subaccount, SubaccountMovement
from law.tax_forms import Form1099R
from law.words import MovementKind, Payee
from rollovers.cpa.answers import PaidDistribution
from rollovers.cpa.documents import ShownLetter, packet_context
from rollovers.cpa.packets import CpaPacket, PlanOfYear
from rollovers.models import CaseEvent, Disbursement, Letter, RolloverRequest, Step
from rollovers.reviews.queries import PlanFacts

AMOUNT, NOTHING = Decimal("20000.00"), Decimal("0.00")
SHA256 = "5f" * 32
ADA = Advisor(full_name="Ada Brandt")
CLIENT = Client(pk=1, legal_name="Dana Ruiz", birth_date=datetime.date(1971, 2, 3), ssn_last_four="4521")


def write_packet() -> dict[str, Any]:
    """Return a packet with every shape of one: facts, tables long and short, sections below sections, an answer."""
    packet = CpaPacket(
        firm=Firm(name="Harbor & Pine Planning LLC"),
        client=CLIENT,
        year=2026,
        years=(2026,),
        plans=(_write_plan(),),
        iras=None,
        letters=(),
        paid=(),
    )
    return packet_context(packet=packet) | {
        "letters": [_write_letter()],
        "answers": [_write_answer()],
        "paid": [],
        "authorities": ("IRC 72(d)(2)", "Notice 2014-54 III"),
    }


def _write_plan() -> PlanOfYear:
    plan = Plan(
        client=CLIENT,
        name="Ruiz Consulting Individual 401(k) Plan",
        ein="12-3456789",
        administrator_name="Ruiz Consulting LLC",
        trustee_name="Dana Ruiz",
        custodian_name="Harbor Trust Company",
    )
    movements = [
        SubaccountMovement(
            kind=MovementKind.CONTRIBUTION,
            movement_date=datetime.date(2026, 1, day),
            year=2026,
            amount=Decimal(day),
            earnings=NOTHING,
            source_document="Deposit confirmation",
        )
        for day in range(1, 31)
    ]
    facts = PlanFacts(
        plan=plan,
        participant=CLIENT,
        provisions={},
        records=[],
        ira_balances=[],
        subaccount=Subaccount(title="After-tax sub-account", account_number="X87-004521"),
        statement=None,
        movements=movements,
        assets=[],
        latest_assets=[],
        earlier_requests=[],
        entered_limits=(),
    )
    return PlanOfYear(
        facts=facts, review=None, row=None, movements=tuple(movements), statements=(), assets=None
    )


def _write_letter() -> ShownLetter:
    request = RolloverRequest(
        payment_date=datetime.date(2026, 12, 1),
        distribution=AMOUNT,
        after_tax=AMOUNT,
        pretax=NOTHING,
        includible=NOTHING,
        basis_before=AMOUNT,
        value_before=AMOUNT,
    )
    letter = Letter(
        reference="AT-2026-0007",
        request=request,
        letter_date=datetime.date(2026, 11, 24),
        issued_by=ADA,
        rule_version="2026.2",
        findings=[],
    )
    leg = Disbursement(
        to=Payee.ROTH_IRA,
        payee="Harbor Brokerage",
        account_number="Z12-345678",
        amount=AMOUNT,
        after_tax=AMOUNT,
        pretax=NOTHING,
    )
    events = (
        CaseEvent(
            position=day,
            step=Step.SIGNED,
            step_date=datetime.date(2026, 11, day),
            recorded_by=ADA,
            sha256=SHA256,
        )
        for day in range(1, 31)
    )
    return ShownLetter(
        letter=letter,
        tax=None,
        state="signed",
        superseded_by=None,
        payment=None,
        payees=((leg, None),),
        events=tuple((event, "By courier") for event in events),
        papers=(("The letter", SHA256, ""), ("Evidence: Signed letter", SHA256, "Ada Brandt")),
        matches=(),
    )


def _write_answer() -> PaidDistribution:
    form = Form1099R(
        payee=Payee.ROTH_IRA,
        box_1_gross=AMOUNT,
        box_4_withheld=NOTHING,
        box_5_basis=AMOUNT,
        deferred=NOTHING,
        code="G",
    )
    return PaidDistribution(
        reference="AT-2026-0007",
        payment_date=datetime.date(2026, 12, 1),
        undivided=None,
        forms=(form,),
        payees=("Roth IRA, Harbor Brokerage",),
        basis=AMOUNT,
        value=AMOUNT,
        separate_accounting="Basic Plan Document 01, section 3.5, page 22",
        year=2026,
        election_note="",
        reported="No tax form has been entered yet.",
        settled="",
        proof=(("the request", "letter AT-2026-0007"),),
    )
