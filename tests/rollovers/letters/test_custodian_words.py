"""The custodian's document, read back from the PDF as its clerk reads it: out of which account, how much, to whom."""

import re
from decimal import Decimal

import pytest

from law.adjustment import find_amount_rules
from rollovers.letters.after_tax_letter import LIMITING_SENTENCE
from rollovers.letters.custodian import custodian_context, render_custodian_pdf
from tests.rollovers.letters.cast import (
    VARIANTS,
    read_pages,
    read_text,
    render_custodian,
    write_in_plan_letter,
    write_letter,
)

# One page, or for several payments the cover, a page a payment and the fallback; the longest cover is two.
PAGES = {
    name: 1 if len(letter.destinations) == 1 else len(letter.destinations) + 2
    for name, letter in VARIANTS.items()
}
PAGES["longest"] += 1


def read(name: str) -> list[str]:
    return read_pages(render_custodian(name))


@pytest.mark.parametrize("name", VARIANTS)
def test_there_are_only_the_pages_that_apply_each_with_its_number_and_reference(name):
    pages = read(name)
    assert len(pages) == PAGES[name]
    for number, page in enumerate(pages, start=1):
        assert page.endswith(f"Reference {VARIANTS[name].reference} Page {number} of {len(pages)}")


@pytest.mark.parametrize("name", [name for name in VARIANTS if name != "longest"])
def test_each_page_of_it_asks_for_money_and_carries_the_limiting_sentence_once(name):
    assert [page.count(LIMITING_SENTENCE) for page in read(name)] == [1] * PAGES[name]


@pytest.mark.parametrize("name", VARIANTS)
def test_a_sample_is_marked_on_every_page_and_a_real_document_on_none(name):
    marked = 1 if VARIANTS[name].is_sample else 0
    assert [page.count("SAMPLE - NOT A REQUEST") for page in read(name)] == [marked] * PAGES[name]


@pytest.mark.parametrize("name", VARIANTS)
def test_every_amount_is_the_distributions_own(name):
    letter = VARIANTS[name]
    own = {letter.distribution, letter.withholding, Decimal("0.00")}
    for leg in letter.destinations:
        own |= {leg.amount, leg.pretax, leg.after_tax}
    found = set(re.findall(r"\$[\d,.]*\d", " ".join(read(name))))
    assert found
    assert found <= {f"${amount:,.2f}" for amount in own}


@pytest.mark.parametrize("name", [name for name in VARIANTS if name != "longest"])
def test_the_only_account_paid_from_is_the_subaccount_in_full(name):
    for page in read(name):
        assert f"{'Move' if VARIANTS[name].is_in_plan else 'Pay'} from Account no. X87-004521 Title" in page
    accounts = set(re.findall(r"\b[A-Z]\d{2}-\d{6}\b", " ".join(read(name))))
    assert accounts == {"X87-004521"} | {
        leg.account_number for leg in VARIANTS[name].destinations if leg.account_number
    }


def test_one_payment_is_one_page_without_pairing_or_fallback():
    (page,) = read("small_gain")
    assert "Payment instructions: voluntary after-tax sub-account" in page
    assert "Custodian, Ruiz Consulting Individual 401(k) Plan PO Box 770001 Cincinnati, OH 45277" in page
    assert (
        "Pay 100% of account no. X87-004521 on December 1, 2026, and take nothing from any other account."
        in page
    )
    assert (
        "Fidelity Investments FBO Dana Ruiz, Roth IRA Direct rollover; Dana Ruiz Roth IRA Z12-345678 $20,084.12"
        in page
    )
    assert "This one payment takes the whole payment-date value of the account" in page
    assert "make no payment and call me" in page
    assert "A direct rollover: withhold no income tax." in page
    assert "Tomas Ruiz, trustee" in page
    assert "same day" not in page.replace(" on the same day, what you have carried out", "")
    assert "check" not in page


