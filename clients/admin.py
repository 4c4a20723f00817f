"""Data fixes to facts, through the same careful forms as the pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate  # noqa: TID251 - the admin is made of views

from advisors.admin import FirmScopedAdmin
from clients import queries
from clients.forms.clients import ClientForm
from clients.forms.corrections import CorrectionForm, explain_refusal
from clients.forms.ira_balances import IraBalanceForm
from clients.forms.movements import MovementForm
from clients.forms.plan_assets import PlanAssetsForm
from clients.forms.plans import PlanFactsForm, ProvisionForm, SubaccountForm
from clients.forms.statements import StatementForm
from clients.forms.years import ContributionRecordForm
from clients.models import (
    Client,
    ContributionRecord,
    IraBalance,
    Plan,
    PlanAssets,
    PlanProvision,
    Subaccount,
    SubaccountMovement,
    SubaccountStatement,
)


class FactAdmin(FirmScopedAdmin):
    """The admin of a fact: where a letter rests on it, a change asks for its reason, and deleting is refused."""

    form: type[CorrectionForm]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        may_correct = obj is not None and self.has_change_permission(request, obj)
        if may_correct and queries.list_reliances(facts=[obj]).exists():
            return [*fields, "reason"]
        return fields

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.today = localdate()
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with form.explain():
            super().save_model(request, obj, form, change)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._say_refusal(request, super().changeform_view, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._say_refusal(request, super().delete_view, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._say_refusal(request, super().changelist_view, *args, **kwargs)

    def _say_refusal(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Answer with what the view answers; where the database refuses its writing, say why on the same page."""
        try:
            with transaction.atomic():
                return view(request, *args, **kwargs)
        except IntegrityError as error:
            message = explain_refusal(error=error)
            if message is None:
                raise
            self.message_user(request, message, messages.ERROR)
            return redirect(request.get_full_path())


@admin.register(Client)
class ClientAdmin(FactAdmin):
    form = ClientForm
    fields = tuple(ClientForm.Meta.fields)
    list_display = ["legal_name", "birth_date", "state", "filing_status"]
    list_filter = ["filing_status", "plans_backdoor"]
    search_fields = ["legal_name", "city"]


@admin.register(Plan)
class PlanAdmin(FactAdmin):
    form = PlanFactsForm
    fields = ["client", *PlanFactsForm.Meta.fields]
    autocomplete_fields = ["client"]
    list_display = ["name", "client", "ein", "business_form", "custodian_name"]
    list_filter = ["business_form"]
    list_select_related = ["client"]
    search_fields = ["name", "ein", "client__legal_name"]


@admin.register(Subaccount)
class SubaccountAdmin(FactAdmin):
    form = SubaccountForm
    fields = ["plan", "participant", *SubaccountForm.Meta.fields]
    autocomplete_fields = ["plan", "participant"]
    list_display = ["title", "plan", "participant"]
    list_select_related = ["plan", "participant"]
    search_fields = ["title", "plan__name", "participant__legal_name"]


@admin.register(PlanProvision)
class PlanProvisionAdmin(FactAdmin):
    form = ProvisionForm
    fields = ["plan", "kind", *ProvisionForm.Meta.fields]
    autocomplete_fields = ["plan"]
    list_display = ["plan", "kind", "answer", "document", "section", "verified_by", "verified_date"]
    list_filter = ["kind", "answer"]
    list_select_related = ["plan"]
    search_fields = ["plan__name", "plan__client__legal_name", "document"]


@admin.register(ContributionRecord)
class ContributionRecordAdmin(FactAdmin):
    form = ContributionRecordForm
    fields = ["plan", "participant", *ContributionRecordForm.Meta.fields]
    autocomplete_fields = ["plan", "participant"]
    list_display = ["year", "plan", "participant", "after_tax"]
    list_filter = ["year"]
    list_select_related = ["plan", "participant"]
    search_fields = ["plan__name", "participant__legal_name"]


@admin.register(SubaccountStatement)
class SubaccountStatementAdmin(FactAdmin):
    form = StatementForm
    fields = ["subaccount", *StatementForm.Meta.fields]
    autocomplete_fields = ["subaccount"]
    list_display = ["statement_date", "subaccount", "basis", "value", "source_document"]
    list_select_related = ["subaccount"]
    search_fields = ["subaccount__title", "subaccount__participant__legal_name", "source_document"]


@admin.register(IraBalance)
class IraBalanceAdmin(FactAdmin):
    form = IraBalanceForm
    fields = ["client", *IraBalanceForm.Meta.fields]
    autocomplete_fields = ["client"]
    list_display = ["year", "client", "kind", "value", "basis"]
    list_filter = ["kind", "year"]
    list_select_related = ["client"]
    search_fields = ["client__legal_name"]


@admin.register(SubaccountMovement)
class SubaccountMovementAdmin(FactAdmin):
    form = MovementForm
    fields = ["subaccount", *MovementForm.Meta.fields]
    autocomplete_fields = ["subaccount"]
    list_display = ["movement_date", "subaccount", "kind", "amount", "year", "source_document"]
    list_filter = ["kind", "year"]
    list_select_related = ["subaccount"]
    search_fields = ["subaccount__title", "subaccount__participant__legal_name", "source_document"]


@admin.register(PlanAssets)
class PlanAssetsAdmin(FactAdmin):
    form = PlanAssetsForm
    fields = ["plan", *PlanAssetsForm.Meta.fields]
    autocomplete_fields = ["plan"]
    list_display = ["year", "plan", "value", "is_final_year"]
    list_filter = ["year"]
    list_select_related = ["plan"]
    search_fields = ["plan__name", "plan__client__legal_name"]
