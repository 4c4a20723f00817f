"""What every page of a fact does the same way: what is not the firm's is not found; after a save, go on."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from advisors.requests import AdvisorRequest

Fact = TypeVar("Fact")


def get_or_404(query: Callable[..., Fact], **keys: Any) -> Fact:
    """Return what the query finds. Raises the same Http404 for an unknown id and for another firm's."""
    try:
        return query(**keys)
    except ObjectDoesNotExist:
        raise Http404 from None


def read_post(request: AdvisorRequest) -> Any:
    """Return what was posted, be it empty, or None: a form is then unbound."""
    return request.POST if request.method == "POST" else None


def render_form(request: AdvisorRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render a page with its form; 422 where what was posted is refused."""
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def go_on(
    request: AdvisorRequest, *, said: str, client_id: int, next_step: tuple[str, int] | None = None
) -> HttpResponse:
    """Say what was saved and redirect to the client's page, or to the next step if that button was pressed.

    `next_step` is a URL name and its id.
    """
    messages.success(request, said)
    if next_step and request.POST.get("then") == next_step[0]:
        return redirect(*next_step)
    return redirect("client_page", client_id)
