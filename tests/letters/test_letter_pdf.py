"""The PDF as a file: its structure, its size, its bytes, and what it will not fetch or print."""

import hashlib
import os
import subprocess
import sys
import threading
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from weasyprint.urls import URLFetcher

from rollovers.letters import (
    Letterhead,
    find_unprintable_characters,
    render_html,
    render_pdf,
    rendering,
    request_letter,
)
from rollovers.letters.after_tax_letter import CharactersNotInFont, ForbiddenFetch, LetterTooLong
from tests.letters.cast import VARIANTS, draw_logo, read_text, render_variant, write_letter

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=http://127.0.0.1:9/x>",
    '"><link rel=attachment href=file:///etc/passwd>',
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import url(http://evil.example/x.css);</style>",
    "<style>*{background:url(file:///etc/hostname)}</style>",
    "<iframe src=file:///etc/passwd></iframe>",
    "<object data=file:///etc/passwd></object>",
    "<svg><image href='http://evil.example/x'/></svg>",
    "<base href=http://evil.example/>",
    "<meta http-equiv=refresh content='0;url=x'>",
    "</p></article><h1>Pay all to Boris</h1>",
    "<!-- ",
    "&lt;b&gt; &amp; &#65;",
    "{{ letter.basis }}",
    "{% include 'letters/letter.html' %}",
    "{% load static %}{# x #}",
    "url(http://evil.example/x)",
    "}} body { display: none } /*",
    "' onerror='alert(1)",
]
FIELDS = [
    "prepared_by", "administrator_name", "administrator_address", "custodian_name", "custodian_address", "trustee_name",
    "plan_name", "participant_name", "subaccount_title", "statement_document",
]  # fmt: skip


@pytest.mark.parametrize("name", VARIANTS)
def test_the_pdf_is_tagged_titled_and_says_it_is_pdf_ua_1(name):
    with pikepdf.open(_file(render_variant(name))) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "en-US"
        assert "/StructTreeRoot" in pdf.Root
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert VARIANTS[name].reference in str(pdf.docinfo["/Title"])
        assert not {"/CreationDate", "/ModDate"} & set(pdf.docinfo)
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def test_tables_have_headers_and_headings_begin_at_the_first_level():
    with pikepdf.open(_file(render_variant("split"))) as pdf:
        roles = [str(node.S) for node in _walk(pdf.Root.StructTreeRoot)]
    assert roles.count("/Table") == 4
    assert roles.count("/TH") > 15
    headings = [role for role in roles if role.startswith("/H")]
    assert headings[0] == "/H1"
    assert set(headings[1:]) == {"/H2"}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_letter_is_two_letter_sized_pages_in_less_than_60_kb(name):
    content = render_variant(name)
    assert len(content) < 60_000
    document = pypdfium2.PdfDocument(content)
    assert [page.get_size() for page in document] == [(612, 792)] * 2


def test_a_letter_that_cannot_be_two_pages_is_refused(monkeypatch):
    monkeypatch.setattr(
        request_letter, "SIZES", request_letter.SIZES[:1]
    )  # the longest letter, without smaller type
    with pytest.raises(LetterTooLong):
        render_pdf(letter=VARIANTS["longest"])


def test_only_the_vendored_font_is_used():
    with pikepdf.open(_file(render_variant("longest"))) as pdf:
        names = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert len(names) == 2
    assert all("Aftertax" in name or "Inter" in name for name in names), names


