"""What an after-tax sub-account still holds."""

from dataclasses import replace

from law.checks.provisions import Provisions, read_answers
from law.ledger import keep_ledger
from law.money import ZERO
from law.movements import Movement
from law.subaccount import Contract
from law.words import Answer, MovementKind
from rollovers.models import Letter, RolloverRequest
from rollovers.reviews.ledgers import list_recorded_movements, list_unpaid_requests, read_carry_policy
from rollovers.reviews.queries import PlanFacts


def measure_subaccount(*, facts: PlanFacts, without: Letter | None = None) -> Contract | None:
    """Return what the sub-account still holds in dollars, or None without a statement.

    It is the latest statement less what left after its date: the distributions and returned excesses on record,
    each with its share of the basis (section 72(e)(8)), and what standing letters ask to be paid on or after it and
    no movement records as paid yet. A statement shows what moved on its own date. Later deposits are not counted:
    no statement has shown them (`list_deposits_after_statement`). `without` leaves out a letter that is to be
    superseded.
    """
    if facts.statement is None:
        return None
    deposited = sum((deposit.amount for deposit in list_deposits_after_statement(facts=facts)), ZERO)
    left = keep_ledger(
        movements=_list_movements_after_statement(facts),
        carried=read_carry_policy(facts),
        opening=Contract(
            balance=facts.statement.value, basis=facts.statement.basis, separate_accounting=True
        ),
    ).closing
    outstanding = list_outstanding(facts=facts, without=without)
    # A letter's figures were estimates: what it took may exceed a statement that has been corrected since.
    balance = left.balance - deposited - sum((request.distribution for request in outstanding), ZERO)
    basis = left.basis - deposited - sum((request.after_tax for request in outstanding), ZERO)
    return Contract(balance=max(balance, ZERO), basis=max(basis, ZERO), separate_accounting=True)


def find_contract(*, facts: PlanFacts, subaccount: Contract) -> Contract | None:
    """Return what a distribution comes out of: the sub-account, or the whole plan without separate accounting.

    Without the whole plan's balance there is nothing to pro-rate over, and no figure is shown: None.
    """
    if read_provisions(facts).separate_accounting is not Answer.NO:
        return subaccount
    whole = facts.statement.plan_balance if facts.statement else None
    return replace(subaccount, balance=whole, separate_accounting=False) if whole else None


def list_deposits_after_statement(*, facts: PlanFacts) -> list[Movement]:
    """Return the dated deposits that the latest statement cannot show, the earliest first."""
    return [each for each in _list_movements_after_statement(facts) if each.kind is MovementKind.CONTRIBUTION]


def _list_movements_after_statement(facts: PlanFacts) -> list[Movement]:
    if facts.statement is None:
        return []
    return sorted(
        (
            movement
            for movement in list_recorded_movements(facts=facts)
            if movement.is_dated and movement.date > facts.statement.statement_date
        ),
        key=lambda movement: movement.date,
    )


def list_outstanding(*, facts: PlanFacts, without: Letter | None) -> list[RolloverRequest]:
    """Return the requests that the latest statement cannot show and no movement records as paid.

    As if the letter `without` had never been issued.
    """
    assert facts.statement is not None  # noqa: S101 the caller has looked
    standing = list_standing(facts=facts, without=without)
    return [
        request
        for request in list_unpaid_requests(facts=facts)
        if request in standing and request.payment_date >= facts.statement.statement_date
    ]


def list_standing(*, facts: PlanFacts, without: Letter | None) -> list[RolloverRequest]:
    return [
        request for request in facts.earlier_requests if without is None or request.letter.pk != without.pk
    ]


def read_provisions(facts: PlanFacts) -> Provisions:
    return read_answers({kind: row.answer for kind, row in facts.provisions.items()})
