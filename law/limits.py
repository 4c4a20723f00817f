"""The dated dollar limits, each year with its own source, read from the parameter files.

A year that is not published is an error, never a guess: nothing is carried forward or extrapolated.
"""

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from law.words import LimitKind

_FOLDER = Path(__file__).parent / "parameters"


class LimitNotPublished(LookupError):
    """The limit of that year is not among the published figures this project holds (finding V08)."""

    def __init__(self, *, name: str, year: int) -> None:
        self.name = name
        self.year = year
        super().__init__(f"The {name} for {year} is not among the published figures held here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One published figure: dollars, the section it limits and the paper that published it.

    `entered_by_firm` says that the firm typed it from that paper.
    """

    kind: LimitKind
    name: str
    year: int
    amount: Decimal
    authority: str
    source: str
    entered_by_firm: bool = False

    @property
    def citation(self) -> str:
        """The section with the paper that published the figure: "IRC 415(c)(1)(A), Notice 2020-79"."""
        return f"{self.authority}, {self.source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLimits:
    """Every limit that a contribution calculation of one year needs, in dollars."""

    year: int
    annual_additions: Limit
    elective_deferrals: Limit
    catch_up_50: Limit
    catch_up_60_63: Limit | None
    roth_catch_up_wages: Limit | None
    compensation: Limit
    social_security_wage_base: Limit

    @property
    def figures(self) -> tuple[Limit, ...]:
        """Every limit that applies in the year."""
        found = (
            self.annual_additions,
            self.elective_deferrals,
            self.catch_up_50,
            self.catch_up_60_63,
            self.roth_catch_up_wages,
            self.compensation,
            self.social_security_wage_base,
        )
        return tuple(limit for limit in found if limit is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredFigure:
    """A figure that a firm has typed from its source, for a year that is not shipped. Dollars."""

    kind: LimitKind
    year: int
    amount: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class _Parameter:
    kind: LimitKind
    name: str
    authority: str
    amounts: dict[int, tuple[Decimal, str]]

    def find(self, year: int, entered: tuple[EnteredFigure, ...] = ()) -> Limit:
        """Return the figure of a year: the shipped one, else the firm's own. Raises LimitNotPublished."""
        if year in self.amounts:
            amount, source = self.amounts[year]
            return Limit(
                kind=self.kind,
                name=self.name,
                year=year,
                amount=amount,
                authority=self.authority,
                source=source,
            )
        for figure in entered:
            if figure.kind == self.kind and figure.year == year:
                return Limit(
                    kind=self.kind,
                    name=self.name,
                    year=year,
                    amount=figure.amount,
                    authority=self.authority,
                    source=f"{figure.source}, entered by the firm",
                    entered_by_firm=True,
                )
        raise LimitNotPublished(name=self.name, year=year)


@cache
def _read_parameter(kind: LimitKind) -> _Parameter:
    with (_FOLDER / f"{kind}.toml").open("rb") as file:
        document = tomllib.load(file)
    amounts = {
        int(year): (Decimal(value["amount"]), str(value["source"]))
        for year, value in document["years"].items()
    }
    return _Parameter(kind=kind, name=document["name"], authority=document["authority"], amounts=amounts)


@lru_cache(maxsize=256)
def get_year_limits(year: int, *, entered: tuple[EnteredFigure, ...] = ()) -> YearLimits:
    """Return the limits of a calendar year. Raises LimitNotPublished if any that applies is missing.

    `entered` are the firm's own figures for years that are not shipped; a shipped figure always comes first.
    Sections 415(c)(1)(A), 402(g)(1), 414(v)(2), 414(v)(7), 401(a)(17); Social Security Act section 230 (wage
    base).
    """
    return YearLimits(
        year=year,
        annual_additions=_read_parameter(LimitKind.ANNUAL_ADDITIONS).find(year, entered),
        elective_deferrals=_read_parameter(LimitKind.ELECTIVE_DEFERRALS).find(year, entered),
        catch_up_50=_read_parameter(LimitKind.CATCH_UP_50).find(year, entered),
        catch_up_60_63=_find_from_its_first_year(LimitKind.CATCH_UP_60_63, year, entered),
        roth_catch_up_wages=_find_from_its_first_year(LimitKind.ROTH_CATCH_UP_WAGES, year, entered),
        compensation=_read_parameter(LimitKind.COMPENSATION).find(year, entered),
        social_security_wage_base=_read_parameter(LimitKind.WAGE_BASE).find(year, entered),
    )


def _find_from_its_first_year(kind: LimitKind, year: int, entered: tuple[EnteredFigure, ...]) -> Limit | None:
    parameter = _read_parameter(kind)
    return parameter.find(year, entered) if year >= min(parameter.amounts) else None


def get_limit(kind: LimitKind, year: int, *, entered: tuple[EnteredFigure, ...] = ()) -> Limit:
    """Return one figure of a year by its kind. Raises LimitNotPublished."""
    return _read_parameter(kind).find(year, entered)


def is_shipped(kind: LimitKind, year: int) -> bool:
    """Return whether the project itself holds that figure, so that nobody needs to enter it."""
    return year in _read_parameter(kind).amounts


def list_limits(*, entered: tuple[EnteredFigure, ...] = ()) -> dict[int, tuple[Limit, ...]]:
    """Return every figure held here by year, latest year first, in the order of their files.

    `entered` are the firm's own, each marked; they stand beside the shipped ones, never in their place.
    """
    parameters = [_read_parameter(kind) for kind in sorted(LimitKind)]
    shipped = {(parameter.kind, year) for parameter in parameters for year in parameter.amounts}
    held = shipped | {(figure.kind, figure.year) for figure in entered}
    return {
        year: tuple(
            parameter.find(year, entered) for parameter in parameters if (parameter.kind, year) in held
        )
        for year in sorted({year for _, year in held}, reverse=True)
    }


def list_published_years() -> tuple[int, ...]:
    """Return, in order, the years for which every limit is published here."""
    years = []
    for year in sorted(_read_parameter(LimitKind.ANNUAL_ADDITIONS).amounts):
        try:
            get_year_limits(year)
        except LimitNotPublished:
            continue
        years.append(year)
    return tuple(years)
