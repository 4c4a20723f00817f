"""The published limits that everything is computed from, each with its source."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rollovers.rules.limits import list_limits


@require_GET
def limit_list(request: HttpRequest) -> HttpResponse:
    return render(request, "rollovers/limit_list.html", {"years": list_limits()})
