"""Reports that are read beside the letters and never sent with them: headings, sentences, tables, as PDF/UA-1."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from django.template.loader import render_to_string

from rollovers.letters.after_tax_letter import Letterhead
from rollovers.letters.rendering import find_unprintable_characters, render_document

_SIGNS = {"-": "−", "x": "×", "/": "÷"}
_LONGEST_UNBROKEN = 12  # rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of texts. The first column heads its row; `amounts` are the places of columns of dollars."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    amounts: frozenset[int] = frozenset()
    style: str = ""

    @property
    def is_short(self) -> bool:
        """Whether it is kept on one page, with its caption."""
        return len(self.rows) <= _LONGEST_UNBROKEN

    @property
    def head(self) -> list[tuple[str, bool]]:
        return [(column, place in self.amounts) for place, column in enumerate(self.columns)]

    @property
    def body(self) -> list[tuple[str, list[tuple[str, bool]]]]:
        """Each row's heading, and its other cells, each with whether it is an amount."""
        return [
            (row[0], [(cell, place in self.amounts) for place, cell in enumerate(row[1:], start=1)])
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with what stands below it: sentences, facts, tables, then sections of the next level."""

    title: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()
    sections: tuple["Section", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report as it is printed: `title` heads it, `reference` stands on every page."""

    title: str
    reference: str
    firm_name: str
    opening: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


def render_report(*, report: Report, template: str) -> bytes:
    """Return the report as PDF/UA-1; the same report gives the same bytes.

    A report is a record of what was typed, so a character that the font cannot print is spelled out ("[U+5F20]")
    and nothing is refused. Raises ForbiddenFetch.
    """
    printable = spell_unprintable(report=report)
    return render_document(
        texts=printable,
        write_html=lambda _: render_to_string(template, {"report": printable}),
        letterhead=Letterhead(firm_name=printable.firm_name),
        stylesheet="report.css",
    )


def spell_unprintable(*, report: Report) -> Report:
    """Return the report with each character that its font has no glyph for spelled by its code point."""
    flat = _map_texts(report, lambda text: " ".join(text.split()))
    missing = find_unprintable_characters(letter=flat)
    if not missing:
        return flat
    spelled = str.maketrans({character: f"[U+{ord(character):04X}]" for character in missing})
    return _map_texts(flat, lambda text: text.translate(spelled))


def _map_texts(node: Any, change: Any) -> Any:
    if isinstance(node, str):
        return change(node)
    if isinstance(node, tuple):
        return tuple(_map_texts(item, change) for item in node)
    if is_dataclass(node) and not isinstance(node, type):
        return replace(
            node, **{field.name: _map_texts(getattr(node, field.name), change) for field in fields(node)}
        )
    return node


def write_equation(*, record: Mapping[str, Any]) -> str:
    """Return a figure's arithmetic on one line, with its numbers, from a record of `describe_explanation`."""
    terms = []
    for term in record["terms"]:
        sign = _SIGNS.get(term["operation"], term["operation"])
        terms.append(f"{sign} {term['written']} ({term['label']})".strip())
    floor = ", never below zero" if record["never_below_zero"] else ""
    return f"{' '.join(terms)} = {record['written']}{floor}"


def list_workings(*, records: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Return figures as facts: what each is, its arithmetic with the numbers filled in, rounding and authority."""
    return tuple(
        (
            record["figure"],
            " ".join(
                filter(
                    None,
                    (
                        f"{write_equation(record=record)}.",
                        record["rounding"],
                        record["note"],
                        f"{record['citation']}.",
                    ),
                )
            ),
        )
        for record in records
    )


def list_authorities(*, citations: Iterable[str]) -> tuple[str, ...]:
    """Return each authority once, in the order in which it was first cited."""
    return tuple(dict.fromkeys(filter(None, citations)))
