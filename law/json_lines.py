"""The rules as two commands that speak JSON lines: `manage.py allocate` and `manage.py contribution_room`.

One JSON object a line on standard input, one a line on standard output, in the same order. A line that is
wrong answers `{"id": ..., "errors": [{"code", "field", "message"}]}` and the rest go on. Nothing here needs
Django, a database or a sign-in.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, TextIO

from law.allocation import AllocationRefused, Disbursement, Method, SixtyDayRollover, allocate
from law.contributions import Contributions
from law.limits import LimitNotPublished
from law.money import ZERO, NotAnAmount, parse_amount
from law.records import describe_allocation, describe_room
from law.room import compute_room
from law.subaccount import Contract
from law.words import Owner, Payee

HIGHEST_AGE = 130
LONGEST_LINE = 1_000_000

# The commands' contract names these four; an in-plan Roth rollover is asked for on the site only.
_PAYEES = {
    payee.value: payee for payee in (Payee.PLAN, Payee.TRADITIONAL_IRA, Payee.ROTH_IRA, Payee.PARTICIPANT)
}
_METHODS = {method.value: method for method in Method}
_OWNERS = {owner.value: owner for owner in Owner}

_ABSENT: Any = object()


class LineRefused(ValueError):
    """A line of input is wrong; `errors` holds every fault found in it."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        self.errors = errors
        super().__init__(errors[0]["message"])


class _Reader:
    """Reads the fields of one JSON object and gathers what is wrong with them."""

    def __init__(
        self, record: dict[str, Any], *, path: str = "", errors: list[dict[str, str]] | None = None
    ) -> None:
        self.record = record
        self.path = path
        self.errors: list[dict[str, str]] = [] if errors is None else errors
        self.known: set[str] = set()

    def refuse(self, code: str, name: str, message: str) -> None:
        self.errors.append({"code": code, "field": self.path + name, "message": message})

    def take(self, name: str, *, default: Any = _ABSENT) -> Any:
        self.known.add(name)
        value = self.record.get(name, default)
        if value is _ABSENT:
            self.refuse("required", name, f"Give {name}.")
        return value

    def take_amount(self, name: str, *, default: Any = _ABSENT, allow_negative: bool = False) -> Any:
        """Return dollars; ZERO stands in for an amount that is wrong, for the line will not be computed."""
        value = self.take(name, default=default)
        if value is default or value is _ABSENT:
            return ZERO if value is _ABSENT else value
        try:
            amount = parse_amount(value)
        except NotAnAmount as error:
            self.refuse("invalid_amount", name, str(error))
            return ZERO
        if amount < ZERO and not allow_negative:
            self.refuse("negative_amount", name, "This amount cannot be below zero.")
        return amount

    def take_choice(self, name: str, choices: Mapping[str, StrEnum]) -> Any:
        value = self.take(name)
        if isinstance(value, str) and value in choices:
            return choices[value]
        if value is not _ABSENT:
            self.refuse("invalid_choice", name, f"Give one of {', '.join(choices)}.")
        return None

    def take_flag(self, name: str, *, default: Any = _ABSENT) -> bool:
        value = self.take(name, default=default)
        if value is not _ABSENT and not isinstance(value, bool):
            self.refuse("invalid_flag", name, "Give true or false.")
        return value is True

    def take_integer(self, name: str) -> int:
        value = self.take(name)
        if value is not _ABSENT and (not isinstance(value, int) or isinstance(value, bool)):
            self.refuse("invalid_integer", name, "Give a whole number.")
        return value if isinstance(value, int) else 0

    def take_objects(self, name: str, *, default: Any = _ABSENT) -> Iterator["_Reader"]:
        value = self.take(name, default=default)
        if value is _ABSENT:
            return
        if not isinstance(value, list):
            self.refuse("invalid_list", name, "Give a list of objects.")
            return
        for i, item in enumerate(value):
            if isinstance(item, dict):
                yield _Reader(item, path=f"{self.path}{name}.{i}.", errors=self.errors)
            else:
                self.refuse("invalid_object", f"{name}.{i}", "Give an object.")

    def refuse_unknown(self) -> None:
        """Refuse fields nobody reads: a misspelt election must not be passed over in silence."""
        for name in self.record.keys() - self.known:
            self.refuse("unknown_field", name, "This field is not known; check its spelling.")


