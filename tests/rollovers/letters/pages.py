"""Small pages through the letter's own renderer, to test what no letter does."""

from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string

from rollovers.letters import rendering
from rollovers.letters.after_tax_letter import Letterhead
from rollovers.letters.finishing import finish_pdf

NOBODY = Letterhead(firm_name="Nobody")


def write_field(name: str, label: str, width: str = "") -> str:
    """Return the HTML of one form field."""
    return render_to_string("letters/_field.html", {"name": name, "label": label, "width": width})


def write_page(body: str, *, title: str = "A page", finish: Callable[..., Any] = finish_pdf) -> bytes:
    """Return the PDF of a page with this HTML in its body."""
    html = (
        f'<!doctype html><html lang="en-US"><head><meta charset="utf-8"><title>{title}</title></head>'
        f'<body class="letter-document"><article class="letter">{body}</article></body></html>'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "finish_pdf", finish)
        return rendering.render_document(texts=NOBODY, write_html=lambda size: html, letterhead=NOBODY)
