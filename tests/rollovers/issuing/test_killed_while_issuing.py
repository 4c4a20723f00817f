"""kill -9 at every statement, COMMIT and rendering, and at random: all of a letter is there, or nothing of it."""

import os
import random
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django_scopes import scope

from advisors.models import Advisor, Firm
from clients.models import Plan, Subaccount
from rollovers.cases.outcomes import PaymentEntry
from rollovers.cases.payments import record_payment
from rollovers.cases.steps import record_step
from rollovers.evidence.verification import verify_chain
from rollovers.issuing import letters
from rollovers.issuing.rollovers import preview_rollover
from rollovers.models import DocumentKind, Letter, Step
from rollovers.reviews.queries import get_plan_facts
from tests.factories import make_advisor, make_draft, make_firm
from tests.processes import Fork
from tests.requests import ROTH, TODAY, acknowledge, issue, make_entry, make_ready_plan
from tests.rollovers.issuing.killed import Killer

INSTANTS = int(os.environ.get("KILL_INSTANTS", "50"))
# One statement's end is the next one's beginning but for what Python does between: the drill tries both.
BOTH_SIDES = bool(os.environ.get("KILL_BOTH_SIDES"))
ENTRY = make_entry(amount=Decimal("1.00"), way="all_roth", legs=(ROTH,))


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A firm's advisor at a plan from which letters can be issued."""

    firm: Firm
    advisor: Advisor
    plan: Plan


def make_desk(name: str) -> Desk:
    firm = make_firm(name=name)
    with scope(firm=firm):
        plan = make_ready_plan(firm=firm)
    return Desk(firm=firm, advisor=make_advisor(firm=firm, email=f"{name}@firm.example"), plan=plan)


@pytest.fixture(scope="module")
def desks(module_database):
    """Two of them, each warm: the processes forked from this one have everything loaded."""
    made = [make_desk("north"), make_desk("south")]
    for desk in made:
        with scope(firm=desk.firm):
            issue(plan=desk.plan, advisor=desk.advisor, entry=ENTRY)
    return made


@pytest.fixture
def desk(desks):
    return desks[0]


def issue_watched(desk: Desk, *, key: UUID, at: str | int | None = None) -> Callable[..., None]:
    """Return the work of a process: issue the letter of `key`, say its reference, and be killed at that point."""

    def work(send: Callable[[Any], None]) -> None:
        with scope(firm=desk.firm):
            facts = get_plan_facts(firm=desk.firm, plan_id=desk.plan.pk)
            fields = {"firm": desk.firm, "facts": facts, "entry": ENTRY, "advisor": desk.advisor}
            shown = preview_rollover(**fields, today=TODAY)
            killer = Killer(at=at)
            with killer.watch():
                letter = letters.issue_letter(
                    **fields,
                    today=TODAY,
                    request_key=key,
                    shown_digest=shown.digest,
                    acknowledgements=acknowledge(shown),
                )
            send({"acknowledged": letter.reference})
            send({"points": killer.names})

    return work


# --- What must be so, whenever it was killed -------------------------------------------------------------------


def find_half_written(firm: Firm) -> list[str]:
    """Return what is not whole: a chain's flaw, a row that is part of nothing, a letter that lacks a part."""
    wrong = [str(flaw) for flaw in verify_chain(firm=firm).flaws]
    with scope(firm=firm):
        for letter in Letter.objects.select_related("request"):
            relied = _count("clients_reliance", "letter_reference", letter.reference)
            steps = [event.step for event in letter.events.order_by("position")]
            if relied != len(letter.inputs["facts"]):
                wrong.append(f"{letter}: {relied} reliances")
            if {document.kind for document in letter.documents.all()} != set(DocumentKind.values):
                wrong.append(f"{letter}: documents")
            if Step.ISSUED not in steps:
                wrong.append(f"{letter}: events")
            if Step.DRAFTED in steps and _count(
                "rollovers_rolloverdraft", "request_key", letter.request.request_key
            ):
                wrong.append(f"{letter}: its draft")
    return wrong


