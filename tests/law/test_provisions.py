"""The provisions that decide whether after-tax money may leave alone: what is read, and what blocks."""

import tomllib
from pathlib import Path

import pytest

from law.checks.provisions import Provisions, check_provisions, read_answers
from law.records import describe_finding
from law.words import Answer

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/findings_of_provisions.toml").read_text())["case"]
PROVISIONS = (
    "after_tax_contributions",
    "separate_accounting",
    "in_service_distribution",
    "unrecovered_basis_carried",
    "spousal_consent_required",
    "in_plan_roth_rollover",
)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_the_plans_answers_raise_what_is_written_down(case):
    provisions = read_answers(dict.fromkeys(PROVISIONS, "yes") | case["answers"])
    findings = check_provisions(provisions=provisions, in_plan=case.get("in_plan", False))
    assert [describe_finding(finding=finding) for finding in findings] == case["findings"]


def test_what_the_papers_do_not_say_is_not_verified():
    assert read_answers({}) == Provisions(
        after_tax_contributions=Answer.NOT_VERIFIED,
        separate_accounting=Answer.NOT_VERIFIED,
        in_service_distribution=Answer.NOT_VERIFIED,
        unrecovered_basis_carried=Answer.NOT_VERIFIED,
        spousal_consent_required=Answer.NOT_VERIFIED,
        in_plan_roth_rollover=Answer.NOT_VERIFIED,
    )
    assert [finding.code for finding in check_provisions(provisions=read_answers({}))] == [
        "V01",
        "V02",
        "V03",
    ]
    assert [finding.code for finding in check_provisions(provisions=read_answers({}), in_plan=True)] == [
        "V01",
        "V02",
        "in_plan",
    ]


@pytest.mark.parametrize(
    ("in_service", "in_plan", "only"),
    [
        ("no", "yes", True),
        ("yes", "yes", False),
        ("not_verified", "yes", False),
        ("no", "no", False),
        ("no", "not_verified", False),
    ],
)
def test_money_may_only_stay_in_the_plan_where_both_are_verified(in_service, in_plan, only):
    provisions = read_answers({"in_service_distribution": in_service, "in_plan_roth_rollover": in_plan})
    assert provisions.allows_only_in_plan is only


@pytest.mark.parametrize("kind", PROVISIONS)
def test_each_answer_is_read_from_its_own_kind(kind):
    provisions = read_answers({kind: "no"})
    assert {name: getattr(provisions, name) for name in PROVISIONS} == {
        name: Answer.NO if name == kind else Answer.NOT_VERIFIED for name in PROVISIONS
    }
