"""Every finding of a rollover and of its plan: one case that raises it, word for word, and one that does not."""

import datetime
import tomllib
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from law.allocation import AllocationRefused, Disbursement, LegsDoNotFit, Method, allocate
from law.checks.plans import Situation, YearEndAssets, check_plan
from law.checks.provisions import Provisions, check_provisions
from law.checks.rollovers import RolloverFacts, SmallEarnings, check_rollover, count_business_days
from law.findings import Finding, Severity, list_questionable
from law.money import ZERO
from law.subaccount import Contract
from law.words import Answer, Payee

FOLDER = Path(__file__).parents[1] / "cases"
CASES = tomllib.loads((FOLDER / "findings_of_rollovers.toml").read_text())["case"]
OF_YEARS = tomllib.loads((FOLDER / "findings_of_years.toml").read_text())["case"]
SPLIT = [{"to": "traditional_ira", "amount": "812.37"}, {"to": "roth_ira", "amount": "20000.00"}]
BASIC = Provisions(
    after_tax_contributions=Answer.YES,
    separate_accounting=Answer.YES,
    in_service_distribution=Answer.YES,
    unrecovered_basis_carried=Answer.YES,
    spousal_consent_required=Answer.NO,
)


def read_date(given, name, default):
    return datetime.date.fromisoformat(given.get(name, default)) if given.get(name, default) else None


def read_amount(given, name, default="0.00"):
    return Decimal(given.get(name, default))


def read_by_year(given, name):
    return {int(year): Decimal(amount) for year, amount in given.get(name, {}).items()}


def read_leg(leg):
    to = Payee(leg["to"])
    return Disbursement(
        to=to,
        method=Method.PAID if to is Payee.PARTICIPANT else Method.DIRECT,
        amount=Decimal(leg["amount"]),
        pretax=Decimal(leg["pretax"]) if "pretax" in leg else None,
        separately_accounts=leg.get("separately_accounts", False),
    )


def judge(given):
    """This function will return the findings that the facts of a case raise."""
    provisions = replace(BASIC, **{kind: Answer(answer) for kind, answer in given.get("answers", {}).items()})
    subaccount = Contract(
        balance=read_amount(given, "value", "20812.37"),
        basis=read_amount(given, "basis", "20000.00"),
        separate_accounting=True,
    )
    legs = [read_leg(leg) for leg in given.get("legs", SPLIT)]
    allocation, refusal = None, None
    if legs:
        try:
            allocation = allocate(contract=subaccount, disbursements=legs)
        except AllocationRefused as error:
            refusal = error
    today = read_date(given, "today", "2022-01-04")
    payment_date = read_date(given, "payment_date", "2022-01-14")
    small = given.get("small", {"amount": "100.00", "share": "0.01"})
    assets = given.get("assets")
    return (
        *check_provisions(provisions=provisions),
        *check_plan(
            situation=Situation(
                provisions=provisions,
                birth_date=read_date(given, "birth_date", "1971-02-03"),
                is_married=given.get("is_married", False),
                today=today,
                payment_date=payment_date,
                first_employee_date=read_date(given, "first_employee_date", None),
                assets=YearEndAssets(
                    year=assets["year"],
                    value=Decimal(assets["value"]),
                    is_final_year=assets["is_final_year"],
                )
                if assets
                else None,
                contributions=read_by_year(given, "contributions"),
                deposit_gaps=read_by_year(given, "deposit_gaps"),
            )
        ),
        *check_rollover(
            facts=RolloverFacts(
                provisions=provisions,
                subaccount=subaccount,
                distribution=sum((leg.amount for leg in legs), ZERO) if legs else None,
                allocation=allocation,
                refusal=refusal,
                statement_date=read_date(given, "statement_date", "2021-12-31"),
                today=today,
                payment_date=payment_date,
                recorded_basis=read_amount(given, "recorded_basis", subaccount.basis),
                pretax_ira_value=read_amount(given, "pretax_ira_value"),
                plans_backdoor=given.get("plans_backdoor", False),
                small_earnings=SmallEarnings(amount=Decimal(small["amount"]), share=Decimal(small["share"])),
                last_distribution_date=read_date(given, "last_distribution_date", None),
                pre_1987_basis=read_amount(given, "pre_1987_basis"),
                non_vested=read_amount(given, "non_vested"),
                deposited_after=read_amount(given, "deposited_after"),
            )
        ),
    )


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_a_finding_is_raised_in_these_words_or_not_at_all(case):
    found = [finding for finding in judge(case["input"]) if finding.code == case["code"]]
    if "expected" not in case:
        assert found == []
        return
    [finding] = found
    assert {name: getattr(finding, name) for name in case["expected"]} == case["expected"]
    assert finding.year == case["expected"].get("year")


