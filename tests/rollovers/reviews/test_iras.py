"""A client's IRAs judged: pretax money over all kinds, and whether the plan takes it."""

import datetime
from decimal import Decimal

import pytest
from django_scopes import scope

from clients.queries import list_ira_balances
from law.words import Answer, Way
from rollovers.reviews.comparisons import ComparisonSettings, compare_plan, find_contribution_limit
from rollovers.reviews.iras import find_ira_position, read_acceptance, review_iras, value_pretax_iras
from rollovers.reviews.queries import get_plan_facts
from tests.factories import make_client, make_ira_balance, make_plan, make_provisions, make_statement

TODAY = datetime.date(2026, 11, 24)


@pytest.fixture
def firm(firm_a):
    with scope(firm=firm_a):
        yield firm_a


def find_facts(plan):
    return get_plan_facts(firm=plan.firm, plan_id=plan.pk)


def test_pretax_money_is_the_value_less_the_basis_carried_over_all_kinds(firm):
    client = make_client(firm=firm)
    plan = make_plan(client=client)
    make_ira_balance(client=client, year=2020, value=Decimal("99999.00"))
    amounts = {"value": Decimal("12000.00"), "basis": Decimal("7000.00"), "conversions": Decimal("7000.00")}
    make_ira_balance(client=client, **amounts)
    # G14 carries 4,421.05 of basis: 12,000 - 4,421.05.
    assert value_pretax_iras(facts=find_facts(plan)) == Decimal("7578.95")
    make_ira_balance(client=client, kind="sep", value=Decimal("1000.00"))
    # 7,000 x 7,000 / 20,000 = 2,450; carried 4,550; 13,000 - 4,550.
    assert value_pretax_iras(facts=find_facts(plan)) == Decimal("8450.00")


def test_basis_of_one_kind_counts_against_the_value_of_another(firm):
    client = make_client(firm=firm)
    plan = make_plan(client=client)
    make_ira_balance(client=client, value=Decimal("0.00"), basis=Decimal("3000.00"))
    make_ira_balance(client=client, kind="simple", value=Decimal("5000.00"))
    assert value_pretax_iras(facts=find_facts(plan)) == Decimal("2000.00")


def test_without_iras_there_is_no_pretax_money(firm):
    facts = find_facts(make_plan(client=make_client(firm=firm)))
    assert value_pretax_iras(facts=facts) == 0
    assert find_ira_position(facts=facts).basis == 0


def test_one_plan_that_takes_ira_money_is_enough_and_all_must_refuse_for_a_no(firm):
    client = make_client(firm=firm)

    def make_facts(answer):
        plan = make_plan(client=client)
        make_provisions(plan=plan, ira_rollovers_accepted=answer)
        return find_facts(plan)

    yes, no, unknown = (make_facts(answer) for answer in Answer)
    assert read_acceptance(plans=[no, yes, unknown]) is Answer.YES
    assert read_acceptance(plans=[no, no]) is Answer.NO
    assert read_acceptance(plans=[no, unknown]) is Answer.NOT_VERIFIED
    assert read_acceptance(plans=[]) is Answer.NOT_VERIFIED


def test_a_simple_ira_of_that_year_is_warned_of(firm):
    client = make_client(firm=firm)
    make_ira_balance(client=client, year=2021)
    make_ira_balance(client=client, year=2020, kind="simple")
    balances = list(list_ira_balances(firm=firm, client=client))

    def count_notes(year):
        review = review_iras(balances=balances, year=year, accepted=Answer.YES, today=TODAY)
        return sum("SIMPLE" in note for note in review.cure.notes)

    assert (count_notes(2021), count_notes(2020)) == (0, 1)


def test_the_limit_of_the_year_is_offered_with_the_catch_up_from_50(firm):
    def find(birth_year, today=TODAY):
        client = make_client(firm=firm, birth_date=datetime.date(birth_year, 12, 31))
        return find_contribution_limit(facts=find_facts(make_plan(client=client)), today=today)

    assert find(1977) == Decimal("7500.00")
    assert find(1976) == Decimal("8600.00")
    assert find(1976, today=datetime.date(2027, 1, 1)) is None


def test_the_later_rate_is_todays_unless_the_planner_sets_one(firm):
    client = make_client(firm=firm, federal_rate=Decimal("24.00"), state_rate=Decimal("4.95"))
    plan = make_plan(client=client)
    make_provisions(plan=plan)
    make_statement(plan=plan)

    def find_rate(**settings):
        settings = ComparisonSettings(growth_rate=Decimal("6.00"), **settings)
        return compare_plan(firm=firm, facts=find_facts(plan), settings=settings).comparison.rates.later

    assert find_rate() == Decimal("28.95")
    assert find_rate(later_rate=Decimal("0.00")) == 0


def test_the_firms_own_small_earnings_decide_the_recommendation(firm):
    plan = make_plan(client=make_client(firm=firm))
    make_provisions(plan=plan)
    make_statement(plan=plan)

    def recommend():
        settings = ComparisonSettings(growth_rate=Decimal("6.00"))
        return compare_plan(firm=firm, facts=find_facts(plan), settings=settings).recommendation.kind

    firm.small_earnings_amount = Decimal("812.36")
    assert recommend() is Way.SPLIT
    firm.small_earnings_amount = Decimal("812.37")
    assert recommend() is Way.ALL_ROTH
    firm.small_earnings_amount, firm.small_earnings_percent = Decimal("0.00"), Decimal("4.00")
    assert recommend() is Way.ALL_ROTH
