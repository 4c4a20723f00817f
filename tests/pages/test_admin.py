"""The admin: data fixes inside one firm, each with its history, none around the letters."""

import dataclasses
import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client as Browser
from django.urls import reverse
from django_scopes import scope

from advisors.admin import FirmScopedAdmin
from advisors.encryption import mask_number
from advisors.models import Advisor, Firm, Role
from clients.models import (
    Client,
    ContributionRecord,
    IraBalance,
    Plan,
    PlanAssets,
    PlanProvision,
    Reliance,
    Subaccount,
    SubaccountMovement,
    SubaccountStatement,
)
from rollovers.admin import IssuedAdmin
from rollovers.models import Disbursement, Letter, RolloverDraft, Slot, Wording
from tests.factories import (
    get_subaccount,
    make_acknowledgement,
    make_advisor,
    make_batch,
    make_client,
    make_document,
    make_draft,
    make_evidence,
    make_ira_balance,
    make_movement,
    make_payment,
    make_plan,
    make_plan_assets,
    make_provisions,
    make_record,
    make_statement,
    make_wording,
)
from tests.posts import (
    BAD_AMOUNTS,
    type_client,
    type_contribution,
    type_ira_balance,
    type_plan_assets,
    type_statement,
    type_year,
)
from tests.requests import ROTH, TRADITIONAL, issue, make_entry, make_ready_plan

FACTS = [
    Client,
    Plan,
    Subaccount,
    PlanProvision,
    ContributionRecord,
    SubaccountStatement,
    SubaccountMovement,
    PlanAssets,
    IraBalance,
]
UNKNOWN_ID = 987_654_321


def find_url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def sign_in(person):
    browser = Browser()
    browser.force_login(person)
    return browser


def make_staff(
    *, firm, models=(*FACTS, Advisor, Firm), actions=("view", "add", "change", "delete"), **fields
):
    """Make a person who may do `actions` in the admin, as far as Django's permissions go."""
    person = make_advisor(firm=firm, is_staff=True, **fields)
    types = ContentType.objects.get_for_models(*models).values()
    person.user_permissions.set(
        Permission.objects.filter(content_type__in=types, codename__regex=rf"^({'|'.join(actions)})_")
    )
    return person


@pytest.fixture
def staff(firm_a):
    return sign_in(make_staff(firm=firm_a, email="staff@lovelace.example", full_name="Stella Fixit"))


@pytest.fixture
def owner_staff(firm_a):
    return sign_in(
        make_staff(firm=firm_a, email="own@lovelace.example", full_name="Olga Own", role=Role.OWNER)
    )


@pytest.fixture
def foreign_staff(firm_b):
    return sign_in(
        make_staff(firm=firm_b, email="staff@borodin.example", full_name="Sergei Fixit", role=Role.OWNER)
    )


@pytest.fixture
def foreign_superuser(firm_b):
    return sign_in(
        Advisor.objects.create_superuser("root@borodin.example", firm=firm_b, full_name="Roman Root")
    )


@pytest.fixture
def facts(firm_a):
    """One row of each fact, by model."""
    client = make_client(firm=firm_a, legal_name="Canary Tate")
    plan = make_plan(client=client, name="Canary 401(k)")
    return {
        Client: client,
        Plan: plan,
        Subaccount: get_subaccount(plan=plan),
        PlanProvision: make_provisions(plan=plan)["separate_accounting"],
        ContributionRecord: make_record(plan=plan),
        SubaccountStatement: make_statement(plan=plan),
        SubaccountMovement: make_movement(plan=plan),
        PlanAssets: make_plan_assets(plan=plan),
        IraBalance: make_ira_balance(client=client),
    }


