"""What a Roth IRA gives back: the order in which money leaves, and the five-year clocks of what landed in it taxed."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from law.dates import write_date
from law.early_age import find_early_age_date
from law.money import ZERO, round_to_cents, write_dollars

RECAPTURE_YEARS = 5  # section 408A(d)(3)(F)(i)
ADDITIONAL_TAX_RATE = Decimal("0.10")  # section 72(t)(1)
CLOCK_CITATION = "IRC 408A(d)(3)(F), 72(t)(1), 72(t)(2)(A)(i)"
NOTE_QUALIFIED = (
    "The clock of qualified distributions, which frees earnings, is a separate one: five tax years beginning with"
    " the first year of any Roth IRA. Confirm with the plan's document or a CPA."
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


# --- Clocks -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RothClock:
    """When the taxable part that landed in a Roth IRA in one year can be withdrawn without 10%.

    Five tax years begin with the year itself, or age 59 1/2 ends it earlier; the basis part never bears it.
    """

    landed: RothConversion
    five_years_date: datetime.date
    early_age_date: datetime.date

    @property
    def free_date(self) -> datetime.date:
        return min(self.five_years_date, self.early_age_date)

    @property
    def message(self) -> str:
        landed = self.landed
        taxed = f"The {write_dollars(landed.taxable)} taxed in {landed.year}"
        if self.early_age_date < datetime.date(landed.year, 1, 1):
            return f"{taxed} bear no 10%: age 59 1/2 was reached on {write_date(self.early_age_date)}."
        why = (
            "age 59 1/2"
            if self.early_age_date < self.five_years_date
            else f"five tax years beginning with {landed.year}"
        )
        return (
            f"{taxed} bear 10% if withdrawn before {write_date(self.free_date)} ({why})."
            f" The basis part of {write_dollars(landed.nontaxable)} never does."
        )


def start_roth_clocks(
    *, landings: Sequence[RothConversion], birth_date: datetime.date
) -> tuple[RothClock, ...]:
    """Return a clock for each year whose taxable part landed in a Roth IRA, the earliest first.

    Landings of one year are one; amounts are dollars (section 408A(d)(3)(F)).
    """
    clocks = []
    for year in sorted({landing.year for landing in landings}):
        of_year = [landing for landing in landings if landing.year == year]
        landed = RothConversion(
            year=year,
            taxable=sum((landing.taxable for landing in of_year), ZERO),
            nontaxable=sum((landing.nontaxable for landing in of_year), ZERO),
        )
        five_years_date = datetime.date(year + RECAPTURE_YEARS, 1, 1)
        if landed.taxable:
            clocks.append(
                RothClock(
                    landed=landed,
                    five_years_date=five_years_date,
                    early_age_date=find_early_age_date(birth_date=birth_date),
                )
            )
    return tuple(clocks)
