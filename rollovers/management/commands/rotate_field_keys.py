"""Encrypts every account number and document with the newest of FIELD_KEYS. docs/keys.md says when."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from psycopg.errors import InsufficientPrivilege

from rollovers.evidence.field_keys import (
    UnreadableToken,
    count_older_tokens,
    list_encrypted_columns,
    rotate_column,
)


class Command(BaseCommand):
    help = (
        "Encrypt every account number and document with the first of FIELD_KEYS, as the tables' owner. Afterwards an"
        " older key is needed for nothing but older backups. Run again, it changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="only count what an older key encrypts; fails if there is any",
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        found = 0
        for column in list_encrypted_columns():
            try:
                rows = count_older_tokens(column=column) if check else rotate_column(column=column)
            except UnreadableToken as error:
                raise CommandError(
                    f"{error} Nothing of this table was changed: give the key it needs."
                ) from error
            except ProgrammingError as error:
                if not isinstance(error.__cause__, InsufficientPrivilege):
                    raise
                raise CommandError(
                    "Only the tables' owner can do this: give DATABASE_OWNER_URL, and run it with manage.py."
                ) from error
            self.stdout.write(f"{column}: {rows}")
            found += rows
        if not check:
            self.stdout.write(f"{found} encrypted again. The first of FIELD_KEYS now decrypts everything.")
        elif found:
            raise CommandError(f"{found} still need an older key: run rotate_field_keys.")
        else:
            self.stdout.write("The first of FIELD_KEYS decrypts everything.")
