"""Verification of a firm with many letters: in seconds, and in as much memory as one of few."""

import os
import time
import tracemalloc
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django_scopes import scope
from psycopg.sql import SQL, Identifier

from rollovers.evidence.chain import VOUCHED_COLUMNS, describe_contents, hash_content, link
from rollovers.evidence.queries import chain as queries
from rollovers.evidence.verification import ENTRY_COLUMNS, verify_chain
from tests.factories import make_advisor, make_firm
from tests.owner import sign_in_as_owner
from tests.requests import issue, make_entry, make_ready_plan

LETTERS = int(os.environ.get("LETTERS_TO_VERIFY", "300"))
MOST_SECONDS = float(os.environ.get("MOST_SECONDS", "0"))
PARTS = {  # each table of a letter, and its columns that hold the id of another of these
    "rollovers_rolloverrequest": {},
    "rollovers_disbursement": {"request_id": "rollovers_rolloverrequest"},
    "rollovers_letter": {"request_id": "rollovers_rolloverrequest"},
    "rollovers_letterdocument": {"letter_id": "rollovers_letter"},
}


@pytest.fixture
def firm(own_database):
    """A firm with so many copies of a letter that was really issued, in a chain of its own."""
    firm = make_firm()
    with scope(firm=firm):
        plan = make_ready_plan(firm=firm)
        issue(plan=plan, advisor=make_advisor(firm=firm), entry=make_entry(amount=Decimal("1000.00")))
    with sign_in_as_owner(), transaction.atomic(), connection.cursor() as cursor:
        for table in (*VOUCHED_COLUMNS, "rollovers_caseevent"):
            cursor.execute(SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(Identifier(table)))
        for table, parents in PARTS.items():
            copy_rows(cursor, table, parents)
        append_entries(cursor, firm)
        yield firm
        transaction.set_rollback(True)


def copy_rows(cursor, table: str, parents: dict[str, str]) -> None:
    """Copy every row of the one letter; the ids of the copies of row 2 begin with 2,000,001."""
    taken = {"reference": "'AT-' || copy", "request_key": "gen_random_uuid()", "supersedes_id": "NULL"}
    taken |= dict.fromkeys(parents, "{column} * 1000000 + copy") | {"id": "id * 1000000 + copy"}
    columns = list(VOUCHED_COLUMNS[table])
    cursor.execute(
        SQL("INSERT INTO {0} ({1}) SELECT {2} FROM {0}, generate_series(1, {3}) copy").format(
            Identifier(table),
            SQL(", ").join(map(Identifier, columns)),
            SQL(", ").join(
                SQL(taken.get(name, "{column}")).format(column=Identifier(name)) for name in columns
            ),
            SQL(str(LETTERS)),
        )
    )


def append_entries(cursor, firm) -> None:
    """Append the issued entries of all copies, as the app hashes them."""
    cursor.execute("SELECT max(position) FROM rollovers_caseevent")
    (last,) = cursor.fetchone()
    cursor.execute(
        "INSERT INTO rollovers_caseevent (firm_id, letter_id, step, step_date, note, details, recorded_by_id,"
        " recorded_at, position, content_sha256, previous_sha256, sha256)"
        " SELECT event.firm_id, letter.id, 'issued', step_date, '', '{}', recorded_by_id, recorded_at,"
        " position + row_number() OVER (ORDER BY letter.id), repeat('0', 64), repeat('0', 64), repeat('0', 64)"
        " FROM rollovers_caseevent event, rollovers_letter letter WHERE position = %s AND letter.id >= 1000000",
        [last],
    )
    previous = ""
    for entries in queries.read_entries(firm_id=firm.pk, columns=ENTRY_COLUMNS):
        hashes = []
        for entry, content in zip(entries, describe_contents(firm_id=firm.pk, entries=entries), strict=True):
            if int(entry["position"]) > last:
                hashed = hash_content(content=content)
                entry["sha256"] = link(previous=previous, content=hashed)
                hashes.append((hashed, previous, entry["sha256"], entry["id"]))
            previous = entry["sha256"]
        cursor.executemany(
            "UPDATE rollovers_caseevent SET content_sha256 = %s, previous_sha256 = %s, sha256 = %s WHERE id = %s",
            hashes,
        )


def test_many_letters_are_verified_in_flat_memory(firm, monkeypatch):
    began, began_here = time.perf_counter(), time.process_time()
    verdict = verify_chain(firm=firm)
    seconds, here = time.perf_counter() - began, time.process_time() - began_here
    print(f"{verdict.letters} letters verified in {seconds:.1f} s, {here:.1f} s of them of this process")

    assert (verdict.letters, verdict.flaws) == (LETTERS + 1, ())
    assert not MOST_SECONDS or seconds <= MOST_SECONDS
    monkeypatch.setattr(queries, "ENTRIES_AT_ONCE", 20)
    assert measure_peak(firm) < 10 * 2**20 < LETTERS * 80_000


def test_twin_all_at_once_takes_memory_with_every_letter(firm, monkeypatch):
    monkeypatch.setattr(queries, "ENTRIES_AT_ONCE", 20)
    few = measure_peak(firm)
    monkeypatch.setattr(queries, "ENTRIES_AT_ONCE", 10**6)

    assert measure_peak(firm) > few * min(LETTERS / 60, 5)


def measure_peak(firm) -> int:
    tracemalloc.start()
    try:
        assert verify_chain(firm=firm).flaws == ()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
