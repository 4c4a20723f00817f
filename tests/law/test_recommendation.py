"""Which way out of a sub-account the facts speak for."""

from dataclasses import replace
from decimal import Decimal

import pytest

from law.checks.provisions import Provisions
from law.checks.rollovers import SmallEarnings
from law.findings import Severity
from law.money import ZERO
from law.recommendation import recommend_way
from law.words import Answer, Way
from tests.law.comparing import compare, hold

YES, NO, NOT_VERIFIED = Answer.YES, Answer.NO, Answer.NOT_VERIFIED
PROVISIONS = Provisions(after_tax_contributions=YES, separate_accounting=YES, in_service_distribution=YES)


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