def test_a_part_pays_exactly_the_fixed_amount_and_leaves_the_rest():
    (page,) = read("partial")
    assert "Pay $10,000.00, a fixed amount, out of account no. X87-004521 on December 1, 2026" in page
    assert "The amount is fixed; the rest of the account stays in it." in page
    assert "100%" not in page
    assert "20,812.37" not in page


def test_a_loss_pays_what_there_is_and_names_no_unrecovered_basis():
    (page,) = read("loss")
    assert "$17,000.00" in page
    assert "3,000.00" not in page
    assert "20,000.00" not in page
    assert (
        "These instructions replace those of letter AT-2026-0003."
        " Disregard those of letter AT-2026-0003: pay and move nothing under them." in page
    )


def test_the_cover_of_a_split_asks_for_both_or_neither():
    cover = read("split")[0]
    assert (
        "1. Fidelity Investments FBO Dana Ruiz, Roth IRA Direct rollover; Dana Ruiz Roth IRA Z12-345678 $20,000.00"
        in cover
    )
    assert (
        "2. Fidelity Investments FBO Dana Ruiz, traditional IRA Direct rollover; Dana Ruiz Rollover IRA Z98-765432"
        " $812.37 Total $20,812.37"
    ) in cover
    assert (
        "Make both on the same day, as one distribution. If you cannot make both, make neither: the last page says"
        in cover
    )


def test_the_two_payments_of_a_split_name_each_other_and_what_each_is_on_the_payment_date():
    _, roth, traditional, _ = read("split")
    assert roth.startswith(
        "Payment 1 of 2 To be made on the same day as payment 2 of 2, as one distribution."
        " If you cannot make both, make neither. A payment that falls away, as its page says, does not count."
    )
    assert (
        "Pay to Fidelity Investments FBO Dana Ruiz, Roth IRA Account Dana Ruiz Roth IRA Account no. Z12-345678"
        in roth
    )
    assert (
        "Amount $20,000.00. Only if the account then holds no more than that: all that is in it,"
        " and payment 2 falls away."
    ) in roth
    assert "Made of $20,000.00 after-tax (basis) and $0.00 pretax (earnings), as estimated" in roth
    assert "2. Fidelity Investments FBO Dana Ruiz, traditional IRA Z98-765432 $812.37" in roth
    assert "this page asks for payment 1 alone" in roth

    assert traditional.startswith(
        "Payment 2 of 2 To be made on the same day as payment 1 of 2, as one distribution."
        " If you cannot make both, make neither."
    )
    assert (
        "Pay to Fidelity Investments FBO Dana Ruiz, traditional IRA Account Dana Ruiz Rollover IRA"
        " Account no. Z98-765432"
    ) in traditional
    assert (
        "Amount All that then remains in the account after payment 1, as stated there; estimated at $812.37."
        " Only if nothing remains for it, it falls away, and payment 1 takes what there is."
    ) in traditional
    assert "Made of $0.00 after-tax (basis) and $812.37 pretax (earnings), as estimated" in traditional


def test_a_custodian_that_cannot_split_never_makes_one_payment_to_one_payee():
    fallback = read("split")[-1]
    assert fallback.startswith(
        "If you cannot make both directly Never combine the payments,"
        " and never send the amount of one to the payee of another."
    )
    assert "draw 2 checks on account no. X87-004521, payable exactly so" in fallback
    assert "1. Fidelity Investments FBO Dana Ruiz, Roth IRA Z12-345678 $20,000.00" in fallback
    assert "2. Fidelity Investments FBO Dana Ruiz, traditional IRA Z98-765432 $812.37" in fallback
    assert (
        "Only where the trustee has filled in and initialled an account of the plan below: transfer 100% of account no."
        " X87-004521 to that account. It is meant as a transfer between two accounts of the plan, not a distribution;"
        " the trustee answers for that. Withhold nothing from it. If you would report it as a distribution, do not make"
        " it. From there the trustee makes both on the same day"
    ) in fallback
    assert "Trustee’s initials; without them this way is closed" in fallback
    assert "Otherwise Make no payment and call the trustee." in fallback


