"""The letters: the type that limits them, their words, their PDF."""

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
from rollovers.letters.rendering import find_unprintable_characters
from rollovers.letters.request_letter import letter_context, render_html, render_pdf

__all__ = [
    "LIMITING_SENTENCE",
    "AfterTaxLetter",
    "Destination",
    "LetterRefused",
    "Letterhead",
    "ProvisionEvidence",
    "find_unprintable_characters",
    "format_date",
    "format_years",
    "letter_context",
    "render_html",
    "render_pdf",
]
