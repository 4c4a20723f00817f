from django.http import HttpResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients import queries
from clients.forms.corrections import save_or_explain
from clients.forms.participants import ParticipantPageForms
from clients.views.pages import get_or_404, go_on, read_post, render_form, write_whose


@require_http_methods(["GET", "POST"])
@writer_required
def participant_new(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    plan = get_or_404(queries.get_plan, firm=request.user.firm, plan_id=plan_id)
    forms = ParticipantPageForms(data=read_post(request), plan=plan, today=localdate())
    if request.method == "POST" and forms.is_valid() and save_or_explain(form=forms):
        participant = forms.subaccount.instance.participant
        return go_on(
            request,
            said=f"{participant.legal_name} takes part in {plan.name}.",
            client_id=participant.pk,
            next_step=("year_new", plan.pk),
            whose=write_whose(plan=plan, participant=participant),
        )
    context = {
        "form": forms.choice,
        "person_form": forms.person,
        "subaccount_form": forms.subaccount,
        "formsets": [forms.rest],
        "plan": plan,
        "client": plan.client,
    }
    return render_form(request, "clients/participant_new.html", context)
