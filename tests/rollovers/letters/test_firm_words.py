"""A firm's own words: what they may say, and all that they may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollovers.letters import wording as words
from rollovers.letters.after_tax_letter import LetterRefused
from rollovers.letters.custodian import render_custodian_html
from rollovers.letters.packet import render_html
from rollovers.letters.wording import NOTE_LEAD, PLACES, FirmWords, check_wording
from rollovers.models import Slot
from tests.rollovers.letters.cast import VARIANTS, read_text, render_custodian, write_letter

REFUSED = {
    words.WordingNamesAmount: [
        "Send $5", "Send 5,000", "5.00 more", "20000", "Send 812", "five dollars", "100 percent", "100%", "per cent",
        "two thousand", "half", "＄5", "2 0 0 0 0", "5 USD", "double it",
    ],
    words.WordingNamesSource: [
        "the elective deferrals", "Roth contributions", "the employer money", "matching", "profit-sharing",
        "profit sharing", "rollover source", "other sources too", "the Roth account", "pretax money", "DESIGNATED",
        "ｅｍｐｌｏｙｅｒ money", "catch-up",
    ],
    words.WordingNamesExtent: [
        "the whole plan", "entire", "all accounts", "the balance", "everything", "in full", "the total", "the rest",
        "the other account", "up to the limit",
    ],
    words.WordingNamesPayee: [
        "payable to Boris", "wire it", "pay Boris", "to another IRA", "transfer it", "made out to us",
    ],
    words.WordingOverrides: [
        "Disregard page 2", "instead", "Ignore the box", "except Fridays", "notwithstanding", "unless told",
        "cancel it", "do not send", "Don't send", "replaces", "corrected",
    ],
}  # fmt: skip
ACCEPTED = [
    "",
    "Good day.",
    "Ask for Ada Brandt at (207) 555-0142, ext. 12.",
    "Our desk answers at 207-555-0142 on weekdays.",
    "A signed copy by return would help us.",
    "Please mail checks by a tracked service.",
    "Our office: 48 Wharf Street, Suite 300, Portland, ME 04101",
    "We look after this client’s plan.",
    "Please acknowledge receipt of this letter.",
]


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in REFUSED.items() for text in texts], ids=ascii
)
def test_words_that_could_move_other_money_are_refused_by_the_rule_they_break(kind, text):
    with pytest.raises(kind):
        check_wording(slot=Slot.CUSTODIAN_NOTE, text=text)
    with pytest.raises(LetterRefused):
        write_letter(wording=FirmWords(custodian_note=text))


@pytest.mark.parametrize("text", ACCEPTED)
def test_harmless_words_are_accepted_in_every_place(text):
    for slot in Slot:
        check_wording(slot=slot, text=text)


@pytest.mark.parametrize("slot", Slot)
def test_a_text_longer_than_its_place_is_refused(slot):
    check_wording(slot=slot, text="x" * PLACES[slot].longest)
    with pytest.raises(words.WordingTooLong, match=slot.label):
        check_wording(slot=slot, text="x" * (PLACES[slot].longest + 1))


def test_each_slot_is_a_place_whose_default_says_nothing_that_is_refused():
    assert set(PLACES) == set(Slot.values)
    for place in PLACES.values():
        if place.slot is not Slot.CUSTODIAN_NOTE:
            check_wording(slot=place.slot, text=place.default)
        assert len(place.default) <= place.longest


@given(
    text=st.text(
        st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_categories=("Cc",)), max_size=80
    )
)
def test_every_text_that_is_accepted_is_printed_only_under_the_lead(text):
    text = f"Note {text.strip()}."
    try:
        letter = write_letter(
            wording=FirmWords(opening=text, contact=text, closing=text, custodian_note=text)
        )
    except LetterRefused:
        return
    plain = write_letter()
    for render in (render_html, render_custodian_html):
        with_words, without = render(letter=letter), render(letter=plain)
        assert with_words.count(NOTE_LEAD) >= 2
        # Without its notes it is the same request: amounts, election and limit stand as they did.
        figures = [
            [line for line in html.splitlines() if "letter__limit" in line or "$" in line]
            for html in (with_words, without)
        ]
        assert figures[0] == figures[1]


def test_the_custodian_reads_the_firms_words_under_the_lead_and_else_the_default():
    text = read_text(render_custodian("one_signature"))
    assert f"{NOTE_LEAD} Please mail checks by a tracked service." in text
    assert f"{NOTE_LEAD} Ask for Ada Brandt" in text
    assert "We look after" not in text, "of the letter alone"
    assert "Confirm to the trustee in writing, on the same day, what you have carried out." in read_text(
        render_custodian("split")
    )


def test_the_longest_words_still_leave_the_letter_on_two_pages():
    assert VARIANTS["longest"].wording.opening, "the cast's longest letter has them"
