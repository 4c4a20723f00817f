"""Statements against the ledger: each cause of a difference, and what is near it."""

from decimal import Decimal

import pytest

from law.reconciliation import reconcile_statements
from law.words import Answer, MovementKind
from tests.law.ledgers import CONTRIBUTED, keep, keep_moves, move, read_cases


def reconcile(case):
    unrecorded = {int(year): Decimal(amount) for year, amount in case.get("unrecorded", {}).items()}
    return reconcile_statements(ledger=keep(case), unrecorded=unrecorded)


@pytest.mark.parametrize("case", read_cases("case"))
def test_a_ledgers_statements_differ_as_worked_by_hand(case):
    if "differences" in case:
        assert [str(each.difference) for each in reconcile(case)] == case["differences"]
    if "causes" in case:
        assert [list(each.causes) for each in reconcile(case)] == case["causes"]


@pytest.mark.parametrize("case", read_cases("reconciliation"))
def test_a_difference_is_told_to_the_cent_with_its_likely_cause(case):
    found = reconcile(case)

    assert [str(each.difference) for each in found] == case["differences"]
    assert [each.is_unchanged for each in found] == case["unchanged"]
    assert [list(each.causes) for each in found] == case["causes"]


@pytest.mark.parametrize(
    ("date", "amount", "basis", "cause"),
    [
        ("2021-12-31", "70.00", "1000.00", "December 31, 2021: the statement may not show it yet."),
        ("2022-01-01", "70.00", "1070.00", "January 1, 2022: the statement may already show it."),
        ("2022-01-10", "70.00", "1070.00", "January 10, 2022: the statement may already show it."),
        ("2022-01-11", "70.00", "1070.00", ""),
        ("2021-12-31", "70.00", "1140.00", ""),
        ("2022-01-01", "70.00", "1069.99", ""),
        ("2022-01-01", "70.00", "930.00", ""),
    ],
)
def test_a_contribution_explains_a_difference_of_its_amount_on_its_side(date, amount, basis, cause):
    ledger = keep_moves(
        CONTRIBUTED,
        move(MovementKind.STATEMENT, "2021-12-31", "1000.00", basis=basis),
        move(MovementKind.CONTRIBUTION, date, amount),
    )
    wanted = (f"It equals the contribution of $70.00 dated {cause}",) if cause else ()
    assert reconcile_statements(ledger=ledger)[0].causes == wanted


@pytest.mark.parametrize(
    ("date", "is_dated", "basis", "is_named"),
    [
        ("2021-12-31", False, "1070.00", True),
        ("2021-12-01", False, "1070.00", True),
        ("2021-11-30", False, "1000.00", False),
        ("2021-12-31", True, "1070.00", False),
        ("2022-12-31", False, "1070.00", False),
    ],
)
def test_a_contribution_without_a_date_explains_a_statement_of_its_year(date, is_dated, basis, is_named):
    ledger = keep_moves(
        CONTRIBUTED,
        move(MovementKind.STATEMENT, "2021-11-30", "1000.00", basis=basis),
        move(MovementKind.CONTRIBUTION, date, "70.00", for_year=2021, is_dated=is_dated),
    )
    named = "It equals the $70.00 contributed for 2021, whose date is not recorded."
    assert (named in reconcile_statements(ledger=ledger)[0].causes) is is_named


def test_a_statement_that_agrees_has_no_cause_and_shows_both_sides():
    ledger = keep_moves(CONTRIBUTED, move(MovementKind.STATEMENT, "2021-12-31", "1050.00", basis="1000.00"))
    [agrees] = reconcile_statements(ledger=ledger)
    assert (agrees.ledger_basis, agrees.difference, agrees.gain, agrees.causes, agrees.is_unchanged) == (
        Decimal("1000.00"),
        Decimal("0.00"),
        Decimal("50.00"),
        (),
        False,
    )


def test_another_difference_is_not_the_same_one():
    ledger = keep_moves(
        CONTRIBUTED,
        move(MovementKind.STATEMENT, "2021-10-31", "1000.00", basis="990.00"),
        move(MovementKind.STATEMENT, "2021-11-30", "1000.00", basis="980.00"),
        move(MovementKind.STATEMENT, "2021-12-31", "1000.00", basis="980.00"),
    )
    first, second, third = reconcile_statements(ledger=ledger)
    assert (first.causes, second.causes) == ((), ())
    assert third.causes == ("The same difference as on November 30, 2021: nothing new.",)


def test_unrecovered_basis_explains_only_what_it_was_at_the_statement():
    ledger = keep_moves(
        CONTRIBUTED,
        move(MovementKind.DISTRIBUTION, "2021-07-01", "400.00", value_before="400.00"),
        move(MovementKind.CONTRIBUTION, "2021-08-01", "100.00"),
        move(MovementKind.STATEMENT, "2021-08-31", "100.00", basis="700.00"),
        move(MovementKind.DISTRIBUTION, "2021-09-01", "50.00", value_before="50.00"),
        carried=Answer.NO,
    )
    assert "It equals the unrecovered basis: the recordkeeper seems to carry it." in (
        reconcile_statements(ledger=ledger)[0].causes
    )
    # Twice in one year: 600 and 50 were left without a dollar.
    assert ledger.years[0].unrecovered == Decimal("650.00")
