"""The fields that every form of facts is made of: what they take, and what they refuse (safety F3-F5)."""

import datetime
import sys
import unicodedata
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from advisors.fields import (
    AmountField,
    BoundedDateField,
    LinesField,
    RateField,
    TextField,
    YearField,
    find_forbidden_characters,
)
from tests.posts import BAD_AMOUNTS, BAD_TEXTS


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("$31,200.00", "31200.00"),
        ("31200", "31200.00"),
        ("31,200", "31200.00"),
        (" 31200.5 ", "31200.50"),
        (".5", "0.50"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("(0.00)", "0.00"),
        ("007", "7.00"),
        ("999,999,999.99", "999999999.99"),
    ],
)
def test_an_amount_is_what_a_person_types(typed, amount):
    cleaned = AmountField().clean(typed)
    assert str(cleaned) == amount


@pytest.mark.parametrize("typed", BAD_AMOUNTS, ids=ascii)
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        AmountField().clean(typed)


@pytest.mark.parametrize("typed", ["(1,200.00)", "-1200", "- 1200", "-$1,200"])
def test_a_loss_may_be_written_in_brackets_or_with_a_minus(typed):
    assert AmountField(allow_negative=True).clean(typed) == Decimal("-1200.00")


def test_an_empty_amount_is_none_and_never_zero():
    assert AmountField(required=False).clean("") is None


@pytest.mark.parametrize(
    ("typed", "rate"), [("24", "24.00"), ("9.3", "9.30"), ("6.85%", "6.85"), ("100", "100.00")]
)
def test_a_rate_is_a_percentage(typed, rate):
    assert str(RateField().clean(typed)) == rate


@pytest.mark.parametrize("typed", ["100.01", "-1", "24%%", "1e1", "9.305", "٢٤"])
def test_what_is_no_percentage_is_refused(typed):
    with pytest.raises(ValidationError, match="percentage from 0 to 100"):
        RateField().clean(typed)


@pytest.mark.parametrize("typed", ["12/31/2026", "2026-12-31"])
def test_a_date_has_four_digits_of_year(typed):
    assert BoundedDateField().clean(typed) == datetime.date(2026, 12, 31)


@pytest.mark.parametrize(
    "typed", ["12/31/26", "0001-01-01", "9999-12-31", "1899-12-31", "2101-01-01", "2023-02-29", "٢٠٢٦-12-31"]
)
def test_a_date_is_bounded(typed):
    with pytest.raises(ValidationError):
        BoundedDateField().clean(typed)


@pytest.mark.parametrize("typed", ["26", "2026.0", "٢٠٢٦", "1899", "2100", "20266", "MMXXVI", "2_26"])
def test_a_year_has_four_ascii_digits(typed):
    with pytest.raises(ValidationError, match="four digits"):
        YearField().clean(typed)


def test_a_year_is_a_number():
    assert YearField().clean(" 2026 ") == 2026


@pytest.mark.parametrize("text", BAD_TEXTS.values(), ids=BAD_TEXTS.keys())
def test_text_that_no_letter_can_carry_is_refused(text):
    with pytest.raises(ValidationError):
        TextField().clean(text)


def test_every_character_of_a_forbidden_category_is_refused_and_no_other():
    """Controls, formats, surrogates, private, unassigned characters and line separators: 1,114,112 code points."""
    forbidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    passed = [
        code
        for code in range(sys.maxunicode + 1)
        if (unicodedata.category(chr(code)) in forbidden) != bool(find_forbidden_characters(text=chr(code)))
    ]
    assert passed == []


@pytest.mark.parametrize(
    "name",
    [
        "Seán O'Brien",
        "Nguyễn Thị Ánh",
        "李小龍",
        "Björk Guðmundsdóttir",
        "محمد علي",
        "Jean-Luc D’Arc",
        "Zoë Müller-Łukasz",
        "ראובן כהן",
        "Анна Каренина",
        "राम शर्मा",
    ],
)
def test_real_names_pass(name):
    assert TextField().clean(f" {name} ") == unicodedata.normalize("NFC", name)


def test_the_same_name_is_stored_the_same():
    assert TextField().clean("Bjo\u0308rk") == "Björk"


def test_an_address_keeps_its_lines():
    assert LinesField().clean("4 Elm Street\r\nAlbany, NY") == "4 Elm Street\nAlbany, NY"


def test_an_address_keeps_out_what_a_name_keeps_out():
    with pytest.raises(ValidationError):
        LinesField().clean("4 Elm \u202eStreet")


def test_a_name_of_spaces_is_empty():
    with pytest.raises(ValidationError, match="required"):
        TextField().clean("  \t ")
