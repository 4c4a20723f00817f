"""A firm's logo, made ready for the PDF once and then drawn on each of its letters."""

import hashlib
import zlib
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Any

import pydyf
from PIL import Image

# letter.css prints it at most 2 inches wide and 0.65 high; 300 dots an inch is what a printer shows.
_MOST_PIXELS = (600, 240)
_LARGEST_PNG = 16_000  # bytes; a photograph is smaller as a JPEG


class Logo:
    """What WeasyPrint asks of a picture. It would decode, shrink and encode the file anew for each letter."""

    def __init__(self, *, size: tuple[int, int], data: bytes, entries: Mapping[str, Any]) -> None:
        self.id = hashlib.md5(data, usedforsecurity=False).hexdigest()
        self.width, self.height = size
        self._data = data
        self._entries = entries

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[float, float, float]:
        """Return its width, height and their ratio, in CSS pixels."""
        return self.width / resolution, self.height / resolution, self.width / self.height

    def draw(self, stream: Any, concrete_width: float, concrete_height: float, style: Any) -> None:
        """Draw it where WeasyPrint has put the origin."""
        name = stream.add_image(self, interpolate=True, ratio=1)
        stream.transform(concrete_width, 0, 0, -concrete_height, 0, concrete_height)
        stream.draw_x_object(name)

    def get_x_object(self, interpolate: bool, dpi_ratio: float) -> pydyf.Stream:
        """Return it as an object of one PDF."""
        extra = {
            "Type": "/XObject",
            "Subtype": "/Image",
            "Width": self.width,
            "Height": self.height,
            "ColorSpace": "/DeviceRGB",
            "BitsPerComponent": 8,
            "Interpolate": "true",
            **{
                name: pydyf.Dictionary(value) if isinstance(value, dict) else value
                for name, value in self._entries.items()
            },
        }
        return pydyf.Stream([self._data], pydyf.Dictionary(extra))


@lru_cache(maxsize=32)
def prepare_logo(*, content: bytes) -> Logo | None:
    """Return the logo, opaque on white and no larger than it is printed; None where it is no picture we can read."""
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
    # The Up predictor of PNG: each row as its difference from the row above.
    stride = paper.width * 3
    pixels = paper.tobytes()
    above = bytes(stride) + pixels[:-stride]
    rows = bytes((here - there) & 255 for here, there in zip(pixels, above, strict=True))
    data = zlib.compress(b"".join(b"\x02" + rows[at : at + stride] for at in range(0, len(rows), stride)), 9)
    entries: dict[str, Any] = {
        "Filter": "/FlateDecode",
        "DecodeParms": {"Predictor": 15, "Colors": 3, "Columns": paper.width},
    }
    if len(data) > _LARGEST_PNG:
        file = BytesIO()
        paper.save(file, "JPEG", quality=85, optimize=True)
        if file.tell() < len(data):
            data, entries = file.getvalue(), {"Filter": "/DCTDecode"}
    return Logo(size=paper.size, data=data, entries=entries)
