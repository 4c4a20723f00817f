"""The PDF as a file: its structure, its size, its bytes, and what it will not fetch or print."""

import hashlib
import itertools
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
from PIL import Image
from weasyprint.urls import URLFetcher

from rollovers.letters import packet, rendering, request_letter
from rollovers.letters.after_tax_letter import CharactersNotInFont, ForbiddenFetch, Letterhead, LetterTooLong
from rollovers.letters.finishing import FieldNamedTwice
from rollovers.letters.logo import prepare_logo
from rollovers.letters.packet import render_html, render_pdf
from rollovers.letters.rendering import find_unprintable_characters
from tests.rollovers.letters.cast import (
    VARIANTS,
    draw_logo,
    read_pages,
    read_request_pages,
    read_text,
    render_custodian,
    render_variant,
    write_letter,
)
from tests.rollovers.letters.pages import write_field, write_page
from tests.rollovers.letters.pictures import DOCUMENTS

ROOT = Path(__file__).resolve().parents[3]
HEADINGS = {f"/H{level}" for level in range(1, 7)}
# Documents of each shape: what one of them keeps to, its siblings do.
SHAPES = [
    f"{kind}-{name}"
    for name in ("split", "loss", "split_and_cash", "longest", "in_plan", "one_signature")
    for kind in ("packet", "custodian")
]
WATERMARK = round(0xE0 / 255, 4)
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
    "{% include 'letters/packet.html' %}",
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


@pytest.mark.parametrize("name", SHAPES)
def test_every_cell_of_a_table_names_its_headers(name):
    with pikepdf.open(_file(DOCUMENTS[name]())) as pdf:
        nodes = list(_walk(pdf.Root.StructTreeRoot))
        tables = [node for node in nodes if node.S == "/Table"]
        heads = [node for node in nodes if node.S == "/TH"]
        cells = [node for node in nodes if node.S == "/TD"]
        scopes = {str(head.A.Scope) for head in heads}
        named = {str(head.ID) for head in heads}
    assert len(tables) >= 1
    assert scopes == {"/Row", "/Column"}
    for cell in cells:
        assert len(cell.A.Headers) >= 1
        assert {str(header) for header in cell.A.Headers} <= named


@pytest.mark.parametrize("name", SHAPES)
def test_headings_skip_no_level_and_are_the_bookmarks(name):
    with pikepdf.open(_file(DOCUMENTS[name]())) as pdf:
        levels = [int(str(node.S)[2:]) for node in _walk(pdf.Root.StructTreeRoot) if str(node.S) in HEADINGS]
        with pdf.open_outline() as outline:
            bookmarks = list(_list_bookmarks(outline.root))
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert len(bookmarks) == len(levels)
    text = read_text(DOCUMENTS[name]())
    assert all(" ".join(title.split()) in text for title in bookmarks)


@pytest.mark.parametrize("name", SHAPES)
def test_every_page_is_us_letter_and_carries_the_reference_and_its_number(name):
    content = DOCUMENTS[name]()
    document = pypdfium2.PdfDocument(content)
    sizes = {page.get_size() for page in document}
    document.close()
    assert sizes == {(612, 792)}
    reference = VARIANTS[name.partition("-")[2]].reference
    pages = read_pages(content)
    for number, text in enumerate(pages, start=1):
        assert f"Reference {reference} Page {number} of {len(pages)}" in text


@pytest.mark.parametrize("name", VARIANTS)
def test_a_letter_is_two_pages_and_its_packet_less_than_60_kb_with_its_fonts(name):
    assert len(read_request_pages(render_variant(name))) == 2
    assert len(render_variant(name)) < 60_000
    if name != "longest":  # eight pages, with every text as long as the type lets it be
        assert len(render_custodian(name)) < 60_000


def test_all_that_is_drawn_is_grey_and_dark_enough_to_read():
    for name in SHAPES:
        with pikepdf.open(_file(DOCUMENTS[name]())) as pdf:
            assert all(red == green == blue for red, green, blue in _list_fills(pdf)), name
            greys = {grey for grey, _, _ in _list_fills(pdf, text_only=True)}
        if VARIANTS[name.partition("-")[2]].is_sample:
            greys.remove(WATERMARK)
        assert all(_contrast_with_white(grey) >= 4.5 for grey in greys), name  # WCAG 2.2, 1.4.3


def test_a_colour_would_be_found():
    with pikepdf.open(_file(write_page('<p style="color: #c00">Pay</p>'))) as pdf:
        assert any(red != green for red, green, _ in _list_fills(pdf))
    assert _contrast_with_white(0x99 / 255) < 4.5 < _contrast_with_white(0x33 / 255)


