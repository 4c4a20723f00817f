"""IRAs: section 408(d)(2) aggregation (Form 8606), its cure, and the order in which a Roth IRA gives money back."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from law.figures import Explanation, Operation, Rounding, Term
from law.money import ZERO, count_cents, divide_half_up, format_dollars, from_cents, round_to_cents
from law.words import Answer, IraKind

FORM_8606_DECIMALS = 3
RECAPTURE_YEARS = 5  # section 408A(d)(3)(F)(i)
ADDITIONAL_TAX_RATE = Decimal("0.10")  # section 72(t)(1)

_AGGREGATION = "IRC 408(d)(2), 72(e)(8)"
_CURE = "IRC 408(d)(3)(A)(ii), 408(d)(3)(H)"
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
    """Lines 11 and 12 by one way of rounding: what of the conversions and of the distributions is nontaxable."""

    nontaxable_conversions: Decimal
    nontaxable_distributions: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Form8606:
    """A year's distributions and conversions out of the one contract that all IRAs are, in dollars.

    `exact` keeps full precision; `rounded` takes the form's ratio of three decimals, `ratio`, never above 1.000.
    """

    basis: Decimal
    year_end_value: Decimal
    distributions: Decimal
    conversions: Decimal
    ratio: Decimal
    exact: Route
    rounded: Route

    @property
    def whole(self) -> Decimal:
        """Line 9."""
        return self.year_end_value + self.distributions + self.conversions

    @property
    def pretax(self) -> Decimal:
        """What would be includible if all of it were distributed."""
        return max(self.whole - self.basis, ZERO)

    @property
    def taxable_conversions(self) -> Decimal:
        """Line 18 in full precision."""
        return self.conversions - self.exact.nontaxable_conversions

    @property
    def carried_basis(self) -> Decimal:
        """Line 14 in full precision."""
        return self.basis - self.exact.nontaxable_conversions - self.exact.nontaxable_distributions

    @property
    def routes_differ(self) -> bool:
        return self.exact != self.rounded


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
    whole = count_cents(year_end_value + distributions + conversions)
    part = min(count_cents(basis), whole)
    one = 10**FORM_8606_DECIMALS
    thousandths = divide_half_up(part * one, whole) if whole else 0

    def take(numerator: int, denominator: int) -> Route:
        def share(amount: Decimal) -> Decimal:
            return from_cents(divide_half_up(count_cents(amount) * numerator, denominator))

        nontaxable = min(share(conversions), basis)
        # A rounded ratio, or two shares rounded apart, could take more basis than there is.
        left = basis - nontaxable
        return Route(
            nontaxable_conversions=nontaxable, nontaxable_distributions=min(share(distributions), left)
        )

    return Form8606(
        basis=basis,
        year_end_value=year_end_value,
        distributions=distributions,
        conversions=conversions,
        ratio=Decimal(thousandths).scaleb(-FORM_8606_DECIMALS),
        exact=take(part, whole or 1),
        rounded=take(thousandths, one),
    )


def list_lines(*, form: Form8606) -> tuple[Line, ...]:
    """Return the lines of Form 8606 that the year's figures fill, in their order, by both routes."""

    def both(number: str, label: str, amount: Decimal) -> Line:
        return Line(number=number, label=label, exact=amount, rounded=amount)

    exact, rounded = form.exact, form.rounded
    nontaxable = exact.nontaxable_conversions + exact.nontaxable_distributions
    rounded_nontaxable = rounded.nontaxable_conversions + rounded.nontaxable_distributions
    return (
        both("5", "Basis before the year's distributions and conversions", form.basis),
        both("6", "Value of all IRAs on 31 December", form.year_end_value),
        both("7", "Distributions, without conversions and rollovers", form.distributions),
        both("8", "Conversions to a Roth IRA", form.conversions),
        both("9", "Lines 6, 7 and 8 together", form.whole),
        Line(number="10", label="Line 5 / line 9", exact=None, rounded=form.ratio, is_ratio=True),
        Line(
            number="11",
            label="Nontaxable part of the conversions",
            exact=exact.nontaxable_conversions,
            rounded=rounded.nontaxable_conversions,
        ),
        Line(
            number="12",
            label="Nontaxable part of the distributions",
            exact=exact.nontaxable_distributions,
            rounded=rounded.nontaxable_distributions,
        ),
        Line(number="13", label="Lines 11 and 12 together", exact=nontaxable, rounded=rounded_nontaxable),
        Line(
            number="14",
            label="Basis carried to later years",
            exact=form.basis - nontaxable,
            rounded=form.basis - rounded_nontaxable,
        ),
        Line(
            number="15",
            label="Taxable distributions",
            exact=form.distributions - exact.nontaxable_distributions,
            rounded=form.distributions - rounded.nontaxable_distributions,
        ),
        both("16", "Conversions to a Roth IRA", form.conversions),
        Line(
            number="17",
            label="Their basis",
            exact=exact.nontaxable_conversions,
            rounded=rounded.nontaxable_conversions,
        ),
        Line(
            number="18",
            label="Taxable conversions",
            exact=form.taxable_conversions,
            rounded=form.conversions - rounded.nontaxable_conversions,
        ),
    )


