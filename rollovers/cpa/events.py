"""What happened to a client's money in a year, one event after another, and as CSV."""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.timezone import localtime

from clients.models import SubaccountMovement
from law.dates import write_date
from law.money import write_amount
from law.words import FormKind, MovementKind
from rollovers.cpa.packets import CpaPacket, PlanOfYear, write_note
from rollovers.cpa.queries import Change, list_changes
from rollovers.evidence.cases import read_case
from rollovers.models import CaseEvent, Disbursement, Letter, Payment, Step

COLUMNS = (
    "date",
    "event",
    "details",
    "amount",
    "after_tax",
    "pretax",
    "taxable",
    "withheld",
    "who",
    "source",
    "reference",
    "sha256",
    "chain_entry",
)
# What a spreadsheet takes for the beginning of a formula, in full width too; then what it skips over.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One event, in dollars. `sha256` is of the document that it brought, `chain_entry` its place in the chain."""

    date: datetime.date
    event: str
    details: str = ""
    amount: Decimal | None = None
    after_tax: Decimal | None = None
    pretax: Decimal | None = None
    taxable: Decimal | None = None
    withheld: Decimal | None = None
    who: str = ""
    source: str = ""
    reference: str = ""
    sha256: str = ""
    chain_entry: str = ""


def write_events_csv(*, happenings: Iterable[Happening]) -> bytes:
    """Return the events as CSV, in UTF-8 with a byte order mark: without it a spreadsheet misreads names.

    Amounts are plain numbers. A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    for happening in happenings:
        rows.writerow([_write_cell(getattr(happening, column)) for column in COLUMNS])
    return file.getvalue().encode("utf-8-sig")


def _write_cell(value: datetime.date | Decimal | str | None) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return neutralize(text=value)


def neutralize(*, text: str) -> str:
    """Return a text as a spreadsheet takes it for text: one that would be a formula begins with an apostrophe."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def list_happenings(*, packet: CpaPacket) -> tuple[Happening, ...]:
    """Return all that a packet tells of, in the order of time; of one day, facts before what was done with letters."""
    happenings = [
        *(each for plan in packet.plans for each in _list_facts(plan, packet)),
        *_list_ira_balances(packet),
        *(each for letter, _ in packet.letters for each in _list_life(letter)),
    ]
    return tuple(sorted(happenings, key=lambda each: each.date))  # stable: what came first stays first


# --- Facts --------------------------------------------------------------------------------------------------


def _list_facts(plan: PlanOfYear, packet: CpaPacket) -> Iterator[Happening]:
    name = plan.facts.plan.name
    records = [plan.review.record] if plan.review else []
    statements = [each.row for each in plan.statements]
    changes: dict[type[Model], list[Change]] = {
        type(rows[0]): list_changes(firm=packet.firm, rows=rows)
        for rows in (records, plan.movements, statements)
        if rows
    }

    def who(row: Model) -> str:
        return next((each.who for each in changes[type(row)] if each.row_id == row.pk), "")

    for record in records:
        deposited = any(
            row.kind == MovementKind.CONTRIBUTION and row.year == record.year for row in plan.movements
        )
        for label, amount, date in (
            ("Pretax elective deferrals", record.pretax_deferrals, None),
            ("Designated Roth deferrals", record.roth_deferrals, None),
            ("Catch-up", record.catch_up, None),
            ("Employer contribution", record.employer, None),
            ("Forfeitures", record.forfeitures, None),
            ("After-tax contributions", record.after_tax * (not deposited), record.after_tax_date),
        ):
            if amount:
                yield Happening(
                    date=date or datetime.date(record.year, 12, 31),
                    event=f"{label} of {record.year}",
                    details=f"{name}: the year's total on record",
                    amount=amount,
                    after_tax=amount if label.startswith("After-tax") else None,
                    who=who(record),
                    source="Contribution record",
                )
    shares = {
        entry.movement.key: entry.share for entry in (plan.row.entries if plan.row else ()) if entry.share
    }
    for row in plan.movements:
        share = shares.get(row.pk) if row.kind == MovementKind.DISTRIBUTION else None
        yield Happening(
            date=row.movement_date,
            event=row.get_kind_display(),
            details="; ".join(filter(None, (name, _describe_movement(row)))),
            amount=row.amount,
            after_tax=share.after_tax if share else row.amount if row.year else None,
            pretax=share.pretax if share else row.earnings or None,
            who=who(row),
            source=row.source_document,
            reference=row.letter_reference,
        )
    for each in plan.statements:
        yield Happening(
            date=each.row.statement_date,
            event="Statement of the sub-account",
            details=f"{name}: value as amount, basis as after-tax",
            amount=each.row.value,
            after_tax=each.row.basis,
            who=who(each.row),
            source=each.row.source_document,
        )
        if each.acknowledgement:
            yield Happening(
                date=localtime(each.acknowledgement.acknowledged_at).date(),
                event="Difference from the ledger acknowledged",
                details=f"Statement of {write_date(each.row.statement_date, 'short')}: {each.acknowledgement.reason}",
                amount=each.acknowledgement.basis_difference,
                who=each.acknowledgement.acknowledged_by.full_name,
                source="Ledger",
            )
    for table, entries in changes.items():
        yield from _list_corrections(str(table._meta.verbose_name), entries)


