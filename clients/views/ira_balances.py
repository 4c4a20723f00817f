from django.http import HttpResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients import queries
from clients.forms.corrections import save_or_explain
from clients.forms.ira_balances import IraBalanceForm
from clients.models import IraBalance
from clients.views.pages import get_or_404, go_on, read_post, render_form


@require_http_methods(["GET", "POST"])
@writer_required
def ira_balance_new(request: AdvisorRequest, client_id: int) -> HttpResponse:
    client = get_or_404(queries.get_client, firm=request.user.firm, client_id=client_id)
    return _handle(request, IraBalance(firm=request.user.firm, client=client), name="")


@require_http_methods(["GET", "POST"])
@writer_required
def ira_balance_edit(request: AdvisorRequest, ira_balance_id: int) -> HttpResponse:
    balance = get_or_404(queries.get_ira_balance, firm=request.user.firm, ira_balance_id=ira_balance_id)
    return _handle(request, balance, name=str(balance))


def _handle(request: AdvisorRequest, balance: IraBalance, *, name: str) -> HttpResponse:
    form = IraBalanceForm(read_post(request), instance=balance, today=localdate())
    if form.is_bound and form.is_valid() and save_or_explain(form=form):
        said = f"The {balance.get_kind_display()} of {balance.year} is saved."
        return go_on(request, said=said, client_id=balance.client_id)
    context = {"form": form, "client": balance.client, "name": name}
    return render_form(request, "clients/ira_balance_form.html", context)
