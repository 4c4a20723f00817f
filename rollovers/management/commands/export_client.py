"""One client's whole file as a ZIP."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from clients.models import Client
from rollovers.cpa.exports import Export


class Command(BaseCommand):
    help = "Write one client's whole file as a ZIP: facts with their history, letters, evidence, CPA packets."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client_id", type=int)
        parser.add_argument("--firm", type=int, help="The firm's id: refuse the client of any other firm.")
        parser.add_argument(
            "--output", type=Path, required=True, help="The ZIP to write; it must not exist yet."
        )

    def handle(
        self, *args: Any, client_id: int, output: Path, firm: int | None = None, **options: Any
    ) -> None:
        with scopes_disabled():
            found = Client.objects.filter(pk=client_id).select_related("firm").first()
        if found is None or firm not in (None, found.firm_id):
            raise CommandError(f"There is no client {client_id}{f' of firm {firm}' if firm else ''}.")
        export = Export(firm=found.firm, client=found, exported_at=timezone.now())
        with _create(output) as file, scope(firm=found.firm), _hold_still():
            for chunk in export.write():
                file.write(chunk)
        self.stderr.write(
            f"{output} holds account numbers and documents in the clear: it is the client's own file."
        )
        if export.altered:
            raise CommandError(
                f"Not the bytes that were stored: {', '.join(export.altered)}. The file is kept."
            )
        self.stdout.write(f"{export.count} files and their manifest, {output.stat().st_size:,} bytes.")


@contextmanager
def _create(path: Path) -> Iterator[BinaryIO]:
    """Open a new file that only its owner may read; take it away again where it could not be written whole."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
    except BaseException:
        path.unlink()
        raise


@contextmanager
def _hold_still() -> Iterator[None]:
    """Read all of it as it was at one instant; inside a transaction of the caller's, as that one reads."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
