"""What a letter's tax forms should say: from its own figures, then from the payment that was recorded."""

import datetime
from decimal import Decimal

import pytest
from django_scopes import scope

from law.tax_forms import Filing
from law.words import FormKind, MovementKind, Payee, Way
from rollovers.cases.tax_forms import (
    FOLLOWS_LETTER,
    FROM_LETTER,
    FROM_PAYMENT,
    FROM_PAYMENT_AT_ESTIMATE,
    gather_tax_forms,
)
from rollovers.evidence.queries.letters import get_letter
from rollovers.issuing.rollovers import Leg
from rollovers.models import ReceivedForm
from tests.factories import make_movement, make_plan_assets
from tests.law.reading import come_to
from tests.requests import ROTH, issue, make_entry, make_ready_plan

PAID_DATE = datetime.date(2022, 1, 18)


@pytest.fixture(autouse=True)
def in_scope(firm_a):
    with scope(firm=firm_a):
        yield


@pytest.fixture
def plan(firm_a):
    return make_ready_plan(firm=firm_a)


def gather(letter):
    return gather_tax_forms(firm=letter.firm, letter=get_letter(firm=letter.firm, letter_id=letter.pk))


def read_boxes(forms):
    return [
        (
            form.payee,
            str(form.box_1_gross),
            str(form.box_2a_taxable),
            str(form.box_4_withheld),
            str(form.box_5_basis),
            form.code,
        )
        for form in forms
    ]


def record_payment(letter, amount, *, value_before=None, on=PAID_DATE):
    return make_movement(
        plan=letter.request.plan,
        kind=MovementKind.DISTRIBUTION,
        movement_date=on,
        amount=Decimal(amount),
        value_before=Decimal(value_before) if value_before else None,
        letter_reference=letter.reference,
    )


def receive(letter, *, kind=FormKind.FORM_1099R, **fields):
    defaults = {"payer": "Tate Editorial 401(k)", "received_date": datetime.date(2023, 1, 31)}
    if kind == FormKind.FORM_1099R:
        defaults |= {"code": "G"}
    amounts = {
        name: Decimal(value) if name in {"gross", "taxable", "withheld", "basis"} else value
        for name, value in fields.items()
    }
    return ReceivedForm.objects.create(firm=letter.firm, letter=letter, kind=kind, **defaults | amounts)


# --- What is expected ---------------------------------------------------------------------------------------


def test_without_a_payment_the_forms_follow_the_letters_stored_figures(plan, ada):
    tax = gather(issue(plan=plan, advisor=ada))
    assert tax.expected.source == FROM_LETTER
    assert read_boxes(tax.expected.forms) == [
        (Payee.TRADITIONAL_IRA, "812.37", "0.00", "0.00", "0.00", "G"),
        (Payee.ROTH_IRA, "20000.00", "0.00", "0.00", "20000.00", "G"),
    ]
    assert tax.expected.payees == ("Harbor Brokerage", "Harbor Brokerage")
    assert tax.expected.payment_date == datetime.date(2022, 1, 14)
    assert tax.year == 2022


def test_a_recorded_payment_divides_a_split_again_at_its_own_value(plan, ada):
    letter = issue(plan=plan, advisor=ada)
    record_payment(letter, "20900.00")
    tax = gather(letter)
    assert tax.expected.source == FROM_PAYMENT
    assert read_boxes(tax.expected.forms) == [
        (Payee.TRADITIONAL_IRA, "900.00", "0.00", "0.00", "0.00", "G"),
        (Payee.ROTH_IRA, "20000.00", "0.00", "0.00", "20000.00", "G"),
    ]
    assert tax.expected.payment_date == PAID_DATE


def test_a_split_paid_at_a_loss_has_no_traditional_leg(plan, ada):
    letter = issue(plan=plan, advisor=ada)
    record_payment(letter, "19500.00")
    tax = gather(letter)
    assert read_boxes(tax.expected.forms) == [(Payee.ROTH_IRA, "19500.00", "0.00", "0.00", "19500.00", "G")]


