"""Verification: of a thousand random tampers by the tables' owner each is found, and the first bad entry named."""

import io
import json
import os
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django_scopes import scope
from psycopg.sql import SQL, Identifier

from advisors.encryption import decrypt, encrypt
from advisors.models import Firm
from rollovers.evidence import verification
from rollovers.evidence.chain import (
    EVENT_COLUMNS,
    VOUCHED_COLUMNS,
    Head,
    describe_contents,
    hash_content,
    link,
)
from rollovers.evidence.queries.chain import Form, list_unvouched, read_entries
from rollovers.evidence.verification import ENTRY_COLUMNS, verify_chain
from rollovers.models import Step
from tests.factories import make_advisor, make_event, make_evidence, make_firm, make_payment
from tests.owner import sign_in_as_owner
from tests.requests import issue, make_entry, make_ready_plan

TAMPERS = int(os.environ.get("TAMPERS", "1000"))


@dataclass(frozen=True, kw_only=True)
class Evidenced:
    """A firm with issued letters, one of which supersedes another, paid, with scans; and its chain as it was."""

    firm: Firm
    heads: list[Head]
    vouching: dict[tuple[str, int], int]  # the position of the entry that vouches for a row

    @property
    def end(self) -> Head:
        return self.heads[-1]


def make_letters(firm: Firm, *, advisor: Any) -> None:
    with scope(firm=firm), transaction.atomic():
        plan = make_ready_plan(firm=firm)
        entry = make_entry(amount=Decimal("1000.00"))
        first = issue(plan=plan, advisor=advisor, entry=entry)
        make_event(letter=first, advisor=advisor)
        make_evidence(letter=first, advisor=advisor)
        second = issue(
            plan=plan, advisor=advisor, entry=make_entry(amount=Decimal("900.00"), supersedes=first)
        )
        make_event(letter=second, advisor=advisor, note="By mail", step=Step.SENT)
        make_payment(letter=second, advisor=advisor, figures={"rounding": 0.5})
        make_evidence(letter=second, advisor=advisor, content=b"\x89PNG", media_type="image/png")
        make_event(letter=second, advisor=advisor, step=Step.REPORTED)


def read_chain(firm: Firm) -> Evidenced:
    heads, vouching = [], {}
    for entries in read_entries(firm_id=firm.pk, columns=ENTRY_COLUMNS):
        for entry, content in zip(entries, describe_contents(firm_id=firm.pk, entries=entries), strict=True):
            position = int(entry["position"])
            heads.append(Head(position=position, sha256=entry["sha256"]))
            for name, table in TABLES_OF_STEP.get(entry["step"], {}).items():
                rows = content[name] if isinstance(content[name], list) else [content[name]]
                vouching |= {(table, int(row["id"])): position for row in rows}
    return Evidenced(firm=firm, heads=heads, vouching=vouching)


TABLES_OF_STEP = {
    "issued": {
        "letter": "rollovers_letter",
        "request": "rollovers_rolloverrequest",
        "disbursements": "rollovers_disbursement",
        "documents": "rollovers_letterdocument",
    },
    "paid": {"payment": "rollovers_payment", "disbursements": "rollovers_paiddisbursement"},
    "evidence": {"evidence": "rollovers_evidence"},
}


@pytest.fixture(scope="module")
def chain(module_database):
    """The owner's connection to a database whose every trigger and constraint the owner has taken away."""
    firm = make_firm()
    make_letters(firm, advisor=make_advisor(firm=firm))
    with sign_in_as_owner():
        take_walls_away()
        yield read_chain(firm)


@pytest.fixture
def evidenced(chain):
    """The same for one test, and as it was afterwards."""
    with transaction.atomic():
        yield chain
        transaction.set_rollback(True)


def take_walls_away() -> None:
    with connection.cursor() as cursor:
        for table in (*VOUCHED_COLUMNS, "rollovers_caseevent"):
            cursor.execute(SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(Identifier(table)))
        cursor.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'c', 'u')"
            " AND conrelid::regclass::text LIKE 'rollovers_%' ORDER BY contype <> 'f', conname"
        )
        for table, name in cursor.fetchall():
            cursor.execute(
                SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(Identifier(table), Identifier(name))
            )
        cursor.execute("DROP INDEX event_once_a_letter")


