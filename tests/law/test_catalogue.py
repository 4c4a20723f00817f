"""The catalogue of findings: its order, and how its facts are said."""

import datetime
from decimal import Decimal
from itertools import groupby

import pytest

from law.findings import Entry, Severity
from law.findings.catalogue import CATALOGUE, STATEMENT_OLD

ENTRY = Entry(
    "V99",
    Severity.WARN,
    "{amount} on {date}, {days} days ago, by {who}.",
    authority="IRC {section}",
    way_out="Look at {year}.",
    field="basis",
)
FACTS = {
    "amount": Decimal("1234.50"),
    "date": datetime.date(2026, 12, 1),
    "days": 12,
    "who": "Ada",
    "section": "72",
}


def test_the_codes_stand_in_their_order_and_siblings_together():
    codes = [code for code, _ in groupby(entry.code for entry in CATALOGUE.values())]
    numbered = [code for code in codes if code.startswith("V")]
    assert numbered == [f"V{number:02}" for number in range(1, 31)]
    assert len(codes) == len(set(codes))


def test_no_two_entries_say_the_same():
    said = [(entry.code, entry.sentence, entry.way_out) for entry in CATALOGUE.values()]
    assert len(said) == len(set(said))


def test_an_entry_says_its_facts_in_dollars_and_dates():
    finding = ENTRY.find(year=2026, **FACTS)
    assert finding.message == "$1,234.50 on December 1, 2026, 12 days ago, by Ada."
    assert (finding.citation, finding.way_out, finding.year) == ("IRC 72", "Look at 2026.", 2026)
    assert (finding.code, finding.severity, finding.field) == ("V99", Severity.WARN, "basis")


def test_a_finding_may_look_at_another_field_than_its_entry():
    assert ENTRY.find(year=2026, field="value", **FACTS).field == "value"


@pytest.mark.parametrize("name", [*FACTS, "year"])
def test_a_fact_that_the_sentence_names_cannot_be_left_out(name):
    facts = {other: fact for other, fact in {**FACTS, "year": 2026}.items() if other != name}
    with pytest.raises(KeyError, match=name):
        ENTRY.find(**facts)


def test_a_finding_of_no_year_has_none():
    assert STATEMENT_OLD.find(statement_date=datetime.date(2026, 11, 1), days=6).year is None
