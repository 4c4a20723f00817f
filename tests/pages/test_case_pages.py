"""A letter's page as the page of its case: each step recorded, refused at its field, never by another firm."""

import datetime
import re
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_scopes import scope

from law.words import FormKind, Payee, Way
from rollovers.issuing.rollovers import Leg
from rollovers.models import CaseEvent, DocumentKind, Evidence, Letter, Payment, ReceivedForm, Step
from rollovers.models.cases import HIGHEST_EVIDENCE_BYTES
from tests.factories import (
    PDF_BYTES,
    make_document,
    make_event,
    make_evidence,
    make_payment,
    make_received_form,
)
from tests.requests import ROTH, make_entry, make_ready_plan, store_letter
from tests.rollover_form import look_and_issue

PNG_BYTES = b"\x89PNG\r\n\x1a\nscan"
JPEG_BYTES = b"\xff\xd8\xff\xe0scan"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(datetime.datetime(2022, 2, 1, 15, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def letter(firm_a, ada):
    with scope(firm=firm_a):
        return store_letter(plan=make_ready_plan(firm=firm_a), advisor=ada)


def send(letter, advisor):
    with scope(firm=letter.firm):
        make_event(letter=letter, advisor=advisor, step_date=datetime.date(2022, 1, 10))
        make_event(letter=letter, advisor=advisor, step=Step.SENT, step_date=datetime.date(2022, 1, 11))


def read(response):
    return " ".join(response.text.split())


def open_page(browser, letter):
    response = browser.get(reverse("letter_page", args=[letter.pk]))
    assert response.status_code == 200
    return read(response)


def post_step(browser, letter, step, **typed):
    return browser.post(
        reverse("case_step", args=[letter.pk, step]), {"step_date": "01/10/2022", "note": ""} | typed
    )


def list_steps(letter):
    with scope(firm=letter.firm):
        return list(CaseEvent.objects.filter(letter=letter).values_list("step", flat=True))


def read_errors(response, field):
    return [str(error) for error in response.context["form"].errors.get(field, [])]


# --- The page -----------------------------------------------------------------------------------------------


def test_the_page_says_what_is_next_by_when_and_why(ada_client, letter):
    text = open_page(ada_client, letter)
    assert "Next: signed, by January 14, 2022 (overdue)." in text
    assert "The letter&#x27;s planned payment date." in text
    assert reverse("case_step", args=[letter.pk, "signed"]) in text


def test_the_trail_shows_each_entry_with_who_and_its_hash(ada_client, letter):
    text = open_page(ada_client, letter)
    with scope(firm=letter.firm):
        event = CaseEvent.objects.get()
    assert f"<code>{event.sha256[:12]}</code>" in text
    assert "Ada Lovelace" in text


def test_account_numbers_are_masked_on_the_page(ada_client, letter):
    text = open_page(ada_client, letter)
    assert "•••• 00" in text or "•••• -100" in text
    assert "R-100" not in text


def test_a_reader_sees_the_case_and_no_way_to_change_it(ben_client, letter):
    text = open_page(ben_client, letter)
    assert "Next: signed" in text
    for name, arguments in (
        ("case_step", [letter.pk, "signed"]),
        ("case_step", [letter.pk, "voided"]),
        ("payment_new", [letter.pk]),
        ("sixty_day_new", [letter.pk]),
        ("evidence_new", [letter.pk]),
    ):
        assert reverse(name, args=arguments) not in text
        assert ben_client.get(reverse(name, args=arguments)).status_code == 403
        assert ben_client.post(reverse(name, args=arguments)).status_code == 403
    assert list_steps(letter) == [Step.ISSUED]


def test_another_firms_case_is_not_found(boris_client, ada, letter):
    with scope(firm=letter.firm):
        evidence = make_evidence(letter=letter, advisor=ada)
        make_document(letter=letter)
    for name, arguments in (
        ("letter_page", [letter.pk]),
        ("case_step", [letter.pk, "signed"]),
        ("payment_new", [letter.pk]),
        ("sixty_day_new", [letter.pk]),
        ("evidence_new", [letter.pk]),
        ("evidence_file", [evidence.pk]),
        ("document_pdf", [letter.pk, "custodian"]),
    ):
        assert boris_client.get(reverse(name, args=arguments)).status_code == 404, name


# --- Steps --------------------------------------------------------------------------------------------------


def test_signed_then_sent_is_recorded_with_a_scan(ada_client, letter):
    scan = SimpleUploadedFile("a\r\nname.exe", PDF_BYTES, content_type="text/html")
    response = post_step(ada_client, letter, "signed", evidence=scan)
    assert response.status_code == 302
    post_step(ada_client, letter, "sent", step_date="01/11/2022", note="By courier.")
    assert list_steps(letter) == [Step.ISSUED, Step.SIGNED, Step.EVIDENCE, Step.SENT]
    text = open_page(ada_client, letter)
    assert "Next: paid" in text
    assert "By courier." in text


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"step_date": ""}, "step_date", "Enter the date."),
        ({"step_date": "02/02/2022"}, "step_date", "not a future one"),
        ({"step_date": "01/03/2022"}, "step_date", "on or after the letter's own"),
        ({"step_date": "13/45/2022"}, "step_date", "Enter a date like"),
        ({"note": "x" * 301}, "note", "at most 300"),
    ],
    ids=["empty", "tomorrow", "before the letter", "no date", "long note"],
)
def test_a_bad_step_is_refused_at_its_field_and_nothing_typed_is_lost(ada_client, letter, typed, field, said):
    response = post_step(ada_client, letter, "signed", **{"note": "By courier."} | typed)
    assert response.status_code == 422
    assert said in " ".join(read_errors(response, field))
    if "note" not in typed:
        assert "By courier." in response.text
    assert list_steps(letter) == [Step.ISSUED]