def answer_allocate(record: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one line of `allocate`. Raises LineRefused."""
    reader = _Reader(record)
    reader.take("id", default=None)
    contract = Contract(
        balance=max(reader.take_amount("balance"), ZERO),
        basis=max(reader.take_amount("basis"), ZERO),
        separate_accounting=reader.take_flag("separate_accounting"),
    )
    disbursements = []
    for leg in reader.take_objects("disbursements"):
        disbursements.append(
            Disbursement(
                to=leg.take_choice("to", _PAYEES),
                method=leg.take_choice("method", _METHODS),
                amount=leg.take_amount("amount", allow_negative=True),
                pretax=leg.take_amount("pretax", default=None, allow_negative=True),
                separately_accounts=leg.take_flag("separately_accounts", default=False),
            )
        )
        leg.refuse_unknown()
    rollovers = []
    for leg in reader.take_objects("sixty_day_rollovers", default=[]):
        rollovers.append(
            SixtyDayRollover(
                to=leg.take_choice("to", _PAYEES),
                amount=leg.take_amount("amount", allow_negative=True),
                pretax=leg.take_amount("pretax", default=None, allow_negative=True),
            )
        )
        # A plan takes no after-tax money by 60-day rollover, whether it separately accounts or not.
        leg.take_flag("separately_accounts", default=False)
        leg.refuse_unknown()
    reader.refuse_unknown()
    if reader.errors:
        raise LineRefused(reader.errors)
    try:
        allocation = allocate(contract=contract, disbursements=disbursements, sixty_day_rollovers=rollovers)
    except AllocationRefused as error:
        raise LineRefused([{"code": error.code, "field": error.field, "message": str(error)}]) from error
    return {"id": record.get("id"), **describe_allocation(allocation=allocation)}


def answer_contribution_room(record: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one line of `contribution_room`. Raises LineRefused."""
    reader = _Reader(record)
    reader.take("id", default=None)
    year = reader.take_integer("year")
    owner = reader.take_choice("owner", _OWNERS)
    age = reader.take_integer("age")
    if not 0 <= age <= HIGHEST_AGE:
        reader.refuse("invalid_integer", "age", f"Give an age from 0 to {HIGHEST_AGE}.")
    # What one kind of owner must state, the other may leave out; a contribution that is not stated was not made.
    profit_default = _ABSENT if owner is Owner.SELF_EMPLOYED else ZERO
    compensation_default = _ABSENT if owner is Owner.CORPORATION else ZERO
    contributions = Contributions(
        year=year,
        owner=owner,
        age=age,
        net_profit=reader.take_amount("net_profit", default=profit_default, allow_negative=True),
        compensation=reader.take_amount("compensation", default=compensation_default),
        **{
            name: reader.take_amount(name, default=ZERO)
            for name in (
                "other_social_security_wages",
                "elective_deferrals",
                "catch_up",
                "employer",
                "forfeitures",
                "after_tax",
                "deferrals_elsewhere",
            )
        },
    )
    reader.refuse_unknown()
    if reader.errors:
        raise LineRefused(reader.errors)
    try:
        room = compute_room(contributions=contributions)
    except LimitNotPublished as error:
        raise LineRefused(
            [{"code": "limit_not_published", "field": "year", "message": str(error)}]
        ) from error
    return {"id": record.get("id"), **describe_room(room=room)}


COMMANDS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "allocate": answer_allocate,
    "contribution_room": answer_contribution_room,
}


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("A field is given twice.")
    return record


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON.")


_decode = json.JSONDecoder(object_pairs_hook=_refuse_duplicates, parse_constant=_refuse_constant).decode


def answer_line(*, command: str, line: str) -> dict[str, Any]:
    """Return the answer to one line of input: the figures, or the line's errors. It never raises."""
    try:
        record = _decode(line)
    except (ValueError, RecursionError) as error:
        fault = {"code": "invalid_json", "field": "", "message": f"This line is not one JSON object: {error}"}
        return {"id": None, "errors": [fault]}
    if not isinstance(record, dict):
        fault = {"code": "invalid_json", "field": "", "message": "This line is not a JSON object."}
        return {"id": None, "errors": [fault]}
    try:
        return COMMANDS[command](record)
    except LineRefused as refused:
        return {"id": record.get("id"), "errors": refused.errors}


def answer_lines(*, command: str, lines: Iterable[bytes], output: TextIO) -> int:
    """Answer each line as it comes and return the exit status: 1 if any line was wrong, else 0.

    A line of nothing but white space is passed over.
    """
    status = 0
    encode = json.JSONEncoder().encode
    for line in lines:
        if not line.strip():
            continue
        if len(line) > LONGEST_LINE:
            fault = {
                "code": "invalid_json",
                "field": "",
                "message": f"A line has at most {LONGEST_LINE} bytes.",
            }
            answer = {"id": None, "errors": [fault]}
        else:
            try:
                answer = answer_line(command=command, line=line.decode("utf-8"))
            except UnicodeDecodeError:
                fault = {"code": "invalid_json", "field": "", "message": "This line is not UTF-8."}
                answer = {"id": None, "errors": [fault]}
        if "errors" in answer:
            status = 1
        output.write(encode(answer) + "\n")
        output.flush()  # whoever waits for each answer before the next line gets it
    return status


def main(argv: list[str]) -> int:
    """Run one of the commands on standard input and output; `argv` is the command's name and its options."""
    parser = argparse.ArgumentParser(prog=f"manage.py {argv[0]}", description=__doc__)
    parser.parse_args(argv[1:])
    try:
        status = answer_lines(command=argv[0], lines=sys.stdin.buffer, output=sys.stdout)
    except BrokenPipeError:
        # The reader has gone; point standard output away so that the interpreter's last flush is silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status
