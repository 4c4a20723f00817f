"""Every read of issued letters."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from advisors.models import Firm
from rollovers.models import (
    CaseEvent,
    Letter,
    Step,
)


def list_letters(*, firm: Firm) -> QuerySet[Letter]:
    """Return the firm's letters, latest first, without their bytes; `is_voided` says which ask for nothing any more."""
    return (
        Letter.objects.filter(firm=firm)
        .defer("pdf", "superseded_by__pdf", "supersedes__pdf")
        .select_related("request__participant", "request__plan", "issued_by", "superseded_by", "supersedes")
        .annotate(is_voided=was_voided(firm=firm, letter="pk"))
    )


def was_voided(*, firm: Firm, letter: str) -> Exists:
    """Return the condition that the letter in the column `letter` was voided."""
    return Exists(CaseEvent.objects.filter(firm=firm, letter=OuterRef(letter), step=Step.VOIDED))


def is_standing(*, letter: Letter) -> bool:
    """Return whether a letter of `list_letters` still asks for its money: nothing superseded it, nobody voided it."""
    return not hasattr(letter, "superseded_by") and not letter.is_voided  # type: ignore[attr-defined]


def get_letter(*, firm: Firm, letter_id: int) -> Letter:
    """Return one letter without its bytes. Raises Letter.DoesNotExist, also for another firm's."""
    return list_letters(firm=firm).prefetch_related("request__disbursements").get(pk=letter_id)


def read_letter_pdf(*, firm: Firm, letter_id: int) -> bytes:
    """Return a letter's exact bytes. Raises Letter.DoesNotExist, also for another firm's."""
    return bytes(Letter.objects.filter(firm=firm).values_list("pdf", flat=True).get(pk=letter_id))


def find_letter_by_key(*, firm: Firm, request_key: UUID) -> Letter | None:
    """Return the letter that this filled form already became, if it did."""
    return Letter.objects.filter(firm=firm, request__request_key=request_key).first()


def is_superseded(*, firm: Firm, letter: Letter) -> bool:
    return Letter.objects.filter(firm=firm, supersedes=letter).exists()


def is_paid_or_void(*, firm: Firm, letter: Letter) -> bool:
    """Return whether a letter's life went where no other letter can take its place."""
    return CaseEvent.objects.filter(firm=firm, letter=letter, step__in=[Step.PAID, Step.VOIDED]).exists()
