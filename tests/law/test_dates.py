"""Dates as people read them."""

import datetime

import pytest

from law.dates import write_date


@pytest.mark.parametrize(
    ("style", "written"),
    [("long", "September 5, 2026"), ("short", "Sep 5, 2026")],
)
def test_a_date_is_written_in_the_style_of_its_place(style, written):
    assert write_date(datetime.date(2026, 9, 5), style) == written


def test_a_sentence_needs_no_style():
    assert write_date(datetime.date(2027, 1, 30)) == "January 30, 2027"
