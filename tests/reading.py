"""How a test reads a page."""

from typing import Any


def read_html(response: Any) -> str:
    """Return the page's HTML with one space where any white space stands: where its lines break says nothing."""
    return " ".join(response.content.decode().split())
