"""What every test stands on: a database made by the owner, used by the site's role; Debian's Chromium."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import setup_databases
from hypothesis import settings as hypothesis_settings
from psycopg.sql import SQL, Identifier

from advisors import embedded_postgres
from advisors.models import Role
from tests.factories import make_advisor, make_firm

CHROMIUM = "/usr/bin/chromium"

hypothesis_settings.register_profile("default", max_examples=50, deadline=None)
hypothesis_settings.register_profile("drill", max_examples=10_000, deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# Playwright leaves an event loop running in the thread of the test; no ORM call here is made from inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


# Pages under test name their files plainly: only the served site needs them collected.
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# And each test's client is a site of its own, which would look at every collected file before its first request.
settings.WHITENOISE_AUTOREFRESH = True


# --- Two workers end together --------------------------------------------------------------------------------

# A file goes to one worker as a whole (--dist loadfile); what takes longest goes first, or it would end alone.
SLOWEST_FIRST = [
    "tests/pages/test_isolation.py",
    "tests/browser/test_every_page.py",
    "tests/rollovers/issuing/test_killed_while_issuing.py",
    "tests/rollovers/issuing/test_many_advisors_at_once.py",
    "tests/rollovers/letters/test_letter_pdf.py",
    "tests/rollovers/batches/test_batch_workers.py",
    "tests/browser/test_first_letter.py",
    "tests/browser/test_ledger_by_keyboard.py",
    "tests/browser/test_compare.py",
    "tests/rollovers/letters/test_verapdf.py",
    "tests/rollovers/evidence/test_backup.py",
    "tests/rollovers/evidence/test_verify_letters.py",
    "tests/test_architecture.py",
    "tests/rollovers/letters/test_typed_amounts.py",
    "tests/database/test_migrations.py",
]


def pytest_collection_modifyitems(config, items):
    places = {path: place for place, path in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path.relative_to(config.rootpath).as_posix(), len(places)))


# --- The database -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OwnDatabase:
    """A copy of the empty test database for one test: what is written there is committed and seen by all."""

    name: str

    @property
    def url(self) -> str:
        return _write_url(settings.DATABASE_SITE, name=self.name)

    @property
    def owner_url(self) -> str:
        return _write_url(settings.DATABASE_OWNER, name=self.name)

    @property
    def environment(self) -> dict[str, str]:
        """What another process needs to run the site, or a command of it, on this database."""
        return os.environ | {
            "DATABASE_URL": self.url,
            "DATABASE_OWNER_URL": self.owner_url,
            "SECRET_KEY": settings.SECRET_KEY,
            "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "HTTPS": "false",
        }

    def connect(self, **options) -> psycopg.Connection:
        """This function will open a new connection as the site's role; `options` are psycopg's."""
        return psycopg.connect(self.url, **options)


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """The owner makes and migrates the test database; the tests then use it as the site's role."""
    if not os.environ.get("DATABASE_URL"):
        embedded_postgres.ensure_running()
    # Its own process in its name: two runs at once must not drop each other's.
    test_settings = connection.settings_dict["TEST"]
    test_settings["NAME"] = f"test_{settings.DATABASE_SITE['NAME']}_{os.getpid()}"
    with django_db_blocker.unblock():
        _drop_leftovers(prefix=f"test_{settings.DATABASE_SITE['NAME']}_")
        _sign_in_as(settings.DATABASE_OWNER)
        setup_databases(
            verbosity=max(request.config.option.verbose, 0), interactive=False, serialized_aliases=[]
        )
        _sign_in_as(settings.DATABASE_SITE)
    name = connection.settings_dict["NAME"]
    with _connect_as_owner() as owner:
        owner.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(_name_template(name), Identifier(name)))
    yield
    with django_db_blocker.unblock():
        connection.close()
    with _connect_as_owner() as owner:
        for database in (_name_template(name), Identifier(name)):
            # Playwright's event loop gives a thread a second connection, which nothing else here would end.
            owner.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(database))


