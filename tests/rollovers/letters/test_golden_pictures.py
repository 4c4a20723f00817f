"""Every page of the packet looks as it did: where one is changed on purpose, script/golden draws its picture anew."""

import pytest

from rollovers.letters import packet
from tests.rollovers.letters.cast import VARIANTS, render_variant
from tests.rollovers.letters.pages import write_page
from tests.rollovers.letters.pictures import (
    DOCUMENTS,
    GOLDEN,
    MOST_DOTS,
    count_differing_dots,
    draw_pages,
    read_golden,
    show_difference,
)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_looks_as_it_did(name):
    expected, now = read_golden(name), draw_pages(DOCUMENTS[name]())
    differing = count_differing_dots(expected, now)
    if differing > MOST_DOTS:
        shown, difference = show_difference(name, expected, now)
        pytest.fail(
            f"{differing} dots differ: see {shown} and {difference}; if on purpose, run script/golden"
        )


def test_every_golden_picture_is_of_a_document():
    assert {path.stem for path in GOLDEN.glob("*.png")} == set(DOCUMENTS)


def test_the_golden_pictures_stay_small():
    assert sum(path.stat().st_size for path in GOLDEN.glob("*.png")) < 2_000_000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("$812.37", "$812.38"),
        ("Z98-765432", "Z98-765433"),
        ('</span><span class="letter__line">Portland, ME 04102', " Portland, ME 04102"),
        ("letter__amount", "letter__sum"),
        ('"letter__detail"', '"letter__particular"'),
    ],
)
def test_one_small_change_in_a_letter_is_seen(old, new, monkeypatch):
    write_html = packet.render_html
    monkeypatch.setattr(packet, "render_html", lambda **given: write_html(**given).replace(old, new, 1))
    changed = packet.render_pdf(letter=VARIANTS["split"])
    assert changed != render_variant("split")
    assert count_differing_dots(draw_pages(render_variant("split")), draw_pages(changed)) > MOST_DOTS


def test_a_lost_line_break_is_seen():
    with_break, without = (draw_pages(write_page(f"<p>One{mark}two</p>")) for mark in ("<br>", " "))
    assert count_differing_dots(with_break, without) > MOST_DOTS
    again = draw_pages(write_page("<p>One<br>two</p>"))
    assert count_differing_dots(with_break, again) == 0


def test_what_differs_is_drawn_for_who_must_look(monkeypatch, tmp_path):
    monkeypatch.setattr("tests.rollovers.letters.pictures.SHOWN", tmp_path)
    pictures = [draw_pages(write_page(f"<p>{word}</p>")) for word in ("One", "Two")]
    shown, difference = show_difference("twin", *pictures)
    assert shown.stat().st_size > 0
    assert difference.stat().st_size > 0
