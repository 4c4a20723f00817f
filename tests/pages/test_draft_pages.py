"""Drafts on the rollover page: saved however incomplete, opened just as they were left, discarded, issued from."""

from urllib.parse import parse_qsl
from uuid import uuid4

import pytest
from django.urls import reverse
from django_scopes import scope

from rollovers.models import CaseEvent, Letter, RolloverDraft, Step
from tests.conftest import sign_in
from tests.factories import make_advisor, make_draft
from tests.requests import TODAY, issue, make_entry, make_ready_plan, make_spouse
from tests.rollover_form import fill, issue_what


@pytest.fixture
def plan(firm_a):
    with scope(firm=firm_a):
        return make_ready_plan(firm=firm_a)


@pytest.fixture
def address(plan):
    return reverse("rollover_new", args=[plan.pk])


def save(browser, address, **fields):
    return browser.post(address, fill(**fields) | {"action": "draft"})


def read_draft(firm):
    with scope(firm=firm):
        return RolloverDraft.objects.select_related("saved_by").get()


def count_drafts(firm):
    with scope(firm=firm):
        return RolloverDraft.objects.count()


def read_page(page):
    """Return what a browser would post of the page: every field of both forms as it stands."""
    form, legs = page.context["form"], page.context["legs"]
    fields = [*form, *legs.management_form, *(field for row in legs for field in row)]
    return {field.html_name: field.value() or "" for field in fields}


# --- Saving -----------------------------------------------------------------------------------------------


def test_a_draft_is_saved_and_the_clients_page_says_so(ada_client, ada, firm_a, plan, address):
    response = ada_client.post(address, fill(action="draft"), follow=True)
    assert response.redirect_chain == [(reverse("client_page", args=[plan.client_id]), 302)]
    assert "The draft is saved: nothing is issued yet." in response.text
    draft = read_draft(firm_a)
    assert (draft.saved_by, draft.payment_date.isoformat()) == (ada, "2026-12-01")
    with scope(firm=firm_a):
        assert not Letter.objects.exists()


def test_only_the_forms_own_fields_are_kept(ada_client, firm_a, address):
    more = {"csrfmiddlewaretoken": "x" * 64, "shown_digest": "y" * 64, "firm": "2", "legs-0-firm": "2"}
    save(ada_client, address, roth_custodian="", **more)
    kept = dict(parse_qsl(read_draft(firm_a).values, keep_blank_values=True))
    assert kept["way"] == "split"
    assert kept["roth_custodian"] == ""
    assert kept["roth_account_number"] == "ROTH-1"
    assert not kept.keys() & {*more, "action", "draft_saved_at"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"payment_date": "soon"},
        {"payment_date": ""},
        {"extent": "amount", "amount": "much"},
        {"way": ""},
        {"roth_custodian": "M" * 200},
        {"way": "own", "legs-0-to": "roth_ira", "legs-0-amount": "1e3", "legs-3-payee": "Late row"},
    ],
)
def test_a_form_is_saved_however_incomplete_or_wrong_and_comes_back_as_it_was(
    ada_client, firm_a, address, wrong
):
    typed = fill(**wrong)
    assert ada_client.post(address, typed | {"action": "draft"}).status_code == 302
    draft = read_draft(firm_a)
    page = ada_client.get(address, {"draft": draft.pk})
    assert page.status_code == 200
    stands = read_page(page)
    assert {name: stands[name] for name in typed} == {name: str(value) for name, value in typed.items()}
    assert (draft.payment_date is None) == ("payment_date" in wrong)


def test_without_a_statement_the_form_is_saved_all_the_same(ada_client, firm_a, plan, address):
    with scope(firm=firm_a):
        plan.subaccounts.get().statements.all().delete()
    assert save(ada_client, address).status_code == 302
    assert count_drafts(firm_a) == 1


def test_a_form_without_its_key_is_not_saved(ada_client, firm_a, address):
    assert save(ada_client, address, request_key="no key").status_code == 422
    assert count_drafts(firm_a) == 0


def test_a_reader_saves_nothing(ben_client, firm_a, address):
    assert save(ben_client, address).status_code == 403
    assert count_drafts(firm_a) == 0


# --- Opening ----------------------------------------------------------------------------------------------


def test_a_draft_opens_just_as_it_was_left(ada_client, firm_a, address):
    key = str(uuid4())
    reason = {"ack-V23-0123456789": "The custodian had none newer."}
    save(ada_client, address, request_key=key, way="own", **{"legs-0-to": "participant"}, **reason)
    page = ada_client.get(address, {"draft": read_draft(firm_a).pk})
    form = page.context["form"]
    assert form["request_key"].value() == key
    assert form["way"].value() == "own"
    assert page.context["legs"].forms[0]["to"].value() == "participant"
    assert form["ack-V23-0123456789"].value() == "The custodian had none newer."
    assert "The custodian had none newer." in page.text
    assert "A draft, saved by Ada Lovelace on" in page.text


