"""Rows for tests: each function makes one that is right, and takes what a test wants otherwise."""

import datetime
import hashlib
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django_scopes import scope

from advisors.models import Advisor, Firm, Role
from clients.models import (
    Client,
    ContributionRecord,
    IraBalance,
    Plan,
    PlanAssets,
    PlanProvision,
    Subaccount,
    SubaccountMovement,
    SubaccountStatement,
)
from law.words import Answer, LimitKind, MovementKind, ProvisionKind
from rollovers.evidence.chain import append_event
from rollovers.models import (
    Batch,
    BatchItem,
    CaseEvent,
    DocumentKind,
    EnteredLimit,
    Evidence,
    Letter,
    LetterDocument,
    PaidDisbursement,
    Payment,
    ReceivedForm,
    RolloverDraft,
    Slot,
    StatementAcknowledgement,
    Step,
    Wording,
)


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
    """Make every provision, answered yes but for `answers`, by kind."""
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
        "participant": plan.client,
        "year": 2021,
        "net_profit": Decimal("110000.00"),
        "pretax_deferrals": Decimal("19500.00"),
        "employer": Decimal("18500.00"),
        "after_tax": Decimal("20000.00"),
    }
    return ContributionRecord.objects.create(firm=plan.firm, plan=plan, **defaults | fields)


def make_statement(*, plan: Plan, **fields: Any) -> SubaccountStatement:
    defaults = {
        "statement_date": datetime.date(2021, 12, 31),
        "basis": Decimal("20000.00"),
        "value": Decimal("20812.37"),
        "source_document": "Statement of December 2021",
    }
    subaccount = fields.pop("subaccount", None) or get_subaccount(plan=plan)
    return SubaccountStatement.objects.create(firm=plan.firm, subaccount=subaccount, **defaults | fields)


def make_ira_balance(*, client: Client, **fields: Any) -> IraBalance:
    defaults = {"year": 2021, "value": Decimal("30000.00"), "basis": Decimal("0.00")}
    return IraBalance.objects.create(firm=client.firm, client=client, **defaults | fields)


def make_movement(*, plan: Plan, **fields: Any) -> SubaccountMovement:
    """Make the $20,000.00 deposit of 2021 in the sub-account of the plan's own client."""
    defaults = {
        "kind": MovementKind.CONTRIBUTION,
        "movement_date": datetime.date(2021, 12, 15),
        "amount": Decimal("20000.00"),
        "source_document": "Deposit confirmation",
    }
    if fields.get("kind", MovementKind.CONTRIBUTION) != MovementKind.DISTRIBUTION:
        defaults["year"] = 2021
    subaccount = fields.pop("subaccount", None) or get_subaccount(plan=plan)
    return SubaccountMovement.objects.create(firm=plan.firm, subaccount=subaccount, **defaults | fields)


def make_plan_assets(*, plan: Plan, **fields: Any) -> PlanAssets:
    defaults = {"year": 2021, "value": Decimal("180000.00")}
    return PlanAssets.objects.create(firm=plan.firm, plan=plan, **defaults | fields)


def make_acknowledgement(
    *, statement: SubaccountStatement, advisor: Advisor, **fields: Any
) -> StatementAcknowledgement:
    defaults = {"basis_difference": Decimal("-0.01"), "reason": "The custodian rounds each deposit."}
    return StatementAcknowledgement.objects.create(
        firm=statement.firm, statement=statement, acknowledged_by=advisor, **defaults | fields
    )


def make_entered_limit(*, firm: Firm, **fields: Any) -> EnteredLimit:
    """Make a limit of 2027 that no test may take for the law's."""
    defaults = {
        "kind": LimitKind.ANNUAL_ADDITIONS,
        "year": 2027,
        "amount": Decimal("77777.00"),
        "source": "Notice of the test",
    }
    return EnteredLimit.objects.create(firm=firm, **defaults | fields)


def make_received_form(*, letter: Letter, **fields: Any) -> ReceivedForm:
    """Make the Form 1099-R of the Roth leg of the rulebook's split."""
    defaults = {
        "payer": "Meridian Trust",
        "gross": Decimal("20000.00"),
        "taxable": Decimal("0.00"),
        "basis": Decimal("20000.00"),
        "code": "G",
        "received_date": datetime.date(2023, 1, 31),
    }
    return ReceivedForm.objects.create(firm=letter.firm, letter=letter, **defaults | fields)


