"""A year's room: worked examples, what is safe before the return, the true-up, and its arithmetic to the cent."""

import datetime
import tomllib
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from law.contributions import Contributions
from law.estimates import TrueUp, compute_safe_now, compute_true_up
from law.limits import EnteredFigure, LimitNotPublished
from law.room import compute_room
from law.words import Aggregation, DeferralReading, Owner
from tests.law.reading import come_to, read_out

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "room.toml").read_text())
ENUMS = {"owner": Owner, "deferral_reading": DeferralReading, "aggregation": Aggregation}


def read_facts(values):
    """This function will return the contributions that a case's table states."""
    read = {name: ENUMS[name](value) for name, value in values.items() if name in ENUMS}
    read |= {
        name: Decimal(value) for name, value in values.items() if isinstance(value, str) and name not in ENUMS
    }
    return Contributions(**(values | read))


def list_cases(table):
    return [pytest.param(case, id=case["name"]) for case in CASES[table]]


def assert_comes_to(room, expected):
    deferrals = room.deferrals
    figures = {
        "room": room.room.amount,
        "excess": room.excess,
        "limit": room.limit.amount,
        "half_se_tax": room.half_se_tax.amount,
        "compensation": room.compensation.amount,
        "annual_additions": room.annual_additions,
        "dollar_room": room.dollar_limb.amount,
        "compensation_room": room.compensation_limb.amount,
        "employer_maximum": room.employer_maximum.amount,
        "employer_excess": room.employer_excess,
        "deferral_room": find_figure(room, "Elective deferrals left").amount,
        "deferral_excess": deferrals.excess.amount,
        "deferrals_set_aside": deferrals.set_aside,
        "catch_up_limit": deferrals.catch_up_limit,
        "catch_up_used": deferrals.catch_up_used,
        "catch_up_excess": deferrals.catch_up_excess,
    }
    assert {name: figures[name] for name in expected} == {
        name: Decimal(amount) for name, amount in expected.items()
    }


def find_figure(room, name):
    [found] = [figure for figure in room.figures if figure.figure == name]
    return found


@pytest.mark.parametrize("case", list_cases("case"))
def test_room_comes_out_as_worked_by_hand(case):
    assert_comes_to(compute_room(contributions=read_facts(case["input"])), case["expected"])


@pytest.mark.parametrize("case", list_cases("safe_now"))
def test_what_is_safe_comes_out_as_worked_by_hand(case):
    safe_now = compute_safe_now(
        contributions=read_facts(case["input"]),
        low=Decimal(case["low"]) if "low" in case else None,
        high=Decimal(case["high"]) if "high" in case else None,
    )
    assert safe_now.safe == Decimal(case["safe"])
    for name in ("low", "expected", "high"):
        assert_comes_to(getattr(safe_now, name), case.get(f"expected_{name}", {}))


@pytest.mark.parametrize(
    ("year", "age", "limit"),
    [(case["year"], int(age), limit) for case in CASES["catch_up"] for age, limit in case["limits"].items()],
)
def test_catch_up_follows_the_age_and_the_year(year, age, limit):
    room = compute_room(contributions=Contributions(year=year, owner=Owner.CORPORATION, age=age))
    assert room.deferrals.catch_up_limit == Decimal(limit)


def test_every_case_shows_its_work_under_a_name_of_its_own():
    for table in ("case", "safe_now"):
        cases = CASES[table]
        assert len({case["name"] for case in cases}) == len(cases)
        assert all(case[part].strip() for case in cases for part in ("why", "arithmetic", "authority"))


def test_a_final_return_with_room_says_how_much_may_still_go_in_and_until_when():
    case = next(case for case in CASES["case"] if case["name"] == "corporation")
    room = compute_room(contributions=read_facts(case["input"]))
    assert compute_true_up(room=room) == TrueUp(
        may_go_in=Decimal("25000.00"), must_go_back=Decimal("0.00"), last_date=datetime.date(2027, 1, 30)
    )


def test_a_final_return_with_an_excess_says_how_much_must_go_back():
    case = next(case for case in CASES["case"] if case["name"].startswith("a_wage_of_42000"))
    true_up = compute_true_up(room=compute_room(contributions=read_facts(case["input"])))
    assert (true_up.may_go_in, true_up.must_go_back) == (Decimal("0.00"), Decimal("21000.00"))


# --- What holds for every year ----------------------------------------------------------------------------

