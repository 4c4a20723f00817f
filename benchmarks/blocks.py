"""A letter's HTML as a list of blocks, so that Typst and ReportLab print the same words, tables and headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph or a table; of a table `rows`, of all else `text`."""

    kind: str  # h1, h2, p, limit, detail, signature, table
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    has_head: bool = False


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._texts: list[str] = []
        self._kind = "p"
        self._rows: list[tuple[str, ...]] = []
        self._cells: list[str] = []
        self._in_table = False
        self._has_head = False
        self._skips = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = dict(attrs).get("class") or ""
        if tag in ("head", "title"):
            self._skips = True
        elif tag == "table":
            self._in_table, self._rows, self._has_head = True, [], False
        elif tag == "thead":
            self._has_head = True
        elif tag == "tr":
            self._cells = []
        elif tag in ("td", "th", "p", "h1", "h2") and not (tag == "p" and self._in_table):
            self._texts = []
            self._kind = next((kind for kind in ("limit", "signer") if f"letter__{kind}" in name), tag)
        elif "letter__line" in name or "letter__detail" in name:
            self._texts.append("\n")

    def handle_data(self, data: str) -> None:
        self._texts.append(re.sub(r"\s+", " ", data))

    def handle_endtag(self, tag: str) -> None:
        text = "\n".join(" ".join(line.split()) for line in "".join(self._texts).split("\n")).strip()
        if tag == "head":
            self._skips = False
        elif tag in ("td", "th"):
            self._cells.append(text)
            self._texts = []
        elif tag == "tr":
            self._rows.append(tuple(self._cells))
        elif tag == "table":
            self.blocks.append(Block("table", rows=tuple(self._rows), has_head=self._has_head))
            self._in_table = False
        elif tag in ("p", "h1", "h2") and text and not self._skips:
            self.blocks.append(Block(self._kind, text))
            self._texts = []


def read_blocks(*, html: str) -> tuple[Block, ...]:
    """Return the blocks of a letter's HTML, in its order."""
    reader = _Reader()
    reader.feed(html)
    return tuple(reader.blocks)


def pad_rows(block: Block) -> Iterator[tuple[str, ...]]:
    """Yield a table's rows, each as long as the longest."""
    width = max(len(row) for row in block.rows)
    for row in block.rows:
        yield row + ("",) * (width - len(row))