def test_a_split_part_waits_for_the_trustees_figures_and_keeps_its_total():
    cover, roth, traditional, fallback = read("partial_split")
    assert "The total stays $10,000.00" in cover
    assert (
        "Amount $10,000.00 less payment 2; estimated at $9,609.67. If payment 2 falls away: the whole $10,000.00."
        " Have the trustee confirm it in writing before you pay."
    ) in roth
    assert (
        "Amount The pretax part of the $10,000.00 as the plan computes it on the payment date; estimated at $390.33."
        " If there is none, this payment falls away. Have the trustee confirm it in writing before you pay."
    ) in traditional
    for page in (cover, roth, traditional):
        assert "make neither" in page
        assert "A payment that falls away, as its page says, does not count." in page
    assert "each for the amount that its own page says; for a payment that falls away, none:" in fallback
    assert "transfer $10,000.00 out of account no. X87-004521 to that account" in fallback
    assert "100%" not in " ".join((cover, roth, traditional, fallback))


def test_the_rest_of_a_split_part_whose_pretax_falls_away_is_less_the_stated_payment_alone():
    legs = (("roth_ira", "6000.00"), ("traditional_ira", "390.33"), ("roth_ira", "3609.67"))
    _, roth, traditional, other, _ = read_pages(render_custodian_pdf(letter=write_letter(legs=legs)))
    assert (
        "Amount $10,000.00 less payments 2 and 3; estimated at $6,000.00."
        " If payment 2 falls away: $10,000.00 less payment 3."
    ) in roth
    assert "If there is none, this payment falls away." in traditional
    assert "Amount $3,609.67, neither more nor less." in other


@pytest.mark.parametrize(
    ("legs", "word"),
    [
        ((("traditional_ira", "390.33"), ("roth_ira", "9609.67")), "Estimate"),
        ((("traditional_ira", "300.00"), ("roth_ira", "9700.00")), "Amount"),
    ],
    ids=["computed on the payment date", "as stated"],
)
def test_a_fixed_amounts_payments_are_headed_as_estimates_only_where_they_are(legs, word):
    letter = write_letter(legs=legs)
    cover, first, second, fallback = read_pages(render_custodian_pdf(letter=letter))
    assert f"Pay to Account no. {word} 1. Fidelity" in cover
    assert f"Other payment Account no. {word} 2. Fidelity" in first
    assert f"Other payment Account no. {word} 1. Fidelity" in second
    assert f"Account no. to write on it {word} 1. Fidelity" in fallback


def test_the_papers_are_one_instruction_carried_out_once():
    rest = "the copy and any form of your own are one instruction: carry it out once."
    assert f"This page, {rest}" in read("small_gain")[0]
    assert f"This page, those after it, {rest}" in read("split")[0]
    assert f"This page, {rest}" in read("in_plan")[0]


def test_the_whole_waits_for_the_letter_that_asked_before():
    before = {"requested_before": ("letter AT-2026-0006",)}
    split = write_letter(legs=(("roth_ira", "20000.00"), ("traditional_ira", "812.37")), **before)
    pages = read_pages(render_custodian_pdf(letter=split))
    assert (
        "Carry out letter AT-2026-0006 first: 100% is what is then left."
        " If it is neither carried out nor withdrawn, make no payment and call me."
    ) in pages[0]
    assert (
        "Either way, carry out letter AT-2026-0006 first: 100% is what is then left."
        " If it is neither carried out nor withdrawn, make no payment and call the trustee."
    ) in pages[-1]
    (page,) = read_pages(render_custodian_pdf(letter=write_in_plan_letter(**before)))
    assert "If it is neither carried out nor withdrawn, move nothing and call me." in page
    part = write_letter(legs=(("roth_ira", "10000.00"),), **before)
    assert "AT-2026-0006" not in read_text(render_custodian_pdf(letter=part))


