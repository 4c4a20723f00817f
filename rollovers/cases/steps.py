"""Each step of a letter that people record, in its order."""

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from advisors.models import Advisor, Firm
from rollovers.cases.tax_forms import TaxForms, find_open_differences, gather_tax_forms, list_missing_1099rs
from rollovers.evidence.cases import Case, open_case
from rollovers.evidence.chain import append_event
from rollovers.evidence.queries.lives import list_evidence
from rollovers.models import CaseEvent, Evidence, Letter, Step
from rollovers.reviews.queries import lock_subaccount


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


def lock_case(*, firm: Firm, letter: Letter) -> Case:
    """Return the letter's case with its sub-account locked until the transaction ends.

    Whatever changes what a sub-account is asked for, issuing and superseding too, waits for that lock.
    """
    lock_subaccount(firm=firm, subaccount_id=letter.request.subaccount_id)
    return open_case(firm=firm, letter_id=letter.pk)


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
        case = lock_case(firm=firm, letter=letter)
        if not case.may_be_withdrawn:
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
        case = lock_case(firm=firm, letter=letter)
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
        case = lock_case(firm=firm, letter=letter)
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
        lock_case(firm=firm, letter=letter)
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
