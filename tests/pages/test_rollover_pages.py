"""The rollover page and the letter's pages over HTTP: nothing typed is lost, nothing unseen is issued."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django_scopes import scope

from rollovers.models import Letter
from tests.requests import issue, make_ready_plan

BAD_AMOUNTS = [
    "1_000",
    "1e3",
    "NaN",
    "١٢٣",
    "1,00",
    "12.345",
    "9999999999.00",
    "(500)",
    "-0.01",
    "1 000",
    "٣.00",
]
BAD_TEXTS = ["Meridian\u202eBrokerage", "Meridian\nBrokerage", "Meridian\x07", "Meridian\u200b"]


@pytest.fixture
def plan(firm_a):
    with scope(firm=firm_a):
        return make_ready_plan(firm=firm_a)


@pytest.fixture
def address(plan):
    return reverse("rollover_new", args=[plan.pk])


def fill(**fields):
    """Return the form as a planner fills it: a split of the whole, both accounts named."""
    legs = {f"legs-{name}": 5 for name in ("TOTAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    return (
        {
            "extent": "whole",
            "amount": "",
            "way": "split",
            "payment_date": "2026-12-01",
            "roth_custodian": "Meridian Brokerage",
            "roth_account_number": "ROTH-1",
            "traditional_custodian": "Meridian Brokerage",
            "traditional_account_number": "TRAD-1",
            "request_key": str(uuid4()),
            "legs-INITIAL_FORMS": 0,
        }
        | legs
        | fields
    )


def look_and_issue(browser, address, **fields):
    """Press Recalculate, then issue exactly what that showed."""
    filled = fill(**fields)
    shown = browser.post(address, filled | {"action": "preview"}).context["outcome"]
    return browser.post(address, filled | {"action": "issue", "shown_digest": shown.digest})


def count_letters(firm):
    with scope(firm=firm):
        return Letter.objects.count()


def test_what_was_looked_at_is_issued_and_downloads_byte_for_byte(ada_client, firm_a, address):
    response = look_and_issue(ada_client, address)

    with scope(firm=firm_a):
        letter = Letter.objects.get()
    assert response.url == reverse("letter_page", args=[letter.pk])
    pdf = ada_client.get(reverse("letter_pdf", args=[letter.pk]))
    assert pdf.content == bytes(letter.pdf)
    assert pdf["Content-Disposition"] == f'attachment; filename="{letter.reference}.pdf"'
    assert "no-store" in pdf["Cache-Control"]


def test_what_was_not_looked_at_is_shown_and_not_issued(ada_client, firm_a, address):
    response = ada_client.post(address, fill(action="issue", shown_digest=""))

    assert response.status_code == 409
    assert "Nothing is issued yet" in response.text
    assert "ROTH-1" in response.text
    assert count_letters(firm_a) == 0


def test_issuing_wants_the_accounts_named_and_says_so_at_each_field(ada_client, firm_a, address):
    unnamed = {"roth_custodian": "", "roth_account_number": "", "traditional_account_number": ""}
    response = ada_client.post(address, fill(action="issue", **unnamed))

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "roth_custodian": ["Enter the custodian of the Roth IRA."],
        "roth_account_number": ["Enter the account number of the Roth IRA."],
        "traditional_account_number": ["Enter the account number of the traditional IRA."],
    }
    assert "<title>Error:" in response.text
    assert count_letters(firm_a) == 0


@pytest.mark.parametrize("typed", BAD_AMOUNTS)
def test_a_bad_amount_is_told_at_its_field_and_keeps_what_was_typed(ada_client, firm_a, address, typed):
    response = ada_client.post(address, fill(extent="amount", amount=typed, action="issue"))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["amount"]
    assert f'value="{typed}"' in response.text
    assert "ROTH-1" in response.text
    assert count_letters(firm_a) == 0


@pytest.mark.parametrize("typed", BAD_AMOUNTS)
@pytest.mark.parametrize("name", ["amount", "pretax"])
def test_a_bad_amount_of_an_own_leg_is_told_at_its_field(ada_client, firm_a, address, name, typed):
    leg = {"legs-0-to": "roth_ira", "legs-0-amount": "20812.37", f"legs-0-{name}": typed}
    response = ada_client.post(address, fill(way="own", action="issue", **leg))

    assert response.status_code == 422
    assert name in response.context["legs"].errors[0]
    assert f'value="{typed}"' in response.text
    assert count_letters(firm_a) == 0


@pytest.mark.parametrize("typed", BAD_TEXTS)
def test_a_name_with_invisible_characters_is_refused(ada_client, firm_a, address, typed):
    response = ada_client.post(address, fill(roth_custodian=typed, action="issue"))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["roth_custodian"]
    assert count_letters(firm_a) == 0


def test_the_preview_answers_the_same_figures_as_a_fragment_and_saves_nothing(ada_client, firm_a, plan):
    preview = reverse("rollover_preview", args=[plan.pk])
    response = ada_client.post(preview, fill(extent="amount", amount="10000"), headers={"hx-request": "true"})

    assert response.status_code == 200
    assert response.text.lstrip().startswith('<section class="outcome" id="outcome"')
    assert "9,609.67" in response.text
    assert count_letters(firm_a) == 0


def test_a_finding_that_blocks_is_named_and_there_is_no_button_to_issue(ada_client, address):
    response = ada_client.post(address, fill(extent="amount", amount="20812.38", action="preview"))

    assert "Blocks the letter" in response.text
    assert "$0.01 more than the after-tax sub-account holds" in response.text
    assert "Issue this letter" not in response.text


def test_the_loser_of_two_is_told_that_nothing_was_issued(ada_client, ada, firm_a, plan, address):
    shown = ada_client.post(address, fill(action="preview")).context["outcome"]
    with scope(firm=firm_a):
        issue(plan=plan, advisor=ada)

    response = ada_client.post(address, fill(action="issue", shown_digest=shown.digest))

    assert response.status_code == 409
    assert "No letter was issued" in response.text
    assert count_letters(firm_a) == 1


def test_a_second_press_leads_to_the_letter_of_the_first(ada_client, firm_a, address):
    key = str(uuid4())
    filled = fill(request_key=key)
    shown = ada_client.post(address, filled | {"action": "preview"}).context["outcome"]
    issuing = filled | {"action": "issue", "shown_digest": shown.digest}

    first, again = ada_client.post(address, issuing), ada_client.post(address, issuing)

    assert first.url == again.url
    assert count_letters(firm_a) == 1


def test_superseding_starts_from_the_old_letter_and_frees_its_money(ada_client, ada, firm_a, plan, address):
    with scope(firm=firm_a):
        old = issue(plan=plan, advisor=ada)
    page = ada_client.get(f"{address}?supersedes={old.pk}")
    assert 'value="R-100"' in page.text

    response = look_and_issue(ada_client, address, supersedes=str(old.pk), way="all_roth")

    assert response.status_code == 302
    with scope(firm=firm_a):
        assert Letter.objects.get(supersedes=old).request.includible == Decimal("812.37")
    assert "Superseded" in ada_client.get(reverse("letter_list")).text


def test_a_letter_of_another_firm_cannot_be_superseded(ada_client, boris, firm_b, address):
    with scope(firm=firm_b):
        foreign = issue(plan=make_ready_plan(firm=firm_b), advisor=boris)

    assert ada_client.post(address, fill(supersedes=str(foreign.pk), action="preview")).status_code == 404
    assert ada_client.get(f"{address}?supersedes=nonsense").status_code == 404


def test_the_limits_page_names_the_notice_beside_each_figure(ada_client):
    text = ada_client.get(reverse("limit_list")).text

    assert "58,000.00" in text
    assert "Notice 2020-79" in text
