"""Every read of letters in hundreds: the facts of many sub-accounts at once, batches, what became of each letter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, prefetch_related_objects
from django_scopes import scopes_disabled
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from advisors.models import Firm
from clients.models import (
    Subaccount,
    SubaccountStatement,
)
from rollovers.models import (
    Batch,
    BatchItem,
    DocumentKind,
    ItemState,
    Letter,
    LetterDocument,
)
from rollovers.reviews.queries import Participation, PlanFacts, read_facts

FACTS_AT_ONCE = 100

# --- What a batch could hold --------------------------------------------------------------------------------


def list_subaccounts(*, firm: Firm) -> QuerySet[Subaccount]:
    """Return the firm's sub-accounts that a statement is on record for, by their participant's name."""
    statements = SubaccountStatement.objects.filter(firm=firm, subaccount=OuterRef("pk"))
    return (
        Subaccount.objects.filter(Exists(statements), firm=firm)
        .select_related("plan__client", "participant")
        .order_by("participant__legal_name", "plan__name", "pk")
    )


def list_subaccounts_left(*, firm: Firm, batch: Batch) -> QuerySet[Subaccount]:
    """Return the sub-accounts that a batch has issued no letter for."""
    left = BatchItem.objects.filter(
        firm=firm, batch=batch, plan=OuterRef("plan"), participant=OuterRef("participant")
    ).exclude(state=ItemState.ISSUED)
    return list_subaccounts(firm=firm).filter(Exists(left))


def read_facts_at_once(*, firm: Firm, subaccounts: Sequence[Subaccount]) -> Iterator[PlanFacts]:
    """Return what `get_plan_facts` returns for each sub-account's participant, in that order, a hundred at a time.

    With what the latest standing letter of each paid to whom: ten queries for each hundred.
    """
    for start in range(0, len(subaccounts), FACTS_AT_ONCE):
        facts = read_facts(
            firm=firm,
            participations=[
                Participation(plan=each.plan, participant=each.participant, subaccount=each)
                for each in subaccounts[start : start + FACTS_AT_ONCE]
            ],
        )
        latest = [each.earlier_requests[0] for each in facts if each.earlier_requests]
        prefetch_related_objects(latest, "disbursements")
        yield from facts


# --- Batches ------------------------------------------------------------------------------------------------


def list_batches(*, firm: Firm) -> QuerySet[Batch]:
    """Return the firm's batches, latest first, each with how many letters it has in each state."""
    return (
        Batch.objects.filter(firm=firm)
        .select_related("created_by")
        .annotate(
            total=Count("items"),
            moved_at=Max("items__changed_at"),
            **{state.value: Count("items", filter=Q(items__state=state)) for state in ItemState},
        )
        .order_by("-created_at", "-pk")
    )


def get_batch(*, firm: Firm, batch_id: int) -> Batch:
    """Return a batch with its counts. Raises Batch.DoesNotExist, also for another firm's."""
    return list_batches(firm=firm).get(pk=batch_id)


def find_batch_by_key(*, firm: Firm, batch_key: Any) -> Batch | None:
    """Return the batch that this filled form already became, if it did."""
    return Batch.objects.filter(firm=firm, batch_key=batch_key).first()


def list_items(*, firm: Firm, batch: Batch) -> QuerySet[BatchItem]:
    """Return a batch's letters in their order, without the letters' bytes."""
    return (
        BatchItem.objects.filter(firm=firm, batch=batch)
        .select_related("participant", "plan", "letter__request")
        .defer("letter__pdf", "letter__inputs", "letter__figures", "letter__findings")
        .order_by("position")
    )


def list_items_to_retry(*, firm: Firm, batch: Batch) -> QuerySet[BatchItem]:
    """Return a batch's letters that are not issued, with their rows locked; one that a worker is at is left out."""
    return (
        BatchItem.objects.select_for_update(skip_locked=True)
        .filter(firm=firm, batch=batch)
        .exclude(state=ItemState.ISSUED)
        .order_by("position")
    )


# --- For the worker -----------------------------------------------------------------------------------------


def find_firm_of_item(*, item_id: int) -> Firm | None:
    """Return whose letter a task is to issue: a worker has no firm before it has read this."""
    with scopes_disabled():
        item = BatchItem.objects.select_related("firm").filter(pk=item_id).first()
    return item.firm if item else None


def lock_item(*, firm: Firm, item_id: int) -> BatchItem:
    """Return a letter of a batch with its row locked until the transaction ends: one worker at a time."""
    return (
        BatchItem.objects.select_for_update(of=("self",))
        .select_related("batch__created_by")
        .get(firm=firm, pk=item_id)
    )


# --- For the archive ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterBytes:
    """The exact bytes of a letter and of the custodian's document beside it, if it has one."""

    letter: bytes
    custodian: bytes | None


def read_letter_bytes(*, firm: Firm, letter_id: int) -> LetterBytes:
    """Return what one letter of a batch puts into the archive; of one letter only, to hold no more in memory."""
    letter = Letter.objects.filter(firm=firm).only("pdf").get(pk=letter_id)
    document = (
        LetterDocument.objects.filter(firm=firm, letter=letter_id, kind=DocumentKind.CUSTODIAN)
        .only("pdf")
        .first()
    )
    return LetterBytes(letter=bytes(letter.pdf), custodian=bytes(document.pdf) if document else None)


def list_queued_items(*, task_path: str) -> set[int]:
    """Return the letters of any batch that wait in the queue; ids only, as they are kept there."""
    waiting = DBTaskResult.objects.filter(task_path=task_path, status=TaskResultStatus.READY)
    return {arguments["args"][0] for arguments in waiting.values_list("args_kwargs", flat=True)}
