"""The ledger of a sub-account from what is on record, its statements against it, and what is still to be recorded."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from advisors.models import Advisor, Firm
from clients.models import SubaccountMovement, SubaccountStatement
from clients.queries import list_statements
from law.checks.plans import check_deposits
from law.findings import Finding
from law.ledger import Ledger, keep_ledger, weigh_carry
from law.money import ZERO, write_dollars
from law.movements import Movement
from law.reconciliation import Reconciliation, reconcile_statements
from law.subaccount import Share
from law.words import Answer, MovementKind, ProvisionKind
from rollovers.models import RolloverRequest, StatementAcknowledgement
from rollovers.reviews.queries import PlanFacts, list_acknowledgements


class DifferenceChanged(Exception):
    """The statement no longer differs from the ledger by what was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementReview:
    """A statement against the ledger, with the reason that somebody gave for the difference.

    The reason stands for this very difference, be it given for an earlier statement that differs by the same.
    """

    row: SubaccountStatement
    reconciliation: Reconciliation
    acknowledgement: StatementAcknowledgement | None

    @property
    def is_open(self) -> bool:
        return self.reconciliation.difference != ZERO and self.acknowledgement is None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerReview:
    """The ledger, the statements against it, and what is not recorded yet.

    `if_all_left` is what a distribution of everything would come to without the carry of unrecovered basis and
    with it, where the plan's policy is not verified and makes a difference.
    """

    facts: PlanFacts
    ledger: Ledger
    statements: tuple[StatementReview, ...]
    findings: tuple[Finding, ...]
    unpaid: tuple[RolloverRequest, ...]
    if_all_left: tuple[Share, Share] | None


def review_ledger(*, firm: Firm, facts: PlanFacts) -> LedgerReview:
    """Return the ledger of the participant's sub-account with all that the page tells of it."""
    rows = list(list_statements(firm=firm, subaccount=facts.subaccount)) if facts.subaccount else []
    gaps = find_deposit_gaps(facts=facts)
    ledger = keep_ledger(
        movements=[*list_recorded_movements(facts=facts), *map(_read_statement, rows)],
        carried=read_carry_policy(facts),
    )
    return LedgerReview(
        facts=facts,
        ledger=ledger,
        statements=_review_statements(
            firm=firm, rows=rows, reconciliations=reconcile_statements(ledger=ledger, unrecorded=gaps)
        ),
        findings=check_deposits(
            contributions={record.year: record.after_tax for record in facts.records}, deposit_gaps=gaps
        ),
        unpaid=tuple(list_unpaid_requests(facts=facts)),
        if_all_left=weigh_carry(ledger=ledger),
    )


def read_carry_policy(facts: PlanFacts) -> Answer:
    return Answer(facts.provisions[ProvisionKind.UNRECOVERED_BASIS_CARRIED].answer)


# --- Movements --------------------------------------------------------------------------------------------


def list_recorded_movements(*, facts: PlanFacts) -> list[Movement]:
    """Return what moved: the movements on record, and a year's total where none of its deposits is.

    Such a total is dated as the record's last after-tax deposit, else at the year's end and marked so. A payment
    that a letter asked for as the whole sub-account is taken to be all that it was worth.
    """
    letters = {request.letter.reference: request for request in facts.earlier_requests}
    deposited = {row.year for row in facts.movements if row.kind == MovementKind.CONTRIBUTION}
    return [
        *(_read_movement(row, letters.get(row.letter_reference)) for row in facts.movements),
        *(
            Movement(
                kind=MovementKind.CONTRIBUTION,
                date=record.after_tax_date or _end_of_year(record.year),
                amount=record.after_tax,
                for_year=record.year,
                is_dated=record.after_tax_date is not None,
            )
            for record in facts.records
            if record.after_tax > ZERO and record.year not in deposited
        ),
    ]


def _read_movement(row: SubaccountMovement, request: RolloverRequest | None) -> Movement:
    value_before = row.value_before
    if value_before is None and request is not None and request.covers_whole:
        value_before = row.amount
    return Movement(
        kind=MovementKind(row.kind),
        date=row.movement_date,
        amount=row.amount,
        earnings=row.earnings,
        value_before=value_before,
        reference=row.letter_reference,
        estimated_after_tax=request.after_tax if request else None,
        for_year=row.year,
        key=row.pk,
    )


def _read_statement(row: SubaccountStatement) -> Movement:
    return Movement(
        kind=MovementKind.STATEMENT, date=row.statement_date, amount=row.value, basis=row.basis, key=row.pk
    )


def list_unpaid_requests(*, facts: PlanFacts) -> list[RolloverRequest]:
    """Return what standing letters asked for and no movement records as paid, the latest first."""
    paid = {row.letter_reference for row in facts.movements if row.kind == MovementKind.DISTRIBUTION}
    return [request for request in facts.earlier_requests if request.letter.reference not in paid]


def find_deposit_gaps(*, facts: PlanFacts) -> dict[int, Decimal]:
    """Return, by year, what the year's record says was contributed beyond the deposits on record, in dollars."""
    deposits: dict[int, Decimal] = {}
    for row in facts.movements:
        if row.kind == MovementKind.CONTRIBUTION and row.year is not None:
            deposits[row.year] = deposits.get(row.year, ZERO) + row.amount
    recorded = {record.year: record.after_tax for record in facts.records}
    gaps = {year: recorded.get(year, ZERO) - amount for year, amount in deposits.items()}
    return {year: gap for year, gap in gaps.items() if gap != ZERO}


# --- Statements -------------------------------------------------------------------------------------------


def _review_statements(
    *, firm: Firm, rows: list[SubaccountStatement], reconciliations: Sequence[Reconciliation]
) -> tuple[StatementReview, ...]:
    """Return the statements against the ledger, the latest first."""
    by_key = {row.pk: row for row in rows}
    given: dict[tuple[int, Decimal], StatementAcknowledgement] = {}
    for each_given in list_acknowledgements(firm=firm, statements=rows):
        given.setdefault((each_given.statement_id, each_given.basis_difference), each_given)
    reviews: list[StatementReview] = []
    for each in reconciliations:
        assert each.statement.key is not None  # noqa: S101 made of rows
        acknowledgement = given.get((each.statement.key, each.difference))
        if acknowledgement is None and each.is_unchanged:
            acknowledgement = reviews[-1].acknowledgement
        reviews.append(
            StatementReview(
                row=by_key[each.statement.key], reconciliation=each, acknowledgement=acknowledgement
            )
        )
    return tuple(reversed(reviews))


def acknowledge_difference(
    *,
    firm: Firm,
    facts: PlanFacts,
    statement: SubaccountStatement,
    difference: Decimal,
    reason: str,
    advisor: Advisor,
) -> StatementAcknowledgement:
    """Keep the advisor's reason for the difference in dollars, as it was shown, of a statement from the ledger.

    It stands only while the statement differs by just that. Raises DifferenceChanged where it no longer does.
    """
    review = review_ledger(firm=firm, facts=facts)
    current = next(each for each in review.statements if each.row.pk == statement.pk)
    if current.reconciliation.difference != difference or difference == ZERO:
        raise DifferenceChanged(write_dollars(current.reconciliation.difference))
    return StatementAcknowledgement.objects.create(
        firm=firm,
        statement=statement,
        basis_difference=difference,
        reason=reason,
        acknowledged_by=advisor,
    )


def _end_of_year(year: int) -> datetime.date:
    return datetime.date(year, 12, 31)
