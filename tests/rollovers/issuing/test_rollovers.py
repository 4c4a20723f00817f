"""Facts become figures, findings and a letter; a preview saves nothing; issuing saves all of it or none."""

import datetime
import hashlib
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pghistory
import pypdfium2
import pytest
from django.db import transaction
from django_scopes import scope

from clients.models import Client, ContributionRecord, PlanProvision, Reliance
from law import VERSION
from law.findings import Finding
from law.words import Answer, FilingStatus, MovementKind, Payee, Way
from rollovers.evidence.queries.changes import find_changed_facts
from rollovers.issuing import letters
from rollovers.issuing.letters import (
    AlreadySuperseded,
    FiguresChanged,
    FindingsUnacknowledged,
    LetterBlocked,
    issue_letter,
)
from rollovers.issuing.rollovers import Leg
from rollovers.letters.after_tax_letter import LIMITING_SENTENCE
from rollovers.models import Disbursement, Letter, RolloverRequest
from rollovers.reviews.queries import get_plan_facts
from tests.factories import (
    make_client,
    make_ira_balance,
    make_movement,
    make_plan,
    make_plan_assets,
    make_provisions,
    make_record,
    make_statement,
)
from tests.requests import (
    ROTH,
    TODAY,
    TRADITIONAL,
    acknowledge,
    issue,
    make_entry,
    make_ready_plan,
    make_spouse,
    preview,
)


@pytest.fixture(autouse=True)
def in_scope(firm_a):
    with scope(firm=firm_a):
        yield


@pytest.fixture
def plan(firm_a):
    return make_ready_plan(firm=firm_a)


def codes(outcome):
    return [finding.code for finding in outcome.findings]


def read_pdf(pdf):
    document = pypdfium2.PdfDocument(bytes(pdf))
    return " ".join("\n".join(page.get_textpage().get_text_range() for page in document).split())


# --- What it comes to ------------------------------------------------------------------------------------


def test_a_split_sends_basis_to_the_roth_ira_and_earnings_to_the_traditional_ira(plan, ada):
    outcome = preview(plan=plan, advisor=ada, entry=make_entry())

    legs = [(leg.disbursement.to, leg.pretax, leg.after_tax) for leg in outcome.allocation.disbursements]
    assert legs == [
        (Payee.TRADITIONAL_IRA, Decimal("812.37"), Decimal("0.00")),
        (Payee.ROTH_IRA, Decimal("0.00"), Decimal("20000.00")),
    ]
    assert outcome.allocation.includible == Decimal("0.00")
    assert outcome.blocks == ()


def test_all_to_roth_makes_the_earnings_taxable_and_says_so(plan, ada):
    outcome = preview(plan=plan, advisor=ada, entry=make_entry(way=Way.ALL_ROTH))

    assert outcome.allocation.includible == Decimal("812.37")
    assert "V17" in codes(outcome)


def test_an_amount_takes_its_share_of_the_earnings(plan, ada):
    outcome = preview(plan=plan, advisor=ada, entry=make_entry(way=Way.ALL_ROTH, amount=Decimal("10000.00")))

    assert outcome.allocation.share.after_tax == Decimal("9609.67")
    assert outcome.allocation.share.remaining_basis == Decimal("10390.33")


def test_a_loss_needs_no_split(firm_a, ada):
    plan = make_ready_plan(firm=firm_a, value=Decimal("17000.00"))

    outcome = preview(plan=plan, advisor=ada, entry=make_entry(way=Way.SPLIT))

    assert [leg.disbursement.to for leg in outcome.allocation.disbursements] == [Payee.ROTH_IRA]
    assert outcome.allocation.share.unrecovered_basis == Decimal("3000.00")
    assert "V15" in codes(outcome)


