"""The list of clients, the form of a client, and the IRA balances beside it."""

import datetime
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django_scopes import scope

from clients.models import Client, IraBalance, Reliance
from tests.factories import make_client, make_ira_balance, make_plan, make_record, make_statement
from tests.posts import BAD_AMOUNTS, BAD_TEXTS, type_client, type_ira_balance

UNKNOWN_ID = 987_654_321


def find_stored(model, *, firm):
    with scope(firm=firm):
        return list(model.objects.all())


def without_token(response):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.text)


def read_errors(response, field):
    return [str(error) for error in response.context["form"].errors.get(field, [])]


# --- The list -------------------------------------------------------------------------------------------------


def test_an_empty_list_offers_the_first_client(ada_client):
    response = ada_client.get(reverse("client_list"))
    assert "No clients yet" in response.text
    assert reverse("client_new") in response.text


def test_the_list_names_client_plan_latest_year_and_statement(ada_client, firm_a):
    plan = make_plan(client=make_client(firm=firm_a))
    make_record(plan=plan, year=2020)
    make_record(plan=plan, year=2021)
    make_statement(plan=plan)
    text = ada_client.get(reverse("client_list")).text
    assert "Imogen Tate" in text
    assert "Tate Editorial 401(k)" in text
    assert ">2021<" in text
    assert "Dec 31, 2021" in text
    assert reverse("client_page", args=[plan.client_id]) in text


@pytest.mark.parametrize(
    "typed", ["tate", "IMOGEN", "Tate Imogen", "editorial", "12-3456789", "123456789", "3456"]
)
def test_a_client_is_found_by_name_plan_or_ein(ada_client, firm_a, typed):
    make_plan(client=make_client(firm=firm_a))
    make_client(firm=firm_a, legal_name="Oscar Reyes")
    text = ada_client.get(reverse("client_list"), {"q": typed}).text
    assert "Imogen Tate" in text
    assert "Oscar Reyes" not in text


def test_a_client_with_two_plans_is_found_once(ada_client, firm_a):
    client = make_client(firm=firm_a)
    make_plan(client=client)
    make_plan(client=client, name="Tate Editorial second plan")
    response = ada_client.get(reverse("client_list"), {"q": "editorial"})
    assert response.context["page"].paginator.count == 1


def test_a_search_without_result_says_so_and_leads_back(ada_client, firm_a):
    make_client(firm=firm_a)
    text = ada_client.get(reverse("client_list"), {"q": "<b>nobody"}).text
    assert "No client, plan or EIN matches “&lt;b&gt;nobody”." in text
    assert "Show all clients" in text


def test_while_typing_only_the_results_come_back(ada_client, firm_a):
    make_client(firm=firm_a)
    headers = {"HX-Request": "true", "HX-Target": "client_results"}
    text = ada_client.get(reverse("client_list"), {"q": "tate"}, headers=headers).text
    assert text.lstrip().startswith('<div id="client_results">')
    assert "Imogen Tate" in text
    assert "<html" not in text


def test_the_list_is_paged_by_fifty_and_keeps_the_search(ada_client, firm_a):
    for number in range(51):
        make_client(firm=firm_a, legal_name=f"Tate {number:02}")
    first = ada_client.get(reverse("client_list"), {"q": "tate"})
    assert len(first.context["page"].object_list) == 50
    assert "?q=tate&amp;page=2" in first.text
    second = ada_client.get(reverse("client_list"), {"q": "tate", "page": "2"})
    assert [client.legal_name for client in second.context["page"].object_list] == ["Tate 50"]


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, ""])
def test_a_page_that_is_none_is_the_nearest(ada_client, firm_a, page):
    make_client(firm=firm_a)
    response = ada_client.get(reverse("client_list"), {"page": page})
    assert response.status_code == 200
    assert "Imogen Tate" in response.text


