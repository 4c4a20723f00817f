"""The sample firm's sign-in: known to all, so it exists only where the site is local."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from advisors.models import Firm

SAMPLE_FIRM_NAME = "Sample Firm"
SAMPLE_EMAIL = "owner@sample.example"
SAMPLE_PASSWORD = "explore-the-sample"  # noqa: S105 printed at the sign-in page, on a local site only


def offer_sample_sign_in(request: HttpRequest) -> dict[str, Any]:
    """Return the sample sign-in for the sign-in page of a local site that has the sample firm."""
    if not settings.LOCAL or request.path != reverse("account_login"):
        return {}
    if not Firm.objects.filter(is_sample=True).exists():
        return {}
    return {"sample_sign_in": {"email": SAMPLE_EMAIL, "password": SAMPLE_PASSWORD}}
