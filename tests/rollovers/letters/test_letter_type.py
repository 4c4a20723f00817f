"""The type: what it has no place for, and what it refuses."""

import datetime
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.allocation import Disbursement, Method, allocate
from law.subaccount import Contract
from law.tax_forms import expect_forms
from law.words import Payee
from rollovers.letters import after_tax_letter
from rollovers.letters.after_tax_letter import (
    AfterTaxLetter,
    Destination,
    Letterhead,
    ProvisionEvidence,
    format_years,
)
from rollovers.letters.request_letter import letter_context
from tests.rollovers.letters.cast import VARIANTS, write_in_plan_letter, write_letter

SUBACCOUNT_OWN = {"basis", "value", "destinations", "withholding", "includible"}
OTHER_SOURCES = (
    "deferral",
    "roth_source",
    "employer",
    "match",
    "catch_up",
    "rollover_source",
    "forfeit",
    "source",
    "balance",
)


def test_the_only_amounts_of_a_letter_are_the_subaccounts_own():
    amounts = {
        field.name for field in fields(AfterTaxLetter) if field.type in (Decimal, tuple[Destination, ...])
    }
    assert amounts == SUBACCOUNT_OWN


def test_the_only_accounts_of_a_letter_are_the_subaccount_and_the_destinations():
    numbers = {
        f"{kind.__name__}.{field.name}" for kind in _TYPES for field in fields(kind) if "number" in field.name
    }
    assert numbers == {
        "AfterTaxLetter.plan_number",
        "AfterTaxLetter.subaccount_number",
        "Destination.account_number",
    }


@pytest.mark.parametrize("source", OTHER_SOURCES)
def test_no_field_speaks_of_another_source(source):
    assert not [field.name for kind in _TYPES for field in fields(kind) if source in field.name]


def test_a_field_for_another_source_cannot_be_added_at_run_time():
    with pytest.raises((AttributeError, TypeError)):
        object.__setattr__(write_letter(), "employer_amount", Decimal("1.00"))
    with pytest.raises(TypeError):
        replace(write_letter(), employer_amount=Decimal("1.00"))


_TYPES = (AfterTaxLetter, Destination, Letterhead, ProvisionEvidence)


def test_a_letter_without_payee_is_refused():
    with pytest.raises(after_tax_letter.NoDestinations):
        write_letter(destinations=())


def test_payments_above_the_subaccounts_value_are_refused():
    with pytest.raises(after_tax_letter.DestinationsExceedSubaccount):
        write_letter(
            value="20812.37", destinations=(_pay("20812.38", pretax="812.38"),), includible=Decimal("812.38")
        )


def test_payments_of_exactly_the_subaccounts_value_are_accepted():
    letter = write_letter(destinations=(_pay("20812.37", pretax="812.37"),))
    assert letter.distribution == letter.value


def test_more_after_tax_money_than_the_basis_is_refused():
    with pytest.raises(after_tax_letter.AfterTaxExceedsBasis):
        write_letter(destinations=(_pay("20812.37", pretax="812.36"),))


def test_more_pretax_money_than_the_earnings_is_refused():
    with pytest.raises(after_tax_letter.PretaxExceedsEarnings):
        write_letter(destinations=(_pay("20812.37", pretax="812.38"),))


def test_a_hundred_percent_that_is_not_the_whole_is_refused():
    with pytest.raises(after_tax_letter.DestinationsLessThanWhole):
        write_letter(legs=(("roth_ira", "10000.00"),), covers_whole=True)


def test_two_payments_to_the_participant_are_refused():
    cash = Destination(
        payee="",
        kind="participant",
        amount=Decimal("10.00"),
        pretax=Decimal("0.00"),
        after_tax=Decimal("10.00"),
    )
    assert write_letter(destinations=(cash,), covers_whole=False, includible=Decimal("0.00"))
    with pytest.raises(after_tax_letter.SeveralParticipantPayments):
        write_letter(destinations=(cash, cash), covers_whole=False, includible=Decimal("0.00"))


def test_a_payment_to_the_participant_that_names_another_is_refused():
    cash = Destination(
        payee="Boris",
        kind="participant",
        amount=Decimal("10.00"),
        pretax=Decimal("0.00"),
        after_tax=Decimal("10.00"),
    )
    with pytest.raises(after_tax_letter.ParticipantPaymentToAnother):
        write_letter(destinations=(cash,), covers_whole=False, includible=Decimal("0.00"))


def test_parts_that_do_not_sum_are_refused():
    with pytest.raises(after_tax_letter.PartsDoNotSum):
        Destination(
            payee="F",
            kind="roth_ira",
            amount=Decimal("10.00"),
            pretax=Decimal("1.00"),
            after_tax=Decimal("9.01"),
        )


@pytest.mark.parametrize("amount", ["-0.01", "0.005", "NaN", "Infinity", "1e20"])
def test_what_is_not_dollars_and_cents_is_refused(amount):
    with pytest.raises(after_tax_letter.AmountNotInCents):
        write_letter(includible=Decimal(amount))


