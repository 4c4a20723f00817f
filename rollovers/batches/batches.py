"""Letters in hundreds: previewed together, asked for together, issued one by one by a worker.

Nothing is issued that was not shown. A letter of a batch keeps the fingerprint of its row in the preview; the worker
works the row out once more and issues it only while it is the same. Each letter has its own key and is issued in one
transaction with its row of the batch: a crash leaves both or none, and the same key never issues twice.
"""

import datetime
import hashlib
import logging
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from uuid import UUID, uuid4

import pghistory
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django_scopes import scope

from advisors.models import Advisor, Firm
from clients.models import Subaccount
from law import VERSION
from law.checks.rollovers import VALUATION_BUSINESS_DAYS, count_business_days
from law.findings import Finding
from law.money import ZERO
from law.words import Payee, Way
from rollovers.batches.queries import (
    find_batch_by_key,
    find_firm_of_item,
    list_items_to_retry,
    list_subaccounts,
    list_subaccounts_left,
    lock_item,
    read_facts_at_once,
)
from rollovers.evidence.queries.letters import find_letter_by_key
from rollovers.issuing.letters import (
    AlreadySuperseded,
    CannotSupersede,
    FiguresChanged,
    FindingsUnacknowledged,
    LetterBlocked,
    issue_letter,
)
from rollovers.issuing.rollovers import Leg, Outcome, RolloverEntry, preview_rollover, suggest_way
from rollovers.models import Batch, BatchItem, ItemState, Letter
from rollovers.reviews.queries import PlanFacts, get_plan_facts
from rollovers.reviews.subaccounts import measure_subaccount

logger = logging.getLogger(__name__)

MOST_LETTERS = 500
LONGEST_WHY = 1000

CHANGED = "The letter would no longer read as it was shown: its facts or its findings have changed since."
ELSEWHERE = "It was taken up again in a newer batch."
ANOTHER_DAY = "Its letter would bear an earlier day's date than today's: preview it again, and issue it then."


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


class NotIssued(Exception):
    """A letter of a batch is not issued; the message says why, in words for the planner."""


