"""A client's whole file: facts with their history, letters with all that followed, the packets of every year.

It is the client's own: account numbers and documents are in it as they read, not encrypted.
"""

import datetime
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from stat import S_IFREG
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model
from stream_zip import ZIP_AUTO, stream_zip

from advisors.encryption import EncryptedBinaryField, EncryptedTextField, decrypt
from advisors.models import Firm
from clients.models import Client
from rollovers.cpa.documents import render_cpa_packet
from rollovers.cpa.events import list_happenings, write_events_csv
from rollovers.cpa.packets import gather_cpa_packet, open_client_file
from rollovers.cpa.queries import list_changes, list_client_rows, list_letter_files, read_letter_files
from rollovers.models import Letter

README = """\
The whole file of one client, as the firm had it when it was exported.

facts.json      The facts by table: each row as it reads now, and its history: what it read, when, by whom, and why
                it was changed if a reason was given. Drafts, received tax forms and acknowledged differences too.
letters/        One folder a letter: the exact bytes of the letter and of the documents beside it, the evidence,
                and letter.json: what it was computed from, its figures, findings and reasons, payments.
chain.json      The entries of the firm's chain of events about these letters, each with its place and its hashes.
                The chain is the firm's: entries about other clients stand between them and are not here.
cpa/            The CPA packet of every year with something in it, as PDF, and its events as CSV.
manifest.json   Each file here with its size and SHA-256. For the bytes of a document also the SHA-256 that was
                stored with it when it was made: both must be the same.

Account numbers are written out in full: this is the client's own file. Keep it as you keep their statements.
No CPA or attorney has reviewed it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of the export; `stored_sha256` is what was kept of its bytes when they were made."""

    name: str
    content: bytes
    stored_sha256: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def is_as_stored(self) -> bool:
        return self.stored_sha256 in {"", self.sha256}


@dataclass(slots=True, kw_only=True)
class Export:
    """A client's file on its way out: what was written so far, and what is not what was stored."""

    firm: Firm
    client: Client
    exported_at: datetime.datetime
    count: int = 0
    altered: tuple[str, ...] = ()

    def write(self) -> Iterator[bytes]:
        """Yield the bytes of the ZIP, one file at a time, its manifest last."""
        return iter(
            stream_zip(
                (
                    entry.name,
                    self.exported_at,
                    S_IFREG | 0o600,
                    ZIP_AUTO(len(entry.content)),
                    (entry.content,),
                )
                for entry in self._list_files()
            )
        )

    def _list_files(self) -> Iterator[Entry]:
        described = []
        for entry in list_entries(firm=self.firm, client=self.client):
            self.count += 1
            if not entry.is_as_stored:
                self.altered += (entry.name,)
            described.append(
                {"name": entry.name, "bytes": len(entry.content), "sha256": entry.sha256}
                | ({"stored_sha256": entry.stored_sha256} if entry.stored_sha256 else {})
            )
            yield entry
        manifest = {
            "client": self.client.pk,
            "firm": self.firm.pk,
            "exported_at": self.exported_at,
            "files": described,
        }
        yield Entry(name="manifest.json", content=_write_json(manifest))


def list_entries(*, firm: Firm, client: Client) -> Iterator[Entry]:
    """Yield every file of a client's export but its manifest. The same record gives the same bytes."""
    yield Entry(name="README.txt", content=README.encode())
    yield Entry(name="facts.json", content=_write_json(_describe_facts(firm=firm, client=client)))
    letters = list_letter_files(firm=firm, client=client)
    for letter in letters:
        folder = f"letters/{letter.reference}"
        for name, stored_sha256, content in read_letter_files(firm=firm, letter=letter):
            yield Entry(name=f"{folder}/{name}", content=content, stored_sha256=stored_sha256)
        yield Entry(name=f"{folder}/letter.json", content=_write_json(_describe_letter(letter)))
    yield Entry(name="chain.json", content=_write_json(_describe_chain(letters)))
    file = open_client_file(firm=firm, client=client)
    for year in file.years:
        packet = gather_cpa_packet(file=file, year=year)
        happenings = list_happenings(packet=packet)
        yield Entry(name=f"cpa/{year}.pdf", content=render_cpa_packet(packet=packet))
        yield Entry(name=f"cpa/{year}.csv", content=write_events_csv(happenings=happenings))


def _describe_facts(*, firm: Firm, client: Client) -> dict[str, Any]:
    described = {}
    for table, rows in list_client_rows(firm=firm, client=client).items():
        history: dict[int, list[dict[str, Any]]] = {}
        for change in list_changes(firm=firm, rows=rows):
            history.setdefault(change.row_id, []).append(
                {
                    "what": change.label,
                    "when": change.changed_at,
                    "who": change.who,
                    "reason": change.reason,
                    "values": {
                        name: value
                        for name, value in describe_row(row=change.event).items()
                        if not name.startswith("pgh_")
                    },
                }
            )
        described[table._meta.db_table] = [
            {"values": describe_row(row=row), "history": history.get(row.pk, [])} for row in rows
        ]
    return described


def describe_row(*, row: Model) -> dict[str, Any]:
    """Return a row's values by column, decrypted; the bytes of documents are files of their own."""
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not isinstance(field, EncryptedBinaryField)
    }


def _describe_letter(letter: Letter) -> dict[str, Any]:
    values = describe_row(row=letter)
    values["inputs"] = letter.inputs | {
        "facts": [_open_snapshot(each) for each in letter.inputs["facts"]],
        "ira_balances": [_open_snapshot(each) for each in letter.inputs["ira_balances"]],
    }
    return {
        "letter": values | {"issued_by": letter.issued_by.full_name},
        "request": describe_row(row=letter.request) | {"created_by": letter.request.created_by.full_name},
        "disbursements": [describe_row(row=row) for row in letter.request.disbursements.all()],
        "documents": [describe_row(row=row) for row in letter.documents.all()],
        "payments": [
            describe_row(row=row)
            | {
                "recorded_by": row.recorded_by.full_name,
                "disbursements": [describe_row(row=paid) for paid in row.disbursements.all()],
            }
            for row in letter.payments.all()
        ],
        "evidence": [
            describe_row(row=row) | {"added_by": row.added_by.full_name} for row in letter.evidence.all()
        ],
        "received_forms": [describe_row(row=row) for row in letter.received_forms.all()],
    }


def _open_snapshot(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Return what a letter rests on with what is encrypted in it decrypted."""
    model = next(
        model
        for model in apps.get_app_config("clients").get_models()
        if model._meta.db_table == snapshot["table"]
    )
    sealed = {field.attname for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)}
    return snapshot | {
        "values": {
            name: decrypt(token=text.encode()).decode() if name in sealed and text else text
            for name, text in snapshot["values"].items()
        }
    }


def _describe_chain(letters: list[Letter]) -> list[dict[str, Any]]:
    events = sorted(
        (event for letter in letters for event in letter.events.all()), key=lambda each: each.position
    )
    return [
        describe_row(row=event)
        | {"letter": event.letter.reference, "recorded_by": event.recorded_by.full_name}
        for event in events
    ]


def _write_json(content: Any) -> bytes:
    return json.dumps(content, default=_write_value, ensure_ascii=False, indent=1).encode()


def _write_value(value: Any) -> str:
    """Return what JSON has no form of: dollars with their cents, instants to the microsecond."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an export.")
