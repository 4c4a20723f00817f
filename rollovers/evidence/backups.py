"""A backup of the whole database in one file: written, and read again.

The dump, the head of every firm's chain and a digest of every table are of one moment, whatever is written meanwhile.
FIELD_KEYS are not in it: without them nobody reads its account numbers and letters.
"""

import hashlib
import json
import os
import re
import subprocess
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg.sql import SQL, Identifier

from advisors.releases import is_of_0_1
from rollovers.evidence.chain import Head
from rollovers.evidence.postgres_programs import BackupFailed, find_program, first_line, sign_in
from rollovers.evidence.queries.chain import hold_one_moment, list_heads

FORMAT = 2
_FORMAT_OF_0_1 = 1
DUMP, _HEADS, _MANIFEST = "database.dump", "heads.txt", "manifest.json"
BLOCK = 1024 * 1024


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


# --- Writing one -----------------------------------------------------------------------------------------------


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
        with archive.open(DUMP, "w", force_zip64=True) as member:
            dump_sha256 = _pipe(command=[pg_dump, *options], member=member)
        tables = digest_tables()
    lines = "".join(f"{firm_id} {head}\n" for firm_id, head in heads if head.position)
    manifest = {
        "format": FORMAT,
        "made_at": made_at,
        "tables": {name: [table.rows, table.digest] for name, table in tables.items()},
        "sha256": {DUMP: dump_sha256, _HEADS: hashlib.sha256(lines.encode()).hexdigest()},
    }
    archive.writestr(_HEADS, lines)
    archive.writestr(_MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
    return Backup(made_at=made_at, tables=tables, heads=tuple(heads))


def _pipe(*, command: list[Any], member: IO[bytes]) -> str:
    """Write what the command puts out into the archive; return its SHA-256."""
    digest = hashlib.sha256()
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=sign_in()) as process,
    ):
        assert process.stdout  # noqa: S101 it is a pipe
        while block := process.stdout.read(BLOCK):
            digest.update(block)
            member.write(block)
        if process.wait() != 0:
            errors.seek(0)
            raise BackupFailed(f"pg_dump failed: {first_line(errors.read())}")
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
        for name in list_tables():
            cursor.execute(_DIGEST.format(Identifier(name)).as_string())
            rows, digest = cursor.fetchone()
            tables[name] = Table(rows=rows, digest=digest)
    return tables


# The sum of 60 bits of each row's SHA-256: in whatever order, and in no memory.
_DIGEST = SQL(
    "SELECT count(*), coalesce(sum(('x' || left(encode(sha256(convert_to(each::text, 'UTF8')), 'hex'), 15))"
    "::bit(60)::bigint), 0)::text FROM {} AS each"
)


def list_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        return [name for (name,) in cursor.fetchall()]


# --- Reading one -----------------------------------------------------------------------------------------------


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
                    while block := member.read(BLOCK):
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
