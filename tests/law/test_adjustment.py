"""What a letter's words come to at another value: a split of $20,000.00 of basis and $812.37, unless said otherwise."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from law.adjustment import (
    AmountRule,
    divide_as_asked,
    elect_as_asked,
    find_absorbing,
    find_amount_rules,
    find_basis_holder,
)
from law.money import ZERO
from law.subaccount import Contract, share_distribution


@dataclass(frozen=True, kw_only=True)
class Leg:
    to: str
    amount: Decimal
    pretax: Decimal

    @property
    def is_direct(self):
        return self.to != "participant"

    @property
    def is_roth_ira(self):
        return self.to == "roth_ira"

    @property
    def after_tax(self):
        return self.amount - self.pretax


def ask(to, amount, pretax="0.00"):
    return Leg(to=to, amount=Decimal(amount), pretax=Decimal(pretax))


def value(balance, basis="20000.00"):
    return Contract(balance=Decimal(balance), basis=Decimal(basis), separate_accounting=True)


def divide(legs, balance, *, covers_whole=True, basis="20000.00"):
    amounts = divide_as_asked(legs=legs, covers_whole=covers_whole, contract=value(balance, basis))
    return [str(amount) for amount in amounts]


SPLIT = (ask("traditional_ira", "812.37", "812.37"), ask("roth_ira", "20000.00"))


# --- Who takes the difference -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("legs", "place"),
    [
        (SPLIT, 0),
        ((ask("roth_ira", "100.00"), ask("plan", "900.00")), 0),
        ((ask("plan", "100.00"), ask("traditional_ira", "900.00")), 1),
        ((ask("participant", "900.00", "900.00"), ask("roth_ira", "100.00")), 1),
        ((ask("participant", "900.00", "40.00"),), 0),
    ],
    ids=["the most pretax", "a Roth IRA", "the largest", "a direct rollover", "the participant alone"],
)
def test_one_payment_takes_the_difference(legs, place):
    assert find_absorbing(legs=legs) is legs[place]


@pytest.mark.parametrize(
    ("legs", "place"),
    [
        (SPLIT, 1),
        ((SPLIT[0], ask("plan", "900.00"), ask("roth_ira", "100.00")), 2),
        ((SPLIT[0], ask("plan", "100.00"), ask("traditional_ira", "900.00")), 2),
    ],
    ids=["the other", "a Roth IRA before a larger one", "the largest"],
)
def test_the_basis_is_held_by_an_after_tax_rollover_beside_all_the_pretax(legs, place):
    assert find_basis_holder(legs=legs) is legs[place]


@pytest.mark.parametrize(
    "legs",
    [
        (ask("traditional_ira", "813.37", "812.37"), ask("roth_ira", "19999.00")),
        (ask("traditional_ira", "800.00", "800.00"), ask("roth_ira", "20012.37", "12.37")),
        (SPLIT[0], ask("participant", "20000.00")),
    ],
    ids=["the pretax has company", "another has pretax too", "only the participant is paid the rest"],
)
def test_nobody_holds_the_basis_where_it_is_not_split_so(legs):
    assert find_basis_holder(legs=legs) is None


def test_each_payment_has_its_rule():
    fixed = ask("plan", "100.00")
    legs = (*SPLIT, fixed)
    assert find_amount_rules(legs=legs, covers_whole=True) == (
        AmountRule.REMAINING,
        AmountRule.STATED_OR_REST,
        AmountRule.STATED,
    )
    assert find_amount_rules(legs=legs, covers_whole=False) == (
        AmountRule.COMPUTED_PRETAX,
        AmountRule.COMPUTED_REST,
        AmountRule.STATED,
    )
    assert find_amount_rules(legs=(fixed,), covers_whole=False) == (AmountRule.STATED,)
    assert find_amount_rules(legs=(fixed,), covers_whole=True) == (AmountRule.REMAINING,)


# --- What each is paid --------------------------------------------------------------------------------------


def test_of_the_whole_the_pretax_payment_takes_what_the_basis_leaves():
    assert divide(SPLIT, "21000.00") == ["1000.00", "20000.00"]


def test_of_the_whole_at_a_loss_the_basis_holder_takes_what_there_is():
    assert divide(SPLIT, "19500.00") == ["0.00", "19500.00"]


def test_the_words_may_leave_less_than_nothing():
    assert divide((ask("roth_ira", "500.00"), ask("plan", "400.00")), "300.00", basis="900.00") == [
        "-100.00",
        "400.00",
    ]


def test_of_a_fixed_amount_split_the_total_stays_and_the_pretax_is_computed_anew():
    # 10,000.00 of 25,000.00 with 20,000.00 of basis: 8,000.00 after-tax, 2,000.00 pretax.
    legs = (ask("traditional_ira", "390.33", "390.33"), ask("roth_ira", "9609.67"))
    assert divide(legs, "25000.00", covers_whole=False) == ["2000.00", "8000.00"]


def test_a_fixed_amount_without_a_split_or_beyond_the_value_stays():
    assert divide((ask("roth_ira", "10000.00", "390.33"),), "25000.00", covers_whole=False) == ["10000.00"]
    legs = (ask("traditional_ira", "390.33", "390.33"), ask("roth_ira", "9609.67"))
    assert divide(legs, "9999.99", covers_whole=False) == ["390.33", "9609.67"]


# --- What is elected ----------------------------------------------------------------------------------------


def elect(legs, amounts, balance):
    paid = [Decimal(amount) for amount in amounts]
    share = share_distribution(contract=value(balance), distribution=sum(paid, ZERO))
    elected = elect_as_asked(legs=legs, amounts=paid, share=share)
    return elected and [each if each is None else str(each) for each in elected]


def test_the_absorbing_payment_takes_the_difference_in_the_pretax():
    assert elect(SPLIT, ["1000.00", "20000.00"], "21000.00") == ["1000.00", "0.00"]


def test_one_direct_rollover_elects_nothing():
    assert elect((ask("roth_ira", "20812.37", "812.37"),), ["21000.00"], "21000.00") == [None]
    assert elect(SPLIT, ["0.00", "19500.00"], "19500.00") == [None, None]


def test_beside_a_basis_holder_no_other_payment_takes_pretax_so_it_does_not_fit():
    assert elect(SPLIT, ["500.00", "20500.00"], "21000.00") is None


def test_without_a_basis_holder_the_others_take_it_in_their_order():
    # 1,000.00 of pretax: 600.00 and 212.37 were elected, the first is full at 700.00, the second takes 300.00.
    legs = (ask("traditional_ira", "700.00", "600.00"), ask("roth_ira", "20112.37", "212.37"))
    assert elect(legs, ["700.00", "20300.00"], "21000.00") == ["700.00", "300.00"]


def test_the_absorbing_payment_takes_it_first_wherever_it_stands():
    # The same two the other way round: the traditional IRA is full at 700.00 before the Roth IRA takes the rest.
    legs = (ask("roth_ira", "20112.37", "212.37"), ask("traditional_ira", "700.00", "600.00"))
    assert elect(legs, ["20300.00", "700.00"], "21000.00") == ["300.00", "700.00"]


amounts = st.integers(1, 3_000_000).map(lambda cents: Decimal(cents) / 100)


@given(balance=amounts, basis=amounts, pretax=amounts, after_tax=amounts)
def test_of_the_whole_the_payments_sum_to_the_value(balance, basis, pretax, after_tax):
    legs = (
        Leg(to="traditional_ira", amount=pretax, pretax=pretax),
        Leg(to="roth_ira", amount=after_tax, pretax=ZERO),
    )
    contract = Contract(balance=balance, basis=basis, separate_accounting=True)
    divided = divide_as_asked(legs=legs, covers_whole=True, contract=contract)
    assert sum(divided, ZERO) == balance
    assert min(divided) >= ZERO


@given(balance=amounts, basis=amounts, pretax=amounts, after_tax=amounts)
def test_a_fixed_amount_split_carries_its_pretax_share(balance, basis, pretax, after_tax):
    assume(pretax + after_tax <= balance)
    legs = (
        Leg(to="traditional_ira", amount=pretax, pretax=pretax),
        Leg(to="roth_ira", amount=after_tax, pretax=ZERO),
    )
    contract = Contract(balance=balance, basis=basis, separate_accounting=True)
    divided = divide_as_asked(legs=legs, covers_whole=False, contract=contract)
    share = share_distribution(contract=contract, distribution=pretax + after_tax)
    assert divided == (share.pretax, share.after_tax)
