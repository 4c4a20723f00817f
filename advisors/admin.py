"""Data fixes about who. Nobody sees or chooses another firm's row here, superusers included."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import allauth.account.admin  # noqa: F401 - registers e-mail addresses of every firm; taken out below
import django_tasks_db.admin  # noqa: F401 - and this one tasks
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django_tasks_db.models import DBTaskResult

from advisors.encryption import EncryptedTextField, mask_number
from advisors.fields import TextField
from advisors.forms import FirmForm
from advisors.models import Advisor, Firm

# None of them knows a firm: their rows would be everybody's.
admin.site.unregister([Group, EmailAddress, DBTaskResult])

EVENTS_A_PAGE = 100


class FirmScopedAdmin(admin.ModelAdmin):
    """The admin of rows that have a `firm`: only those of the signed-in person's, and only for who may write.

    A foreign id is the same 404 as an unknown one. The firm of a new row is the person's own, never a field.
    """

    object_history_template = "admin/history.html"
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).filter(firm=request.user.firm)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.may_write and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.may_write and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.may_write and super().has_delete_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show an account number masked to who may not change it; where it is typed it is whole."""
        names = super().get_fields(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return names
        sealed = {
            field.name: field for field in self.opts.concrete_fields if isinstance(field, EncryptedTextField)
        }
        return [_show_masked(sealed[name]) if name in sealed else name for name in names]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = db_field.remote_field.model._default_manager.filter(firm=request.user.firm)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.firm = request.user.firm
        super().save_model(request, obj, form, change)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show the row's history, latest first: every write, be it through this admin, a page or raw SQL."""
        row = self.get_object(request, object_id)
        entries = list_history(row=row, firm=request.user.firm)
        page = Paginator(entries, EVENTS_A_PAGE).get_page(request.GET.get("p"))
        return super().history_view(request, object_id, (extra_context or {}) | {"history_page": page})


def _show_masked(column: EncryptedTextField) -> Callable[[Any], str]:
    @admin.display(description=column.verbose_name)
    def masked(row: Any) -> str:
        return mask_number(number=getattr(row, column.attname) or "")

    return masked


@dataclass(frozen=True, kw_only=True)
class Change:
    """One column that a write changed, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """One write to a row: who, when, what and why. `who` is empty for a command or raw SQL."""

    written_at: datetime.datetime
    who: str
    what: str
    reason: str
    changes: list[Change]


def list_history(*, row: Any, firm: Firm) -> list[HistoryEntry]:
    """Return every write to `row`, which must be of `firm`, the latest first; none of what is never changed."""
    if not hasattr(row, "pgh_event_model"):
        return []
    events = list(
        row.pgh_event_model.objects.filter(pgh_obj_id=row.pk).select_related("pgh_context").order_by("pgh_id")
    )
    metadata = [event.pgh_context.metadata if event.pgh_context else {} for event in events]
    people = Advisor.objects.filter(firm=firm).in_bulk(
        [data["user"] for data in metadata if data.get("user")]
    )
    entries = []
    for number, (event, data) in enumerate(zip(events, metadata, strict=True)):
        person = people.get(data.get("user"))
        entries.append(
            HistoryEntry(
                written_at=event.pgh_created_at,
                who=str(person) if person else "",
                what=event.pgh_label,
                reason=data.get("reason", ""),
                changes=_list_changes(before=events[number - 1] if number else None, after=event),
            )
        )
    return entries[::-1]


def _list_changes(*, before: Any, after: Any) -> list[Change]:
    changes = []
    for column in after.pgh_tracked_model._meta.concrete_fields:
        if column.primary_key or column.name == "firm" or not _has_column(after, column.name):
            continue
        old = _write_value(before, column) if before is not None else ""
        new = _write_value(after, column)
        if old != new:
            if isinstance(column, EncryptedTextField):
                old, new = mask_number(number=old), mask_number(number=new)
            changes.append(Change(label=str(column.verbose_name), old=old, new=new))
    return changes


def _has_column(event: Any, name: str) -> bool:
    try:
        event._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def _write_value(event: Any, column: Any) -> str:
    if column.is_relation:
        try:
            value = getattr(event, column.name)
        except ObjectDoesNotExist:
            value = getattr(event, column.attname)
    elif column.choices:
        value = getattr(event, f"get_{column.name}_display")()
    else:
        value = getattr(event, column.attname)
    return "" if value is None else str(value)


@admin.register(Firm)
class FirmAdmin(FirmScopedAdmin):
    """The person's own firm; an owner may change it."""

    form = FirmForm
    fields = [*FirmForm.Meta.fields, "logo"]
    list_display = ["name", "city", "state", "phone"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Firm]:
        return admin.ModelAdmin.get_queryset(self, request).filter(pk=request.user.firm_id)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_owner and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _EmailMixin(forms.ModelForm):
    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        return email


class NewAdvisorForm(_EmailMixin, AdminUserCreationForm):
    """A new colleague with a first password."""

    full_name = TextField(max_length=120)

    class Meta:
        model = Advisor
        fields = ["email", "full_name", "role"]


class AdvisorForm(_EmailMixin, UserChangeForm):
    """A colleague; the password has a page of its own."""

    full_name = TextField(max_length=120)

    class Meta:
        model = Advisor
        fields = ["email", "full_name", "role", "password", "is_active"]


@admin.register(Advisor)
class AdvisorAdmin(FirmScopedAdmin, UserAdmin):
    """The firm's people, whom its owners add.

    Only a superuser gives admin rights or touches a superuser. Nobody is deleted, for the history names them:
    a leaver is made inactive.
    """

    form = AdvisorForm
    add_form = NewAdvisorForm
    add_fieldsets = [
        (None, {"fields": ["email", "full_name", "role", "usable_password", "password1", "password2"]})
    ]
    own_fieldsets = [(None, {"fields": ["email", "full_name", "role", "password", "is_active"]})]
    superuser_fieldsets = [
        *own_fieldsets,
        ("Data fixes", {"fields": ["is_staff", "is_superuser", "user_permissions"]}),
    ]
    filter_horizontal = ["user_permissions"]
    list_display = ["full_name", "email", "role", "is_active", "is_staff"]
    list_filter = ["role", "is_active", "is_staff"]
    search_fields = ["full_name", "email"]
    ordering = ["full_name"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        return self.superuser_fieldsets if request.user.is_superuser else self.own_fieldsets

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_owner and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return request.user.is_owner and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
