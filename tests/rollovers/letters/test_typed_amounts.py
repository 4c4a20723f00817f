"""Whatever is typed anywhere, a packet names no amount that is not from the after-tax sub-account."""

import datetime
import re
import unicodedata
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollovers.letters import after_tax_letter, wording
from rollovers.letters.after_tax_letter import (
    LONGEST_LINE,
    LONGEST_TEXTS,
    AfterTaxLetter,
    LetterRefused,
    ProvisionEvidence,
    walk_texts,
)
from rollovers.letters.custodian import render_custodian_html, render_custodian_pdf
from rollovers.letters.packet import render_html, render_pdf
from rollovers.letters.texts import AmountInText, find_amount
from rollovers.letters.wording import FirmWords
from tests.rollovers.letters.cast import VARIANTS, read_text, write_in_plan_letter, write_letter

# --- What reads as an amount --------------------------------------------------------------------------------

AMOUNTS = [
    "$5", "$ 5", "US$5,000", "pay $5,000.00 more", "5$", "5 €", "£5", "¥ 5000", "₹5", "＄5", "Name $", "($", "5,000",
    "1,234,567", "5'000", "5’000", "５,０００", "500.00", "A500.00", "x.500.00", "500,00", "20812.37", "5 USD", "USD 5",
    "5 dollars", "5dollars", "5 Dollar", "50 cents", "five thousand dollars", "section 20812.37", "sections 3 and $5",
    "٥,٠٠٠", "12345,678", "1,2345,678", "section 6.02, 500,00", "5,6.02",
]  # fmt: skip
NOT_AMOUNTS = [
    "X87-004521", "Z12-345678", "P55-000001", "12-3456789", "001", "PO Box 770001", "48 Wharf Street, Suite 300",
    "Portland, ME 04101-1234", "(207) 555-0142", "Section 3.5", "Section 6.02(c)", "section 6.02, 7.01 and 7.02",
    "§6.02", "Adoption Agreement v2.01", "Plan Document, version 2.01", "Art. 6.02", "p. 22", "11.24.2026", "1.02.03",
    "November 20, 2026", "November 20,2026", "Dollars & Sense Planning LLC", "Ca$h & Co", "401(k)", "403(b)",
    "Notice 2014-54", "O'Brien", "Rev. Proc. 2021-30", "XXX-XX-1234", "", "100 Main Street", "July 4", "3M", "No. 5",
]  # fmt: skip


@pytest.mark.parametrize("text", AMOUNTS, ids=ascii)
def test_what_reads_as_an_amount_is_found(text):
    assert find_amount(text=text)


@pytest.mark.parametrize("text", NOT_AMOUNTS, ids=ascii)
def test_names_numbers_and_places_are_no_amounts(text):
    assert not find_amount(text=text)


@pytest.mark.parametrize("reference", ["AT-USD2-2USD", "AT-7K3M-Q2XD"])
def test_a_reference_made_by_chance_is_no_amount(reference):
    assert write_letter(reference=reference, supersedes=reference, requested_before=(f"letter {reference}",))
    assert find_amount(text=f"{reference} USD5") == "USD5"


def test_a_number_with_two_decimals_is_a_place_in_the_fields_for_places_alone():
    assert not find_amount(text="6.02(c)", field="section")
    assert not find_amount(text="14.10", field="page")
    assert find_amount(text="6.02", field="plan_name")
    assert find_amount(text="$6.02", field="section")
    assert find_amount(text="6000.02", field="section")


# --- The type refuses it, wherever it is typed --------------------------------------------------------------

FILLED = replace(
    write_letter(
        legs=(("roth_ira", "15000.00"), ("traditional_ira", "812.37"), ("participant", "5000.00")),
        spousal_consent_required=True,
        supersedes="AT-2026-0003",
        requested_before=("letter AT-2026-0001",),
    ),
    separate_accounting=ProvisionEvidence(
        document="Plan", section="3", page="2", verified_by="Ada", verified_date=datetime.date(2026, 11, 3)
    ),
    wording=FirmWords(
        opening="Good day.", contact="Ask us.", closing="Thank you.", custodian_note="Thank you."
    ),
)
IN_PLAN = write_in_plan_letter()
IN_PLAN = replace(IN_PLAN, in_plan_roth=FILLED.separate_accounting)
FIXED = {"kind", "ssn_last_four", "logo_media_type"}  # of a few values, each checked