def test_own_legs_must_sum_to_the_distribution(plan, ada):
    legs = (replace(ROTH, amount=Decimal("20000.00")), replace(TRADITIONAL, amount=Decimal("812.36")))

    outcome = preview(plan=plan, advisor=ada, entry=make_entry(way=Way.OWN, legs=legs))

    assert "V05" in codes(outcome)
    assert outcome.letter is None


def test_a_payment_to_the_participant_is_named_after_the_participant(plan, ada):
    legs = (
        replace(ROTH, amount=Decimal("15000.00")),
        Leg(to=Payee.PARTICIPANT, amount=Decimal("5812.37")),
    )

    outcome = preview(plan=plan, advisor=ada, entry=make_entry(way=Way.OWN, legs=legs))

    assert outcome.letter.destinations[1].payee == "Imogen Tate"
    assert outcome.allocation.includible == Decimal("812.37")
    assert outcome.allocation.withholding == Decimal("0.00")


def test_more_than_the_subaccount_holds_would_be_another_source(plan, ada):
    outcome = preview(plan=plan, advisor=ada, entry=make_entry(amount=Decimal("20812.38")))

    assert [finding.code for finding in outcome.blocks] == ["V04"]
    assert outcome.letter is None


def test_without_separate_accounting_every_dollar_is_pro_rated_and_no_letter_is_written(firm_a, ada):
    plan = make_plan(client=make_client(firm=firm_a))
    make_provisions(plan=plan, separate_accounting=Answer.NO)
    make_record(plan=plan)
    make_statement(plan=plan, plan_balance=Decimal("100000.00"), value=Decimal("20000.00"))

    outcome = preview(plan=plan, advisor=ada, entry=make_entry(way=Way.ALL_ROTH))

    # 20,000.00 x 20,000.00 / 100,000.00 = 4,000.00 after-tax; the rest is pretax.
    assert outcome.allocation.share.after_tax == Decimal("4000.00")
    assert outcome.allocation.includible == Decimal("16000.00")
    assert [finding.code for finding in outcome.blocks] == ["V01"]
    assert outcome.letter is None


@pytest.mark.parametrize(
    ("kind", "code"),
    [("separate_accounting", "V01"), ("after_tax_contributions", "V02"), ("in_service_distribution", "V03")],
)
@pytest.mark.parametrize("answer", [Answer.NO, Answer.NOT_VERIFIED])
def test_a_provision_that_is_missing_or_not_verified_refuses_the_letter(firm_a, ada, kind, code, answer):
    plan = make_plan(client=make_client(firm=firm_a))
    make_provisions(plan=plan, **{kind: answer})
    make_record(plan=plan)
    make_statement(plan=plan)
    entry = make_entry()

    assert [finding.code for finding in preview(plan=plan, advisor=ada, entry=entry).blocks] == [code]
    with pytest.raises(LetterBlocked):
        issue(plan=plan, advisor=ada, entry=entry)
    assert not Letter.objects.exists()


def test_pretax_ira_money_warns_of_pro_rated_backdoors_only_where_earnings_go_to_a_traditional_ira(plan, ada):
    make_ira_balance(client=plan.client, value=Decimal("19000.00"), basis=Decimal("7000.00"))

    assert "V18" in codes(preview(plan=plan, advisor=ada, entry=make_entry()))
    assert "V18" not in codes(preview(plan=plan, advisor=ada, entry=make_entry(way=Way.ALL_ROTH)))


def test_a_name_the_font_cannot_print_refuses_the_letter(plan, ada):
    Client.objects.update(legal_name="李小龙")

    outcome = preview(plan=plan, advisor=ada, entry=make_entry())

    assert [finding.code for finding in outcome.blocks] == ["letter"]


def test_a_preview_saves_nothing(plan, ada):
    preview(plan=plan, advisor=ada, entry=make_entry())

    assert not RolloverRequest.objects.exists()
    assert not Letter.objects.exists()
    assert not Reliance.objects.exists()


# --- Issuing ----------------------------------------------------------------------------------------------


