from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients import queries
from clients.forms.clients import ClientForm
from clients.forms.corrections import save_or_explain
from clients.models import Client
from clients.views.pages import get_or_404, go_on, read_post, render_form

CLIENTS_A_PAGE = 50


@require_GET
def client_list(request: AdvisorRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    clients = queries.find_clients(firm=request.user.firm, text=text)
    page = Paginator(clients, CLIENTS_A_PAGE).get_page(request.GET.get("page"))
    asks_for_fragment = request.htmx and request.htmx.target == "client_results"
    template = "clients/_client_results.html" if asks_for_fragment else "clients/client_list.html"
    return render(request, template, {"page": page, "text": text})


@require_http_methods(["GET", "POST"])
@writer_required
def client_new(request: AdvisorRequest) -> HttpResponse:
    return _handle(request, Client(firm=request.user.firm))


@require_http_methods(["GET", "POST"])
@writer_required
def client_edit(request: AdvisorRequest, client_id: int) -> HttpResponse:
    return _handle(request, get_or_404(queries.get_client, firm=request.user.firm, client_id=client_id))


def _handle(request: AdvisorRequest, client: Client) -> HttpResponse:
    # A refused form changes the client in memory: the heading is the stored name.
    name = client.legal_name
    form = ClientForm(read_post(request), instance=client, today=localdate())
    if form.is_bound and form.is_valid() and save_or_explain(form=form):
        return go_on(
            request,
            said=f"{client.legal_name} is saved.",
            client_id=client.pk,
            next_step=("plan_new", client.pk),
        )
    return render_form(request, "clients/client_form.html", {"form": form, "client": client, "name": name})
