"""What the packet says if the IRS asks: why a payment's taxable amount is what it is, and what proves it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from clients.models import PlanProvision, SubaccountMovement
from law.dates import write_date
from law.ledger import Entry
from law.money import ZERO, pro_rata, write_dollars
from law.tax_forms import NAMES, Form1099R
from law.words import Answer, MovementKind, ProvisionKind
from rollovers.cases.tax_forms import MatchedForm, TaxForms
from rollovers.cpa.packets import CpaPacket, name_state
from rollovers.cpa.settlements import write_settlement
from rollovers.evidence.cases import read_case
from rollovers.models import Letter
from rollovers.reviews.queries import PlanFacts

_PROVISIONS_RELIED_ON = (ProvisionKind.SEPARATE_ACCOUNTING, ProvisionKind.IN_SERVICE_DISTRIBUTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidForm:
    """The Form 1099-R of one payment, and who received its money."""

    form: Form1099R
    payee: str

    @property
    def name(self) -> str:
        """What the payee is, in a sentence."""
        return NAMES[self.form.payee]

    @property
    def pretax(self) -> Decimal:
        return self.form.box_1_gross - self.form.box_5_basis


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidDistribution:
    """A distribution that was paid: the Form 1099-R expected of each payment, and what proves it.

    `payees` name who received each form's money. `basis` and `value` are the sub-account's just before, in dollars.
    `undivided` is what left by the ledger, in dollars, where nobody has recorded how it was divided; `election_note`
    where the letter's election did not fit it; `reported` what became of the forms that show it; `settled` what was
    recorded of the 60 days. `proof` are documents: a name, and what it is.
    """

    reference: str
    payment_date: datetime.date
    undivided: Decimal | None
    forms: tuple[Form1099R, ...]
    payees: tuple[str, ...]
    basis: Decimal
    value: Decimal
    separate_accounting: str
    year: int
    election_note: str
    reported: str
    settled: str
    proof: tuple[tuple[str, str], ...]

    @property
    def rows(self) -> list[PaidForm]:
        return [PaidForm(form=form, payee=payee) for form, payee in zip(self.forms, self.payees, strict=True)]

    @property
    def amount(self) -> Decimal:
        return sum((form.box_1_gross for form in self.forms), ZERO)

    @property
    def after_tax(self) -> Decimal:
        return sum((form.box_5_basis for form in self.forms), ZERO)

    @property
    def pretax(self) -> Decimal:
        return self.amount - self.after_tax

    @property
    def holds_no_earnings(self) -> bool:
        return not self.pretax and self.basis >= self.value

    @property
    def is_pro_rata(self) -> bool:
        """Whether its after-tax part is its share of the sub-account's basis just before."""
        return pro_rata(amount=self.amount, part=self.basis, whole=self.value) == self.after_tax

    @property
    def chose_among_several(self) -> bool:
        return sum(form.is_direct for form in self.forms) > 1


def list_answers(*, packet: CpaPacket) -> list[PaidDistribution]:
    """Return what there is to explain: the letters of the year's payments that are recorded as paid."""
    return [
        _take_distribution(packet=packet, letter=letter, tax=tax)
        for letter, tax in packet.paid
        if tax.expected.is_paid
    ]


def _take_distribution(*, packet: CpaPacket, letter: Letter, tax: TaxForms) -> PaidDistribution:
    case, request = read_case(letter=letter), letter.request
    paid_from = case.payment or request
    facts = next((plan.facts for plan in packet.plans if plan.facts.plan.pk == request.plan_id), None)
    separate = facts.provisions[ProvisionKind.SEPARATE_ACCOUNTING] if facts else None
    settlement = case.settlement
    payments = _list_payments(letter=letter, facts=facts)
    return PaidDistribution(
        reference=letter.reference,
        payment_date=tax.expected.payment_date,
        undivided=None if tax.expected.is_divided else sum((row.amount for row in payments), ZERO),
        forms=tax.expected.forms,
        payees=tuple(title for _, title in tax.expected.rows),
        basis=paid_from.basis_before,
        value=paid_from.value_before,
        separate_accounting=cite_provision(provision=separate) if separate else "see the letter",
        year=packet.year,
        election_note=case.payment.figures.get("election_note", "") if case.payment else "",
        reported=_report_match(tax=tax),
        settled=write_settlement(details=settlement.details, date=settlement.step_date) if settlement else "",
        proof=_list_proof(letter=letter, facts=facts, payments=payments),
    )


