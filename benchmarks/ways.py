"""The ways to make one letter: ours with one habit given up, a plain WeasyPrint call, Typst and ReportLab."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

from django.template import engines
from PIL import Image, ImageDraw
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from rollovers.letters import after_tax_letter, rendering, request_letter
from rollovers.letters.after_tax_letter import AfterTaxLetter
from rollovers.letters.finishing import FIELD_FAMILY

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "static" / "fonts"
MADE_FONTS = ROOT / "var" / "benchmarks" / "fonts"
LETTER_CSS = (ROOT / "static" / "letter.css").read_text(encoding="utf-8")
MODERN_CSS = (ROOT / "benchmarks" / "modern.css").read_text(encoding="utf-8")
HYPHENS_CSS = ".letter { hyphens: auto; text-align: justify }\n"
LOOSE_CSS = ".letter table { table-layout: auto }\n"
ORIGIN = "https://letter.invalid/"
# The request alone, two pages, in the template that the packet begins with.
REQUEST = """<!doctype html>
<html lang="en-US">
  <head><meta charset="utf-8"><title>Distribution request {{ letter.reference }}</title></head>
  <body class="letter-document">{% include "letters/_letter.html" %}</body>
</html>"""


@dataclass(frozen=True, kw_only=True)
class Habits:
    """What a letter is made with; each one can be given up alone. These are ours."""

    plain_blocks: bool = True
    font: str = "inter-{}.ttf"  # {} is regular or semibold
    reuses_css: bool = True
    logo: str = "opaque"
    hyphenates: bool = False
    fixed_tables: bool = True
    field_font: bool = True

    @property
    def css(self) -> str:
        """The stylesheet, with its @font-face rules."""
        weights = {400: "regular", 600: "semibold"}
        if not self.plain_blocks:
            weights[500] = (
                "medium" if self.font.startswith("whole") else "regular"
            )  # ours has no third weight
        faces = "".join(
            f"@font-face {{ font-family: 'Aftertax Letter'; font-weight: {weight}; "
            f"src: url({ORIGIN}{self.font.format(name)}) }}\n"
            for weight, name in weights.items()
        )
        if self.field_font:
            faces += f"@font-face {{ font-family: '{FIELD_FAMILY}'; src: url({ORIGIN}inter-field.ttf) }}\n"
        return (
            faces
            + LETTER_CSS
            + ("" if self.plain_blocks else MODERN_CSS)
            + (HYPHENS_CSS if self.hyphenates else "")
            + ("" if self.fixed_tables else LOOSE_CSS)
        )


OURS = Habits()
NAIVE_TTF = Habits(
    plain_blocks=False,
    font="whole-{}.ttf",
    reuses_css=False,
    logo="alpha",
    hyphenates=True,
    fixed_tables=False,
    field_font=False,
)
NAIVE_WOFF2 = replace(NAIVE_TTF, font="whole-{}.woff2")


def write_html(*, letter: AfterTaxLetter, size: str = "") -> str:
    """Return the request alone as HTML, from the template that the site's packet begins with."""
    context = request_letter.pdf_context(letter=letter, size=size)
    return engines["django"].from_string(REQUEST).render(context)


def render_request(*, letter: AfterTaxLetter) -> bytes:
    """Return the request alone by the renderer of the site's packet."""
    return rendering.render_document(
        texts=letter,
        write_html=lambda size: write_html(letter=letter, size=size),
        letterhead=letter.letterhead,
        sizes=request_letter.SIZES,
        most_pages=request_letter.MOST_PAGES,
    )


def render_ours(*, letter: AfterTaxLetter, habits: Habits = OURS) -> bytes:
    """Return the letter as the site makes it, save for what is given up."""
    letter = _with_logo(letter=letter, kind=habits.logo)
    if habits == OURS:
        return render_request(letter=letter)
    with _giving_up(habits=habits):
        return render_request(letter=letter)


def render_naively(*, letter: AfterTaxLetter, habits: Habits) -> bytes:
    """Return the letter by one plain call of WeasyPrint, as its documentation begins."""
    letter = _with_logo(letter=letter, kind=habits.logo)
    html = write_html(letter=letter)
    if habits.reuses_css:
        fonts, css = _parse_once(habits)
    else:
        fonts = FontConfiguration()
        css = CSS(string=habits.css, url_fetcher=_font_fetcher(), font_config=fonts)
    return bytes(
        HTML(string=html, url_fetcher=_logo_fetcher(letter=letter)).write_pdf(
            font_config=fonts, stylesheets=[css], pdf_variant="pdf/ua-1"
        )
    )


@cache
def draw_logo(kind: str) -> tuple[bytes, str]:
    """Return a logo 1,200 pixels wide and its media type; `kind` is opaque, alpha or svg."""
    if kind == "svg":
        return (
            b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200" width="600" height="200">'
            b'<rect width="600" height="200" fill="#1f3a5f"/><circle cx="100" cy="100" r="70" fill="#d9a441"/></svg>'
        ), "image/svg+xml"
    image = Image.new("RGBA", (1200, 400), (31, 58, 95, 255 if kind == "opaque" else 235))
    draw = ImageDraw.Draw(image)
    for step in range(70):  # a gradient, so that it does not compress to nothing
        draw.ellipse(
            (60 + step, 60 + step, 340 - step, 340 - step), fill=(217, 164 - step, 65 + step, 255 - step)
        )
    if kind == "opaque":
        image = image.convert("RGB")
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue(), "image/png"


@cache
def _parse_once(habits: Habits) -> tuple[FontConfiguration, CSS]:
    fonts = FontConfiguration()
    return fonts, CSS(string=habits.css, base_url=ORIGIN, url_fetcher=_font_fetcher(), font_config=fonts)


def _with_logo(*, letter: AfterTaxLetter, kind: str) -> AfterTaxLetter:
    logo, media_type = draw_logo(kind)
    with patch.object(after_tax_letter, "LOGO_MEDIA_TYPES", (media_type,)):
        return replace(letter, letterhead=replace(letter.letterhead, logo=logo, logo_media_type=media_type))


def _font_fetcher() -> rendering._LetterFetcher:
    files = [*FONTS.glob("*.ttf"), *FONTS.glob("*.woff2"), *MADE_FONTS.glob("whole-*")]
    kinds = {".ttf": "font/ttf", ".woff2": "font/woff2"}
    return rendering._LetterFetcher(
        answers={f"{ORIGIN}{file.name}": (_read(file), kinds[file.suffix]) for file in files}
    )


@cache
def _read(file: Path) -> bytes:
    return file.read_bytes()


def _logo_fetcher(*, letter: AfterTaxLetter) -> rendering._LetterFetcher:
    head = letter.letterhead
    return rendering._LetterFetcher(answers={rendering.LOGO_URL: (head.logo or b"", head.logo_media_type)})


@contextlib.contextmanager
def _giving_up(*, habits: Habits) -> Iterator[None]:
    if habits.reuses_css:
        fonts, css = _parse_once(habits)
    else:
        fonts = FontConfiguration()
        css = CSS(string=habits.css, base_url=ORIGIN, url_fetcher=_font_fetcher(), font_config=fonts)
    with (
        patch.object(rendering, "_font_configuration", lambda: fonts),
        patch.object(rendering, "_stylesheet", lambda name: css),
    ):
        yield