def _describe_movement(row: SubaccountMovement) -> str:
    value = f"value before {write_amount(row.value_before)}" if row.value_before is not None else ""
    return "; ".join(filter(None, (f"for {row.year}" if row.year else "", value)))


def _list_corrections(name: str, changes: list[Change]) -> Iterator[Happening]:
    for change in changes:
        if change.label == "update" and change.reason:
            yield Happening(
                date=localtime(change.changed_at).date(),
                event=f"Correction of a {name}",
                details=change.reason,
                who=change.who,
                source="History",
            )


def _list_ira_balances(packet: CpaPacket) -> Iterator[Happening]:
    for row in packet.iras.balances if packet.iras else ():
        yield Happening(
            date=datetime.date(row.year, 12, 31),
            event=f"{row.get_kind_display()} on December 31",
            details="; ".join(
                f"{name} {write_amount(amount)}"
                for name, amount in (("distributions", row.distributions), ("conversions", row.conversions))
                if amount
            ),
            amount=row.value,
            after_tax=row.basis,
            source="IRA balance",
        )


# --- Letters ------------------------------------------------------------------------------------------------


def _list_life(letter: Letter) -> Iterator[Happening]:
    events = list(letter.events.all())
    payments = {payment.pk: payment for payment in letter.payments.all()}
    hashes = {each.pk: each for each in letter.evidence.all()}
    if not any(event.step == Step.ISSUED for event in events):  # a letter from before there was a chain
        yield _tell_issue(letter)
        yield from _tell_findings(letter)
    for event in events:
        if event.step == Step.ISSUED:
            yield _tell_issue(letter, event)
            yield from _tell_findings(letter)
        elif event.step == Step.PAID:
            yield from _tell_payment(letter, event, payments.get(event.details.get("payment", 0)))
        else:
            evidence = hashes.get(event.details.get("evidence", 0)) if event.step == Step.EVIDENCE else None
            yield Happening(
                **_take_event(event),
                details=evidence.title if evidence else write_note(letter=letter, event=event),
                sha256=evidence.content_sha256 if evidence else "",
            )
    for row in letter.received_forms.all():
        is_1099r = row.kind == FormKind.FORM_1099R
        said = f"box 7 code {row.code}" if row.code else "box 2, rollover"
        undetermined = "2b taxable amount not determined" if row.taxable_not_determined else ""
        yield Happening(
            date=row.received_date,
            event=f"{row.get_kind_display()} received",
            details="; ".join(filter(None, (said, undetermined))),
            amount=row.gross,
            after_tax=row.basis if is_1099r else None,
            taxable=row.taxable,
            withheld=row.withheld if is_1099r else None,
            source=row.payer,
            reference=letter.reference,
        )


def _take_event(event: CaseEvent) -> dict[str, Any]:
    return {
        "date": event.step_date,
        "event": f"Letter: {event.get_step_display().lower()}",
        "who": event.recorded_by.full_name,
        "source": "Case",
        "reference": event.letter.reference,
        "chain_entry": f"{event.position}:{event.sha256}",
    }


def _tell_issue(letter: Letter, event: CaseEvent | None = None) -> Happening:
    request = letter.request
    issue: dict[str, Any] = {
        "date": letter.letter_date,
        "event": "Letter: issued",
        "who": letter.issued_by.full_name,
        "source": "Letter",
        "reference": letter.reference,
    }
    return Happening(
        **issue | (_take_event(event) if event else {}),
        details=f"Asks for payment on {write_date(request.payment_date, 'short')}: {request.get_way_display()}",
        amount=request.distribution,
        after_tax=request.after_tax,
        pretax=request.pretax,
        taxable=request.includible,
        withheld=request.withholding,
        sha256=letter.pdf_sha256,
    )


def _tell_findings(letter: Letter) -> Iterator[Happening]:
    for finding in letter.findings:
        if finding.get("reason"):
            yield Happening(
                date=letter.letter_date,
                event="Finding acknowledged",
                details=f"{finding['code']}: {finding['message']} Reason: {finding['reason']}",
                who=finding["acknowledged_by"],
                source=finding["citation"],
                reference=letter.reference,
            )


def _tell_payment(letter: Letter, event: CaseEvent, payment: Payment | None) -> Iterator[Happening]:
    """Tell what was paid; a payment that a later one corrects is told without amounts, which count once."""
    if payment is None:
        yield Happening(**_take_event(event), details=write_note(letter=letter, event=event))
        return
    note = write_note(letter=letter, event=event)
    if payment != read_case(letter=letter).payment:
        said = f"Corrected by a later entry; it said {write_amount(payment.distribution)}"
        yield Happening(**_take_event(event), details="; ".join(filter(None, (said, note))))
        return
    yield Happening(
        **_take_event(event),
        details="; ".join(filter(None, (f"value before {write_amount(payment.value_before)}", note))),
        amount=payment.distribution,
        after_tax=payment.after_tax,
        pretax=payment.pretax,
        taxable=payment.includible,
        withheld=payment.withholding,
    )
    for row in payment.disbursements.all():
        leg: Disbursement = row.disbursement
        yield Happening(
            date=payment.payment_date,
            event="Paid to a payee",
            details=f"{leg.get_to_display()}, {leg.payee}; asked for {write_amount(leg.amount)}",
            amount=row.amount,
            after_tax=row.after_tax,
            pretax=row.pretax,
            who=payment.recorded_by.full_name,
            source="Payment",
            reference=letter.reference,
        )