def cite_provision(*, provision: PlanProvision) -> str:
    """Return where the plan's papers answer, who verified it and when."""
    if provision.answer == Answer.NOT_VERIFIED or provision.verified_date is None:
        return "not verified"
    page = f", page {provision.page}" if provision.page else ""
    return (
        f"{provision.get_answer_display().lower()}: {provision.document}, section {provision.section}{page}, verified"
        f" by {provision.verified_by} on {write_date(provision.verified_date)}"
    )


def write_match(*, each: MatchedForm) -> str:
    """Return whether a form that came agrees with what was expected, and if not, why."""
    return "agrees" if each.match.agrees else " ".join(cause.message for cause in each.match.causes)


def _report_match(*, tax: TaxForms) -> str:
    if not tax.matches:
        return "No tax form has been entered yet."
    said = "; ".join(f"{each.title}: {write_match(each=each)}" for each in tax.matches)
    return f"Forms that came: {said}."


# --- What proves it -----------------------------------------------------------------------------------------


def _list_proof(
    *, letter: Letter, facts: PlanFacts | None, payments: Sequence[SubaccountMovement]
) -> tuple[tuple[str, str], ...]:
    """Return the documents that prove a payment: what each is, and where it is or its SHA-256."""
    return (
        ("the request", f"letter {letter.reference}, PDF of SHA-256 {letter.pdf_sha256}"),
        ("basis and value before", _name_statement(letter=letter, facts=facts)),
        *_list_deposits(letter=letter, facts=facts),
        *(
            (row.get_kind_display().lower(), cite_provision(provision=row))
            for row in ([facts.provisions[kind] for kind in _PROVISIONS_RELIED_ON] if facts else [])
            if row.pk
        ),
        *(
            (
                "the payment",
                f"{write_date(row.movement_date, 'short')} {row.source_document}, {write_dollars(row.amount)}",
            )
            for row in payments
        ),
        *(
            ("evidence on file", f"{each.title}, SHA-256 {each.content_sha256}")
            for each in letter.evidence.all()
        ),
    )


def _name_statement(*, letter: Letter, facts: PlanFacts | None) -> str:
    statement = letter.request.statement
    said = f"{statement.source_document}, {write_date(statement.statement_date)}"
    years = sorted({record.year for record in facts.records if record.after_tax}) if facts else []
    if not years:
        return said
    return f"{said}; after-tax contributions on record for {', '.join(map(str, years))}"


def _list_deposits(*, letter: Letter, facts: PlanFacts | None) -> list[tuple[str, str]]:
    deposits = [
        f"{write_date(row.movement_date, 'short')} {row.source_document}"
        for row in (facts.movements if facts else [])
        if row.kind == MovementKind.CONTRIBUTION and row.movement_date <= letter.letter_date
    ]
    return [("deposits", "; ".join(deposits))] if deposits else []


def _list_payments(*, letter: Letter, facts: PlanFacts | None) -> list[SubaccountMovement]:
    """Return the ledger's distributions that name a letter."""
    return [
        row
        for row in (facts.movements if facts else [])
        if row.kind == MovementKind.DISTRIBUTION and row.letter_reference == letter.reference
    ]


# --- Without a letter that stands ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Unasked:
    """What left in the year without a letter that stands: the ledger knows its parts, nobody its destination.

    `state` is where the letter stands that it left under, "" where that one is not of this year's payments.
    """

    plan_name: str
    entry: Entry
    state: str


def list_unasked(*, packet: CpaPacket) -> list[Unasked]:
    """Return what left each plan in the year and is of no payment of the packet."""
    known = {letter.reference for letter, _ in packet.paid}
    return [
        Unasked(
            plan_name=plan.facts.plan.name,
            entry=entry,
            state=_name_ended(reference=entry.movement.reference, packet=packet),
        )
        for plan in packet.plans
        for entry in (plan.row.entries if plan.row else ())
        if entry.share is not None and entry.movement.reference not in known
    ]


def _name_ended(*, reference: str, packet: CpaPacket) -> str:
    letter = next((letter for letter, _ in packet.letters if letter.reference == reference), None)
    return name_state(letter=letter) if letter and read_case(letter=letter).has_ended else ""
