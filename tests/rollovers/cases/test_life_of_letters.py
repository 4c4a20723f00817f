"""The life of a letter: its steps in order, what was paid on the payment date's figures, and how it ends."""

import dataclasses
import datetime
import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django_scopes import scope

from clients.models import SubaccountMovement
from law.adjustment import find_absorbing, find_basis_holder
from law.words import FormKind, MovementKind, Payee, Way
from rollovers.cases.forms.steps import name_reason_field
from rollovers.cases.matching import record_matched, record_reported
from rollovers.cases.outcomes import ELECTION_DOES_NOT_FIT, PaymentEntry
from rollovers.cases.payments import record_payment
from rollovers.cases.recording import Attachment, add_evidence
from rollovers.cases.refusals import (
    Fact,
    FormsMissing,
    PaymentRefused,
    ReasonMissing,
    SixtyDaysPassed,
    StepDateRefused,
    StepOutOfOrder,
)
from rollovers.cases.sixty_days import SixtyDayEntry, settle_sixty_day
from rollovers.cases.steps import record_step, void_letter
from rollovers.cases.tax_forms import find_open_differences, gather_tax_forms
from rollovers.desk.work import list_work
from rollovers.evidence.cases import Case, open_case
from rollovers.evidence.queries.letters import get_letter
from rollovers.evidence.queries.lives import list_open_letters
from rollovers.issuing.letters import CannotSupersede
from rollovers.issuing.rollovers import Leg
from rollovers.models import CaseEvent, Evidence, Payment, ReceivedForm, Step
from rollovers.reviews.ledgers import review_ledger
from rollovers.reviews.queries import get_plan_facts
from rollovers.reviews.subaccounts import list_outstanding, measure_subaccount
from tests.factories import (
    PDF_BYTES,
    make_advisor,
    make_event,
    make_firm,
    make_movement,
    make_payment,
    make_received_form,
    make_statement,
)
from tests.requests import ROTH, TODAY, issue, make_entry, make_ready_plan, preview, store_letter

SIGNED_DATE = datetime.date(2022, 1, 10)
SENT_DATE = datetime.date(2022, 1, 11)
PAID_DATE = datetime.date(2022, 1, 18)
LATER = datetime.date(2022, 2, 1)
NEXT_YEAR = datetime.date(2023, 2, 15)


@pytest.fixture(autouse=True)
def in_scope(request):
    if "own_database" in request.fixturenames:
        yield
        return
    with scope(firm=request.getfixturevalue("firm_a")):
        yield


@pytest.fixture
def plan(firm_a):
    return make_ready_plan(firm=firm_a)


@pytest.fixture
def letter(plan, ada):
    return store_letter(plan=plan, advisor=ada)


def dollars(text):
    return Decimal(text.replace(",", ""))


def read_again(letter):
    return get_letter(firm=letter.firm, letter_id=letter.pk)


def look(letter):
    return open_case(firm=letter.firm, letter_id=letter.pk)


def record(letter, advisor, step, step_date, today=LATER, **fields):
    return record_step(
        firm=letter.firm,
        letter=letter,
        step=step,
        step_date=step_date,
        advisor=advisor,
        today=today,
        **fields,
    )


def send(letter, advisor):
    record(letter, advisor, Step.SIGNED, SIGNED_DATE)
    record(letter, advisor, Step.SENT, SENT_DATE)
    return letter


def pay(letter, advisor, value, *, today=LATER, **fields):
    defaults = {
        "payment_date": PAID_DATE,
        "value_before": dollars(value),
        "source_document": "Payment confirmation",
    }
    entry = PaymentEntry(**defaults | fields)
    return record_payment(firm=letter.firm, letter=letter, entry=entry, advisor=advisor, today=today)


def read_legs(payment):
    return [
        (row.disbursement.to, str(row.amount), str(row.pretax), str(row.after_tax))
        for row in payment.disbursements.all()
    ]


def issue_all_roth(plan, advisor, **fields):
    return store_letter(
        plan=plan, advisor=advisor, entry=make_entry(way=Way.ALL_ROTH, legs=(ROTH,), **fields)
    )


def issue_to_participant(plan, advisor):
    """Issue a letter for 15,812.37 to the Roth IRA and 5,000.00 to the participant."""
    legs = (
        Leg(
            to=Payee.ROTH_IRA,
            payee="Harbor Brokerage",
            account_number="R-100",
            amount=dollars("15,812.37"),
        ),
        Leg(to=Payee.PARTICIPANT, amount=dollars("5,000.00")),
    )
    return store_letter(plan=plan, advisor=advisor, entry=make_entry(way=Way.OWN, legs=legs))


def issue_paid_out(plan, advisor):
    """Issue a letter for the whole to the participant."""
    legs = (Leg(to=Payee.PARTICIPANT, amount=dollars("20,812.37")),)
    return store_letter(plan=plan, advisor=advisor, entry=make_entry(way=Way.OWN, legs=legs))


# --- Where a letter stands ----------------------------------------------------------------------------------


def test_an_issued_letter_is_to_be_signed_by_its_planned_payment_date(letter):
    case = look(letter)
    assert (case.state, case.next_step) == (Step.ISSUED, Step.SIGNED)
    assert (case.due.date, case.due.is_overdue(today=case.due.date)) == (datetime.date(2022, 1, 14), False)
    assert case.due.is_overdue(today=datetime.date(2022, 1, 15))


