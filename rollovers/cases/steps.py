"""A letter as a case of weeks: where it stands, what comes next and by when, and each step that people record."""

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import transaction

from advisors.models import Advisor, Firm
from law.money import ZERO
from rollovers.cases.tax_forms import TaxForms, find_open_differences, gather_tax_forms, list_missing_1099rs
from rollovers.evidence.chain import append_event
from rollovers.evidence.queries.letters import get_letter
from rollovers.evidence.queries.lives import find_payment, list_events, list_evidence
from rollovers.models import CaseEvent, Evidence, Letter, Payment, Step
from rollovers.models.letters import DestinationKind
from rollovers.reviews.queries import lock_subaccount

MAIN_STEPS = (
    Step.DRAFTED,
    Step.ISSUED,
    Step.SIGNED,
    Step.SENT,
    Step.PAID,
    Step.REPORTED,
    Step.MATCHED,
)
_NEXT = dict(pairwise(MAIN_STEPS))
DAYS_TO_ROLL_OVER = 60  # section 402(c)(3)(A)

_PLANNED = "The letter's planned payment date."
_FORM_1099R = "When Form 1099-R of the payment's year usually has come. Confirm."
_FORM_5498 = "When custodians usually have sent Form 5498 of the payment's year. Confirm."
_SIXTY_DAYS = "60 days after the participant received the money, IRC 402(c)(3)."


# --- Where a letter stands ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """By when something is to be done, and why then."""

    date: datetime.date
    reason: str
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RailStep:
    """One step of the rail: done on a date by somebody, next, or still to come."""

    step: Step
    step_date: datetime.date | None
    who: str
    is_next: bool

    @property
    def is_done(self) -> bool:
        return self.step_date is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SixtyDay:
    """What was paid to the participant, which can be rolled over until the deadline. Amounts are dollars.

    `to_replace` was withheld: to roll over all of `paid`, the participant adds it from other money.
    """

    paid: Decimal
    to_replace: Decimal
    received_date: datetime.date
    due: Due
    settled: CaseEvent | None

    @property
    def received(self) -> Decimal:
        return self.paid - self.to_replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A letter with its life. `state` is its latest main step, or how it ended: voided or superseded."""

    letter: Letter
    state: Step
    events: tuple[CaseEvent, ...]
    rail: tuple[RailStep, ...]
    next_step: Step | None
    due: Due | None
    payment: Payment | None
    sixty_day: SixtyDay | None

    @property
    def has_ended(self) -> bool:
        """Whether no more is asked for by this letter."""
        return self.state in {Step.VOIDED, Step.SUPERSEDED}

    @property
    def may_be_voided(self) -> bool:
        return self.state in {Step.ISSUED, Step.SIGNED, Step.SENT}

    @property
    def may_be_paid(self) -> bool:
        """Whether a payment can be recorded, or one that was recorded corrected."""
        return self.state in {Step.SENT, Step.PAID, Step.REPORTED}

    @property
    def has_open_sixty_days(self) -> bool:
        """Whether it is still to be recorded what became of the money paid to the participant."""
        return self.sixty_day is not None and self.sixty_day.settled is None

    @property
    def ending(self) -> CaseEvent | None:
        return (
            next((event for event in self.events if event.step == self.state), None)
            if self.has_ended
            else None
        )

    @property
    def first_due(self) -> Due | None:
        """What is due first: the 60 days, or the next step."""
        dues = [self.due] if self.due else []
        if self.sixty_day and self.has_open_sixty_days:
            dues.append(self.sixty_day.due)
        return min(dues, key=lambda due: due.date, default=None)


def review_case(
    *, letter: Letter, events: Sequence[CaseEvent], payment: Payment | None, today: datetime.date
) -> Case:
    """Return where a letter stands on `today`. A letter of `list_letters`, from before there were events, is issued."""
    found: dict[str, CaseEvent] = {event.step: event for event in events}
    superseded = Step.SUPERSEDED in found or hasattr(letter, "superseded_by")
    done = [step for step in MAIN_STEPS if step in found] or [Step.ISSUED]
    state = done[-1]
    if superseded or Step.VOIDED in found:
        state = Step.VOIDED if Step.VOIDED in found else Step.SUPERSEDED
    next_step = _NEXT.get(state)
    return Case(
        letter=letter,
        state=state,
        events=tuple(events),
        rail=tuple(
            _read_rail_step(step, found.get(step), letter, is_next=step == next_step)
            for step in MAIN_STEPS
            if step != Step.DRAFTED or step in found
        ),
        next_step=next_step,
        due=_find_due(letter=letter, state=state, payment=payment, today=today) if next_step else None,
        payment=payment,
        sixty_day=_find_sixty_day(payment=payment, settled=found.get(Step.SIXTY_DAY), today=today),
    )


def _read_rail_step(step: Step, event: CaseEvent | None, letter: Letter, *, is_next: bool) -> RailStep:
    if event is None and step == Step.ISSUED:
        return RailStep(
            step=step, step_date=letter.letter_date, who=letter.issued_by.full_name, is_next=is_next
        )
    return RailStep(
        step=step,
        step_date=event.step_date if event else None,
        who=event.recorded_by.full_name if event else "",
        is_next=is_next,
    )


def _find_due(*, letter: Letter, state: Step, payment: Payment | None, today: datetime.date) -> Due:
    planned = letter.request.payment_date
    if state not in {Step.PAID, Step.REPORTED}:
        return _make_due(planned, _PLANNED, today)
    year = (payment.payment_date if payment else planned).year + 1
    if state == Step.PAID:
        return _make_due(datetime.date(year, 1, 31), _FORM_1099R, today)
    return _make_due(datetime.date(year, 5, 31), _FORM_5498, today)


def _make_due(date: datetime.date, reason: str, today: datetime.date) -> Due:
    return Due(date=date, reason=reason, is_overdue=date < today)


def _find_sixty_day(
    *, payment: Payment | None, settled: CaseEvent | None, today: datetime.date
) -> SixtyDay | None:
    """Return the 60 days of a payment, if it has any; a payment that was corrected is to be settled again."""
    if payment is None or payment.received_date is None:
        return None
    if settled is not None and settled.details.get("payment") != payment.pk:
        settled = None
    paid = sum(
        (
            row.amount
            for row in payment.disbursements.all()
            if row.disbursement.to == DestinationKind.PARTICIPANT
        ),
        ZERO,
    )
    if not paid:
        return None
    deadline = payment.received_date + datetime.timedelta(days=DAYS_TO_ROLL_OVER)
    return SixtyDay(
        paid=paid,
        to_replace=payment.withholding,
        received_date=payment.received_date,
        due=_make_due(deadline, _SIXTY_DAYS, today),
        settled=settled,
    )


def open_case(*, firm: Firm, letter: Letter, today: datetime.date) -> Case:
    """Return one letter's case, as the database has it now."""
    return review_case(
        letter=letter,
        events=list_events(firm=firm, letter=letter),
        payment=find_payment(firm=firm, letter=letter),
        today=today,
    )