def test_a_step_out_of_order_says_what_comes_first(ada_client, letter):
    response = post_step(ada_client, letter, "sent")
    assert response.status_code == 422
    assert "Record “signed” first" in response.text


def test_a_second_press_is_told_who_was_first(ada_client, letter):
    post_step(ada_client, letter, "signed")
    response = post_step(ada_client, letter, "signed")
    assert response.status_code == 422
    assert "Ada Lovelace has recorded “signed” already" in response.text
    assert list_steps(letter).count(Step.SIGNED) == 1


@pytest.mark.parametrize("step", ["issued", "paid", "superseded", "drafted", "nonsense"])
def test_what_nobody_records_by_hand_is_not_found(ada_client, letter, step):
    assert ada_client.post(reverse("case_step", args=[letter.pk, step])).status_code == 404


def test_a_letter_is_voided_with_a_reason_and_can_be_superseded_no_more(ada_client, letter):
    assert read_errors(post_step(ada_client, letter, "voided"), "note") == ["Say why."]
    post_step(ada_client, letter, "voided", note="The custodian wants its own form.")
    text = open_page(ada_client, letter)
    assert "Voided on February 1, 2022 by Ada Lovelace: The custodian wants its own form." in text
    assert "?supersedes=" not in text
    forms = read(ada_client.get(reverse("tax_forms_page", args=[letter.pk])))
    assert "This letter was voided" in forms


