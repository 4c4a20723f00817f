"""Forms that arrived are matched box by box; what differs is named with its likely cause and the way out."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.causes import Received1099R, Received5498, compare_boxes, name_causes
from law.matching import match_5498s, match_forms
from law.tax_forms import Form1099R, Form5498
from law.words import Payee

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "matching.toml").read_text())


def list_cases(table):
    return [pytest.param(case, id=case["name"]) for case in CASES[table]]


def read_expected(boxes):
    payee, gross, taxable, withheld, basis, code = boxes
    return Form1099R(
        payee=Payee(payee),
        box_1_gross=Decimal(gross),
        box_4_withheld=Decimal(withheld),
        box_5_basis=Decimal(basis),
        deferred=Decimal(gross) - Decimal(taxable) - Decimal(basis),
        code=code,
    )


def read_received(boxes):
    gross, taxable, withheld, basis, code, not_determined = boxes
    return Received1099R(
        gross=Decimal(gross),
        taxable=Decimal(taxable) if taxable else None,
        withheld=Decimal(withheld),
        basis=Decimal(basis),
        code=code,
        not_determined=not_determined == "X",
    )


def copy_form(form):
    """Return the form that a plan sends which sees all as expected."""
    return Received1099R(
        gross=form.box_1_gross,
        taxable=form.box_2a_taxable,
        withheld=form.box_4_withheld,
        basis=form.box_5_basis,
        code=form.code,
    )


def show_place(place):
    return -1 if place is None else place


# --- One form -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", list_cases("form"))
def test_what_differs_is_named_as_worked_by_hand(case):
    forms = {"expected": read_expected(case["expected"]), "received": read_received(case["received"])}
    differing = {
        box.number: "" if box.difference is None else str(box.difference)
        for box in compare_boxes(**forms)
        if not box.agrees
    }
    assert differing == case["boxes"]
    causes = [[each.code, list(each.boxes), each.message, each.way_out] for each in name_causes(**forms)]
    assert causes == case["causes"]


@pytest.mark.parametrize("case", list_cases("form"))
def test_a_form_with_anything_in_common_is_matched_with_these_very_causes(case):
    forms = {"expected": read_expected(case["expected"]), "received": read_received(case["received"])}
    [match] = match_forms(expected=[forms["expected"]], received=[forms["received"]])
    assert (match.expected, match.received, match.stands_for) == (0, 0, ())
    assert match.boxes == compare_boxes(**forms)
    assert match.causes == name_causes(**forms)
    assert match.agrees is (case["causes"] == [])
    assert match.differs is (case["causes"] != [])


def test_boxes_stand_side_by_side_in_the_forms_own_order():
    expected = read_expected(["roth_ira", "20812.37", "812.37", "0.00", "20000.00", "G"])
    received = read_received(["20900.00", "", "1.00", "20000.00", "1", "X"])
    assert [
        (box.number, box.expected, box.received, box.difference)
        for box in compare_boxes(expected=expected, received=received)
    ] == [
        ("1", Decimal("20812.37"), Decimal("20900.00"), Decimal("87.63")),
        ("2a", Decimal("812.37"), Decimal("0.00"), Decimal("-812.37")),
        ("2b", "", "X", None),
        ("4", Decimal("0.00"), Decimal("1.00"), Decimal("1.00")),
        ("5", Decimal("20000.00"), Decimal("20000.00"), Decimal("0.00")),
        ("7", "G", "1", None),
    ]


# --- Which form is which ------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", list_cases("assignment"))
def test_forms_are_assigned_as_worked_by_hand(case):
    matches = match_forms(
        expected=[read_expected(each) for each in case["expected"]],
        received=[read_received(each) for each in case["received"]],
    )
    assert [
        [
            show_place(match.expected),
            show_place(match.received),
            [cause.code for cause in match.causes],
            list(match.stands_for),
        ]
        for match in matches
    ] == case["matches"]


def test_the_causes_of_a_whole_form_are_sentences_too():
    roth = read_expected(["roth_ira", "20000.00", "0.00", "0.00", "20000.00", "G"])
    traditional = read_expected(["traditional_ira", "812.37", "0.00", "0.00", "0.00", "G"])
    stray = read_received(["5.00", "5.00", "0.00", "0.00", "4", ""])
    missing, unexpected = match_forms(expected=[roth], received=[stray])
    [combined] = match_forms(
        expected=[traditional, roth],
        received=[read_received(["20812.37", "0.00", "0.00", "20000.00", "G", ""])],
    )
    assert [
        (match.causes[0].message, match.causes[0].way_out) for match in (missing, unexpected, combined)
    ] == [
        (
            "No Form 1099-R has come for the $20,000.00 of the Roth IRA.",
            "Ask the plan for it: the participant's copy is due at the end of January.",
        ),
        (
            "Nothing in this letter expects this form.",
            "Look whether it belongs to another letter or another plan, or repeats a form that was entered.",
        ),
        (
            "One combined form came for all direct rollovers. It is called correct, but tax software cannot divide it.",
            "Ask the plan for separate forms, or enter it as the sheet for the combined form says.",
        ),
    ]
    assert [match.causes[0].boxes for match in (missing, unexpected, combined)] == [(), (), ()]
    assert not combined.agrees
    assert not combined.differs


@pytest.mark.parametrize("case", list_cases("form_5498"))
def test_forms_5498_are_matched_as_worked_by_hand(case):
    matches = match_5498s(
        expected=[
            Form5498(payee=Payee(payee), box_2_rollover=Decimal(amount)) for payee, amount in case["expected"]
        ],
        received=[Received5498(rollover=Decimal(amount)) for amount in case["received"]],
    )
    assert [
        [
            show_place(match.expected),
            show_place(match.received),
            [[cause.code, cause.message, cause.way_out] for cause in match.causes],
        ]
        for match in matches
    ] == case["matches"]
    for match in matches:
        assert [box.number for box in match.boxes] == (
            ["2"] if None not in {match.expected, match.received} else []
        )
        assert all(cause.boxes == ("2",) for cause in match.causes if match.boxes)


# --- Properties ---------------------------------------------------------------------------------------------

# Few values, so that forms meet: equal amounts, one cent, none at all.
amounts = st.sampled_from(["0.00", "0.01", "200.00", "812.37", "20000.00", "20812.37"]).map(Decimal)


@st.composite
def draw_expected(draw):
    payee = draw(st.sampled_from(Payee))
    pretax, after_tax = draw(amounts), draw(amounts)
    taxed = payee in {Payee.ROTH_IRA, Payee.DESIGNATED_ROTH, Payee.PARTICIPANT}
    return Form1099R(
        payee=payee,
        box_1_gross=pretax + after_tax,
        box_4_withheld=draw(amounts) if payee is Payee.PARTICIPANT else Decimal("0.00"),
        box_5_basis=after_tax,
        deferred=Decimal("0.00") if taxed else pretax,
        code=draw(st.sampled_from("17")) if payee is Payee.PARTICIPANT else "G",
    )


received_forms = st.builds(
    Received1099R,
    gross=amounts,
    taxable=st.none() | amounts,
    withheld=amounts,
    basis=amounts,
    code=st.sampled_from(["G", "1", "2", "7", "H", "1B", "E", "4"]),
    not_determined=st.booleans(),
)


@given(form=draw_expected())
def test_a_form_equal_to_the_expected_never_differs(form):
    [match] = match_forms(expected=[form], received=[copy_form(form)])
    assert match.agrees
    assert not match.differs


@given(forms=st.lists(draw_expected(), max_size=4), data=st.data())
def test_the_expected_forms_in_any_order_all_agree(forms, data):
    came = data.draw(st.permutations([copy_form(form) for form in forms]))
    assert all(match.agrees for match in match_forms(expected=forms, received=came))


@given(form=draw_expected(), received=received_forms)
def test_every_box_that_differs_is_named_by_exactly_one_cause(form, received):
    differing = [box.number for box in compare_boxes(expected=form, received=received) if not box.agrees]
    causes = name_causes(expected=form, received=received)
    assert sorted(number for cause in causes for number in cause.boxes) == sorted(differing)
    assert all(cause.boxes and cause.message and cause.way_out for cause in causes)


@given(form=draw_expected(), received=received_forms, box=st.sampled_from(["gross", "withheld", "basis"]))
def test_a_cent_in_any_box_is_seen(form, received, box):
    came = replace(copy_form(form), **{box: getattr(copy_form(form), box) + Decimal("0.01")})
    [match] = match_forms(expected=[form], received=[came])
    assert match.differs
    assert [cause.code for cause in match.causes] == ["one_cent"]


@given(forms=st.lists(draw_expected(), max_size=4), came=st.lists(received_forms, max_size=6))
def test_every_form_expected_and_every_form_that_came_appears_once(forms, came):
    matches = match_forms(expected=forms, received=came)
    placed = [
        place for match in matches for place in (match.stands_for or (match.expected,)) if place is not None
    ]
    assert sorted(placed) == list(range(len(forms)))
    received = [match.received for match in matches if match.received is not None]
    assert sorted(received) == list(range(len(came)))


def test_a_hundred_forms_are_matched_at_once():
    forms = [
        read_expected(["roth_ira", f"{number}000.00", "0.00", "0.00", f"{number}000.00", "G"])
        for number in range(1, 6)
    ]
    came = [copy_form(form) for form in forms] * 20
    matches = match_forms(expected=forms, received=came)
    assert [match.received for match in matches[:5]] == [0, 1, 2, 3, 4]
    assert len(matches) == 100


ALL_ROTH = ["roth_ira", "20812.37", "812.37", "0.00", "20000.00", "G"]


def name_codes(*received):
    causes = name_causes(expected=read_expected(ALL_ROTH), received=read_received(received))
    return [(cause.code, cause.boxes) for cause in causes]


def test_another_basis_is_no_other_value_on_the_payment_date():
    assert name_codes("21312.37", "1312.37", "0.00", "20000.00", "G", "") == [("payment_value", ("1", "2a"))]
    assert name_codes("21312.37", "1312.37", "0.00", "19000.00", "G", "") == [
        ("unexplained", ("1",)),
        ("unexplained", ("2a",)),
        ("unexplained", ("5",)),
    ]


def test_earnings_that_vanish_explain_box_1_only_where_the_basis_agrees():
    assert name_codes("20912.37", "0.00", "0.00", "20000.00", "G", "") == [("earnings_vanish", ("1", "2a"))]
    assert name_codes("20912.37", "0.00", "0.00", "19000.00", "G", "") == [
        ("earnings_vanish", ("2a",)),
        ("unexplained", ("1",)),
        ("unexplained", ("5",)),
    ]


def test_without_earnings_none_vanish():
    assert name_codes("20000.00", "0.00", "0.00", "19000.00", "G", "") == [
        ("unexplained", ("1",)),
        ("unexplained", ("2a",)),
        ("unexplained", ("5",)),
    ]


def test_a_missing_form_5498_names_no_box():
    [missing] = match_5498s(
        expected=[Form5498(payee=Payee.ROTH_IRA, box_2_rollover=Decimal("5.00"))], received=[]
    )
    assert missing.causes[0].boxes == ()
