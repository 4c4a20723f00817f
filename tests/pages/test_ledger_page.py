"""The ledger's page: ten years to read, statements to reconcile, payments to record."""

import datetime
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django_scopes import scope

from clients.models import Subaccount
from law.words import Answer, MovementKind
from rollovers.models import StatementAcknowledgement
from tests.factories import (
    make_client,
    make_movement,
    make_plan,
    make_provisions,
    make_record,
    make_statement,
)
from tests.reading import read_html
from tests.requests import issue, make_entry, make_ready_plan


@pytest.fixture(autouse=True)
def in_scope(firm_a):
    with scope(firm=firm_a):
        yield


@pytest.fixture
def plan(firm_a):
    """$20,000.00 in on 12/15/2021; the statement of 12/31 says a cent less of basis."""
    plan = make_plan(client=make_client(firm=firm_a))
    make_provisions(plan=plan, unrecovered_basis_carried=Answer.NOT_VERIFIED)
    make_movement(plan=plan)
    make_record(plan=plan)
    return plan


@pytest.fixture
def statement(plan):
    return make_statement(plan=plan, basis=Decimal("19999.99"))


def open_page(browser, plan, query=""):
    return browser.get(reverse("ledger_page", args=[plan.pk]) + query)


def read_words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).replace("&shy;", "").split())


def post_reason(browser, statement, **typed):
    return browser.post(
        reverse("statement_acknowledge", args=[statement.pk]),
        {"difference": "-0.01", "reason": "The recordkeeper rounds down."} | typed,
    )


def test_a_year_tells_its_entries_its_balances_and_its_arithmetic(ada_client, plan, statement):
    words = read_words(open_page(ada_client, plan))

    assert (
        "December 15, 2021: contribution for 2021 Then basis 20,000.00, value 20,000.00 +20,000.00" in words
    )
    assert "December 31, 2021: statement Then basis 20,000.00, value 20,812.37 gain 812.37" in words
    assert "Closing basis of 2021 $20,000.00" in words
    assert "All years – none – none 20,000.00 812.37" in words


def test_an_empty_ledger_offers_the_first_contribution(ada_client, firm_a):
    plan = make_plan(client=make_client(firm=firm_a))

    response = open_page(ada_client, plan)

    assert "The ledger begins with the first after-tax contribution." in response.text
    assert reverse("movement_new", args=[plan.pk]) in response.text


def test_a_partial_distribution_shows_both_parts(ada_client, plan):
    make_movement(
        plan=plan,
        kind=MovementKind.DISTRIBUTION,
        movement_date=datetime.date(2022, 1, 14),
        amount=Decimal("10000.00"),
        value_before=Decimal("20812.37"),
    )

    words = read_words(open_page(ada_client, plan))

    assert "distribution Basis 9,609.67, earnings 390.33; gain shown 812.37" in words


def test_a_returned_excess_shows_what_went_with_it(ada_client, plan):
    make_movement(
        plan=plan,
        kind=MovementKind.RETURNED_EXCESS,
        movement_date=datetime.date(2022, 3, 1),
        amount=Decimal("4000.00"),
        earnings=Decimal("-120.00"),
    )

    words = read_words(open_page(ada_client, plan))

    assert "March 1, 2022: returned excess of 2021 Contributions 4,000.00, loss 120.00" in words
    assert "−3,880.00" in words


def test_an_open_carry_shows_both_outcomes_and_whom_to_ask(ada_client, plan):
    make_movement(
        plan=plan,
        kind=MovementKind.DISTRIBUTION,
        movement_date=datetime.date(2022, 1, 14),
        amount=Decimal("17000.00"),
        value_before=Decimal("17000.00"),
    )
    make_movement(plan=plan, movement_date=datetime.date(2022, 6, 1), amount=Decimal("10000.00"), year=2022)
    make_statement(
        plan=plan,
        statement_date=datetime.date(2022, 12, 31),
        basis=Decimal("10000.00"),
        value=Decimal("11000.00"),
    )

    words = read_words(open_page(ada_client, plan))

    assert "Not carried Basis 10,000.00 Earnings 1,000.00 Carried Basis 11,000.00 Earnings 0.00" in words
    assert "confirm it with the plan's document or a CPA" in words
    assert "Basis left without a dollar: 3,000.00, held apart, not counted" in words


def test_a_letter_that_is_not_paid_yet_offers_to_record_its_payment(ada_client, firm_a, ada):
    plan = make_ready_plan(firm=firm_a)
    letter = issue(plan=plan, advisor=ada, entry=make_entry(amount=Decimal("10000.00")))

    text = open_page(ada_client, plan).text

    assert "Asked for, payment not recorded yet" in text
    link = f"/movements/new/?kind=distribution&amp;reference={letter.reference}&amp;date=2022-01-14&amp;amount=10000.00"
    assert link in text