# --- Scans --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "media_type", "suffix"),
    [
        (PDF_BYTES, "application/pdf", "pdf"),
        (PNG_BYTES, "image/png", "png"),
        (JPEG_BYTES, "image/jpeg", "jpg"),
    ],
    ids=["pdf", "png", "jpeg"],
)
def test_a_scan_comes_back_as_it_was_under_a_name_that_nobody_typed(
    ada_client, letter, content, media_type, suffix
):
    typed = {"title": "Signed: ../../x", "evidence": SimpleUploadedFile("\u202egpj.exe", content), "note": ""}
    assert ada_client.post(reverse("evidence_new", args=[letter.pk]), typed).status_code == 302
    with scope(firm=letter.firm):
        evidence = Evidence.objects.get()
    response = ada_client.get(reverse("evidence_file", args=[evidence.pk]))
    assert response.content == content
    assert response["Content-Type"] == media_type
    assert response["Content-Disposition"] == (
        f'attachment; filename="{letter.reference}-{evidence.pk}.{suffix}"'
    )
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>", "Choose a PDF, PNG or JPEG file."),
        (b" %PDF-1.7", "Choose a PDF, PNG or JPEG file."),
        (PDF_BYTES + b"x" * (HIGHEST_EVIDENCE_BYTES - len(PDF_BYTES) + 1), "Choose a file of at most 5 MB."),
        (b"", "The submitted file is empty."),
    ],
    ids=["html", "not at the start", "too large", "empty"],
)
def test_what_is_no_scan_is_refused_at_its_field(ada_client, letter, content, said):
    typed = {"title": "Signed letter", "evidence": SimpleUploadedFile("scan.pdf", content), "note": ""}
    response = ada_client.post(reverse("evidence_new", args=[letter.pk]), typed)
    assert response.status_code == 422
    assert read_errors(response, "evidence") == [said]
    with scope(firm=letter.firm):
        assert Evidence.objects.count() == 0


def test_the_largest_scan_is_kept(ada_client, letter):
    content = PDF_BYTES + b"x" * (HIGHEST_EVIDENCE_BYTES - len(PDF_BYTES))
    typed = {"title": "Signed letter", "evidence": SimpleUploadedFile("scan.pdf", content), "note": ""}
    assert ada_client.post(reverse("evidence_new", args=[letter.pk]), typed).status_code == 302


def test_a_second_press_attaches_no_second_scan(ada_client, letter):
    for _ in range(2):
        scan = SimpleUploadedFile("scan.pdf", PDF_BYTES)
        typed = {"title": "Signed letter", "evidence": scan, "note": ""}
        assert ada_client.post(reverse("evidence_new", args=[letter.pk]), typed).status_code == 302
    assert list_steps(letter) == [Step.ISSUED, Step.EVIDENCE]


def test_a_document_comes_as_a_file_and_an_unknown_kind_is_not_found(ada_client, ada, letter):
    with scope(firm=letter.firm):
        make_document(letter=letter, kind=DocumentKind.CUSTODIAN)
    response = ada_client.get(reverse("document_pdf", args=[letter.pk, "custodian"]))
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Disposition"] == f'attachment; filename="{letter.reference}-custodian.pdf"'
    assert reverse("document_pdf", args=[letter.pk, "custodian"]) in open_page(ada_client, letter)
    assert ada_client.get(reverse("document_pdf", args=[letter.pk, "letter"])).status_code == 404


# --- The payment --------------------------------------------------------------------------------------------


def type_payment(letter, **typed):
    with scope(firm=letter.firm):
        amounts = {f"amount_{row.pk}": "" for row in letter.request.disbursements.all()}
    return (
        amounts
        | {
            "action": "record",
            "payment_date": "01/18/2022",
            "value_before": "$20,900.00",
            "source_document": "Payment confirmation",
            "note": "",
        }
        | typed
    )


def post_payment(browser, letter, **typed):
    return browser.post(reverse("payment_new", args=[letter.pk]), type_payment(letter, **typed))


def test_what_was_paid_stands_beside_what_was_asked_with_its_arithmetic(ada_client, ada, letter):
    send(letter, ada)
    assert post_payment(ada_client, letter).status_code == 302
    text = open_page(ada_client, letter)
    for shown in (
        '<td class="num" data-label="Asked">812.37</td>',
        '<td class="num" data-label="Paid">900.00</td>',
        '<td class="num" data-label="Difference">87.63</td>',
        '<td class="num" data-label="Paid">20,000.00</td>',
        "Correct the payment",
        "Next: reported, by January 31, 2023",
        "Pretax part (earnings)",
    ):
        assert shown in text, shown