def list_places(node, path=()):
    """Return the path to each text of a letter that a person types."""
    if isinstance(node, str):
        return [path]
    if isinstance(node, tuple):
        return [found for place, item in enumerate(node) for found in list_places(item, (*path, place))]
    if is_dataclass(node):
        return [
            found
            for field in fields(node)
            if field.name not in FIXED
            for found in list_places(getattr(node, field.name), (*path, field.name))
        ]
    return []


def type_into(node, path, text):
    """Return the letter with `text` typed at `path`, through the checks of every type on the way."""
    if not path:
        return text
    first, *rest = path
    if isinstance(first, int):
        return tuple(
            type_into(item, rest, text) if place == first else item for place, item in enumerate(node)
        )
    return replace(node, **{first: type_into(getattr(node, first), rest, text)})


PLACES = [("cash", path) for path in list_places(FILLED)] + [
    ("in_plan", path) for path in list_places(IN_PLAN) if path[0] in ("in_plan_roth", "destinations")
]
LETTERS = {"cash": FILLED, "in_plan": IN_PLAN}
IDS = ["-".join(map(str, (which, *path))) for which, path in PLACES]


@pytest.mark.parametrize(("which", "path"), PLACES, ids=IDS)
def test_an_amount_typed_in_any_field_is_refused(which, path):
    with pytest.raises(LetterRefused) as refused:
        type_into(LETTERS[which], path, "$5,000")
    if "wording" not in path and path != ("destinations", 2, "payee"):
        assert isinstance(refused.value, AmountInText)
        assert refused.value.field == next(part for part in reversed(path) if isinstance(part, str))


def test_every_text_of_a_letter_is_among_the_fields_tried():
    tried = {next(part for part in reversed(path) if isinstance(part, str)) for _, path in PLACES}
    assert {name for letter in LETTERS.values() for name, _ in walk_texts(node=letter)} - FIXED == tried


# --- The property -------------------------------------------------------------------------------------------


class Texts(HTMLParser):
    """Collects the texts of a document, its title among them."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)
        self.close()

    def handle_data(self, data):
        self.found.append(data)


READS_AS_AMOUNT = re.compile(
    r"[$€£¥₹]\W{0,3}\d[\d,.]*"
    r"|\d+(?:[,'’]\d{3})+(?!\d)(?:\.\d\d)?"
    r"|(?<!\d\.)\b\d+\.\d\d(?!\d|\.\d)"
    r"|\d+ ?(?:USD|dollars?)\b"
    r"|USD ?\d[\d,.]*",
    re.IGNORECASE,
)
PLACE_IN_A_PAPER = re.compile(
    r"(?:\b(?:section|page|art\.|version|v|p\.) ?|§ ?)\d{1,3}\.\d\d(?:\(\w\))?"
    r"(?:(?:, | and )\d{1,3}\.\d\d(?:\(\w\))?)*",
    re.IGNORECASE,
)


def find_foreign_amounts(text, letter):
    """Return what reads as an amount in `text` and is none of the letter's own figures."""
    own = {
        letter.basis, letter.value, letter.earnings, letter.loss, letter.distribution, letter.pretax, letter.after_tax,
        letter.remaining_basis, letter.includible, letter.withholding, Decimal("0.00"),
    }  # fmt: skip
    for leg in letter.destinations:
        own |= {leg.amount, leg.pretax, leg.after_tax}
    text = re.sub(" +", " ", unicodedata.normalize("NFKC", text))  # as it is printed
    text = PLACE_IN_A_PAPER.sub(" ", text)
    found = {match.group().rstrip(".,") for match in READS_AS_AMOUNT.finditer(text)}
    return found - {f"${amount:,.2f}" for amount in own}


