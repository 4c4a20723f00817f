"""What goes to the plan administrator, read back from the PDF as its reader sees it: request and attached pages."""

import re
from dataclasses import replace

import pytest

from rollovers.letters.after_tax_letter import LIMITING_SENTENCE
from rollovers.letters.packet import render_html, render_pdf
from rollovers.letters.request_letter import letter_context, list_signers
from rollovers.letters.wording import NOTE_LEAD
from tests.rollovers.letters.cast import (
    VARIANTS,
    read_pages,
    read_request,
    read_request_pages,
    read_text,
    render_variant,
    write_letter,
)

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
    if VARIANTS[name].is_in_plan:  # where the money goes to, never where it comes from
        rest = rest.replace("Designated Roth account of Dana Ruiz in the same plan", "")
        rest = rest.replace("Ruiz 401(k) Designated Roth FBO Dana Ruiz", "")
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
        "They may therefore be treated as a separate contract under section 72(d)(2) of the Internal Revenue Code, on"
        " which this request relies; basis and earnings are those of this sub-account alone",
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
    assert "Report it on one Form 1099-R for 2026, as the page attached asks." in text
    assert (
        "For the payment Fidelity Investments FBO Dana Ruiz, Roth IRA $20,084.12 $84.12 $0.00 $20,000.00 G"
        in text
    )
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
    assert "one form for each of the 2 payments, not combined" in text
    assert (
        "For payment 1 Fidelity Investments FBO Dana Ruiz, Roth IRA $20,000.00 $0.00 $0.00 $20,000.00 G"
        in text
    )
    assert (
        "For payment 2 Fidelity Investments FBO Dana Ruiz, traditional IRA $812.37 $0.00 $0.00 $0.00 G"
        in text
    )
    assert "An estimated" not in text


def test_a_loss_leaves_no_pretax_and_asks_for_no_unrecovered_basis():
    text = read("loss")
    assert "the whole amount is after-tax, and no part of it is earnings" in text
    assert "The difference of $3,000.00 is unrecovered basis; this request does not ask for it." in text
    assert "FBO Dana Ruiz, Roth IRA $17,000.00 $0.00 $0.00 $17,000.00 G" in text
    assert (
        "This letter replaces letter AT-2026-0003. Disregard letter AT-2026-0003: pay and move nothing under it."
        in text
    )


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
    assert "If there is no pretax part, payment 2 is not made." in text


def test_amounts_that_stay_as_stated_pass_the_pretax_part_on_as_far_as_each_can_take_it():
    in_two = write_letter(legs=(("traditional_ira", "300.00"), ("roth_ira", "9700.00")))
    assert (
        "each amount stays as stated. Payment 1 takes the difference in the pretax part as far as it can, then the"
        " other direct rollovers in their order. Make each"
    ) in read_request(render_pdf(letter=in_two))
    in_three = write_letter(
        legs=(("traditional_ira", "300.00"), ("roth_ira", "9000.00"), ("participant", "700.00"))
    )
    assert (
        "Payment 1 takes the difference in the pretax part as far as it can, then the other direct rollovers in their"
        " order; only pretax beyond what they can take goes to payment 3."
    ) in read_request(render_pdf(letter=in_three))
    with_cash = write_letter(legs=(("traditional_ira", "390.33"), ("participant", "9609.67")))
    assert (
        "each amount stays as stated. The pretax part goes to payment 1 as far as its amount allows, and the rest of"
        " it to payment 2."
    ) in read_request(render_pdf(letter=with_cash))
    for name in ("split", "partial_split", "partial"):
        assert "as far as" not in read_request(render_variant(name)), name


def test_the_whole_is_not_paid_where_nothing_remains_for_the_payment_that_takes_the_difference():
    assert (
        "payment 1 takes the whole difference, and the other payments stay as stated. If nothing remains for it, make"
        " no payment."
    ) in read("taxed_cash")


def test_the_whole_waits_for_the_letters_that_asked_before_and_a_fixed_amount_is_in_addition():
    one, two = ("letter AT-2026-0005",), ("letter AT-2026-0005", "letter AT-2026-0006")
    text = read_request(render_pdf(letter=write_letter(requested_before=one)))
    assert (
        "less what letter AT-2026-0005 already asked for, which the record does not show yet. Carry out letter"
        " AT-2026-0005 first: 100% is what is then left. If it is neither carried out nor withdrawn, carry out nothing"
        " under this letter and contact me."
    ) in text
    text = read_request(render_pdf(letter=write_letter(requested_before=two)))
    assert "Carry out letter AT-2026-0005 and letter AT-2026-0006 first" in text
    assert "If one of them is neither carried out nor withdrawn, carry out nothing" in text
    part = write_letter(legs=(("roth_ira", "10000.00"),), requested_before=one)
    text = read_request(render_pdf(letter=part))
    assert "The amount of this letter is in addition to that." in text
    assert "first: 100%" not in text


