"""What the plan and its participant need looking at, whatever a letter asks for."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from law.checks.provisions import Provisions
from law.findings import Finding, Severity, write_date
from law.money import ZERO, format_dollars
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


def _check_minimum_distributions(situation: Situation) -> list[Finding]:
    year = situation.payment_date.year
    first_year = find_first_rmd_year(birth_date=situation.birth_date)
    if year < first_year:
        return []
    age = find_applicable_age(birth_date=situation.birth_date)
    return [
        Finding(
            code="V24",
            severity=Severity.WARN,
            field="payment_date",
            message=f"The participant reaches age {age.written} in {first_year}, so {year} is a year with a required"
            " minimum distribution: it leaves first, and it cannot be rolled over.",
            citation=f"IRC 402(c)(4)(B), {age.authority}",
            way_out="Have the year's minimum paid out before this distribution; who owns more than 5% of the business"
            " cannot put it off until retirement. Confirm the amount with the plan's document or a CPA.",
        )
    ]


def _check_employees(situation: Situation) -> list[Finding]:
    first = situation.first_employee_date
    if first is None or first > situation.today:
        return []
    return [
        Finding(
            code="V25",
            severity=Severity.WARN,
            field="first_employee_date",
            message=f"Since {write_date(first)} the business has an employee who is no owner or spouse: after-tax"
            " contributions are tested (ACP), ERISA applies, and the plan is no one-participant plan any more.",
            citation="IRC 401(m), 29 CFR 2510.3-3",
            way_out="Have the plan tested and its document reviewed before more after-tax money goes in; confirm with"
            " the plan's document or a CPA.",
        )
    ]


def _check_assets(assets: YearEndAssets | None) -> list[Finding]:
    if assets is None:
        return []
    expected = expect_5500ez(assets=assets.value, is_final_year=assets.is_final_year)
    if expected.filing is Filing.NOT_REQUIRED:
        return []
    due = expected.filing is Filing.REQUIRED
    return [
        Finding(
            code="V26",
            severity=Severity.WARN if due else Severity.INFO,
            field="assets",
            message=f"Year {assets.year}: {expected.message}",
            citation=expected.citation,
            way_out="File it, or make sure that it was filed."
            if due
            else "Look again at all the client's one-participant plans at the next year's end.",
        )
    ]


def _check_consent(situation: Situation) -> list[Finding]:
    answer = situation.provisions.spousal_consent_required
    if not situation.is_married or answer is Answer.NO:
        return []
    if answer is Answer.YES:
        message = (
            "The participant is married, and the plan requires the spouse's consent to the distribution."
        )
        way_out = "Have the spouse sign the letter's consent before the plan administrator or a notary."
    else:
        message = (
            "The participant is married, and nobody has verified whether the plan requires the spouse's consent to"
            " the distribution."
        )
        way_out = (
            "Find the section and record it. A plan is exempt where the spouse gets the whole death benefit, no life"
            " annuity is chosen and no pension money came over: confirm with the plan's document or a CPA."
        )
    return [
        Finding(
            code="V28",
            severity=Severity.WARN,
            field="spousal_consent_required",
            message=message,
            citation="IRC 401(a)(11), 417",
            way_out=way_out,
        )
    ]


def check_deposits(
    *, contributions: Mapping[int, Decimal], deposit_gaps: Mapping[int, Decimal]
) -> tuple[Finding, ...]:
    """Return V21 for each year whose after-tax contributions are not its deposits, and one for all without a record."""
    findings = [
        Finding(
            code="V21",
            severity=Severity.WARN,
            field="after_tax",
            year=year,
            message=f"The record of {year} says {format_dollars(contributions[year])} of after-tax contributions; the"
            f" deposits on record come to {format_dollars(contributions[year] - gap)}.",
            citation="IRC 72(e)(6)",
            way_out="Add the missing deposit, or correct the year." if gap > ZERO else "Correct the year.",
        )
        for year, gap in sorted(deposit_gaps.items())
        if year in contributions
    ]
    unrecorded = sorted(deposit_gaps.keys() - contributions.keys())
    if unrecorded:
        findings.append(
            Finding(
                code="V21",
                severity=Severity.WARN,
                field="after_tax",
                year=unrecorded[0],
                message=f"Deposits count for {', '.join(map(str, unrecorded))}, of which there is no record.",
                citation="IRC 72(e)(6)",
                way_out=f"Add the year {unrecorded[0]}.",
            )
        )
    return tuple(findings)
