"""Issuing a letter: all of it is stored, or none."""

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localtime

from advisors.models import Advisor, Firm
from clients.models import Reliance
from law import VERSION
from law.findings import Finding
from law.records import describe_allocation, describe_figure, describe_finding
from rollovers.evidence.cases import Case, open_case
from rollovers.evidence.chain import append_event
from rollovers.evidence.queries.changes import take_snapshot
from rollovers.evidence.queries.letters import find_letter_by_key
from rollovers.issuing.drafts import refuse_changed_draft
from rollovers.issuing.packets import render_documents
from rollovers.issuing.queries.drafts import find_draft_by_key
from rollovers.issuing.rollovers import Outcome, RolloverEntry, preview_rollover
from rollovers.letters.packet import render_pdf
from rollovers.models import Disbursement as DisbursementRow
from rollovers.models import DocumentKind, Letter, LetterDocument, RolloverRequest, Step, make_reference
from rollovers.reviews.queries import PlanFacts, get_plan_facts, lock_subaccount


class LetterBlocked(Exception):
    """A blocking finding stands, so no letter is issued."""

    def __init__(self, outcome: "Outcome") -> None:
        self.outcome = outcome
        super().__init__("; ".join(finding.message for finding in outcome.blocks))


class AlreadySuperseded(Exception):
    """Another letter supersedes that one already."""


class CannotSupersede(Exception):
    """That letter was paid or voided: no letter can take its place any more."""


class FiguresChanged(Exception):
    """What would be issued is not what was last shown: the facts or the form changed in between."""

    def __init__(self, outcome: "Outcome") -> None:
        self.outcome = outcome
        super().__init__("The letter is not the one last shown.")


class FindingsUnacknowledged(Exception):
    """An error or a warning stands, and nobody has said why the letter may go ahead."""

    def __init__(self, outcome: "Outcome", findings: tuple[Finding, ...]) -> None:
        self.outcome = outcome
        self.findings = findings
        super().__init__("; ".join(finding.message for finding in findings))


