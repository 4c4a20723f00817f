"""Facts turned into figures, findings and letters. A preview saves nothing; issuing saves all of it or none."""

import datetime
import hashlib
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from advisors.models import Advisor, Firm
from clients.models import ContributionRecord, PlanProvision, Reliance
from clients.models.plan import Answer as RecordedAnswer
from clients.models.plan import BusinessForm, ProvisionKind
from rollovers.letters import (
    AfterTaxLetter,
    Letterhead,
    LetterRefused,
    ProvisionEvidence,
    find_unprintable_characters,
    render_html,
    render_pdf,
)
from rollovers.letters import Destination as LetterDestination
from rollovers.models import Disbursement as DisbursementRow
from rollovers.models import Letter, RolloverRequest, Way, make_reference
from rollovers.queries import (
    PlanFacts,
    find_letter_by_key,
    get_plan_facts,
    is_superseded,
    lock_subaccount,
    take_snapshot,
)
from rollovers.rules import VERSION
from rollovers.rules.allocation import (
    Allocation,
    AllocationRefused,
    Disbursement,
    LegsDoNotFit,
    Method,
    Payee,
    allocate,
)
from rollovers.rules.checks import (
    Finding,
    Provisions,
    RolloverFacts,
    Severity,
    check_limit_published,
    check_provisions,
    check_rollover,
    check_room,
    list_blocks,
    read_answers,
)
from rollovers.rules.contributions import Contributions, Owner, Room, compute_room
from rollovers.rules.explanations import Explanation, explain_allocation, explain_room
from rollovers.rules.limits import LimitNotPublished
from rollovers.rules.money import ZERO
from rollovers.rules.records import describe_allocation, describe_explanation, describe_finding
from rollovers.rules.reporting import Form1099R, count_age_in_months, expect_forms
from rollovers.rules.subaccount import Contract, share_distribution

UNISSUED_REFERENCE = "(given when issued)"
TO_BE_NAMED = "(to be named)"


class LetterBlocked(Exception):
    """A blocking finding stands, so no letter is issued."""

    def __init__(self, outcome: "Outcome") -> None:
        self.outcome = outcome
        super().__init__("; ".join(finding.message for finding in outcome.blocks))


class AlreadySuperseded(Exception):
    """Another letter supersedes that one already."""


class FiguresChanged(Exception):
    """What would be issued is not what was last shown: the facts or the form changed in between."""

    def __init__(self, outcome: "Outcome") -> None:
        self.outcome = outcome
        super().__init__("The letter is not the one last shown.")


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
class YearReview:
    """One year's record with the room it leaves, or why there is none to compute."""

    record: ContributionRecord
    room: Room | None
    findings: tuple[Finding, ...]
    explanations: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rollover comes to: figures, findings and, unless something blocks it, the letter."""

    subaccount: Contract | None
    contract: Contract | None
    allocation: Allocation | None
    explanations: tuple[Explanation, ...]
    forms: tuple[Form1099R, ...]
    findings: tuple[Finding, ...]
    letter: AfterTaxLetter | None

    @property
    def blocks(self) -> tuple[Finding, ...]:
        return list_blocks(findings=self.findings)

    @property
    def digest(self) -> str:
        """A fingerprint of the letter as it reads, to tell whether what is issued is what was shown."""
        return hashlib.sha256(render_html(letter=self.letter).encode()).hexdigest() if self.letter else ""


def review_year(*, record: ContributionRecord) -> YearReview:
    """Return the room of one contribution record with its findings and arithmetic (section 415(c))."""
    corporate = record.plan.business_form == BusinessForm.CORPORATION
    contributions = Contributions(
        year=record.year,
        owner=Owner.CORPORATION if corporate else Owner.SELF_EMPLOYED,
        age=record.year - record.participant.birth_date.year,
        net_profit=record.net_profit,
        other_social_security_wages=record.other_social_security_wages,
        compensation=record.compensation,
        elective_deferrals=record.pretax_deferrals + record.roth_deferrals,
        catch_up=record.catch_up,
        employer=record.employer,
        forfeitures=record.forfeitures,
        after_tax=record.after_tax,
        deferrals_elsewhere=record.deferrals_elsewhere,
    )
    try:
        room = compute_room(contributions=contributions)
    except LimitNotPublished as error:
        return YearReview(
            record=record, room=None, findings=(check_limit_published(error=error),), explanations=()
        )
    return YearReview(
        record=record, room=room, findings=check_room(room=room), explanations=explain_room(room=room)
    )


def measure_subaccount(*, facts: PlanFacts, without: Letter | None = None) -> Contract | None:
    """Return what the sub-account still holds in dollars, or None without a statement.

    It is the latest statement less what standing letters ask to be paid on or after its date; a statement of a
    later date already shows what was paid. `without` leaves out a letter that is to be superseded.
    """
    if facts.statement is None:
        return None
    outstanding = _list_outstanding(facts=facts, without=without)
    # A letter's figures were estimates: what it took may exceed a statement that has been corrected since.
    balance = facts.statement.value - sum((request.distribution for request in outstanding), ZERO)
    basis = facts.statement.basis - sum((request.after_tax for request in outstanding), ZERO)
    return Contract(balance=max(balance, ZERO), basis=max(basis, ZERO), separate_accounting=True)


def _list_outstanding(*, facts: PlanFacts, without: Letter | None) -> list[RolloverRequest]:
    """Return the requests that the latest statement cannot show yet, as if `without` had never been issued."""
    assert facts.statement is not None  # noqa: S101 the caller has looked
    return [
        request
        for request in _list_standing(facts=facts, without=without)
        if request.payment_date >= facts.statement.statement_date
    ]


def _list_standing(*, facts: PlanFacts, without: Letter | None) -> list[RolloverRequest]:
    return [
        request for request in facts.earlier_requests if without is None or request.letter.pk != without.pk
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What the planner does next for a plan, as a link: the name of a page and its argument."""

    label: str
    reason: str
    url_name: str
    argument: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReview:
    """A plan's facts with everything the law says of them."""

    facts: PlanFacts
    years: tuple[YearReview, ...]
    subaccount: Contract | None
    findings: tuple[Finding, ...]
    next_step: NextStep