def test_a_life_goes_from_step_to_step_with_what_is_due(letter, ada):
    send(letter, ada)
    assert look(letter).next_step == Step.PAID
    pay(letter, ada, "20,812.37")
    case = look(letter)
    assert (case.state, case.next_step, case.due.date) == (
        Step.PAID,
        Step.REPORTED,
        datetime.date(2023, 1, 31),
    )
    make_received_form(letter=letter)
    make_received_form(letter=letter, gross=dollars("812.37"), basis=dollars("0.00"))
    record_reported(firm=letter.firm, letter=letter, advisor=ada, today=NEXT_YEAR)
    assert (look(letter).next_step, look(letter).due.date) == (Step.MATCHED, datetime.date(2023, 5, 31))
    assert [(step.step, step.who, step.is_done) for step in look(letter).rail] == [
        (Step.ISSUED, "Ada Lovelace", True),
        (Step.SIGNED, "Ada Lovelace", True),
        (Step.SENT, "Ada Lovelace", True),
        (Step.PAID, "Ada Lovelace", True),
        (Step.REPORTED, "Ada Lovelace", True),
        (Step.MATCHED, "", False),
    ]


def test_a_letter_from_before_there_were_events_is_issued(letter):
    case = Case(letter=read_again(letter), events=(), payments=(), superseded_by=None)
    assert (case.state, case.next_step) == (Step.ISSUED, Step.SIGNED)
    assert [(step.step, step.who) for step in case.rail if step.is_done] == [(Step.ISSUED, "Ada Lovelace")]


def test_sent_before_signed_is_refused_and_signed_then_sent_is_not(letter, ada):
    with pytest.raises(StepOutOfOrder, match="Record “signed” first"):
        record(letter, ada, Step.SENT, SENT_DATE)
    send(letter, ada)
    assert [event.step for event in look(letter).events] == [Step.ISSUED, Step.SIGNED, Step.SENT]


@pytest.mark.parametrize(
    ("step_date", "said"),
    [
        (LATER + datetime.timedelta(days=1), "not a future one"),
        (TODAY - datetime.timedelta(days=1), "on or after the letter's own, January 4, 2022"),
    ],
    ids=["tomorrow", "before the letter"],
)
def test_a_step_is_dated_from_the_letters_date_to_today(letter, ada, step_date, said):
    with pytest.raises(StepDateRefused, match=said) as refused:
        record(letter, ada, Step.SIGNED, step_date)
    assert refused.value.fault is Fact.DATE
    record(letter, ada, Step.SIGNED, TODAY)


def test_nothing_is_sent_before_it_was_signed(letter, ada):
    record(letter, ada, Step.SIGNED, SIGNED_DATE)
    with pytest.raises(StepDateRefused, match="January 10, 2022, when the letter was signed"):
        record(letter, ada, Step.SENT, SIGNED_DATE - datetime.timedelta(days=1))
    record(letter, ada, Step.SENT, SIGNED_DATE)


def test_a_step_is_recorded_once_and_the_second_is_told_who_was_first(letter, ada, ben):
    record(letter, ada, Step.SIGNED, SIGNED_DATE)
    with pytest.raises(
        StepOutOfOrder, match="Ada Lovelace has recorded “signed” already, with the date January 10, 2022"
    ):
        record(letter, ben, Step.SIGNED, SIGNED_DATE)


def test_without_the_service_the_database_refuses_the_second(letter, ada):
    make_event(letter=letter, advisor=ada)
    with pytest.raises(IntegrityError, match="event_once_a_letter"), transaction.atomic():
        make_event(letter=letter, advisor=ada)


def test_of_two_people_who_record_the_same_step_at_once_one_wins(own_database):
    firm = make_firm()
    ada = make_advisor(firm=firm)
    olive = make_advisor(firm=firm, email="olive@lovelace.example", full_name="Olive Byron")
    with scope(firm=firm):
        letter = store_letter(plan=make_ready_plan(firm=firm), advisor=ada)
    start, outcomes = threading.Barrier(2), []

    def sign(advisor):
        try:
            with scope(firm=firm):
                start.wait(timeout=20)
                record(letter, advisor, Step.SIGNED, SIGNED_DATE)
            outcomes.append("recorded")
        except StepOutOfOrder as error:
            outcomes.append(f"{error}")
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=[advisor]) for advisor in (ada, olive)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes, key=len)[0] == "recorded"
    assert "has recorded “signed” already" in sorted(outcomes, key=len)[1]
    with scope(firm=firm):
        assert CaseEvent.objects.filter(step=Step.SIGNED).count() == 1


# --- Void and superseded ------------------------------------------------------------------------------------


def test_a_void_letter_no_longer_asks_for_money(plan, letter, ada):
    facts = get_plan_facts(firm=letter.firm, plan_id=plan.pk)
    assert measure_subaccount(facts=facts).balance == dollars("0.00")
    void_letter(
        firm=letter.firm, letter=letter, reason="The custodian wants its own form.", advisor=ada, today=LATER
    )
    facts = get_plan_facts(firm=letter.firm, plan_id=plan.pk)
    assert measure_subaccount(facts=facts).balance == dollars("20,812.37")
    assert facts.earlier_requests == []
    assert list_outstanding(facts=facts, without=None) == []
    assert review_ledger(firm=letter.firm, facts=facts).unpaid == ()
    case = look(letter)
    assert (case.state, case.next_step, case.due) == (Step.VOIDED, None, None)
    assert case.ending.note == "The custodian wants its own form."


def test_a_void_letter_warns_of_no_second_distribution_and_one_that_stands_does(plan, ada):
    letter = issue_all_roth(plan, ada, amount=dollars("10,000.00"))
    entry = make_entry(way=Way.ALL_ROTH, legs=(ROTH,), amount=dollars("1,000.00"))
    codes = {finding.code for finding in preview(plan=plan, advisor=ada, entry=entry).findings}
    assert "V30" in codes
    void_letter(firm=letter.firm, letter=letter, reason="Not now.", advisor=ada, today=LATER)
    codes = {finding.code for finding in preview(plan=plan, advisor=ada, entry=entry).findings}
    assert "V30" not in codes


