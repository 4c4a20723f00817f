"""The CPA's packet: all that is on record of a client's year, what to say if the IRS asks, and the events as CSV."""

import csv
import datetime
import io
from decimal import Decimal
from io import BytesIO
from typing import NamedTuple

import pghistory
import pikepdf
import pytest
from django_scopes import scope

from clients.models import Subaccount
from law.allocation import Disbursement, Method, allocate
from law.subaccount import Contract
from law.tax_forms import CONFIRM, expect_forms
from law.words import MovementKind, Payee, Way
from rollovers.cases.outcomes import ELECTION_DOES_NOT_FIT
from rollovers.cases.sixty_days import SixtyDayEntry, settle_sixty_day
from rollovers.cpa import events
from rollovers.cpa.answers import PaidDistribution
from rollovers.cpa.documents import TEMPLATE, packet_context, render_cpa_packet
from rollovers.cpa.events import COLUMNS, Happening, list_happenings, neutralize, write_events_csv
from rollovers.cpa.packets import CpaPacket, gather_cpa_packet, open_client_file
from rollovers.cpa.queries import list_years
from rollovers.cpa.settlements import write_details
from rollovers.issuing.rollovers import Leg
from rollovers.models import Letter, Step
from rollovers.reviews.queries import get_plan_facts
from tests.documents import read_lines
from tests.factories import (
    make_acknowledgement,
    make_client,
    make_event,
    make_evidence,
    make_ira_balance,
    make_movement,
    make_payment,
    make_plan_assets,
    make_received_form,
)
from tests.requests import ROTH, issue, make_entry, make_ready_plan, make_spouse, store_letter
from tests.rollovers.letters.cast import read_text


def gather(plan, year, *, client=None):
    with scope(firm=plan.firm):
        return gather_cpa_packet(
            file=open_client_file(firm=plan.firm, client=client or plan.client), year=year
        )


def flatten(packet) -> str:
    """Return all words of the packet's document, in their order."""
    with scope(firm=packet.firm):
        return "\n".join(read_lines(template=TEMPLATE, context=packet_context(packet=packet)))


def read_csv(packet) -> list[dict[str, str]]:
    with scope(firm=packet.firm):
        content = write_events_csv(happenings=list_happenings(packet=packet))
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def live_through_2022(plan, advisor):
    """Issue the rulebook's split, sign, send and pay it, and receive its forms; return the letter."""
    make_movement(plan=plan)
    make_plan_assets(plan=plan, year=2022)
    make_ira_balance(client=plan.client, year=2022, basis=Decimal("7000.00"), conversions=Decimal("1000.00"))
    letter = issue(plan=plan, advisor=advisor)
    make_event(letter=letter, advisor=advisor)
    make_evidence(letter=letter, advisor=advisor)
    make_event(
        letter=letter, advisor=advisor, step=Step.SENT, step_date=datetime.date(2022, 1, 6), note="By courier"
    )
    make_payment(letter=letter, advisor=advisor)
    make_received_form(letter=letter)
    make_received_form(
        letter=letter, gross=Decimal("812.37"), taxable=Decimal("812.37"), basis=Decimal("0.00")
    )
    return letter


class Lived(NamedTuple):
    letter: Letter
    packet: CpaPacket
    text_of_2021: str
    text: str
    rows: list[dict[str, str]]
    pdf: bytes
    again: bytes
    empty: CpaPacket


_LIVED: list[Lived] = []


@pytest.fixture
def lived(firm_a, ada):
    """The split of 2022 with all that followed it, read once: only what is in memory is looked at."""
    if not _LIVED:
        with scope(firm=firm_a):
            letter = live_through_2022(make_ready_plan(firm=firm_a), ada)
            plan = letter.request.plan
            packet = gather(plan, 2022)
            _LIVED.append(
                Lived(
                    letter=letter,
                    packet=packet,
                    text_of_2021=flatten(gather(plan, 2021)),
                    text=flatten(packet),
                    rows=read_csv(packet),
                    pdf=render_cpa_packet(packet=packet),
                    again=render_cpa_packet(packet=gather(plan, 2022)),
                    empty=gather(plan, 2019),
                )
            )
    return _LIVED[0]


