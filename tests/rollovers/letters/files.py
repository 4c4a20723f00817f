"""What the reports beside the letters are written from, without a database: Dana Ruiz's."""

from rollovers.letters.reports import Report, Section, Table
from rollovers.letters.reviewers_page import LetterFile
from tests.rollovers.letters.cast import VARIANTS

SHA256 = "5f" * 32


def write_file(**changes) -> LetterFile:
    """Return what the reviewer's page of Dana's split letter is written from."""
    defaults = {
        "letter": VARIANTS["split"],
        "letter_sha256": SHA256,
        "rule_version": "2026.2",
        "asked": "the whole sub-account, to be paid on December 1, 2026",
        "standing_letters": ("AT-2026-0003",),
        "inputs": (("Client", "legal name: Dana Ruiz"), ("Subaccount", "number: •••• 4521")),
        "workings": (),
        "forms": (("the Roth IRA", "$20,000.00", "$0.00", "$0.00", "$20,000.00", "G"),),
        "findings": [
            {
                "code": "V18",
                "severity": "warn",
                "message": "Later conversions are pro-rated.",
                "citation": "IRC 408(d)(2)",
                "reason": "The IRA is rolled into the plan in December.",
                "acknowledged_by": "Ada Brandt",
            }
        ],
        "citations": ("IRC 72(d)(2)", "IRC 72(d)(2)", "", "Notice 2014-54 III"),
    }
    return LetterFile(**defaults | changes)


def write_report(**changes) -> Report:
    """Return a report with every shape of a packet: facts, a long table and a short one, sections below sections."""
    events = tuple((f"01/{day:02}/2026", "Signed", f"{day}.00") for day in range(1, 31))
    defaults = {
        "title": "CPA packet of Dana Ruiz, 2026",
        "reference": "CPA packet of client 1, 2026",
        "firm_name": "Harbor & Pine Planning LLC",
        "opening": ("Prepared for their CPA.",),
        "facts": (("Client", "Dana Ruiz"),),
        "sections": (
            Section(
                title="Letters",
                paragraphs=("Every letter.",),
                facts=(("Issued", "November 24, 2026"),),
                tables=(
                    Table(
                        caption="Payees",
                        columns=("Payee", "Amount"),
                        rows=(("Roth IRA", "20,000.00"),),
                        amounts=frozenset({1}),
                    ),
                ),
                sections=(
                    Section(
                        title="Letter AT-2026-0007",
                        tables=(Table(caption="Events", columns=("Date", "Step", "Amount"), rows=events),),
                    ),
                ),
            ),
        ),
    }
    return Report(**defaults | changes)
