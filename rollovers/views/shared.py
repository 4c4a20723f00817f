"""What the views of this app share: one way to show a letter, and the links of findings."""

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from rollovers.letters import AfterTaxLetter, letter_context
from rollovers.queries import PlanFacts
from rollovers.rules.checks import Finding


def letter_preview(letter: AfterTaxLetter) -> SafeString:
    """Return the letter as it reads, for a page: the same template as its PDF."""
    logo_url = reverse("firm_logo") if letter.letterhead.logo else ""
    context = letter_context(letter=letter, logo_url=logo_url, title_tag="h4", section_tag="h5")
    return render_to_string("letters/_letter.html", context)


_PROVISION_FIELDS = {"separate_accounting", "after_tax_contributions", "in_service_distribution"}
_STATEMENT_FIELDS = {"statement", "basis"}


def link_findings(
    *, findings: Sequence[Finding], facts: PlanFacts, on_form: bool = False
) -> list[tuple[Finding, str]]:
    """Return each finding with the address where its way out begins, "" where there is none."""
    return [(finding, _find_way_out(finding, facts, on_form)) for finding in findings]


def _find_way_out(finding: Finding, facts: PlanFacts, on_form: bool) -> str:
    if finding.year is not None:
        record = next((record for record in facts.records if record.year == finding.year), None)
        return f"{reverse('year_edit', args=[record.pk])}#id_{finding.field}" if record else ""
    if finding.field in _PROVISION_FIELDS:
        return reverse("plan_edit", args=[facts.plan.pk])
    if finding.field in _STATEMENT_FIELDS:
        if finding.code == "V21" or facts.statement is None or finding.field == "statement":
            return reverse("statement_new", args=[facts.plan.pk])
        return reverse("statement_edit", args=[facts.statement.pk])
    if not on_form:
        return reverse("rollover_new", args=[facts.plan.pk])
    if finding.field.startswith("disbursements.") or finding.field == "legs":
        return "#id_legs-0-to"
    return {"way": "#id_way_0"}.get(finding.field, f"#id_{finding.field}")