def test_a_spouses_draft_opens_for_the_spouse(ada_client, firm_a, plan, address):
    with scope(firm=firm_a):
        spouse = make_spouse(plan=plan)
    response = ada_client.post(f"{address}?participant={spouse.pk}", fill(action="draft"))
    assert response.url == reverse("client_page", args=[spouse.pk])
    page = ada_client.get(address, {"draft": read_draft(firm_a).pk})
    assert page.context["client"] == spouse
    assert f'action="{address}?participant={spouse.pk}"' in page.text


def test_a_draft_remembers_the_letter_it_supersedes(ada_client, ada, firm_a, plan, address):
    with scope(firm=firm_a):
        letter = issue(plan=plan, advisor=ada)
    save(ada_client, address, supersedes=letter.pk)
    draft = read_draft(firm_a)
    assert draft.supersedes == letter
    page = ada_client.get(address, {"draft": draft.pk})
    assert page.context["superseded"] == letter
    assert f'name="supersedes" value="{letter.pk}"' in page.text


def test_a_draft_whose_letter_was_superseded_meanwhile_says_so(ada_client, ada, firm_a, plan, address):
    with scope(firm=firm_a):
        letter = issue(plan=plan, advisor=ada)
    save(ada_client, address, supersedes=letter.pk)
    with scope(firm=firm_a):
        issue(plan=plan, advisor=ada, entry=make_entry(supersedes=letter), today=TODAY)
    page = ada_client.get(address, {"draft": read_draft(firm_a).pk})
    assert page.context["superseded"] is None
    assert f"Letter {letter.reference}, which this one was to supersede, was superseded" in page.text


@pytest.mark.parametrize("text", ["", "0", "x", "-1", "9" * 30, "١", "999999999"])
def test_what_is_no_draft_is_not_found(ada_client, address, text):
    assert ada_client.get(address, {"draft": text}).status_code == 404


def test_a_draft_opens_on_its_own_plans_page_and_in_its_own_firm_only(
    ada_client, boris_client, ada, firm_a, firm_b, plan, address
):
    with scope(firm=firm_a):
        draft = make_draft(plan=plan, advisor=ada)
        another = reverse("rollover_new", args=[make_ready_plan(firm=firm_a).pk])
    with scope(firm=firm_b):
        elsewhere = reverse("rollover_new", args=[make_ready_plan(firm=firm_b).pk])
    assert ada_client.get(address, {"draft": draft.pk}).status_code == 200
    assert ada_client.get(another, {"draft": draft.pk}).status_code == 404
    assert boris_client.get(elsewhere, {"draft": draft.pk}).status_code == 404
    assert boris_client.get(address, {"draft": draft.pk}).status_code == 404


# --- Saving and issuing from it ---------------------------------------------------------------------------


def test_saved_again_it_stays_one_draft(ada_client, firm_a, address):
    save(ada_client, address)
    page = ada_client.get(address, {"draft": read_draft(firm_a).pk})
    again = ada_client.post(address, read_page(page) | {"action": "draft", "way": "all_roth"})
    assert again.status_code == 302
    assert "way=all_roth" in read_draft(firm_a).values


def test_recalculating_without_javascript_keeps_it_the_same_draft(ada_client, firm_a, address):
    save(ada_client, address)
    opened = ada_client.get(address, {"draft": read_draft(firm_a).pk})
    shown = ada_client.post(address, read_page(opened) | {"action": "preview", "way": "all_roth"})
    assert "A draft, saved by" in shown.text
    assert ada_client.post(address, read_page(shown) | {"action": "draft"}).status_code == 302
    assert "way=all_roth" in read_draft(firm_a).values


def test_a_letter_is_issued_from_a_draft(ada_client, firm_a, address):
    save(ada_client, address)
    page = ada_client.get(address, {"draft": read_draft(firm_a).pk})
    issued = ada_client.post(address, read_page(page) | issue_what(page.context["outcome"]))
    assert issued.status_code == 302
    assert count_drafts(firm_a) == 0
    with scope(firm=firm_a):
        letter = Letter.objects.get()
        assert [event.step for event in CaseEvent.objects.all()] == [Step.DRAFTED, Step.ISSUED]
    # Who went back in the browser and saves what has become a letter is led to the letter.
    late = ada_client.post(address, read_page(page) | {"action": "draft"}, follow=True)
    assert late.redirect_chain == [(reverse("letter_page", args=[letter.pk]), 302)]
    assert f"The form was issued as {letter.reference}." in late.text
    assert count_drafts(firm_a) == 0


