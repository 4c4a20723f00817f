"""Ledgers kept of the cases' movements, and of movements named one by one."""

import datetime
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from law.ledger import keep_ledger
from law.movements import Movement
from law.words import Answer, MovementKind

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "ledger.toml").read_text())


def read_cases(table):
    return [pytest.param(case, id=case["name"]) for case in CASES[table]]


def read_movement(date, kind, amount, others):
    values = {name: Decimal(value) if is_amount(value) else value for name, value in others.items()}
    return Movement(
        date=datetime.date.fromisoformat(date), kind=MovementKind(kind), amount=Decimal(amount), **values
    )


def is_amount(value):
    return isinstance(value, str) and value.removeprefix("-")[:1].isdigit()


def repeat_years(*, first, last, contribution, worth):
    for year in range(first, last + 1):
        yield f"{year}-12-01", "contribution", contribution, {}
        yield f"{year}-12-31", "statement", worth, {"basis": contribution}
        if year < last:
            yield f"{year + 1}-01-15", "distribution", worth, {}


def keep(case):
    rows = case.get("movements") or list(repeat_years(**case["repeat"]))
    return keep_ledger(
        movements=[read_movement(*row) for row in rows],
        carried=Answer(case.get("carried", "not_verified")),
    )


def move(kind, date, amount, **fields):
    amounts = {name: Decimal(value) for name, value in fields.items() if isinstance(value, str)}
    return Movement(
        kind=kind, date=datetime.date.fromisoformat(date), amount=Decimal(amount), **(fields | amounts)
    )


def keep_moves(*movements, carried=Answer.YES):
    return keep_ledger(movements=movements, carried=carried)


CONTRIBUTED = move(MovementKind.CONTRIBUTION, "2021-06-01", "1000.00")
