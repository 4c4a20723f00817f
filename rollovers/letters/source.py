"""A document's HTML as WeasyPrint reads it, by a parser and a default stylesheet cut to what our templates use.

WeasyPrint's own take a tenth of a letter's time. Where a document has an element that is not in letter_defaults.css,
WeasyPrint's own stylesheet is used.
"""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from cssselect2 import ElementWrapper
from weasyprint import CSS, HTML

_DEFAULTS = Path(__file__).resolve().parent.parent.parent / "static" / "letter_defaults.css"
_VOID = frozenset(
    {"br", "hr", "img", "input", "link", "meta", "base", "wbr", "area", "col", "embed", "source", "track"}
)


class BadlyNested(ValueError):
    """An element is closed that is not the open one: the templates close what they open."""


class LetterSource(HTML):
    """A document's HTML; it is one element, `<html>`, and all that it opens it closes."""

    def __init__(self, *, html: str, base_url: str, url_fetcher: Any) -> None:
        if "<svg" in html or "<math" in html:  # elements of another namespace are WeasyPrint's to read
            super().__init__(string=html, base_url=base_url, url_fetcher=url_fetcher)
            self._has_only_known = False
            return
        parser = _TreeParser()
        parser.feed(html)
        parser.close()
        self.base_url = base_url
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        self.wrapper_element = ElementWrapper.from_html_root(parser.root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element
        self._has_only_known = parser.names <= _known_names()

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [_defaults()] if self._has_only_known else super()._ua_stylesheets(forms)


class _TreeParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self._builder = ElementTree.TreeBuilder()
        self._open: list[str] = []
        self.root: ElementTree.Element | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self._builder.end(tag)
        else:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # a slash says nothing in HTML

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self._open or self._open.pop() != tag:
            raise BadlyNested(f"</{tag}> closes what is not open")
        self._builder.end(tag)

    def handle_data(self, data: str) -> None:
        if self._open:
            self._builder.data(data)

    def close(self) -> None:
        super().close()
        if self._open:
            raise BadlyNested(f"<{self._open[-1]}> is not closed")
        self.root = self._builder.close()


@cache
def _defaults() -> CSS:
    return CSS(string=_DEFAULTS.read_text(encoding="utf-8"))


@cache
def _known_names() -> frozenset[str]:
    """Return the names of the elements that the default stylesheet lists in its first comment."""
    listed = re.search(r"Elements: ([a-z0-9 \n]+)\.", _DEFAULTS.read_text(encoding="utf-8"))
    return frozenset(listed[1].split()) if listed else frozenset()
