"""Every read of a firm's chain of events, and of the rows that its entries vouch for, just as they lie there.

PostgreSQL writes each value as text, in a form that no setting changes: neither a new Django nor a new column alters
what an entry was hashed over, and a value that no model would load is read all the same.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import connection, transaction
from psycopg.sql import SQL, Composed, Identifier

from advisors.models import Firm
from rollovers.models import CaseEvent

ENTRIES_AT_ONCE = 200
# A scan may have 5 MB; a few are held in memory at a time.
_ROWS_AT_ONCE = {"rollovers_evidence": 4}


class Form(Enum):
    """How a column's value is written as text."""

    PLAIN = "{}::text"
    DATE = "to_char({}, 'YYYY-MM-DD')"
    INSTANT = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
    JSON = "({})::text"
    SEALED_TEXT = "({}::text)"
    SEALED_BYTES = "encode({}, 'escape')"  # a token is ASCII; in hexadecimal it would be twice as long


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHead:
    """Where a firm's chain ends, and the hash there."""

    firm_id: int
    position: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unvouched:
    """A row that no entry of the chain vouches for. `name` is a letter's reference."""

    table: str
    row_id: int
    name: str


@contextmanager
def hold_one_moment() -> Iterator[None]:
    """Let everything that is read inside be of one moment, whatever is written meanwhile; nothing is written here."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def read_rows(
    *, firm_id: int, table: str, columns: Mapping[str, Form], key: str, keys: Sequence[int]
) -> Iterator[dict[str, Any]]:
    """Return the firm's rows of `table` whose `key` is one of `keys`, by their ids.

    Values are text, sealed bytes too.
    """
    statement = SQL(
        "SELECT {values} FROM {table} WHERE firm_id = %s AND {key} = ANY(%s) ORDER BY {table}.id"
    ).format(values=_write_values(columns), table=Identifier(table), key=Identifier(key))
    count = _ROWS_AT_ONCE.get(table, len(keys))
    for start in range(0, len(keys), max(count, 1)):
        yield from _read(
            statement=statement, values=[firm_id, list(keys[start : start + count])], columns=columns
        )


def read_entries(*, firm_id: int, columns: Mapping[str, Form]) -> Iterator[list[dict[str, Any]]]:
    """Return the firm's chain in order, some entries at a time."""
    statement = SQL(
        "SELECT {values} FROM rollovers_caseevent WHERE firm_id = %s AND position > %s"
        # Not by the column's name alone: that would be the text of it.
        " ORDER BY rollovers_caseevent.position, rollovers_caseevent.id LIMIT %s"
    ).format(values=_write_values(columns))
    after = -1
    while True:
        entries = list(_read(statement=statement, values=[firm_id, after, ENTRIES_AT_ONCE], columns=columns))
        if not entries:
            return
        yield entries
        after = int(entries[-1]["position"])


def list_heads() -> list[StoredHead]:
    """Return where the chain of every firm ends, by the firm's id; position 0 of a firm that has none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT firm.id, coalesce(head.position, 0), coalesce(head.sha256, '')"
            " FROM advisors_firm firm LEFT JOIN LATERAL ("
            "  SELECT position, sha256 FROM rollovers_caseevent"
            "  WHERE firm_id = firm.id ORDER BY position DESC LIMIT 1"
            " ) head ON true ORDER BY firm.id"
        )
        return [
            StoredHead(firm_id=firm_id, position=position, sha256=sha256)
            for firm_id, position, sha256 in cursor.fetchall()
        ]


def find_reference(*, firm_id: int, letter_id: int) -> str:
    """Return a letter's reference, as it lies there, or nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reference FROM rollovers_letter WHERE firm_id = %s AND id = %s", [firm_id, letter_id]
        )
        row = cursor.fetchone()
    return row[0] if row else ""


