"""What holds for every request: one firm's scope, private answers, storable text."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils.cache import patch_vary_headers
from django_scopes import scope

GetResponse = Callable[[HttpRequest], HttpResponse]


def scope_to_firm(get_response: GetResponse) -> GetResponse:
    """Run the view inside the scope of the signed-in person's firm; without one, no firm's row can be read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        with scope(firm=request.user.firm):
            response = get_response(request)
            # A template rendered after the scope has closed could not read its rows.
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response.render()
            return response

    return middleware


def keep_private(get_response: GetResponse) -> GetResponse:
    """Let no browser or proxy keep a page of a signed-in person, nor mistake a fragment for a page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        patch_vary_headers(response, ["HX-Request", "Cookie"])
        if request.user.is_authenticated or request.path.startswith("/accounts/"):
            response["Cache-Control"] = "no-store, private"
        return response

    return middleware


def refuse_unstorable_text(get_response: GetResponse) -> GetResponse:
    """Answer 400 to a path or query with NUL or a lone surrogate, which PostgreSQL cannot take."""

    def middleware(request: HttpRequest) -> HttpResponse:
        texts = [request.path_info, *request.GET.keys(), *(v for vs in request.GET.lists() for v in vs[1])]
        if any("\x00" in text or (not text.isprintable() and _has_surrogate(text)) for text in texts):
            raise BadRequest("The address carries characters that cannot be stored.")
        return get_response(request)

    return middleware


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
