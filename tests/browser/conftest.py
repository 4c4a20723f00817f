"""The site as it runs: its own server, its own database, Debian's Chromium."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from django_scopes import scope

from advisors.models import Role
from tests.factories import make_advisor, make_firm
from tests.requests import make_ready_plan

PASSWORD = "a-long-enough-passphrase"
EMAIL = "ada@lovelace.example"


@dataclass(frozen=True)
class Site:
    url: str
    plan_id: int
    client_id: int
    year_id: int


@pytest.fixture
def site(own_database) -> Iterator[Site]:
    """A served site with one firm, its advisor ada, and one client whose sub-account is ready to leave."""
    firm = make_firm()
    make_advisor(firm=firm, email=EMAIL, password=PASSWORD, role=Role.ADVISOR)
    with scope(firm=firm):
        plan = make_ready_plan(firm=firm)
        year_id = plan.contribution_records.get().pk
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
        + ["--port", str(port), "--no-ws", "advisors.wsgi:application"],
        env=own_database.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, server)
        yield Site(url=url, plan_id=plan.pk, client_id=plan.client_id, year_id=year_id)
    finally:
        server.terminate()
        server.wait(timeout=20)


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
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.url}/clients/")
