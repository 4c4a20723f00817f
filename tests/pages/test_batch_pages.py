"""Letters in hundreds, as the planner sees them: without JavaScript."""

import io
import re
import zipfile

import pytest
from django.utils import timezone
from django_scopes import scope
from django_tasks_db.models import DBTaskResult

from law.words import Answer
from rollovers.batches.views import batches, previews
from rollovers.batches.worker import issue_item
from rollovers.models import Batch, BatchItem, ItemState
from tests.batches import make_ready_client
from tests.factories import make_client, make_plan, make_provisions, make_statement
from tests.reading import read_html
from tests.requests import issue, make_entry


@pytest.fixture
def three_clients(firm_a, ada):
    """Three that can be issued; their statements are of years ago, which is one warning of each."""
    return [make_ready_client(firm=firm_a, advisor=ada, number=number) for number in range(3)]


def read_form(page, **typed):
    """Return what a browser would post of the preview: hidden fields, ticked boxes, typed reasons."""
    html = page.content.decode()
    post = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))
    post["chosen"] = re.findall(r'name="chosen" value="([^"]+)" checked', html)
    post["which"], post["way"] = page.context["form"]["which"].value(), page.context["form"]["way"].value()
    post["payment_date"] = page.context["form"]["payment_date"].value()
    for _, field in page.context["codes"]:
        post[field.html_name] = field.value() or ""
    return post | typed


def give_reasons(page):
    return {field.html_name: "Agreed with the client." for _, field in page.context["codes"]}


def issue_all(browser, **typed):
    page = browser.get("/batches/new/")
    return browser.post("/batches/new/", read_form(page, **give_reasons(page), action="issue") | typed)


def get_batch_of(firm):
    with scope(firm=firm):
        return Batch.objects.get()


def work(firm):
    with scope(firm=firm):
        items = list(BatchItem.objects.values_list("pk", flat=True))
    for pk in items:
        issue_item(item_id=pk, today=timezone.localdate())


# --- Choose and preview -------------------------------------------------------------------------------------


def test_the_preview_shows_each_client_with_figures_destination_and_warnings(ada_client, three_clients):
    page = ada_client.get("/batches/new/")

    html = read_html(page)
    assert page.status_code == 200
    for text in ("Imogen Tate 002", "20,000.00", "812.37", "Harbor Brokerage", "V23", "3 clients"):
        assert text in html
    assert html.count('name="chosen"') == html.count(" checked> <span>Imogen") == 3
    number = three_clients[0].pk
    assert f"R-{number:06}" not in html, "account numbers are masked"


def test_who_cannot_be_issued_has_no_box_but_a_reason_and_a_way_out(ada_client, firm_a):
    with scope(firm=firm_a):
        plan = make_plan(client=make_client(firm=firm_a))
        make_provisions(plan=plan, in_service_distribution=Answer.NO)
        make_statement(plan=plan)

    html = ada_client.get("/batches/new/").content.decode()

    assert 'name="chosen"' not in html
    assert "Cannot be issued" in html
    assert f'href="/plans/{plan.pk}/edit/"' in html
    assert "None of these letters can be issued yet" in html


def test_issuing_makes_one_batch_and_one_task_a_letter(ada_client, firm_a, three_clients):
    answer = issue_all(ada_client)

    batch = get_batch_of(firm_a)
    assert answer.status_code == 302
    assert answer["Location"] == f"/batches/{batch.pk}/"
    with scope(firm=firm_a):
        items = list(batch.items.values_list("pk", flat=True))
    assert [each.args_kwargs["args"] for each in DBTaskResult.objects.order_by("enqueued_at")] == [
        [pk] for pk in items
    ]


def test_a_double_press_makes_nothing_more(ada_client, firm_a, three_clients):
    page = ada_client.get("/batches/new/")
    post = read_form(page, **give_reasons(page), action="issue")

    first, second = ada_client.post("/batches/new/", post), ada_client.post("/batches/new/", post)

    assert first["Location"] == second["Location"]
    assert DBTaskResult.objects.count() == 3