def test_a_part_is_divided_at_the_value_just_before_it(plan, ada):
    letter = issue(
        plan=plan, advisor=ada, entry=make_entry(way=Way.ALL_ROTH, legs=(ROTH,), amount=Decimal("10000.00"))
    )
    record_payment(letter, "10000.00", value_before="21000.00")
    # 10,000 x 20,000 / 21,000 = 9,523.809... -> 9,523.81; the earnings are the rest, 476.19.
    assert read_boxes(gather(letter).expected.forms) == [
        (Payee.ROTH_IRA, "10000.00", "476.19", "0.00", "9523.81", "G")
    ]


def test_a_part_without_a_value_before_is_divided_at_the_letters_own_and_is_no_loss(plan, ada):
    letter = issue_part(plan, ada, amount="10000.00")
    record_payment(letter, "10000.00")
    tax = gather(letter)
    # 10,000 x 20,000 / 20,812.37 = 9,609.669... -> 9,609.67; the earnings are the rest, 390.33.
    assert read_boxes(tax.expected.forms) == [(Payee.ROTH_IRA, "10000.00", "390.33", "0.00", "9609.67", "G")]
    assert tax.expected.source == FROM_PAYMENT_AT_ESTIMATE


def test_two_checks_of_one_letter_are_one_distribution_of_the_first_date(plan, ada):
    letter = issue(plan=plan, advisor=ada, entry=make_entry(way=Way.ALL_ROTH, legs=(ROTH,)))
    record_payment(letter, "500.00", on=datetime.date(2022, 1, 19))
    record_payment(letter, "20000.00", on=PAID_DATE)
    tax = gather(letter)
    assert tax.expected.payment_date == PAID_DATE
    assert read_boxes(tax.expected.forms) == [(Payee.ROTH_IRA, "20500.00", "500.00", "0.00", "20000.00", "G")]


def test_a_payment_to_the_participant_follows_the_payment_with_its_withholding(plan, ada):
    letter = issue(
        plan=plan,
        advisor=ada,
        entry=make_entry(
            way=Way.OWN, legs=(Leg(to=Payee.PARTICIPANT, amount=Decimal("20812.37")),), amount=None
        ),
    )
    record_payment(letter, "21000.00")
    # The earnings of 1,000.00 are taxable, 20% of them withheld; born 1971, paid 2022: before 59 1/2.
    assert read_boxes(gather(letter).expected.forms) == [
        (Payee.PARTICIPANT, "21000.00", "1000.00", "200.00", "20000.00", "1")
    ]


def test_other_legs_follow_the_letter_and_say_so(plan, ada):
    legs = (
        Leg(
            to=Payee.TRADITIONAL_IRA,
            payee="Harbor Brokerage",
            account_number="T-200",
            amount=Decimal("1000.00"),
        ),
        Leg(to=Payee.ROTH_IRA, payee="Harbor Brokerage", account_number="R-100", amount=Decimal("19812.37")),
    )
    letter = issue(plan=plan, advisor=ada, entry=make_entry(way=Way.OWN, legs=legs))
    record_payment(letter, "20900.00")
    tax = gather(letter)
    assert tax.expected.source == FOLLOWS_LETTER
    assert tax.expected.payment_date == PAID_DATE
    assert read_boxes(tax.expected.forms) == [
        (Payee.TRADITIONAL_IRA, "1000.00", "0.00", "0.00", "187.63", "G"),
        (Payee.ROTH_IRA, "19812.37", "0.00", "0.00", "19812.37", "G"),
    ]


def test_every_figure_is_explained_by_terms_that_come_to_it(plan, ada):
    tax = gather(issue(plan=plan, advisor=ada, entry=make_entry(way=Way.ALL_ROTH, legs=(ROTH,))))
    explained = (*(form.box_2a for form in tax.expected.forms), *tax.lines.figures)
    assert [each.figure for each in explained] == [
        "Box 2a, the Roth IRA",
        "Line 5a, pensions and annuities",
        "Line 5b, taxable amount",
        "Line 25b, federal income tax withheld",
    ]
    assert all(come_to(each) == each.amount for each in explained)


# --- The year -----------------------------------------------------------------------------------------------


def issue_part(plan, advisor, *, amount, payment_date=None, supersedes=None):
    entry = make_entry(way=Way.ALL_ROTH, legs=(ROTH,), amount=Decimal(amount), supersedes=supersedes)
    if payment_date:
        entry = make_entry(way=Way.ALL_ROTH, legs=(ROTH,), amount=Decimal(amount), payment_date=payment_date)
    return issue(plan=plan, advisor=advisor, entry=entry)