def test_working_it_out_shows_the_figures_and_records_nothing(ada_client, ada, letter):
    send(letter, ada)
    response = post_payment(ada_client, letter, action="preview")
    assert response.status_code == 200
    assert '<td class="num" data-label="Paid">900.00</td>' in read(response)
    with scope(firm=letter.firm):
        assert Payment.objects.count() == 0


def test_amounts_that_the_letter_fixes_are_filled_in_and_those_that_follow_the_value_are_left_empty(
    firm_a, ada, ada_client
):
    with scope(firm=firm_a):
        legs = (
            Leg(to=Payee.PARTICIPANT, amount=Decimal("500.00")),
            Leg(to=Payee.ROTH_IRA, payee="Harbor", account_number="R-1", amount=Decimal("20312.37")),
        )
        letter = store_letter(
            plan=make_ready_plan(firm=firm_a), advisor=ada, entry=make_entry(way=Way.OWN, legs=legs)
        )
    form = ada_client.get(reverse("payment_new", args=[letter.pk])).context["form"]
    assert [field.value() for field in form.amount_fields] == ["500.00", None]
    assert form["payment_date"].value() == datetime.date(2022, 1, 14)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"value_before": ""}, "value_before", "Enter what the sub-account was worth"),
        ({"value_before": "1e3"}, "value_before", "Enter an amount in dollars and cents"),
        ({"value_before": "0"}, "value_before", "Enter what the sub-account was worth"),
        ({"payment_date": ""}, "payment_date", "Enter the date of the payment."),
        ({"payment_date": "02/02/2022"}, "payment_date", "not a future one"),
        ({"payment_date": "01/10/2022"}, "payment_date", "when the letter was sent"),
        ({"source_document": ""}, "source_document", "Name the document"),
    ],
    ids=["no value", "bad value", "zero", "no date", "tomorrow", "before it was sent", "no source"],
)
def test_a_bad_payment_is_refused_at_its_field_and_nothing_typed_is_lost(
    ada_client, ada, letter, typed, field, said
):
    send(letter, ada)
    response = post_payment(ada_client, letter, note="Read twice.", **typed)
    assert response.status_code == 422
    assert said in " ".join(read_errors(response, field))
    assert "Read twice." in response.text
    with scope(firm=letter.firm):
        assert Payment.objects.count() == 0


def test_amounts_that_exceed_the_value_or_differ_without_a_reason_are_refused_at_their_field(
    ada_client, ada, letter
):
    send(letter, ada)
    with scope(firm=letter.firm):
        traditional, roth = letter.request.disbursements.all()
    amounts = {f"amount_{traditional.pk}": "900.01", f"amount_{roth.pk}": "20,000.00"}
    response = post_payment(ada_client, letter, **amounts)
    assert "more than the $20,900.00" in read_errors(response, "value_before")[0]
    amounts[f"amount_{traditional.pk}"] = "899.99"
    response = post_payment(ada_client, letter, **amounts)
    assert "say why it was paid otherwise" in read_errors(response, "note")[0]
    assert post_payment(ada_client, letter, note="A cent was lost.", **amounts).status_code == 302


def test_a_payment_before_the_letter_was_sent_says_what_comes_first(ada_client, letter):
    response = post_payment(ada_client, letter)
    assert response.status_code == 422
    assert "Record “signed” first" in response.text


def read_corrects(browser, name, letter):
    """Return what the form says that it corrects, as it is shown."""
    page = browser.get(reverse(name, args=[letter.pk]))
    [corrects] = re.findall(r'<input type="hidden" name="corrects"(?: value="(\d+)")?', page.text)
    return corrects


def test_a_second_press_records_no_second_payment_and_is_told_who_was_first(ada_client, ada, letter):
    send(letter, ada)
    typed = {"note": "By wire.", "corrects": read_corrects(ada_client, "payment_new", letter)}
    assert typed["corrects"] == ""
    assert post_payment(ada_client, letter, **typed).status_code == 302
    refused = post_payment(ada_client, letter, **typed)
    assert refused.status_code == 422
    assert "Ada Lovelace has recorded the payment of January 18, 2022 meanwhile." in refused.text
    assert "By wire." in refused.text
    assert read_corrects(ada_client, "payment_new", letter) != ""
    with scope(firm=letter.firm):
        assert Payment.objects.count() == 1


