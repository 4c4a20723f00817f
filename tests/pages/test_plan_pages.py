"""The form of a plan: its parties, its sub-account, its provisions with their evidence."""

import datetime
import re

import pytest
from django.urls import reverse
from django_scopes import scope

from clients.models import Plan, PlanProvision, Reliance, Subaccount
from law.words import Answer, ProvisionKind
from tests.factories import get_subaccount, make_client, make_plan, make_provisions
from tests.posts import BAD_TEXTS, type_plan


def find_stored(model, *, firm):
    with scope(firm=firm):
        return list(model.objects.all())


def find_provisions(plan):
    with scope(firm=plan.firm):
        return {provision.kind: provision for provision in PlanProvision.objects.filter(plan=plan)}


def find_form(response, prefix):
    page = [response.context["form"], *response.context["formsets"][0]]
    return next(form for form in page if (form.prefix or "") == prefix)


def read_errors(response, prefix, field):
    return [str(error) for error in find_form(response, prefix).errors.get(field, [])]


@pytest.fixture
def client_a(firm_a):
    return make_client(firm=firm_a)


@pytest.fixture
def plan_a(client_a):
    plan = make_plan(client=client_a)
    make_provisions(plan=plan)
    return plan


# --- A new plan -----------------------------------------------------------------------------------------------


def test_a_new_plan_is_saved_with_its_subaccount_and_all_its_provisions(ada_client, firm_a, client_a):
    response = ada_client.post(reverse("plan_new", args=[client_a.pk]), type_plan())
    [plan] = find_stored(Plan, firm=firm_a)
    assert response.url == reverse("client_page", args=[client_a.pk])
    assert (plan.client, plan.ein, plan.plan_number) == (client_a, "12-3456789", "001")
    subaccount = get_subaccount(plan=plan)
    assert (subaccount.title, subaccount.account_number) == ("After-tax sub-account", "AT-77")
    assert subaccount.participant == client_a
    assert list(find_provisions(plan)) == ProvisionKind.values


def test_evidence_named_once_serves_every_answer_that_names_none(ada_client, firm_a, client_a):
    post = type_plan(
        {"in_plan_roth_rollover": "no", "unrecovered_basis_carried": "not_verified"},
        **{
            "separate_accounting-document": "Basic plan document",
            "separate_accounting-verified_by": "Olive Byron",
        },
    )
    ada_client.post(reverse("plan_new", args=[client_a.pk]), post)
    [plan] = find_stored(Plan, firm=firm_a)
    provisions = find_provisions(plan)
    shared, own = provisions["after_tax_contributions"], provisions["separate_accounting"]
    assert (shared.document, shared.section, shared.verified_by) == (
        "Adoption agreement",
        "4.1",
        "Ada Lovelace",
    )
    assert shared.verified_date == datetime.date(2026, 1, 15)
    assert (own.document, own.verified_by) == ("Basic plan document", "Olive Byron")
    assert provisions["in_plan_roth_rollover"].answer == Answer.NO
    assert provisions["in_plan_roth_rollover"].document == "Adoption agreement"
    assert provisions["unrecovered_basis_carried"].document == ""


def test_the_evidence_starts_with_who_is_signed_in_and_today(ada_client, client_a):
    text = ada_client.get(reverse("plan_new", args=[client_a.pk])).text
    assert 'name="evidence-verified_by" value="Ada Lovelace"' in text
    assert f'value="{datetime.date.today().isoformat()}"' in text
    assert 'value="001"' in text
    assert 'value="After-tax sub-account"' in text


def test_parties_left_empty_are_the_client(ada_client, firm_a, client_a):
    ada_client.post(reverse("plan_new", args=[client_a.pk]), type_plan())
    [plan] = find_stored(Plan, firm=firm_a)
    assert plan.administrator_name == plan.trustee_name == "Imogen Tate"
    assert plan.administrator_address == "4 Elm Street\nAlbany, NY 12207"


def test_an_administrator_who_is_not_the_client_needs_an_address(ada_client, client_a):
    response = ada_client.post(
        reverse("plan_new", args=[client_a.pk]), type_plan(administrator_name="Tate Editorial LLC")
    )
    assert read_errors(response, "", "administrator_address") == [
        "Enter the address of the plan administrator."
    ]


def test_a_client_without_address_cannot_lend_one(ada_client, firm_a):
    client = make_client(firm=firm_a, street="", city="")
    response = ada_client.post(reverse("plan_new", args=[client.pk]), type_plan())
    assert read_errors(response, "", "administrator_address")


def test_the_first_button_goes_on_to_the_year(ada_client, firm_a, client_a):
    response = ada_client.post(reverse("plan_new", args=[client_a.pk]), type_plan(then="year_new"))
    [plan] = find_stored(Plan, firm=firm_a)
    assert response.url == reverse("year_new", args=[plan.pk])


