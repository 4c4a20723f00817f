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
    PlanAssets,
    PlanProvision,
    Subaccount,
    SubaccountMovement,
    SubaccountStatement,
)
from clients.models.subaccount_movement import MovementKind
from clients.queries import (
    find_latest_statement,
    get_plan_with_facts,
    list_contribution_records,
    list_ira_balances,
    list_movements,
    list_plan_assets,
    list_plans_of_participant,
)
from rollovers.models import EnteredLimit, Letter, ReceivedForm, RolloverRequest, StatementAcknowledgement
from rollovers.rules.limits import EnteredFigure


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """What is on record for the participant of one plan: rows, judged by nobody yet.

    `provisions` holds every kind; one that nobody has recorded is an unsaved row, not verified.
    """

    plan: Plan
    participant: Client
    provisions: dict[str, PlanProvision]
    records: list[ContributionRecord]
    ira_balances: list[IraBalance]
    subaccount: Subaccount | None
    statement: SubaccountStatement | None
    movements: list[SubaccountMovement]
    assets: list[PlanAssets]
    earlier_requests: list[RolloverRequest]
    entered_limits: tuple[EnteredFigure, ...]

    @property
    def whose(self) -> str:
        """What an address of the plan's pages needs to speak of this participant: nothing for the plan's own."""
        own = self.participant.pk == self.plan.client_id
        return "" if own else f"?participant={self.participant.pk}"

    def list_rows(self) -> list[Model]:
        """Return every stored row that a letter from this plan rests on."""
        rows = [self.participant, self.plan, self.subaccount, self.statement]
        return [
            row
            for row in (*rows, *self.provisions.values(), *self.records, *self.movements)
            if row is not None and row.pk
        ]


def get_plan_facts(*, firm: Firm, plan_id: int, participant_id: int | None = None) -> PlanFacts:
    """Return a plan's facts for one participant, the plan's own client unless told otherwise.

    Provisions, the participant's years, latest statement, and what letters asked for. Raises Plan.DoesNotExist,
    also for another firm's, and Client.DoesNotExist for who does not take part in the plan.
    """
    papers = get_plan_with_facts(firm=firm, plan_id=plan_id, participant_id=participant_id)
    plan, participant, subaccount = papers.plan, papers.client, papers.subaccount
    plan.firm = firm
    records = list(list_contribution_records(firm=firm, plan=plan).filter(participant=participant))
    for record in records:
        record.plan = plan
    return PlanFacts(
        plan=plan,
        participant=participant,
        provisions=papers.provisions,
        records=records,
        ira_balances=list(list_ira_balances(firm=firm, client=participant)),
        subaccount=subaccount,
        statement=find_latest_statement(firm=firm, subaccount=subaccount) if subaccount else None,
        movements=list(list_movements(firm=firm, subaccount=subaccount)) if subaccount else [],
        assets=list(list_plan_assets(firm=firm, plan=plan)),
        earlier_requests=list_standing_requests(firm=firm, subaccount=subaccount) if subaccount else [],
        entered_limits=list_entered_figures(firm=firm),
    )


def list_entered_figures(*, firm: Firm) -> tuple[EnteredFigure, ...]:
    """Return the figures from law that the firm has entered itself, as the rules take them."""
    return tuple(
        EnteredFigure(kind=row.kind, year=row.year, amount=row.amount, source=row.source)
        for row in EnteredLimit.objects.filter(firm=firm)
    )


def has_entered_limit(*, firm: Firm, row: EnteredLimit, kind: str, year: int) -> bool:
    """Return whether the firm has entered that limit of that year in another row than `row`."""
    return EnteredLimit.objects.filter(firm=firm, kind=kind, year=year).exclude(pk=row.pk).exists()


def list_latest_assets(*, firm: Firm, client: Client) -> list[PlanAssets]:
    """Return what a client's own plans held at the latest year's end on record for any of them."""
    rows = list(
        PlanAssets.objects.filter(firm=firm, plan__client=client).select_related("plan").order_by("-year")
    )
    return [row for row in rows if row.year == rows[0].year]


def list_client_facts(*, firm: Firm, client: Client) -> list[PlanFacts]:
    """Return the facts of each plan in which a client takes part, the client's own plans first."""
    return [
        get_plan_facts(firm=firm, plan_id=plan.pk, participant_id=client.pk)
        for plan in list_plans_of_participant(firm=firm, client=client)
    ]


def list_standing_requests(*, firm: Firm, subaccount: Subaccount) -> list[RolloverRequest]:
    """Return the requests whose letters nothing supersedes, latest first."""
    return list(
        RolloverRequest.objects.filter(firm=firm, subaccount=subaccount, letter__superseded_by__isnull=True)
        .select_related("letter", "plan")
        .defer("letter__pdf")
        .order_by("-payment_date", "-pk")
    )


def list_acknowledgements(
    *, firm: Firm, statements: Iterable[SubaccountStatement]
) -> QuerySet[StatementAcknowledgement]:
    """Return the reasons given for differences of these statements from the ledger, the latest first."""
    return StatementAcknowledgement.objects.filter(firm=firm, statement__in=list(statements)).select_related(
        "acknowledged_by"
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


# --- Tax forms --------------------------------------------------------------------------------------------


def list_letters_of_participant(*, firm: Firm, participant_id: int) -> list[Letter]:
    """Return a participant's letters with their disbursements, the earliest payment first."""
    return list(
        list_letters(firm=firm)
        .filter(request__participant_id=participant_id)
        .prefetch_related("request__disbursements")
        .order_by("request__payment_date", "pk")
    )


def list_payments(*, firm: Firm, letters: Iterable[Letter]) -> dict[str, list[SubaccountMovement]]:
    """Return, by a letter's reference, the recorded distributions that paid what it asked for, the earliest first."""
    payments: dict[str, list[SubaccountMovement]] = {}
    for movement in SubaccountMovement.objects.filter(
        firm=firm,
        kind=MovementKind.DISTRIBUTION,
        letter_reference__in=[letter.reference for letter in letters],
    ).order_by("movement_date", "pk"):
        payments.setdefault(movement.letter_reference, []).append(movement)
    return payments


def list_received_forms(*, firm: Firm, letter: Letter) -> list[ReceivedForm]:
    """Return the tax forms that came for a letter, in the order in which they were entered."""
    return list(ReceivedForm.objects.filter(firm=firm, letter=letter).order_by("pk"))


def get_received_form(*, firm: Firm, received_form_id: int) -> ReceivedForm:
    """Return one tax form that came. Raises ReceivedForm.DoesNotExist, also for another firm's."""
    return ReceivedForm.objects.select_related("letter__request__participant").get(
        firm=firm, pk=received_form_id
    )
