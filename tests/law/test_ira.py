"""Form 8606 over all IRAs, by both routes, and its cure."""

import datetime
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.ira import (
    THREE_DECIMALS_NOTE,
    CureExceedsLimit,
    IraYear,
    compute_form_8606,
    find_cure_limit,
    list_lines,
    plan_cure,
)
from law.words import Answer, IraKind
from tests.law.reading import come_to, list_words

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "ira.toml").read_text())
TODAY = datetime.date(2026, 11, 24)
AMOUNTS = st.integers(0, 10**8).map(lambda cents: Decimal(cents).scaleb(-2))
IRAS = st.lists(
    st.builds(
        IraYear,
        kind=st.sampled_from(IraKind),
        year_end_value=AMOUNTS,
        basis=AMOUNTS,
        distributions=AMOUNTS,
        conversions=AMOUNTS,
    ),
    max_size=3,
)


def name_of(case):
    return case["name"]


def read_iras(case):
    return [
        IraYear(
            kind=IraKind(ira["kind"]),
            **{name: Decimal(value) for name, value in ira.items() if name != "kind"},
        )
        for ira in case["iras"]
    ]


def fill(**amounts):
    ira = {name: Decimal(amount) for name, amount in amounts.items()}
    return compute_form_8606(iras=[IraYear(kind=IraKind.TRADITIONAL, **ira)])


G14 = {"year_end_value": "12000.00", "basis": "7000.00", "conversions": "7000.00"}


def cure(form, **settings):
    return plan_cure(**({"form": form, "year": 2026, "accepted": Answer.YES, "today": TODAY} | settings))


@pytest.mark.parametrize("case", CASES["form_8606"], ids=name_of)
def test_form_8606_comes_out_as_worked_by_hand(case):
    lines = list_lines(form=compute_form_8606(iras=read_iras(case)))
    exact = {line.number: str(line.exact) for line in lines if line.number in case["expected"]}
    assert exact == case["expected"]
    rounded = {line.number: str(line.rounded) for line in lines if line.differs or line.is_ratio}
    assert rounded == case["rounded"]


@pytest.mark.parametrize("case", CASES["cure"], ids=name_of)
def test_the_cure_comes_out_as_worked_by_hand(case):
    planned = cure(
        compute_form_8606(iras=read_iras(case)),
        rolled_in=Decimal(case["rolled_in"]) if "rolled_in" in case else None,
    )
    found = {
        "limit": planned.limit.amount,
        "rolled_in": planned.rolled_in,
        "taxable": planned.after.exact.taxable_conversions.amount,
        "saved": planned.saved,
    }
    assert {name: str(amount) for name, amount in found.items()} == case["expected"]


@pytest.mark.parametrize("table", ["form_8606", "cure"])
def test_every_case_of_an_ira_has_a_name_and_shows_its_work(table):
    cases = CASES[table]
    assert len({case["name"] for case in cases}) == len(cases)
    assert all(case[part].strip() for case in cases for part in ("why", "arithmetic", "authority"))


def test_the_lines_carry_the_forms_own_numbers_and_words():
    assert [(line.number, line.label, line.is_ratio) for line in list_lines(form=fill(**G14))] == [
        ("5", "Basis before the year's distributions and conversions", False),
        ("6", "Value of all IRAs on 31 December", False),
        ("7", "Distributions, without conversions and rollovers", False),
        ("8", "Conversions to a Roth IRA", False),
        ("9", "Lines 6, 7 and 8 together", False),
        ("10", "Line 5 / line 9", True),
        ("11", "Nontaxable part of the conversions", False),
        ("12", "Nontaxable part of the distributions", False),
        ("13", "Lines 11 and 12 together", False),
        ("14", "Basis carried to later years", False),
        ("15", "Taxable distributions", False),
        ("16", "Conversions to a Roth IRA", False),
        ("17", "Their basis", False),
        ("18", "Taxable conversions", False),
    ]


def test_only_the_form_has_a_ratio():
    [line] = [line for line in list_lines(form=fill(**G14)) if line.number == "10"]
    assert (line.exact, line.rounded, line.differs) == (None, Decimal("0.368"), False)


def test_routes_that_come_to_the_same_do_not_differ():
    assert fill(**G14).routes_differ
    assert not fill(year_end_value="3000.00", basis="1000.00", conversions="1000.00").routes_differ


