"""The ways out of a sub-account side by side, when paying now is ahead, and which way the facts speak for."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.checks.provisions import Provisions
from law.checks.rollovers import SmallEarnings
from law.comparison import (
    BREAK_EVEN_MODEL,
    IraPosition,
    Rates,
    compare_ways,
    count_years_to_recover,
    explain_recovery,
    find_break_even,
    recommend_way,
)
from law.figures import evaluate_explanation
from law.findings import Severity
from law.money import ZERO
from law.subaccount import Contract, DistributionExceedsBalance
from law.words import Answer, Place, Way

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "comparison.toml").read_text())
RATES = Rates(federal=Decimal("24.00"), state=Decimal("4.95"), later=Decimal("28.95"))
YES, NO, NOT_VERIFIED = Answer.YES, Answer.NO, Answer.NOT_VERIFIED
PROVISIONS = Provisions(after_tax_contributions=YES, separate_accounting=YES, in_service_distribution=YES)
PERCENTS = st.integers(0, 10_000).map(lambda hundredths: Decimal(hundredths).scaleb(-2))
CENTS = st.integers(1, 10**8)


def name_of(case):
    return case["name"]


def hold(value="20812.37", basis="20000.00", *, separate=True):
    return Contract(balance=Decimal(value), basis=Decimal(basis), separate_accounting=separate)


def compare(contract=None, **settings):
    contract = contract or hold()
    defaults = {
        "distribution": contract.balance,
        "rates": RATES,
        "growth_rate": Decimal("6.00"),
        "in_plan_roth_rollover": YES,
    }
    return compare_ways(contract=contract, **defaults | settings)


def write_landing(landing):
    return f"{landing.place} {landing.amount} {landing.basis} {landing.pretax}"


def write(explanation):
    return [
        explanation.figure,
        *(f"{term.operation} {term.label} {term.written}".strip() for term in explanation.terms),
        explanation.citation,
        str(explanation.rounding),
        explanation.note,
    ]


def list_explanations(comparison):
    for way in comparison.ways:
        yield from way.explanations
        if way.backdoor:
            yield from way.backdoor.explanations
            yield from way.backdoor.cured_explanations
    if comparison.break_even:
        for side in comparison.break_even.sides:
            yield from side.explanations
    yield from explain_recovery(comparison=comparison)


# --- The ways ------------------------------------------------------------------------------------------------------


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
    assert {name: str(getattr(way, name)) for name in case["expected"]} == case["expected"]
    backdoor = (way.backdoor.without, way.backdoor.with_cure)
    assert [str(form.taxable_conversions) for form in backdoor] == case["backdoor"]
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
    assert (way.available, way.reason, way.landings, way.tax) == (False, reason, (), ZERO)


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
    assert way.backdoor.without.taxable_conversions == Decimal("2578.95")
    assert way.backdoor.with_cure.year_end_value == Decimal("5000.00")
    assert way.backdoor.with_cure.taxable_conversions == ZERO


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
def test_parts_sum_and_every_figure_explains_itself(value, basis, part, federal, state, later, growth, ira):
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
        assert way.tax == way.federal_tax + way.state_tax
        assert way.backdoor.with_cure.taxable_conversions == 0
    assert comparison.find(Way.SPLIT).taxable == 0
    assert comparison.find(Way.ALL_ROTH).taxable == contract.earnings
    for explanation in list_explanations(comparison):
        assert evaluate_explanation(explanation=explanation) == explanation.amount, explanation.figure


def test_the_arithmetic_of_the_tax_is_told_term_by_term():
    way = compare().find(Way.ALL_ROTH)
    assert [each.figure for each in way.explanations] == [
        "After-tax part",
        "Pretax part (earnings)",
        "Taxable now",
        "Federal tax now",
        "State tax now",
        "Tax now",
        "Basis left in the plan",
        "Value left in the plan",
    ]
    assert [write(each) for each in way.explanations[3:6]] == [
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
    [taxable] = [each for each in way.explanations if each.figure == "Taxable now"]
    assert write(taxable) == [
        "Taxable now",
        "distribution 20,812.37",
        "- after-tax part 20,000.00",
        "IRC 402A(c)(4)(A)",
        "",
        "Paid out of the designated Roth account within five tax years it may bear 10% (IRC 402A(c)(4)(D),"
        " 408A(d)(3)(F)): confirm with the plan's document or a CPA.",
    ]
    assert len(way.explanations) == 8


def test_the_next_backdoor_is_explained_without_and_with_the_cure():
    iras = IraPosition(value=Decimal("12000.00"), basis=ZERO)
    backdoor = compare(iras=iras, contribution=Decimal("7000.00")).find(Way.WAIT).backdoor
    for explanations, figures in (
        (backdoor.explanations, ["19000.00", "2578.95", "4421.05"]),
        (backdoor.cured_explanations, ["7000.00", "7000.00", "0.00"]),
    ):
        assert [each.figure for each in explanations] == [
            "All IRAs (line 9)",
            "Nontaxable (line 11)",
            "Taxable (line 18)",
        ]
        assert [str(each.amount) for each in explanations] == figures


# --- When paying now is ahead --------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES["break_even"], ids=name_of)
def test_the_break_even_comes_out_as_worked_by_hand(case):
    rates = {name: Decimal(case["input"][name]) for name in ("federal", "state", "later")}
    found = find_break_even(
        earnings=Decimal("1000.00"), rates=Rates(**rates), growth_rate=Decimal(case["input"]["growth"])
    )
    assert found.years == case.get("years")
    assert [f"{side.years} {side.roth_now} {side.split}" for side in found.sides] == case["sides"]


def test_the_last_year_looked_at_is_the_sixtieth():
    # 0.3 x 1.01^n > later... falls by 1.007/1.01 a year: (1.007/1.01)^60 = 0.83647, (1.007/1.01)^59 = 0.83896.
    def count(later):
        rates = Rates(federal=Decimal("30.00"), state=ZERO, later=Decimal(later))
        return find_break_even(earnings=Decimal("1000.00"), rates=rates, growth_rate=Decimal("1.00")).years

    assert count("25.10") == 60  # 25.10 / 30 = 0.83667
    assert count("25.09") is None  # 25.09 / 30 = 0.83633


def test_the_model_is_said_in_words():
    assert BREAK_EVEN_MODEL == (
        "In the Roth IRA the earnings grow untaxed. In the traditional IRA they grow alike and are taxed at the later"
        " rate when withdrawn; the tax not paid now is kept outside and grows at the same rate less tax each year at"
        " today's rate. Paying now is ahead once it is strictly worth more after tax. This is a model, not advice: no"
        " penalty, no required distribution and no change of law is in it."
    )


def test_the_model_is_told_term_by_term():
    rates = Rates(federal=Decimal("30.00"), state=ZERO, later=Decimal("27.00"))
    found = find_break_even(earnings=Decimal("1000.00"), rates=rates, growth_rate=Decimal("5.00"))
    model = "A model with the planner's growth rate, not law"
    rounded = "Rounded once, half up."
    assert [write(each) for each in found.sides[1].explanations] == [
        [
            "Roth IRA after 8 years",
            "earnings 1,000.00",
            "x growth of 5.00% a year, after 8 years 1.4774554438",
            model,
            rounded,
            "",
        ],
        [
            "Traditional IRA, after the later tax, after 8 years",
            "earnings 1,000.00",
            "x growth of 5.00% a year, after 8 years 1.4774554438",
            "x 1 - the later rate 0.73",
            model,
            rounded,
            "",
        ],
        [
            "The tax not paid now, kept outside, after 8 years",
            "earnings 1,000.00",
            "x today's rate 0.30",
            "x growth of 5.00% a year less tax each year, after 8 years 1.3168090370",
            model,
            rounded,
            "",
        ],
        [
            "Split after 8 years",
            "traditional IRA, after the later tax 1,078.54",
            "+ the tax not paid now, kept outside 395.04",
            model,
            "",
            "",
        ],
    ]


def test_the_first_years_are_named_as_a_person_names_them():
    sides = compare().break_even.sides
    assert [side.explanations[0].figure for side in sides] == ["Roth IRA today", "Roth IRA after 1 year"]


def test_without_earnings_there_is_no_break_even():
    assert compare(hold("20000.00", "20000.00")).break_even is None
    assert compare(hold("20000.01", "20000.00")).break_even is not None


# --- Waiting for a loss to be made up ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "growth", "years"),
    [
        # 17,000 x 1.06^2 = 19,101.20; x 1.06^3 = 20,247.272.
        ("17000.00", "6.00", 3),
        ("20000.00", "0.00", 0),
        ("19999.99", "0.00", None),
        ("16000.00", "25.00", 1),
        ("15999.99", "25.00", 2),
        # 20,000 / 1.01^60 = 11,008.99...
        ("11009.00", "1.00", 60),
        ("11008.99", "1.00", None),
    ],
)
def test_a_loss_is_made_up_once_the_value_reaches_the_basis(value, growth, years):
    assert count_years_to_recover(contract=hold(value), growth_rate=Decimal(growth)) == years


def test_the_value_of_the_years_around_is_told():
    comparison = compare(hold("17000.00"))
    assert comparison.loss_made_up_years == 3
    assert [write(each) for each in explain_recovery(comparison=comparison)] == [
        [
            f"Value after {years} years",
            "value 17,000.00",
            f"x growth of 6.00% a year {factor}",
            "A model with the planner's growth rate, not law",
            "Rounded once, half up.",
            "The basis is $20,000.00.",
        ]
        for years, factor in ((2, "1.1236000000"), (3, "1.1910160000"))
    ]
    assert [str(each.amount) for each in explain_recovery(comparison=comparison)] == ["19101.20", "20247.27"]


def test_without_a_loss_nothing_is_to_be_made_up():
    assert compare(hold("20000.00")).loss_made_up_years is None
    assert explain_recovery(comparison=compare()) == ()


# --- The recommendation --------------------------------------------------------------------------------------------


def recommend(contract=None, *, growth="6.00", **facts):
    defaults = {
        "provisions": PROVISIONS,
        "ira_rollovers_accepted": YES,
        "pretax_ira_value": ZERO,
        "plans_backdoor": False,
    }
    return recommend_way(comparison=compare(contract, growth_rate=Decimal(growth)), **defaults | facts)


def assert_recommends(recommendation, kind, message, citation, way_out, field="way"):
    finding = recommendation.finding
    assert recommendation.kind is kind
    assert (finding.code, finding.severity) == ("R", Severity.INFO)
    assert (finding.message, finding.citation, finding.way_out, finding.field) == (
        message,
        citation,
        way_out,
        field,
    )


def test_what_blocks_the_letter_comes_first():
    provisions = Provisions(after_tax_contributions=YES, separate_accounting=YES, in_service_distribution=NO)
    assert_recommends(
        recommend(provisions=provisions),
        None,
        "First settle what blocks the letter. The plan does not allow after-tax money to be distributed in service.",
        "Plan document",
        "Have the plan amended, or wait for a distributable event.",
        "in_service_distribution",
    )


IN_PLAN_ONLY = Provisions(
    after_tax_contributions=YES,
    separate_accounting=YES,
    in_service_distribution=NO,
    in_plan_roth_rollover=YES,
)


def test_what_may_not_be_distributed_in_service_may_be_rolled_over_in_the_plan():
    # 812.37 of earnings: 194.97 + 40.21 = 235.18.
    assert_recommends(
        recommend(provisions=IN_PLAN_ONLY),
        Way.IN_PLAN,
        "In-plan Roth rollover, for $235.18 of tax now: the plan does not allow after-tax money to be distributed in"
        " service, but it may be rolled over to the plan's designated Roth account.",
        "IRC 402A(c)(4)(E)",
        "Choose the in-plan Roth rollover, or wait for a distributable event.",
    )
    assert recommend(hold("20000.00"), provisions=IN_PLAN_ONLY).kind is Way.IN_PLAN
    assert recommend(hold("19999.99"), provisions=IN_PLAN_ONLY).kind is Way.WAIT


@pytest.mark.parametrize(
    "other",
    [
        {"in_service_distribution": NOT_VERIFIED},
        {"in_plan_roth_rollover": NO},
        {"in_plan_roth_rollover": NOT_VERIFIED},
        {"separate_accounting": NO},
        {"after_tax_contributions": NO},
    ],
)
def test_what_else_blocks_the_letter_is_settled_first(other):
    assert recommend(provisions=replace(IN_PLAN_ONLY, **other)).kind is None


@pytest.mark.parametrize(
    ("growth", "says"),
    [
        ("6.00", "At 6.00% a year it is made up after 3 years."),
        ("18.00", "At 18.00% a year it is made up after 1 year."),
        ("0.00", "At 0.00% a year it is not made up within 60 years."),
    ],
)
def test_a_loss_waits(growth, says):
    assert_recommends(
        recommend(hold("17000.00"), growth=growth),
        Way.WAIT,
        "Wait: the sub-account is worth $3,000.00 less than its basis, and a full distribution would leave that basis"
        f" unrecovered. {says}",
        "IRC 72(e)(6)",
        "Postpone until the loss is made up, or leave a residual in the sub-account; confirm with a CPA how the plan"
        " carries the basis.",
    )


def test_a_loss_of_a_cent_waits_and_none_goes_to_the_roth_ira():
    assert recommend(hold("19999.99")).kind is Way.WAIT
    assert_recommends(
        recommend(hold("20000.00")),
        Way.ALL_ROTH,
        "All to the Roth IRA: there are no earnings, so nothing is taxable.",
        "IRC 72(e)(8)(B)",
        "Choose all to a Roth IRA.",
    )


def test_small_earnings_go_to_the_roth_ira_for_a_small_tax():
    # 202.02 is 1% of 20,202.02; tax 48.4848 -> 48.48 and 9.99999 -> 10.00.
    assert_recommends(
        recommend(hold("20202.02")),
        Way.ALL_ROTH,
        "All to the Roth IRA: the earnings are small, $202.02, and the tax on them is $58.48.",
        "IRC 408A(d)(3)(A)",
        "Choose all to a Roth IRA, or keep the split.",
    )
    assert recommend(hold("20202.03")).kind is Way.SPLIT
    small = SmallEarnings(amount=Decimal("812.37"), share=ZERO)
    assert recommend(small_earnings=small).kind is Way.ALL_ROTH


def test_meaningful_earnings_without_an_ira_in_the_way_are_split():
    assert_recommends(
        recommend(),
        Way.SPLIT,
        "Split: the earnings of $812.37 go to a traditional IRA and nothing is taxable now; all to the Roth IRA would"
        " cost $235.18 of tax now.",
        "Notice 2014-54 III",
        "Choose the split, or pay the tax now if that is ahead soon enough.",
    )


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (
            {"pretax_ira_value": Decimal("0.01"), "plans_backdoor": True},
            "the client's IRAs already hold $0.01 of pretax money",
        ),
        ({"pretax_ira_value": Decimal("0.01")}, "the client's IRAs already hold $0.01 of pretax money"),
        ({"plans_backdoor": True}, "the client plans basic backdoor conversions"),
    ],
)
def test_an_ira_in_the_way_is_cured_if_the_plan_takes_ira_money(facts, why):
    assert_recommends(
        recommend(**facts),
        Way.SPLIT,
        "Split, and roll the pretax IRA money into the 401(k) by 31 December: nothing is taxable now. Because"
        f" {why}, a split alone would make later conversions partly taxable.",
        "Notice 2014-54 III, IRC 408(d)(3)(A)(ii), 408(d)(3)(H)",
        "Choose the split with the cure, or all to a Roth IRA for $235.18 of tax now.",
    )
    for answer, refused in (
        (NO, "the plan does not accept rollovers of pretax IRA money"),
        (NOT_VERIFIED, "nobody has verified that the plan accepts rollovers of pretax IRA money"),
    ):
        assert_recommends(
            recommend(**facts, ira_rollovers_accepted=answer),
            Way.ALL_ROTH,
            f"All to the Roth IRA, for $235.18 of tax now: {why}, earnings in a traditional IRA would make later"
            f" conversions partly taxable, and {refused}.",
            "IRC 408A(d)(3)(A), 408(d)(2)",
            "Choose all to a Roth IRA, or verify that the plan accepts IRA money and split.",
        )


RATIOS = {"rate in percent", "percent", "today's rate", "1 - the later rate"}


def test_a_comparison_keeps_what_it_was_asked_and_marks_its_ratios():
    comparison = compare(iras=IraPosition(value=ZERO, basis=ZERO), contribution=Decimal("7000.00"))
    assert (comparison.distribution, comparison.rates) == (Decimal("20812.37"), RATES)
    terms = [term for each in list_explanations(comparison) for term in each.terms]
    assert {term.label for term in terms} >= RATIOS
    for term in terms:
        assert term.is_ratio is (term.label in RATIOS or term.label.startswith("growth of")), term.label