def test_a_void_letter_adds_nothing_to_the_years_form_1040(plan, ada):
    first = issue_all_roth(plan, ada, amount=dollars("10,000.00"))
    second = issue_all_roth(plan, ada, amount=dollars("5,000.00"))
    void_letter(firm=first.firm, letter=first, reason="Not now.", advisor=ada, today=LATER)
    tax = gather_tax_forms(firm=second.firm, letter=read_again(second))
    assert [each.letter.pk for each in tax.of_year] == [second.pk]


def test_a_letter_is_voided_with_a_reason_and_not_after_it_was_paid(letter, ada):
    with pytest.raises(ReasonMissing):
        void_letter(firm=letter.firm, letter=letter, reason="  ", advisor=ada, today=LATER)
    pay(send(letter, ada), ada, "20,812.37")
    with pytest.raises(StepOutOfOrder, match="only one that nothing was paid on"):
        void_letter(firm=letter.firm, letter=letter, reason="Too late.", advisor=ada, today=LATER)


def test_nothing_follows_a_void_letter(letter, ada):
    void_letter(firm=letter.firm, letter=letter, reason="Wrong account.", advisor=ada, today=LATER)
    with pytest.raises(StepOutOfOrder, match="The letter is voided: nothing follows"):
        record(letter, ada, Step.SIGNED, SIGNED_DATE)
    with pytest.raises(StepOutOfOrder):
        pay(letter, ada, "20,812.37")
    with pytest.raises(StepOutOfOrder):
        void_letter(firm=letter.firm, letter=letter, reason="Again.", advisor=ada, today=LATER)


def test_a_superseded_letter_has_ended_and_the_new_one_goes_on(plan, letter, ada):
    new = issue(plan=plan, advisor=ada, entry=make_entry(supersedes=letter))
    assert (look(letter).state, look(letter).next_step) == (Step.SUPERSEDED, None)
    assert look(new).state == Step.ISSUED
    with pytest.raises(StepOutOfOrder, match="superseded"):
        record(letter, ada, Step.SIGNED, SIGNED_DATE)


def test_a_void_letter_is_not_superseded(plan, letter, ada):
    void_letter(firm=letter.firm, letter=letter, reason="Wrong account.", advisor=ada, today=LATER)
    with pytest.raises(CannotSupersede):
        issue(plan=plan, advisor=ada, entry=make_entry(supersedes=letter))
    assert store_letter(plan=plan, advisor=ada).supersedes is None


def test_a_paid_letter_is_not_superseded(plan, ada):
    letter = issue_all_roth(plan, ada, amount=dollars("10,000.00"))
    pay(send(letter, ada), ada, "20,812.37")
    entry = make_entry(way=Way.ALL_ROTH, legs=(ROTH,), amount=dollars("1,000.00"), supersedes=letter)
    with pytest.raises(CannotSupersede):
        issue(plan=plan, advisor=ada, entry=entry)


# --- What was paid ------------------------------------------------------------------------------------------


def test_a_split_is_paid_on_the_payment_dates_figures_beside_the_letters_own(letter, ada):
    payment = pay(send(letter, ada), ada, "20,900.00")
    # The value is 20,900.00 now: 900.00 of it are earnings, the basis is still 20,000.00.
    assert read_legs(payment) == [
        ("traditional_ira", "900.00", "900.00", "0.00"),
        ("roth_ira", "20000.00", "0.00", "20000.00"),
    ]
    assert (payment.distribution, payment.pretax, payment.after_tax, payment.includible) == (
        dollars("20,900.00"),
        dollars("900.00"),
        dollars("20,000.00"),
        dollars("0.00"),
    )
    asked = read_again(letter).request
    assert (asked.distribution, asked.pretax) == (dollars("20,812.37"), dollars("812.37"))
    assert payment.figures["remaining_balance"] == "0.00"
    assert payment.figures["explanations"][1]["amount"] == "900.00"


def test_a_fixed_amount_is_pro_rated_again_at_the_value_just_before_it(plan, ada):
    letter = issue_all_roth(plan, ada, amount=dollars("10,000.00"))
    # Asked: 10,000 x 20,000 / 20,812.37 = 9,609.67 of basis. Paid: 10,000 x 20,000 / 20,900 = 9,569.38.
    assert letter.request.after_tax == dollars("9,609.67")
    payment = pay(send(letter, ada), ada, "20,900.00")
    assert (payment.after_tax, payment.pretax, payment.includible) == (
        dollars("9,569.38"),
        dollars("430.62"),
        dollars("430.62"),
    )
    assert read_legs(payment) == [("roth_ira", "10000.00", "430.62", "9569.38")]


def test_of_a_fixed_split_the_earnings_leg_is_the_pretax_part_as_then_computed(plan, ada):
    letter = store_letter(plan=plan, advisor=ada, entry=make_entry(amount=dollars("10,000.00")))
    payment = pay(send(letter, ada), ada, "20,900.00")
    assert read_legs(payment) == [
        ("traditional_ira", "430.62", "430.62", "0.00"),
        ("roth_ira", "9569.38", "0.00", "9569.38"),
    ]


def test_a_split_paid_at_a_loss_pays_the_basis_holder_what_is_left(letter, ada):
    payment = pay(send(letter, ada), ada, "19,500.00")
    assert read_legs(payment) == [
        ("traditional_ira", "0.00", "0.00", "0.00"),
        ("roth_ira", "19500.00", "0.00", "19500.00"),
    ]
    assert payment.figures["unrecovered_basis"] == "500.00"
    [form] = gather_tax_forms(firm=letter.firm, letter=read_again(letter)).expected.forms
    assert (form.box_1_gross, form.box_5_basis) == (dollars("19,500.00"), dollars("19,500.00"))