# --- What is in it ------------------------------------------------------------------------------------------


def test_the_packet_of_the_contributions_year_has_its_room_ledger_and_statement(lived):
    text = lived.text_of_2021
    for said in (
        "Contributions of 2021",
        "After-tax contributions | 20,000.00",
        "Room left | 0.00",
        "Dec 15, 2021 | After-tax contribution | 2021 | 20,000.00",
        "The ledger’s row of 2021",
        "Value at the end | 20,812.37",
        "Dec 31, 2021 | 20,000.00 | 20,812.37 | 20,000.00 | 0.00 | Statement of December 2021",
        "Separately accounts for them and their earnings: yes: Adoption agreement, section 4.2, page 7",
    ):
        assert said in text, said
    assert "If the IRS asks" not in text  # nothing was paid in 2021


def test_the_packet_of_the_payments_year_has_the_letter_from_issue_to_forms(lived):
    letter, text = lived.letter, lived.text
    for said in (
        f"Letter {letter.reference}: paid",
        "Traditional IRA, Harbor Brokerage, •••• 00 | 812.37 | 0.00 | 812.37 | 812.37 | 0.00 | 812.37",
        "Jan 5, 2022 | Signed | Ada Lovelace",
        "Jan 6, 2022 | Sent | Ada Lovelace | By courier",
        "Jan 14, 2022 | Paid | Ada Lovelace",
        f"The letter | {letter.pdf_sha256}",
        "Evidence: Signed letter | f5f7393f8d7c98688096181c370afa30f2ee8c8432af5376322fa62135a7e154",
        "The client knows and agrees. (Ada Lovelace)",
        "Roth IRA, Harbor Brokerage | 20,000.00 | 0.00 | 0.00 | 20,000.00 | G",
        "Form 1040 of 2022: line 5a $20,812.37, line 5b $0.00 with “Rollover” beside it, line 25b $0.00, from the"
        " payments below alone. Confirm with the plan's document or a CPA.",
        "Line 5a, pensions and annuities: 812.37 (box 1, the traditional IRA) + 20,000.00 (box 1, the Roth IRA)",
        "IRA | Box 2 should include",
        "box 1: 20,000.00; 2a: 0.00; 4: 0.00; 5: 20,000.00; 7: G | agrees",
        "Assets at the end of 2022: $180,000.00. Form 5500-EZ is not due",
        "IRAs and Form 8606 of 2022",
        "Authorities",
    ):
        assert said in text, said


def test_a_form_that_differs_is_said_to_with_its_cause(lived):
    text = lived.text
    assert "box 1: 812.37; 2a: 812.37" in text
    received = text.index("box 1: 812.37; 2a: 812.37")
    assert "agrees" not in text[received : text.index("\n", received)]


def test_no_account_number_is_in_it(lived):
    for text in (lived.text_of_2021, lived.text, str(lived.rows)):
        for number in ("AT-77", "R-100", "T-200"):
            assert number not in text


def test_it_promises_nothing_and_claims_no_review(lived):
    for text in (lived.text_of_2021, lived.text):
        assert text.count("No CPA or attorney has reviewed it, and it promises no outcome.") == 1
        for promise in ("guarantee", "will accept", "IRS-approved", "legal advice"):
            assert promise not in text


def test_the_years_with_something_in_them_are_listed_the_latest_first(lived):
    assert lived.packet.years == (2022, 2021)


def test_a_year_without_anything_is_empty(lived):
    assert not lived.packet.is_empty
    assert lived.empty.is_empty
    assert read_csv(lived.empty) == []


