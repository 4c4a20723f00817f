"""The form of a second participant, and the pages of facts that then speak of one."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django_scopes import scope

from clients.forms.corrections import save_or_explain
from clients.forms.participants import ParticipantPageForms
from clients.models import Client, ContributionRecord, Reliance, Subaccount, SubaccountStatement
from tests.factories import get_subaccount, make_client, make_plan, make_provisions, make_record
from tests.posts import BAD_TEXTS, type_new_participant, type_plan, type_statement, type_year


def find_stored(model, *, firm):
    with scope(firm=firm):
        return list(model.objects.order_by("pk"))


@pytest.fixture
def plan_a(firm_a):
    return make_plan(client=make_client(firm=firm_a, filing_status="married_joint"))


@pytest.fixture
def new_url(plan_a):
    return reverse("participant_new", args=[plan_a.pk])


@pytest.fixture
def spouse(firm_a, plan_a):
    spouse = make_client(firm=firm_a, legal_name="Rowan Tate", birth_date=datetime.date(1974, 7, 9))
    Subaccount.objects.create(
        firm=firm_a, plan=plan_a, participant=spouse, title="Rowan's sub-account", account_number="AT-78"
    )
    return spouse


# --- Who takes part ----------------------------------------------------------------------------------------------


def test_somebody_new_becomes_a_client_of_the_household_with_a_subaccount(
    ada_client, firm_a, plan_a, new_url
):
    response = ada_client.post(new_url, type_new_participant())
    spouse = find_stored(Client, firm=firm_a)[1]
    assert response.url == reverse("client_page", args=[spouse.pk])
    assert (spouse.legal_name, spouse.birth_date) == ("Rowan Tate", datetime.date(1974, 7, 9))
    assert spouse.ssn_last_four == "7734"
    own = plan_a.client
    for name in ("street", "city", "state", "postal_code", "filing_status", "federal_rate", "state_rate"):
        assert getattr(spouse, name) == getattr(own, name), name
    subaccount = find_stored(Subaccount, firm=firm_a)[1]
    assert (subaccount.plan, subaccount.participant) == (plan_a, spouse)
    assert (subaccount.title, subaccount.account_number) == ("After-tax sub-account", "AT-78")
    assert ada_client.get(response.url).status_code == 200


def test_who_lives_elsewhere_takes_nothing_over(ada_client, firm_a, new_url):
    post = type_new_participant()
    del post["person-same_household"]
    ada_client.post(new_url, post)
    partner = find_stored(Client, firm=firm_a)[1]
    assert (partner.street, partner.filing_status) == ("", "single")
    assert partner.federal_rate == Decimal("0.00")


def test_a_client_of_the_firm_takes_part_too(ada_client, firm_a, plan_a, new_url):
    spouse = make_client(firm=firm_a, legal_name="Rowan Tate")
    post = type_new_participant(who="client", participant=str(spouse.pk)) | {
        "person-legal_name": "",
        "person-birth_date": "",
    }
    assert ada_client.post(new_url, post).url == reverse("client_page", args=[spouse.pk])
    assert find_stored(Subaccount, firm=firm_a)[1].participant == spouse
    assert len(find_stored(Client, firm=firm_a)) == 2


def test_what_was_begun_of_somebody_new_makes_nobody_where_a_client_is_chosen(ada_client, firm_a, new_url):
    spouse = make_client(firm=firm_a, legal_name="Rowan Tate")
    post = type_new_participant(who="client", participant=str(spouse.pk)) | {
        "person-legal_name": "Some\u202ebody"
    }
    assert ada_client.post(new_url, post).status_code == 302
    assert len(find_stored(Client, firm=firm_a)) == 2


def test_the_first_button_goes_on_to_the_new_participants_year(ada_client, firm_a, plan_a, new_url):
    response = ada_client.post(new_url, type_new_participant(then="year_new"))
    spouse = find_stored(Client, firm=firm_a)[1]
    assert response.url == reverse("year_new", args=[plan_a.pk]) + f"?participant={spouse.pk}"
    assert ada_client.get(response.url).status_code == 200


# --- What is refused ---------------------------------------------------------------------------------------------


def read_all_errors(response):
    """Return the errors of each form by the field's name in the page."""
    forms = [response.context["form"], *response.context["formsets"][0]]
    return {
        form.add_prefix(name) if name != "__all__" else name: [str(error) for error in errors]
        for form in forms
        for name, errors in form.errors.items()
    }