def review_plan(*, facts: PlanFacts, today: datetime.date) -> PlanReview:
    """Return a plan's years with their room, its sub-account, its findings and the next step."""
    years = tuple(review_year(record=record) for record in facts.records)
    provisions = _read_provisions(facts)
    subaccount = measure_subaccount(facts=facts)
    findings = check_provisions(provisions=provisions)
    findings += tuple(finding for year in years for finding in year.findings)
    if subaccount is not None:
        findings += check_rollover(
            facts=_gather_rollover_facts(facts=facts, subaccount=subaccount, today=today)
        )
    return PlanReview(
        facts=facts,
        years=years,
        subaccount=subaccount,
        findings=findings,
        next_step=_find_next_step(facts=facts, subaccount=subaccount, findings=findings),
    )


def _find_next_step(
    *, facts: PlanFacts, subaccount: Contract | None, findings: tuple[Finding, ...]
) -> NextStep:
    plan_id = facts.plan.pk
    if any(finding.code in {"V01", "V02", "V03"} for finding in findings):
        return NextStep(
            label="Verify the plan's provisions",
            reason="A letter needs the plan's own words for what it asks.",
            url_name="plan_edit",
            argument=plan_id,
        )
    if not facts.records:
        return NextStep(
            label="Enter the year's contributions",
            reason="They show the room that is left.",
            url_name="year_new",
            argument=plan_id,
        )
    if subaccount is None:
        return NextStep(
            label="Enter the sub-account's statement",
            reason="Its basis and value decide what is taxed.",
            url_name="statement_new",
            argument=plan_id,
        )
    error = next((finding for finding in findings if finding.severity is Severity.ERROR), None)
    if error is not None:
        record = next(record for record in facts.records if record.year == error.year)
        return NextStep(
            label=f"Correct the year {record.year}",
            reason=error.message,
            url_name="year_edit",
            argument=record.pk,
        )
    if subaccount.balance == ZERO:
        return NextStep(
            label="Enter a newer statement",
            reason="All that the latest one shows has been asked for.",
            url_name="statement_new",
            argument=plan_id,
        )
    return NextStep(
        label="Prepare the rollover",
        reason=f"${subaccount.balance:,.2f} in the after-tax sub-account can leave.",
        url_name="rollover_new",
        argument=plan_id,
    )


def preview_rollover(
    *, firm: Firm, facts: PlanFacts, entry: RolloverEntry, advisor: Advisor, today: datetime.date
) -> Outcome:
    """Return what the entry comes to, without saving anything. `today` is the letter's date."""
    return _work_out(
        firm=firm, facts=facts, entry=entry, advisor=advisor, today=today, reference=UNISSUED_REFERENCE
    )