def test_the_list_takes_the_same_queries_for_one_client_and_for_forty(
    ada_client, firm_a, django_assert_max_num_queries
):
    for number in range(40):
        make_plan(client=make_client(firm=firm_a, legal_name=f"Tate {number:02}"))
    with django_assert_max_num_queries(7):
        ada_client.get(reverse("client_list"))


def test_nobody_finds_another_firms_client(boris_client, firm_a):
    make_plan(client=make_client(firm=firm_a))
    for typed in ("", "tate", "editorial", "12-3456789"):
        assert "Imogen Tate" not in boris_client.get(reverse("client_list"), {"q": typed}).text


def test_a_read_only_colleague_sees_the_list_without_its_actions(ben_client, firm_a):
    make_client(firm=firm_a)
    text = ben_client.get(reverse("client_list")).text
    assert "Imogen Tate" in text
    assert reverse("client_new") not in text


# --- The form -------------------------------------------------------------------------------------------------


def test_a_new_client_is_saved_as_typed(ada_client, firm_a):
    response = ada_client.post(reverse("client_new"), type_client(plans_backdoor="on"))
    [client] = find_stored(Client, firm=firm_a)
    assert response.url == reverse("client_page", args=[client.pk])
    assert client.firm == firm_a
    assert client.birth_date == datetime.date(1971, 2, 3)
    assert (client.federal_rate, client.state_rate) == (Decimal("24.00"), Decimal("6.85"))
    assert (client.state, client.ssn_last_four, client.plans_backdoor) == ("NY", "4821", True)


def test_the_first_button_goes_on_to_the_plan(ada_client, firm_a):
    response = ada_client.post(reverse("client_new"), type_client(then="plan_new"))
    [client] = find_stored(Client, firm=firm_a)
    assert response.url == reverse("plan_new", args=[client.pk])


def test_a_client_needs_no_more_than_name_and_birth_date(ada_client, firm_a):
    post = {"legal_name": "Imogen Tate", "birth_date": "1971-02-03", "filing_status": "single"}
    assert ada_client.post(reverse("client_new"), post).status_code == 302
    [client] = find_stored(Client, firm=firm_a)
    assert client.federal_rate == Decimal("0.00")


def test_an_edit_shows_what_is_stored_and_saves_what_is_typed(ada_client, firm_a):
    client = make_client(firm=firm_a)
    url = reverse("client_edit", args=[client.pk])
    text = ada_client.get(url).text
    assert 'value="Imogen Tate"' in text
    assert 'value="1971-02-03"' in text
    assert 'value="6.85"' in text
    response = ada_client.post(url, type_client(legal_name="Imogen Tate-Reyes"))
    assert response.url == reverse("client_page", args=[client.pk])
    client.refresh_from_db()
    assert client.legal_name == "Imogen Tate-Reyes"


BAD_CLIENT_INPUTS = [
    *(("legal_name", text) for text in BAD_TEXTS.values()),
    ("legal_name", ""),
    ("legal_name", "x" * 121),
    ("street", "4 Elm \u202eStreet"),
    ("city", "Alb\nany"),
    ("birth_date", "12/31/2099"),
    ("birth_date", "12/31/71"),
    ("birth_date", "yesterday"),
    ("birth_date", ""),
    ("ssn_last_four", "123-45-6789"),
    ("ssn_last_four", "١٢٣٤"),
    ("state", "New York"),
    ("state", "XX"),
    ("postal_code", "1220"),
    ("postal_code", "12207\u200b"),
    ("filing_status", "divorced"),
    *(
        (rate, typed)
        for rate in ("federal_rate", "state_rate")
        for typed in ("101", "-1", "1e1", "٢٤", "NaN")
    ),
]


@pytest.mark.parametrize(("field", "typed"), BAD_CLIENT_INPUTS, ids=lambda text: ascii(text)[:40])
def test_a_bad_input_is_told_at_its_field_and_nothing_is_lost_or_saved(ada_client, firm_a, field, typed):
    response = ada_client.post(reverse("client_new"), type_client(**{field: typed}))
    assert response.status_code == 422
    assert read_errors(response, field)
    assert f'id="id_{field}_error"' in response.text
    assert response.context["form"][field].value() == typed
    assert response.context["form"]["city" if field != "city" else "street"].value()
    assert "<title>Error: New client" in response.text
    assert find_stored(Client, firm=firm_a) == []


