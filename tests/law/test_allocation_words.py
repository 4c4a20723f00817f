"""The words of the allocation: why a request is refused and at which leg, and how each figure is explained."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from law.allocation import (
    AfterTaxNotAccepted,
    AllocationRefused,
    AmountNotPositive,
    Disbursement,
    ElectionRefused,
    LegsDoNotFit,
    Method,
    PayeeNotAllowed,
    SixtyDayRollover,
    allocate,
)
from law.subaccount import Contract
from law.words import Payee
from tests.law.reading import come_to, read_out

CASES = tomllib.loads((Path(__file__).parents[1] / "cases/explanations_of_allocations.toml").read_text())[
    "case"
]
SHARED = Contract(balance=Decimal("100.00"), basis=Decimal("60.00"), separate_accounting=True)


def direct(amount, to="roth_ira", *, pretax=None, separately_accounts=False):
    return Disbursement(
        to=Payee(to),
        method=Method.DIRECT,
        amount=Decimal(amount),
        pretax=None if pretax is None else Decimal(pretax),
        separately_accounts=separately_accounts,
    )


def paid(amount, to="participant", *, pretax=None):
    elected = None if pretax is None else Decimal(pretax)
    return Disbursement(to=Payee(to), method=Method.PAID, amount=Decimal(amount), pretax=elected)


def later(amount, to="roth_ira", *, pretax=None):
    elected = None if pretax is None else Decimal(pretax)
    return SixtyDayRollover(to=Payee(to), amount=Decimal(amount), pretax=elected)


# Of 100.00, 60.00 is basis. Each: the legs, the 60-day rollovers, the rule broken, where, and the sentence.
REFUSALS = {
    "no leg": (
        [],
        [],
        LegsDoNotFit,
        "disbursements",
        "A distribution has at least one disbursement.",
    ),
    "a leg of nothing": (
        [direct("10.00"), direct("0.00")],
        [],
        AmountNotPositive,
        "disbursements.1.amount",
        "A disbursement is more than zero.",
    ),
    "a direct rollover to the participant": (
        [direct("10.00", "participant")],
        [],
        PayeeNotAllowed,
        "disbursements.0.to",
        "A direct rollover goes to a plan or an IRA, never to the participant.",
    ),
    "an IRA that is paid": (
        [direct("10.00"), paid("10.00", "roth_ira")],
        [],
        PayeeNotAllowed,
        "disbursements.1.to",
        "Only the participant is paid; a plan or an IRA receives a direct rollover.",
    ),
    "two payments": (
        [paid("10.00"), direct("10.00"), paid("10.00")],
        [],
        PayeeNotAllowed,
        "disbursements.2.method",
        "At most one disbursement is paid to the participant.",
    ),
    "a cent more than there is": (
        [direct("40.00"), paid("60.01")],
        [],
        LegsDoNotFit,
        "disbursements",
        "The disbursements sum to 100.01, more than the balance of 100.00.",
    ),
    "an election on the payment": (
        [direct("40.00"), paid("60.00", pretax="5.00")],
        [],
        ElectionRefused,
        "disbursements.1.pretax",
        "The payment to the participant carries the 0.00 of pretax money that the direct rollovers leave;"
        " it is not elected.",
    ),
    "a 60-day rollover of nothing": (
        [paid("100.00")],
        [later("10.00"), later("0.00")],
        AmountNotPositive,
        "sixty_day_rollovers.1.amount",
        "A 60-day rollover is more than zero.",
    ),
    "a 60-day rollover to the participant": (
        [paid("100.00")],
        [later("10.00", "participant")],
        PayeeNotAllowed,
        "sixty_day_rollovers.0.to",
        "A 60-day rollover goes to a plan or an IRA.",
    ),
    "a cent more rolled over than was paid": (
        [direct("40.00"), paid("60.00")],
        [later("30.00"), later("30.01")],
        LegsDoNotFit,
        "sixty_day_rollovers",
        "The 60-day rollovers sum to 60.01, more than the 60.00 paid to the participant.",
    ),
    "a 60-day rollover of what was never paid": (
        [direct("40.00")],
        [later("0.01")],
        LegsDoNotFit,
        "sixty_day_rollovers",
        "The 60-day rollovers sum to 0.01, more than the 0.00 paid to the participant.",
    ),
    "an in-plan rollover beside another leg": (
        [direct("60.00"), direct("40.00", "designated_roth")],
        [],
        PayeeNotAllowed,
        "disbursements.1.to",
        "An in-plan Roth rollover is asked for alone: nothing else leaves with it.",
    ),
    "another leg beside an in-plan rollover": (
        [direct("40.00", "designated_roth"), paid("60.00")],
        [],
        PayeeNotAllowed,
        "disbursements.0.to",
        "An in-plan Roth rollover is asked for alone: nothing else leaves with it.",
    ),
    "an in-plan rollover that is paid": (
        [paid("10.00", "designated_roth")],
        [],
        PayeeNotAllowed,
        "disbursements.0.to",
        "Only the participant is paid; a plan or an IRA receives a direct rollover.",
    ),
    "an in-plan rollover within 60 days": (
        [paid("100.00")],
        [later("10.00"), later("10.00", "designated_roth")],
        PayeeNotAllowed,
        "sixty_day_rollovers.1.to",
        "An in-plan Roth rollover is asked for as a direct rollover.",
    ),
    "an in-plan rollover of other earnings than its own": (
        [direct("100.00", "designated_roth", pretax="39.99")],
        [],
        ElectionRefused,
        "disbursements.0.pretax",
        "The Notice assigns 40.00 of pretax money to the direct rollovers; the elections make it 39.99.",
    ),
    "an election below zero": (
        [direct("40.00"), direct("60.00", pretax="-0.01")],
        [],
        ElectionRefused,
        "disbursements.1.pretax",
        "The elected pretax amount lies between zero and the leg's 60.00.",
    ),
    "an election of more than the leg": (
        [direct("60.00"), direct("39.99", pretax="40.00")],
        [],
        ElectionRefused,
        "disbursements.1.pretax",
        "The elected pretax amount lies between zero and the leg's 39.99.",
    ),
    "an election that sends after-tax money to a plan that takes none": (
        [direct("60.00"), direct("40.00", "plan", pretax="39.99")],
        [],
        AfterTaxNotAccepted,
        "disbursements.1.pretax",
        "This plan can take pretax money only: the election would send it after-tax money.",
    ),
    "too little pretax money for the plan": (
        [direct("50.00"), direct("50.00", "plan")],
        [],
        AfterTaxNotAccepted,
        "disbursements.1.amount",
        "The Notice assigns 40.00 of pretax money to the direct rollovers: too little for the plan, which takes"
        " pretax money only.",
    ),
    "elections of too little": (
        [direct("50.00", pretax="10.00"), direct("50.00", pretax="20.00")],
        [],
        ElectionRefused,
        "disbursements.0.pretax",
        "The Notice assigns 40.00 of pretax money to the direct rollovers; the elections make it 30.00.",
    ),
    "an election of too much": (
        [direct("30.00"), direct("70.00", pretax="40.01")],
        [],
        ElectionRefused,
        "disbursements.1.pretax",
        "The Notice assigns 40.00 of pretax money to the direct rollovers; the elections make it 40.01.",
    ),
    "a 60-day election of too much": (
        [paid("100.00")],
        [later("30.00"), later("50.00", pretax="40.01")],
        ElectionRefused,
        "sixty_day_rollovers.1.pretax",
        "The Notice assigns 40.00 of pretax money to the 60-day rollovers; the elections make it 40.01.",
    ),
    "a 60-day rollover of after-tax money to a plan": (
        [paid("100.00")],
        [later("30.00"), later("40.01", "plan")],
        AfterTaxNotAccepted,
        "sixty_day_rollovers.1.amount",
        "The Notice assigns 40.00 of pretax money to the 60-day rollovers: too little for the plan, which takes"
        " pretax money only.",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_names_the_rule_the_leg_and_the_amounts(name):
    disbursements, rollovers, rule, field, sentence = REFUSALS[name]
    with pytest.raises(AllocationRefused) as refused:
        allocate(contract=SHARED, disbursements=disbursements, sixty_day_rollovers=rollovers)
    assert type(refused.value) is rule
    assert refused.value.field == field
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("disbursements", "rollovers"),
    [
        ([direct("0.01")], []),
        ([direct("40.00"), paid("60.00", pretax="0.00")], []),
        ([paid("100.00", pretax="40.00")], [later("0.01")]),
        ([direct("40.00"), paid("60.00")], [later("30.00"), later("30.00")]),
        ([direct("60.00", pretax="0.00"), direct("40.00", pretax="40.00")], []),
        ([direct("60.00"), direct("40.00", "plan", pretax="40.00")], []),
        (
            [
                direct("60.00", pretax="0.01"),
                direct("40.00", "plan", pretax="39.99", separately_accounts=True),
            ],
            [],
        ),
        ([paid("100.00")], [later("60.00"), later("40.00", "plan")]),
        ([direct("100.00", "designated_roth", pretax="40.00")], []),
    ],
)
def test_what_is_just_right_is_allocated(disbursements, rollovers):
    allocation = allocate(contract=SHARED, disbursements=disbursements, sixty_day_rollovers=rollovers)
    for leg in (*allocation.disbursements, *allocation.sixty_day_rollovers):
        assert leg.pretax >= 0
        assert leg.after_tax >= 0


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_the_arithmetic_reads_as_worked_by_hand(case):
    contract = Contract(
        balance=Decimal(case["balance"]),
        basis=Decimal(case["basis"]),
        separate_accounting=case["separate_accounting"],
    )
    legs = [
        Disbursement(to=Payee(leg["to"]), method=Method(leg["method"]), amount=Decimal(leg["amount"]))
        for leg in case["legs"]
    ]
    figures = allocate(contract=contract, disbursements=legs).figures
    assert [read_out(figure) for figure in figures] == case["lines"]
    for figure in figures:
        assert come_to(figure) == figure.amount, figure.figure


# --- An in-plan Roth rollover -----------------------------------------------------------------------------


def test_an_in_plan_rollover_is_includible_withholds_nothing_and_rests_on_its_own_section():
    # G3: 20,812.37 - 20,000.00 = 812.37.
    contract = Contract(balance=Decimal("20812.37"), basis=Decimal("20000.00"), separate_accounting=True)
    allocation = allocate(contract=contract, disbursements=[direct("20812.37", "designated_roth")])
    [leg] = allocation.disbursements
    assert (str(leg.pretax), str(leg.after_tax)) == ("812.37", "20000.00")
    assert allocation.is_in_plan
    assert str(allocation.pretax_to_roth) == "812.37"
    assert str(allocation.includible) == "812.37"
    assert str(allocation.withholding) == "0.00"
    assert allocation.citations == ("IRC 72(d)(2)", "IRC 72(e)(8)(B)", "IRC 402A(c)(4)")


@pytest.mark.parametrize(
    ("to", "includible"), [("roth_ira", "812.37"), ("traditional_ira", "0.00"), ("plan", "0.00")]
)
def test_every_other_direct_rollover_rests_on_the_notice(to, includible):
    contract = Contract(balance=Decimal("20812.37"), basis=Decimal("20000.00"), separate_accounting=True)
    allocation = allocate(contract=contract, disbursements=[direct("20812.37", to, separately_accounts=True)])
    assert not allocation.is_in_plan
    assert str(allocation.includible) == includible
    assert allocation.citations == ("IRC 72(d)(2)", "IRC 72(e)(8)(B)", "Notice 2014-54 III")


def test_every_payee_has_a_label():
    assert {payee.value: payee.label for payee in Payee} == {
        "plan": "Another plan",
        "traditional_ira": "Traditional IRA",
        "roth_ira": "Roth IRA",
        "participant": "The participant",
        "designated_roth": "The plan's designated Roth account",
    }
