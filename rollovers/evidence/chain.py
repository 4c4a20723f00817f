"""The firm's chain of events: each entry vouches for what it records and for the entry before it.

An entry's content is canonical JSON: the event itself and, for an issued letter, a payment or a piece of evidence,
the rows and the exact bytes it brought. Its SHA-256 and the previous entry's make the entry's own; the database
refuses an entry that is not the next. `rollovers.evidence.verification` reads all of it again.

What is hashed is what the evidence says: account numbers and documents in clear text, not as they are encrypted, so
that the keys can be changed. An entry is hashed over what the database gives back, never over what was sent there.
"""

import datetime
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from advisors.encryption import WrongKey, decrypt
from advisors.models import Advisor, Firm
from rollovers.evidence.queries.chain import Form, find_last_event, lock_chain, read_rows
from rollovers.models import CaseEvent, Letter, Step

PLAIN, DATE, INSTANT, JSON = Form.PLAIN, Form.DATE, Form.INSTANT, Form.JSON
SEALED_TEXT, SEALED_BYTES = Form.SEALED_TEXT, Form.SEALED_BYTES

# What the chain vouches for, column by column. These lists never change: every hash of the past is over them. A column
# that a table gets later goes to ADDED_LATER, with the text of the value that rows of before have.
EVENT_COLUMNS = {
    "firm_id": PLAIN,
    "letter_id": PLAIN,
    "step": PLAIN,
    "step_date": DATE,
    "note": PLAIN,
    "details": JSON,
    "recorded_by_id": PLAIN,
    "recorded_at": INSTANT,
}
# The id names nothing; the others are checked by themselves.
UNHASHED_EVENT_COLUMNS = {"id", "position", "content_sha256", "previous_sha256", "sha256"}
_AMOUNTS = dict.fromkeys(("basis_before", "value_before", "distribution", "after_tax", "pretax"), PLAIN)
_AMOUNTS |= dict.fromkeys(("includible", "withholding"), PLAIN)
VOUCHED_COLUMNS: dict[str, dict[str, Form]] = {
    "rollovers_letter": {
        "id": PLAIN,
        "firm_id": PLAIN,
        "request_id": PLAIN,
        "reference": PLAIN,
        "letter_date": DATE,
        "inputs": JSON,
        "figures": JSON,
        "findings": JSON,
        "rule_version": PLAIN,
        "pdf": SEALED_BYTES,
        "pdf_sha256": PLAIN,
        "supersedes_id": PLAIN,
        "issued_by_id": PLAIN,
        "issued_at": INSTANT,
    },
    "rollovers_rolloverrequest": {
        "id": PLAIN,
        "firm_id": PLAIN,
        "plan_id": PLAIN,
        "participant_id": PLAIN,
        "subaccount_id": PLAIN,
        "statement_id": PLAIN,
        "covers_whole": PLAIN,
        "way": PLAIN,
        "payment_date": DATE,
        **_AMOUNTS,
        "request_key": PLAIN,
        "created_by_id": PLAIN,
        "created_at": INSTANT,
    },
    "rollovers_disbursement": {
        "id": PLAIN,
        "firm_id": PLAIN,
        "request_id": PLAIN,
        "position": PLAIN,
        "to": PLAIN,
        "separately_accounts": PLAIN,
        "payee": PLAIN,
        "account_title": PLAIN,
        "account_number": SEALED_TEXT,
        "amount": PLAIN,
        "pretax_elected": PLAIN,
        "pretax": PLAIN,
        "after_tax": PLAIN,
    },
    "rollovers_letterdocument": {
        "id": PLAIN,
        "firm_id": PLAIN,
        "letter_id": PLAIN,
        "kind": PLAIN,
        "pdf": SEALED_BYTES,
        "pdf_sha256": PLAIN,
    },
    "rollovers_payment": {
        "id": PLAIN,
        "firm_id": PLAIN,
        "letter_id": PLAIN,
        "movement_id": PLAIN,
        "payment_date": DATE,
        "received_date": DATE,
        **_AMOUNTS,
        "figures": JSON,
        "recorded_by_id": PLAIN,
        "recorded_at": INSTANT,
    },
    "rollovers_paiddisbursement": {
        "id": PLAIN,
        "firm_id": PLAIN,
        "payment_id": PLAIN,
        "disbursement_id": PLAIN,
        "amount": PLAIN,
        "pretax": PLAIN,
        "after_tax": PLAIN,
    },
    "rollovers_evidence": {
        "id": PLAIN,
        "firm_id": PLAIN,
        "letter_id": PLAIN,
        "title": PLAIN,
        "media_type": PLAIN,
        "content": SEALED_BYTES,
        "content_sha256": PLAIN,
        "added_by_id": PLAIN,
        "added_at": INSTANT,
    },
}
ADDED_LATER: dict[str, dict[str, tuple[Form, str | None]]] = {}