def test_a_client_without_a_plan_has_the_packet_of_their_iras(firm_a):
    with scope(firm=firm_a):
        client = make_client(firm=firm_a)
        make_ira_balance(client=client)
        packet = gather_cpa_packet(file=open_client_file(firm=firm_a, client=client), year=2021)
    assert not packet.is_empty
    assert "Form 8606, line by line" in flatten(packet)
    assert "If the IRS asks" not in flatten(packet)


def test_a_participant_has_a_packet_of_their_own(firm_a, ada):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a)
        spouse = make_spouse(plan=plan)
        letter = issue(plan=plan, advisor=ada, participant_id=spouse.pk)
        own = gather(plan, 2022)
        theirs = gather(plan, 2022, client=spouse)
        assert own.letters == ()
        assert [each.reference for each, _ in theirs.letters] == [letter.reference]
        assert list_years(firm=firm_a, client=spouse) == [2022, 2021]
        text = flatten(gather(plan, 2021, client=spouse))
    assert "Participant in the plan of: Imogen Tate" in text
    assert "5,000.00 | 5,200.00" in text
    assert "20,812.37" not in text


def test_what_ended_is_told_and_counts_for_nothing(firm_a, ada):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a)
        first = issue(plan=plan, advisor=ada)
        second = issue(plan=plan, advisor=ada, entry=make_entry(supersedes=first))
        make_event(letter=second, advisor=ada, step=Step.VOIDED)
        packet = gather(plan, 2022)
        text = flatten(packet)
    assert f"Letter {first.reference}: superseded" in text
    assert f"Letter {second.reference}: voided" in text
    assert f"Replaced by: letter {second.reference}" in text
    assert packet.paid == ()
    assert packet.lines is None
    assert "Form 1040" not in text


def test_an_acknowledged_difference_stands_with_its_reason(firm_a, ada):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a, basis=Decimal("19999.99"))
        make_movement(plan=plan)
        [statement] = get_plan_facts(firm=firm_a, plan_id=plan.pk).subaccount.statements.all()
        make_acknowledgement(statement=statement, advisor=ada)
        packet = gather(plan, 2021)
    assert "Difference acknowledged by Ada Lovelace: The custodian rounds each deposit." in flatten(packet)
    [row] = [row for row in read_csv(packet) if row["event"] == "Difference from the ledger acknowledged"]
    assert row["amount"] == "-0.01"  # an amount, though it begins with a minus


# --- If the IRS asks ----------------------------------------------------------------------------------------


def test_each_payment_says_why_its_taxable_amount_is_what_it_is(lived):
    letter, text = lived.letter, lived.text[lived.text.index("If the IRS asks") :]
    for said in (
        "It does not mention section 72(d)(2)",
        "Paid on January 14, 2022.",
        "Section 72(d)(2) is relied on to take it as a separate contract",
        "distribution $20,812.37 × basis $20,000.00 ÷ value $20,812.37 = $20,000.00 after-tax",
        "are one distribution (Notice 2014-54, section III)",
        "goes to direct rollovers first. Among several of them the recipient chooses before payment, as letter"
        f" {letter.reference} did.",
        "Assigned: $812.37 to the traditional IRA; $0.00 to the Roth IRA.",
        "$20,000.00 to Roth IRA, Harbor Brokerage: Box 2a is $0.00: box 1, $20,000.00, less box 5, $20,000.00",
        "less $812.37 of pretax money that was rolled over directly to the traditional IRA and is not taxed now"
        " (IRC 402(c)(1))",
        "What is rolled over is taken to be pretax money first (IRC 402(c)(2)).",
        "Form 1040 takes box 1 into line 5a and box 2a into line 5b. Form 5498 of that IRA should include $20,000.00"
        " in box 2. Confirm with the plan's document or a CPA.",
        f"Proof, the request: letter {letter.reference}, PDF of SHA-256 {letter.pdf_sha256}",
        "Proof, the payment: Jan 14, 2022 Deposit confirmation, $20,812.37",
        "Proof, evidence on file: Signed letter, SHA-256",
        "Proof, separately accounts for them and their earnings: yes: Adoption agreement, section 4.2",
    ):
        assert said in text, said


