"""Every read of a client's whole file: the facts with their history, the letters with all that followed them."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Prefetch

from advisors.models import Advisor, Firm
from clients.models import (
    Client,
    ContributionRecord,
    IraBalance,
    Plan,
    PlanAssets,
    PlanProvision,
    Reliance,
    Subaccount,
    SubaccountMovement,
    SubaccountStatement,
)
from clients.queries import list_plans_of_participant
from rollovers.evidence.queries.letters import list_letters
from rollovers.evidence.queries.lives import list_lives
from rollovers.models import (
    BatchItem,
    Disbursement,
    Evidence,
    Letter,
    LetterDocument,
    Payment,
    ReceivedForm,
    RolloverDraft,
    StatementAcknowledgement,
)

# --- Facts --------------------------------------------------------------------------------------------------


def list_client_rows(*, firm: Firm, client: Client) -> dict[type[Model], list[Any]]:
    """Return the client's facts by table: their own, and of each plan they take part in what the plan's papers say.

    What the plan holds for somebody else is not the client's.
    """
    plans = list(list_plans_of_participant(firm=firm, client=client).order_by("pk"))
    owned = [plan for plan in plans if plan.client_id == client.pk]
    mine = {"firm": firm, "participant": client}
    subaccount = {"firm": firm, "subaccount__participant": client}
    return {
        Client: [client],
        Plan: plans,
        PlanProvision: list(PlanProvision.objects.filter(firm=firm, plan__in=plans).order_by("pk")),
        PlanAssets: list(PlanAssets.objects.filter(firm=firm, plan__in=owned).order_by("pk")),
        Subaccount: list(Subaccount.objects.filter(**mine).order_by("pk")),
        ContributionRecord: list(ContributionRecord.objects.filter(**mine).order_by("pk")),
        SubaccountStatement: list(SubaccountStatement.objects.filter(**subaccount).order_by("pk")),
        SubaccountMovement: list(SubaccountMovement.objects.filter(**subaccount).order_by("pk")),
        IraBalance: list(IraBalance.objects.filter(firm=firm, client=client).order_by("pk")),
        ReceivedForm: list(
            ReceivedForm.objects.filter(firm=firm, letter__request__participant=client).order_by("pk")
        ),
        StatementAcknowledgement: list(
            StatementAcknowledgement.objects.filter(
                firm=firm, statement__subaccount__participant=client
            ).order_by("pk")
        ),
        RolloverDraft: list(RolloverDraft.objects.filter(**mine).order_by("pk")),
        BatchItem: list(BatchItem.objects.filter(**mine).order_by("pk")),
        Reliance: list(
            Reliance.objects.filter(
                firm=firm,
                letter_reference__in=Letter.objects.filter(firm=firm, request__participant=client).values(
                    "reference"
                ),
            ).order_by("pk")
        ),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of a row's history: what it then read, who made it so, when, and the reason if one was given."""

    row_id: int
    label: str
    changed_at: datetime.datetime
    who: str
    reason: str
    event: Model


def list_changes(*, firm: Firm, rows: Sequence[Model]) -> list[Change]:
    """Return the history of rows of one table, the earliest first; nothing for a table that keeps none."""
    history = getattr(type(rows[0]), "pgh_event_model", None) if rows else None
    if history is None:
        return []
    events = list(
        history.objects.filter(firm=firm, pgh_obj_id__in=[row.pk for row in rows])
        .select_related("pgh_context")
        .order_by("pgh_id")
    )
    contexts = [event.pgh_context.metadata if event.pgh_context else {} for event in events]
    names = dict(
        Advisor.objects.filter(firm=firm, pk__in={context.get("user") for context in contexts} - {None})
        .values_list("pk", "full_name")
        .order_by()
    )
    return [
        Change(
            row_id=event.pgh_obj_id,
            label=event.pgh_label,
            changed_at=event.pgh_created_at,
            who=names.get(context.get("user"), ""),
            reason=context.get("reason") or "",
            event=event,
        )
        for event, context in zip(events, contexts, strict=True)
    ]


# --- Letters ------------------------------------------------------------------------------------------------


def list_letter_files(*, firm: Firm, client: Client) -> list[Letter]:
    """Return the client's letters, the earliest first, with all that followed each; without any document's bytes."""
    letters = (
        list_letters(firm=firm)
        .filter(request__participant=client)
        .select_related("request__statement", "request__created_by")
        .prefetch_related(
            Prefetch("request__disbursements", queryset=Disbursement.objects.order_by("position")),
            Prefetch(
                "evidence",
                queryset=Evidence.objects.defer("content").select_related("added_by").order_by("pk"),
            ),
            Prefetch("documents", queryset=LetterDocument.objects.defer("pdf").order_by("kind")),
            Prefetch("received_forms", queryset=ReceivedForm.objects.order_by("pk")),
        )
        .order_by("pk")
    )
    return list(list_lives(firm=firm, letters=letters))


def read_letter_files(*, firm: Firm, letter: Letter) -> Iterator[tuple[str, str, bytes]]:
    """Yield the exact bytes of a letter, its other documents and its evidence: name, stored SHA-256, bytes.

    The names are made of kinds and ids alone.
    """
    pdf = Letter.objects.filter(firm=firm, pk=letter.pk).values_list("pdf", flat=True).get()
    yield "letter.pdf", letter.pdf_sha256, bytes(pdf)
    for document in LetterDocument.objects.filter(firm=firm, letter=letter).order_by("kind").iterator(1):
        yield f"{document.kind}.pdf", document.pdf_sha256, bytes(document.pdf)
    for each in Evidence.objects.filter(firm=firm, letter=letter).order_by("pk").iterator(1):
        suffix = each.media_type.rpartition("/")[2]
        yield f"evidence-{each.pk}.{suffix}", each.content_sha256, bytes(each.content)


def list_years(*, firm: Firm, client: Client) -> list[int]:
    """Return the years in which something of the client's is on record, the latest first."""
    mine = {"firm": firm, "participant": client}
    subaccount = {"firm": firm, "subaccount__participant": client}
    letters = Letter.objects.filter(firm=firm, request__participant=client).order_by()
    movements = SubaccountMovement.objects.filter(**subaccount).order_by()
    statements = SubaccountStatement.objects.filter(**subaccount).order_by()
    payments = Payment.objects.filter(firm=firm, letter__request__participant=client).order_by()
    found: set[int | None] = set()
    for years in (
        ContributionRecord.objects.filter(**mine).values_list("year", flat=True),
        IraBalance.objects.filter(firm=firm, client=client).values_list("year", flat=True),
        PlanAssets.objects.filter(firm=firm, plan__client=client).values_list("year", flat=True),
        movements.values_list("year", flat=True),
        movements.values_list("movement_date__year", flat=True),
        statements.values_list("statement_date__year", flat=True),
        letters.values_list("letter_date__year", flat=True),
        letters.values_list("request__payment_date__year", flat=True),
        payments.values_list("payment_date__year", flat=True),
    ):
        found.update(years.order_by().distinct())
    return sorted((year for year in found if year is not None), reverse=True)
