"""Measures letters in hundreds: how fast workers issue them, how soon their archive comes, what memory it takes.

python -m benchmarks.batch [LETTERS]    prints one JSON object; 500 letters unless told otherwise

It makes a database of its own and drops it again. The rate is between the first and the last letter as the database
has them, so that no worker's start is in it.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advisors.settings")
django.setup()

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Max, Min  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils.timezone import localdate  # noqa: E402
from django_scopes import scope  # noqa: E402
from psycopg.sql import SQL, Identifier  # noqa: E402

from advisors import embedded_postgres  # noqa: E402
from rollovers.batches.previews import BatchWish, preview_batch  # noqa: E402
from rollovers.batches.tasks import enqueue_items  # noqa: E402
from rollovers.models import Batch, BatchItem, ItemState  # noqa: E402
from tests.batches import PAYMENT_DATE, ask_for, make_ready_client  # noqa: E402
from tests.factories import make_advisor, make_firm  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
LETTERS = 500
WORKER = [sys.executable, "manage.py", "db_worker", "--no-startup-delay", "--interval", "0.05", "--no-reload"]
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
LONGEST_WAIT = 3600  # seconds


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else LETTERS
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was made is dropped, and no worker is left
    with make_database() as environment:
        one, preview = ask(number, name="One")
        two, _ = ask(number, name="Two")
        by_one = issue(one, workers=1, environment=environment)
        by_two = issue(two, workers=2, environment=environment)
        result = {
            "letters": number,
            "preview": preview,
            "one_worker": by_one,
            "two_workers": by_two,
            "two_times_as_fast_as_one": round(by_two["letters_a_second"] / by_one["letters_a_second"], 2),
            "archive": take_archive(one),
        }
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


def ask(number: int, *, name: str) -> tuple[Batch, dict[str, Any]]:
    """Make a firm with that many clients, and ask for a letter of each; return the batch, and what its preview cost."""
    firm = make_firm(name=f"Firm {name}")
    advisor = make_advisor(firm=firm, email=f"{name.lower()}@firm.example")
    for each in range(number):
        make_ready_client(firm=firm, advisor=advisor, number=each)
    with scope(firm=firm), CaptureQueriesContext(connection) as queries:
        begun = time.perf_counter()
        preview_batch(
            firm=firm, wish=BatchWish(payment_date=PAYMENT_DATE), advisor=advisor, today=localdate()
        )
        took = time.perf_counter() - begun
    return ask_for(firm=firm, advisor=advisor, today=localdate()), {
        "seconds": round(took, 2),
        "queries_a_client": round(len(queries) / number, 2),
    }


def issue(batch: Batch, *, workers: int, environment: dict[str, str]) -> dict[str, Any]:
    """Let that many workers issue the batch; return letters a second, and what a worker's memory grew by, in MB."""
    with scope(firm=batch.firm):
        enqueue_items(item_ids=list(batch.items.values_list("pk", flat=True)))
        total = batch.items.count()
    running = [subprocess.Popen(WORKER, cwd=ROOT, env=environment) for _ in range(workers)]
    early: float = 0
    deadline = time.monotonic() + LONGEST_WAIT
    try:
        while (done := count_done(batch)) < total:
            if time.monotonic() > deadline or any(worker.poll() is not None for worker in running):
                raise RuntimeError(f"The workers stopped at letter {done} of {total}.")
            if not early and done >= max(total // 10, 1):
                early = max(measure_memory(worker.pid) for worker in running)
            time.sleep(0.1)
        late = max(measure_memory(worker.pid) for worker in running)
    finally:
        for worker in running:
            worker.terminate()
        for worker in running:
            worker.wait(timeout=60)
    with scope(firm=batch.firm):
        items = BatchItem.objects.filter(batch=batch)
        if items.exclude(state=ItemState.ISSUED).exists():
            raise RuntimeError(f"Not issued: {items.exclude(state=ItemState.ISSUED).first().why}")
        ends = items.aggregate(first=Min("changed_at"), last=Max("changed_at"))
    seconds = (ends["last"] - ends["first"]).total_seconds()
    return {
        "letters_a_second": round((total - 1) / seconds, 2),
        "memory_grew_by_mb": round(late - early, 1) if early else None,
    }


def count_done(batch: Batch) -> int:
    with scope(firm=batch.firm):
        return BatchItem.objects.filter(batch=batch).exclude(state=ItemState.WAITING).count()


def take_archive(batch: Batch) -> dict[str, Any]:
    """Download the archive through the site's own view; return when its first byte came, and how memory grew, in MB."""
    browser = Client()
    browser.force_login(batch.created_by)
    begun = time.perf_counter()
    answer = browser.get(f"/batches/{batch.pk}/letters.zip", secure=settings.HTTPS)
    pieces = iter(answer.streaming_content)
    sent = len(next(pieces))
    first_byte = time.perf_counter() - begun
    memory = []
    for piece in pieces:
        sent += len(piece)
        memory.append(measure_memory(os.getpid()))
    return {
        "first_byte_seconds": round(first_byte, 3),
        "seconds": round(time.perf_counter() - begun, 2),
        "mb": round(sent / 2**20, 1),
        "memory_grew_by_mb": round(memory[-1] - memory[len(memory) // 10], 1),
    }


def measure_memory(pid: int) -> float:
    """Return the memory a process holds, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * PAGE / 2**20


# --- A database of its own ----------------------------------------------------------------------------------


@contextmanager
def make_database() -> Iterator[dict[str, str]]:
    """Make an empty database as the owner and turn this process to it; yield what a worker needs to use it too."""
    if settings.LOCAL:
        embedded_postgres.ensure_running()
    name = f"benchmark_batch_{os.getpid()}"
    with connect_as_owner() as owner:
        owner.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    environment = os.environ | {
        "DATABASE_URL": write_url(settings.DATABASE_SITE, name=name),
        "DATABASE_OWNER_URL": write_url(settings.DATABASE_OWNER, name=name),
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "ALLOWED_HOSTS": "testserver",
        "HTTPS": "false",
    }
    try:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
        connection.close()
        connection.settings_dict["NAME"] = name
        yield environment
    finally:
        connection.close()
        with connect_as_owner() as owner:
            owner.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def connect_as_owner() -> psycopg.Connection:
    return psycopg.connect(write_url(settings.DATABASE_OWNER, name="postgres"), autocommit=True)


def write_url(database: dict[str, Any], *, name: str) -> str:
    sign_in = quote(database["USER"], safe="")
    if database["PASSWORD"]:
        sign_in += ":" + quote(database["PASSWORD"], safe="")
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgresql://{sign_in}@{quote(database['HOST'], safe='')}{port}/{name}"


if __name__ == "__main__":
    main()