def test_the_same_letter_gives_the_same_bytes_in_two_processes():
    program = (
        "import django, hashlib; django.setup()\n"
        "from rollovers.letters import render_pdf\n"
        "from tests.letters.cast import VARIANTS\n"
        "for letter in VARIANTS.values(): print(hashlib.sha256(render_pdf(letter=letter)).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=os.environ
            | {"PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for seed in ("1", "2")
    ]
    here = [hashlib.sha256(render_variant(name)).hexdigest() for name in VARIANTS]
    assert runs[0] == runs[1] == here
    assert len(set(here)) == len(VARIANTS)


def test_letters_rendered_in_several_threads_are_the_same_letters():
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.append(render_pdf(letter=VARIANTS["split"]))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(made) == {render_variant("split")}
    assert len(made) == 4


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_printed_as_text_and_fetches_nothing(text, fetched):
    letter = write_letter(**dict.fromkeys(FIELDS, text))
    letter = replace(
        letter, letterhead=Letterhead(firm_name=text, disclosure=text, phone=text[:30], address_lines=(text,))
    )
    printed = read_text(render_pdf(letter=letter))
    assert printed.replace(" ", "").count(text.replace(" ", "")) >= len(FIELDS)
    assert not fetched


def test_hostile_text_would_be_refused_if_it_were_not_escaped(fetched, monkeypatch):
    escaped = request_letter.render_html
    monkeypatch.setattr(
        request_letter,
        "render_html",
        lambda **given: escaped(**given).replace("&lt;", "<").replace("&gt;", ">"),
    )
    with pytest.raises(ForbiddenFetch):
        render_pdf(letter=write_letter(plan_name="<img src=http://127.0.0.1:9/x>"))
    assert fetched == ["http://127.0.0.1:9/x"]


def test_the_logo_is_all_a_letter_fetches(fetched):
    head = Letterhead(firm_name="Harbor & Pine", logo=draw_logo(), logo_media_type="image/png")
    letter = write_letter(letterhead=head)
    with pikepdf.open(_file(render_pdf(letter=letter))) as pdf:
        assert len(pdf.pages[0].get_images()) == 1
    assert fetched == [rendering.LOGO_URL]


def test_the_letters_fetcher_never_opens_what_it_was_not_given():
    fetcher = rendering._LetterFetcher(answers={})
    for url in ("file:///etc/passwd", "http://127.0.0.1:9/", "data:text/plain,x", rendering.LOGO_URL):
        with pytest.raises(BaseException, match="may not fetch"):
            fetcher(url)


@pytest.mark.parametrize(
    "name",
    ["O’Brien", "O'Brien", "Nguyễn Thị Hồng", "Björk", "Łukasz Żółć", "Ωμέγα Ελένη", "Жанна", "Kamāmalu ʻĪ"],
)
def test_names_of_many_countries_are_printed(name):
    assert name in read_text(render_pdf(letter=write_letter(plan_name=name)))


@pytest.mark.parametrize("text", ["李小龍", "\u202eabc", "a\u200bb", "a\x07b", "a\u2028b", "🙂", "a\nb"])
def test_what_the_font_cannot_print_is_refused_and_named(text):
    letter = write_letter(participant_name=text)
    foreign = find_unprintable_characters(letter=letter)
    assert foreign
    assert set(foreign) <= set(text)
    with pytest.raises(CharactersNotInFont):
        render_pdf(letter=letter)


def test_the_line_breaks_of_an_address_are_printable():
    assert not find_unprintable_characters(letter=write_letter(administrator_address="1 Street\nTown"))


@pytest.mark.parametrize("name", VARIANTS)
def test_the_font_has_every_character_of_the_letters_own_words(name):
    assert set(render_html(letter=VARIANTS[name])) - {"\n"} <= rendering._glyphs()


def test_the_sites_font_covers_what_the_letters_does():
    for name in ("inter-regular", "inter-semibold"):
        covered = [
            set(TTFont(ROOT / f"static/fonts/{name}.{kind}").getBestCmap()) for kind in ("ttf", "woff2")
        ]
        assert covered[0] == covered[1]
        assert (ROOT / f"static/fonts/{name}.ttf").stat().st_size < 200_000
    assert "reserve" not in (ROOT / "static/fonts/OFL.txt").read_text().split("-----")[0].lower()


def test_the_stylesheet_keeps_to_plain_blocks():
    css = (ROOT / "static/letter.css").read_text()
    for slow in ("display: flex", "display: grid", "var(--", "hyphens", "justify", "woff2"):
        assert slow not in css


@pytest.fixture
def fetched(monkeypatch):
    """The addresses that any fetcher was asked for while the test ran; the stylesheet is parsed beforehand."""
    rendering._stylesheet("letter.css")
    asked: list[str] = []
    kept = rendering._LetterFetcher.fetch

    def remember(self, url, headers=None):
        asked.append(url)
        return kept(self, url, headers)

    def refuse(self, url, headers=None):
        raise AssertionError(f"the stock fetcher was asked for {url}")

    monkeypatch.setattr(URLFetcher, "fetch", refuse)
    monkeypatch.setattr(rendering._LetterFetcher, "fetch", remember)
    return asked


def _file(content: bytes) -> BytesIO:
    return BytesIO(content)


def _walk(node):
    kids = node.get("/K")
    if kids is None:
        return
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _walk(kid)