def test_a_birth_date_of_today_is_not_in_the_future(ada_client):
    today = datetime.date.today().isoformat()
    assert ada_client.post(reverse("client_new"), type_client(birth_date=today)).status_code == 302


def test_what_was_typed_is_shown_as_text_and_never_as_markup(ada_client):
    response = ada_client.post(
        reverse("client_new"), type_client(legal_name='"><script>alert(1)', birth_date="")
    )
    assert 'value="&quot;&gt;&lt;script&gt;alert(1)"' in response.text
    assert "<script>alert" not in response.text


def test_a_refused_edit_still_says_whom_it_edits(ada_client, firm_a):
    client = make_client(firm=firm_a)
    response = ada_client.post(
        reverse("client_edit", args=[client.pk]), type_client(legal_name="Somebody Else", birth_date="")
    )
    assert response.status_code == 422
    assert "<h1>Edit Imogen Tate</h1>" in response.text
    assert 'value="Somebody Else"' in response.text


def test_fields_that_the_form_has_not_are_ignored(ada_client, firm_a, firm_b):
    ada_client.post(reverse("client_new"), type_client(firm=str(firm_b.pk), firm_id=str(firm_b.pk), id="77"))
    [client] = find_stored(Client, firm=firm_a)
    assert client.pk != 77
    assert find_stored(Client, firm=firm_b) == []


# --- Who may ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_firms_client_is_as_unknown_as_one_that_never_was(boris_client, firm_a, method):
    client = make_client(firm=firm_a)
    for name in ("client_edit", "plan_new", "ira_balance_new"):
        foreign = getattr(boris_client, method)(reverse(name, args=[client.pk]), type_client())
        unknown = getattr(boris_client, method)(reverse(name, args=[UNKNOWN_ID]), type_client())
        assert foreign.status_code == unknown.status_code == 404
        assert without_token(foreign) == without_token(unknown)
    client.refresh_from_db()
    assert client.legal_name == "Imogen Tate"


def test_an_id_beyond_the_databases_is_unknown(ada_client):
    assert ada_client.get(reverse("client_edit", args=[10**30])).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_read_only_colleague_may_not_edit(ben_client, firm_a, method):
    client = make_client(firm=firm_a)
    for url in (
        reverse("client_new"),
        reverse("client_edit", args=[client.pk]),
        reverse("plan_new", args=[client.pk]),
        reverse("ira_balance_new", args=[client.pk]),
    ):
        assert getattr(ben_client, method)(url, type_client()).status_code == 403
    assert [stored.pk for stored in find_stored(Client, firm=firm_a)] == [client.pk]


def test_nobody_gets_in_without_signing_in(client, firm_a):
    response = client.get(reverse("client_edit", args=[make_client(firm=firm_a).pk]))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


# --- A letter rests on it ------------------------------------------------------------------------------------------


def rest_a_letter_on(fact):
    return Reliance.objects.create(
        firm=fact.firm, fact_table=fact._meta.db_table, fact_id=fact.pk, letter_reference="AT-7K3M-Q2XD"
    )


def test_a_change_under_a_letter_asks_why(ada_client, firm_a):
    client = make_client(firm=firm_a)
    rest_a_letter_on(client)
    url = reverse("client_edit", args=[client.pk])
    assert "A letter rests on this fact." in ada_client.get(url).text
    response = ada_client.post(url, type_client(legal_name="Imogen Reyes"))
    assert response.status_code == 422
    assert read_errors(response, "reason") == ["A letter rests on this fact: say why it changes."]
    client.refresh_from_db()
    assert client.legal_name == "Imogen Tate"


