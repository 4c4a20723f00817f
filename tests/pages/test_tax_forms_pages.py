"""What the tax forms should say, the forms that came, and the form in which they are entered."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django_scopes import scope

from law.words import FormKind, MovementKind, Way
from rollovers.models import ReceivedForm
from tests.factories import make_movement, make_received_form
from tests.posts import BAD_AMOUNTS, BAD_TEXTS
from tests.requests import ROTH, issue, make_entry, make_ready_plan


@pytest.fixture
def letter(firm_a, ada):
    with scope(firm=firm_a):
        return issue(plan=make_ready_plan(firm=firm_a), advisor=ada)


def type_received(**typed):
    defaults = {
        "kind": "1099r",
        "payer": "Tate Editorial 401(k)",
        "received_date": "01/31/2023",
        "gross": "20,000.00",
        "taxable": "0",
        "withheld": "",
        "basis": "$20,000.00",
        "code": "g",
    }
    return defaults | typed


def find_stored(letter):
    with scope(firm=letter.firm):
        return list(ReceivedForm.objects.all())


def read_page(browser, letter):
    response = browser.get(reverse("tax_forms_page", args=[letter.pk]))
    assert response.status_code == 200
    return " ".join(response.text.split())


def read_errors(response, field):
    return [str(error) for error in response.context["form"].errors.get(field, [])]


# --- What is expected ---------------------------------------------------------------------------------------


def test_the_page_shows_what_each_form_should_say(ada_client, letter):
    text = read_page(ada_client, letter)
    for shown in (
        "Expected from the letter: its figures were estimates, and no payment is recorded yet.",
        "Ask for 2 Forms 1099-R, one for each direct rollover.",
        "If one combined form comes",
        "Line 5a, pensions and annuities",
        "“Rollover”",
        "A direct rollover from a plan is box 2",
        "No taxed money lands in a Roth IRA",
        "Then: rolled over to the traditional IRA",
        "The plan's assets at the end of 2022 are not entered",
        "No form has been entered yet.",
    ):
        assert shown in text, shown


def test_the_page_says_when_it_follows_the_recorded_payment(ada_client, letter):
    make_movement(
        plan=letter.request.plan,
        kind=MovementKind.DISTRIBUTION,
        movement_date=datetime.date(2022, 1, 18),
        amount=Decimal("20900.00"),
        letter_reference=letter.reference,
    )
    text = read_page(ada_client, letter)
    assert "Expected from the recorded payment." in text
    assert "900.00" in text


def test_the_page_says_when_the_value_just_before_is_the_letters_estimate(ada_client, ada, firm_a):
    with scope(firm=firm_a):
        entry = make_entry(way=Way.ALL_ROTH, legs=(ROTH,), amount=Decimal("10000.00"))
        letter = issue(plan=make_ready_plan(firm=firm_a), advisor=ada, entry=entry)
        make_movement(
            plan=letter.request.plan,
            kind=MovementKind.DISTRIBUTION,
            movement_date=datetime.date(2022, 1, 18),
            amount=Decimal("10000.00"),
            letter_reference=letter.reference,
        )
    text = read_page(ada_client, letter)
    assert "own estimate of the value just before it: the ledger has none." in text
    assert "390.33" in text  # 10,000.00 less its basis: 10,000 x 20,000 / 20,812.37 = 9,609.67


def test_the_clock_of_a_taxed_part_stands_on_the_page(ada_client, ada, firm_a):
    with scope(firm=firm_a):
        letter = issue(
            plan=make_ready_plan(firm=firm_a),
            advisor=ada,
            entry=make_entry(way=Way.ALL_ROTH, legs=(ROTH,)),
        )
    assert "The $812.37 taxed in 2022 bear 10% if withdrawn before January 1, 2027" in read_page(
        ada_client, letter
    )


def test_a_superseded_letter_says_which_one_to_follow(ada_client, ada, letter, firm_a):
    with scope(firm=firm_a):
        later = issue(plan=letter.request.plan, advisor=ada, entry=make_entry(supersedes=letter))
    text = read_page(ada_client, letter)
    assert "supersedes this one: what was paid, and Form 1040 below, follow" in text
    assert reverse("tax_forms_page", args=[later.pk]) in text


# --- The forms that came ------------------------------------------------------------------------------------


def test_a_form_is_saved_as_typed_and_matched_on_the_page(ada_client, letter):
    response = ada_client.post(reverse("received_form_new", args=[letter.pk]), type_received(code="1"))
    assert response.url == reverse("tax_forms_page", args=[letter.pk])
    [received] = find_stored(letter)
    assert (received.letter_id, received.gross, received.taxable, received.basis, received.withheld) == (
        letter.pk,
        Decimal("20000.00"),
        Decimal("0.00"),
        Decimal("20000.00"),
        Decimal("0.00"),
    )
    assert (received.code, received.received_date) == ("1", datetime.date(2023, 1, 31))
    text = read_page(ada_client, letter)
    assert "The Form 1099-R of Tate Editorial 401(k) is saved." in text
    assert "Code 1 treats the direct rollover as paid to the participant." in text
    assert "No Form 1099-R has come for the $812.37 of the traditional IRA." in text


def test_an_empty_box_2a_stays_empty_and_a_small_code_becomes_a_capital(ada_client, letter):
    ada_client.post(reverse("received_form_new", args=[letter.pk]), type_received(taxable=""))
    [received] = find_stored(letter)
    assert (received.taxable, received.code) == (None, "G")


def test_a_moved_value_leads_to_the_payment_to_enter(ada_client, letter):
    make_received_form(letter=letter, gross=Decimal("700.00"), basis=Decimal("0.00"))
    text = read_page(ada_client, letter)
    movement = reverse("movement_new", args=[letter.request.plan_id])
    asked = letter.request
    query = (
        f"kind=distribution&amp;reference={letter.reference}&amp;date={asked.payment_date:%Y-%m-%d}"
        f"&amp;amount={asked.distribution}"
    )
    assert f'<a href="{movement}?{query}">Enter the payment with the value just before it' in text


def test_of_a_form_5498_only_sender_date_and_box_2_are_kept(ada_client, letter):
    typed = type_received(
        kind="5498", payer="Harbor Brokerage", code="zz", taxable_not_determined="on", withheld="5"
    )
    assert ada_client.post(reverse("received_form_new", args=[letter.pk]), typed).status_code == 302
    [received] = find_stored(letter)
    assert (received.kind, received.gross, received.taxable, received.taxable_not_determined) == (
        FormKind.FORM_5498,
        Decimal("20000.00"),
        None,
        False,
    )
    assert (received.withheld, received.basis, received.code) == (Decimal("0.00"), Decimal("0.00"), "")


def test_an_edit_shows_what_is_stored_and_saves_what_is_typed(ada_client, letter):
    received = make_received_form(letter=letter, code="7")
    url = reverse("received_form_edit", args=[received.pk])
    text = ada_client.get(url).text
    for stored in ("Meridian Trust", "2023-01-31", "20,000.00", "0.00", "7"):
        assert f'value="{stored}"' in text
    assert ada_client.post(url, type_received(gross="812.37", basis="")).status_code == 302
    received.refresh_from_db()
    assert (received.gross, received.basis, received.code) == (Decimal("812.37"), Decimal("0.00"), "G")


@pytest.mark.parametrize("typed", BAD_AMOUNTS, ids=ascii)
@pytest.mark.parametrize("field", ["gross", "taxable", "withheld", "basis"])
def test_a_bad_amount_is_told_at_its_field_and_nothing_is_lost_or_saved(ada_client, letter, field, typed):
    response = ada_client.post(
        reverse("received_form_new", args=[letter.pk]), type_received(**{field: typed})
    )
    assert response.status_code == 422
    assert read_errors(response, field)
    assert f'id="id_{field}_error"' in response.text
    assert response.context["form"][field].value() == typed
    assert response.context["form"]["payer"].value() == "Tate Editorial 401(k)"
    assert find_stored(letter) == []


BAD_INPUTS = [
    ("kind", ""),
    ("kind", "w2"),
    ("gross", ""),
    ("payer", ""),
    ("payer", "x" * 121),
    *(("payer", text) for text in BAD_TEXTS.values()),
    ("received_date", ""),
    ("received_date", "12/31/2099"),
    ("received_date", "2021-02-29"),
    ("code", ""),
    ("code", "I"),
    ("code", "V"),
    ("code", "0"),
    ("code", "GGG"),
    ("code", "G\N{ARABIC-INDIC DIGIT ONE}"),
]


@pytest.mark.parametrize(("field", "typed"), BAD_INPUTS, ids=lambda text: ascii(text)[:40])
def test_a_bad_input_is_told_at_its_field(ada_client, letter, field, typed):
    response = ada_client.post(
        reverse("received_form_new", args=[letter.pk]), type_received(**{field: typed})
    )
    assert response.status_code == 422
    assert read_errors(response, field)
    assert response.context["form"][field].value() == typed
    assert find_stored(letter) == []


def test_the_sentences_of_a_refused_form(ada_client, letter):
    typed = type_received(kind="1099r", gross="", payer="", received_date="01/01/2099", code="?")
    response = ada_client.post(reverse("received_form_new", args=[letter.pk]), typed)
    assert {field: read_errors(response, field) for field in ("gross", "payer", "received_date", "code")} == {
        "gross": ["Enter box 1 of Form 1099-R, or box 2 of Form 5498; 0 if it is empty."],
        "payer": ["Enter who sent the form."],
        "received_date": ["Enter the day on which the form came, not a future one."],
        "code": ["Enter the code of box 7 as the form shows it, like G."],
    }


# --- Who may ------------------------------------------------------------------------------------------------


def test_a_read_only_colleague_looks_and_is_offered_nothing_to_enter(ben_client, letter):
    received = make_received_form(letter=letter, code="7")
    text = read_page(ben_client, letter)
    assert "Code 7 treats the direct rollover as paid to the participant." in text
    for url in (
        reverse("received_form_new", args=[letter.pk]),
        reverse("received_form_edit", args=[received.pk]),
    ):
        assert url not in text
        assert ben_client.get(url).status_code == 403
        assert ben_client.post(url, type_received()).status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_firms_forms_are_not_found_and_not_changed(boris_client, letter, method):
    received = make_received_form(letter=letter, code="7")
    assert boris_client.get(reverse("tax_forms_page", args=[letter.pk])).status_code == 404
    for url in (
        reverse("received_form_new", args=[letter.pk]),
        reverse("received_form_edit", args=[received.pk]),
    ):
        assert getattr(boris_client, method)(url, type_received()).status_code == 404
    received.refresh_from_db()
    assert received.code == "7"
