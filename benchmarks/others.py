"""The same letter by Typst and by ReportLab: its words, tables, headings, logo and fonts, not its every point."""

import json
from functools import cache
from html import escape
from io import BytesIO
from typing import Any

import typst
from reportlab.lib.pagesizes import letter as us_letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Spacer, Table

from benchmarks.blocks import Block, pad_rows
from benchmarks.ways import FONTS, ROOT, draw_logo

TYPST_FOLDER = ROOT / "var" / "benchmarks" / "typst"


@cache
def _compiler() -> Any:
    TYPST_FOLDER.mkdir(parents=True, exist_ok=True)
    (TYPST_FOLDER / "logo.png").write_bytes(draw_logo("opaque")[0])
    (TYPST_FOLDER / "letter.typ").write_bytes((ROOT / "benchmarks" / "letter.typ").read_bytes())
    return typst.Compiler(
        str(TYPST_FOLDER / "letter.typ"),
        root=str(TYPST_FOLDER),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
    )


def render_by_typst(*, blocks: tuple[Block, ...], reference: str) -> bytes:
    """Return the letter as PDF/UA-1 by Typst, its compiler kept from letter to letter."""
    shown = [
        {
            "kind": block.kind,
            "text": block.text,
            "rows": [list(row) for row in pad_rows(block)] if block.rows else [],
        }
        for block in blocks
    ]
    return bytes(
        _compiler().compile(
            format="pdf",
            pdf_standards="ua-1",
            sys_inputs={"blocks": json.dumps(shown), "reference": reference},
        )
    )


def _register_fonts() -> None:
    for name in ("regular", "semibold"):
        pdfmetrics.registerFont(TTFont(f"inter-{name}", FONTS / f"inter-{name}.ttf"))


@cache
def _styles() -> dict[str, ParagraphStyle]:
    _register_fonts()
    body = ParagraphStyle("p", fontName="inter-regular", fontSize=9, leading=12.4, spaceAfter=4)
    bold = {"fontName": "inter-semibold"}
    return {
        "p": body,
        "h1": ParagraphStyle("h1", body, fontSize=13, leading=16, spaceBefore=6, **bold),
        "h2": ParagraphStyle("h2", body, fontSize=9.5, spaceBefore=5, **bold),
        "limit": ParagraphStyle("limit", body, fontSize=11, leading=15, borderWidth=1.5, borderPadding=6,
                                borderColor="#000000", spaceBefore=10, spaceAfter=12, **bold),
        "signer": ParagraphStyle("signer", body, spaceBefore=24),
        "head": ParagraphStyle("head", body, fontSize=8, leading=11, spaceAfter=0, **bold),
        "cell": ParagraphStyle("cell", body, spaceAfter=0),
    }  # fmt: skip


def render_by_reportlab(*, blocks: tuple[Block, ...], reference: str) -> bytes:
    """Return the letter, untagged, by ReportLab's Platypus."""
    styles = _styles()
    width = 6.9 * inch

    def write(text: str, style: str) -> Paragraph:
        return Paragraph(escape(text).replace("\n", "<br/>"), styles[style])

    story: list[Any] = [
        Image(BytesIO(draw_logo("opaque")[0]), width=1.4 * inch, height=0.47 * inch, hAlign="LEFT")
    ]
    for block in blocks:
        if block.kind == "table":
            rows = [
                [write(cell, "head" if block.has_head and not number else "cell") for cell in row]
                for number, row in enumerate(pad_rows(block))
            ]
            table = Table(
                rows, colWidths=[width / len(rows[0])] * len(rows[0]), repeatRows=int(block.has_head)
            )
            table.setStyle(
                [("LINEBELOW", (0, 0), (-1, -1), 0.4, "#999999"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
            )
            story += [table, Spacer(0, 5)]
        else:
            story.append(write(block.text, block.kind))

    def number(canvas: Any, document: Any) -> None:
        canvas.setFont("inter-regular", 7.5)
        canvas.drawString(0.8 * inch, 0.4 * inch, f"Reference {reference}")
        canvas.drawRightString(7.7 * inch, 0.4 * inch, f"Page {document.page}")

    file = BytesIO()
    SimpleDocTemplate(
        file, pagesize=us_letter, leftMargin=0.8 * inch, rightMargin=0.8 * inch, topMargin=0.5 * inch,
        bottomMargin=0.7 * inch, title=f"Distribution request {reference}", invariant=1,
    ).build(story, onFirstPage=number, onLaterPages=number)  # fmt: skip
    return file.getvalue()
