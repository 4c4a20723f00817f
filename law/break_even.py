"""After how many years paying the tax on the earnings now is ahead of the split, and when a loss is made up.

Growth is a model, not law: the planner sets it, and each figure says so.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from law.figures import Figure, Rounding, Term, plus, start, times, work_out
from law.money import write_dollars
from law.subaccount import Contract

MOST_YEARS = 60
_PERCENT = Decimal(100)
_FACTOR = Decimal("1.0000000000")
_MODEL = "A model with the planner's growth rate, not law"
BREAK_EVEN_MODEL = (
    "In the Roth IRA the earnings grow untaxed. In the traditional IRA they grow alike and are taxed at the later"
    " rate when withdrawn; the tax not paid now is kept outside and grows at the same rate less tax each year at"
    " today's rate. Paying now is ahead once it is strictly worth more after tax. This is a model, not advice: no"
    " penalty, no required distribution and no change of law is in it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The client's marginal rates today, and the combined rate when the money is withdrawn; percent."""

    federal: Decimal
    state: Decimal
    later: Decimal

    @property
    def today(self) -> Decimal:
        return self.federal + self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What the earnings are worth after tax, in dollars, some years on: paid for now, or split off."""

    years: int
    roth_now: Figure
    traditional: Figure
    kept_outside: Figure
    split: Figure

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.roth_now, self.traditional, self.kept_outside, self.split)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """After how many whole years paying the tax now is ahead of the split; None if never within 60.

    `sides` shows the year before and the year itself.
    """

    years: int | None
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """After how many whole years a loss is made up, None if not within 60, and the value around that year."""

    years: int | None
    figures: tuple[Figure, ...]


def find_break_even(*, earnings: Decimal, rates: Rates, growth_rate: Decimal) -> BreakEven:
    """Return after how many whole years paying the tax on the earnings now is ahead of the split (BREAK_EVEN_MODEL).

    Dollars and percent; the comparison of each year is exact.
    """
    today, later, growth = (Fraction(rate) / 100 for rate in (rates.today, rates.later, growth_rate))
    paid, kept = Fraction(1), Fraction(1)
    years = None
    for year in range(MOST_YEARS + 1):
        # Earnings x growth against earnings x growth x (1 - later) + earnings x today x growth outside.
        if later * paid > today * kept:
            years = year
            break
        paid *= 1 + growth
        kept *= 1 + growth * (1 - today)
    shown = (MOST_YEARS,) if years is None else _list_around(years)
    return BreakEven(
        years=years,
        sides=tuple(
            _weigh_year(earnings=earnings, rates=rates, growth_rate=growth_rate, years=year) for year in shown
        ),
    )


def _weigh_year(*, earnings: Decimal, rates: Rates, growth_rate: Decimal, years: int) -> Side:
    today, later, growth = rates.today / _PERCENT, rates.later / _PERCENT, growth_rate / _PERCENT
    when = write_years(years=years)
    grown = (
        start("earnings", earnings),
        times(f"growth of {growth_rate}% a year, {when}", _compound(growth, years), is_ratio=True),
    )
    roth_now = _work_out_worth(f"Roth IRA {when}", *grown)
    traditional = _work_out_worth(
        f"Traditional IRA, after the later tax, {when}",
        *grown,
        times("1 - the later rate", 1 - later, is_ratio=True),
    )
    kept_outside = _work_out_worth(
        f"The tax not paid now, kept outside, {when}",
        start("earnings", earnings),
        times("today's rate", today, is_ratio=True),
        times(
            f"growth of {growth_rate}% a year less tax each year, {when}",
            _compound(growth * (1 - today), years),
            is_ratio=True,
        ),
    )
    split = work_out(
        f"Split {when}",
        start("traditional IRA, after the later tax", traditional.amount),
        plus("the tax not paid now, kept outside", kept_outside.amount),
        citation=_MODEL,
    )
    return Side(
        years=years, roth_now=roth_now, traditional=traditional, kept_outside=kept_outside, split=split
    )


def find_recovery(*, contract: Contract, growth_rate: Decimal) -> Recovery:
    """Return after how many whole years of growth, in percent a year, the value reaches the basis, in dollars."""
    years = _count_years_to_recover(contract=contract, growth_rate=growth_rate)
    growth = growth_rate / _PERCENT
    return Recovery(
        years=years,
        figures=tuple(
            _work_out_worth(
                f"Value {write_years(years=year)}",
                start("value", contract.balance),
                times(f"growth of {growth_rate}% a year", _compound(growth, year), is_ratio=True),
                note=f"The basis is {write_dollars(contract.basis)}.",
            )
            for year in (() if years is None else _list_around(years))
        ),
    )


def _count_years_to_recover(*, contract: Contract, growth_rate: Decimal) -> int | None:
    value, growth = Fraction(contract.balance), 1 + Fraction(growth_rate) / 100
    for year in range(MOST_YEARS + 1):
        if value >= contract.basis:
            return year
        value *= growth
    return None


def _work_out_worth(figure: str, *terms: Term, note: str = "") -> Figure:
    return work_out(figure, *terms, citation=_MODEL, rounding=Rounding.CENTS, note=note)


def _compound(rate: Decimal, years: int) -> Decimal:
    """Return (1 + rate)^years to ten places, worked out exactly before."""
    with localcontext(prec=1000):
        return ((1 + rate) ** years).quantize(_FACTOR)


def _list_around(years: int) -> tuple[int, ...]:
    """Return the year before and the year itself."""
    return (years - 1, years) if years else (0,)


def write_years(*, years: int) -> str:
    """Return after how many years something is, in words."""
    return "today" if not years else "after 1 year" if years == 1 else f"after {years} years"
