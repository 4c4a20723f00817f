"""Letters in hundreds: what is shown is what is issued, once, whatever happens in between."""

import csv
import datetime
import io
import logging
import zipfile
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope
from django_tasks_db.models import DBTaskResult

from advisors.models import Role
from law.words import Answer, Payee, Way
from rollovers.batches.archives import stream_archive, write_contents_csv
from rollovers.batches.asking import (
    LettersOfAnotherDay,
    NothingChosen,
    ReasonsMissing,
    ShownChanged,
    retry_batch,
    start_batch,
)
from rollovers.batches.previews import BatchWish, Which, count_questionable, preview_batch
from rollovers.batches.queries import get_batch, list_items, list_subaccounts, read_facts_at_once
from rollovers.batches.tasks import enqueue_items, issue_batch_item
from rollovers.batches.worker import ANOTHER_DAY, CHANGED, ELSEWHERE, issue_item
from rollovers.issuing import letters
from rollovers.models import Batch, BatchItem, CaseEvent, ItemState, Letter, RolloverRequest, Step
from rollovers.reviews.queries import get_plan_facts
from tests.batches import PAYMENT_DATE, ask_for, make_earlier_letter, make_ready_client
from tests.factories import (
    make_advisor,
    make_batch,
    make_client,
    make_firm,
    make_ira_balance,
    make_movement,
    make_plan,
    make_plan_assets,
    make_provisions,
    make_record,
    make_statement,
)
from tests.requests import TODAY, issue, make_spouse

WISH = BatchWish(payment_date=PAYMENT_DATE)


@pytest.fixture
def in_firm(firm_a):
    with scope(firm=firm_a):
        yield


def preview(ada, wish=WISH, today=TODAY):
    return preview_batch(firm=ada.firm, wish=wish, advisor=ada, today=today)


def work(batch):
    """Issue every letter of the batch as a worker would, and return its rows as they then are."""
    for pk in BatchItem.objects.filter(batch=batch).values_list("pk", flat=True):
        issue_item(item_id=pk, today=TODAY)
    return list(list_items(firm=batch.firm, batch=batch))


def start(ada, rows, *, wish=WISH, **others):
    asked = {
        "chosen": {row.key: row.digest for row in rows},
        "reasons": {each.code: "Agreed." for each in count_questionable(rows=rows)},
        "batch_key": uuid4(),
    }
    return start_batch(firm=ada.firm, wish=wish, advisor=ada, today=TODAY, **asked | others)


# --- The preview --------------------------------------------------------------------------------------------


def test_the_facts_of_many_are_those_of_each(firm_a, ada, in_firm):
    plans = [make_ready_client(firm=firm_a, advisor=ada, number=number) for number in range(3)]
    make_spouse(plan=plans[0])
    make_ira_balance(client=plans[0].client)
    make_movement(plan=plans[1])
    make_plan_assets(plan=plans[1])
    issue(plan=plans[2], advisor=ada)

    for together in read_facts_at_once(firm=firm_a, subaccounts=list(list_subaccounts(firm=firm_a))):
        alone = get_plan_facts(firm=firm_a, plan_id=together.plan.pk, participant_id=together.participant.pk)
        assert replace(together, provisions={}) == replace(alone, provisions={})
        assert {kind: row.answer for kind, row in together.provisions.items()} == {
            kind: row.answer for kind, row in alone.provisions.items()
        }
        assert together.list_rows() == alone.list_rows()
        assert together.whose == alone.whose


def test_the_preview_asks_the_database_no_more_for_more_clients(firm_a, ada, in_firm):
    make_ready_client(firm=firm_a, advisor=ada)
    with CaptureQueriesContext(connection) as of_one:
        preview(ada)
    for number in range(2, 8):
        make_ready_client(firm=firm_a, advisor=ada, number=number)
    with CaptureQueriesContext(connection) as of_seven:
        rows = preview(ada).rows

    assert len(rows) == 7
    assert (len(of_seven) - len(of_one)) / 6 == 0


