"""The packet of an issued letter: which documents are stored, and what is said where the letter cannot be written."""

import hashlib
from dataclasses import replace

import pytest
from django_scopes import scope

from law.findings import Severity
from law.words import Way
from rollovers.issuing.letters import FiguresChanged, issue_letter
from rollovers.letters.after_tax_letter import LIMITING_SENTENCE
from rollovers.letters.custodian import render_custodian_pdf
from rollovers.models import DocumentKind, LetterDocument, Wording
from rollovers.reviews.queries import get_plan_facts
from tests.requests import ROTH, acknowledge, issue, make_entry, make_ready_plan, preview
from tests.rollovers.letters.cast import read_pages


@pytest.fixture(autouse=True)
def in_scope(firm_a):
    with scope(firm=firm_a):
        yield


def read_stored(letter):
    return {
        document.kind: bytes(document.pdf)
        for document in LetterDocument.objects.filter(letter=letter).order_by("kind")
    }


def test_a_letter_is_stored_with_the_custodians_and_the_reviewers_documents(ada):
    letter = issue(plan=make_ready_plan(firm=ada.firm), advisor=ada)
    stored = read_stored(letter)
    assert set(stored) == {DocumentKind.CUSTODIAN, DocumentKind.REVIEWER}
    pages = read_pages(bytes(letter.pdf))
    assert len(pages) == 5  # its plan requires the spouse's consent
    assert "Page 1 of 5" in pages[0]
    custodian = read_pages(stored[DocumentKind.CUSTODIAN])
    assert len(custodian) == 4
    assert all(letter.reference in page for page in custodian)
    assert all(LIMITING_SENTENCE in page for page in custodian)
    # Earnings first, to the traditional IRA; then the basis.
    assert "Payment 1 of 2" in custodian[1]
    assert "traditional IRA" in custodian[1].split("On the same day")[0]
    assert "estimated at $812.37" in custodian[1]
    assert "Amount $20,000.00." in custodian[2]
    assert "T-200" in custodian[1]
    assert "R-100" in custodian[2]


def test_one_payment_has_one_page_for_the_custodian(ada):
    entry = make_entry(way=Way.ALL_ROTH, legs=(ROTH,))
    letter = issue(plan=make_ready_plan(firm=ada.firm), advisor=ada, entry=entry)
    (page,) = read_pages(read_stored(letter)[DocumentKind.CUSTODIAN])
    assert "Harbor Brokerage FBO" in page
    assert "R-100" in page


def test_a_document_is_stored_with_the_hash_of_its_own_bytes(ada):
    letter = issue(plan=make_ready_plan(firm=ada.firm), advisor=ada)
    for document in letter.documents.all():
        assert document.pdf_sha256 == hashlib.sha256(bytes(document.pdf)).hexdigest()


def test_where_the_custodians_document_cannot_be_rendered_nothing_is_stored(ada, monkeypatch):
    def fail(**_):
        raise RuntimeError

    monkeypatch.setattr("rollovers.issuing.packets.render_custodian_pdf", fail)
    plan = make_ready_plan(firm=ada.firm)
    with pytest.raises(RuntimeError):
        issue(plan=plan, advisor=ada)
    assert not plan.rollover_requests.exists()
    assert not LetterDocument.objects.exists()


def test_an_amount_typed_in_a_name_blocks_the_letter_and_names_the_field(ada):
    plan = make_ready_plan(firm=ada.firm)
    plan.trustee_name = "Tomas Ruiz $19,500.00"
    plan.save()
    outcome = preview(plan=plan, advisor=ada, entry=make_entry())
    assert outcome.letter is None
    (block,) = outcome.blocks
    assert block.severity is Severity.BLOCK
    assert "trustee_name" in block.message
    assert "$19,500.00" in block.message


def test_words_that_change_after_the_preview_are_not_issued_unseen(ada):
    plan = make_ready_plan(firm=ada.firm)
    seen = preview(plan=plan, advisor=ada, entry=make_entry())
    Wording.objects.create(firm=ada.firm, slot="contact", text="Ask our desk.")
    with pytest.raises(FiguresChanged):
        issue_letter(
            firm=ada.firm,
            facts=_facts(plan, ada),
            entry=make_entry(),
            advisor=ada,
            today=seen.letter.letter_date,
            request_key="6f1d4c6e-5f0f-4d8b-9f6e-1c3a8f9f0a01",
            shown_digest=seen.digest,
            acknowledgements=acknowledge(seen),
        )


def test_the_stored_document_is_the_letters_own(ada):
    plan = make_ready_plan(firm=ada.firm)
    seen = preview(plan=plan, advisor=ada, entry=make_entry())
    letter = issue(plan=plan, advisor=ada)
    expected = render_custodian_pdf(letter=replace(seen.letter, reference=letter.reference))
    assert read_stored(letter)[DocumentKind.CUSTODIAN] == expected


def _facts(plan, ada):
    return get_plan_facts(firm=ada.firm, plan_id=plan.pk)
