"""What a Roth IRA gives back: recapture, the five-year clocks, and age 59 1/2."""

import datetime
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.early_age import EARLY_AGE_MONTHS, count_age_in_months, find_early_age_date
from law.roth_ira import (
    CLOCK_CITATION,
    NOTE_QUALIFIED,
    RothConversion,
    order_roth_distribution,
    start_roth_clocks,
)

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "tax_forms.toml").read_text())


def list_cases(table):
    return [pytest.param(case, id=case["name"]) for case in CASES[table]]


def test_two_taxable_conversions_within_five_years_are_both_recaptured():
    # 100 of 2022 and 50 of 2023, both withdrawn in 2025: 150 x 10% = 15.
    withdrawn = order_roth_distribution(
        amount=Decimal("150.00"),
        contributions=Decimal("0.00"),
        conversions=[
            RothConversion(year=2022, taxable=Decimal("100.00"), nontaxable=Decimal("0.00")),
            RothConversion(year=2023, taxable=Decimal("50.00"), nontaxable=Decimal("0.00")),
        ],
        distribution_year=2025,
        exception_applies=False,
    )
    assert (withdrawn.recapture_base, withdrawn.additional_tax) == (Decimal("150.00"), Decimal("15.00"))


def test_what_is_unconfirmed_says_what_to_confirm():
    assert NOTE_QUALIFIED == (
        "The clock of qualified distributions, which frees earnings, is a separate one: five tax years beginning with"
        " the first year of any Roth IRA. Confirm with the plan's document or a CPA."
    )
    assert CLOCK_CITATION == "IRC 408A(d)(3)(F), 72(t)(1), 72(t)(2)(A)(i)"


@pytest.mark.parametrize("case", list_cases("clocks"))
def test_the_clocks_end_when_worked_by_hand(case):
    clocks = start_roth_clocks(
        landings=[
            RothConversion(year=int(year), taxable=Decimal(taxable), nontaxable=Decimal(basis))
            for year, taxable, basis in case["landings"]
        ],
        birth_date=case["birth_date"],
    )
    assert [
        [
            str(clock.landed.year),
            str(clock.landed.taxable),
            str(clock.landed.nontaxable),
            clock.five_years_date,
            clock.early_age_date,
            clock.free_date,
            clock.message,
        ]
        for clock in clocks
    ] == case["clocks"]


@pytest.mark.parametrize(
    ("birth_date", "early_age_date"),
    [
        (datetime.date(1971, 2, 3), datetime.date(2030, 8, 3)),
        (datetime.date(1966, 6, 30), datetime.date(2025, 12, 30)),
        (datetime.date(1966, 7, 1), datetime.date(2026, 1, 1)),
        (datetime.date(1960, 8, 29), datetime.date(2020, 2, 29)),
        (datetime.date(1960, 8, 30), datetime.date(2020, 3, 1)),
        (datetime.date(1961, 8, 29), datetime.date(2021, 3, 1)),
        (datetime.date(1961, 5, 31), datetime.date(2020, 12, 1)),
    ],
    ids=str,
)
def test_the_first_day_at_59_and_a_half(birth_date, early_age_date):
    assert find_early_age_date(birth_date=birth_date) == early_age_date


@given(birth_date=st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2100, 12, 31)))
def test_the_first_day_at_59_and_a_half_is_the_day_on_which_the_months_are_full(birth_date):
    first = find_early_age_date(birth_date=birth_date)
    assert count_age_in_months(birth_date=birth_date, on_date=first) == EARLY_AGE_MONTHS
    before = first - datetime.timedelta(days=1)
    assert count_age_in_months(birth_date=birth_date, on_date=before) == EARLY_AGE_MONTHS - 1