def test_own_legs_keep_their_amounts_and_the_absorbing_one_takes_the_difference(plan, ada):
    legs = (
        Leg(to=Payee.TRADITIONAL_IRA, payee="Harbor", account_number="T-200", amount=dollars("1,000.00")),
        Leg(to=Payee.ROTH_IRA, payee="Harbor", account_number="R-100", amount=dollars("19,812.37")),
    )
    letter = store_letter(plan=plan, advisor=ada, entry=make_entry(way=Way.OWN, legs=legs))
    payment = pay(send(letter, ada), ada, "20,900.00")
    # The traditional IRA carries the most pretax, so it takes the 87.63: 900.00 of 1,087.63 is pretax.
    assert read_legs(payment) == [
        ("traditional_ira", "1087.63", "900.00", "187.63"),
        ("roth_ira", "19812.37", "0.00", "19812.37"),
    ]
    tax = gather_tax_forms(firm=letter.firm, letter=read_again(letter))
    # The forms follow the legs as paid, not the letter's figures.
    assert [(str(form.box_1_gross), str(form.box_5_basis)) for form in tax.expected.forms] == [
        ("1087.63", "187.63"),
        ("19812.37", "19812.37"),
    ]


def test_amounts_paid_otherwise_need_a_reason_and_an_election_that_no_longer_fits_says_so(letter, ada):
    send(letter, ada)
    traditional, roth = letter.request.disbursements.all()
    amounts = {traditional.pk: dollars("812.37"), roth.pk: dollars("20,087.63")}
    with pytest.raises(ReasonMissing, match=r"the letter says \$900.00 to Traditional IRA") as refused:
        pay(letter, ada, "20,900.00", amounts=amounts)
    assert refused.value.fault is Fact.REASON
    payment = pay(letter, ada, "20,900.00", amounts=amounts, note="The custodian paid the estimate.")
    # 900.00 is pretax; the traditional IRA holds 812.37 of it, so 87.63 lands in the Roth IRA and is taxed.
    assert read_legs(payment) == [
        ("traditional_ira", "812.37", "812.37", "0.00"),
        ("roth_ira", "20087.63", "87.63", "20000.00"),
    ]
    assert payment.includible == dollars("87.63")
    assert payment.figures["election_note"] == ELECTION_DOES_NOT_FIT


@pytest.mark.parametrize(
    ("value", "legs"),
    [
        # 10,000 x 20,000 / 20,700 = 9,661.84, so 338.16 is pretax: 90.33 as elected, and 247.83 for the other.
        (
            "20,700.00",
            [("traditional_ira", "300.00", "247.83", "52.17"), ("roth_ira", "9700.00", "90.33", "9609.67")],
        ),
        # 10,000 x 20,000 / 21,000 = 9,523.81: of 476.19 the traditional IRA takes all its 300.00.
        (
            "21,000.00",
            [("traditional_ira", "300.00", "300.00", "0.00"), ("roth_ira", "9700.00", "176.19", "9523.81")],
        ),
        # 10,000 x 20,000 / 20,100 = 9,950.25: 49.75 is less than the 90.33 elected, so the other has none.
        (
            "20,100.00",
            [("traditional_ira", "300.00", "0.00", "300.00"), ("roth_ira", "9700.00", "49.75", "9650.25")],
        ),
    ],
    ids=["within its amount", "above it", "below nothing"],
)
def test_of_fixed_amounts_the_pretax_part_passes_on_what_the_first_cannot_take(plan, ada, value, legs):
    fixed = (
        Leg(to=Payee.TRADITIONAL_IRA, payee="Harbor", account_number="T-200", amount=dollars("300.00")),
        Leg(to=Payee.ROTH_IRA, payee="Harbor", account_number="R-100", amount=dollars("9,700.00")),
    )
    entry = make_entry(way=Way.OWN, legs=fixed, amount=dollars("10,000.00"))
    letter = store_letter(plan=plan, advisor=ada, entry=entry)
    assert [str(row.pretax) for row in letter.request.disbursements.all()] == ["300.00", "90.33"]
    payment = pay(send(letter, ada), ada, value)
    assert read_legs(payment) == legs
    assert payment.figures["election_note"] == ""


def test_of_a_fixed_split_without_earnings_the_whole_goes_to_the_basis_holder(plan, ada):
    letter = store_letter(plan=plan, advisor=ada, entry=make_entry(amount=dollars("10,000.00")))
    assert read_legs(pay(send(letter, ada), ada, "20,000.00")) == [
        ("traditional_ira", "0.00", "0.00", "0.00"),
        ("roth_ira", "10000.00", "0.00", "10000.00"),
    ]


def test_where_nothing_remains_for_the_payment_that_takes_the_difference_none_is_as_asked(plan, ada):
    legs = (
        Leg(to=Payee.TRADITIONAL_IRA, payee="Harbor", account_number="T-200", amount=dollars("1,000.00")),
        Leg(to=Payee.ROTH_IRA, payee="Harbor", account_number="R-100", amount=dollars("19,812.37")),
    )
    letter = send(store_letter(plan=plan, advisor=ada, entry=make_entry(way=Way.OWN, legs=legs)), ada)
    traditional, _ = letter.request.disbursements.all()
    with pytest.raises(PaymentRefused, match="leaves nothing for this payment") as refused:
        pay(letter, ada, "19,812.37")
    assert refused.value.fault == traditional
    amounts = {traditional.pk: dollars("0.00")}
    with pytest.raises(ReasonMissing, match="the letter says that nothing is paid"):
        pay(letter, ada, "19,812.37", amounts=amounts)
    payment = pay(letter, ada, "19,812.37", amounts=amounts, note="Paid to the Roth IRA alone.")
    assert read_legs(payment)[0] == ("traditional_ira", "0.00", "0.00", "0.00")


