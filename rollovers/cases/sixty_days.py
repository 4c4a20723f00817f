"""What became of the money paid to the participant: rolled over within 60 days, or kept."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from advisors.models import Advisor, Firm
from law.allocation import (
    Allocation,
    AllocationRefused,
    SixtyDayRollover,
    allocate,
)
from law.dates import write_date
from law.money import ZERO
from law.records import describe_allocation, describe_figure
from law.subaccount import Contract
from law.words import Payee
from rollovers.cases.payments import require_shown
from rollovers.cases.recording import Attachment, lock_case, record_event
from rollovers.cases.refusals import Fact, PaymentRefused, ReasonMissing, SixtyDaysPassed, StepOutOfOrder
from rollovers.cases.tax_forms import make_disbursement
from rollovers.evidence.cases import Case
from rollovers.models import CaseEvent, Letter, Payment, Step


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
        require_shown(case=case, corrects=entry.corrects, standing=case.sixty_day.settled)
        if case.sixty_day.settled and not entry.note.strip():
            raise ReasonMissing(
                "The 60 days are settled already: say why that is corrected.", fault=Fact.REASON
            )
        _require_in_time(case=case, entry=entry, today=today)
        allocation = work_out_sixty_day(payment=case.payment, entry=entry)
        return record_event(
            firm=firm,
            letter=letter,
            step=Step.SIXTY_DAY,
            step_date=entry.rollover_date or today,
            advisor=advisor,
            today=today,
            note=entry.note,
            attachment=attachment,
            details={
                "payment": case.payment.pk,
                "received_date": case.sixty_day.received_date.isoformat(),
                "deadline": case.sixty_day.due.date.isoformat(),
                "figures": describe_allocation(allocation=allocation),
                "explanations": [describe_figure(figure=each) for each in allocation.figures],
            },
        )


def _require_in_time(*, case: Case, entry: SixtyDayEntry, today: datetime.date) -> None:
    assert case.sixty_day is not None  # noqa: S101 the caller has looked
    if not entry.rollovers:
        return
    received_date, deadline = case.sixty_day.received_date, case.sixty_day.due.date
    if entry.rollover_date is None:
        raise PaymentRefused("Enter when it was rolled over.", fault=Fact.ROLLOVER_DATE)
    if not received_date <= entry.rollover_date <= today:
        raise PaymentRefused(
            f"Enter a date from {write_date(received_date)}, when the money was received, to today.",
            fault=Fact.ROLLOVER_DATE,
        )
    if entry.rollover_date > deadline:
        raise SixtyDaysPassed(
            f"The 60th day was {write_date(deadline)} (IRC 402(c)(3)(A)): what came later is no rollover,"
            " unless the IRS waives it (IRC 402(c)(3)(B)). Settle it as kept, and ask a CPA about a waiver.",
            fault=Fact.ROLLOVER_DATE,
        )


def work_out_sixty_day(*, payment: Payment, entry: SixtyDayEntry) -> Allocation:
    """Return a recorded payment's allocation with what was rolled over of it. Raises PaymentRefused."""
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
        given = Payee.ROTH_IRA if entry.to_roth else Payee.TRADITIONAL_IRA
        raise PaymentRefused(
            "No more can be rolled over than was paid to the participant, with what was withheld.",
            fault=given,
        ) from error
