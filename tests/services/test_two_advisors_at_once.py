"""Two advisors, real processes, one sub-account: never more than its balance."""

import subprocess
import sys
from decimal import Decimal

import pytest
from django.db.models import Sum
from django_scopes import scope

from advisors.models import Role
from rollovers.models import RolloverRequest
from tests.factories import make_advisor, make_firm
from tests.requests import make_ready_plan


@pytest.fixture
def two_advisors(own_database):
    firm = make_firm()
    with scope(firm=firm):
        plan = make_ready_plan(firm=firm)
    advisors = [
        make_advisor(firm=firm, email=f"{name}@lovelace.example", full_name=name, role=Role.ADVISOR)
        for name in ("ada", "olive")
    ]
    return own_database, firm, plan, advisors


def issue_at_once(two_advisors, folder, *, amount, locking):
    """Return what became of each advisor's letter, and the dollars asked for in all."""
    database, firm, plan, advisors = two_advisors
    command = [sys.executable, "-m", "tests.services.issue_once", str(plan.pk)]
    processes = [
        subprocess.Popen(
            [*command, str(advisor.pk), amount, str(folder), str(len(advisors)), locking],
            env=database.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for advisor in advisors
    ]
    answers = [process.communicate(timeout=120) for process in processes]
    assert all(process.returncode == 0 for process in processes), answers
    with scope(firm=firm):
        total = RolloverRequest.objects.aggregate(total=Sum("distribution"))["total"]
    return sorted(out.strip() for out, _ in answers), total


def test_of_two_letters_that_do_not_both_fit_one_is_issued(two_advisors, tmp_path):
    outcomes, total = issue_at_once(two_advisors, tmp_path, amount="15000.00", locking="locked")

    assert outcomes == ["blocked", "issued"]
    assert total == Decimal("15000.00")


def test_of_two_letters_that_both_fit_both_are_issued(two_advisors, tmp_path):
    outcomes, total = issue_at_once(two_advisors, tmp_path, amount="10000.00", locking="locked")

    assert outcomes == ["issued", "issued"]
    assert total == Decimal("20000.00")


def test_without_the_lock_they_would_take_more_than_there_is(two_advisors, tmp_path):
    outcomes, total = issue_at_once(two_advisors, tmp_path, amount="15000.00", locking="unlocked")

    assert outcomes == ["issued", "issued"]
    assert total == Decimal("30000.00") > Decimal("20812.37")