def test_a_row_shows_the_clients_own_way_and_the_accounts_of_the_latest_letter(firm_a, ada, in_firm):
    make_ready_client(firm=firm_a, advisor=ada, number=1)
    make_ready_client(firm=firm_a, advisor=ada, number=2, value=Decimal("20050.00"))

    much, little = preview(ada).rows

    assert (much.entry.way, little.entry.way) == (Way.SPLIT, Way.ALL_ROTH)
    assert [leg.to for leg in much.destinations] == [Payee.ROTH_IRA, Payee.TRADITIONAL_IRA]
    assert [leg.account_number[0] for leg in little.destinations] == ["R"]
    assert much.outcome.allocation.includible == Decimal("0.00")
    assert little.outcome.allocation.includible == Decimal("50.00")
    assert all(row.can_be_issued for row in (much, little))


def test_one_way_for_all_is_every_rows_way(firm_a, ada, in_firm):
    make_ready_client(firm=firm_a, advisor=ada)

    (row,) = preview(ada, replace(WISH, way=Way.ALL_ROTH)).rows

    assert row.entry.way == Way.ALL_ROTH
    assert row.outcome.allocation.includible == Decimal("812.37")
    assert "V17" in {finding.code for finding in row.outcome.questionable}


def test_only_money_that_no_letter_has_asked_for_is_open(firm_a, ada, in_firm):
    open_plan = make_ready_client(firm=firm_a, advisor=ada, number=1)
    asked = make_ready_client(firm=firm_a, advisor=ada, number=2)
    issue(plan=asked, advisor=ada)

    assert [row.facts.plan for row in preview(ada).rows] == [open_plan]
    everything = preview(ada, replace(WISH, which=Which.ALL)).rows
    assert [row.can_be_issued for row in everything] == [True, False]
    assert "holds nothing" in everything[1].outcome.blocks[0].message


@pytest.mark.parametrize(
    ("statement_date", "days"),
    [(datetime.date(2021, 12, 28), 5), (datetime.date(2021, 12, 27), 6)],
    ids=["five-business-days", "six-business-days"],
)
def test_a_statement_is_old_after_five_business_days_as_the_finding_says(
    firm_a, ada, in_firm, statement_date, days
):
    make_ready_client(firm=firm_a, advisor=ada, statement_date=statement_date)

    rows = preview(ada, replace(WISH, which=Which.STALE)).rows

    assert bool(rows) == (days > 5)
    (row,) = preview(ada).rows
    assert ("V23" in {each.code for each in row.outcome.questionable}) == bool(rows)


@pytest.mark.parametrize(
    ("named", "missing"),
    [
        ((), "names no Roth IRA and no traditional IRA"),
        ((Payee.ROTH_IRA,), "names no traditional IRA"),
        ((Payee.ROTH_IRA, Payee.TRADITIONAL_IRA), ""),
    ],
    ids=["nothing", "roth-only", "both"],
)
def test_a_letter_whose_destination_nobody_has_named_cannot_be_issued(firm_a, ada, in_firm, named, missing):
    plan = make_plan(client=make_client(firm=firm_a))
    make_provisions(plan=plan)
    make_record(plan=plan, after_tax=Decimal("21000.00"))
    if named:
        make_earlier_letter(plan=plan, advisor=ada, named=named)
    make_statement(plan=plan)

    (row,) = preview(ada).rows

    assert missing in row.missing
    assert bool(row.missing) == bool(missing)
    assert row.can_be_issued != bool(missing)


def test_a_block_stands_beside_the_row_that_cannot_be_issued(firm_a, ada, in_firm):
    plan = make_plan(client=make_client(firm=firm_a))
    make_provisions(plan=plan, in_service_distribution=Answer.NO)
    make_statement(plan=plan)

    (row,) = preview(ada).rows

    assert not row.can_be_issued
    assert row.outcome.blocks
    with pytest.raises(ShownChanged):
        start(ada, [row])


def test_a_code_says_how_many_letters_it_concerns(firm_a, ada, in_firm):
    make_ready_client(firm=firm_a, advisor=ada, number=1)
    make_ready_client(firm=firm_a, advisor=ada, number=2, statement_date=datetime.date(2021, 12, 1))

    counted = {each.code: each.letters for each in count_questionable(rows=preview(ada).rows)}

    assert counted["V23"] == 1
    assert set(counted.values()) <= {1, 2}


def test_the_other_firms_clients_are_in_no_preview(firm_a, firm_b, ada, boris):
    make_ready_client(firm=firm_b, advisor=boris)

    with scope(firm=firm_a):
        assert not preview(ada, replace(WISH, which=Which.ALL)).rows


