"""A figure's arithmetic as data: what its terms come to, and how its numbers are written."""

from decimal import Decimal

import pytest

from law.figures import Operation, Rounding, Term, start, work_out, write_figure


def evaluate(*terms, rounding=Rounding.NONE, never_below_zero=False):
    return work_out(
        "A figure",
        *(
            Term(label="a term", amount=Decimal(amount), operation=Operation(operation))
            for operation, amount in terms
        ),
        citation="IRC 72",
        rounding=rounding,
        never_below_zero=never_below_zero,
    ).amount


@pytest.mark.parametrize(
    ("operation", "amount", "outcome"),
    [("+", "3", "13"), ("-", "3", "7"), ("x", "3", "30"), ("/", "4", "2.5"), ("", "3", "3")]
    + [
        ("lesser of", "9", "9"),
        ("lesser of", "11", "10"),
        ("greater of", "9", "10"),
        ("greater of", "11", "11"),
    ],
)
def test_a_term_acts_on_what_came_before_it(operation, amount, outcome):
    assert evaluate(("", "10"), (operation, amount)) == Decimal(outcome)


def test_terms_are_taken_from_left_to_right():
    # (1,000 + 200) x 0.25 / 3, lesser of 90, less 0.5
    assert evaluate(
        ("", "1000"), ("+", "200"), ("x", "0.25"), ("/", "3"), ("lesser of", "90"), ("-", "0.5")
    ) == Decimal("89.5")


def test_no_terms_come_to_nothing():
    assert evaluate() == 0


@pytest.mark.parametrize(
    ("rounding", "terms", "outcome"),
    [
        (Rounding.CENTS, [("", "2"), ("/", "3")], "0.67"),
        (Rounding.CENTS, [("", "0.005")], "0.01"),
        (Rounding.CENTS, [("", "0.0049")], "0.00"),
        (Rounding.CENTS, [("", "-0.005")], "-0.01"),
        (Rounding.THOUSANDTHS, [("", "7000"), ("/", "19000")], "0.368"),
        (Rounding.THOUSANDTHS, [("", "0.0005")], "0.001"),
        (Rounding.FLOOR, [("", "7"), ("/", "2")], "3"),
        (Rounding.FLOOR, [("", "8"), ("/", "2")], "4"),
        (Rounding.NONE, [("", "1"), ("/", "8")], "0.125"),
    ],
)
def test_the_outcome_is_rounded_as_said(rounding, terms, outcome):
    assert str(evaluate(*terms, rounding=rounding)) == outcome


def test_a_thirds_rounding_is_never_done_twice():
    # 0.00499... of three terms: rounded at each step it would come to a cent.
    assert evaluate(("", "0.0149"), ("/", "3"), rounding=Rounding.CENTS) == Decimal("0.00")


def test_only_where_said_is_a_negative_outcome_zero():
    assert evaluate(("", "1"), ("-", "3")) == Decimal(-2)
    assert evaluate(("", "1"), ("-", "3"), never_below_zero=True) == 0
    assert evaluate(("", "3"), ("-", "1"), never_below_zero=True) == 2


@pytest.mark.parametrize(
    ("amount", "is_ratio", "written"),
    [
        ("20812.37", False, "20,812.37"),
        ("1234567", False, "1,234,567.00"),
        ("1E+3", False, "1,000.00"),
        ("0.1", False, "0.10"),
        ("-1500.5", False, "-1,500.50"),
        ("7771.25250", False, "7,771.2525"),
        ("0.009", False, "0.009"),
        ("0.9235", True, "0.9235"),
        ("0.20", True, "0.20"),
        ("1234", True, "1234"),
    ],
)
def test_a_number_is_written_in_full(amount, is_ratio, written):
    assert write_figure(amount=Decimal(amount), is_ratio=is_ratio) == written
    assert Term(label="a term", amount=Decimal(amount), is_ratio=is_ratio).written == written
    figure = work_out(
        "A figure", start("a term", Decimal(amount), is_ratio=is_ratio), citation="IRC 72", is_ratio=is_ratio
    )
    assert figure.written == written


def test_a_number_is_dollars_unless_it_is_said_to_be_a_ratio():
    assert write_figure(amount=Decimal("1234")) == "1,234.00"
