"""A sub-account of $20,812.37 with $812.37 of earnings, and its ways out compared."""

from decimal import Decimal

from law.break_even import Rates
from law.comparison import compare_ways
from law.subaccount import Contract
from law.words import Answer

RATES = Rates(federal=Decimal("24.00"), state=Decimal("4.95"), later=Decimal("28.95"))


def hold(value="20812.37", basis="20000.00", *, separate=True):
    return Contract(balance=Decimal(value), basis=Decimal(basis), separate_accounting=separate)


def compare(contract=None, **settings):
    contract = contract or hold()
    defaults = {
        "distribution": contract.balance,
        "rates": RATES,
        "growth_rate": Decimal("6.00"),
        "in_plan_roth_rollover": Answer.YES,
    }
    return compare_ways(contract=contract, **defaults | settings)