def answer(*legs, basis="20000.00", value="20812.37", known_basis=None, **fields):
    """Return the words for a distribution of `legs`, each (payee, amount), as one text."""
    allocation = allocate(
        contract=Contract(balance=Decimal(value), basis=Decimal(basis), separate_accounting=True),
        disbursements=[
            Disbursement(
                to=payee,
                method=Method.PAID if payee is Payee.PARTICIPANT else Method.DIRECT,
                amount=Decimal(amount),
                separately_accounts=payee is Payee.PLAN,
            )
            for payee, amount in legs
        ],
    )
    defaults = {
        "reference": "AT-TEST-0001",
        "payment_date": datetime.date(2022, 1, 14),
        "undivided": None,
        "forms": expect_forms(allocation=allocation, age_in_months=600),
        "payees": tuple(payee.label for payee, _ in legs),
        "basis": known_basis or Decimal(basis),
        "value": Decimal(value),
        "separate_accounting": "Adoption agreement, section 4.2",
        "year": 2022,
        "election_note": "",
        "reported": "No tax form has been entered yet.",
        "settled": "",
        "proof": (("the request", "letter AT-TEST-0001"),),
    }
    distribution = PaidDistribution(**defaults | fields)
    context = {"distribution": distribution, "confirm": CONFIRM}
    return "\n".join(read_lines(template="cpa/_answer.html", context=context))


def test_earnings_that_land_in_a_roth_ira_are_said_to_be_taxable():
    text = answer((Payee.ROTH_IRA, "20812.37"))
    assert "Box 2a is $812.37: box 1, $20,812.37, less box 5, $20,000.00" in text
    assert "landed in the Roth IRA, so they are taxable now (IRC 408A(d)(3)(A))" in text
    assert "Notice 2014-54" not in text  # there is nothing to assign


def test_an_in_plan_rollover_names_its_own_section_and_no_form_5498():
    text = answer((Payee.DESIGNATED_ROTH, "20812.37"))
    assert "so they are taxable now (IRC 402A(c)(4)(A))" in text
    assert "Form 5498" not in text


def test_what_the_participant_was_paid_is_taxable_in_its_pretax_part():
    text = answer(
        (Payee.TRADITIONAL_IRA, "500.00"), (Payee.PARTICIPANT, "20312.37"), settled="Of the 60 days: none."
    )
    assert "Box 2a is $312.37: box 1, $20,312.37, less box 5, $20,000.00" in text
    assert "It is the pretax part of what was paid to the participant (IRC 402(a))." in text
    assert "Of the 60 days: none." in text


def test_only_what_was_paid_to_the_participant_is_less_its_60_day_rollover():
    text = answer((Payee.TRADITIONAL_IRA, "500.00"), (Payee.PARTICIPANT, "20312.37"))
    direct, paid = text.splitlines()[-3:-1]
    assert "60 days" not in direct
    assert "box 2a into line 5b, less what was rolled over untaxed within 60 days. Confirm with" in paid


def test_of_one_direct_rollover_no_choice_among_several_is_told():
    one = answer((Payee.TRADITIONAL_IRA, "500.00"), (Payee.PARTICIPANT, "20312.37"))
    assert "Notice 2014-54" in one
    assert "the recipient chooses" not in one
    several = answer((Payee.TRADITIONAL_IRA, "500.00"), (Payee.ROTH_IRA, "20312.37"))
    assert "the recipient chooses before payment, as letter AT-TEST-0001 did." in several