def test_an_answer_without_evidence_is_refused_in_words_that_name_it(ada_client, firm_a, client_a):
    post = type_plan(**{"evidence-document": "", "in_service_distribution-section": ""})
    response = ada_client.post(reverse("plan_new", args=[client_a.pk]), post)
    assert response.status_code == 422
    missing = "Enter the section that answers “Allows their in-service distribution”."
    assert read_errors(response, "in_service_distribution", "section") == [missing]
    assert read_errors(response, "in_service_distribution", "document") == [
        "Name the document that answers “Allows their in-service distribution”."
    ]
    assert f'<a href="#id_in_service_distribution-section">{missing}</a>' in response.text
    assert find_stored(Plan, firm=firm_a) == []


def test_what_is_not_verified_needs_no_evidence(ada_client, firm_a, client_a):
    post = type_plan(dict.fromkeys(ProvisionKind.values, "not_verified"), **{"evidence-document": ""})
    assert ada_client.post(reverse("plan_new", args=[client_a.pk]), post).status_code == 302


def test_a_mistake_in_the_shared_evidence_is_told_once(ada_client, client_a):
    post = type_plan(**{"evidence-verified_date": "12/31/2099"})
    response = ada_client.post(reverse("plan_new", args=[client_a.pk]), post)
    assert read_errors(response, "evidence", "verified_date") == ["Enter a date that is not in the future."]
    assert response.text.count("that is not in the future.") == 2  # in the summary and at the field
    assert response.context["formsets"][0].total_error_count() == 1


BAD_PLAN_INPUTS = [
    *(("", "name", text) for text in BAD_TEXTS.values()),
    ("", "name", ""),
    ("", "plan_number", "1000"),
    ("", "plan_number", "٠٠١"),
    ("", "plan_number", "1a"),
    ("", "ein", "12-345678"),
    ("", "ein", "1-23456789"),
    ("", "ein", "١٢٣٤٥٦٧٨٩"),
    ("", "ein", ""),
    ("", "business_form", "llc"),
    ("", "administrator_name", "Imogen \u202eTate"),
    ("", "administrator_address", "4 Elm\x00 Street"),
    ("", "trustee_name", "Imogen\nTate"),
    ("", "custodian_name", ""),
    ("", "custodian_name", "Meri\u200bdian"),
    ("", "custodian_address", "x" * 301),
    ("subaccount", "title", "After\ntax"),
    ("subaccount", "account_number", ""),
    ("subaccount", "account_number", "AT\u202e77"),
    ("evidence", "document", "Adop\u2028tion"),
    ("evidence", "verified_by", "Ada\x07"),
    ("evidence", "verified_date", "12/31/26"),
    ("separate_accounting", "answer", "maybe"),
    ("separate_accounting", "section", "4\n2"),
    ("separate_accounting", "page", "7\u202e"),
    ("separate_accounting", "document", "\ufeffPlan"),
    ("separate_accounting", "verified_date", "01/01/2099"),
]


@pytest.mark.parametrize(("prefix", "field", "typed"), BAD_PLAN_INPUTS, ids=lambda text: ascii(text)[:40])
def test_a_bad_input_is_told_at_its_field_and_nothing_is_lost_or_saved(
    ada_client, firm_a, client_a, prefix, field, typed
):
    name = f"{prefix}-{field}" if prefix else field
    response = ada_client.post(reverse("plan_new", args=[client_a.pk]), type_plan(**{name: typed}))
    assert response.status_code == 422
    assert read_errors(response, prefix, field)
    assert f'id="id_{name}_error"' in response.text
    assert find_form(response, prefix)[field].value() == typed
    assert find_form(response, "spousal_consent_required")["section"].value() == "4.6"
    assert "<title>Error: New plan" in response.text
    for model in (Plan, Subaccount, PlanProvision):
        assert find_stored(model, firm=firm_a) == []


# --- An edit ---------------------------------------------------------------------------------------------------


def test_an_edit_shows_what_is_stored_and_saves_what_is_typed(ada_client, plan_a):
    url = reverse("plan_edit", args=[plan_a.pk])
    text = ada_client.get(url).text
    for stored in ("Tate Editorial 401(k)", "12-3456789", "AT-77", "4.3", "Adoption agreement"):
        assert stored in text
    post = type_plan(
        {"separate_accounting": "no"}, custodian_name="Harbor Trust", **{"subaccount-title": "VAT"}
    )
    assert ada_client.post(url, post).url == reverse("client_page", args=[plan_a.client_id])
    plan_a.refresh_from_db()
    assert plan_a.custodian_name == "Harbor Trust"
    assert get_subaccount(plan=plan_a).title == "VAT"
    assert find_provisions(plan_a)["separate_accounting"].answer == Answer.NO
    assert len(find_provisions(plan_a)) == len(ProvisionKind) == 9


