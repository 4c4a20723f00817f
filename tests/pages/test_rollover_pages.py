"""The rollover page and the letter's pages over HTTP: nothing typed is lost, nothing unseen is issued."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django_scopes import scope

from law.words import Way
from rollovers.models import Letter
from rollovers.reviews.views.findings import show_stored_findings
from tests.factories import make_client
from tests.requests import issue, make_entry, make_ready_plan, make_spouse
from tests.rollover_form import fill, issue_what, look_and_issue

BAD_AMOUNTS = [
    "1_000",
    "1e3",
    "NaN",
    "١٢٣",
    "1,00",
    "12.345",
    "9999999999.00",
    "(500)",
    "-0.01",
    "1 000",
    "٣.00",
]
BAD_TEXTS = ["Meridian\u202eBrokerage", "Meridian\nBrokerage", "Meridian\x07", "Meridian\u200b"]


@pytest.fixture
def plan(firm_a):
    with scope(firm=firm_a):
        return make_ready_plan(firm=firm_a)


@pytest.fixture
def address(plan):
    return reverse("rollover_new", args=[plan.pk])


def count_letters(firm):
    with scope(firm=firm):
        return Letter.objects.count()


def test_what_was_looked_at_is_issued_and_downloads_byte_for_byte(ada_client, firm_a, address):
    response = look_and_issue(ada_client, address)

    with scope(firm=firm_a):
        letter = Letter.objects.get()
    assert response.url == reverse("letter_page", args=[letter.pk])
    pdf = ada_client.get(reverse("letter_pdf", args=[letter.pk]))
    assert pdf.content == bytes(letter.pdf)
    assert pdf["Content-Disposition"] == f'attachment; filename="{letter.reference}.pdf"'
    assert "no-store" in pdf["Cache-Control"]


def test_what_was_not_looked_at_is_shown_and_not_issued(ada_client, firm_a, address):
    response = ada_client.post(address, fill(action="issue", shown_digest=""))

    assert response.status_code == 409
    assert "Nothing is issued yet" in response.text
    assert "ROTH-1" in response.text
    assert count_letters(firm_a) == 0


def test_issuing_wants_the_accounts_named_and_says_so_at_each_field(ada_client, firm_a, address):
    unnamed = {"roth_custodian": "", "roth_account_number": "", "traditional_account_number": ""}
    response = ada_client.post(address, fill(action="issue", **unnamed))

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "roth_custodian": ["Enter the custodian of the Roth IRA."],
        "roth_account_number": ["Enter the account number of the Roth IRA."],
        "traditional_account_number": ["Enter the account number of the traditional IRA."],
    }
    assert "<title>Error:" in response.text
    assert count_letters(firm_a) == 0


@pytest.mark.parametrize("typed", BAD_AMOUNTS)
def test_a_bad_amount_is_told_at_its_field_and_keeps_what_was_typed(ada_client, firm_a, address, typed):
    response = ada_client.post(address, fill(extent="amount", amount=typed, action="issue"))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["amount"]
    assert f'value="{typed}"' in response.text
    assert "ROTH-1" in response.text
    assert count_letters(firm_a) == 0


@pytest.mark.parametrize("typed", BAD_AMOUNTS)
@pytest.mark.parametrize("name", ["amount", "pretax"])
def test_a_bad_amount_of_an_own_leg_is_told_at_its_field(ada_client, firm_a, address, name, typed):
    leg = {"legs-0-to": "roth_ira", "legs-0-amount": "20812.37", f"legs-0-{name}": typed}
    response = ada_client.post(address, fill(way="own", action="issue", **leg))

    assert response.status_code == 422
    assert name in response.context["legs"].errors[0]
    assert f'value="{typed}"' in response.text
    assert count_letters(firm_a) == 0


@pytest.mark.parametrize("typed", BAD_TEXTS)
def test_a_name_with_invisible_characters_is_refused(ada_client, firm_a, address, typed):
    response = ada_client.post(address, fill(roth_custodian=typed, action="issue"))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["roth_custodian"]
    assert count_letters(firm_a) == 0


def test_the_preview_answers_the_same_figures_as_a_fragment_and_saves_nothing(ada_client, firm_a, plan):
    preview = reverse("rollover_preview", args=[plan.pk])
    response = ada_client.post(preview, fill(extent="amount", amount="10000"), headers={"hx-request": "true"})

    assert response.status_code == 200
    assert response.text.lstrip().startswith('<section class="outcome" id="outcome"')
    assert "9,609.67" in response.text
    assert count_letters(firm_a) == 0


def test_a_finding_that_blocks_is_named_and_there_is_no_button_to_issue(ada_client, address):
    response = ada_client.post(address, fill(extent="amount", amount="20812.38", action="preview"))

    assert "Blocks the letter" in response.text
    assert "$0.01 more than the after-tax sub-account holds" in response.text
    assert "Issue this letter" not in response.text


def test_the_loser_of_two_is_told_that_nothing_was_issued(ada_client, ada, firm_a, plan, address):
    shown = ada_client.post(address, fill(action="preview")).context["outcome"]
    with scope(firm=firm_a):
        issue(plan=plan, advisor=ada)

    response = ada_client.post(address, fill(**issue_what(shown)))

    assert response.status_code == 409
    assert "No letter was issued" in response.text
    assert count_letters(firm_a) == 1


def test_a_second_press_leads_to_the_letter_of_the_first(ada_client, firm_a, address):
    key = str(uuid4())
    filled = fill(request_key=key)
    shown = ada_client.post(address, filled | {"action": "preview"}).context["outcome"]
    issuing = filled | issue_what(shown)

    first, again = ada_client.post(address, issuing), ada_client.post(address, issuing)

    assert first.url == again.url
    assert count_letters(firm_a) == 1


def test_superseding_starts_from_the_old_letter_and_frees_its_money(ada_client, ada, firm_a, plan, address):
    with scope(firm=firm_a):
        old = issue(plan=plan, advisor=ada)
    page = ada_client.get(f"{address}?supersedes={old.pk}")
    assert 'value="R-100"' in page.text

    response = look_and_issue(ada_client, address, supersedes=str(old.pk), way="all_roth")

    assert response.status_code == 302
    with scope(firm=firm_a):
        assert Letter.objects.get(supersedes=old).request.includible == Decimal("812.37")
    assert "Superseded" in ada_client.get(reverse("letter_list")).text


def test_a_letter_of_another_firm_cannot_be_superseded(ada_client, boris, firm_b, address):
    with scope(firm=firm_b):
        foreign = issue(plan=make_ready_plan(firm=firm_b), advisor=boris)

    assert ada_client.post(address, fill(supersedes=str(foreign.pk), action="preview")).status_code == 404
    assert ada_client.get(f"{address}?supersedes=nonsense").status_code == 404


def test_the_limits_page_names_the_notice_beside_each_figure(ada_client):
    text = ada_client.get(reverse("limit_list")).text

    assert "58,000.00" in text
    assert "Notice 2020-79" in text


# --- Going ahead over a warning ---------------------------------------------------------------------------

# The statement is of 2021, so that its age is a warning on whatever day this runs.


def preview_page(browser, address, **fields):
    return browser.post(address, fill(action="preview", **fields))


def find_warning(response, code):
    (finding,) = [each for each in response.context["outcome"].questionable if each.code == code]
    return finding


def test_each_warning_asks_beside_it_why_the_letter_may_go_ahead(ada_client, address):
    response = preview_page(ada_client, address)

    asked = {each.finding.code: each.reason_field is not None for each in response.context["findings"]}
    assert asked == {"V23": True}
    assert f'name="ack-{find_warning(response, "V23").key}"' in response.text
    assert "Why it may go ahead" in response.text


def test_a_note_asks_nothing(ada_client, firm_a):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a, value=Decimal("20081.20"))

    response = preview_page(ada_client, reverse("rollover_new", args=[plan.pk]), way="all_roth")

    asked = {each.finding.code: each.reason_field is not None for each in response.context["findings"]}
    assert asked == {"V16": False, "V23": True}


def test_a_letter_without_a_reason_comes_back_with_the_error_at_each_empty_field(ada_client, firm_a, address):
    shown = preview_page(ada_client, address, way="all_roth")
    given, missing = find_warning(shown, "V17"), find_warning(shown, "V23")
    issuing = issue_what(shown.context["outcome"]) | {
        f"ack-{given.key}": "She pays the tax this year.",
        f"ack-{missing.key}": " ",
    }

    response = ada_client.post(address, fill(way="all_roth", **issuing))

    assert response.status_code == 422
    assert response.context["form"].errors == {f"ack-{missing.key}": ["Say why it may go ahead over V23."]}
    assert "<title>Error:" in response.text
    assert f'<a href="#id_ack-{missing.key}">Say why it may go ahead over V23.</a>' in response.text
    assert 'value="She pays the tax this year."' in response.text
    assert "ROTH-1" in response.text
    assert count_letters(firm_a) == 0


@pytest.mark.parametrize("typed", [*BAD_TEXTS, "x" * 301])
def test_a_reason_that_cannot_be_kept_is_told_at_its_field(ada_client, firm_a, address, typed):
    shown = preview_page(ada_client, address)
    name = f"ack-{find_warning(shown, 'V23').key}"

    response = ada_client.post(address, fill(**issue_what(shown.context["outcome"]) | {name: typed}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [name]
    assert f'id="id_{name}"' in response.text
    assert count_letters(firm_a) == 0


def test_a_reason_comes_back_with_the_preview_as_it_was_typed(ada_client, plan, address):
    name = f"ack-{find_warning(preview_page(ada_client, address), 'V23').key}"

    response = ada_client.post(
        reverse("rollover_preview", args=[plan.pk]),
        fill(**{name: "The custodian confirmed it."}),
        headers={"hx-request": "true"},
    )

    assert 'value="The custodian confirmed it."' in response.text


def test_a_reason_is_not_lost_while_its_warning_is_gone_or_the_form_cannot_be_read(ada_client, address):
    name = f"ack-{find_warning(preview_page(ada_client, address, way='all_roth'), 'V17').key}"
    typed = {name: "She pays the tax this year."}

    for response in (
        preview_page(ada_client, address, way="split", **typed),
        preview_page(ada_client, address, extent="amount", amount="1e3", **typed),
        preview_page(ada_client, address, extent="amount", amount="20812.38", **typed),
    ):
        assert f'<input type="hidden" name="{name}" value="She pays the tax this year."' in response.text


def test_only_what_is_typed_on_the_left_recalculates(ada_client, address):
    page = ada_client.get(address).text

    assert 'hx-trigger="input delay:300ms from:#rollover-inputs"' in page
    inputs = page[page.index('id="rollover-inputs"') : page.index('class="beside-preview"')]
    assert "ack-" not in inputs


def test_the_letters_page_shows_the_reviewer_why_it_went_ahead(ada_client, firm_a, address):
    response = look_and_issue(ada_client, address, way="all_roth")

    page = ada_client.get(response.url).text

    assert page.count("The client knows and agrees.") == 2
    assert "Ada Lovelace" in page
    assert "Get a newer statement" in page


def test_a_letter_kept_before_reasons_were_asked_still_opens(ada_client, ada, firm_a, plan):
    with scope(firm=firm_a):
        letter = issue(plan=plan, advisor=ada, entry=make_entry(way=Way.ALL_ROTH))
    kept = [
        {key: value for key, value in finding.items() if key not in {"reason", "acknowledged_by"}}
        for finding in letter.findings
    ]
    letter.findings = kept

    assert [(each.reason, each.acknowledged_by) for each in show_stored_findings(letter=letter)] == [("", "")]


def test_the_reviewers_page_prints_with_every_figure_explained(ada_client, ada, firm_a, plan):
    with scope(firm=firm_a):
        letter = issue(plan=plan, advisor=ada)
    address = reverse("letter_page", args=[letter.pk])
    closed, opened = ada_client.get(address).text, ada_client.get(f"{address}?explained=all").text

    assert '<details class="equation" open>' not in closed
    assert '<details class="equation">' not in opened
    assert opened.count('<details class="equation" open>') == closed.count('<details class="equation">') > 0
    assert 'href="?explained=all#reviewer"' in closed


# --- A way from the address, and a spouse -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "way"), [("all_roth", "all_roth"), ("own", "own"), ("split", "split"), ("nonsense", "split")]
)
def test_the_address_may_choose_the_way(ada_client, address, query, way):
    assert ada_client.get(f"{address}?way={query}").context["form"].initial["way"] == way


def test_the_firms_small_earnings_suggest_the_way(ada_client, firm_a, address):
    firm_a.small_earnings_amount = Decimal("812.37")
    firm_a.save()

    assert ada_client.get(address).context["form"].initial["way"] == "all_roth"


def test_a_spouses_page_shows_and_issues_the_spouses_figures(ada_client, firm_a, plan, address):
    with scope(firm=firm_a):
        spouse = make_spouse(plan=plan)
    own = f"{address}?participant={spouse.pk}"

    page = ada_client.get(own)
    assert page.context["client"] == spouse
    assert f'action="{own}"' in page.text
    assert f"{reverse('rollover_preview', args=[plan.pk])}?participant={spouse.pk}" in page.text
    assert "5,200.00" in page.text
    assert "20,812.37" not in page.text

    assert look_and_issue(ada_client, own).status_code == 302
    with scope(firm=firm_a):
        request = Letter.objects.get().request
    assert request.participant == spouse
    assert request.distribution == Decimal("5200.00")


def test_what_supersedes_a_spouses_letter_is_the_spouses(ada_client, ada, firm_a, plan, address):
    with scope(firm=firm_a):
        spouse = make_spouse(plan=plan)
        old = issue(plan=plan, advisor=ada, participant_id=spouse.pk)

    page = ada_client.get(f"{address}?supersedes={old.pk}")
    assert page.context["client"] == spouse
    look_and_issue(ada_client, address, supersedes=str(old.pk))

    with scope(firm=firm_a):
        assert Letter.objects.get(supersedes=old).request.participant == spouse


def test_who_takes_no_part_in_the_plan_is_not_found(ada_client, firm_a, firm_b, plan, address):
    with scope(firm=firm_a):
        other = make_client(firm=firm_a, legal_name="Somebody Else")
    with scope(firm=firm_b):
        foreign = make_spouse(plan=make_ready_plan(firm=firm_b))

    for participant in (other.pk, foreign.pk, 999_999, "nonsense"):
        assert ada_client.get(f"{address}?participant={participant}").status_code == 404
        preview = reverse("rollover_preview", args=[plan.pk])
        assert ada_client.post(f"{preview}?participant={participant}", fill()).status_code == 404
