"""Form 8606 of a client: all IRAs as one contract, by both routes, and the cure."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from advisors.requests import AdvisorRequest
from clients.queries import get_client, list_ira_balances
from clients.views.pages import get_or_404
from law.ira import THREE_DECIMALS_NOTE
from rollovers.reviews.iras import list_ira_years, read_acceptance, review_iras
from rollovers.reviews.queries import list_client_facts


@require_GET
def form_8606_page(request: AdvisorRequest, client_id: int) -> HttpResponse:
    firm = request.user.firm
    client = get_or_404(get_client, firm=firm, client_id=client_id)
    balances = list(list_ira_balances(firm=firm, client=client))
    years = list_ira_years(balances=balances)
    asked = request.GET.get("year", "")
    # A year that is not on record shows the latest one: the page names the years that are.
    year = next((year for year in years if str(year) == asked), years[0] if years else None)
    review = (
        review_iras(
            balances=balances,
            year=year,
            accepted=read_acceptance(plans=list_client_facts(firm=firm, client=client)),
            today=timezone.localdate(),
        )
        if year
        else None
    )
    context = {"client": client, "years": years, "review": review, "three_decimals": THREE_DECIMALS_NOTE}
    return render(request, "reviews/form_8606_page.html", context)