@given(iras=IRAS)
def test_no_line_is_negative_and_parts_sum(iras):
    form = compute_form_8606(iras=iras)
    for line in list_lines(form=form):
        assert line.rounded >= 0
        assert line.exact is None or line.exact >= 0
    lines = {line.number: line for line in list_lines(form=form)}
    for route in ("exact", "rounded"):
        amount = {number: getattr(line, route) for number, line in lines.items()}
        assert amount["13"] + amount["14"] == amount["5"]
        assert amount["12"] + amount["15"] == amount["7"]
        assert amount["17"] + amount["18"] == amount["16"] == amount["8"]
    assert 0 <= form.ratio.amount <= 1
    assert form.exact.carried_basis.amount == lines["14"].exact
    assert form.exact.taxable_conversions.amount == lines["18"].exact


@given(iras=IRAS)
def test_the_cure_never_makes_more_taxable(iras):
    form = compute_form_8606(iras=iras)
    planned = cure(form)
    assert planned.saved >= 0
    assert 0 <= planned.limit.amount <= form.year_end_value
    assert planned.limit == find_cure_limit(form=form)
    assert planned.after.year_end_value == planned.year_end_value.amount
    assert planned.after.basis == form.basis


@given(iras=IRAS)
def test_every_figure_is_what_its_terms_come_to(iras):
    form = compute_form_8606(iras=iras)
    routes = (form.ratio, *form.exact.figures, *form.rounded.figures)
    for figure in (*form.figures, *cure(form).figures, *routes):
        assert come_to(figure) == figure.amount, figure


def test_the_arithmetic_of_the_form_is_told_term_by_term():
    assert [list_words(each) for each in fill(**G14 | {"distributions": "1000.00"}).figures] == [
        [
            "All IRAs together (line 9)",
            "value on 31 December (line 6) 12,000.00",
            "+ distributions (line 7) 1,000.00",
            "+ conversions (line 8) 7,000.00",
            "IRC 408(d)(2)",
            "",
            "All traditional, SEP and SIMPLE IRAs are one contract.",
        ],
        [
            "Nontaxable part of the conversions (line 11)",
            "conversions (line 8) 7,000.00",
            "x basis (line 5) 7,000.00",
            "/ all IRAs together (line 9) 20,000.00",
            "IRC 408(d)(2), 72(e)(8)",
            "Rounded once, half up.",
            "",
        ],
        [
            "Nontaxable part of the distributions (line 12)",
            "distributions (line 7) 1,000.00",
            "x basis (line 5) 7,000.00",
            "/ all IRAs together (line 9) 20,000.00",
            "IRC 408(d)(2), 72(e)(8)",
            "Rounded once, half up.",
            "",
        ],
        [
            "Basis carried to later years (line 14)",
            "basis (line 5) 7,000.00",
            "- nontaxable conversions (line 11) 2,450.00",
            "- nontaxable distributions (line 12) 350.00",
            "IRC 408(d)(2), 72(e)(8)",
            "",
            "",
        ],
        [
            "Taxable conversions (line 18)",
            "conversions (line 16) 7,000.00",
            "- their basis (line 17) 2,450.00",
            "IRC 408A(d)(3)(A)",
            "",
            "",
        ],
    ]


def test_the_three_decimals_are_explained_only_where_they_differ():
    explanations = fill(**G14).figures
    assert [each.figure for each in explanations[5:]] == [
        "Ratio by the form (line 10)",
        "Nontaxable part of the conversions by three decimals (line 11)",
        "Nontaxable part of the distributions by three decimals (line 12)",
        "Basis carried to later years by three decimals (line 14)",
        "Taxable conversions by three decimals (line 18)",
    ]
    assert list_words(explanations[5]) == [
        "Ratio by the form (line 10)",
        "basis (line 5) 7,000.00",
        "/ all IRAs together (line 9) 19,000.00",
        "Form 8606, line 10",
        "Rounded half up to three decimals, as the form allows.",
        THREE_DECIMALS_NOTE,
    ]
    assert explanations[5].written == "0.368"
    assert list_words(explanations[6])[1:3] == ["conversions (line 8) 7,000.00", "x ratio (line 10) 0.368"]
    assert THREE_DECIMALS_NOTE == (
        "Form 8606 lets the ratio of line 10 be rounded to three decimals; the two routes differ here. Confirm with"
        " a CPA which one the return takes: more decimals come closer to the law."
    )


