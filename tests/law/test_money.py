"""Money to the cent: what is an amount, how one is rounded, and how it reads."""

from decimal import Decimal

import pytest

from law.money import (
    NotAnAmount,
    count_cents,
    divide_half_up,
    from_cents,
    parse_amount,
    pro_rata,
    round_to_cents,
    write_amount,
    write_dollars,
)


@pytest.mark.parametrize("text", ["0.00", "0.01", "20812.37", "-500.00", "999999999999.99"])
def test_an_amount_is_read_to_the_cent(text):
    assert str(parse_amount(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.0",
        "1.000",
        "1e2",
        "1,000.00",
        "+1.00",
        " 1.00",
        "1.00\n",
        "١.00",
        "1000000000000.00",
        1.0,
        None,
    ],
)
def test_anything_else_is_refused_with_an_example(text):
    with pytest.raises(NotAnAmount) as refused:
        parse_amount(text)
    assert str(refused.value) == 'Write the amount as a string with two decimals, like "20812.37".'


def test_a_negative_zero_is_refused():
    with pytest.raises(NotAnAmount) as refused:
        parse_amount("-0.00")
    assert str(refused.value) == 'Write zero as "0.00".'


@pytest.mark.parametrize(
    ("dollars", "cents"), [("0.00", 0), ("0.01", 1), ("-0.01", -1), ("1.5", 150), ("20812.37", 2_081_237)]
)
def test_dollars_are_counted_in_cents_and_back(dollars, cents):
    assert count_cents(Decimal(dollars)) == cents
    assert from_cents(cents) == Decimal(dollars)
    assert from_cents(cents).as_tuple().exponent == -2


def test_a_fraction_of_a_cent_cannot_be_counted():
    with pytest.raises(NotAnAmount) as refused:
        count_cents(Decimal("1.005"))
    assert str(refused.value) == "1.005 is not in whole cents."


@pytest.mark.parametrize(
    ("numerator", "denominator", "nearest"),
    [
        (1, 3, 0),
        (2, 3, 1),
        (1, 2, 1),
        (-1, 2, -1),
        (-1, 3, 0),
        (3, 2, 2),
        (49, 100, 0),
        (50, 100, 1),
        (4, 2, 2),
    ]
    + [(0, 5, 0), (2, 5, 0), (3, 5, 1), (-7, 2, -4), (10**40 + 1, 2, 5 * 10**39 + 1), (1, 1, 1)],
)
def test_halves_go_away_from_zero(numerator, denominator, nearest):
    assert divide_half_up(numerator, denominator) == nearest


@pytest.mark.parametrize(
    ("exact", "cents"),
    [
        ("0.004", "0.00"),
        ("0.005", "0.01"),
        ("0.0049999", "0.00"),
        ("-0.005", "-0.01"),
        ("-0.004", "0.00"),
        ("2.675", "2.68"),
        ("1", "1.00"),
        ("1.2", "1.20"),
        ("1.25", "1.25"),
        ("1E+2", "100.00"),
        ("7771.25250", "7771.25"),
    ],
)
def test_an_exact_amount_is_rounded_once_to_cents(exact, cents):
    assert str(round_to_cents(Decimal(exact))) == cents


@pytest.mark.parametrize("text", ["NaN", "Infinity"])
def test_what_is_not_a_number_is_not_rounded(text):
    with pytest.raises(NotAnAmount) as refused:
        round_to_cents(Decimal(text))
    assert str(refused.value) == f"{text} is not a number."


@pytest.mark.parametrize(
    ("amount", "part", "whole", "share"),
    [
        ("10000.00", "20000.00", "20812.37", "9609.67"),  # 10,000 x 20,000 / 20,812.37 = 9,609.6696...
        ("0.01", "1.00", "2.00", "0.01"),  # half a cent
        ("0.01", "0.99", "2.00", "0.00"),
        ("3.00", "1.00", "3.00", "1.00"),
        ("5.00", "5.00", "5.00", "5.00"),
    ],
)
def test_a_share_is_rounded_half_up(amount, part, whole, share):
    assert pro_rata(amount=Decimal(amount), part=Decimal(part), whole=Decimal(whole)) == Decimal(share)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0.00", "$0.00"),
        ("20812.37", "$20,812.37"),
        ("-500.00", "-$500.00"),
        ("-0.01", "-$0.01"),
        ("0.99", "$0.99"),
    ],
)
def test_dollars_read_as_a_person_writes_them(amount, written):
    assert write_dollars(Decimal(amount)) == written


@pytest.mark.parametrize(
    ("amount", "written"),
    [("0.00", "0.00"), ("20812.37", "20,812.37"), ("-1500.00", "-1,500.00"), ("0.05", "0.05")],
)
def test_in_a_table_the_dollar_is_understood(amount, written):
    assert write_amount(Decimal(amount)) == written