def test_issuing_stores_figures_inputs_findings_version_bytes_and_hash(plan, ada):
    letter = issue(plan=plan, advisor=ada)

    letter = Letter.objects.get(pk=letter.pk)
    assert letter.pdf_sha256 == hashlib.sha256(bytes(letter.pdf)).hexdigest()
    assert letter.figures["pretax"] == "812.37"
    assert letter.figures["explanations"][0]["terms"][0]["label"] == "distribution"
    assert letter.rule_version == VERSION
    assert {finding["code"] for finding in letter.findings} == set()
    assert {fact["table"] for fact in letter.inputs["facts"]} == {
        "clients_client",
        "clients_plan",
        "clients_planprovision",
        "clients_subaccount",
        "clients_subaccountstatement",
        "clients_contributionrecord",
    }
    assert [leg.amount for leg in Disbursement.objects.all()] == [Decimal("812.37"), Decimal("20000.00")]


def test_the_issued_pdf_names_the_subaccount_and_limits_itself_to_it(plan, ada):
    text = read_pdf(issue(plan=plan, advisor=ada).pdf)

    assert LIMITING_SENTENCE in text
    for words in ("Imogen Tate", "AT-77", "$20,000.00", "$812.37", "R-100", "T-200", "Harbor Brokerage"):
        assert words in text


def test_the_same_filled_form_issues_one_letter(plan, ada):
    key = uuid4()

    first = issue(plan=plan, advisor=ada, request_key=key)
    again = issue(plan=plan, advisor=ada, request_key=key)

    assert first.pk == again.pk
    assert Letter.objects.count() == 1


def test_a_second_letter_cannot_take_what_the_first_has_asked_for(plan, ada):
    issue(plan=plan, advisor=ada)

    with pytest.raises(LetterBlocked) as refused:
        issue(plan=plan, advisor=ada)

    assert [finding.code for finding in refused.value.outcome.blocks] == ["V04"]


def test_two_parts_together_take_the_whole_to_the_cent(plan, ada):
    first = issue(plan=plan, advisor=ada, entry=make_entry(amount=Decimal("10000.00")))
    second = issue(plan=plan, advisor=ada, entry=make_entry())

    assert second.request.value_before == Decimal("10812.37")
    assert second.request.basis_before == Decimal("10390.33")
    assert first.request.pretax + second.request.pretax == Decimal("812.37")
    assert f"letter {first.reference} already asked for" in read_pdf(second.pdf)


def test_a_later_statement_already_shows_what_was_paid(plan, ada):
    issue(plan=plan, advisor=ada)
    make_statement(
        plan=plan, statement_date=datetime.date(2022, 6, 30), basis=Decimal("0.00"), value=Decimal("55.00")
    )

    outcome = preview(plan=plan, advisor=ada, entry=make_entry(way=Way.ALL_ROTH))

    assert outcome.subaccount.balance == Decimal("55.00")


def test_what_is_issued_is_what_was_shown(plan, ada, firm_a):
    entry = make_entry()
    shown = preview(plan=plan, advisor=ada, entry=entry)
    statement = get_plan_facts(firm=firm_a, plan_id=plan.pk).statement
    statement.value = Decimal("20900.00")
    statement.save()

    with pytest.raises(FiguresChanged):
        issue_letter(
            firm=firm_a,
            facts=get_plan_facts(firm=firm_a, plan_id=plan.pk),
            entry=entry,
            advisor=ada,
            today=TODAY,
            request_key=uuid4(),
            shown_digest=shown.digest,
            acknowledgements=acknowledge(shown),
        )
    assert not Letter.objects.exists()


def test_a_letter_that_cannot_be_rendered_leaves_nothing_behind(plan, ada, monkeypatch):
    def fail(*, letter):
        raise MemoryError

    monkeypatch.setattr(letters, "render_pdf", fail)

    with pytest.raises(MemoryError), transaction.atomic():
        issue(plan=plan, advisor=ada)

    assert not RolloverRequest.objects.exists()
    assert not Disbursement.objects.exists()
    assert not Reliance.objects.exists()


