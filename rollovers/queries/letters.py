"""Every read of issued letters."""

from uuid import UUID

from django.db.models import QuerySet

from advisors.models import Firm
from rollovers.models import (
    Letter,
)


def list_letters(*, firm: Firm) -> QuerySet[Letter]:
    """Return the firm's letters, latest first, without their bytes."""
    return (
        Letter.objects.filter(firm=firm)
        .defer("pdf")
        .select_related("request__participant", "request__plan", "issued_by", "superseded_by", "supersedes")
    )


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
