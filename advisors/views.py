"""The site itself: its front door, the firm's letterhead, what the product is and is not."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from advisors.forms import FirmForm
from advisors.models import Firm
from advisors.requests import AdvisorRequest
from advisors.roles import owner_required


@require_GET
def home(request: AdvisorRequest) -> HttpResponse:
    return redirect("work_list")


@require_GET
def about(request: AdvisorRequest) -> HttpResponse:
    return render(request, "advisors/about.html")


@require_http_methods(["GET", "POST"])
@owner_required
def firm_edit(request: AdvisorRequest) -> HttpResponse:
    form = FirmForm(request.POST or None, request.FILES or None, instance=request.user.firm)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "The firm is saved.")
        return redirect("firm_edit")
    # A refused form has already changed the firm in memory; the page's frame shows it as it is stored.
    request.user.firm = Firm.objects.get(pk=request.user.firm_id)
    return render(request, "advisors/firm_edit.html", {"form": form})


@require_GET
def firm_logo(request: AdvisorRequest) -> HttpResponse:
    firm = request.user.firm
    if not firm.letterhead_logo:
        raise Http404
    return HttpResponse(bytes(firm.letterhead_logo), content_type=firm.logo_media_type)


@require_GET
@login_not_required
def healthz(request: AdvisorRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
