"""docs/peers.md: what others computed as recorded, what we compute as of now. No network, no peer's package."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from script.peers import PAGE, RECORDED, Row, list_rows, read_questions, render_page

PEERS, CASES = read_questions()
KNOWN_MISTAKES = {
    "wage-42000": (Decimal("63000"), Decimal("42000.00")),
    "half-se-ignored": (Decimal("22000.00"), Decimal("20445.75")),
    "day-job-match": (Decimal("36054.25"), Decimal("46054.25")),
    "code-g-200": (Decimal("0.00"), Decimal("200.00")),
    "doubled-employer-telostax": (Decimal("23233.81"), Decimal("18587.05")),
}


@pytest.fixture(scope="module")
def recorded():
    return json.loads(RECORDED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def rows(recorded):
    return list_rows(cases=CASES, recorded=recorded)


def test_the_page_is_what_the_script_writes(rows, recorded):
    page = render_page(peers=PEERS, rows=rows, versions=recorded["versions"])

    assert PAGE.read_text(encoding="utf-8") == page, "Run script/peers --render."


def test_another_answer_of_a_peer_changes_the_page(rows, recorded):
    [first, *rest] = rows

    page = render_page(
        peers=PEERS, rows=[replace(first, theirs=first.theirs + 1), *rest], versions=recorded["versions"]
    )

    assert PAGE.read_text(encoding="utf-8") != page


def test_at_least_thirty_cases_beside_the_published_limits(rows):
    assert sum(row.case.ours["command"] != "limit" for row in rows) >= 30
    assert len({row.case.id for row in rows}) == len(rows)


def test_every_difference_is_expected_and_names_what_settles_it(rows):
    assert [row.case.id for row in rows if row.agrees is bool(row.case.authority)] == []
    assert [row.case.id for row in rows if bool(row.case.authority) is not bool(row.case.why)] == []


def test_every_known_mistake_is_told_from_the_law(rows):
    found = {row.case.id: (row.theirs, row.ours) for row in rows if row.case.id in KNOWN_MISTAKES}

    assert found == KNOWN_MISTAKES


@pytest.mark.parametrize(
    ("theirs", "ours", "unit", "agrees"),
    [
        ("20.01", Decimal("20.01"), "0.01", True),
        ("20.02", Decimal("20.01"), "0.01", False),
        ("21", Decimal("20.50"), "1", True),
        ("20", Decimal("20.50"), "1", False),
        ("20", "limit_not_published", "1", False),
    ],
)
def test_figures_agree_at_the_peers_own_rounding(theirs, ours, unit, agrees):
    case = replace(CASES[0], unit=unit)

    assert Row(case=case, theirs=Decimal(theirs), ours=ours).agrees is agrees


def test_only_what_was_not_run_lacks_a_program(rows):
    assert [row.case.id for row in rows if row.case.how == "described"] == ["day-job-match"]


def test_packages_answers_are_recorded_and_no_others(recorded):
    asked = {case.id for case in CASES if case.how in {"ran", "read"}}

    assert set(recorded["figures"]) == asked == {case.id for case in CASES if case.figure is None}
