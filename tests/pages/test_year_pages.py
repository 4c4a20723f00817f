"""The form of a plan year: what was earned and what was put in."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django_scopes import scope

from clients.models import ContributionRecord, Reliance
from tests.factories import make_client, make_plan, make_record
from tests.posts import AMOUNTS_OF_A_YEAR, BAD_AMOUNTS, type_year


def find_stored(*, firm):
    with scope(firm=firm):
        return list(ContributionRecord.objects.all())


def read_errors(response, field):
    return [str(error) for error in response.context["form"].errors.get(field, [])]


@pytest.fixture
def plan_a(firm_a):
    return make_plan(client=make_client(firm=firm_a))


def test_a_new_year_is_saved_and_what_is_left_empty_is_zero(ada_client, firm_a, plan_a):
    response = ada_client.post(reverse("year_new", args=[plan_a.pk]), type_year())
    [record] = find_stored(firm=firm_a)
    assert response.url == reverse("client_page", args=[plan_a.client_id])
    assert (record.plan, record.participant, record.year) == (plan_a, plan_a.client, 2021)
    assert record.net_profit == Decimal("110000.00")
    assert record.after_tax == Decimal("20000.00")
    assert record.roth_deferrals == record.compensation == Decimal("0.00")


def test_the_first_button_goes_on_to_the_statement(ada_client, plan_a):
    response = ada_client.post(reverse("year_new", args=[plan_a.pk]), type_year(then="statement_new"))
    assert response.url == reverse("statement_new", args=[plan_a.pk])


def test_a_new_form_suggests_this_year_and_shows_no_zeros(ada_client, plan_a):
    response = ada_client.get(reverse("year_new", args=[plan_a.pk]))
    assert response.context["form"]["year"].value() == datetime.date.today().year
    assert "0.00" not in response.text.split("<form class=")[1].replace("is 0.00", "").replace("1,200.00", "")


def test_a_year_already_recorded_is_not_suggested(ada_client, plan_a):
    make_record(plan=plan_a, year=datetime.date.today().year)
    response = ada_client.get(reverse("year_new", args=[plan_a.pk]))
    assert response.context["form"]["year"].value() is None


def test_an_edit_shows_what_is_stored_and_saves_what_is_typed(ada_client, plan_a):
    record = make_record(plan=plan_a)
    url = reverse("year_edit", args=[record.pk])
    assert 'value="110,000.00"' in ada_client.get(url).text
    assert ada_client.post(url, type_year(employer="")).status_code == 302
    record.refresh_from_db()
    assert record.employer == Decimal("0.00")


def test_a_schedule_c_may_show_a_loss(ada_client, firm_a, plan_a):
    ada_client.post(reverse("year_new", args=[plan_a.pk]), type_year(net_profit="(1,200.00)"))
    [record] = find_stored(firm=firm_a)
    assert record.net_profit == Decimal("-1200.00")


BAD_YEAR_AMOUNTS = [
    (field, typed)
    for field in AMOUNTS_OF_A_YEAR
    for typed in BAD_AMOUNTS
    if not (field == "net_profit" and typed in {"-5", "(5)"})
]


@pytest.mark.parametrize(("field", "typed"), BAD_YEAR_AMOUNTS, ids=ascii)
def test_a_bad_amount_is_told_at_its_field_and_nothing_is_lost_or_saved(
    ada_client, firm_a, plan_a, field, typed
):
    response = ada_client.post(reverse("year_new", args=[plan_a.pk]), type_year(**{field: typed}))
    assert response.status_code == 422
    assert read_errors(response, field)
    assert f'id="id_{field}_error"' in response.text
    assert response.context["form"][field].value() == typed
    assert response.context["form"]["year"].value() == "2021"
    assert "<title>Error: New year" in response.text
    assert find_stored(firm=firm_a) == []


@pytest.mark.parametrize("year", ["", "21", "1_021", "2e3", "٢٠٢١", "1999", "2101", "2021.5", "-2021"])
def test_what_is_no_year_is_told_at_its_field(ada_client, firm_a, plan_a, year):
    response = ada_client.post(reverse("year_new", args=[plan_a.pk]), type_year(year=year))
    assert response.status_code == 422
    assert read_errors(response, "year")
    assert response.context["form"]["year"].value() == year
    assert response.context["form"]["net_profit"].value() == "$110,000.00"
    assert find_stored(firm=firm_a) == []


@pytest.mark.parametrize("year", ["2001", "2013", "2027", "2099"])
def test_a_year_without_limits_is_told_at_its_field(ada_client, firm_a, plan_a, year):
    response = ada_client.post(reverse("year_new", args=[plan_a.pk]), type_year(year=year))
    assert response.status_code == 422
    assert read_errors(response, "year")
    assert find_stored(firm=firm_a) == []


@pytest.mark.parametrize("typed", ["12/31/2099", "12/31/21", "soon"])
def test_a_bad_date_of_deposit_is_told_at_its_field(ada_client, plan_a, typed):
    response = ada_client.post(reverse("year_new", args=[plan_a.pk]), type_year(after_tax_date=typed))
    assert read_errors(response, "after_tax_date")
    assert response.context["form"]["after_tax_date"].value() == typed


def test_a_plan_has_one_record_a_year(ada_client, firm_a, plan_a):
    make_record(plan=plan_a)
    response = ada_client.post(reverse("year_new", args=[plan_a.pk]), type_year())
    assert read_errors(response, "year") == ["This plan already has a record for that year."]
    assert len(find_stored(firm=firm_a)) == 1


def test_the_self_employed_are_asked_for_net_profit(ada_client, plan_a):
    response = ada_client.post(reverse("year_new", args=[plan_a.pk]), type_year(net_profit=""))
    assert read_errors(response, "net_profit") == ["Enter the net profit of Schedule C, or 0."]
    assert "compensation" not in response.context["form"].fields


def test_a_corporations_owner_is_asked_for_compensation(ada_client, firm_a, plan_a):
    plan_a.business_form = "corporation"
    plan_a.save()
    url = reverse("year_new", args=[plan_a.pk])
    response = ada_client.post(url, type_year())
    assert read_errors(response, "compensation") == ["Enter the compensation, or 0."]
    assert "net_profit" not in response.context["form"].fields
    assert ada_client.post(url, type_year(compensation="$160,000")).status_code == 302
    [record] = find_stored(firm=firm_a)
    assert (record.compensation, record.net_profit) == (Decimal("160000.00"), Decimal("0.00"))


def test_what_another_business_form_recorded_is_still_shown(ada_client, plan_a):
    record = make_record(plan=plan_a)
    plan_a.business_form = "corporation"
    plan_a.save()
    response = ada_client.get(reverse("year_edit", args=[record.pk]))
    assert 'value="110,000.00"' in response.text


def test_a_year_under_a_letter_changes_only_with_a_reason(ada_client, plan_a):
    record = make_record(plan=plan_a)
    Reliance.objects.create(
        firm=plan_a.firm, fact_table=record._meta.db_table, fact_id=record.pk, letter_reference="AT-7K3M-Q2XD"
    )
    url = reverse("year_edit", args=[record.pk])
    refused = ada_client.post(url, type_year(after_tax="19000"))
    assert read_errors(refused, "reason") == ["A letter rests on this fact: say why it changes."]
    assert refused.context["form"]["after_tax"].value() == "19000"
    assert ada_client.post(url, type_year(after_tax="19000", reason="Misread the ledger")).status_code == 302
    record.refresh_from_db()
    assert record.after_tax == Decimal("19000.00")


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_firms_year_is_not_found_and_not_changed(boris_client, plan_a, method):
    record = make_record(plan=plan_a)
    response = getattr(boris_client, method)(reverse("year_edit", args=[record.pk]), type_year(after_tax="1"))
    assert response.status_code == 404
    record.refresh_from_db()
    assert record.after_tax == Decimal("20000.00")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_read_only_colleague_may_not_edit_a_year(ben_client, plan_a, method):
    record = make_record(plan=plan_a)
    for url in (reverse("year_new", args=[plan_a.pk]), reverse("year_edit", args=[record.pk])):
        assert getattr(ben_client, method)(url, type_year()).status_code == 403


# --- What few years need ----------------------------------------------------------------------------------


@pytest.fixture
def corporate_plan(plan_a):
    plan_a.business_form = "corporation"
    plan_a.save()
    return plan_a


RARE = {
    "catch_up": "8,000",
    "roth_catch_up": "$3,000.00",
    "deferral_reading": "catch_up",
    "aggregation": "own_403b",
    "aggregated_additions": "12,000",
    "aggregation_attested_by": "Imogen Tate, by telephone",
    "income_is_estimate": "on",
    "net_profit_low": "(1,000.00)",
    "net_profit_high": "200,000",
}


def test_every_fact_of_a_year_is_saved(ada_client, firm_a, plan_a):
    assert ada_client.post(reverse("year_new", args=[plan_a.pk]), type_year(**RARE)).status_code == 302
    [record] = find_stored(firm=firm_a)
    assert (record.roth_catch_up, record.deferral_reading) == (Decimal("3000.00"), "catch_up")
    assert (record.aggregation, record.aggregated_additions) == ("own_403b", Decimal("12000.00"))
    assert record.aggregation_attested_by == "Imogen Tate, by telephone"
    assert record.income_is_estimate
    assert (record.net_profit_low, record.net_profit_high) == (Decimal("-1000.00"), Decimal("200000.00"))


def test_a_year_without_them_is_what_it_was(ada_client, firm_a, plan_a):
    blank = dict.fromkeys(RARE, "") | {"income_is_estimate": ""}
    del blank["income_is_estimate"]
    ada_client.post(reverse("year_new", args=[plan_a.pk]), type_year(**blank))
    [record] = find_stored(firm=firm_a)
    assert (record.deferral_reading, record.aggregation) == ("counted", "not_asked")
    assert (record.income_is_estimate, record.net_profit_low, record.net_profit_high) == (False, None, None)


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"roth_catch_up": "8,000.01"}, "roth_catch_up", "The Roth part cannot exceed the catch-up."),
        (
            {"aggregation_attested_by": ""},
            "aggregation_attested_by",
            "Say who attested whether another plan shares the limit.",
        ),
        (
            {"aggregation": "none", "aggregation_attested_by": "", "aggregated_additions": ""},
            "aggregation_attested_by",
            "Say who attested whether another plan shares the limit.",
        ),
        (
            {"aggregation": "none"},
            "aggregation",
            "Say which plans share the limit, or leave their additions empty.",
        ),
        (
            {"aggregation": "not_asked"},
            "aggregation",
            "Say which plans share the limit, or leave their additions empty.",
        ),
        (
            {"net_profit_low": "110,000.01"},
            "net_profit_low",
            "The low estimate is at most the expected net profit.",
        ),
        (
            {"net_profit_high": "109,999.99"},
            "net_profit_high",
            "The high estimate is at least the expected net profit.",
        ),
        (
            {"income_is_estimate": ""},
            "net_profit_low",
            "Say that the net profit is an estimate, or leave this empty.",
        ),
    ],
)
def test_what_the_database_would_refuse_is_told_at_its_field_and_nothing_is_lost(
    ada_client, firm_a, plan_a, typed, field, error
):
    body = {
        name: value
        for name, value in type_year(**RARE | typed).items()
        if (name, value) != ("income_is_estimate", "")
    }
    response = ada_client.post(reverse("year_new", args=[plan_a.pk]), body)
    assert response.status_code == 422
    assert read_errors(response, field) == [error]
    assert response.context["form"].non_field_errors() == []
    for name in ("roth_catch_up", "aggregated_additions", "net_profit_low", "net_profit_high"):
        assert response.context["form"][name].value() == body[name]
    assert response.text.count("<details open>") == 2
    assert find_stored(firm=firm_a) == []


def test_estimates_exactly_at_the_expected_profit_are_taken(ada_client, firm_a, plan_a):
    exact = RARE | {"net_profit_low": "110,000", "net_profit_high": "110,000", "roth_catch_up": "8,000"}
    assert ada_client.post(reverse("year_new", args=[plan_a.pk]), type_year(**exact)).status_code == 302


def test_a_final_return_lets_the_stored_estimates_go(ada_client, plan_a):
    low, high = Decimal("90000.00"), Decimal("120000.00")
    record = make_record(plan=plan_a, income_is_estimate=True, net_profit_low=low, net_profit_high=high)
    body = type_year(net_profit_low="90,000.00", net_profit_high="120,000.00")
    assert ada_client.post(reverse("year_edit", args=[record.pk]), body).status_code == 302
    record.refresh_from_db()
    assert (record.income_is_estimate, record.net_profit_low, record.net_profit_high) == (False, None, None)


def test_the_rare_part_is_closed_until_something_is_in_it(ada_client, plan_a):
    new = ada_client.get(reverse("year_new", args=[plan_a.pk])).text
    assert new.count("<details>") == 2
    assert "<details open>" not in new
    record = make_record(plan=plan_a, roth_catch_up=Decimal("1.00"), catch_up=Decimal("1.00"))
    assert ada_client.get(reverse("year_edit", args=[record.pk])).text.count("<details open>") == 1


def test_each_business_form_is_asked_what_is_its_own(ada_client, corporate_plan):
    form = ada_client.get(reverse("year_new", args=[corporate_plan.pk])).context["form"]
    assert "prior_social_security_wages" in form.fields
    assert not {"income_is_estimate", "net_profit_low", "net_profit_high"} & set(form.fields)
    corporate_plan.business_form = "self_employed"
    corporate_plan.save()
    form = ada_client.get(reverse("year_new", args=[corporate_plan.pk])).context["form"]
    assert {"income_is_estimate", "net_profit_low", "net_profit_high"} <= set(form.fields)
    assert "prior_social_security_wages" not in form.fields


def test_an_estimate_that_is_recorded_stays_to_be_taken_back_in_a_corporation(ada_client, corporate_plan):
    record = make_record(plan=corporate_plan, income_is_estimate=True)
    form = ada_client.get(reverse("year_edit", args=[record.pk])).context["form"]
    assert "income_is_estimate" in form.fields


@pytest.mark.parametrize(("field", "typed"), [("deferral_reading", "x"), ("aggregation", "x")])
def test_an_unknown_choice_is_told_at_its_field(ada_client, plan_a, field, typed):
    response = ada_client.post(reverse("year_new", args=[plan_a.pk]), type_year(**{field: typed}))
    assert read_errors(response, field)


@pytest.mark.parametrize("typed", BAD_AMOUNTS, ids=ascii)
def test_a_bad_rare_amount_is_told_at_its_field(ada_client, firm_a, plan_a, typed):
    names = ["roth_catch_up", "aggregated_additions"]
    names += [] if typed in {"-5", "(5)"} else ["net_profit_low", "net_profit_high"]
    response = ada_client.post(
        reverse("year_new", args=[plan_a.pk]), type_year(**RARE | dict.fromkeys(names, typed))
    )
    for name in names:
        assert read_errors(response, name)
        assert response.context["form"][name].value() == typed
    assert find_stored(firm=firm_a) == []
