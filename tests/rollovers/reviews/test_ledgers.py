"""The ledger from what is on record, what the sub-account still holds, and reasons for differences."""

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django_scopes import scope

from clients.models import Plan
from law.ledger import Fate
from law.words import Answer, MovementKind
from rollovers.management.commands.sample_firm import make_sample_firm
from rollovers.models import StatementAcknowledgement
from rollovers.reviews.ledgers import DifferenceChanged, acknowledge_difference, review_ledger
from rollovers.reviews.queries import get_plan_facts
from rollovers.reviews.subaccounts import list_deposits_after_statement, measure_subaccount
from tests.factories import (
    make_client,
    make_movement,
    make_plan,
    make_provisions,
    make_record,
    make_statement,
)
from tests.requests import issue, make_entry, make_ready_plan

DISTRIBUTION = MovementKind.DISTRIBUTION
ZERO = Decimal("0.00")


@pytest.fixture(autouse=True)
def in_scope(firm_a):
    with scope(firm=firm_a):
        yield


@pytest.fixture
def plan(firm_a):
    """A plan with its provisions and nothing moved."""
    plan = make_plan(client=make_client(firm=firm_a))
    make_provisions(plan=plan, unrecovered_basis_carried=Answer.NOT_VERIFIED)
    return plan


@pytest.fixture
def ready(firm_a):
    """$20,000.00 of basis and $20,812.37 of value on the statement of 12/31/2021."""
    return make_ready_plan(firm=firm_a)


def read_facts(plan):
    return get_plan_facts(firm=plan.firm, plan_id=plan.pk)


def review(plan):
    return review_ledger(firm=plan.firm, facts=read_facts(plan))


def measure(plan):
    held = measure_subaccount(facts=read_facts(plan))
    return held.basis, held.balance


def acknowledge(plan, statement, advisor, difference, reason="The recordkeeper rounds down."):
    return acknowledge_difference(
        firm=plan.firm,
        facts=read_facts(plan),
        statement=statement,
        difference=Decimal(difference),
        reason=reason,
        advisor=advisor,
    )


# --- From rows to the ledger ------------------------------------------------------------------------------


def test_a_plan_without_movements_or_years_has_an_empty_ledger(plan):
    found = review(plan)

    assert (found.ledger.years, found.statements, found.findings, found.unpaid) == ((), (), (), ())
    assert found.ledger.fate is Fate.HELD_APART


def test_a_year_without_deposits_on_record_counts_with_its_total_at_the_years_end(plan):
    make_record(plan=plan)

    [entry] = review(plan).ledger.entries

    assert entry.movement.date == datetime.date(2021, 12, 31)
    assert (entry.movement.is_dated, entry.movement.for_year) == (False, 2021)
    assert entry.basis == Decimal("20000.00")


def test_a_year_without_deposits_on_record_counts_on_the_day_of_its_last_deposit(plan):
    make_record(plan=plan, after_tax_date=datetime.date(2022, 1, 20))

    [entry] = review(plan).ledger.entries

    assert (entry.movement.date, entry.movement.is_dated) == (datetime.date(2022, 1, 20), True)


def test_deposits_on_record_take_the_place_of_the_years_total(plan):
    make_record(plan=plan)
    make_movement(plan=plan, amount=Decimal("12000.00"), movement_date=datetime.date(2021, 6, 1))
    make_movement(plan=plan, amount=Decimal("8000.00"), movement_date=datetime.date(2022, 1, 5))

    found = review(plan)

    assert [entry.movement.amount for entry in found.ledger.entries] == [
        Decimal("12000.00"),
        Decimal("8000.00"),
    ]
    assert found.findings == ()


def test_deposits_that_do_not_sum_to_the_years_record_are_told_with_the_way_out(plan):
    make_record(plan=plan)
    make_movement(plan=plan, amount=Decimal("15000.00"))
    make_statement(plan=plan)

    found = review(plan)

    [finding] = found.findings
    assert (finding.code, finding.year, finding.field) == ("V21", 2021, "after_tax")
    assert finding.message == (
        "The record of 2021 says $20,000.00 of after-tax contributions; the deposits on record come to $15,000.00."
    )
    assert finding.way_out == "Add the missing deposit, or correct the year."
    [statement] = found.statements
    assert statement.reconciliation.difference == Decimal("5000.00")
    assert statement.reconciliation.causes == (
        "It equals what the record of 2021 says was contributed, less the deposits on record.",
    )


