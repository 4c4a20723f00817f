"""How a way out of the sub-account becomes disbursements."""

from decimal import Decimal

import pytest

from law.allocation import LegsDoNotFit, Method
from law.money import ZERO
from law.subaccount import Contract, share_distribution
from law.ways import make_disbursement, plan_disbursements, send_all, split_to_iras
from law.words import Payee, Way


def split(balance, basis, distribution=None):
    contract = Contract(balance=Decimal(balance), basis=Decimal(basis), separate_accounting=True)
    share = share_distribution(contract=contract, distribution=Decimal(distribution or balance))
    return [(leg.to, str(leg.amount), leg.pretax) for leg in split_to_iras(share=share)]


def test_a_split_sends_the_pretax_to_a_traditional_ira_and_the_basis_to_a_roth_ira():
    assert split("20812.37", "20000.00") == [
        (Payee.TRADITIONAL_IRA, "812.37", Decimal("812.37")),
        (Payee.ROTH_IRA, "20000.00", ZERO),
    ]


def test_a_split_of_a_part_follows_its_share():
    # 10,000.00 of 25,000.00 with 20,000.00 of basis: 8,000.00 after-tax, 2,000.00 pretax.
    assert split("25000.00", "20000.00", "10000.00") == [
        (Payee.TRADITIONAL_IRA, "2000.00", Decimal("2000.00")),
        (Payee.ROTH_IRA, "8000.00", ZERO),
    ]


@pytest.mark.parametrize("basis", ["20000.00", "20500.00"], ids=["no earnings", "a loss"])
def test_without_pretax_money_nothing_is_elected(basis):
    assert split("20000.00", basis) == [(Payee.ROTH_IRA, "20000.00", None)]


def test_without_basis_all_goes_to_the_traditional_ira():
    assert split("812.37", "0.00") == [(Payee.TRADITIONAL_IRA, "812.37", Decimal("812.37"))]


def test_one_payee_receives_all():
    [leg] = send_all(to=Payee.DESIGNATED_ROTH, amount=Decimal("20812.37"))
    assert (leg.to, leg.method, leg.amount, leg.pretax) == (
        Payee.DESIGNATED_ROTH,
        Method.DIRECT,
        Decimal("20812.37"),
        None,
    )


@pytest.mark.parametrize("payee", list(Payee))
def test_only_the_participant_is_paid(payee):
    leg = make_disbursement(to=payee, amount=Decimal("1.00"), separately_accounts=True)
    assert (leg.method is Method.PAID) == (payee is Payee.PARTICIPANT)
    assert leg.separately_accounts


# --- The ways of a letter -----------------------------------------------------------------------------------

SUBACCOUNT = Contract(balance=Decimal("20812.37"), basis=Decimal("20000.00"), separate_accounting=True)
OWN = (
    make_disbursement(to=Payee.ROTH_IRA, amount=Decimal("20000.00")),
    make_disbursement(to=Payee.PARTICIPANT, amount=Decimal("812.37")),
)


def plan(way, distribution="20812.37", own=OWN):
    planned = plan_disbursements(way=way, contract=SUBACCOUNT, distribution=Decimal(distribution), own=own)
    return [(leg.to, str(leg.amount)) for leg in planned]


@pytest.mark.parametrize(
    ("way", "legs"),
    [
        (Way.ALL_ROTH, [(Payee.ROTH_IRA, "20812.37")]),
        (Way.SPLIT, [(Payee.TRADITIONAL_IRA, "812.37"), (Payee.ROTH_IRA, "20000.00")]),
        (Way.IN_PLAN, [(Payee.DESIGNATED_ROTH, "20812.37")]),
        (Way.OWN, [(Payee.ROTH_IRA, "20000.00"), (Payee.PARTICIPANT, "812.37")]),
    ],
)
def test_each_way_has_its_payees(way, legs):
    assert plan(way) == legs


@pytest.mark.parametrize("way", [Way.ALL_ROTH, Way.SPLIT, Way.IN_PLAN, Way.OWN])
@pytest.mark.parametrize("distribution", ["0.00", "20812.38"], ids=["nothing", "more than there is"])
def test_a_way_moves_something_and_no_more_than_there_is(way, distribution):
    with pytest.raises(LegsDoNotFit) as refused:
        plan(way, distribution)
    assert str(refused.value) == "The amount is more than zero and no more than the balance."
    assert refused.value.field == "amount"


def test_what_was_chosen_one_by_one_sums_to_the_distribution():
    with pytest.raises(LegsDoNotFit, match=r"sum to \$20,812.37; the distribution is \$20,000.00") as refused:
        plan(Way.OWN, "20000.00")
    assert refused.value.field == "legs"
