"""The documents' pages as pictures, and the golden ones kept in golden/. `script/golden` draws those anew."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops

from rollovers.cpa.documents import TEMPLATE
from rollovers.issuing.reviewers import render_letter_file
from rollovers.letters.rendering import render_report
from tests.rollovers.cpa.files import write_packet
from tests.rollovers.issuing.files import write_file
from tests.rollovers.letters.cast import VARIANTS, render_custodian, render_variant

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = Path(__file__).parent / "golden"
SHOWN = ROOT / "var" / "golden"
DOTS_PER_INCH = 64
GREYS = 16
TOLERANCE = 20  # of 255: what a dot may differ by
MOST_DOTS = 2  # that may differ by more

DOCUMENTS: dict[str, Callable[[], bytes]] = {
    f"{kind}-{name}": partial(render, name)
    for name in VARIANTS
    for kind, render in (("packet", render_variant), ("custodian", render_custodian))
} | {
    "reviewers_page": lambda: render_letter_file(file=write_file()),
    "cpa_packet": lambda: render_report(template=TEMPLATE, context=write_packet()),
}


def draw_pages(pdf: bytes) -> Image.Image:
    """Return the pages side by side, in GREYS shades of grey."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.render(scale=DOTS_PER_INCH / 72, grayscale=True).to_pil().convert("L") for page in document]
    document.close()
    sheet = Image.new("L", (sum(page.width for page in pages), max(page.height for page in pages)), 255)
    left = 0
    for page in pages:
        sheet.paste(page, (left, 0))
        left += page.width
    step = 255 // (GREYS - 1)
    return sheet.point([(shade + step // 2) // step * step for shade in range(256)])


def count_differing_dots(expected: Image.Image, now: Image.Image) -> int:
    """Return how many dots differ by more than the tolerance; all of them where the sizes differ."""
    if expected.size != now.size:
        return max(expected.width * expected.height, now.width * now.height)
    return sum(_find_difference(expected, now).histogram()[TOLERANCE + 1 :])


def show_difference(name: str, expected: Image.Image, now: Image.Image) -> tuple[Path, Path]:
    """Write the picture as it is now, and what differs in it in red, under var/, and return where."""
    SHOWN.mkdir(parents=True, exist_ok=True)
    paths = SHOWN / f"{name}.png", SHOWN / f"{name}-difference.png"
    now.save(paths[0])
    size = max(expected.width, now.width), max(expected.height, now.height)
    sheets = [Image.new("L", size, 255) for _ in range(2)]
    for sheet, picture in zip(sheets, (expected, now), strict=True):
        sheet.paste(picture)
    mask = _find_difference(*sheets).point([0] * (TOLERANCE + 1) + [255] * (255 - TOLERANCE))
    pale = sheets[1].point([160 + shade * 95 // 255 for shade in range(256)]).convert("RGB")
    pale.paste((220, 0, 0), mask=mask)
    pale.save(paths[1])
    return paths


def read_golden(name: str) -> Image.Image:
    """Return the golden picture of a document."""
    with Image.open(GOLDEN / f"{name}.png") as picture:
        return picture.convert("L")


def write_golden() -> str:
    """Draw every golden picture anew, remove those of no document, and return what was done."""
    GOLDEN.mkdir(exist_ok=True)
    for name, render in DOCUMENTS.items():
        picture = draw_pages(render())
        # A palette of 16 greys takes half a byte a dot.
        indexed = picture.point([shade * (GREYS - 1) // 255 for shade in range(256)]).convert("P")
        indexed.putpalette([grey * 255 // (GREYS - 1) for grey in range(GREYS) for _ in range(3)])
        indexed.save(GOLDEN / f"{name}.png", optimize=True, bits=4)
    for path in GOLDEN.glob("*.png"):
        if path.stem not in DOCUMENTS:
            path.unlink()
    size = sum(path.stat().st_size for path in GOLDEN.glob("*.png"))
    return f"{len(DOCUMENTS)} golden pictures, {size / 1000:.0f} kB: look at them before you commit"


def _find_difference(expected: Image.Image, now: Image.Image) -> Image.Image:
    return ImageChops.difference(expected, now)
