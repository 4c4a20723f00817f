"""The stylesheet: a file a noun, put together as layers, of which nothing is dead; a page asks for it once."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from advisors.stylesheets import NAME, PARTS, join_layers, list_layers

ROOT = settings.BASE_DIR
OTHERS = {"layers", "sheet"}  # the order itself, and the letter's sheet, which stands outside it
WRITTEN_BY_DJANGO = {"success"}  # a message's tag


def list_classes(css: str) -> set[str]:
    """Return the classes of which the selectors of `css` speak."""
    selectors = re.sub(r"\{[^{}]*\}", "", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return set(re.findall(r"\.([a-z_][\w-]*)", selectors))


def list_words() -> set[str]:
    """Return every word of the templates, of the script and of the code, a class among them."""
    sources = [*(ROOT / "templates").rglob("*.html"), ROOT / "static" / "app.js"]
    for app in ("advisors", "clients", "law", "rollovers"):
        sources += (ROOT / app).rglob("*.py")
    return set(re.findall(r"[\w-]+", "\n".join(path.read_text() for path in sources)))


def test_every_file_is_a_layer_and_every_layer_a_file():
    layers = list_layers()
    assert len(layers) == len(set(layers))
    assert set(layers) | OTHERS == {path.stem for path in PARTS.glob("*.css")}


def test_the_layers_stand_in_their_order_and_the_sheet_outside_them():
    css = join_layers()
    assert re.findall(r"^@layer ([\w-]+) \{", css, re.MULTILINE) == list_layers()
    assert css.endswith((PARTS / "sheet.css").read_text())
    assert css.count("{") == css.count("}")


def test_every_class_in_the_styles_is_used_somewhere():
    assert list_classes(join_layers()) - list_words() - WRITTEN_BY_DJANGO == set()


def test_a_class_that_nothing_has_would_be_found():
    assert list_classes("@media print { .choice-of-nobody > p { margin: 0.5em } }") - list_words() == {
        "choice-of-nobody"
    }


def test_the_development_server_and_collectstatic_find_it():
    found = finders.find(NAME)
    assert found is not None
    assert Path(found).read_text() == join_layers()
    [(_, storage)] = [
        (path, storage)
        for finder in finders.get_finders()
        for path, storage in finder.list([])
        if path == NAME
    ]
    assert Path(storage.path(NAME)) == Path(found)


@pytest.mark.django_db
def test_a_page_asks_for_the_tokens_and_for_one_stylesheet(client):
    page = client.get("/accounts/login/")
    assert re.findall(r'<link rel="stylesheet" href="([^"]+)">', page.text) == [
        "/static/tokens.css",
        "/static/app/app.css",
    ]
