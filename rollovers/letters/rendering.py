"""From HTML to PDF/UA-1: the vendored font, a fetcher that answers from memory alone, one rendering at a time."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from django.template.loader import render_to_string
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from rollovers.letters.after_tax_letter import (
    CharactersNotInFont,
    ForbiddenFetch,
    Letterhead,
    LetterTooLong,
    walk_texts,
)
from rollovers.letters.finishing import FIELD_FAMILY, finish_pdf
from rollovers.letters.logo import prepare_logo

_STATIC = Path(__file__).resolve().parent.parent.parent / "static"
_ORIGIN = "https://letter.invalid/"  # a name that no network has: every fetch is answered from memory
LOGO_URL = f"{_ORIGIN}logo"
_FONT_FILES = {400: "inter-regular.ttf", 600: "inter-semibold.ttf"}
_FACES = (
    *(("Aftertax Letter", weight, name) for weight, name in _FONT_FILES.items()),
    (
        FIELD_FAMILY,
        400,
        "inter-field.ttf",
    ),  # embedded whole: of a field's own font WeasyPrint makes no subset
)
_PDF_OPTIONS: dict[str, Any] = {"pdf_variant": "pdf/ua-1"}


def render_document(
    *,
    texts: Any,
    write_html: Callable[[str], str],
    letterhead: Letterhead | None = None,
    sizes: Sequence[str] = ("",),
    most_pages: int | None = None,
    stylesheet: str = "letter.css",
) -> bytes:
    """Return a document as PDF/UA-1; the same one gives the same bytes.

    `texts` is what holds all that was typed, a dataclass or the words themselves; `write_html` gives the document's
    HTML in one of `sizes`, tried in turn until it has no more than `most_pages`; `stylesheet` is a file of static/.
    Each `letters/_field.html` of it can be filled in on screen. Raises CharactersNotInFont, LetterTooLong,
    ForbiddenFetch or FieldNamedTwice.
    """
    unprintable = find_unprintable_characters(letter=texts)
    if unprintable:
        raise CharactersNotInFont(f"the letter's font has no {' '.join(unprintable)}")
    with _rendering:
        for size in sizes:
            document = _lay_out(html=write_html(size), letterhead=letterhead, stylesheet=stylesheet)
            if most_pages is None or len(document.pages) <= most_pages:
                return bytes(document.write_pdf(finisher=finish_pdf, **_PDF_OPTIONS))
    raise LetterTooLong(f"the letter does not fit on {most_pages} pages")


def render_report(*, template: str, context: Mapping[str, Any]) -> bytes:
    """Return what is read beside the letters and never sent with them as PDF/UA-1; the same words give the same bytes.

    A report is a record of what was typed, so a character that the font cannot print is spelled out ("[U+5F20]") and
    nothing is refused. Raises ForbiddenFetch.
    """
    html = spell_unprintable(html=render_to_string(template, dict(context)))
    return render_document(texts=html, write_html=lambda _: html, stylesheet="report.css")


def spell_unprintable(*, html: str) -> str:
    """Return HTML with each character that the font has no glyph for spelled by its code point, on one line."""
    flat = " ".join(html.split())
    missing = find_unprintable_characters(letter=flat)
    return flat.translate({ord(character): f"[U+{ord(character):04X}]" for character in missing})


def find_unprintable_characters(*, letter: Any) -> str:
    """Return the characters in a letter's texts, in order of code point, that its font has no glyph for."""
    used: set[str] = set()
    for name, text in walk_texts(node=letter):
        used.update(text.replace("\n", "") if name.endswith("_address") else text)
    return "".join(sorted(used - _glyphs()))


class _LetterFetcher(URLFetcher):
    """Answers from memory the few names a letter may ask for, and refuses all else before it is opened."""

    def __init__(self, *, answers: dict[str, tuple[bytes, str]]) -> None:
        super().__init__(allowed_protocols=())
        self._answers = answers

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url not in self._answers:
            raise FatalURLFetchingError(f"a letter may not fetch {url}")
        body, media_type = self._answers[url]
        return URLFetcherResponse(url, body, {"Content-Type": media_type})


# Pango's font map, which the cached FontConfiguration holds, is not safe in two threads at once.
_rendering = Lock()


@cache
def _font_configuration() -> FontConfiguration:
    return FontConfiguration()


@cache
def _stylesheet(name: str) -> CSS:
    """Parse a stylesheet once: a new font configuration for each letter would leak 0.3 MB a letter."""
    answers = {
        f"{_ORIGIN}{name}": ((_STATIC / "fonts" / name).read_bytes(), "font/ttf") for _, _, name in _FACES
    }
    faces = "".join(
        f"@font-face {{ font-family: '{family}'; font-weight: {weight}; src: url({_ORIGIN}{name}) }}\n"
        for family, weight, name in _FACES
    )
    return CSS(
        string=faces + (_STATIC / name).read_text(encoding="utf-8"),
        base_url=_ORIGIN,
        url_fetcher=_LetterFetcher(answers=answers),
        font_config=_font_configuration(),
    )


@cache
def _glyphs() -> frozenset[str]:
    """Return the characters that both weights of the font can print."""
    covered = [
        frozenset(map(chr, TTFont(BytesIO((_STATIC / "fonts" / name).read_bytes()))["cmap"].getBestCmap()))
        for name in _FONT_FILES.values()
    ]
    return frozenset.intersection(*covered)


def _lay_out(*, html: str, letterhead: Letterhead | None, stylesheet: str) -> Document:
    logo = letterhead and _read_logo(letterhead)
    answers = {LOGO_URL: logo} if logo else {}
    source = HTML(string=html, base_url=_ORIGIN, url_fetcher=_LetterFetcher(answers=answers))
    try:
        return source.render(
            font_config=_font_configuration(), stylesheets=[_stylesheet(stylesheet)], **_PDF_OPTIONS
        )
    except FatalURLFetchingError as error:  # a BaseException: it must not end the worker
        raise ForbiddenFetch(str(error)) from None


def _read_logo(letterhead: Letterhead) -> tuple[bytes, str] | None:
    """Return the logo made ready, with its media type; what cannot be is WeasyPrint's to try."""
    if letterhead.logo is None:
        return None
    return prepare_logo(content=letterhead.logo) or (letterhead.logo, letterhead.logo_media_type)
