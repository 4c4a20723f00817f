"""The site as it runs: its own server, its own database, Debian's Chromium."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen
from uuid import uuid4

import pytest
from django_scopes import scope

from advisors.models import Role
from tests.factories import make_advisor, make_firm
from tests.requests import make_ready_plan

PASSWORD = "a-long-enough-passphrase"


@dataclass(frozen=True)
class Site:
    url: str
    email: str
    plan_id: int
    client_id: int
    year_id: int


@pytest.fixture(scope="module")
def server(module_database) -> Iterator[str]:
    """The address of a served site with a database of the module's own: to start one takes seconds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
        + ["--port", str(port), "--no-ws", "advisors.wsgi:application"],
        env=module_database.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def site(server) -> Site:
    """The served site with a firm of the test's own: its advisor ada, one client whose sub-account may leave."""
    firm = make_firm()
    email = f"ada-{uuid4().hex[:8]}@lovelace.example"
    make_advisor(firm=firm, email=email, password=PASSWORD, role=Role.ADVISOR)
    with scope(firm=firm):
        plan = make_ready_plan(firm=firm)
        year_id = plan.contribution_records.get().pk
    return Site(url=server, email=email, plan_id=plan.pk, client_id=plan.client_id, year_id=year_id)


def _wait_until_ready(url: str, server: subprocess.Popen) -> None:
    for _ in range(300):
        assert server.poll() is None, "the server ended before it was ready"
        try:
            with urlopen(f"{url}/healthz/", timeout=1):  # noqa: S310 our own loopback address
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server was not ready within 30 seconds")


@pytest.fixture
def browser_context_args(browser_context_args):
    return browser_context_args | {"viewport": {"width": 1280, "height": 900}}


def sign_in(page, site) -> None:
    page.goto(f"{site.url}/accounts/login/")
    page.get_by_label("Email").fill(site.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.url}/work/")
