"""Compensation at its edges: $400 of net earnings, the wage base, the cap, and nothing below zero."""

from decimal import Decimal

import pytest

from law.compensation import (
    compute_corporate_employer_maximum,
    compute_half_se_tax,
    compute_self_employed_compensation,
    compute_self_employed_employer_maximum,
    find_lowest_taxed_profit,
)
from law.limits import get_year_limits

LIMITS_2021 = get_year_limits(2021)  # wage base 142,800; section 401(a)(17) 290,000


@pytest.mark.parametrize(
    ("net_profit", "wages", "half"),
    [
        # 110,000 x 0.9235 = 101,585; x 15.3% / 2 = 7,771.2525
        ("110000.00", "0.00", "7771.25"),
        # 433.13 x 0.9235 = 399.9956: below $400, no tax
        ("433.13", "0.00", "0.00"),
        # 433.14 x 0.9235 = 400.0048; x 15.3% / 2 = 30.6004
        ("433.14", "0.00", "30.60"),
        # 200,000 x 0.9235 = 184,700; 12.4% of 142,800 = 17,707.20, 2.9% of 184,700 = 5,356.30; half 11,531.75
        ("200000.00", "0.00", "11531.75"),
        # wages leave 42,800 of the base: 5,307.20 + 5,356.30 = 10,663.50; half 5,331.75
        ("200000.00", "100000.00", "5331.75"),
        # wages use up the base: 2.9% only, half of 5,356.30
        ("200000.00", "142800.00", "2678.15"),
        ("200000.00", "500000.00", "2678.15"),
        ("-5000.00", "0.00", "0.00"),
    ],
)
def test_half_of_self_employment_tax(net_profit, wages, half):
    figure = compute_half_se_tax(
        net_profit=Decimal(net_profit), other_social_security_wages=Decimal(wages), limits=LIMITS_2021
    )
    assert figure.amount == Decimal(half)


def test_the_least_profit_that_is_taxed_is_the_first_whose_net_earnings_reach_four_hundred_dollars():
    assert str(find_lowest_taxed_profit()) == "433.14"  # 400 / 0.9235 = 433.1348...


@pytest.mark.parametrize(
    ("net_profit", "half_se_tax", "employer", "compensation"),
    [
        # 110,000 - 7,771.25 - 18,500 = 83,728.75
        ("110000.00", "7771.25", "18500.00", "83728.75"),
        ("100.00", "7.07", "92.93", "0.00"),
        ("100.00", "7.07", "92.92", "0.01"),
        ("100.00", "7.07", "92.94", "0.00"),
    ],
)
def test_earned_income_is_net_of_the_employer_contribution(net_profit, half_se_tax, employer, compensation):
    figure = compute_self_employed_compensation(
        net_profit=Decimal(net_profit), half_se_tax=Decimal(half_se_tax), employer=Decimal(employer)
    )
    assert figure.amount == Decimal(compensation)


@pytest.mark.parametrize(
    ("net_profit", "half_se_tax", "maximum"),
    [
        # (110,000 - 7,771.25) x 20% = 20,445.75
        ("110000.00", "7771.25", "20445.75"),
        # a quarter of 290,000 = 72,500, reached at 362,500 of net
        ("362500.00", "0.00", "72500.00"),
        ("362499.95", "0.00", "72499.99"),
        ("900000.00", "0.00", "72500.00"),
        ("100.00", "100.01", "0.00"),
        ("100.03", "0.00", "20.01"),  # 20.006
    ],
)
def test_the_self_employed_put_in_at_most_a_fifth(net_profit, half_se_tax, maximum):
    figure = compute_self_employed_employer_maximum(
        net_profit=Decimal(net_profit), half_se_tax=Decimal(half_se_tax), limits=LIMITS_2021
    )
    assert figure.amount == Decimal(maximum)


@pytest.mark.parametrize(
    ("compensation", "maximum"),
    [("100000.00", "25000.00"), ("290000.00", "72500.00"), ("290000.01", "72500.00"), ("0.02", "0.01")],
)
def test_a_corporation_puts_in_at_most_a_quarter_of_capped_wages(compensation, maximum):
    figure = compute_corporate_employer_maximum(compensation=Decimal(compensation), limits=LIMITS_2021)
    assert figure.amount == Decimal(maximum)