def test_deposits_that_do_not_sum_to_the_year_are_told_with_a_link(ada_client, plan):
    make_movement(plan=plan, amount=Decimal("500.00"))

    response = open_page(ada_client, plan)

    assert "the deposits on record come to $20,500.00." in response.text
    [year] = plan.contribution_records.all()
    assert f'href="{reverse("year_edit", args=[year.pk])}#id_after_tax"' in response.text


def test_deposits_for_a_year_without_a_record_lead_to_a_new_year(ada_client, plan):
    make_movement(plan=plan, movement_date=datetime.date(2022, 12, 1), year=2022)

    response = open_page(ada_client, plan)

    assert f'<a href="{reverse("year_new", args=[plan.pk])}">Add the year 2022.</a>' in response.text


def test_a_spouse_has_a_ledger_of_their_own(ada_client, firm_a, plan):
    spouse = make_client(firm=firm_a, legal_name="Robin Tate")
    subaccount = Subaccount.objects.create(
        firm=firm_a, plan=plan, participant=spouse, title="Robin's after-tax", account_number="AT-78"
    )
    make_movement(plan=plan, subaccount=subaccount, amount=Decimal("777.00"))

    response = open_page(ada_client, plan, f"?participant={spouse.pk}")

    assert "Robin Tate" in response.text
    assert "777.00" in response.text
    assert "20,000.00" not in response.text
    assert f"{reverse('movement_new', args=[plan.pk])}?participant={spouse.pk}" in response.text


@pytest.mark.parametrize("query", ["?participant=987654", "?participant=x"])
def test_who_takes_no_part_in_the_plan_is_not_found(ada_client, plan, query):
    assert open_page(ada_client, plan, query).status_code == 404


def test_a_reason_is_kept_and_shown_with_who_gave_it(ada_client, ada, plan, statement):
    text = read_html(open_page(ada_client, plan))
    assert "the statement&#x27;s basis is $0.01 less" in text or "the statement's basis is $0.01 less" in text

    response = post_reason(ada_client, statement)

    assert response.url == f"{reverse('ledger_page', args=[plan.pk])}#statements"
    kept = StatementAcknowledgement.objects.get()
    assert (kept.basis_difference, kept.acknowledged_by) == (Decimal("-0.01"), ada)
    words = read_words(open_page(ada_client, plan))
    assert "“The recordkeeper rounds down.” Ada Lovelace" in words
    assert "Correct what is wrong" not in words


def test_without_a_reason_nothing_is_kept_and_the_field_says_so(ada_client, plan, statement):
    response = post_reason(ada_client, statement, reason=" ")

    assert response.status_code == 422
    assert f'href="#id_{statement.pk}_reason">Say why the difference may stand.' in response.text
    assert "<title>Error:" in response.text
    assert not StatementAcknowledgement.objects.exists()


def test_a_refused_reason_is_still_in_its_field(ada_client, plan, statement):
    typed = "x" * 301

    response = post_reason(ada_client, statement, reason=typed)

    assert response.status_code == 422
    assert typed in response.text


def test_a_difference_that_has_changed_since_is_not_acknowledged(ada_client, plan, statement):
    response = post_reason(ada_client, statement, difference="-0.02")

    assert "the difference is -$0.01 now" in ada_client.get(response.url).text
    assert not StatementAcknowledgement.objects.exists()


def test_a_spouses_reason_leads_back_to_the_spouses_ledger(ada_client, firm_a, plan):
    spouse = make_client(firm=firm_a, legal_name="Robin Tate")
    subaccount = Subaccount.objects.create(
        firm=firm_a, plan=plan, participant=spouse, title="Robin's after-tax", account_number="AT-78"
    )
    make_movement(plan=plan, subaccount=subaccount)
    statement = subaccount.statements.create(
        firm=firm_a,
        statement_date=datetime.date(2021, 12, 31),
        basis=Decimal("19999.99"),
        value=Decimal("20000.00"),
        source_document="Statement",
    )

    response = post_reason(ada_client, statement)

    assert response.url == f"{reverse('ledger_page', args=[plan.pk])}?participant={spouse.pk}#statements"


def test_a_read_only_colleague_reads_the_ledger_and_changes_nothing(ben_client, plan, statement):
    text = open_page(ben_client, plan).text

    assert "20,812.37" in text
    assert "Acknowledge" not in text
    assert reverse("movement_new", args=[plan.pk]) not in text
    assert post_reason(ben_client, statement).status_code == 403


def test_another_firms_ledger_and_statement_are_not_found(boris_client, plan, statement):
    assert open_page(boris_client, plan).status_code == 404
    assert post_reason(boris_client, statement).status_code == 404
