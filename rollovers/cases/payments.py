"""Recording what a letter was paid with, and the ledger's distribution of it."""

import datetime
from decimal import Decimal
from typing import Any

import pghistory
from django.db import transaction

from advisors.models import Advisor, Firm
from clients.models import SubaccountMovement
from law.adjustment import find_absorbing
from law.dates import write_date
from law.money import ZERO, write_dollars
from law.records import describe_allocation, describe_figure
from law.words import MovementKind
from rollovers.cases.outcomes import PaymentEntry, PaymentOutcome, measure_basis, work_out_payment
from rollovers.cases.queries import list_payments
from rollovers.cases.recording import Attachment, lock_case, record_event
from rollovers.cases.refusals import Fact, PaymentRefused, ReasonMissing, StepOutOfOrder
from rollovers.cases.steps import require_sound_date
from rollovers.evidence.cases import Case
from rollovers.models import CaseEvent, Letter, PaidDisbursement, Payment, Step


def record_payment(
    *,
    firm: Firm,
    letter: Letter,
    entry: PaymentEntry,
    advisor: Advisor,
    today: datetime.date,
    attachment: Attachment | None = None,
) -> Payment:
    """Record what a sent letter was paid with, or correct it with a reason until the tax forms are matched.

    The ledger's distribution is made in the same transaction, or the one that names the letter already is used.
    Raises StepRefused with what is at fault, and StepOutOfOrder where another payment stands than `entry` corrects.
    """
    with transaction.atomic():
        case = lock_case(firm=firm, letter=letter)
        _require_payable(case)
        require_shown(case=case, corrects=entry.corrects, standing=case.payment)
        require_sound_date(case=case, date=entry.payment_date, today=today)
        basis = measure_basis(firm=firm, letter=case.letter, payment_date=entry.payment_date)
        outcome = work_out_payment(letter=case.letter, basis=basis, entry=entry)
        _require_received_date(outcome=outcome, entry=entry, today=today)
        _require_note(case=case, outcome=outcome, entry=entry)
        movement = _keep_movement(firm=firm, case=case, entry=entry, outcome=outcome)
        allocation = outcome.allocation
        payment = Payment.objects.create(
            firm=firm,
            letter=letter,
            movement=movement,
            payment_date=entry.payment_date,
            received_date=entry.received_date if allocation.kept.amount else None,
            basis_before=basis,
            value_before=entry.value_before,
            distribution=allocation.share.distribution,
            after_tax=allocation.share.after_tax,
            pretax=allocation.share.pretax,
            includible=allocation.includible,
            withholding=outcome.withheld,
            figures=_describe_figures(outcome),
            recorded_by=advisor,
        )
        PaidDisbursement.objects.bulk_create(
            PaidDisbursement(
                firm=firm,
                payment=payment,
                disbursement=leg.row,
                amount=leg.amount,
                pretax=leg.pretax,
                after_tax=leg.after_tax,
            )
            for leg in outcome.legs
        )
        record_event(
            firm=firm,
            letter=letter,
            step=Step.PAID,
            step_date=entry.payment_date,
            advisor=advisor,
            today=today,
            note=entry.note,
            details={"payment": payment.pk},
            attachment=attachment,
        )
        return payment


def _require_payable(case: Case) -> None:
    if case.may_be_paid:
        return
    if case.next_step is None or case.state == Step.MATCHED:
        raise StepOutOfOrder(f"The letter is {case.state.label.lower()}: no payment is recorded any more.")
    raise StepOutOfOrder(
        f"Record “{case.next_step.label.lower()}” first: the letter is {case.state.label.lower()}."
    )


def require_shown(*, case: Case, corrects: int | None, standing: Payment | CaseEvent | None) -> None:
    """Refuse what was typed beside other figures than stand now, as by a second press. Raises StepOutOfOrder."""
    if corrects == (standing.pk if standing else None):
        return
    last = standing or case.payment
    if last is None:
        raise StepOutOfOrder("No payment is recorded that this could correct.")
    done = (
        "settled the 60 days"
        if isinstance(last, CaseEvent)
        else f"recorded the payment of {write_date(last.payment_date)}"
    )
    raise StepOutOfOrder(
        f"{last.recorded_by.full_name} has {done} meanwhile. Open this page again: it shows what stands."
    )