class Which(StrEnum):
    """Which sub-accounts a batch looks at."""

    OPEN = "open"
    STALE = "stale"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWish:
    """What the planner asks for: of which sub-accounts, which way, to be paid when.

    `way` is None where each client's own way is chosen by the firm's threshold of small earnings. `again` is a batch
    whose letters that were not issued are taken up once more.
    """

    payment_date: datetime.date
    which: Which = Which.OPEN
    way: Way | None = None
    again: Batch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One participant's letter as it would be issued, or why it cannot be.

    `missing` is what a person has to name first, "" if nothing is.
    """

    facts: PlanFacts
    entry: RolloverEntry
    outcome: Outcome
    missing: str = ""

    @property
    def key(self) -> str:
        return write_key(plan_id=self.facts.plan.pk, participant_id=self.facts.participant.pk)

    @property
    def can_be_issued(self) -> bool:
        return self.outcome.letter is not None and not self.missing

    @property
    def destinations(self) -> tuple[Leg, ...]:
        """Where the money goes: of the accounts that are named, those that are paid."""
        if self.outcome.allocation is None:
            return ()
        paid = {each.disbursement.to for each in self.outcome.allocation.disbursements}
        return tuple(leg for leg in self.entry.legs if leg.to in paid)

    @property
    def digest(self) -> str:
        """A fingerprint of all that the letter says and of the findings it is issued over."""
        said = [VERSION, repr(self.outcome.letter), *sorted(each.key for each in self.outcome.questionable)]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPreview:
    """Every row that the wish is about, in order. `has_more` where more are left for another batch."""

    rows: tuple[BatchRow, ...]
    has_more: bool = False

    @property
    def ready(self) -> tuple[BatchRow, ...]:
        return tuple(row for row in self.rows if row.can_be_issued)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionableCode:
    """An error or a warning that letters would be issued over: what it says of one, and how many it concerns."""

    code: str
    example: Finding
    letters: int
    keys: frozenset[str] = field(default_factory=frozenset)


# --- What it comes to ---------------------------------------------------------------------------------------


def preview_batch(*, firm: Firm, wish: BatchWish, advisor: Advisor, today: datetime.date) -> BatchPreview:
    """Return what the wish comes to, client by client, without saving anything; at most `MOST_LETTERS` rows."""
    subaccounts = (
        list_subaccounts_left(firm=firm, batch=wish.again) if wish.again else list_subaccounts(firm=firm)
    )
    rows: list[BatchRow] = []
    for facts in read_facts_at_once(firm=firm, subaccounts=list(subaccounts)):
        if not _is_wanted(facts=facts, wish=wish, today=today):
            continue
        if len(rows) == MOST_LETTERS:
            return BatchPreview(rows=tuple(rows), has_more=True)
        rows.append(_work_out_row(firm=firm, facts=facts, wish=wish, advisor=advisor, today=today))
    return BatchPreview(rows=tuple(rows))


def count_questionable(*, rows: Iterable[BatchRow]) -> tuple[QuestionableCode, ...]:
    """Return the codes of the errors and warnings over which these letters need a reason, by their code."""
    examples: dict[str, Finding] = {}
    letters: Counter[str] = Counter()
    keys: dict[str, set[str]] = {}
    for row in rows:
        for code in {each.code for each in row.outcome.questionable}:
            letters[code] += 1
            keys.setdefault(code, set()).add(row.key)
        for finding in row.outcome.questionable:
            examples.setdefault(finding.code, finding)
    return tuple(
        QuestionableCode(code=code, example=examples[code], letters=letters[code], keys=frozenset(keys[code]))
        for code in sorted(examples)
    )


def write_key(*, plan_id: int, participant_id: int) -> str:
    """Return what names a row of a preview: "12-34" of plan and participant."""
    return f"{plan_id}-{participant_id}"


def _is_wanted(*, facts: PlanFacts, wish: BatchWish, today: datetime.date) -> bool:
    if wish.again or wish.which is Which.ALL:
        return True
    if wish.which is Which.STALE:
        assert facts.statement is not None  # noqa: S101 only sub-accounts with a statement are read
        age = count_business_days(start=facts.statement.statement_date, end=today)
        return age > VALUATION_BUSINESS_DAYS
    subaccount = measure_subaccount(facts=facts)
    return subaccount is not None and subaccount.balance > ZERO


def _work_out_row(
    *, firm: Firm, facts: PlanFacts, wish: BatchWish, advisor: Advisor, today: datetime.date
) -> BatchRow:
    legs = _read_latest_legs(facts)
    entry = RolloverEntry(
        way=wish.way or suggest_way(firm=firm, subaccount=measure_subaccount(facts=facts)),
        legs=tuple(leg for named in legs.values() for leg in named[:1]),
        payment_date=wish.payment_date,
    )
    outcome = preview_rollover(firm=firm, facts=facts, entry=entry, advisor=advisor, today=today)
    return BatchRow(
        facts=facts, entry=entry, outcome=outcome, missing=_find_missing(outcome=outcome, legs=legs)
    )


def _read_latest_legs(facts: PlanFacts) -> dict[Payee, list[Leg]]:
    """Return the accounts that the latest standing letter of the sub-account named, by their kind."""
    named: dict[Payee, list[Leg]] = {}
    for row in facts.earlier_requests[0].disbursements.all() if facts.earlier_requests else ():
        if row.to not in {Payee.ROTH_IRA, Payee.TRADITIONAL_IRA}:
            continue
        leg = Leg(
            to=Payee(row.to),
            payee=row.payee,
            account_title=row.account_title,
            account_number=row.account_number,
        )
        if leg not in named.setdefault(leg.to, []):
            named[leg.to].append(leg)
    return named


_KINDS = {Payee.ROTH_IRA: "Roth IRA", Payee.TRADITIONAL_IRA: "traditional IRA"}


def _find_missing(*, outcome: Outcome, legs: Mapping[Payee, list[Leg]]) -> str:
    """Return what nobody has named yet of the accounts that would be paid."""
    if outcome.allocation is None:
        return ""
    paid = {each.disbursement.to for each in outcome.allocation.disbursements}
    unnamed = []
    for kind, name in _KINDS.items():
        named = legs.get(kind, []) if kind in paid else None
        if named is None:
            continue
        if len(named) > 1:
            return f"The latest letter names more than one {name}."
        if not named or not named[0].payee or not named[0].account_number:
            unnamed.append(f"no {name}")
    if not unnamed:
        return ""
    return f"The latest letter of this sub-account names {' and '.join(unnamed)}, or there is no letter yet."


# --- Asking for it ------------------------------------------------------------------------------------------


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
) -> tuple[Batch, bool]:
    """Store the letters asked for, each with a key of its own; return the batch and whether it is new.

    `chosen` gives, by a row's key, the fingerprint that was shown; `reasons` say by a finding's code why the letters
    may go ahead over it. The same `batch_key` makes one batch and returns it again.

    Raises NothingChosen, ShownChanged where a row is not the one shown, ReasonsMissing where a reason is missing.
    """
    started = find_batch_by_key(firm=firm, batch_key=batch_key)
    if started is not None:
        return started, False
    if not chosen:
        raise NothingChosen
    rows = _work_out_chosen(firm=firm, wish=wish, advisor=advisor, today=today, keys=chosen.keys())
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
        return started, False
    BatchItem.objects.bulk_create(
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
    return batch, True


def _work_out_chosen(
    *, firm: Firm, wish: BatchWish, advisor: Advisor, today: datetime.date, keys: Iterable[str]
) -> dict[str, BatchRow]:
    """Return the chosen rows by their key, in the preview's order. Of other firms there are none."""
    wanted = set(keys)
    subaccounts: Sequence[Subaccount] = [
        each
        for each in list_subaccounts(firm=firm)
        if write_key(plan_id=each.plan_id, participant_id=each.participant_id) in wanted
    ]
    rows = [
        _work_out_row(firm=firm, facts=facts, wish=wish, advisor=advisor, today=today)
        for facts in read_facts_at_once(firm=firm, subaccounts=subaccounts[:MOST_LETTERS])
    ]
    return {row.key: row for row in rows}


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
    return waiting


# --- Issuing, by a worker -----------------------------------------------------------------------------------


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
    row = _work_out_row(firm=firm, facts=facts, wish=wish, advisor=advisor, today=batch.letter_date)
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


# --- Summing up ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTotals:
    """What the letters that can be issued come to in all, in dollars."""

    letters: int
    distribution: Decimal
    includible: Decimal


def total_rows(*, rows: Iterable[BatchRow]) -> BatchTotals:
    allocations = [row.outcome.allocation for row in rows if row.outcome.allocation]
    return BatchTotals(
        letters=len(allocations),
        distribution=sum((each.share.distribution for each in allocations), ZERO),
        includible=sum((each.includible for each in allocations), ZERO),
    )
