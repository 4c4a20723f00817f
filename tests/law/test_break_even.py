"""When paying the tax on the earnings now is ahead of the split, and when a loss is made up."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from law.break_even import BREAK_EVEN_MODEL, Rates, find_break_even, find_recovery
from law.money import ZERO
from tests.law.comparing import compare, hold
from tests.law.reading import list_words

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "comparison.toml").read_text())


def name_of(case):
    return case["name"]


@pytest.mark.parametrize("case", CASES["break_even"], ids=name_of)
def test_the_break_even_comes_out_as_worked_by_hand(case):
    rates = {name: Decimal(case["input"][name]) for name in ("federal", "state", "later")}
    found = find_break_even(
        earnings=Decimal("1000.00"), rates=Rates(**rates), growth_rate=Decimal(case["input"]["growth"])
    )
    assert found.years == case.get("years")
    assert [f"{side.years} {side.roth_now.amount} {side.split.amount}" for side in found.sides] == case[
        "sides"
    ]


def test_the_last_year_looked_at_is_the_sixtieth():
    # 0.3 x 1.01^n > later... falls by 1.007/1.01 a year: (1.007/1.01)^60 = 0.83647, (1.007/1.01)^59 = 0.83896.
    def count(later):
        rates = Rates(federal=Decimal("30.00"), state=ZERO, later=Decimal(later))
        return find_break_even(earnings=Decimal("1000.00"), rates=rates, growth_rate=Decimal("1.00")).years

    assert count("25.10") == 60  # 25.10 / 30 = 0.83667
    assert count("25.09") is None  # 25.09 / 30 = 0.83633


def test_the_model_is_said_in_words():
    assert BREAK_EVEN_MODEL == (
        "In the Roth IRA the earnings grow untaxed. In the traditional IRA they grow alike and are taxed at the later"
        " rate when withdrawn; the tax not paid now is kept outside and grows at the same rate less tax each year at"
        " today's rate. Paying now is ahead once it is strictly worth more after tax. This is a model, not advice: no"
        " penalty, no required distribution and no change of law is in it."
    )


def test_the_model_is_told_term_by_term():
    rates = Rates(federal=Decimal("30.00"), state=ZERO, later=Decimal("27.00"))
    found = find_break_even(earnings=Decimal("1000.00"), rates=rates, growth_rate=Decimal("5.00"))
    model = "A model with the planner's growth rate, not law"
    rounded = "Rounded once, half up."
    assert [list_words(each) for each in found.sides[1].figures] == [
        [
            "Roth IRA after 8 years",
            "earnings 1,000.00",
            "x growth of 5.00% a year, after 8 years 1.4774554438",
            model,
            rounded,
            "",
        ],
        [
            "Traditional IRA, after the later tax, after 8 years",
            "earnings 1,000.00",
            "x growth of 5.00% a year, after 8 years 1.4774554438",
            "x 1 - the later rate 0.73",
            model,
            rounded,
            "",
        ],
        [
            "The tax not paid now, kept outside, after 8 years",
            "earnings 1,000.00",
            "x today's rate 0.30",
            "x growth of 5.00% a year less tax each year, after 8 years 1.3168090370",
            model,
            rounded,
            "",
        ],
        [
            "Split after 8 years",
            "traditional IRA, after the later tax 1,078.54",
            "+ the tax not paid now, kept outside 395.04",
            model,
            "",
            "",
        ],
    ]


def test_the_first_years_are_named_as_a_person_names_them():
    sides = compare().break_even.sides
    assert [side.figures[0].figure for side in sides] == ["Roth IRA today", "Roth IRA after 1 year"]


def test_without_earnings_there_is_no_break_even():
    assert compare(hold("20000.00", "20000.00")).break_even is None
    assert compare(hold("20000.01", "20000.00")).break_even is not None


# --- Waiting for a loss to be made up ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "growth", "years"),
    [
        # 17,000 x 1.06^2 = 19,101.20; x 1.06^3 = 20,247.272.
        ("17000.00", "6.00", 3),
        ("20000.00", "0.00", 0),
        ("19999.99", "0.00", None),
        ("16000.00", "25.00", 1),
        ("15999.99", "25.00", 2),
        # 20,000 / 1.01^60 = 11,008.99...
        ("11009.00", "1.00", 60),
        ("11008.99", "1.00", None),
    ],
)
def test_a_loss_is_made_up_once_the_value_reaches_the_basis(value, growth, years):
    assert find_recovery(contract=hold(value), growth_rate=Decimal(growth)).years == years


def test_the_value_of_the_years_around_is_told():
    comparison = compare(hold("17000.00"))
    assert comparison.recovery.years == 3
    assert [list_words(each) for each in comparison.recovery.figures] == [
        [
            f"Value after {years} years",
            "value 17,000.00",
            f"x growth of 6.00% a year {factor}",
            "A model with the planner's growth rate, not law",
            "Rounded once, half up.",
            "The basis is $20,000.00.",
        ]
        for years, factor in ((2, "1.1236000000"), (3, "1.1910160000"))
    ]
    assert [str(each.amount) for each in comparison.recovery.figures] == ["19101.20", "20247.27"]


def test_without_a_loss_nothing_is_to_be_made_up():
    assert compare(hold("20000.00")).recovery is None
    assert compare().recovery is None


def test_a_loss_that_is_not_made_up_tells_no_year():
    recovery = compare(hold("17000.00"), growth_rate=ZERO).recovery
    assert (recovery.years, recovery.figures) == (None, ())
