"""The request as every view behind the sign-in sees it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from advisors.models import Advisor


class AdvisorRequest(HttpRequest):
    """A request of a signed-in person; LoginRequiredMiddleware lets no other through."""

    user: Advisor
    htmx: HtmxDetails