# --- The work list ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """Something to do for a letter: its next step, or the 60 days of what the participant was paid."""

    case: Case
    due: Due
    is_sixty_day: bool = False

    @property
    def order(self) -> tuple[bool, bool, datetime.date, int]:
        """Overdue first, then the 60 days, then by date."""
        return not self.due.is_overdue, not self.is_sixty_day, self.due.date, self.case.letter.pk


def list_work(*, letters: Sequence[Letter], today: datetime.date) -> list[WorkItem]:
    """Return what is to be done for letters of `list_open_letters`, the most pressing first."""
    items = []
    for case in review_cases(letters=letters, today=today):
        if case.due:
            items.append(WorkItem(case=case, due=case.due))
        if case.sixty_day and case.has_open_sixty_days:
            items.append(WorkItem(case=case, due=case.sixty_day.due, is_sixty_day=True))
    return sorted(items, key=lambda item: item.order)


def review_cases(*, letters: Sequence[Letter], today: datetime.date) -> list[Case]:
    """Return the cases of letters of `list_lives`, without another query."""
    return [
        review_case(
            letter=letter,
            events=list(letter.events.all()),
            payment=next(iter(reversed(letter.payments.all())), None),
            today=today,
        )
        for letter in letters
    ]


# --- Steps --------------------------------------------------------------------------------------------------