def test_the_lines_of_form_1040_add_up_the_letters_of_the_year(plan, ada):
    first = issue_part(plan, ada, amount="10000.00")
    second = issue_part(plan, ada, amount="5000.00")
    issue_part(plan, ada, amount="1000.00", payment_date=datetime.date(2023, 1, 14))
    tax = gather(first)
    assert [each.letter.pk for each in tax.of_year] == [first.pk, second.pk]
    # 390.33 of the first 10,000.00; 5,000 x 10,390.33 / 10,812.37 = 4,804.83 -> 195.17 of the second.
    assert (tax.lines.line_5a.amount, tax.lines.line_5b.amount) == (Decimal("15000.00"), Decimal("585.50"))
    assert tax.lines.says_rollover is True
    assert [(clock.landed.year, clock.landed.taxable) for clock in tax.clocks] == [
        (2022, Decimal("585.50")),
        (2023, Decimal("39.03")),
    ]


def test_a_payment_in_the_next_year_counts_there(plan, ada):
    letter = issue_part(plan, ada, amount="10000.00")
    record_payment(letter, "10000.00", value_before="20812.37", on=datetime.date(2023, 1, 2))
    tax = gather(letter)
    assert tax.year == 2023
    assert [each.letter.pk for each in tax.of_year] == [letter.pk]


def test_a_superseded_letter_adds_nothing_to_the_year(plan, ada):
    first = issue_part(plan, ada, amount="10000.00")
    second = issue_part(plan, ada, amount="5000.00", supersedes=first)
    tax = gather(first)
    assert [each.letter.pk for each in tax.of_year] == [second.pk]
    assert tax.lines.line_5a.amount == Decimal("5000.00")
    assert [form.box_1_gross for form in tax.expected.forms] == [Decimal("10000.00")]


def test_form_5500ez_follows_the_assets_of_that_year(plan, ada):
    letter = issue(plan=plan, advisor=ada)
    make_plan_assets(plan=plan, year=2021, value=Decimal("300000.00"))
    assert gather(letter).form_5500ez is None
    make_plan_assets(plan=plan, year=2022, value=Decimal("225000.00"))
    assert gather(letter).form_5500ez.filing is Filing.APPROACHING


# --- What came ----------------------------------------------------------------------------------------------


def test_before_a_form_came_none_is_missed(plan, ada):
    assert gather(issue(plan=plan, advisor=ada)).matches == ()


def test_forms_that_came_are_matched_with_what_is_expected(plan, ada):
    letter = issue(plan=plan, advisor=ada)
    roth = receive(letter, gross="20000.00", taxable="0.00", basis="20000.00", code="7")
    deposit = receive(letter, kind=FormKind.FORM_5498, payer="Harbor Brokerage", gross="20000.00")
    stray = receive(letter, gross="5.00", taxable="5.00", code="4")
    tax = gather(letter)
    assert [
        (each.title, each.received, [cause.code for cause in each.match.causes]) for each in tax.matches
    ] == [
        ("Form 1099-R, Traditional IRA, Harbor Brokerage", None, ["missing"]),
        ("Form 1099-R, Roth IRA, Harbor Brokerage", roth, ["paid_out"]),
        ("Form 1099-R of Tate Editorial 401(k)", stray, ["unexpected"]),
        ("Form 5498, Traditional IRA, Harbor Brokerage", None, ["missing"]),
        ("Form 5498, Roth IRA, Harbor Brokerage", deposit, []),
    ]


def test_one_combined_form_is_named_so(plan, ada):
    letter = issue(plan=plan, advisor=ada)
    receive(letter, gross="20812.37", taxable="0.00", basis="20000.00")
    [matched] = gather(letter).matches
    assert matched.title == "Form 1099-R, all direct rollovers combined"
    assert [cause.code for cause in matched.match.causes] == ["combined"]


def test_once_the_payment_is_recorded_the_moved_form_agrees(plan, ada):
    letter = issue(plan=plan, advisor=ada, entry=make_entry(way=Way.ALL_ROTH, legs=(ROTH,)))
    receive(letter, gross="20900.00", taxable="900.00", basis="20000.00")
    assert [cause.code for cause in gather(letter).matches[0].match.causes] == ["payment_value"]
    record_payment(letter, "20900.00")
    assert gather(letter).matches[0].match.agrees
