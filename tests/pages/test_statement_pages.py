"""The form of a statement of the after-tax sub-account."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django_scopes import scope

from clients.forms.corrections import save_or_explain
from clients.forms.statements import StatementForm
from clients.models import Reliance, SubaccountStatement
from tests.factories import get_subaccount, make_client, make_plan, make_statement
from tests.posts import BAD_AMOUNTS, BAD_TEXTS, type_statement


def find_stored(*, firm):
    with scope(firm=firm):
        return list(SubaccountStatement.objects.all())


def read_errors(response, field):
    return [str(error) for error in response.context["form"].errors.get(field, [])]


def rest_a_letter_on(fact):
    Reliance.objects.create(
        firm=fact.firm, fact_table=fact._meta.db_table, fact_id=fact.pk, letter_reference="AT-7K3M-Q2XD"
    )


@pytest.fixture
def plan_a(firm_a):
    return make_plan(client=make_client(firm=firm_a))


def test_a_new_statement_is_saved_as_typed(ada_client, firm_a, plan_a):
    response = ada_client.post(reverse("statement_new", args=[plan_a.pk]), type_statement())
    [statement] = find_stored(firm=firm_a)
    assert response.url == reverse("client_page", args=[plan_a.client_id])
    assert statement.subaccount == get_subaccount(plan=plan_a)
    assert statement.statement_date == datetime.date(2021, 12, 31)
    assert (statement.basis, statement.value) == (Decimal("20000.00"), Decimal("20812.37"))
    assert statement.plan_balance is None


def test_an_edit_shows_what_is_stored_and_saves_what_is_typed(ada_client, plan_a):
    statement = make_statement(plan=plan_a, plan_balance=Decimal("250000.00"))
    url = reverse("statement_edit", args=[statement.pk])
    text = ada_client.get(url).text
    for stored in ("2021-12-31", "20,000.00", "20,812.37", "250,000.00", "Statement of December 2021"):
        assert f'value="{stored}"' in text
    assert ada_client.post(url, type_statement(value="17000")).status_code == 302
    statement.refresh_from_db()
    assert (statement.value, statement.plan_balance) == (Decimal("17000.00"), None)


@pytest.mark.parametrize("typed", BAD_AMOUNTS, ids=ascii)
@pytest.mark.parametrize("field", ["basis", "value", "plan_balance", "pre_1987_basis", "non_vested"])
def test_a_bad_amount_is_told_at_its_field_and_nothing_is_lost_or_saved(
    ada_client, firm_a, plan_a, field, typed
):
    response = ada_client.post(reverse("statement_new", args=[plan_a.pk]), type_statement(**{field: typed}))
    assert response.status_code == 422
    assert read_errors(response, field)
    assert f'id="id_{field}_error"' in response.text
    assert response.context["form"][field].value() == typed
    assert response.context["form"]["source_document"].value() == "Statement of December 2021"
    assert "<title>Error: New statement" in response.text
    assert find_stored(firm=firm_a) == []


BAD_STATEMENT_INPUTS = [
    ("basis", ""),
    ("value", ""),
    ("source_document", ""),
    ("source_document", "x" * 121),
    *(("source_document", text) for text in BAD_TEXTS.values()),
    ("statement_date", ""),
    ("statement_date", "12/31/2099"),
    ("statement_date", "12/31/21"),
    ("statement_date", "0001-01-01"),
    ("statement_date", "2021-02-29"),
    ("plan_balance", "20812.36"),
    ("plan_balance", "999999999.50"),
    ("pre_1987_basis", "20,000.01"),
    ("non_vested", "20,812.38"),
]


@pytest.mark.parametrize(("field", "typed"), BAD_STATEMENT_INPUTS, ids=lambda text: ascii(text)[:40])
def test_a_bad_input_is_told_at_its_field(ada_client, firm_a, plan_a, field, typed):
    response = ada_client.post(reverse("statement_new", args=[plan_a.pk]), type_statement(**{field: typed}))
    assert response.status_code == 422
    assert read_errors(response, field)
    assert response.context["form"][field].value() == typed
    assert find_stored(firm=firm_a) == []


def test_a_zero_is_an_answer_and_an_empty_field_is_none(ada_client, firm_a, plan_a):
    ada_client.post(reverse("statement_new", args=[plan_a.pk]), type_statement(basis="0", value="0"))
    [statement] = find_stored(firm=firm_a)
    assert statement.value == Decimal("0.00")


RARE = {"pre_1987_basis": "20,000.00", "non_vested": "20,812.37"}


def test_what_is_rarely_needed_is_kept_and_shown_where_it_is_needed(ada_client, firm_a, plan_a):
    url = reverse("statement_new", args=[plan_a.pk])
    assert "<details>" in ada_client.get(url).text
    ada_client.post(url, type_statement(**RARE))
    [statement] = find_stored(firm=firm_a)
    assert (statement.pre_1987_basis, statement.non_vested) == (Decimal("20000.00"), Decimal("20812.37"))
    assert "<details open>" in ada_client.get(reverse("statement_edit", args=[statement.pk])).text


@pytest.mark.parametrize("field", RARE)
def test_a_mistake_in_what_is_rarely_needed_is_in_sight(ada_client, plan_a, field):
    url = reverse("statement_new", args=[plan_a.pk])
    assert "<details open>" in ada_client.post(url, type_statement(**{field: "1e3"})).text


def test_twin_what_is_not_needed_is_folded_and_zero(ada_client, firm_a, plan_a):
    ada_client.post(reverse("statement_new", args=[plan_a.pk]), type_statement())
    [statement] = find_stored(firm=firm_a)
    assert statement.pre_1987_basis == statement.non_vested == Decimal("0.00")
    assert "<details open>" not in ada_client.get(reverse("statement_edit", args=[statement.pk])).text


def test_a_subaccount_has_one_statement_a_date(ada_client, firm_a, plan_a):
    make_statement(plan=plan_a)
    response = ada_client.post(reverse("statement_new", args=[plan_a.pk]), type_statement())
    assert read_errors(response, "statement_date") == [
        "This sub-account already has a statement of that date."
    ]
    assert len(find_stored(firm=firm_a)) == 1


def test_a_statement_needs_a_subaccount_first(ada_client, plan_a):
    get_subaccount(plan=plan_a).delete()
    response = ada_client.get(reverse("statement_new", args=[plan_a.pk]))
    assert response.url == reverse("plan_edit", args=[plan_a.pk])


def test_a_statement_under_a_letter_changes_only_with_a_reason(ada_client, plan_a):
    statement = make_statement(plan=plan_a)
    rest_a_letter_on(statement)
    url = reverse("statement_edit", args=[statement.pk])
    refused = ada_client.post(url, type_statement(value="20900"))
    assert read_errors(refused, "reason") == ["A letter rests on this fact: say why it changes."]
    assert refused.context["form"]["value"].value() == "20900"
    assert ada_client.post(url, type_statement(value="20900", reason="Page 3, not 2")).status_code == 302


# --- What a colleague does between the check and the write -------------------------------------------------------


def make_form(statement, **typed):
    return StatementForm(type_statement(**typed), instance=statement, today=datetime.date(2026, 11, 24))


def test_the_same_statement_saved_a_moment_before_is_told_and_no_error_page(plan_a):
    with scope(firm=plan_a.firm):
        form = make_form(SubaccountStatement(firm=plan_a.firm, subaccount=get_subaccount(plan=plan_a)))
        assert form.is_valid()
        make_statement(plan=plan_a)
        assert save_or_explain(form=form) is False
        assert form.non_field_errors() == [
            "Somebody saved the same a moment ago. Look at the client's page before you save again."
        ]


def test_a_letter_issued_a_moment_before_is_told_and_no_error_page(plan_a):
    statement = make_statement(plan=plan_a)
    with scope(firm=plan_a.firm):
        form = make_form(statement, value="20900")
        assert form.is_valid()
        rest_a_letter_on(statement)
        assert save_or_explain(form=form) is False
        assert form.non_field_errors() == [
            "A letter was issued on this fact a moment ago. Save again, and say why it changes."
        ]


def test_any_other_refusal_of_the_database_is_not_explained_away(plan_a):
    with scope(firm=plan_a.firm):
        form = make_form(make_statement(plan=plan_a))
        assert form.is_valid()
        form.instance.value = Decimal("-1")
        with pytest.raises(IntegrityError):
            save_or_explain(form=form)


# --- Who may -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_firms_statement_is_not_found_and_not_changed(boris_client, plan_a, method):
    statement = make_statement(plan=plan_a)
    url = reverse("statement_edit", args=[statement.pk])
    assert getattr(boris_client, method)(url, type_statement(value="1")).status_code == 404
    statement.refresh_from_db()
    assert statement.value == Decimal("20812.37")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_read_only_colleague_may_not_edit_a_statement(ben_client, plan_a, method):
    statement = make_statement(plan=plan_a)
    for url in (
        reverse("statement_new", args=[plan_a.pk]),
        reverse("statement_edit", args=[statement.pk]),
    ):
        assert getattr(ben_client, method)(url, type_statement()).status_code == 403