def test_a_correction_is_taken_from_the_form_that_shows_what_stands_and_from_no_older_one(
    ada_client, ada, letter
):
    send(letter, ada)
    post_payment(ada_client, letter)
    typed = {"note": "Read again.", "corrects": read_corrects(ada_client, "payment_new", letter)}
    worked_out = post_payment(ada_client, letter, action="preview", **typed)
    assert f'name="corrects" value="{typed["corrects"]}"' in worked_out.text
    assert post_payment(ada_client, letter, value_before="20,950.00", **typed).status_code == 302
    refused = post_payment(ada_client, letter, value_before="20,960.00", **typed)
    assert refused.status_code == 422
    assert f'<a href="{reverse("payment_new", args=[letter.pk])}">Open this page again</a>' in refused.text
    with scope(firm=letter.firm):
        assert Payment.objects.count() == 2


# --- The 60 days --------------------------------------------------------------------------------------------


@pytest.fixture
def paid_out(firm_a, ada):
    with scope(firm=firm_a):
        legs = (Leg(to=Payee.PARTICIPANT, amount=Decimal("20812.37")),)
        letter = store_letter(
            plan=make_ready_plan(firm=firm_a), advisor=ada, entry=make_entry(way=Way.OWN, legs=legs)
        )
        make_payment(letter=letter, advisor=ada, received_date=datetime.date(2022, 1, 14))
        return letter


def settle(browser, letter, **typed):
    defaults = {"to_traditional": "", "to_roth": "", "rollover_date": "", "note": ""}
    return browser.post(reverse("sixty_day_new", args=[letter.pk]), defaults | typed)


def test_the_page_shows_the_sixtieth_day_and_what_is_to_be_replaced(ada_client, paid_out):
    text = open_page(ada_client, paid_out)
    # January 14 and 60 days is March 15; 20% of 812.37 is 162.47.
    assert "roll over by March 15, 2022." in text
    assert "$162.47" in text


def test_a_late_rollover_is_refused_with_the_law_and_one_in_time_is_kept_with_its_figures(
    ada_client, ada, paid_out
):
    with time_machine.travel(datetime.datetime(2022, 4, 1, 15, tzinfo=datetime.UTC)):
        ada_client.force_login(ada)  # the session of February has ended
        response = settle(ada_client, paid_out, to_roth="20,000", rollover_date="03/16/2022")
        assert response.status_code == 422
        assert "IRC 402(c)(3)(A)" in read_errors(response, "rollover_date")[0]
        assert settle(ada_client, paid_out, to_roth="20,000", rollover_date="03/15/2022").status_code == 302
        text = open_page(ada_client, paid_out)
    assert "Rolled over to a Roth IRA on March 15, 2022" in text
    assert "Settle the 60 days" not in text


def test_the_sixty_days_are_settled_by_one_press_and_corrected_from_what_is_shown(ada_client, paid_out):
    typed = {"note": "Kept.", "corrects": read_corrects(ada_client, "sixty_day_new", paid_out)}
    assert settle(ada_client, paid_out, **typed).status_code == 302
    refused = settle(ada_client, paid_out, **typed)
    assert refused.status_code == 422
    assert "Ada Lovelace has settled the 60 days meanwhile." in refused.text
    typed["corrects"] = read_corrects(ada_client, "sixty_day_new", paid_out)
    assert settle(ada_client, paid_out, **typed).status_code == 302
    assert list_steps(paid_out).count(Step.SIXTY_DAY) == 2


def test_an_amount_rolled_over_needs_its_day(ada_client, paid_out):
    response = settle(ada_client, paid_out, to_traditional="100")
    assert read_errors(response, "rollover_date") == ["Enter when it was rolled over."]
    response = settle(ada_client, paid_out, to_traditional="20,812.38", rollover_date="02/01/2022")
    assert "No more can be rolled over" in read_errors(response, "to_traditional")[0]