def test_an_election_that_did_not_fit_is_told_instead_of_the_choice():
    legs = ((Payee.TRADITIONAL_IRA, "500.00"), (Payee.ROTH_IRA, "20312.37"))
    text = answer(*legs, election_note=ELECTION_DOES_NOT_FIT)
    assert ELECTION_DOES_NOT_FIT in text
    assert "the recipient chooses" not in text


def test_a_loss_leaves_nothing_to_tax():
    text = answer((Payee.ROTH_IRA, "17000.00"), value="17000.00")
    assert "It held no earnings, so all that left it was after-tax money (IRC 72(e)(6))." in text
    assert "Box 2a is $0.00" in text


def test_parts_that_a_payment_recorded_otherwise_get_no_equation_of_ours():
    computed = answer((Payee.ROTH_IRA, "20812.37"))
    assert "÷" in computed
    recorded = answer((Payee.ROTH_IRA, "20812.37"), known_basis=Decimal("19999.99"))
    assert "÷" not in recorded
    assert "$20,000.00 of it was after-tax and $812.37 earnings, as the forms below have it." in recorded


def test_earnings_are_not_denied_where_the_basis_on_record_is_more_than_the_value():
    text = answer((Payee.ROTH_IRA, "20812.37"), known_basis=Decimal("21000.00"))
    assert "It held no earnings" not in text
    assert "$20,000.00 of it was after-tax and $812.37 earnings, as the forms below have it." in text


def store_part(plan, advisor, amount):
    entry = make_entry(way=Way.ALL_ROTH, legs=(ROTH,), amount=Decimal(amount))
    return store_letter(plan=plan, advisor=advisor, entry=entry)


def test_a_letter_that_nobody_paid_explains_nothing_and_its_lines_are_said_to_be_estimates(firm_a, ada):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a)
        paid, unpaid = store_part(plan, ada, "10000.00"), store_part(plan, ada, "5000.00")
        make_payment(letter=paid, advisor=ada)
        text = flatten(gather(plan, 2022))
    assert f"Letter {paid.reference}: distribution of $10,000.00" in text
    # Nothing else of 2022 is on record of the plan.
    assert "accounts for separately (yes: Adoption agreement, section 4.2" in text
    assert f"Letter {unpaid.reference} is not recorded as paid: there is nothing to explain yet." in text
    assert f"Letter {unpaid.reference}: distribution of" not in text
    # 390.33 of the first; 5,000 x 10,390.33 / 10,812.37 = 4,804.83 -> 195.17 of the second.
    assert "line 5a $15,000.00, line 5b $585.50" in text
    assert f"Estimates, not recorded as paid: letter {unpaid.reference}." in text


def test_nothing_is_explained_where_no_letter_is_paid(firm_a, ada):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a)
        letter = store_part(plan, ada, "10000.00")
        text = flatten(gather(plan, 2022))
    assert text[text.index("If the IRS asks") : text.index("\nAuthorities")] == (
        f"If the IRS asks\nLetter {letter.reference} is not recorded as paid: there is nothing to explain yet."
    )


def test_a_payment_that_nobody_divided_is_told_as_the_ledger_has_it(firm_a, ada):
    legs = (
        Leg(to=Payee.TRADITIONAL_IRA, payee="Harbor", account_number="T-200", amount=Decimal("1000.00")),
        Leg(to=Payee.ROTH_IRA, payee="Harbor", account_number="R-100", amount=Decimal("19812.37")),
    )
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a)
        letter = store_letter(plan=plan, advisor=ada, entry=make_entry(way=Way.OWN, legs=legs))
        make_movement(
            plan=plan,
            kind=MovementKind.DISTRIBUTION,
            movement_date=datetime.date(2022, 1, 18),
            amount=Decimal("20900.00"),
            letter_reference=letter.reference,
        )
        text = flatten(gather(plan, 2022))
    assert (
        "Paid on January 18, 2022 by the ledger, $20,900.00. How it was divided is not recorded, so the figures here"
        " are the letter’s estimates."
    ) in text
    assert f"Estimates, not recorded how they were divided: letter {letter.reference}." in text


