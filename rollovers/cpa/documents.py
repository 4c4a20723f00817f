"""The CPA's packet as a document: each section in words and tables, then what to say if the IRS asks."""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from advisors.encryption import mask_number
from clients.models import PlanAssets, PlanProvision, SubaccountMovement
from law.ledger import LedgerYear
from law.money import ZERO, format_dollars
from law.movements import Movement as LedgerMovement
from law.records import describe_explanation
from law.tax_forms import CITATION, CONFIRM, expect_5500ez
from law.words import Answer, MovementKind, ProvisionKind
from rollovers.cases.tax_forms import MatchedForm, TaxForms
from rollovers.cpa.packets import CpaPacket, PlanOfYear, name_state, write_note
from rollovers.evidence.cases import read_case
from rollovers.letters.after_tax_letter import format_date
from rollovers.letters.cpa_packet import (
    UNREVIEWED,
    PaidDistribution,
    answer_for_distribution,
    render_cpa_pdf,
    state_reliance,
    tabulate_findings,
    write_settlement,
)
from rollovers.letters.reports import Report, Section, Table, list_authorities, list_workings
from rollovers.models import Letter
from rollovers.reviews.iras import IraReview
from rollovers.reviews.ledgers import StatementReview
from rollovers.reviews.queries import PlanFacts
from rollovers.reviews.years import YearReview

NOT_TAXABLE_AUTHORITIES = (
    "IRC 72(d)(2)",
    "IRC 72(e)(8)(B)",
    "Notice 2014-54 III",
    "IRC 402(c)(2)",
    "IRC 408A(d)(3)(A)",
    CITATION,
)


def render_cpa_packet(*, packet: CpaPacket) -> bytes:
    """Return the packet as PDF/UA-1, at most as long as the year was busy; the same record gives the same bytes."""
    return render_cpa_pdf(report=write_cpa_packet(packet=packet))


def write_cpa_packet(*, packet: CpaPacket) -> Report:
    """Return the packet in words."""
    client = packet.client
    sample = "Sample: nothing in it is real. " if packet.firm.is_sample else ""
    prepared = (
        f"{sample}Prepared by {packet.firm.name} from its own records of {client.legal_name}, for their CPA."
    )
    sections = [
        *(_write_plan(plan, packet) for plan in packet.plans),
        *([_write_iras(packet.iras)] if packet.iras else []),
        *([_write_letters(packet)] if packet.letters else []),
        *([_write_tax_forms(packet)] if packet.paid else []),
        *([_answer_the_irs(packet)] if packet.paid or _list_unasked(packet) else []),
        *_list_authorities(packet),
    ]
    return Report(
        title=f"CPA packet of {client.legal_name}, {packet.year}",
        reference=f"CPA packet of client {client.pk}, {packet.year}",
        firm_name=packet.firm.name,
        opening=(
            f"{prepared} It says what is on record and what was relied on. {UNREVIEWED} Amounts are dollars; account"
            " numbers are masked.",
        ),
        facts=_summarize(packet),
        sections=tuple(sections),
    )


def _summarize(packet: CpaPacket) -> tuple[tuple[str, str], ...]:
    client = packet.client
    ssn = f", SSN ending in {client.ssn_last_four}" if client.ssn_last_four else ""
    return (
        ("Client", f"{client.legal_name}, born {format_date(date=client.birth_date)}{ssn}"),
        (
            "Plans",
            "; ".join(f"{plan.facts.plan.name}, EIN {plan.facts.plan.ein}" for plan in packet.plans)
            or "none",
        ),
        ("Letters", "; ".join(_name_letter(letter) for letter, _ in packet.letters) or "none"),
        *(((f"Form 1040 of {packet.year}", _write_lines(packet)),) if packet.lines else ()),
    )


def _write_lines(packet: CpaPacket) -> str:
    """Return what the year's payments bring to Form 1040, and which of them are estimates."""
    lines, rolled = packet.lines, packet.rolled_over_untaxed
    assert lines  # noqa: S101 there is a payment
    beside = " with “Rollover” beside it" if lines.says_rollover else ""
    less = f" (less {format_dollars(rolled)} rolled over untaxed within 60 days)" if rolled else ""
    unpaid = [letter.reference for letter, tax in packet.paid if not tax.expected.is_paid]
    undivided = [
        letter.reference
        for letter, tax in packet.paid
        if tax.expected.is_paid and not tax.expected.is_divided
    ]
    said = (
        f"line 5a {format_dollars(lines.line_5a)}, line 5b {format_dollars(packet.line_5b)}{beside}{less}, line 25b"
        f" {format_dollars(lines.line_25b)}, from the payments below alone."
    )
    if unpaid:
        said += f" Estimates, not recorded as paid: letter {', '.join(unpaid)}."
    if undivided:
        said += f" Estimates, not recorded how they were divided: letter {', '.join(undivided)}."
    return f"{said} {CONFIRM}"


