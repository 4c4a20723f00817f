from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients import queries
from clients.forms.corrections import save_or_explain
from clients.forms.movements import MovementForm
from clients.models import SubaccountMovement
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
def movement_new(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    firm = request.user.firm
    plan = get_or_404(queries.get_plan, firm=firm, plan_id=plan_id)
    participant = get_participant_or_404(request, plan=plan)
    subaccount = queries.find_subaccount(firm=firm, plan=plan, participant=participant)
    if subaccount is None:
        messages.warning(request, "Name the after-tax sub-account first; its movements follow.")
        return redirect("plan_edit", plan.pk)
    movement = SubaccountMovement(firm=firm, subaccount=subaccount)
    return _handle(request, movement, whose=write_whose(plan=plan, participant=participant))


@require_http_methods(["GET", "POST"])
@writer_required
def movement_edit(request: AdvisorRequest, movement_id: int) -> HttpResponse:
    movement = get_or_404(queries.get_movement, firm=request.user.firm, movement_id=movement_id)
    return _handle(request, movement, name=_name(movement))


def _handle(
    request: AdvisorRequest, movement: SubaccountMovement, *, name: str = "", whose: str = ""
) -> HttpResponse:
    subaccount = movement.subaccount
    form = MovementForm(
        read_post(request),
        instance=movement,
        today=localdate(),
        prefilled={} if name else request.GET.dict(),
    )
    if form.is_bound and form.is_valid() and save_or_explain(form=form):
        return go_on(
            request,
            said=f"The {_name(movement)} is saved.",
            client_id=subaccount.participant_id,
            next_step=("movement_new", subaccount.plan_id),
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
    return render_form(request, "clients/movement_form.html", context)


def _name(movement: SubaccountMovement) -> str:
    kind = movement.get_kind_display()
    return f"{kind[0].lower()}{kind[1:]} of {write_date(movement.movement_date)}"