class StepRefused(Exception):
    """A step that cannot be recorded. `field` is the field of the form at fault, "" where it is none of them."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


class StepOutOfOrder(StepRefused):
    """The letter is not where this step would follow, or somebody has recorded the step already."""


class StepDateRefused(StepRefused):
    """The date lies in the future, or before the letter or the step before it."""


class ReasonMissing(StepRefused):
    """Nobody has said why."""


class FormsMissing(StepRefused):
    """A tax form that is expected has not been entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A scan as it was uploaded. `media_type` is what its first bytes say it is."""

    title: str
    media_type: str
    content: bytes


def lock_case(*, firm: Firm, letter: Letter, today: datetime.date) -> Case:
    """Return the letter's case with its sub-account locked until the transaction ends.

    Whatever changes what a sub-account is asked for, issuing and superseding too, waits for that lock.
    """
    lock_subaccount(firm=firm, subaccount_id=letter.request.subaccount_id)
    return open_case(firm=firm, letter=get_letter(firm=firm, letter_id=letter.pk), today=today)


def record_step(
    *,
    firm: Firm,
    letter: Letter,
    step: Step,
    step_date: datetime.date,
    advisor: Advisor,
    today: datetime.date,
    note: str = "",
    attachment: Attachment | None = None,
) -> CaseEvent:
    """Record that the letter was signed or sent, with its scan if there is one.

    Raises StepOutOfOrder, also where somebody else was quicker, and StepDateRefused.
    """
    assert step in {Step.SIGNED, Step.SENT}  # noqa: S101 the others have services of their own
    with transaction.atomic():
        case = lock_case(firm=firm, letter=letter, today=today)
        require_next(case=case, step=step)
        require_sound_date(case=case, date=step_date, today=today, field="step_date")
        event = append_event(
            firm=firm, letter=letter, step=step, step_date=step_date, advisor=advisor, note=note
        )
        if attachment:
            attach(firm=firm, letter=letter, attachment=attachment, advisor=advisor, today=today)
        return event


def require_next(*, case: Case, step: Step) -> None:
    """Refuse a step that is not the next of the letter. Raises StepOutOfOrder."""
    if case.next_step == step:
        return
    recorded = next((event for event in case.events if event.step == step), None)
    if recorded is not None:
        raise StepOutOfOrder(
            f"{recorded.recorded_by.full_name} has recorded “{step.label.lower()}” already,"
            f" with the date {recorded.step_date:%m/%d/%Y}."
        )
    if case.next_step is None or case.has_ended:
        raise StepOutOfOrder(f"The letter is {case.state.label.lower()}: nothing follows.")
    raise StepOutOfOrder(
        f"Record “{case.next_step.label.lower()}” first: the letter is {case.state.label.lower()}."
    )


def require_sound_date(*, case: Case, date: datetime.date, today: datetime.date, field: str) -> None:
    """Refuse a date after today, or before the letter's or the latest main step's. Raises StepDateRefused."""
    if date > today:
        raise StepDateRefused("Enter the date of what has happened, not a future one.", field=field)
    if date < case.letter.letter_date:
        raise StepDateRefused(
            f"Enter a date on or after the letter's own, {case.letter.letter_date:%m/%d/%Y}.", field=field
        )
    before = next(
        (
            event
            for event in reversed(case.events)
            if event.step in {Step.SIGNED, Step.SENT} and event.step_date > date
        ),
        None,
    )
    if before is not None:
        raise StepDateRefused(
            f"Enter a date on or after {before.step_date:%m/%d/%Y}, when the letter was"
            f" {before.get_step_display().lower()}.",
            field=field,
        )


def void_letter(
    *,
    firm: Firm,
    letter: Letter,
    reason: str,
    advisor: Advisor,
    today: datetime.date,
    attachment: Attachment | None = None,
) -> CaseEvent:
    """Void an issued letter that nothing was paid on: it no longer asks for its money, and nothing follows.

    Raises ReasonMissing without a reason, and StepOutOfOrder for a letter that was paid or has ended.
    """
    if not reason.strip():
        raise ReasonMissing("Say why the letter is void.", field="note")
    with transaction.atomic():
        case = lock_case(firm=firm, letter=letter, today=today)
        if not case.may_be_voided:
            raise StepOutOfOrder(
                f"The letter is {case.state.label.lower()}: only one that nothing was paid on is voided."
            )
        event = append_event(
            firm=firm, letter=letter, step=Step.VOIDED, step_date=today, advisor=advisor, note=reason.strip()
        )
        if attachment:
            attach(firm=firm, letter=letter, attachment=attachment, advisor=advisor, today=today)
        return event


# --- Reported and matched -----------------------------------------------------------------------------------


def record_reported(
    *,
    firm: Firm,
    letter: Letter,
    advisor: Advisor,
    today: datetime.date,
    note: str = "",
    attachment: Attachment | None = None,
) -> CaseEvent:
    """Record that every expected Form 1099-R has come. Raises FormsMissing that names those still to be entered."""
    with transaction.atomic():
        case = lock_case(firm=firm, letter=letter, today=today)
        require_next(case=case, step=Step.REPORTED)
        missing = list_missing_1099rs(tax=gather_tax_forms(firm=firm, letter=case.letter))
        if missing:
            raise FormsMissing("Enter first: " + "; ".join(missing) + ".")
        event = append_event(
            firm=firm, letter=letter, step=Step.REPORTED, step_date=today, advisor=advisor, note=note
        )
        if attachment:
            attach(firm=firm, letter=letter, attachment=attachment, advisor=advisor, today=today)
        return event


def record_matched(
    *,
    firm: Firm,
    letter: Letter,
    reasons: Mapping[str, str],
    advisor: Advisor,
    today: datetime.date,
    note: str = "",
    attachment: Attachment | None = None,
) -> CaseEvent:
    """Record that what came is what was expected, or that each difference has its reason.

    `reasons` are by a difference's key; they are kept with the event. Raises ReasonMissing at the first
    difference without one, and StepOutOfOrder while 60 days are open: nothing leads to a matched letter's any more.
    """
    with transaction.atomic():
        case = lock_case(firm=firm, letter=letter, today=today)
        require_next(case=case, step=Step.MATCHED)
        if case.has_open_sixty_days:
            raise StepOutOfOrder("Settle the 60 days first: once matched, they are not settled any more.")
        tax = gather_tax_forms(firm=firm, letter=case.letter)
        event = append_event(
            firm=firm,
            letter=letter,
            step=Step.MATCHED,
            step_date=today,
            advisor=advisor,
            note=note,
            details={"differences": _explain_differences(tax=tax, reasons=reasons)},
        )
        if attachment:
            attach(firm=firm, letter=letter, attachment=attachment, advisor=advisor, today=today)
        return event


def _explain_differences(*, tax: TaxForms, reasons: Mapping[str, str]) -> list[dict[str, Any]]:
    explained = []
    for difference in find_open_differences(tax=tax):
        reason = reasons.get(difference.key, "").strip()
        if not reason:
            raise ReasonMissing(
                f"{difference.title}: say why the difference may stand.", field=difference.field
            )
        explained.append({"title": difference.title, "what": list(difference.messages), "reason": reason})
    return explained


# --- Evidence -----------------------------------------------------------------------------------------------


def add_evidence(
    *,
    firm: Firm,
    letter: Letter,
    attachment: Attachment,
    advisor: Advisor,
    today: datetime.date,
    note: str = "",
) -> Evidence:
    """Attach a scan to the letter, with its entry in the chain; to a letter that has ended, too.

    The same bytes under the same title are attached once: a second press returns what the first stored.
    """
    content_sha256 = hashlib.sha256(attachment.content).hexdigest()
    with transaction.atomic():
        lock_case(firm=firm, letter=letter, today=today)
        for kept in list_evidence(firm=firm, letter=letter):
            if (kept.title, kept.content_sha256) == (attachment.title, content_sha256):
                return kept
        return attach(
            firm=firm, letter=letter, attachment=attachment, advisor=advisor, today=today, note=note
        )


def attach(
    *,
    firm: Firm,
    letter: Letter,
    attachment: Attachment,
    advisor: Advisor,
    today: datetime.date,
    note: str = "",
) -> Evidence:
    """Store a scan with its entry in the chain, inside the caller's transaction."""
    evidence = Evidence.objects.create(
        firm=firm,
        letter=letter,
        title=attachment.title,
        media_type=attachment.media_type,
        content=attachment.content,
        content_sha256=hashlib.sha256(attachment.content).hexdigest(),
        added_by=advisor,
    )
    append_event(
        firm=firm,
        letter=letter,
        step=Step.EVIDENCE,
        step_date=today,
        advisor=advisor,
        note=note,
        details={"evidence": evidence.pk},
    )
    return evidence
