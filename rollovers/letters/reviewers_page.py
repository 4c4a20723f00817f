"""The reviewer's page of a letter: all that it rests on, for whoever checks it. It is never sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rollovers.letters.after_tax_letter import AfterTaxLetter, ProvisionEvidence, format_date
from rollovers.letters.reports import (
    Report,
    Section,
    Table,
    list_authorities,
    list_workings,
    render_report,
)

UNREVIEWED = "No CPA or attorney has reviewed this letter or its arithmetic."
SEVERITIES = {"block": "Block", "error": "Error", "warn": "Warning", "info": "Note"}
IRS_PAGE = "the IRS.gov page “Rollovers of after-tax contributions in retirement plans”"
IRS_SENTENCE = "“you can’t take a distribution of only the after-tax amounts and leave the rest in the plan”"
FORM_COLUMNS = ("Form 1099-R of", "Box 1", "Box 2a", "Box 4", "Box 5", "Box 7")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFile:
    """What the reviewer's page is written from.

    `inputs` are each fact's name and values in words; `workings` records of `describe_explanation`; `forms` rows of
    FORM_COLUMNS; `findings` as they are stored with the letter, with the reasons that were given.
    """

    letter: AfterTaxLetter
    letter_sha256: str
    rule_version: str
    asked: str
    standing_letters: tuple[str, ...]
    inputs: tuple[tuple[str, str], ...]
    workings: tuple[Mapping[str, Any], ...]
    forms: tuple[tuple[str, ...], ...]
    findings: Sequence[Mapping[str, Any]]
    citations: tuple[str, ...]


def render_reviewers_pdf(*, file: LetterFile) -> bytes:
    """Return the reviewer's page as PDF/UA-1; the same file gives the same bytes. Raises ForbiddenFetch."""
    return render_report(report=write_reviewers_page(file=file), template="letters/reviewers_page.html")


def write_reviewers_page(*, file: LetterFile) -> Report:
    """Return the reviewer's page in words."""
    letter = file.letter
    sample = "Sample: nothing in it is real. " if letter.is_sample else ""
    return Report(
        title=f"Reviewer’s page of letter {letter.reference}",
        reference=f"Reference {letter.reference}",
        firm_name=letter.letterhead.firm_name,
        opening=(f"{sample}For the file of {letter.letterhead.firm_name}. Never sent. {UNREVIEWED}",),
        facts=(
            (
                "Letter",
                f"{letter.participant_name}, {letter.plan_name}, {format_date(date=letter.letter_date)}",
            ),
            ("Issued", f"{format_date(date=letter.letter_date)}, by {letter.prepared_by}"),
            ("Asked for", file.asked),
            *((("Replaces", f"letter {letter.supersedes}"),) if letter.supersedes else ()),
            ("Standing letters considered", ", ".join(file.standing_letters) or "none"),
            ("Rules", f"version {file.rule_version}"),
            ("SHA-256 of the letter’s PDF", file.letter_sha256),
        ),
        sections=(
            Section(
                title="Reliance on section 72(d)(2)",
                paragraphs=(state_reliance(evidence=letter.separate_accounting),),
            ),
            Section(
                title="Inputs",
                paragraphs=(
                    "As they stood when the letter was issued. Amounts of zero and empty fields are left out;"
                    " account numbers are masked.",
                ),
                facts=file.inputs,
            ),
            Section(title="Every figure’s arithmetic", facts=list_workings(records=file.workings)),
            Section(
                title="Expected tax forms",
                tables=(
                    Table(caption="", columns=FORM_COLUMNS, rows=file.forms, amounts=frozenset(range(1, 6))),
                ),
            ),
            _write_findings(file.findings),
            Section(
                title="Authorities", paragraphs=("; ".join(list_authorities(citations=file.citations)) + ".",)
            ),
        ),
    )


def state_reliance(*, evidence: ProvisionEvidence | None) -> str:
    """Return on what a request of the sub-account alone relies, against what the IRS's own page says."""
    where = f" ({evidence.citation})" if evidence else ""
    return (
        f"Of a plan’s after-tax amounts {IRS_PAGE} says: {IRS_SENTENCE}. It does not mention section 72(d)(2) of the"
        " Internal Revenue Code, under which employee contributions and their earnings that a plan accounts for"
        f" separately may be treated as a separate contract. The plan accounts for them separately{where}. The"
        " request relies on that section: it is for basis together with its earnings, pro rata within the"
        " sub-account under section 72(e)(8)(B), and not for basis alone."
    )


def tabulate_findings(*, findings: Sequence[Mapping[str, Any]], caption: str = "") -> Table:
    """Return stored findings as a table, each with why the letter went ahead and who said so."""
    return Table(
        caption=caption,
        columns=("Finding", "What it says", "Went ahead because"),
        rows=tuple(
            (
                f"{SEVERITIES[finding['severity']]} {finding['code']}",
                f"{finding['message']} ({finding['citation']})",
                f"{finding['reason']} ({finding['acknowledged_by']})"
                if finding.get("reason")
                else "No reason is asked for.",
            )
            for finding in findings
        ),
        style="findings",
    )


def _write_findings(findings: Sequence[Mapping[str, Any]]) -> Section:
    if not findings:
        return Section(title="Findings", paragraphs=("None.",))
    return Section(title="Findings", tables=(tabulate_findings(findings=findings),))