def test_a_cent_that_remains_is_paid_as_asked(plan, ada):
    legs = (
        Leg(to=Payee.TRADITIONAL_IRA, payee="Harbor", account_number="T-200", amount=dollars("1,000.00")),
        Leg(to=Payee.ROTH_IRA, payee="Harbor", account_number="R-100", amount=dollars("19,812.37")),
    )
    letter = send(store_letter(plan=plan, advisor=ada, entry=make_entry(way=Way.OWN, legs=legs)), ada)
    assert read_legs(pay(letter, ada, "19,812.38"))[0] == ("traditional_ira", "0.01", "0.00", "0.01")


def test_a_split_worth_its_basis_pays_the_basis_holder_alone_as_asked(letter, ada):
    assert read_legs(pay(send(letter, ada), ada, "20,000.00")) == [
        ("traditional_ira", "0.00", "0.00", "0.00"),
        ("roth_ira", "20000.00", "0.00", "20000.00"),
    ]


@pytest.mark.parametrize("value", ["0.00", "9,999.99"], ids=["nothing", "less"])
def test_more_than_the_value_just_before_cannot_have_been_paid(plan, ada, value):
    letter = issue_all_roth(plan, ada, amount=dollars("10,000.00"))
    send(letter, ada)
    with pytest.raises(PaymentRefused) as refused:
        pay(letter, ada, value)
    assert refused.value.fault is Fact.VALUE_BEFORE
    pay(letter, ada, "10,000.00")


def test_the_ledger_gets_the_distribution_and_the_letter_is_outstanding_no_more(plan, letter, ada):
    pay(send(letter, ada), ada, "20,900.00")
    movement = SubaccountMovement.objects.get()
    assert (movement.kind, movement.amount, movement.value_before, movement.letter_reference) == (
        MovementKind.DISTRIBUTION,
        dollars("20,900.00"),
        dollars("20,900.00"),
        letter.reference,
    )
    facts = get_plan_facts(firm=letter.firm, plan_id=plan.pk)
    assert list_outstanding(facts=facts, without=None) == []
    assert review_ledger(firm=letter.firm, facts=facts).ledger.closing.balance == dollars("0.00")


def test_a_movement_that_names_the_letter_is_used_where_it_agrees(plan, letter, ada):
    movement = make_movement(
        plan=plan,
        kind=MovementKind.DISTRIBUTION,
        movement_date=PAID_DATE,
        amount=dollars("20,900.00"),
        letter_reference=letter.reference,
    )
    send(letter, ada)
    with pytest.raises(PaymentRefused, match=r"The ledger records \$20,900.00 paid"):
        pay(letter, ada, "20,901.00")
    with pytest.raises(PaymentRefused, match="on January 18, 2022") as refused:
        pay(letter, ada, "20,900.00", payment_date=datetime.date(2022, 1, 19))
    assert refused.value.fault is Fact.DATE
    assert pay(letter, ada, "20,900.00").movement == movement
    movement.refresh_from_db()
    assert movement.value_before == dollars("20,900.00")
    assert SubaccountMovement.objects.count() == 1


def test_the_basis_counts_what_moved_since_the_statement(plan, ada):
    first = issue_all_roth(plan, ada, amount=dollars("10,000.00"))
    second = issue_all_roth(plan, ada, amount=dollars("5,000.00"))
    pay(send(first, ada), ada, "20,812.37")
    payment = pay(send(second, ada), ada, "10,900.00", payment_date=datetime.date(2022, 1, 20))
    # 20,000.00 less the 9,609.67 that left with the first; 5,000 x 10,390.33 / 10,900 = 4,766.21.
    assert payment.basis_before == dollars("10,390.33")
    assert (payment.after_tax, payment.pretax) == (dollars("4,766.21"), dollars("233.79"))


def test_a_statement_of_the_payment_date_shows_the_account_without_the_payments_basis(plan, letter, ada):
    make_statement(plan=plan, statement_date=PAID_DATE, basis=dollars("0.00"), value=dollars("0.00"))
    payment = pay(send(letter, ada), ada, "20,900.00")
    assert payment.basis_before == dollars("20,000.00")
    corrected = pay(letter, ada, "20,950.00", note="Read wrongly.", corrects=payment.pk)
    # 20,950.00 less the basis of the year-end statement, 20,000.00.
    assert (corrected.pretax, corrected.after_tax) == (dollars("950.00"), dollars("20,000.00"))


def test_a_letter_paid_on_the_day_of_its_own_statement_keeps_that_statements_basis(plan, ada):
    make_statement(plan=plan, statement_date=TODAY, basis=dollars("19,000.00"), value=dollars("20,812.37"))
    letter = issue_all_roth(plan, ada)
    record(letter, ada, Step.SIGNED, TODAY)
    record(letter, ada, Step.SENT, TODAY)
    payment = pay(letter, ada, "20,812.37", payment_date=TODAY)
    assert (payment.basis_before, payment.pretax) == (dollars("19,000.00"), dollars("1,812.37"))


def test_a_letter_that_is_not_paid_yet_takes_no_basis(plan, ada):
    issue_all_roth(plan, ada, amount=dollars("10,000.00"))
    second = issue_all_roth(plan, ada, amount=dollars("5,000.00"))
    assert pay(send(second, ada), ada, "20,900.00").basis_before == dollars("20,000.00")


def test_a_correction_is_a_new_payment_with_a_reason_and_the_movement_follows(letter, ada):
    first = pay(send(letter, ada), ada, "20,900.00")
    with pytest.raises(ReasonMissing, match="say why it is corrected"):
        pay(letter, ada, "20,950.00", corrects=first.pk)
    second = pay(letter, ada, "20,950.00", note="The confirmation was read wrongly.", corrects=first.pk)
    assert Payment.objects.count() == 2
    assert look(letter).payment == second
    assert second.movement == first.movement
    movement = SubaccountMovement.objects.get()
    assert movement.amount == dollars("20,950.00")
    reason = movement.pgh_event_model.objects.order_by("-pgh_id").first().pgh_context.metadata["reason"]
    assert reason == "The confirmation was read wrongly."
    tax = gather_tax_forms(firm=letter.firm, letter=read_again(letter))
    assert [str(form.box_1_gross) for form in tax.expected.forms] == ["950.00", "20000.00"]


