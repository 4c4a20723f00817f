"""The room that is left for after-tax contributions, under both limbs of section 415(c)(1)."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from law.compensation import (
    EMPLOYER_RATE,
    LOWEST_NET_EARNINGS,
    MEDICARE_RATE,
    NET_EARNINGS_FACTOR,
    SOCIAL_SECURITY_RATE,
    compute_corporate_employer_maximum,
    compute_half_se_tax,
    compute_self_employed_compensation,
    compute_self_employed_employer_maximum,
)
from law.figures import Explanation, Operation, Rounding, Term
from law.limits import EnteredFigure, Limit, YearLimits, get_year_limits
from law.money import ZERO, format_dollars, round_to_cents
from law.words import Aggregation, DeferralReading, Owner

CATCH_UP_AGE = 50
HIGHER_CATCH_UP_AGES = range(60, 64)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What the limits leave, in dollars, with the facts and the published limits it was computed from.

    `deferrals_set_aside` are the deferrals over the limit that the reading keeps out of annual additions.
    """

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
    deferrals_set_aside: Decimal
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

    @property
    def deferral_room(self) -> Decimal:
        """What may still be deferred this year, here or elsewhere (section 402(g))."""
        return max(self.deferral_limit - _add_deferrals(self.contributions), ZERO)

    @property
    def catch_up_used(self) -> Decimal:
        """The catch-up made, with the deferrals that are taken as catch-up."""
        taken = self.contributions.deferral_reading is DeferralReading.CATCH_UP
        return self.contributions.catch_up + (self.deferrals_set_aside if taken else ZERO)

    @property
    def dollar_room(self) -> Decimal:
        """What the dollar limit alone leaves (section 415(c)(1)(A))."""
        return max(self.dollar_limit - self.annual_additions, ZERO)

    @property
    def compensation_room(self) -> Decimal:
        """What 100% of compensation alone leaves (section 415(c)(1)(B))."""
        return max(self.compensation - self.annual_additions, ZERO)

    @property
    def employer_excess(self) -> Decimal:
        return max(self.contributions.employer - self.employer_maximum, ZERO)


def _add_deferrals(facts: Contributions) -> Decimal:
    return facts.elective_deferrals + facts.deferrals_elsewhere


def find_catch_up_limit(*, age: int, limits: YearLimits) -> Limit | None:
    """Return the catch-up limit at the age attained in the year, or None below 50 (section 414(v)(2)).

    At 60 to 63, from 2025 on, the higher limit of section 414(v)(2)(E); at 64 the ordinary one again.
    """
    if age < CATCH_UP_AGE:
        return None
    if age in HIGHER_CATCH_UP_AGES and limits.catch_up_60_63 is not None:
        return limits.catch_up_60_63
    return limits.catch_up_50


