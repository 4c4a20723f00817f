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


@require_http_methods(["GET", "POST"])
@writer_required
def statement_new(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    plan = get_or_404(queries.get_plan, firm=request.user.firm, plan_id=plan_id)
    participant = get_participant_or_404(request, plan=plan)
    whose = write_whose(plan=plan, participant=participant)
    subaccount = queries.find_subaccount(firm=request.user.firm, plan=plan, participant=participant)
    if subaccount is None:
        messages.warning(request, "Name the after-tax sub-account first; its statements follow.")
        return redirect("plan_edit", plan.pk)
    statement = SubaccountStatement(firm=request.user.firm, subaccount=subaccount)
    form = StatementForm(read_post(request), instance=statement, today=localdate())
    if form.is_bound and form.is_valid() and save_or_explain(form=form):
        return go_on(
            request,
            said=_say_saved(statement),
            client_id=participant.pk,
            next_step=("rollover_new", plan.pk),
            whose=whose,
        )
    context = {"form": form, "plan": plan, "client": participant, "subaccount": subaccount, "whose": whose}
    return render_form(request, "clients/statement_new.html", context)


@require_http_methods(["GET", "POST"])
@writer_required
def statement_edit(request: AdvisorRequest, statement_id: int) -> HttpResponse:
    statement = get_or_404(queries.get_statement, firm=request.user.firm, statement_id=statement_id)
    subaccount, date = statement.subaccount, statement.statement_date
    plan = subaccount.plan
    form = StatementForm(read_post(request), instance=statement, today=localdate())
    if form.is_bound and form.is_valid() and save_or_explain(form=form):
        return go_on(request, said=_say_saved(statement), client_id=subaccount.participant_id)
    context = {
        "form": form,
        "plan": plan,
        "client": subaccount.participant,
        "subaccount": subaccount,
        "statement": statement,
        "date": date,
    }
    return render_form(request, "clients/statement_edit.html", context)


def _say_saved(statement: SubaccountStatement) -> str:
    return f"The statement of {statement.statement_date:%m/%d/%Y} is saved."
