"""The CPA's packet as a document: what its template shows, and its PDF."""

from dataclasses import dataclass
from typing import Any

from law.figures import Figure
from law.tax_forms import CITATION, CONFIRM, Form5500EZ, expect_5500ez
from law.words import ProvisionKind
from rollovers.cases.tax_forms import MatchedForm, TaxForms
from rollovers.cpa.answers import cite_provision, list_answers, list_unasked, write_match
from rollovers.cpa.packets import CpaPacket, PlanOfYear, name_state, write_note
from rollovers.evidence.cases import read_case
from rollovers.issuing.reviewers import list_authorities
from rollovers.letters.rendering import render_report
from rollovers.models import CaseEvent, Disbursement, Letter, PaidDisbursement, Payment

TEMPLATE = "cpa/cpa_packet.html"
NOT_TAXABLE_AUTHORITIES = (
    "IRC 72(d)(2)",
    "IRC 72(e)(8)(B)",
    "Notice 2014-54 III",
    "IRC 402(c)(2)",
    "IRC 408A(d)(3)(A)",
    CITATION,
)
_PROVISIONS_SHOWN = {
    ProvisionKind.AFTER_TAX_CONTRIBUTIONS,
    ProvisionKind.SEPARATE_ACCOUNTING,
    ProvisionKind.IN_SERVICE_DISTRIBUTION,
    ProvisionKind.UNRECOVERED_BASIS_CARRIED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlan:
    """A plan's year as the packet shows it; `provisions` are what each is and where its papers say so."""

    of_year: PlanOfYear
    provisions: tuple[tuple[str, str], ...]
    form_5500ez: Form5500EZ | None
    workings: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLetter:
    """A letter as the packet shows it.

    `payees` are what was asked for beside what was paid; `events` come with what was noted; `papers` are a name, a
    SHA-256 and who added it; `matches` come with whether each form agrees.
    """

    letter: Letter
    tax: TaxForms
    state: str
    superseded_by: Letter | None
    payment: Payment | None
    payees: tuple[tuple[Disbursement, PaidDisbursement | None], ...]
    events: tuple[tuple[CaseEvent, str], ...]
    papers: tuple[tuple[str, str, str], ...]
    matches: tuple[tuple[MatchedForm, str], ...]


def render_cpa_packet(*, packet: CpaPacket) -> bytes:
    """Return the packet as PDF/UA-1, at most as long as the year was busy; the same record gives the same bytes."""
    return render_report(template=TEMPLATE, context=packet_context(packet=packet))


def packet_context(*, packet: CpaPacket) -> dict[str, Any]:
    """Return what the packet's template shows."""
    letters = {letter.pk: _show_letter(letter, tax) for letter, tax in packet.letters}
    expected = [tax.expected for _, tax in packet.paid]
    return {
        "title": f"CPA packet of {packet.client.legal_name}, {packet.year}",
        "reference": f"CPA packet of client {packet.client.pk}, {packet.year}",
        "packet": packet,
        "plans": [_show_plan(plan) for plan in packet.plans],
        "letters": list(letters.values()),
        "paid": [letters[letter.pk] for letter, _ in packet.paid],
        "unpaid": [each.letter.reference for each in expected if not each.is_paid],
        "undivided": [each.letter.reference for each in expected if each.is_paid and not each.is_divided],
        "line_workings": packet.paid[0][1].lines.figures if packet.paid else (),
        "answers": list_answers(packet=packet),
        "unasked": list_unasked(packet=packet),
        "authorities": list_authorities(citations=_list_citations(packet)),
        "confirm": CONFIRM,
    }


def _show_plan(plan: PlanOfYear) -> ShownPlan:
    assets = plan.assets
    return ShownPlan(
        of_year=plan,
        provisions=tuple(
            (provision.get_kind_display(), cite_provision(provision=provision))
            for provision in plan.facts.provisions.values()
            if provision.pk and provision.kind in _PROVISIONS_SHOWN
        ),
        form_5500ez=expect_5500ez(assets=assets.value, is_final_year=assets.is_final_year)
        if assets
        else None,
        workings=(
            *(plan.review.figures if plan.review else ()),
            *(plan.row.figures if plan.row else ()),
        ),
    )


def _show_letter(letter: Letter, tax: TaxForms) -> ShownLetter:
    case = read_case(letter=letter)
    payment = case.payment
    paid = {row.disbursement_id: row for row in payment.disbursements.all()} if payment else {}
    return ShownLetter(
        letter=letter,
        tax=tax,
        state=name_state(letter=letter),
        superseded_by=case.superseded_by,
        payment=payment,
        payees=tuple((leg, paid.get(leg.pk)) for leg in letter.request.disbursements.all()),
        events=tuple((event, write_note(letter=letter, event=event)) for event in letter.events.all()),
        papers=(
            ("The letter", letter.pdf_sha256, ""),
            *((each.get_kind_display(), each.pdf_sha256, "") for each in letter.documents.all()),
            *(
                (f"Evidence: {each.title}", each.content_sha256, each.added_by.full_name)
                for each in letter.evidence.all()
            ),
        ),
        matches=tuple((each, write_match(each=each)) for each in tax.matches),
    )


def _list_citations(packet: CpaPacket) -> list[str]:
    return [
        *(NOT_TAXABLE_AUTHORITIES if packet.paid else ()),
        *(each.citation for plan in packet.plans if plan.review for each in plan.review.figures),
        *(each.citation for plan in packet.plans if plan.row for each in plan.row.figures),
        *(each["citation"] for letter, _ in packet.letters for each in letter.figures["explanations"]),
        *(finding["citation"] for letter, _ in packet.letters for finding in letter.findings),
    ]
