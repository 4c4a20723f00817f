"""Many advisors, real processes, one sub-account: never more than its balance, and one letter a filled form."""

import os
import select
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError
from django.db.models import Sum
from django_scopes import scope

from clients.models import Subaccount
from law.words import Way
from rollovers.evidence.verification import verify_chain
from rollovers.issuing import letters
from rollovers.issuing.rollovers import preview_rollover
from rollovers.models import Letter, RolloverRequest
from rollovers.reviews.queries import get_plan_facts
from tests.factories import make_advisor, make_firm
from tests.processes import LONGEST_WAIT, Fork
from tests.requests import ROTH, TODAY, acknowledge, issue, make_entry, make_ready_plan

PROCESSES = int(os.environ.get("ADVISORS_AT_ONCE", "50"))
ROUNDS = int(os.environ.get("ROUNDS_AT_ONCE", "3"))
BALANCE = Decimal("20812.37")


@pytest.fixture(scope="module")
def office(module_database):
    """A firm with two who write; a letter was issued, so the processes forked from this one are warm."""
    firm = make_firm()
    advisors = [
        make_advisor(firm=firm, email=f"{name}@lovelace.example", full_name=name) for name in ("ada", "olive")
    ]
    with scope(firm=firm):
        issue(plan=make_ready_plan(firm=firm), advisor=advisors[0])
    return firm, advisors


@pytest.fixture
def plan(office):
    """A sub-account that nobody has taken anything from."""
    firm, _ = office
    with scope(firm=firm):
        return make_ready_plan(firm=firm)


class Gate:
    """Holds processes until all of them have come to it."""

    def __init__(self) -> None:
        self._held, self._opener = os.pipe()

    def wait(self) -> None:
        """In a forked process: wait until the gate is opened."""
        os.close(self._opener)
        os.read(self._held, 1)

    def open(self) -> None:
        os.close(self._opener)
        os.close(self._held)


def read_without_lock(*, firm: Any, subaccount_id: int) -> Subaccount:
    """Read the sub-account as the service would if it did not lock the row."""
    return Subaccount.objects.get(firm=firm, pk=subaccount_id)


def issue_at_once(
    office: Any, plan: Any, *, processes: int, amount: str, key: UUID | None = None, locked: bool = True
) -> Counter[str]:
    """Return what became of each process's letter: issued, blocked, refused by the database; or of `key`, its name."""
    firm, advisors = office
    ready = [os.pipe() for _ in range(processes)]
    gate, computed = Gate(), Gate()

    def work(number: int) -> Callable[..., None]:
        def press(send: Callable[[Any], None]) -> None:
            advisor = advisors[number % len(advisors)]
            with scope(firm=firm):
                facts = get_plan_facts(firm=firm, plan_id=plan.pk)
                entry = make_entry(way=Way.ALL_ROTH, legs=(ROTH,), amount=Decimal(amount))
                fields = {"firm": firm, "facts": facts, "entry": entry, "advisor": advisor}
                shown = preview_rollover(**fields, today=TODAY)
                if not locked:
                    letters.lock_subaccount = read_without_lock
                    store = letters._store_request

                    def store_when_all_have_computed(**arguments: Any) -> RolloverRequest:
                        os.write(ready[number][1], b"c")
                        computed.wait()
                        return store(**arguments)

                    letters._store_request = store_when_all_have_computed
                os.write(ready[number][1], b"r")
                gate.wait()
                for _ in range(processes + 1):
                    try:
                        letter = letters.issue_letter(
                            **fields,
                            today=TODAY,
                            request_key=key or uuid4(),
                            shown_digest=shown.digest,
                            acknowledgements=acknowledge(shown),
                        )
                    except letters.LetterBlocked:
                        return send("blocked")
                    except IntegrityError:
                        return send("refused by the database")
                    except (letters.FiguresChanged, letters.FindingsUnacknowledged) as changed:
                        shown = changed.outcome  # Look again, as a person would, and press once more.
                    else:
                        return send(letter.reference if key else "issued")
                return send("gave up")

        return press

    forks = [Fork(work(number)) for number in range(processes)]
    hear_all(ready)
    gate.open()
    if not locked:
        hear_all(ready)
    computed.open()
    ended = [fork.join() for fork in forks]
    for pipe in ready:
        for end in pipe:
            os.close(end)
    assert [each.status for each in ended] == [0] * processes
    return Counter(each.sent[0] for each in ended)


def hear_all(ready: list[tuple[int, int]]) -> None:
    """Return once each process has said that it has come so far."""
    for held, _ in ready:
        assert select.select([held], [], [], LONGEST_WAIT)[0], "a process never came so far"
        os.read(held, 1)


def sum_distributions(office: Any, plan: Any) -> Decimal:
    firm, _ = office
    with scope(firm=firm):
        found = RolloverRequest.objects.filter(firm=firm, plan=plan)
        return found.aggregate(total=Sum("distribution"))["total"]


@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_of_many_letters_just_as_many_are_issued_as_fit(office, plan, round_number):
    outcomes = issue_at_once(office, plan, processes=PROCESSES, amount="4000.00")

    fitting = int(BALANCE / 4000)
    assert outcomes == {"issued": fitting, "blocked": PROCESSES - fitting}
    assert sum_distributions(office, plan) == Decimal("20000.00") <= BALANCE
    assert verify_chain(firm=office[0]).flaws == ()


@pytest.mark.parametrize(
    ("amount", "outcomes"),
    [("15000.00", {"issued": 1, "blocked": 1}), ("10000.00", {"issued": 2})],
    ids=["not both fit", "both fit"],
)
def test_of_two_letters_both_are_issued_only_where_both_fit(office, plan, amount, outcomes):
    assert issue_at_once(office, plan, processes=2, amount=amount) == outcomes
    assert sum_distributions(office, plan) == Decimal(amount) * outcomes["issued"]


@pytest.mark.parametrize("processes", [2, 6])
def test_twin_without_the_lock_they_would_take_more_than_there_is(office, plan, processes):
    outcomes = issue_at_once(office, plan, processes=processes, amount="15000.00", locked=False)

    assert outcomes == {"issued": processes}
    assert sum_distributions(office, plan) == 15_000 * processes > BALANCE


def test_one_filled_form_sent_twenty_times_at_once_is_one_letter(office, plan):
    key = uuid4()
    outcomes = issue_at_once(office, plan, processes=20, amount="100.00", key=key)

    with scope(firm=office[0]):
        (letter,) = Letter.objects.filter(request__request_key=key)
    assert outcomes == {letter.reference: 20}
    assert sum_distributions(office, plan) == Decimal("100.00")


def test_twin_without_the_lock_only_the_database_keeps_it_to_one_letter(office, plan):
    key = uuid4()
    outcomes = issue_at_once(office, plan, processes=3, amount="100.00", key=key, locked=False)

    assert outcomes.pop("refused by the database") == 2
    assert list(outcomes.values()) == [1]
    assert sum_distributions(office, plan) == Decimal("100.00")
