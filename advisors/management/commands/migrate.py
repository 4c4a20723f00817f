from typing import Any

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from advisors.releases import OfAnotherRelease, refuse_other_releases


class Command(migrate.Command):
    """Django's own, but for a database of a release that this one does not follow: that it leaves as it is."""

    def handle(self, *args: Any, **options: Any) -> None:
        loader = MigrationLoader(connections[options["database"]])
        try:
            refuse_other_releases(applied=loader.applied_migrations, known=loader.disk_migrations)
        except OfAnotherRelease as error:
            raise CommandError(str(error)) from error
        super().handle(*args, **options)
