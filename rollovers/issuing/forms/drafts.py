"""A rollover form put aside: what was typed as one text, read back, and told apart from what another typed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from advisors.encryption import mask_number
from rollovers.issuing.forms.rollovers import MOST_LEGS, REASON_NAME, LegFormSet, RolloverForm

# The form and the set of its own legs; the set's class is made by a factory, which types do not follow.
Filled = tuple[RolloverForm, Any]

_LEGS = "legs"
_SAVED_AT = "draft_saved_at"
_ACCOUNTS = {"roth": "Roth IRA", "traditional": "Traditional IRA", "designated": "Designated Roth account"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that was filled one way in the saved draft and another way in the form, as a page shows it."""

    label: str
    saved: str
    typed: str


def write_values(*, form: RolloverForm, legs: Any) -> str:
    """Return all that was typed, right or wrong, as a query string; nothing else that was posted."""
    kept = QueryDict(mutable=True)
    names = [form.add_prefix(name) for name in form.fields if name != _SAVED_AT]
    names += [legs.management_form.add_prefix(name) for name in legs.management_form.fields]
    names += [row.add_prefix(name) for row in legs.forms for name in row.fields]
    for name in names:
        if name in form.data:
            kept[name] = form.data[name]
    return kept.urlencode()


def read_values(*, values: str, request_key: UUID, token: str) -> Filled:
    """Return the forms as they were when `values` were written; `token` says of which save of the draft they are."""
    data = QueryDict(values, mutable=True)
    data["request_key"] = str(request_key)
    data[_SAVED_AT] = token
    for name, count in (("TOTAL", MOST_LEGS), ("INITIAL", 0)):
        data.setdefault(f"{_LEGS}-{name}_FORMS", str(count))
    return RolloverForm(data), LegFormSet(data, prefix=_LEGS)


def list_differences(*, form: RolloverForm, legs: Any, saved: Filled) -> list[Difference]:
    """Return each field that differs from the saved draft, in the form's order."""
    theirs, mine = _label_fields(*saved), _label_fields(form, legs)
    differences = []
    for name, label in (theirs | mine).items():
        values = [_read_value(name, *filled) for filled in (saved, (form, legs))]
        if values[0] == values[1]:
            continue
        if name.endswith("account_number"):
            values = [mask_number(number=value) for value in values]
            if values[0] == values[1]:
                values[1] += " (another number that ends alike)"
        differences.append(Difference(label=label, saved=values[0], typed=values[1]))
    return differences


def _label_fields(form: RolloverForm, legs: Any) -> dict[str, str]:
    """Return what tells each field from the others in words, by its name."""
    labels = {}
    for field in form.visible_fields():
        account = _ACCOUNTS.get(field.name.split("_")[0])
        if match := REASON_NAME.fullmatch(field.name):
            labels[field.html_name] = f"Why it may go ahead over {match[1]}"
        elif account and not field.name.endswith("custodian"):
            labels[field.html_name] = f"{account}, {str(field.label).lower()}"
        else:
            labels[field.html_name] = str(field.label)
    for number, row in enumerate(legs.forms, start=1):
        labels |= {field.html_name: f"Destination {number}, {str(field.label).lower()}" for field in row}
    return labels


def _read_value(name: str, form: RolloverForm, legs: Any) -> str:
    """Return what a field holds, in words."""
    fields = {field.html_name: field for each in (form, *legs.forms) for field in each}
    if name not in fields:
        return ""
    field, value = fields[name].field, fields[name].value()
    if isinstance(field, forms.BooleanField):
        return "Yes" if value else "No"
    words = {str(choice): str(label) for choice, label in getattr(field.widget, "choices", ())}
    return words.get(str(value), str(value or ""))
