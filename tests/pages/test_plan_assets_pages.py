"""The form of what the whole plan held at a year's end."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django_scopes import scope

from clients.forms.corrections import save_or_explain
from clients.forms.plan_assets import PlanAssetsForm
from clients.models import PlanAssets
from tests.factories import make_client, make_plan, make_plan_assets
from tests.posts import BAD_AMOUNTS, type_plan_assets


def find_stored(*, firm):
    with scope(firm=firm):
        return list(PlanAssets.objects.all())


def read_errors(response, field):
    return [str(error) for error in response.context["form"].errors.get(field, [])]


@pytest.fixture
def plan_a(firm_a):
    return make_plan(client=make_client(firm=firm_a))


@pytest.fixture
def new_url(plan_a):
    return reverse("plan_assets_new", args=[plan_a.pk])


def test_assets_are_saved_as_typed(ada_client, firm_a, plan_a, new_url):
    response = ada_client.post(new_url, type_plan_assets(is_final_year="on"))
    [assets] = find_stored(firm=firm_a)
    assert response.url == reverse("client_page", args=[plan_a.client_id])
    assert (assets.plan, assets.year, assets.value) == (plan_a, 2021, Decimal("180000.00"))
    assert assets.is_final_year is True


def test_an_edit_shows_what_is_stored_and_saves_what_is_typed(ada_client, plan_a):
    assets = make_plan_assets(plan=plan_a, value=Decimal("249999.99"))
    url = reverse("plan_assets_edit", args=[assets.pk])
    text = ada_client.get(url).text
    assert 'value="249,999.99"' in text
    assert "<title>Edit the assets of 2021" in text
    assert ada_client.post(url, type_plan_assets(value="250,000.01")).status_code == 302
    assets.refresh_from_db()
    assert (assets.value, assets.is_final_year) == (Decimal("250000.01"), False)


def test_zero_is_an_answer(ada_client, firm_a, new_url):
    ada_client.post(new_url, type_plan_assets(value="0"))
    assert find_stored(firm=firm_a)[0].value == Decimal("0.00")


@pytest.mark.parametrize("typed", BAD_AMOUNTS, ids=ascii)
def test_a_bad_amount_is_told_at_its_field_and_nothing_is_lost_or_saved(ada_client, firm_a, new_url, typed):
    response = ada_client.post(new_url, type_plan_assets(value=typed))
    assert response.status_code == 422
    assert read_errors(response, "value")
    assert response.context["form"]["value"].value() == typed
    assert response.context["form"]["year"].value() == "2021"
    assert "<title>Error: Assets of" in response.text
    assert find_stored(firm=firm_a) == []


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("value", "", "Enter the value of the whole plan, or 0."),
        ("year", "", "Enter the year, like 2026."),
        ("year", "21", "Enter a tax year in four digits, like 2026."),
        ("year", "1999", "Enter a year from 2000 to "),
        ("year", "2099", "Enter a year from 2000 to "),
    ],
)
def test_a_bad_input_is_told_at_its_field(ada_client, firm_a, new_url, field, typed, message):
    response = ada_client.post(new_url, type_plan_assets(**{field: typed}))
    assert response.status_code == 422
    [error] = read_errors(response, field)
    assert error.startswith(message)
    assert response.context["form"][field].value() == typed
    assert find_stored(firm=firm_a) == []


def test_this_year_may_be_entered_as_it_stands(ada_client, firm_a, new_url):
    this_year = datetime.date.today().year
    assert ada_client.post(new_url, type_plan_assets(year=f"{this_year}")).status_code == 302
    assert read_errors(ada_client.post(new_url, type_plan_assets(year=f"{this_year + 1}")), "year")


def test_a_plan_has_its_assets_once_a_year(ada_client, firm_a, plan_a, new_url):
    assets = make_plan_assets(plan=plan_a)
    taken = "This plan already has its assets for that year."
    assert read_errors(ada_client.post(new_url, type_plan_assets()), "year") == [taken]
    assert len(find_stored(firm=firm_a)) == 1
    edit = reverse("plan_assets_edit", args=[assets.pk])
    assert ada_client.post(edit, type_plan_assets(value="1")).status_code == 302


def test_the_same_year_saved_a_moment_before_is_told_and_no_error_page(plan_a):
    with scope(firm=plan_a.firm):
        form = PlanAssetsForm(
            type_plan_assets(),
            instance=PlanAssets(firm=plan_a.firm, plan=plan_a),
            today=datetime.date(2026, 11, 24),
        )
        assert form.is_valid()
        make_plan_assets(plan=plan_a)
        assert save_or_explain(form=form) is False
        assert form.non_field_errors() == [
            "Somebody saved the same a moment ago. Look at the client's page before you save again."
        ]


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_firms_assets_are_not_found_and_not_changed(boris_client, plan_a, new_url, method):
    assets = make_plan_assets(plan=plan_a)
    for url in (new_url, reverse("plan_assets_edit", args=[assets.pk])):
        assert getattr(boris_client, method)(url, type_plan_assets(value="1")).status_code == 404
    assets.refresh_from_db()
    assert assets.value == Decimal("180000.00")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_read_only_colleague_may_not_edit_assets(ben_client, plan_a, new_url, method):
    for url in (new_url, reverse("plan_assets_edit", args=[make_plan_assets(plan=plan_a).pk])):
        assert getattr(ben_client, method)(url, type_plan_assets()).status_code == 403
