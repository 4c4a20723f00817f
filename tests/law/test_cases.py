"""Worked examples: the figures of `tests/cases/*.toml`, each with its arithmetic and authority beside it."""

import json
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from law.json_lines import answer_line
from law.roth_ira import RothConversion, order_roth_distribution

CASES = Path(__file__).parents[1] / "cases"
FROM_ROTH = ("from_contributions", "from_taxable_conversions", "from_nontaxable_conversions", "from_earnings")


def read_cases(name, *, table="case"):
    cases = tomllib.loads((CASES / f"{name}.toml").read_text())[table]
    return [pytest.param(case, id=case["name"]) for case in cases]


def assert_contains(answer, expected, *, path=""):
    """Every figure of `expected` is in `answer`; a list has as many members as expected."""
    if isinstance(expected, dict):
        assert isinstance(answer, dict), f"{path}: {answer!r} is no object"
        for name, value in expected.items():
            assert name in answer, f"{path}.{name} is missing"
            assert_contains(answer[name], value, path=f"{path}.{name}")
    elif isinstance(expected, list):
        assert isinstance(answer, list), f"{path}: {answer!r} is no list"
        assert len(answer) == len(expected), f"{path}: {answer!r}"
        for place, value in enumerate(expected):
            assert_contains(answer[place], value, path=f"{path}.{place}")
    else:
        assert answer == expected, f"{path}: {answer!r}, worked out by hand: {expected!r}"


def assert_answers_as_worked_out(case, *, command):
    request = {"id": case["name"], **json.loads(case["input"])}
    answer = answer_line(command=command, line=json.dumps(request))
    assert answer["id"] == case["name"]
    if "error" in case:
        assert set(answer) == {"id", "errors"}
        assert answer["errors"]
        for error in answer["errors"]:
            assert set(error) == {"code", "field", "message"}
            assert all(isinstance(text, str) and text for text in error.values())
        assert any(case["error"].get("field", "") in error["field"] for error in answer["errors"])
        assert case["error"].get("code") in {None, *(error["code"] for error in answer["errors"])}
    else:
        assert_contains(answer, json.loads(case["expected"]))
        assert answer["citations"]


@pytest.mark.parametrize("case", read_cases("allocate"))
def test_allocation_comes_out_as_worked_by_hand(case):
    assert_answers_as_worked_out(case, command="allocate")


@pytest.mark.parametrize("case", read_cases("contribution_room"))
def test_room_comes_out_as_worked_by_hand(case):
    assert_answers_as_worked_out(case, command="contribution_room")


@pytest.mark.parametrize("case", read_cases("ira", table="roth_distribution"))
def test_roth_distribution_comes_out_as_worked_by_hand(case):
    facts = case["input"]
    distribution = order_roth_distribution(
        amount=Decimal(facts["amount"]),
        contributions=Decimal(facts["contributions"]),
        conversions=tuple(
            RothConversion(
                year=conversion["year"],
                taxable=Decimal(conversion["taxable"]),
                nontaxable=Decimal(conversion["nontaxable"]),
            )
            for conversion in facts["conversions"]
        ),
        distribution_year=facts["distribution_year"],
        distributions_before=Decimal(facts.get("distributions_before", "0.00")),
        exception_applies=facts["exception_applies"],
    )
    found = {name: getattr(distribution, name) for name in case["expected"]}
    assert found == {name: Decimal(amount) for name, amount in case["expected"].items()}
    assert sum(getattr(distribution, name) for name in FROM_ROTH) == Decimal(facts["amount"])


@pytest.mark.parametrize("name", ["allocate", "contribution_room"])
def test_every_case_has_a_name_of_its_own_and_shows_its_work(name):
    cases = tomllib.loads((CASES / f"{name}.toml").read_text())["case"]
    assert len({case["name"] for case in cases}) == len(cases)
    for case in cases:
        assert all(case[part].strip() for part in ("why", "arithmetic", "authority")), case["name"]
        assert ("expected" in case) != ("error" in case), case["name"]