def test_the_longest_letter_that_waits_for_others_is_two_pages():
    longest = replace(VARIANTS["longest"], requested_before=(f"letter {'W' * 33}",) * 3)
    assert len(read_request_pages(render_pdf(letter=longest))) == 2


def test_cash_is_withheld_from_and_direct_rollovers_are_not():
    text = read("taxed_cash")
    assert "Withhold no income tax from a direct rollover." in text
    assert "From payment 2, to me, withhold 20% of its pretax part: $62.47" in text
    assert "For payment 2 Dana Ruiz $20,312.37 $312.37 $62.47 $20,000.00 1" in text
    assert "Box 7: G for a direct rollover; 1 for an early distribution, no exception known." in text


def test_a_letter_with_cash_alone_speaks_of_no_direct_rollover():
    text = read_request(render_variant("cash"))
    assert "direct rollover" not in text.lower()
    assert "From the payment to me withhold 20% of its pretax part: $162.47" in text


def test_spousal_consent_is_asked_only_where_it_is_required():
    *_, consent = read_pages(render_variant("split_and_cash"))
    assert consent.startswith(
        "SAMPLE - NOT A REQUEST Spousal consent Attached to Letter AT-2026-0007 of November 24, 2026"
    )
    assert (
        "I am the spouse of Dana Ruiz. I have read letter AT-2026-0007 and consent to the distribution that it asks"
        " for, in the form and to the payees stated there, and to no other. I understand that I need not consent"
    ) in consent
    assert (
        "A notary public, or a representative of the plan where the plan lets one be the witness." in consent
    )
    assert "Notary’s seal" in consent
    assert not re.search(r"\$", consent), "an amount that the letter states already"
    assert "so is my spouse’s consent" in read_request(render_variant("split_and_cash"))
    assert "spous" not in read("split").lower()


def test_a_sample_is_marked_on_every_page_and_a_real_letter_on_none():
    pages = read_pages(render_variant("split_and_cash"))
    assert [page.count("SAMPLE - NOT A REQUEST") for page in pages] == [1] * 5
    assert "Sample - do not send" in read("split_and_cash")
    assert "sample" not in read("split").lower()


@pytest.mark.parametrize("name", VARIANTS)
def test_each_page_carries_the_reference_and_its_number(name):
    reference = re.escape(VARIANTS[name].reference)
    pages = read_pages(render_variant(name))
    assert len(pages) == (5 if VARIANTS[name].spousal_consent_required else 4)
    for number, page in enumerate(pages, start=1):
        assert re.search(rf"Reference {reference} Page {number} of {len(pages)}$", page)
    assert len(read_request_pages(render_variant(name))) == 2


def test_the_preview_and_the_pdf_say_the_same():
    letter = VARIANTS["split"]
    preview, document = (letter_context(letter=letter, logo_url=url) for url in ("/firm/logo/", ""))
    assert preview | {"logo_url": ""} == document


# --- The in-plan Roth rollover ------------------------------------------------------------------------------


def test_the_packet_is_titled_as_what_it_asks_for():
    for name, title in (("in_plan", "In-plan Roth rollover request"), ("split", "Distribution request")):
        assert f"<title>{title} AT-2026-0007: voluntary" in render_html(letter=VARIANTS[name])


def test_an_in_plan_rollover_moves_the_whole_inside_the_plan_and_pays_nobody():
    text = read_request(render_variant("in_plan"))
    assert (
        "I request an in-plan Roth rollover of 100% of the sub-account on December 1, 2026, under section 402A(c)(4)"
        " of the Internal Revenue Code and the plan’s provision for in-plan Roth rollovers: Roth Amendment,"
        " section 2.1, page 3. Nothing leaves the plan."
    ) in text
    assert (
        "Designated Roth account of Dana Ruiz in the same plan In-plan Roth rollover; Ruiz 401(k) Designated Roth FBO"
        " Dana Ruiz; account no. X87-004522 $20,000.00 $812.37 $20,812.37"
    ) in text
    assert "This one movement takes the whole payment-date value of the sub-account." in text
    assert "draw no check and make no payment out of the plan" in text
    assert "move nothing and contact me" in text
    assert (
        "Withhold no income tax: nothing is paid out. An estimated $812.37 of earnings is taxable to me in 2026."
        in text
    )
    assert "Ines Moreau, plan administrator: rollover authorized" in text
    assert "Tomas Ruiz, trustee: custodian directed to move as written" in text
    for words in (
        "in-service distribution",
        "FBO Dana Ruiz,",
        "Pay to",
        "direct rollover",
        "Election",
        "Disburse",
    ):
        assert words not in text, words