# --- The life of a letter -----------------------------------------------------------------------------------

PDF_BYTES = b"%PDF-1.7\n%scan\n"


def hash_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def make_event(*, letter: Letter, advisor: Advisor, **fields: Any) -> CaseEvent:
    """Append a step to the firm's chain; signed, unless a test wants another."""
    defaults = {"step": Step.SIGNED, "step_date": datetime.date(2022, 1, 5)}
    return append_event(firm=letter.firm, letter=letter, advisor=advisor, **defaults | fields)


def make_document(*, letter: Letter, kind: DocumentKind = DocumentKind.CUSTODIAN) -> LetterDocument:
    return LetterDocument.objects.create(
        firm=letter.firm, letter=letter, kind=kind, pdf=PDF_BYTES, pdf_sha256=hash_bytes(PDF_BYTES)
    )


def make_evidence(*, letter: Letter, advisor: Advisor, **fields: Any) -> Evidence:
    """Attach a scan, with its event in the chain."""
    content = fields.get("content", PDF_BYTES)
    defaults = {
        "title": "Signed letter",
        "media_type": "application/pdf",
        "content": content,
        "content_sha256": hash_bytes(content),
    }
    evidence = Evidence.objects.create(firm=letter.firm, letter=letter, added_by=advisor, **defaults | fields)
    make_event(letter=letter, advisor=advisor, step=Step.EVIDENCE, details={"evidence": evidence.pk})
    return evidence


def make_payment(*, letter: Letter, advisor: Advisor, **fields: Any) -> Payment:
    """Pay the letter just as it asked, with its movement and its event."""
    request = letter.request
    movement = make_movement(
        plan=request.plan,
        subaccount=request.subaccount,
        kind=MovementKind.DISTRIBUTION,
        movement_date=request.payment_date,
        amount=request.distribution,
        letter_reference=letter.reference,
    )
    figures = [
        "distribution",
        "after_tax",
        "pretax",
        "includible",
        "withholding",
        "basis_before",
        "value_before",
    ]
    defaults = {name: getattr(request, name) for name in figures} | {
        "payment_date": request.payment_date,
        "figures": {},
    }
    payment = Payment.objects.create(
        firm=letter.firm, letter=letter, movement=movement, recorded_by=advisor, **defaults | fields
    )
    PaidDisbursement.objects.bulk_create(
        PaidDisbursement(
            firm=letter.firm,
            payment=payment,
            disbursement=leg,
            amount=leg.amount,
            pretax=leg.pretax,
            after_tax=leg.after_tax,
        )
        for leg in request.disbursements.all()
    )
    make_event(
        letter=letter,
        advisor=advisor,
        step=Step.PAID,
        step_date=payment.payment_date,
        details={"payment": payment.pk},
    )
    return payment


def make_draft(*, plan: Plan, advisor: Advisor, **fields: Any) -> RolloverDraft:
    defaults = {
        "participant": plan.client,
        "request_key": uuid4(),
        "values": "way=all_roth",
        "payment_date": datetime.date(2022, 1, 14),
    }
    return RolloverDraft.objects.create(firm=plan.firm, plan=plan, saved_by=advisor, **defaults | fields)


def make_batch(*, plan: Plan, advisor: Advisor, **fields: Any) -> Batch:
    """Make a batch of one waiting letter."""
    defaults = {
        "batch_key": uuid4(),
        "payment_date": datetime.date(2022, 1, 14),
        "letter_date": datetime.date(2022, 1, 4),
    }
    batch = Batch.objects.create(firm=plan.firm, created_by=advisor, **defaults | fields)
    BatchItem.objects.create(
        firm=plan.firm,
        batch=batch,
        plan=plan,
        participant=plan.client,
        position=1,
        request_key=uuid4(),
        shown_digest="0" * 64,
    )
    return batch


def make_wording(*, firm: Firm, **fields: Any) -> Wording:
    defaults = {"slot": Slot.CONTACT, "text": "With any question please call our office."}
    return Wording.objects.create(firm=firm, **defaults | fields)
