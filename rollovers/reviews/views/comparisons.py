"""Compare before you choose: every way out of the after-tax sub-account, side by side."""

from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from advisors.requests import AdvisorRequest
from clients.views.pages import get_or_404, read_participant_id
from law.break_even import BREAK_EVEN_MODEL
from law.money import write_amount
from law.subaccount import DistributionExceedsBalance
from rollovers.reviews.comparisons import (
    ComparisonReview,
    ComparisonSettings,
    compare_plan,
    find_contribution_limit,
)
from rollovers.reviews.forms.comparisons import ComparisonForm
from rollovers.reviews.queries import get_plan_facts
from rollovers.reviews.views.findings import link_findings

GROWTH_RATE = Decimal("6.00")


@require_GET
def compare_page(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    firm = request.user.firm
    facts = get_or_404(
        get_plan_facts,
        firm=firm,
        plan_id=plan_id,
        participant_id=read_participant_id(request),
    )
    limit = find_contribution_limit(facts=facts, today=timezone.localdate())
    settings = {"growth_rate": f"{GROWTH_RATE}", "contribution": write_amount(limit) if limit else ""}
    form = ComparisonForm(settings | request.GET.dict())
    review: ComparisonReview | None = None
    if form.is_valid():
        try:
            review = compare_plan(firm=firm, facts=facts, settings=ComparisonSettings(**form.cleaned_data))
        except DistributionExceedsBalance as error:
            form.add_error("amount", str(error))
    asks_for_fragment = request.htmx and request.htmx.target == "comparison"
    context = {
        "form": form,
        "facts": facts,
        "client": facts.participant,
        "plan": facts.plan,
        "review": review,
        "findings": link_findings(findings=review.findings, facts=facts) if review else [],
        "recommended": link_findings(findings=[review.recommendation.finding], facts=facts)
        if review and review.recommendation
        else [],
        "model": BREAK_EVEN_MODEL,
    }
    template = "reviews/_comparison.html" if asks_for_fragment else "reviews/compare_page.html"
    refused = form.errors and not asks_for_fragment
    return render(request, template, context, status=422 if refused else 200)
