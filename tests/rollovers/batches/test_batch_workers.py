"""Real workers, killed in the middle, and many at one letter: each letter of a batch is issued once."""

import subprocess
import sys
import threading
import time
from uuid import uuid4

from django.db import connection
from django.utils.timezone import localdate
from django_scopes import scope
from django_tasks_db.models import DBTaskResult

from clients.models import Subaccount
from rollovers.batches import worker
from rollovers.batches.asking import retry_batch
from rollovers.batches.tasks import enqueue_items
from rollovers.batches.worker import issue_item
from rollovers.issuing import letters
from rollovers.models import BatchItem, ItemState, RolloverRequest
from tests.batches import ask_for, make_ready_client
from tests.factories import make_advisor, make_firm

LONGEST_WAIT = 60  # seconds
WORKER = [sys.executable, "manage.py", "db_worker", "--batch", "--no-startup-delay", "--interval", "0"]


def start_firm(*, clients):
    firm = make_firm()
    ada = make_advisor(firm=firm)
    for number in range(clients):
        make_ready_client(firm=firm, advisor=ada, number=number)
    return firm, ask_for(firm=firm, advisor=ada, today=localdate())


def enqueue_again(*, firm, batch):
    """Press "Try again": what is not issued waits for a worker once more."""
    with scope(firm=firm):
        enqueue_items(item_ids=retry_batch(firm=firm, batch=batch, today=localdate()))


def count_letters(*, firm, batch):
    """Return how many letters were issued under the keys of the batch's rows, and how many rows say so."""
    with scope(firm=firm):
        keys = batch.items.values("request_key")
        return (
            RolloverRequest.objects.filter(request_key__in=keys, letter__isnull=False).count(),
            batch.items.filter(state=ItemState.ISSUED).count(),
        )


def kill_at_a_letter(worker, *, database):
    """Kill the worker while it holds a letter's row: after its transaction began, before it ended."""
    deadline = time.monotonic() + LONGEST_WAIT
    with database.connect(autocommit=True) as looker:
        total = looker.execute("SELECT count(*) FROM rollovers_batchitem").fetchone()[0]
        while time.monotonic() < deadline:
            free = looker.execute("SELECT id FROM rollovers_batchitem FOR UPDATE SKIP LOCKED").fetchall()
            if len(free) < total:
                break
            time.sleep(0.002)
        else:
            raise TimeoutError("The worker began no letter.")
        worker.kill()
        worker.wait(timeout=LONGEST_WAIT)
        looker.execute("SELECT id FROM rollovers_batchitem FOR UPDATE")  # the dead one's locks are gone


def test_workers_killed_in_the_middle_lose_no_letter_and_double_none(own_database):
    firm, batch = start_firm(clients=3)
    enqueue_again(firm=firm, batch=batch)
    for _ in range(2):
        worker = subprocess.Popen(WORKER, env=own_database.environment, stderr=subprocess.DEVNULL)
        kill_at_a_letter(worker, database=own_database)
        letters_stored, rows_issued = count_letters(firm=firm, batch=batch)
        assert letters_stored == rows_issued < 3
    assert DBTaskResult.objects.filter(status="RUNNING").count() == 2, "the queue still thinks they run"

    enqueue_again(firm=firm, batch=batch)
    done = subprocess.run(WORKER, env=own_database.environment, capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr
    assert count_letters(firm=firm, batch=batch) == (3, 3)
    assert "Imogen" not in done.stderr + done.stdout, "the log names no client"


def test_a_killed_workers_letter_stays_waiting_until_it_is_tried_again(own_database):
    firm, batch = start_firm(clients=1)
    enqueue_again(firm=firm, batch=batch)
    worker = subprocess.Popen(WORKER, env=own_database.environment, stderr=subprocess.DEVNULL)
    kill_at_a_letter(worker, database=own_database)

    with scope(firm=firm):
        item = BatchItem.objects.get(batch=batch)
    assert (item.state, item.letter, item.attempts) == (ItemState.WAITING, None, 0)


def issue_in_parallel(*, item, times):
    errors = []

    def issue():
        try:
            issue_item(item_id=item.pk, today=localdate())
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=LONGEST_WAIT)
    assert not errors


def test_of_twenty_replays_at_once_one_issues(own_database):
    firm, batch = start_firm(clients=1)
    with scope(firm=firm):
        item = batch.items.get()

    issue_in_parallel(item=item, times=20)

    assert count_letters(firm=firm, batch=batch) == (1, 1)
    with scope(firm=firm):
        assert batch.items.get().attempts == 1


def test_without_the_key_and_the_locks_replays_would_issue_the_letter_twice(own_database, monkeypatch):
    firm, batch = start_firm(clients=1)
    with scope(firm=firm):
        item = batch.items.get()
    everybody = threading.Barrier(2, timeout=LONGEST_WAIT)
    render = letters.render_pdf

    def lock_nothing(*, firm, item_id):
        row = BatchItem.objects.select_related("batch__created_by").get(firm=firm, pk=item_id)
        row.request_key = uuid4()
        return row

    def render_when_both_have_computed(*, letter):
        everybody.wait()
        return render(letter=letter)

    monkeypatch.setattr(worker, "lock_item", lock_nothing)
    monkeypatch.setattr(
        letters, "lock_subaccount", lambda *, firm, subaccount_id: Subaccount.objects.get(pk=subaccount_id)
    )
    monkeypatch.setattr(letters, "render_pdf", render_when_both_have_computed)
    issue_in_parallel(item=item, times=2)

    with scope(firm=firm):
        letters_of_today = RolloverRequest.objects.filter(letter__letter_date=localdate()).count()
    assert letters_of_today == 2


def test_the_same_press_eight_times_at_once_makes_one_batch(own_database):
    firm = make_firm()
    ada = make_advisor(firm=firm)
    make_ready_client(firm=firm, advisor=ada)
    key, made = uuid4(), []

    def press():
        try:
            made.append(ask_for(firm=firm, advisor=ada, key=key, today=localdate()).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=LONGEST_WAIT)

    assert len(made) == 8
    assert len(set(made)) == 1
    with scope(firm=firm):
        assert BatchItem.objects.count() == 1
