"""What the letter says, read back from the PDF as its reader sees it."""

import re

import pytest

from rollovers.letters import LIMITING_SENTENCE, letter_context, render_html, render_pdf
from tests.letters.cast import VARIANTS, read_text, render_variant, write_letter

# Words of another source's money. "rollover" and "Roth" also name what the letter asks for, so they go with company.
OTHER_SOURCES = (
    "elective", "deferral", "designated", "employer", "rollover source", "match", "profit sharing", "nonelective",
    "forfeit", "catch-up", "Roth contribution", "Roth account",
)  # fmt: skip


def read(name: str) -> str:
    return read_text(render_variant(name))


@pytest.mark.parametrize("name", VARIANTS)
def test_the_limiting_sentence_is_there_once(name):
    assert read(name).count(LIMITING_SENTENCE) == 1


@pytest.mark.parametrize("name", VARIANTS)
def test_the_limiting_sentence_stands_alone(name):
    assert re.findall(r"<p class=\"letter__limit\">([^<]*)</p>", render_html(letter=VARIANTS[name])) == [
        LIMITING_SENTENCE
    ]


@pytest.mark.parametrize("name", VARIANTS)
def test_no_other_source_is_named_beyond_the_limiting_sentence(name):
    rest = read(name).replace(LIMITING_SENTENCE, "")
    assert not [word for word in OTHER_SOURCES if word.lower() in rest.lower()]


def test_another_source_would_be_found_if_it_were_named():
    rest = read_text(render_pdf(letter=write_letter(statement_document="Employer account"))).replace(
        LIMITING_SENTENCE, ""
    )
    assert [word for word in OTHER_SOURCES if word.lower() in rest.lower()] == ["employer"]


@pytest.mark.parametrize("name", VARIANTS)
def test_every_amount_is_the_subaccounts(name):
    letter = VARIANTS[name]
    own = {
        letter.basis,
        letter.value,
        letter.earnings,
        letter.loss,
        letter.distribution,
        letter.pretax,
        letter.after_tax,
    }
    own |= {letter.remaining_basis, letter.includible, letter.withholding, letter.basis - letter.basis}
    for leg in letter.destinations:
        own |= {leg.amount, leg.pretax, leg.after_tax}
    assert set(re.findall(r"\$[\d,.]*\d", read(name))) <= {f"${amount:,.2f}" for amount in own}


def test_a_letter_names_who_what_where_and_when():
    for words in (
        "November 24, 2026",
        "Reference AT-2026-0007",
        "Ines Moreau Plan administrator, Ruiz Consulting Individual 401(k) Plan Ruiz Consulting 12 Orchard Lane",
        "Copy to Fidelity Investments, custodian",
        "Born May 14, 1976; SSN XXX-XX-1234",
        "001, 12-3456789",
        "Tomas Ruiz",
        "In service",
        "X87-004521",
        "contributions for 2021, and their earnings",
        "on December 1, 2026",
        "Adoption Agreement, section 6.2(c), page 14",
        "Basic Plan Document 01, Section 3.5, p. 22",
        "separate contract under section 72(d)(2)",
        "record of November 20, 2026",
        "section 402(f)",
        "Medallion",
        "Prepared by Ada Brandt, Harbor & Pine Planning LLC, for signature by the participant; "
        "not a party to this request.",
        "registered investment adviser",
    ):
        assert words in read("split"), words


def test_an_unknown_ssn_is_left_out():
    assert "SSN" not in read_text(render_pdf(letter=write_letter(ssn_last_four="")))


def test_all_to_a_roth_ira_tells_the_taxable_earnings():
    text = read("small_gain")
    assert "100% of the sub-account; figures adjust to payment-date value." in text
    assert "Fidelity Investments FBO Dana Ruiz, Roth IRA" in text
    assert "This one payment takes the whole payment-date value" in text
    assert "An estimated $84.12 of earnings is taxable to me in 2026." in text
    assert "one Form 1099-R for 2026" in text
    assert "For the payment $20,084.12 $84.12 $20,000.00 G" in text
    assert "Election" not in text
    assert "spouse" not in text


def test_a_split_elects_before_payment_and_asks_for_two_forms():
    text = read("split")
    assert "Notice 2014-54, section III Made before payment" in text
    assert "payment 1, $0.00; payment 2, $812.37" in text
    assert "Disburse all payments on the same day, as one distribution." in text
    assert "payment 2 takes all that then remains in the sub-account after the other payments" in text
    assert "payment 2 is not made and payment 1 takes what remains" in text
    assert "On these figures no part is taxable to me in 2026." in text
    assert "For payment 1 $20,000.00 $0.00 $20,000.00 G" in text
    assert "For payment 2 $812.37 $0.00 $0.00 G" in text
    assert "An estimated" not in text


def test_a_loss_leaves_no_pretax_and_asks_for_no_unrecovered_basis():
    text = read("loss")
    assert "the whole amount is after-tax, and no part of it is earnings" in text
    assert "The difference of $3,000.00 is unrecovered basis; this request does not ask for it." in text
    assert "For the payment $17,000.00 $0.00 $17,000.00 G" in text
    assert "This letter replaces letter AT-2026-0003. Disregard letter AT-2026-0003" in text


def test_a_part_is_a_fixed_amount_whose_parts_the_plan_computes():
    text = read("partial")
    assert "$10,000.00, a fixed amount, out of the sub-account" in text
    assert "pro-rata after-tax and pretax parts on the payment date under section 72(e)(8)(B)" in text
    assert "$9,609.67 $390.33 $10,000.00" in text
    assert "remaining basis estimated at $10,390.33" in text
    assert "100%" not in text


def test_a_split_part_keeps_its_total():
    text = read("partial_split")
    assert "The total stays $10,000.00." in text
    assert "payment 2 is the pretax part as then computed, payment 1 changes by as much the other way" in text


def test_cash_is_withheld_from_and_direct_rollovers_are_not():
    text = read("taxed_cash")
    assert "Withhold no income tax from a direct rollover." in text
    assert "From payment 2, to me, withhold 20% of its pretax part: $62.47" in text
    assert "For payment 2 $20,312.37 $312.37 $62.47 $20,000.00 1" in text


def test_a_letter_with_cash_alone_speaks_of_no_direct_rollover():
    text = read_text(render_pdf(letter=write_letter(legs=(("participant", "20812.37"),))))
    assert "direct rollover" not in text.lower()
    assert "From the payment to me withhold 20% of its pretax part: $162.47" in text


def test_spousal_consent_is_asked_only_where_it_is_required():
    assert "I am the spouse of Dana Ruiz" in read("split_and_cash")
    assert "spous" not in read("split").lower()


def test_a_sample_is_marked_on_every_page_and_a_real_letter_on_none():
    assert read("split_and_cash").count("SAMPLE - NOT A REQUEST") == 2
    assert "Sample - do not send" in read("split_and_cash")
    assert "sample" not in read("split").lower()


@pytest.mark.parametrize("name", VARIANTS)
def test_each_page_carries_the_reference_and_its_number(name):
    text = read(name)
    for page in (1, 2):
        assert re.search(rf"Reference {re.escape(VARIANTS[name].reference)} Page {page} of 2", text)


def test_the_preview_and_the_pdf_say_the_same():
    letter = VARIANTS["split"]
    preview, document = (letter_context(letter=letter, logo_url=url) for url in ("/firm/logo/", ""))
    assert preview | {"logo_url": ""} == document
