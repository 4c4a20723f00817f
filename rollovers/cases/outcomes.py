"""What a payment comes to: allocated again on the payment date's figures, beside what the letter says at that value.

The letter's figures were estimates. Its words say how they adjust; what was paid is told payee by payee.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from advisors.models import Firm
from clients.queries import list_statements
from law.adjustment import divide_as_asked, elect_as_asked, find_absorbing, find_basis_holder
from law.allocation import Allocation, AllocationRefused, allocate
from law.figures import Figure
from law.ledger import keep_ledger
from law.money import ZERO, write_dollars
from law.subaccount import Contract, share_distribution
from law.words import MovementKind
from rollovers.cases.refusals import Fact, Fault, PaymentRefused
from rollovers.cases.tax_forms import make_disbursement
from rollovers.models import Disbursement as DisbursementRow
from rollovers.models import Letter, Payment
from rollovers.reviews.ledgers import list_recorded_movements, read_carry_policy
from rollovers.reviews.queries import get_plan_facts

ELECTION_DOES_NOT_FIT = (
    "The letter's election does not fit what was paid: the pretax money is assigned to another plan and the"
    " traditional IRA first, and to the Roth IRA last. Confirm with a CPA."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEntry:
    """A payment as the planner read it from the custodian's papers. Dollars.

    `value_before` is what the sub-account was worth on the payment date, just before. `amounts` are by the
    disbursement's id; one that is left out is as the letter says it at that value. `withheld` is None where it is
    the 20% of section 3405(c). `corrects` is the id of the payment that was shown as recorded, None for none.
    """

    payment_date: datetime.date
    value_before: Decimal
    amounts: Mapping[int, Decimal] = field(default_factory=dict)
    withheld: Decimal | None = None
    received_date: datetime.date | None = None
    source_document: str = ""
    note: str = ""
    corrects: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidLeg:
    """One payee: what the letter asked for, what it says at the payment's value, and what was paid. Dollars."""

    row: DisbursementRow
    said: Decimal
    amount: Decimal
    pretax: Decimal
    after_tax: Decimal

    @property
    def difference(self) -> Decimal:
        return self.amount - self.row.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOutcome:
    """What a payment comes to, before it is recorded. Dollars; `election_note` says where an election did not fit."""

    contract: Contract
    allocation: Allocation
    legs: tuple[PaidLeg, ...]
    withheld: Decimal
    explanations: tuple[Figure, ...]
    election_note: str
    leaves_nothing: bool

    @property
    def is_as_asked(self) -> bool:
        """Whether each payee got what the letter's words come to at the payment's value.

        Where they leave nothing for a payment that does not fall away, they ask for none.
        """
        return not self.leaves_nothing and all(leg.amount == leg.said for leg in self.legs)


def preview_payment(*, firm: Firm, letter: Letter, entry: PaymentEntry) -> PaymentOutcome:
    """Return what a payment would come to, without recording it. Raises PaymentRefused."""
    basis = measure_basis(firm=firm, letter=letter, payment_date=entry.payment_date)
    return work_out_payment(letter=letter, basis=basis, entry=entry)


def measure_basis(*, firm: Firm, letter: Letter, payment_date: datetime.date) -> Decimal:
    """Return the sub-account's basis just before a letter's payment, in dollars.

    It is the latest statement's before that date, with what moved after it: deposits in, other payments out. A
    statement shows what moved on its own day, so one of that date lacks the payment's basis already, unless the letter
    rests on it. Without such a statement, it is that of the statement which the letter rests on.
    """
    request = letter.request
    facts = get_plan_facts(firm=firm, plan_id=request.plan_id, participant_id=request.participant_id)
    own = {
        row.pk
        for row in facts.movements
        if row.kind == MovementKind.DISTRIBUTION and row.letter_reference == letter.reference
    }
    statement = (
        list_statements(firm=firm, subaccount=request.subaccount)
        .filter(Q(statement_date__lt=payment_date) | Q(statement_date=payment_date, pk=request.statement_id))
        .first()
        or request.statement
    )
    ledger = keep_ledger(
        movements=[
            movement
            for movement in list_recorded_movements(facts=facts)
            if movement.is_dated
            and statement.statement_date < movement.date <= payment_date
            and movement.key not in own
        ],
        carried=read_carry_policy(facts),
        opening=Contract(balance=statement.value, basis=statement.basis, separate_accounting=True),
    )
    return ledger.closing.basis


