"""How people sign in: through django-allauth, and only people whom a firm's owner has added."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class FirmAccountAdapter(DefaultAccountAdapter):
    """There is no sign-up: nobody joins a firm on their own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
