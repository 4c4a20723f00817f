"""The facts that a rollover looks at, and what the firm has asked for already."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

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
from clients.queries import (
    find_subaccount,
    get_participant,
    get_plan,
    list_plans_of_participant,
    make_provisions,
)
from law.limits import EnteredFigure
from law.words import LimitKind
from rollovers.evidence.queries.letters import still_asks
from rollovers.models import (
    EnteredLimit,
    RolloverRequest,
    StatementAcknowledgement,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """What is on record for the participant of one plan: rows, judged by nobody yet.

    `provisions` holds every kind; one that nobody has recorded is an unsaved row, not verified. `latest_assets` are
    what the plans of the plan's own client held at the latest year's end on record for any of them.
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
    latest_assets: list[PlanAssets]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """Who takes part in a plan, with the sub-account of theirs, if it has been named."""

    plan: Plan
    participant: Client
    subaccount: Subaccount | None


def get_plan_facts(*, firm: Firm, plan_id: int, participant_id: int | None = None) -> PlanFacts:
    """Return a plan's facts for one participant, the plan's own client unless told otherwise.

    Provisions, the participant's years, latest statement, and what letters asked for. Raises Plan.DoesNotExist,
    also for another firm's, and Client.DoesNotExist for who does not take part in the plan.
    """
    plan = get_plan(firm=firm, plan_id=plan_id)
    participant = get_participant(firm=firm, plan=plan, participant_id=participant_id)
    subaccount = find_subaccount(firm=firm, plan=plan, participant=participant)
    [facts] = read_facts(
        firm=firm,
        participations=[Participation(plan=plan, participant=participant, subaccount=subaccount)],
    )
    return facts


def list_client_facts(*, firm: Firm, client: Client) -> list[PlanFacts]:
    """Return the facts of each plan in which a client takes part, the client's own plans first."""
    plans = list(list_plans_of_participant(firm=firm, client=client))
    own = {
        row.plan_id: row for row in Subaccount.objects.filter(firm=firm, plan__in=plans, participant=client)
    }
    return read_facts(
        firm=firm,
        participations=[
            Participation(plan=plan, participant=client, subaccount=own.get(plan.pk)) for plan in plans
        ],
    )


def read_facts(*, firm: Firm, participations: Sequence[Participation]) -> list[PlanFacts]:
    """Return the facts of each participation, in that order: eight queries, whatever their number."""
    plans = {each.plan.pk for each in participations}
    people = {each.participant.pk for each in participations}
    subaccounts = {each.subaccount.pk for each in participations if each.subaccount}
    provisions = _group(PlanProvision.objects.filter(firm=firm, plan__in=plans), by="plan_id")
    records = _group(
        ContributionRecord.objects.filter(firm=firm, plan__in=plans, participant__in=people)
        .select_related("participant")
        .order_by("-year", "pk"),
        by="plan_id",
    )
    balances = _group(
        IraBalance.objects.filter(firm=firm, client__in=people).order_by("-year", "kind"), by="client_id"
    )
    statements = _group(
        SubaccountStatement.objects.filter(firm=firm, subaccount__in=subaccounts)
        .order_by("subaccount_id", "-statement_date", "-pk")
        .distinct("subaccount_id"),
        by="subaccount_id",
    )
    movements = _group(
        SubaccountMovement.objects.filter(firm=firm, subaccount__in=subaccounts).order_by(
            "movement_date", "pk"
        ),
        by="subaccount_id",
    )
    owners = {each.plan.client_id for each in participations}
    held_by_owner: dict[int, list[PlanAssets]] = defaultdict(list)  # the latest year first
    for row in (
        PlanAssets.objects.filter(firm=firm, plan__client__in=owners)
        .select_related("plan")
        .order_by("-year", "pk")
    ):
        held_by_owner[row.plan.client_id].append(row)
    requests = _group(
        RolloverRequest.objects.filter(
            still_asks(firm=firm, letter="letter"), firm=firm, subaccount__in=subaccounts
        )
        .select_related("letter", "plan")
        .defer("letter__pdf")
        .order_by("-payment_date", "-pk"),
        by="subaccount_id",
    )
    entered = list_entered_figures(firm=firm)
    gathered = []
    for each in participations:
        plan, subaccount = each.plan, each.subaccount
        plan.firm = firm
        participant = plan.client if each.participant.pk == plan.client_id else each.participant
        of_years = [row for row in records[plan.pk] if row.participant_id == participant.pk]
        for record in of_years:
            record.plan = plan
        of_owner = held_by_owner[plan.client_id]
        held = subaccount.pk if subaccount else None
        if subaccount is not None:
            subaccount.plan, subaccount.participant = plan, participant
        for statement in statements[held]:
            statement.subaccount = subaccount
        gathered.append(
            PlanFacts(
                plan=plan,
                participant=participant,
                provisions=make_provisions(plan=plan) | {row.kind: row for row in provisions[plan.pk]},
                records=of_years,
                ira_balances=balances[participant.pk],
                subaccount=subaccount,
                statement=next(iter(statements[held]), None),
                movements=movements[held],
                assets=[row for row in of_owner if row.plan_id == plan.pk],
                latest_assets=[row for row in of_owner if row.year == of_owner[0].year],
                earlier_requests=requests[held],
                entered_limits=entered,
            )
        )
    return gathered


def _group(rows: Iterable[Any], *, by: str) -> dict[int | None, list[Any]]:
    grouped: dict[int | None, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, by)].append(row)
    return grouped


def list_entered_figures(*, firm: Firm) -> tuple[EnteredFigure, ...]:
    """Return the figures from law that the firm has entered itself, as the rules take them."""
    return tuple(
        EnteredFigure(kind=LimitKind(row.kind), year=row.year, amount=row.amount, source=row.source)
        for row in EnteredLimit.objects.filter(firm=firm)
    )


def has_entered_limit(*, firm: Firm, row: EnteredLimit, kind: str, year: int) -> bool:
    """Return whether the firm has entered that limit of that year in another row than `row`."""
    return EnteredLimit.objects.filter(firm=firm, kind=kind, year=year).exclude(pk=row.pk).exists()


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
