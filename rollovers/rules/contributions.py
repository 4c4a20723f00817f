"""The room that is left for after-tax contributions, under both limbs of section 415(c)(1)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rollovers.rules.compensation import (
    compute_corporate_employer_maximum,
    compute_half_se_tax,
    compute_self_employed_compensation,
    compute_self_employed_employer_maximum,
)
from rollovers.rules.limits import Limit, YearLimits, get_year_limits
from rollovers.rules.money import ZERO

CATCH_UP_AGE = 50
HIGHER_CATCH_UP_AGES = range(60, 64)


class Owner(StrEnum):
    """How the sponsoring business is taxed."""

    SELF_EMPLOYED = "self_employed"
    CORPORATION = "corporation"


class Limb(StrEnum):
    """Which limb of section 415(c)(1) binds."""

    DOLLAR = "dollar"
    COMPENSATION = "compensation"


CITATIONS = {
    Owner.SELF_EMPLOYED: ("IRC 415(c)(1)", "IRC 401(c)(2)", "Pub. 560"),
    Owner.CORPORATION: ("IRC 415(c)(1)", "IRC 415(c)(3)", "Pub. 560"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributions:
    """One participant's year in one plan. Amounts are dollars; `age` is attained by 31 December.

    `net_profit` is Schedule C before the half-SE-tax deduction (self-employed only); `compensation` is box 1
    wages plus pretax deferrals (corporation only). `elective_deferrals` are pretax and designated Roth,
    without catch-up; `deferrals_elsewhere` share section 402(g) but not section 415(c).
    """

    year: int
    owner: Owner
    age: int
    net_profit: Decimal = ZERO
    other_social_security_wages: Decimal = ZERO
    compensation: Decimal = ZERO
    elective_deferrals: Decimal = ZERO
    catch_up: Decimal = ZERO
    employer: Decimal = ZERO
    forfeitures: Decimal = ZERO
    after_tax: Decimal = ZERO
    deferrals_elsewhere: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What the limits leave, in dollars, with the facts and the published limits it was computed from."""

    contributions: Contributions
    limits: YearLimits
    catch_up_source: Limit | None
    half_se_tax: Decimal
    compensation: Decimal
    limit: Decimal
    binding: Limb
    annual_additions: Decimal
    room: Decimal
    excess: Decimal
    employer_maximum: Decimal
    deferral_excess: Decimal
    catch_up_limit: Decimal
    catch_up_excess: Decimal
    citations: tuple[str, ...]

    @property
    def dollar_limit(self) -> Decimal:
        return self.limits.annual_additions.amount

    @property
    def deferral_limit(self) -> Decimal:
        return self.limits.elective_deferrals.amount


def find_catch_up_limit(*, age: int, limits: YearLimits) -> Limit | None:
    """Return the catch-up limit at the age attained in the year, or None below 50 (section 414(v)(2)).

    At 60 to 63, from 2025 on, the higher limit of section 414(v)(2)(E); at 64 the ordinary one again.
    """
    if age < CATCH_UP_AGE:
        return None
    if age in HIGHER_CATCH_UP_AGES and limits.catch_up_60_63 is not None:
        return limits.catch_up_60_63
    return limits.catch_up_50


def compute_room(*, contributions: Contributions) -> Room:
    """Return the room left for after-tax contributions and every limit met or passed on the way.

    Catch-up is outside section 415(c) (section 414(v)(3)). Raises LimitNotPublished.
    """
    facts = contributions
    limits = get_year_limits(facts.year)
    if facts.owner is Owner.SELF_EMPLOYED:
        half_se_tax = compute_half_se_tax(
            net_profit=facts.net_profit,
            other_social_security_wages=facts.other_social_security_wages,
            limits=limits,
        )
        compensation = compute_self_employed_compensation(
            net_profit=facts.net_profit, half_se_tax=half_se_tax, employer=facts.employer
        )
        employer_maximum = compute_self_employed_employer_maximum(
            net_profit=facts.net_profit, half_se_tax=half_se_tax, limits=limits
        )
    else:
        half_se_tax = ZERO
        compensation = facts.compensation
        employer_maximum = compute_corporate_employer_maximum(compensation=compensation, limits=limits)

    dollar_limit = limits.annual_additions.amount
    limit = min(dollar_limit, compensation)
    annual_additions = facts.elective_deferrals + facts.employer + facts.forfeitures + facts.after_tax
    catch_up_source = find_catch_up_limit(age=facts.age, limits=limits)
    catch_up_limit = catch_up_source.amount if catch_up_source else ZERO
    all_deferrals = facts.elective_deferrals + facts.deferrals_elsewhere
    return Room(
        contributions=facts,
        limits=limits,
        catch_up_source=catch_up_source,
        half_se_tax=half_se_tax,
        compensation=compensation,
        limit=limit,
        binding=Limb.COMPENSATION if compensation < dollar_limit else Limb.DOLLAR,
        annual_additions=annual_additions,
        room=max(limit - annual_additions, ZERO),
        excess=max(annual_additions - limit, ZERO),
        employer_maximum=employer_maximum,
        deferral_excess=max(all_deferrals - limits.elective_deferrals.amount, ZERO),
        catch_up_limit=catch_up_limit,
        catch_up_excess=max(facts.catch_up - catch_up_limit, ZERO),
        citations=CITATIONS[facts.owner],
    )
