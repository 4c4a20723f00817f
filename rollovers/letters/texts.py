"""What may not be typed into a letter: a text that is too long, and one that reads as an amount of money."""

import re
import unicodedata


class LetterRefused(ValueError):
    """The letter would not hold together; the message names the rule that was broken."""


class TextTooLong(LetterRefused):
    """A text is longer than the letter has room for."""


class AmountInText(LetterRefused):
    """A typed text reads as an amount, and the only amounts of a letter are the after-tax sub-account's own."""

    def __init__(self, *, field: str, amount: str) -> None:
        self.field = field
        self.amount = amount
        super().__init__(f"{field}: {amount!r} reads as an amount, and a letter names no amount but its own")


# A place in a paper, as in "section 6.02(c), 7.01": it has two decimals and is no amount.
_PLACE = r"\d{1,3}\.\d{1,2}(?!\d|,\d)(?:\([a-z\d]{1,4}\))*"
_NAMED_PLACES = re.compile(
    r"(?:\b(?:sections?|secs?\.?|articles?|arts?\.?|parts?|items?|pages?|pp?\.|paragraphs?|paras?\.?|clauses?"
    r"|chapters?|version|ver\.?|rev\.?|revision|v\.?)|§+)"
    rf"\s*{_PLACE}(?:\s*(?:,|;|and|or|to|through|\N{{EN DASH}}|-|&)\s*{_PLACE})*",
    re.IGNORECASE,
)
# A letter's own reference, as rollovers.models makes it: by chance it may read "USD5".
_REFERENCES = re.compile(r"\bAT-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b")
_MONEY_WORDS = r"(?:usd|dollars?|cents?|bucks?)"
_AMOUNTS = re.compile(
    r"¤\W{0,3}\d[\d.,]*"  # a sign of a currency, all of them written as one
    r"|\d[\d.,]*\s{0,2}¤"
    r"|¤\W*\Z"  # what follows it in the letter could be a number
    r"|\d{1,3}(?:[,'\N{RIGHT SINGLE QUOTATION MARK}]\d{3})+(?!\d)(?:\.\d\d)?"
    r"|(?<!\d)(?<!\d\.)\d+\.\d{2}(?!\d|\.\d)"
    r"|(?<!\d)(?<!\d[.,])\d+,\d{2}(?!\d|[.,]\d)"
    rf"|\d\s{{0,2}}{_MONEY_WORDS}\b"
    r"|usd\W{0,3}\d"
    rf"|\b(?:hundred|thousand|million|billion)\s+{_MONEY_WORDS}\b",
    re.IGNORECASE,
)
_PLACE_FIELDS = ("section", "page")


def find_amount(*, text: str, field: str = "") -> str:
    """Return the first part of `text` that reads as an amount of money, or "".

    In the fields for a section and a page, as after those words, a number with two decimals is a place.
    """
    plain = unicodedata.normalize("NFKC", text)
    if field in _PLACE_FIELDS:
        plain = f"{field} {plain}"
    signs = "".join("¤" if unicodedata.category(character) == "Sc" else character for character in plain)
    for named in (_REFERENCES, _NAMED_PLACES):
        signs = named.sub(lambda match: "x" * len(match.group()), signs)
    found = _AMOUNTS.search(signs)
    return plain[found.start() : found.end()].strip() if found else ""
