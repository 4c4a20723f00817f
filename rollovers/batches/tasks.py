"""What a worker does outside of a request. Arguments are ids only: the queue keeps them in clear."""

from collections.abc import Iterable

from django.utils.timezone import localdate
from django_tasks import task

from rollovers.batches.queries import list_queued_items
from rollovers.batches.worker import issue_item


@task()
def issue_batch_item(item_id: int) -> None:
    """Issue one letter of a batch. Run twice, or by two workers at once, it issues once."""
    issue_item(item_id=item_id, today=localdate())


def enqueue_items(*, item_ids: Iterable[int]) -> None:
    """Put letters of a batch into the queue, unless they wait there already.

    The queue is in the same database: called in the transaction that stores the letters, both are there or none.
    """
    queued = list_queued_items(task_path=issue_batch_item.module_path)
    for item_id in item_ids:
        if item_id not in queued:
            issue_batch_item.enqueue(item_id)