def type_fact(fact, **typed):
    """Type what the admin's form of `fact` shows now, but for `typed`."""
    posts = {
        Client: lambda: type_client(legal_name="Canary Tate", filing_status="single"),
        Plan: lambda: {
            "client": str(fact.client_id),
            "name": "Canary 401(k)",
            "plan_number": "001",
            "ein": "12-3456789",
            "business_form": "self_employed",
            "administrator_name": "Canary Tate",
            "administrator_address": "4 Elm Street\nAlbany, NY 12207",
            "trustee_name": "Canary Tate",
            "custodian_name": "Meridian Trust",
            "custodian_address": "1 Harbor Plaza\nBoston, MA 02110",
        },
        Subaccount: lambda: {
            "plan": str(fact.plan_id),
            "participant": str(fact.participant_id),
            "title": "After-tax sub-account",
            "account_number": "AT-77",
        },
        PlanProvision: lambda: {
            "plan": str(fact.plan_id),
            "kind": fact.kind,
            "answer": "yes",
            "document": "Adoption agreement",
            "section": "4.2",
            "page": "7",
            "verified_by": "Ada Lovelace",
            "verified_date": "2026-01-15",
        },
        ContributionRecord: lambda: type_year(
            plan=str(fact.plan_id), participant=str(fact.participant_id), compensation=""
        ),
        SubaccountStatement: lambda: type_statement(subaccount=str(fact.subaccount_id)),
        SubaccountMovement: lambda: type_contribution(subaccount=str(fact.subaccount_id)),
        PlanAssets: lambda: type_plan_assets(plan=str(fact.plan_id)),
        IraBalance: lambda: type_ira_balance(client=str(fact.client_id)),
    }
    return posts[type(fact)]() | typed


CHANGES = {
    Client: {"legal_name": "Canary Reyes"},
    Plan: {"custodian_name": "Harbor Trust"},
    Subaccount: {"account_number": "AT-78"},
    PlanProvision: {"section": "9.9"},
    ContributionRecord: {"after_tax": "19,000.00"},
    SubaccountStatement: {"value": "20,900.00"},
    SubaccountMovement: {"amount": "19,000.00"},
    PlanAssets: {"value": "190,000.00"},
    IraBalance: {"value": "31,000.00"},
}


def rest_a_letter_on(fact):
    Reliance.objects.create(
        firm=fact.firm, fact_table=fact._meta.db_table, fact_id=fact.pk, letter_reference="AT-7K3M-Q2XD"
    )


def name_of(model):
    return model.__name__


each_fact = pytest.mark.parametrize("model", FACTS, ids=name_of)


# --- A fix -----------------------------------------------------------------------------------------------------------


def test_every_admin_of_the_site_stays_inside_the_firm():
    """One registered by another package would show every firm's rows to any superuser."""
    strangers = [
        model.__name__ for model, one in admin.site._registry.items() if not isinstance(one, FirmScopedAdmin)
    ]
    assert strangers == []
    assert set(FACTS) <= set(admin.site._registry)


@each_fact
def test_staff_fix_a_fact_of_their_firm(staff, facts, model):
    fact = facts[model]
    url = find_url(model, "change", fact.pk)
    assert staff.get(url).status_code == 200
    response = staff.post(url, type_fact(fact, **CHANGES[model]))
    assert response.status_code == 302, response.context["errors"]
    field, typed = next(iter(CHANGES[model].items()))
    fact.refresh_from_db()
    assert f"{getattr(fact, field)}".replace(",", "") == typed.replace(",", "")


@each_fact
def test_a_new_fact_belongs_to_the_persons_firm_whatever_is_posted(staff, facts, firm_a, firm_b, model):
    fact = facts[model]
    other = {
        Client: {},
        Plan: {},
        Subaccount: {"plan": str(make_plan(client=facts[Client], name="Second").pk)},
        PlanProvision: {"plan": str(make_plan(client=facts[Client], name="Third").pk)},
        ContributionRecord: {"year": "2022"},
        SubaccountStatement: {"statement_date": "2022-12-31"},
        SubaccountMovement: {},
        PlanAssets: {"year": "2022"},
        IraBalance: {"year": "2022"},
    }
    with scope(firm=firm_a):
        facts_before = set(model.objects.values_list("pk", flat=True))
        if model is Subaccount:  # make_plan has made one for the second plan
            model.objects.filter(plan_id=other[model]["plan"]).delete()
    post = type_fact(fact, **other[model], firm=str(firm_b.pk), firm_id=str(firm_b.pk))
    response = staff.post(find_url(model, "add"), post)
    assert response.status_code == 302, response.context["errors"]
    with scope(firm=firm_a):
        assert model.objects.exclude(pk__in=facts_before).count() == 1
    with scope(firm=firm_b):
        assert model.objects.count() == 0


@each_fact
def test_the_lists_and_the_forms_show_only_the_firms_own(staff, foreign_staff, facts, model):
    for search in ({}, {"q": "canary"}):
        own = staff.get(find_url(model, "changelist"), search)
        assert facts[model] in own.context["cl"].queryset
        foreign = foreign_staff.get(find_url(model, "changelist"), search)
        assert foreign.context["cl"].result_count == 0
        assert "Canary" not in foreign.text
    assert "Canary" not in foreign_staff.get(find_url(model, "add")).text