# --- The 60 days --------------------------------------------------------------------------------------------


@pytest.fixture
def paid_out(firm_a, ada):
    """A letter that paid the whole sub-account, 812.37 of it earnings, to the participant."""
    with scope(firm=firm_a):
        legs = (Leg(to=Payee.PARTICIPANT, amount=Decimal("20812.37")),)
        letter = store_letter(
            plan=make_ready_plan(firm=firm_a), advisor=ada, entry=make_entry(way=Way.OWN, legs=legs)
        )
        make_payment(letter=letter, advisor=ada, received_date=datetime.date(2022, 1, 14))
        yield letter


def settle(letter, advisor, **fields):
    return settle_sixty_day(
        firm=letter.firm,
        letter=letter,
        entry=SixtyDayEntry(**fields),
        advisor=advisor,
        today=datetime.date(2022, 4, 1),
    )


KEPT = (
    "Of the $20,812.37 paid to the participant nothing was rolled over (IRC 402(c)(3)); $812.37 of the whole"
    " distribution is taxable."
)
ROLLED_OVER = (
    "Of the $20,812.37 paid to the participant $20,500.00 was rolled over on March 1, 2022 (IRC 402(c)(3)): $812.37"
    " pretax and $187.63 after-tax to the traditional IRA, $19,500.00 after-tax to the Roth IRA; $312.37 was kept;"
    " $0.00 of the whole distribution is taxable."
)


def test_only_the_last_settlement_answers_and_it_lowers_line_5b(paid_out, ada):
    kept = settle(paid_out, ada)
    # Of 1,000.00 to the traditional IRA 812.37 is pretax, which is rolled over first; 20,812.37 - 20,500.00 is kept.
    settle(
        paid_out,
        ada,
        to_traditional=Decimal("1000.00"),
        to_roth=Decimal("19500.00"),
        rollover_date=datetime.date(2022, 3, 1),
        note="The bank's slip came late.",
        corrects=kept.pk,
    )
    packet = gather(paid_out.request.plan, 2022)
    text = flatten(packet)
    summary, answers = text[: text.index("Letters\n")], text[text.index("If the IRS asks") :]
    assert "line 5b $0.00 (less $812.37 rolled over untaxed within 60 days), line 25b $162.47" in summary
    assert ROLLED_OVER in answers
    assert "nothing was rolled over" not in answers
    # Both stand in the letter's life, in words.
    first, second = [row for row in read_csv(packet) if row["event"] == "Letter: 60-day rollover settled"]
    assert second["details"] == f"Corrected by a later entry; it said: {KEPT}"
    assert first["details"] == f"The bank's slip came late.; {ROLLED_OVER}"
    assert f"Corrected by a later entry; it said: {KEPT}" in text
    assert "explanations:" not in text


def test_the_settlement_of_a_payment_that_was_corrected_answers_for_nothing(paid_out, ada):
    settle(paid_out, ada, to_traditional=Decimal("812.37"), rollover_date=datetime.date(2022, 3, 1))
    assert gather(paid_out.request.plan, 2022).line_5b == Decimal("0.00")
    make_payment(letter=paid_out, advisor=ada, received_date=datetime.date(2022, 1, 14))
    packet = gather(paid_out.request.plan, 2022)
    text = flatten(packet)
    assert "was rolled over on" not in text[text.index("If the IRS asks") :]
    assert "Corrected by a later entry; it said: Of the $20,812.37" in text
    assert packet.line_5b == Decimal("812.37")


# --- Without a letter that stands ---------------------------------------------------------------------------


