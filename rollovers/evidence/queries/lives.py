"""The life of a letter: its firm's chain of events, what was paid, the evidence and its other documents."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from advisors.models import Firm
from rollovers.evidence.queries.letters import list_letters, still_asks
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

# --- Events and payments ------------------------------------------------------------------------------------


def list_lives(*, firm: Firm, letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """Return the letters with all that `read_case` looks at: three queries, whatever their number."""
    rows = PaidDisbursement.objects.filter(firm=firm).select_related("disbursement").order_by("pk")
    payments = Payment.objects.filter(firm=firm).select_related("recorded_by", "movement").order_by("pk")
    events = CaseEvent.objects.filter(firm=firm).select_related("recorded_by").order_by("position")
    return letters.prefetch_related(
        Prefetch("events", queryset=events),
        Prefetch("payments", queryset=payments.prefetch_related(Prefetch("disbursements", queryset=rows))),
    )


def get_life(*, firm: Firm, letter_id: int) -> Letter:
    """Return one letter of `list_lives`. Raises Letter.DoesNotExist, also for another firm's."""
    letters = list_letters(firm=firm).prefetch_related("request__disbursements")
    return list_lives(firm=firm, letters=letters).get(pk=letter_id)


def list_open_letters(*, firm: Firm) -> QuerySet[Letter]:
    """Return the letters that something is still to be done with: neither void, nor superseded, nor matched."""
    matched = CaseEvent.objects.filter(firm=firm, letter=OuterRef("pk"), step=Step.MATCHED)
    letters = list_letters(firm=firm).filter(still_asks(firm=firm), ~Exists(matched))
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
