"""A document's HTML and its words, to ask what it says without drawing it."""

import re
from html.parser import HTMLParser
from typing import Any

from django.template import engines
from django.template.loader import render_to_string

LINES = {"h1", "h2", "h3", "p", "caption", "tr"}
CELLS = {"th", "td"}


def write_html(*, template: str, context: dict[str, Any]) -> str:
    """Return a template's HTML. A name that it prints and the context has not fails: on paper it would be a gap."""
    engine = engines["django"].engine
    kept, engine.string_if_invalid = engine.string_if_invalid, "[no %s]"
    try:
        html = render_to_string(template, context)
    finally:
        engine.string_if_invalid = kept
    assert not (missing := re.findall(r"\[no ([^\]]+)\]", html)), missing
    return html


def read_lines(*, template: str, context: dict[str, Any]) -> list[str]:
    """Return a template's headings, paragraphs and rows, a line each, the cells of a row parted by bars."""
    reader = _Reader()
    reader.feed(write_html(template=template, context=context))
    return reader.lines


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._words: list[str] = []
        self._cells: list[str] = []
        self._is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in LINES:
            self._words, self._cells, self._is_open = [], [], True
        if tag in CELLS:
            self._words = []

    def handle_data(self, data: str) -> None:
        if self._is_open:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        words = " ".join("".join(self._words).split())
        if tag in CELLS:
            self._cells.append(words)
        elif tag in LINES:
            self.lines.append(" | ".join(self._cells) if tag == "tr" else words)
            self._is_open = False
