"""The firm's own words for the marked places of its letters."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import owner_required
from rollovers.issuing.forms.wording import WordingForm
from rollovers.issuing.queries.wording import get_wording
from rollovers.letters.wording import NOTE_LEAD


@require_http_methods(["GET", "POST"])
@owner_required
def wording_edit(request: AdvisorRequest) -> HttpResponse:
    firm = request.user.firm
    form = WordingForm(request.POST or None, firm=firm, initial=get_wording(firm=firm))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "The wording is saved. Letters already issued stay as they are.")
        return redirect("wording_edit")
    context = {"form": form, "note_lead": NOTE_LEAD}
    return render(request, "issuing/wording_edit.html", context, status=422 if form.errors else 200)
