"""What is issued, to look at: the database refuses a change anywhere. And the limits that a firm enters itself."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import localdate  # noqa: TID251 - the admin is made of views

from advisors.admin import FirmScopedAdmin
from rollovers.forms import EnteredLimitForm, ReceivedFormForm
from rollovers.models import (
    Disbursement,
    EnteredLimit,
    Letter,
    ReceivedForm,
    RolloverRequest,
    StatementAcknowledgement,
)


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


@admin.register(EnteredLimit)
class EnteredLimitAdmin(FirmScopedAdmin):
    """Figures from law that the project does not ship yet: an owner of the firm enters them, the others read them."""

    form = EnteredLimitForm
    fields = ["kind", "year", "amount", "source"]
    list_display = ["kind", "year", "amount", "source"]
    list_filter = ["kind", "year"]
    search_fields = ["source"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_owner and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_owner and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_owner and super().has_delete_permission(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.firm = request.user.firm
        return form


@admin.register(StatementAcknowledgement)
class StatementAcknowledgementAdmin(IssuedAdmin):
    list_display = ["statement", "basis_difference", "reason", "acknowledged_by", "acknowledged_at"]
    search_fields = ["reason", "statement__subaccount__participant__legal_name"]
    list_select_related = ["statement", "acknowledged_by"]


@admin.register(ReceivedForm)
class ReceivedFormAdmin(FirmScopedAdmin):
    """Tax forms that came: a slip of the pen is put right here as on their page."""

    form = ReceivedFormForm
    fields = ["letter", *ReceivedFormForm.Meta.fields]
    list_display = ["__str__", "letter", "gross", "code", "received_date"]
    list_filter = ["kind"]
    search_fields = ["payer", "letter__reference"]
    list_select_related = ["letter"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.today = localdate()
        return form
