"""The letters that the tests read: Dana Ruiz's, with figures from the rules themselves."""

import datetime
from dataclasses import replace
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any

import pypdfium2
from PIL import Image

from law.allocation import Disbursement, Method, allocate
from law.subaccount import Contract
from law.words import Payee
from rollovers.letters.after_tax_letter import AfterTaxLetter, Destination, Letterhead, ProvisionEvidence
from rollovers.letters.custodian import render_custodian_pdf
from rollovers.letters.packet import render_pdf
from rollovers.letters.wording import PLACES, FirmWords

ACCOUNTS = {
    "roth_ira": ("Dana Ruiz Roth IRA", "Z12-345678"),
    "traditional_ira": ("Dana Ruiz Rollover IRA", "Z98-765432"),
    "plan": ("Acme Corporation 401(k)", "P55-000001"),
    "participant": ("", ""),
    "designated_roth": ("Ruiz 401(k) Designated Roth FBO Dana Ruiz", "X87-004522"),
}
# 120 characters, with what names are made of
LONG_NAME = ("Wilhelmina Björk-Nguyễn Ḥoàng von Łukaszewicz O’Brien and Daughters " * 2)[:119] + "z"


LONGEST_NOTE = "We look after this client and would thank you for a signed copy by return. " * 4


def draw_logo() -> bytes:
    image = Image.new("RGB", (600, 200), "#1f3a5f")
    image.paste("#d9a441", (30, 30, 170, 170))
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def write_letter(
    *,
    basis: str = "20000.00",
    value: str = "20812.37",
    legs: tuple[tuple[str, str], ...] | None = None,
    **changes: Any,
) -> AfterTaxLetter:
    """Return Dana's letter; `legs` are (kind, amount), all to a Roth IRA unless given."""
    legs = legs or (("roth_ira", value),)
    allocation = allocate(
        contract=Contract(balance=Decimal(value), basis=Decimal(basis), separate_accounting=True),
        disbursements=[
            Disbursement(
                to=Payee(kind),
                method=Method.PAID if kind == "participant" else Method.DIRECT,
                amount=Decimal(amount),
                separately_accounts=kind == "plan",
            )
            for kind, amount in legs
        ],
    )
    destinations = tuple(
        Destination(
            payee="" if kind == "participant" else "Fidelity Investments",
            account_title=ACCOUNTS[kind][0],
            account_number=ACCOUNTS[kind][1],
            kind=kind,
            amount=leg.disbursement.amount,
            pretax=leg.pretax,
            after_tax=leg.after_tax,
        )
        for (kind, _), leg in zip(legs, allocation.disbursements, strict=True)
    )
    letter = AfterTaxLetter(
        reference="AT-2026-0007",
        letter_date=datetime.date(2026, 11, 24),
        payment_date=datetime.date(2026, 12, 1),
        letterhead=Letterhead(
            firm_name="Harbor & Pine Planning LLC",
            address_lines=("48 Wharf Street, Suite 300", "Portland, ME 04101"),
            phone="(207) 555-0142",
            disclosure="Harbor & Pine Planning LLC is a registered investment adviser.",
        ),
        prepared_by="Ada Brandt",
        administrator_name="Ines Moreau",
        administrator_address="Ruiz Consulting\n12 Orchard Lane\nPortland, ME 04102",
        custodian_name="Fidelity Investments",
        custodian_address="PO Box 770001\nCincinnati, OH 45277",
        trustee_name="Tomas Ruiz",
        plan_name="Ruiz Consulting Individual 401(k) Plan",
        plan_number="001",
        ein="12-3456789",
        participant_name="Dana Ruiz",
        ssn_last_four="1234",
        birth_date=datetime.date(1976, 5, 14),
        subaccount_title="Ruiz 401(k) Voluntary After-Tax FBO Dana Ruiz",
        subaccount_number="X87-004521",
        contribution_years=(2021,),
        in_service=ProvisionEvidence(
            document="Adoption Agreement",
            section="6.2(c)",
            page="14",
            verified_by="Ada Brandt",
            verified_date=datetime.date(2026, 11, 3),
        ),
        separate_accounting=ProvisionEvidence(
            document="Basic Plan Document 01", section="Section 3.5", page="p. 22"
        ),
        statement_date=datetime.date(2026, 11, 20),
        statement_document="Statement of account X87-004521",
        basis=Decimal(basis),
        value=Decimal(value),
        covers_whole=sum(Decimal(amount) for _, amount in legs) == Decimal(value),
        destinations=destinations,
        withholding=allocation.withholding,
        includible=allocation.includible,
        spousal_consent_required=False,
        is_sample=False,
    )
    return replace(letter, **changes)