def issue_letter(
    *,
    firm: Firm,
    facts: PlanFacts,
    entry: RolloverEntry,
    advisor: Advisor,
    today: datetime.date,
    request_key: UUID,
    shown_digest: str,
    acknowledgements: Mapping[str, str],
) -> Letter:
    """Issue the letter: lock the sub-account's row, compute once more, store everything or nothing.

    The same `request_key` issues once and returns that letter again. `acknowledgements` give, by a finding's key, the
    reason why the letter may go ahead over an error or a warning; they are kept with the letter.

    Raises LetterBlocked while a blocking finding stands, FiguresChanged where the letter would not read as the one
    with `shown_digest`, FindingsUnacknowledged where a reason is missing, AlreadySuperseded where another letter
    has taken the place of the one to supersede, and CannotSupersede where that one was paid or voided.
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
        if entry.supersedes is not None:
            _require_supersedable(case=open_case(firm=firm, letter_id=entry.supersedes.pk))
        # What was read before the lock may be what another letter has just taken.
        facts = get_plan_facts(firm=firm, plan_id=facts.plan.pk, participant_id=facts.participant.pk)
        outcome = preview_rollover(firm=firm, facts=facts, entry=entry, advisor=advisor, today=today)
        if outcome.blocks or outcome.letter is None or outcome.allocation is None:
            raise LetterBlocked(outcome)
        if outcome.digest != shown_digest:
            raise FiguresChanged(outcome)
        reasons = {key: reason.strip() for key, reason in acknowledgements.items()}
        unacknowledged = tuple(each for each in outcome.questionable if not reasons.get(each.key))
        if unacknowledged:
            raise FindingsUnacknowledged(outcome, unacknowledged)
        letter = replace(outcome.letter, reference=make_reference())
        findings = [
            describe_finding(finding=each)
            | {
                "reason": reasons[each.key] if each.needs_reason else "",
                "acknowledged_by": advisor.full_name if each.needs_reason else "",
            }
            for each in outcome.findings
        ]
        pdf = render_pdf(letter=letter)
        return store_letter(
            firm=firm,
            facts=facts,
            entry=entry,
            outcome=outcome,
            advisor=advisor,
            today=today,
            request_key=request_key,
            reference=letter.reference,
            findings=findings,
            pdf=pdf,
            documents=render_documents(
                letter=letter,
                facts=facts,
                entry=entry,
                outcome=outcome,
                findings=findings,
                letter_sha256=hashlib.sha256(pdf).hexdigest(),
            ),
        )


def store_letter(
    *,
    firm: Firm,
    facts: PlanFacts,
    entry: RolloverEntry,
    outcome: Outcome,
    advisor: Advisor,
    today: datetime.date,
    request_key: UUID,
    reference: str,
    findings: list[dict[str, Any]],
    pdf: bytes,
    documents: Mapping[DocumentKind, bytes],
) -> Letter:
    """Store a letter with its documents and all that it rests on, and begin its life.

    `findings` carry the reasons that were given. Nothing is checked that `issue_letter` has checked: the caller holds
    the transaction, and in it the lock of the sub-account's row.
    """
    letter = Letter.objects.create(
        firm=firm,
        request=_store_request(
            firm=firm, facts=facts, entry=entry, outcome=outcome, advisor=advisor, request_key=request_key
        ),
        reference=reference,
        letter_date=today,
        inputs=_describe_inputs(facts=facts, entry=entry),
        figures=_describe_figures(outcome=outcome),
        findings=findings,
        rule_version=VERSION,
        pdf=pdf,
        pdf_sha256=hashlib.sha256(pdf).hexdigest(),
        supersedes=entry.supersedes,
        issued_by=advisor,
    )
    LetterDocument.objects.bulk_create(
        LetterDocument(
            firm=firm,
            letter=letter,
            kind=kind,
            pdf=content,
            pdf_sha256=hashlib.sha256(content).hexdigest(),
        )
        for kind, content in documents.items()
    )
    Reliance.objects.bulk_create(
        Reliance(firm=firm, fact_table=row._meta.db_table, fact_id=row.pk, letter_reference=letter.reference)
        for row in facts.list_rows()
    )
    _start_life(firm=firm, letter=letter, advisor=advisor, today=today, request_key=request_key)
    return letter


def issue_form(
    *,
    firm: Firm,
    facts: PlanFacts,
    entry: RolloverEntry,
    advisor: Advisor,
    today: datetime.date,
    request_key: UUID,
    values: str,
    seen: str,
    shown_digest: str,
    acknowledgements: Mapping[str, str],
) -> Letter:
    """Issue the letter of a filled form, unless somebody else saved the form's draft again since it was opened.

    `values` and `seen` are as `save_draft` takes them. Under one lock: no draft is saved between the look at it and
    the letter. Raises DraftChanged, and what `issue_letter` raises.
    """
    with transaction.atomic():
        refuse_changed_draft(firm=firm, facts=facts, request_key=request_key, values=values, seen=seen)
        return issue_letter(
            firm=firm,
            facts=facts,
            entry=entry,
            advisor=advisor,
            today=today,
            request_key=request_key,
            shown_digest=shown_digest,
            acknowledgements=acknowledgements,
        )


def _require_supersedable(*, case: Case) -> None:
    if case.is_superseded:
        raise AlreadySuperseded(case.letter.reference)
    if not case.may_be_withdrawn:
        raise CannotSupersede(case.letter.reference)


def _start_life(
    *, firm: Firm, letter: Letter, advisor: Advisor, today: datetime.date, request_key: UUID
) -> None:
    """Record that the letter is issued, what draft it was, and what letter it takes the place of.

    Last of all: it locks the firm's chain, which every letter of the firm waits for.
    """
    draft = find_draft_by_key(firm=firm, request_key=request_key)
    if draft is not None:
        append_event(
            firm=firm,
            letter=letter,
            step=Step.DRAFTED,
            step_date=localtime(draft.started_at).date(),
            advisor=draft.saved_by,
            details={"started_at": draft.started_at.isoformat(), "saved_at": draft.saved_at.isoformat()},
        )
        draft.delete()
    append_event(firm=firm, letter=letter, step=Step.ISSUED, step_date=today, advisor=advisor)
    if letter.supersedes is not None:
        append_event(
            firm=firm,
            letter=letter.supersedes,
            step=Step.SUPERSEDED,
            step_date=today,
            advisor=advisor,
            details={"superseded_by": letter.reference},
        )


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
        participant=facts.participant,
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
        "explanations": [describe_figure(figure=each) for each in outcome.explanations],
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
