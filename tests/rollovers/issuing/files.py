"""What the reviewer's page is written from, without a database: Dana Ruiz's."""

from decimal import Decimal

from law.tax_forms import Form1099R
from law.words import Payee
from rollovers.issuing.reviewers import LetterFile
from tests.rollovers.letters.cast import VARIANTS

SHA256 = "5f" * 32
FORM = Form1099R(
    payee=Payee.ROTH_IRA,
    box_1_gross=Decimal("20000.00"),
    box_4_withheld=Decimal("0.00"),
    box_5_basis=Decimal("20000.00"),
    deferred=Decimal("0.00"),
    code="G",
)


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
        "forms": (("the Roth IRA", FORM),),
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