def test_a_cap_is_told_where_it_decides():
    form = fill(year_end_value="0.00", basis="8000.00", conversions="5000.00", distributions="1500.00")
    conversions, distributions = form.figures[1:3]
    assert list_words(conversions)[4] == "lesser of conversions (line 8) 5,000.00"
    assert list_words(distributions)[4] == "lesser of distributions (line 7) 1,500.00"
    form = fill(year_end_value="0.00", basis="0.01", conversions="0.01", distributions="0.01")
    conversions, distributions = form.figures[1:3]
    assert list_words(conversions)[5] == "lesser of basis (line 5) 0.01"
    assert list_words(distributions)[4] == "lesser of basis less line 11 0.00"


def test_the_arithmetic_of_the_cure_is_told_term_by_term():
    explanations = cure(fill(**G14), rolled_in=Decimal("5000.00")).figures
    assert [list_words(each) for each in explanations[:2]] == [
        [
            "Pretax IRA money that may be rolled in",
            "all IRAs together (line 9) 19,000.00",
            "- basis (line 5) 7,000.00",
            "lesser of value on 31 December 12,000.00",
            "IRC 408(d)(3)(A)(ii), 408(d)(3)(H)",
            "",
            "Only what would be includible may go, and it counts as pretax money first.",
        ],
        [
            "Value on 31 December with the cure (line 6)",
            "value on 31 December without it 12,000.00",
            "- rolled into the 401(k) 5,000.00",
            "IRC 408(d)(2)(C)",
            "",
            "",
        ],
    ]
    assert explanations[2].figure == "With the cure: All IRAs together (line 9)"


def test_no_more_than_the_limit_may_be_rolled_in():
    form = fill(**G14)
    assert cure(form, rolled_in=Decimal("12000.00")).rolled_in == Decimal("12000.00")
    assert cure(form, rolled_in=Decimal("0.00")).saved == 0
    for amount in ("12000.01", "-0.01"):
        with pytest.raises(CureExceedsLimit) as refused:
            cure(form, rolled_in=Decimal(amount))
        assert str(refused.value) == "At most $12,000.00 of pretax IRA money may be rolled in."


@pytest.mark.parametrize(
    ("accepted", "says"),
    [
        (Answer.YES, "The plan accepts rollovers of pretax IRA money."),
        (Answer.NO, "The plan does not accept rollovers of pretax IRA money: have it amended first."),
        (Answer.NOT_VERIFIED, "Nobody has verified that the plan accepts rollovers of pretax IRA money."),
    ],
)
def test_whether_the_plan_takes_ira_money_is_said(accepted, says):
    assert cure(fill(**G14), accepted=accepted).notes == (says,)


def test_the_deadline_is_the_last_day_of_the_conversions_year():
    last_day = datetime.date(2026, 12, 31)
    planned = cure(fill(**G14), today=last_day)
    assert planned.deadline == last_day
    assert len(planned.notes) == 1
    assert cure(fill(**G14), today=datetime.date(2027, 1, 1)).notes[1:] == (
        "The deadline for 2026 has passed: a rollover now helps the conversions of a later year.",
    )


def test_a_simple_ira_is_warned_of():
    assert cure(fill(**G14), has_simple=True).notes[1:] == (
        "A SIMPLE IRA cannot be rolled into a plan in its first two years: confirm with the plan's document or a CPA.",
    )


def test_the_forms_ratio_is_marked_as_one():
    explanations = fill(**G14).figures
    assert [each.figure for each in explanations if each.is_ratio is True] == ["Ratio by the form (line 10)"]
    assert {term.label for each in explanations for term in each.terms if term.is_ratio is True} == {
        "ratio (line 10)"
    }
    assert {term.is_ratio for each in explanations for term in each.terms} == {True, False}
    assert {each.is_ratio for each in explanations} == {True, False}


@pytest.mark.parametrize("accepted", Answer)
def test_a_cure_keeps_whether_the_plan_accepts_it(accepted):
    assert cure(fill(**G14), accepted=accepted).accepted is accepted