# --- Reported and matched -----------------------------------------------------------------------------------


def test_reported_and_matched_are_recorded_once_the_forms_are_in(ada_client, ada, letter):
    with scope(firm=letter.firm):
        make_payment(letter=letter, advisor=ada)
    response = post_step(ada_client, letter, "reported")
    assert response.status_code == 422
    assert "Enter first: Form 1099-R, Traditional IRA, Harbor Brokerage" in response.text
    with scope(firm=letter.firm):
        make_received_form(letter=letter)
        make_received_form(letter=letter, gross=Decimal("812.37"), basis=Decimal("0.00"))
    assert post_step(ada_client, letter, "reported").status_code == 302
    traditional, roth = find_reason_fields(ada_client, letter, "Traditional IRA", "Roth IRA")
    refused = post_step(ada_client, letter, "matched", **{roth: "It comes in May."})
    assert refused.status_code == 422
    assert "say why the difference may stand" in read_errors(refused, traditional)[0]
    assert "It comes in May." in refused.text
    reasons = {roth: "It comes in May.", traditional: "The statement shows it."}
    assert post_step(ada_client, letter, "matched", **reasons).status_code == 302
    text = open_page(ada_client, letter)
    assert "The statement shows it." in text
    assert "Next:" not in text


def find_reason_fields(browser, letter, *legs):
    """Return the field for why each leg's Form 5498 may be missing, as the page shows it."""
    page = browser.get(reverse("case_step", args=[letter.pk, "matched"]))
    named = {difference.title: field.html_name for difference, field in page.context["differences"]}
    found = [named[f"Form 5498, {leg}, Harbor Brokerage"] for leg in legs]
    assert all(f'name="{name}"' in page.text for name in found)
    return found


@pytest.fixture
def reported(ada, letter):
    with scope(firm=letter.firm):
        make_payment(letter=letter, advisor=ada)
        make_received_form(letter=letter)
        make_received_form(letter=letter, gross=Decimal("812.37"), basis=Decimal("0.00"))
        make_event(letter=letter, advisor=ada, step=Step.REPORTED, step_date=datetime.date(2022, 2, 1))
    return letter


def correct_code(letter, code):
    with scope(firm=letter.firm):
        form = ReceivedForm.objects.filter(kind=FormKind.FORM_1099R).earliest("pk")
        form.code = code
        form.save()


def read_kept_reasons(letter):
    with scope(firm=letter.firm):
        [event] = CaseEvent.objects.filter(step=Step.MATCHED)
    return {each["title"]: each["reason"] for each in event.details["differences"]}


def test_a_reason_stays_with_its_difference_when_another_is_settled_meanwhile(ada_client, reported):
    correct_code(reported, "7")
    page = ada_client.get(reverse("case_step", args=[reported.pk, "matched"]))
    reasons = {field.html_name: f"Of {each.title}." for each, field in page.context["differences"]}
    assert len(reasons) == 3
    correct_code(reported, "G")
    assert post_step(ada_client, reported, "matched", **reasons).status_code == 302
    kept = read_kept_reasons(reported)
    assert len(kept) == 2
    assert kept == {title: f"Of {title}." for title in kept}


def test_a_difference_that_was_not_shown_is_asked_for_and_never_recorded_as_explained(ada_client, reported):
    correct_code(reported, "7")
    page = ada_client.get(reverse("case_step", args=[reported.pk, "matched"]))
    reasons = {field.html_name: "It comes in May." for _, field in page.context["differences"]}
    correct_code(reported, "1")  # as many differ as before, and one of them otherwise
    refused = post_step(ada_client, reported, "matched", **reasons)
    assert refused.status_code == 422
    [new] = [field for _, field in refused.context["differences"] if field.html_name not in reasons]
    assert "say why the difference may stand" in read_errors(refused, new.html_name)[0]
    assert f'name="{new.html_name}"' in refused.text
    assert Step.MATCHED not in list_steps(reported)