def read_packet(letter):
    documents = (render_html(letter=letter), render_custodian_html(letter=letter))
    return "\n".join(text for html in documents for text in Texts(html).found)


FRAGMENTS = st.sampled_from(
    [
        "$",
        "€",
        "USD",
        " ",
        ",",
        ".",
        "5",
        "000",
        "500",
        "00",
        "2026",
        "dollars",
        "section ",
        "6.02",
        "Dana",
        "’",
        "-",
        "(",
    ]
)
TYPED = st.one_of(
    st.lists(FRAGMENTS, min_size=1, max_size=5).map("".join),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=10),
    st.from_regex(r"[A-Z][a-z]{2,6} (section )?[0-9]{1,3}[.,-][0-9]{1,4}", fullmatch=True),
)


def fill_at_random(data):
    """Return a letter in which every text is typed at random, where the type lets it be, and how many were refused."""
    which = data.draw(st.sampled_from(sorted(LETTERS)))
    letter, refused = LETTERS[which], 0
    for path in list_places(letter):
        name = next(part for part in reversed(path) if isinstance(part, str))
        text = data.draw(TYPED)[: LONGEST_TEXTS.get(name, LONGEST_LINE)]
        try:
            letter = type_into(letter, path, text)
        except LetterRefused:
            refused += 1
    return letter, refused


@given(data=st.data())
@settings(max_examples=40)
def test_whatever_is_typed_the_packet_names_no_amount_but_the_subaccounts(data):
    letter, _ = fill_at_random(data)
    assert not find_foreign_amounts(read_packet(letter), letter)


def test_without_the_check_a_typed_amount_would_be_named(monkeypatch):
    monkeypatch.setattr(after_tax_letter, "find_amount", lambda **_: "")
    monkeypatch.setattr(wording, "find_amount", lambda **_: "")
    monkeypatch.setattr(wording, "check_wording", lambda **_: None)
    letters = {which: type_everywhere(which, "Five $5,000.01", unchecked=True) for which in LETTERS}
    for letter in letters.values():
        assert find_foreign_amounts(read_packet(letter), letter) == {"$5,000.01"}
    # Each field by itself, so that none is left out of the pages by chance.
    for which, path in PLACES:
        letter = LETTERS[which]
        if path == ("destinations", 2, "payee") or path[-1] == "page":
            continue
        letter = type_into(letter, path, "$5.01")
        if which == "in_plan" and path[-1] == "payee":
            assert not find_foreign_amounts(read_packet(letter), letter)  # printed nowhere
        else:
            assert find_foreign_amounts(read_packet(letter), letter) == {"$5.01"}, path


def type_everywhere(which, text, *, unchecked=False) -> AfterTaxLetter:
    letter = LETTERS[which]
    for path in list_places(letter):
        name = next(part for part in reversed(path) if isinstance(part, str))
        if "wording" in path and not unchecked:
            continue
        if path != ("destinations", 2, "payee") and LONGEST_TEXTS.get(name, LONGEST_LINE) >= len(text):
            letter = type_into(letter, path, text)
    return letter


@pytest.mark.parametrize("text", ["Section 6.02 of 11.24.2026", "Ca$h & 3M", "No. 5-000.1", "A1,2345 B12"])
def test_what_is_let_through_is_no_amount_on_paper_either(text):
    letter = type_everywhere("cash", text)
    for pdf in (render_pdf(letter=letter), render_custodian_pdf(letter=letter)):
        assert text in read_text(pdf)
        assert not find_foreign_amounts(read_text(pdf), letter)


@pytest.mark.parametrize("name", VARIANTS)
def test_the_finder_knows_the_letters_own_figures_and_only_them(name):
    letter = VARIANTS[name]
    assert not find_foreign_amounts(read_packet(letter), letter)
    assert find_foreign_amounts(f"{read_packet(letter)} $19,500.00", letter) == {"$19,500.00"}
