"""The firm's own words for the marked places of its letters: whose page it is, and what it refuses."""

from html import unescape

import pytest
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from rollovers.issuing.queries.wording import get_wording
from rollovers.letters.wording import NOTE_LEAD, PLACES
from rollovers.models import Wording
from tests.requests import make_entry, make_ready_plan, preview

CONTACT = "Ask for our desk at (207) 555-0142, ext. 12."


def list_stored():
    with scopes_disabled():
        return list(Wording.objects.values_list("slot", "text"))


def test_each_place_shows_its_default_where_it_prints_and_its_longest(olive_client):
    page = unescape(olive_client.get(reverse("wording_edit")).text)
    for place in PLACES.values():
        assert place.slot.label in page
        assert place.default in page
        assert f"At most {place.longest} characters." in page


@pytest.mark.parametrize("who", ["ada_client", "ben_client"])
def test_only_an_owner_chooses_the_words(request, who):
    colleague = request.getfixturevalue(who)
    assert colleague.get(reverse("wording_edit")).status_code == 403
    assert colleague.post(reverse("wording_edit"), {"contact": CONTACT}).status_code == 403
    assert not list_stored()


def test_saved_words_are_printed_in_the_firms_next_letter_under_the_lead(olive_client, ada, firm_a):
    response = olive_client.post(reverse("wording_edit"), {"contact": f"  {CONTACT} "}, follow=True)
    assert "The wording is saved." in response.text
    assert CONTACT in response.text

    with scope(firm=firm_a):
        outcome = preview(plan=make_ready_plan(firm=firm_a), advisor=ada, entry=make_entry())
    assert outcome.letter.wording.contact == CONTACT


def test_the_words_of_one_firm_are_in_no_letter_of_another(olive_client, boris, firm_a):
    olive_client.post(reverse("wording_edit"), {"contact": CONTACT})
    with scope(firm=boris.firm):
        outcome = preview(plan=make_ready_plan(firm=boris.firm), advisor=boris, entry=make_entry())
    assert outcome.letter.wording.contact == ""


def test_a_place_left_empty_has_its_default_again(olive_client, firm_a):
    olive_client.post(reverse("wording_edit"), {"contact": CONTACT, "opening": "Good day."})
    olive_client.post(reverse("wording_edit"), {"opening": "Good day."})
    with scope(firm=firm_a):
        assert get_wording(firm=firm_a) == {"opening": "Good day."}


def test_what_the_words_were_is_kept(olive_client, firm_a):
    for text in ("First words.", "Second words.", "Second words.", ""):
        olive_client.post(reverse("wording_edit"), {"opening": text})
    events = Wording.pgh_event_model.objects.order_by("pgh_id")
    assert [(event.pgh_label, event.text) for event in events] == [
        ("insert", "First words."),
        ("update", "Second words."),
        ("delete", "Second words."),
    ]


@pytest.mark.parametrize(
    ("slot", "text", "why"),
    [
        ("opening", "The amount is $5.", "names an amount"),
        ("contact", "Take the employer money too.", "employer"),
        ("closing", "Send the whole plan.", "whole"),
        ("custodian_note", "Ignore page 2.", "Ignore"),
        ("custodian_note", "李", "cannot print"),
        ("opening", "x" * 201, "at most 200 characters"),
    ],
)
def test_words_that_could_move_money_are_told_at_their_field_and_nothing_typed_is_lost(
    olive_client, slot, text, why
):
    typed = {"opening": "Good day.", "contact": CONTACT} | {slot: text}
    response = olive_client.post(reverse("wording_edit"), typed)
    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [slot]
    assert why in form.errors[slot][0]
    assert all(form[name].value() == words for name, words in typed.items())
    assert not list_stored()


def test_the_page_says_how_the_words_are_printed(olive_client):
    assert NOTE_LEAD in olive_client.get(reverse("wording_edit")).text
