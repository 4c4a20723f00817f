"""The reviewer's page: all that a letter rests on, never sent, printed whatever was typed."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django_scopes import scope

from law.allocation import Disbursement, Method, allocate
from law.subaccount import Contract
from law.words import Payee, Way
from rollovers.issuing.reviewers import TEMPLATE, render_letter_file, reviewers_context
from rollovers.letters import rendering
from rollovers.letters.after_tax_letter import CharactersNotInFont
from rollovers.models import DocumentKind, LetterDocument
from tests.documents import read_lines
from tests.factories import make_ira_balance, make_movement, make_record
from tests.requests import ROTH, issue, make_entry, make_ready_plan
from tests.rollovers.issuing.files import write_file
from tests.rollovers.letters.cast import VARIANTS, read_text

AMOUNT = Decimal("10000.00")


def read_reviewers_page(letter) -> str:
    """Return the text of the page as it is stored with an issued letter."""
    with scope(firm=letter.firm):
        document = LetterDocument.objects.get(letter=letter, kind=DocumentKind.REVIEWER)
    return read_text(document.pdf)


# --- What it says -------------------------------------------------------------------------------------------


_READ: list = []


@pytest.fixture
def issued(firm_a, ada):
    """A letter and the text of its reviewer's page, issued once: only what is in memory is looked at."""
    if not _READ:
        with scope(firm=firm_a):
            plan = make_ready_plan(firm=firm_a)
            make_movement(plan=plan)
            make_ira_balance(client=plan.client)
            letter = issue(plan=plan, advisor=ada)
        _READ.append((letter, read_reviewers_page(letter)))
    return _READ[0]


def test_it_tells_all_that_the_letter_rests_on(issued):
    letter, text = issued
    for said in (
        f"Reviewer’s page of letter {letter.reference}",
        "Issued: January 4, 2022, by Ada Lovelace",
        "the whole sub-account, to be paid on January 14, 2022. Split",
        "Standing letters considered: none",
        f"Rules: version {letter.rule_version}",
        f"SHA-256 of the letter’s PDF: {letter.pdf_sha256}",
        "Client: legal name: Imogen Tate; birth date: February 3, 1971",
        "Subaccount statement: statement date: December 31, 2021; basis: 20,000.00; value: 20,812.37",
        "Contribution record: year: 2021; net profit: 110,000.00",
        "Movement of December 15, 2021: After-tax contribution 20,000.00; for 2021; Deposit confirmation",
        "IRA balance: year: 2021; kind: Traditional IRA; value on 31 December: 30,000.00",
        "Provisions verified by Ada Lovelace on January 15, 2026:",
        "Separately accounts for them and their earnings: yes (Adoption agreement 4.2, page 7)",
        "address of the custodian: 1 Harbor Plaza, Boston, MA 02110",
        "Authorities",
    ):
        assert said in text, said


def test_every_figure_shows_its_arithmetic_with_the_numbers_in_it(issued):
    letter, text = issued
    for said in (
        "Value of the sub-account: 20,812.37 (statement of December 31, 2021) = 20,812.37.",
        "After-tax part: 20,812.37 (distribution) × 20,000.00 (basis of the after-tax sub-account) ÷ 20,812.37"
        " (value of the after-tax sub-account) = 20,000.00. Rounded once, half up.",
        "Pretax part (earnings): 20,812.37 (distribution) − 20,000.00 (after-tax part) = 812.37.",
        "Box 2a, the traditional IRA: 812.37 (box 1, gross distribution) − 0.00 (box 5, after-tax contributions)"
        " − 812.37 (pretax money rolled over, not taxed now) = 0.00.",
    ):
        assert said in text, said
    for explanation in letter.figures["explanations"]:
        assert f"{explanation['figure']}: " in text, explanation["figure"]


def test_findings_stand_with_the_reason_and_who_gave_it(issued):
    letter, text = issued
    [questionable] = [finding for finding in letter.findings if finding["code"] == "V18"]
    assert "Warning V18" in text
    assert questionable["message"] in text
    assert "The client knows and agrees. (Ada Lovelace)" in text


def test_the_letters_that_stand_are_taken_off_the_statement_in_the_open(firm_a, ada):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a)
        make_record(plan=plan, year=2020)
        first = issue(
            plan=plan,
            advisor=ada,
            entry=make_entry(way=Way.ALL_ROTH, legs=(ROTH,), amount=AMOUNT),
        )
        second = issue(plan=plan, advisor=ada, entry=make_entry(way=Way.ALL_ROTH, legs=(ROTH,)))
    text = read_reviewers_page(second)
    assert f"Standing letters considered: {first.reference}" in text
    assert (
        "Value of the sub-account: 20,812.37 (statement of December 31, 2021) − 10,000.00 (asked for by letter"
        f" {first.reference}) = 10,812.37."
    ) in text


