"""What a letter was paid with: allocated again on the payment date's figures, beside the letter's own.

The letter's figures were estimates. Its words say how they adjust; what was paid is recorded payee by payee.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Q

from advisors.models import Advisor, Firm
from clients.models import SubaccountMovement
from clients.queries import list_statements
from law.allocation import Allocation, AllocationRefused, SixtyDayRollover, allocate
from law.figures import Figure
from law.ledger import keep_ledger
from law.money import ZERO, format_dollars
from law.records import describe_allocation, describe_explanation
from law.subaccount import Contract, Share, share_distribution
from law.words import MovementKind, Payee
from rollovers.cases.queries import list_payments
from rollovers.cases.steps import (
    Attachment,
    ReasonMissing,
    StepOutOfOrder,
    StepRefused,
    attach,
    lock_case,
    require_sound_date,
)
from rollovers.cases.tax_forms import make_disbursement
from rollovers.evidence.cases import Case
from rollovers.evidence.chain import append_event
from rollovers.letters.after_tax_letter import find_absorbing, find_basis_holder
from rollovers.models import CaseEvent, Letter, PaidDisbursement, Payment, Step
from rollovers.models import Disbursement as DisbursementRow
from rollovers.reviews.ledgers import list_recorded_movements, read_carry_policy
from rollovers.reviews.queries import get_plan_facts

ELECTION_DOES_NOT_FIT = (
    "The letter's election does not fit what was paid: the pretax money is assigned to another plan and the"
    " traditional IRA first, and to the Roth IRA last. Confirm with a CPA."
)


class PaymentRefused(StepRefused):
    """A payment that cannot have been made so, or that the ledger tells otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEntry:
    """A payment as the planner read it from the custodian's papers. Dollars.

    `value_before` is what the sub-account was worth on the payment date, just before. `amounts` are by the
    disbursement's id; one that is left out is as the letter says it at that value. `withheld` is None where it is
    the 20% of section 3405(c). `corrects` is the id of the payment that was shown as recorded, None for none.
    """

    payment_date: datetime.date
    value_before: Decimal
    amounts: Mapping[int, Decimal] = field(default_factory=dict)
    withheld: Decimal | None = None
    received_date: datetime.date | None = None
    source_document: str = ""
    note: str = ""
    corrects: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidLeg:
    """One payee: what the letter asked for, what it says at the payment's value, and what was paid. Dollars."""

    row: DisbursementRow
    said: Decimal
    amount: Decimal
    pretax: Decimal
    after_tax: Decimal

    @property
    def difference(self) -> Decimal:
        return self.amount - self.row.amount

    @property
    def field(self) -> str:
        return name_amount_field(row=self.row)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOutcome:
    """What a payment comes to, before it is recorded. Dollars; `election_note` says where an election did not fit."""

    contract: Contract
    allocation: Allocation
    legs: tuple[PaidLeg, ...]
    withheld: Decimal
    explanations: tuple[Figure, ...]
    election_note: str
    leaves_nothing: bool

    @property
    def is_as_asked(self) -> bool:
        """Whether each payee got what the letter's words come to at the payment's value.

        Where they leave nothing for a payment that does not fall away, they ask for none.
        """
        return not self.leaves_nothing and all(leg.amount == leg.said for leg in self.legs)


def name_amount_field(*, row: DisbursementRow) -> str:
    """Return the name of the form's field for what a payee was paid."""
    return f"amount_{row.pk}"


# --- What the letter's words come to ------------------------------------------------------------------------


def divide_as_asked(
    *, rows: Sequence[DisbursementRow], covers_whole: bool, contract: Contract
) -> dict[int, Decimal]:
    """Return each payee's amount by its id, in dollars, as the letter's words adjust it to the payment's value.

    Of the whole sub-account the absorbing payment takes what the others leave; where they leave nothing, the basis
    holder takes what there is. Of a fixed amount the total stays, and a payment of all pretax is the pretax part as
    then computed.
    """
    amounts = {row.pk: row.amount for row in rows}
    absorbing, holder = find_absorbing(legs=rows), find_basis_holder(legs=rows)
    asked = sum(amounts.values(), ZERO)
    if covers_whole:
        amounts[absorbing.pk] += contract.balance - asked
        if holder is not None and amounts[absorbing.pk] < ZERO:
            amounts[holder.pk] += amounts[absorbing.pk]
            amounts[absorbing.pk] = ZERO
    elif holder is not None and asked <= contract.balance:
        change = share_distribution(contract=contract, distribution=asked).pretax - absorbing.amount
        amounts[absorbing.pk] += change
        amounts[holder.pk] -= change
    return amounts