def test_the_rulebooks_meaningful_gain_split_raises_nothing():
    assert judge({}) == ()


def test_every_finding_of_the_rulebook_has_a_case_that_raises_it_and_one_that_does_not():
    raised = defaultdict(set)
    for case in (*CASES, *OF_YEARS):
        assert all(case[part].strip() for part in ("why", "arithmetic")), case["name"]
        raised[case["code"]].add("expected" in case)
    both = {code for code, ways in raised.items() if ways == {True, False}}
    assert both == {f"V{number:02}" for number in range(1, 31)}
    assert len({case["name"] for case in CASES}) == len(CASES)


# --- What a reason is given for ---------------------------------------------------------------------------


def make_finding(**fields):
    defaults = {
        "code": "V17",
        "severity": Severity.WARN,
        "message": "Earnings of $812.37 are meaningful.",
        "citation": "Notice 2014-54 III",
        "way_out": "Split.",
        "field": "way",
        "year": None,
    }
    return Finding(**defaults | fields)


def test_a_finding_has_one_key_whoever_computes_it():
    # sha256 of "None Earnings of $812.37 are meaningful." begins with these ten digits.
    assert make_finding().key == "V17-bffbcc559e"


@pytest.mark.parametrize(
    "other",
    [{"code": "V16"}, {"message": "Earnings of $812.38 are meaningful."}, {"year": 2021}],
    ids=["another check", "another figure", "another year"],
)
def test_another_sentence_is_another_finding(other):
    assert make_finding(**other).key != make_finding().key


def test_the_way_out_and_the_link_do_not_make_another_finding():
    assert make_finding(way_out="Wait.", field="basis", citation="IRC 72").key == make_finding().key


def test_errors_and_warnings_want_a_reason_and_nothing_else_does():
    findings = tuple(make_finding(severity=severity) for severity in Severity)
    wanting = [finding.severity for finding in list_questionable(findings=findings)]
    assert wanting == [Severity.ERROR, Severity.WARN]


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-20", "2026-11-20", 0),  # Friday
        ("2026-11-20", "2026-11-19", 0),
        ("2026-11-20", "2026-11-22", 0),
        ("2026-11-20", "2026-11-23", 1),
        ("2026-11-23", "2026-11-24", 1),
        ("2026-11-20", "2026-11-27", 5),
        ("2026-11-20", "2026-12-08", 12),
    ],
)
def test_business_days_are_mondays_to_fridays_after_the_first(start, end, days):
    dates = {"start": datetime.date.fromisoformat(start), "end": datetime.date.fromisoformat(end)}
    assert count_business_days(**dates) == days


def test_destinations_that_do_not_fit_are_v05_while_no_more_is_asked_than_there_is():
    refusal = LegsDoNotFit("The destinations sum to $1.00; the distribution is $2.00.", field="legs")
    facts = RolloverFacts(
        provisions=BASIC,
        subaccount=Contract(balance=Decimal("2.00"), basis=Decimal("2.00"), separate_accounting=True),
        distribution=Decimal("2.00"),
        allocation=None,
        refusal=refusal,
        statement_date=datetime.date(2026, 11, 23),
        today=datetime.date(2026, 11, 24),
        recorded_basis=Decimal("2.00"),
        pretax_ira_value=ZERO,
        plans_backdoor=False,
    )
    assert [finding.code for finding in check_rollover(facts=facts)] == ["V05"]
