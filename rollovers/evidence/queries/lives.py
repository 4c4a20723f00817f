"""The life of a letter: its firm's chain of events, what was paid, the evidence, its other documents; and drafts."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from advisors.models import Firm
from rollovers.evidence.queries.letters import list_letters
from rollovers.models import (
    CaseEvent,
    DocumentKind,
    Evidence,
    Letter,
    LetterDocument,
    PaidDisbursement,
    Payment,
    Step,
)

# --- One letter's life --------------------------------------------------------------------------------------


def list_events(*, firm: Firm, letter: Letter) -> list[CaseEvent]:
    """Return what happened to a letter, in the order of the chain."""
    return list(_list_events(firm=firm).filter(letter=letter))


def _list_events(*, firm: Firm) -> QuerySet[CaseEvent]:
    return CaseEvent.objects.filter(firm=firm).select_related("recorded_by").order_by("position")


def find_payment(*, firm: Firm, letter: Letter) -> Payment | None:
    """Return what a letter was paid with, with its disbursements: of several the latest, which corrects the others."""
    return _list_payments(firm=firm).filter(letter=letter).last()


def find_payments(*, firm: Firm, letters: Iterable[Letter]) -> dict[int, Payment]:
    """Return the latest payment of each letter by the letter's id."""
    return {
        payment.letter_id: payment for payment in _list_payments(firm=firm).filter(letter__in=list(letters))
    }


def _list_payments(*, firm: Firm) -> QuerySet[Payment]:
    rows = PaidDisbursement.objects.filter(firm=firm).select_related("disbursement").order_by("pk")
    return (
        Payment.objects.filter(firm=firm)
        .select_related("recorded_by")
        .prefetch_related(Prefetch("disbursements", queryset=rows))
        .order_by("pk")
    )


def list_lives(*, firm: Firm, letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """Return the letters with all that `review_case` looks at: three queries, whatever their number."""
    return letters.prefetch_related(
        Prefetch("events", queryset=_list_events(firm=firm)),
        Prefetch("payments", queryset=_list_payments(firm=firm)),
    )


def list_open_letters(*, firm: Firm) -> QuerySet[Letter]:
    """Return the letters that something is still to be done with: neither void, nor superseded, nor matched."""
    ended = CaseEvent.objects.filter(
        firm=firm, letter=OuterRef("pk"), step__in=[Step.VOIDED, Step.SUPERSEDED, Step.MATCHED]
    )
    letters = list_letters(firm=firm).filter(~Exists(ended), Q(superseded_by__isnull=True))
    return list_lives(firm=firm, letters=letters.defer("pdf", "inputs", "figures", "findings").order_by("pk"))


# --- Documents and evidence ---------------------------------------------------------------------------------


def list_documents(*, firm: Firm, letter: Letter) -> list[LetterDocument]:
    """Return the documents that lie beside a letter, without their bytes."""
    return list(LetterDocument.objects.filter(firm=firm, letter=letter).defer("pdf").order_by("kind"))


def read_document_pdf(*, firm: Firm, letter: Letter, kind: DocumentKind) -> bytes:
    """Return a document's exact bytes. Raises LetterDocument.DoesNotExist."""
    return bytes(LetterDocument.objects.get(firm=firm, letter=letter, kind=kind).pdf)


def list_evidence(*, firm: Firm, letter: Letter) -> list[Evidence]:
    """Return the scans attached to a letter, without their bytes."""
    return list(
        Evidence.objects.filter(firm=firm, letter=letter)
        .select_related("added_by")
        .defer("content")
        .order_by("pk")
    )


def get_evidence(*, firm: Firm, evidence_id: int) -> Evidence:
    """Return a scan with its bytes. Raises Evidence.DoesNotExist, also for another firm's."""
    return Evidence.objects.select_related("letter").defer("letter__pdf").get(firm=firm, pk=evidence_id)