def _require_received_date(*, outcome: PaymentOutcome, entry: PaymentEntry, today: datetime.date) -> None:
    if not outcome.allocation.kept.amount:
        return
    received_date = entry.received_date
    if received_date is None:
        raise PaymentRefused(
            "Enter when the participant received the money: the 60 days begin then (IRC 402(c)(3)).",
            fault=Fact.RECEIVED_DATE,
        )
    if not entry.payment_date <= received_date <= today:
        raise PaymentRefused(
            "Enter a date from the payment's own to today.",
            fault=Fact.RECEIVED_DATE,
        )


def _require_note(*, case: Case, outcome: PaymentOutcome, entry: PaymentEntry) -> None:
    if entry.note.strip():
        return
    if case.payment is not None:
        raise ReasonMissing("A payment is recorded already: say why it is corrected.", fault=Fact.REASON)
    if not outcome.is_as_asked:
        said = ", ".join(
            f"{write_dollars(leg.said)} to {leg.row.get_to_display()}"
            for leg in outcome.legs
            if leg.amount != leg.said
        )
        if outcome.leaves_nothing:
            said = "that nothing is paid"
        raise ReasonMissing(
            f"At that value the letter says {said}: say why it was paid otherwise.", fault=Fact.REASON
        )


def _keep_movement(
    *, firm: Firm, case: Case, entry: PaymentEntry, outcome: PaymentOutcome
) -> SubaccountMovement:
    """Return the ledger's distribution of this payment: made, found, or corrected with the payment's reason."""
    letter, distribution = case.letter, outcome.allocation.share.distribution
    recorded = list_payments(firm=firm, letters=[letter]).get(letter.reference, [])
    if not recorded:
        return SubaccountMovement.objects.create(
            firm=firm,
            subaccount=letter.request.subaccount,
            kind=MovementKind.DISTRIBUTION,
            movement_date=entry.payment_date,
            amount=distribution,
            value_before=entry.value_before,
            letter_reference=letter.reference,
            source_document=entry.source_document,
        )
    movement = recorded[0]
    corrects = case.payment is not None and len(recorded) == 1
    _require_agreement(
        recorded=recorded, entry=entry, distribution=distribution, letter=letter, corrects=corrects
    )
    changed = {
        "movement_date": entry.payment_date,
        "value_before": entry.value_before,
        **({"amount": distribution} if len(recorded) == 1 else {}),
        **({"source_document": entry.source_document} if corrects and entry.source_document else {}),
    }
    if any(getattr(movement, name) != value for name, value in changed.items()):
        for name, value in changed.items():
            setattr(movement, name, value)
        with pghistory.context(reason=entry.note or f"Payment of letter {letter.reference} recorded."):
            movement.save(update_fields=list(changed))
    return movement


def _require_agreement(
    *,
    recorded: list[SubaccountMovement],
    entry: PaymentEntry,
    distribution: Decimal,
    letter: Letter,
    corrects: bool,
) -> None:
    """Refuse a payment that the ledger tells otherwise. Raises PaymentRefused."""
    first, total = recorded[0], sum((row.amount for row in recorded), ZERO)
    if any(row.subaccount_id != letter.request.subaccount_id for row in recorded):
        raise PaymentRefused(
            "A distribution of another sub-account names this letter. Correct that movement first."
        )
    if corrects:
        return
    if total != distribution:
        raise PaymentRefused(
            f"The ledger records {write_dollars(total)} paid under this letter, and these payments sum to"
            f" {write_dollars(distribution)}. Correct the one or the other.",
            fault=find_absorbing(legs=list(letter.request.disbursements.all())),
        )
    if first.movement_date != entry.payment_date:
        raise PaymentRefused(
            f"The ledger records the payment under this letter on {write_date(first.movement_date)}.",
            fault=Fact.DATE,
        )
    if first.value_before not in (None, entry.value_before):
        raise PaymentRefused(
            f"The ledger records a value of {write_dollars(first.value_before)} just before this payment.",
            fault=Fact.VALUE_BEFORE,
        )


def _describe_figures(outcome: PaymentOutcome) -> dict[str, Any]:
    return {
        "balance": str(outcome.contract.balance),
        "basis": str(outcome.contract.basis),
        **describe_allocation(allocation=outcome.allocation),
        "withheld": str(outcome.withheld),
        "election_note": outcome.election_note,
        "explanations": [describe_figure(figure=each) for each in outcome.explanations],
    }