def elect_as_asked(
    *, rows: Sequence[DisbursementRow], amounts: Mapping[int, Decimal], share: Share
) -> dict[int, Decimal] | None:
    """Return the letter's election, by id and in dollars, as its words adjust it to what was paid.

    The absorbing payment takes the difference in the pretax part, as far as its amount allows; then, unless there is
    a basis holder, the other direct rollovers in their order. None where that does not fit.
    """
    direct = [row for row in rows if row.is_direct and amounts[row.pk]]
    if len(direct) < 2:
        return {}
    pretax = min(share.pretax, sum((amounts[row.pk] for row in direct), ZERO))
    absorbing, holder = find_absorbing(legs=rows), find_basis_holder(legs=rows)
    elected = {row.pk: min(row.pretax, amounts[row.pk]) for row in direct}
    difference = pretax - sum(elected.values(), ZERO)
    for row in sorted(direct, key=lambda row: row.pk != absorbing.pk):
        if row.pk == absorbing.pk or holder is None:
            taken = max(min(difference, amounts[row.pk] - elected[row.pk]), -elected[row.pk])
            elected[row.pk] += taken
            difference -= taken
    return elected if difference == ZERO else None


# --- A payment ----------------------------------------------------------------------------------------------


def measure_basis(*, firm: Firm, letter: Letter, payment_date: datetime.date) -> Decimal:
    """Return the sub-account's basis just before a letter's payment, in dollars.

    It is the latest statement's before that date, with what moved after it: deposits in, other payments out. A
    statement shows what moved on its own day, so one of that date lacks the payment's basis already, unless the letter
    rests on it. Without such a statement, it is that of the statement which the letter rests on.
    """
    request = letter.request
    facts = get_plan_facts(firm=firm, plan_id=request.plan_id, participant_id=request.participant_id)
    own = {
        row.pk
        for row in facts.movements
        if row.kind == MovementKind.DISTRIBUTION and row.letter_reference == letter.reference
    }
    statement = (
        list_statements(firm=firm, subaccount=request.subaccount)
        .filter(Q(statement_date__lt=payment_date) | Q(statement_date=payment_date, pk=request.statement_id))
        .first()
        or request.statement
    )
    ledger = keep_ledger(
        movements=[
            movement
            for movement in list_recorded_movements(facts=facts)
            if movement.is_dated
            and statement.statement_date < movement.date <= payment_date
            and movement.key not in own
        ],
        carried=read_carry_policy(facts),
        opening=Contract(balance=statement.value, basis=statement.basis, separate_accounting=True),
    )
    return ledger.closing.basis


