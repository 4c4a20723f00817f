"""Reading every firm's chain again: the first entry that was altered, dropped, moved or cut off is named."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from advisors.models import Firm
from rollovers.evidence.chain import (
    EVENT_COLUMNS,
    UNHASHED_EVENT_COLUMNS,
    Head,
    Unreadable,
    describe_contents,
    hash_content,
    link,
)
from rollovers.evidence.queries.chain import Form, find_reference, list_unvouched, read_entries
from rollovers.models import Step

MOST_UNVOUCHED = 20  # a list of more helps nobody
ENTRY_COLUMNS = EVENT_COLUMNS | dict.fromkeys(sorted(UNHASHED_EVENT_COLUMNS), Form.PLAIN)
_NAMES = {
    "rollovers_letter": "letter",
    "rollovers_rolloverrequest": "request",
    "rollovers_disbursement": "disbursement",
    "rollovers_letterdocument": "document",
    "rollovers_payment": "payment",
    "rollovers_paiddisbursement": "paid disbursement",
    "rollovers_evidence": "evidence",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What is wrong with a firm's chain; it names no client.

    `position` is the entry's, and `reference` the letter's, where there is one.
    """

    firm_id: int
    position: int | None = None
    reference: str = ""
    what: str

    def __str__(self) -> str:
        entry = "" if self.position is None else f", entry {self.position}"
        letter = f", letter {self.reference}" if self.reference else ""
        return f"firm {self.firm_id}{entry}{letter}: {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a firm's chain was found to be: where it ends, and its flaws.

    Of the chain itself that is the first one: whatever comes after it hangs on it.
    """

    head: Head
    letters: int
    flaws: tuple[Flaw, ...]


@dataclass(slots=True, kw_only=True)
class _Reading:
    """How far a chain has been read, and found whole."""

    firm_id: int
    kept: tuple[Head, ...]
    position: int = 0
    sha256: str = ""
    letters: int = 0


def verify_chain(*, firm: Firm, heads: Iterable[Head] = ()) -> Verdict:
    """Return what the firm's chain is found to be, compared with the `heads` that were kept outside of the database.

    Reads some entries at a time, in as much memory whatever the length of the chain. In a transaction of repeatable
    reads it is the chain of one moment.
    """
    reading = _Reading(firm_id=firm.pk, kept=tuple(sorted(heads, key=lambda head: head.position)))
    flaws = [
        *_read_chain(reading),
        *(
            Flaw(
                firm_id=firm.pk,
                reference=row.name,
                what=f"no entry vouches for {_NAMES[row.table]} {row.row_id}",
            )
            for row in list_unvouched(firm_id=firm.pk, most=MOST_UNVOUCHED)
        ),
    ]
    return Verdict(
        head=Head(position=reading.position, sha256=reading.sha256),
        letters=reading.letters,
        flaws=tuple(flaws),
    )


def find_lost_firms(*, firm_ids: Iterable[int]) -> list[Flaw]:
    """Return a flaw for each firm of which a head was kept outside, and which is not there to be verified."""
    return [
        Flaw(firm_id=firm_id, what="it is gone, and a head of it was kept") for firm_id in sorted(firm_ids)
    ]


def _read_chain(reading: _Reading) -> list[Flaw]:
    """Return the first flaw of the chain, if there is one, having read it up to there."""
    for entries in read_entries(firm_id=reading.firm_id, columns=ENTRY_COLUMNS):
        contents = describe_contents(firm_id=reading.firm_id, entries=entries)
        for entry, content in zip(entries, contents, strict=True):
            for check in ENTRY_CHECKS:
                what = check(reading, entry, content)
                if what:
                    return [_name_flaw(reading, entry, what)]
            reading.position, reading.sha256 = int(entry["position"]), entry["sha256"]
            reading.letters += entry["step"] == Step.ISSUED
    for check_end in END_CHECKS:
        what = check_end(reading)
        if what:
            return [Flaw(firm_id=reading.firm_id, position=reading.position + 1, what=what)]
    return []


# --- What is asked of each entry, in this order ------------------------------------------------------------


def check_order(reading: _Reading, entry: Mapping[str, Any], content: Any) -> str:
    """Entries are numbered from 1, without a gap."""
    expected, found = reading.position + 1, int(entry["position"])
    return "" if found == expected else f"it is missing: entry {found} is there in its place"


def check_link(reading: _Reading, entry: Mapping[str, Any], content: Any) -> str:
    """An entry names the hash of the one before it."""
    return "" if entry["previous_sha256"] == reading.sha256 else "it does not follow the entry before it"


def check_seal(reading: _Reading, entry: Mapping[str, Any], content: Any) -> str:
    """An entry's own hash is over the one before it and its content's."""
    seal = link(previous=entry["previous_sha256"], content=entry["content_sha256"])
    return "" if entry["sha256"] == seal else "its hashes do not belong together"


def check_bytes(reading: _Reading, entry: Mapping[str, Any], content: Any) -> str:
    """Each PDF and each scan has the SHA-256 that stands beside it."""
    if isinstance(content, Unreadable):
        return ""
    letter, evidence = content.get("letter"), content.get("evidence")
    if letter and letter["pdf"] != letter["pdf_sha256"]:
        return "the letter's PDF is not the one that was issued"
    if any(document["pdf"] != document["pdf_sha256"] for document in content.get("documents", [])):
        return "a document beside the letter is not the one that was issued"
    if evidence and evidence["content"] != evidence["content_sha256"]:
        return "the evidence is not what was attached"
    return ""


def check_content(reading: _Reading, entry: Mapping[str, Any], content: Any) -> str:
    """What an entry vouches for is what it was."""
    if isinstance(content, Unreadable):
        return f"{content.why}: it was altered, or a key is missing"
    gone = [name for name in ("letter", "request", "payment", "evidence") if content.get(name, "") is None]
    if gone:
        return f"its {gone[0]} is gone"
    return (
        "" if hash_content(content=content) == entry["content_sha256"] else "what it vouches for was altered"
    )


def check_kept_heads(reading: _Reading, entry: Mapping[str, Any], content: Any) -> str:
    """Where a head was kept outside, the entry there is the one that was the head."""
    position = int(entry["position"])
    differs = any(head.position == position and head.sha256 != entry["sha256"] for head in reading.kept)
    return "it is not the head that was kept: it, or an entry before it, was rewritten" if differs else ""


ENTRY_CHECKS: list[Callable[[_Reading, Mapping[str, Any], Any], str]] = [
    check_order,
    check_link,
    check_seal,
    check_bytes,
    check_content,
    check_kept_heads,
]


# --- What is asked of the end ------------------------------------------------------------------------------


def check_length(reading: _Reading) -> str:
    """The chain is as long as when a head was kept."""
    longest = max((head.position for head in reading.kept), default=0)
    if longest <= reading.position:
        return ""
    return (
        f"it is missing: the chain was cut off after entry {reading.position}, and entry {longest} was kept"
    )


END_CHECKS: list[Callable[[_Reading], str]] = [check_length]


def _name_flaw(reading: _Reading, entry: Mapping[str, Any], what: str) -> Flaw:
    reference = find_reference(firm_id=reading.firm_id, letter_id=int(entry["letter_id"]))
    return Flaw(
        firm_id=reading.firm_id,
        position=reading.position + 1,
        # What was altered may hold anything at all: only what looks like a reference is shown.
        reference=reference if re.fullmatch(r"[A-Z0-9-]{1,20}", reference) else "",
        what=what,
    )
