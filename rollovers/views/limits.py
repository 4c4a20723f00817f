"""The published limits that everything is computed from, each with its source."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from advisors.requests import AdvisorRequest
from rollovers.rules.limits import list_limits


@require_GET
def limit_list(request: AdvisorRequest) -> HttpResponse:
    return render(request, "rollovers/limit_list.html", {"years": list_limits()})
