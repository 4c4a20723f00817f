"""A year whose profit is not known yet: what is safe to put in now, and the true-up once the return is final."""

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal

from law.compensation import find_lowest_taxed_profit
from law.contributions import Contributions
from law.limits import EnteredFigure
from law.room import Room, compute_room


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeNow:
    """The room of a year at the low, the expected and the high net profit, and what is safe whichever comes true.

    Dollars. `safe` is the least room that any profit from the low to the high one leaves.
    """

    low: Room
    expected: Room
    high: Room
    safe: Decimal


def compute_safe_now(
    *,
    contributions: Contributions,
    low: Decimal | None,
    high: Decimal | None,
    entered: tuple[EnteredFigure, ...] = (),
) -> SafeNow:
    """Return what may go in as after-tax money before the net profit is known, in dollars.

    What was put in stays as it is; the profit alone varies, from `low` over the expected one of `contributions` to
    `high`; one that is None is the expected one. Raises LimitNotPublished.
    """
    expected = contributions.net_profit
    low = expected if low is None else low
    high = expected if high is None else high

    def compute(profit: Decimal) -> Room:
        return compute_room(contributions=replace(contributions, net_profit=profit), entered=entered)

    rooms = [compute(profit) for profit in (low, expected, high)]
    # More profit never means less room, but for the first dollar that bears SE tax: there it all starts at once.
    threshold = find_lowest_taxed_profit()
    at_threshold = [compute(threshold)] if low < threshold <= high else []
    return SafeNow(
        low=rooms[0],
        expected=rooms[1],
        high=rooms[2],
        safe=min(room.room.amount for room in [*rooms, *at_threshold]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueUp:
    """What the final return leaves to do, in dollars: put in, by `last_date`, or take back; never both."""

    may_go_in: Decimal
    must_go_back: Decimal
    last_date: datetime.date


def compute_true_up(*, room: Room) -> TrueUp:
    """Return what may still go in or must come back now that the income is final.

    After-tax money counts for the year if it is in within 30 days after it (Reg. 1.415(c)-1(b)(6)).
    """
    return TrueUp(
        may_go_in=room.room.amount,
        must_go_back=room.excess,
        last_date=find_last_deposit_date(year=room.contributions.year),
    )


def find_last_deposit_date(*, year: int) -> datetime.date:
    """Return the thirtieth day after the limitation year, a calendar year (Reg. 1.415(c)-1(b)(6))."""
    return datetime.date(year + 1, 1, 30)
