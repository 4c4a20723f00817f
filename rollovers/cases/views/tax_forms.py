"""What the tax forms of a letter should say, and the forms that came."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients.forms.corrections import save_or_explain
from clients.views.pages import get_or_404, read_post, render_form
from law import roth_ira, tax_forms
from rollovers.cases.forms.received_forms import ReceivedFormForm
from rollovers.cases.queries import get_received_form
from rollovers.cases.tax_forms import gather_tax_forms
from rollovers.evidence.queries.letters import get_letter
from rollovers.models import ReceivedForm
from rollovers.reviews.views.ledgers import write_payment_address


@require_GET
def tax_forms_page(request: AdvisorRequest, letter_id: int) -> HttpResponse:
    letter = get_or_404(get_letter, firm=request.user.firm, letter_id=letter_id)
    tax = gather_tax_forms(firm=request.user.firm, letter=letter)
    context = {
        "letter": letter,
        "tax": tax,
        "reporting": tax_forms,
        "roth_ira": roth_ira,
        "movement_url": reverse("payment_new", args=[letter.pk])
        if tax.expected.is_of_paid_legs
        else write_payment_address(rollover=letter.request),
        "assets_url": reverse("plan_assets_new", args=[letter.request.plan_id]),
    }
    return render(request, "cases/tax_forms_page.html", context)


@require_http_methods(["GET", "POST"])
@writer_required
def received_form_new(request: AdvisorRequest, letter_id: int) -> HttpResponse:
    letter = get_or_404(get_letter, firm=request.user.firm, letter_id=letter_id)
    return _handle(request, ReceivedForm(firm=request.user.firm, letter=letter), name="")


@require_http_methods(["GET", "POST"])
@writer_required
def received_form_edit(request: AdvisorRequest, received_form_id: int) -> HttpResponse:
    received = get_or_404(get_received_form, firm=request.user.firm, received_form_id=received_form_id)
    return _handle(request, received, name=str(received))


def _handle(request: AdvisorRequest, received: ReceivedForm, *, name: str) -> HttpResponse:
    form = ReceivedFormForm(read_post(request), instance=received, today=localdate())
    if form.is_bound and form.is_valid() and save_or_explain(form=form):
        messages.success(request, f"The {received} is saved.")
        return redirect("tax_forms_page", received.letter_id)
    context = {"form": form, "letter": received.letter, "name": name}
    return render_form(request, "cases/received_form.html", context)
