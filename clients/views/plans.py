from django.http import HttpResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients import queries
from clients.forms.corrections import save_or_explain
from clients.forms.plans import PlanPageForms
from clients.views.pages import (
    get_or_404,
    go_on,
    read_participant_id,
    read_post,
    render_form,
    write_whose,
)


@require_http_methods(["GET", "POST"])
@writer_required
def plan_new(request: AdvisorRequest, client_id: int) -> HttpResponse:
    client = get_or_404(queries.get_client, firm=request.user.firm, client_id=client_id)
    return _handle(request, queries.open_plan_papers(firm=request.user.firm, client=client))


@require_http_methods(["GET", "POST"])
@writer_required
def plan_edit(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    papers = get_or_404(
        queries.get_plan_with_facts,
        firm=request.user.firm,
        plan_id=plan_id,
        participant_id=read_participant_id(request),
    )
    return _handle(request, papers, whose=write_whose(plan=papers.plan, participant=papers.client))


def _handle(request: AdvisorRequest, papers: queries.PlanPapers, *, whose: str = "") -> HttpResponse:
    # A refused form changes the plan in memory: its heading is the stored name.
    name = papers.plan.name
    forms = PlanPageForms(
        data=read_post(request), papers=papers, today=localdate(), verifier=request.user.full_name
    )
    if request.method == "POST" and forms.is_valid() and save_or_explain(form=forms):
        plan = papers.plan
        return go_on(
            request,
            said=f"{plan.name} is saved.",
            client_id=papers.client.pk,
            next_step=("year_new", plan.pk),
        )
    context = {
        "form": forms.plan,
        "subaccount_form": forms.subaccount,
        "evidence_form": forms.evidence,
        "provision_forms": forms.provisions,
        "formsets": [forms.rest],
        "client": papers.client,
        "name": name,
        "whose": whose,
    }
    return render_form(request, "clients/plan_form.html", context)
