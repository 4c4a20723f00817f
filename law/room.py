"""The room that is left for after-tax contributions, under both limbs of section 415(c)(1)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from law.compensation import (
    NO_SE_TAX,
    compute_corporate_compensation,
    compute_corporate_employer_maximum,
    compute_half_se_tax,
    compute_self_employed_compensation,
    compute_self_employed_employer_maximum,
)
from law.contributions import Contributions
from law.deferrals import Deferrals, read_deferrals
from law.figures import Figure, Term, at_most, minus, plus, start, work_out
from law.limits import EnteredFigure, YearLimits, get_year_limits
from law.money import ZERO
from law.words import Aggregation, DeferralReading, Owner


class Limb(StrEnum):
    """Which limb of section 415(c)(1) binds."""

    DOLLAR = "dollar"
    COMPENSATION = "compensation"


CITATIONS = {
    Owner.SELF_EMPLOYED: ("IRC 415(c)(1)", "IRC 401(c)(2)", "Pub. 560"),
    Owner.CORPORATION: ("IRC 415(c)(1)", "IRC 415(c)(3)", "Pub. 560"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What the limits leave of a year, with the facts and the published limits that its figures rest on. Dollars.

    `additions` are what is taken from a limit, each source a term, and `annual_additions` their sum;
    `over_limit` is below zero where they do not reach the limit.
    """

    contributions: Contributions
    limits: YearLimits
    deferrals: Deferrals
    half_se_tax: Figure
    compensation: Figure
    employer_maximum: Figure
    limit: Figure
    binding: Limb
    additions: tuple[Term, ...]
    annual_additions: Decimal
    room: Figure
    over_limit: Figure

    @property
    def dollar_limit(self) -> Decimal:
        return self.limits.annual_additions.amount

    @property
    def excess(self) -> Decimal:
        return max(self.over_limit.amount, ZERO)

    @property
    def employer_excess(self) -> Decimal:
        return max(self.contributions.employer - self.employer_maximum.amount, ZERO)

    @property
    def dollar_limb(self) -> Figure:
        """What the dollar limit alone leaves (section 415(c)(1)(A))."""
        return _work_out_dollar_limb(self)

    @property
    def compensation_limb(self) -> Figure:
        """What 100% of compensation alone leaves (section 415(c)(1)(B))."""
        return _work_out_compensation_limb(self)

    @property
    def citations(self) -> tuple[str, ...]:
        return CITATIONS[self.contributions.owner]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the year, outermost first; then both limbs, deferrals and catch-up."""
        return _list_figures(self)


def compute_room(*, contributions: Contributions, entered: tuple[EnteredFigure, ...] = ()) -> Room:
    """Return the room left for after-tax contributions and every limit met or passed on the way.

    `entered` are limits that the firm has typed itself. Catch-up is outside section 415(c) (section 414(v)(3)).
    Raises LimitNotPublished.
    """
    facts = contributions
    limits = get_year_limits(facts.year, entered=entered)
    if facts.owner is Owner.SELF_EMPLOYED:
        half_se_tax = compute_half_se_tax(
            net_profit=facts.net_profit,
            other_social_security_wages=facts.other_social_security_wages,
            limits=limits,
        )
        compensation = compute_self_employed_compensation(
            net_profit=facts.net_profit, half_se_tax=half_se_tax.amount, employer=facts.employer
        )
        employer_maximum = compute_self_employed_employer_maximum(
            net_profit=facts.net_profit, half_se_tax=half_se_tax.amount, limits=limits
        )
    else:
        half_se_tax = NO_SE_TAX
        compensation = compute_corporate_compensation(compensation=facts.compensation)
        employer_maximum = compute_corporate_employer_maximum(compensation=facts.compensation, limits=limits)

    dollar = limits.annual_additions
    binding = Limb.COMPENSATION if compensation.amount < dollar.amount else Limb.DOLLAR
    limit = work_out(
        "Limit on annual additions",
        start(f"dollar limit for {facts.year}", dollar.amount, authority=dollar.citation),
        at_most("100% of compensation", compensation.amount, authority="IRC 415(c)(1)(B)"),
        citation="IRC 415(c)(1)",
        note="The dollar limit binds." if binding is Limb.DOLLAR else "Compensation binds.",
    )

    deferrals = read_deferrals(contributions=facts, limits=limits)
    additions = _list_additions(facts, set_aside=deferrals.set_aside)
    # The terms are taken from a limit: from nothing, they come to what is below zero by the annual additions.
    annual_additions = -work_out("Annual additions", *additions, citation="IRC 415(c)(2)").amount
    room = work_out(
        f"Room left for after-tax contributions in {facts.year}",
        start("limit on annual additions", limit.amount),
        *additions,
        citation="IRC 415(c)(1), 415(c)(2)",
        never_below_zero=True,
        note=_write_notes(facts, deferrals_are_read=deferrals.are_over_limit),
    )
    over_limit = work_out(
        "Annual additions over the limit",
        start("annual additions", annual_additions),
        minus("limit on annual additions", limit.amount),
        citation="IRC 415(c)(1)",
    )
    return Room(
        contributions=facts,
        limits=limits,
        deferrals=deferrals,
        half_se_tax=half_se_tax,
        compensation=compensation,
        employer_maximum=employer_maximum,
        limit=limit,
        binding=binding,
        additions=additions,
        annual_additions=annual_additions,
        room=room,
        over_limit=over_limit,
    )


_SET_ASIDE = {
    DeferralReading.CATCH_UP: ("of which over the limit, taken as catch-up", "Reg. 1.414(v)-1(b)"),
    DeferralReading.RETURNED: ("of which over the limit, returned by 15 April", "Reg. 1.402(g)-1(e)"),
}
_READINGS = {
    DeferralReading.COUNTED: "Deferrals over the limit are counted in full until they are returned: the reading"
    " chosen.",
    DeferralReading.CATCH_UP: "Deferrals to this plan over the limit are taken as catch-up, as far as the age"
    " allows, if the plan treats them so: the reading chosen.",
    DeferralReading.RETURNED: "Deferrals over the limit are no annual additions once they are returned by 15 April,"
    " Reg. 1.415(c)-1(b)(2)(ii)(D): the reading chosen; confirm with the plan's document or a CPA.",
}
_AGGREGATED = {
    Aggregation.CONTROLLED_GROUP: "IRC 415(f), 415(g), 414(b), (c), (m)",
    Aggregation.OWN_403B: "IRC 415(k)(4)",
}


def _list_additions(facts: Contributions, *, set_aside: Decimal) -> tuple[Term, ...]:
    """Return what is taken from a limit: the annual additions, each source a term (section 415(c)(2))."""
    terms = [minus("elective deferrals, pretax and Roth", facts.elective_deferrals)]
    if facts.deferral_reading in _SET_ASIDE:
        label, authority = _SET_ASIDE[facts.deferral_reading]
        terms.append(plus(label, set_aside, authority=authority))
    terms += [
        minus("employer contribution", facts.employer),
        minus("forfeitures", facts.forfeitures),
        minus("after-tax contributions already made", facts.after_tax),
    ]
    if facts.aggregated_additions:
        terms.append(
            minus(
                "annual additions in plans that share the limit",
                facts.aggregated_additions,
                authority=_AGGREGATED.get(facts.aggregation, "IRC 415(f)"),
            )
        )
    return tuple(terms)


def _write_notes(facts: Contributions, *, deferrals_are_read: bool) -> str:
    notes = ["Catch-up contributions are outside the limit, IRC 414(v)(3)."]
    if deferrals_are_read or facts.deferral_reading in _SET_ASIDE:
        notes.append(_READINGS[facts.deferral_reading])
    if facts.aggregated_additions:
        notes.append(
            "Pay from the other employer is not counted as compensation here; confirm with the plan's document or"
            " a CPA."
        )
    return " ".join(notes)


def _list_figures(room: Room) -> tuple[Figure, ...]:
    is_earned = room.contributions.owner is Owner.SELF_EMPLOYED
    return (
        room.room,
        room.limit,
        *((room.compensation, room.half_se_tax) if is_earned else ()),
        room.employer_maximum,
        room.dollar_limb,
        room.compensation_limb,
        *((room.over_limit,) if room.excess else ()),
        *room.deferrals.figures,
    )


def _work_out_dollar_limb(room: Room) -> Figure:
    dollar = room.limits.annual_additions
    return work_out(
        "Room on the dollar limb",
        start(f"dollar limit for {dollar.year}", dollar.amount, authority=dollar.citation),
        *room.additions,
        citation="IRC 415(c)(1)(A)",
        never_below_zero=True,
    )


def _work_out_compensation_limb(room: Room) -> Figure:
    facts = room.contributions
    terms, citation, note = room.compensation.terms, "IRC 415(c)(1)(B)", ""
    if facts.owner is Owner.SELF_EMPLOYED:
        terms = (
            start("net profit", facts.net_profit),
            minus("half of self-employment tax", room.half_se_tax.amount),
            minus(
                "employer contribution, which is no compensation",
                facts.employer,
                authority="IRC 401(c)(2)(A)(v)",
            ),
        )
        citation = "IRC 415(c)(1)(B), 401(c)(2)(A)(v)"
        note = "The employer contribution is subtracted twice: it lowers compensation, and it is an annual addition."
    return work_out(
        "Room on the compensation limb",
        *terms,
        *room.additions,
        citation=citation,
        never_below_zero=True,
        note=note,
    )