def _name_letter(letter: Letter) -> str:
    return f"{letter.reference} ({name_state(letter=letter)})"


# --- A plan's year ------------------------------------------------------------------------------------------


def _write_plan(plan: PlanOfYear, packet: CpaPacket) -> Section:
    facts, year = plan.facts, packet.year
    row = facts.plan
    account = (
        f"{facts.subaccount.title}, {mask_number(number=facts.subaccount.account_number)}"
        if facts.subaccount
        else "none named"
    )
    tables = [
        *([_tabulate_contributions(plan.review)] if plan.review else []),
        *([_tabulate_movements(plan.movements, year)] if plan.movements else []),
        *([_tabulate_ledger(plan.row)] if plan.row else []),
        *([_tabulate_statements(plan.statements)] if plan.statements else []),
    ]
    workings = [*(plan.review.figures if plan.review else ()), *(plan.row.figures if plan.row else ())]
    arithmetic = Section(
        title="Arithmetic of the room and of the ledger’s year",
        facts=list_workings(records=[describe_explanation(explanation=each) for each in workings]),
    )
    return Section(
        title=row.name,
        facts=(
            ("Plan", f"number {row.plan_number}, EIN {row.ein}; {row.get_business_form_display()}"),
            (
                "Parties",
                f"administrator {row.administrator_name}, trustee {row.trustee_name}, custodian {row.custodian_name}",
            ),
            *((("Participant in the plan of", row.client.legal_name),) if facts.whose else ()),
            ("After-tax sub-account", account),
            *(
                (provision.get_kind_display(), _cite(provision))
                for provision in facts.provisions.values()
                if provision.pk and provision.kind in _PROVISIONS_SHOWN
            ),
            *(_describe_assets(plan.assets) if plan.assets else ()),
        ),
        tables=tuple(tables),
        sections=(arithmetic,) if workings else (),
    )


_PROVISIONS_SHOWN = {
    ProvisionKind.AFTER_TAX_CONTRIBUTIONS,
    ProvisionKind.SEPARATE_ACCOUNTING,
    ProvisionKind.IN_SERVICE_DISTRIBUTION,
    ProvisionKind.UNRECOVERED_BASIS_CARRIED,
}


def _cite(provision: PlanProvision) -> str:
    if provision.answer == Answer.NOT_VERIFIED or provision.verified_date is None:
        return "not verified"
    page = f", page {provision.page}" if provision.page else ""
    return (
        f"{provision.get_answer_display().lower()}: {provision.document}, section {provision.section}{page}, verified"
        f" by {provision.verified_by} on {format_date(date=provision.verified_date)}"
    )


def _describe_assets(assets: PlanAssets) -> tuple[tuple[str, str], ...]:
    due = expect_5500ez(assets=assets.value, is_final_year=assets.is_final_year)
    return ((f"Assets at the end of {assets.year}", f"{format_dollars(assets.value)}. {due.message}"),)


def _tabulate_contributions(review: YearReview) -> Table:
    record = review.record
    amounts = [
        ("Pretax elective deferrals", record.pretax_deferrals),
        ("Designated Roth deferrals", record.roth_deferrals),
        ("Catch-up", record.catch_up),
        ("Employer contribution", record.employer),
        ("Forfeitures", record.forfeitures),
        ("After-tax contributions", record.after_tax),
    ]
    if review.room:
        amounts += [
            ("Limit on annual additions, IRC 415(c)(1)", review.room.limit.amount),
            ("Annual additions", review.room.annual_additions),
            ("Room left", review.room.room.amount),
            ("Excess", review.room.excess),
        ]
    estimate = " (the income is an estimate)" if record.income_is_estimate else ""
    return Table(
        caption=f"Contributions of {record.year}{estimate}",
        columns=("What", "Amount"),
        rows=tuple(
            (name, _write(amount))
            for name, amount in amounts
            if amount or name in {"After-tax contributions", "Room left"}
        ),
        amounts=frozenset({1}),
    )


