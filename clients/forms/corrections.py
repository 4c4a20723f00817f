"""What every form of a fact shares: exact dollars, no future dates, and a reason where a letter rests on it."""

import datetime
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from typing import Any, Protocol

import pghistory
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from psycopg.errors import CheckViolation, UniqueViolation

from advisors.fields import AmountField, TextField
from clients.queries import list_reliances

ASK_FOR_REASON = "A letter rests on this fact: say why it changes."
_MESSAGES = {
    "correction_has_a_reason": "A letter was issued on this fact a moment ago. Save again, and say why it changes.",
    "fact_under_a_letter": "A letter rests on this fact: it cannot be deleted.",
}
_TAKEN = "Somebody saved the same a moment ago. Look at the client's page before you save again."


class CorrectionForm(forms.ModelForm):
    """A form of one fact.

    Where a letter rests on the fact, a change needs a `reason`, which the history keeps with the old and the
    new values; the database refuses the change without one. `today` is the view's date: no fact that a paper
    shows lies after it. An amount left empty is 0.00 unless it is required.
    """

    use_required_attribute = False
    today: datetime.date

    reason = TextField(
        label="Reason for the correction",
        max_length=300,
        required=False,
        help_text="A letter rests on this fact. The letter stays as it is, and is marked stale.",
    )

    def __init__(
        self,
        *args: Any,
        today: datetime.date | None = None,
        asks_reason: bool = True,
        along: Sequence[models.Model] = (),
        **kwargs: Any,
    ) -> None:
        """Take also the facts saved `along` with this one, for which its reason serves."""
        super().__init__(*args, **kwargs)
        if today is not None:
            self.today = today
        if self.instance.pk is None:
            self._hide_zeros()
        self._stored = _take_values(self.instance)
        if not asks_reason or not list_reliances(facts=[self.instance, *along]).exists():
            del self.fields["reason"]

    def _hide_zeros(self) -> None:
        """Let a new form show empty amounts, not zeros to type over."""
        for name, field in self.fields.items():
            if isinstance(field, AmountField) and self.initial.get(name) == 0:
                del self.initial[name]

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name, field in self.fields.items():
            if (
                isinstance(field, AmountField)
                and self._is_dollars(name)
                and self.cleaned_data.get(name, 0) is None
            ):
                self.cleaned_data[name] = Decimal("0.00")
        return self.cleaned_data

    def _is_dollars(self, name: str) -> bool:
        return any(
            column.name == name and not column.null for column in self._meta.model._meta.concrete_fields
        )

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if "reason" in self.fields and self.is_changed():
            self.require_reason()

    def is_changed(self) -> bool:
        """Return whether the cleaned fact says something else than the one this form was opened with."""
        return _take_values(self.instance) != self._stored

    def require_reason(self) -> None:
        if "reason" not in self.errors and not self.cleaned_data.get("reason"):
            self.add_error("reason", ASK_FOR_REASON)

    def explain(self) -> AbstractContextManager[Any]:
        """Return the context in which the history and the database's trigger see the reason."""
        reason = self.cleaned_data.get("reason")
        return pghistory.context(reason=reason) if reason else nullcontext()

    def save(self, commit: bool = True) -> Any:
        with self.explain():
            return super().save(commit)

    def refuse_future(self, *, name: str, message: str) -> datetime.date | None:
        """Return the cleaned date of field `name`; raises ValidationError with `message` if it is after today."""
        date: datetime.date | None = self.cleaned_data[name]
        if date is not None and date > self.today:
            raise ValidationError(message, code="in_the_future")
        return date


def _take_values(fact: models.Model) -> dict[str, Any]:
    return {column.attname: getattr(fact, column.attname) for column in fact._meta.concrete_fields}


class Savable(Protocol):
    """A form, or several that are saved as one."""

    def save(self) -> Any: ...

    def add_error(self, field: str | None, error: Any) -> None: ...


def save_or_explain(*, form: Savable) -> bool:
    """Save in one transaction, all or nothing; where the database refuses, say at the form why. Return whether saved.

    What the forms check, a colleague can undo in the moment before the row is written.
    """
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError as error:
        message = explain_refusal(error=error)
        if message is None:
            raise
        form.add_error(None, message)
        return False
    return True


def explain_refusal(*, error: IntegrityError) -> str | None:
    """Return the sentence for a person when the database refused a fact for a colleague's sake; else None."""
    cause = error.__cause__
    if isinstance(cause, UniqueViolation):
        return _TAKEN
    if isinstance(cause, CheckViolation):
        return _MESSAGES.get(cause.diag.constraint_name or "")
    return None


def make_amount_field(label: str, *, ask: str = "", **options: Any) -> AmountField:
    """Return an amount in dollars; required, with the sentence `ask` when it is empty, if `ask` is given."""
    attributes = {"inputmode": "decimal", "autocomplete": "off", "class": "amount"}
    return AmountField(
        label=label,
        required=bool(ask),
        error_messages={"required": ask} if ask else None,
        widget=forms.TextInput(attrs=attributes),
        **options,
    )