def test_what_left_without_a_letter_is_told_with_its_parts(firm_a):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a)
        make_movement(plan=plan)
        make_movement(
            plan=plan,
            kind=MovementKind.DISTRIBUTION,
            movement_date=datetime.date(2022, 3, 1),
            amount=Decimal("20812.37"),
            value_before=Decimal("20812.37"),
        )
        text = flatten(gather(plan, 2022))
    assert (
        "$20,812.37 left Tate Editorial 401(k) on March 1, 2022 without a letter in this file: $20,000.00 after-tax"
        " and $812.37 earnings by the ledger."
    ) in text


def test_what_left_under_a_letter_that_ended_is_told_with_how_it_ended(firm_a, ada):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a)
        make_movement(plan=plan)
        first = store_letter(plan=plan, advisor=ada)
        second = store_letter(plan=plan, advisor=ada, entry=make_entry(supersedes=first))
        make_event(letter=second, advisor=ada, step=Step.VOIDED)
        for letter, day, amount, value in (
            (first, datetime.date(2022, 3, 1), "10000.00", "20812.37"),
            (second, datetime.date(2022, 3, 2), "10812.37", "10812.37"),
        ):
            make_movement(
                plan=plan,
                kind=MovementKind.DISTRIBUTION,
                movement_date=day,
                amount=Decimal(amount),
                value_before=Decimal(value),
                letter_reference=letter.reference,
            )
        text = flatten(gather(plan, 2022))
    # 10,000 x 20,000 / 20,812.37 = 9,609.67; the rest of the basis is 10,390.33, of the value 10,812.37.
    assert (
        f"$10,000.00 left Tate Editorial 401(k) on March 1, 2022 under letter {first.reference}, which is superseded:"
        " $9,609.67 after-tax and $390.33 earnings by the ledger."
    ) in text
    assert (
        f"$10,812.37 left Tate Editorial 401(k) on March 2, 2022 under letter {second.reference}, which is voided:"
        " $10,390.33 after-tax and $422.04 earnings by the ledger."
    ) in text


def test_a_second_check_of_the_next_year_is_told_there_under_its_letter(firm_a, ada):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a)
        make_movement(plan=plan)
        letter = store_letter(plan=plan, advisor=ada)
        for day, amount, value in (
            (datetime.date(2022, 1, 14), "20000.00", "20812.37"),
            (datetime.date(2023, 1, 3), "812.37", "812.37"),
        ):
            make_movement(
                plan=plan,
                kind=MovementKind.DISTRIBUTION,
                movement_date=day,
                amount=Decimal(amount),
                value_before=Decimal(value),
                letter_reference=letter.reference,
            )
        text = flatten(gather(plan, 2023))
    # 20,000 x 20,000 / 20,812.37 = 19,219.34 of basis left with the first check: 780.66 remain.
    assert f"under letter {letter.reference}, which is not of this year’s payments: $780.66 after-tax" in text


# --- The PDF ------------------------------------------------------------------------------------------------


def test_the_same_record_gives_the_same_bytes(lived):
    assert lived.pdf == lived.again