def write_longest_letter() -> AfterTaxLetter:
    """Return the letter with the most payees and the longest texts that the type lets through."""
    address = "\n".join([LONG_NAME[:59]] * 5)
    evidence = ProvisionEvidence(
        document=LONG_NAME,
        section=LONG_NAME[:40],
        page=LONG_NAME[:20],
        verified_by=LONG_NAME,
        verified_date=datetime.date(2026, 9, 30),
    )
    letter = write_letter(
        basis="400000000.00",
        value="500000000.00",
        legs=tuple(
            (kind, "100000000.00")
            for kind in ("roth_ira", "roth_ira", "traditional_ira", "plan", "participant")
        ),
    )
    return replace(
        letter,
        reference=LONG_NAME[:40],
        letterhead=Letterhead(
            firm_name=LONG_NAME,
            address_lines=(LONG_NAME,) * 3,
            phone=LONG_NAME[:30],
            disclosure=(LONG_NAME * 5)[:600],
            logo=draw_logo(),
            logo_media_type="image/png",
        ),
        prepared_by=LONG_NAME,
        administrator_name=LONG_NAME,
        administrator_address=address,
        custodian_name=LONG_NAME,
        custodian_address=address,
        trustee_name=LONG_NAME,
        plan_name=LONG_NAME,
        participant_name=LONG_NAME,
        subaccount_title=LONG_NAME,
        subaccount_number=LONG_NAME[:40],
        contribution_years=tuple(range(2014, 2027, 2)),
        in_service=evidence,
        separate_accounting=evidence,
        statement_document=LONG_NAME,
        spousal_consent_required=True,
        is_sample=True,
        supersedes=LONG_NAME[:40],
        wording=FirmWords(**{slot: LONGEST_NOTE[: place.longest] for slot, place in PLACES.items()}),
        destinations=tuple(
            replace(
                leg,
                payee=LONG_NAME if leg.is_direct else "",
                account_title=LONG_NAME,
                account_number=LONG_NAME[:40],
            )
            for leg in letter.destinations
        ),
    )


def write_in_plan_letter(*, value: str = "20812.37", amount: str = "", **changes: Any) -> AfterTaxLetter:
    """Return Dana's request for an in-plan Roth rollover, of the whole unless an amount is given."""
    roth = write_letter(value=value, legs=(("roth_ira", amount or value),))
    title, number = ACCOUNTS["designated_roth"]
    destination = replace(
        roth.destinations[0], payee="", kind="designated_roth", account_title=title, account_number=number
    )
    return replace(
        roth,
        destinations=(destination,),
        in_plan_roth=ProvisionEvidence(document="Roth Amendment", section="2.1", page="3"),
        **changes,
    )


# One letter of each shape.
VARIANTS: dict[str, AfterTaxLetter] = {
    "small_gain": write_letter(
        value="20084.12",
        letterhead=Letterhead(firm_name="Harbor & Pine", logo=draw_logo(), logo_media_type="image/png"),
    ),
    "split": write_letter(legs=(("roth_ira", "20000.00"), ("traditional_ira", "812.37"))),
    "loss": write_letter(value="17000.00", supersedes="AT-2026-0003"),
    "partial": write_letter(legs=(("roth_ira", "10000.00"),)),
    "partial_split": write_letter(legs=(("roth_ira", "9609.67"), ("traditional_ira", "390.33"))),
    "split_and_cash": write_letter(
        legs=(("roth_ira", "15000.00"), ("traditional_ira", "812.37"), ("participant", "5000.00")),
        spousal_consent_required=True,
        is_sample=True,
    ),
    "taxed_cash": write_letter(legs=(("traditional_ira", "500.00"), ("participant", "20312.37"))),
    "to_a_plan": write_letter(legs=(("plan", "20812.37"),)),
    "loss_in_two": write_letter(value="17000.00", legs=(("roth_ira", "12000.00"), ("roth_ira", "5000.00"))),
    "longest": write_longest_letter(),
    "in_plan": write_in_plan_letter(),
    "in_plan_part": write_in_plan_letter(amount="10000.00"),
    "one_signature": write_letter(
        administrator_name="Dana Ruiz",
        trustee_name="DANA  RUIZ",
        one_signature=True,
        wording=FirmWords(
            opening="We look after this client’s plan.",
            contact="Ask for Ada Brandt at (207) 555-0142, ext. 12.",
            closing="A signed copy by return would help us.",
            custodian_note="Please mail checks by a tracked service.",
        ),
    ),
    "cash": write_letter(legs=(("participant", "20812.37"),)),
}


@cache
def render_variant(name: str) -> bytes:
    """Return what goes to the plan administrator, the request and its attached pages, rendered once in this process."""
    return render_pdf(letter=VARIANTS[name])


@cache
def render_custodian(name: str) -> bytes:
    """Return the custodian's document, rendered once in this process."""
    return render_custodian_pdf(letter=VARIANTS[name])


def read_pages(pdf: bytes) -> list[str]:
    """Return the text of each page of the PDF, with each run of white space as one space."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    # pdfium marks a hyphen at the end of a line with U+FFFE or U+0002
    return [" ".join(page.replace("\ufffe", "-").replace("\x02", "-").split()) for page in pages]


def read_text(pdf: bytes) -> str:
    """Return the PDF's text with each run of white space as one space."""
    return " ".join(read_pages(pdf))


def read_request_pages(pdf: bytes) -> list[str]:
    """Return the text of each page of a packet's request: those before what is attached to it."""
    pages = read_pages(pdf)
    [first] = [
        number for number, page in enumerate(pages) if "Attached to Letter" in page and "Receipt of" in page
    ]
    return pages[:first]


def read_request(pdf: bytes) -> str:
    """Return the text of a packet's request alone."""
    return " ".join(read_request_pages(pdf))