@each_fact
@pytest.mark.parametrize("page", ["change", "delete", "history"])
@pytest.mark.parametrize("who", ["foreign_staff", "foreign_superuser"])
def test_another_firms_fact_is_as_unknown_as_one_that_never_was(request, facts, model, page, who):
    browser = request.getfixturevalue(who)
    for method in ("get", "post"):
        foreign = getattr(browser, method)(find_url(model, page, facts[model].pk))
        unknown = getattr(browser, method)(find_url(model, page, UNKNOWN_ID))
        assert foreign.status_code == unknown.status_code == 404
        assert "Canary" not in foreign.text
    facts[model].refresh_from_db()


def test_autocomplete_offers_only_the_firms_own(staff, foreign_staff, facts):
    url = reverse("admin:autocomplete")
    for model, field in ((Plan, "client"), (Subaccount, "plan"), (SubaccountStatement, "subaccount")):
        of = {"app_label": "clients", "model_name": model._meta.model_name, "field_name": field, "term": ""}
        assert staff.get(url, of).json()["results"]
        assert foreign_staff.get(url, of).json()["results"] == []


@pytest.mark.parametrize(
    "model", [Plan, Subaccount, ContributionRecord, SubaccountStatement, IraBalance], ids=name_of
)
def test_another_firms_row_cannot_be_smuggled_in_as_a_parent(staff, facts, firm_b, model):
    foreign = make_plan(client=make_client(firm=firm_b))
    parents = {
        "client": foreign.client_id,
        "plan": foreign.pk,
        "participant": foreign.client_id,
        "subaccount": get_subaccount(plan=foreign).pk,
    }
    fact = facts[model]
    url = find_url(model, "change", fact.pk)
    for field in parents.keys() & type_fact(fact).keys():
        response = staff.post(url, type_fact(fact, **{field: str(parents[field])}))
        assert response.status_code == 200
        assert response.context["adminform"].form.errors.keys() == {field}


def test_an_admin_form_refuses_what_the_pages_refuse(staff, facts):
    fact = facts[ContributionRecord]
    url = find_url(ContributionRecord, "change", fact.pk)
    for typed in BAD_AMOUNTS:
        response = staff.post(url, type_fact(fact, employer=typed))
        assert response.status_code == 200
        assert "employer" in response.context["adminform"].form.errors
    for field, typed in (("year", "2027"), ("year", "٢٠٢١"), ("after_tax_date", "12/31/2099")):
        response = staff.post(url, type_fact(fact, **{field: typed}))
        assert field in response.context["adminform"].form.errors
    client = facts[Client]
    response = staff.post(find_url(Client, "change", client.pk), type_fact(client, legal_name="Can\u202eary"))
    assert "legal_name" in response.context["adminform"].form.errors


def test_an_admin_form_refuses_the_same_year_twice(staff, facts):
    make_record(plan=facts[Plan], year=2022)
    fact = facts[ContributionRecord]
    response = staff.post(find_url(ContributionRecord, "change", fact.pk), type_fact(fact, year="2022"))
    assert "already has a record for that year" in response.text


# --- Under a letter -----------------------------------------------------------------------------------------------


@each_fact
def test_a_fix_under_a_letter_asks_why_and_the_history_tells_it(staff, facts, model):
    fact = facts[model]
    rest_a_letter_on(fact)
    url = find_url(model, "change", fact.pk)
    assert "Reason for the correction" in staff.get(url).text
    refused = staff.post(url, type_fact(fact, **CHANGES[model]))
    assert refused.context["adminform"].form.errors["reason"] == [
        "A letter rests on this fact: say why it changes."
    ]
    accepted = staff.post(url, type_fact(fact, **CHANGES[model], reason="Found the original"))
    assert accepted.status_code == 302

    history = staff.get(find_url(model, "history", fact.pk))
    latest = history.context["history_page"].object_list[0]
    field, typed = next(iter(CHANGES[model].items()))
    assert (latest.who, latest.what, latest.reason) == ("Stella Fixit", "update", "Found the original")
    [change] = latest.changes
    assert change.label == model._meta.get_field(field).verbose_name
    new = typed.replace(",", "")
    assert change.new == (mask_number(number=new) if field == "account_number" else new)
    assert change.old
    assert "Found the original" in history.text


def test_the_history_shows_what_was_written_without_the_admin(staff, firm_a):
    client = make_client(firm=firm_a)
    Client._base_manager.filter(pk=client.pk).update(legal_name="Written by SQL")
    [update, insert] = staff.get(find_url(Client, "history", client.pk)).context["history_page"].object_list
    assert (insert.what, insert.who) == ("insert", "")
    [change] = update.changes
    assert (change.old, change.new) == ("Imogen Tate", "Written by SQL")


