"""An in-plan Roth rollover: its letter, what blocks it, what it is taxed and reported as, and what it leaves alone."""

import datetime
from decimal import Decimal

import pytest
from django_scopes import scope

from law.findings import Severity
from law.words import Answer, MovementKind, Payee, Way
from rollovers.cases.tax_forms import gather_tax_forms
from rollovers.desk.plans import review_plan
from rollovers.issuing.letters import LetterBlocked
from rollovers.issuing.rollovers import Leg
from rollovers.models import RolloverRequest
from rollovers.reviews.comparisons import ComparisonSettings, compare_plan
from rollovers.reviews.iras import find_ira_position
from rollovers.reviews.queries import get_plan_facts
from tests.factories import (
    make_client,
    make_ira_balance,
    make_movement,
    make_payment,
    make_plan,
    make_provisions,
    make_record,
    make_statement,
)
from tests.requests import TODAY, issue, make_entry, preview

DESIGNATED = Leg(to=Payee.DESIGNATED_ROTH, account_title="Tate designated Roth", account_number="D-300")


@pytest.fixture(autouse=True)
def firm_in_scope(firm_a):
    with scope(firm=firm_a):
        yield


def make_plan_with(*, firm, **answers):
    plan = make_plan(client=make_client(firm=firm))
    make_provisions(plan=plan, **answers)
    make_record(plan=plan)
    make_statement(plan=plan)
    return plan


def ask_in_plan(**fields):
    return make_entry(**{"way": Way.IN_PLAN, "legs": (DESIGNATED,)} | fields)


def list_blocks(outcome):
    return [finding.code for finding in outcome.blocks]


# --- The letter -------------------------------------------------------------------------------------------


def test_the_whole_goes_to_the_designated_roth_account_in_one_disbursement(ada, firm_a):
    letter = issue(plan=make_plan_with(firm=firm_a), advisor=ada, entry=ask_in_plan())
    request = letter.request
    assert (request.way, request.covers_whole) == (Way.IN_PLAN, True)
    # G3: 20,812.37 - 20,000.00 = 812.37, taxed as it arrives; nothing is withheld.
    assert [str(amount) for amount in (request.distribution, request.after_tax, request.pretax)] == [
        "20812.37",
        "20000.00",
        "812.37",
    ]
    assert [str(request.includible), str(request.withholding)] == ["812.37", "0.00"]
    [row] = request.disbursements.all()
    assert (row.to, row.payee, row.account_title, row.account_number) == (
        "designated_roth",
        "Tate Editorial 401(k)",
        "Tate designated Roth",
        "D-300",
    )
    assert letter.figures["disbursements"][0]["to"] == "designated_roth"
    assert letter.figures["citations"] == ["IRC 72(d)(2)", "IRC 72(e)(8)(B)", "IRC 402A(c)(4)"]


def test_a_fixed_amount_takes_its_share_of_the_earnings(ada, firm_a):
    entry = ask_in_plan(amount=Decimal("10000.00"))
    outcome = preview(plan=make_plan_with(firm=firm_a), advisor=ada, entry=entry)
    # G4: 10,000 x 20,000 / 20,812.37 = 9,609.67; 390.33 taxable.
    assert str(outcome.allocation.includible) == "390.33"
    assert outcome.letter.covers_whole is False
    assert [str(leg.amount) for leg in outcome.letter.destinations] == ["10000.00"]


def test_the_letter_cites_the_right_it_rests_on_and_no_other_letter_does(ada, firm_a):
    plan = make_plan_with(firm=firm_a)
    in_plan = preview(plan=plan, advisor=ada, entry=ask_in_plan()).letter
    assert in_plan.in_plan_roth.citation == "Adoption agreement, section 4.4, page 7"
    assert in_plan.is_in_plan
    assert preview(plan=plan, advisor=ada, entry=make_entry()).letter.in_plan_roth is None


@pytest.mark.parametrize(("answer", "once"), [("yes", True), ("no", False), ("not_verified", False)])
def test_one_signature_is_only_for_a_plan_whose_papers_say_so(ada, firm_a, answer, once):
    plan = make_plan_with(firm=firm_a, one_signature=Answer(answer))
    assert preview(plan=plan, advisor=ada, entry=make_entry()).letter.one_signature is once


def test_the_letter_stays_within_the_sub_account(ada, firm_a):
    entry = ask_in_plan(amount=Decimal("20812.38"))
    outcome = preview(plan=make_plan_with(firm=firm_a), advisor=ada, entry=entry)
    assert "V04" in list_blocks(outcome)
    assert outcome.letter is None


# --- What blocks it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [Answer.NO, Answer.NOT_VERIFIED])
def test_without_the_plans_word_for_it_there_is_no_letter(ada, firm_a, answer):
    plan = make_plan_with(firm=firm_a, in_plan_roth_rollover=answer)
    outcome = preview(plan=plan, advisor=ada, entry=ask_in_plan())
    [block] = outcome.blocks
    assert (block.code, block.severity, block.field) == ("in_plan", Severity.BLOCK, "in_plan_roth_rollover")
    assert outcome.letter is None
    with pytest.raises(LetterBlocked):
        issue(plan=plan, advisor=ada, entry=ask_in_plan())
    assert not RolloverRequest.objects.exists()
    # The other ways do not need it.
    assert list_blocks(preview(plan=plan, advisor=ada, entry=make_entry())) == []


