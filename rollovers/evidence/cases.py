"""What the chain says of a letter, said once: where it stands, what it was paid with, what comes next and by when.

Pages, the work list, batches, packets and the steps themselves all read a `Case`. Which letters still ask for their
money is asked of the database too, by `rollovers.evidence.queries.letters.still_asks`.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from advisors.models import Firm
from law.allocation import SIXTY_DAYS
from law.money import ZERO
from law.words import Payee
from rollovers.evidence.queries.lives import get_life
from rollovers.models import CaseEvent, Letter, Payment, Step

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

_PLANNED = "The letter's planned payment date."
_FORM_1099R = "When Form 1099-R of the payment's year usually has come. Confirm."
_FORM_5498 = "When custodians usually have sent Form 5498 of the payment's year. Confirm."
_SIXTY_DAYS = "60 days after the participant received the money, IRC 402(c)(3)."


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """By when something is to be done, and why then."""

    date: datetime.date
    reason: str

    def is_overdue(self, *, today: datetime.date) -> bool:
        return self.date < today


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
    settled: CaseEvent | None

    @property
    def received(self) -> Decimal:
        return self.paid - self.to_replace

    @property
    def due(self) -> Due:
        deadline = self.received_date + SIXTY_DAYS
        return Due(date=deadline, reason=_SIXTY_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A letter with its life: its entries of the chain in order, its payments in order, what superseded it.

    All else follows from these rows. A letter without entries, from before there was a chain, is issued.
    """

    letter: Letter
    events: tuple[CaseEvent, ...]
    payments: tuple[Payment, ...]
    superseded_by: Letter | None

    # --- Where it stands ------------------------------------------------------------------------------------

    @property
    def state(self) -> Step:
        """The latest main step, or how the letter ended: voided or superseded."""
        if self.is_void:
            return Step.VOIDED
        if self.is_superseded:
            return Step.SUPERSEDED
        return next((step for step in reversed(MAIN_STEPS) if self.find_event(step=step)), Step.ISSUED)

    @property
    def is_void(self) -> bool:
        return self.find_event(step=Step.VOIDED) is not None

    @property
    def is_superseded(self) -> bool:
        return self.superseded_by is not None or self.find_event(step=Step.SUPERSEDED) is not None

    @property
    def is_paid(self) -> bool:
        return self.find_event(step=Step.PAID) is not None

    @property
    def has_ended(self) -> bool:
        """Whether it asks for nothing any more."""
        return self.is_void or self.is_superseded

    @property
    def ending(self) -> CaseEvent | None:
        return self.find_event(step=self.state) if self.has_ended else None

    def find_event(self, *, step: Step) -> CaseEvent | None:
        """Return the entry of a step; of several the last, which corrects those before it."""
        return next((event for event in reversed(self.events) if event.step == step), None)

    # --- What may follow ------------------------------------------------------------------------------------

    @property
    def next_step(self) -> Step | None:
        return _NEXT.get(self.state)

    @property
    def may_be_withdrawn(self) -> bool:
        """Whether it can be voided, or another letter take its place: nothing was paid on it."""
        return self.state in {Step.ISSUED, Step.SIGNED, Step.SENT}

    @property
    def may_be_paid(self) -> bool:
        """Whether a payment can be recorded, or one that was recorded corrected."""
        return self.state in {Step.SENT, Step.PAID, Step.REPORTED}

    @property
    def due(self) -> Due | None:
        """By when the next step is to be done."""
        if self.next_step is None:
            return None
        planned = self.letter.request.payment_date
        if self.state not in {Step.PAID, Step.REPORTED}:
            return Due(date=planned, reason=_PLANNED)
        year = (self.payment.payment_date if self.payment else planned).year + 1
        if self.state == Step.PAID:
            return Due(date=datetime.date(year, 1, 31), reason=_FORM_1099R)
        return Due(date=datetime.date(year, 5, 31), reason=_FORM_5498)

    @property
    def first_due(self) -> Due | None:
        """What is due first: the 60 days, or the next step."""
        dues = [self.due] if self.due else []
        if self.sixty_day and self.has_open_sixty_days:
            dues.append(self.sixty_day.due)
        return min(dues, key=lambda due: due.date, default=None)

    @property
    def rail(self) -> tuple[RailStep, ...]:
        """Every main step, done or to come; that of a draft only where there was one."""
        return tuple(
            self._read_rail_step(step)
            for step in MAIN_STEPS
            if step != Step.DRAFTED or self.find_event(step=step)
        )

    def _read_rail_step(self, step: Step) -> RailStep:
        event, is_next = self.find_event(step=step), step == self.next_step
        if event is None and step == Step.ISSUED:
            letter = self.letter
            return RailStep(
                step=step, step_date=letter.letter_date, who=letter.issued_by.full_name, is_next=is_next
            )
        return RailStep(
            step=step,
            step_date=event.step_date if event else None,
            who=event.recorded_by.full_name if event else "",
            is_next=is_next,
        )

    # --- What was paid --------------------------------------------------------------------------------------

    @property
    def payment(self) -> Payment | None:
        """What it was paid with, with its disbursements: of several the latest, which corrects the others."""
        return self.payments[-1] if self.payments else None

    @property
    def settlement(self) -> CaseEvent | None:
        """What became of the 60 days of the latest payment; a payment that was corrected is to be settled again."""
        settled = self.find_event(step=Step.SIXTY_DAY)
        is_of_it = settled and self.payment and settled.details.get("payment") == self.payment.pk
        return settled if is_of_it else None

    @property
    def sixty_day(self) -> SixtyDay | None:
        """The 60 days of the latest payment, if it has any."""
        payment = self.payment
        if payment is None or payment.received_date is None:
            return None
        rows = payment.disbursements.all()
        paid = sum((row.amount for row in rows if row.disbursement.to == Payee.PARTICIPANT), ZERO)
        if not paid:
            return None
        return SixtyDay(
            paid=paid,
            to_replace=payment.withholding,
            received_date=payment.received_date,
            settled=self.settlement,
        )

    @property
    def has_open_sixty_days(self) -> bool:
        """Whether it is still to be recorded what became of the money paid to the participant."""
        return self.sixty_day is not None and self.sixty_day.settled is None


def open_case(*, firm: Firm, letter_id: int) -> Case:
    """Return one letter's case, as the database has it now. Raises Letter.DoesNotExist, also for another firm's."""
    return read_case(letter=get_life(firm=firm, letter_id=letter_id))


def read_cases(*, letters: Iterable[Letter]) -> list[Case]:
    """Return the cases of letters of `list_lives`, without another query."""
    return [read_case(letter=letter) for letter in letters]


def read_case(*, letter: Letter) -> Case:
    """Return the case of a letter of `list_lives`, without another query."""
    return Case(
        letter=letter,
        events=tuple(letter.events.all()),
        payments=tuple(letter.payments.all()),
        superseded_by=getattr(letter, "superseded_by", None),
    )
