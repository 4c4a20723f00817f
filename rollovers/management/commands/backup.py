from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from rollovers.evidence.backups import write_backup
from rollovers.evidence.postgres_programs import BackupFailed


class Command(BaseCommand):
    help = (
        "Write the whole database, as it is at one moment, to a new file; the site goes on meanwhile. Prints where each"
        " firm's chain of events ended. FIELD_KEYS are not in it: keep them, elsewhere."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            backup = write_backup(path=file, made_at=timezone.now().isoformat(timespec="seconds"))
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        for firm_id, head in backup.heads:
            self.stdout.write(f"{firm_id} {head}")
        rows = sum(table.rows for table in backup.tables.values())
        self.stderr.write(
            f"{file}: {rows} rows of {len(backup.tables)} tables. FIELD_KEYS are not in it: without them nobody"
            " reads its account numbers and letters. Keep them elsewhere."
        )
