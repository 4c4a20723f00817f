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
