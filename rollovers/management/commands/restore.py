import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from rollovers.evidence.postgres_programs import BackupFailed
from rollovers.evidence.restores import restore_backup


class Command(BaseCommand):
    help = (
        "Bring a backup back, all of it or nothing, and check it: every table, every migration, every firm's chain"
        " of events. Ends with 1 if anything is not as it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        place = parser.add_mutually_exclusive_group()
        place.add_argument(
            "--into", default="", metavar="NAME", help="another database, made if there is none"
        )
        place.add_argument(
            "--replace",
            action="store_true",
            help="take the place of the site's database, which is kept under another name",
        )

    def handle(self, *args: Any, file: Path, into: str, replace: bool, **options: Any) -> None:
        stamp = timezone.now().strftime("%Y%m%d%H%M%S")
        try:
            restored = restore_backup(path=file, into=into, replace=replace, stamp=stamp)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        for what in restored.wrong:
            self.stderr.write(what)
        if restored.wrong:
            kept = " The site's database is as it was." if replace else ""
            self.stderr.write(f"{file} was not brought back as it was made.{kept}")
            sys.exit(1)
        before = f" What was there before is in {restored.kept}." if restored.kept else ""
        self.stdout.write(f"{file} is in {restored.database}, whole.{before}")
