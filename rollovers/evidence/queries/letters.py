"""Every read of issued letters."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from advisors.models import Firm
from rollovers.models import (
    CaseEvent,
    Letter,
    Step,
)


def list_letters(*, firm: Firm) -> QuerySet[Letter]:
    """Return the firm's letters, latest first, without their bytes."""
    return (
        Letter.objects.filter(firm=firm)
        .defer("pdf", "superseded_by__pdf", "supersedes__pdf")
        .select_related("request__participant", "request__plan", "issued_by", "superseded_by", "supersedes")
    )


def still_asks(*, firm: Firm, letter: str = "") -> Q:
    """Return the condition that a letter still asks for its money: nothing superseded it, nobody voided it.

    `letter` is the column that names the letter, "" where the rows are letters. `Case.has_ended` says the same of one.
    """
    superseded_by = f"{letter}__superseded_by" if letter else "superseded_by"
    ended = CaseEvent.objects.filter(
        firm=firm, letter=OuterRef(letter or "pk"), step__in=[Step.VOIDED, Step.SUPERSEDED]
    )
    return Q(**{f"{superseded_by}__isnull": True}) & ~Q(Exists(ended))


def get_letter(*, firm: Firm, letter_id: int) -> Letter:
    """Return one letter without its bytes. Raises Letter.DoesNotExist, also for another firm's."""
    return list_letters(firm=firm).prefetch_related("request__disbursements").get(pk=letter_id)


def read_letter_pdf(*, firm: Firm, letter_id: int) -> bytes:
    """Return a letter's exact bytes. Raises Letter.DoesNotExist, also for another firm's."""
    return bytes(Letter.objects.filter(firm=firm).values_list("pdf", flat=True).get(pk=letter_id))


def find_letter_by_key(*, firm: Firm, request_key: UUID) -> Letter | None:
    """Return the letter that this filled form already became, if it did."""
    return Letter.objects.filter(firm=firm, request__request_key=request_key).first()