BAD_INPUTS = [
    ("who", "", "Choose somebody new or a client of the firm."),
    ("who", "nobody", ""),
    ("person-legal_name", "", "Enter the client's legal name."),
    ("person-legal_name", "x" * 121, ""),
    *(("person-legal_name", text, "") for text in BAD_TEXTS.values()),
    ("person-birth_date", "", "Enter the birth date, like 12/31/1976."),
    ("person-birth_date", "12/31/2099", "Enter a birth date that is not in the future."),
    ("person-ssn_last_four", "123-45-7734", "Enter only the last four digits of the SSN, like 4821."),
    ("subaccount-title", "", "Enter the title of the after-tax sub-account."),
    ("subaccount-account_number", "", "Enter the number of the after-tax sub-account."),
    ("subaccount-account_number", "x" * 41, ""),
    *(("subaccount-account_number", text, "") for text in BAD_TEXTS.values()),
]


@pytest.mark.parametrize(("field", "typed", "message"), BAD_INPUTS, ids=lambda value: ascii(value)[:40])
def test_a_bad_input_is_told_once_at_its_field_and_nothing_is_lost_or_saved(
    ada_client, firm_a, new_url, field, typed, message
):
    response = ada_client.post(new_url, type_new_participant(**{field: typed}))
    assert response.status_code == 422
    errors = read_all_errors(response)
    assert list(errors) == [field]
    assert len(errors[field]) == 1
    assert message in errors[field][0]
    assert f'id="id_{field}_error"' in response.text
    assert "<title>Error: New participant" in response.text
    assert 'value="7734"' in response.text or field == "person-ssn_last_four"
    assert len(find_stored(Client, firm=firm_a)) == len(find_stored(Subaccount, firm=firm_a)) == 1


def test_whose_name_and_birth_date_the_firm_knows_is_not_made_twice(ada_client, firm_a, new_url):
    make_client(firm=firm_a, legal_name="rowan tate", birth_date=datetime.date(1974, 7, 9))
    errors = read_all_errors(ada_client.post(new_url, type_new_participant()))
    assert errors == {
        "person-legal_name": ["Rowan Tate, born that day, is a client already: choose a client of the firm."]
    }


def test_twin_a_namesake_born_another_day_is_somebody_new(ada_client, firm_a, new_url):
    make_client(firm=firm_a, legal_name="Rowan Tate", birth_date=datetime.date(1974, 7, 8))
    assert ada_client.post(new_url, type_new_participant()).status_code == 302


def choose(client):
    return type_new_participant(who="client", participant=str(getattr(client, "pk", client)))


def test_only_who_does_not_take_part_yet_can_be_chosen(ada_client, firm_a, firm_b, plan_a, spouse, new_url):
    other = make_client(firm=firm_a, legal_name="Somebody Else")
    foreign = make_client(firm=firm_b, legal_name="Igor Stravin")
    text = ada_client.get(new_url).text
    assert "Somebody Else, born February 3, 1971" in text
    assert "Igor Stravin" not in text
    for taken in (plan_a.client, spouse, foreign, 987_654_321, "x"):
        response = ada_client.post(new_url, choose(taken))
        assert read_all_errors(response) == {"participant": ["Choose a client of the list."]}
    empty = ada_client.post(new_url, choose(""))
    assert read_all_errors(empty) == {"participant": ["Choose the client who takes part."]}
    assert ada_client.post(new_url, choose(other)).status_code == 302


def test_who_joined_a_moment_before_is_told_and_no_error_page_and_nobody_made(firm_a, plan_a):
    spouse = make_client(firm=firm_a, legal_name="Rowan Tate")
    with scope(firm=firm_a):
        forms = ParticipantPageForms(data=choose(spouse), plan=plan_a, today=datetime.date(2026, 11, 24))
        assert forms.is_valid()
        Subaccount.objects.create(
            firm=firm_a, plan=plan_a, participant=spouse, title="Own", account_number="AT-79"
        )
        assert save_or_explain(form=forms) is False
        assert forms.choice.non_field_errors() == [
            "Somebody saved the same a moment ago. Look at the client's page before you save again."
        ]


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_firms_plan_takes_nobody(boris_client, firm_a, new_url, method):
    assert getattr(boris_client, method)(new_url, type_new_participant()).status_code == 404
    assert len(find_stored(Client, firm=firm_a)) == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_read_only_colleague_may_add_nobody(ben_client, new_url, method):
    assert getattr(ben_client, method)(new_url, type_new_participant()).status_code == 403


# --- The pages that speak of a participant -------------------------------------------------------------------------


