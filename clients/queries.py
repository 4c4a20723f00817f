"""Every read of a fact. Each takes the firm, beside the scope that every request runs in: two walls.

A `get_...` of an id that is unknown, or another firm's, raises the model's `DoesNotExist`: one and the same.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from advisors.models import Firm
from clients.models import (
    Client,
    ContributionRecord,
    IraBalance,
    Plan,
    PlanAssets,
    PlanProvision,
    Reliance,
    Subaccount,
    SubaccountMovement,
    SubaccountStatement,
)
from law.words import ProvisionKind

LONGEST_SEARCH = 100


@dataclass(frozen=True, kw_only=True)
class PlanPapers:
    """A plan with what its papers say.

    `provisions` holds every kind; one that nobody has recorded yet is an unsaved row, not verified.
    `client` is the participant they were asked for; `subaccount` that participant's, if it has been named.
    """

    plan: Plan
    client: Client
    provisions: dict[str, PlanProvision]
    subaccount: Subaccount | None


# --- Clients ----------------------------------------------------------------------------------------------


def find_clients(*, firm: Firm, text: str = "") -> QuerySet[Client]:
    """Return the firm's clients in whose name, plan's name or EIN every word of `text` occurs.

    Each carries `latest_year` and `latest_statement_date`, or None, and its plans prefetched.
    """
    clients = Client.objects.filter(firm=firm)
    for word in text[:LONGEST_SEARCH].split():
        plans = Plan.objects.filter(firm=firm, client=OuterRef("pk")).filter(
            Q(name__icontains=word) | Q(ein__contains=_write_ein(word))
        )
        clients = clients.filter(Q(legal_name__icontains=word) | Exists(plans))
    records = ContributionRecord.objects.filter(firm=firm, participant=OuterRef("pk")).order_by("-year")
    statements = SubaccountStatement.objects.filter(
        firm=firm, subaccount__participant=OuterRef("pk")
    ).order_by("-statement_date")
    return (
        clients.annotate(
            latest_year=Subquery(records.values("year")[:1]),
            latest_statement_date=Subquery(statements.values("statement_date")[:1]),
        )
        .prefetch_related("plans")
        .order_by("legal_name", "pk")
    )


def _write_ein(word: str) -> str:
    return f"{word[:2]}-{word[2:]}" if len(word) == 9 and word.isascii() and word.isdigit() else word


def get_client(*, firm: Firm, client_id: int) -> Client:
    return Client.objects.get(firm=firm, pk=client_id)


def has_client_of_that_name(*, firm: Firm, legal_name: str, birth_date: datetime.date) -> bool:
    return Client.objects.filter(firm=firm, legal_name__iexact=legal_name, birth_date=birth_date).exists()


def list_clients_outside(*, firm: Firm, plan: Plan) -> QuerySet[Client]:
    """Return the firm's clients who do not take part in the plan yet."""
    takes_part = Exists(Subaccount.objects.filter(firm=firm, plan=plan, participant=OuterRef("pk")))
    return (
        Client.objects.filter(firm=firm)
        .exclude(pk=plan.client_id)
        .exclude(takes_part)
        .order_by("legal_name", "pk")
    )


# --- Plans ------------------------------------------------------------------------------------------------


def get_plan(*, firm: Firm, plan_id: int) -> Plan:
    return Plan.objects.select_related("client").get(firm=firm, pk=plan_id)


def list_plans_of_participant(*, firm: Firm, client: Client) -> QuerySet[Plan]:
    """Return the plans in which a client takes part: the client's own, then those of a spouse."""
    takes_part = Exists(Subaccount.objects.filter(firm=firm, plan=OuterRef("pk"), participant=client))
    return (
        Plan.objects.filter(firm=firm)
        .filter(Q(client=client) | takes_part)
        .annotate(is_own=models.ExpressionWrapper(Q(client=client), output_field=models.BooleanField()))
        .select_related("client")
        .order_by("-is_own", "name", "pk")
    )


def get_plan_with_facts(*, firm: Firm, plan_id: int, participant_id: int | None = None) -> PlanPapers:
    plan = get_plan(firm=firm, plan_id=plan_id)
    participant = get_participant(firm=firm, plan=plan, participant_id=participant_id)
    recorded = {provision.kind: provision for provision in PlanProvision.objects.filter(firm=firm, plan=plan)}
    return PlanPapers(
        plan=plan,
        client=participant,
        provisions=make_provisions(plan=plan) | recorded,
        subaccount=find_subaccount(firm=firm, plan=plan, participant=participant),
    )


def get_participant(*, firm: Firm, plan: Plan, participant_id: int | None) -> Client:
    """Return who takes part in the plan: its own client, or a spouse with a sub-account of their own.

    Raises Client.DoesNotExist for anybody else.
    """
    if participant_id is None or participant_id == plan.client_id:
        return plan.client
    return Client.objects.get(
        Exists(Subaccount.objects.filter(firm=firm, plan=plan, participant=OuterRef("pk"))),
        firm=firm,
        pk=participant_id,
    )


def list_participants(*, firm: Firm, plan: Plan) -> list[Client]:
    """Return the plan's own client, then whoever else has a sub-account in it."""
    others = Client.objects.filter(
        Exists(Subaccount.objects.filter(firm=firm, plan=plan, participant=OuterRef("pk"))), firm=firm
    ).exclude(pk=plan.client_id)
    return [plan.client, *others.order_by("legal_name", "pk")]


