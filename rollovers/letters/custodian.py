"""The custodian's document: a cover, and for several payments a page each and one for a custodian that cannot split."""

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string

from law.adjustment import AmountRule, find_amount_rules
from rollovers.letters import request_letter
from rollovers.letters.after_tax_letter import AfterTaxLetter, LetterTooLong
from rollovers.letters.rendering import render_document

# letter.css: a page that is mostly full at once, so that it is laid out once; then as the request does.
SIZES = ("letter--cover", *request_letter.SIZES[1:])


def render_custodian_html(*, letter: AfterTaxLetter, size: str = SIZES[0]) -> str:
    """Return the custodian's document as HTML; every text in it is escaped. `size` is one of SIZES."""
    return render_to_string("letters/custodian.html", custodian_context(letter=letter, size=size))


def render_custodian_pdf(*, letter: AfterTaxLetter) -> bytes:
    """Return the custodian's document as PDF/UA-1; the same letter gives the same bytes.

    One page, or with several payments one for the cover, each payment and the fallback; the cover of the longest
    letter is two. Raises CharactersNotInFont, LetterTooLong or ForbiddenFetch.
    """
    payments = len(letter.destinations)
    pages = 1 if payments == 1 else payments + 2
    try:
        return _render(letter=letter, sizes=SIZES, most_pages=pages)
    except LetterTooLong:
        return _render(letter=letter, sizes=SIZES[-1:], most_pages=pages + 1)


def _render(*, letter: AfterTaxLetter, sizes: Sequence[str], most_pages: int) -> bytes:
    return render_document(
        texts=letter,
        write_html=lambda size: render_custodian_html(letter=letter, size=size),
        letterhead=letter.letterhead,
        sizes=sizes,
        most_pages=most_pages,
    )


def custodian_context(*, letter: AfterTaxLetter, size: str = "") -> dict[str, Any]:
    """Return what the custodian's templates show: the letter's own context, and each payment's instruction."""
    context = request_letter.pdf_context(letter=letter, size=size)
    two = len(letter.destinations) == 2
    rules = find_amount_rules(legs=letter.destinations, covers_whole=letter.covers_whole)
    return context | {
        "all_of_them": "both" if two else "all of them",
        "none_of_them": "neither" if two else "none",
        "amount_heading": "Estimate" if letter.covers_whole or letter.basis_holder else "Amount",
        "instructions": [
            _instruct(letter=letter, rule=rule, payments=context["payments"], number=number)
            for number, rule in enumerate(rules, start=1)
        ],
    }


def _instruct(
    *, letter: AfterTaxLetter, rule: AmountRule, payments: list[dict[str, Any]], number: int
) -> dict[str, Any]:
    """Return one payment's texts, with those of the others on the same day."""
    others = [payment for payment in payments if payment["number"] != number]
    absorbing = next(
        place for place, each in enumerate(letter.destinations, start=1) if each is letter.absorbing
    )
    numbers = [payment["number"] for payment in others]
    return payments[number - 1] | {
        "rule": rule,
        "partners": others,
        "others": _name_payments(numbers),
        "others_of": f"{_name_payments(numbers)} of {len(payments)}",
        "stated_others": _name_payments([each for each in numbers if each != absorbing]),
        "field": f"payment_{number}_date",
    }


def _name_payments(numbers: list[int]) -> str:
    """Return payments by number, as in "payment 2" or "payments 1, 2 and 4"; "" for none."""
    if len(numbers) < 2:
        return f"payment {numbers[0]}" if numbers else ""
    *first, last = map(str, numbers)
    return f"payments {', '.join(first)} and {last}"
