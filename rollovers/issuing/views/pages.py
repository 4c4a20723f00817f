"""The rollover page: what its address asks for, what its forms come to, and how it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from advisors.requests import AdvisorRequest
from clients.models import Plan
from clients.queries import get_plan
from clients.views.pages import get_or_404, read_participant_id
from law.words import Way
from rollovers.evidence.cases import open_case
from rollovers.issuing.forms.drafts import Difference
from rollovers.issuing.forms.entries import are_readable, read_entry
from rollovers.issuing.forms.rollovers import LegFormSet, RolloverForm
from rollovers.issuing.queries.drafts import find_draft_by_key, get_draft
from rollovers.issuing.rollovers import Outcome, RolloverEntry, preview_rollover
from rollovers.letters.after_tax_letter import AfterTaxLetter
from rollovers.letters.request_letter import letter_context
from rollovers.models import Letter, RolloverDraft
from rollovers.reviews.queries import PlanFacts, get_plan_facts
from rollovers.reviews.views.findings import link_findings

_LONGEST_ID = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one request asks of the rollover page: for whom, in which letter's place, and the forms as filled."""

    request: AdvisorRequest
    facts: PlanFacts
    superseded: Letter | None
    form: RolloverForm
    legs: Any

    def read_entry(self) -> RolloverEntry:
        """Return what the forms ask for."""
        return read_entry(form=self.form, legs=self.legs, superseded=self.superseded)


def find_draft(request: AdvisorRequest, plan_id: int) -> RolloverDraft | None:
    """Return the draft in `?draft=`, None where there is none. Raises Http404 for what is no draft of this plan."""
    text = request.GET.get("draft")
    if text is None:
        return None
    draft = get_or_404(get_draft, firm=request.user.firm, draft_id=_read_id(text))
    if draft.plan_id != plan_id:
        raise Http404
    return draft


def _read_id(text: str) -> int:
    """Return the id that an address names, or 0, which nothing has."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID else 0


def find_facts(request: AdvisorRequest, plan_id: int) -> tuple[PlanFacts, Letter | None]:
    """Return the facts that the address asks for, and the letter that a new one is to supersede, if it names one.

    What supersedes a letter is of the same participant.
    """
    firm = request.user.firm
    plan = get_or_404(get_plan, firm=firm, plan_id=plan_id)
    superseded = _find_superseded(request, plan)
    participant_id = superseded.request.participant_id if superseded else read_participant_id(request)
    facts = get_or_404(get_plan_facts, firm=firm, plan_id=plan_id, participant_id=participant_id)
    return facts, superseded


def _find_superseded(request: AdvisorRequest, plan: Plan) -> Letter | None:
    """Return the letter that this one is to supersede, if the address names one of this plan's."""
    text = request.GET.get("supersedes", "") or request.POST.get("supersedes", "")
    if not text:
        return None
    case = get_or_404(open_case, firm=request.user.firm, letter_id=_read_id(text))
    return case.letter if case.letter.request.plan_id == plan.pk and not case.is_superseded else None


def read_page(request: AdvisorRequest, plan_id: int, *, require_destinations: bool) -> Page:
    """Return the page with what was posted. Only to issue must destinations be named."""
    facts, superseded = find_facts(request, plan_id)
    return Page(
        request=request,
        facts=facts,
        superseded=superseded,
        form=RolloverForm(request.POST, require_destinations=require_destinations),
        legs=LegFormSet(
            request.POST, prefix="legs", form_kwargs={"require_destinations": require_destinations}
        ),
    )


def preview_page(page: Page) -> Outcome | None:
    """Return what the forms come to, or None while they cannot be read."""
    if page.form.is_bound and not are_readable(form=page.form, legs=page.legs):
        return None
    return preview_rollover(
        firm=page.request.user.firm,
        facts=page.facts,
        entry=page.read_entry(),
        advisor=page.request.user,
        today=timezone.localdate(),
    )


def describe_page(page: Page, outcome: Outcome | None) -> dict[str, Any]:
    form, legs, facts = page.form, page.legs, page.facts
    if outcome and not outcome.blocks:
        form.ask_reasons(findings=outcome.questionable)
    return {
        "plan": facts.plan,
        "client": facts.participant,
        "whose": facts.whose,
        "statement": facts.statement,
        "superseded": page.superseded,
        "form": form,
        "legs": legs,
        "formsets": [legs] if legs.is_bound and form.data.get("way") == Way.OWN else [],
        "outcome": outcome,
        "findings": link_findings(findings=outcome.findings, facts=facts, form=form) if outcome else [],
        "preview": letter_preview(outcome.letter) if outcome and outcome.letter else None,
    }


def show_page(
    page: Page,
    outcome: Outcome | None,
    *,
    notice: str = "",
    differences: Sequence[Difference] = (),
    status: int = 200,
) -> HttpResponse:
    more = {"notice": notice, "differences": differences, "draft": _find_saved(page)}
    return render(
        page.request, "issuing/rollover_new.html", describe_page(page, outcome) | more, status=status
    )


def _find_saved(page: Page) -> RolloverDraft | None:
    """Return the draft that the form was saved as, if it was."""
    key = page.form.cleaned_data.get("request_key") if page.form.is_bound else None
    draft = find_draft_by_key(firm=page.request.user.firm, request_key=key) if key else None
    return draft if draft and draft.plan_id == page.facts.plan.pk else None


def letter_preview(letter: AfterTaxLetter) -> SafeString:
    """Return the letter as it reads, for a page: the same template as its PDF."""
    logo_url = reverse("firm_logo") if letter.letterhead.logo else ""
    context = letter_context(letter=letter, logo_url=logo_url, title_tag="h4", section_tag="h5")
    return render_to_string("letters/_letter.html", context)
