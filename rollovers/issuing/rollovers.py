"""What a rollover comes to: allocation, findings and the letter as it would be issued. Nothing is saved."""

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from advisors.models import Advisor, Firm
from clients.models import PlanProvision
from law.allocation import (
    Allocation,
    AllocationRefused,
    Disbursement,
    allocate,
)
from law.checks.rollovers import has_meaningful_earnings
from law.early_age import count_age_in_months
from law.figures import Figure
from law.findings import Finding, list_blocks, list_questionable
from law.findings.catalogue import LETTER_REFUSED, LETTER_UNPRINTABLE, NO_STATEMENT
from law.money import ZERO
from law.subaccount import Contract
from law.tax_forms import Form1099R, expect_forms
from law.ways import make_disbursement, plan_disbursements
from law.words import Answer, Payee, ProvisionKind, Way
from rollovers.issuing.queries.wording import get_wording
from rollovers.letters.after_tax_letter import AfterTaxLetter, Letterhead, ProvisionEvidence
from rollovers.letters.after_tax_letter import Destination as LetterDestination
from rollovers.letters.packet import render_html
from rollovers.letters.rendering import find_unprintable_characters
from rollovers.letters.texts import LetterRefused
from rollovers.letters.wording import FirmWords
from rollovers.models import Letter
from rollovers.reviews.findings import find_plan_findings, find_rollover_findings, read_small_earnings
from rollovers.reviews.queries import PlanFacts
from rollovers.reviews.subaccounts import find_contract, list_outstanding, measure_subaccount
from rollovers.reviews.years import review_years

UNISSUED_REFERENCE = "(given when issued)"
TO_BE_NAMED = "(to be named)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A destination as the planner entered it. Dollars; `amount` and `pretax` are None where left to the rules."""

    to: Payee
    payee: str = ""
    account_title: str = ""
    account_number: str = ""
    amount: Decimal | None = None
    pretax: Decimal | None = None
    separately_accounts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloverEntry:
    """What the planner asks for: how much, which way, to whom and when. `amount` is None for the whole."""

    way: Way
    legs: tuple[Leg, ...]
    payment_date: datetime.date
    amount: Decimal | None = None
    supersedes: Letter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rollover comes to: figures, findings and, unless something blocks it, the letter."""

    subaccount: Contract | None
    contract: Contract | None
    allocation: Allocation | None
    explanations: tuple[Figure, ...]
    forms: tuple[Form1099R, ...]
    findings: tuple[Finding, ...]
    letter: AfterTaxLetter | None

    @property
    def blocks(self) -> tuple[Finding, ...]:
        return list_blocks(findings=self.findings)

    @property
    def questionable(self) -> tuple[Finding, ...]:
        """The findings over which the letter may be issued only with a reason."""
        return list_questionable(findings=self.findings)

    @property
    def digest(self) -> str:
        """A fingerprint of the letter as it reads, to tell whether what is issued is what was shown."""
        return hashlib.sha256(render_html(letter=self.letter).encode()).hexdigest() if self.letter else ""


def suggest_way(*, firm: Firm, subaccount: Contract | None) -> Way:
    """Return the way the firm's threshold chooses: a split where the earnings are more than small."""
    small = read_small_earnings(firm=firm)
    meaningful = subaccount is not None and has_meaningful_earnings(subaccount=subaccount, small=small)
    return Way.SPLIT if meaningful else Way.ALL_ROTH


def preview_rollover(
    *,
    firm: Firm,
    facts: PlanFacts,
    entry: RolloverEntry,
    advisor: Advisor,
    today: datetime.date,
    wording: Mapping[str, str] | None = None,
) -> Outcome:
    """Return what the entry comes to, without saving anything. `today` is the letter's date.

    `wording` are the firm's own words as `get_wording` reads them, where they are read once for many.
    """
    subaccount = measure_subaccount(facts=facts, without=entry.supersedes)
    findings = find_plan_findings(
        facts=facts, today=today, payment_date=entry.payment_date, in_plan=entry.way == Way.IN_PLAN
    )
    findings += tuple(finding for year in review_years(facts=facts) for finding in year.findings)
    if subaccount is None or facts.statement is None:
        findings += (NO_STATEMENT.find(),)
        return Outcome(
            subaccount=None,
            contract=None,
            allocation=None,
            explanations=(),
            forms=(),
            findings=findings,
            letter=None,
        )
    contract = find_contract(facts=facts, subaccount=subaccount)
    distribution = entry.amount if entry.amount is not None else subaccount.balance
    allocation, refusal = None, None
    if contract is not None:
        try:
            allocation = allocate(
                contract=contract,
                disbursements=_plan_disbursements(contract=contract, distribution=distribution, entry=entry),
            )
        except AllocationRefused as error:
            refusal = error
    findings += find_rollover_findings(
        facts=facts,
        subaccount=subaccount,
        today=today,
        payment_date=entry.payment_date,
        distribution=distribution,
        allocation=allocation,
        refusal=refusal,
        without=entry.supersedes,
    )
    letter = None
    if allocation is not None and not list_blocks(findings=findings):
        try:
            letter = _write_letter(
                firm=firm,
                facts=facts,
                entry=entry,
                subaccount=subaccount,
                allocation=allocation,
                advisor=advisor,
                today=today,
                wording=get_wording(firm=firm) if wording is None else wording,
            )
            findings += _check_printable(letter)
        except LetterRefused as error:
            findings += (LETTER_REFUSED.find(why=str(error)),)
    return Outcome(
        subaccount=subaccount,
        contract=contract,
        allocation=allocation,
        explanations=allocation.figures if allocation else (),
        forms=expect_forms(
            allocation=allocation,
            age_in_months=count_age_in_months(
                birth_date=facts.participant.birth_date, on_date=entry.payment_date
            ),
        )
        if allocation
        else (),
        findings=findings,
        letter=None if list_blocks(findings=findings) else letter,
    )


