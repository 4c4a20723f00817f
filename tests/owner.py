"""The tables' owner, for tests of what only the owner could do: change what was issued, behind the app."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

_ROLE = ("USER", "PASSWORD", "HOST", "PORT")


@contextmanager
def sign_in_as_owner() -> Iterator[None]:
    """Let the ORM of the test's own database be the owner's inside; with `own_database`, never with `db`."""
    site = {key: connection.settings_dict[key] for key in _ROLE}
    connection.close()
    connection.settings_dict.update({key: settings.DATABASE_OWNER[key] for key in _ROLE})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(site)
