"""What code and cases cite of the rulebook, docs/law.md, stands there; and no page is cited that is not here."""

import re
from pathlib import Path

import pytest

from law.findings.catalogue import CATALOGUE

ROOT = Path(__file__).parents[1]
CITING = [
    path
    for folder, pattern in (("tests/cases", "*.toml"), ("tests/law", "*.py"), ("law", "**/*.py"))
    for path in sorted((ROOT / folder).glob(pattern))
    if path != Path(__file__)
]
RULES = r"section \d+|[RGT]\d+|IRS-AT2?"
CITATION = re.compile(rf"\blaw\.md ((?:{RULES})(?:(?:, | to )(?:{RULES}))*)")
PLACE = re.compile(rf"^(?:## (?P<section>\d+)\. |\| (?P<rule>{RULES}) \|)", re.MULTILINE)


def list_places() -> set[str]:
    """This function will return what docs/law.md can be cited by: its sections and numbered rules."""
    found = PLACE.finditer((ROOT / "docs" / "law.md").read_text())
    return {place["rule"] or f"section {place['section']}" for place in found}


def list_citations(text: str) -> list[str]:
    """This function will return every section and rule that a text cites."""
    return [each for cited in CITATION.findall(text) for each in re.findall(RULES, cited)]


def list_faults(text: str) -> list[str]:
    """This function will return what a text cites wrongly: no place, a place or code not there, another page."""
    faults = [each for each in list_citations(text) if each not in list_places()]
    faults += [rest for rest in re.findall(r"\blaw\.md.{0,20}", text) if not CITATION.match(rest)]
    codes = {entry.code for entry in CATALOGUE.values()}
    for cited in re.findall(r"\bfindings\.md (V\d+(?:, V\d+)*)", text):
        faults += [code for code in cited.split(", ") if code not in codes]
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} | {"README.md", "CONTRIBUTING.md"}
    return faults + [page for page in re.findall(r"\b\w+\.md\b", text) if page not in pages]


@pytest.mark.parametrize("path", CITING, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_cited_stands_there(path):
    assert list_faults(path.read_text()) == []


def test_cases_cite_the_rulebook():
    cited = [each for path in CITING for each in list_citations(path.read_text())]
    assert len(cited) > 100


def test_rules_and_sections_are_there_once_and_in_order():
    text = (ROOT / "docs" / "law.md").read_text()
    sections = [int(place["section"]) for place in PLACE.finditer(text) if place["section"]]
    rules = [place["rule"] for place in PLACE.finditer(text) if place["rule"]]
    assert sections == list(range(len(sections)))
    assert [rule for rule in rules if rule.startswith("R")] == [f"R{number}" for number in range(1, 12)]
    assert len(rules) == len(set(rules))


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("law.md section 3, G4; law.md R1 to R9", []),
        ("law.md section 99", ["section 99"]),
        ("law.md R3, R12", ["R12"]),
        ("law.md, somewhere", ["law.md, somewhere"]),
        ("findings.md V06, V31", ["V31"]),
        ("rules.md", ["rules.md"]),
    ],
)
def test_a_wrong_citation_is_seen(text, faults):
    assert list_faults(text) == faults