def compute_room(*, contributions: Contributions, entered: tuple[EnteredFigure, ...] = ()) -> Room:
    """Return the room left for after-tax contributions and every limit met or passed on the way.

    `entered` are limits that the firm has typed itself. Catch-up is outside section 415(c) (section 414(v)(3)).
    Deferrals over the limit follow `deferral_reading`: counted until they are returned; taken as catch-up as far as
    this plan's own pass the limit and the age allows (Reg. 1.414(v)-1(b)); or returned by 15 April, and then no
    annual addition (Reg. 1.402(g)-1(e)). Raises LimitNotPublished.
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
    catch_up_source = find_catch_up_limit(age=facts.age, limits=limits)
    catch_up_limit = catch_up_source.amount if catch_up_source else ZERO
    deferral_excess = max(_add_deferrals(facts) - limits.elective_deferrals.amount, ZERO)
    set_aside = ZERO
    if facts.deferral_reading is DeferralReading.CATCH_UP:
        catch_up_left = max(catch_up_limit - facts.catch_up, ZERO)
        over_here = max(facts.elective_deferrals - limits.elective_deferrals.amount, ZERO)
        set_aside = min(over_here, catch_up_left)
        deferral_excess = max(deferral_excess - catch_up_left, ZERO)
    elif facts.deferral_reading is DeferralReading.RETURNED:
        set_aside = min(deferral_excess, facts.elective_deferrals)
        deferral_excess -= set_aside
    annual_additions = (
        facts.elective_deferrals
        - set_aside
        + facts.employer
        + facts.forfeitures
        + facts.after_tax
        + facts.aggregated_additions
    )
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
        deferrals_set_aside=set_aside,
        deferral_excess=deferral_excess,
        catch_up_limit=catch_up_limit,
        catch_up_excess=max(facts.catch_up - catch_up_limit, ZERO),
        citations=CITATIONS[facts.owner],
    )


def explain_room(*, room: Room) -> tuple[Explanation, ...]:
    """Return the arithmetic of a year's room, outermost figure first; then both limbs, deferrals and catch-up."""
    facts = room.contributions
    dollar = room.limits.annual_additions
    additions = _list_additions(room)
    explanations = [
        Explanation(
            figure=f"Room left for after-tax contributions in {facts.year}",
            amount=room.room,
            terms=(Term(label="limit on annual additions", amount=room.limit), *additions),
            citation="IRC 415(c)(1), 415(c)(2)",
            never_below_zero=True,
            note=_write_notes(room),
        ),
        Explanation(
            figure="Limit on annual additions",
            amount=room.limit,
            terms=(
                _cite_limit(dollar, label=f"dollar limit for {facts.year}"),
                Term(
                    operation=Operation.LESSER_OF,
                    label="100% of compensation",
                    amount=room.compensation,
                    authority="IRC 415(c)(1)(B)",
                ),
            ),
            citation="IRC 415(c)(1)",
            note="The dollar limit binds." if room.binding is Limb.DOLLAR else "Compensation binds.",
        ),
    ]
    if facts.owner is Owner.SELF_EMPLOYED:
        explanations += _explain_earned_income(room)
    else:
        explanations.append(
            Explanation(
                figure="Largest employer contribution",
                amount=room.employer_maximum,
                terms=(
                    Term(label="25%", amount=Decimal("0.25"), is_ratio=True),
                    Term(
                        operation=Operation.TIMES,
                        label="compensation",
                        amount=min(room.compensation, room.limits.compensation.amount),
                    ),
                ),
                citation="IRC 404(a)(3), 401(a)(17)",
                rounding=Rounding.CENTS,
            )
        )
    explanations += [
        Explanation(
            figure="Room on the dollar limb",
            amount=room.dollar_room,
            terms=(_cite_limit(dollar, label=f"dollar limit for {facts.year}"), *additions),
            citation="IRC 415(c)(1)(A)",
            never_below_zero=True,
        ),
        _explain_compensation_limb(room, additions),
    ]
    if room.excess:
        explanations.append(_explain_excess(room))
    return (*explanations, *_explain_deferrals(room))


def _cite_limit(limit: Limit, *, label: str) -> Term:
    return Term(label=label, amount=limit.amount, authority=f"{limit.authority}, {limit.source}")


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


def _list_additions(room: Room) -> tuple[Term, ...]:
    """Return what is taken from a limit: the annual additions, each source a term."""
    facts = room.contributions
    terms = [
        Term(
            operation=Operation.MINUS,
            label="elective deferrals, pretax and Roth",
            amount=facts.elective_deferrals,
        )
    ]
    if facts.deferral_reading in _SET_ASIDE:
        label, authority = _SET_ASIDE[facts.deferral_reading]
        terms.append(
            Term(operation=Operation.PLUS, label=label, amount=room.deferrals_set_aside, authority=authority)
        )
    terms += [
        Term(operation=Operation.MINUS, label="employer contribution", amount=facts.employer),
        Term(operation=Operation.MINUS, label="forfeitures", amount=facts.forfeitures),
        Term(operation=Operation.MINUS, label="after-tax contributions already made", amount=facts.after_tax),
    ]
    if facts.aggregated_additions:
        terms.append(
            Term(
                operation=Operation.MINUS,
                label="annual additions in plans that share the limit",
                amount=facts.aggregated_additions,
                authority=_AGGREGATED.get(facts.aggregation, "IRC 415(f)"),
            )
        )
    return tuple(terms)


