"""Findings as a page shows them: each with the address where its way out begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.forms import BoundField
from django.urls import reverse

from law.findings import Finding
from rollovers.models import Letter
from rollovers.reviews.queries import PlanFacts

_PLAN_FIELDS = {
    "separate_accounting",
    "after_tax_contributions",
    "in_service_distribution",
    "spousal_consent_required",
    "in_plan_roth_rollover",
    "first_employee_date",
}
_STATEMENT_FIELDS = {"statement", "basis", "pre_1987_basis", "non_vested"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFinding:
    """A finding as a page shows it, or as a letter kept it.

    `link` is where its way out begins, "" where there is no page for it; `reason_field` takes why the letter may go
    ahead over it; `reason` and `acknowledged_by` are what was said when the letter was issued.
    """

    finding: Finding | Mapping[str, Any]
    link: str = ""
    reason_field: BoundField | None = None
    reason: str = ""
    acknowledged_by: str = ""


class TakesReasons(Protocol):
    """A form that takes, for each finding that needs one, the reason why the letter may go ahead."""

    def get_reason_field(self, *, finding: Finding) -> BoundField | None: ...


def show_stored_findings(*, letter: Letter) -> list[ShownFinding]:
    """Return the findings that a letter was issued over, with the reasons that were given."""
    return [
        ShownFinding(
            finding=each, reason=each.get("reason", ""), acknowledged_by=each.get("acknowledged_by", "")
        )
        for each in letter.findings
    ]


def link_findings(
    *, findings: Sequence[Finding], facts: PlanFacts, form: TakesReasons | None = None
) -> list[ShownFinding]:
    """Return each finding with the address where its way out begins, and on the rollover form its reason's field."""
    return [
        ShownFinding(
            finding=finding,
            link=_find_way_out(finding, facts, form is not None),
            reason_field=form.get_reason_field(finding=finding) if form else None,
        )
        for finding in findings
    ]


def _find_way_out(finding: Finding, facts: PlanFacts, on_form: bool) -> str:
    if finding.year is not None:
        record = next((record for record in facts.records if record.year == finding.year), None)
        return f"{reverse('year_edit', args=[record.pk])}#id_{finding.field}" if record else ""
    if finding.field in _PLAN_FIELDS:
        return reverse("plan_edit", args=[facts.plan.pk])
    if finding.field == "assets":
        return reverse("plan_assets_new", args=[facts.plan.pk])
    if finding.field in _STATEMENT_FIELDS:
        if finding.code == "V21" or facts.statement is None or finding.field == "statement":
            return f"{reverse('statement_new', args=[facts.plan.pk])}{facts.whose}"
        return f"{reverse('statement_edit', args=[facts.statement.pk])}#id_{finding.field}"
    if not on_form:
        return f"{reverse('rollover_new', args=[facts.plan.pk])}{facts.whose}"
    if finding.field.startswith("disbursements.") or finding.field == "legs":
        return "#id_legs-0-to"
    return {"way": "#id_way_0"}.get(finding.field, f"#id_{finding.field}")
