"""Elective deferrals and catch-up: what sections 402(g) and 414(v) allow, and how what is over the limit is read."""

from dataclasses import dataclass
from decimal import Decimal

from law.contributions import Contributions
from law.figures import Figure, Term, minus, plus, start, work_out
from law.limits import Limit, YearLimits
from law.money import ZERO
from law.words import DeferralReading

CATCH_UP_AGE = 50
HIGHER_CATCH_UP_AGES = range(60, 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferrals:
    """What a year's deferrals and catch-up came to under their limits, in dollars.

    `set_aside` are the deferrals to this plan over the limit that the reading keeps out of annual additions;
    `excess` is what passes the limit under that reading; `catch_up_source` is None below 50.
    """

    contributions: Contributions
    limits: YearLimits
    catch_up_source: Limit | None
    set_aside: Decimal
    excess: Figure

    @property
    def limit(self) -> Decimal:
        return self.limits.elective_deferrals.amount

    @property
    def catch_up_limit(self) -> Decimal:
        return _read_amount(self.catch_up_source)

    @property
    def catch_up_excess(self) -> Decimal:
        return max(self.contributions.catch_up - self.catch_up_limit, ZERO)

    @property
    def taken_as_catch_up(self) -> Decimal:
        is_taken = self.contributions.deferral_reading is DeferralReading.CATCH_UP
        return self.set_aside if is_taken else ZERO

    @property
    def catch_up_used(self) -> Decimal:
        """The catch-up made, with the deferrals that are taken as catch-up."""
        return self.contributions.catch_up + self.taken_as_catch_up

    @property
    def are_over_limit(self) -> bool:
        """Whether the deferrals, here and elsewhere, pass the limit before anything is set aside."""
        return _add(self.contributions) > self.limit

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What is left of both limits, and the excess where there was one."""
        return _list_figures(self)


def find_catch_up_limit(*, age: int, limits: YearLimits) -> Limit | None:
    """Return the catch-up limit at the age attained in the year, or None below 50 (section 414(v)(2)).

    At 60 to 63, from 2025 on, the higher limit of section 414(v)(2)(E); at 64 the ordinary one again.
    """
    if age < CATCH_UP_AGE:
        return None
    if age in HIGHER_CATCH_UP_AGES and limits.catch_up_60_63 is not None:
        return limits.catch_up_60_63
    return limits.catch_up_50


def read_deferrals(*, contributions: Contributions, limits: YearLimits) -> Deferrals:
    """Return what a year's deferrals come to, as `deferral_reading` reads those over the limit.

    They are counted until they are returned; taken as catch-up as far as this plan's own pass the limit and the age
    allows (Reg. 1.414(v)-1(b)); or returned by 15 April, and then no annual addition (Reg. 1.402(g)-1(e)).
    """
    facts, limit = contributions, limits.elective_deferrals
    catch_up_source = find_catch_up_limit(age=facts.age, limits=limits)
    set_aside = ZERO
    relief: tuple[Term, ...] = ()
    match facts.deferral_reading:
        case DeferralReading.CATCH_UP:
            open_catch_up = max(_read_amount(catch_up_source) - facts.catch_up, ZERO)
            set_aside = min(max(facts.elective_deferrals - limit.amount, ZERO), open_catch_up)
            relief = (
                minus(
                    "catch-up that the age allows and nobody has made",
                    open_catch_up,
                    authority="IRC 402(g)(1)(C)",
                ),
            )
        case DeferralReading.RETURNED:
            set_aside = min(max(_add(facts) - limit.amount, ZERO), facts.elective_deferrals)
            relief = (
                minus("returned from this plan by 15 April", set_aside, authority="Reg. 1.402(g)-1(e)"),
            )
    return Deferrals(
        contributions=facts,
        limits=limits,
        catch_up_source=catch_up_source,
        set_aside=set_aside,
        excess=work_out(
            "Elective deferrals over the limit",
            start("elective deferrals here, pretax and Roth", facts.elective_deferrals),
            plus("deferrals at unrelated employers", facts.deferrals_elsewhere),
            minus(f"limit on deferrals for {facts.year}", limit.amount, authority=limit.citation),
            *relief,
            citation="IRC 402(g)(1), 402(g)(3)",
            never_below_zero=True,
        ),
    )


def _add(facts: Contributions) -> Decimal:
    return facts.elective_deferrals + facts.deferrals_elsewhere


def _read_amount(limit: Limit | None) -> Decimal:
    return limit.amount if limit else ZERO


def _list_figures(deferrals: Deferrals) -> tuple[Figure, ...]:
    facts, limit = deferrals.contributions, deferrals.limits.elective_deferrals
    left = work_out(
        "Elective deferrals left",
        start(f"limit on deferrals for {facts.year}", limit.amount, authority=limit.citation),
        minus("elective deferrals here, pretax and Roth", facts.elective_deferrals),
        minus("deferrals at unrelated employers", facts.deferrals_elsewhere),
        citation="IRC 402(g)(1), 402(g)(3)",
        never_below_zero=True,
        note="One limit for the person, whoever the employers are.",
    )
    catch_up_left = work_out(
        "Catch-up left",
        _start_with_catch_up_limit(deferrals.catch_up_source, age=facts.age),
        minus("catch-up made", facts.catch_up),
        minus("deferrals over the limit, taken as catch-up", deferrals.taken_as_catch_up),
        citation="IRC 414(v)(2)",
        never_below_zero=True,
        note="Catch-up cannot be made as after-tax money.",
    )
    return (left, catch_up_left, deferrals.excess) if deferrals.are_over_limit else (left, catch_up_left)


def _start_with_catch_up_limit(source: Limit | None, *, age: int) -> Term:
    if source is None:
        return start(f"no catch-up at age {age}, below {CATCH_UP_AGE}", ZERO)
    return start(f"{source.name}, for age {age}", source.amount, authority=source.citation)
