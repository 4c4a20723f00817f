"""Issued letters: the list, one letter, its exact bytes."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from advisors.requests import AdvisorRequest
from clients.views.pages import get_or_404, write_whose
from rollovers.queries import find_changed_facts, get_letter, list_letters, read_letter_pdf
from rollovers.views.shared import show_stored_findings

LETTERS_A_PAGE = 50


@require_GET
def letter_list(request: AdvisorRequest) -> HttpResponse:
    page = Paginator(list_letters(firm=request.user.firm), LETTERS_A_PAGE).get_page(request.GET.get("page"))
    stale = find_changed_facts(letters=page.object_list)
    return render(request, "rollovers/letter_list.html", {"page": page, "stale": stale})


@require_GET
def letter_page(request: AdvisorRequest, letter_id: int) -> HttpResponse:
    letter = get_or_404(get_letter, firm=request.user.firm, letter_id=letter_id)
    changed = find_changed_facts(letters=[letter]).get(letter.pk, [])
    context = {
        "letter": letter,
        "changed": changed,
        "findings": show_stored_findings(letter=letter),
        "whose": write_whose(plan=letter.request.plan, participant=letter.request.participant),
        "opened": request.GET.get("explained") == "all",
    }
    return render(request, "rollovers/letter_page.html", context)


@require_GET
def letter_pdf(request: AdvisorRequest, letter_id: int) -> HttpResponse:
    letter = get_or_404(get_letter, firm=request.user.firm, letter_id=letter_id)
    pdf = read_letter_pdf(firm=request.user.firm, letter_id=letter_id)
    response = HttpResponse(pdf, content_type="application/pdf")
    # The name is made of the reference alone: nothing that anybody typed.
    response["Content-Disposition"] = f'attachment; filename="{letter.reference}.pdf"'
    return response