def _count(table: str, column: str, value: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [value])  # noqa: S608
        return cursor.fetchone()[0]


def list_issued(desk: Desk, key: UUID) -> list[str]:
    with scope(firm=desk.firm):
        found = Letter.objects.filter(request__request_key=key)
        return list(found.values_list("reference", flat=True))


def count_drafts(key: UUID) -> int:
    return _count("rollovers_rolloverdraft", "request_key", key)


def make_key_with_a_draft(desk: Desk) -> UUID:
    with scope(firm=desk.firm):
        return make_draft(plan=desk.plan, advisor=desk.advisor).request_key


# --- Every point ---------------------------------------------------------------------------------------------


def test_killed_at_any_point_a_letter_is_there_whole_or_not_at_all_and_a_retry_issues_it_once(desks):
    """One key a desk: each attempt but the first is a retry after a kill."""
    keys = [make_key_with_a_draft(desk) for desk in desks]
    points = learn_points(desks[0])
    assert [points.count(name) for name in ("before COMMIT", "after COMMIT", "after the letter")] == [1, 1, 1]
    committed = points.index("after COMMIT")
    wanted = [
        number
        for number, name in enumerate(points)
        if BOTH_SIDES or name.startswith("after") or name in {"before COMMIT", points[0]}
    ]
    assert len(wanted) >= 30

    # Two at a time, each at a desk of its own.
    for number in range(0, len(wanted), len(desks)):
        at_once = list(zip(desks, keys, wanted[number : number + len(desks)], strict=False))
        forks = [Fork(issue_watched(desk, key=key, at=point)) for desk, key, point in at_once]
        for fork, (desk, key, point) in zip(forks, at_once, strict=True):
            ended = fork.join()
            assert ended.was_killed, (points[point], ended)
            assert ended.sent == []
            issued = list_issued(desk, key)
            # Only with COMMIT is anything there, and then everything.
            assert len(issued) == (point >= committed), points[point]
            assert count_drafts(key) == (point < committed), points[point]
            assert find_half_written(desk.firm) == [], points[point]

    for desk, key in zip(desks, keys, strict=True):
        before = list_issued(desk, key)
        ended = Fork(issue_watched(desk, key=key)).join()
        assert ended.status == 0
        assert list_issued(desk, key) == [ended.sent[0]["acknowledged"]]
        assert before in ([], list_issued(desk, key))
        assert find_half_written(desk.firm) == []


def learn_points(desk: Desk) -> list[str]:
    """Return the points that issuing comes to, in order, from a letter that is issued with a draft."""
    ended = Fork(issue_watched(desk, key=make_key_with_a_draft(desk))).join()
    assert ended.status == 0
    return ended.sent[1]["points"]


def test_killed_after_commit_and_before_anybody_knew_a_retry_finds_the_letter(desk):
    key = make_key_with_a_draft(desk)
    ended = Fork(issue_watched(desk, key=key, at="after COMMIT")).join()
    assert (ended.was_killed, ended.sent) == (True, [])
    (issued,) = list_issued(desk, key)

    retried = Fork(issue_watched(desk, key=key)).join()

    assert retried.sent[0] == {"acknowledged": issued}
    assert list_issued(desk, key) == [issued]