def _tabulate_movements(movements: Iterable[SubaccountMovement], year: int) -> Table:
    return Table(
        caption=f"Movements of the sub-account in {year}, or for it",
        columns=("Date", "What", "For the year", "Amount", "Earnings returned", "Value before", "Papers"),
        rows=tuple(
            (
                _write_date(row.movement_date),
                row.get_kind_display(),
                str(row.year or ""),
                _write(row.amount),
                _write(row.earnings) if row.earnings else "",
                _write(row.value_before) if row.value_before is not None else "",
                ", ".join(filter(None, (row.source_document, row.letter_reference))),
            )
            for row in movements
        ),
        amounts=frozenset({3, 4, 5}),
        style="events",
    )


def _tabulate_ledger(row: LedgerYear) -> Table:
    totals = row.totals
    amounts = [
        ("Value at the beginning", row.opening_value),
        ("Basis at the beginning", row.opening_basis),
        ("Contributions", totals.contributions),
        ("Gains less losses", row.gain.amount),
        ("Distributed basis", totals.distributed_basis),
        ("Distributed earnings", totals.distributed_earnings),
        ("Returned excess contributions", totals.returned),
        ("Earnings returned with them", totals.returned_earnings),
        ("Unrecovered basis", row.unrecovered),
        ("Basis at the end", row.closing_basis.amount),
        ("Value at the end", row.closing_value.amount),
    ]
    return Table(
        caption=f"The ledger’s row of {row.year}",
        columns=("What", "Amount"),
        rows=tuple((name, _write(amount)) for name, amount in amounts if amount or " at the " in name),
        amounts=frozenset({1}),
    )


def _tabulate_statements(statements: Iterable[StatementReview]) -> Table:
    return Table(
        caption="Statements against the ledger",
        columns=("Date", "Basis", "Value", "Basis by the ledger", "Difference", "Papers and reasons"),
        rows=tuple(
            (
                _write_date(each.row.statement_date),
                _write(each.row.basis),
                _write(each.row.value),
                _write(each.reconciliation.ledger_basis),
                _write(each.reconciliation.difference),
                ". ".join(
                    filter(
                        None,
                        (
                            each.row.source_document,
                            f"Difference acknowledged by {each.acknowledgement.acknowledged_by.full_name}:"
                            f" {each.acknowledgement.reason}"
                            if each.acknowledgement
                            else "",
                        ),
                    )
                ),
            )
            for each in statements
        ),
        amounts=frozenset({1, 2, 3, 4}),
        style="events",
    )


# --- IRAs ---------------------------------------------------------------------------------------------------


def _write_iras(review: IraReview) -> Section:
    return Section(
        title=f"IRAs and Form 8606 of {review.year}",
        paragraphs=(
            "All traditional, SEP and SIMPLE IRAs are one contract (IRC 408(d)(2)). Form 8606 does not report the"
            f" rollover from the plan to a Roth IRA; these are the figures of the IRAs on record. {CONFIRM}",
        ),
        tables=(
            Table(
                caption="Balances on record",
                columns=("IRA", "Value on December 31", "Basis before", "Distributions", "Conversions"),
                rows=tuple(
                    (
                        row.get_kind_display(),
                        _write(row.value),
                        _write(row.basis),
                        _write(row.distributions),
                        _write(row.conversions),
                    )
                    for row in review.balances
                ),
                amounts=frozenset({1, 2, 3, 4}),
            ),
            Table(
                caption="Form 8606, line by line",
                columns=("Line", "Full precision", "Three decimals"),
                rows=tuple(
                    (
                        f"{line.number} {line.label}",
                        _write(line.exact) if line.exact is not None else "not rounded",
                        str(line.rounded) if line.is_ratio else _write(line.rounded),
                    )
                    for line in review.lines
                ),
                amounts=frozenset({1, 2}),
                style="lines",
            ),
        ),
    )


# --- Letters ------------------------------------------------------------------------------------------------


def _write_letters(packet: CpaPacket) -> Section:
    return Section(
        title="Letters",
        paragraphs=(f"Every letter that was issued, was to be paid, or was paid in {packet.year}.",),
        sections=tuple(_write_letter(letter) for letter, _ in packet.letters),
    )