def _work_out(
    *,
    firm: Firm,
    facts: PlanFacts,
    entry: RolloverEntry,
    advisor: Advisor,
    today: datetime.date,
    reference: str,
) -> Outcome:
    subaccount = measure_subaccount(facts=facts, without=entry.supersedes)
    findings = check_provisions(provisions=_read_provisions(facts))
    findings += tuple(finding for record in facts.records for finding in review_year(record=record).findings)
    if subaccount is None or facts.statement is None:
        findings += (_MISSING_STATEMENT,)
        return Outcome(
            subaccount=None,
            contract=None,
            allocation=None,
            explanations=(),
            forms=(),
            findings=findings,
            letter=None,
        )
    contract: Contract | None = subaccount
    if facts.provisions[ProvisionKind.SEPARATE_ACCOUNTING].answer == RecordedAnswer.NO:
        # Without the whole plan's balance there is nothing to pro-rate over, and no figure is shown.
        whole = facts.statement.plan_balance
        contract = replace(subaccount, balance=whole, separate_accounting=False) if whole else None

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
    findings += check_rollover(
        facts=_gather_rollover_facts(
            facts=facts,
            subaccount=subaccount,
            today=today,
            distribution=distribution,
            allocation=allocation,
            refusal=refusal,
            without=entry.supersedes,
        )
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
                reference=reference,
            )
            findings += _check_printable(letter)
        except LetterRefused as error:
            findings += (_describe_refused_letter(error),)
    return Outcome(
        subaccount=subaccount,
        contract=contract,
        allocation=allocation,
        explanations=explain_allocation(allocation=allocation) if allocation else (),
        forms=expect_forms(
            allocation=allocation,
            age_in_months=count_age_in_months(
                birth_date=facts.plan.client.birth_date, on_date=entry.payment_date
            ),
        )
        if allocation
        else (),
        findings=findings,
        letter=None if list_blocks(findings=findings) else letter,
    )


_MISSING_STATEMENT = Finding(
    code="statement",
    severity=Severity.BLOCK,
    field="statement",
    message="There is no statement of the after-tax sub-account yet, so there is nothing to distribute.",
    citation="IRC 72(e)(8)(B)",
    way_out="Enter the latest statement: its date, basis and value.",
)


def _describe_refused_letter(error: LetterRefused) -> Finding:
    return Finding(
        code="letter",
        severity=Severity.BLOCK,
        message=f"The letter cannot be written: {error}.",
        citation="Letter contents",
        way_out="Correct the client's or the plan's facts that it prints.",
    )


def _check_printable(letter: AfterTaxLetter) -> tuple[Finding, ...]:
    unprintable = find_unprintable_characters(letter=letter)
    if not unprintable:
        return ()
    return (
        Finding(
            code="letter",
            severity=Severity.BLOCK,
            message=f"The letter's font cannot print: {' '.join(unprintable)}",
            citation="Letter contents",
            way_out="Write the name as the custodian's records spell it in Latin letters.",
        ),
    )


def _plan_disbursements(
    *, contract: Contract, distribution: Decimal, entry: RolloverEntry
) -> list[Disbursement]:
    """Return the disbursements that the planner's way comes to. Raises LegsDoNotFit."""
    if not ZERO < distribution <= contract.balance:
        raise LegsDoNotFit("The amount is more than zero and no more than the balance.", field="amount")
    if entry.way == Way.OWN:
        legs = [
            Disbursement(
                to=leg.to,
                method=Method.PAID if leg.to is Payee.PARTICIPANT else Method.DIRECT,
                amount=leg.amount or ZERO,
                pretax=None if leg.to is Payee.PARTICIPANT else leg.pretax,
                separately_accounts=leg.separately_accounts,
            )
            for leg in entry.legs
        ]
        total = sum((leg.amount for leg in legs), ZERO)
        if total != distribution:
            raise LegsDoNotFit(
                f"The destinations sum to ${total:,.2f}; the distribution is ${distribution:,.2f}.",
                field="legs",
            )
        return legs
    pretax = share_distribution(contract=contract, distribution=distribution).pretax
    if entry.way == Way.ALL_ROTH or pretax == ZERO:
        return [Disbursement(to=Payee.ROTH_IRA, method=Method.DIRECT, amount=distribution)]
    legs = [
        Disbursement(to=Payee.TRADITIONAL_IRA, method=Method.DIRECT, amount=pretax, pretax=pretax),
        Disbursement(to=Payee.ROTH_IRA, method=Method.DIRECT, amount=distribution - pretax, pretax=ZERO),
    ]
    return [leg for leg in legs if leg.amount > ZERO]


def _read_provisions(facts: PlanFacts) -> Provisions:
    return read_answers({kind: row.answer for kind, row in facts.provisions.items()})