def work_out_payment(*, letter: Letter, basis: Decimal, entry: PaymentEntry) -> PaymentOutcome:
    """Return what a payment comes to out of a sub-account with `basis` dollars. Raises PaymentRefused at a field."""
    rows = list(letter.request.disbursements.all())
    if entry.value_before <= ZERO:
        raise PaymentRefused("Enter what the sub-account was worth just before.", field="value_before")
    contract = Contract(balance=entry.value_before, basis=basis, separate_accounting=True)
    said = divide_as_asked(rows=rows, covers_whole=letter.request.covers_whole, contract=contract)
    amounts = {row.pk: entry.amounts.get(row.pk, said[row.pk]) for row in rows}
    falling = find_absorbing(legs=rows) if find_basis_holder(legs=rows) else None
    unpaid = {row.pk for row in rows if said[row.pk] < ZERO or (not said[row.pk] and row != falling)}
    for row in rows:
        if amounts[row.pk] < ZERO or row.pk in unpaid - entry.amounts.keys():
            raise PaymentRefused(
                "At that value the letter leaves nothing for this payment: enter what was paid.",
                field=name_amount_field(row=row),
            )
    distribution = sum(amounts.values(), ZERO)
    if not distribution:
        raise PaymentRefused("Enter what was paid.", field=name_amount_field(row=rows[0]))
    if distribution > contract.balance:
        raise PaymentRefused(
            f"The payments sum to {format_dollars(distribution)}, more than the"
            f" {format_dollars(contract.balance)} that the sub-account was worth just before.",
            field="value_before",
        )
    paid = [row for row in rows if amounts[row.pk]]
    elected = elect_as_asked(
        rows=rows,
        amounts=amounts,
        share=share_distribution(contract=contract, distribution=distribution),
    )
    try:
        allocation = allocate(
            contract=contract,
            disbursements=[
                make_disbursement(row=row, amount=amounts[row.pk], pretax=(elected or {}).get(row.pk))
                for row in paid
            ],
        )
    except AllocationRefused as error:
        raise PaymentRefused(f"{error}", field=_find_field(error, paid)) from error
    parts = {
        row.pk: (leg.pretax, leg.after_tax) for row, leg in zip(paid, allocation.disbursements, strict=True)
    }
    return PaymentOutcome(
        contract=contract,
        allocation=allocation,
        legs=tuple(
            PaidLeg(
                row=row,
                said=said[row.pk],
                amount=amounts[row.pk],
                pretax=parts.get(row.pk, (ZERO, ZERO))[0],
                after_tax=parts.get(row.pk, (ZERO, ZERO))[1],
            )
            for row in rows
        ),
        withheld=_read_withheld(entry=entry, allocation=allocation),
        explanations=allocation.figures,
        election_note=ELECTION_DOES_NOT_FIT if elected is None else "",
        leaves_nothing=bool(unpaid),
    )


def _read_withheld(*, entry: PaymentEntry, allocation: Allocation) -> Decimal:
    if entry.withheld is None:
        return allocation.withholding
    if entry.withheld > allocation.kept.amount:
        raise PaymentRefused(
            "No more can be withheld than was paid to the participant. A direct rollover bears no withholding.",
            field="withheld",
        )
    return entry.withheld


