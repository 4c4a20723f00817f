"""What the tax forms should say: Forms 1099-R, 5498, 1040 and 5500-EZ.

The money comes out of the after-tax sub-account, never out of a designated Roth account: codes H and B are expected
nowhere, and an in-plan Roth rollover, which only arrives in one, is code G.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from law.allocation import TAXED_ON_ARRIVAL, AllocatedDisbursement, Allocation, Method
from law.early_age import EARLY_AGE_MONTHS
from law.figures import Figure, minus, plus, start, work_out
from law.money import ZERO, write_dollars
from law.words import Payee

CITATION = "Instructions for Forms 1099-R and 5498"
DIRECT = "G"
FORM_5500EZ_ASSETS = Decimal("250000.00")
FORM_5500EZ_APPROACHING = Decimal("225000.00")  # nine tenths of it: time to look again at the year's end

CONFIRM = "Confirm with the plan's document or a CPA."
NOTE_1040 = (
    "Where all of it was rolled over directly, “Rollover” stands beside line 5b (on newer forms a box to check)."
    f" {CONFIRM}"
)
NOTE_5498 = (
    "A direct rollover from a plan is box 2, to a Roth IRA as well; box 3 is for conversions of an IRA. A plan"
    f" that receives money issues no Form 5498. {CONFIRM}"
)
NOTE_8955SSA = (
    f"Form 8955-SSA: sources conflict on whether a plan of owners and spouses alone files it. {CONFIRM}"
)
NAMES = {
    Payee.PLAN: "another plan",
    Payee.TRADITIONAL_IRA: "the traditional IRA",
    Payee.ROTH_IRA: "the Roth IRA",
    Payee.PARTICIPANT: "the participant",
    Payee.DESIGNATED_ROTH: "the designated Roth account",
}
_TAXED_UNDER = {Payee.DESIGNATED_ROTH: "402A(c)(4)(A)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form1099R:
    """The boxes expected on one Form 1099-R, in dollars; `code` is box 7.

    `deferred` is the pretax money that was rolled over and stays untaxed.
    """

    payee: Payee
    box_1_gross: Decimal
    box_4_withheld: Decimal
    box_5_basis: Decimal
    deferred: Decimal
    code: str

    @property
    def is_direct(self) -> bool:
        return self.code == DIRECT

    @property
    def box_2a(self) -> Figure:
        """What was paid, less basis, less what was rolled over untaxed."""
        deferred = minus("pretax money rolled over, not taxed now", self.deferred, authority="IRC 402(c)(1)")
        return work_out(
            f"Box 2a, {NAMES[self.payee]}",
            start("box 1, gross distribution", self.box_1_gross),
            minus("box 5, after-tax contributions", self.box_5_basis),
            *((deferred,) if self.deferred else ()),
            citation=f"IRC {_TAXED_UNDER.get(self.payee, '402(a), 408A(d)(3)(A)')}; {CITATION}",
        )

    @property
    def box_2a_taxable(self) -> Decimal:
        return self.box_2a.amount


# --- Form 1099-R -------------------------------------------------------------------------------------------


def expect_forms(*, allocation: Allocation, age_in_months: int) -> tuple[Form1099R, ...]:
    """Return the Form 1099-R expected for each disbursement, one form a leg.

    A direct rollover is code G, its earnings taxable in box 2a only where they land in a Roth IRA or, by an in-plan
    Roth rollover, in the designated Roth account. A payment to the participant, at `age_in_months` on the payment
    date, is code 7 from age 59 1/2, else 1 (no exception known).
    """
    return tuple(
        expect_form(leg=leg, withholding=allocation.withholding, age_in_months=age_in_months)
        for leg in allocation.disbursements
    )


def expect_form(*, leg: AllocatedDisbursement, withholding: Decimal, age_in_months: int) -> Form1099R:
    """Return the Form 1099-R expected for one disbursement. `withholding` is of what is paid to the participant."""
    disbursement = leg.disbursement
    if disbursement.method is Method.PAID:
        return Form1099R(
            payee=disbursement.to,
            box_1_gross=disbursement.amount,
            box_4_withheld=withholding,
            box_5_basis=leg.after_tax,
            deferred=ZERO,
            code="7" if age_in_months >= EARLY_AGE_MONTHS else "1",
        )
    return Form1099R(
        payee=disbursement.to,
        box_1_gross=disbursement.amount,
        box_4_withheld=ZERO,
        box_5_basis=leg.after_tax,
        deferred=ZERO if disbursement.to in TAXED_ON_ARRIVAL else leg.pretax,
        code=DIRECT,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCount:
    """One Form 1099-R or several, with the sentence that says so and its authority.

    `combined` is the form that a plan sends instead of several where it combines the direct rollovers.
    """

    count: int
    message: str
    citation: str
    combined: Form1099R | None


def count_forms(*, forms: Sequence[Form1099R]) -> FormCount:
    """Return how many Forms 1099-R to ask for, given what is expected of each leg."""
    direct = sum(form.is_direct for form in forms)
    citation = CITATION
    if len(forms) == 1:
        message = "One Form 1099-R is expected."
    elif direct == len(forms):
        message = (
            f"Ask for {direct} Forms 1099-R, one for each direct rollover. One combined form is also called"
            " correct, but breaks tax software."
        )
        citation = f"Practice of plan administrators; {CITATION}"
    elif direct == 1:
        message = "2 Forms 1099-R are expected: one for the direct rollover, one for the payment to the participant."
    else:
        message = (
            f"Ask for {len(forms)} Forms 1099-R, one for each direct rollover and one for the payment to the"
            " participant. The direct rollovers on one combined form are also called correct, but break tax"
            " software; the payment always has a form of its own."
        )
        citation = f"Practice of plan administrators; {CITATION}"
    return FormCount(
        count=len(forms), message=message, citation=citation, combined=combine_forms(forms=forms)
    )


def combine_forms(*, forms: Sequence[Form1099R]) -> Form1099R | None:
    """Return the form that combines the direct rollovers, named after the first; None with fewer than two."""
    direct = [form for form in forms if form.is_direct]
    if len(direct) < 2:
        return None
    return Form1099R(
        payee=direct[0].payee,
        box_1_gross=sum((form.box_1_gross for form in direct), ZERO),
        box_4_withheld=sum((form.box_4_withheld for form in direct), ZERO),
        box_5_basis=sum((form.box_5_basis for form in direct), ZERO),
        deferred=sum((form.deferred for form in direct), ZERO),
        code=DIRECT,
    )


# --- Form 1040 ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines1040:
    """What a year's Forms 1099-R bring to Form 1040, in dollars.

    `says_rollover` is true where all of it was rolled over directly.
    """

    line_5a: Figure
    line_5b: Figure
    line_25b: Figure
    says_rollover: bool

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.line_5a, self.line_5b, self.line_25b)


def expect_1040(*, forms: Sequence[Form1099R]) -> Lines1040:
    """Return lines 5a, 5b and 25b from all Forms 1099-R of one year, before any 60-day rollover."""

    def add_up(figure: str, box: str, read_box: Callable[[Form1099R], Decimal]) -> Figure:
        return work_out(
            figure,
            *(
                (plus if place else start)(f"{box}, {NAMES[form.payee]}", read_box(form))
                for place, form in enumerate(forms)
            ),
            citation="Instructions for Form 1040",
            note=CONFIRM,
        )

    return Lines1040(
        line_5a=add_up("Line 5a, pensions and annuities", "box 1", lambda form: form.box_1_gross),
        line_5b=add_up("Line 5b, taxable amount", "box 2a", lambda form: form.box_2a_taxable),
        line_25b=add_up("Line 25b, federal income tax withheld", "box 4", lambda form: form.box_4_withheld),
        says_rollover=all(form.is_direct for form in forms),
    )


# --- Form 5498 ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Form5498:
    """What the custodian of one IRA should report, in dollars."""

    payee: Payee
    box_2_rollover: Decimal


def expect_5498s(*, forms: Sequence[Form1099R]) -> tuple[Form5498, ...]:
    """Return the Form 5498 expected of each IRA that receives a direct rollover, in the order of the forms."""
    return tuple(
        Form5498(payee=form.payee, box_2_rollover=form.box_1_gross)
        for form in forms
        if form.payee in {Payee.TRADITIONAL_IRA, Payee.ROTH_IRA}
    )


# --- The split-entry sheet ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySheet:
    """How one Form 1099-R is entered in tax software: what to enter where, and what to check."""

    title: str
    rows: tuple[tuple[str, str], ...]
    check: str


def write_entry_sheets(*, forms: Sequence[Form1099R]) -> tuple[EntrySheet, ...]:
    """Return a sheet for each expected form, and one more for a combined form where a plan may send it."""
    sheets = [
        _write_sheet(title=f"Form 1099-R of {NAMES[form.payee]}", form=form, legs=[form]) for form in forms
    ]
    combined = combine_forms(forms=forms)
    if combined is not None:
        sheets.append(
            _write_sheet(
                title="If one combined Form 1099-R came instead",
                form=combined,
                legs=[form for form in forms if form.is_direct],
            )
        )
    return tuple(sheets)


def _write_sheet(*, title: str, form: Form1099R, legs: list[Form1099R]) -> EntrySheet:
    rows = [
        ("Box 1, gross distribution", write_dollars(form.box_1_gross)),
        ("Box 2a, taxable amount", write_dollars(form.box_2a_taxable)),
        ("Box 4, federal income tax withheld", write_dollars(form.box_4_withheld)),
        ("Box 5, employee contributions", write_dollars(form.box_5_basis)),
        ("Box 7, distribution code", form.code),
    ]
    rows += [
        (f"Then: rolled over to {NAMES[leg.payee]}", write_dollars(leg.box_1_gross))
        for leg in legs
        if leg.is_direct
    ]
    rows.append(("Then: taxable amount", write_dollars(form.box_2a_taxable)))
    check = f"Check that this form adds {write_dollars(form.box_2a_taxable)} to line 5b."
    if len(legs) > 1:
        check += " If the software takes one destination a form, enter the forms above instead: their boxes sum to it."
    elif form.code == "1":
        check += " Code 1 brings the 10% of section 72(t) on Form 5329, unless an exception applies."
    return EntrySheet(title=title, rows=tuple(rows), check=check)


# --- Form 5500-EZ ------------------------------------------------------------------------------------------


class Filing(StrEnum):
    """Whether a plan of owners and spouses files Form 5500-EZ."""

    REQUIRED = "required"
    APPROACHING = "approaching"
    NOT_REQUIRED = "not_required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form5500EZ:
    """Whether Form 5500-EZ is due, in a sentence, with its authority."""

    filing: Filing
    message: str
    citation: str = "Instructions for Form 5500-EZ"


_DUE = "It is due on July 31 of the next year for a calendar-year plan: confirm with the plan's document or a CPA."


def expect_5500ez(*, assets: Decimal, is_final_year: bool) -> Form5500EZ:
    """Return whether Form 5500-EZ is due for a year.

    `assets` are dollars at its end, of all one-participant plans of the employer together.
    """
    held = write_dollars(assets)
    limit = write_dollars(FORM_5500EZ_ASSETS)
    if is_final_year:
        return Form5500EZ(
            filing=Filing.REQUIRED,
            message=f"Form 5500-EZ is due for the plan's final year, whatever the assets. {_DUE}",
        )
    if assets > FORM_5500EZ_ASSETS:
        return Form5500EZ(
            filing=Filing.REQUIRED,
            message=f"Form 5500-EZ is due: assets of {held} at the year's end are over {limit}. {_DUE}",
        )
    if assets >= FORM_5500EZ_APPROACHING:
        return Form5500EZ(
            filing=Filing.APPROACHING,
            message=(
                f"Form 5500-EZ is not due yet, but assets of {held} approach {limit}. All one-participant plans"
                " of the employer count together."
            ),
        )
    return Form5500EZ(
        filing=Filing.NOT_REQUIRED,
        message=f"Form 5500-EZ is not due: assets of {held} at the year's end are not over {limit}.",
    )
