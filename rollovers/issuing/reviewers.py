"""The reviewer's page of a letter: its facts, figures and findings as they stood when it was issued."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import ForeignKey, Model

from advisors.encryption import EncryptedTextField, mask_number
from clients.models import PlanProvision, SubaccountMovement
from law import VERSION
from law.dates import write_date
from law.figures import Figure, minus, start, work_out
from law.money import ZERO, write_amount, write_dollars
from law.tax_forms import NAMES, Form1099R
from law.words import Answer, ProvisionKind, Way
from rollovers.issuing.rollovers import Outcome, RolloverEntry
from rollovers.letters.after_tax_letter import AfterTaxLetter
from rollovers.letters.rendering import render_report
from rollovers.reviews.queries import PlanFacts
from rollovers.reviews.subaccounts import list_outstanding

TEMPLATE = "issuing/reviewers_page.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFile:
    """What the reviewer's page is written from.

    `inputs` are each fact's name and values in words; `forms` are who each is of and the form; `findings` are as they
    are stored with the letter, with the reasons that were given.
    """

    letter: AfterTaxLetter
    letter_sha256: str
    rule_version: str
    asked: str
    standing_letters: tuple[str, ...]
    inputs: tuple[tuple[str, str], ...]
    workings: tuple[Figure, ...]
    forms: tuple[tuple[str, Form1099R], ...]
    findings: Sequence[Mapping[str, Any]]
    citations: tuple[str, ...]


def render_reviewers_page(
    *,
    letter: AfterTaxLetter,
    facts: PlanFacts,
    entry: RolloverEntry,
    outcome: Outcome,
    findings: Sequence[dict[str, Any]],
    letter_sha256: str,
) -> bytes:
    """Return the reviewer's page of a letter that is being issued, as PDF/UA-1.

    `findings` are as they are stored, with the reasons; `letter_sha256` is of the letter's own PDF.
    """
    workings = (
        *_explain_subaccount(facts=facts, entry=entry, outcome=outcome),
        *outcome.explanations,
        *(form.box_2a for form in outcome.forms),
    )
    return render_letter_file(
        file=LetterFile(
            letter=letter,
            letter_sha256=letter_sha256,
            rule_version=VERSION,
            asked=_describe_entry(entry),
            standing_letters=tuple(request.letter.reference for request in facts.earlier_requests),
            inputs=(*describe_facts(rows=facts.list_rows()), *_describe_more(facts)),
            workings=workings,
            forms=tuple((NAMES[form.payee], form) for form in outcome.forms),
            findings=findings,
            citations=(
                *(outcome.allocation.citations if outcome.allocation else ()),
                *(each.citation for each in workings),
                *(term.authority for each in workings for term in each.terms),
                *(finding["citation"] for finding in findings),
            ),
        )
    )


def render_letter_file(*, file: LetterFile) -> bytes:
    """Return the reviewer's page as PDF/UA-1; the same file gives the same bytes. Raises ForbiddenFetch."""
    return render_report(template=TEMPLATE, context=reviewers_context(file=file))


def reviewers_context(*, file: LetterFile) -> dict[str, Any]:
    """Return what the reviewer's page shows."""
    return {
        "title": f"Reviewer’s page of letter {file.letter.reference}",
        "reference": f"Reference {file.letter.reference}",
        "file": file,
        "authorities": list_authorities(citations=file.citations),
    }


def list_authorities(*, citations: Iterable[str]) -> tuple[str, ...]:
    """Return each authority once, in the order in which it was first cited."""
    return tuple(dict.fromkeys(filter(None, citations)))


def _describe_entry(entry: RolloverEntry) -> str:
    much = (
        "the whole sub-account"
        if entry.amount is None
        else f"{write_dollars(entry.amount)} of the sub-account"
    )
    return f"{much}, to be paid on {write_date(entry.payment_date)}. {Way(entry.way).label}."


