"""The facts that a rollover looks at, and what the firm has asked for already."""

from collections.abc import Iterable
from dataclasses import dataclass

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
    find_latest_statement,
    get_plan_with_facts,
    list_contribution_records,
    list_ira_balances,
    list_movements,
    list_plan_assets,
    list_plans_of_participant,
)
from law.limits import EnteredFigure
from rollovers.evidence.queries.letters import was_voided
from rollovers.models import (
    EnteredLimit,
    RolloverRequest,
    StatementAcknowledgement,
)


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
    """Return the requests whose letters still stand, latest first: nothing superseded them, nobody voided them."""
    return list(
        RolloverRequest.objects.filter(firm=firm, subaccount=subaccount, letter__superseded_by__isnull=True)
        .exclude(was_voided(firm=firm, letter="letter"))
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