def test_deposits_for_years_without_a_record_are_told_once(plan):
    make_movement(plan=plan)
    make_movement(plan=plan, movement_date=datetime.date(2022, 12, 1), year=2022)

    [finding] = review(plan).findings

    assert finding.message == "Deposits count for 2021, 2022, of which there is no record."
    assert finding.way_out == "Add the year 2021."


def test_a_paid_letter_is_compared_with_its_estimate_and_no_longer_waits(ready, ada):
    letter = issue(plan=ready, advisor=ada, entry=make_entry(amount=Decimal("10000.00")))
    assert [request.letter for request in review(ready).unpaid] == [letter]
    make_movement(
        plan=ready,
        kind=DISTRIBUTION,
        movement_date=datetime.date(2022, 1, 14),
        amount=Decimal("10000.00"),
        value_before=Decimal("20900.00"),
        letter_reference=letter.reference,
    )
    # 10,000.00 x 20,000.00 / 20,900.00 = 9,569.38 left; the recordkeeper booked the letter's 9,609.67.
    make_statement(
        plan=ready,
        statement_date=datetime.date(2022, 3, 31),
        basis=Decimal("10390.33"),
        value=Decimal("11000.00"),
    )

    found = review(ready)

    assert found.unpaid == ()
    assert found.statements[0].reconciliation.difference == Decimal("-40.29")
    assert found.statements[0].reconciliation.causes == (
        f"It equals the after-tax part that letter {letter.reference} estimated, $9,609.67, against the $9,569.38"
        " of the payment.",
    )


def test_a_letter_for_the_whole_subaccount_leaves_nothing_whatever_was_paid(ready, ada):
    letter = issue(plan=ready, advisor=ada)
    make_movement(
        plan=ready,
        kind=DISTRIBUTION,
        movement_date=datetime.date(2022, 1, 14),
        amount=Decimal("20500.00"),
        letter_reference=letter.reference,
    )

    found = review(ready).ledger

    assert (found.closing.basis, found.closing.balance) == (ZERO, ZERO)
    assert found.totals.losses == Decimal("312.37")


def test_the_plans_policy_decides_over_unrecovered_basis(firm_a):
    plan = make_plan(client=make_client(firm=firm_a))
    make_provisions(plan=plan, unrecovered_basis_carried=Answer.NO)
    make_movement(plan=plan)
    make_movement(
        plan=plan,
        kind=DISTRIBUTION,
        movement_date=datetime.date(2022, 1, 14),
        amount=Decimal("17000.00"),
        value_before=Decimal("17000.00"),
    )

    ledger = review(plan).ledger

    assert (ledger.fate, ledger.totals.set_aside) == (Fate.LOST, Decimal("3000.00"))


# --- What is still there ----------------------------------------------------------------------------------


def test_a_letter_waits_for_its_payment_only_until_it_is_recorded(ready, ada):
    letter = issue(plan=ready, advisor=ada, entry=make_entry(amount=Decimal("10000.00")))
    assert measure(ready) == (Decimal("10390.33"), Decimal("10812.37"))

    make_movement(
        plan=ready,
        kind=DISTRIBUTION,
        movement_date=datetime.date(2022, 1, 14),
        amount=Decimal("10000.00"),
        letter_reference=letter.reference,
    )

    assert measure(ready) == (Decimal("10390.33"), Decimal("10812.37"))


def test_a_payment_is_shared_at_the_value_just_before_it(ready):
    make_movement(
        plan=ready,
        kind=DISTRIBUTION,
        movement_date=datetime.date(2022, 1, 14),
        amount=Decimal("10000.00"),
        value_before=Decimal("20900.00"),
    )

    assert measure(ready) == (Decimal("10430.62"), Decimal("10900.00"))


def test_a_payment_on_the_statements_own_date_is_in_it_and_one_the_day_after_is_not(ready):
    make_movement(
        plan=ready, kind=DISTRIBUTION, movement_date=datetime.date(2021, 12, 31), amount=Decimal("1000.00")
    )
    assert measure(ready) == (Decimal("20000.00"), Decimal("20812.37"))

    make_movement(
        plan=ready, kind=DISTRIBUTION, movement_date=datetime.date(2022, 1, 1), amount=Decimal("20812.37")
    )
    assert measure(ready) == (ZERO, ZERO)


def test_a_returned_excess_after_the_statement_leaves_basis_and_value(ready):
    make_movement(
        plan=ready,
        kind=MovementKind.RETURNED_EXCESS,
        movement_date=datetime.date(2022, 2, 1),
        amount=Decimal("4000.00"),
        earnings=Decimal("-50.00"),
    )

    assert measure(ready) == (Decimal("16000.00"), Decimal("16862.37"))