def _write_notes(room: Room) -> str:
    facts = room.contributions
    notes = ["Catch-up contributions are outside the limit, IRC 414(v)(3)."]
    if _add_deferrals(facts) > room.deferral_limit or facts.deferral_reading in _SET_ASIDE:
        notes.append(_READINGS[facts.deferral_reading])
    if facts.aggregated_additions:
        notes.append(
            "Pay from the other employer is not counted as compensation here; confirm with the plan's document or"
            " a CPA."
        )
    return " ".join(notes)


def _explain_compensation_limb(room: Room, additions: tuple[Term, ...]) -> Explanation:
    facts = room.contributions
    terms = [Term(label="compensation", amount=room.compensation, authority="IRC 415(c)(3)")]
    citation, note = "IRC 415(c)(1)(B)", ""
    if facts.owner is Owner.SELF_EMPLOYED:
        terms = [
            Term(label="net profit", amount=facts.net_profit),
            Term(operation=Operation.MINUS, label="half of self-employment tax", amount=room.half_se_tax),
            Term(
                operation=Operation.MINUS,
                label="employer contribution, which is no compensation",
                amount=facts.employer,
                authority="IRC 401(c)(2)(A)(v)",
            ),
        ]
        citation = "IRC 415(c)(1)(B), 401(c)(2)(A)(v)"
        note = "The employer contribution is subtracted twice: it lowers compensation, and it is an annual addition."
    return Explanation(
        figure="Room on the compensation limb",
        amount=room.compensation_room,
        terms=(*terms, *additions),
        citation=citation,
        never_below_zero=True,
        note=note,
    )


def _explain_excess(room: Room) -> Explanation:
    return Explanation(
        figure="Annual additions over the limit",
        amount=room.excess,
        terms=(
            Term(label="annual additions", amount=room.annual_additions),
            Term(operation=Operation.MINUS, label="limit on annual additions", amount=room.limit),
        ),
        citation="IRC 415(c)(1)",
    )


def _explain_deferrals(room: Room) -> list[Explanation]:
    facts, source = room.contributions, room.catch_up_source
    here = Term(
        operation=Operation.MINUS,
        label="elective deferrals here, pretax and Roth",
        amount=facts.elective_deferrals,
    )
    elsewhere = Term(
        operation=Operation.MINUS, label="deferrals at unrelated employers", amount=facts.deferrals_elsewhere
    )
    deferral_limit = _cite_limit(room.limits.elective_deferrals, label=f"limit on deferrals for {facts.year}")
    catch_up_limit = (
        _cite_limit(source, label=f"{source.name}, for age {facts.age}")
        if source
        else Term(label=f"no catch-up at age {facts.age}, below {CATCH_UP_AGE}", amount=ZERO)
    )
    explanations = [
        Explanation(
            figure="Elective deferrals left",
            amount=room.deferral_room,
            terms=(deferral_limit, here, elsewhere),
            citation="IRC 402(g)(1), 402(g)(3)",
            never_below_zero=True,
            note="One limit for the person, whoever the employers are.",
        ),
        Explanation(
            figure="Catch-up left",
            amount=max(room.catch_up_limit - room.catch_up_used, ZERO),
            terms=(
                catch_up_limit,
                Term(operation=Operation.MINUS, label="catch-up made", amount=facts.catch_up),
                Term(
                    operation=Operation.MINUS,
                    label="deferrals over the limit, taken as catch-up",
                    amount=room.catch_up_used - facts.catch_up,
                ),
            ),
            citation="IRC 414(v)(2)",
            never_below_zero=True,
            note="Catch-up cannot be made as after-tax money.",
        ),
    ]
    if _add_deferrals(facts) > room.deferral_limit:
        explanations.append(_explain_deferral_excess(room))
    return explanations


