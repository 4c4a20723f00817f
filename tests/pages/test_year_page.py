"""One year on one page: the room with both limbs, what is safe now, the true-up, limits, sharing, findings."""

import datetime
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django_scopes import scope

from clients.models import ContributionRecord, Subaccount
from clients.queries import find_last_estimate
from law.words import Aggregation, Answer, DeferralReading
from tests.factories import (
    make_client,
    make_entered_limit,
    make_movement,
    make_plan,
    make_provisions,
    make_record,
)
from tests.reading import read_html


@pytest.fixture
def plan_a(firm_a):
    return make_plan(client=make_client(firm=firm_a))


def open_year(browser, record):
    return browser.get(reverse("year_page", args=[record.pk]))


def find_figure(response, figure):
    [found] = [each for each in response.context["review"].figures if each.figure == figure]
    return found


def list_codes(response):
    return [shown.finding.code for shown in response.context["findings"]]


def test_the_page_shows_the_room_and_the_employer_contribution_twice(ada_client, plan_a):
    response = open_year(ada_client, make_record(plan=plan_a, after_tax=Decimal("0.00")))
    assert "$20,000.00" in response.text
    limb = find_figure(response, "Room on the compensation limb")
    # 102,228.75 - 19,500 - 2 x 18,500 = 45,728.75
    assert limb.amount == Decimal("45728.75")
    assert [term.amount for term in limb.terms].count(Decimal("18500.00")) == 2
    assert "The employer contribution is subtracted twice" in response.text
    assert "has a limit of its own under section 415(c)" in read_html(response)
    assert "Notice 2020-79" in response.text


def test_an_estimate_shows_what_is_safe_at_the_low_profit(ada_client, plan_a):
    record = make_record(
        plan=plan_a,
        year=2026,
        net_profit=Decimal("60000.00"),
        pretax_deferrals=Decimal("20000.00"),
        employer=Decimal("6000.00"),
        after_tax=Decimal("0.00"),
        income_is_estimate=True,
        net_profit_low=Decimal("30000.00"),
        net_profit_high=Decimal("90000.00"),
    )
    response = open_year(ada_client, record)
    assert response.context["review"].safe_now.safe == Decimal("0.00")
    for text in ("Safe to put in now", "23,761.13", "46,000.00", "423.89 too much"):
        assert text in read_html(response)
    assert "True-up" not in response.text


def test_a_corporations_wage_is_no_estimate(ada_client, plan_a):
    plan_a.business_form = "corporation"
    plan_a.save()
    record = make_record(plan=plan_a, compensation=Decimal("100000.00"), income_is_estimate=True)
    response = open_year(ada_client, record)
    assert "Safe to put in now" not in response.text
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("after_tax", "sentence"),
    [
        ("5000.00", "$15,000.00 may still go in as after-tax money, if it is in by January 30, 2022"),
        ("20000.00", "Nothing may still go in, and nothing must go back."),
        ("20000.01", "$0.01 is over the limit and must go back"),
    ],
)
def test_once_the_return_is_final_the_page_says_what_is_left_to_do(ada_client, plan_a, after_tax, sentence):
    record = make_record(
        plan=plan_a, income_is_estimate=True, net_profit=Decimal("90000.00"), after_tax=Decimal(after_tax)
    )
    record.income_is_estimate, record.net_profit = False, Decimal("110000.00")
    record.save()
    text = " ".join(re.sub(r"<[^>]+>", "", open_year(ada_client, record).text).split())
    assert "The net profit was last estimated at" in text
    assert "$90,000.00" in text
    assert sentence in text


def test_a_year_that_never_was_an_estimate_has_no_true_up(ada_client, plan_a):
    assert "True-up" not in open_year(ada_client, make_record(plan=plan_a)).text


def test_what_is_shared_is_shown_with_who_attested_it(ada_client, plan_a):
    record = make_record(
        plan=plan_a,
        aggregation=Aggregation.OWN_403B,
        aggregated_additions=Decimal("12000.00"),
        aggregation_attested_by="Imogen Tate, by telephone",
        deferral_reading=DeferralReading.RETURNED,
        deferrals_elsewhere=Decimal("1000.00"),
    )
    response = open_year(ada_client, record)
    assert "Attested by Imogen Tate, by telephone" in response.text
    assert "Returned by 15 April, so no annual addition" in response.text
    room = find_figure(response, "Room left for after-tax contributions in 2021")
    labels = [term.label for term in room.terms]
    assert "annual additions in plans that share the limit" in labels
    assert "of which over the limit, returned by 15 April" in labels
    assert {"V27", "V11"} <= set(list_codes(response))