def test_account_numbers_are_masked(issued):
    _, text = issued
    assert "number of the after-tax sub-account: •••• 77" in text
    for number in ("AT-77", "R-100", "T-200"):
        assert number not in text


def test_no_review_is_claimed_and_it_is_said_once(issued):
    _, text = issued
    assert text.count("No CPA or attorney has reviewed this letter or its arithmetic.") == 1


def test_the_reliance_stands_against_the_irs_page(issued):
    _, text = issued
    assert (
        "you can’t take a distribution of only the after-tax amounts and leave the rest in the plan" in text
    )
    assert "It does not mention section 72(d)(2)" in text
    assert "The plan accounts for them separately (Adoption agreement, section 4.2, page 7)." in text


# --- The file -----------------------------------------------------------------------------------------------


def test_every_page_says_that_it_is_never_sent_whose_it_is_and_its_number():
    pdf = render_letter_file(file=write_file(inputs=(("Client", "legal name: Dana Ruiz"),) * 90))
    pages = list(pypdfium2.PdfDocument(pdf))
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        text = page.get_textpage().get_text_bounded()
        assert "Never sent" in text
        assert "Reference AT-2026-0007" in text
        assert f"Page {number} of {len(pages)}" in text


def test_it_is_tagged_titled_and_says_that_it_is_pdf_ua_1():
    with pikepdf.open(BytesIO(render_letter_file(file=write_file()))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-US"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Reviewer’s page of letter AT-2026-0007"
        with pdf.open_outline() as outline:
            [top] = outline.root
            assert "Every figure’s arithmetic" in [item.title for item in top.children]


def test_the_same_letter_gives_the_same_bytes():
    file = write_file(workings=list_split_workings())
    assert render_letter_file(file=file) == render_letter_file(file=file)
    assert render_letter_file(file=file) != render_letter_file(file=replace(file, letter_sha256="5e" * 32))


def list_split_workings():
    allocation = allocate(
        contract=Contract(balance=AMOUNT, basis=AMOUNT, separate_accounting=True),
        disbursements=[Disbursement(to=Payee.ROTH_IRA, method=Method.DIRECT, amount=AMOUNT)],
    )
    return allocation.figures


HOSTILE = [
    "</p><h1>Reviewed by the IRS</h1>",
    "<link rel=attachment href=file:///etc/passwd>",
    "{{ file.letter }} {% load static %}",
    "<img src=http://127.0.0.1:9/x>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_printed_as_text(text):
    pdf = render_letter_file(file=write_file(inputs=(("Client", text),), asked=text))
    assert " ".join(text.split()) in read_text(pdf)


def test_what_the_font_cannot_print_is_spelled_out_and_refuses_no_letter():
    pdf = render_letter_file(file=write_file(inputs=(("Statement", "of 張 Bank\nin two lines"),)))
    assert "Statement: of [U+5F35] Bank in two lines" in read_text(pdf)


def test_it_would_be_refused_if_it_were_not_spelled_out(monkeypatch):
    monkeypatch.setattr(rendering, "spell_unprintable", lambda *, html: html)
    with pytest.raises(CharactersNotInFont):
        render_letter_file(file=write_file(inputs=(("Statement", "of 張 Bank"),)))


def read_words(file) -> str:
    """Return the words of the page, with each run of white space as one space."""
    return " ".join(read_lines(template=TEMPLATE, context=reviewers_context(file=file)))


def test_a_sample_says_so():
    sample = read_words(write_file(letter=replace(VARIANTS["split"], is_sample=True)))
    assert "Reviewer’s page of letter AT-2026-0007 Sample: nothing in it is real. For the file of" in sample
    assert "Sample" not in read_words(write_file())


def test_each_authority_is_named_once():
    assert read_words(write_file()).endswith("Authorities IRC 72(d)(2); Notice 2014-54 III.")


def test_the_stylesheet_keeps_to_plain_blocks():
    css = (rendering._STATIC / "report.css").read_text()
    rules = "\n".join(line for line in css.splitlines() if "flex, grid and var()" not in line)
    for costly in ("display: flex", "display: grid", "var(", "woff2", "justify"):
        assert costly not in rules
