"""A draft is opened on the rollover page, as `?draft=`; here it is thrown away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients.views.pages import get_or_404
from rollovers.issuing.drafts import discard_draft
from rollovers.issuing.queries.drafts import get_draft


@require_POST
@writer_required
def draft_delete(request: AdvisorRequest, draft_id: int) -> HttpResponse:
    firm = request.user.firm
    draft = get_or_404(get_draft, firm=firm, draft_id=draft_id)
    discard_draft(firm=firm, draft=draft)
    messages.success(request, "The draft is discarded.")
    return redirect("client_page", draft.participant_id)