def _gather_rollover_facts(
    *,
    facts: PlanFacts,
    subaccount: Contract,
    today: datetime.date,
    distribution: Decimal | None = None,
    allocation: Allocation | None = None,
    refusal: AllocationRefused | None = None,
    without: Letter | None = None,
) -> RolloverFacts:
    """Return what the checks look at, as if the letter `without` had never been issued."""
    assert facts.statement is not None  # noqa: S101 there is no sub-account's value without one
    standing = _list_standing(facts=facts, without=without)
    return RolloverFacts(
        provisions=_read_provisions(facts),
        subaccount=subaccount,
        distribution=distribution,
        allocation=allocation,
        refusal=refusal,
        statement_date=facts.statement.statement_date,
        today=today,
        contributions=sum((record.after_tax for record in facts.records), ZERO),
        recovered_before=sum((request.after_tax for request in standing), ZERO),
        pretax_ira_value=_value_pretax_iras(facts=facts),
        plans_backdoor=facts.plan.client.plans_backdoor,
        last_distribution_date=max((request.payment_date for request in standing), default=None),
    )


def _value_pretax_iras(*, facts: PlanFacts) -> Decimal:
    """Return the pretax money in the client's IRAs at the latest year-end on record, in dollars."""
    latest = max((balance.year for balance in facts.ira_balances), default=None)
    return sum(
        (
            max(balance.value - balance.basis, ZERO)
            for balance in facts.ira_balances
            if balance.year == latest
        ),
        ZERO,
    )


