"""The firm's chain of events: each entry vouches for what it records and for the entry before it.

An entry's content is canonical JSON: the event itself and, for an issued letter, a payment or a piece of evidence,
the rows and the exact bytes it brought. Its SHA-256 and the previous entry's make the entry's own; the database
refuses an entry that is not the next. `manage.py verify_letters` reads all of it again.
"""

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from advisors.encryption import EncryptedBinaryField
from advisors.models import Advisor, Firm
from rollovers.models import CaseEvent, Evidence, Letter, Payment, Step
from rollovers.queries import find_last_event, lock_chain

# Changes of the facts' tables never reach these columns: they name who and when, not what was done.
_UNHASHED_EVENT_COLUMNS = {"id", "position", "content_sha256", "previous_sha256", "sha256"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a firm's chain ends: what the firm keeps outside to tell whether its end was cut off."""

    position: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.position}:{self.sha256}"


def append_event(
    *,
    firm: Firm,
    letter: Letter,
    step: Step,
    step_date: datetime.date,
    advisor: Advisor,
    note: str = "",
    details: Mapping[str, Any] | None = None,
) -> CaseEvent:
    """Append an entry to the firm's chain, inside the caller's transaction.

    Locks the firm's row last of all locks, until the transaction ends: entries follow each other. `details` is what
    JSON can hold; a payment's and evidence's names its row (`{"payment": id}`, `{"evidence": id}`).
    """
    recorded_at = lock_chain(firm=firm)
    last = find_last_event(firm=firm)
    event = CaseEvent(
        firm=firm,
        letter=letter,
        step=step,
        step_date=step_date,
        note=note,
        details=dict(details or {}),
        recorded_by=advisor,
        recorded_at=recorded_at,
        position=last.position + 1 if last else 1,
        previous_sha256=last.sha256 if last else "",
    )
    event.content_sha256 = hash_content(event=event)
    event.sha256 = link(previous=event.previous_sha256, content=event.content_sha256)
    event.save(force_insert=True)
    return event


def link(*, previous: str, content: str) -> str:
    """Return an entry's own SHA-256, over the previous entry's and its content's, both in hex."""
    return hashlib.sha256((previous + content).encode()).hexdigest()


def hash_content(*, event: CaseEvent) -> str:
    """Return the SHA-256 of all that an entry vouches for, as it lies in the database now."""
    canonical = json.dumps(
        describe_content(event=event),
        cls=_Encoder,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def describe_content(*, event: CaseEvent) -> dict[str, Any]:
    """Return what an entry vouches for: the event, and the rows and bytes that it brought."""
    content: dict[str, Any] = {"event": _take_columns(event, without=_UNHASHED_EVENT_COLUMNS)}
    if event.step == Step.ISSUED:
        letter = event.letter
        request = letter.request
        content |= {
            "letter": _take_columns(letter),
            "request": _take_columns(request),
            "disbursements": [_take_columns(row) for row in request.disbursements.order_by("position")],
            "documents": [_take_columns(row) for row in letter.documents.order_by("kind")],
        }
    elif event.step == Step.PAID:
        payment = Payment.objects.get(firm=event.firm_id, pk=event.details["payment"])
        content |= {
            "payment": _take_columns(payment),
            "disbursements": [
                _take_columns(row) for row in payment.disbursements.order_by("disbursement_id")
            ],
        }
    elif event.step == Step.EVIDENCE:
        evidence = Evidence.objects.get(firm=event.firm_id, pk=event.details["evidence"])
        content["evidence"] = _take_columns(evidence)
    return content


def _take_columns(row: models.Model, *, without: set[str] = frozenset()) -> dict[str, Any]:  # type: ignore[assignment]
    """Return a row's stored values by column; bytes as their SHA-256."""
    return {
        field.attname: _take_value(field, getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.attname not in without
    }


def _take_value(field: Any, value: Any) -> Any:
    if isinstance(field, models.BinaryField | EncryptedBinaryField):
        return None if value is None else hashlib.sha256(bytes(value)).hexdigest()
    return str(value) if isinstance(value, str) else value


class _Encoder(DjangoJSONEncoder):
    """Instants to the microsecond, which DjangoJSONEncoder would cut to the millisecond."""

    def default(self, o: Any) -> Any:
        if isinstance(o, datetime.datetime):
            return o.astimezone(datetime.UTC).isoformat(timespec="microseconds")
        return super().default(o)