def test_a_finding_links_to_its_field_of_the_years_form(ada_client, plan_a):
    record = make_record(plan=plan_a, deferrals_elsewhere=Decimal("0.01"))
    text = open_year(ada_client, record).text
    assert f"/years/{record.pk}/edit/#id_aggregation" in text
    assert 'id="id_aggregation"' in ada_client.get(reverse("year_edit", args=[record.pk])).text


def test_a_late_deposit_among_the_movements_is_found(ada_client, plan_a):
    make_movement(plan=plan_a, movement_date=datetime.date(2022, 1, 30))
    record = make_record(plan=plan_a)
    assert "V22" not in list_codes(open_year(ada_client, record))
    make_movement(plan=plan_a, movement_date=datetime.date(2022, 1, 31))
    make_movement(plan=plan_a, year=2022, movement_date=datetime.date(2022, 6, 1))  # of another year
    response = open_year(ada_client, record)
    assert "V22" in list_codes(response)
    assert "January 31, 2022" in response.text
    assert "1 June 2022" not in response.text


@pytest.mark.parametrize(("answer", "warned"), [(Answer.YES, False), (Answer.NO, True)])
def test_the_plans_answer_on_the_higher_catch_up_is_heard(ada_client, firm_a, answer, warned):
    client = make_client(firm=firm_a, birth_date=datetime.date(1964, 5, 1))
    plan = make_plan(client=client)
    make_provisions(plan=plan, higher_catch_up=answer)
    record = make_record(plan=plan, year=2025, catch_up=Decimal("11250.00"))
    assert ("V13" in list_codes(open_year(ada_client, record))) is warned


def test_a_spouses_year_is_judged_by_her_own_facts(ada_client, firm_a, plan_a):
    spouse = make_client(firm=firm_a, legal_name="Rosa Tate", birth_date=datetime.date(1980, 1, 1))
    Subaccount.objects.create(
        firm=firm_a, plan=plan_a, participant=spouse, title="After-tax sub-account", account_number="AT-78"
    )
    make_record(plan=plan_a)
    hers = ContributionRecord.objects.create(
        firm=firm_a, plan=plan_a, participant=spouse, year=2021, net_profit=Decimal("50000.00")
    )
    response = open_year(ada_client, hers)
    assert "Rosa Tate" in response.text
    assert response.context["review"].room.room.amount == Decimal(
        "46467.61"
    )  # 50,000 less half of SE tax, 3,532.39


def test_a_year_with_a_limit_missing_is_refused_and_one_with_all_entered_is_marked(
    ada_client, firm_a, plan_a
):
    record = make_record(plan=plan_a, year=2027)
    enter_all(firm=firm_a, but="ss_wage_base")
    refused = open_year(ada_client, record)
    assert list_codes(refused) == ["V08"]
    assert refused.context["review"].room is None
    make_entered_limit(firm=firm_a, kind="ss_wage_base")
    response = open_year(ada_client, record)
    figures = response.context["review"].room.limits.figures
    assert len(figures) == 7
    assert all(limit.entered_by_firm for limit in figures)
    assert response.text.count("Entered by the firm") == 7


def test_another_firms_figures_do_not_count(ada_client, firm_b, plan_a):
    enter_all(firm=firm_b)
    assert list_codes(open_year(ada_client, make_record(plan=plan_a, year=2027))) == ["V08"]


def enter_all(*, firm, but=""):
    kinds = [
        "415c_annual_additions",
        "402g_elective_deferrals",
        "414v_catch_up_50",
        "414v_catch_up_60_63",
        "414v7_roth_catch_up_wages",
        "401a17_compensation",
        "ss_wage_base",
    ]
    for kind in kinds:
        if kind != but:
            make_entered_limit(firm=firm, kind=kind)


def test_a_reader_sees_the_year_without_a_link_to_edit_it(ada_client, ben_client, plan_a):
    record = make_record(plan=plan_a)
    link = f'href="/years/{record.pk}/edit/">Edit 2021'
    assert link in open_year(ada_client, record).text
    read = open_year(ben_client, record)
    assert read.status_code == 200
    assert link not in read.text


def test_another_firms_year_is_the_same_404_as_an_unknown_one(boris_client, plan_a):
    record = make_record(plan=plan_a)
    foreign, unknown = open_year(boris_client, record), boris_client.get(reverse("year_page", args=[987_654]))
    assert foreign.status_code == unknown.status_code == 404


def test_the_history_of_estimates_is_read_within_the_firm(firm_a, firm_b, plan_a):
    record = make_record(plan=plan_a, income_is_estimate=True)
    with scope(firm=firm_a):
        assert find_last_estimate(firm=firm_a, record=record).net_profit == Decimal("110000.00")
        assert find_last_estimate(firm=firm_b, record=record) is None
