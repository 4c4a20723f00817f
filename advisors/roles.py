"""Who may do what inside a firm: three roles, plain functions."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from advisors.requests import AdvisorRequest

View = Callable[..., HttpResponse]


def writer_required(view: View) -> View:
    """Answer 403 to a read-only colleague."""

    @wraps(view)
    def guarded(request: AdvisorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.may_write:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def owner_required(view: View) -> View:
    """Answer 403 to everyone but the firm's owners."""

    @wraps(view)
    def guarded(request: AdvisorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_owner:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
