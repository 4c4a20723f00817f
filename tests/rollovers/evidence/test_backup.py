"""Backup and restore while letters are issued: what comes back is the database of one moment, and all of it."""

import io
import json
import os
import stat
import time
import zipfile
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from threading import Thread
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from django_scopes import scope

from advisors.models import Firm
from rollovers.evidence import backups, restores
from rollovers.evidence.backups import read_backup, write_backup
from rollovers.evidence.postgres_programs import BackupFailed, serves
from rollovers.evidence.restores import restore_backup
from rollovers.evidence.verification import verify_chain
from rollovers.models import CaseEvent, Letter
from tests.factories import make_advisor, make_evidence, make_firm, make_payment
from tests.owner import sign_in_as_owner
from tests.processes import Fork
from tests.requests import issue, make_entry, make_ready_plan

DRILLS = int(os.environ.get("BACKUP_DRILLS", "1"))
NOW = "2026-11-24T12:00:00+00:00"


@pytest.fixture(scope="module")
def office(module_database):
    """A firm whose letters were issued, paid and shown by a scan."""
    firm = make_firm()
    advisor = make_advisor(firm=firm)
    with scope(firm=firm), transaction.atomic():
        plan = make_ready_plan(firm=firm)
        letter = issue(plan=plan, advisor=advisor, entry=make_entry(amount=Decimal("5.00")))
        make_payment(letter=letter, advisor=advisor)
        make_evidence(letter=letter, advisor=advisor)
    return module_database, firm, plan, advisor


@pytest.fixture
def restored_name(office):
    """The name of a database to restore into, which is dropped afterwards."""
    name = f"{office[0].name}_{uuid4().hex[:6]}"
    yield name
    drop(name)


def drop(name: str) -> None:
    with sign_in_as_owner():
        restores._drop_database(name=name)


