"""Clients for letters in hundreds: each with a statement that nobody has asked for yet, and an earlier letter."""

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django_scopes import scope

from advisors.models import Advisor, Firm
from clients.models import Plan
from law.words import Payee, Way
from rollovers.batches.asking import start_batch
from rollovers.batches.previews import BatchWish, count_questionable, preview_batch
from rollovers.models import Batch, Disbursement, Letter, RolloverRequest, make_reference
from tests.factories import (
    PDF_BYTES,
    get_subaccount,
    hash_bytes,
    make_client,
    make_plan,
    make_provisions,
    make_record,
    make_statement,
)
from tests.requests import TODAY

PAYMENT_DATE = datetime.date(2022, 1, 14)

BOTH_IRAS = (Payee.ROTH_IRA, Payee.TRADITIONAL_IRA)


def make_earlier_letter(*, plan: Plan, advisor: Advisor, named: tuple[Payee, ...] = BOTH_IRAS) -> Letter:
    """Make a letter of 2020 that asked for $1,000.00 and named these IRAs; nobody drew its PDF."""
    with scope(firm=plan.firm):
        subaccount = get_subaccount(plan=plan)
        statement = make_statement(
            plan=plan, statement_date=datetime.date(2020, 6, 30), basis="1000.00", value="1000.00"
        )
        request = RolloverRequest.objects.create(
            firm=plan.firm,
            plan=plan,
            participant=plan.client,
            subaccount=subaccount,
            statement=statement,
            covers_whole=True,
            way=Way.SPLIT,
            payment_date=datetime.date(2020, 7, 15),
            basis_before="1000.00",
            value_before="1000.00",
            distribution="1000.00",
            after_tax="1000.00",
            pretax="0.00",
            request_key=uuid4(),
            created_by=advisor,
        )
        Disbursement.objects.bulk_create(
            Disbursement(
                firm=plan.firm,
                request=request,
                position=position,
                to=kind,
                separately_accounts=False,
                payee="Harbor Brokerage",
                account_title=f"{plan.client.legal_name}, {kind.label}",
                account_number=f"{kind.value[0].upper()}-{plan.pk:06}",
                amount="500.00",
                pretax="0.00",
                after_tax="500.00",
            )
            for position, kind in enumerate(named, start=1)
        )
        return Letter.objects.create(
            firm=plan.firm,
            request=request,
            reference=make_reference(),
            letter_date=datetime.date(2020, 7, 1),
            inputs={"facts": []},
            figures={},
            findings=[],
            rule_version="test",
            pdf=PDF_BYTES,
            pdf_sha256=hash_bytes(PDF_BYTES),
            issued_by=advisor,
        )


def make_ready_client(*, firm: Firm, advisor: Advisor, number: int = 1, **statement: Any) -> Plan:
    """Make a client whose letter a batch can issue: $812.37 of earnings on $20,000.00 of basis."""
    with scope(firm=firm):
        client = make_client(firm=firm, legal_name=f"Imogen Tate {number:03}")
        plan = make_plan(client=client, name=f"Tate Editorial {number:03} 401(k)")
        make_provisions(plan=plan)
        make_record(plan=plan, after_tax=Decimal("21000.00"))
        make_earlier_letter(plan=plan, advisor=advisor)
        make_statement(plan=plan, **statement)
    return plan


def ask_for(
    *,
    firm: Firm,
    advisor: Advisor,
    plans: list[Plan] | None = None,
    key: UUID | None = None,
    today: datetime.date = TODAY,
    **wish: Any,
) -> Batch:
    """Ask for a letter of each of the plans, or of every one that is ready, just as the preview shows them."""
    wanted = BatchWish(**{"payment_date": PAYMENT_DATE} | wish)
    with scope(firm=firm):
        preview = preview_batch(firm=firm, wish=wanted, advisor=advisor, today=today)
        rows = [row for row in preview.ready if plans is None or row.facts.plan in plans]
        return start_batch(
            firm=firm,
            wish=wanted,
            advisor=advisor,
            today=today,
            batch_key=key or uuid4(),
            chosen={row.key: row.digest for row in rows},
            reasons={each.code: "Agreed with each." for each in count_questionable(rows=rows)},
        )
