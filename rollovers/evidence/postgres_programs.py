"""PostgreSQL's own programs, which write and bring back a backup, and how they reach the database."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection

from advisors import embedded_postgres

ENCRYPTED_CONNECTION = {"sslmode", "sslrootcert", "sslcert", "sslkey"}
_TRANSACTION_TIMEOUT = 17  # the major version that brought it


class BackupFailed(Exception):
    """The backup was not made, or is not brought back; the message says why and what to do."""


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


def sign_in() -> dict[str, str]:
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
        if name in ENCRYPTED_CONNECTION
    }
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"} | found


def first_line(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[0] if lines else "it said nothing"
