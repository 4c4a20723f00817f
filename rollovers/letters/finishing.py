"""What WeasyPrint's PDF lacks: scopes of table headers, and form fields that any viewer can fill."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pydyf
from fontTools.ttLib import TTFont

_FONT = Path(__file__).resolve().parent.parent.parent / "static" / "fonts" / "inter-field.ttf"
FIELD_FAMILY = "Aftertax Field"  # letter.css names it for the fields alone


class FieldNamedTwice(ValueError):
    """Two fields of a document have one name: what is typed into one would appear in the other."""


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
    font = _simplify_field_font(pdf=pdf)
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


def _simplify_field_font(*, pdf: pydyf.PDF) -> bytes:
    """Make the font that WeasyPrint embedded for the fields a simple one in WinAnsiEncoding; return its reference.

    Viewers cannot type in the numbered glyphs of WeasyPrint's own fonts.
    """
    widths, metrics = _measure_field_font()
    by_reference = {item.reference: item for item in pdf.objects}
    [font] = [item for item in pdf.objects if _is_font_of_fields(item)]
    [descendant] = [by_reference[reference] for reference in font["DescendantFonts"]]
    descriptor = by_reference[descendant["FontDescriptor"]]
    descriptor |= metrics | {"Flags": 32}  # of the standard Latin characters
    name = font["BaseFont"]
    by_reference[font["ToUnicode"]].stream = []  # what nothing asks for any more is emptied
    descendant.clear()
    font.clear()
    font |= {
        "Type": "/Font",
        "Subtype": "/TrueType",
        "BaseFont": name,
        "Encoding": "/WinAnsiEncoding",
        "FirstChar": 32,
        "LastChar": 255,
        "Widths": widths,
        "FontDescriptor": descriptor.reference,
    }
    return bytes(font.reference)


def _is_font_of_fields(item: pydyf.Object) -> bool:
    name = FIELD_FAMILY.replace(" ", "-").encode()
    return isinstance(item, dict) and item.get("Subtype") == "/Type0" and item["BaseFont"].endswith(name)


@cache
def _measure_field_font() -> tuple[pydyf.Array, dict[str, Any]]:
    """Return the widths of WinAnsiEncoding's 32 to 255 in the fields' font, and its metrics."""
    font = TTFont(_FONT)
    scale = 1000 / font["head"].unitsPerEm
    cmap = font.getBestCmap()
    widths = []
    for code in range(32, 256):
        glyph = cmap.get(ord(bytes([code]).decode("cp1252", "replace")), ".notdef")
        widths.append(round(font["hmtx"][glyph][0] * scale))
    head, os2 = font["head"], font["OS/2"]
    box = (head.xMin, head.yMin, head.xMax, head.yMax)
    metrics = {
        "FontBBox": pydyf.Array(round(edge * scale) for edge in box),
        "Ascent": round(font["hhea"].ascent * scale),
        "Descent": round(font["hhea"].descent * scale),
        "CapHeight": round(os2.sCapHeight * scale),
    }
    return pydyf.Array(widths), metrics
