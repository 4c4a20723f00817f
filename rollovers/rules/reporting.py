"""What the plan's Form 1099-R should say of each disbursement."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from rollovers.rules.allocation import AllocatedDisbursement, Allocation, Method, Payee
from rollovers.rules.money import ZERO

CITATION = "Instructions for Forms 1099-R and 5498"
EARLY_AGE_MONTHS = 59 * 12 + 6  # section 72(t)(2)(A)(i)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form1099R:
    """The boxes expected on one Form 1099-R, in dollars; `code` is box 7."""

    payee: Payee
    box_1_gross: Decimal
    box_2a_taxable: Decimal
    box_4_withheld: Decimal
    box_5_basis: Decimal
    code: str


def count_age_in_months(*, birth_date: datetime.date, on_date: datetime.date) -> int:
    """Return an age in whole months, as age 59 1/2 is counted."""
    months = (on_date.year - birth_date.year) * 12 + on_date.month - birth_date.month
    return months - (on_date.day < birth_date.day)


def expect_forms(*, allocation: Allocation, age_in_months: int) -> tuple[Form1099R, ...]:
    """Return the Form 1099-R expected for each disbursement, one form a leg.

    A direct rollover is code G, its earnings taxable in box 2a only where they land in a Roth IRA. A payment to
    the participant, at `age_in_months` on the payment date, is code 7 from age 59 1/2, else 1 (no exception
    known).
    """
    return tuple(
        _expect_form(leg=leg, withholding=allocation.withholding, age_in_months=age_in_months)
        for leg in allocation.disbursements
    )


def _expect_form(*, leg: AllocatedDisbursement, withholding: Decimal, age_in_months: int) -> Form1099R:
    disbursement = leg.disbursement
    if disbursement.method is Method.PAID:
        return Form1099R(
            payee=disbursement.to,
            box_1_gross=disbursement.amount,
            box_2a_taxable=leg.pretax,
            box_4_withheld=withholding,
            box_5_basis=leg.after_tax,
            code="7" if age_in_months >= EARLY_AGE_MONTHS else "1",
        )
    return Form1099R(
        payee=disbursement.to,
        box_1_gross=disbursement.amount,
        box_2a_taxable=leg.pretax if disbursement.to is Payee.ROTH_IRA else ZERO,
        box_4_withheld=ZERO,
        box_5_basis=leg.after_tax,
        code="G",
    )