def _write_letter(letter: Letter) -> Section:
    request = letter.request
    evidence = letter.evidence.all()
    papers = [
        ("The letter", letter.pdf_sha256, ""),
        *((d.get_kind_display(), d.pdf_sha256, "") for d in letter.documents.all()),
    ]
    papers += [(f"Evidence: {each.title}", each.content_sha256, each.added_by.full_name) for each in evidence]
    return Section(
        title=f"Letter {letter.reference}: {name_state(letter=letter)}",
        facts=(
            (
                "Issued",
                f"{format_date(date=letter.letter_date)} by {letter.issued_by.full_name}, rules {letter.rule_version}",
            ),
            (
                "Asked for",
                f"{format_dollars(request.distribution)} on {format_date(date=request.payment_date)}:"
                f" {format_dollars(request.after_tax)} after-tax, {format_dollars(request.pretax)} pretax, of which"
                f" {format_dollars(request.includible)} taxable now; from basis {format_dollars(request.basis_before)}"
                f" and value {format_dollars(request.value_before)}",
            ),
            *((("Replaces", f"letter {letter.supersedes.reference}"),) if letter.supersedes else ()),
            *(
                (("Replaced by", f"letter {letter.superseded_by.reference}"),)
                if hasattr(letter, "superseded_by")
                else ()
            ),
        ),
        tables=(
            _tabulate_payees(letter),
            *([_tabulate_events(letter)] if letter.events.all() else []),
            Table(
                caption="Documents on file",
                columns=("Document", "SHA-256", "Added by"),
                rows=tuple(papers),
                style="papers",
            ),
            *(
                [tabulate_findings(findings=letter.findings, caption="Findings when it was issued")]
                if letter.findings
                else []
            ),
        ),
    )


def _tabulate_payees(letter: Letter) -> Table:
    """Return each payee's amount as it was asked for, beside what was paid."""
    payment = read_case(letter=letter).payment
    paid = {row.disbursement_id: row for row in payment.disbursements.all()} if payment else {}
    rows = []
    for leg in letter.request.disbursements.all():
        row = paid.get(leg.pk)
        rows.append(
            (
                f"{leg.get_to_display()}, {leg.payee}"
                + (f", {mask_number(number=leg.account_number)}" if leg.account_number else ""),
                *(_write(amount) for amount in (leg.amount, leg.after_tax, leg.pretax)),
                *(_write(amount) for amount in ((row.amount, row.after_tax, row.pretax) if row else ())),
            )
        )
    columns = ("Payee", "Asked", "After-tax", "Pretax")
    if not payment:
        return Table(
            caption="Payees, as asked for; no payment is recorded payee by payee",
            columns=columns,
            rows=tuple(rows),
            amounts=frozenset({1, 2, 3}),
            style="payees",
        )
    return Table(
        caption=f"Payees, as asked for and as paid on {format_date(date=payment.payment_date)}",
        columns=(*columns, "Paid", "After-tax", "Pretax"),
        rows=tuple((*row, *[""] * (7 - len(row))) for row in rows),
        amounts=frozenset(range(1, 7)),
        style="payees",
    )


def _tabulate_events(letter: Letter) -> Table:
    return Table(
        caption="What was done with it",
        columns=("Date", "Step", "By", "Note", "Entry of the firm’s chain"),
        rows=tuple(
            (
                _write_date(event.step_date),
                event.get_step_display(),
                event.recorded_by.full_name,
                write_note(letter=letter, event=event),
                f"{event.position}: {event.sha256[:16]}…",
            )
            for event in letter.events.all()
        ),
        style="events",
    )


# --- Tax forms ----------------------------------------------------------------------------------------------


def _write_tax_forms(packet: CpaPacket) -> Section:
    first = packet.paid[0][1]
    lines = packet.lines
    assert lines  # noqa: S101 there is a payment
    return Section(
        title=f"Tax forms of {packet.year}",
        paragraphs=(
            "Expected of each payment, beside what came. Lines 5a and 5b take the payments of this packet alone:"
            " add what other plans paid; what is rolled over within 60 days lowers line 5b.",
        ),
        facts=list_workings(
            records=[describe_explanation(explanation=each) for each in first.line_explanations]
        ),
        tables=tuple(
            table for letter, tax in packet.paid for table in _tabulate_forms(letter=letter, tax=tax)
        ),
    )


