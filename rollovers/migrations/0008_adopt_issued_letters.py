from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef

from rollovers.evidence.chain import hash_new_content, link

NOTE = "Issued before letters had a chain of events: vouched for as it lay at the upgrade."


def adopt_letters(apps: Any, editor: Any) -> None:
    """Give every letter of an earlier release its entries, in the order in which they were issued."""
    models = {name: apps.get_model("rollovers", name) for name in ("Letter", "CaseEvent")}
    issued = models["CaseEvent"].objects.filter(letter=OuterRef("pk"), step="issued")
    letters = models["Letter"].objects.filter(~Exists(issued)).order_by("firm_id", "issued_at", "pk")
    columns = ("pk", "firm_id", "reference", "letter_date", "issued_by_id", "issued_at", "supersedes_id")
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    ends: dict[int, tuple[int, str]] = {}
    for letter in list(letters.values(*columns)):
        firm_id = letter["firm_id"]
        if firm_id not in ends:
            last = models["CaseEvent"].objects.filter(firm_id=firm_id).order_by("-position")
            ends[firm_id] = last.values_list("position", "sha256").first() or (0, "")
        steps = [(letter["pk"], "issued", {"adopted": True, "issued_at": letter["issued_at"].isoformat()})]
        if letter["supersedes_id"] is not None:
            details = {"adopted": True, "superseded_by": letter["reference"]}
            steps.append((letter["supersedes_id"], "superseded", details))
        for letter_id, step, details in steps:
            position, previous = ends[firm_id]
            event = models["CaseEvent"](
                firm_id=firm_id,
                letter_id=letter_id,
                step=step,
                step_date=letter["letter_date"],
                note=NOTE,
                details=details,
                recorded_by_id=letter["issued_by_id"],
                recorded_at=now,
                position=position + 1,
                previous_sha256=previous,
            )
            event.content_sha256 = hash_new_content(event=event)
            event.sha256 = link(previous=previous, content=event.content_sha256)
            event.save(force_insert=True)
            ends[firm_id] = (event.position, event.sha256)


class Migration(migrations.Migration):
    """Letters that an earlier release issued enter their firm's chain, once: what is put there later stays outside."""

    dependencies = [("rollovers", "0007_walls_of_the_life")]

    operations = [migrations.RunPython(adopt_letters, migrations.RunPython.noop)]