def explain_form_8606(*, form: Form8606) -> tuple[Explanation, ...]:
    """Return the arithmetic of the form's lines in full precision, and of its three-decimal route if it differs."""
    whole = Explanation(
        figure="All IRAs together (line 9)",
        amount=form.whole,
        terms=(
            Term(label="value on 31 December (line 6)", amount=form.year_end_value),
            Term(operation=Operation.PLUS, label="distributions (line 7)", amount=form.distributions),
            Term(operation=Operation.PLUS, label="conversions (line 8)", amount=form.conversions),
        ),
        citation="IRC 408(d)(2)",
        note="All traditional, SEP and SIMPLE IRAs are one contract.",
    )
    if form.whole == ZERO:
        return (whole,)
    ratio = (
        Term(operation=Operation.TIMES, label="basis (line 5)", amount=form.basis),
        Term(operation=Operation.DIVIDED_BY, label="all IRAs together (line 9)", amount=form.whole),
    )
    explanations = [whole, *_explain_route(form=form, route=form.exact, ratio=ratio, by="")]
    if form.routes_differ:
        explanations += [
            Explanation(
                figure="Ratio by the form (line 10)",
                amount=form.ratio,
                terms=(
                    Term(label="basis (line 5)", amount=form.basis),
                    Term(
                        operation=Operation.DIVIDED_BY, label="all IRAs together (line 9)", amount=form.whole
                    ),
                ),
                citation="Form 8606, line 10",
                rounding=Rounding.THOUSANDTHS,
                is_ratio=True,
                note=THREE_DECIMALS_NOTE,
            ),
            *_explain_route(
                form=form,
                route=form.rounded,
                ratio=(
                    Term(
                        operation=Operation.TIMES, label="ratio (line 10)", amount=form.ratio, is_ratio=True
                    ),
                ),
                by=" by three decimals",
            ),
        ]
    return tuple(explanations)


def _explain_route(
    *, form: Form8606, route: Route, ratio: tuple[Term, ...], by: str
) -> tuple[Explanation, ...]:
    nontaxable = route.nontaxable_conversions
    left = form.basis - nontaxable
    conversion_terms = [Term(label="conversions (line 8)", amount=form.conversions), *ratio]
    distribution_terms = [Term(label="distributions (line 7)", amount=form.distributions), *ratio]
    # A cap is shown where it decides.
    if nontaxable == form.conversions:
        conversion_terms.append(_cap("conversions (line 8)", form.conversions))
    if nontaxable == form.basis:
        conversion_terms.append(_cap("basis (line 5)", form.basis))
    if route.nontaxable_distributions == form.distributions:
        distribution_terms.append(_cap("distributions (line 7)", form.distributions))
    if route.nontaxable_distributions == left:
        distribution_terms.append(_cap("basis less line 11", left))
    return (
        Explanation(
            figure=f"Nontaxable part of the conversions{by} (line 11)",
            amount=nontaxable,
            terms=tuple(conversion_terms),
            citation=_AGGREGATION,
            rounding=Rounding.CENTS,
        ),
        Explanation(
            figure=f"Nontaxable part of the distributions{by} (line 12)",
            amount=route.nontaxable_distributions,
            terms=tuple(distribution_terms),
            citation=_AGGREGATION,
            rounding=Rounding.CENTS,
        ),
        Explanation(
            figure=f"Basis carried to later years{by} (line 14)",
            amount=form.basis - nontaxable - route.nontaxable_distributions,
            terms=(
                Term(label="basis (line 5)", amount=form.basis),
                Term(operation=Operation.MINUS, label="nontaxable conversions (line 11)", amount=nontaxable),
                Term(
                    operation=Operation.MINUS,
                    label="nontaxable distributions (line 12)",
                    amount=route.nontaxable_distributions,
                ),
            ),
            citation=_AGGREGATION,
        ),
        Explanation(
            figure=f"Taxable conversions{by} (line 18)",
            amount=form.conversions - nontaxable,
            terms=(
                Term(label="conversions (line 16)", amount=form.conversions),
                Term(operation=Operation.MINUS, label="their basis (line 17)", amount=nontaxable),
            ),
            citation="IRC 408A(d)(3)(A)",
        ),
    )


def _cap(label: str, amount: Decimal) -> Term:
    return Term(operation=Operation.LESSER_OF, label=label, amount=amount)