def _name_template(name: str) -> Identifier:
    """Name the copy that nobody ever connects to, so that it can be copied at any time."""
    return Identifier(f"{name}_template")


@pytest.fixture
def own_database(django_db_setup, django_db_blocker) -> Iterator[OwnDatabase]:
    """A database of the test's own, for what needs other processes, commits of its own, or a live server.

    The ORM of the test itself writes there too. Not together with `db`, whose rows no other process sees.
    """
    with _copy_template(django_db_blocker) as own:
        yield own


@pytest.fixture(scope="module")
def module_database(django_db_setup, django_db_blocker) -> Iterator[OwnDatabase]:
    """An `own_database` for all the tests of a module, none of which uses `db`: to copy one takes time."""
    with _copy_template(django_db_blocker) as own:
        yield own


@contextmanager
def _copy_template(django_db_blocker) -> Iterator[OwnDatabase]:
    shared = connection.settings_dict["NAME"]
    own = OwnDatabase(name=f"{shared}_{uuid4().hex[:8]}")
    connection.close()
    with _connect_as_owner() as owner:
        owner.execute(
            SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(own.name), _name_template(shared))
        )
    connection.settings_dict["NAME"] = own.name
    try:
        with django_db_blocker.unblock():
            yield own
    finally:
        connection.close()
        connection.settings_dict["NAME"] = shared
        with _connect_as_owner() as owner:
            owner.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(own.name)))


def _sign_in_as(database: dict) -> None:
    connection.close()
    connection.settings_dict.update({key: database[key] for key in ("USER", "PASSWORD", "HOST", "PORT")})


def _connect_as_owner() -> psycopg.Connection:
    return psycopg.connect(_write_url(settings.DATABASE_OWNER, name="postgres"), autocommit=True)


def _write_url(database: dict, *, name: str) -> str:
    sign_in = quote(database["USER"], safe="")
    if database["PASSWORD"]:
        sign_in += ":" + quote(database["PASSWORD"], safe="")
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgresql://{sign_in}@{quote(database['HOST'], safe='')}{port}/{name}"


def _drop_leftovers(*, prefix: str) -> None:
    """This function will drop the test databases of runs that were killed, on a server of this machine."""
    if not settings.DATABASE_OWNER["HOST"].startswith("/"):
        return
    with _connect_as_owner() as owner:
        rows = owner.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        for (name,) in rows.fetchall():
            try:
                os.kill(int(name.removeprefix(prefix).split("_")[0]), 0)
            except ProcessLookupError:
                with suppress(psycopg.Error):  # another worker drops it in the same moment
                    owner.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
            except (PermissionError, ValueError):
                continue


# --- The browser ------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if not shutil.which(CHROMIUM):
        pytest.fail(f"{CHROMIUM} is missing: run script/bootstrap --test, or apt-get install chromium.")
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync"]
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": ["--no-sandbox", *quiet]}


# --- The cast: ada advises; ben is her read-only colleague, olive owns the firm; boris is of another firm -----


@pytest.fixture
def firm_a(db):
    return make_firm()


@pytest.fixture
def firm_b(db):
    return make_firm(name="Borodin Advisers")


@pytest.fixture
def ada(firm_a):
    return make_advisor(firm=firm_a)


@pytest.fixture
def ben(firm_a):
    return make_advisor(
        firm=firm_a, email="ben@lovelace.example", full_name="Ben Noakes", role=Role.READ_ONLY
    )


@pytest.fixture
def olive(firm_a):
    return make_advisor(firm=firm_a, email="olive@lovelace.example", full_name="Olive Byron", role=Role.OWNER)


@pytest.fixture
def boris(firm_b):
    return make_advisor(firm=firm_b, email="boris@borodin.example", full_name="Boris Borodin")


def sign_in(person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.fixture
def ada_client(ada):
    return sign_in(ada)


@pytest.fixture
def ben_client(ben):
    return sign_in(ben)


@pytest.fixture
def olive_client(olive):
    return sign_in(olive)


@pytest.fixture
def boris_client(boris):
    return sign_in(boris)
