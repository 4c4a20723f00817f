"""Letters in hundreds, asked for together: nothing is issued that was not shown.

A letter of a batch keeps the fingerprint of its row in the preview, and has its own key: the same key never issues
twice.
"""

import datetime
from collections.abc import Iterable, Mapping
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from advisors.models import Advisor, Firm
from rollovers.batches.previews import BatchWish, count_questionable, preview_chosen, write_key
from rollovers.batches.queries import find_batch_by_key, list_items_to_retry
from rollovers.batches.tasks import enqueue_items
from rollovers.batches.worker import ELSEWHERE
from rollovers.models import Batch, BatchItem, ItemState


class NothingChosen(Exception):
    """No letter was chosen."""


class ShownChanged(Exception):
    """Some of the letters are not those last shown: their facts changed in between. `keys` say which."""

    def __init__(self, keys: frozenset[str]) -> None:
        self.keys = keys
        super().__init__(f"{len(keys)} letters are not those last shown.")


class ReasonsMissing(Exception):
    """Errors or warnings stand over which nobody has said why the letters may go ahead. `codes` say which."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        self.codes = codes
        super().__init__(", ".join(codes))


class LettersOfAnotherDay(Exception):
    """The batch's letters bear another date than today's."""


@transaction.atomic
def start_batch(
    *,
    firm: Firm,
    wish: BatchWish,
    advisor: Advisor,
    today: datetime.date,
    batch_key: UUID,
    chosen: Mapping[str, str],
    reasons: Mapping[str, str],
) -> Batch:
    """Store the letters asked for, each with a key of its own, and let them wait for a worker: all of it, or none.

    `chosen` gives, by a row's key, the fingerprint that was shown; `reasons` say by a finding's code why the letters
    may go ahead over it. The same `batch_key` makes one batch and returns it again.

    Raises NothingChosen, ShownChanged where a row is not the one shown, ReasonsMissing where a reason is missing.
    """
    started = find_batch_by_key(firm=firm, batch_key=batch_key)
    if started is not None:
        return started
    if not chosen:
        raise NothingChosen
    rows = preview_chosen(firm=firm, wish=wish, advisor=advisor, today=today, keys=chosen.keys())
    changed = {
        key
        for key, shown in chosen.items()
        if key not in rows or not rows[key].can_be_issued or rows[key].digest != shown
    }
    if changed:
        raise ShownChanged(frozenset(changed))
    given = {code: reason.strip() for code, reason in reasons.items()}
    codes = [each.code for each in count_questionable(rows=rows.values())]
    unexplained = tuple(code for code in codes if not given.get(code))
    if unexplained:
        raise ReasonsMissing(unexplained)
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                firm=firm,
                batch_key=batch_key,
                way=wish.way or "",
                payment_date=wish.payment_date,
                letter_date=today,
                reasons={code: given[code] for code in codes},
                created_by=advisor,
            )
    except IntegrityError:  # the same press, twice at once: the other one was first
        started = find_batch_by_key(firm=firm, batch_key=batch_key)
        if started is None:
            raise
        return started
    items = BatchItem.objects.bulk_create(
        BatchItem(
            firm=firm,
            batch=batch,
            plan=row.facts.plan,
            participant=row.facts.participant,
            position=position,
            request_key=uuid4(),
            shown_digest=row.digest,
        )
        for position, row in enumerate(rows.values(), start=1)
    )
    if wish.again is not None:
        _close_items(firm=firm, batch=wish.again, keys=rows.keys())
    enqueue_items(item_ids=[item.pk for item in items])
    return batch


def _close_items(*, firm: Firm, batch: Batch, keys: Iterable[str]) -> None:
    """Let no worker issue from the older batch what the newer one asks for."""
    taken = set(keys)
    closed = [
        item.pk
        for item in list_items_to_retry(firm=firm, batch=batch)
        if write_key(plan_id=item.plan_id, participant_id=item.participant_id) in taken
    ]
    BatchItem.objects.filter(firm=firm, pk__in=closed).update(
        state=ItemState.REFUSED, why=ELSEWHERE, changed_at=Now()
    )


@transaction.atomic
def retry_batch(*, firm: Firm, batch: Batch, today: datetime.date) -> list[int]:
    """Let the letters that are not issued wait for a worker once more; return their ids.

    Each is issued only as it was shown. Raises LettersOfAnotherDay once the letters' date has passed: what bears
    another date has to be shown first, by a new batch.
    """
    if batch.letter_date != today:
        raise LettersOfAnotherDay(batch.letter_date.isoformat())
    waiting = [item.pk for item in list_items_to_retry(firm=firm, batch=batch) if item.why != ELSEWHERE]
    BatchItem.objects.filter(firm=firm, pk__in=waiting).update(
        state=ItemState.WAITING, why="", changed_at=Now()
    )
    enqueue_items(item_ids=waiting)
    return waiting