def test_a_sample_firms_batch_holds_its_own_watermarked_letters_only(firm_a, ada):
    sample = make_firm(name="Sample Planning", is_sample=True)
    sam = make_advisor(firm=sample, email="sam@sample.example", full_name="Sam Sample")
    make_ready_client(firm=sample, advisor=sam)
    make_ready_client(firm=firm_a, advisor=ada)

    with scope(firm=sample):
        (invented,) = preview(sam).rows
    with scope(firm=firm_a):
        (real,) = preview(ada).rows

    assert invented.outcome.letter.is_sample
    assert not real.outcome.letter.is_sample


# --- Asking for it ------------------------------------------------------------------------------------------


def test_the_same_press_makes_one_batch(firm_a, ada, in_firm):
    make_ready_client(firm=firm_a, advisor=ada)
    rows, key = preview(ada).ready, uuid4()

    first = start(ada, rows, batch_key=key)
    second = start(ada, rows, batch_key=key)

    assert first == second
    assert DBTaskResult.objects.count() == first.items.count() == len(rows)
    assert BatchItem.objects.count() == 1


def test_a_batch_of_nothing_is_none(firm_a, ada, in_firm):
    make_ready_client(firm=firm_a, advisor=ada)

    with pytest.raises(NothingChosen):
        start(ada, [])
    assert not Batch.objects.exists()


def test_what_changed_since_it_was_shown_is_not_asked_for(firm_a, ada, in_firm):
    same = make_ready_client(firm=firm_a, advisor=ada, number=1)
    changed = make_ready_client(firm=firm_a, advisor=ada, number=2)
    rows = preview(ada).ready
    make_statement(plan=changed, statement_date=datetime.date(2022, 1, 3), value=Decimal("21000.00"))

    with pytest.raises(ShownChanged) as error:
        start(ada, rows)

    assert error.value.keys == {row.key for row in rows if row.facts.plan != same}
    assert not Batch.objects.exists()


def test_a_finding_that_came_up_since_it_was_shown_counts_as_a_change(firm_a, ada, in_firm):
    plan = make_ready_client(firm=firm_a, advisor=ada)
    rows = preview(ada).ready
    plan.client.plans_backdoor = True  # no word of the letter, but finding V18
    plan.client.save()

    with pytest.raises(ShownChanged):
        start(ada, rows)


def test_each_code_needs_a_reason_and_the_letters_keep_it(firm_a, ada, in_firm):
    make_ready_client(firm=firm_a, advisor=ada)
    rows = preview(ada).ready
    codes = {each.code for each in count_questionable(rows=rows)}

    with pytest.raises(ReasonsMissing) as error:
        start(ada, rows, reasons=dict.fromkeys(codes, " "))
    batch = start(ada, rows, reasons=dict.fromkeys(codes, "The CPA agrees."))
    (item,) = work(batch)

    assert set(error.value.codes) == codes
    letter = Letter.objects.get(pk=item.letter_id)
    kept = {each["code"]: each["reason"] for each in letter.findings if each["reason"]}
    assert kept == dict.fromkeys(codes, "The CPA agrees.")


# --- Issuing ------------------------------------------------------------------------------------------------


def test_every_letter_is_issued_by_who_asked_with_the_batches_date(firm_a, ada, in_firm):
    for number in range(2):
        make_ready_client(firm=firm_a, advisor=ada, number=number)
    batch = ask_for(firm=firm_a, advisor=ada)

    items = work(batch)

    assert [item.state for item in items] == [ItemState.ISSUED] * 2
    assert {(item.letter.issued_by_id, item.letter.letter_date) for item in items} == {(ada.pk, TODAY)}
    assert CaseEvent.objects.filter(step=Step.ISSUED).count() == 2


def test_a_task_run_again_issues_nothing_more(firm_a, ada, in_firm):
    make_ready_client(firm=firm_a, advisor=ada)
    batch = ask_for(firm=firm_a, advisor=ada)

    (first,) = work(batch)
    (again,) = work(batch)

    assert (again.letter_id, again.attempts) == (first.letter_id, 1)
    assert RolloverRequest.objects.filter(request_key=first.request_key).count() == 1


def test_a_worker_that_comes_on_another_day_issues_nothing_with_the_old_date(firm_a, ada, in_firm):
    make_ready_client(firm=firm_a, advisor=ada)
    batch = start(ada, preview(ada).ready)

    issue_item(item_id=batch.items.get().pk, today=TODAY + datetime.timedelta(days=3))

    item = batch.items.get()
    assert (item.state, item.letter) == (ItemState.REFUSED, None)
    assert item.why == ANOTHER_DAY


