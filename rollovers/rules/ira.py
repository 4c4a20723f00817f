"""IRAs: section 408(d)(2) aggregation (Form 8606), and the order in which a Roth IRA gives money back."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rollovers.rules.money import ZERO, count_cents, divide_half_up, pro_rata, round_to_cents

FORM_8606_DECIMALS = 3
RECAPTURE_YEARS = 5  # section 408A(d)(3)(F)(i)
ADDITIONAL_TAX_RATE = Decimal("0.10")  # section 72(t)(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A year's conversions out of all traditional, SEP and SIMPLE IRAs, in dollars.

    The `form_` figures follow Form 8606's own route, which rounds the ratio to three decimals.
    """

    nontaxable: Decimal
    taxable: Decimal
    carried_basis: Decimal
    form_ratio: Decimal
    form_nontaxable: Decimal
    form_taxable: Decimal


def compute_conversion(
    *, basis: Decimal, year_end_value: Decimal, distributions: Decimal, conversions: Decimal
) -> Conversion:
    """Return what of a year's conversions is taxable (sections 408(d)(1)-(2), 72(e)(8)).

    All traditional, SEP and SIMPLE IRAs are one contract, valued on 31 December plus what left in the year;
    Roth IRAs and 401(k) plans are not part of it. All amounts are dollars.
    """
    whole = year_end_value + distributions + conversions
    if whole == ZERO:
        return Conversion(
            nontaxable=ZERO,
            taxable=ZERO,
            carried_basis=basis,
            form_ratio=Decimal("0.000"),
            form_nontaxable=ZERO,
            form_taxable=ZERO,
        )
    part = min(basis, whole)
    nontaxable = pro_rata(amount=conversions, part=part, whole=whole)
    nontaxable_distributions = pro_rata(amount=distributions, part=part, whole=whole)
    thousandths = divide_half_up(count_cents(part) * 10**FORM_8606_DECIMALS, count_cents(whole))
    form_ratio = Decimal(thousandths).scaleb(-FORM_8606_DECIMALS)
    form_nontaxable = round_to_cents(conversions * form_ratio)
    return Conversion(
        nontaxable=nontaxable,
        taxable=conversions - nontaxable,
        # Two shares rounded apart can overstate the last cent of basis.
        carried_basis=max(basis - nontaxable - nontaxable_distributions, ZERO),
        form_ratio=form_ratio,
        form_nontaxable=form_nontaxable,
        form_taxable=conversions - form_nontaxable,
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
