"""What is issued and what came of it, to look at: the database refuses a change anywhere.

And what an owner of the firm enters: limits that are not shipped, and the firm's own words.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import localdate  # noqa: TID251 - the admin is made of views

from advisors.admin import FirmScopedAdmin
from advisors.fields import TextField
from rollovers.cases.forms.received_forms import ReceivedFormForm
from rollovers.letters.texts import LetterRefused
from rollovers.letters.wording import check_wording
from rollovers.models import (
    Batch,
    BatchItem,
    CaseEvent,
    Disbursement,
    EnteredLimit,
    Evidence,
    Letter,
    LetterDocument,
    PaidDisbursement,
    Payment,
    ReceivedForm,
    RolloverDraft,
    RolloverRequest,
    Slot,
    StatementAcknowledgement,
    Wording,
)
from rollovers.reviews.forms.entered_limits import EnteredLimitForm


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
    exclude = ["pdf", "inputs"]  # the inputs hold account numbers as they are encrypted


@admin.register(RolloverRequest)
class RolloverRequestAdmin(IssuedAdmin):
    list_display = ["__str__", "participant", "plan", "way", "distribution", "payment_date"]
    search_fields = ["participant__legal_name", "letter__reference"]
    list_select_related = ["participant", "plan"]


@admin.register(Disbursement)
class DisbursementAdmin(IssuedAdmin):
    list_display = ["__str__", "request", "amount", "pretax", "after_tax"]
    search_fields = ["payee", "account_title"]


@admin.register(CaseEvent)
class CaseEventAdmin(IssuedAdmin):
    list_display = ["position", "letter", "step", "step_date", "note", "recorded_by", "recorded_at"]
    list_filter = ["step"]
    search_fields = ["letter__reference", "letter__request__participant__legal_name", "note"]
    list_select_related = ["letter", "recorded_by"]


@admin.register(LetterDocument)
class LetterDocumentAdmin(IssuedAdmin):
    list_display = ["letter", "kind", "pdf_sha256"]
    list_filter = ["kind"]
    search_fields = ["letter__reference", "letter__request__participant__legal_name"]
    list_select_related = ["letter"]
    exclude = ["pdf"]


@admin.register(Payment)
class PaymentAdmin(IssuedAdmin):
    list_display = ["payment_date", "letter", "distribution", "after_tax", "pretax", "recorded_by"]
    search_fields = ["letter__reference", "letter__request__participant__legal_name"]
    list_select_related = ["letter", "recorded_by"]


@admin.register(PaidDisbursement)
class PaidDisbursementAdmin(IssuedAdmin):
    list_display = ["payment", "disbursement", "amount", "pretax", "after_tax"]
    search_fields = ["payment__letter__reference", "disbursement__payee"]
    list_select_related = ["payment", "disbursement"]


@admin.register(Evidence)
class EvidenceAdmin(IssuedAdmin):
    list_display = ["title", "letter", "media_type", "added_by", "added_at"]
    search_fields = ["title", "letter__reference", "letter__request__participant__legal_name"]
    list_select_related = ["letter", "added_by"]
    exclude = ["content"]


@admin.register(RolloverDraft)
class RolloverDraftAdmin(IssuedAdmin):
    list_display = ["__str__", "plan", "payment_date", "saved_by", "saved_at"]
    search_fields = ["participant__legal_name", "plan__name"]
    list_select_related = ["participant", "plan", "saved_by"]
    exclude = ["values"]


@admin.register(Batch)
class BatchAdmin(IssuedAdmin):
    list_display = ["__str__", "way", "letter_date", "created_by", "created_at"]
    search_fields = ["created_by__full_name"]
    list_select_related = ["created_by"]


@admin.register(BatchItem)
class BatchItemAdmin(IssuedAdmin):
    list_display = ["batch", "position", "participant", "plan", "state", "letter"]
    list_filter = ["state"]
    search_fields = ["participant__legal_name", "plan__name", "letter__reference"]
    list_select_related = ["batch", "participant", "plan", "letter"]


class OwnersAdmin(FirmScopedAdmin):
    """An admin of what an owner of the firm enters, and the others read."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_owner and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_owner and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_owner and super().has_delete_permission(request, obj)


class WordingForm(forms.ModelForm):
    """The firm's own words for one marked place of its letters; refused is what only the letter itself may say."""

    text = TextField(max_length=300)

    class Meta:
        model = Wording
        fields = ["slot", "text"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if {"slot", "text"} <= self.cleaned_data.keys():
            try:
                check_wording(slot=Slot(self.cleaned_data["slot"]), text=self.cleaned_data["text"])
            except LetterRefused as error:
                self.add_error("text", f"{error}.")
        return self.cleaned_data


@admin.register(Wording)
class WordingAdmin(OwnersAdmin):
    """The firm's own words in its letters, as on their page."""

    form = WordingForm
    fields = ["slot", "text"]
    list_display = ["slot", "text"]
    list_filter = ["slot"]
    search_fields = ["text"]


@admin.register(EnteredLimit)
class EnteredLimitAdmin(OwnersAdmin):
    """Figures from law that the project does not ship yet."""

    form = EnteredLimitForm
    fields = ["kind", "year", "amount", "source"]
    list_display = ["kind", "year", "amount", "source"]
    list_filter = ["kind", "year"]
    search_fields = ["source"]

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
