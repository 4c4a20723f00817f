"""Every finding of a contribution year: one case that raises it, word for word, and one that does not."""

import datetime
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from law.checks.years import check_limit_published, check_room
from law.limits import LimitNotPublished
from law.room import compute_room
from law.words import Answer
from tests.law.test_room import read_facts

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "findings_of_years.toml").read_text())["case"]
CODES = {"V08", "V09", "V10", "V11", "V12", "V13", "V14", "V22", "V27"}


def judge(case):
    """This function will return the findings that a case's year raises."""
    try:
        room = compute_room(contributions=read_facts(case["input"]))
    except LimitNotPublished as error:
        return (check_limit_published(error=error),)
    asked = {"higher_catch_up": Answer(case["higher_catch_up"])} if "higher_catch_up" in case else {}
    dates = [datetime.date.fromisoformat(date) for date in case.get("deposit_dates", [])]
    return check_room(room=room, deposit_dates=dates, **asked)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_a_finding_is_raised_in_these_words_or_not_at_all(case):
    found = [finding for finding in judge(case) if finding.code == case["code"]]
    if "expected" not in case:
        assert found == []
        return
    [finding] = found
    assert {name: getattr(finding, name) for name in case["expected"]} == case["expected"]
    assert finding.year == case["input"]["year"]


def test_every_code_has_a_case_that_raises_it_and_one_that_does_not():
    raised = defaultdict(set)
    for case in CASES:
        assert all(case[part].strip() for part in ("why", "arithmetic")), case["name"]
        raised[case["code"]].add("expected" in case)
    assert {code for code, both in raised.items() if both == {True, False}} == CODES
    assert len({case["name"] for case in CASES}) == len(CASES)
