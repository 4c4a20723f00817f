"""The life of a letter: its firm's chain of events, and drafts."""

import datetime
from uuid import UUID

from django.db.models import DateTimeField, Func

from advisors.models import Firm
from rollovers.models import (
    CaseEvent,
    RolloverDraft,
)


def lock_chain(*, firm: Firm) -> datetime.datetime:
    """Lock the firm's chain of events until the transaction ends; return the database's clock."""
    return (
        Firm.objects.select_for_update(no_key=True)
        .annotate(read_at=Func(function="clock_timestamp", output_field=DateTimeField()))
        .values_list("read_at", flat=True)
        .get(pk=firm.pk)
    )


def find_last_event(*, firm: Firm) -> CaseEvent | None:
    """Return the entry at the end of the firm's chain."""
    return CaseEvent.objects.filter(firm=firm).order_by("-position").first()


def find_draft_by_key(*, firm: Firm, request_key: UUID) -> RolloverDraft | None:
    """Return the draft that this filled form was put aside as, if it was."""
    return RolloverDraft.objects.filter(firm=firm, request_key=request_key).first()
