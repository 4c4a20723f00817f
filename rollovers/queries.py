"""Every read of requests and letters, scoped by firm; and the facts that a rollover looks at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model, QuerySet

from advisors.models import Firm
from clients.models import (
    Client,
    ContributionRecord,
    IraBalance,
    Plan,
    PlanProvision,
    Subaccount,
    SubaccountStatement,
)
from clients.queries import (
    find_latest_statement,
    get_plan_with_facts,
    list_contribution_records,
    list_ira_balances,
    list_plans,
)
from rollovers.models import Letter, RolloverRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """What is on record for the participant of one plan: rows, judged by nobody yet.

    `provisions` holds every kind; one that nobody has recorded is an unsaved row, not verified.
    """

    plan: Plan
    provisions: dict[str, PlanProvision]
    records: list[ContributionRecord]
    ira_balances: list[IraBalance]
    subaccount: Subaccount | None
    statement: SubaccountStatement | None
    earlier_requests: list[RolloverRequest]

    def list_rows(self) -> list[Model]:
        """Return every stored row that a letter from this plan rests on."""
        rows = [self.plan.client, self.plan, self.subaccount, self.statement]
        return [
            row for row in (*rows, *self.provisions.values(), *self.records) if row is not None and row.pk
        ]


def get_plan_facts(*, firm: Firm, plan_id: int) -> PlanFacts:
    """Return a plan's facts: provisions, the participant's years, latest statement, what letters asked for.

    Raises Plan.DoesNotExist, also for another firm's.
    """
    papers = get_plan_with_facts(firm=firm, plan_id=plan_id)
    plan, subaccount = papers.plan, papers.subaccount
    records = list(list_contribution_records(firm=firm, plan=plan).filter(participant=plan.client))
    for record in records:
        record.plan = plan
    return PlanFacts(
        plan=plan,
        provisions=papers.provisions,
        records=records,
        ira_balances=list(list_ira_balances(firm=firm, client=plan.client)),
        subaccount=subaccount,
        statement=find_latest_statement(firm=firm, subaccount=subaccount) if subaccount else None,
        earlier_requests=list_standing_requests(firm=firm, subaccount=subaccount) if subaccount else [],
    )


def list_client_facts(*, firm: Firm, client: Client) -> list[PlanFacts]:
    """Return the facts of each of a client's plans."""
    return [get_plan_facts(firm=firm, plan_id=plan.pk) for plan in list_plans(firm=firm, client=client)]


def list_standing_requests(*, firm: Firm, subaccount: Subaccount) -> list[RolloverRequest]:
    """Return the requests whose letters nothing supersedes, latest first."""
    return list(
        RolloverRequest.objects.filter(firm=firm, subaccount=subaccount, letter__superseded_by__isnull=True)
        .select_related("letter")
        .defer("letter__pdf")
        .order_by("-payment_date", "-pk")
    )


def lock_subaccount(*, firm: Firm, subaccount_id: int) -> Subaccount:
    """Return the sub-account with its row locked until the transaction ends: one letter is issued at a time."""
    return Subaccount.objects.select_for_update().get(firm=firm, pk=subaccount_id)


def list_letters(*, firm: Firm) -> QuerySet[Letter]:
    """Return the firm's letters, latest first, without their bytes."""
    return (
        Letter.objects.filter(firm=firm)
        .defer("pdf")
        .select_related("request__participant", "request__plan", "issued_by", "superseded_by", "supersedes")
    )


def get_letter(*, firm: Firm, letter_id: int) -> Letter:
    """Return one letter without its bytes. Raises Letter.DoesNotExist, also for another firm's."""
    return list_letters(firm=firm).prefetch_related("request__disbursements").get(pk=letter_id)


def read_letter_pdf(*, firm: Firm, letter_id: int) -> bytes:
    """Return a letter's exact bytes. Raises Letter.DoesNotExist, also for another firm's."""
    return bytes(Letter.objects.filter(firm=firm).values_list("pdf", flat=True).get(pk=letter_id))


def find_letter_by_key(*, firm: Firm, request_key: UUID) -> Letter | None:
    """Return the letter that this filled form already became, if it did."""
    return Letter.objects.filter(firm=firm, request__request_key=request_key).first()


def is_superseded(*, firm: Firm, letter: Letter) -> bool:
    return Letter.objects.filter(firm=firm, supersedes=letter).exists()


def take_snapshot(*, row: Model) -> dict[str, Any]:
    """Return a fact's table, id and values as text, to be kept with the letter that rests on it."""
    values = {
        field.attname: str(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    return {"table": row._meta.db_table, "id": row.pk, "values": values}


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
            now = take_snapshot(row=row)["values"]
            for field, was in snapshot["values"].items():
                if now.get(field, was) != was:
                    changed.setdefault(letter.pk, []).append(
                        ChangedFact(
                            what=f"{row._meta.verbose_name} {row}",
                            field=str(row._meta.get_field(field.removesuffix("_id")).verbose_name),
                            was=was,
                            now=now[field],
                            reason=_find_reason(row=row, field=field),
                        )
                    )
    return changed


def _find_reason(*, row: Model, field: str) -> str:
    """Return why the field came to be what it is, from the context of the last change that made it so."""
    events = (
        row.pgh_event_model.objects.filter(pgh_obj_id=row.pk, **{field: getattr(row, field)})  # type: ignore[attr-defined]
        .order_by("-pgh_id")
        .values_list("pgh_context__metadata", flat=True)
    )
    return next((metadata["reason"] for metadata in events if metadata and metadata.get("reason")), "")
