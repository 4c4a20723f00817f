"""Migrations: from nothing to the head, back and again; and a database of another release, which is left as it is."""

import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from advisors.releases import OF_0_1, OWN_APPS
from rollovers.evidence.postgres_programs import find_program
from tests.owner import sign_in_as_owner


@pytest.fixture
def as_owner(own_database):
    with sign_in_as_owner():
        yield own_database


def dump_schema(database) -> str:
    """Return the whole schema as PostgreSQL writes it: tables, constraints, indexes, triggers, functions, grants."""
    command = [find_program(name="pg_dump"), "--schema-only", f"--dbname={database.owner_url}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    # A word of chance guards each dump.
    return re.sub(r"^\\(un)?restrict .*$", "", done.stdout, flags=re.MULTILINE)


def list_applied() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return cursor.fetchall()


def list_remains(app: str) -> list[str]:
    """Return the app's tables and functions that are still there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND starts_with(relname, %s)"
            " UNION SELECT proname FROM pg_proc WHERE starts_with(proname, %s)",
            [f"{app}_", f"{app}_"],
        )
        return [name for (name,) in cursor.fetchall()]


# --- There and back ------------------------------------------------------------------------------------------


# What stands on an app goes with it: rollovers with both.
@pytest.mark.parametrize("app", ["advisors", "clients"])
def test_an_app_goes_back_to_nothing_and_comes_again_as_it_was(as_owner, app):
    before = dump_schema(as_owner)

    call_command("migrate", app, "zero", verbosity=0)
    assert list_remains(app) == []

    call_command("migrate", verbosity=0)
    assert dump_schema(as_owner) == before
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


# --- Of another release --------------------------------------------------------------------------------------


def become_of_0_1() -> None:
    """Leave the names that a database of 0.1 has in place of this release's."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE (app, name) = ('advisors', '0002_walls')")
        cursor.executemany(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", sorted(OF_0_1)
        )


def become_of_a_later_release() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('clients', '9999_custodian_forms', now())"
        )


@pytest.mark.parametrize(
    ("become", "of_whom", "migration"),
    [
        (become_of_0_1, "release 0.1", "rollovers.0008_adopt_issued_letters"),
        (become_of_a_later_release, "a later release than this one", "clients.9999_custodian_forms"),
    ],
)
def test_a_database_of_another_release_is_left_as_it_is(as_owner, become, of_whom, migration):
    become()
    schema, applied = dump_schema(as_owner), list_applied()
    sentence = (
        f"This database is of {of_whom}: it names the migration {migration}, which this release does not have."
        " Nothing was changed. Serve it with the release that made it, or begin with an empty database."
    )

    for arguments in ((), ("rollovers", "zero")):
        with pytest.raises(CommandError) as refused:
            call_command("migrate", *arguments, verbosity=0)
        assert str(refused.value) == sentence
    ended = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=settings.BASE_DIR,
        env=as_owner.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", f"CommandError: {sentence}\n")
    assert (dump_schema(as_owner), list_applied()) == (schema, applied)


def test_a_database_of_0_1_is_not_backed_up_as_one_of_this_release(as_owner, tmp_path):
    become_of_0_1()

    with pytest.raises(CommandError) as refused:
        call_command("backup", tmp_path / "site.backup")
    assert str(refused.value) == "This database is of release 0.1: back it up with that release."
    assert list(tmp_path.iterdir()) == []


def test_no_migration_takes_a_name_of_0_1():
    names = MigrationLoader(None).disk_migrations

    assert OF_0_1.isdisjoint(names)
    assert {app for app, _ in OF_0_1} == OWN_APPS


def test_the_changelog_names_the_last_migration_of_each_app_in_the_newest_release():
    changelog = (settings.BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = changelog.split("\n## ")[1]

    last = {node for node in MigrationLoader(None).graph.leaf_nodes() if node[0] in OWN_APPS}
    assert {app for app, _ in last} == OWN_APPS
    assert [node for node in sorted(last) if f"`{'.'.join(node)}`" not in newest] == []