def test_a_letter_whose_figures_changed_is_refused_and_says_so(firm_a, ada, in_firm):
    plan = make_ready_client(firm=firm_a, advisor=ada)
    batch = ask_for(firm=firm_a, advisor=ada)
    make_statement(plan=plan, statement_date=datetime.date(2022, 1, 3), value=Decimal("21000.00"))

    (item,) = work(batch)

    assert (item.state, item.why, item.letter) == (ItemState.REFUSED, CHANGED, None)


def test_a_letter_with_a_new_warning_is_refused_though_it_would_read_the_same(firm_a, ada, in_firm):
    plan = make_ready_client(firm=firm_a, advisor=ada)
    batch = ask_for(firm=firm_a, advisor=ada)
    plan.client.plans_backdoor = True
    plan.client.save()

    (item,) = work(batch)

    assert (item.state, item.why) == (ItemState.REFUSED, CHANGED)


def test_a_block_that_came_up_since_refuses_in_its_own_words(firm_a, ada, in_firm):
    plan = make_ready_client(firm=firm_a, advisor=ada)
    batch = ask_for(firm=firm_a, advisor=ada)
    issue(plan=plan, advisor=ada)

    (item,) = work(batch)

    assert item.state == ItemState.REFUSED
    assert "holds nothing" in item.why


@pytest.mark.parametrize(
    "lost", [{"is_active": False}, {"role": Role.READ_ONLY}], ids=["deactivated", "read-only"]
)
def test_who_lost_the_right_to_write_issues_nothing_more(firm_a, ada, in_firm, lost):
    make_ready_client(firm=firm_a, advisor=ada)
    batch = ask_for(firm=firm_a, advisor=ada)
    for name, value in lost.items():
        setattr(ada, name, value)
    ada.save()

    (item,) = work(batch)

    assert item.state == ItemState.REFUSED
    assert "may no longer issue letters" in item.why


def test_an_unforeseen_error_fails_one_letter_and_names_no_client(firm_a, ada, in_firm, monkeypatch, caplog):
    for number in range(2):
        make_ready_client(firm=firm_a, advisor=ada, number=number)
    batch = ask_for(firm=firm_a, advisor=ada)
    render = letters.render_pdf

    def fail_once(*, letter):
        if letter.participant_name.endswith("000"):
            raise RuntimeError(f"{letter.participant_name} {letter.subaccount_number}")
        return render(letter=letter)

    monkeypatch.setattr(letters, "render_pdf", fail_once)
    with caplog.at_level(logging.DEBUG):
        failed, issued = work(batch)

    assert (failed.state, issued.state) == (ItemState.FAILED, ItemState.ISSUED)
    assert failed.letter is None
    assert RolloverRequest.objects.filter(request_key=failed.request_key).count() == 0
    assert "RuntimeError" in caplog.text
    assert not [word for word in ("Imogen", "AT-77") if word in caplog.text + failed.why]


def test_the_letter_and_its_state_are_stored_both_or_not_at_all(firm_a, ada, in_firm, monkeypatch):
    make_ready_client(firm=firm_a, advisor=ada)
    batch = ask_for(firm=firm_a, advisor=ada)
    monkeypatch.setattr(BatchItem, "save", lambda *args, **kwargs: 1 / 0)

    (item,) = work(batch)

    assert item.state == ItemState.FAILED
    assert not RolloverRequest.objects.filter(request_key=item.request_key).exists()


def test_a_task_for_a_letter_that_is_not_there_does_nothing(db):
    issue_item(item_id=987654321, today=TODAY)


# --- Once more ----------------------------------------------------------------------------------------------


def test_what_failed_is_issued_by_a_retry_once_the_obstacle_is_gone(firm_a, ada, in_firm, monkeypatch):
    make_ready_client(firm=firm_a, advisor=ada)
    batch = ask_for(firm=firm_a, advisor=ada)
    with monkeypatch.context() as broken:
        broken.setattr(letters, "render_pdf", lambda **_: 1 / 0)
        work(batch)

    waiting = retry_batch(firm=firm_a, batch=batch, today=TODAY)
    (item,) = work(batch)

    assert waiting == [item.pk]
    assert (item.state, item.attempts) == (ItemState.ISSUED, 2)


