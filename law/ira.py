"""Traditional, SEP and SIMPLE IRAs: section 408(d)(2) makes them one contract (Form 8606), and its cure."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from law.figures import Figure, Rounding, Term, at_most, divided_by, minus, plus, start, times, work_out
from law.money import ZERO, write_dollars
from law.words import Answer, IraKind

_AGGREGATION = "IRC 408(d)(2), 72(e)(8)"
THREE_DECIMALS_NOTE = (
    "Form 8606 lets the ratio of line 10 be rounded to three decimals; the two routes differ here. Confirm with"
    " a CPA which one the return takes: more decimals come closer to the law."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IraYear:
    """One year of all IRAs of one type, in dollars.

    `year_end_value` is that of 31 December; `basis` is before the year's distributions and conversions, with the
    year's nondeductible contributions (Form 8606, line 3, here without any later contribution of line 4);
    `distributions` are without conversions and rollovers.
    """

    kind: IraKind
    year_end_value: Decimal
    basis: Decimal = ZERO
    distributions: Decimal = ZERO
    conversions: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What the year's conversions and distributions come to by one way of taking line 10, in dollars."""

    nontaxable_conversions: Figure  # line 11
    nontaxable_distributions: Figure  # line 12
    carried_basis: Figure  # line 14
    taxable_conversions: Figure  # line 18

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (
            self.nontaxable_conversions,
            self.nontaxable_distributions,
            self.carried_basis,
            self.taxable_conversions,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Form8606:
    """A year's distributions and conversions out of the one contract that all IRAs are, in dollars.

    `whole` is line 9. `exact` keeps full precision; `rounded` takes the form's `ratio` of three decimals, line 10,
    never above 1.000.
    """

    basis: Decimal
    year_end_value: Decimal
    distributions: Decimal
    conversions: Decimal
    whole: Figure
    ratio: Figure
    exact: Route
    rounded: Route

    @property
    def routes_differ(self) -> bool:
        return any(
            exact.amount != rounded.amount
            for exact, rounded in zip(self.exact.figures, self.rounded.figures, strict=True)
        )

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The lines in full precision, and the three-decimal route if it differs; of no IRAs only that it is none."""
        if self.whole.amount == ZERO:
            return (self.whole,)
        by_three_decimals = (self.ratio, *self.rounded.figures) if self.routes_differ else ()
        return (self.whole, *self.exact.figures, *by_three_decimals)


# --- The form ---------------------------------------------------------------------------------------------


def compute_form_8606(*, iras: Sequence[IraYear]) -> Form8606:
    """Return what of a year's conversions and distributions is taxable (sections 408(d)(1)-(2), 72(e)(8)).

    All traditional, SEP and SIMPLE IRAs are one contract, valued on 31 December plus what left in the year. All
    amounts are dollars.
    """
    return _fill_form(
        basis=sum((ira.basis for ira in iras), ZERO),
        year_end_value=sum((ira.year_end_value for ira in iras), ZERO),
        distributions=sum((ira.distributions for ira in iras), ZERO),
        conversions=sum((ira.conversions for ira in iras), ZERO),
    )


def _fill_form(
    *, basis: Decimal, year_end_value: Decimal, distributions: Decimal, conversions: Decimal
) -> Form8606:
    whole = work_out(
        "All IRAs together (line 9)",
        start("value on 31 December (line 6)", year_end_value),
        plus("distributions (line 7)", distributions),
        plus("conversions (line 8)", conversions),
        citation="IRC 408(d)(2)",
        note="All traditional, SEP and SIMPLE IRAs are one contract.",
    )
    all_iras = "all IRAs together (line 9)", whole.amount
    over_whole = (divided_by(*all_iras),) if whole.amount else ()  # of nothing, every part is nothing
    ratio = work_out(
        "Ratio by the form (line 10)",
        start("basis (line 5)", basis),
        *((at_most(*all_iras),) if basis > whole.amount else ()),
        *over_whole,
        citation="Form 8606, line 10",
        rounding=Rounding.THOUSANDTHS,
        is_ratio=True,
        note=THREE_DECIMALS_NOTE,
    )

    def divide(*share: Term, by: str = "") -> Route:
        return _divide(basis, distributions=distributions, conversions=conversions, share=share, by=by)

    return Form8606(
        basis=basis,
        year_end_value=year_end_value,
        distributions=distributions,
        conversions=conversions,
        whole=whole,
        ratio=ratio,
        exact=divide(times("basis (line 5)", basis), *over_whole),
        rounded=divide(times("ratio (line 10)", ratio.amount, is_ratio=True), by=" by three decimals"),
    )


def _divide(
    basis: Decimal, *, distributions: Decimal, conversions: Decimal, share: tuple[Term, ...], by: str
) -> Route:
    nontaxable_conversions = _work_out_nontaxable(
        f"Nontaxable part of the conversions{by} (line 11)",
        start("conversions (line 8)", conversions),
        *share,
        caps=(at_most("conversions (line 8)", conversions), at_most("basis (line 5)", basis)),
    )
    left = basis - nontaxable_conversions.amount
    nontaxable_distributions = _work_out_nontaxable(
        f"Nontaxable part of the distributions{by} (line 12)",
        start("distributions (line 7)", distributions),
        *share,
        caps=(at_most("distributions (line 7)", distributions), at_most("basis less line 11", left)),
    )
    return Route(
        nontaxable_conversions=nontaxable_conversions,
        nontaxable_distributions=nontaxable_distributions,
        carried_basis=work_out(
            f"Basis carried to later years{by} (line 14)",
            start("basis (line 5)", basis),
            minus("nontaxable conversions (line 11)", nontaxable_conversions.amount),
            minus("nontaxable distributions (line 12)", nontaxable_distributions.amount),
            citation=_AGGREGATION,
        ),
        taxable_conversions=work_out(
            f"Taxable conversions{by} (line 18)",
            start("conversions (line 16)", conversions),
            minus("their basis (line 17)", nontaxable_conversions.amount),
            citation="IRC 408A(d)(3)(A)",
        ),
    )


def _work_out_nontaxable(figure: str, *share: Term, caps: tuple[Term, ...]) -> Figure:
    """Return the share, no more than its caps: a rounded ratio, or two shares rounded apart, could exceed the basis.

    A cap is shown where it decides.
    """

    def take(*shown: Term) -> Figure:
        return work_out(figure, *share, *shown, citation=_AGGREGATION, rounding=Rounding.CENTS)

    nontaxable = take(*caps).amount
    return take(*(cap for cap in caps if cap.amount == nontaxable))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the form by both routes: dollars, or a ratio; `exact` is None where only the form has it."""

    number: str
    label: str
    exact: Decimal | None
    rounded: Decimal
    is_ratio: bool = False

    @property
    def differs(self) -> bool:
        return self.exact is not None and self.exact != self.rounded


def list_lines(*, form: Form8606) -> tuple[Line, ...]:
    """Return the lines of Form 8606 that the year's figures fill, in their order, by both routes."""

    def both(number: str, label: str, amount: Decimal) -> Line:
        return Line(number=number, label=label, exact=amount, rounded=amount)

    def each(number: str, label: str, find: Callable[[Route], Decimal]) -> Line:
        return Line(number=number, label=label, exact=find(form.exact), rounded=find(form.rounded))

    return (
        both("5", "Basis before the year's distributions and conversions", form.basis),
        both("6", "Value of all IRAs on 31 December", form.year_end_value),
        both("7", "Distributions, without conversions and rollovers", form.distributions),
        both("8", "Conversions to a Roth IRA", form.conversions),
        both("9", "Lines 6, 7 and 8 together", form.whole.amount),
        Line(number="10", label="Line 5 / line 9", exact=None, rounded=form.ratio.amount, is_ratio=True),
        each("11", "Nontaxable part of the conversions", lambda route: route.nontaxable_conversions.amount),
        each(
            "12", "Nontaxable part of the distributions", lambda route: route.nontaxable_distributions.amount
        ),
        each(
            "13",
            "Lines 11 and 12 together",
            lambda route: route.nontaxable_conversions.amount + route.nontaxable_distributions.amount,
        ),
        each("14", "Basis carried to later years", lambda route: route.carried_basis.amount),
        each(
            "15",
            "Taxable distributions",
            lambda route: form.distributions - route.nontaxable_distributions.amount,
        ),
        both("16", "Conversions to a Roth IRA", form.conversions),
        each("17", "Their basis", lambda route: route.nontaxable_conversions.amount),
        each("18", "Taxable conversions", lambda route: route.taxable_conversions.amount),
    )


# --- The cure ---------------------------------------------------------------------------------------------


class CureExceedsLimit(ValueError):
    """More would be rolled into the plan than the IRAs hold of pretax money (section 408(d)(3)(A)(ii))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """Pretax IRA money rolled into the 401(k) by the end of the conversions' year, in dollars.

    `limit` is the most that may go; `rolled_in` is what goes, and leaves `year_end_value`; `before` and `after`
    are the form without and with it.
    """

    before: Form8606
    after: Form8606
    limit: Figure
    rolled_in: Decimal
    year_end_value: Figure
    deadline: datetime.date
    accepted: Answer
    notes: tuple[str, ...]

    @property
    def saved(self) -> Decimal:
        """By how much less of the conversions is taxable."""
        return self.before.exact.taxable_conversions.amount - self.after.exact.taxable_conversions.amount

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What may be rolled in, and the form with it."""
        return (
            self.limit,
            self.year_end_value,
            *(replace(each, figure=f"With the cure: {each.figure}") for each in self.after.figures),
        )


_ACCEPTED_NOTES = {
    Answer.YES: "The plan accepts rollovers of pretax IRA money.",
    Answer.NO: "The plan does not accept rollovers of pretax IRA money: have it amended first.",
    Answer.NOT_VERIFIED: "Nobody has verified that the plan accepts rollovers of pretax IRA money.",
}
_SIMPLE_NOTE = (
    "A SIMPLE IRA cannot be rolled into a plan in its first two years: confirm with the plan's document or a"
    " CPA."
)


def find_cure_limit(*, form: Form8606) -> Figure:
    """Return the most that may be rolled into the plan, in dollars (section 408(d)(3)(A)(ii), (H)).

    Only what would be includible may go, and it counts as pretax first: at most the pretax money of all IRAs, and no
    more than they still hold.
    """
    return work_out(
        "Pretax IRA money that may be rolled in",
        start("all IRAs together (line 9)", form.whole.amount),
        minus("basis (line 5)", form.basis),
        at_most("value on 31 December", form.year_end_value),
        citation="IRC 408(d)(3)(A)(ii), 408(d)(3)(H)",
        never_below_zero=True,
        note="Only what would be includible may go, and it counts as pretax money first.",
    )


def plan_cure(
    *,
    form: Form8606,
    year: int,
    accepted: Answer,
    today: datetime.date,
    rolled_in: Decimal | None = None,
    has_simple: bool = False,
) -> Cure:
    """Return what rolling pretax IRA money into the 401(k) makes of the year's form (section 408(d)(2)(C)).

    It must be out by 31 December of the conversions' `year`, for line 6 asks for that day's value. `rolled_in` is
    all that may go unless told otherwise; dollars. Raises CureExceedsLimit.
    """
    limit = find_cure_limit(form=form)
    amount = limit.amount if rolled_in is None else rolled_in
    if not ZERO <= amount <= limit.amount:
        raise CureExceedsLimit(f"At most {write_dollars(limit.amount)} of pretax IRA money may be rolled in.")
    year_end_value = work_out(
        "Value on 31 December with the cure (line 6)",
        start("value on 31 December without it", form.year_end_value),
        minus("rolled into the 401(k)", amount),
        citation="IRC 408(d)(2)(C)",
    )
    deadline = datetime.date(year, 12, 31)
    notes = [_ACCEPTED_NOTES[accepted]]
    if today > deadline:
        notes.append(
            f"The deadline for {year} has passed: a rollover now helps the conversions of a later year."
        )
    if has_simple:
        notes.append(_SIMPLE_NOTE)
    return Cure(
        before=form,
        after=_fill_form(
            basis=form.basis,
            year_end_value=year_end_value.amount,
            distributions=form.distributions,
            conversions=form.conversions,
        ),
        limit=limit,
        rolled_in=amount,
        year_end_value=year_end_value,
        deadline=deadline,
        accepted=accepted,
        notes=tuple(notes),
    )
