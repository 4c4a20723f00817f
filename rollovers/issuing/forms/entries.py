"""The rollover form as an entry, and an earlier letter as the form that the page starts with."""

import datetime
from typing import Any
from uuid import uuid4

from law.subaccount import Contract
from law.words import REQUESTED_WAYS, Payee, Way
from rollovers.issuing.forms.drafts import Filled
from rollovers.issuing.forms.rollovers import AMOUNT, MOST_LEGS, WHOLE, LegFormSet, RolloverForm
from rollovers.issuing.rollovers import Leg, RolloverEntry, suggest_way
from rollovers.models import Disbursement, Letter
from rollovers.reviews.queries import PlanFacts
from rollovers.reviews.subaccounts import measure_subaccount, read_provisions

_PREFIXES: dict[str, str] = {
    Payee.ROTH_IRA: "roth",
    Payee.TRADITIONAL_IRA: "traditional",
    Payee.DESIGNATED_ROTH: "designated",
}


def start_forms(*, facts: PlanFacts, superseded: Letter | None, way: str, today: datetime.date) -> Filled:
    """Return the forms as the page first shows them: with the destinations of the latest letter.

    `way` is the way that the address asks for, where it is one.
    """
    earlier = superseded.request if superseded else next(iter(facts.earlier_requests), None)
    subaccount = measure_subaccount(facts=facts, without=superseded)
    initial: dict[str, Any] = {
        "payment_date": today,
        "request_key": uuid4(),
        "way": _suggest_way(facts, subaccount),
    }
    legs: list[dict[str, Any]] = []
    for row in earlier.disbursements.all() if earlier is not None else ():
        initial |= _name_account(row)
        if row.to != Payee.DESIGNATED_ROTH:
            legs.append(_name_leg(row))
    if superseded is not None:
        whole = superseded.request.covers_whole
        initial |= {
            "extent": WHOLE if whole else AMOUNT,
            "amount": None if whole else superseded.request.distribution,
            "way": superseded.request.way,
            "payment_date": max(superseded.request.payment_date, today),
        }
    if way in REQUESTED_WAYS:
        initial["way"] = way
    return RolloverForm(initial=initial), LegFormSet(prefix="legs", initial=legs[:MOST_LEGS])


def _name_account(row: Disbursement) -> dict[str, str]:
    """Return the account of an earlier letter's disbursement as the form's own fields name it, if they do."""
    prefix = _PREFIXES.get(row.to)
    if not prefix:
        return {}
    return {
        f"{prefix}_custodian": row.payee,
        f"{prefix}_account_title": row.account_title,
        f"{prefix}_account_number": row.account_number,
    }


def _name_leg(row: Disbursement) -> dict[str, Any]:
    return {
        "to": row.to,
        "amount": row.amount,
        "pretax": row.pretax_elected,
        "payee": "" if row.to == Payee.PARTICIPANT else row.payee,
        "account_title": row.account_title,
        "account_number": row.account_number,
        "separately_accounts": row.separately_accounts,
    }


def _suggest_way(facts: PlanFacts, subaccount: Contract | None) -> Way:
    if read_provisions(facts).allows_only_in_plan:
        return Way.IN_PLAN
    return suggest_way(firm=facts.plan.firm, subaccount=subaccount)


def are_readable(*, form: RolloverForm, legs: Any) -> bool:
    """Return whether what was posted can be read; the own legs count only where they are the way."""
    own = form.data.get("way") == Way.OWN
    # Both are always asked, so that both show what is wrong.
    return form.is_valid() & (legs.is_valid() if own else True)


def read_entry(*, form: RolloverForm, legs: Any, superseded: Letter | None) -> RolloverEntry:
    """Return what the forms ask for: as posted, where they can be read, or as the page starts with them."""
    if form.is_bound:
        values = form.cleaned_data
        own_legs = legs.entered if values["way"] == Way.OWN else []
    else:
        values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        own_legs = [row.initial for row in legs.forms if row.initial.get("to")]
    return _make_entry(values, own_legs, superseded)


def _make_entry(
    values: dict[str, Any], own_legs: list[dict[str, Any]], superseded: Letter | None
) -> RolloverEntry:
    way = Way(values["way"])
    if way == Way.OWN:
        legs = tuple(
            Leg(
                to=Payee(row["to"]),
                payee=row["payee"],
                account_title=row["account_title"],
                account_number=row["account_number"],
                amount=row["amount"],
                pretax=row["pretax"],
                separately_accounts=bool(row["separately_accounts"]),
            )
            for row in own_legs
        )
    else:
        legs = tuple(
            Leg(
                to=Payee(to),
                payee=values.get(f"{prefix}_custodian") or "",
                account_title=values[f"{prefix}_account_title"] or "",
                account_number=values[f"{prefix}_account_number"] or "",
            )
            for to, prefix in _PREFIXES.items()
        )
    return RolloverEntry(
        way=way,
        legs=legs,
        payment_date=values["payment_date"],
        amount=values["amount"] if values["extent"] == AMOUNT else None,
        supersedes=superseded,
    )
