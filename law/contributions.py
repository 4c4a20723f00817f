"""What went into one plan in one year, as the limits take it."""

from dataclasses import dataclass
from decimal import Decimal

from law.money import ZERO
from law.words import Aggregation, DeferralReading, Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributions:
    """One participant's year in one plan. Amounts are dollars; `age` is attained by 31 December.

    `net_profit` is Schedule C before the half-SE-tax deduction (self-employed only); `compensation` is box 1
    wages plus pretax deferrals (corporation only). `elective_deferrals` are pretax and designated Roth,
    without catch-up; `deferrals_elsewhere` share section 402(g) but not section 415(c). `roth_catch_up` is a part
    of `catch_up`; `prior_social_security_wages` are box 3 wages from this employer in the year before.
    `aggregated_additions` are the annual additions in other plans that share the limit (section 415(f), (g), (k)(4)).
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
    deferral_reading: DeferralReading = DeferralReading.COUNTED
    roth_catch_up: Decimal = ZERO
    prior_social_security_wages: Decimal = ZERO
    aggregation: Aggregation = Aggregation.NOT_ASKED
    aggregated_additions: Decimal = ZERO