def _explain_deferral_excess(room: Room) -> Explanation:
    facts = room.contributions
    terms = [
        Term(label="elective deferrals here, pretax and Roth", amount=facts.elective_deferrals),
        Term(
            operation=Operation.PLUS,
            label="deferrals at unrelated employers",
            amount=facts.deferrals_elsewhere,
        ),
        replace(
            _cite_limit(room.limits.elective_deferrals, label=f"limit on deferrals for {facts.year}"),
            operation=Operation.MINUS,
        ),
    ]
    if facts.deferral_reading is DeferralReading.CATCH_UP:
        terms.append(
            Term(
                operation=Operation.MINUS,
                label="catch-up that the age allows and nobody has made",
                amount=max(room.catch_up_limit - facts.catch_up, ZERO),
                authority="IRC 402(g)(1)(C)",
            )
        )
    elif facts.deferral_reading is DeferralReading.RETURNED:
        terms.append(
            Term(
                operation=Operation.MINUS,
                label="returned from this plan by 15 April",
                amount=room.deferrals_set_aside,
                authority="Reg. 1.402(g)-1(e)",
            )
        )
    return Explanation(
        figure="Elective deferrals over the limit",
        amount=room.deferral_excess,
        terms=tuple(terms),
        citation="IRC 402(g)(1), 402(g)(3)",
        never_below_zero=True,
    )


def _explain_earned_income(room: Room) -> list[Explanation]:
    facts = room.contributions
    base = room.limits.social_security_wage_base
    cap = room.limits.compensation
    return [
        Explanation(
            figure="Compensation of the self-employed",
            amount=room.compensation,
            terms=(
                Term(label="net profit", amount=facts.net_profit),
                Term(
                    operation=Operation.MINUS,
                    label="half of self-employment tax",
                    amount=room.half_se_tax,
                    authority="IRC 164(f)",
                ),
                Term(operation=Operation.MINUS, label="employer contribution", amount=facts.employer),
            ),
            citation="IRC 401(c)(2)(A)(v)-(vi), 415(c)(3)(B)",
            never_below_zero=True,
            note="Elective deferrals are not subtracted, IRC 415(c)(3)(D).",
        ),
        Explanation(
            figure="Half of self-employment tax",
            amount=room.half_se_tax,
            terms=_list_se_tax_terms(room),
            citation="IRC 1401, 1402, 164(f)",
            rounding=Rounding.CENTS,
            note=f"12.4% stops at the {base.year} wage base of {format_dollars(base.amount)} ({base.source}) less"
            f" {format_dollars(facts.other_social_security_wages)} of other Social Security wages. Nothing is due"
            " under $400 of net earnings. Confirm with the return.",
        ),
        Explanation(
            figure="Largest employer contribution",
            amount=room.employer_maximum,
            terms=(
                Term(label="25% / 125%", amount=Decimal("0.20"), is_ratio=True),
                Term(
                    operation=Operation.TIMES,
                    label="net profit less half of self-employment tax",
                    amount=max(facts.net_profit - room.half_se_tax, ZERO),
                ),
                Term(
                    operation=Operation.LESSER_OF,
                    label="25% of the limit on compensation",
                    amount=round_to_cents(cap.amount * EMPLOYER_RATE),
                    authority=f"{cap.authority}, {cap.source}",
                ),
            ),
            citation="Pub. 560, IRC 404(a)(8), 401(a)(17)",
            rounding=Rounding.CENTS,
        ),
    ]


def _list_se_tax_terms(room: Room) -> tuple[Term, ...]:
    net_earnings = max(room.contributions.net_profit, ZERO) * NET_EARNINGS_FACTOR
    if net_earnings < LOWEST_NET_EARNINGS:
        return (Term(label="net earnings under $400 bear no tax", amount=ZERO, authority="IRC 1402(b)(2)"),)
    wages = room.contributions.other_social_security_wages
    base_left = max(room.limits.social_security_wage_base.amount - wages, ZERO)
    return (
        Term(
            label="12.4% of 92.35% of net profit, up to the wage base",
            amount=SOCIAL_SECURITY_RATE * min(net_earnings, base_left),
            authority="IRC 1401(a), 1402(a)(12)",
        ),
        Term(
            operation=Operation.PLUS,
            label="2.9% of 92.35% of net profit",
            amount=MEDICARE_RATE * net_earnings,
            authority="IRC 1401(b)(1)",
        ),
        Term(operation=Operation.DIVIDED_BY, label="half", amount=Decimal("2"), is_ratio=True),
    )