@contextmanager
def use(name: str):
    """Let the ORM use that database inside, as the site's role."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def issue_one(office) -> str:
    _, firm, plan, advisor = office
    with scope(firm=firm):
        return issue(plan=plan, advisor=advisor, entry=make_entry(amount=Decimal("1.00"))).reference


def list_references(firm: Firm) -> list[str]:
    with scope(firm=firm):
        return list(Letter.objects.filter(firm=firm).order_by("pk").values_list("reference", flat=True))


# --- Under write load ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("drill", range(DRILLS))
def test_a_backup_made_while_letters_are_issued_comes_back_as_of_its_moment(
    office, restored_name, tmp_path, drill
):
    _, firm, *_ = office
    acknowledged = tmp_path / "acknowledged"
    acknowledged.touch()

    def issue_without_end(send) -> None:
        while True:
            reference = issue_one(office)
            with acknowledged.open("a") as file:
                file.write(f"{reference}\n")

    writer = Fork(issue_without_end)
    try:
        wait_for(lambda: acknowledged.read_text().count("\n") >= 2)
        with sign_in_as_owner():
            before = acknowledged.read_text().split()
            backup = write_backup(path=tmp_path / "site.backup", made_at=NOW)
            count = acknowledged.read_text().count("\n")
        wait_for(lambda: acknowledged.read_text().count("\n") > count)
    finally:
        writer.kill()
        writer.join()
    with sign_in_as_owner():
        restored = restore_backup(
            path=tmp_path / "site.backup", into=restored_name, replace=False, stamp="20261124"
        )

    assert restored.wrong == ()
    with use(restored_name):
        references = list_references(firm)
        verdict = verify_chain(firm=firm)
    assert set(before) <= set(references)
    assert set(acknowledged.read_text().split()) - set(references)  # it was written to meanwhile
    assert len(references) == backup.tables["rollovers_letter"].rows
    assert (firm.pk, verdict.head) in backup.heads
    assert verdict.flaws == ()


def wait_for(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("snapshot", [True, False], ids=["of one moment", "twin: without the snapshot"])
def test_a_letter_issued_after_the_heads_were_read_is_not_in_the_dump(
    office, restored_name, tmp_path, monkeypatch, snapshot
):
    pipe = backups._pipe

    def issue_in_another_session() -> None:
        issue_one(office)
        connection.close()

    def issue_first(*, command, member):
        thread = Thread(target=issue_in_another_session)
        thread.start()
        thread.join()
        command = [word for word in command if snapshot or not str(word).startswith("--snapshot")]
        return pipe(command=command, member=member)

    monkeypatch.setattr(backups, "_pipe", issue_first)
    with sign_in_as_owner():
        write_backup(path=tmp_path / "site.backup", made_at=NOW)
        restored = restore_backup(
            path=tmp_path / "site.backup", into=restored_name, replace=False, stamp="20261124"
        )

    assert (restored.wrong == ()) == snapshot
    if not snapshot:
        assert "table rollovers_letter is not as it was" in restored.wrong


# --- What comes back -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def backup_file(office, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "site.backup"
    with sign_in_as_owner():
        call_command("backup", path, stdout=io.StringIO(), stderr=io.StringIO())
    return path


def test_the_site_works_on_what_came_back_and_still_changes_no_letter(office, backup_file, restored_name):
    _, firm, *_ = office
    out = io.StringIO()
    with sign_in_as_owner():
        call_command("restore", backup_file, into=restored_name, stdout=out)

    assert out.getvalue() == f"{backup_file} is in {restored_name}, whole.\n"
    with use(restored_name):
        assert connection.settings_dict["USER"] == settings.DATABASE_SITE["USER"]
        reference = issue_one(office)
        assert verify_chain(firm=firm).flaws == ()
        with scope(firm=firm):
            letter = Letter.objects.get(reference=reference)
            for change in (
                lambda: Letter.objects.filter(pk=letter.pk).update(rule_version="x"),
                lambda: Letter.objects.filter(pk=letter.pk).delete(),
                lambda: CaseEvent.objects.filter(letter=letter).update(note="x"),
            ):
                with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
                    change()
    with sign_in_as_owner(), use(restored_name), pytest.raises(IntegrityError), scope(firm=firm):
        Letter.objects.filter(pk=letter.pk).update(rule_version="x")


def test_a_backup_is_for_its_owners_eyes_and_holds_no_key(backup_file):
    content = backup_file.read_bytes()

    assert stat.S_IMODE(backup_file.stat().st_mode) == 0o600
    assert zipfile.ZipFile(backup_file).namelist() == ["database.dump", "heads.txt", "manifest.json"]
    assert not any(key.encode() in content for key in [*settings.FIELD_KEYS, settings.SECRET_KEY])
    assert list(backup_file.parent.iterdir()) == [backup_file]


def test_the_command_prints_the_heads_and_says_that_the_keys_are_not_in_it(office, tmp_path):
    _, firm, *_ = office
    out, err = io.StringIO(), io.StringIO()
    with sign_in_as_owner():
        call_command("backup", tmp_path / "site.backup", stdout=out, stderr=err)

    assert out.getvalue() == f"{firm.pk} {verify_chain(firm=firm).head}\n"
    assert "FIELD_KEYS are not in it" in err.getvalue()


def test_a_database_that_is_not_empty_is_left_as_it_is(office, backup_file):
    database, firm, *_ = office
    before = list_references(firm)
    for options in ({}, {"into": database.name}):
        with sign_in_as_owner(), pytest.raises(CommandError, match="is not empty"):
            call_command("restore", backup_file, **options)

    assert list_references(firm) == before


def test_a_backup_takes_the_place_of_the_sites_database_which_is_kept(office, backup_file):
    database, firm, *_ = office
    backup = read_backup(path=backup_file)
    later = issue_one(office)
    visitor = psycopg.connect(database.url)
    out = io.StringIO()
    with sign_in_as_owner():
        call_command("restore", backup_file, replace=True, stdout=out)
    kept = out.getvalue().rstrip(".\n").split()[-1]

    try:
        with pytest.raises(psycopg.OperationalError):
            visitor.execute("SELECT 1")
        assert later not in list_references(firm)
        assert (firm.pk, verify_chain(firm=firm).head) in backup.heads
        issue_one(office)
        with use(kept):
            assert later in list_references(firm)
    finally:
        visitor.close()
        drop(kept)


# --- What is refused -----------------------------------------------------------------------------------------


def test_a_damaged_backup_is_refused_and_nothing_is_made(backup_file, tmp_path, restored_name):
    content = bytearray(backup_file.read_bytes())
    content[len(content) // 2] ^= 1
    damaged = tmp_path / "damaged.backup"
    damaged.write_bytes(content)

    with sign_in_as_owner():
        for path in (damaged, tmp_path / "absent.backup"):
            with pytest.raises(BackupFailed):
                restore_backup(path=path, into=restored_name, replace=False, stamp="20261124")
        with restores._administer() as server:
            found = server.execute("SELECT FROM pg_database WHERE datname = %s", [restored_name]).fetchall()
    assert found == []


@pytest.mark.parametrize(
    ("format_", "why"),
    [
        (1, "is of release 0.1, which this release does not carry on."),
        (3, "is of another format than this release reads."),
    ],
)
def test_a_backup_of_another_release_is_refused_and_nothing_is_made(
    office, backup_file, tmp_path, restored_name, format_, why
):
    database, firm, *_ = office
    path, before = tmp_path / "former.backup", list_references(firm)
    with zipfile.ZipFile(backup_file) as archive, zipfile.ZipFile(path, "w") as former:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "manifest.json":
                content = json.dumps(json.loads(content) | {"format": format_}).encode()
            former.writestr(name, content)

    with sign_in_as_owner():
        for options in ({"into": restored_name}, {"replace": True}):
            with pytest.raises(CommandError) as refused:
                call_command("restore", path, **options)
            assert str(refused.value) == f"{path} {why}"
        with restores._administer() as server:
            made = server.execute(
                "SELECT datname FROM pg_database WHERE datname = %s OR starts_with(datname, %s)",
                [restored_name, f"{database.name}_restored_"],
            ).fetchall()
    assert made == []
    assert list_references(firm) == before


def test_an_address_is_no_name_to_restore_into(backup_file):
    for name in ("postgresql://elsewhere/x", "host=elsewhere", "a b"):
        with sign_in_as_owner(), pytest.raises(BackupFailed, match="is no name for a database"):
            restore_backup(path=backup_file, into=name, replace=False, stamp="20261124")


def test_a_backup_is_never_overwritten(backup_file):
    before = backup_file.read_bytes()
    with sign_in_as_owner(), pytest.raises(BackupFailed, match="is there already"):
        write_backup(path=backup_file, made_at=NOW)

    assert backup_file.read_bytes() == before


def test_what_was_altered_before_the_backup_is_named_and_takes_nobodys_place(office, tmp_path):
    _, firm, *_ = office
    with sign_in_as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE rollovers_caseevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE rollovers_caseevent SET note = 'x' WHERE position = 2")
        write_backup(path=tmp_path / "site.backup", made_at=NOW)
        err = io.StringIO()
        with pytest.raises(SystemExit) as end:
            call_command("restore", tmp_path / "site.backup", replace=True, stderr=err)
        with connection.cursor() as again:
            again.execute("UPDATE rollovers_caseevent SET note = '' WHERE position = 2")
            again.execute("ALTER TABLE rollovers_caseevent ENABLE TRIGGER USER")

    assert end.value.code == 1
    assert f"firm {firm.pk}, entry 2" in err.getvalue()
    assert "The site's database is as it was." in err.getvalue()
    assert verify_chain(firm=firm).flaws == ()


def test_programs_older_than_the_server_are_refused_in_a_sentence(office, tmp_path, monkeypatch):
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("advisors.embedded_postgres.find_binaries", lambda: None)

    with sign_in_as_owner(), pytest.raises(BackupFailed, match=r"or later is needed, only 9 is there\."):
        write_backup(path=tmp_path / "site.backup", made_at=NOW)
    assert not (tmp_path / "site.backup").exists()


@pytest.mark.parametrize(
    ("program", "server", "fits"),
    [
        (15, 15, True),
        (16, 15, True),
        (18, 15, False),
        (14, 15, False),
        (18, 18, True),
        (17, 18, False),
        (19, 18, True),
    ],
)
def test_a_program_that_could_not_restore_what_it_dumped_is_not_taken(program, server, fits):
    assert serves(program=program, server=server) is fits
