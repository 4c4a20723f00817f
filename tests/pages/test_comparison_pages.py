"""The comparison of the ways out of a sub-account, and Form 8606 of a client."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django_scopes import scope

from clients.models import Subaccount
from law.words import Answer
from tests.factories import make_client, make_ira_balance, make_plan, make_provisions, make_statement
from tests.posts import BAD_AMOUNTS
from tests.reading import read_html

FRAGMENT = {"HX-Request": "true", "HX-Target": "comparison"}


@pytest.fixture
def plan_a(firm_a):
    """The $812.37 of G2, at 24% and 4.95%."""
    client = make_client(firm=firm_a, federal_rate=Decimal("24.00"), state_rate=Decimal("4.95"))
    plan = make_plan(client=client)
    make_provisions(plan=plan)
    make_statement(plan=plan)
    return plan


def compare(browser, plan, headers=None, **typed):
    return browser.get(reverse("compare_page", args=[plan.pk]), typed, headers=headers or {})


def read_errors(response, field):
    return [str(error) for error in response.context["form"].errors.get(field, [])]


# --- The comparison ------------------------------------------------------------------------------------------------


def test_the_ways_stand_side_by_side_with_their_tax(ada_client, plan_a):
    page = compare(ada_client, plan_a)
    assert page.status_code == 200
    for words in ("All to a Roth IRA", "Split", "A part to a Roth IRA", "In-plan Roth rollover", "Wait"):
        assert f">{words}</h3>" in page.text
    assert "$235.18" in page.text
    assert page.text.count("Recommended") == 1


def test_the_recommended_way_is_said_in_words_with_its_reason(ada_client, plan_a):
    page = compare(ada_client, plan_a)
    assert "Split: the earnings of $812.37 go to a traditional IRA and nothing is taxable now" in page.text
    assert 'id="way-split">Split</h3> <p><span class="tag good">Recommended</span></p>' in read_html(page)


def test_a_small_part_is_worked_out_as_in_g4(ada_client, plan_a):
    page = compare(ada_client, plan_a, growth_rate="6", amount="10,000")
    assert "9,609.67 after-tax, 390.33 pretax" in read_html(page)
    assert "$10,812.37" in page.text


def test_only_the_fragment_answers_what_asks_for_it(ada_client, plan_a):
    page = compare(ada_client, plan_a, headers=FRAGMENT, growth_rate="6")
    assert page.text.lstrip().startswith('<section class="section" id="comparison"')
    assert "<html" not in page.text


@pytest.mark.parametrize("typed", BAD_AMOUNTS, ids=ascii)
@pytest.mark.parametrize("field", ["amount", "contribution", "growth_rate", "later_rate"])
def test_what_cannot_be_read_is_told_at_its_field_and_kept(ada_client, plan_a, field, typed):
    page = compare(ada_client, plan_a, **({"growth_rate": "6"} | {field: typed}))
    assert page.status_code == 422
    assert read_errors(page, field)
    assert page.context["form"][field].value() == typed
    assert "<title>Error: " in page.text


def test_an_invalid_fragment_answers_200_and_names_the_field(ada_client, plan_a):
    page = compare(ada_client, plan_a, headers=FRAGMENT, growth_rate="much")
    assert page.status_code == 200
    assert (
        '<a href="#id_growth_rate">Growth a year: Enter a percentage from 0 to 100, like 24 or 9.3.</a>'
        in page.text
    )


@pytest.mark.parametrize(
    ("typed", "says"),
    [("20812.37", []), ("20812.38", ["Enter at most 20,812.37."]), ("0", ["Enter an amount above zero."])],
)
def test_a_part_is_above_zero_and_no_more_than_the_sub_account(ada_client, plan_a, typed, says):
    page = compare(ada_client, plan_a, growth_rate="6", amount=typed)
    assert read_errors(page, "amount") == says
    assert page.status_code == (422 if says else 200)


def test_an_empty_growth_rate_is_asked_for(ada_client, plan_a):
    assert read_errors(compare(ada_client, plan_a, growth_rate=""), "growth_rate") == [
        "Enter a growth rate, like 6."
    ]


def test_the_in_plan_way_is_shown_with_the_reason_why_it_is_not_available(ada_client, firm_a):
    plan = make_plan(client=make_client(firm=firm_a))
    make_provisions(plan=plan, in_plan_roth_rollover=Answer.NO)
    make_statement(plan=plan)
    page = compare(ada_client, plan)
    assert "The plan does not allow an in-plan Roth rollover." in page.text
    assert "Not available" in page.text


def test_without_a_statement_one_action_is_offered(ada_client, firm_a):
    plan = make_plan(client=make_client(firm=firm_a))
    page = compare(ada_client, plan)
    assert "There is no statement of the after-tax sub-account yet" in page.text
    assert reverse("statement_new", args=[plan.pk]) in page.text


def test_without_separate_accounting_the_whole_plan_is_pro_rated_and_v01_is_shown(ada_client, firm_a):
    plan = make_plan(client=make_client(firm=firm_a))
    make_provisions(plan=plan, separate_accounting=Answer.NO)
    make_statement(plan=plan, value=Decimal("20000.00"), plan_balance=Decimal("250000.00"))
    page = compare(ada_client, plan)
    assert "pro-rated over the whole plan of <span" in read_html(page)
    assert '<span class="finding-code">V01</span>' in page.text
    # 20,000 x 20,000 / 250,000 = 1,600 after-tax, 18,400 pretax.
    assert "1,600.00 after-tax, 18,400.00 pretax" in read_html(page)


def test_without_the_whole_plans_balance_there_is_nothing_to_compare(ada_client, firm_a):
    plan = make_plan(client=make_client(firm=firm_a))
    make_provisions(plan=plan, separate_accounting=Answer.NO)
    make_statement(plan=plan)
    assert "Enter the whole plan&#x27;s balance in the statement" in compare(ada_client, plan).text


def test_a_spouse_is_compared_with_a_statement_of_their_own(ada_client, firm_a, plan_a):
    spouse = make_client(firm=firm_a, legal_name="Jonas Tate")
    with scope(firm=firm_a):
        Subaccount.objects.create(
            firm=firm_a, plan=plan_a, participant=spouse, title="After-tax of Jonas", account_number="J-1"
        )
    page = compare(ada_client, plan_a, participant=str(spouse.pk))
    assert f'<input type="hidden" name="participant" value="{spouse.pk}">' in page.text
    assert "There is no statement of the after-tax sub-account yet" in page.text


@pytest.mark.parametrize("typed", ["0", "x", "٣", "-1", "9" * 40])
def test_who_takes_no_part_in_the_plan_is_not_found(ada_client, plan_a, typed):
    assert compare(ada_client, plan_a, participant=typed).status_code == 404


def test_another_firms_plan_is_not_found(boris_client, plan_a):
    assert compare(boris_client, plan_a).status_code == 404


def test_who_may_only_read_sees_the_comparison_and_no_way_to_choose(ada_client, ben_client, plan_a):
    page = compare(ben_client, plan_a)
    assert page.status_code == 200
    assert "> Choose<span" not in read_html(page)
    assert "> Choose<span" in read_html(compare(ada_client, plan_a))


# --- Form 8606 -----------------------------------------------------------------------------------------------------


def show_form(browser, client, **query):
    return browser.get(reverse("form_8606_page", args=[client.pk]), query)


def test_the_form_is_shown_by_both_routes_with_the_cure(ada_client, firm_a):
    client = make_client(firm=firm_a)
    amounts = {"value": Decimal("12000.00"), "basis": Decimal("7000.00"), "conversions": Decimal("7000.00")}
    make_ira_balance(client=client, **amounts)
    page = show_form(ada_client, client)
    for figure in (
        "2,578.95",
        "4,421.05",
        "2,576.00",
        "4,424.00",
        "0.368",
        "$12,000.00",
        "December 31, 2021",
    ):
        assert figure in page.text
    assert "confirm" in page.text.lower()


def test_a_year_is_chosen_and_one_not_on_record_shows_the_latest(ada_client, firm_a):
    client = make_client(firm=firm_a)
    make_ira_balance(client=client, year=2020, value=Decimal("111.00"))
    make_ira_balance(client=client, year=2021, value=Decimal("222.00"))
    assert "Form 8606 of 2020" in show_form(ada_client, client, year="2020").text
    for typed in ("1999", "x", ""):
        assert "Form 8606 of 2021" in show_form(ada_client, client, year=typed).text


def test_without_an_ira_the_page_says_so(ada_client, firm_a):
    assert "No IRA balance is on record yet." in show_form(ada_client, make_client(firm=firm_a)).text


def test_another_firms_form_is_not_found_and_who_may_only_read_sees_it(boris_client, ben_client, firm_a):
    client = make_client(firm=firm_a)
    balance = make_ira_balance(client=client)
    assert show_form(boris_client, client).status_code == 404
    page = show_form(ben_client, client)
    assert page.status_code == 200
    assert reverse("ira_balance_edit", args=[balance.pk]) not in page.text