def _find_field(error: AllocationRefused, paid: list[DisbursementRow]) -> str:
    """Return the form's field for the path of an allocation's leg, as in "disbursements.0.pretax"."""
    parts = error.field.split(".")
    return name_amount_field(row=paid[int(parts[1])]) if len(parts) > 1 else "value_before"


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
    Raises StepRefused with the field at fault, and StepOutOfOrder where another payment stands than `entry` corrects.
    """
    with transaction.atomic():
        case = lock_case(firm=firm, letter=letter)
        _require_payable(case)
        _require_shown(case=case, corrects=entry.corrects, standing=case.payment)
        require_sound_date(case=case, date=entry.payment_date, today=today, field="payment_date")
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
        append_event(
            firm=firm,
            letter=letter,
            step=Step.PAID,
            step_date=entry.payment_date,
            advisor=advisor,
            note=entry.note,
            details={"payment": payment.pk},
        )
        if attachment:
            attach(firm=firm, letter=letter, attachment=attachment, advisor=advisor, today=today)
        return payment


def _require_payable(case: Case) -> None:
    if case.may_be_paid:
        return
    if case.next_step is None or case.state == Step.MATCHED:
        raise StepOutOfOrder(f"The letter is {case.state.label.lower()}: no payment is recorded any more.")
    raise StepOutOfOrder(
        f"Record “{case.next_step.label.lower()}” first: the letter is {case.state.label.lower()}."
    )


def _require_shown(*, case: Case, corrects: int | None, standing: Payment | CaseEvent | None) -> None:
    """Refuse what was typed beside other figures than stand now, as by a second press. Raises StepOutOfOrder."""
    if corrects == (standing.pk if standing else None):
        return
    last = standing or case.payment
    if last is None:
        raise StepOutOfOrder("No payment is recorded that this could correct.")
    done = (
        "settled the 60 days"
        if isinstance(last, CaseEvent)
        else f"recorded the payment of {last.payment_date:%m/%d/%Y}"
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
            field="received_date",
        )
    if not entry.payment_date <= received_date <= today:
        raise PaymentRefused(
            "Enter a date from the payment's own to today.",
            field="received_date",
        )


def _require_note(*, case: Case, outcome: PaymentOutcome, entry: PaymentEntry) -> None:
    if entry.note.strip():
        return
    if case.payment is not None:
        raise ReasonMissing("A payment is recorded already: say why it is corrected.", field="note")
    if not outcome.is_as_asked:
        said = ", ".join(
            f"{format_dollars(leg.said)} to {leg.row.get_to_display()}"
            for leg in outcome.legs
            if leg.amount != leg.said
        )
        if outcome.leaves_nothing:
            said = "that nothing is paid"
        raise ReasonMissing(
            f"At that value the letter says {said}: say why it was paid otherwise.", field="note"
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
    """Refuse a payment that the ledger tells otherwise. Raises PaymentRefused at the field that differs."""
    first, total = recorded[0], sum((row.amount for row in recorded), ZERO)
    if any(row.subaccount_id != letter.request.subaccount_id for row in recorded):
        raise PaymentRefused(
            "A distribution of another sub-account names this letter. Correct that movement first."
        )
    if corrects:
        return
    if total != distribution:
        raise PaymentRefused(
            f"The ledger records {format_dollars(total)} paid under this letter, and these payments sum to"
            f" {format_dollars(distribution)}. Correct the one or the other.",
            field=name_amount_field(row=find_absorbing(legs=list(letter.request.disbursements.all()))),
        )
    if first.movement_date != entry.payment_date:
        raise PaymentRefused(
            f"The ledger records the payment under this letter on {first.movement_date:%m/%d/%Y}.",
            field="payment_date",
        )
    if first.value_before not in (None, entry.value_before):
        raise PaymentRefused(
            f"The ledger records a value of {format_dollars(first.value_before)} just before this payment.",
            field="value_before",
        )


def _describe_figures(outcome: PaymentOutcome) -> dict[str, Any]:
    return {
        "balance": str(outcome.contract.balance),
        "basis": str(outcome.contract.basis),
        **describe_allocation(allocation=outcome.allocation),
        "withheld": str(outcome.withheld),
        "election_note": outcome.election_note,
        "explanations": [describe_explanation(explanation=each) for each in outcome.explanations],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedLeg:
    """One payee of a letter beside what was recorded as paid. Dollars; the differences are signed."""

    row: DisbursementRow
    amount: Decimal
    pretax: Decimal
    after_tax: Decimal

    @property
    def difference(self) -> Decimal:
        return self.amount - self.row.amount

    @property
    def pretax_difference(self) -> Decimal:
        return self.pretax - self.row.pretax


def compare_payment(*, letter: Letter, payment: Payment) -> list[ComparedLeg]:
    """Return what each payee was paid beside what the letter asked for, in the letter's order."""
    paid = {row.disbursement_id: row for row in payment.disbursements.all()}
    return [
        ComparedLeg(
            row=row,
            amount=paid[row.pk].amount if row.pk in paid else ZERO,
            pretax=paid[row.pk].pretax if row.pk in paid else ZERO,
            after_tax=paid[row.pk].after_tax if row.pk in paid else ZERO,
        )
        for row in letter.request.disbursements.all()
    ]


def preview_payment(*, firm: Firm, letter: Letter, entry: PaymentEntry) -> PaymentOutcome:
    """Return what a payment would come to, without recording it. Raises PaymentRefused at a field."""
    basis = measure_basis(firm=firm, letter=letter, payment_date=entry.payment_date)
    return work_out_payment(letter=letter, basis=basis, entry=entry)


# --- The 60 days --------------------------------------------------------------------------------------------