# The facts kept with a letter hold an account number as the fact's own table does: encrypted.
SEALED_FACT = "account_number"


class UnhashableDetails(TypeError):
    """An event's details hold a floating-point number: an amount or a rate is text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a firm's chain ends: what the firm keeps outside to tell whether its end was cut off."""

    position: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.position}:{self.sha256}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """What an entry vouches for cannot be read; `why` names no client."""

    why: str


def append_event(
    *,
    firm: Firm,
    letter: Letter,
    step: Step,
    step_date: datetime.date,
    advisor: Advisor,
    note: str = "",
    details: Mapping[str, Any] | None = None,
) -> CaseEvent:
    """Append an entry to the firm's chain, inside the caller's transaction, after the rows that it vouches for.

    Locks the firm's row last of all locks, until the transaction ends: entries follow each other. `details` is what
    JSON can hold, without floating-point numbers; a payment's and evidence's names its row (`{"payment": id}`,
    `{"evidence": id}`). Raises UnhashableDetails.
    """
    recorded_at = lock_chain(firm=firm)
    last = find_last_event(firm=firm)
    event = CaseEvent(
        firm=firm,
        letter=letter,
        step=step,
        step_date=step_date,
        note=note,
        details=_take_details(details or {}),
        recorded_by=advisor,
        recorded_at=recorded_at,
        position=last.position + 1 if last else 1,
        previous_sha256=last.sha256 if last else "",
    )
    event.content_sha256 = hash_new_content(event=event)
    event.sha256 = link(previous=event.previous_sha256, content=event.content_sha256)
    event.save(force_insert=True)
    return event


def link(*, previous: str, content: str) -> str:
    """Return an entry's own SHA-256, over the previous entry's and its content's, both in hex."""
    return hashlib.sha256((previous + content).encode()).hexdigest()


def hash_new_content(*, event: CaseEvent) -> str:
    """Return the SHA-256 of all that an entry vouches for that is about to be stored. Raises WrongKey."""
    entry = {
        "firm_id": str(event.firm_id),
        "letter_id": str(event.letter_id),
        "step": str(event.step),
        "step_date": event.step_date.isoformat(),
        "note": event.note,
        "details": json.dumps(event.details),
        "recorded_by_id": str(event.recorded_by_id),
        "recorded_at": event.recorded_at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f"),
    }
    (content,) = describe_contents(firm_id=event.firm_id, entries=[entry])
    if isinstance(content, Unreadable):
        raise WrongKey(content.why)
    return hash_content(content=content)


def hash_content(*, content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of an entry's content, as canonical JSON."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def describe_contents(
    *, firm_id: int, entries: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any] | Unreadable]:
    """Return what each entry vouches for: the event, and the rows and bytes that it brought, as they lie there now.

    `entries` are as `read_entries` gives them. A row that is gone is None.
    """
    issued = [int(entry["letter_id"]) for entry in entries if entry["step"] == Step.ISSUED]
    letters = _read_by(firm_id, "rollovers_letter", "id", issued)
    requested = [int(row["request_id"]) for rows in letters.values() for row in rows]
    requests = _read_by(firm_id, "rollovers_rolloverrequest", "id", requested)
    legs = _read_by(firm_id, "rollovers_disbursement", "request_id", requested)
    documents = _read_by(firm_id, "rollovers_letterdocument", "letter_id", issued)
    paid = _find_ids(entries, Step.PAID, "payment")
    payments = _read_by(firm_id, "rollovers_payment", "id", paid)
    paid_legs = _read_by(firm_id, "rollovers_paiddisbursement", "payment_id", paid)
    evidence = _read_by(firm_id, "rollovers_evidence", "id", _find_ids(entries, Step.EVIDENCE, "evidence"))

    def describe(entry: Mapping[str, Any]) -> dict[str, Any]:
        content: dict[str, Any] = {"event": _open_row("rollovers_caseevent", EVENT_COLUMNS, entry)}
        if entry["step"] == Step.ISSUED:
            letter = _open_one(letters, "rollovers_letter", entry["letter_id"])
            request_id = letter["request_id"] if letter else None
            content |= {
                "letter": letter,
                "request": _open_one(requests, "rollovers_rolloverrequest", request_id),
                "disbursements": _open_all(legs, "rollovers_disbursement", request_id),
                "documents": _open_all(documents, "rollovers_letterdocument", entry["letter_id"]),
            }
        elif entry["step"] == Step.PAID:
            payment_id = _take_id(entry, "payment")
            content |= {
                "payment": _open_one(payments, "rollovers_payment", payment_id),
                "disbursements": _open_all(paid_legs, "rollovers_paiddisbursement", payment_id),
            }
        elif entry["step"] == Step.EVIDENCE:
            content["evidence"] = _open_one(evidence, "rollovers_evidence", _take_id(entry, "evidence"))
        return content

    return [_read_or_say_why(describe, entry) for entry in entries]


