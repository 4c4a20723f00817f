"""Letters in hundreds, previewed together: what each would be, client by client."""

import datetime
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from advisors.models import Advisor, Firm
from law import VERSION
from law.checks.rollovers import VALUATION_BUSINESS_DAYS, count_business_days
from law.findings import Finding
from law.money import ZERO
from law.words import Payee, Way
from rollovers.batches.queries import list_subaccounts, list_subaccounts_left, read_facts_at_once
from rollovers.issuing.queries.wording import get_wording
from rollovers.issuing.rollovers import Leg, Outcome, RolloverEntry, preview_rollover, suggest_way
from rollovers.models import Batch
from rollovers.reviews.queries import PlanFacts
from rollovers.reviews.subaccounts import measure_subaccount

MOST_LETTERS = 500


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


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchTotals:
    """What the letters that can be issued come to in all, in dollars."""

    letters: int
    distribution: Decimal
    includible: Decimal


# --- What it comes to ---------------------------------------------------------------------------------------


def preview_batch(*, firm: Firm, wish: BatchWish, advisor: Advisor, today: datetime.date) -> BatchPreview:
    """Return what the wish comes to, client by client, without saving anything; at most `MOST_LETTERS` rows."""
    subaccounts = (
        list_subaccounts_left(firm=firm, batch=wish.again) if wish.again else list_subaccounts(firm=firm)
    )
    wording = get_wording(firm=firm)
    rows: list[BatchRow] = []
    for facts in read_facts_at_once(firm=firm, subaccounts=list(subaccounts)):
        if not _is_wanted(facts=facts, wish=wish, today=today):
            continue
        if len(rows) == MOST_LETTERS:
            return BatchPreview(rows=tuple(rows), has_more=True)
        rows.append(work_out_row(facts=facts, wish=wish, advisor=advisor, today=today, wording=wording))
    return BatchPreview(rows=tuple(rows))


def preview_chosen(
    *, firm: Firm, wish: BatchWish, advisor: Advisor, today: datetime.date, keys: Iterable[str]
) -> dict[str, BatchRow]:
    """Return the chosen rows by their key, in the preview's order. Of other firms there are none."""
    wanted = set(keys)
    subaccounts = [
        each
        for each in list_subaccounts(firm=firm)
        if write_key(plan_id=each.plan_id, participant_id=each.participant_id) in wanted
    ]
    wording = get_wording(firm=firm)
    rows = [
        work_out_row(facts=facts, wish=wish, advisor=advisor, today=today, wording=wording)
        for facts in read_facts_at_once(firm=firm, subaccounts=subaccounts[:MOST_LETTERS])
    ]
    return {row.key: row for row in rows}


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


def work_out_row(
    *,
    facts: PlanFacts,
    wish: BatchWish,
    advisor: Advisor,
    today: datetime.date,
    wording: Mapping[str, str],
) -> BatchRow:
    """Return one participant's letter as it would be issued. `wording` are the firm's own words by their place."""
    firm = facts.plan.firm
    legs = _read_latest_legs(facts)
    entry = RolloverEntry(
        way=wish.way or suggest_way(firm=firm, subaccount=measure_subaccount(facts=facts)),
        legs=tuple(leg for named in legs.values() for leg in named[:1]),
        payment_date=wish.payment_date,
    )
    outcome = preview_rollover(
        firm=firm, facts=facts, entry=entry, advisor=advisor, today=today, wording=wording
    )
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


def total_rows(*, rows: Iterable[BatchRow]) -> BatchTotals:
    allocations = [row.outcome.allocation for row in rows if row.outcome.allocation]
    return BatchTotals(
        letters=len(allocations),
        distribution=sum((each.share.distribution for each in allocations), ZERO),
        includible=sum((each.includible for each in allocations), ZERO),
    )
