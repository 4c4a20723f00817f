"""A plan judged: years, sub-account, findings and the next step."""

import datetime
from dataclasses import dataclass

from law.findings import Finding, Severity
from law.money import ZERO, write_dollars
from law.subaccount import Contract
from rollovers.reviews.findings import find_plan_findings, find_rollover_findings
from rollovers.reviews.queries import PlanFacts
from rollovers.reviews.subaccounts import measure_subaccount, read_provisions
from rollovers.reviews.years import YearReview, review_years


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What the planner does next for a plan, as a link: the name of a page and its argument."""

    label: str
    reason: str
    url_name: str
    argument: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReview:
    """A plan's facts with everything the law says of them."""

    facts: PlanFacts
    years: tuple[YearReview, ...]
    subaccount: Contract | None
    findings: tuple[Finding, ...]
    next_step: NextStep


def review_plan(*, facts: PlanFacts, today: datetime.date) -> PlanReview:
    """Return a plan's years with their room, its sub-account, its findings and the next step."""
    years = review_years(facts=facts)
    subaccount = measure_subaccount(facts=facts)
    findings = find_plan_findings(
        facts=facts,
        today=today,
        payment_date=today,
        in_plan=read_provisions(facts).allows_only_in_plan,
    )
    findings += tuple(finding for year in years for finding in year.findings)
    if subaccount is not None:
        findings += find_rollover_findings(facts=facts, subaccount=subaccount, today=today)
    return PlanReview(
        facts=facts,
        years=years,
        subaccount=subaccount,
        findings=findings,
        next_step=_find_next_step(facts=facts, subaccount=subaccount, findings=findings),
    )


def _find_next_step(
    *, facts: PlanFacts, subaccount: Contract | None, findings: tuple[Finding, ...]
) -> NextStep:
    plan_id = facts.plan.pk
    if any(finding.code in {"V01", "V02", "V03"} for finding in findings):
        return NextStep(
            label="Verify the plan's provisions",
            reason="A letter needs the plan's own words for what it asks.",
            url_name="plan_edit",
            argument=plan_id,
        )
    if not facts.records:
        return NextStep(
            label="Enter the year's contributions",
            reason="They show the room that is left.",
            url_name="year_new",
            argument=plan_id,
        )
    if subaccount is None:
        return NextStep(
            label="Enter the sub-account's statement",
            reason="Its basis and value decide what is taxed.",
            url_name="statement_new",
            argument=plan_id,
        )
    error = next((finding for finding in findings if finding.severity is Severity.ERROR), None)
    if error is not None:
        record = next(record for record in facts.records if record.year == error.year)
        return NextStep(
            label=f"Correct the year {record.year}",
            reason=error.message,
            url_name="year_edit",
            argument=record.pk,
        )
    if subaccount.balance == ZERO:
        return NextStep(
            label="Enter a newer statement",
            reason="All that the latest one shows has been asked for.",
            url_name="statement_new",
            argument=plan_id,
        )
    return NextStep(
        label="Prepare the rollover",
        reason=f"{write_dollars(subaccount.balance)} in the after-tax sub-account can leave.",
        url_name="rollover_new",
        argument=plan_id,
    )