def test_withholding_other_than_a_fifth_of_the_pretax_cash_is_refused():
    letter = VARIANTS["taxed_cash"]
    assert letter.withholding == Decimal("62.47")  # 20% of the 312.37 that did not fit the direct rollover
    with pytest.raises(after_tax_letter.WithholdingMisstated):
        replace(letter, withholding=Decimal("62.48"))


def test_more_taxable_than_pretax_is_refused():
    with pytest.raises(after_tax_letter.IncludibleExceedsPretax):
        write_letter(includible=Decimal("812.38"))


def test_an_in_plan_rollover_goes_with_no_other_payment():
    in_plan = write_in_plan_letter(amount="10000.00")
    cash = Destination(
        payee="",
        kind="participant",
        amount=Decimal("10.00"),
        pretax=Decimal("0.00"),
        after_tax=Decimal("10.00"),
    )
    with pytest.raises(after_tax_letter.DesignatedRothNotAlone):
        replace(in_plan, destinations=(*in_plan.destinations, cash))


@pytest.mark.parametrize("evidence", [None, ProvisionEvidence(document="")])
def test_an_in_plan_rollover_without_the_plans_provision_for_it_is_refused(evidence):
    assert write_in_plan_letter().is_in_plan
    with pytest.raises(after_tax_letter.InPlanRothNotCited):
        replace(write_in_plan_letter(), in_plan_roth=evidence)


def test_what_other_letters_cite_is_not_needed_for_an_in_plan_rollover():
    assert not write_letter().is_in_plan
    assert replace(write_in_plan_letter(), in_service=ProvisionEvidence(document=""))


@pytest.mark.parametrize("number", ["123456789", "123", "12a4", "١٢٣٤"])
def test_more_or_other_than_four_digits_of_an_ssn_are_refused(number):
    with pytest.raises(after_tax_letter.SsnNotMasked):
        write_letter(ssn_last_four=number)


def test_a_text_longer_than_its_room_is_refused():
    assert write_letter(participant_name="x" * 120)
    with pytest.raises(after_tax_letter.TextTooLong, match="participant_name"):
        write_letter(participant_name="x" * 121)


def test_a_logo_that_is_no_picture_type_is_refused():
    with pytest.raises(after_tax_letter.LogoNotAccepted):
        Letterhead(firm_name="F", logo=b"<svg/>", logo_media_type="image/svg+xml")


def test_years_are_joined_in_runs():
    assert format_years(years=(2021, 2019, 2022, 2023, 2021)) == "2019, 2021–2023"


@pytest.mark.parametrize(
    ("payment_date", "code"), [(datetime.date(2035, 11, 13), "1"), (datetime.date(2035, 11, 14), "7")]
)
def test_code_7_begins_at_59_and_a_half(payment_date, code):
    letter = write_letter(
        legs=(("participant", "20812.37"),), payment_date=payment_date
    )  # born on May 14, 1976
    payment = letter_context(letter=letter, logo_url="")["payments"][0]
    assert payment["code"] == code


cents = st.integers(min_value=1, max_value=5_000_000)


@given(
    basis=cents,
    amounts=st.lists(cents, min_size=1, max_size=4),
    rest=st.integers(min_value=0, max_value=9_999),
    data=st.data(),
)
def test_the_tax_form_a_letter_asks_for_is_the_one_the_rules_expect(basis, amounts, rest, data):
    kinds = data.draw(
        st.lists(
            st.sampled_from(["roth_ira", "traditional_ira", "plan"]),
            min_size=len(amounts),
            max_size=len(amounts),
        )
    )
    if data.draw(st.booleans()):
        kinds[-1] = "participant"
    legs = tuple((kind, f"{amount / Decimal(100):.2f}") for kind, amount in zip(kinds, amounts, strict=True))
    value = Decimal(sum(amounts) + rest) / 100
    letter = write_letter(basis=f"{basis / Decimal(100):.2f}", value=f"{value:.2f}", legs=legs)
    allocation = allocate(
        contract=Contract(balance=value, basis=letter.basis, separate_accounting=True),
        disbursements=[
            Disbursement(
                to=Payee(kind),
                method=Method.PAID if kind == "participant" else Method.DIRECT,
                amount=Decimal(amount),
                separately_accounts=kind == "plan",
            )
            for kind, amount in legs
        ],
    )
    forms = expect_forms(allocation=allocation, age_in_months=letter.age_in_months)
    shown = letter_context(letter=letter, logo_url="")["payments"]
    assert [
        (row["amount"], row["taxable"], row["withheld"], row["after_tax"], row["code"]) for row in shown
    ] == [
        (
            *(
                f"${box:,.2f}"
                for box in (form.box_1_gross, form.box_2a_taxable, form.box_4_withheld, form.box_5_basis)
            ),
            form.code,
        )
        for form in forms
    ]


def _pay(amount: str, *, pretax: str) -> Destination:
    return Destination(
        payee="Fidelity Investments",
        kind="roth_ira",
        amount=Decimal(amount),
        pretax=Decimal(pretax),
        after_tax=Decimal(amount) - Decimal(pretax),
    )