def _write_letter(
    *,
    firm: Firm,
    facts: PlanFacts,
    entry: RolloverEntry,
    subaccount: Contract,
    allocation: Allocation,
    advisor: Advisor,
    today: datetime.date,
    reference: str,
) -> AfterTaxLetter:
    """Return the letter that asks for this allocation. Raises a kind of LetterRefused."""
    assert facts.subaccount  # noqa: S101 the caller has looked
    assert facts.statement  # noqa: S101
    plan, client = facts.plan, facts.plan.client
    consent = facts.provisions[ProvisionKind.SPOUSAL_CONSENT_REQUIRED]
    city_line = " ".join(
        part for part in (f"{firm.city}, {firm.state}".strip(", "), firm.postal_code) if part
    )
    return AfterTaxLetter(
        reference=reference,
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
                kind=allocated.disbursement.to.value,
                amount=allocated.disbursement.amount,
                pretax=allocated.pretax,
                after_tax=allocated.after_tax,
            )
            for leg, allocated in zip(
                _match_legs(entry=entry, allocation=allocation, participant=client.legal_name),
                allocation.disbursements,
                strict=True,
            )
        ),
        withholding=allocation.withholding,
        includible=allocation.includible,
        spousal_consent_required=consent.answer == RecordedAnswer.YES,
        is_sample=firm.is_sample,
        supersedes=entry.supersedes.reference if entry.supersedes else "",
        requested_before=tuple(
            f"letter {request.letter.reference}"
            for request in _list_outstanding(facts=facts, without=entry.supersedes)
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


def _match_legs(*, entry: RolloverEntry, allocation: Allocation, participant: str) -> list[Leg]:
    """Return, for each disbursement, the destination that the planner entered for it."""
    if entry.way == Way.OWN:
        return [replace(leg, payee=participant) if leg.to is Payee.PARTICIPANT else leg for leg in entry.legs]
    by_kind = {leg.to: leg for leg in entry.legs}
    return [
        by_kind.get(allocated.disbursement.to, Leg(to=allocated.disbursement.to))
        for allocated in allocation.disbursements
    ]


def issue_letter(
    *,
    firm: Firm,
    facts: PlanFacts,
    entry: RolloverEntry,
    advisor: Advisor,
    today: datetime.date,
    request_key: UUID,
    shown_digest: str,
) -> Letter:
    """Issue the letter: lock the sub-account's row, compute once more, store everything or nothing.

    The same `request_key` issues once and returns that letter again. Raises LetterBlocked while a blocking
    finding stands, FiguresChanged where the letter would not read as the one with `shown_digest`, and
    AlreadySuperseded where another letter has taken the place of the one to supersede.
    """
    if facts.subaccount is None:
        raise LetterBlocked(
            preview_rollover(firm=firm, facts=facts, entry=entry, advisor=advisor, today=today)
        )
    with transaction.atomic():
        lock_subaccount(firm=firm, subaccount_id=facts.subaccount.pk)
        issued = find_letter_by_key(firm=firm, request_key=request_key)
        if issued is not None:
            return issued
        if entry.supersedes is not None and is_superseded(firm=firm, letter=entry.supersedes):
            raise AlreadySuperseded(entry.supersedes.reference)
        # What was read before the lock may be what another letter has just taken.
        facts = get_plan_facts(firm=firm, plan_id=facts.plan.pk)
        outcome = preview_rollover(firm=firm, facts=facts, entry=entry, advisor=advisor, today=today)
        if outcome.blocks or outcome.letter is None or outcome.allocation is None:
            raise LetterBlocked(outcome)
        if outcome.digest != shown_digest:
            raise FiguresChanged(outcome)
        letter = replace(outcome.letter, reference=make_reference())
        request = _store_request(
            firm=firm, facts=facts, entry=entry, outcome=outcome, advisor=advisor, request_key=request_key
        )
        pdf = render_pdf(letter=letter)
        stored = Letter.objects.create(
            firm=firm,
            request=request,
            reference=letter.reference,
            letter_date=today,
            inputs=_describe_inputs(facts=facts, entry=entry),
            figures=_describe_figures(outcome=outcome),
            findings=[describe_finding(finding=finding) for finding in outcome.findings],
            rule_version=VERSION,
            pdf=pdf,
            pdf_sha256=hashlib.sha256(pdf).hexdigest(),
            supersedes=entry.supersedes,
            issued_by=advisor,
        )
        Reliance.objects.bulk_create(
            Reliance(
                firm=firm, fact_table=row._meta.db_table, fact_id=row.pk, letter_reference=stored.reference
            )
            for row in facts.list_rows()
        )
        return stored


def _store_request(
    *,
    firm: Firm,
    facts: PlanFacts,
    entry: RolloverEntry,
    outcome: Outcome,
    advisor: Advisor,
    request_key: UUID,
) -> RolloverRequest:
    letter, allocation, subaccount = outcome.letter, outcome.allocation, outcome.subaccount
    assert facts.subaccount  # noqa: S101 no block stands, so all are there
    assert facts.statement  # noqa: S101
    assert letter  # noqa: S101
    assert allocation  # noqa: S101
    assert subaccount  # noqa: S101
    request = RolloverRequest.objects.create(
        firm=firm,
        plan=facts.plan,
        participant=facts.plan.client,
        subaccount=facts.subaccount,
        statement=facts.statement,
        covers_whole=entry.amount is None,
        way=entry.way,
        payment_date=entry.payment_date,
        basis_before=subaccount.basis,
        value_before=subaccount.balance,
        distribution=allocation.share.distribution,
        after_tax=allocation.share.after_tax,
        pretax=allocation.share.pretax,
        includible=allocation.includible,
        withholding=allocation.withholding,
        request_key=request_key,
        created_by=advisor,
    )
    DisbursementRow.objects.bulk_create(
        DisbursementRow(
            firm=firm,
            request=request,
            position=position,
            to=destination.kind,
            separately_accounts=allocated.disbursement.separately_accounts,
            payee=destination.payee,
            account_title=destination.account_title,
            account_number=destination.account_number,
            amount=destination.amount,
            pretax_elected=allocated.disbursement.pretax,
            pretax=destination.pretax,
            after_tax=destination.after_tax,
        )
        for position, (destination, allocated) in enumerate(
            zip(letter.destinations, allocation.disbursements, strict=True), start=1
        )
    )
    return request


def _describe_inputs(*, facts: PlanFacts, entry: RolloverEntry) -> dict[str, Any]:
    return {
        "facts": [take_snapshot(row=row) for row in facts.list_rows()],
        "ira_balances": [take_snapshot(row=row) for row in facts.ira_balances],
        "standing_letters": [request.letter.reference for request in facts.earlier_requests],
        "way": str(entry.way),
        "amount": str(entry.amount) if entry.amount is not None else None,
        "payment_date": entry.payment_date.isoformat(),
        "supersedes": entry.supersedes.reference if entry.supersedes else None,
    }


def _describe_figures(*, outcome: Outcome) -> dict[str, Any]:
    assert outcome.allocation  # noqa: S101 no block stands, so both are there
    assert outcome.contract  # noqa: S101
    return {
        "balance": str(outcome.contract.balance),
        "basis": str(outcome.contract.basis),
        **describe_allocation(allocation=outcome.allocation),
        "explanations": [describe_explanation(explanation=each) for each in outcome.explanations],
        "forms_1099r": [
            {
                "payee": form.payee.value,
                "box_1": str(form.box_1_gross),
                "box_2a": str(form.box_2a_taxable),
                "box_4": str(form.box_4_withheld),
                "box_5": str(form.box_5_basis),
                "box_7": form.code,
            }
            for form in outcome.forms
        ],
    }