def _explain_subaccount(*, facts: PlanFacts, entry: RolloverEntry, outcome: Outcome) -> list[Figure]:
    """Return how the sub-account's value and basis follow from the statement."""
    statement, subaccount = facts.statement, outcome.subaccount
    if statement is None or subaccount is None:
        return []
    outstanding = list_outstanding(facts=facts, without=entry.supersedes)
    figures = []
    for figure, stated, left, asked in (
        (
            "Value of the sub-account",
            statement.value,
            subaccount.balance,
            [(each.letter.reference, each.distribution) for each in outstanding],
        ),
        (
            "Basis of the sub-account",
            statement.basis,
            subaccount.basis,
            [(each.letter.reference, each.after_tax) for each in outstanding],
        ),
    ):
        moved = stated - sum((amount for _, amount in asked), ZERO) - left
        figures.append(
            work_out(
                figure,
                start(f"statement of {write_date(statement.statement_date)}", stated),
                *(minus(f"asked for by letter {reference}", amount) for reference, amount in asked),
                *([minus("moved since, as recorded", moved)] if moved else []),
                citation="IRC 72(d)(2), 72(e)(8)",
            )
        )
    return figures


def describe_facts(*, rows: Iterable[Model]) -> tuple[tuple[str, str], ...]:
    """Return each row as the name of its table in words and its values; account numbers are masked.

    A plan's provisions that were verified by one person on one day stand together.
    """
    described: list[tuple[str, str]] = []
    provisions: dict[str, list[str]] = {}
    for row in rows:
        if isinstance(row, PlanProvision):
            provisions.setdefault(_name_evidence(row), []).append(_describe_provision(row))
        else:
            described.append(_describe_fact(row))
    return (*described, *((name, "; ".join(texts)) for name, texts in provisions.items()))


def _describe_fact(row: Model) -> tuple[str, str]:
    if isinstance(row, SubaccountMovement):
        return f"Movement of {write_date(row.movement_date)}", _describe_movement(row)
    name = str(row._meta.verbose_name)
    values = [
        f"{field.verbose_name}: {text}"
        for field in row._meta.concrete_fields
        if not (field.primary_key or isinstance(field, ForeignKey)) and (text := _write_value(row, field))
    ]
    return name[:1].upper() + name[1:], "; ".join(values)


def _describe_movement(row: SubaccountMovement) -> str:
    """Return a movement on one line: a ledger of years has many."""
    parts = [
        f"{row.get_kind_display()} {write_amount(row.amount)}",
        f"for {row.year}" if row.year else "",
        f"earnings {write_amount(row.earnings)}" if row.earnings else "",
        f"value before {write_amount(row.value_before)}" if row.value_before is not None else "",
        row.source_document,
        row.letter_reference,
    ]
    return "; ".join(filter(None, parts))


def _name_evidence(row: PlanProvision) -> str:
    if row.verified_date is None:
        return "Provisions not verified"
    return f"Provisions verified by {row.verified_by} on {write_date(row.verified_date)}"


def _describe_provision(row: PlanProvision) -> str:
    if row.answer == Answer.NOT_VERIFIED:
        return row.get_kind_display()
    page = f", page {row.page}" if row.page else ""
    return (
        f"{row.get_kind_display()}: {row.get_answer_display().lower()} ({row.document} {row.section}{page})"
    )


def _write_value(row: Model, field: Any) -> str:
    """Return a column's value in words, "" where it is zero, empty or no."""
    value = getattr(row, field.attname)
    if not value:
        return ""
    if isinstance(field, EncryptedTextField):
        return mask_number(number=value)
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, bool):
        return "yes"
    if isinstance(value, Decimal):
        return write_amount(value)
    if isinstance(value, datetime.date):
        return write_date(value)
    return ", ".join(str(value).splitlines())


def _describe_more(facts: PlanFacts) -> list[tuple[str, str]]:
    """Return what is no row under the letter: the IRAs, the figures that the firm entered, what nobody verified."""
    unrecorded = [ProvisionKind(kind).label for kind, row in facts.provisions.items() if not row.pk]
    return [
        *describe_facts(rows=facts.ira_balances),
        *(
            (
                f"Limit of {figure.year} as the firm entered it",
                f"{figure.kind} {write_amount(figure.amount)}; {figure.source}",
            )
            for figure in facts.entered_limits
        ),
        *([("Provisions not recorded", "; ".join(unrecorded))] if unrecorded else []),
    ]