# Rows that each belong to an entry, and the condition under which one vouches for them.
_UNVOUCHED = """
SELECT 'rollovers_letter', letter.id, letter.reference FROM rollovers_letter letter
WHERE letter.firm_id = %(firm)s AND NOT EXISTS (
    SELECT FROM rollovers_caseevent event
    WHERE event.firm_id = letter.firm_id AND event.letter_id = letter.id AND event.step = 'issued'
)
UNION ALL
SELECT 'rollovers_rolloverrequest', request.id, '' FROM rollovers_rolloverrequest request
WHERE request.firm_id = %(firm)s AND NOT EXISTS (
    SELECT FROM rollovers_letter letter
    WHERE letter.firm_id = request.firm_id AND letter.request_id = request.id
)
UNION ALL
SELECT 'rollovers_disbursement', leg.id, '' FROM rollovers_disbursement leg
WHERE leg.firm_id = %(firm)s AND NOT EXISTS (
    SELECT FROM rollovers_rolloverrequest request
    WHERE request.firm_id = leg.firm_id AND request.id = leg.request_id
)
UNION ALL
SELECT 'rollovers_letterdocument', document.id, '' FROM rollovers_letterdocument document
WHERE document.firm_id = %(firm)s AND NOT EXISTS (
    SELECT FROM rollovers_letter letter
    WHERE letter.firm_id = document.firm_id AND letter.id = document.letter_id
)
UNION ALL
SELECT 'rollovers_payment', payment.id, coalesce(letter.reference, '') FROM rollovers_payment payment
LEFT JOIN rollovers_letter letter ON letter.id = payment.letter_id
WHERE payment.firm_id = %(firm)s AND NOT EXISTS (
    SELECT FROM rollovers_caseevent event
    WHERE event.firm_id = payment.firm_id AND event.letter_id = payment.letter_id AND event.step = 'paid'
        AND event.details ->> 'payment' = payment.id::text
)
UNION ALL
SELECT 'rollovers_paiddisbursement', leg.id, '' FROM rollovers_paiddisbursement leg
WHERE leg.firm_id = %(firm)s AND NOT EXISTS (
    SELECT FROM rollovers_payment payment
    WHERE payment.firm_id = leg.firm_id AND payment.id = leg.payment_id
)
UNION ALL
SELECT 'rollovers_evidence', evidence.id, coalesce(letter.reference, '') FROM rollovers_evidence evidence
LEFT JOIN rollovers_letter letter ON letter.id = evidence.letter_id
WHERE evidence.firm_id = %(firm)s AND NOT EXISTS (
    SELECT FROM rollovers_caseevent event
    WHERE event.firm_id = evidence.firm_id AND event.letter_id = evidence.letter_id AND event.step = 'evidence'
        AND event.details ->> 'evidence' = evidence.id::text
)
"""


def list_unvouched(*, firm_id: int, most: int) -> list[Unvouched]:
    """Return the firm's letters, payments, scans and their parts that no entry of its chain vouches for."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_UNVOUCHED} LIMIT %(most)s", {"firm": firm_id, "most": most})
        return [Unvouched(table=table, row_id=row_id, name=name) for table, row_id, name in cursor.fetchall()]


def _write_values(columns: Mapping[str, Form]) -> Composed:
    return SQL(", ").join(SQL(form.value).format(Identifier(column)) for column, form in columns.items())


def _read(*, statement: Composed, values: list[Any], columns: Mapping[str, Form]) -> Iterator[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(), values)
        for row in cursor.fetchall():
            yield dict(zip(columns, row, strict=True))


def lock_chain(*, firm: Firm) -> datetime.datetime:
    """Lock the firm's chain of events until the transaction ends; return the database's clock."""
    Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
    with (
        connection.cursor() as cursor
    ):  # asked once the lock is held: who waited must not bear an earlier time
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    return now


def find_last_event(*, firm: Firm) -> CaseEvent | None:
    """Return the entry at the end of the firm's chain."""
    return CaseEvent.objects.filter(firm=firm).order_by("-position").first()