@pytest.mark.parametrize("name", [name for name in SHAPES if not name.endswith("-longest")])
def test_a_window_envelope_shows_the_addressee_and_nothing_else(name):
    assert _read_through_window(DOCUMENTS[name]()) == " ".join(_addressee_of(name).split())


def test_an_addressee_who_stands_higher_would_be_cut_off():
    shown = _read_through_window(
        write_page('<p style="padding-top: 0.9in">Ines Moreau<br>12 Orchard Lane</p>')
    )
    assert shown != "Ines Moreau 12 Orchard Lane"


@pytest.mark.parametrize("name", SHAPES)
def test_the_fields_of_a_document_are_tagged_and_each_has_a_name_of_its_own(name):
    with pikepdf.open(_file(DOCUMENTS[name]())) as pdf:
        fields = [field for page in pdf.pages for field in page.get("/Annots", [])]
        forms = [node for node in _walk(pdf.Root.StructTreeRoot) if node.S == "/Form"]
        assert len(fields) == len(forms) == len(pdf.Root.AcroForm.Fields) >= 2
        names = [str(field.T) for field in fields]
        assert len(set(names)) == len(names)
        assert all(str(field.TU) for field in fields)
        assert {str(field.FT) for field in fields} == {"/Tx"}
        assert "/NeedAppearances" not in pdf.Root.AcroForm


def test_two_fields_of_one_name_are_refused():
    with pytest.raises(FieldNamedTwice, match="date"):
        write_page(write_field("date", "Date") + write_field("date", "Date of the other"))


def test_a_field_is_a_line_to_write_on_and_prints_what_is_typed():
    pictures = [_draw_field(typed) for typed in ("", "José O’Brien, 11/24/2026")]
    dark = [sum(picture.histogram()[:128]) for picture in pictures]
    assert dark[0] > 0  # the line
    assert dark[1] > dark[0] + 50


def test_the_fields_font_has_the_letters_of_western_names():
    typed = set(TTFont(ROOT / "static/fonts/inter-field.ttf").getBestCmap())
    assert {ord(character) for character in "José Núñez-O’Brien Zoë Ångström ÀÿØß 0123456789/().+"} <= typed


def test_a_letter_that_cannot_be_two_pages_is_refused(monkeypatch):
    monkeypatch.setattr(
        request_letter, "SIZES", request_letter.SIZES[:1]
    )  # the longest letter, without smaller type
    with pytest.raises(LetterTooLong):
        render_pdf(letter=VARIANTS["longest"])


def test_only_the_vendored_font_is_used():
    with pikepdf.open(_file(render_variant("longest"))) as pdf:
        names = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert {name.partition("+")[2] for name in names} == {
        "Aftertax-Field",
        "Aftertax-Letter",
        "Aftertax-Letter-Semi-Bold",
    }


def test_the_same_letter_gives_the_same_bytes_in_two_processes():
    names = ["small_gain", "split_and_cash", "longest", "in_plan"]  # with a logo, fields, each size of type
    program = (
        "import django, hashlib; django.setup()\n"
        "from rollovers.letters.packet import render_pdf\n"
        "from tests.rollovers.letters.cast import VARIANTS\n"
        f"for name in {names}: print(hashlib.sha256(render_pdf(letter=VARIANTS[name])).hexdigest())"
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
    here = [hashlib.sha256(render_variant(name)).hexdigest() for name in names]
    assert runs[0] == runs[1] == here
    assert len(set(here)) == len(names)


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
    escaped = packet.render_html
    monkeypatch.setattr(
        packet,
        "render_html",
        lambda **given: escaped(**given).replace("&lt;", "<").replace("&gt;", ">"),
    )
    with pytest.raises(ForbiddenFetch):
        render_pdf(letter=write_letter(plan_name="<img src=http://127.0.0.1:9/x>"))
    assert fetched == ["http://127.0.0.1:9/x"]


def test_a_letter_fetches_nothing_but_its_own_logo_from_memory(fetched):
    head = Letterhead(firm_name="Harbor & Pine", logo=draw_logo(), logo_media_type="image/png")
    letter = write_letter(letterhead=head)
    with pikepdf.open(_file(render_pdf(letter=letter))) as pdf:
        assert len(pdf.pages[0].get_images()) == 1
    assert fetched == [rendering.LOGO_URL]


def test_a_logo_that_is_no_picture_leaves_its_words_in_the_letter(fetched):
    head = Letterhead(firm_name="Harbor & Pine", logo=b"no picture", logo_media_type="image/png")
    assert "Logo of Harbor & Pine" in read_text(render_pdf(letter=write_letter(letterhead=head)))
    assert fetched == [rendering.LOGO_URL]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "CMYK"])
