"""The request itself, two pages to the plan administrator: what its template shows."""

import datetime
from collections.abc import Sequence
from typing import Any

from law.allocation import AllocatedDisbursement
from law.dates import write_date
from law.money import write_dollars
from law.tax_forms import Form1099R, expect_form
from law.ways import make_disbursement
from law.words import Payee
from rollovers.letters.after_tax_letter import (
    LIMITING_SENTENCE,
    MOST_ADDRESS_LINES,
    AfterTaxLetter,
    Destination,
    format_years,
)
from rollovers.letters.rendering import LOGO_URL
from rollovers.letters.wording import NOTE_LEAD, PLACES
from rollovers.models import Slot

MOST_PAGES = 2
SIZES = ("", "letter--snug", "letter--small", "letter--smallest")  # letter.css, tried in this order

LATEST_NOTICE_DAYS, EARLIEST_NOTICE_DAYS = 30, 180  # section 402(f): given before the payment
_CODES = {
    "G": "a direct rollover",
    "1": "an early distribution, no exception known",
    "7": "a normal distribution",
}
_TITLES = {Payee.ROTH_IRA: "Roth IRA", Payee.TRADITIONAL_IRA: "traditional IRA"}


def letter_context(
    *, letter: AfterTaxLetter, logo_url: str, title_tag: str = "h2", section_tag: str = "h3"
) -> dict[str, Any]:
    """Return what `letters/_letter.html` shows, with every figure already written out.

    `logo_url` is the address of the firm's logo, or "" for a letterhead of text alone. The headings are
    h2 and h3 in a page with a heading of its own; the PDF asks for h1 and h2.
    """
    numbers = {id(leg): number for number, leg in enumerate(letter.destinations, start=1)}
    holder = letter.basis_holder
    participant = next((leg for leg in letter.destinations if not leg.is_direct), None)
    payments = [_show_payment(letter=letter, leg=leg, number=numbers[id(leg)]) for leg in letter.destinations]
    signers = list_signers(letter=letter)
    return {
        "letter": letter,
        "logo_url": logo_url,
        "title_tag": title_tag,
        "section_tag": section_tag,
        "limiting_sentence": LIMITING_SENTENCE,
        "administrator_address": split_address(letter.administrator_address),
        "custodian_address": split_address(letter.custodian_address),
        "letter_date": write_date(letter.letter_date),
        "payment_date": write_date(letter.payment_date),
        "birth_date": write_date(letter.birth_date),
        "statement_date": write_date(letter.statement_date),
        "payment_year": letter.payment_date.year,
        "contribution_years": format_years(years=letter.contribution_years),
        "basis": write_dollars(letter.basis),
        "earnings": write_dollars(letter.earnings),
        "loss": write_dollars(letter.loss) if letter.loss else "",
        "value": write_dollars(letter.value),
        "distribution": write_dollars(letter.distribution),
        "pretax": write_dollars(letter.pretax),
        "after_tax": write_dollars(letter.after_tax),
        "remaining_basis": write_dollars(letter.remaining_basis),
        "requested_before": _join(letter.requested_before),
        "unless_done_before": (
            "If one of them is neither carried out nor withdrawn"
            if len(letter.requested_before) > 1
            else "If it is neither carried out nor withdrawn"
        ),
        "includible": write_dollars(letter.includible) if letter.includible else "",
        "withholding": write_dollars(letter.withholding),
        "payments": payments,
        "several": len(letter.destinations) > 1,
        "elects": len(letter.direct_rollovers) > 1,
        "absorbing_number": numbers[id(letter.absorbing)],
        "holder_number": numbers[id(holder)] if holder else None,
        "participant_number": numbers[id(participant)] if participant else None,
        "has_direct": bool(letter.direct_rollovers),
        "in_plan": letter.is_in_plan,
        "signers": signers,
        "shares_signature": len(signers) < len(_ROLES),
        "earliest_notice_date": write_date(
            letter.payment_date - datetime.timedelta(days=EARLIEST_NOTICE_DAYS)
        ),
        "latest_notice_date": write_date(letter.payment_date - datetime.timedelta(days=LATEST_NOTICE_DAYS)),
        "codes": [
            {"code": code, "meaning": meaning}
            for code, meaning in _CODES.items()
            if any(payment["code"] == code for payment in payments)
        ],
        "note_lead": NOTE_LEAD,
        "contact_default": PLACES[Slot.CONTACT].default,
        "custodian_note_default": PLACES[Slot.CUSTODIAN_NOTE].default,
    }