# --- Two who have it open ---------------------------------------------------------------------------------


@pytest.fixture
def clara_client(firm_a):
    clara = make_advisor(firm=firm_a, email="clara@lovelace.example", full_name="Clara Barlow")
    return sign_in(clara)


def open_and_be_overtaken(ada_client, clara_client, firm_a, address, **theirs):
    """Ada opens her draft; before she presses, Clara saves another version of it. Return what Ada would post."""
    save(ada_client, address)
    opened = {"draft": read_draft(firm_a).pk}
    hers = read_page(ada_client.get(address, opened))
    clara_client.post(address, read_page(clara_client.get(address, opened)) | {"action": "draft"} | theirs)
    return hers


def test_who_is_overtaken_is_told_with_both_values_and_then_decides(
    ada_client, clara_client, firm_a, address
):
    hers = open_and_be_overtaken(
        ada_client, clara_client, firm_a, address, way="all_roth", roth_account_number="ROTH-9999-2"
    )
    hers |= {"action": "draft", "roth_custodian": "Harbor"}
    told = ada_client.post(address, hers)
    assert told.status_code == 409
    assert "Clara Barlow saved this draft in the meantime, so nothing was saved." in told.text
    assert [(each.label, each.saved, each.typed) for each in told.context["differences"]] == [
        ("Which way", "All to a Roth IRA", "Split: basis to a Roth IRA, earnings to a traditional IRA"),
        ("Custodian of the Roth IRA", "Meridian Brokerage", "Harbor"),
        ("Roth IRA, account number", "•••• 99-2", "•••• H-1"),
    ]
    assert "ROTH-9999-2" not in told.text
    assert read_page(told)["roth_custodian"] == "Harbor"
    assert "way=all_roth" in read_draft(firm_a).values
    # Pressed again, seen, it replaces.
    assert ada_client.post(address, read_page(told) | {"action": "draft"}).status_code == 302
    assert "roth_custodian=Harbor" in read_draft(firm_a).values


def test_a_number_that_differs_before_its_last_four_is_told_without_showing_it(
    ada_client, clara_client, firm_a, address
):
    hers = open_and_be_overtaken(
        ada_client, clara_client, firm_a, address, traditional_account_number="2222-5678"
    )
    told = ada_client.post(address, hers | {"action": "draft", "traditional_account_number": "1111-5678"})
    [difference] = told.context["differences"]
    assert (difference.saved, difference.typed) == (
        "•••• 5678",
        "•••• 5678 (another number that ends alike)",
    )
    assert "2222-5678" not in told.text


def test_nothing_is_issued_over_what_somebody_else_saved_unseen(ada_client, clara_client, firm_a, address):
    hers = open_and_be_overtaken(ada_client, clara_client, firm_a, address, way="all_roth")
    shown = ada_client.post(address, hers | {"action": "preview"}).context["outcome"]
    told = ada_client.post(address, hers | issue_what(shown))
    assert told.status_code == 409
    assert "so nothing was issued." in told.text
    with scope(firm=firm_a):
        assert not Letter.objects.exists()
    assert ada_client.post(address, read_page(told) | issue_what(shown)).status_code == 302


def test_who_presses_save_twice_has_one_draft_and_is_told_nothing(ada_client, firm_a, address):
    typed = fill(action="draft")
    assert [ada_client.post(address, typed).status_code for _ in range(2)] == [302, 302]
    assert count_drafts(firm_a) == 1


# --- Discarding -------------------------------------------------------------------------------------------


def test_a_draft_is_discarded_for_good(ada_client, ada, firm_a, plan, address):
    with scope(firm=firm_a):
        draft = make_draft(plan=plan, advisor=ada)
    discard = reverse("draft_delete", args=[draft.pk])
    assert f'action="{discard}"' in ada_client.get(address, {"draft": draft.pk}).text
    response = ada_client.post(discard, follow=True)
    assert response.redirect_chain == [(reverse("client_page", args=[plan.client_id]), 302)]
    assert "The draft is discarded." in response.text
    assert count_drafts(firm_a) == 0
    assert ada_client.post(discard).status_code == 404


def test_only_a_writer_of_the_firm_discards_it_and_only_by_a_press(
    ada_client, ben_client, boris_client, ada, firm_a, plan
):
    with scope(firm=firm_a):
        draft = make_draft(plan=plan, advisor=ada)
    discard = reverse("draft_delete", args=[draft.pk])
    assert ada_client.get(discard).status_code == 405
    assert ben_client.post(discard).status_code == 403
    assert boris_client.post(discard).status_code == 404
    assert count_drafts(firm_a) == 1
