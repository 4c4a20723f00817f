"""The contract that money leaves: what is refused, and the edges of basis and earnings."""

from decimal import Decimal

import pytest

from law.subaccount import Contract, DistributionExceedsBalance, NotAContract, share_distribution


def make_contract(*, balance, basis):
    return Contract(balance=Decimal(balance), basis=Decimal(basis), separate_accounting=True)


@pytest.mark.parametrize(("balance", "basis"), [("-0.01", "0.00"), ("0.00", "-0.01"), ("-1.00", "-1.00")])
def test_nothing_in_a_contract_is_below_zero(balance, basis):
    with pytest.raises(NotAContract) as refused:
        make_contract(balance=balance, basis=basis)
    assert str(refused.value) == "A balance and a basis are never below zero."


def test_an_empty_contract_has_neither_earnings_nor_loss():
    contract = make_contract(balance="0.00", basis="0.00")
    assert (contract.earnings, contract.loss) == (Decimal("0.00"), Decimal("0.00"))


@pytest.mark.parametrize("distribution", ["-0.01", "0.00", "100.01"])
def test_a_distribution_is_something_and_no_more_than_there_is(distribution):
    contract = make_contract(balance="100.00", basis="60.00")
    with pytest.raises(DistributionExceedsBalance) as refused:
        share_distribution(contract=contract, distribution=Decimal(distribution))
    assert str(refused.value) == "A distribution is more than zero and no more than the balance."


@pytest.mark.parametrize(
    (
        "balance",
        "basis",
        "distribution",
        "after_tax",
        "pretax",
        "remaining_balance",
        "remaining_basis",
        "lost",
    ),
    [
        # part: 50 x 60 / 100 = 30
        ("100.00", "60.00", "50.00", "30.00", "20.00", "50.00", "30.00", "0.00"),
        # all: the last withdrawal takes the basis that is left
        ("100.00", "60.00", "100.00", "60.00", "40.00", "0.00", "0.00", "0.00"),
        # a cent, of which 60% is basis: rounds to a cent
        ("100.00", "60.00", "0.01", "0.01", "0.00", "99.99", "59.99", "0.00"),
        # no earnings: the exclusion stops at what is received, section 72(e)(6)
        ("60.00", "60.00", "50.00", "50.00", "0.00", "10.00", "10.00", "0.00"),
        ("60.00", "60.00", "60.00", "60.00", "0.00", "0.00", "0.00", "0.00"),
        # a loss: what the balance does not cover stays as basis
        ("50.00", "60.00", "40.00", "40.00", "0.00", "10.00", "20.00", "0.00"),
        ("50.00", "60.00", "50.00", "50.00", "0.00", "0.00", "10.00", "10.00"),
    ],
)
def test_a_distribution_divides_as_worked_by_hand(
    balance, basis, distribution, after_tax, pretax, remaining_balance, remaining_basis, lost
):
    contract = make_contract(balance=balance, basis=basis)
    share = share_distribution(contract=contract, distribution=Decimal(distribution))
    assert share.contract is contract
    assert share.distribution == Decimal(distribution)
    assert (share.after_tax, share.pretax) == (Decimal(after_tax), Decimal(pretax))
    assert (share.remaining_balance, share.remaining_basis) == (
        Decimal(remaining_balance),
        Decimal(remaining_basis),
    )
    assert share.unrecovered_basis == Decimal(lost)