def test_the_first_day_of_an_employee_is_kept_and_then_shown(ada_client, plan_a):
    url = reverse("plan_edit", args=[plan_a.pk])
    folded = re.compile(r"<details>\s*<summary>Employees")
    assert folded.search(ada_client.get(url).text)
    ada_client.post(url, type_plan(first_employee_date="03/01/2025"))
    plan_a.refresh_from_db()
    assert plan_a.first_employee_date == datetime.date(2025, 3, 1)
    text = ada_client.get(url).text
    assert not folded.search(text)
    assert 'value="2025-03-01"' in text
    ada_client.post(url, type_plan())
    plan_a.refresh_from_db()
    assert plan_a.first_employee_date is None


@pytest.mark.parametrize("typed", ["12/31/2099", "1899-12-31", "2025-02-29", "3/1/25"])
def test_a_bad_first_day_of_an_employee_is_told_in_sight(ada_client, plan_a, typed):
    response = ada_client.post(reverse("plan_edit", args=[plan_a.pk]), type_plan(first_employee_date=typed))
    assert response.status_code == 422
    assert read_errors(response, "", "first_employee_date")
    assert re.search(r"<details open>\s*<summary>Employees", response.text)
    assert response.context["form"]["first_employee_date"].value() == typed
    plan_a.refresh_from_db()
    assert plan_a.first_employee_date is None


@pytest.mark.parametrize("kind", ["higher_catch_up", "ira_rollovers_accepted"])
def test_the_new_provisions_are_asked_for_and_kept(ada_client, plan_a, kind):
    url = reverse("plan_edit", args=[plan_a.pk])
    assert f'name="{kind}-answer"' in ada_client.get(url).text
    ada_client.post(url, type_plan({kind: "no"}))
    assert find_provisions(plan_a)[kind].answer == Answer.NO


def test_a_plan_with_nothing_else_recorded_is_completed_by_an_edit(ada_client, client_a):
    plan = make_plan(client=client_a)
    get_subaccount(plan=plan).delete()
    assert ada_client.post(reverse("plan_edit", args=[plan.pk]), type_plan()).status_code == 302
    assert get_subaccount(plan=plan).account_number == "AT-77"
    assert len(find_provisions(plan)) == len(ProvisionKind)


def test_a_refused_edit_still_says_which_plan_it_edits(ada_client, plan_a):
    response = ada_client.post(reverse("plan_edit", args=[plan_a.pk]), type_plan(name="Other", ein="1"))
    assert "<h1>Edit Tate Editorial 401(k)</h1>" in response.text
    assert 'value="Other"' in response.text


def rest_a_letter_on(fact):
    Reliance.objects.create(
        firm=fact.firm, fact_table=fact._meta.db_table, fact_id=fact.pk, letter_reference="AT-7K3M-Q2XD"
    )


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("plan", {"custodian_name": "Harbor Trust"}),
        ("subaccount", {"subaccount-account_number": "AT-78"}),
        ("provision", {"separate_accounting-section": "9.9"}),
    ],
)
def test_one_reason_explains_a_change_to_any_part_under_a_letter(ada_client, plan_a, what, change):
    facts = {
        "plan": plan_a,
        "subaccount": get_subaccount(plan=plan_a),
        "provision": find_provisions(plan_a)["separate_accounting"],
    }
    for fact in facts.values():
        rest_a_letter_on(fact)
    url = reverse("plan_edit", args=[plan_a.pk])
    unchanged = type_plan(
        plan_number="001",
        administrator_name="Imogen Tate",
        **{f"{kind}-page": "7" for kind in ProvisionKind.values},
    )
    assert ada_client.post(url, unchanged).status_code == 302  # nothing changed, nothing asked

    refused = ada_client.post(url, unchanged | change)
    assert read_errors(refused, "", "reason") == ["A letter rests on this fact: say why it changes."]
    assert ada_client.post(url, unchanged | change | {"reason": "Custodian's own words"}).status_code == 302
    fact = facts[what]
    events = fact.pgh_event_model.objects.filter(pgh_obj_id=fact.pk, pgh_label="update")
    assert [event.pgh_context.metadata["reason"] for event in events] == ["Custodian's own words"]


# --- Who may -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ["plan_edit", "year_new", "statement_new"])
def test_another_firms_plan_is_not_found(boris_client, plan_a, method, name):
    assert getattr(boris_client, method)(reverse(name, args=[plan_a.pk]), type_plan()).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_read_only_colleague_may_not_edit_a_plan(ben_client, plan_a, method):
    assert getattr(ben_client, method)(reverse("plan_edit", args=[plan_a.pk]), type_plan()).status_code == 403