def test_a_spouse_has_years_of_their_own(ada_client, firm_a, plan_a, spouse):
    make_record(plan=plan_a)
    url = reverse("year_new", args=[plan_a.pk]) + f"?participant={spouse.pk}"
    text = ada_client.get(url).text
    assert f'action="{url}"' in text
    assert "Rowan Tate" in text
    response = ada_client.post(url, type_year(then="statement_new"))
    assert response.url == reverse("statement_new", args=[plan_a.pk]) + f"?participant={spouse.pk}"
    record = find_stored(ContributionRecord, firm=firm_a)[1]
    assert (record.year, record.participant) == (2021, spouse)
    edit = reverse("year_edit", args=[record.pk])
    assert ada_client.post(edit, type_year()).url == reverse("client_page", args=[spouse.pk])


def test_a_spouse_has_statements_of_their_own(ada_client, firm_a, plan_a, spouse):
    url = reverse("statement_new", args=[plan_a.pk]) + f"?participant={spouse.pk}"
    text = ada_client.get(url).text
    assert f'action="{url}"' in text
    assert "account •••• 78 of Rowan Tate" in text
    response = ada_client.post(url, type_statement(then="rollover_new"))
    assert response.url == reverse("rollover_new", args=[plan_a.pk]) + f"?participant={spouse.pk}"
    [statement] = find_stored(SubaccountStatement, firm=firm_a)
    assert statement.subaccount.participant == spouse
    edit = reverse("statement_edit", args=[statement.pk])
    assert ada_client.post(edit, type_statement()).url == reverse("client_page", args=[spouse.pk])


def test_a_spouses_subaccount_is_edited_on_the_plans_page(ada_client, plan_a, spouse):
    make_provisions(plan=plan_a)
    url = reverse("plan_edit", args=[plan_a.pk]) + f"?participant={spouse.pk}"
    text = ada_client.get(url).text
    assert f'action="{url}"' in text
    assert "The after-tax sub-account of Rowan Tate" in text
    assert 'value="AT-78"' in text
    post = type_plan(**{"subaccount-account_number": "AT-80"})
    assert ada_client.post(url, post).url == reverse("client_page", args=[spouse.pk])
    with scope(firm=plan_a.firm):
        assert Subaccount.objects.get(participant=spouse).account_number == "AT-80"
    assert get_subaccount(plan=plan_a).account_number == "AT-77"


def test_the_plans_parties_left_empty_are_the_plans_client_not_the_spouse(ada_client, plan_a, spouse):
    url = reverse("plan_edit", args=[plan_a.pk]) + f"?participant={spouse.pk}"
    ada_client.post(url, type_plan())
    plan_a.refresh_from_db()
    assert plan_a.trustee_name == "Imogen Tate"


PAGES = ["year_new", "statement_new", "plan_edit"]


@pytest.mark.parametrize("name", PAGES)
def test_who_takes_no_part_is_not_found(ada_client, firm_a, firm_b, plan_a, spouse, name):
    others = [
        make_client(firm=firm_a, legal_name="Somebody Else").pk,
        make_client(firm=firm_b).pk,
        987_654_321,
    ]
    for participant in (*others, "x", "", "-1", "9" * 30, "١"):
        url = reverse(name, args=[plan_a.pk]) + f"?participant={participant}"
        assert ada_client.get(url).status_code == 404
        assert ada_client.post(url, type_year()).status_code == 404
    assert find_stored(ContributionRecord, firm=firm_a) == []


@pytest.mark.parametrize("name", PAGES)
def test_twin_who_takes_part_is_found(ada_client, plan_a, spouse, name):
    for participant in (spouse.pk, plan_a.client_id):
        url = reverse(name, args=[plan_a.pk]) + f"?participant={participant}"
        assert ada_client.get(url).status_code == 200


def test_a_subaccount_under_a_letter_asks_for_its_reason_for_a_spouse_too(ada_client, plan_a, spouse):
    with scope(firm=plan_a.firm):
        subaccount = Subaccount.objects.get(participant=spouse)
    Reliance.objects.create(
        firm=plan_a.firm,
        fact_table="clients_subaccount",
        fact_id=subaccount.pk,
        letter_reference="AT-7K3M-Q2XD",
    )
    url = reverse("plan_edit", args=[plan_a.pk]) + f"?participant={spouse.pk}"
    assert "Why it changes" in ada_client.get(url).text
    assert "Why it changes" not in ada_client.get(reverse("plan_edit", args=[plan_a.pk])).text