def pdf_context(*, letter: AfterTaxLetter, size: str) -> dict[str, Any]:
    """Return what the templates of a PDF show: headings from h1, and fields that can be filled in."""
    logo_url = LOGO_URL if letter.letterhead.logo is not None else ""
    context = letter_context(letter=letter, logo_url=logo_url, title_tag="h1", section_tag="h2")
    return context | {"size": size, "fillable": True}


_ROLES = ("participant", "plan administrator", "trustee")


def list_signers(*, letter: AfterTaxLetter) -> list[dict[str, str]]:
    """Return who signs: one line a role, or one a person where the plan's papers allow it.

    Only where they do (`one_signature`) are roles of one name signed once.
    """
    acts = {
        "participant": "",
        "plan administrator": "rollover authorized" if letter.is_in_plan else "distribution authorized",
        "trustee": f"custodian directed to {'move' if letter.is_in_plan else 'pay'} as written",
    }
    names = dict(
        zip(_ROLES, (letter.participant_name, letter.administrator_name, letter.trustee_name), strict=True)
    )
    people: dict[str, list[str]] = {}
    for role, name in names.items():
        person = " ".join(name.split()).casefold() if letter.one_signature else role
        people.setdefault(person, []).append(role)
    signers = []
    for roles in people.values():
        words = f"{names[roles[0]]}, {'as ' if len(roles) > 1 else ''}{_join(roles)}"
        act = ", ".join(filter(None, (acts[role] for role in roles)))
        signers.append(
            {
                "words": f"{words}: {act}" if act else words,
                "field": f"{roles[0].split()[-1]}_date",
            }
        )
    return signers


def _show_payment(*, letter: AfterTaxLetter, leg: Destination, number: int) -> dict[str, Any]:
    """Return one payment's texts, with the boxes its own Form 1099-R would carry."""
    form = _expect_form(letter=letter, leg=leg)
    if leg.stays_in_plan:
        route = "In-plan Roth rollover"
        payee = f"Designated Roth account of {letter.participant_name} in the same plan"
    elif leg.is_direct:
        route = "Direct rollover"
        title = _TITLES.get(leg.kind, leg.account_title)
        payee = f"{leg.payee} FBO {letter.participant_name}" + (f", {title}" if title else "")
    else:
        route = "Paid to the participant"
        payee = letter.participant_name
    return {
        "number": number,
        "payee": payee,
        "account_title": leg.account_title,
        "account_number": leg.account_number,
        "is_direct": leg.is_direct,
        "route": route,
        "amount": write_dollars(leg.amount),
        "pretax": write_dollars(leg.pretax),
        "after_tax": write_dollars(leg.after_tax),
        "taxable": write_dollars(form.box_2a_taxable),
        "withheld": write_dollars(form.box_4_withheld),
        "code": form.code,
    }


def _expect_form(*, letter: AfterTaxLetter, leg: Destination) -> Form1099R:
    return expect_form(
        leg=AllocatedDisbursement(
            disbursement=make_disbursement(to=Payee(leg.kind), amount=leg.amount),
            pretax=leg.pretax,
            after_tax=leg.after_tax,
        ),
        withholding=letter.withholding,
        age_in_months=letter.age_in_months,
    )


def _join(names: Sequence[str]) -> str:
    """Return names as a sentence has them, as in "A, B and C"; "" for none."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def split_address(text: str) -> list[str]:
    """Return an address as at most MOST_ADDRESS_LINES lines; what is over is run together in the last."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    kept, rest = lines[: MOST_ADDRESS_LINES - 1], lines[MOST_ADDRESS_LINES - 1 :]
    return kept + [", ".join(rest)] if rest else kept
