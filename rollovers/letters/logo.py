"""A firm's logo, made ready for the PDF once and then printed on each of its letters."""

from functools import lru_cache
from io import BytesIO

from PIL import Image

# letter.css prints it at most 2 inches wide and 0.65 high; 300 dots an inch is what a printer shows.
_MOST_PIXELS = (600, 240)
_LARGEST_PNG = 16_000  # bytes; a photograph is smaller as a JPEG


@lru_cache(maxsize=32)
def prepare_logo(*, content: bytes) -> tuple[bytes, str] | None:
    """Return the logo and its media type, opaque on white and no larger than it is printed.

    None where it is no picture that we can read. WeasyPrint would decode, shrink and encode the file anew for each
    letter, a third of its time.
    """
    try:
        with Image.open(BytesIO(content)) as opened:
            picture = (
                opened.convert("RGBA")
                if "A" in opened.getbands() or "transparency" in opened.info
                else opened
            )
            paper = Image.new("RGB", picture.size, "white")
            paper.paste(picture, mask=picture if picture.mode == "RGBA" else None)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    paper.thumbnail(_MOST_PIXELS, Image.Resampling.LANCZOS)
    png = _save(paper, "PNG")
    if len(png) <= _LARGEST_PNG:
        return png, "image/png"
    jpeg = _save(paper, "JPEG", quality=85)
    return (jpeg, "image/jpeg") if len(jpeg) < len(png) else (png, "image/png")


def _save(picture: Image.Image, kind: str, **options: int) -> bytes:
    file = BytesIO()
    picture.save(file, kind, optimize=True, **options)
    return file.getvalue()