def test_a_client_taken_out_is_not_asked_for(ada_client, firm_a, three_clients):
    page = ada_client.get("/batches/new/")
    post = read_form(page, **give_reasons(page), action="issue")
    post["chosen"] = post["chosen"][1:]

    ada_client.post("/batches/new/", post)

    with scope(firm=firm_a):
        assert [item.plan for item in get_batch_of(firm_a).items.all()] == three_clients[1:]


def test_a_missing_reason_is_asked_at_its_field_and_nothing_typed_is_lost(ada_client, firm_a, three_clients):
    page = ada_client.get("/batches/new/")
    reasons = give_reasons(page) | {"reason-V23": ""}
    post = read_form(page, **reasons, action="issue")
    post["chosen"] = post["chosen"][:2]

    answer = ada_client.post("/batches/new/", post)

    html = read_html(answer)
    assert answer.status_code == 422
    assert "Say why the letters may go ahead over V23." in html
    assert html.count("Agreed with the client.") == len(reasons) - 1
    assert html.count(" checked> <span>Imogen") == 2
    with scope(firm=firm_a):
        assert not Batch.objects.exists()


def test_what_changed_since_it_was_shown_is_shown_again_before_anything_is_issued(
    ada_client, firm_a, three_clients
):
    page = ada_client.get("/batches/new/")
    post = read_form(page, **give_reasons(page), action="issue")
    with scope(firm=firm_a):
        make_statement(plan=three_clients[1], statement_date="2022-01-31", value="20900.00")

    answer = ada_client.post("/batches/new/", post)

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing is issued yet: 1 of the letters changed" in html
    assert html.count(">Changed</span>") == 1
    assert "900.00" in html
    with scope(firm=firm_a):
        assert not Batch.objects.exists()
    again = ada_client.post("/batches/new/", read_form(answer, **give_reasons(answer), action="issue"))
    assert again.status_code == 302


@pytest.mark.parametrize(
    "typed",
    [
        {"payment_date": "31/31/2022"},
        {"which": "everybody"},
        {"way": "own"},
        {"shown": "1-2:zz"},
        {"left_out": "1-2;DROP"},
        {"on_page": "x" * 30_000},
        {"batch_key": "1"},
        {"again": "99999999999999999999"},
        {"reason-V23": "a\u202eb"},
    ],
    ids=lambda typed: next(iter(typed)),
)
def test_what_cannot_be_read_is_refused_and_makes_no_batch(ada_client, firm_a, three_clients, typed):
    assert issue_all(ada_client, **typed).status_code == 422
    with scope(firm=firm_a):
        assert not Batch.objects.exists()


def test_pages_of_the_preview_keep_who_was_taken_out(ada_client, firm_a, three_clients, monkeypatch):
    monkeypatch.setattr(previews, "ROWS_A_PAGE", 2)
    first = ada_client.get("/batches/new/")
    post = read_form(first, **give_reasons(first), action="page-2")
    taken_out, post["chosen"] = post["chosen"][0], post["chosen"][1:]

    second = ada_client.post("/batches/new/", post)
    ada_client.post("/batches/new/", read_form(second, action="issue"))

    assert first.content.decode().count('name="chosen"') == 2
    assert second.content.decode().count('name="chosen"') == 1
    assert taken_out in second.context["left_out"]
    with scope(firm=firm_a):
        assert [item.plan for item in get_batch_of(firm_a).items.all()] == three_clients[1:]


def test_a_change_on_a_page_that_was_left_is_found_out(ada_client, firm_a, three_clients, monkeypatch):
    monkeypatch.setattr(previews, "ROWS_A_PAGE", 2)
    first = ada_client.get("/batches/new/")
    with scope(firm=firm_a):
        make_statement(plan=three_clients[0], statement_date="2022-01-31", value="20900.00")

    second = ada_client.post("/batches/new/", read_form(first, **give_reasons(first), action="page-2"))
    answer = ada_client.post("/batches/new/", read_form(second, **give_reasons(second), action="issue"))

    assert answer.status_code == 409
    assert "Imogen Tate 000" in answer.content.decode(), "on the page that holds it"