def test_own_legs_with_cash_are_three_pages_of_which_one_takes_what_remains():
    cover, roth, traditional, cash, fallback = read("split_and_cash")
    assert (
        "Make all of them on the same day, as one distribution. If you cannot make all of them, make none"
        in cover
    )
    assert "Payment 1 of 3 To be made on the same day as payments 2 and 3 of 3" in roth
    assert (
        "Amount $15,000.00. Only if the account then holds no more than that after payment 3: all that then remains,"
        " and payment 2 falls away."
    ) in roth
    assert (
        "Amount All that then remains in the account after payments 1 and 3, as stated there; estimated at $812.37."
        in traditional
    )
    assert "Pay to Dana Ruiz Kind Paid to the participant Amount $5,000.00, neither more nor less." in cash
    assert (
        "Withhold as income tax 20% of its pretax part on the payment date, $0.00 on these figures." in cash
    )
    assert "no income tax" not in cash
    assert "Of the check to the participant, payment 3, its own page says what is withheld." in fallback


def test_tax_is_withheld_from_cash_alone_or_no_payment_is_made():
    _, traditional, cash, _ = read("taxed_cash")
    assert "A direct rollover: withhold no income tax." in traditional
    assert (
        "Amount All that then remains in the account after payment 2, as stated there; estimated at $500.00."
        " If nothing remains for it, make neither."
    ) in traditional
    assert "Amount $20,312.37, neither more nor less." in cash
    assert (
        "Withhold as income tax 20% of its pretax part on the payment date, $62.47 on these figures."
        " Have the trustee confirm that part in writing before you pay. If there is any and you do not withhold and"
        " deposit income tax for the plan, make no payment and call me."
    ) in cash
    assert "falls away" not in cash


def test_an_in_plan_rollover_is_a_movement_between_two_accounts_of_the_plan():
    (page,) = read("in_plan")
    assert (
        "Move 100% of account no. X87-004521 on December 1, 2026, and take nothing from any other account."
        in page
    )
    assert "Move to Account no. Estimate Designated Roth account of Dana Ruiz in the same plan" in page
    assert "X87-004522 $20,812.37" in page
    assert (
        "Both accounts are the plan’s, held for the same participant. Nothing leaves the plan: draw no check, make no"
        " payment, withhold no tax and report no payment of yours. If you cannot move it between these two accounts,"
        " move nothing and call me."
    ) in page
    for words in ("FBO Dana Ruiz,", "Pay to", "Pay 100%", "direct rollover"):
        assert words not in page, words
    (part,) = read("in_plan_part")
    assert "Move $10,000.00, a fixed amount, out of account no. X87-004521" in part


def test_no_page_speaks_of_another_source_of_the_plan():
    for name in ("split", "split_and_cash", "partial_split", "loss", "taxed_cash"):
        rest = read_text(render_custodian(name)).replace(LIMITING_SENTENCE, "").lower()
        for words in (
            "elective",
            "deferral",
            "designated",
            "employer",
            "match",
            "rollover source",
            "whole plan",
        ):
            assert words not in rest, (name, words)


@pytest.mark.parametrize("name", VARIANTS)
def test_at_most_one_payment_is_what_remains(name):
    letter = VARIANTS[name]
    rules = list(find_amount_rules(legs=letter.destinations, covers_whole=letter.covers_whole))
    if letter.covers_whole:
        assert rules.count("remaining") == 1
        assert set(rules) <= {"remaining", "stated_or_rest", "stated"}
    else:
        assert "remaining" not in rules
        assert rules.count("computed_pretax") == rules.count("computed_rest") <= 1


def test_a_custodian_without_an_address_is_addressed_by_name():
    text = read_text(render_custodian_pdf(letter=write_letter(custodian_address="")))
    assert "Fidelity Investments Custodian, Ruiz Consulting Individual 401(k) Plan" in text


def test_each_field_of_a_document_has_a_name_of_its_own():
    context = custodian_context(letter=VARIANTS["longest"])
    fields = [instruction["field"] for instruction in context["instructions"]]
    assert len(set(fields)) == len(fields) == 5
