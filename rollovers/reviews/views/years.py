"""One contribution year on one page: its room and both limbs, what is safe now, limits, sharing, findings."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from advisors.requests import AdvisorRequest
from clients.queries import find_last_estimate, get_contribution_record
from clients.views.pages import get_or_404
from law.estimates import SafeNow
from rollovers.reviews.queries import get_plan_facts
from rollovers.reviews.views.findings import link_findings
from rollovers.reviews.years import review_years


@require_GET
def year_page(request: AdvisorRequest, year_id: int) -> HttpResponse:
    firm = request.user.firm
    record = get_or_404(get_contribution_record, firm=firm, year_id=year_id)
    facts = get_or_404(
        get_plan_facts, firm=firm, plan_id=record.plan_id, participant_id=record.participant_id
    )
    review = next(each for each in review_years(facts=facts) if each.record.pk == record.pk)
    context = {
        "review": review,
        "record": review.record,
        "plan": facts.plan,
        "client": facts.participant,
        "estimate": find_last_estimate(firm=firm, record=record) if review.true_up else None,
        "scenarios": _list_scenarios(review.safe_now) if review.safe_now else [],
        "findings": link_findings(findings=review.findings, facts=facts),
    }
    return render(request, "reviews/year_page.html", context)


def _list_scenarios(safe_now: SafeNow) -> list[dict[str, Any]]:
    rooms = [("Low", safe_now.low), ("Expected", safe_now.expected), ("High", safe_now.high)]
    return [{"name": name, "room": room} for name, room in rooms]