def open_plan_papers(*, firm: Firm, client: Client) -> PlanPapers:
    """Return unsaved papers for a new plan of `client`, nothing of them verified."""
    plan = Plan(firm=firm, client=client)
    return PlanPapers(plan=plan, client=client, provisions=make_provisions(plan=plan), subaccount=None)


def make_provisions(*, plan: Plan) -> dict[str, PlanProvision]:
    """Return an unsaved row of every kind of provision, by its kind: nobody has verified it."""
    return {kind.value: PlanProvision(firm=plan.firm, plan=plan, kind=kind.value) for kind in ProvisionKind}


def find_subaccount(*, firm: Firm, plan: Plan, participant: Client | None = None) -> Subaccount | None:
    """Return a participant's after-tax sub-account, that of the plan's own client unless told otherwise."""
    participant_id = participant.pk if participant else plan.client_id
    return (
        Subaccount.objects.filter(firm=firm, plan=plan, participant_id=participant_id)
        .select_related("plan", "participant")
        .first()
    )


# --- Years ------------------------------------------------------------------------------------------------


def get_contribution_record(*, firm: Firm, year_id: int) -> ContributionRecord:
    return ContributionRecord.objects.select_related("plan__client", "participant").get(firm=firm, pk=year_id)


def has_contribution_record(*, firm: Firm, record: ContributionRecord, year: int) -> bool:
    """Return whether another row than `record` holds `year` for the same plan and participant."""
    return (
        ContributionRecord.objects.filter(
            firm=firm, plan_id=record.plan_id, participant_id=record.participant_id, year=year
        )
        .exclude(pk=record.pk)
        .exists()
    )


def find_last_estimate(*, firm: Firm, record: ContributionRecord) -> models.Model | None:
    """Return the year as it last read while its income was an estimate, from its history; None if it never was."""
    events: models.Manager[models.Model] = record.pgh_event_model.objects  # type: ignore[attr-defined]
    return events.filter(firm=firm, pgh_obj_id=record.pk, income_is_estimate=True).order_by("-pgh_id").first()


# --- Statements -------------------------------------------------------------------------------------------


def list_statements(*, firm: Firm, subaccount: Subaccount) -> QuerySet[SubaccountStatement]:
    """Return the sub-account's statements, the latest first."""
    return (
        SubaccountStatement.objects.filter(firm=firm, subaccount=subaccount)
        .select_related("subaccount")
        .order_by("-statement_date", "-pk")
    )


def get_statement(*, firm: Firm, statement_id: int) -> SubaccountStatement:
    return SubaccountStatement.objects.select_related("subaccount__plan__client").get(
        firm=firm, pk=statement_id
    )


def has_statement(*, firm: Firm, statement: SubaccountStatement, statement_date: datetime.date) -> bool:
    """Return whether another row than `statement` holds that date for the same sub-account."""
    return (
        SubaccountStatement.objects.filter(
            firm=firm, subaccount_id=statement.subaccount_id, statement_date=statement_date
        )
        .exclude(pk=statement.pk)
        .exists()
    )


# --- Movements and assets ---------------------------------------------------------------------------------


def get_movement(*, firm: Firm, movement_id: int) -> SubaccountMovement:
    return SubaccountMovement.objects.select_related(
        "subaccount__plan__client", "subaccount__participant"
    ).get(firm=firm, pk=movement_id)


def list_plan_assets(*, firm: Firm, plan: Plan) -> QuerySet[PlanAssets]:
    """Return what the plan held at each year's end, the latest first."""
    return PlanAssets.objects.filter(firm=firm, plan=plan).order_by("-year")


def get_plan_assets(*, firm: Firm, plan_assets_id: int) -> PlanAssets:
    return PlanAssets.objects.select_related("plan__client").get(firm=firm, pk=plan_assets_id)


def has_plan_assets(*, firm: Firm, assets: PlanAssets, year: int) -> bool:
    """Return whether another row than `assets` holds `year` for the same plan."""
    return (
        PlanAssets.objects.filter(firm=firm, plan_id=assets.plan_id, year=year).exclude(pk=assets.pk).exists()
    )


# --- IRA balances -----------------------------------------------------------------------------------------


def list_ira_balances(*, firm: Firm, client: Client) -> QuerySet[IraBalance]:
    """Return the client's year-end balances, the latest year first."""
    return IraBalance.objects.filter(firm=firm, client=client).order_by("-year", "kind")


def get_ira_balance(*, firm: Firm, ira_balance_id: int) -> IraBalance:
    return IraBalance.objects.select_related("client").get(firm=firm, pk=ira_balance_id)


def has_ira_balance(*, firm: Firm, balance: IraBalance, year: int, kind: str) -> bool:
    """Return whether another row than `balance` holds that year and kind for the same client."""
    return (
        IraBalance.objects.filter(firm=firm, client_id=balance.client_id, year=year, kind=kind)
        .exclude(pk=balance.pk)
        .exists()
    )


# --- Letters that rest on facts ---------------------------------------------------------------------------


def list_reliances(*, facts: Iterable[models.Model]) -> QuerySet[Reliance]:
    """Return the records of letters that rest on any of `facts`."""
    on_any = Q(pk__in=[])
    for fact in facts:
        if fact.pk is not None:
            on_any |= Q(fact_table=fact._meta.db_table, fact_id=fact.pk)
    return Reliance.objects.filter(on_any).order_by("pk")
