"""The marked places of a packet whose words a firm's owner may choose, and what no such text may say.

The limiting sentence, the amounts and the election stand in no marked place. What is in one is printed under
NOTE_LEAD, so that it can change nothing even where `check_wording` has not understood it.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields

from rollovers.letters.texts import LetterRefused, TextTooLong, find_amount
from rollovers.models import Slot

NOTE_LEAD = "The preparer’s note changes nothing in this request:"


class WordingRefused(LetterRefused):
    """A firm's own words say what only the letter itself may say."""


class WordingTooLong(WordingRefused, TextTooLong):
    """A firm's own words are longer than their place."""


class WordingNamesAmount(WordingRefused):
    """A firm's own words name an amount, a number that could be one, or a share."""


class WordingNamesSource(WordingRefused):
    """A firm's own words name another source of the plan than the after-tax sub-account."""


class WordingNamesExtent(WordingRefused):
    """A firm's own words say how much is asked for."""


class WordingNamesPayee(WordingRefused):
    """A firm's own words say to whom or how to pay."""


class WordingOverrides(WordingRefused):
    """A firm's own words tell the reader not to follow the letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPlace:
    """A place whose words a firm may choose: where it prints, what stands there by default, its longest text."""

    slot: Slot
    where: str
    default: str
    longest: int


# The longest letter keeps to two pages with each of them full.
PLACES: dict[str, MarkedPlace] = {
    place.slot.value: place
    for place in (
        MarkedPlace(
            slot=Slot.OPENING,
            where="The letter, below the facts and above the request.",
            default="",
            longest=200,
        ),
        MarkedPlace(
            slot=Slot.CONTACT,
            where="The letter and the custodian’s instructions, at the end.",
            default="Questions about this letter go to its preparer, at the head of the first page.",
            longest=160,
        ),
        MarkedPlace(
            slot=Slot.CLOSING,
            where="The letter, above the signatures.",
            default="",
            longest=200,
        ),
        MarkedPlace(
            slot=Slot.CUSTODIAN_NOTE,
            where="The custodian’s instructions, above the trustee’s signature.",
            default="Confirm to the trustee in writing, on the same day, what you have carried out.",
            longest=300,
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmWords:
    """A firm's own words, "" where the default stands. Raises a kind of WordingRefused."""

    opening: str = ""
    contact: str = ""
    closing: str = ""
    custodian_note: str = ""

    def __post_init__(self) -> None:
        for slot, text in self._walk():
            check_wording(slot=slot, text=text)

    def _walk(self) -> Iterator[tuple[Slot, str]]:
        for field in fields(self):
            yield Slot(field.name), getattr(self, field.name)


_REFUSALS: tuple[tuple[type[WordingRefused], str, re.Pattern[str]], ...] = tuple(
    (kind, message, re.compile(rf"\b(?:{words})", re.IGNORECASE))
    for kind, message, words in (
        (
            WordingNamesAmount,
            "names an amount",
            r"per\s?cent|percentage|dollars?\b|usd\b|cents?\b|hundred|thousand|million|half\b|thirds?\b|quarters?\b"
            r"|double|twice",
        ),
        (
            WordingNamesSource,
            "names another source of the plan",
            r"deferr?al|elective|salary|roth\s+(?:contribution|account|source|401|deferral|money|sub)|designated"
            r"|employer|match(?:ing|es)?\b|profit[\s-]*shar|nonelective|non-elective|safe[\s-]harbor|forfeit|catch-?\s?up"
            r"|rollover\s+(?:source|account|money|contribution)|pre-?\s?tax|other\s+sources?|sources?\b|vested",
        ),
        (
            WordingNamesExtent,
            "says how much is asked for",
            r"whole|entire|all\b|balances?\b|everything|full(?:y)?\b|total|remain(?:der|ing|s)?\b|rest\b|maximum|additional"
            r"|more\s+than|less\s+than|at\s+least|up\s+to|accounts?\b|assets",
        ),
        (
            WordingNamesPayee,
            "says to whom or how to pay",
            r"payable|payees?\b|pay\b|paid\s+to|made\s+out|wire\b|routing|deposit|transfer|roll\b|ira\b|iras\b"
            r"|distribut|liquidat|convert|withh?old",
        ),
        (
            WordingOverrides,
            "tells the reader not to follow the letter",
            r"disregard|instead|ignore|except|unless|notwithstanding|override|overrid|supersed|replac|cancel|void\b"
            r"|regardless|rather|amend|chang(?:e|es|ed|ing)\b|contrary|do\s+not|don.?t\b|should\s+not|correction|corrected"
            r"|revok|waiv|subject\s+to",
        ),
    )
)
# Numbers that are no amount: a telephone's, an extension's, a street address's.
_HARMLESS_NUMBERS = re.compile(
    r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d)"
    r"|\b(?i:ext\.?|extension|suite|ste\.?|floor|room|unit|box)\s*#?\d{1,5}(?!\d)"
    r"|\b[A-Z]{2} \d{5}(?:-\d{4})?(?!\d)"
)
_NUMBER = re.compile(r"\d(?:[\s.,'\N{RIGHT SINGLE QUOTATION MARK}]*\d){2,}|%|\N{PER MILLE SIGN}")


def check_wording(*, slot: Slot, text: str) -> None:
    """Refuse a firm's text for one marked place, with the rule that it breaks. Raises a kind of WordingRefused."""
    place = PLACES[slot]
    name = slot.label
    if len(text) > place.longest:
        raise WordingTooLong(f"{name}: at most {place.longest} characters")
    plain = unicodedata.normalize("NFKC", text)
    signs = any(unicodedata.category(character) == "Sc" for character in plain)
    amount = find_amount(text=plain) or _NUMBER.search(_HARMLESS_NUMBERS.sub(" ", plain))
    if signs or amount:
        raise WordingNamesAmount(f"{name}: it names an amount, a share or a number that could be one")
    for kind, message, pattern in _REFUSALS:
        found = pattern.search(plain)
        if found:
            raise kind(f"{name}: it {message} ({found.group().strip()!r})")


NO_WORDS = FirmWords()
