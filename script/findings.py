"""docs/findings.md: every finding of the catalogue, as a CPA reads it."""

import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from law.findings import Entry, Severity
from law.findings.catalogue import CATALOGUE

PAGE = Path(__file__).resolve().parent.parent / "docs" / "findings.md"
STOPS = {
    Severity.BLOCK: "Block",
    Severity.ERROR: "Error",
    Severity.WARN: "Warning",
    Severity.INFO: "Info",
}
# How the names of entries are spelled in a sentence.
SPELLINGS = {
    "AFTER_TAX": "after-tax",
    "CATCH_UP": "catch-up",
    "IN_PLAN": "in-plan",
    "IN_SERVICE": "in-service",
    "PRE_1987": "pre-1987",
    "SUBACCOUNT": "sub-account",
    "FORM_5500EZ": "Form 5500-EZ",
    "403B": "403(b)",
    "IRAS": "IRAs",
    "ROTH": "Roth",
}
HEAD = """\
# Findings

What the site says when something is wrong or worth knowing: its sentence, its authority, the way out. A word in
*italics* is a fact of the case: dollars, a date, a year. [law.md](law.md) is the law behind them. No CPA or attorney
has reviewed either.

- **Block**: no letter is written while it stands.
- **Error** and **warning**: a letter is issued over it only with a reason, which is kept with the letter. What the law
  leaves unconfirmed warns and says whom to ask; it never blocks.
- **Info**: worth knowing; it stops nothing.

When a finding applies is said in `law/checks/`; whole sentences with their figures are in
`tests/cases/findings_of_*.toml`. `script/findings` writes this page from `law/findings/catalogue.py`: change the
catalogue, not the page.

| Code | Found | Stops |
|---|---|---|
"""


def render_page(*, catalogue: Mapping[str, Entry]) -> str:
    """Return docs/findings.md: a table of all findings, then each with its sentence, authority and way out."""
    rows = [
        f"| [{entry.code}](#{entry.code.lower()}) | {_spell(name)} | {STOPS[entry.severity]} |\n"
        for name, entry in catalogue.items()
    ]
    sections = [
        f"\n## {code}\n" + "".join(_write_entry(name, entry) for name, entry in entries)
        for code, entries in groupby(catalogue.items(), key=lambda item: item[1].code)
    ]
    return "".join([HEAD, *rows, *sections])


def _write_entry(name: str, entry: Entry) -> str:
    return (
        f"\n**{_spell(name)}** ({STOPS[entry.severity].lower()})\n\n"
        f"> {_mark_facts(entry.sentence)}\n\n"
        f"- Authority: {_mark_facts(entry.authority)}\n"
        f"- Way out: {_mark_facts(entry.way_out)}\n"
    )


def _spell(name: str) -> str:
    """Return the name of an entry as a heading has it: PRE_1987_BASIS is "Pre-1987 basis"."""
    spelled = re.sub("|".join(SPELLINGS), lambda found: SPELLINGS[found[0]], name)
    words = [word if word in SPELLINGS.values() else word.lower() for word in spelled.split("_")]
    heading = " ".join(words)
    return heading[0].upper() + heading[1:]


def _mark_facts(template: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda fact: f"*{fact[1].replace('_', ' ')}*", template)


if __name__ == "__main__":
    PAGE.write_text(render_page(catalogue=CATALOGUE), encoding="utf-8")