def test_a_change_on_a_page_that_is_not_shown_again_is_not_issued_by_the_next_press(
    ada_client, firm_a, three_clients, monkeypatch
):
    monkeypatch.setattr(previews, "ROWS_A_PAGE", 1)
    page = ada_client.get("/batches/new/")
    with scope(firm=firm_a):
        for plan in (three_clients[0], three_clients[2]):
            make_statement(plan=plan, statement_date="2022-01-31", value="20900.00")

    for shown in ("Imogen Tate 000", "Imogen Tate 002"):
        page = ada_client.post("/batches/new/", read_form(page, **give_reasons(page), action="issue"))
        assert page.status_code == 409
        assert shown in page.content.decode(), "each is shown before anything of it is issued"
    with scope(firm=firm_a):
        assert not Batch.objects.exists()


def test_keys_of_another_firm_are_no_letters_here(ada_client, boris_client, firm_b, boris, firm_a, ada):
    make_ready_client(firm=firm_a, advisor=ada, number=1)
    make_ready_client(firm=firm_b, advisor=boris, number=2)
    theirs = boris_client.get("/batches/new/")
    post = read_form(theirs, **give_reasons(theirs), action="issue")

    answer = ada_client.post("/batches/new/", post)

    assert answer.status_code == 409
    assert "Imogen Tate 002" not in answer.content.decode()
    with scope(firm=firm_a):
        assert not Batch.objects.exists()


def test_in_the_sample_firm_the_page_says_that_all_is_watermarked(ada_client, firm_a, three_clients):
    plain = read_html(ada_client.get("/batches/new/"))
    firm_a.is_sample = True
    firm_a.save()

    assert "every letter is watermarked. No sample client" in read_html(ada_client.get("/batches/new/"))
    assert "No sample client" not in plain


def test_a_read_only_colleague_watches_and_starts_nothing(ada_client, ben_client, firm_a, three_clients):
    issue_all(ada_client)
    batch = get_batch_of(firm_a)

    assert ben_client.get("/batches/new/").status_code == 403
    assert ben_client.post(f"/batches/{batch.pk}/retry/").status_code == 403
    for path in ("/batches/", f"/batches/{batch.pk}/", f"/batches/{batch.pk}/progress/"):
        assert ben_client.get(path).status_code == 200


# --- Watch, try again ---------------------------------------------------------------------------------------


def test_progress_is_asked_for_until_nothing_waits_and_then_the_page_comes_once_more(
    ada_client, firm_a, three_clients
):
    issue_all(ada_client)
    batch = get_batch_of(firm_a)
    progress = f"/batches/{batch.pk}/progress/"

    page = ada_client.get(f"/batches/{batch.pk}/").content.decode()
    waiting = ada_client.get(progress)
    work(firm_a)
    done = ada_client.get(progress)

    assert '<progress id="batch-bar" class="batch-bar" max="3" value="0">' in page
    assert f'hx-get="{progress}"' in page
    assert f'href="/batches/{batch.pk}/">Show the results so far' in page
    assert "HX-Refresh" not in waiting
    assert done["HX-Refresh"] == "true"
    assert "hx-get" not in done.content.decode()
    assert 'value="3"' in done.content.decode()