def test_a_logo_of_any_kind_is_printed_opaque_and_no_larger_than_it_is_seen(mode):
    picture = Image.effect_noise((1800, 700), 90).convert(mode if mode != "P" else "RGB")
    file = BytesIO()
    picture.convert("P" if mode == "P" else mode).save(file, "TIFF" if mode == "CMYK" else "PNG")
    content, media_type = prepare_logo(content=file.getvalue())
    with Image.open(BytesIO(content)) as logo:
        assert (logo.mode, logo.size) == ("RGB", (600, 233))
        assert Image.MIME[logo.format] == media_type
    head = Letterhead(firm_name="Harbor & Pine", logo=content, logo_media_type=media_type)
    with pikepdf.open(_file(render_pdf(letter=write_letter(letterhead=head)))) as pdf:
        [printed] = pdf.pages[0].get_images().values()
        assert "/SMask" not in printed
        assert len(printed.read_raw_bytes()) < 200_000


def test_a_logo_looks_as_it_was_drawn():
    head = Letterhead(firm_name="Harbor & Pine", logo=draw_logo(), logo_media_type="image/png")
    document = pypdfium2.PdfDocument(render_pdf(letter=write_letter(letterhead=head)))
    picture = document[0].render(scale=1).to_pil().convert("RGB")
    document.close()
    colours = {colour for _, colour in picture.getcolors(100_000)}
    assert {(0x1F, 0x3A, 0x5F), (0xD9, 0xA4, 0x41)} <= colours


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


def _list_bookmarks(items):
    for item in items:
        yield item.title
        yield from _list_bookmarks(item.children)


def _list_fills(pdf, *, text_only=False):
    """Yield what is filled, or text alone, as red, green and blue."""
    for page in pdf.pages:
        fill, kept = (0.0, 0.0, 0.0), []
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name == "q":
                kept.append(fill)
            elif name == "Q":
                fill = kept.pop()
            elif name in ("rg", "scn", "sc") and len(operands) == 3:
                fill = tuple(round(float(part), 4) for part in operands)
            elif name == "g":
                fill = (round(float(operands[0]), 4),) * 3
            elif name in ("k", "K"):
                raise AssertionError("a colour of ink, not of light")
            if name in ("Tj", "TJ") or (not text_only and name in ("f", "f*", "B")):
                yield fill


def _contrast_with_white(grey):
    """Return the contrast of WCAG 2.2 between a grey of 0 to 1 and white."""
    linear = grey / 12.92 if grey <= 0.04045 else ((grey + 0.055) / 1.055) ** 2.4
    return 1.05 / (linear + 0.05)


def _read_through_window(content):
    """Return what the window of a #10 envelope shows of a first page folded in three, wherever it slides sideways.

    The envelope is 9.5 by 4.125 inches; its window 4.5 by 1.125, 0.875 from the left and 0.5 from the bottom, the
    trade's standard position. The folded page, 8.5 by 11/3, stands on the envelope's bottom edge and has an inch of
    play from left to right: what is shown must be whole at either end, and nothing else may be shown at either.
    """
    bottom_of_panel = 792 - 792 / 3
    lowest, highest = bottom_of_panel + 0.5 * 72, bottom_of_panel + 1.625 * 72
    document = pypdfium2.PdfDocument(content)
    text = document[0].get_textpage()
    shown = [
        " ".join(text.get_text_bounded(left, lowest, left + 4.5 * 72, highest).split())
        for left in (0.875 * 72, max(0, -0.125 * 72))
    ]
    whole = " ".join(text.get_text_bounded(0.875 * 72, lowest, 4.375 * 72, highest).split())
    document.close()
    assert shown[0] == shown[1] == whole, shown
    return whole


def _addressee_of(name):
    kind, _, variant = name.partition("-")
    letter = VARIANTS[variant]
    if kind == "packet":
        return f"{letter.administrator_name} Plan administrator, {letter.plan_name} {letter.administrator_address}"
    return f"{letter.custodian_name} Custodian, {letter.plan_name} {letter.custodian_address}"


def _draw_field(typed):
    with pikepdf.open(_file(write_page(f"<p>{write_field('name', 'Name', 'wide')}</p>"))) as pdf:
        field = pdf.pages[0].Annots[0]
        field.V = pikepdf.String(typed)
        if typed:  # as a viewer does that draws what is typed
            del field["/AP"]
        saved = BytesIO()
        pdf.save(saved)
    document = pypdfium2.PdfDocument(saved)
    document.init_forms()
    picture = document[0].render(scale=2, may_draw_forms=True).to_pil().convert("L")
    document.close()
    return picture


def _walk(node):
    kids = node.get("/K")
    if kids is None:
        return
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _walk(kid)