def test_killed_at_random_nothing_acknowledged_is_lost_and_nothing_is_there_twice(desks):
    rng = random.Random(50)  # noqa: S311 instants, not keys
    keys = [make_key_with_a_draft(desk) for desk in desks]
    began = time.monotonic()
    for desk, key in zip(desks, keys, strict=True):
        Fork(issue_watched(desk, key=key)).join()
    longest = (time.monotonic() - began) / len(desks) * 1.2
    acknowledged: list[tuple[Desk, UUID, str]] = []
    killed = 0
    keys = [make_key_with_a_draft(desk) for desk in desks]
    for _ in range(INSTANTS // len(desks)):
        forks = [Fork(issue_watched(desk, key=key)) for desk, key in zip(desks, keys, strict=True)]
        pauses = sorted((rng.uniform(0, longest), number) for number in range(len(desks)))
        slept = 0.0
        for pause, number in pauses:
            time.sleep(pause - slept)
            slept = pause
            forks[number].kill()
        for number, (fork, desk) in enumerate(zip(forks, desks, strict=True)):
            ended = fork.join()
            killed += ended.was_killed
            issued = list_issued(desk, keys[number])
            assert len(issued) <= 1
            assert find_half_written(desk.firm) == []
            if ended.sent:
                assert issued == [ended.sent[0]["acknowledged"]]
                acknowledged.append((desk, keys[number], issued[0]))
            if issued:
                keys[number] = make_key_with_a_draft(desk)

    assert killed > 0
    for desk, key, reference in acknowledged:
        assert list_issued(desk, key) == [reference]
    for desk, key in zip(desks, keys, strict=True):
        retried = Fork(issue_watched(desk, key=key)).join()
        assert list_issued(desk, key) == [retried.sent[0]["acknowledged"]]


# --- The twin ------------------------------------------------------------------------------------------------


def test_without_the_transaction_half_a_letter_would_be_left(module_database):
    desk = make_desk("east")
    key = make_key_with_a_draft(desk)

    def work(send: Callable[[Any], None]) -> None:
        letters.transaction = SimpleNamespace(atomic=nullcontext)
        letters.lock_subaccount = lambda *, firm, subaccount_id: Subaccount.objects.get(
            firm=firm, pk=subaccount_id
        )
        issue_watched(desk, key=key, at="after INSERT INTO rollovers_letter")(send)

    ended = Fork(work).join()

    assert ended.was_killed
    assert len(list_issued(desk, key)) == 1
    wrong = find_half_written(desk.firm)
    assert [
        part for part in ("no entry vouches", "reliances", "documents", "events") if part in " ".join(wrong)
    ] == [
        "no entry vouches",
        "reliances",
        "documents",
        "events",
    ]


# --- The steps of its life -----------------------------------------------------------------------------------


def test_killed_at_any_point_a_payment_is_recorded_whole_or_not_at_all(desk):
    with scope(firm=desk.firm):
        letter = issue(plan=desk.plan, advisor=desk.advisor, entry=ENTRY)
        for step in (Step.SIGNED, Step.SENT):
            record_step(
                firm=desk.firm, letter=letter, step=step, step_date=TODAY, advisor=desk.advisor, today=TODAY
            )
        entry = PaymentEntry(
            payment_date=letter.request.payment_date,
            value_before=letter.request.value_before,
            source_document="Confirmation",
        )
    today = entry.payment_date

    def pay(at: str | int | None) -> Callable[..., None]:
        def work(send: Callable[[Any], None]) -> None:
            killer = Killer(at=at)
            with scope(firm=desk.firm), killer.watch():
                record_payment(firm=desk.firm, letter=letter, entry=entry, advisor=desk.advisor, today=today)
            send(killer.names)

        return work

    point = 0
    while True:  # as many points as there are: the first attempt that comes to its end has none left
        ended = Fork(pay(point)).join()
        if not ended.was_killed:
            break
        with scope(firm=desk.firm):
            paid, steps = letter.payments.count(), [event.step for event in letter.events.all()]
        moved = _count("clients_subaccountmovement", "letter_reference", letter.reference)
        assert (paid, moved, steps.count(Step.PAID)) in {(0, 0, 0), (1, 1, 1)}, point
        assert find_half_written(desk.firm) == [], point
        if paid:
            break
        point += 1

    assert point >= 20
    with scope(firm=desk.firm):
        assert letter.payments.count() == 1
    assert ended.was_killed  # after COMMIT, the last point of all