def test_a_retry_issues_no_figures_that_were_not_shown(firm_a, ada, in_firm):
    plan = make_ready_client(firm=firm_a, advisor=ada)
    batch = ask_for(firm=firm_a, advisor=ada)
    make_statement(plan=plan, statement_date=datetime.date(2022, 1, 3), value=Decimal("21000.00"))
    work(batch)

    retry_batch(firm=firm_a, batch=batch, today=TODAY)
    (item,) = work(batch)

    assert (item.state, item.why) == (ItemState.REFUSED, CHANGED)


def test_a_new_batch_takes_up_what_an_older_one_left_and_closes_it_there(firm_a, ada, in_firm):
    plans = [make_ready_client(firm=firm_a, advisor=ada, number=number) for number in range(3)]
    old = ask_for(firm=firm_a, advisor=ada)
    issue_item(item_id=old.items.first().pk, today=TODAY)  # issued
    make_statement(plan=plans[1], statement_date=datetime.date(2022, 1, 3), value=Decimal("21000.00"))
    issue_item(item_id=old.items.all()[1].pk, today=TODAY)  # refused; the third still waits

    new = ask_for(firm=firm_a, advisor=ada, again=old)
    left = work(old)
    taken_up = work(new)

    assert [item.plan for item in taken_up] == plans[1:]
    assert [item.state for item in taken_up] == [ItemState.ISSUED] * 2
    assert [item.why for item in left] == ["", ELSEWHERE, ELSEWHERE]
    assert retry_batch(firm=firm_a, batch=old, today=TODAY) == []


def test_letters_of_another_day_are_shown_again_before_they_are_issued(firm_a, ada, in_firm):
    make_ready_client(firm=firm_a, advisor=ada)
    batch = ask_for(firm=firm_a, advisor=ada)

    with pytest.raises(LettersOfAnotherDay):
        retry_batch(firm=firm_a, batch=batch, today=TODAY + datetime.timedelta(days=1))


def test_what_waits_in_the_queue_is_not_put_there_twice(firm_a, ada, in_firm):
    make_ready_client(firm=firm_a, advisor=ada)
    batch = ask_for(firm=firm_a, advisor=ada)
    waiting = retry_batch(firm=firm_a, batch=batch, today=TODAY)

    enqueue_items(item_ids=waiting)
    enqueue_items(item_ids=waiting)

    assert DBTaskResult.objects.filter(task_path=issue_batch_item.module_path).count() == 1
    assert DBTaskResult.objects.get().args_kwargs == {"args": waiting, "kwargs": {}}


# --- The archive --------------------------------------------------------------------------------------------


def test_the_archive_holds_each_letter_by_its_reference_and_the_results(firm_a, ada):
    with scope(firm=firm_a):
        for number in range(2):
            make_ready_client(firm=firm_a, advisor=ada, number=number)
        batch = ask_for(firm=firm_a, advisor=ada)
        issue_item(item_id=batch.items.first().pk, today=TODAY)
        issued, waiting = list(list_items(firm=firm_a, batch=batch))
        letter = Letter.objects.get(pk=issued.letter_id)
        batch = get_batch(firm=firm_a, batch_id=batch.pk)

    # Read as the server reads it: after the request's scope has closed.
    archive = zipfile.ZipFile(io.BytesIO(b"".join(stream_archive(firm=firm_a, batch=batch))))

    assert archive.testzip() is None
    reference = letter.reference
    assert archive.read(f"{reference}/{reference}-letter.pdf") == bytes(letter.pdf)
    assert {name.split("/")[0] for name in archive.namelist()} == {"contents.csv", reference}
    rows = list(csv.DictReader(io.StringIO(archive.read("contents.csv").decode("utf-8-sig"))))
    assert [row["Result"] for row in rows] == ["Issued", "Waiting"]
    assert [row["Letter"] for row in rows] == [reference, ""]
    assert waiting.letter is None


def test_no_name_is_a_formula_in_the_archives_list(firm_a, ada, in_firm):
    plan = make_plan(client=make_client(firm=firm_a, legal_name="=HYPERLINK(1)"), name="@SUM(A1)")
    batch = make_batch(plan=plan, advisor=ada)

    content = write_contents_csv(batch=batch, items=list(list_items(firm=firm_a, batch=batch)))

    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert (row["Client"], row["Plan"]) == ("'=HYPERLINK(1)", "'@SUM(A1)")
