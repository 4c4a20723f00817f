from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients import queries
from clients.forms.corrections import save_or_explain
from clients.forms.statements import StatementForm
from clients.models import SubaccountStatement
from clients.views.pages import (
    get_or_404,
    get_participant_or_404,
    go_on,
    read_post,
    render_form,
    write_whose,
)
from law.dates import write_date


@require_http_methods(["GET", "POST"])
@writer_required
def statement_new(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    plan = get_or_404(queries.get_plan, firm=request.user.firm, plan_id=plan_id)
    participant = get_participant_or_404(request, plan=plan)
    subaccount = queries.find_subaccount(firm=request.user.firm, plan=plan, participant=participant)
    if subaccount is None:
        messages.warning(request, "Name the after-tax sub-account first; its statements follow.")
        return redirect("plan_edit", plan.pk)
    statement = SubaccountStatement(firm=request.user.firm, subaccount=subaccount)
    return _handle(request, statement, whose=write_whose(plan=plan, participant=participant))


@require_http_methods(["GET", "POST"])
@writer_required
def statement_edit(request: AdvisorRequest, statement_id: int) -> HttpResponse:
    statement = get_or_404(queries.get_statement, firm=request.user.firm, statement_id=statement_id)
    return _handle(request, statement, name=_name(statement))


def _handle(
    request: AdvisorRequest, statement: SubaccountStatement, *, name: str = "", whose: str = ""
) -> HttpResponse:
    subaccount = statement.subaccount
    form = StatementForm(read_post(request), instance=statement, today=localdate())
    if form.is_bound and form.is_valid() and save_or_explain(form=form):
        return go_on(
            request,
            said=f"The {_name(statement)} is saved.",
            client_id=subaccount.participant_id,
            next_step=("rollover_new", subaccount.plan_id),
            whose=whose,
        )
    context = {
        "form": form,
        "plan": subaccount.plan,
        "client": subaccount.participant,
        "subaccount": subaccount,
        "name": name,
        "whose": whose,
    }
    return render_form(request, "clients/statement_form.html", context)


def _name(statement: SubaccountStatement) -> str:
    return f"statement of {write_date(statement.statement_date)}"
