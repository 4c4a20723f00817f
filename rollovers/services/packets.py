"""The packet of a letter: the documents that go beside it, for the custodian and for the reviewer."""

from collections.abc import Sequence
from typing import Any

from rollovers.letters import AfterTaxLetter, render_custodian_pdf
from rollovers.models import DocumentKind
from rollovers.queries import PlanFacts
from rollovers.services.reviewers import render_reviewers_page
from rollovers.services.rollovers import Outcome, RolloverEntry


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
