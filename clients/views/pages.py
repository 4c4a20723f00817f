"""What every page of a fact does the same way: what is not the firm's is not found; after a save, go on."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from advisors.requests import AdvisorRequest
from clients import queries
from clients.models import Client, Plan

Fact = TypeVar("Fact")


def get_or_404(query: Callable[..., Fact], **keys: Any) -> Fact:
    """Return what the query finds. Raises the same Http404 for an unknown id and for another firm's."""
    try:
        return query(**keys)
    except ObjectDoesNotExist:
        raise Http404 from None


def get_participant_or_404(request: AdvisorRequest, *, plan: Plan) -> Client:
    """Return whom of the plan the page is about: `?participant=`, or the plan's own client.

    Raises Http404 for who takes no part in the plan, and for what is no id.
    """
    return get_or_404(
        queries.get_participant,
        firm=request.user.firm,
        plan=plan,
        participant_id=read_participant_id(request),
    )


def read_participant_id(request: AdvisorRequest) -> int | None:
    """Return the id in `?participant=`, None where there is none. Raises Http404 for what is no id."""
    text = request.GET.get("participant")
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise Http404
    return int(text)


def write_whose(*, plan: Plan, participant: Client) -> str:
    """Return what an address of the plan's pages adds to speak of `participant`: nothing for its own client."""
    return "" if participant.pk == plan.client_id else f"?participant={participant.pk}"


def read_post(request: AdvisorRequest) -> Any:
    """Return what was posted, be it empty, or None: a form is then unbound."""
    return request.POST if request.method == "POST" else None


def render_form(request: AdvisorRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page with its form; 422 where what was posted is refused."""
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def go_on(
    request: AdvisorRequest,
    *,
    said: str,
    client_id: int,
    next_step: tuple[str, int] | None = None,
    whose: str = "",
) -> HttpResponse:
    """Say what was saved and redirect to the client's page, or to the next step if that button was pressed.

    `next_step` is a URL name and its id; `whose` is its query, where it is not about the plan's own client.
    """
    messages.success(request, said)
    if next_step and request.POST.get("then") == next_step[0]:
        name, key = next_step
        return redirect(reverse(name, args=[key]) + whose)
    return redirect("client_page", client_id)
