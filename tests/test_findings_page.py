"""docs/findings.md is the catalogue as it stands: any change of a sentence changes it, and no entry is dead."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from law.findings.catalogue import CATALOGUE
from script.findings import PAGE, render_page

ROOT = Path(__file__).parents[1]


def test_the_page_is_what_the_script_writes():
    assert PAGE.read_text(encoding="utf-8") == render_page(catalogue=CATALOGUE), "Run script/findings."


@pytest.mark.parametrize("part", ["sentence", "authority", "way_out"])
@pytest.mark.parametrize("name", CATALOGUE)
def test_a_change_of_any_part_of_any_finding_changes_the_page(name, part):
    changed = replace(CATALOGUE[name], **{part: "Something else."})

    assert render_page(catalogue={**CATALOGUE, name: changed}) != PAGE.read_text(encoding="utf-8")


def test_a_finding_that_is_left_out_is_missed():
    rest = {name: entry for name, entry in CATALOGUE.items() if name != "STATEMENT_OLD"}

    assert render_page(catalogue=rest) != PAGE.read_text(encoding="utf-8")


def test_facts_stand_out_and_names_are_spelled_as_people_write_them():
    page = PAGE.read_text(encoding="utf-8")

    assert "> The sub-account's value is of *statement date*, *days* business days ago." in page
    assert "**Form 5500-EZ approaching** (info)" in page
    assert "{" not in page


@pytest.mark.parametrize("name", CATALOGUE)
def test_some_check_finds_every_entry(name):
    checks = [*(ROOT / "law" / "checks").glob("*.py"), *(ROOT / "rollovers" / "issuing").glob("*.py")]
    named = [re.findall(rf"\b{name}\b", check.read_text()) for check in checks]

    assert any(len(imported_and_used) > 1 for imported_and_used in named)
