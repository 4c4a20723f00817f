"""What the tax forms of a letter should say, from its own figures or the recorded payment, and what came."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from advisors.models import Firm
from clients.models import PlanAssets, SubaccountMovement
from clients.queries import list_plan_assets
from law import ways
from law.allocation import Disbursement, allocate
from law.causes import Received1099R, Received5498
from law.early_age import count_age_in_months
from law.matching import Match, match_5498s, match_forms
from law.money import ZERO
from law.roth_ira import RothClock, RothConversion, start_roth_clocks
from law.subaccount import Contract, Share, share_distribution
from law.tax_forms import (
    EntrySheet,
    Form1099R,
    Form5498,
    Form5500EZ,
    FormCount,
    Lines1040,
    count_forms,
    expect_1040,
    expect_5498s,
    expect_5500ez,
    expect_forms,
    write_entry_sheets,
)
from law.words import FormKind, Payee
from rollovers.cases.queries import list_lives_of_participant, list_payments, list_received_forms
from rollovers.evidence.cases import Case, read_cases
from rollovers.models import Disbursement as DisbursementRow
from rollovers.models import Letter, Payment, ReceivedForm

FROM_LETTER = "Expected from the letter: its figures were estimates, and no payment is recorded yet."
FROM_PAYMENT = "Expected from the recorded payment."
FROM_PAYMENT_AT_ESTIMATE = (
    "Expected from the recorded payment, at the letter's own estimate of the value just before it: the ledger has"
    " none."
)
FROM_PAID_LEGS = "Expected from the recorded payment, payee by payee."
FOLLOWS_LETTER = (
    "The ledger has a payment, but it does not tell how it was divided between the letter's own legs: the figures"
    " follow the letter until its payment is recorded on its page."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedForms:
    """The Forms 1099-R expected for one letter, each with who receives its money, and what they rest on."""

    case: Case
    payment_date: datetime.date
    source: str
    forms: tuple[Form1099R, ...]
    payees: tuple[str, ...]

    @property
    def letter(self) -> Letter:
        return self.case.letter

    @property
    def rows(self) -> list[tuple[Form1099R, str]]:
        """Each form with who receives its money, in words."""
        return [
            (form, f"{form.payee.label}, {payee}")
            for form, payee in zip(self.forms, self.payees, strict=True)
        ]

    @property
    def is_paid(self) -> bool:
        """Whether a payment is recorded at all, on the letter's page or in the ledger."""
        return self.source != FROM_LETTER

    @property
    def is_divided(self) -> bool:
        """Whether that payment tells who got what; without it the figures are the letter's estimates."""
        return self.source not in {FROM_LETTER, FOLLOWS_LETTER}

    @property
    def is_of_paid_legs(self) -> bool:
        """Whether they rest on a payment that was recorded payee by payee."""
        return self.source == FROM_PAID_LEGS

    @property
    def landed(self) -> RothConversion:
        """What the payment brought into a Roth IRA."""
        roth = [form for form in self.forms if form.payee is Payee.ROTH_IRA]
        return RothConversion(
            year=self.payment_date.year,
            taxable=sum((form.box_2a_taxable for form in roth), ZERO),
            nontaxable=sum((form.box_5_basis for form in roth), ZERO),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedForm:
    """A match in rows: the form that was expected and who receives its money, and the one that came."""

    kind: FormKind
    match: Match
    title: str
    received: ReceivedForm | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What came is not what was expected, or has not come: which form it is of, and what is said of it.

    `key` names it with its figures: a reason that was given for other figures is no reason for these.
    """

    title: str
    messages: tuple[str, ...]

    @property
    def key(self) -> str:
        return "\n".join((self.title, *self.messages))


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxForms:
    """All that follows a letter on the tax forms of its payment's year.

    `of_year` are the standing letters whose payments the lines of Form 1040 add up.
    """

    expected: ExpectedForms
    count: FormCount
    custodians: tuple[tuple[Form5498, str], ...]
    sheets: tuple[EntrySheet, ...]
    of_year: tuple[ExpectedForms, ...]
    lines: Lines1040
    clocks: tuple[RothClock, ...]
    form_5500ez: Form5500EZ | None
    received: list[ReceivedForm]
    matches: tuple[MatchedForm, ...]

    @property
    def year(self) -> int:
        return self.expected.payment_date.year


def gather_tax_forms(*, firm: Firm, letter: Letter) -> TaxForms:
    """Return what the tax forms should say of a letter, beside what has been received."""
    letters = list_lives_of_participant(firm=firm, participant_id=letter.request.participant_id)
    return gather_all_tax_forms(firm=firm, cases=read_cases(letters=letters))[letter.pk]


def gather_all_tax_forms(*, firm: Firm, cases: Iterable[Case]) -> dict[int, TaxForms]:
    """Return the tax forms of each of a participant's letters, by its id. `cases` are those of all of them."""
    cases = sorted(cases, key=lambda case: (case.letter.request.payment_date, case.letter.pk))
    letters = [case.letter for case in cases]
    movements = list_payments(firm=firm, letters=letters)
    received = list_received_forms(firm=firm, letters=letters)
    assets = {
        (plan.pk, row.year): row
        for plan in {letter.request.plan for letter in letters}
        for row in list_plan_assets(firm=firm, plan=plan)
    }
    every = [expect_for_case(case=case, movements=movements.get(case.letter.reference, [])) for case in cases]
    standing = [each for each in every if not each.case.has_ended]
    return {
        expected.letter.pk: _gather(
            expected=expected,
            standing=standing,
            received=received.get(expected.letter.pk, []),
            assets=assets.get((expected.letter.request.plan_id, expected.payment_date.year)),
        )
        for expected in every
    }


def _gather(
    *,
    expected: ExpectedForms,
    standing: list[ExpectedForms],
    received: list[ReceivedForm],
    assets: PlanAssets | None,
) -> TaxForms:
    of_year = tuple(each for each in standing if each.payment_date.year == expected.payment_date.year)
    forms_of_year = [form for each in of_year for form in each.forms]
    participant = expected.letter.request.participant
    return TaxForms(
        expected=expected,
        count=count_forms(forms=expected.forms),
        custodians=_list_custodians(expected),
        sheets=write_entry_sheets(forms=expected.forms),
        of_year=of_year,
        lines=expect_1040(forms=forms_of_year),
        clocks=start_roth_clocks(
            landings=[each.landed for each in standing], birth_date=participant.birth_date
        ),
        form_5500ez=expect_5500ez(assets=assets.value, is_final_year=assets.is_final_year)
        if assets
        else None,
        received=received,
        matches=(*_match_1099rs(expected, received), *_match_5498s(expected, received)),
    )


# --- What is expected ---------------------------------------------------------------------------------------


def expect_for_case(*, case: Case, movements: list[SubaccountMovement]) -> ExpectedForms:
    """Return the forms that follow what was paid where that is recorded, else the letter's stored figures.

    A recorded payment tells each payee's amount and parts. `movements` alone, the ledger's distributions that name the
    letter, tell only what left: one leg, or a split into all earnings and all basis, is divided again at the
    payment's own value (section 72(e)(8)), of a fixed amount at the letter's estimate where the ledger has no value;
    other legs are the letter's own, and stay as they were asked for.
    """
    if case.payment is not None:
        return _expect_from_paid_legs(case=case, payment=case.payment)
    letter = case.letter
    rows = list(letter.request.disbursements.all())
    if movements:
        paid = _expect_from_movements(case=case, rows=rows, payments=movements)
        if paid is not None:
            return paid
    return ExpectedForms(
        case=case,
        payment_date=movements[0].movement_date if movements else letter.request.payment_date,
        source=FOLLOWS_LETTER if movements else FROM_LETTER,
        forms=tuple(_read_form(form) for form in letter.figures["forms_1099r"]),
        payees=tuple(row.payee for row in rows),
    )


def _read_form(stored: dict[str, str]) -> Form1099R:
    """Return a form as a letter keeps it: what is in neither box 2a nor box 5 was rolled over untaxed."""
    gross, basis = Decimal(stored["box_1"]), Decimal(stored["box_5"])
    return Form1099R(
        payee=Payee(stored["payee"]),
        box_1_gross=gross,
        box_4_withheld=Decimal(stored["box_4"]),
        box_5_basis=basis,
        deferred=gross - Decimal(stored["box_2a"]) - basis,
        code=stored["box_7"],
    )


def _expect_from_paid_legs(*, case: Case, payment: Payment) -> ExpectedForms:
    paid = [row for row in payment.disbursements.all() if row.amount]
    allocation = allocate(
        contract=Contract(balance=payment.value_before, basis=payment.basis_before, separate_accounting=True),
        disbursements=[
            make_disbursement(row=row.disbursement, amount=row.amount, pretax=row.pretax) for row in paid
        ],
    )
    forms = expect_forms(
        allocation=allocation,
        age_in_months=count_age_in_months(
            birth_date=case.letter.request.participant.birth_date, on_date=payment.payment_date
        ),
    )
    return ExpectedForms(
        case=case,
        payment_date=payment.payment_date,
        source=FROM_PAID_LEGS,
        # What was withheld is a fact of the payment, whatever 20% of the pretax money come to.
        forms=tuple(
            form if form.is_direct else replace(form, box_4_withheld=payment.withholding) for form in forms
        ),
        payees=tuple(row.disbursement.payee for row in paid),
    )


def make_disbursement(*, row: DisbursementRow, amount: Decimal, pretax: Decimal | None) -> Disbursement:
    """Return a leg of a letter as the rules take it, at another amount and election, in dollars."""
    return ways.make_disbursement(
        to=Payee(row.to), amount=amount, pretax=pretax, separately_accounts=row.separately_accounts
    )


def _expect_from_movements(
    *, case: Case, rows: list[DisbursementRow], payments: list[SubaccountMovement]
) -> ExpectedForms | None:
    request, value = case.letter.request, payments[0].value_before
    distribution = sum((payment.amount for payment in payments), ZERO)
    is_estimate = value is None and not request.covers_whole
    if is_estimate:
        value = request.value_before  # what is left of a fixed amount is no loss
    # Several checks may be more than the value before the first; what left is the least there was.
    contract = Contract(
        balance=max(distribution, value or ZERO),
        basis=request.basis_before,
        separate_accounting=True,
    )
    legs = _divide(rows=rows, share=share_distribution(contract=contract, distribution=distribution))
    if legs is None:
        return None
    payment_date = payments[0].movement_date
    age_in_months = count_age_in_months(birth_date=request.participant.birth_date, on_date=payment_date)
    allocation = allocate(contract=contract, disbursements=[leg for _, leg in legs])
    return ExpectedForms(
        case=case,
        payment_date=payment_date,
        source=FROM_PAYMENT_AT_ESTIMATE if is_estimate else FROM_PAYMENT,
        forms=expect_forms(allocation=allocation, age_in_months=age_in_months),
        payees=tuple(row.payee for row, _ in legs),
    )


def _divide(
    *, rows: list[DisbursementRow], share: Share
) -> list[tuple[DisbursementRow, Disbursement]] | None:
    """Return the letter's legs at the payment's own value, None where the payment does not tell them."""
    if len(rows) == 1:
        [row] = rows
        amounts = [(row, share.distribution, share.pretax)]
    elif len(rows) == 2 and {_describe_part(row) for row in rows} == _SPLIT:
        amounts = [
            (row, share.pretax, share.pretax)
            if row.to == Payee.TRADITIONAL_IRA
            else (row, share.after_tax, ZERO)
            for row in rows
        ]
    else:
        return None
    return [
        (row, make_disbursement(row=row, amount=amount, pretax=pretax))
        for row, amount, pretax in amounts
        if amount
    ]


_SPLIT = {(Payee.TRADITIONAL_IRA.value, True, False), (Payee.ROTH_IRA.value, False, True)}


def _describe_part(row: DisbursementRow) -> tuple[str, bool, bool]:
    return row.to, bool(row.pretax), bool(row.after_tax)


def _list_custodians(expected: ExpectedForms) -> tuple[tuple[Form5498, str], ...]:
    """Return the Forms 5498 expected, each with who sends it."""
    return tuple((form, title) for leg, title in expected.rows for form in expect_5498s(forms=[leg]))


# --- What is still open -------------------------------------------------------------------------------------


def list_missing_1099rs(*, tax: TaxForms) -> list[str]:
    """Return the titles of the Forms 1099-R that are expected and have not been entered."""
    matches = [each for each in tax.matches if each.kind == FormKind.FORM_1099R]
    if not any(each.received for each in matches):
        return [f"Form 1099-R, {title}" for _, title in tax.expected.rows]
    return [each.title for each in matches if each.received is None]


def find_open_differences(*, tax: TaxForms) -> list[Difference]:
    """Return where what came is not what was expected, and the Forms 5498 that have not come."""
    differences = [
        Difference(title=each.title, messages=tuple(cause.message for cause in each.match.causes))
        for each in tax.matches
        if not each.match.agrees
    ]
    if not any(each.kind == FormKind.FORM_5498 for each in tax.matches):
        differences += [
            Difference(title=f"Form 5498, {title}", messages=("It has not come yet.",))
            for _, title in tax.custodians
        ]
    return differences


# --- What came ----------------------------------------------------------------------------------------------


def _match_1099rs(expected: ExpectedForms, received: list[ReceivedForm]) -> list[MatchedForm]:
    """Return the Forms 1099-R matched; nothing is missed before the first has been entered."""
    came = [form for form in received if form.kind == FormKind.FORM_1099R]
    if not came:
        return []
    matches = match_forms(
        expected=expected.forms,
        received=[
            Received1099R(
                gross=form.gross,
                taxable=form.taxable,
                withheld=form.withheld,
                basis=form.basis,
                code=form.code,
                not_determined=form.taxable_not_determined,
            )
            for form in came
        ],
    )
    titles = [f"Form 1099-R, {title}" for _, title in expected.rows]
    return _name_matches(FormKind.FORM_1099R, matches, came, titles=titles)


def _match_5498s(expected: ExpectedForms, received: list[ReceivedForm]) -> list[MatchedForm]:
    came = [form for form in received if form.kind == FormKind.FORM_5498]
    if not came:
        return []
    custodians = _list_custodians(expected)
    matches = match_5498s(
        expected=[form for form, _ in custodians],
        received=[Received5498(rollover=form.gross) for form in came],
    )
    titles = [f"Form 5498, {title}" for _, title in custodians]
    return _name_matches(FormKind.FORM_5498, matches, came, titles=titles)


def _name_matches(
    kind: FormKind, matches: tuple[Match, ...], came: list[ReceivedForm], *, titles: list[str]
) -> list[MatchedForm]:
    named = []
    for match in matches:
        received = came[match.received] if match.received is not None else None
        if match.stands_for:
            title = "Form 1099-R, all direct rollovers combined"
        elif match.expected is not None:
            title = titles[match.expected]
        else:
            title = f"{received}"
        named.append(MatchedForm(kind=kind, match=match, title=title, received=received))
    return named
