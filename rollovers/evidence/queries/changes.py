"""What a letter rests on, kept with it, and which of it has changed since."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model

from advisors.encryption import EncryptedTextField, decrypt, mask_number
from rollovers.models import (
    Letter,
)


def take_snapshot(*, row: Model) -> dict[str, Any]:
    """Return a fact's table, id and values as text, to be kept with the letter that rests on it.

    What is encrypted in the fact's table is encrypted in the snapshot.
    """
    values = {
        field.attname: str(
            field.get_prep_value(getattr(row, field.attname))
            if isinstance(field, EncryptedTextField)
            else getattr(row, field.attname)
        )
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    return {"table": row._meta.db_table, "id": row.pk, "values": values}


def _open_snapshot(*, model: type[Model], values: dict[str, str]) -> dict[str, str]:
    """Return a snapshot's values with what is encrypted in it decrypted."""
    sealed = {field.attname for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)}
    return {
        name: decrypt(token=text.encode()).decode() if name in sealed and text else text
        for name, text in values.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFact:
    """A fact that no longer is what a letter rests on."""

    what: str
    field: str
    was: str
    now: str
    reason: str


def find_changed_facts(*, letters: Iterable[Letter]) -> dict[int, list[ChangedFact]]:
    """Return, by letter id, the facts that have changed since each letter was issued; such a letter is stale.

    One query a table of facts, whatever the number of letters.
    """
    letters = list(letters)
    models = {model._meta.db_table: model for model in apps.get_app_config("clients").get_models()}
    wanted: dict[str, set[int]] = {}
    for letter in letters:
        for snapshot in letter.inputs["facts"]:
            wanted.setdefault(snapshot["table"], set()).add(snapshot["id"])
    current = {table: models[table].objects.in_bulk(ids) for table, ids in wanted.items()}  # type: ignore[attr-defined]
    changed: dict[int, list[ChangedFact]] = {}
    for letter in letters:
        for snapshot in letter.inputs["facts"]:
            row = current[snapshot["table"]].get(snapshot["id"])
            if row is None:
                continue  # The database lets nobody delete a fact under a letter.
            was_values = _open_snapshot(model=type(row), values=snapshot["values"])
            now = _open_snapshot(model=type(row), values=take_snapshot(row=row)["values"])
            for field, was in was_values.items():
                if now.get(field, was) != was:
                    sealed = isinstance(row._meta.get_field(field), EncryptedTextField)
                    changed.setdefault(letter.pk, []).append(
                        ChangedFact(
                            what=f"{row._meta.verbose_name} {row}",
                            field=str(row._meta.get_field(field.removesuffix("_id")).verbose_name),
                            was=mask_number(number=was) if sealed else was,
                            now=mask_number(number=now[field]) if sealed else now[field],
                            reason=_find_reason(row=row, field=field),
                        )
                    )
    return changed


def _find_reason(*, row: Model, field: str) -> str:
    """Return why the field came to be what it is, from the context of the last change that made it so."""
    events = (
        row.pgh_event_model.objects.filter(pgh_obj_id=row.pk)  # type: ignore[attr-defined]
        .order_by("-pgh_id")
        .values_list("pgh_context__metadata", field)
    )
    now = getattr(row, field)  # compared here: what is encrypted cannot be looked up
    return next(
        (
            metadata["reason"]
            for metadata, value in events
            if value == now and metadata and metadata.get("reason")
        ),
        "",
    )
