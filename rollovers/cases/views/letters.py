"""Issued letters: the list, one letter's case, its exact bytes."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from advisors.requests import AdvisorRequest
from clients.views.pages import get_or_404, write_whose
from rollovers.cases.outcomes import compare_payment
from rollovers.evidence.cases import Case, open_case
from rollovers.evidence.queries.changes import find_changed_facts
from rollovers.evidence.queries.letters import get_letter, read_letter_pdf
from rollovers.evidence.queries.lives import list_documents, list_evidence
from rollovers.models import CaseEvent, Step
from rollovers.reviews.views.findings import show_stored_findings


@require_GET
def letter_page(request: AdvisorRequest, letter_id: int) -> HttpResponse:
    firm = request.user.firm
    case = get_or_404(open_case, firm=firm, letter_id=letter_id)
    letter = case.letter
    evidence = list_evidence(firm=firm, letter=letter)
    context = {
        "letter": letter,
        "case": case,
        "today": localdate(),
        "compared": compare_payment(letter=letter, payment=case.payment) if case.payment else [],
        "documents": list_documents(firm=firm, letter=letter),
        "evidence": evidence,
        "trail": _list_trail(case),
        "changed": find_changed_facts(letters=[letter]).get(letter.pk, []),
        "findings": show_stored_findings(letter=letter),
        "whose": write_whose(plan=letter.request.plan, participant=letter.request.participant),
        "opened": request.GET.get("explained") == "all",
        "tax_year": (case.payment.payment_date if case.payment else letter.request.payment_date).year,
    }
    return render(request, "cases/letter_page.html", context)


def _list_trail(case: Case) -> list[tuple[CaseEvent, str]]:
    """Return each event with what it is called: a later payment corrects the one before it."""
    paid = [event.pk for event in case.events if event.step == Step.PAID]
    return [
        (event, "Payment corrected" if event.pk in paid[1:] else event.get_step_display())
        for event in case.events
    ]


@require_GET
def letter_pdf(request: AdvisorRequest, letter_id: int) -> HttpResponse:
    letter = get_or_404(get_letter, firm=request.user.firm, letter_id=letter_id)
    pdf = read_letter_pdf(firm=request.user.firm, letter_id=letter_id)
    response = HttpResponse(pdf, content_type="application/pdf")
    # The name is made of the reference alone: nothing that anybody typed.
    response["Content-Disposition"] = f'attachment; filename="{letter.reference}.pdf"'
    return response
