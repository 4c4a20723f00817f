"""Issued letters in the admin: to look at. Nobody changes one here, and the database refuses it anywhere else."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from advisors.admin import FirmScopedAdmin
from rollovers.models import Disbursement, Letter, RolloverRequest


class IssuedAdmin(FirmScopedAdmin):
    """An admin that only shows."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Letter)
class LetterAdmin(IssuedAdmin):
    list_display = ["reference", "letter_date", "request", "issued_by", "issued_at"]
    search_fields = ["reference", "request__participant__legal_name"]
    list_select_related = ["request", "issued_by"]
    exclude = ["pdf"]


@admin.register(RolloverRequest)
class RolloverRequestAdmin(IssuedAdmin):
    list_display = ["__str__", "participant", "plan", "way", "distribution", "payment_date"]
    search_fields = ["participant__legal_name", "letter__reference"]
    list_select_related = ["participant", "plan"]


@admin.register(Disbursement)
class DisbursementAdmin(IssuedAdmin):
    list_display = ["__str__", "request", "amount", "pretax", "after_tax"]
    search_fields = ["payee", "account_title"]
