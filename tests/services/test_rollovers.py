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
from clients.models.plan import Answer
from rollovers import services
from rollovers.letters import LIMITING_SENTENCE
from rollovers.models import Disbursement, Letter, RolloverRequest, Way
from rollovers.queries import find_changed_facts, get_plan_facts
from rollovers.rules.allocation import Payee
from rollovers.services import FiguresChanged, Leg, LetterBlocked, issue_letter
from tests.factories import (
    make_client,
    make_ira_balance,
    make_plan,
    make_provisions,
    make_record,
    make_statement,
)
from tests.requests import ROTH, TODAY, TRADITIONAL, issue, make_entry, make_ready_plan, preview


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
    assert letter.rule_version == services.VERSION
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
    digest = preview(plan=plan, advisor=ada, entry=entry).digest
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
            shown_digest=digest,
        )
    assert not Letter.objects.exists()


def test_a_letter_that_cannot_be_rendered_leaves_nothing_behind(plan, ada, monkeypatch):
    def fail(*, letter):
        raise MemoryError

    monkeypatch.setattr(services, "render_pdf", fail)

    with pytest.raises(MemoryError), transaction.atomic():
        issue(plan=plan, advisor=ada)

    assert not RolloverRequest.objects.exists()
    assert not Disbursement.objects.exists()
    assert not Reliance.objects.exists()


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

    with pytest.raises(services.AlreadySuperseded), transaction.atomic():
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
    assert relied.count() == PlanProvision.objects.count() == 6