def run(statement: str, *values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


# --- Tampers: each does it, and says which entry is the first bad one -----------------------------------------


def alter_row(rng: random.Random, chain: Evidenced) -> int:
    (table, pk), position = rng.choice(sorted(chain.vouching.items()))
    _alter(rng, table, rng.choice(sorted(VOUCHED_COLUMNS[table])), pk)
    return position


def alter_entry(rng: random.Random, chain: Evidenced) -> int:
    position = rng.choice(chain.heads).position
    ((pk,),) = run(
        "SELECT id FROM rollovers_caseevent WHERE firm_id = %s AND position = %s", chain.firm.pk, position
    )
    _alter(rng, "rollovers_caseevent", rng.choice(sorted(set(ENTRY_COLUMNS) - {"id"})), pk)
    return position


def flip_a_bit(rng: random.Random, chain: Evidenced) -> int:
    """Flip a bit of a document, in its bytes or in what they are encrypted to."""
    rows = [
        (table, pk) for table, pk in chain.vouching if Form.SEALED_BYTES in VOUCHED_COLUMNS[table].values()
    ]
    table, pk = rng.choice(sorted(rows))
    (column,) = (name for name, form in VOUCHED_COLUMNS[table].items() if form is Form.SEALED_BYTES)
    ((token,),) = run(f"SELECT {column} FROM {table} WHERE id = %s", pk)  # noqa: S608
    inside = rng.random() < 0.7
    content = bytearray(decrypt(token=bytes(token)) if inside else token)
    # The last characters of base64 may hold bits that nothing reads.
    content[rng.randrange(len(content) - (0 if inside else 4))] ^= 1 << rng.randrange(6)
    altered = encrypt(content=bytes(content)) if inside else bytes(content)
    run(f"UPDATE {table} SET {column} = %s WHERE id = %s", altered, pk)  # noqa: S608
    return chain.vouching[table, pk]


def delete_row(rng: random.Random, chain: Evidenced) -> int:
    (table, pk), position = rng.choice(sorted(chain.vouching.items()))
    run(f"DELETE FROM {table} WHERE id = %s", pk)  # noqa: S608
    return position


def drop_entry(rng: random.Random, chain: Evidenced) -> int:
    """Drop an entry; as often as not, close the gap."""
    position = rng.choice(chain.heads).position
    run("DELETE FROM rollovers_caseevent WHERE position = %s", position)
    if rng.random() < 0.5:
        run("UPDATE rollovers_caseevent SET position = position - 1 WHERE position > %s", position)
    return position


def swap_entries(rng: random.Random, chain: Evidenced) -> int:
    first, second = sorted(head.position for head in rng.sample(chain.heads, 2))
    run(
        "UPDATE rollovers_caseevent SET position = %s + %s - position WHERE position IN (%s, %s)",
        *(first, second, first, second),
    )
    return first


def cut_off(rng: random.Random, chain: Evidenced) -> int:
    position = rng.choice(chain.heads).position
    run("DELETE FROM rollovers_caseevent WHERE position >= %s", position)
    return position


def rewrite_and_link_again(rng: random.Random, chain: Evidenced) -> int:
    """Rewrite an entry's date or note, or a vouched row, and link all that follows as the app would."""
    position = rng.choice(chain.heads).position
    if rng.random() < 0.5:
        run("UPDATE rollovers_caseevent SET note = note || 'x' WHERE position = %s", position)
    else:
        run("UPDATE rollovers_caseevent SET step_date = step_date - 1 WHERE position = %s", position)
    link_again(chain.firm, position)
    return position


TAMPERINGS = {
    alter_row: 45,
    alter_entry: 20,
    flip_a_bit: 8,
    delete_row: 6,
    drop_entry: 6,
    swap_entries: 5,
    cut_off: 5,
    rewrite_and_link_again: 5,
}


def link_again(firm: Firm, position: int) -> None:
    """Make every hash from `position` on what the app would have made it."""
    previous = ""
    for entries in read_entries(firm_id=firm.pk, columns=ENTRY_COLUMNS):
        for entry, content in zip(entries, describe_contents(firm_id=firm.pk, entries=entries), strict=True):
            if int(entry["position"]) >= position:
                hashed = hash_content(content=content)
                entry["sha256"] = link(previous=previous, content=hashed)
                run(
                    "UPDATE rollovers_caseevent"
                    " SET content_sha256 = %s, previous_sha256 = %s, sha256 = %s WHERE id = %s",
                    *(hashed, previous, entry["sha256"], entry["id"]),
                )
            previous = entry["sha256"]


def _alter(rng: random.Random, table: str, column: str, pk: int) -> None:
    """Give one column of a row another value of its type."""
    column_name, table_name = Identifier(column), Identifier(table)
    ((kind, old),) = run(
        SQL("SELECT pg_typeof({0})::text, {0} FROM {1} WHERE id = %s")
        .format(column_name, table_name)
        .as_string(),
        pk,
    )
    form = (VOUCHED_COLUMNS.get(table) or EVENT_COLUMNS).get(column)
    if form is Form.SEALED_BYTES:
        change, value = "%s", encrypt(content=rng.randbytes(20))
    elif form is Form.SEALED_TEXT:
        change, value = "%s", encrypt(content=f"number {rng.random()}".encode()).decode() if old else "x"
    elif kind == "jsonb":
        change, value = "%s::jsonb", json.dumps(_alter_json(rng, json.loads(old)))
    elif kind in {"bigint", "integer", "smallint"}:
        change, value = "%s", 900 + rng.randrange(99) if old is None else old + 900 + rng.randrange(99)
    elif kind == "numeric":
        change, value = "%s", Decimal("0.01") if old is None else old + rng.choice([1, -1]) * Decimal("0.01")
    elif kind == "boolean":
        change, value = "%s", not old
    elif kind == "date":
        change, value = "coalesce({0}, '2022-01-01') + %s", rng.choice([1, -1, 365])
        change = SQL(change).format(column_name).as_string()
    elif kind.startswith("timestamp"):
        change, value = (
            "%s::timestamptz",
            rng.choice(["infinity", old.replace(microsecond=old.microsecond ^ 1)]),
        )
    elif kind == "uuid":
        change, value = "%s::uuid", str(old)[:-1] + ("0" if str(old)[-1] != "0" else "1")
    else:
        change, value = "%s", _alter_text(rng, old)
    run(
        SQL("UPDATE {} SET {} = {} WHERE id = %s").format(table_name, column_name, SQL(change)).as_string(),
        *(value, pk),
    )


def _alter_text(rng: random.Random, text: str) -> str:
    if not text:
        return "x"
    place = rng.randrange(len(text))
    return text[:place] + ("x" if text[place] != "x" else "y") + text[place + 1 :]


def _alter_json(rng: random.Random, value: Any) -> Any:
    """Change one thing, anywhere inside."""
    if isinstance(value, dict) and value and rng.random() < 0.95:
        name = rng.choice(sorted(value))
        if name == "account_number" and value[name]:
            return value | {name: encrypt(content=b"other").decode()}
        return value | {name: _alter_json(rng, value[name])}
    if isinstance(value, list) and value and rng.random() < 0.95:
        place = rng.randrange(len(value))
        return [*value[:place], _alter_json(rng, value[place]), *value[place + 1 :]]
    if isinstance(value, str):
        return _alter_text(rng, value)
    if isinstance(value, dict):
        return value | {"added": 1}
    if isinstance(value, list):
        return [*value, 1]
    return str(value)


# --- A thousand of them --------------------------------------------------------------------------------------


def find_first(chain: Evidenced, *, heads: list[Head]) -> int | None:
    flaws = verify_chain(firm=chain.firm, heads=heads).flaws
    return flaws[0].position if flaws else None


def test_every_tamper_is_found_and_the_first_bad_entry_named(evidenced):
    rng = random.Random(20_261_124)  # noqa: S311 tampers, not keys
    missed = []
    for number in range(TAMPERS):
        (tamper,) = rng.choices(list(TAMPERINGS), weights=list(TAMPERINGS.values()))
        kept = sorted(rng.sample(evidenced.heads[:-1], 2), key=lambda head: head.position)
        kept.append(evidenced.end)
        with transaction.atomic():
            expected = tamper(rng, evidenced)
            if tamper is rewrite_and_link_again:  # nothing shows it but the next head that was kept
                expected = min(head.position for head in kept if head.position >= expected)
            found = find_first(evidenced, heads=kept)
            transaction.set_rollback(True)
        if found != expected:
            missed.append((number, tamper.__name__, expected, found))

    assert missed == []
    assert verify_chain(firm=evidenced.firm, heads=evidenced.heads).flaws == ()
    assert len(evidenced.heads) == 9


# --- What each check is there for: with it the tamper is found, without it not -----------------------------------


def drop_and_close_the_gap(chain: Evidenced) -> None:
    run("DELETE FROM rollovers_caseevent WHERE position = 2")
    run("UPDATE rollovers_caseevent SET position = position - 1 WHERE position > 2")


def move_the_last(chain: Evidenced) -> None:
    run("UPDATE rollovers_caseevent SET position = position + 5 WHERE position = %s", chain.end.position)


def alter_an_amount(chain: Evidenced) -> None:
    run(
        "UPDATE rollovers_disbursement SET amount = amount + 1 WHERE id = (SELECT min(id) FROM rollovers_disbursement)"
    )


def alter_a_note_and_its_hash(chain: Evidenced) -> None:
    run("UPDATE rollovers_caseevent SET note = 'x' WHERE position = 2")
    for entries in read_entries(firm_id=chain.firm.pk, columns=ENTRY_COLUMNS):
        content = describe_contents(firm_id=chain.firm.pk, entries=entries)[1]
        run(
            "UPDATE rollovers_caseevent SET content_sha256 = %s WHERE position = 2",
            hash_content(content=content),
        )


def replace_a_pdf_and_link_again(chain: Evidenced) -> None:
    run("UPDATE rollovers_letter SET pdf = %s", encrypt(content=b"%PDF-1.7 another"))
    link_again(chain.firm, 1)


def rewrite_the_second(chain: Evidenced) -> None:
    run("UPDATE rollovers_caseevent SET note = 'x' WHERE position = 2")
    link_again(chain.firm, 2)


def cut_off_the_last(chain: Evidenced) -> None:
    run("DELETE FROM rollovers_caseevent WHERE position = %s", chain.end.position)


@pytest.mark.parametrize(
    ("check", "tamper", "with_head"),
    [
        (verification.check_order, move_the_last, False),
        (verification.check_link, drop_and_close_the_gap, False),
        (verification.check_seal, alter_a_note_and_its_hash, False),
        (verification.check_content, alter_an_amount, False),
        (verification.check_bytes, replace_a_pdf_and_link_again, False),
        (verification.check_kept_heads, rewrite_the_second, True),
        (verification.check_length, cut_off_the_last, True),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_without_a_check_what_it_is_there_for_is_missed(evidenced, monkeypatch, check, tamper, with_head):
    heads = [evidenced.end] if with_head else []
    tamper(evidenced)
    assert verify_chain(firm=evidenced.firm, heads=heads).flaws

    for name in ("ENTRY_CHECKS", "END_CHECKS"):
        monkeypatch.setattr(
            verification, name, [each for each in getattr(verification, name) if each != check]
        )

    assert not verify_chain(firm=evidenced.firm, heads=heads).flaws


@pytest.mark.parametrize("with_head", [False, True], ids=["no head was kept", "a head was kept"])
def test_only_a_head_that_was_kept_shows_that_the_end_is_gone(evidenced, with_head):
    cut_off_the_last(evidenced)

    flaws = verify_chain(firm=evidenced.firm, heads=[evidenced.end] if with_head else []).flaws

    assert [flaw.position for flaw in flaws] == ([evidenced.end.position] if with_head else [])


# --- What nothing vouches for --------------------------------------------------------------------------------


def copy_row(table: str, pk: int, **changes: Any) -> int:
    columns = [
        name
        for (name,) in run(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'",
            table,
        )
    ]
    values = [SQL("%s") if name in changes else Identifier(name) for name in columns]
    statement = SQL("INSERT INTO {0} ({1}) SELECT {2} FROM {0} WHERE id = %s RETURNING id").format(
        Identifier(table), SQL(", ").join(map(Identifier, columns)), SQL(", ").join(values)
    )
    ((new,),) = run(statement.as_string(), *(changes[name] for name in columns if name in changes), pk)
    return new


@pytest.mark.parametrize("table", sorted(VOUCHED_COLUMNS))
def test_a_row_that_was_put_there_behind_the_app_is_found(evidenced, monkeypatch, table):
    pk = next(pk for name, pk in sorted(evidenced.vouching) if name == table)
    new = copy_row(table, pk, **({"reference": "AT-9999-9999"} if table == "rollovers_letter" else {}))

    flaws = verify_chain(firm=evidenced.firm).flaws

    # A part is seen with what it is part of; the others nobody but the count of all rows would miss.
    if table in {"rollovers_disbursement", "rollovers_letterdocument", "rollovers_paiddisbursement"}:
        assert [flaw.position for flaw in flaws] == [evidenced.vouching[table, pk]]
    else:
        assert [(flaw.position, str(new) in flaw.what) for flaw in flaws] == [(None, True)]
        monkeypatch.setattr(verification, "list_unvouched", lambda **_: [])
        assert not verify_chain(firm=evidenced.firm).flaws


def test_a_letter_whose_entry_is_gone_is_named(evidenced):
    run("DELETE FROM rollovers_caseevent")

    flaws = verify_chain(firm=evidenced.firm).flaws

    references = {reference for (reference,) in run("SELECT reference FROM rollovers_letter")}
    assert {flaw.reference for flaw in flaws if "for letter" in flaw.what} == references
    assert len(list_unvouched(firm_id=evidenced.firm.pk, most=3)) == 3


def test_what_a_wrong_key_cannot_decrypt_is_told_and_not_raised(evidenced, settings):
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]

    (flaw, *_) = verify_chain(firm=evidenced.firm).flaws

    assert flaw.position == 1
    assert "FIELD_KEYS" in flaw.what


def test_a_letter_put_there_beside_the_chain_is_not_taken_in_unseen(evidenced):
    new = copy_row("rollovers_letter", 1, reference="AT-9999-9999")

    assert f"no entry vouches for letter {new}" in [
        flaw.what for flaw in verify_chain(firm=evidenced.firm).flaws
    ]


# --- The command -----------------------------------------------------------------------------------------------


def verify(*arguments: str) -> tuple[int, str, str]:
    """Return the exit status of `manage.py verify_letters`, what it printed, and what was wrong."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_letters", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return end.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_the_command_prints_heads_that_it_takes_back(evidenced, tmp_path):
    status, heads, wrong = verify()
    kept = tmp_path / "heads.txt"
    kept.write_text(heads)

    assert (status, wrong) == (0, "")
    assert heads == f"{evidenced.firm.pk} {evidenced.end} 2 letters, {evidenced.firm.name}\n"
    assert verify("--heads", str(kept))[0] == 0
    assert verify("--firm", evidenced.firm.name, "--head", str(evidenced.heads[3]))[0] == 0

    cut_off_the_last(evidenced)

    assert verify()[0] == 0
    assert verify("--heads", str(kept)) == (
        1,
        "",
        f"firm {evidenced.firm.pk}, entry 9: it is missing:"
        " the chain was cut off after entry 8, and entry 9 was kept\n",
    )


def test_the_command_names_the_entry_and_the_letter_and_no_client(evidenced):
    alter_an_amount(evidenced)
    ((reference,),) = run("SELECT reference FROM rollovers_letter ORDER BY id LIMIT 1")

    status, heads, wrong = verify("--firm", str(evidenced.firm.pk))

    assert (status, heads) == (1, "")
    assert (
        wrong == f"firm {evidenced.firm.pk}, entry 1, letter {reference}: what it vouches for was altered\n"
    )


def test_a_firm_of_which_a_head_was_kept_is_missed(evidenced, tmp_path):
    kept = tmp_path / "heads.txt"
    kept.write_text(f"999999 {evidenced.end} 2 letters, Gone Advisers\n")

    assert verify("--heads", str(kept))[::2] == (1, "firm 999999: it is gone, and a head of it was kept\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--head", f"1:{'0' * 64}"],
        ["--firm", "Nobody"],
        ["--firm", "Lovelace Planning", "--head", "1:xyz"],
        ["--firm", "Lovelace Planning", "--head", f"-1:{'0' * 64}"],
    ],
    ids=["a head of no firm", "no such firm", "no hash", "no position"],
)
def test_what_the_command_cannot_take_it_says(evidenced, arguments):
    with pytest.raises(CommandError):
        verify(*arguments)