# --- Going ahead over a warning ---------------------------------------------------------------------------


def warn_of_the_tax(plan, ada):
    """Return the entry whose one warning is V17, and that warning."""
    entry = make_entry(way=Way.ALL_ROTH)
    (warning,) = preview(plan=plan, advisor=ada, entry=entry).questionable
    assert warning.code == "V17"
    return entry, warning


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_warning_without_a_reason_stops_the_letter_and_nothing_is_stored(plan, ada, reason):
    entry, warning = warn_of_the_tax(plan, ada)
    given = {} if reason is None else {warning.key: reason}

    with pytest.raises(FindingsUnacknowledged) as refused:
        issue(plan=plan, advisor=ada, entry=entry, acknowledgements=given)

    assert refused.value.findings == (warning,)
    assert str(refused.value) == warning.message
    assert not RolloverRequest.objects.exists()
    assert not Letter.objects.exists()
    assert not Reliance.objects.exists()


def test_without_that_check_a_letter_is_issued_over_a_warning_in_silence(plan, ada, monkeypatch):
    """The twin of the test above: what stops the letter is that check, and nothing else."""
    entry, _ = warn_of_the_tax(plan, ada)
    monkeypatch.setattr(Finding, "needs_reason", property(lambda finding: False))

    letter = issue(plan=plan, advisor=ada, entry=entry, acknowledgements={})

    assert [(each["code"], each["reason"]) for each in letter.findings] == [("V17", "")]


def test_the_reason_is_kept_with_the_finding_and_not_printed_in_the_letter(plan, ada):
    entry, warning = warn_of_the_tax(plan, ada)
    reason = "She prefers to pay the tax this year."

    letter = issue(plan=plan, advisor=ada, entry=entry, acknowledgements={warning.key: f" {reason} "})

    (kept,) = Letter.objects.get(pk=letter.pk).findings
    assert (kept["code"], kept["reason"], kept["acknowledged_by"]) == ("V17", reason, "Ada Lovelace")
    assert reason not in read_pdf(letter.pdf)


def test_a_note_needs_no_reason(firm_a, ada):
    plan = make_ready_plan(firm=firm_a, value=Decimal("20081.20"))
    entry = make_entry(way=Way.ALL_ROTH)

    letter = issue(plan=plan, advisor=ada, entry=entry, acknowledgements={})

    assert [(each["code"], each["reason"], each["acknowledged_by"]) for each in letter.findings] == [
        ("V16", "", "")
    ]


def test_a_reason_given_for_other_figures_does_not_count(plan, ada, firm_a):
    entry, warning = warn_of_the_tax(plan, ada)
    statement = get_plan_facts(firm=firm_a, plan_id=plan.pk).statement
    statement.value = Decimal("20900.00")
    statement.save()

    with pytest.raises(FindingsUnacknowledged) as refused:
        issue(plan=plan, advisor=ada, entry=entry, acknowledgements={warning.key: "She knows."})

    assert [finding.code for finding in refused.value.findings] == ["V17"]


def test_an_error_of_a_year_wants_a_reason_too(plan, ada):
    ContributionRecord.objects.update(employer=Decimal("18500.01"))

    with pytest.raises(FindingsUnacknowledged) as refused:
        issue(plan=plan, advisor=ada, acknowledgements={})

    assert [(each.code, each.severity.value) for each in refused.value.findings] == [("V09", "error")]


# --- What the checks are told -----------------------------------------------------------------------------


def test_the_firm_says_which_earnings_are_small(plan, ada, firm_a):
    firm_a.small_earnings_amount, firm_a.small_earnings_percent = Decimal("0.00"), Decimal("3.91")
    firm_a.save()  # 3.91% of 20,812.37 is 813.76
    entry = make_entry(way=Way.ALL_ROTH)
    assert "V16" in codes(preview(plan=plan, advisor=ada, entry=entry))

    firm_a.small_earnings_percent = Decimal("3.90")
    firm_a.save()  # 3.90% of 20,812.37 is 811.68
    assert "V17" in codes(preview(plan=plan, advisor=ada, entry=entry))


