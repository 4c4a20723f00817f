"""Every letter the firm has issued."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from advisors.requests import AdvisorRequest
from rollovers.evidence.cases import read_cases
from rollovers.evidence.queries.changes import find_changed_facts
from rollovers.evidence.queries.letters import list_letters
from rollovers.evidence.queries.lives import list_lives

LETTERS_A_PAGE = 50


@require_GET
def letter_list(request: AdvisorRequest) -> HttpResponse:
    letters = list_lives(firm=request.user.firm, letters=list_letters(firm=request.user.firm))
    page = Paginator(letters, LETTERS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "today": localdate(),
        "cases": read_cases(letters=page.object_list),
        "stale": find_changed_facts(letters=page.object_list),
    }
    return render(request, "desk/letter_list.html", context)
