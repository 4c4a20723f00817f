"""What is wrong with, or worth knowing of, one contribution year."""

import datetime
from collections.abc import Iterable, Iterator

from law.dates import write_date
from law.deferrals import CATCH_UP_AGE, HIGHER_CATCH_UP_AGES
from law.estimates import find_last_deposit_date
from law.findings import Entry, Finding
from law.findings.catalogue import (
    AGGREGATION_NOT_ASKED,
    CATCH_UP_NOT_ROTH,
    CATCH_UP_OVER_LIMIT,
    CONTROLLED_GROUP,
    DEFERRALS_OVER_LIMIT,
    DEFERRALS_READ_AS_RETURNED,
    DEPOSITED_LATE,
    HIGHER_CATCH_UP_AT_ANOTHER_AGE,
    HIGHER_CATCH_UP_BEFORE_2025,
    HIGHER_CATCH_UP_NOT_OFFERED,
    HIGHER_CATCH_UP_UNVERIFIED,
    LIMIT_NOT_PUBLISHED,
    OVER_COMPENSATION,
    OVER_COMPENSATION_WITHOUT_AFTER_TAX,
    OVER_DOLLAR_LIMIT,
    OVER_DOLLAR_LIMIT_WITHOUT_AFTER_TAX,
    OWN_403B,
)
from law.limits import LimitNotPublished
from law.money import ZERO
from law.room import Room
from law.words import Aggregation, Answer, DeferralReading, Owner


def check_limit_published(*, error: LimitNotPublished) -> Finding:
    """Return V08 for a year whose limits are not published."""
    return LIMIT_NOT_PUBLISHED.find(year=error.year, limit=error.name)


def check_room(
    *,
    room: Room,
    higher_catch_up: Answer = Answer.NOT_VERIFIED,
    deposit_dates: Iterable[datetime.date] = (),
) -> tuple[Finding, ...]:
    """Return V09-V14, V22 and V27: what passes the limits of one year, and what is still to be asked.

    `higher_catch_up` is what the plan says of the catch-up at 60 to 63; `deposit_dates` are those of after-tax
    money for the year.
    """
    return (
        *_check_annual_additions(room),
        *_check_deferrals(room),
        *_check_catch_up(room, higher_catch_up),
        *_check_deposits(room, deposit_dates),
        *_check_aggregation(room),
    )


def _check_annual_additions(room: Room) -> Iterator[Finding]:
    facts = room.contributions
    over = room.annual_additions - room.dollar_limit
    if over > ZERO:
        returned = min(over, facts.after_tax)
        yield (OVER_DOLLAR_LIMIT if returned > ZERO else OVER_DOLLAR_LIMIT_WITHOUT_AFTER_TAX).find(
            year=facts.year, excess=over, limit=room.dollar_limit, returned=returned
        )
    over = room.annual_additions - room.compensation.amount
    if over > ZERO:
        returned = min(over, facts.after_tax)
        yield (OVER_COMPENSATION if returned > ZERO else OVER_COMPENSATION_WITHOUT_AFTER_TAX).find(
            field="net_profit" if facts.owner is Owner.SELF_EMPLOYED else "compensation",
            year=facts.year,
            excess=over,
            limit=room.compensation.amount,
            returned=returned,
        )


def _check_deferrals(room: Room) -> Iterator[Finding]:
    facts, deferrals = room.contributions, room.deferrals
    if deferrals.excess.amount > ZERO:
        yield DEFERRALS_OVER_LIMIT.find(
            year=facts.year, excess=deferrals.excess.amount, limit=deferrals.limit
        )
    if facts.deferral_reading is DeferralReading.RETURNED and deferrals.set_aside > ZERO:
        yield DEFERRALS_READ_AS_RETURNED.find(
            year=facts.year, amount=deferrals.set_aside, next_year=facts.year + 1
        )


def _check_catch_up(room: Room, higher_catch_up: Answer) -> Iterator[Finding]:
    facts, limits, deferrals = room.contributions, room.limits, room.deferrals
    if deferrals.catch_up_excess > ZERO:
        yield CATCH_UP_OVER_LIMIT.find(
            year=facts.year, excess=deferrals.catch_up_excess, limit=deferrals.catch_up_limit, age=facts.age
        )
    if facts.age >= CATCH_UP_AGE and deferrals.catch_up_used > limits.catch_up_50.amount:
        doubt = _doubt_higher_catch_up(room, higher_catch_up)
        if doubt is not None:
            yield doubt.find(
                year=facts.year,
                catch_up=deferrals.catch_up_used,
                lower=limits.catch_up_50.amount,
                age=facts.age,
            )
    threshold = limits.roth_catch_up_wages
    not_roth = deferrals.catch_up_used - facts.roth_catch_up
    if threshold is not None and not_roth > ZERO and facts.prior_social_security_wages > threshold.amount:
        yield CATCH_UP_NOT_ROTH.find(
            year=facts.year, amount=not_roth, last_year=facts.year - 1, threshold=threshold.amount
        )


def _doubt_higher_catch_up(room: Room, answer: Answer) -> Entry | None:
    """Return why the higher catch-up may not be used, or None where it may."""
    if room.limits.catch_up_60_63 is None:
        return HIGHER_CATCH_UP_BEFORE_2025
    if room.contributions.age not in HIGHER_CATCH_UP_AGES:
        return HIGHER_CATCH_UP_AT_ANOTHER_AGE
    return {
        Answer.YES: None,
        Answer.NO: HIGHER_CATCH_UP_NOT_OFFERED,
        Answer.NOT_VERIFIED: HIGHER_CATCH_UP_UNVERIFIED,
    }[answer]


def _check_deposits(room: Room, deposit_dates: Iterable[datetime.date]) -> Iterator[Finding]:
    year = room.contributions.year
    last_date = find_last_deposit_date(year=year)
    late = sorted({date for date in deposit_dates if date > last_date})
    if late:
        yield DEPOSITED_LATE.find(
            year=year,
            dates=" and ".join(map(write_date, late)),
            last_date=write_date(last_date),
            next_year=year + 1,
        )


def _check_aggregation(room: Room) -> Iterator[Finding]:
    facts = room.contributions
    match facts.aggregation:
        case Aggregation.CONTROLLED_GROUP:
            yield CONTROLLED_GROUP.find(year=facts.year, amount=facts.aggregated_additions)
        case Aggregation.OWN_403B:
            yield OWN_403B.find(year=facts.year, amount=facts.aggregated_additions)
        case Aggregation.NOT_ASKED if facts.deferrals_elsewhere > ZERO:
            yield AGGREGATION_NOT_ASKED.find(year=facts.year)
