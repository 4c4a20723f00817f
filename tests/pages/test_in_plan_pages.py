"""The in-plan Roth rollover on the pages: offered with its account, previewed, issued, linked from the comparison."""

import pytest
from django.urls import reverse
from django_scopes import scope

from law.words import Answer, Payee, Way
from rollovers.models import Letter
from tests.factories import make_client, make_plan, make_provisions, make_record, make_statement
from tests.rollover_form import fill, look_and_issue

IN_PLAN = {
    "way": "in_plan",
    "designated_account_title": "Tate designated Roth",
    "designated_account_number": "D-300",
}


def make_plan_with(firm, **answers):
    with scope(firm=firm):
        plan = make_plan(client=make_client(firm=firm))
        make_provisions(plan=plan, **answers)
        make_record(plan=plan)
        make_statement(plan=plan)
        return plan


@pytest.fixture
def plan(firm_a):
    return make_plan_with(firm_a)


@pytest.fixture
def address(plan):
    return reverse("rollover_new", args=[plan.pk])


def test_the_way_is_offered_with_its_account_and_without_javascript(ada_client, address):
    page = ada_client.get(address).text
    assert 'value="in_plan"' in page
    assert 'name="designated_account_title"' in page
    assert 'name="designated_account_number"' in page
    assert 'data-shown-when="way=in_plan"' in page


def test_its_preview_shows_one_payee_taxed_under_its_own_section(ada_client, address):
    page = ada_client.post(address, fill(action="preview", **IN_PLAN))
    assert page.status_code == 200
    assert "The plan&#x27;s designated Roth account" in page.text
    assert "Rolled over in the plan" in page.text
    assert "Leaves the plan" not in page.text
    assert "IRC 402A(c)(4)" in page.text
    assert str(page.context["outcome"].allocation.includible) == "812.37"


def test_it_is_issued_as_it_was_shown(ada_client, firm_a, address):
    response = look_and_issue(ada_client, address, **IN_PLAN)
    with scope(firm=firm_a):
        letter = Letter.objects.get()
        [row] = letter.request.disbursements.all()
    assert response.url == reverse("letter_page", args=[letter.pk])
    assert (letter.request.way, row.to, row.account_number) == (
        Way.IN_PLAN,
        Payee.DESIGNATED_ROTH,
        "D-300",
    )


@pytest.mark.parametrize("named", ["designated_account_title", "designated_account_number"])
def test_its_account_needs_a_title_or_a_number(ada_client, firm_a, address, named):
    unnamed = {"designated_account_title": "", "designated_account_number": ""}
    refused = look_and_issue(ada_client, address, **IN_PLAN | unnamed)
    assert refused.status_code == 422
    assert refused.context["form"].errors == {
        "designated_account_title": ["Enter the title or the number of the designated Roth account."]
    }
    with scope(firm=firm_a):
        assert not Letter.objects.exists()
    assert look_and_issue(ada_client, address, **IN_PLAN | unnamed | {named: "D-300"}).status_code == 302


def test_the_accounts_of_other_ways_are_not_asked_for(ada_client, address):
    unnamed = dict.fromkeys(["roth_custodian", "roth_account_number", "traditional_account_number"], "")
    assert look_and_issue(ada_client, address, **IN_PLAN | unnamed).status_code == 302


def test_what_blocks_it_links_to_the_plans_provisions(ada_client, firm_a):
    plan = make_plan_with(firm_a, in_plan_roth_rollover=Answer.NOT_VERIFIED)
    page = ada_client.post(reverse("rollover_new", args=[plan.pk]), fill(action="preview", **IN_PLAN))
    assert '<span class="finding-code">in_plan</span>' in page.text
    assert "Nobody has verified that the plan allows an in-plan Roth rollover" in page.text
    assert f'<a href="{reverse("plan_edit", args=[plan.pk])}">Open the plan document' in page.text
    assert 'value="issue"' not in page.text


def test_it_is_no_leg_among_others(ada_client, address):
    page = ada_client.get(address)
    choices = dict(page.context["legs"].forms[0].fields["to"].choices)
    assert set(choices) == {"", "roth_ira", "traditional_ira", "plan", "participant"}
    posted = fill(
        way="own", action="preview", **{"legs-0-to": "designated_roth", "legs-0-amount": "20812.37"}
    )
    refused = ada_client.post(address, posted)
    assert refused.status_code == 422
    assert "to" in refused.context["legs"].forms[0].errors


def test_the_next_letter_starts_with_the_account_of_the_last(ada_client, firm_a, plan, address):
    look_and_issue(ada_client, address, extent="amount", **IN_PLAN | {"amount": "5,000.00"})
    page = ada_client.get(address)
    form = page.context["form"]
    assert form["designated_account_title"].value() == "Tate designated Roth"
    assert form["designated_account_number"].value() == "D-300"
    assert not any(row["to"].value() for row in page.context["legs"])


def test_a_plan_that_allows_nothing_else_starts_with_it(ada_client, firm_a):
    plan = make_plan_with(firm_a, in_service_distribution=Answer.NO)
    page = ada_client.get(reverse("rollover_new", args=[plan.pk]))
    assert page.context["form"]["way"].value() == Way.IN_PLAN
    assert page.context["outcome"].blocks == ()


# --- The comparison ---------------------------------------------------------------------------------------


def test_the_comparison_leads_to_it(ada_client, plan, address):
    compared = ada_client.get(reverse("compare_page", args=[plan.pk])).text
    link = f"{address}?way=in_plan"
    assert f'href="{link}"' in compared
    assert ada_client.get(link).context["form"]["way"].value() == Way.IN_PLAN


def test_a_reader_and_a_plan_without_it_are_not_led_to_it(ada_client, ben_client, firm_a, plan):
    assert "way=in_plan" not in ben_client.get(reverse("compare_page", args=[plan.pk])).text
    barred = make_plan_with(firm_a, in_plan_roth_rollover=Answer.NO)
    assert "way=in_plan" not in ada_client.get(reverse("compare_page", args=[barred.pk])).text