def test_the_statements_hand_work_is_named(firm_a, ada):
    plan = make_ready_plan(firm=firm_a, pre_1987_basis=Decimal("1.00"), non_vested=Decimal("2.00"))

    assert codes(preview(plan=plan, advisor=ada, entry=make_entry())) == ["V29", "V29"]


def test_a_deposit_after_the_statement_is_not_in_its_figures(plan, ada):
    make_movement(plan=plan)
    make_movement(plan=plan, movement_date=datetime.date(2022, 1, 3), year=2022, amount=Decimal("1000.00"))

    found = preview(plan=plan, advisor=ada, entry=make_entry()).findings

    assert [finding.message for finding in found if finding.code == "V21"] == [
        "Deposits count for 2022, of which there is no record.",
        "$1,000.00 of after-tax money was deposited after the statement of December 31, 2021:"
        " it is not in its figures.",
    ]


def test_the_deposits_of_a_year_are_held_against_its_record(plan, ada):
    make_movement(plan=plan, amount=Decimal("12000.00"))

    found = preview(plan=plan, advisor=ada, entry=make_entry()).findings

    assert (
        "The record of 2021 says $20,000.00 of after-tax contributions; the deposits on record come to $12,000.00."
        in {finding.message for finding in found}
    )


def test_a_returned_excess_explains_a_lower_basis(plan, ada):
    make_movement(
        plan=plan,
        kind=MovementKind.RETURNED_EXCESS,
        movement_date=datetime.date(2022, 1, 2),
        amount=Decimal("4000.00"),
    )
    make_statement(
        plan=plan,
        statement_date=datetime.date(2022, 1, 3),
        basis=Decimal("16000.00"),
        value=Decimal("16010.00"),
    )

    assert "V21" not in codes(preview(plan=plan, advisor=ada, entry=make_entry()))


def test_the_assets_of_all_the_clients_plans_count_together(plan, ada, firm_a):
    other = make_plan(client=plan.client, name="Second 401(k)")
    make_plan_assets(plan=plan, value=Decimal("125000.00"))
    make_plan_assets(plan=other, value=Decimal("125000.01"))
    assert "V26" in codes(preview(plan=plan, advisor=ada, entry=make_entry()))

    # A plan that covers an employee by then is no one-participant plan.
    other.first_employee_date = datetime.date(2021, 12, 31)
    other.save()
    assert "V26" not in codes(preview(plan=plan, advisor=ada, entry=make_entry()))


def test_only_the_latest_years_end_counts(plan, ada):
    make_plan_assets(plan=plan, year=2020, value=Decimal("300000.00"))
    make_plan_assets(plan=plan, year=2021, value=Decimal("100000.00"))

    assert "V26" not in codes(preview(plan=plan, advisor=ada, entry=make_entry()))


@pytest.mark.parametrize(
    ("status", "answer", "warned"),
    [
        (FilingStatus.MARRIED_JOINT, Answer.YES, True),
        (FilingStatus.MARRIED_SEPARATE, Answer.NOT_VERIFIED, True),
        (FilingStatus.MARRIED_JOINT, Answer.NO, False),
        (FilingStatus.SURVIVING_SPOUSE, Answer.YES, False),
        (FilingStatus.SINGLE, Answer.YES, False),
    ],
)
def test_a_spouse_consents_where_there_is_one_and_the_plan_asks(firm_a, ada, status, answer, warned):
    plan = make_plan(client=make_client(firm=firm_a, filing_status=status))
    make_provisions(plan=plan, spousal_consent_required=answer)
    make_record(plan=plan)
    make_statement(plan=plan)

    assert ("V28" in codes(preview(plan=plan, advisor=ada, entry=make_entry()))) == warned