@each_fact
def test_a_fact_under_a_letter_cannot_be_deleted_and_the_admin_says_so(staff, facts, model):
    fact = facts[model]
    rest_a_letter_on(fact)
    # A row with children is refused by Django before the database is asked.
    has_children = model in {Client, Plan, Subaccount}
    message = "Cannot delete" if has_children else "A letter rests on this fact: it cannot be deleted."
    chosen = {"action": "delete_selected", "_selected_action": [str(fact.pk)]}
    for url, post in ((find_url(model, "delete", fact.pk), {}), (find_url(model, "changelist"), chosen)):
        response = staff.post(url, post | {"post": "yes"}, follow=True)
        assert response.status_code == 200
        assert message in response.text
        fact.refresh_from_db()


def test_a_fact_under_no_letter_can_be_deleted(staff, facts, firm_a):
    fact = facts[IraBalance]
    assert staff.post(find_url(IraBalance, "delete", fact.pk), {"post": "yes"}).status_code == 302
    with scope(firm=firm_a):
        assert not IraBalance.objects.exists()
    assert fact.pgh_event_model.objects.filter(pgh_obj_id=fact.pk, pgh_label="delete").count() == 1


# --- What is issued, and what is encrypted ------------------------------------------------------------------------

NUMBERS = ["7391-5517-QX", "8462-6628-QY", "9553-7739-QZ"]
ISSUED = [model for model, one in admin.site._registry.items() if isinstance(one, IssuedAdmin)]


@pytest.fixture
def issued(firm_a, ada):
    """One row of each table that is only shown, by model; their account numbers are NUMBERS."""
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a)
        subaccount = get_subaccount(plan=plan)
        subaccount.account_number = NUMBERS[0]
        subaccount.save()
        roth, traditional = (
            dataclasses.replace(leg, account_number=number)
            for leg, number in zip((ROTH, TRADITIONAL), NUMBERS[1:], strict=True)
        )
        letter = issue(plan=plan, advisor=ada, entry=make_entry(legs=(roth, traditional)))
        if not letter.documents.exists():
            make_document(letter=letter)
        make_acknowledgement(statement=letter.request.statement, advisor=ada)
        make_payment(letter=letter, advisor=ada)
        make_evidence(letter=letter, advisor=ada)
        make_draft(plan=plan, advisor=ada, values=f"roth_account_number={NUMBERS[1]}")
        make_batch(plan=plan, advisor=ada)
        return {model: model.objects.first() for model in ISSUED}


@pytest.fixture
def root(firm_a):
    return sign_in(
        Advisor.objects.create_superuser("root@lovelace.example", firm=firm_a, full_name="Rose Root")
    )


