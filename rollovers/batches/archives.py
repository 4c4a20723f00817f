"""All letters of a batch in one archive, written while it is sent: never more than one letter in memory."""

import csv
import datetime
import io
import zlib
from collections.abc import Iterator

from django.utils.timezone import localtime
from django_scopes import scope
from stream_zip import NO_COMPRESSION_32, Method, stream_zip

from advisors.models import Firm
from rollovers.batches.queries import LetterBytes, list_items, read_letter_bytes
from rollovers.cpa.events import neutralize
from rollovers.models import Batch, BatchItem, ItemState

_FILE_MODE = 0o600
_COLUMNS = [
    "Number",
    "Client",
    "Plan",
    "Result",
    "Letter",
    "Letter date",
    "Payment date",
    "Distribution",
    "Taxable now",
    "Why not",
]
_Member = tuple[str, datetime.datetime, int, Method, tuple[bytes]]


def stream_archive(*, firm: Firm, batch: Batch) -> Iterator[bytes]:
    """Return the archive piece by piece: contents.csv, then a folder a letter, named by its reference alone.

    It is read while the answer is already under way, after the request's scope has closed: each read opens the
    firm's scope for itself, and none is open while a piece is being sent.
    """
    return stream_zip(_list_members(firm=firm, batch=batch))  # type: ignore[return-value]


def _list_members(*, firm: Firm, batch: Batch) -> Iterator[_Member]:
    with scope(firm=firm):
        items = list(list_items(firm=firm, batch=batch))
    yield _make_member(
        name="contents.csv",
        modified_at=batch.created_at,
        content=write_contents_csv(batch=batch, items=items),
    )
    for item in items:
        if item.letter is None:
            continue
        with scope(firm=firm):
            stored = read_letter_bytes(firm=firm, letter_id=item.letter.pk)
        for name, content in _name_documents(reference=item.letter.reference, stored=stored):
            yield _make_member(name=name, modified_at=item.letter.issued_at, content=content)


def _name_documents(*, reference: str, stored: LetterBytes) -> Iterator[tuple[str, bytes]]:
    yield f"{reference}/{reference}-letter.pdf", stored.letter
    if stored.custodian is not None:
        yield f"{reference}/{reference}-custodian.pdf", stored.custodian


def _make_member(*, name: str, modified_at: datetime.datetime, content: bytes) -> _Member:
    """Return a file stored as it is: a PDF is compressed in itself."""
    method = NO_COMPRESSION_32(len(content), zlib.crc32(content))
    return name, localtime(modified_at), _FILE_MODE, method, (content,)


def write_contents_csv(*, batch: Batch, items: list[BatchItem]) -> bytes:
    """Return what became of each letter as CSV with a byte order mark; no text of it is taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for item in items:
        letter = item.letter
        request = letter.request if letter else None
        writer.writerow(
            [
                item.position,
                neutralize(text=item.participant.legal_name),
                neutralize(text=item.plan.name),
                ItemState(item.state).label,
                letter.reference if letter else "",
                batch.letter_date.isoformat(),
                batch.payment_date.isoformat(),
                request.distribution if request else "",
                request.includible if request else "",
                neutralize(text=item.why),
            ]
        )
    return text.getvalue().encode("utf-8-sig")
