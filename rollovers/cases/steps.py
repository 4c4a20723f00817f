"""The steps of a letter that people record in their order: signed, sent, void."""

import datetime

from django.db import transaction

from advisors.models import Advisor, Firm
from law.dates import write_date
from rollovers.cases.recording import Attachment, lock_case, record_event
from rollovers.cases.refusals import Fact, ReasonMissing, StepDateRefused, StepOutOfOrder
from rollovers.evidence.cases import Case
from rollovers.models import CaseEvent, Letter, Step


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
        case = lock_case(firm=firm, letter=letter)
        require_next(case=case, step=step)
        require_sound_date(case=case, date=step_date, today=today)
        return record_event(
            firm=firm,
            letter=letter,
            step=step,
            step_date=step_date,
            advisor=advisor,
            today=today,
            note=note,
            attachment=attachment,
        )


def require_next(*, case: Case, step: Step) -> None:
    """Refuse a step that is not the next of the letter. Raises StepOutOfOrder."""
    if case.next_step == step:
        return
    recorded = next((event for event in case.events if event.step == step), None)
    if recorded is not None:
        raise StepOutOfOrder(
            f"{recorded.recorded_by.full_name} has recorded “{step.label.lower()}” already,"
            f" with the date {write_date(recorded.step_date)}."
        )
    if case.next_step is None or case.has_ended:
        raise StepOutOfOrder(f"The letter is {case.state.label.lower()}: nothing follows.")
    raise StepOutOfOrder(
        f"Record “{case.next_step.label.lower()}” first: the letter is {case.state.label.lower()}."
    )


def require_sound_date(*, case: Case, date: datetime.date, today: datetime.date) -> None:
    """Refuse a date after today, or before the letter's or the latest main step's. Raises StepDateRefused."""
    if date > today:
        raise StepDateRefused("Enter the date of what has happened, not a future one.", fault=Fact.DATE)
    if date < case.letter.letter_date:
        raise StepDateRefused(
            f"Enter a date on or after the letter's own, {write_date(case.letter.letter_date)}.",
            fault=Fact.DATE,
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
            f"Enter a date on or after {write_date(before.step_date)}, when the letter was"
            f" {before.get_step_display().lower()}.",
            fault=Fact.DATE,
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
        raise ReasonMissing("Say why the letter is void.", fault=Fact.REASON)
    with transaction.atomic():
        case = lock_case(firm=firm, letter=letter)
        if not case.may_be_withdrawn:
            raise StepOutOfOrder(
                f"The letter is {case.state.label.lower()}: only one that nothing was paid on is voided."
            )
        return record_event(
            firm=firm,
            letter=letter,
            step=Step.VOIDED,
            step_date=today,
            advisor=advisor,
            today=today,
            note=reason.strip(),
            attachment=attachment,
        )
