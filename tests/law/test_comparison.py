"""The ways out of a sub-account side by side."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.break_even import Rates
from law.comparison import IraPosition
from law.money import ZERO
from law.subaccount import DistributionExceedsBalance
from law.words import Answer, Place, Way
from tests.law.comparing import RATES, compare, hold
from tests.law.reading import come_to, list_words

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "comparison.toml").read_text())
YES, NO, NOT_VERIFIED = Answer.YES, Answer.NO, Answer.NOT_VERIFIED
PERCENTS = st.integers(0, 10_000).map(lambda hundredths: Decimal(hundredths).scaleb(-2))
CENTS = st.integers(1, 10**8)


def name_of(case):
    return case["name"]


def write_landing(landing):
    return f"{landing.place} {landing.amount} {landing.basis} {landing.pretax}"


def write_amount(figure):
    return str(getattr(figure, "amount", figure))


def list_figures(comparison):
    for way in comparison.ways:
        yield from way.figures
        if way.backdoor:
            yield from way.backdoor.figures
            yield from way.backdoor.cured_figures
    if comparison.break_even:
        for side in comparison.break_even.sides:
            yield from side.figures
    if comparison.recovery:
        yield from comparison.recovery.figures


@pytest.mark.parametrize("case", CASES["way"], ids=name_of)
def test_a_way_comes_out_as_worked_by_hand(case):
    facts = case["input"]
    comparison = compare(
        hold(facts["value"], facts["basis"]),
        partial_amount=Decimal(facts["amount"]) if "amount" in facts else None,
        iras=IraPosition(value=Decimal("12000.00"), basis=ZERO),
        contribution=Decimal("7000.00"),
    )
    way = comparison.find(Way(case["kind"]))
    assert [write_landing(landing) for landing in way.landings] == case["landings"]
    assert {name: write_amount(getattr(way, name)) for name in case["expected"]} == case["expected"]
    backdoor = (way.backdoor.without, way.backdoor.with_cure)
    assert [str(form.exact.taxable_conversions.amount) for form in backdoor] == case["backdoor"]
    forms = [f"{form.box_1_gross} {form.box_2a_taxable} {form.box_5_basis} {form.code}" for form in way.forms]
    assert forms == case["forms"]
    assert way.available
    assert way.reason == ""


@pytest.mark.parametrize("table", ["way", "break_even"])
def test_every_case_has_a_name_of_its_own_and_shows_its_work(table):
    cases = CASES[table]
    assert len({case["name"] for case in cases}) == len(cases)
    assert all(case["arithmetic"].strip() for case in cases)


def test_every_way_is_shown_in_one_order_under_its_name():
    assert [(way.kind, way.kind.heading) for way in compare().ways] == [
        (Way.ALL_ROTH, "All to a Roth IRA"),
        (Way.SPLIT, "Split"),
        (Way.PARTIAL, "A part to a Roth IRA"),
        (Way.IN_PLAN, "In-plan Roth rollover"),
        (Way.WAIT, "Wait"),
    ]
    assert [place.label for place in Place] == [
        "Roth IRA",
        "Traditional IRA",
        "Designated Roth account in the plan",
        "Stays where it is",
    ]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (NO, "The plan does not allow an in-plan Roth rollover."),
        (
            NOT_VERIFIED,
            "Nobody has verified that the plan allows an in-plan Roth rollover: look it up in the plan's document.",
        ),
    ],
)
def test_an_in_plan_rollover_the_plan_bars_is_shown_with_its_reason(answer, reason):
    way = compare(in_plan_roth_rollover=answer).find(Way.IN_PLAN)
    assert (way.available, way.reason, way.landings, way.tax.amount) == (False, reason, (), ZERO)


def test_a_part_without_an_amount_asks_for_one():
    way = compare().find(Way.PARTIAL)
    assert (way.available, way.reason) == (False, "Enter an amount to see what a part of it comes to.")


def test_a_part_may_be_all_of_it_and_not_a_cent_more():
    whole = Decimal("20812.37")
    assert compare(partial_amount=whole).find(Way.PARTIAL).landings[0].amount == whole
    with pytest.raises(DistributionExceedsBalance) as refused:
        compare(partial_amount=Decimal("20812.38"))
    assert str(refused.value) == "Enter at most 20,812.37."
    with pytest.raises(DistributionExceedsBalance):
        compare(partial_amount=ZERO)


def test_an_unsegregated_plan_is_pro_rated_and_the_rest_stays():
    comparison = compare(hold("250000.00", "50000.00", separate=False), distribution=Decimal("100000.00"))
    assert [write_landing(landing) for landing in comparison.find(Way.SPLIT).landings] == [
        "roth_ira 20000.00 20000.00 0.00",
        "traditional_ira 80000.00 0.00 80000.00",
        "stays 150000.00 30000.00 120000.00",
    ]
    assert comparison.find(Way.ALL_ROTH).taxable == Decimal("80000.00")


def test_without_a_contribution_or_iras_there_is_no_backdoor():
    iras = IraPosition(value=ZERO, basis=ZERO)
    for settings in (
        {},
        {"iras": iras},
        {"iras": iras, "contribution": ZERO},
        {"contribution": Decimal(7000)},
    ):
        assert all(way.backdoor is None for way in compare(**settings).ways)
    assert compare(iras=iras, contribution=Decimal("0.01")).find(Way.WAIT).backdoor is not None


def test_a_way_that_is_not_available_has_no_backdoor():
    comparison = compare(iras=IraPosition(value=ZERO, basis=ZERO), contribution=Decimal("7000.00"))
    assert comparison.find(Way.PARTIAL).backdoor is None


def test_the_basis_that_the_iras_carry_counts_for_the_next_backdoor():
    iras = IraPosition(value=Decimal("12000.00"), basis=Decimal("5000.00"))
    way = compare(iras=iras, contribution=Decimal("7000.00")).find(Way.WAIT)
    # 7,000 x (5,000 + 7,000) / 19,000 = 4,421.05.
    assert way.backdoor.without.exact.taxable_conversions.amount == Decimal("2578.95")
    assert way.backdoor.with_cure.year_end_value == Decimal("5000.00")
    assert way.backdoor.with_cure.exact.taxable_conversions.amount == ZERO


@given(
    value=CENTS,
    basis=CENTS,
    part=st.integers(1, 100),
    federal=PERCENTS,
    state=PERCENTS,
    later=PERCENTS,
    growth=PERCENTS,
    ira=CENTS,
)
def test_parts_sum_and_every_figure_is_what_its_terms_come_to(
    value, basis, part, federal, state, later, growth, ira
):
    contract = hold(str(Decimal(value).scaleb(-2)), str(Decimal(basis).scaleb(-2)))
    comparison = compare(
        contract,
        rates=Rates(federal=federal, state=state, later=later),
        growth_rate=growth,
        partial_amount=max(contract.balance * part // 100, Decimal("0.01")).quantize(Decimal("0.01")),
        iras=IraPosition(value=Decimal(ira).scaleb(-2), basis=ZERO),
        contribution=Decimal("7000.00"),
    )
    for way in comparison.ways:
        assert sum(landing.amount for landing in way.landings) == contract.balance
        assert all(landing.basis + landing.pretax == landing.amount for landing in way.landings)
        assert all(min(landing.basis, landing.pretax) >= 0 for landing in way.landings)
        assert 0 <= way.taxable <= contract.earnings
        assert way.withholding == 0
        assert way.tax.amount == way.federal_tax.amount + way.state_tax.amount
        assert way.backdoor.with_cure.exact.taxable_conversions.amount == 0
    assert comparison.find(Way.SPLIT).taxable == 0
    assert comparison.find(Way.ALL_ROTH).taxable == contract.earnings
    for figure in list_figures(comparison):
        assert come_to(figure) == figure.amount, figure


def test_the_arithmetic_of_the_tax_is_told_term_by_term():
    way = compare().find(Way.ALL_ROTH)
    assert [each.figure for each in way.figures] == [
        "After-tax part",
        "Pretax part (earnings)",
        "Taxable now",
        "Federal tax now",
        "State tax now",
        "Tax now",
        "Basis left in the plan",
        "Value left in the plan",
    ]
    assert [list_words(each) for each in way.figures[3:6]] == [
        [
            "Federal tax now",
            "taxable now 812.37",
            "x rate in percent 24.00",
            "/ percent 100",
            "The client's marginal rate",
            "Rounded once, half up.",
            "",
        ],
        [
            "State tax now",
            "taxable now 812.37",
            "x rate in percent 4.95",
            "/ percent 100",
            "The client's marginal rate",
            "Rounded once, half up.",
            "",
        ],
        ["Tax now", "federal tax 194.97", "+ state tax 40.21", "The client's marginal rates", "", ""],
    ]


def test_an_in_plan_rollover_is_taxed_under_its_own_section():
    way = compare().find(Way.IN_PLAN)
    [taxable] = [each for each in way.figures if each.figure == "Taxable now"]
    assert list_words(taxable) == [
        "Taxable now",
        "distribution 20,812.37",
        "- after-tax part 20,000.00",
        "IRC 402A(c)(4)(A)",
        "",
        "Paid out of the designated Roth account within five tax years it may bear 10% (IRC 402A(c)(4)(D),"
        " 408A(d)(3)(F)): confirm with the plan's document or a CPA.",
    ]
    assert len(way.figures) == 8


def test_the_next_backdoor_is_explained_without_and_with_the_cure():
    iras = IraPosition(value=Decimal("12000.00"), basis=ZERO)
    backdoor = compare(iras=iras, contribution=Decimal("7000.00")).find(Way.WAIT).backdoor
    for explanations, figures in (
        (backdoor.figures, ["19000.00", "2578.95", "4421.05"]),
        (backdoor.cured_figures, ["7000.00", "7000.00", "0.00"]),
    ):
        assert [each.figure for each in explanations] == [
            "All IRAs (line 9)",
            "Nontaxable (line 11)",
            "Taxable (line 18)",
        ]
        assert [str(each.amount) for each in explanations] == figures


RATIOS = {"rate in percent", "percent", "today's rate", "1 - the later rate"}


def test_a_comparison_keeps_what_it_was_asked_and_marks_its_ratios():
    comparison = compare(iras=IraPosition(value=ZERO, basis=ZERO), contribution=Decimal("7000.00"))
    assert (comparison.distribution, comparison.rates) == (Decimal("20812.37"), RATES)
    terms = [term for each in list_figures(comparison) for term in each.terms]
    assert {term.label for term in terms} >= RATIOS
    for term in terms:
        assert term.is_ratio is (term.label in RATIOS or term.label.startswith("growth of")), term.label
