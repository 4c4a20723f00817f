"""What the tax forms should say: boxes, one form or two, lines, the entry sheet, Form 5500-EZ."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.allocation import Disbursement, Method, allocate
from law.figures import Operation
from law.subaccount import Contract
from law.tax_forms import (
    CITATION,
    NOTE_1040,
    NOTE_5498,
    NOTE_8955SSA,
    Form1099R,
    count_forms,
    expect_1040,
    expect_5498s,
    expect_5500ez,
    expect_forms,
    write_entry_sheets,
)
from law.words import Payee
from tests.law.reading import come_to

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "tax_forms.toml").read_text())


def list_cases(table):
    return [pytest.param(case, id=case["name"]) for case in CASES[table]]


def show(form):
    return [
        form.payee.value,
        str(form.box_1_gross),
        str(form.box_2a_taxable),
        str(form.box_4_withheld),
        str(form.box_5_basis),
        form.code,
    ]


def read_form(boxes):
    payee, gross, taxable, withheld, basis, code = boxes
    return Form1099R(
        payee=Payee(payee),
        box_1_gross=Decimal(gross),
        box_4_withheld=Decimal(withheld),
        box_5_basis=Decimal(basis),
        deferred=Decimal(gross) - Decimal(taxable) - Decimal(basis),
        code=code,
    )


def count_months(age):
    years, *months = age.replace("years", "").replace("months", "").split()
    return int(years) * 12 + sum(map(int, months))


def expect(case):
    value, basis = map(Decimal, case["contract"])
    allocation = allocate(
        contract=Contract(balance=value, basis=basis, separate_accounting=True),
        disbursements=[
            Disbursement(
                to=Payee(to),
                method=Method.PAID if to == "participant" else Method.DIRECT,
                amount=Decimal(amount),
                pretax=Decimal(pretax) if pretax else None,
                separately_accounts=to == "plan",
            )
            for to, amount, pretax in case["legs"]
        ],
    )
    return expect_forms(allocation=allocation, age_in_months=count_months(case["age"]))


# --- Forms 1099-R, 1040, 5498 -------------------------------------------------------------------------------


@pytest.mark.parametrize("case", list_cases("forms"))
def test_each_leg_has_the_boxes_worked_by_hand(case):
    assert [show(form) for form in expect(case)] == case["expected"]


@pytest.mark.parametrize("case", list_cases("forms"))
def test_one_form_or_several_is_said_with_its_authority(case):
    count = count_forms(forms=expect(case))
    assert (count.count, count.message, count.citation) == (
        len(case["expected"]),
        case["message"],
        case["citation"],
    )
    assert (show(count.combined) if count.combined else []) == case["combined"]


@pytest.mark.parametrize("case", list_cases("forms"))
def test_the_lines_of_form_1040_add_up_the_boxes(case):
    lines = expect_1040(forms=expect(case))
    assert [*(str(line.amount) for line in lines.figures), lines.says_rollover] == case["lines"]


@pytest.mark.parametrize("case", list_cases("forms"))
def test_each_ira_reports_its_direct_rollover(case):
    forms = expect_5498s(forms=expect(case))
    assert [[form.payee.value, str(form.box_2_rollover)] for form in forms] == case["form_5498"]


# --- Every figure explained ---------------------------------------------------------------------------------


@pytest.mark.parametrize("case", list_cases("forms"))
def test_every_figure_is_what_its_terms_come_to(case):
    forms = expect(case)
    for figure in (*expect_1040(forms=forms).figures, *(form.box_2a for form in forms)):
        assert figure.terms
        assert come_to(figure) == figure.amount


def test_box_2a_of_a_roth_leg_is_box_1_less_box_5():
    explanation = read_form(["roth_ira", "20812.37", "812.37", "0.00", "20000.00", "G"]).box_2a
    assert explanation.figure == "Box 2a, the Roth IRA"
    assert explanation.citation == ("IRC 402(a), 408A(d)(3)(A); Instructions for Forms 1099-R and 5498")
    assert [(term.operation, term.label, term.amount, term.authority) for term in explanation.terms] == [
        (Operation.START, "box 1, gross distribution", Decimal("20812.37"), ""),
        (Operation.MINUS, "box 5, after-tax contributions", Decimal("20000.00"), ""),
    ]


def test_box_2a_of_a_traditional_leg_leaves_out_what_stays_deferred():
    explanation = read_form(["traditional_ira", "10812.37", "0.00", "0.00", "10000.00", "G"]).box_2a
    assert explanation.figure == "Box 2a, the traditional IRA"
    last = explanation.terms[-1]
    assert (len(explanation.terms), last.operation, last.label, last.amount, last.authority) == (
        3,
        Operation.MINUS,
        "pretax money rolled over, not taxed now",
        Decimal("812.37"),
        "IRC 402(c)(1)",
    )


def test_the_lines_are_explained_box_by_box():
    forms = [
        read_form(["plan", "800.00", "0.00", "0.00", "300.00", "G"]),
        read_form(["participant", "1000.00", "100.00", "20.00", "900.00", "1"]),
    ]
    explanations = expect_1040(forms=forms).figures
    assert [
        (each.figure, each.amount, [(term.operation, term.label, term.amount) for term in each.terms])
        for each in explanations
    ] == [
        (
            "Line 5a, pensions and annuities",
            Decimal("1800.00"),
            [
                (Operation.START, "box 1, another plan", Decimal("800.00")),
                (Operation.PLUS, "box 1, the participant", Decimal("1000.00")),
            ],
        ),
        (
            "Line 5b, taxable amount",
            Decimal("100.00"),
            [
                (Operation.START, "box 2a, another plan", Decimal("0.00")),
                (Operation.PLUS, "box 2a, the participant", Decimal("100.00")),
            ],
        ),
        (
            "Line 25b, federal income tax withheld",
            Decimal("20.00"),
            [
                (Operation.START, "box 4, another plan", Decimal("0.00")),
                (Operation.PLUS, "box 4, the participant", Decimal("20.00")),
            ],
        ),
    ]
    assert {(each.citation, each.note) for each in explanations} == {
        ("Instructions for Form 1040", "Confirm with the plan's document or a CPA.")
    }


def test_what_is_unconfirmed_says_what_to_confirm():
    assert NOTE_1040 == (
        "Where all of it was rolled over directly, “Rollover” stands beside line 5b (on newer forms a box to check)."
        " Confirm with the plan's document or a CPA."
    )
    assert NOTE_5498 == (
        "A direct rollover from a plan is box 2, to a Roth IRA as well; box 3 is for conversions of an IRA. A plan"
        " that receives money issues no Form 5498. Confirm with the plan's document or a CPA."
    )
    assert NOTE_8955SSA == (
        "Form 8955-SSA: sources conflict on whether a plan of owners and spouses alone files it."
        " Confirm with the plan's document or a CPA."
    )
    assert CITATION == "Instructions for Forms 1099-R and 5498"


# --- The split-entry sheet ----------------------------------------------------------------------------------


def test_a_split_has_a_sheet_a_form_and_one_for_the_combined_form():
    [split] = [case for case in CASES["forms"] if case["name"] == "g2_split"]
    sheets = write_entry_sheets(forms=expect(split))
    assert [sheet.title for sheet in sheets] == [
        "Form 1099-R of the traditional IRA",
        "Form 1099-R of the Roth IRA",
        "If one combined Form 1099-R came instead",
    ]
    assert sheets[1].rows == (
        ("Box 1, gross distribution", "$20,000.00"),
        ("Box 2a, taxable amount", "$0.00"),
        ("Box 4, federal income tax withheld", "$0.00"),
        ("Box 5, employee contributions", "$20,000.00"),
        ("Box 7, distribution code", "G"),
        ("Then: rolled over to the Roth IRA", "$20,000.00"),
        ("Then: taxable amount", "$0.00"),
    )
    assert sheets[1].check == "Check that this form adds $0.00 to line 5b."
    assert sheets[2].rows == (
        ("Box 1, gross distribution", "$20,812.37"),
        ("Box 2a, taxable amount", "$0.00"),
        ("Box 4, federal income tax withheld", "$0.00"),
        ("Box 5, employee contributions", "$20,000.00"),
        ("Box 7, distribution code", "G"),
        ("Then: rolled over to the traditional IRA", "$812.37"),
        ("Then: rolled over to the Roth IRA", "$20,000.00"),
        ("Then: taxable amount", "$0.00"),
    )
    assert sheets[2].check == (
        "Check that this form adds $0.00 to line 5b. If the software takes one destination a form, enter the forms"
        " above instead: their boxes sum to it."
    )


@pytest.mark.parametrize(
    ("code", "check"),
    [
        (
            "1",
            "Check that this form adds $812.37 to line 5b. Code 1 brings the 10% of section 72(t) on Form 5329, unless"
            " an exception applies.",
        ),
        ("7", "Check that this form adds $812.37 to line 5b."),
    ],
)
def test_a_payment_has_one_sheet_and_rolls_nothing_over(code, check):
    form = read_form(["participant", "20812.37", "812.37", "162.47", "20000.00", code])
    [sheet] = write_entry_sheets(forms=[form])
    assert sheet.title == "Form 1099-R of the participant"
    assert sheet.rows == (
        ("Box 1, gross distribution", "$20,812.37"),
        ("Box 2a, taxable amount", "$812.37"),
        ("Box 4, federal income tax withheld", "$162.47"),
        ("Box 5, employee contributions", "$20,000.00"),
        ("Box 7, distribution code", code),
        ("Then: taxable amount", "$812.37"),
    )
    assert sheet.check == check


def test_a_payment_is_on_no_sheet_of_the_combined_form():
    [case] = [case for case in CASES["forms"] if case["name"] == "irs_at_two_direct_and_cash"]
    sheets = write_entry_sheets(forms=expect(case))
    assert len(sheets) == 4
    assert [row for row in sheets[3].rows if row[0].startswith("Then")] == [
        ("Then: rolled over to the traditional IRA", "$80,000.00"),
        ("Then: rolled over to the Roth IRA", "$10,000.00"),
        ("Then: taxable amount", "$0.00"),
    ]


# --- Form 5500-EZ -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", list_cases("form_5500ez"))
def test_form_5500ez_is_due_or_approaches_at_its_limits(case):
    form = expect_5500ez(assets=Decimal(case["assets"]), is_final_year=case["is_final_year"])
    assert (form.filing.value, form.message) == (case["filing"], case["message"])
    assert form.citation == "Instructions for Form 5500-EZ"


def test_box_2a_of_an_in_plan_rollover_rests_on_its_own_section():
    explanation = read_form(["designated_roth", "20812.37", "812.37", "0.00", "20000.00", "G"]).box_2a
    assert explanation.figure == "Box 2a, the designated Roth account"
    assert explanation.citation == "IRC 402A(c)(4)(A); Instructions for Forms 1099-R and 5498"
    assert len(explanation.terms) == 2


# --- Properties ---------------------------------------------------------------------------------------------

cents = st.integers(min_value=1, max_value=5_000_000).map(lambda number: Decimal(number) / 100)


@given(
    basis=cents, legs=st.lists(st.tuples(st.sampled_from(Payee), cents), min_size=1, max_size=4), rest=cents
)
def test_the_boxes_of_all_forms_add_up_to_the_distribution(basis, legs, rest):
    in_plan = [leg for leg in legs if leg[0] is Payee.DESIGNATED_ROTH]
    paid = [leg for leg in legs if leg[0] is Payee.PARTICIPANT]
    # An in-plan rollover goes alone, and the participant is paid once.
    legs = in_plan[:1] or [leg for leg in legs if leg[0] is not Payee.PARTICIPANT] + paid[:1]
    allocation = allocate(
        contract=Contract(
            balance=sum(amount for _, amount in legs) + rest, basis=basis, separate_accounting=True
        ),
        disbursements=[
            Disbursement(
                to=to,
                method=Method.PAID if to is Payee.PARTICIPANT else Method.DIRECT,
                amount=amount,
                separately_accounts=True,
            )
            for to, amount in legs
        ],
    )
    forms = expect_forms(allocation=allocation, age_in_months=600)
    lines = expect_1040(forms=forms)
    assert lines.line_5a.amount == allocation.share.distribution
    assert lines.line_5b.amount == allocation.includible
    assert lines.line_25b.amount == allocation.withholding
    assert sum(form.box_5_basis for form in forms) == allocation.share.after_tax
    assert all(form.deferred >= 0 for form in forms)
    assert not any(set(form.code) & set("HB") for form in forms)
    combined = count_forms(forms=forms).combined
    if combined is not None:
        direct = [form for form in forms if form.is_direct]
        assert combined.box_1_gross == sum(form.box_1_gross for form in direct)
        assert combined.deferred == sum(form.deferred for form in direct)
