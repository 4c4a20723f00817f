"""What is sent to the plan administrator, one PDF: the request and the pages attached to it.

The receipt of the section 402(f) notice, the request for Form 1099-R and, where the plan requires it, the spouse's
consent: a page each.
"""

from django.template.loader import render_to_string

from rollovers.letters import request_letter
from rollovers.letters.after_tax_letter import AfterTaxLetter
from rollovers.letters.rendering import render_document


def render_html(*, letter: AfterTaxLetter, size: str = "") -> str:
    """Return the complete HTML document that the PDF is made of; every text in it is escaped.

    `size`, one of `request_letter.SIZES`, is that of the request; the attached pages have one size.
    """
    return render_to_string("letters/packet.html", request_letter.pdf_context(letter=letter, size=size))


def render_pdf(*, letter: AfterTaxLetter) -> bytes:
    """Return the request and its attached pages as PDF/UA-1; the same letter gives the same bytes.

    The request is at most two pages. Raises CharactersNotInFont, LetterTooLong or ForbiddenFetch.
    """
    return render_document(
        texts=letter,
        write_html=lambda size: render_html(letter=letter, size=size),
        letterhead=letter.letterhead,
        sizes=request_letter.SIZES,
        most_pages=request_letter.MOST_PAGES + count_attachments(letter=letter),
    )


def count_attachments(*, letter: AfterTaxLetter) -> int:
    """Return how many pages are attached to the request."""
    return 3 if letter.spousal_consent_required else 2