def test_two_forms_of_which_the_same_is_said_share_one_reason(firm_a, ada, ada_client):
    roths = [
        Leg(to=Payee.ROTH_IRA, payee="Harbor", account_number=number, amount=Decimal(amount))
        for number, amount in (("R-1", "20000.00"), ("R-2", "812.37"))
    ]
    with scope(firm=firm_a):
        letter = store_letter(
            plan=make_ready_plan(firm=firm_a), advisor=ada, entry=make_entry(way=Way.OWN, legs=tuple(roths))
        )
        make_payment(letter=letter, advisor=ada)
        make_event(letter=letter, advisor=ada, step=Step.REPORTED, step_date=datetime.date(2022, 2, 1))
    page = ada_client.get(reverse("case_step", args=[letter.pk, "matched"]))
    names = [field.html_name for _, field in page.context["differences"]]
    assert len(names) == len(set(names)) == 1
    assert post_step(ada_client, letter, "matched", **{names[0]: "They come in May."}).status_code == 302


def test_matching_waits_for_the_sixty_days_and_the_page_says_so(ada_client, ada, paid_out):
    with scope(firm=paid_out.firm):
        make_event(letter=paid_out, advisor=ada, step=Step.REPORTED, step_date=datetime.date(2022, 2, 1))
    address = reverse("case_step", args=[paid_out.pk, "matched"])
    page = ada_client.get(address)
    assert (
        f'<a href="{reverse("sixty_day_new", args=[paid_out.pk])}">Settle the 60 days</a> first' in page.text
    )
    reasons = {field.html_name: "It is on its way." for _, field in page.context["differences"]}
    refused = post_step(ada_client, paid_out, "matched", **reasons)
    assert refused.status_code == 422
    assert "Settle the 60 days first: once matched, they are not settled any more." in refused.text
    assert Step.MATCHED not in list_steps(paid_out)
    assert settle(ada_client, paid_out).status_code == 302
    assert "Settle the 60 days" not in ada_client.get(address).text
    assert post_step(ada_client, paid_out, "matched", **reasons).status_code == 302


def test_a_fixed_amount_is_shown_with_its_pretax_part_at_the_payments_value(firm_a, ada, ada_client):
    with scope(firm=firm_a):
        letter = store_letter(
            plan=make_ready_plan(firm=firm_a),
            advisor=ada,
            entry=make_entry(way=Way.ALL_ROTH, legs=(ROTH,), amount=Decimal("10000.00")),
        )
    send(letter, ada)
    assert post_payment(ada_client, letter).status_code == 302
    assert '<td class="num" data-label="Paid, pretax">430.62</td>' in open_page(ada_client, letter)


def test_superseding_a_letter_that_was_voided_in_the_meantime_issues_nothing_and_says_so(
    ada_client, ada, letter
):
    address = reverse("rollover_new", args=[letter.request.plan_id])
    assert ada_client.get(f"{address}?supersedes={letter.pk}").status_code == 200
    post_step(ada_client, letter, "voided", note="Wrong account.")
    response = look_and_issue(ada_client, address, supersedes=str(letter.pk), way="all_roth")
    assert response.url == reverse("letter_page", args=[letter.pk])
    assert "was paid or voided in the meantime, and is not superseded" in open_page(ada_client, letter)
    with scope(firm=letter.firm):
        assert Letter.objects.count() == 1


def test_a_scan_goes_with_a_payment_and_one_that_is_refused_leaves_none(ada_client, ada, letter):
    def pay(**typed):
        scan = SimpleUploadedFile("scan.pdf", PDF_BYTES)
        return post_payment(ada_client, letter, evidence=scan, **typed)

    assert pay().status_code == 422  # not sent yet
    with scope(firm=letter.firm):
        assert Evidence.objects.count() == 0
    send(letter, ada)
    assert pay().status_code == 302
    assert "Payment confirmation</a>" in open_page(ada_client, letter)