def test_the_pdf_is_tagged_with_tables_and_bookmarks(lived):
    with pikepdf.open(BytesIO(lived.pdf)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        tags = {str(each.S) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each}
        assert {"/Table", "/TH", "/TD", "/Caption", "/H1", "/H2", "/H3"} <= tags
        with pdf.open_outline() as outline:
            [top] = outline.root
            titles = [item.title for item in top.children]
            assert "If the IRS asks" in titles
            assert "Letters" in titles
            letters = next(item for item in top.children if item.title == "Letters")
            assert len(letters.children) == 1


def test_the_pdf_says_what_was_gathered(lived):
    text = read_text(lived.pdf)
    assert "CPA packet of Imogen Tate, 2022" in text
    assert "Page 1 of" in text
    assert "If the IRS asks" in text


# --- The CSV ------------------------------------------------------------------------------------------------


def test_the_events_are_in_the_order_of_time_with_amounts_as_plain_numbers(lived):
    rows = lived.rows
    assert list(rows[0]) == list(COLUMNS)
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    issued = next(row for row in rows if row["event"] == "Letter: issued")
    assert (issued["amount"], issued["after_tax"], issued["pretax"]) == ("20812.37", "20000.00", "812.37")
    assert issued["sha256"] == lived.letter.pdf_sha256
    assert issued["who"] == "Ada Lovelace"
    events = [row["event"] for row in rows]
    for event in (
        "Letter: signed",
        "Letter: sent",
        "Letter: evidence attached",
        "Letter: paid",
        "Paid to a payee",
        "Distribution",
        "Finding acknowledged",
        "Form 1099-R received",
        "Traditional IRA on December 31",
    ):
        assert event in events, event


def test_a_payment_that_was_corrected_counts_once(firm_a, ada):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a)
        letter = issue(plan=plan, advisor=ada)
        make_payment(letter=letter, advisor=ada)
        make_payment(letter=letter, advisor=ada, payment_date=datetime.date(2022, 1, 18))
        packet = gather(plan, 2022)
        text = flatten(packet)
    first, second = [row for row in read_csv(packet) if row["event"] == "Letter: paid"]
    assert (first["amount"], first["details"]) == ("", "Corrected by a later entry; it said 20,812.37")
    assert (second["date"], second["amount"]) == ("2022-01-18", "20812.37")
    assert len([row for row in read_csv(packet) if row["event"] == "Paid to a payee"]) == 2
    assert "as paid on January 18, 2022" in text


def test_each_entry_of_the_chain_is_named_with_its_hash(lived):
    entries = {row["chain_entry"] for row in lived.rows if row["chain_entry"]}
    assert entries == {
        f"{event.position}:{event.sha256}" for event in lived.packet.letters[0][0].events.all()
    }


def test_a_correction_is_an_event_with_its_reason(firm_a, ada):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a)
        statement = Subaccount.objects.get(plan=plan).statements.get()
        with pghistory.context(user=ada.pk, reason="The custodian sent a corrected statement."):
            statement.value = Decimal("20900.00")
            statement.save()
        [row] = [row for row in read_csv(gather(plan, 2021)) if row["event"].startswith("Correction")]
    assert row["details"] == "The custodian sent a corrected statement."
    assert row["who"] == "Ada Lovelace"


HOSTILE = [
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1+1",
    '=HYPERLINK("http://evil.example")',
]


def write_hostile_csv(text) -> list[str]:
    happening = Happening(
        date=datetime.date(2022, 1, 14), event="Paid", details=text, source=text, amount=Decimal("-120.00")
    )
    content = write_events_csv(happenings=[happening])
    assert content.startswith(b"\xef\xbb\xbf")
    [_, row] = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return row


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_text_that_would_be_a_formula_is_read_back_as_text(text):
    row = write_hostile_csv(text)
    assert row[COLUMNS.index("details")] == f"'{text}"
    assert row[COLUMNS.index("source")] == f"'{text}"
    assert row[COLUMNS.index("amount")] == "-120.00"


def test_without_the_apostrophe_the_cell_is_a_formula(monkeypatch):
    monkeypatch.setattr(events, "neutralize", lambda *, text: text)
    assert write_hostile_csv("=1+1")[COLUMNS.index("details")] == "=1+1"


@pytest.mark.parametrize(
    "text", ["Ada Lovelace", "Björk, “Roth”\nand 張", "4.2%", "x=1", "'quoted'", ""], ids=ascii
)
def test_other_texts_come_back_as_they_were(text):
    assert neutralize(text=text) == text
    assert write_hostile_csv(text)[COLUMNS.index("details")] == text


def test_details_of_an_event_are_told_without_the_rows_that_stand_elsewhere():
    details = {
        "payment": 4,
        "reason": "Corrected",
        "differences": [{"title": "Box 2a", "reason": "asked"}],
        "none": None,
    }
    assert write_details(details=details) == "reason: Corrected; differences: title: Box 2a; reason: asked"
