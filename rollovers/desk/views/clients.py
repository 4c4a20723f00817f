"""The client page: plans, years, room, statement, findings and the next step on one screen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from advisors.requests import AdvisorRequest
from clients.queries import get_client, list_ira_balances, list_participants
from clients.views.pages import get_or_404
from rollovers.desk.plans import review_plan
from rollovers.evidence.cases import read_cases
from rollovers.evidence.queries.changes import find_changed_facts
from rollovers.evidence.queries.letters import list_letters
from rollovers.evidence.queries.lives import list_lives
from rollovers.issuing.queries.drafts import list_drafts_of_client
from rollovers.reviews.queries import list_client_facts
from rollovers.reviews.views.findings import link_findings


@require_GET
def client_page(request: AdvisorRequest, client_id: int) -> HttpResponse:
    firm = request.user.firm
    client = get_or_404(get_client, firm=firm, client_id=client_id)
    today = timezone.localdate()
    reviews = [review_plan(facts=facts, today=today) for facts in list_client_facts(firm=firm, client=client)]
    letters = list(list_lives(firm=firm, letters=list_letters(firm=firm).filter(request__participant=client)))
    context = {
        "client": client,
        "plans": [
            (
                each,
                link_findings(findings=each.findings, facts=each.facts),
                list_participants(firm=firm, plan=each.facts.plan),
            )
            for each in reviews
        ],
        "today": today,
        "drafts": list_drafts_of_client(firm=firm, client=client),
        "letters": letters,
        "cases": read_cases(letters=letters),
        "stale": find_changed_facts(letters=letters),
        "ira_balances": list_ira_balances(firm=firm, client=client),
    }
    return render(request, "desk/client_page.html", context)