class SixtyDaysPassed(StepRefused):
    """The money was rolled over after the 60th day (section 402(c)(3)(A))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SixtyDayEntry:
    """What the participant rolled over of what was paid, in dollars by the kind of IRA; nothing, if nothing.

    `corrects` is the id of the settlement's event that was shown, None for none.
    """

    to_traditional: Decimal = ZERO
    to_roth: Decimal = ZERO
    rollover_date: datetime.date | None = None
    note: str = ""
    corrects: int | None = None

    @property
    def rollovers(self) -> tuple[SixtyDayRollover, ...]:
        legs = ((Payee.TRADITIONAL_IRA, self.to_traditional), (Payee.ROTH_IRA, self.to_roth))
        return tuple(SixtyDayRollover(to=to, amount=amount) for to, amount in legs if amount)


def settle_sixty_day(
    *,
    firm: Firm,
    letter: Letter,
    entry: SixtyDayEntry,
    advisor: Advisor,
    today: datetime.date,
    attachment: Attachment | None = None,
) -> CaseEvent:
    """Record what became of the money paid to the participant: rolled over within 60 days, or kept.

    Pretax money counts as rolled over first, and to the traditional IRA first (section 402(c)(2)). The figures are
    kept in the event. A second settlement of one payment corrects the first, with a reason. Raises StepRefused.
    """
    with transaction.atomic():
        case = lock_case(firm=firm, letter=letter)
        if case.payment is None or case.sixty_day is None:
            raise StepOutOfOrder("Nothing was paid to the participant, so no 60 days run.")
        if case.state == Step.MATCHED:
            raise StepOutOfOrder("The letter is matched: its 60 days are not settled any more.")
        _require_shown(case=case, corrects=entry.corrects, standing=case.sixty_day.settled)
        if case.sixty_day.settled and not entry.note.strip():
            raise ReasonMissing("The 60 days are settled already: say why that is corrected.", field="note")
        _require_in_time(case=case, entry=entry, today=today)
        allocation = work_out_sixty_day(payment=case.payment, entry=entry)
        event = append_event(
            firm=firm,
            letter=letter,
            step=Step.SIXTY_DAY,
            step_date=entry.rollover_date or today,
            advisor=advisor,
            note=entry.note,
            details={
                "payment": case.payment.pk,
                "received_date": case.sixty_day.received_date.isoformat(),
                "deadline": case.sixty_day.due.date.isoformat(),
                "figures": describe_allocation(allocation=allocation),
                "explanations": [describe_explanation(explanation=each) for each in allocation.figures],
            },
        )
        if attachment:
            attach(firm=firm, letter=letter, attachment=attachment, advisor=advisor, today=today)
        return event


def _require_in_time(*, case: Case, entry: SixtyDayEntry, today: datetime.date) -> None:
    assert case.sixty_day is not None  # noqa: S101 the caller has looked
    if not entry.rollovers:
        return
    received_date, deadline = case.sixty_day.received_date, case.sixty_day.due.date
    if entry.rollover_date is None:
        raise PaymentRefused("Enter when it was rolled over.", field="rollover_date")
    if not received_date <= entry.rollover_date <= today:
        raise PaymentRefused(
            f"Enter a date from {received_date:%m/%d/%Y}, when the money was received, to today.",
            field="rollover_date",
        )
    if entry.rollover_date > deadline:
        raise SixtyDaysPassed(
            f"The 60th day was {deadline:%m/%d/%Y} (IRC 402(c)(3)(A)): what came later is no rollover, unless the"
            " IRS waives it (IRC 402(c)(3)(B)). Settle it as kept, and ask a CPA about a waiver.",
            field="rollover_date",
        )


def work_out_sixty_day(*, payment: Payment, entry: SixtyDayEntry) -> Allocation:
    """Return a recorded payment's allocation with what was rolled over of it. Raises PaymentRefused at a field."""
    paid = [row for row in payment.disbursements.all() if row.amount]
    try:
        return allocate(
            contract=Contract(
                balance=payment.value_before, basis=payment.basis_before, separate_accounting=True
            ),
            disbursements=[
                make_disbursement(row=row.disbursement, amount=row.amount, pretax=row.pretax) for row in paid
            ],
            sixty_day_rollovers=entry.rollovers,
        )
    except AllocationRefused as error:
        given = "to_roth" if entry.to_roth else "to_traditional"
        raise PaymentRefused(
            "No more can be rolled over than was paid to the participant, with what was withheld.",
            field=given,
        ) from error
