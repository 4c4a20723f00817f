"""The letters: the type that limits them, their words, the documents of a packet."""

from rollovers.letters.after_tax_letter import (
    LIMITING_SENTENCE,
    AfterTaxLetter,
    Destination,
    Letterhead,
    LetterRefused,
    ProvisionEvidence,
    format_date,
    format_years,
)
from rollovers.letters.custodian import render_custodian_html, render_custodian_pdf
from rollovers.letters.packet import render_html, render_pdf
from rollovers.letters.rendering import find_unprintable_characters
from rollovers.letters.request_letter import letter_context
from rollovers.letters.texts import AmountInText
from rollovers.letters.wording import FirmWords

__all__ = [
    "LIMITING_SENTENCE",
    "AfterTaxLetter",
    "AmountInText",
    "Destination",
    "FirmWords",
    "LetterRefused",
    "Letterhead",
    "ProvisionEvidence",
    "find_unprintable_characters",
    "format_date",
    "format_years",
    "letter_context",
    "render_custodian_html",
    "render_custodian_pdf",
    "render_html",
    "render_pdf",
]