def test_each_client_has_a_result_a_letter_or_a_reason(ada_client, ada, firm_a, three_clients):
    issue_all(ada_client)
    with scope(firm=firm_a):
        entry = make_entry(payment_date=timezone.localdate())
        issue(plan=three_clients[0], advisor=ada, entry=entry, today=timezone.localdate())
    work(firm_a)
    batch = get_batch_of(firm_a)

    html = ada_client.get(f"/batches/{batch.pk}/").content.decode()

    with scope(firm=firm_a):
        letter = batch.items.get(plan=three_clients[1]).letter
    assert f'<a href="/letters/{letter.pk}/">{letter.reference}</a>' in html
    assert "holds nothing that a letter has not already asked for" in html
    # A narrow page leaves out a cell that holds nothing, and white space is something.
    assert '<td class="num" data-label="Distribution"></td>' in html
    assert "2 of 3 issued" in html
    assert "2 of 3" in ada_client.get("/batches/").content.decode()


def test_a_retry_puts_what_was_refused_back_into_the_queue(ada_client, firm_a, three_clients):
    issue_all(ada_client)
    batch = get_batch_of(firm_a)
    DBTaskResult.objects.all().delete()  # as after a worker that was killed
    with scope(firm=firm_a):
        item = batch.items.first()
        BatchItem.objects.filter(pk=item.pk).update(state=ItemState.FAILED, why="Something.")

    page = ada_client.get(f"/batches/{batch.pk}/").content.decode()
    answer = ada_client.post(f"/batches/{batch.pk}/retry/")

    assert "Try again as shown" in page
    assert answer["Location"] == f"/batches/{batch.pk}/"
    assert DBTaskResult.objects.count() == 3
    with scope(firm=firm_a):
        assert batch.items.get(pk=item.pk).state == ItemState.WAITING


def test_a_batch_in_which_nothing_moves_says_so_and_can_be_tried_again(ada_client, firm_a, three_clients):
    issue_all(ada_client)
    batch = get_batch_of(firm_a)
    moving = ada_client.get(f"/batches/{batch.pk}/").content.decode()
    with scope(firm=firm_a):
        BatchItem.objects.update(changed_at=timezone.now() - 2 * batches.STILL)

    still = ada_client.get(f"/batches/{batch.pk}/").content.decode()

    for text in ("Nothing has moved for a minute", "Try again as shown", "Preview again and issue"):
        assert text in still
        assert text not in moving


def test_letters_of_another_day_are_previewed_again(ada_client, firm_a, three_clients):
    issue_all(ada_client)
    with scope(firm=firm_a):
        Batch.objects.update(letter_date="2022-01-04")
    batch = get_batch_of(firm_a)

    answer = ada_client.post(f"/batches/{batch.pk}/retry/", follow=True)

    html = answer.content.decode()
    assert answer.request["PATH_INFO"] == "/batches/new/"
    assert "bear the date of another day" in html
    assert html.count('name="chosen"') == 3
    assert answer.context["wish"].again == batch


def test_a_batch_of_another_firm_is_not_there(ada_client, boris_client, firm_a, three_clients):
    issue_all(ada_client)
    batch = get_batch_of(firm_a)
    retried = boris_client.post(f"/batches/{batch.pk}/retry/")

    for path in (
        f"/batches/{batch.pk}/",
        f"/batches/{batch.pk}/progress/",
        f"/batches/{batch.pk}/letters.zip",
    ):
        assert boris_client.get(path).status_code == 404
    assert retried.status_code == 404
    assert boris_client.get(f"/batches/new/?which=all&again={batch.pk}").status_code == 404


# --- The archive --------------------------------------------------------------------------------------------


def test_the_archive_is_streamed_and_whole(ada_client, firm_a, three_clients):
    issue_all(ada_client)
    work(firm_a)
    batch = get_batch_of(firm_a)

    answer = ada_client.get(f"/batches/{batch.pk}/letters.zip")

    assert answer.streaming
    assert answer["Content-Disposition"] == f'attachment; filename="batch-{batch.pk}.zip"'
    assert "no-store" in answer["Cache-Control"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    assert sum(name.endswith("-letter.pdf") for name in archive.namelist()) == 3
    assert not [name for name in archive.namelist() if not re.fullmatch(r"[A-Z0-9a-z./-]+", name)]