def test_a_first_payment_that_is_sent_twice_is_no_correction_and_the_second_is_told_who_was_first(
    letter, ada, ben
):
    pay(send(letter, ada), ada, "20,900.00", note="By wire.")
    with pytest.raises(
        StepOutOfOrder, match="Ada Lovelace has recorded the payment of January 18, 2022 meanwhile"
    ):
        pay(letter, ben, "20,900.00", note="By wire.")
    assert Payment.objects.count() == 1


def test_a_correction_of_what_was_corrected_meanwhile_is_refused(letter, ada, ben):
    first = pay(send(letter, ada), ada, "20,900.00")
    second = pay(letter, ben, "20,950.00", note="Read again.", corrects=first.pk)
    with pytest.raises(StepOutOfOrder, match=f"{ben.full_name} has recorded the payment"):
        pay(letter, ada, "20,960.00", note="Read again.", corrects=first.pk)
    assert look(letter).payment == second
    third = pay(letter, ada, "20,960.00", note="Read again.", corrects=second.pk)
    assert look(letter).payment == third


def test_nothing_is_corrected_where_no_payment_is_recorded(letter, ada):
    send(letter, ada)
    with pytest.raises(StepOutOfOrder, match="No payment is recorded"):
        pay(letter, ada, "20,900.00", corrects=1)
    assert Payment.objects.count() == 0


def test_a_payment_waits_until_the_letter_was_sent(letter, ada):
    with pytest.raises(StepOutOfOrder, match="Record “signed” first"):
        pay(letter, ada, "20,900.00")


def test_the_absorbing_payment_is_the_one_that_the_letter_itself_names(plan, ada):
    entries = [
        make_entry(),
        make_entry(way=Way.ALL_ROTH, legs=(ROTH,)),
        make_entry(amount=dollars("10,000.00")),
        make_entry(
            way=Way.OWN,
            legs=(
                Leg(to=Payee.PARTICIPANT, amount=dollars("500.00")),
                Leg(to=Payee.ROTH_IRA, payee="Harbor", account_number="R-1", amount=dollars("20,000.00")),
                Leg(to=Payee.TRADITIONAL_IRA, payee="Harbor", account_number="T-1", amount=dollars("312.37")),
            ),
        ),
    ]
    for entry in entries:
        said = preview(plan=plan, advisor=ada, entry=entry).letter
        letter = store_letter(plan=plan, advisor=ada, entry=entry)
        rows = list(letter.request.disbursements.all())
        assert find_absorbing(legs=rows).to == said.absorbing.kind
        holder = find_basis_holder(legs=rows)
        assert (holder and holder.to) == (said.basis_holder and said.basis_holder.kind)
        void_letter(firm=letter.firm, letter=letter, reason="Only a test.", advisor=ada, today=LATER)


# --- Paid to the participant --------------------------------------------------------------------------------


def pay_out(letter, advisor, **fields):
    return pay(send(letter, advisor), advisor, "20,812.37", **{"received_date": PAID_DATE} | fields)


def test_money_paid_to_the_participant_needs_the_day_it_was_received(plan, ada):
    letter = send(issue_paid_out(plan, ada), ada)
    with pytest.raises(PaymentRefused) as refused:
        pay(letter, ada, "20,812.37")
    assert refused.value.fault is Fact.RECEIVED_DATE
    # 812.37 is pretax; 20% of it is 162.47.
    assert pay(letter, ada, "20,812.37", received_date=PAID_DATE).withholding == dollars("162.47")


def test_what_was_withheld_is_recorded_as_shown_and_form_1099r_follows_it(plan, ada):
    letter = issue_paid_out(plan, ada)
    payment = pay_out(letter, ada, withheld=dollars("200.00"))
    assert (payment.withholding, payment.figures["withholding"]) == (dollars("200.00"), "162.47")
    [form] = gather_tax_forms(firm=letter.firm, letter=read_again(letter)).expected.forms
    assert form.box_4_withheld == dollars("200.00")


def test_a_direct_rollover_bears_no_withholding(letter, ada):
    send(letter, ada)
    with pytest.raises(PaymentRefused) as refused:
        pay(letter, ada, "20,812.37", withheld=dollars("1.00"))
    assert refused.value.fault is Fact.WITHHELD


def test_the_sixty_days_begin_with_the_receipt_and_stay_open_until_settled(plan, ada):
    letter = issue_paid_out(plan, ada)
    pay_out(letter, ada)
    sixty_day = look(letter).sixty_day
    # January 18 and 60 days: 13 left in January, 28 in February, the 19th of March is the sixtieth.
    assert sixty_day.due.date == datetime.date(2022, 3, 19)
    assert (sixty_day.paid, sixty_day.to_replace, sixty_day.settled) == (
        dollars("20,812.37"),
        dollars("162.47"),
        None,
    )
    settle_sixty_day(
        firm=letter.firm,
        letter=letter,
        entry=SixtyDayEntry(to_roth=dollars("20,000.00"), rollover_date=datetime.date(2022, 3, 19)),
        advisor=ada,
        today=datetime.date(2022, 4, 1),
    )
    settled = look(letter).sixty_day.settled
    # The pretax 812.37 counts as rolled over first: it lands in the Roth IRA and is taxed; 812.37 of basis is kept.
    assert settled.details["figures"]["sixty_day_rollovers"] == [
        {"to": "roth_ira", "amount": "20000.00", "pretax": "812.37", "after_tax": "19187.63"}
    ]
    assert settled.details["figures"]["kept"] == {"amount": "812.37", "pretax": "0.00", "after_tax": "812.37"}
    assert settled.details["figures"]["includible"] == "812.37"