def test_a_change_under_a_letter_keeps_old_new_who_and_why(ada_client, ada, firm_a):
    client = make_client(firm=firm_a)
    rest_a_letter_on(client)
    response = ada_client.post(
        reverse("client_edit", args=[client.pk]),
        type_client(legal_name="Imogen Reyes", reason="Married in June"),
    )
    assert response.status_code == 302
    old, new = client.pgh_event_model.objects.filter(pgh_obj_id=client.pk).order_by("pgh_id")
    assert (old.legal_name, new.legal_name) == ("Imogen Tate", "Imogen Reyes")
    assert new.pgh_context.metadata["reason"] == "Married in June"
    assert new.pgh_context.metadata["user"] == ada.pk


def test_saving_the_same_under_a_letter_asks_nothing(ada_client, firm_a):
    client = make_client(firm=firm_a, filing_status="married_joint")
    rest_a_letter_on(client)
    response = ada_client.post(reverse("client_edit", args=[client.pk]), type_client())
    assert response.status_code == 302


def test_a_client_under_no_letter_is_asked_no_reason(ada_client, firm_a):
    client = make_client(firm=firm_a)
    response = ada_client.get(reverse("client_edit", args=[client.pk]))
    assert "reason" not in response.context["form"].fields


# --- IRA balances --------------------------------------------------------------------------------------------------


def test_an_ira_balance_is_saved_and_edited(ada_client, firm_a):
    client = make_client(firm=firm_a)
    response = ada_client.post(reverse("ira_balance_new", args=[client.pk]), type_ira_balance())
    assert response.url == reverse("client_page", args=[client.pk])
    [balance] = find_stored(IraBalance, firm=firm_a)
    assert (balance.value, balance.basis) == (Decimal("30000.00"), Decimal("0.00"))
    url = reverse("ira_balance_edit", args=[balance.pk])
    assert 'value="30,000.00"' in ada_client.get(url).text
    typed = type_ira_balance(basis="500", distributions="1,000", conversions="$7,000.00")
    assert ada_client.post(url, typed).status_code == 302
    balance.refresh_from_db()
    assert balance.basis == Decimal("500.00")
    assert (balance.distributions, balance.conversions) == (Decimal("1000.00"), Decimal("7000.00"))


@pytest.mark.parametrize("typed", BAD_AMOUNTS, ids=ascii)
@pytest.mark.parametrize("field", ["value", "basis", "distributions", "conversions"])
def test_a_bad_amount_of_an_ira_is_told_at_its_field(ada_client, firm_a, field, typed):
    client = make_client(firm=firm_a)
    response = ada_client.post(
        reverse("ira_balance_new", args=[client.pk]), type_ira_balance(**{field: typed})
    )
    assert response.status_code == 422
    assert read_errors(response, field)
    assert response.context["form"][field].value() == typed
    assert find_stored(IraBalance, firm=firm_a) == []


@pytest.mark.parametrize("year", ["1999", "2099", "21", "٢٠٢١", ""])
def test_a_bad_year_of_an_ira_is_told_at_its_field(ada_client, firm_a, year):
    client = make_client(firm=firm_a)
    response = ada_client.post(reverse("ira_balance_new", args=[client.pk]), type_ira_balance(year=year))
    assert read_errors(response, "year")


def test_an_ira_has_one_balance_a_year_and_kind(ada_client, firm_a):
    client = make_client(firm=firm_a)
    make_ira_balance(client=client)
    url = reverse("ira_balance_new", args=[client.pk])
    response = ada_client.post(url, type_ira_balance())
    assert read_errors(response, "year") == ["That kind of IRA already has a value for that year."]
    assert ada_client.post(url, type_ira_balance(kind="sep")).status_code == 302


def test_another_firms_ira_balance_is_not_found(boris_client, firm_a):
    balance = make_ira_balance(client=make_client(firm=firm_a))
    assert boris_client.get(reverse("ira_balance_edit", args=[balance.pk])).status_code == 404
