"""What WeasyPrint's PDF lacks: scopes of table headers, and form fields that any viewer can fill."""

import re
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pydyf
from fontTools.ttLib import TTFont

_FONT = Path(__file__).resolve().parent.parent.parent / "static" / "fonts" / "inter-field.ttf"
_FONT_NAME = "AFTRTX+Inter-Regular"


class FieldNamedTwice(ValueError):
    """Two fields of a document have one name: what is typed into one would appear in the other."""


class FontsOfText(dict[Any, Any]):
    """A document's fonts, each embedded with the glyphs of its text alone.

    WeasyPrint embeds the whole font of a form field; ours has a small one of its own.
    """

    def values(self) -> Any:
        for font in super().values():
            font.used_in_forms = False
        return super().values()


def finish_pdf(document: Any, pdf: pydyf.PDF) -> None:
    """Add to WeasyPrint's PDF what it leaves out: scopes of table headers, and fields that any viewer can fill."""
    _scope_table_headers(pdf=pdf)
    fields = [item for item in pdf.objects if isinstance(item, dict) and item.get("Subtype") == "/Widget"]
    if fields:
        _finish_fields(pdf=pdf, fields=fields)


def _scope_table_headers(*, pdf: pydyf.PDF) -> None:
    elements: dict[bytes, Any] = {
        item.reference: item for item in pdf.objects if isinstance(item, pydyf.Dictionary) and "S" in item
    }
    for element in elements.values():
        if element["S"] == "/TH" and "A" in element:
            row = elements[element["P"]]
            in_head = elements[row["P"]]["S"] == "/THead"
            element["A"]["Scope"] = "/Column" if in_head else "/Row"


def _finish_fields(*, pdf: pydyf.PDF, fields: list[Any]) -> None:
    names = [field["T"].string for field in fields]
    if len(set(names)) < len(names):
        raise FieldNamedTwice(", ".join(sorted({name for name in names if names.count(name) > 1})))
    font = _add_field_font(pdf=pdf)
    resources = pydyf.Dictionary({"Font": pydyf.Dictionary({"Inter": font})})
    # Without NeedAppearances no viewer asks to save what nobody changed; each field has its own, empty appearance.
    pdf.catalog["AcroForm"].pop("NeedAppearances")
    pdf.catalog["AcroForm"]["DR"] = resources
    for field in fields:
        size = re.search(rb"([\d.]+) Tf", field["DA"].data)
        field["DA"] = pydyf.String(f"0 g /Inter {size[1].decode() if size else 9} Tf")
        left, top, right, bottom = field["Rect"]
        appearance = pydyf.Stream(
            [b"/Tx BMC", b"EMC"],
            pydyf.Dictionary({
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": pydyf.Array([0, 0, right - left, top - bottom]),
                "Resources": resources,
            }),
        )  # fmt: skip
        pdf.add_object(appearance)
        field["Rect"] = pydyf.Array([left, bottom, right, top])
        field["AP"] = pydyf.Dictionary({"N": appearance.reference})


def _add_field_font(*, pdf: pydyf.PDF) -> bytes:
    """Add the fields' font and return its reference.

    A simple font in WinAnsiEncoding: viewers cannot type in the numbered glyphs of WeasyPrint's own fonts.
    """
    content, length, widths, metrics = _field_font()
    file = pydyf.Stream([content], pydyf.Dictionary({"Length1": length, "Filter": "/FlateDecode"}))
    pdf.add_object(file)
    descriptor = pydyf.Dictionary({
        "Type": "/FontDescriptor",
        "FontName": f"/{_FONT_NAME}",
        "Flags": 32,  # of the standard Latin characters
        "ItalicAngle": 0,
        "StemV": 80,
        "FontFile2": file.reference,
        **{name: pydyf.Array(value) if isinstance(value, list) else value for name, value in metrics.items()},
    })  # fmt: skip
    pdf.add_object(descriptor)
    font = pydyf.Dictionary({
        "Type": "/Font",
        "Subtype": "/TrueType",
        "BaseFont": f"/{_FONT_NAME}",
        "Encoding": "/WinAnsiEncoding",
        "FirstChar": 32,
        "LastChar": 255,
        "Widths": pydyf.Array(widths),
        "FontDescriptor": descriptor.reference,
    })  # fmt: skip
    pdf.add_object(font)
    return bytes(font.reference)


@cache
def _field_font() -> tuple[bytes, int, list[int], dict[str, Any]]:
    """Return the fields' font, deflated; its length; the widths of WinAnsiEncoding's 32 to 255; its metrics."""
    content = _FONT.read_bytes()
    font = TTFont(BytesIO(content))
    scale = 1000 / font["head"].unitsPerEm
    cmap = font.getBestCmap()
    widths = []
    for code in range(32, 256):
        glyph = cmap.get(ord(bytes([code]).decode("cp1252", "replace")), ".notdef")
        widths.append(round(font["hmtx"][glyph][0] * scale))
    head, os2 = font["head"], font["OS/2"]
    metrics = {
        "FontBBox": [round(edge * scale) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)],
        "Ascent": round(font["hhea"].ascent * scale),
        "Descent": round(font["hhea"].descent * scale),
        "CapHeight": round(os2.sCapHeight * scale),
    }
    return zlib.compress(content, 9), len(content), widths, metrics