def work_out_payment(*, letter: Letter, basis: Decimal, entry: PaymentEntry) -> PaymentOutcome:
    """Return what a payment comes to out of a sub-account with `basis` dollars. Raises PaymentRefused."""
    rows = list(letter.request.disbursements.all())
    if entry.value_before <= ZERO:
        raise PaymentRefused("Enter what the sub-account was worth just before.", fault=Fact.VALUE_BEFORE)
    contract = Contract(balance=entry.value_before, basis=basis, separate_accounting=True)
    divided = divide_as_asked(legs=rows, covers_whole=letter.request.covers_whole, contract=contract)
    said = {row.pk: amount for row, amount in zip(rows, divided, strict=True)}
    amounts = {row.pk: entry.amounts.get(row.pk, said[row.pk]) for row in rows}
    falling = find_absorbing(legs=rows) if find_basis_holder(legs=rows) else None
    unpaid = {row.pk for row in rows if said[row.pk] < ZERO or (not said[row.pk] and row != falling)}
    for row in rows:
        if amounts[row.pk] < ZERO or row.pk in unpaid - entry.amounts.keys():
            raise PaymentRefused(
                "At that value the letter leaves nothing for this payment: enter what was paid.",
                fault=row,
            )
    distribution = sum(amounts.values(), ZERO)
    if not distribution:
        raise PaymentRefused("Enter what was paid.", fault=rows[0])
    if distribution > contract.balance:
        raise PaymentRefused(
            f"The payments sum to {write_dollars(distribution)}, more than the"
            f" {write_dollars(contract.balance)} that the sub-account was worth just before.",
            fault=Fact.VALUE_BEFORE,
        )
    elected = elect_as_asked(
        legs=rows,
        amounts=[amounts[row.pk] for row in rows],
        share=share_distribution(contract=contract, distribution=distribution),
    )
    election = zip(rows, elected or [None] * len(rows), strict=True)
    paid = [(row, pretax) for row, pretax in election if amounts[row.pk]]
    try:
        allocation = allocate(
            contract=contract,
            disbursements=[
                make_disbursement(row=row, amount=amounts[row.pk], pretax=pretax) for row, pretax in paid
            ],
        )
    except AllocationRefused as error:
        raise PaymentRefused(f"{error}", fault=_find_fault(error, [row for row, _ in paid])) from error
    parts = {
        row.pk: (leg.pretax, leg.after_tax)
        for (row, _), leg in zip(paid, allocation.disbursements, strict=True)
    }
    return PaymentOutcome(
        contract=contract,
        allocation=allocation,
        legs=tuple(
            PaidLeg(
                row=row,
                said=said[row.pk],
                amount=amounts[row.pk],
                pretax=parts.get(row.pk, (ZERO, ZERO))[0],
                after_tax=parts.get(row.pk, (ZERO, ZERO))[1],
            )
            for row in rows
        ),
        withheld=_read_withheld(entry=entry, allocation=allocation),
        explanations=allocation.figures,
        election_note=ELECTION_DOES_NOT_FIT if elected is None else "",
        leaves_nothing=bool(unpaid),
    )


def _read_withheld(*, entry: PaymentEntry, allocation: Allocation) -> Decimal:
    if entry.withheld is None:
        return allocation.withholding
    if entry.withheld > allocation.kept.amount:
        raise PaymentRefused(
            "No more can be withheld than was paid to the participant. A direct rollover bears no withholding.",
            fault=Fact.WITHHELD,
        )
    return entry.withheld


def _find_fault(error: AllocationRefused, paid: list[DisbursementRow]) -> Fault:
    """Return what the path of an allocation's leg names, as in "disbursements.0.pretax"."""
    parts = error.field.split(".")
    return paid[int(parts[1])] if len(parts) > 1 else Fact.VALUE_BEFORE


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedLeg:
    """One payee of a letter beside what was recorded as paid. Dollars; the differences are signed."""

    row: DisbursementRow
    amount: Decimal
    pretax: Decimal
    after_tax: Decimal

    @property
    def difference(self) -> Decimal:
        return self.amount - self.row.amount

    @property
    def pretax_difference(self) -> Decimal:
        return self.pretax - self.row.pretax


def compare_payment(*, letter: Letter, payment: Payment) -> list[ComparedLeg]:
    """Return what each payee was paid beside what the letter asked for, in the letter's order."""
    paid = {row.disbursement_id: row for row in payment.disbursements.all()}
    return [
        ComparedLeg(
            row=row,
            amount=paid[row.pk].amount if row.pk in paid else ZERO,
            pretax=paid[row.pk].pretax if row.pk in paid else ZERO,
            after_tax=paid[row.pk].after_tax if row.pk in paid else ZERO,
        )
        for row in letter.request.disbursements.all()
    ]
