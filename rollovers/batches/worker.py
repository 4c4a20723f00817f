"""Letters in hundreds, issued one by one by a worker.

The worker works a letter's row out once more and issues it only while it is the one that was shown. Each is issued in
one transaction with its row of the batch: a crash leaves both or none.
"""

import datetime
import logging
import traceback
from pathlib import Path

import pghistory
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django_scopes import scope

from advisors.models import Firm
from law.words import Way
from rollovers.batches.previews import BatchWish, work_out_row
from rollovers.batches.queries import find_firm_of_item, lock_item
from rollovers.evidence.queries.letters import find_letter_by_key
from rollovers.issuing.letters import (
    AlreadySuperseded,
    CannotSupersede,
    FiguresChanged,
    FindingsUnacknowledged,
    LetterBlocked,
    issue_letter,
)
from rollovers.issuing.queries.wording import get_wording
from rollovers.issuing.rollovers import Outcome
from rollovers.models import BatchItem, ItemState, Letter
from rollovers.reviews.queries import get_plan_facts

logger = logging.getLogger(__name__)

LONGEST_WHY = 1000

CHANGED = "The letter would no longer read as it was shown: its facts or its findings have changed since."
ELSEWHERE = "It was taken up again in a newer batch."
ANOTHER_DAY = "Its letter would bear an earlier day's date than today's: preview it again, and issue it then."


class NotIssued(Exception):
    """A letter of a batch is not issued; the message says why, in words for the planner."""


def issue_item(*, item_id: int, today: datetime.date) -> None:
    """Issue one letter of a batch, and write down what became of it. Does nothing where it is issued already.

    A letter is dated on the day on which it was shown: on another one it is refused, and can be shown again.
    Never raises for what one letter brings: the log names the row, the kind of error and the line, and no client.
    """
    firm = find_firm_of_item(item_id=item_id)
    if firm is None:
        logger.warning("Batch item %s is not there.", item_id)
        return
    with scope(firm=firm):
        try:
            state = _issue_or_refuse(firm=firm, item_id=item_id, today=today)
        except Exception as error:  # whatever it was, the other letters of the batch go on
            line = traceback.extract_tb(error.__traceback__)[-1]
            logger.error(
                "Batch item %s failed: %s at %s:%s",
                item_id,
                type(error).__name__,
                Path(line.filename).name,
                line.lineno,
            )
            _mark_failed(firm=firm, item_id=item_id)
        else:
            logger.info("Batch item %s: %s", item_id, state)


def _issue_or_refuse(*, firm: Firm, item_id: int, today: datetime.date) -> str:
    """Issue the letter and write down its state, both or none; a letter that may not be issued is refused."""
    with transaction.atomic():
        item = lock_item(firm=firm, item_id=item_id)
        if item.state == ItemState.ISSUED:
            return item.state
        item.attempts += 1
        try:
            with pghistory.context(user=item.batch.created_by_id, batch_item=item.pk):
                item.letter = _issue_once(firm=firm, item=item, today=today)
        except NotIssued as error:
            item.state, item.why = ItemState.REFUSED, str(error)[:LONGEST_WHY]
        else:
            item.state, item.why = ItemState.ISSUED, ""
        item.save(update_fields=["state", "why", "letter", "attempts", "changed_at"])
        return item.state


def _issue_once(*, firm: Firm, item: BatchItem, today: datetime.date) -> Letter:
    """Return the letter of the item's key: the one it already is, or a new one. Raises NotIssued."""
    issued = find_letter_by_key(firm=firm, request_key=item.request_key)
    if issued is not None:
        return issued
    if item.why == ELSEWHERE:
        raise NotIssued(ELSEWHERE)
    batch, advisor = item.batch, item.batch.created_by
    if batch.letter_date != today:
        raise NotIssued(ANOTHER_DAY)
    if not (advisor.is_active and advisor.may_write):
        raise NotIssued(f"{advisor.full_name}, who asked for it, may no longer issue letters.")
    wish = BatchWish(payment_date=batch.payment_date, way=Way(batch.way) if batch.way else None)
    facts = get_plan_facts(firm=firm, plan_id=item.plan_id, participant_id=item.participant_id)
    row = work_out_row(
        facts=facts,
        wish=wish,
        advisor=advisor,
        today=batch.letter_date,
        wording=get_wording(firm=firm),
    )
    if row.outcome.blocks:
        raise NotIssued(_write_blocks(row.outcome))
    if row.missing:
        raise NotIssued(row.missing)
    if row.digest != item.shown_digest:
        raise NotIssued(CHANGED)
    try:
        return issue_letter(
            firm=firm,
            facts=facts,
            entry=row.entry,
            advisor=advisor,
            today=batch.letter_date,
            request_key=item.request_key,
            shown_digest=row.outcome.digest,
            acknowledgements={
                each.key: batch.reasons.get(each.code, "") for each in row.outcome.questionable
            },
        )
    except LetterBlocked as blocked:
        raise NotIssued(_write_blocks(blocked.outcome)) from blocked
    except (FiguresChanged, FindingsUnacknowledged, AlreadySuperseded, CannotSupersede) as error:
        raise NotIssued(CHANGED) from error


def _write_blocks(outcome: Outcome) -> str:
    return " ".join(finding.message for finding in outcome.blocks)


def _mark_failed(*, firm: Firm, item_id: int) -> None:
    BatchItem.objects.filter(firm=firm, pk=item_id).exclude(state=ItemState.ISSUED).update(
        state=ItemState.FAILED,
        why="Something went wrong while the letter was drawn or stored. Nothing of it is kept; try it again.",
        attempts=F("attempts") + 1,
        changed_at=Now(),
    )
