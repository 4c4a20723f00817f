"""What the plan and its participant need looking at, whatever a letter asks for."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from law.checks.provisions import Provisions
from law.findings import Finding
from law.findings.catalogue import (
    DEPOSITS_ABOVE_YEAR,
    DEPOSITS_BELOW_YEAR,
    DEPOSITS_WITHOUT_YEAR,
    EMPLOYEE,
    FORM_5500EZ_APPROACHING,
    FORM_5500EZ_DUE,
    MINIMUM_DISTRIBUTION_YEAR,
    SPOUSAL_CONSENT_REQUIRED,
    SPOUSAL_CONSENT_UNVERIFIED,
)
from law.money import ZERO
from law.tax_forms import Filing, expect_5500ez
from law.words import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicableAge:
    """The age from whose year on minimum distributions are required of who was born on or after `born_from`."""

    born_from: datetime.date
    months: int
    written: str
    authority: str


# The latest birth dates first.
APPLICABLE_AGES = (
    ApplicableAge(
        born_from=datetime.date(1960, 1, 1),
        months=75 * 12,
        written="75",
        authority="IRC 401(a)(9)(C)(v)(II)",
    ),
    ApplicableAge(
        born_from=datetime.date(1951, 1, 1),
        months=73 * 12,
        written="73",
        authority="IRC 401(a)(9)(C)(v)(I)",
    ),
    ApplicableAge(
        born_from=datetime.date(1949, 7, 1),
        months=72 * 12,
        written="72",
        authority="SECURE Act of 2019, section 114",
    ),
    ApplicableAge(
        born_from=datetime.date.min,
        months=70 * 12 + 6,
        written="70 1/2",
        authority="IRC 401(a)(9)(C)(i) before 2020",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearEndAssets:
    """What all of a client's one-participant plans held at a year's end, in dollars (Form 5500-EZ)."""

    year: int
    value: Decimal
    is_final_year: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the checks of a plan and one participant look at. `payment_date` is today where nothing is asked for.

    `contributions` are the after-tax contributions of each year's record, and `deposit_gaps` what they are beyond the
    deposits recorded for a year, where it has any and the two differ; both in dollars.
    """

    provisions: Provisions
    birth_date: datetime.date
    is_married: bool
    today: datetime.date
    payment_date: datetime.date
    first_employee_date: datetime.date | None = None
    assets: YearEndAssets | None = None
    contributions: Mapping[int, Decimal] = field(default_factory=dict)
    deposit_gaps: Mapping[int, Decimal] = field(default_factory=dict)


def check_plan(*, situation: Situation) -> tuple[Finding, ...]:
    """Return the findings about a plan and its participant: V21 (years against deposits), V24-V26, V28."""
    return (
        *_check_minimum_distributions(situation),
        *_check_employees(situation),
        *_check_assets(situation.assets),
        *_check_consent(situation),
        *check_deposits(contributions=situation.contributions, deposit_gaps=situation.deposit_gaps),
    )


def find_applicable_age(*, birth_date: datetime.date) -> ApplicableAge:
    """Return the age from which minimum distributions are required (section 401(a)(9)(C))."""
    return next(age for age in APPLICABLE_AGES if birth_date >= age.born_from)


def find_first_rmd_year(*, birth_date: datetime.date) -> int:
    """Return the year in which the applicable age is reached, the first with a required minimum distribution."""
    months = find_applicable_age(birth_date=birth_date).months
    return (birth_date.year * 12 + birth_date.month - 1 + months) // 12


def _check_minimum_distributions(situation: Situation) -> Iterator[Finding]:
    year = situation.payment_date.year
    first_year = find_first_rmd_year(birth_date=situation.birth_date)
    if year >= first_year:
        age = find_applicable_age(birth_date=situation.birth_date)
        yield MINIMUM_DISTRIBUTION_YEAR.find(
            age=age.written, first_year=first_year, payment_year=year, authority_of_the_age=age.authority
        )


def _check_employees(situation: Situation) -> Iterator[Finding]:
    first = situation.first_employee_date
    if first is not None and first <= situation.today:
        yield EMPLOYEE.find(first_employee_date=first)


def _check_assets(assets: YearEndAssets | None) -> Iterator[Finding]:
    if assets is None:
        return
    expected = expect_5500ez(assets=assets.value, is_final_year=assets.is_final_year)
    if expected.filing is not Filing.NOT_REQUIRED:
        entry = FORM_5500EZ_DUE if expected.filing is Filing.REQUIRED else FORM_5500EZ_APPROACHING
        yield entry.find(
            assets_year=assets.year,
            whether_form_5500ez_is_due=expected.message,
        )


def _check_consent(situation: Situation) -> Iterator[Finding]:
    answer = situation.provisions.spousal_consent_required
    if situation.is_married and answer is not Answer.NO:
        yield (SPOUSAL_CONSENT_REQUIRED if answer is Answer.YES else SPOUSAL_CONSENT_UNVERIFIED).find()


def check_deposits(
    *, contributions: Mapping[int, Decimal], deposit_gaps: Mapping[int, Decimal]
) -> tuple[Finding, ...]:
    """Return V21 for each year whose after-tax contributions are not its deposits, and one for all without a record."""
    findings = [
        (DEPOSITS_BELOW_YEAR if gap > ZERO else DEPOSITS_ABOVE_YEAR).find(
            year=year, contributions=contributions[year], deposits=contributions[year] - gap
        )
        for year, gap in sorted(deposit_gaps.items())
        if year in contributions
    ]
    unrecorded = sorted(deposit_gaps.keys() - contributions.keys())
    if unrecorded:
        findings.append(DEPOSITS_WITHOUT_YEAR.find(year=unrecorded[0], years=", ".join(map(str, unrecorded))))
    return tuple(findings)