def _check_printable(letter: AfterTaxLetter) -> tuple[Finding, ...]:
    unprintable = find_unprintable_characters(letter=letter)
    return (LETTER_UNPRINTABLE.find(characters=" ".join(unprintable)),) if unprintable else ()


def _plan_disbursements(
    *, contract: Contract, distribution: Decimal, entry: RolloverEntry
) -> tuple[Disbursement, ...]:
    """Return the disbursements that the planner's way comes to. Raises LegsDoNotFit."""
    own = [
        make_disbursement(
            to=leg.to,
            amount=leg.amount or ZERO,
            pretax=None if leg.to is Payee.PARTICIPANT else leg.pretax,
            separately_accounts=leg.separately_accounts,
        )
        for leg in entry.legs
    ]
    return plan_disbursements(way=entry.way, contract=contract, distribution=distribution, own=own)


def _write_letter(
    *,
    firm: Firm,
    facts: PlanFacts,
    entry: RolloverEntry,
    subaccount: Contract,
    allocation: Allocation,
    advisor: Advisor,
    today: datetime.date,
    wording: Mapping[str, str],
) -> AfterTaxLetter:
    """Return the letter that asks for this allocation. Raises a kind of LetterRefused."""
    assert facts.subaccount  # noqa: S101 the caller has looked
    assert facts.statement  # noqa: S101
    plan, client = facts.plan, facts.participant
    consent = facts.provisions[ProvisionKind.SPOUSAL_CONSENT_REQUIRED]
    city_line = " ".join(
        part for part in (f"{firm.city}, {firm.state}".strip(", "), firm.postal_code) if part
    )
    return AfterTaxLetter(
        reference=UNISSUED_REFERENCE,
        letter_date=today,
        payment_date=entry.payment_date,
        letterhead=Letterhead(
            firm_name=firm.name,
            address_lines=tuple(line for line in (firm.street, city_line) if line),
            phone=firm.phone,
            disclosure=firm.disclosure,
            logo=bytes(firm.letterhead_logo) if firm.letterhead_logo else None,
            logo_media_type=firm.logo_media_type,
        ),
        prepared_by=advisor.full_name,
        administrator_name=plan.administrator_name,
        administrator_address=plan.administrator_address,
        custodian_name=plan.custodian_name,
        custodian_address=plan.custodian_address,
        trustee_name=plan.trustee_name,
        plan_name=plan.name,
        plan_number=plan.plan_number,
        ein=plan.ein,
        participant_name=client.legal_name,
        ssn_last_four=client.ssn_last_four,
        birth_date=client.birth_date,
        subaccount_title=facts.subaccount.title,
        subaccount_number=facts.subaccount.account_number,
        contribution_years=tuple(sorted(record.year for record in facts.records if record.after_tax > ZERO)),
        in_service=_cite_provision(facts.provisions[ProvisionKind.IN_SERVICE_DISTRIBUTION]),
        separate_accounting=_cite_provision(facts.provisions[ProvisionKind.SEPARATE_ACCOUNTING]),
        statement_date=facts.statement.statement_date,
        statement_document=facts.statement.source_document,
        basis=subaccount.basis,
        value=subaccount.balance,
        covers_whole=entry.amount is None,
        destinations=tuple(
            LetterDestination(
                payee=leg.payee or TO_BE_NAMED,
                account_title=leg.account_title,
                account_number=leg.account_number,
                kind=allocated.disbursement.to,
                amount=allocated.disbursement.amount,
                pretax=allocated.pretax,
                after_tax=allocated.after_tax,
            )
            for leg, allocated in zip(
                _match_legs(entry=entry, allocation=allocation, facts=facts),
                allocation.disbursements,
                strict=True,
            )
        ),
        withholding=allocation.withholding,
        includible=allocation.includible,
        spousal_consent_required=consent.answer == Answer.YES,
        in_plan_roth=_cite_provision(facts.provisions[ProvisionKind.IN_PLAN_ROTH_ROLLOVER])
        if allocation.is_in_plan
        else None,
        one_signature=facts.provisions[ProvisionKind.ONE_SIGNATURE].answer == Answer.YES,
        is_sample=firm.is_sample,
        wording=FirmWords(**wording),
        supersedes=entry.supersedes.reference if entry.supersedes else "",
        requested_before=tuple(
            f"letter {request.letter.reference}"
            for request in list_outstanding(facts=facts, without=entry.supersedes)
        ),
    )


def _cite_provision(provision: PlanProvision) -> ProvisionEvidence:
    return ProvisionEvidence(
        document=provision.document,
        section=provision.section,
        page=provision.page,
        verified_by=provision.verified_by,
        verified_date=provision.verified_date,
    )


def _match_legs(*, entry: RolloverEntry, allocation: Allocation, facts: PlanFacts) -> list[Leg]:
    """Return, for each disbursement, the destination that the planner entered for it.

    The participant and the plan's own designated Roth account are named by the facts.
    """
    named = {Payee.PARTICIPANT: facts.participant.legal_name, Payee.DESIGNATED_ROTH: facts.plan.name}
    if entry.way == Way.OWN:
        legs = list(entry.legs)
    else:
        by_kind = {leg.to: leg for leg in entry.legs}
        legs = [
            by_kind.get(allocated.disbursement.to, Leg(to=allocated.disbursement.to))
            for allocated in allocation.disbursements
        ]
    return [replace(leg, payee=named.get(leg.to, leg.payee)) for leg in legs]
