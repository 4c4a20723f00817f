"""The frame in which a step of a letter is recorded: its case locked, its entry appended, its scan attached."""

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from advisors.models import Advisor, Firm
from rollovers.evidence.cases import Case, open_case
from rollovers.evidence.chain import append_event
from rollovers.evidence.queries.lives import list_evidence
from rollovers.models import CaseEvent, Evidence, Letter, Step
from rollovers.reviews.queries import lock_subaccount


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


def record_event(
    *,
    firm: Firm,
    letter: Letter,
    step: Step,
    step_date: datetime.date,
    advisor: Advisor,
    today: datetime.date,
    note: str = "",
    details: Mapping[str, Any] | None = None,
    attachment: Attachment | None = None,
) -> CaseEvent:
    """Append a step's entry to the chain, then the scan that shows it, inside the caller's transaction."""
    event = append_event(
        firm=firm,
        letter=letter,
        step=step,
        step_date=step_date,
        advisor=advisor,
        note=note,
        details=details,
    )
    if attachment:
        attach(firm=firm, letter=letter, attachment=attachment, advisor=advisor, today=today)
    return event


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