def test_what_is_issued_is_shown_to_a_superuser_and_to_no_one_to_change(root, issued):
    assert len(ISSUED) >= 12
    for model, row in issued.items():
        url = find_url(model, "change", row.pk)
        assert root.get(url).status_code == 200, model
        assert root.get(find_url(model, "changelist")).status_code == 200
        assert root.get(find_url(model, "changelist"), {"q": "Tate"}).status_code == 200
        assert root.get(find_url(model, "history", row.pk)).status_code == 200
        assert root.post(url, {"reference": "forged"}).status_code == 403
        assert root.post(find_url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        assert root.get(find_url(model, "add")).status_code == 403


def test_the_admin_shows_no_number_no_document_and_no_token(root, issued):
    for model, row in issued.items():
        for page in (find_url(model, "change", row.pk), find_url(model, "changelist")):
            text = root.get(page).text
            assert [shown for shown in [*NUMBERS, "gAAAA", "%PDF"] if shown in text] == [], page
    text = root.get(find_url(Disbursement, "change", issued[Disbursement].pk)).text
    assert mask_number(number=issued[Disbursement].account_number) in text
    for model, hidden in ((Letter, "Inputs"), (Letter, "Pdf"), (RolloverDraft, "Values")):
        assert f"{hidden}:" not in root.get(find_url(model, "change", issued[model].pk)).text


def test_a_number_is_whole_where_it_is_typed_and_masked_where_it_is_shown(root, firm_a, issued):
    row = issued[Letter].request.subaccount
    url = find_url(Subaccount, "change", row.pk)
    assert f'value="{NUMBERS[0]}"' in root.get(url).text
    reader = make_staff(firm=firm_a, email="rita@lovelace.example", full_name="Rita", role=Role.READ_ONLY)
    shown = sign_in(reader).get(url)
    assert shown.status_code == 200
    assert NUMBERS[0] not in shown.text
    assert mask_number(number=NUMBERS[0]) in shown.text


def test_the_history_of_a_number_is_masked(root, issued):
    history = root.get(find_url(Subaccount, "history", issued[Letter].request.subaccount.pk))
    latest, *_ = history.context["history_page"].object_list
    [change] = latest.changes
    assert (change.old, change.new) == ("•••• 77", mask_number(number=NUMBERS[0]))
    assert NUMBERS[0] not in history.text


@pytest.mark.parametrize("query", ["account_number", "account_number__startswith", "account_number__gt"])
def test_nobody_feels_for_a_number_through_the_address(root, issued, query):
    for model in (Subaccount, Disbursement):
        response = root.get(find_url(model, "changelist"), {query: "7"})
        assert (response.status_code, response.url) == (302, f"{find_url(model, 'changelist')}?e=1")


def test_the_firms_words_are_an_owners_and_checked_as_on_their_page(firm_a, owner_staff, staff):
    wording = make_wording(firm=firm_a)
    may = Permission.objects.filter(content_type=ContentType.objects.get_for_model(Wording))
    for person in Advisor.objects.filter(is_staff=True):
        person.user_permissions.add(*may)
    url = find_url(Wording, "change", wording.pk)
    assert staff.get(url).status_code == 200
    assert staff.post(url, {"slot": Slot.CONTACT, "text": "Ask us."}).status_code == 403
    refused = owner_staff.post(url, {"slot": Slot.CONTACT, "text": "Pay the whole balance."})
    assert refused.context["adminform"].form.errors.keys() == {"text"}
    assert owner_staff.post(url, {"slot": Slot.CONTACT, "text": "Ask us."}).status_code == 302
    wording.refresh_from_db()
    assert wording.text == "Ask us."
    assert owner_staff.post(find_url(Wording, "delete", wording.pk), {"post": "yes"}).status_code == 302


# --- Who may ----------------------------------------------------------------------------------------------------------


@each_fact
def test_staff_without_permission_see_nothing(firm_a, facts, model):
    browser = sign_in(make_staff(firm=firm_a, models=(), email="idle@lovelace.example", full_name="Ida Idle"))
    for url in (
        find_url(model, "changelist"),
        find_url(model, "add"),
        find_url(model, "change", facts[model].pk),
        find_url(model, "delete", facts[model].pk),
        find_url(model, "history", facts[model].pk),
    ):
        assert browser.get(url).status_code == 403


@each_fact
def test_a_read_only_colleague_with_permissions_still_only_reads(firm_a, facts, model):
    browser = sign_in(
        make_staff(firm=firm_a, email="rita@lovelace.example", full_name="Rita Read", role=Role.READ_ONLY)
    )
    fact = facts[model]
    rest_a_letter_on(fact)
    assert browser.get(find_url(model, "change", fact.pk)).status_code == 200
    assert browser.post(find_url(model, "change", fact.pk), type_fact(fact)).status_code == 403
    assert browser.post(find_url(model, "add"), type_fact(fact)).status_code == 403
    assert browser.post(find_url(model, "delete", fact.pk), {"post": "yes"}).status_code == 403


def test_who_is_not_staff_is_sent_to_sign_in(ada_client):
    response = ada_client.get(find_url(Client, "changelist"))
    assert response.status_code in {302, 403}


# --- The firm and its people ------------------------------------------------------------------------------------------


def test_the_firm_is_ones_own_and_only_an_owner_changes_it(staff, owner_staff, firm_a, firm_b):
    assert [firm.pk for firm in owner_staff.get(find_url(Firm, "changelist")).context["cl"].queryset] == [
        firm_a.pk
    ]
    assert owner_staff.get(find_url(Firm, "change", firm_b.pk)).status_code == 404
    url = find_url(Firm, "change", firm_a.pk)
    assert staff.get(url).status_code == 200
    assert staff.post(url, {"name": "Renamed"}).status_code == 403
    small = {"small_earnings_amount": "100", "small_earnings_percent": "1"}
    assert owner_staff.post(url, {"name": "Renamed"} | small).status_code == 302
    firm_a.refresh_from_db()
    assert firm_a.name == "Renamed"
    assert owner_staff.get(find_url(Firm, "add")).status_code == 403
    assert owner_staff.post(find_url(Firm, "delete", firm_a.pk), {"post": "yes"}).status_code == 403


def type_person(**typed):
    return {
        "email": "New@Lovelace.example",
        "full_name": "Nora New",
        "role": "advisor",
        "usable_password": "true",
        "password1": "a long enough phrase",
        "password2": "a long enough phrase",
    } | typed


def test_an_owner_adds_a_colleague_to_the_own_firm_without_admin_rights(owner_staff, firm_a, firm_b):
    smuggled = {"firm": str(firm_b.pk), "is_staff": "on", "is_superuser": "on", "user_permissions": "1"}
    response = owner_staff.post(find_url(Advisor, "add"), type_person(**smuggled))
    assert response.status_code == 302, response.context["errors"]
    person = Advisor.objects.get(email="new@lovelace.example")
    assert (person.firm, person.role) == (firm_a, Role.ADVISOR)
    assert (person.is_staff, person.is_superuser) == (False, False)
    assert not person.user_permissions.exists()
    assert person.check_password("a long enough phrase")


def test_an_advisor_with_permissions_cannot_make_an_owner(staff, firm_a, ada):
    me = Advisor.objects.get(email="staff@lovelace.example")
    post = {"email": me.email, "full_name": me.full_name, "role": "owner", "is_active": "on"}
    assert staff.post(find_url(Advisor, "change", me.pk), post).status_code == 403
    assert staff.post(find_url(Advisor, "add"), type_person(role="owner")).status_code == 403
    me.refresh_from_db()
    assert me.role == Role.ADVISOR


def test_an_owner_cannot_give_admin_rights(owner_staff, ada):
    url = find_url(Advisor, "change", ada.pk)
    post = {"email": ada.email, "full_name": "Ada King", "role": "owner", "is_active": "on"}
    smuggled = {"is_staff": "on", "is_superuser": "on", "user_permissions": "1", "groups": "1"}
    assert owner_staff.post(url, post | smuggled).status_code == 302
    ada.refresh_from_db()
    assert (ada.full_name, ada.role) == ("Ada King", Role.OWNER)
    assert (ada.is_staff, ada.is_superuser) == (False, False)
    assert not ada.user_permissions.exists()


def test_an_owner_cannot_touch_a_superuser(owner_staff, firm_a):
    root = Advisor.objects.create_superuser("root@lovelace.example", firm=firm_a, full_name="Rose Root")
    post = {"email": root.email, "full_name": "Taken", "role": "read_only", "is_active": "on"}
    assert owner_staff.post(find_url(Advisor, "change", root.pk), post).status_code == 403
    passwords = {
        "password1": "a long enough phrase",
        "password2": "a long enough phrase",
        "usable_password": "true",
    }
    url = reverse("admin:auth_user_password_change", args=[root.pk])
    assert owner_staff.post(url, passwords).status_code == 403
    root.refresh_from_db()
    assert root.full_name == "Rose Root"
    assert not root.check_password("a long enough phrase")


def test_a_superuser_gives_admin_rights(firm_a, ada):
    root = sign_in(
        Advisor.objects.create_superuser("root@lovelace.example", firm=firm_a, full_name="Rose Root")
    )
    url = find_url(Advisor, "change", ada.pk)
    assert root.get(url).status_code == 200
    post = {
        "email": ada.email,
        "full_name": ada.full_name,
        "role": "advisor",
        "is_active": "on",
        "is_staff": "on",
    }
    assert root.post(url, post).status_code == 302
    ada.refresh_from_db()
    assert ada.is_staff


def test_another_firms_people_are_not_found(foreign_staff, foreign_superuser, ada):
    for browser in (foreign_staff, foreign_superuser):
        assert "Ada Lovelace" not in browser.get(find_url(Advisor, "changelist")).text
        for page in ("change", "history"):
            assert browser.get(find_url(Advisor, page, ada.pk)).status_code == 404
        assert browser.get(reverse("admin:auth_user_password_change", args=[ada.pk])).status_code == 404


def test_nobody_is_deleted(owner_staff, ada):
    assert owner_staff.post(find_url(Advisor, "delete", ada.pk), {"post": "yes"}).status_code == 403


def test_the_history_of_a_person_tells_no_password(owner_staff, ada):
    ada.set_password("a long enough phrase")
    ada.role = Role.OWNER
    ada.save()
    text = owner_staff.get(find_url(Advisor, "history", ada.pk)).text
    assert "Owner" in text
    assert not re.search(r"argon2|md5\$", text)
