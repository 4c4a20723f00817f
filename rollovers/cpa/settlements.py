"""What an event of a letter's life kept, in words: what became of the 60 days, and any other details."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from law.allocation import TAXED_ON_ARRIVAL
from law.dates import write_date
from law.money import ZERO, write_dollars
from law.tax_forms import NAMES
from law.words import Payee


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of what the participant was paid, in dollars: `rollovers` are to whom, pretax, after-tax.

    `untaxed` is the pretax money rolled over to where it is not taxed on arrival; `includible` that of the whole
    distribution, direct rollovers with it, which is taxed.
    """

    rollovers: tuple[tuple[Payee, Decimal, Decimal], ...]
    kept: Decimal
    includible: Decimal

    @property
    def rolled(self) -> Decimal:
        return sum((pretax + after_tax for _, pretax, after_tax in self.rollovers), ZERO)

    @property
    def untaxed(self) -> Decimal:
        return sum((pretax for to, pretax, _ in self.rollovers if to not in TAXED_ON_ARRIVAL), ZERO)


def read_settlement(*, details: Mapping[str, Any]) -> Settlement:
    """Return the settlement that an event keeps the figures of."""
    figures = details["figures"]
    return Settlement(
        rollovers=tuple(
            (Payee(leg["to"]), Decimal(leg["pretax"]), Decimal(leg["after_tax"]))
            for leg in figures["sixty_day_rollovers"]
        ),
        kept=Decimal(figures["kept"]["amount"]),
        includible=Decimal(figures["includible"]),
    )


def _write_parts(*, pretax: Decimal, after_tax: Decimal) -> str:
    parts = ((pretax, "pretax"), (after_tax, "after-tax"))
    return " and ".join(f"{write_dollars(amount)} {name}" for amount, name in parts if amount)


def write_settlement(*, details: Mapping[str, Any], date: datetime.date) -> str:
    """Return what became of what the participant was paid, where it went on `date` if it went anywhere."""
    settlement = read_settlement(details=details)
    paid = write_dollars(settlement.rolled + settlement.kept)
    taxed = f"{write_dollars(settlement.includible)} of the whole distribution is taxable"
    if not settlement.rollovers:
        return f"Of the {paid} paid to the participant nothing was rolled over (IRC 402(c)(3)); {taxed}."
    went = ", ".join(
        f"{_write_parts(pretax=pretax, after_tax=after_tax)} to {NAMES[to]}"
        for to, pretax, after_tax in settlement.rollovers
    )
    return (
        f"Of the {paid} paid to the participant {write_dollars(settlement.rolled)} was rolled over on"
        f" {write_date(date)} (IRC 402(c)(3)): {went}; {write_dollars(settlement.kept)} was kept; {taxed}."
    )


def write_details(*, details: Mapping[str, object]) -> str:
    """Return what JSON kept with an event, on one line: what has a name of its own elsewhere is left out."""
    return "; ".join(
        f"{name.replace('_', ' ')}: {_write_detail(value)}"
        for name, value in details.items()
        if name not in {"payment", "evidence"} and value not in (None, "", [], {})
    )


def _write_detail(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_write_detail(each)}" for name, each in value.items())
    if isinstance(value, list):
        return " | ".join(_write_detail(each) for each in value)
    return str(value)