def test_the_form_of_an_in_plan_rollover_is_code_g_with_its_earnings_taxable():
    text = read("in_plan")
    assert (
        "For the rollover Designated Roth account of Dana Ruiz in the same plan $20,812.37 $812.37 $0.00 $20,000.00 G"
        in text
    )
    assert "the earnings, which the in-plan Roth rollover makes taxable" in text


def test_part_of_the_subaccount_rolled_over_in_the_plan_is_a_fixed_amount():
    text = read("in_plan_part")
    assert "an in-plan Roth rollover of $10,000.00, a fixed amount, out of the sub-account" in text
    assert "The rest of the sub-account stays in it, with a remaining basis estimated at $10,390.33." in text
    assert "$9,609.67 $390.33 $10,000.00" in text
    assert "100%" not in text


# --- What is attached ---------------------------------------------------------------------------------------


def test_the_receipt_of_the_notice_waives_what_is_left_of_its_thirty_days():
    receipt = read_pages(render_variant("split"))[2]
    assert receipt.startswith(
        "Receipt of the section 402(f) notice, and waiver of its 30 days Attached to Letter AT-2026-0007"
    )
    assert "The current model notice is in IRS Notice 2026-13." in receipt
    assert "given at least 30 and at most 180 days before the payment" in receipt
    # 180 and 30 days before December 1, 2026
    assert (
        "For December 1, 2026 that is from June 4, 2026;"
        " the full 30 days are kept by a notice given by November 1, 2026."
    ) in receipt
    assert "I waive what is left of them" in receipt
    assert "Dana Ruiz, participant" in receipt
    assert "$" not in receipt


def test_the_request_for_the_tax_form_names_its_year_and_follows_the_payment_date():
    request = read_pages(render_variant("split"))[3]
    assert request.startswith("Request for Form 1099-R of 2026")
    assert "Form Box 1, gross Box 2a, taxable Box 4, withheld Box 5, basis Box 7, code" in request
    assert "Figures follow the payment-date value: fill the boxes from what is paid that day." in request
    assert "estimates from the sub-account’s record of November 20, 2026" in request


def test_the_boxes_are_stated_once_so_that_they_cannot_contradict():
    assert "Box 1" not in read_request(render_variant("split"))
    assert read("split").count("Box 1, gross") == 1


def test_no_attached_page_asks_for_money():
    for name in ("split", "in_plan", "split_and_cash"):
        for page in read_pages(render_variant(name))[2:]:
            assert not re.search(r"\b(I request|Pay|Disburse|Move it|direct you)\b", page)


# --- Who signs ----------------------------------------------------------------------------------------------


def test_each_role_is_signed_unless_the_plans_papers_let_one_person_sign_once():
    alone = {"administrator_name": "Dana Ruiz", "trustee_name": "Dana Ruiz"}
    signers = [signer["words"] for signer in list_signers(letter=write_letter(**alone))]
    assert signers == [
        "Dana Ruiz, participant",
        "Dana Ruiz, plan administrator: distribution authorized",
        "Dana Ruiz, trustee: custodian directed to pay as written",
    ]
    signers = [signer["words"] for signer in list_signers(letter=write_letter(**alone, one_signature=True))]
    assert signers == [
        "Dana Ruiz, as participant, plan administrator and trustee:"
        " distribution authorized, custodian directed to pay as written"
    ]


def test_only_roles_of_one_name_are_signed_once():
    letter = write_letter(administrator_name="Ines Moreau", trustee_name="ines  moreau", one_signature=True)
    assert [signer["words"] for signer in list_signers(letter=letter)] == [
        "Dana Ruiz, participant",
        "Ines Moreau, as plan administrator and trustee:"
        " distribution authorized, custodian directed to pay as written",
    ]


def test_the_letter_says_under_what_it_is_signed_once():
    assert "The plan’s papers let one person sign once in several roles." in read("one_signature")
    assert "One person may sign in several roles; each role is signed." in read("split")


# --- The firm's own words -----------------------------------------------------------------------------------


def test_the_firms_words_are_printed_under_the_lead_and_the_default_stands_elsewhere():
    text = read_request(render_variant("one_signature"))
    assert f"{NOTE_LEAD} We look after this client’s plan." in text
    assert f"{NOTE_LEAD} Ask for Ada Brandt at (207) 555-0142, ext. 12." in text
    assert f"{NOTE_LEAD} A signed copy by return would help us." in text
    assert text.count(NOTE_LEAD) == 3
    assert NOTE_LEAD not in read("split")
    assert "Questions about this letter go to its preparer, at the head of the first page." in read("split")