def test_the_year_of_the_payment_decides_about_minimum_distributions(firm_a, ada):
    plan = make_ready_plan(firm=firm_a)
    Client.objects.update(birth_date=datetime.date(1950, 6, 1))  # 72 in 2022

    paid_in_2021 = make_entry(payment_date=datetime.date(2021, 12, 31))
    assert "V24" not in codes(preview(plan=plan, advisor=ada, entry=paid_in_2021))
    assert "V24" in codes(preview(plan=plan, advisor=ada, entry=make_entry()))


# --- A spouse ---------------------------------------------------------------------------------------------


def test_a_spouses_letter_draws_on_the_spouses_subaccount_alone(plan, ada):
    spouse = make_spouse(plan=plan)

    letter = issue(plan=plan, advisor=ada, participant_id=spouse.pk)

    assert letter.request.participant == spouse
    assert letter.request.subaccount.participant == spouse
    assert (letter.request.basis_before, letter.request.value_before) == (
        Decimal("5000.00"),
        Decimal("5200.00"),
    )
    text = read_pdf(letter.pdf)
    for words in ("Rowan Tate", "AT-88", "$5,000.00", "$200.00", "$5,200.00"):
        assert words in text
    for words in ("AT-77", "$20,000.00", "$812.37", "$20,812.37"):
        assert words not in text
    # The administrator is the plan's, whoever takes part in it.
    assert "Imogen Tate" in text


def test_the_owners_letter_does_not_know_of_the_spouses(plan, ada):
    before = preview(plan=plan, advisor=ada, entry=make_entry())
    issue(plan=plan, advisor=ada, participant_id=make_spouse(plan=plan).pk)

    after = preview(plan=plan, advisor=ada, entry=make_entry())

    assert after.digest == before.digest
    assert after.findings == before.findings


# --- Superseding and going stale --------------------------------------------------------------------------


def test_a_correction_supersedes_and_frees_what_the_old_letter_asked_for(plan, ada):
    old = issue(plan=plan, advisor=ada)

    new = issue(plan=plan, advisor=ada, entry=make_entry(way=Way.ALL_ROTH, supersedes=old))

    assert new.request.distribution == Decimal("20812.37")
    assert f"replaces letter {old.reference}" in read_pdf(new.pdf)
    assert Letter.objects.get(pk=old.pk).superseded_by == new


def test_a_superseded_letter_cannot_be_superseded_again(plan, ada):
    old = issue(plan=plan, advisor=ada, entry=make_entry(amount=Decimal("1000.00")))
    issue(plan=plan, advisor=ada, entry=make_entry(amount=Decimal("1000.00"), supersedes=old))

    with pytest.raises(AlreadySuperseded), transaction.atomic():
        issue(plan=plan, advisor=ada, entry=make_entry(amount=Decimal("1000.00"), supersedes=old))


def test_a_fact_that_changes_under_a_letter_makes_it_stale_and_keeps_the_reason(plan, ada):
    letter = issue(plan=plan, advisor=ada)
    record = ContributionRecord.objects.get()
    record.net_profit = Decimal("120000.00")
    with pghistory.context(reason="The return was amended."):
        record.save()

    (change,) = find_changed_facts(letters=[letter])[letter.pk]

    assert (change.was, change.now) == ("110000.00", "120000.00")
    assert change.field == "net profit"
    assert change.reason == "The return was amended."


def test_a_letter_whose_facts_stand_is_not_stale(plan, ada):
    letter = issue(plan=plan, advisor=ada)

    assert find_changed_facts(letters=[letter]) == {}


def test_every_provision_under_a_letter_is_relied_on(plan, ada):
    letter = issue(plan=plan, advisor=ada)

    relied = Reliance.objects.filter(letter_reference=letter.reference, fact_table="clients_planprovision")
    assert relied.count() == PlanProvision.objects.count() == 9
