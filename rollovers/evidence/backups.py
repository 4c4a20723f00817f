"""A backup of the whole database in one file, and its way back.

The dump, the head of every firm's chain and a digest of every table are of one moment, whatever is written meanwhile.
FIELD_KEYS are not in it: without them nobody reads its account numbers and letters.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from psycopg.sql import SQL, Identifier

from advisors import embedded_postgres
from advisors.apps import grant_site_role
from advisors.models import Firm
from advisors.releases import is_of_0_1
from rollovers.evidence.chain import Head
from rollovers.evidence.queries.chain import hold_one_moment, list_heads
from rollovers.evidence.verification import find_lost_firms, verify_chain

FORMAT = 2
_FORMAT_OF_0_1 = 1
_LONGEST_NAME = 63  # bytes of a database's name
_TRIES = 200
_ENCRYPTED_CONNECTION = {"sslmode", "sslrootcert", "sslcert", "sslkey"}
_DUMP, _HEADS, _MANIFEST = "database.dump", "heads.txt", "manifest.json"
_BLOCK = 1024 * 1024


class BackupFailed(Exception):
    """The backup was not made, or is not brought back; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """How many rows a table has, and a digest of them that their order does not change."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup holds, but for the dump itself."""

    made_at: str
    tables: dict[str, Table]
    heads: tuple[tuple[int, Head], ...]


# --- Making one --------------------------------------------------------------------------------------------


def write_backup(*, path: Path, made_at: str) -> Backup:
    """Write the database as it is at one moment to a new file that only its owner may read. Raises BackupFailed.

    Runs as the tables' owner. The file has its name only once it is whole.
    """
    if is_of_0_1(applied=MigrationRecorder(connection).applied_migrations()):
        raise BackupFailed("This database is of release 0.1: back it up with that release.")
    pg_dump = find_program(name="pg_dump")
    unfinished = path.with_name(f"{path.name}.unfinished")
    if path.exists():
        raise BackupFailed(f"{path} is there already: a backup is never overwritten.")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BackupFailed(
            f"{unfinished} is there: another backup writes it, or one was cut off. Then delete it."
        ) from None
    except OSError as error:
        raise BackupFailed(f"{unfinished} cannot be written: {error.strerror}.") from error
    try:
        os.fchmod(descriptor, 0o600)
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            backup = _fill(archive=archive, pg_dump=pg_dump, made_at=made_at)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        os.link(unfinished, path)  # which never overwrites, as a rename would
    except FileExistsError:
        raise BackupFailed(f"{path} is there already: a backup is never overwritten.") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return backup


def _fill(*, archive: zipfile.ZipFile, pg_dump: Path, made_at: str) -> Backup:
    with hold_one_moment():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        heads = [(head.firm_id, Head(position=head.position, sha256=head.sha256)) for head in list_heads()]
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        with archive.open(_DUMP, "w", force_zip64=True) as member:
            dump_sha256 = _pipe(command=[pg_dump, *options], member=member)
        tables = digest_tables()
    lines = "".join(f"{firm_id} {head}\n" for firm_id, head in heads if head.position)
    manifest = {
        "format": FORMAT,
        "made_at": made_at,
        "tables": {name: [table.rows, table.digest] for name, table in tables.items()},
        "sha256": {_DUMP: dump_sha256, _HEADS: hashlib.sha256(lines.encode()).hexdigest()},
    }
    archive.writestr(_HEADS, lines)
    archive.writestr(_MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
    return Backup(made_at=made_at, tables=tables, heads=tuple(heads))


def _pipe(*, command: list[Any], member: IO[bytes]) -> str:
    """Write what the command puts out into the archive; return its SHA-256."""
    digest = hashlib.sha256()
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=_sign_in()) as process,
    ):
        assert process.stdout  # noqa: S101 it is a pipe
        while block := process.stdout.read(_BLOCK):
            digest.update(block)
            member.write(block)
        if process.wait() != 0:
            errors.seek(0)
            raise BackupFailed(f"pg_dump failed: {_first_line(errors.read())}")
    return digest.hexdigest()


def digest_tables() -> dict[str, Table]:
    """Return the rows and the digest of every table, by name: equal where the same rows are in it.

    Inside a transaction.
    """
    tables = {}
    with connection.cursor() as cursor:
        # The text of a value follows these settings, which a server may set otherwise.
        cursor.execute("SET LOCAL bytea_output = 'hex'")
        cursor.execute("SET LOCAL datestyle = 'ISO, YMD'")
        cursor.execute("SET LOCAL timezone = 'UTC'")
        for name in _list_tables():
            cursor.execute(_DIGEST.format(Identifier(name)).as_string())
            rows, digest = cursor.fetchone()
            tables[name] = Table(rows=rows, digest=digest)
    return tables


