"""Bringing a backup back, in one transaction, and checking all of it."""

import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg.sql import SQL, Identifier

from advisors.apps import grant_site_role
from advisors.models import Firm
from rollovers.evidence.backups import BLOCK, DUMP, Backup, digest_tables, list_tables, read_backup
from rollovers.evidence.postgres_programs import (
    ENCRYPTED_CONNECTION,
    BackupFailed,
    find_program,
    first_line,
    sign_in,
)
from rollovers.evidence.queries.chain import hold_one_moment
from rollovers.evidence.verification import find_lost_firms, verify_chain

_LONGEST_NAME = 63  # bytes of a database's name
_TRIES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came of it: the database that holds the backup now, and what is wrong with it."""

    database: str
    kept: str  # the database that was there before, under its new name
    wrong: tuple[str, ...]


def restore_backup(*, path: Path, into: str, replace: bool, stamp: str) -> Restored:
    """Bring a backup back in one transaction, and check all of it. Raises BackupFailed.

    Runs as the tables' owner. Without `into` and `replace` the site's own database takes it, if that is empty; `into`
    names another database, made if there is none; with `replace` it takes the place of the site's own, which stays
    under another name that ends in `stamp`. Then only what is found whole takes its place.
    """
    if into and not re.fullmatch(
        r"[A-Za-z_][A-Za-z0-9_-]*", into
    ):  # pg_restore takes other names for addresses
        raise BackupFailed(f"{into} is no name for a database: letters, digits, _ and -.")
    backup = read_backup(path=path)
    pg_restore = find_program(name="pg_restore")
    own = connection.settings_dict["NAME"]
    target = f"{own}_restored_{stamp}" if replace else into or own
    made = _make_database(name=target) if target != own else False
    try:
        with _use_database(target):
            if not made and list_tables():
                raise BackupFailed(f"{target} is not empty: name another with --into, or give --replace.")
            _load(path=path, pg_restore=pg_restore, database=target)
            grant_site_role(using=connection.alias)
            wrong = tuple(_find_wrong(backup=backup))
    except Exception:
        if made:
            _drop_database(name=target)
        raise
    if not replace:
        return Restored(database=target, kept="", wrong=wrong)
    if wrong:
        _drop_database(name=target)
        return Restored(database=own, kept="", wrong=wrong)
    kept = f"{own}_before_{stamp}"
    _swap(own=own, kept=kept, restored=target)
    return Restored(database=own, kept=kept, wrong=())


def _load(*, path: Path, pg_restore: Path, database: str) -> None:
    command: list[Any] = [
        pg_restore,
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
    ]
    with (
        zipfile.ZipFile(path) as archive,
        archive.open(DUMP) as member,
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [*command, f"--dbname={database}"], stdin=subprocess.PIPE, stderr=errors, env=sign_in()
        ) as process,
    ):
        assert process.stdin  # noqa: S101 it is a pipe
        with suppress(BrokenPipeError):
            shutil.copyfileobj(member, process.stdin, BLOCK)
        with suppress(BrokenPipeError):
            process.stdin.close()
        if process.wait() != 0:
            errors.seek(0)
            raise BackupFailed(f"pg_restore failed, and nothing was changed: {first_line(errors.read())}")


def _find_wrong(*, backup: Backup) -> Iterator[str]:
    """Say all that is not as it was when the backup was made; it names no client."""
    with hold_one_moment():
        tables = digest_tables()
        for name in sorted(set(tables) | set(backup.tables)):
            if tables.get(name) != backup.tables.get(name):
                yield f"table {name} is not as it was"
        if _lacks_migrations():
            yield "it is of an earlier release: run migrate, then verify_letters"
            return
        if _is_of_later_release():
            yield "it is of a later release than this one: restore it with that"
            return
        kept = dict(backup.heads)
        firms = list(Firm.objects.order_by("pk"))
        for firm in firms:
            heads = [kept.pop(firm.pk)] if firm.pk in kept else []
            yield from map(str, verify_chain(firm=firm, heads=heads).flaws)
        yield from map(str, find_lost_firms(firm_ids=kept))


def _lacks_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _is_of_later_release() -> bool:
    loader = MigrationExecutor(connection).loader
    return bool(set(loader.applied_migrations) - set(loader.disk_migrations))


# --- Databases -------------------------------------------------------------------------------------------------


@contextmanager
def _use_database(name: str) -> Iterator[None]:
    """Let the ORM read that database inside."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def _make_database(*, name: str) -> bool:
    """Make the database unless there is one; return whether it was made."""
    if len(name.encode()) > _LONGEST_NAME:
        raise BackupFailed(f"{name} is too long for the name of a database.")
    with _administer() as server:
        if server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
        try:
            server.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        except psycopg.Error as error:
            raise BackupFailed(f"{name} cannot be made: {error.diag.message_primary}.") from error
    return True


def _drop_database(*, name: str) -> None:
    with _administer() as server:
        server.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def _swap(*, own: str, kept: str, restored: str) -> None:
    """Give the site's database the name `kept`, and its own name to the restored one: both or neither."""
    connection.close()
    current, aside, new = Identifier(own), Identifier(kept), Identifier(restored)
    with _administer() as server:
        reached = current
        server.execute(SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(current))
        try:
            for _ in range(_TRIES):
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [own]
                )
                with suppress(psycopg.errors.ObjectInUse), server.transaction():
                    server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(current, aside))
                    server.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(new, current))
                    reached = aside
                if reached is aside:
                    return
            raise BackupFailed(f"{own} is in use: stop the site. What was restored is in {restored}.")
        except psycopg.Error as error:
            raise BackupFailed(
                f"{own} was not replaced ({error.diag.message_primary}): stop the site."
                f" What was restored is in {restored}."
            ) from error
        finally:
            server.execute(SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(reached))


def _administer() -> psycopg.Connection:
    database = connection.settings_dict
    options = {
        "host": database["HOST"],
        "port": database["PORT"],
        "user": database["USER"],
        "password": database["PASSWORD"],
    }
    options |= {name: value for name, value in database["OPTIONS"].items() if name in ENCRYPTED_CONNECTION}
    try:
        return psycopg.connect(
            dbname="postgres", autocommit=True, **{name: value for name, value in options.items() if value}
        )
    except psycopg.OperationalError as error:
        raise BackupFailed("The owner cannot reach the server's database postgres.") from error