amounts = st.one_of(st.just(0), st.integers(0, 8_000_000)).map(lambda cents: Decimal(cents).scaleb(-2))
profits = st.one_of(st.integers(-1_000_000, 60_000_000), st.integers(40_000, 45_000)).map(
    lambda cents: Decimal(cents).scaleb(-2)
)
AMOUNTS = [
    field.name for field in fields(Contributions) if field.type is Decimal and field.name != "net_profit"
]
years = st.builds(
    Contributions,
    year=st.sampled_from([2014, 2024, 2025, 2026]),
    owner=st.sampled_from(Owner),
    age=st.sampled_from([30, 49, 50, 60, 63, 64]),
    deferral_reading=st.sampled_from(DeferralReading),
    aggregation=st.sampled_from(Aggregation),
    net_profit=profits,
    **dict.fromkeys(AMOUNTS, amounts),
)


@given(years)
def test_the_terms_of_every_figure_come_to_it(contributions):
    room = compute_room(contributions=contributions)
    assert room.figures[0] is room.room
    for figure in room.figures:
        assert come_to(figure) == figure.amount, figure.figure


@given(years)
def test_the_room_is_the_smaller_of_both_limbs(contributions):
    room = compute_room(contributions=contributions)
    assert room.room.amount == min(room.dollar_limb.amount, room.compensation_limb.amount)


@given(years)
def test_a_reading_never_leaves_more_excess_or_less_room_than_counting_all(contributions):
    read = compute_room(contributions=contributions)
    counted = compute_room(contributions=replace(contributions, deferral_reading=DeferralReading.COUNTED))
    assert read.room.amount >= counted.room.amount
    assert read.deferrals.excess.amount <= counted.deferrals.excess.amount
    assert read.annual_additions + read.deferrals.set_aside == counted.annual_additions


@given(years, profits, profits, st.integers(0, 1_000))
@example(
    Contributions(year=2026, owner=Owner.SELF_EMPLOYED, age=45, net_profit=Decimal("433.13")),
    Decimal("433.13"),
    Decimal("433.14"),
    1_000,
)
def test_no_profit_between_the_estimates_leaves_less_than_what_is_safe(contributions, one, other, part):
    low, expected, high = sorted([one, other, contributions.net_profit])
    facts = replace(contributions, owner=Owner.SELF_EMPLOYED, net_profit=expected)
    safe_now = compute_safe_now(contributions=facts, low=low, high=high)
    between = (low + (high - low) * part / 1_000).quantize(Decimal("0.01"))
    assert compute_room(contributions=replace(facts, net_profit=between)).room.amount >= safe_now.safe


WORDS = tomllib.loads((Path(__file__).parents[1] / "cases" / "explanations_of_rooms.toml").read_text())[
    "case"
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in WORDS])
def test_the_arithmetic_of_a_room_reads_as_worked_by_hand(case):
    room = compute_room(contributions=read_facts(case["input"]))
    assert [read_out(each) for each in room.figures] == case["lines"]


# 2027 as a firm would enter it from the notice, with every figure that its room needs.
ENTERED = tuple(
    EnteredFigure(kind=kind, year=2027, amount=Decimal(amount), source="Notice")
    for kind, amount in {
        "415c_annual_additions": "100000.00",
        "402g_elective_deferrals": "30000.00",
        "414v_catch_up_50": "9000.00",
        "414v_catch_up_60_63": "12000.00",
        "414v7_roth_catch_up_wages": "200000.00",
        "401a17_compensation": "400000.00",
        "ss_wage_base": "200000.00",
    }.items()
)
OF_2027 = Contributions(year=2027, owner=Owner.SELF_EMPLOYED, age=45, net_profit=Decimal("50000.00"))


def test_a_year_that_the_firm_has_entered_is_computed_and_only_with_every_figure():
    # 46,175 x 0.0765 = 3,532.3875 -> 3,532.39; 50,000 - 3,532.39 = 46,467.61
    assert compute_room(contributions=OF_2027, entered=ENTERED).room.amount == Decimal("46467.61")
    for place in range(len(ENTERED)):
        with pytest.raises(LimitNotPublished):
            compute_room(contributions=OF_2027, entered=ENTERED[:place] + ENTERED[place + 1 :])


def test_what_is_safe_in_a_year_that_the_firm_has_entered():
    safe_now = compute_safe_now(
        contributions=OF_2027, low=Decimal("50000.00"), high=Decimal("50000.00"), entered=ENTERED
    )
    assert safe_now.safe == Decimal("46467.61")