# The sum of 60 bits of each row's SHA-256: in whatever order, and in no memory.
_DIGEST = SQL(
    "SELECT count(*), coalesce(sum(('x' || left(encode(sha256(convert_to(each::text, 'UTF8')), 'hex'), 15))"
    "::bit(60)::bigint), 0)::text FROM {} AS each"
)


def _list_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        return [name for (name,) in cursor.fetchall()]


# --- Bringing one back -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came of it: the database that holds the backup now, and what is wrong with it."""

    database: str
    kept: str  # the database that was there before, under its new name
    wrong: tuple[str, ...]


def read_backup(*, path: Path) -> Backup:
    """Return what a backup holds, once each of its parts is found whole. Raises BackupFailed."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            if manifest["format"] == _FORMAT_OF_0_1:
                raise BackupFailed(f"{path} is of release 0.1, which this release does not carry on.")
            if manifest["format"] != FORMAT:
                raise BackupFailed(f"{path} is of another format than this release reads.")
            for name, expected in manifest["sha256"].items():
                digest = hashlib.sha256()
                with archive.open(name) as member:
                    while block := member.read(_BLOCK):
                        digest.update(block)
                if digest.hexdigest() != expected:
                    raise BackupFailed(f"{path} is damaged: {name} is not what was written.")
            heads = tuple(
                (int(firm_id), Head(position=int(position), sha256=sha256))
                for firm_id, position, sha256 in (
                    re.split("[ :]", line) for line in archive.read(_HEADS).decode().splitlines()
                )
            )
    except OSError as error:
        raise BackupFailed(f"{path} cannot be read: {error.strerror}.") from error
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError) as error:
        raise BackupFailed(f"{path} is no backup of this site, or it is damaged.") from error
    tables = {name: Table(rows=rows, digest=digest) for name, (rows, digest) in manifest["tables"].items()}
    return Backup(made_at=manifest["made_at"], tables=tables, heads=heads)


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
            if not made and _list_tables():
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
        archive.open(_DUMP) as member,
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [*command, f"--dbname={database}"], stdin=subprocess.PIPE, stderr=errors, env=_sign_in()
        ) as process,
    ):
        assert process.stdin  # noqa: S101 it is a pipe
        with suppress(BrokenPipeError):
            shutil.copyfileobj(member, process.stdin, _BLOCK)
        with suppress(BrokenPipeError):
            process.stdin.close()
        if process.wait() != 0:
            errors.seek(0)
            raise BackupFailed(f"pg_restore failed, and nothing was changed: {_first_line(errors.read())}")


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


# --- Databases ---------------------------------------------------------------------------------------------


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
    options |= {name: value for name, value in database["OPTIONS"].items() if name in _ENCRYPTED_CONNECTION}
    try:
        return psycopg.connect(
            dbname="postgres", autocommit=True, **{name: value for name, value in options.items() if value}
        )
    except psycopg.OperationalError as error:
        raise BackupFailed("The owner cannot reach the server's database postgres.") from error


# --- PostgreSQL's programs ---------------------------------------------------------------------------------


_TRANSACTION_TIMEOUT = 17  # the major version that brought it


def find_program(*, name: str) -> Path:
    """Return pg_dump or pg_restore, of a version that serves the server's. Raises BackupFailed."""
    connection.ensure_connection()
    server = connection.pg_version // 10_000  # type: ignore[attr-defined]
    embedded, found = embedded_postgres.find_binaries(), shutil.which(name)
    programs = [*([embedded / name] if embedded else []), *([Path(found)] if found else [])]
    seen = []
    for program in programs if settings.LOCAL else reversed(programs):
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        version = re.search(r"\b(\d+)", done.stdout)
        if version and serves(program=int(version[1]), server=server):
            return program
        if version:
            seen.append(version[1])
    there = f"only {' and '.join(seen)} is there" if seen else "none is there"
    needed = (
        f"{server} or later" if server >= _TRANSACTION_TIMEOUT else f"{server} to {_TRANSACTION_TIMEOUT - 1}"
    )
    raise BackupFailed(f"The server is PostgreSQL {server}: {name} of {needed} is needed, {there}.")


def serves(*, program: int, server: int) -> bool:
    """Return whether pg_dump and pg_restore of one major version serve a server of another.

    Those of 17 and later set `transaction_timeout`, which an earlier server does not know: nothing could be restored.
    """
    return program >= server and (server >= _TRANSACTION_TIMEOUT or program < _TRANSACTION_TIMEOUT)


def _sign_in() -> dict[str, str]:
    """Return the environment in which PostgreSQL's programs reach the database as its owner."""
    database = connection.settings_dict
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    found = {variable: str(database[name]) for variable, name in names.items() if database[name]}
    found |= {
        f"PG{name.upper()}": str(value)
        for name, value in database["OPTIONS"].items()
        if name in _ENCRYPTED_CONNECTION
    }
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"} | found


def _first_line(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[0] if lines else "it said nothing"