class CureExceedsLimit(ValueError):
    """More would be rolled into the plan than the IRAs hold of pretax money (section 408(d)(3)(A)(ii))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """Pretax IRA money rolled into the 401(k) by the end of the conversions' year, in dollars.

    `limit` is the most that may go; `rolled_in` is what goes; `before` and `after` are the form without and
    with it.
    """

    before: Form8606
    after: Form8606
    limit: Decimal
    rolled_in: Decimal
    deadline: datetime.date
    accepted: Answer
    notes: tuple[str, ...]

    @property
    def saved(self) -> Decimal:
        """By how much less of the conversions is taxable."""
        return self.before.taxable_conversions - self.after.taxable_conversions


_ACCEPTED_NOTES = {
    Answer.YES: "The plan accepts rollovers of pretax IRA money.",
    Answer.NO: "The plan does not accept rollovers of pretax IRA money: have it amended first.",
    Answer.NOT_VERIFIED: "Nobody has verified that the plan accepts rollovers of pretax IRA money.",
}
_SIMPLE_NOTE = (
    "A SIMPLE IRA cannot be rolled into a plan in its first two years: confirm with the plan's document or a"
    " CPA."
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
    """Return what rolling pretax IRA money into the 401(k) makes of the year's form.

    Only what would be includible may go, and it counts as pretax first (section 408(d)(3)(A)(ii), (H)): at most
    the pretax money of all IRAs, and no more than they still hold. It must be out by 31 December of the
    conversions' `year`, for line 6 asks for that day's value. `rolled_in` is all of it unless told otherwise;
    dollars. Raises CureExceedsLimit.
    """
    limit = min(form.pretax, form.year_end_value)
    amount = limit if rolled_in is None else rolled_in
    if not ZERO <= amount <= limit:
        raise CureExceedsLimit(f"At most {format_dollars(limit)} of pretax IRA money may be rolled in.")
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
            year_end_value=form.year_end_value - amount,
            distributions=form.distributions,
            conversions=form.conversions,
        ),
        limit=limit,
        rolled_in=amount,
        deadline=deadline,
        accepted=accepted,
        notes=tuple(notes),
    )


def explain_cure(*, cure: Cure) -> tuple[Explanation, ...]:
    """Return the arithmetic of what may be rolled in, and of the form with it."""
    form = cure.before
    return (
        Explanation(
            figure="Pretax IRA money that may be rolled in",
            amount=cure.limit,
            terms=(
                Term(label="all IRAs together (line 9)", amount=form.whole),
                Term(operation=Operation.MINUS, label="basis (line 5)", amount=form.basis),
                Term(operation=Operation.LESSER_OF, label="value on 31 December", amount=form.year_end_value),
            ),
            citation=_CURE,
            never_below_zero=True,
            note="Only what would be includible may go, and it counts as pretax money first.",
        ),
        Explanation(
            figure="Value on 31 December with the cure (line 6)",
            amount=cure.after.year_end_value,
            terms=(
                Term(label="value on 31 December without it", amount=form.year_end_value),
                Term(operation=Operation.MINUS, label="rolled into the 401(k)", amount=cure.rolled_in),
            ),
            citation="IRC 408(d)(2)(C)",
        ),
        *(
            replace(each, figure=f"With the cure: {each.figure}")
            for each in explain_form_8606(form=cure.after)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RothConversion:
    """What one tax year's rollovers and conversions brought into the Roth IRAs, in dollars."""

    year: int
    taxable: Decimal
    nontaxable: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RothDistribution:
    """Where a Roth IRA distribution comes from, in dollars, and the additional tax on recaptured conversions."""

    from_contributions: Decimal
    from_taxable_conversions: Decimal
    from_nontaxable_conversions: Decimal
    from_earnings: Decimal
    recapture_base: Decimal
    additional_tax: Decimal


def order_roth_distribution(
    *,
    amount: Decimal,
    contributions: Decimal,
    conversions: Sequence[RothConversion],
    distribution_year: int,
    exception_applies: bool,
    distributions_before: Decimal = ZERO,
) -> RothDistribution:
    """Return how a distribution is ordered (section 408A(d)(4)(B)) and recaptured (section 408A(d)(3)(F)).

    Contributions come first, then conversions from the oldest year, a year's conversions together and their
    taxable part before the rest, then earnings. A taxable part withdrawn within the five tax years that begin
    with its own bears 10% unless a section 72(t)(2) exception applies. Tax on earnings is not computed here. All
    amounts are dollars.
    """
    layers = [("contributions", distribution_year, contributions)]
    for year in sorted({conversion.year for conversion in conversions}):
        of_year = [conversion for conversion in conversions if conversion.year == year]
        layers.append(("taxable", year, sum((each.taxable for each in of_year), ZERO)))
        layers.append(("nontaxable", year, sum((each.nontaxable for each in of_year), ZERO)))
    taken = {"contributions": ZERO, "taxable": ZERO, "nontaxable": ZERO}
    recapture_base = ZERO
    before, left = distributions_before, amount
    for source, year, layer in layers:
        gone = min(layer, before)
        before -= gone
        drawn = min(layer - gone, left)
        left -= drawn
        taken[source] += drawn
        if source == "taxable" and distribution_year < year + RECAPTURE_YEARS:
            recapture_base += drawn
    return RothDistribution(
        from_contributions=taken["contributions"],
        from_taxable_conversions=taken["taxable"],
        from_nontaxable_conversions=taken["nontaxable"],
        from_earnings=left,
        recapture_base=recapture_base,
        additional_tax=ZERO if exception_applies else round_to_cents(recapture_base * ADDITIONAL_TAX_RATE),
    )
