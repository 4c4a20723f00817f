from django.http import HttpResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients import queries
from clients.forms.corrections import save_or_explain
from clients.forms.years import YearForm
from clients.models import ContributionRecord
from clients.views.pages import (
    get_or_404,
    get_participant_or_404,
    go_on,
    read_post,
    render_form,
    write_whose,
)


@require_http_methods(["GET", "POST"])
@writer_required
def year_new(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    plan = get_or_404(queries.get_plan, firm=request.user.firm, plan_id=plan_id)
    participant = get_participant_or_404(request, plan=plan)
    record = ContributionRecord(firm=request.user.firm, plan=plan, participant=participant)
    return _handle(request, record, whose=write_whose(plan=plan, participant=participant))


@require_http_methods(["GET", "POST"])
@writer_required
def year_edit(request: AdvisorRequest, year_id: int) -> HttpResponse:
    record = get_or_404(queries.get_contribution_record, firm=request.user.firm, year_id=year_id)
    return _handle(request, record, name=str(record.year))


def _handle(
    request: AdvisorRequest, record: ContributionRecord, *, name: str = "", whose: str = ""
) -> HttpResponse:
    plan = record.plan
    form = YearForm(read_post(request), instance=record, today=localdate())
    if form.is_bound and form.is_valid() and save_or_explain(form=form):
        return go_on(
            request,
            said=f"The year {record.year} is saved.",
            client_id=record.participant_id,
            next_step=("statement_new", plan.pk),
            whose=whose,
        )
    context = {"form": form, "plan": plan, "client": record.participant, "name": name, "whose": whose}
    return render_form(request, "clients/year_form.html", context)