def settle(letter, advisor, *, today=datetime.date(2022, 4, 1), **fields):
    return settle_sixty_day(
        firm=letter.firm, letter=letter, entry=SixtyDayEntry(**fields), advisor=advisor, today=today
    )


def test_a_rollover_on_the_sixty_first_day_is_refused_with_the_law_and_on_the_sixtieth_is_not(plan, ada):
    letter = issue_paid_out(plan, ada)
    pay_out(letter, ada)
    with pytest.raises(SixtyDaysPassed, match=r"IRC 402\(c\)\(3\)"):
        settle(letter, ada, to_roth=dollars("100.00"), rollover_date=datetime.date(2022, 3, 20))
    settle(letter, ada, to_roth=dollars("100.00"), rollover_date=datetime.date(2022, 3, 19))


def test_of_two_rollovers_the_traditional_ira_takes_the_pretax_money(plan, ada):
    letter = issue_paid_out(plan, ada)
    pay_out(letter, ada)
    event = settle(
        letter,
        ada,
        to_traditional=dollars("812.37"),
        to_roth=dollars("20,000.00"),
        rollover_date=datetime.date(2022, 3, 1),
    )
    assert event.details["figures"]["includible"] == "0.00"


def test_no_more_is_rolled_over_than_was_paid(plan, ada):
    letter = issue_to_participant(plan, ada)
    pay_out(letter, ada)
    with pytest.raises(PaymentRefused) as refused:
        settle(letter, ada, to_roth=dollars("5,000.01"), rollover_date=datetime.date(2022, 3, 1))
    assert refused.value.fault is Payee.ROTH_IRA
    settle(letter, ada, to_roth=dollars("5,000.00"), rollover_date=datetime.date(2022, 3, 1))


def test_kept_money_is_settled_too_and_a_second_settlement_needs_a_reason(plan, ada):
    letter = issue_paid_out(plan, ada)
    pay_out(letter, ada)
    first = settle(letter, ada)
    assert look(letter).sixty_day.settled.details["figures"]["kept"]["amount"] == "20812.37"
    with pytest.raises(ReasonMissing):
        settle(letter, ada, corrects=first.pk)
    settle(letter, ada, note="The bank's slip came late.", corrects=first.pk)


def test_a_settlement_that_is_sent_twice_or_is_stale_is_refused_and_told_who_was_first(plan, ada, ben):
    letter = issue_paid_out(plan, ada)
    payment = pay_out(letter, ada)
    first = settle(letter, ada, note="Kept.")
    with pytest.raises(StepOutOfOrder, match="Ada Lovelace has settled the 60 days meanwhile"):
        settle(letter, ben, note="Kept.")
    assert CaseEvent.objects.filter(step=Step.SIXTY_DAY).count() == 1
    second = settle(letter, ben, note="The slip came.", corrects=first.pk)
    with pytest.raises(StepOutOfOrder, match=f"{ben.full_name} has settled the 60 days meanwhile"):
        settle(letter, ada, note="Another slip.", corrects=first.pk)
    pay(letter, ada, "20,900.00", received_date=PAID_DATE, note="Read again.", corrects=payment.pk)
    with pytest.raises(
        StepOutOfOrder, match="Ada Lovelace has recorded the payment of January 18, 2022 meanwhile"
    ):
        settle(letter, ben, note="Another slip.", corrects=second.pk)
    settle(letter, ben)


def test_a_corrected_payment_opens_the_sixty_days_again(plan, ada):
    letter = issue_paid_out(plan, ada)
    first = pay_out(letter, ada)
    settle(letter, ada)
    pay(letter, ada, "20,900.00", received_date=PAID_DATE, note="Read again.", corrects=first.pk)
    assert look(letter).sixty_day.settled is None


def test_direct_rollovers_have_no_sixty_days(letter, ada):
    pay(send(letter, ada), ada, "20,900.00")
    assert look(letter).sixty_day is None
    with pytest.raises(StepOutOfOrder, match="no 60 days run"):
        settle(letter, ada)


# --- Reported and matched -----------------------------------------------------------------------------------


def test_reported_waits_for_every_form_and_names_those_that_are_missing(letter, ada):
    make_payment(letter=letter, advisor=ada)
    with pytest.raises(
        FormsMissing, match="Form 1099-R, Traditional IRA, Harbor Brokerage; Form 1099-R, Roth IRA"
    ):
        record_reported(firm=letter.firm, letter=letter, advisor=ada, today=NEXT_YEAR)
    make_received_form(letter=letter)
    with pytest.raises(FormsMissing) as refused:
        record_reported(firm=letter.firm, letter=letter, advisor=ada, today=NEXT_YEAR)
    assert "Roth" not in str(refused.value)
    make_received_form(letter=letter, gross=dollars("812.37"), basis=dollars("0.00"))
    event = record_reported(firm=letter.firm, letter=letter, advisor=ada, today=NEXT_YEAR)
    assert (event.step, event.step_date) == (Step.REPORTED, NEXT_YEAR)


def report(letter, advisor, **roth):
    make_payment(letter=letter, advisor=advisor)
    make_received_form(letter=letter, **roth)
    make_received_form(letter=letter, gross=dollars("812.37"), basis=dollars("0.00"))
    record_reported(firm=letter.firm, letter=letter, advisor=advisor, today=NEXT_YEAR)


def receive_5498s(letter):
    for amount in ("20,000.00", "812.37"):
        make_received_form(
            letter=letter, kind=FormKind.FORM_5498, gross=dollars(amount), taxable=None, basis=0, code=""
        )


