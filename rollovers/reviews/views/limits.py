"""The published limits that everything is computed from, each with its source."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from advisors.requests import AdvisorRequest
from law.limits import list_limits
from rollovers.reviews.queries import list_entered_figures


@require_GET
def limit_list(request: AdvisorRequest) -> HttpResponse:
    years = list_limits(entered=list_entered_figures(firm=request.user.firm))
    context = {
        "years": years,
        "may_enter": request.user.is_owner and request.user.has_perm("rollovers.add_enteredlimit"),
    }
    return render(request, "reviews/limit_list.html", context)