@pytest.mark.parametrize("answer", [Answer.NO, Answer.NOT_VERIFIED])
def test_it_needs_no_right_to_a_distribution_in_service_and_the_other_ways_do(ada, firm_a, answer):
    plan = make_plan_with(firm=firm_a, in_service_distribution=answer)
    assert list_blocks(preview(plan=plan, advisor=ada, entry=ask_in_plan())) == []
    assert list_blocks(preview(plan=plan, advisor=ada, entry=make_entry())) == ["V03"]


def test_it_needs_separate_accounting_as_every_letter_does(ada, firm_a):
    plan = make_plan_with(firm=firm_a, separate_accounting=Answer.NO)
    assert "V01" in list_blocks(preview(plan=plan, advisor=ada, entry=ask_in_plan()))


# --- What is said of it -----------------------------------------------------------------------------------


def test_its_earnings_are_warned_of_in_its_own_words_and_no_ira_is_in_it(ada, firm_a):
    plan = make_plan_with(firm=firm_a)
    make_ira_balance(client=plan.client)
    outcome = preview(plan=plan, advisor=ada, entry=ask_in_plan())
    by_code = {finding.code: finding for finding in outcome.findings}
    assert "cannot leave them out" in by_code["V17"].message
    assert not {"V16", "V18", "V19", "V20"} & by_code.keys()
    split = {finding.code for finding in preview(plan=plan, advisor=ada, entry=make_entry()).findings}
    assert "V18" in split


def test_form_8606_is_left_as_it_was(ada, firm_a):
    plan = make_plan_with(firm=firm_a)
    make_ira_balance(client=plan.client)
    before = find_ira_position(facts=get_plan_facts(firm=firm_a, plan_id=plan.pk))
    issue(plan=plan, advisor=ada, entry=ask_in_plan())
    assert find_ira_position(facts=get_plan_facts(firm=firm_a, plan_id=plan.pk)) == before


def test_a_plan_that_allows_nothing_else_is_led_to_it(ada, firm_a):
    plan = make_plan_with(firm=firm_a, in_service_distribution=Answer.NO)
    facts = get_plan_facts(firm=firm_a, plan_id=plan.pk)
    review = review_plan(facts=facts, today=TODAY)
    assert review.next_step.label == "Prepare the rollover"
    assert "V03" not in {finding.code for finding in review.findings}
    comparison = compare_plan(
        firm=firm_a, facts=facts, settings=ComparisonSettings(growth_rate=Decimal("6.00"))
    )
    assert comparison.recommendation.kind is Way.IN_PLAN


def test_a_plan_that_allows_neither_is_not(ada, firm_a):
    plan = make_plan_with(
        firm=firm_a, in_service_distribution=Answer.NO, in_plan_roth_rollover=Answer.NOT_VERIFIED
    )
    review = review_plan(facts=get_plan_facts(firm=firm_a, plan_id=plan.pk), today=TODAY)
    assert review.next_step.label == "Verify the plan's provisions"
    assert "V03" in {finding.code for finding in review.findings}


# --- What comes after -------------------------------------------------------------------------------------


def read_boxes(forms):
    return [
        [form.payee.value, str(form.box_1_gross), str(form.box_2a_taxable), str(form.box_5_basis), form.code]
        for form in forms
    ]


@pytest.fixture
def letter(ada, firm_a):
    return issue(plan=make_plan_with(firm=firm_a), advisor=ada, entry=ask_in_plan())


def test_one_form_1099_r_is_expected_and_no_form_5498_or_roth_clock(firm_a, letter):
    forms = gather_tax_forms(firm=firm_a, letter=letter)
    assert read_boxes(forms.expected.forms) == [["designated_roth", "20812.37", "812.37", "20000.00", "G"]]
    assert [title for _, title in forms.expected.rows] == [
        "The plan's designated Roth account, Tate Editorial 401(k)"
    ]
    assert forms.custodians == ()
    assert forms.clocks == ()
    assert [str(forms.lines.line_5a.amount), str(forms.lines.line_5b.amount)] == ["20812.37", "812.37"]
    assert forms.lines.says_rollover


def test_the_roth_ira_starts_the_clock_that_the_designated_roth_account_does_not(ada, firm_a):
    entry = make_entry(way=Way.ALL_ROTH)
    forms = gather_tax_forms(
        firm=firm_a, letter=issue(plan=make_plan_with(firm=firm_a), advisor=ada, entry=entry)
    )
    assert len(forms.clocks) == len(forms.custodians) == 1


def test_a_recorded_movement_is_divided_at_its_own_value(firm_a, letter):
    make_movement(
        plan=letter.request.plan,
        kind=MovementKind.DISTRIBUTION,
        movement_date=datetime.date(2022, 1, 14),
        amount=Decimal("21000.00"),
        value_before=Decimal("21000.00"),
        letter_reference=letter.reference,
    )
    forms = gather_tax_forms(firm=firm_a, letter=letter).expected.forms
    assert read_boxes(forms) == [["designated_roth", "21000.00", "1000.00", "20000.00", "G"]]


def test_a_recorded_payment_tells_its_payee(ada, firm_a, letter):
    make_payment(letter=letter, advisor=ada)
    forms = gather_tax_forms(firm=firm_a, letter=letter).expected.forms
    assert read_boxes(forms) == [["designated_roth", "20812.37", "812.37", "20000.00", "G"]]


def test_what_it_took_is_no_longer_in_the_sub_account(ada, firm_a, letter):
    outcome = preview(plan=letter.request.plan, advisor=ada, entry=ask_in_plan())
    assert "V04" in list_blocks(outcome)
