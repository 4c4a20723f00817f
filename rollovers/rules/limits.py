"""The dated dollar limits, each year with its own source, read from the parameter files.

A year that is not published is an error, never a guess: nothing is carried forward or extrapolated.
"""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "parameters"


class LimitNotPublished(LookupError):
    """The limit of that year is not among the published figures this project holds (finding V08)."""

    def __init__(self, *, name: str, year: int) -> None:
        self.name = name
        self.year = year
        super().__init__(f"The {name} for {year} is not among the published figures held here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One published figure: dollars, the section it limits and the paper that published it."""

    name: str
    year: int
    amount: Decimal
    authority: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLimits:
    """Every limit that a contribution calculation of one year needs, in dollars."""

    year: int
    annual_additions: Limit
    elective_deferrals: Limit
    catch_up_50: Limit
    catch_up_60_63: Limit | None
    compensation: Limit
    social_security_wage_base: Limit


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    authority: str
    amounts: dict[int, tuple[Decimal, str]]

    def find(self, year: int) -> Limit:
        if year not in self.amounts:
            raise LimitNotPublished(name=self.name, year=year)
        amount, source = self.amounts[year]
        return Limit(name=self.name, year=year, amount=amount, authority=self.authority, source=source)


@cache
def _read_parameter(stem: str) -> _Parameter:
    with (_FOLDER / f"{stem}.toml").open("rb") as file:
        document = tomllib.load(file)
    amounts = {
        int(year): (Decimal(value["amount"]), str(value["source"]))
        for year, value in document["years"].items()
    }
    return _Parameter(name=document["name"], authority=document["authority"], amounts=amounts)


@cache
def get_year_limits(year: int) -> YearLimits:
    """Return the limits of a calendar year. Raises LimitNotPublished if any that applies is missing.

    Sections 415(c)(1)(A), 402(g)(1), 414(v)(2), 401(a)(17); Social Security Act section 230 (wage base).
    """
    higher_catch_up = _read_parameter("414v_catch_up_60_63")
    first_year_of_higher_catch_up = min(higher_catch_up.amounts)
    return YearLimits(
        year=year,
        annual_additions=_read_parameter("415c_annual_additions").find(year),
        elective_deferrals=_read_parameter("402g_elective_deferrals").find(year),
        catch_up_50=_read_parameter("414v_catch_up_50").find(year),
        catch_up_60_63=higher_catch_up.find(year) if year >= first_year_of_higher_catch_up else None,
        compensation=_read_parameter("401a17_compensation").find(year),
        social_security_wage_base=_read_parameter("ss_wage_base").find(year),
    )


def list_limits() -> dict[int, tuple[Limit, ...]]:
    """Return every published figure held here by year, latest year first, in the order of their files."""
    parameters = [_read_parameter(path.stem) for path in sorted(_FOLDER.glob("*.toml"))]
    years = sorted({year for parameter in parameters for year in parameter.amounts}, reverse=True)
    return {
        year: tuple(parameter.find(year) for parameter in parameters if year in parameter.amounts)
        for year in years
    }


def list_published_years() -> tuple[int, ...]:
    """Return, in order, the years for which every limit is published here."""
    years = []
    for year in sorted(_read_parameter("415c_annual_additions").amounts):
        try:
            get_year_limits(year)
        except LimitNotPublished:
            continue
        years.append(year)
    return tuple(years)