def _read_or_say_why(
    describe: Callable[[Mapping[str, Any]], dict[str, Any]], entry: Mapping[str, Any]
) -> dict[str, Any] | Unreadable:
    try:
        return describe(entry)
    except WrongKey:
        return Unreadable(why="none of FIELD_KEYS decrypts what it vouches for")
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Unreadable(why="what it vouches for cannot be read")


# --- Rows as they lie in the database ---------------------------------------------------------------------


_Rows = dict[str, list[dict[str, Any]]]


def _read_by(firm_id: int, table: str, key: str, keys: Iterable[int]) -> _Rows:
    """Return the firm's rows of `table` by the text of `key`; of documents and scans, only the bytes' SHA-256."""
    columns = VOUCHED_COLUMNS[table] | {name: form for name, (form, _) in ADDED_LATER.get(table, {}).items()}
    found: _Rows = {}
    for row in read_rows(firm_id=firm_id, table=table, columns=columns, key=key, keys=sorted(set(keys))):
        for name, form in columns.items():
            if form is SEALED_BYTES and row[name] is not None:
                row[name] = _hash_sealed(row[name].encode())  # before the next row's bytes are read
        found.setdefault(row[key], []).append(row)
    return found


def _hash_sealed(token: bytes) -> str | None:
    try:
        return hashlib.sha256(decrypt(token=token)).hexdigest()
    except WrongKey:
        return _UNDECRYPTED


_UNDECRYPTED = "undecrypted"


def _open_one(rows: _Rows, table: str, key: Any) -> dict[str, Any] | None:
    found = rows.get(str(key), [])
    return _open_row(table, VOUCHED_COLUMNS[table], found[0]) if found else None


def _open_all(rows: _Rows, table: str, key: Any) -> list[dict[str, Any]]:
    return [_open_row(table, VOUCHED_COLUMNS[table], row) for row in rows.get(str(key), [])]


def _open_row(table: str, columns: Mapping[str, Form], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's values in clear text. Raises WrongKey."""
    opened = {name: _open_value(table, name, form, row[name]) for name, form in columns.items()}
    for name, (form, before) in ADDED_LATER.get(table, {}).items():
        if row[name] != before:
            opened[name] = _open_value(table, name, form, row[name])
    return opened


def _open_value(table: str, name: str, form: Form, value: Any) -> Any:
    if value is None:
        return None
    if form is SEALED_TEXT:
        return decrypt(token=value.encode()).decode() if value else ""
    if form is SEALED_BYTES:
        if value == _UNDECRYPTED:
            raise WrongKey("None of FIELD_KEYS decrypts these bytes.")
        return value
    if form is JSON:
        opened = json.loads(value, parse_float=_mark_fraction)
        if (table, name) == ("rollovers_letter", "inputs"):
            for fact in (*opened.get("facts", []), *opened.get("ira_balances", [])):
                token = fact["values"].get(SEALED_FACT)
                if token:
                    fact["values"][SEALED_FACT] = decrypt(token=token.encode()).decode()
        return opened
    return value


def _mark_fraction(text: str) -> dict[str, str]:
    """Keep a JSON number's digits, and tell it from a text of the same digits."""
    return {"number": str(Decimal(text))}


def _find_ids(entries: Iterable[Mapping[str, Any]], step: Step, name: str) -> list[int]:
    ids = (_take_id(entry, name) for entry in entries if entry["step"] == step)
    return [found for found in ids if found is not None]


def _take_id(entry: Mapping[str, Any], name: str) -> int | None:
    """Return the id that an event's details give for the row it brought, if they do."""
    try:
        details = json.loads(entry["details"])
    except (ValueError, RecursionError):
        return None
    found = details.get(name) if isinstance(details, dict) else None
    return found if type(found) is int and abs(found) < 2**63 else None


def _take_details(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details as the database will give them back. Raises UnhashableDetails."""

    def refuse(text: str) -> Any:
        raise UnhashableDetails(f"{text} in an event's details: write it as text.")

    taken: dict[str, Any] = json.loads(json.dumps(dict(details)), parse_float=refuse, parse_constant=refuse)
    return taken