def _tabulate_forms(*, letter: Letter, tax: TaxForms) -> list[Table]:
    tables = [
        Table(
            caption=f"Letter {letter.reference}: expected Form 1099-R. {tax.expected.source}",
            columns=("To", "Box 1", "Box 2a", "Box 4", "Box 5", "Box 7"),
            rows=tuple(
                (
                    title,
                    _write(form.box_1_gross),
                    _write(form.box_2a_taxable),
                    _write(form.box_4_withheld),
                    _write(form.box_5_basis),
                    form.code,
                )
                for form, title in tax.expected.rows
            ),
            amounts=frozenset(range(1, 6)),
            style="payees",
        )
    ]
    if tax.custodians:
        tables.append(
            Table(
                caption=f"Letter {letter.reference}: expected Form 5498",
                columns=("IRA", "Box 2 should include"),
                rows=tuple((title, _write(form.box_2_rollover)) for form, title in tax.custodians),
                amounts=frozenset({1}),
            )
        )
    if tax.matches:
        tables.append(
            Table(
                caption=f"Letter {letter.reference}: forms that came",
                columns=("Form", "Received", "Boxes as received", "Against what was expected"),
                rows=tuple(
                    (
                        each.title,
                        f"{_write_date(each.received.received_date)}, {each.received.payer}"
                        if each.received
                        else "not yet",
                        _write_received(each),
                        _write_match(each),
                    )
                    for each in tax.matches
                ),
            )
        )
    return tables


def _write_received(each: MatchedForm) -> str:
    row = each.received
    if row is None:
        return ""
    if not row.code:
        return f"box 2: {_write(row.gross)}"
    taxable = "empty" if row.taxable is None else _write(row.taxable)
    undetermined = ", 2b taxable amount not determined" if row.taxable_not_determined else ""
    return (
        f"box 1: {_write(row.gross)}; 2a: {taxable}{undetermined}; 4: {_write(row.withheld)};"
        f" 5: {_write(row.basis)}; 7: {row.code}"
    )


def _write_match(each: MatchedForm) -> str:
    if each.match.agrees:
        return "agrees"
    return " ".join(cause.message for cause in each.match.causes)


# --- If the IRS asks ----------------------------------------------------------------------------------------


def _answer_the_irs(packet: CpaPacket) -> Section:
    paid = [(letter, tax) for letter, tax in packet.paid if tax.expected.is_paid]
    return Section(
        title="If the IRS asks",
        paragraphs=(
            *(
                [
                    "Why the taxable amount of each payment is what it is, by the records and the authorities named.",
                    state_reliance(evidence=None),
                ]
                if paid
                else []
            ),
            *(
                f"Letter {letter.reference} is not recorded as paid: there is nothing to explain yet."
                for letter, tax in packet.paid
                if not tax.expected.is_paid
            ),
            *_list_unasked(packet),
        ),
        sections=tuple(
            answer_for_distribution(distribution=_take_distribution(packet=packet, letter=letter, tax=tax))
            for letter, tax in paid
        ),
    )


def _take_distribution(*, packet: CpaPacket, letter: Letter, tax: TaxForms) -> PaidDistribution:
    request = letter.request
    payment = read_case(letter=letter).payment
    paid_from = payment or request
    facts = next((plan.facts for plan in packet.plans if plan.facts.plan.pk == request.plan_id), None)
    separate = facts.provisions[ProvisionKind.SEPARATE_ACCOUNTING] if facts else None
    settlement = read_case(letter=letter).settlement
    return PaidDistribution(
        reference=letter.reference,
        paid=_say_when(letter=letter, tax=tax, facts=facts),
        forms=tax.expected.forms,
        payees=tuple(title for _, title in tax.expected.rows),
        basis=paid_from.basis_before,
        value=paid_from.value_before,
        separate_accounting=_cite(separate) if separate else "see the letter",
        year=packet.year,
        election_note=payment.figures.get("election_note", "") if payment else "",
        reported=_report_match(tax=tax),
        settled=write_settlement(details=settlement.details, date=settlement.step_date) if settlement else "",
        proof=_list_proof(letter=letter, facts=facts),
    )


def _say_when(*, letter: Letter, tax: TaxForms, facts: PlanFacts | None) -> str:
    when = format_date(date=tax.expected.payment_date)
    if tax.expected.is_divided:
        return f"Paid on {when}."
    left = sum((row.amount for row in _list_payments(letter=letter, facts=facts)), ZERO)
    return (
        f"Paid on {when} by the ledger, {format_dollars(left)}. How it was divided is not recorded, so the figures"
        " here are the letter’s estimates."
    )


def _movements(facts: PlanFacts | None) -> list[SubaccountMovement]:
    return facts.movements if facts else []


