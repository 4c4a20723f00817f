"""The packet of a letter: the documents that go beside it, for the custodian and for the reviewer."""

from collections.abc import Sequence
from typing import Any

from rollovers.issuing.reviewers import render_reviewers_page
from rollovers.issuing.rollovers import Outcome, RolloverEntry
from rollovers.letters.after_tax_letter import AfterTaxLetter
from rollovers.letters.custodian import render_custodian_pdf
from rollovers.models import DocumentKind
from rollovers.reviews.queries import PlanFacts


def render_documents(
    *,
    letter: AfterTaxLetter,
    facts: PlanFacts,
    entry: RolloverEntry,
    outcome: Outcome,
    findings: Sequence[dict[str, Any]],
    letter_sha256: str,
) -> dict[DocumentKind, bytes]:
    """Return the PDFs that go beside the letter to the plan administrator, by whom they are for.

    `findings` are as they are stored, with the reasons; `letter_sha256` is of the letter's own PDF.
    """
    return {
        DocumentKind.CUSTODIAN: render_custodian_pdf(letter=letter),
        DocumentKind.REVIEWER: render_reviewers_page(
            letter=letter,
            facts=facts,
            entry=entry,
            outcome=outcome,
            findings=findings,
            letter_sha256=letter_sha256,
        ),
    }
