"""Limits that a firm enters itself: by its owners, with their source, and for that firm alone."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django_scopes import scope

from advisors.models import Role
from clients.models import ContributionRecord
from law.limits import get_year_limits
from rollovers.models import EnteredLimit
from tests.conftest import sign_in
from tests.factories import make_advisor, make_client, make_entered_limit, make_plan
from tests.pages.test_year_page import enter_all
from tests.posts import BAD_AMOUNTS, type_year

ADD = "/admin/rollovers/enteredlimit/add/"


def make_staff(*, firm, role, name):
    person = make_advisor(
        firm=firm, role=role, is_staff=True, email=f"{name.lower()}@example.com", full_name=f"{name} Staff"
    )
    person.user_permissions.set(Permission.objects.filter(content_type__model="enteredlimit"))
    return sign_in(person)


@pytest.fixture
def owner(firm_a):
    return make_staff(firm=firm_a, role=Role.OWNER, name="Olga")


def type_limit(**typed):
    return {
        "kind": "415c_annual_additions",
        "year": "2027",
        "amount": "$77,777",
        "source": "Notice of the test",
    } | typed


def find_stored(firm):
    with scope(firm=firm):
        return list(EnteredLimit.objects.filter(firm=firm).values_list("kind", "year", "amount", "source"))


def read_errors(response, field):
    return [str(error) for error in response.context["adminform"].form.errors.get(field, [])]


def test_an_owner_enters_a_limit_with_its_source(owner, firm_a):
    assert owner.post(ADD, type_limit()).status_code == 302
    [(kind, year, amount, source)] = find_stored(firm_a)
    assert (kind, year, str(amount), source) == (
        "415c_annual_additions",
        2027,
        "77777.00",
        "Notice of the test",
    )


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.READ_ONLY])
def test_others_read_limits_and_change_none(firm_a, role):
    limit = make_entered_limit(firm=firm_a)
    browser = make_staff(firm=firm_a, role=role, name="Stan")
    change = f"/admin/rollovers/enteredlimit/{limit.pk}/change/"
    assert browser.get(change).status_code == 200
    assert browser.post(ADD, type_limit(year="2028")).status_code == 403
    assert browser.post(change, type_limit(amount="1")).status_code == 403
    assert (
        browser.post(f"/admin/rollovers/enteredlimit/{limit.pk}/delete/", {"post": "yes"}).status_code == 403
    )
    assert len(find_stored(firm_a)) == 1


def test_another_firms_owner_finds_no_limit(firm_a, firm_b):
    limit = make_entered_limit(firm=firm_a)
    browser = make_staff(firm=firm_b, role=Role.OWNER, name="Bella")
    assert browser.get(f"/admin/rollovers/enteredlimit/{limit.pk}/change/").status_code == 404
    assert browser.post(ADD, type_limit()).status_code == 302  # the same limit, for her own firm
    assert len(find_stored(firm_b)) == 1


def test_a_figure_that_is_shipped_is_refused_with_a_sentence(owner, firm_a):
    response = owner.post(ADD, type_limit(year="2026"))
    assert read_errors(response, "year") == [
        "Notice 2025-67 is held here for 2026 already: nobody needs to enter it."
    ]
    assert find_stored(firm_a) == []


def test_the_same_limit_is_entered_once_and_may_be_corrected(owner, firm_a):
    limit = make_entered_limit(firm=firm_a)
    assert read_errors(owner.post(ADD, type_limit()), "year") == [
        "The firm has entered that limit for that year already."
    ]
    change = f"/admin/rollovers/enteredlimit/{limit.pk}/change/"
    assert owner.post(change, type_limit(amount="78,000")).status_code == 302
    limit.refresh_from_db()
    assert str(limit.amount) == "78000.00"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("kind", ""),
        ("kind", "roman_numerals"),
        ("year", ""),
        ("year", "27"),
        ("year", "1999"),
        ("source", ""),
        ("source", "Notice\x00"),
        ("amount", ""),
        ("amount", "0"),
        ("amount", "10,000,000.01"),
        *[("amount", typed) for typed in BAD_AMOUNTS],
    ],
    ids=ascii,
)
def test_bad_input_is_told_at_its_field(owner, firm_a, field, typed):
    response = owner.post(ADD, type_limit(**{field: typed}))
    assert response.status_code == 200
    assert read_errors(response, field)
    assert find_stored(firm_a) == []


def test_the_limits_page_marks_what_the_firm_entered_and_says_how(ada_client, owner, boris_client, firm_a):
    make_entered_limit(firm=firm_a)
    mine, owners, theirs = (browser.get("/limits/").text for browser in (ada_client, owner, boris_client))
    assert mine.count("Entered by the firm") == 1
    assert "77,777.00" in mine
    assert "an owner of the firm enters each of its figures" in mine
    assert ADD in owners
    assert ADD not in mine
    assert "77,777.00" not in theirs
    assert "Entered by the firm" not in theirs


def test_a_year_is_taken_once_every_figure_is_entered_by_this_firm(ada_client, firm_a, firm_b):
    plan = make_plan(client=make_client(firm=firm_a))
    url = reverse("year_new", args=[plan.pk])
    enter_all(firm=firm_b)
    enter_all(firm=firm_a, but="401a17_compensation")
    refused = ada_client.post(url, type_year(year="2027"))
    assert [str(error) for error in refused.context["form"].errors["year"]] == [
        "Limits for 2027 are not published here: enter a year from 2014 to 2026, or have an owner of the firm enter"
        " the limit on compensation counted for 2027 with its source."
    ]
    make_entered_limit(firm=firm_a, kind="401a17_compensation")
    assert ada_client.post(url, type_year(year="2027")).status_code == 302
    with scope(firm=firm_a):
        assert ContributionRecord.objects.get().year == 2027


def test_a_shipped_figure_always_comes_before_an_entered_one(firm_a):
    make_entered_limit(firm=firm_a, year=2026)  # past the form, as by raw SQL
    limit = get_year_limits(2026).annual_additions
    assert (str(limit.amount), limit.entered_by_firm) == ("72000.00", False)