def match(letter, advisor, reasons):
    return record_matched(firm=letter.firm, letter=letter, reasons=reasons, advisor=advisor, today=NEXT_YEAR)


def test_a_letter_whose_forms_agree_is_matched_and_nothing_is_left_to_do(letter, ada):
    report(letter, ada)
    receive_5498s(letter)
    event = match(letter, ada, {})
    assert event.details == {"differences": []}
    assert look(letter).due is None
    assert list(list_open_letters(firm=letter.firm)) == []
    with pytest.raises(StepOutOfOrder, match="matched"):
        pay(letter, ada, "20,900.00", note="Too late.")


def test_each_difference_needs_its_reason_which_is_kept(letter, ada):
    report(letter, ada, code="7")
    receive_5498s(letter)
    with pytest.raises(ReasonMissing, match="Form 1099-R, Roth IRA"):
        match(letter, ada, {})
    [difference] = find_open_differences(tax=gather_tax_forms(firm=letter.firm, letter=read_again(letter)))
    event = match(letter, ada, {difference.key: "A corrected form is on its way."})
    [kept] = event.details["differences"]
    assert kept["reason"] == "A corrected form is on its way."


def test_a_letter_is_not_matched_while_its_sixty_days_are_open(plan, ada):
    letter = issue_paid_out(plan, ada)
    pay_out(letter, ada)
    make_event(letter=letter, advisor=ada, step=Step.REPORTED, step_date=LATER)
    differences = find_open_differences(tax=gather_tax_forms(firm=letter.firm, letter=read_again(letter)))
    reasons = {each.key: "It is on its way." for each in differences}
    with pytest.raises(StepOutOfOrder, match="Settle the 60 days first"):
        match(letter, ada, reasons)
    assert list(list_open_letters(firm=letter.firm)) == [letter]
    settle(letter, ada)
    match(letter, ada, reasons)
    assert look(letter).state == Step.MATCHED


def test_each_difference_has_a_field_of_its_own_whatever_its_place(letter, ada):
    report(letter, ada)
    before = find_open_differences(tax=gather_tax_forms(firm=letter.firm, letter=read_again(letter)))
    form = ReceivedForm.objects.filter(kind=FormKind.FORM_1099R).latest("pk")
    form.code = "7"
    form.save()
    after = find_open_differences(tax=gather_tax_forms(firm=letter.firm, letter=read_again(letter)))
    assert len({name_reason_field(difference=each) for each in after}) == len(after) == len(before) + 1
    assert {name_reason_field(difference=each): each.title for each in before}.items() <= {
        name_reason_field(difference=each): each.title for each in after
    }.items()


def test_a_form_5498_that_has_not_come_is_a_difference(letter, ada):
    report(letter, ada)
    with pytest.raises(ReasonMissing, match="Form 5498"):
        match(letter, ada, {})


# --- Evidence -----------------------------------------------------------------------------------------------

SCAN = Attachment(title="Signed letter", media_type="application/pdf", content=PDF_BYTES)


def test_a_scan_is_kept_with_its_step_and_its_place_in_the_chain(letter, ada):
    record(letter, ada, Step.SIGNED, SIGNED_DATE, attachment=SCAN)
    evidence = Evidence.objects.get()
    assert (bytes(evidence.content), evidence.added_by) == (PDF_BYTES, ada)
    assert [(event.step, event.details) for event in look(letter).events[1:]] == [
        (Step.SIGNED, {}),
        (Step.EVIDENCE, {"evidence": evidence.pk}),
    ]


def test_a_step_that_is_refused_leaves_no_scan(letter, ada):
    with pytest.raises(StepOutOfOrder):
        record(letter, ada, Step.SENT, SENT_DATE, attachment=SCAN)
    assert Evidence.objects.count() == 0


def test_a_scan_is_attached_on_its_own(letter, ada):
    add_evidence(firm=letter.firm, letter=letter, attachment=SCAN, advisor=ada, today=LATER)
    assert look(letter).state == Step.ISSUED
    assert Evidence.objects.count() == 1


def test_the_same_scan_is_kept_once_under_one_title(letter, ada, ben):
    def attach(advisor, scan):
        return add_evidence(firm=letter.firm, letter=letter, attachment=scan, advisor=advisor, today=LATER)

    first = attach(ada, SCAN)
    assert attach(ben, SCAN) == first
    assert [event.step for event in look(letter).events] == [
        Step.ISSUED,
        Step.EVIDENCE,
    ]
    titled = attach(ada, dataclasses.replace(SCAN, title="Courier's slip"))
    other = attach(ada, dataclasses.replace(SCAN, content=PDF_BYTES + b" "))
    assert len({first.pk, titled.pk, other.pk}) == Evidence.objects.count() == 3


# --- The work list ------------------------------------------------------------------------------------------


def test_work_is_overdue_first_then_the_sixty_days_then_by_date(plan, ada):
    def issue_part(payment_date):
        return issue_all_roth(plan, ada, amount=dollars("100.00"), payment_date=payment_date)

    paid_out = store_letter(
        plan=plan,
        advisor=ada,
        entry=make_entry(
            way=Way.OWN, legs=(Leg(to=Payee.PARTICIPANT, amount=dollars("100.00")),), amount=dollars("100.00")
        ),
    )
    pay_out(paid_out, ada)
    later, sooner = issue_part(datetime.date(2022, 3, 5)), issue_part(datetime.date(2022, 2, 10))
    overdue = issue_part(datetime.date(2022, 1, 20))
    letters = list(list_open_letters(firm=plan.firm))
    assert [(item.case.letter.pk, item.is_sixty_day) for item in list_work(letters=letters, today=LATER)] == [
        (overdue.pk, False),
        (paid_out.pk, True),
        (sooner.pk, False),
        (later.pk, False),
        (paid_out.pk, False),
    ]
