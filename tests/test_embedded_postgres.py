"""The embedded server: who may enter, what it survives, and that checkouts never meet."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from advisors.embedded_postgres import CHECKOUT, EmbeddedPostgres, EmbeddedPostgresError

# Each server takes seconds to make: one worker makes them all.
pytestmark = pytest.mark.xdist_group("embedded_postgres")


@pytest.fixture(scope="module")
def make_server():
    """Makes servers in folders of their own, and removes all trace of them."""
    made = []

    def make(name: str = "checkout", *, mode: int = 0o755) -> EmbeddedPostgres:
        folder = Path(tempfile.mkdtemp(prefix="aftertax-test-"))
        folder.chmod(mode)
        checkout = folder / name
        checkout.mkdir(parents=True)
        made.append((folder, EmbeddedPostgres(checkout)))
        return made[-1][1]

    yield make
    for folder, server in made:
        server.stop()
        for trace in (server.socket_folder, server.home.resolve(), folder):
            shutil.rmtree(trace, ignore_errors=True)


@pytest.fixture(scope="module")
def server(make_server) -> EmbeddedPostgres:
    server = make_server()
    server.ensure_running()
    return server


@pytest.fixture(scope="module")
def deep_server(make_server) -> EmbeddedPostgres:
    server = make_server("a folder with spaces, deep as it may be/" + "deep/" * 20 + "checkout")
    server.ensure_running()
    return server


def ask(server: EmbeddedPostgres, query: str) -> object:
    with psycopg.connect(server.read_urls().owner) as owner:
        return owner.execute(query).fetchone()[0]


def test_the_site_role_is_neither_superuser_nor_owner(server):
    with psycopg.connect(server.read_urls().site) as site:
        role = site.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owner = site.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            site.execute("CREATE TABLE loot (id int)")
    assert role == ("aftertax_app", False, False, False, False, False)
    assert owner == ("aftertax_owner",)


def test_the_owner_is_no_superuser(server):
    assert ask(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_nobody_signs_in_as_superuser(server):
    with pytest.raises(psycopg.OperationalError, match=r'for host .* user "postgres"'):
        psycopg.connect(server.read_urls().owner.replace("aftertax_owner", "postgres"))


def test_no_other_account_may_enter(server):
    if os.geteuid() != 0:
        # Only root can try as somebody else; the permissions say the same.
        assert server.socket_folder.stat().st_mode & 0o077 == 0
        return
    nobody = pwd.getpwnam("nobody")
    door = str(server.socket_folder / ".s.PGSQL.5432")
    knock = f"import socket; socket.socket(socket.AF_UNIX).connect({door!r})"
    tried = subprocess.run(
        ["/usr/bin/env", "python3", "-c", knock],
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        env={"PATH": "/usr/bin:/bin"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "PermissionError" in tried.stderr


def test_it_has_no_tcp_port(server):
    assert ask(server, "SHOW listen_addresses") == ""


@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit", "full_page_writes", "data_checksums"])
def test_what_is_committed_is_kept(server, setting):
    assert ask(server, f"SHOW {setting}") == "on"


def test_asking_again_takes_no_time(server):
    started = time.perf_counter()
    for _ in range(10):
        server.ensure_running()
    assert (time.perf_counter() - started) / 10 < 0.05


def test_it_comes_back_after_a_kill_with_all_that_was_committed(server):
    with psycopg.connect(server.read_urls().owner) as owner:
        owner.execute("CREATE TABLE kept (id int)")
        owner.execute("INSERT INTO kept VALUES (7)")
    pid = int((server.data / "postmaster.pid").read_text().split("\n")[0])
    os.kill(pid, signal.SIGKILL)
    while Path("/proc", str(pid)).exists():
        time.sleep(0.01)
    assert not server.is_running()
    # The next boot may give the dead server's pid to anyone: here, to this test.
    note = server.data / "postmaster.pid"
    note.write_text(note.read_text().replace(str(pid), str(os.getpid()), 1))

    server.ensure_running()

    assert ask(server, "SELECT id FROM kept") == 7


def test_a_refused_row_leaves_no_name_in_the_log(server):
    with psycopg.connect(server.read_urls().owner, autocommit=True) as owner:
        owner.execute("CREATE TABLE people (name text CHECK (name <> 'Ada Example'))")
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute("INSERT INTO people VALUES ('Ada Example')")
    log = (server.data / "server.log").read_text()
    assert "people_name_check" in log
    assert "Ada Example" not in log


def test_two_checkouts_never_meet(server, deep_server):
    with psycopg.connect(server.read_urls().owner, autocommit=True) as owner:
        owner.execute("CREATE DATABASE only_here")
    there = "SELECT count(*) FROM pg_database WHERE datname = 'only_here'"
    assert (ask(server, there), ask(deep_server, there)) == (1, 0)
    deep_server.stop()
    assert (server.is_running(), deep_server.is_running()) == (True, False)
    deep_server.ensure_running()


def test_several_at_once_make_one_server_of_what_was_left_half_made(make_server):
    server = make_server()
    (server.home / "data.new" / "base").mkdir(parents=True)
    start = (
        "from pathlib import Path; from advisors.embedded_postgres import EmbeddedPostgres;"
        f"EmbeddedPostgres(Path({str(server.checkout)!r})).ensure_running()"
    )
    starters = [subprocess.Popen([sys.executable, "-c", start], cwd=CHECKOUT) for _ in range(4)]
    assert [starter.wait(timeout=60) for starter in starters] == [0, 0, 0, 0]
    assert ask(server, "SELECT 1") == 1


def test_a_checkout_which_no_other_account_can_reach_stays_closed(make_server):
    server = make_server(mode=0o700)
    server.ensure_running()
    assert ask(server, "SELECT 1") == 1
    assert server.checkout.parent.stat().st_mode & 0o777 == 0o700


def test_a_path_too_long_for_a_socket_is_no_obstacle(deep_server):
    assert not deep_server.socket_folder.is_relative_to(deep_server.checkout)
    assert ask(deep_server, "SELECT 1") == 1
    assert deep_server.socket_folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_somebody_put_in_the_socket_s_place_is_refused(make_server):
    server = make_server("deep/" * 30 + "checkout")
    server.socket_folder.mkdir(mode=0o755)
    with pytest.raises(EmbeddedPostgresError, match="is not a private folder"):
        server.ensure_running()


# --- The databases of the tests themselves ------------------------------------------------------------------


@pytest.mark.django_db
def test_tests_run_as_the_role_of_the_site():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == (settings.DATABASE_SITE["USER"],)


@pytest.mark.django_db
def test_the_site_role_changes_no_table():
    with connection.cursor() as cursor, pytest.raises(Exception, match="must be owner"), transaction.atomic():
        cursor.execute("ALTER TABLE django_migrations ADD COLUMN loot int")


def test_an_own_database_holds_what_the_test_database_does(own_database):
    with own_database.connect() as site, connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone() == (own_database.name,)
        assert site.execute("SELECT current_user").fetchone() == (settings.DATABASE_SITE["USER"],)
        assert site.execute("SELECT count(*) > 0 FROM django_migrations").fetchone() == (True,)


def test_another_process_serves_an_own_database(own_database):
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--check"],
        cwd=CHECKOUT,
        env=own_database.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