def test_a_deposit_after_the_statement_is_told_and_not_counted(ready):
    make_movement(plan=ready, movement_date=datetime.date(2021, 12, 31), amount=Decimal("20000.00"))
    make_movement(plan=ready, movement_date=datetime.date(2022, 2, 1), amount=Decimal("700.00"), year=2022)

    assert measure(ready) == (Decimal("20000.00"), Decimal("20812.37"))
    [deposit] = list_deposits_after_statement(facts=read_facts(ready))
    assert (deposit.kind, deposit.amount) == (MovementKind.CONTRIBUTION, Decimal("700.00"))


def test_without_a_statement_nothing_is_measured(plan):
    make_movement(plan=plan)

    assert measure_subaccount(facts=read_facts(plan)) is None
    assert list_deposits_after_statement(facts=read_facts(plan)) == []


# --- Reasons for differences ------------------------------------------------------------------------------


def test_a_reason_stands_for_this_very_difference_only(plan, ada):
    make_movement(plan=plan)
    statement = make_statement(plan=plan, basis=Decimal("19999.99"))
    [open_one] = review(plan).statements
    assert (open_one.is_open, open_one.reconciliation.difference) == (True, Decimal("-0.01"))

    kept = acknowledge(plan, statement, ada, "-0.01")

    [known] = review(plan).statements
    assert (known.is_open, known.acknowledgement) == (False, kept)
    assert (kept.reason, kept.acknowledged_by) == ("The recordkeeper rounds down.", ada)

    statement.basis = Decimal("19999.98")
    statement.save()
    [changed] = review(plan).statements
    assert (changed.is_open, changed.acknowledgement) == (True, None)


def test_the_next_statement_with_the_same_difference_needs_no_reason_of_its_own(plan, ada):
    make_movement(plan=plan)
    first = make_statement(plan=plan, basis=Decimal("19999.99"))
    for date in (datetime.date(2022, 3, 31), datetime.date(2022, 6, 30)):
        make_statement(plan=plan, statement_date=date, basis=Decimal("19999.99"))
    assert [each.is_open for each in review(plan).statements] == [True, True, True]

    kept = acknowledge(plan, first, ada, "-0.01")

    assert [each.acknowledgement for each in review(plan).statements] == [kept, kept, kept]


@pytest.mark.parametrize("difference", ["-0.02", "0.01", "0.00"])
def test_what_is_not_the_difference_cannot_be_acknowledged(plan, ada, difference):
    make_movement(plan=plan)
    statement = make_statement(plan=plan, basis=Decimal("19999.99"))

    with pytest.raises(DifferenceChanged, match=r"-\$0\.01"):
        acknowledge(plan, statement, ada, difference)
    assert not StatementAcknowledgement.objects.exists()


def test_a_statement_that_agrees_has_nothing_to_acknowledge(plan, ada):
    make_movement(plan=plan)
    statement = make_statement(plan=plan)

    with pytest.raises(DifferenceChanged):
        acknowledge(plan, statement, ada, "0.00")


def test_a_reason_once_given_is_never_changed(plan, ada):
    make_movement(plan=plan)
    kept = acknowledge(plan, make_statement(plan=plan, basis=Decimal("19999.99")), ada, "-0.01")

    with pytest.raises(DatabaseError), transaction.atomic():
        StatementAcknowledgement.objects.filter(pk=kept.pk).update(reason="Another.")


# --- The sample firm's ten years, as docs/sample_firm.md tells them ----------------------------------------


def test_the_sample_clients_ten_years_come_to_what_the_docs_say(db):
    firm = make_sample_firm()
    with scope(firm=firm):
        found = review(Plan.objects.get(client__legal_name="Sample I. Tenyears"))

    totals = found.ledger.totals
    assert [row.year for row in found.ledger.years] == list(range(2016, 2026))
    assert (totals.contributions, totals.gain) == (Decimal("100000.00"), Decimal("980.00"))
    assert (totals.distributed_basis, totals.distributed_earnings) == (
        Decimal("89400.00"),
        Decimal("1520.00"),
    )
    assert found.ledger.unrecovered == Decimal("600.00")
    assert (found.ledger.closing.basis, found.ledger.closing.balance) == (
        Decimal("10000.00"),
        Decimal("10060.00"),
    )
    [cent] = [each for each in found.statements if each.is_open]
    assert (cent.row.statement_date, cent.reconciliation.difference) == (
        datetime.date(2021, 12, 31),
        Decimal("-0.01"),
    )