def _list_payments(*, letter: Letter, facts: PlanFacts | None) -> list[SubaccountMovement]:
    """Return the ledger's distributions that name a letter."""
    return [
        row
        for row in _movements(facts)
        if row.kind == MovementKind.DISTRIBUTION and row.letter_reference == letter.reference
    ]


def _report_match(*, tax: TaxForms) -> str:
    if not tax.matches:
        return "No tax form has been entered yet."
    said = "; ".join(f"{each.title}: {_write_match(each)}" for each in tax.matches)
    return f"Forms that came: {said}."


_PROVISIONS_RELIED_ON = (ProvisionKind.SEPARATE_ACCOUNTING, ProvisionKind.IN_SERVICE_DISTRIBUTION)


def _list_proof(*, letter: Letter, facts: PlanFacts | None) -> tuple[tuple[str, str], ...]:
    """Return the documents that prove a payment: what each is, and where it is or its SHA-256."""
    statement = letter.request.statement
    years = {record.year for record in facts.records if record.after_tax} if facts else set()
    deposits = [
        row
        for row in _movements(facts)
        if row.kind == MovementKind.CONTRIBUTION and row.movement_date <= letter.letter_date
    ]
    payments = _list_payments(letter=letter, facts=facts)
    provisions = [facts.provisions[kind] for kind in _PROVISIONS_RELIED_ON] if facts else []
    return (
        ("the request", f"letter {letter.reference}, PDF of SHA-256 {letter.pdf_sha256}"),
        (
            "basis and value before",
            f"{statement.source_document}, {format_date(date=statement.statement_date)}"
            + (
                f"; after-tax contributions on record for {', '.join(map(str, sorted(years)))}"
                if years
                else ""
            ),
        ),
        *(
            (
                (
                    "deposits",
                    "; ".join(f"{_write_date(row.movement_date)} {row.source_document}" for row in deposits),
                ),
            )
            if deposits
            else ()
        ),
        *((row.get_kind_display().lower(), _cite(row)) for row in provisions if row.pk),
        *(
            (
                "the payment",
                f"{_write_date(row.movement_date)} {row.source_document}, {format_dollars(row.amount)}",
            )
            for row in payments
        ),
        *(
            ("evidence on file", f"{each.title}, SHA-256 {each.content_sha256}")
            for each in letter.evidence.all()
        ),
    )


def _list_unasked(packet: CpaPacket) -> list[str]:
    """Return what left in the year without a letter that stands: the ledger knows its parts, nobody its destination."""
    said = []
    for plan in packet.plans:
        known = {letter.reference for letter, _ in packet.paid}
        for entry in plan.row.entries if plan.row else ():
            movement = entry.movement
            if entry.share is None or movement.reference in known:
                continue
            said.append(
                f"{format_dollars(movement.amount)} left {plan.facts.plan.name} on {format_date(date=movement.date)}"
                f" {_name_request(movement, packet)}: {format_dollars(entry.share.after_tax)} after-tax and"
                f" {format_dollars(entry.share.pretax)} earnings by the ledger. Who was paid is not on record here,"
                " so its form cannot be told."
            )
    return said


def _name_request(movement: LedgerMovement, packet: CpaPacket) -> str:
    """Return under which letter a movement left that no payment of the packet is of."""
    if not movement.reference:
        return "without a letter in this file"
    letter = next((letter for letter, _ in packet.letters if letter.reference == movement.reference), None)
    if letter is None or not read_case(letter=letter).has_ended:
        return f"under letter {movement.reference}, which is not of this year’s payments"
    return f"under letter {movement.reference}, which is {name_state(letter=letter)}"


def _list_authorities(packet: CpaPacket) -> list[Section]:
    citations = [
        *(NOT_TAXABLE_AUTHORITIES if packet.paid else ()),
        *(each.citation for plan in packet.plans if plan.review for each in plan.review.figures),
        *(each.citation for plan in packet.plans if plan.row for each in plan.row.figures),
        *(each["citation"] for letter, _ in packet.letters for each in letter.figures["explanations"]),
        *(finding["citation"] for letter, _ in packet.letters for finding in letter.findings),
    ]
    if not citations:
        return []
    return [
        Section(title="Authorities", paragraphs=("; ".join(list_authorities(citations=citations)) + ".",))
    ]


def _write(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _write_date(date: datetime.date) -> str:
    return f"{date:%m/%d/%Y}"
