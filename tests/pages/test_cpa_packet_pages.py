"""The CPA packet's page and its two downloads, for whoever may read the client."""

import csv
import datetime
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django_scopes import scope

from law.words import Payee, Way
from rollovers.cases.sixty_days import SixtyDayEntry, settle_sixty_day
from rollovers.issuing.rollovers import Leg
from tests.factories import make_client, make_payment, make_record
from tests.requests import issue, make_entry, make_ready_plan, store_letter
from tests.rollovers.letters.cast import read_text

DOWNLOADS = ["cpa_packet_pdf", "cpa_packet_csv"]


@pytest.fixture
def plan(firm_a):
    with scope(firm=firm_a):
        return make_ready_plan(firm=firm_a)


def read_page(browser, client, year) -> str:
    response = browser.get(reverse("cpa_packet_page", args=[client.pk, year]))
    assert response.status_code == 200
    return " ".join(response.text.split())


def test_the_page_sums_up_the_year_and_offers_both_downloads(ada_client, ada, plan):
    with scope(firm=plan.firm):
        letter = issue(plan=plan, advisor=ada)
    text = read_page(ada_client, plan.client, 2022)
    for shown in (
        "CPA packet of 2022",
        "Form 1040, line 5a",
        "Line 5b, “Rollover”",
        letter.reference,
        "Letter: issued",
        "No CPA or attorney has reviewed it.",
        "no payment is recorded yet. Confirm with the plan's document or a CPA.",
        reverse("cpa_packet_pdf", args=[plan.client_id, 2022]),
        reverse("cpa_packet_csv", args=[plan.client_id, 2022]),
    ):
        assert shown in text, shown


def test_line_5b_is_less_what_was_rolled_over_untaxed_within_60_days(ada_client, ada, plan):
    with scope(firm=plan.firm):
        legs = (Leg(to=Payee.PARTICIPANT, amount=Decimal("20812.37")),)
        letter = store_letter(plan=plan, advisor=ada, entry=make_entry(way=Way.OWN, legs=legs))
        make_payment(letter=letter, advisor=ada, received_date=datetime.date(2022, 1, 14))
        before = read_page(ada_client, plan.client, 2022)
        entry = SixtyDayEntry(to_traditional=Decimal("500.00"), rollover_date=datetime.date(2022, 3, 1))
        settle_sixty_day(
            firm=plan.firm, letter=letter, entry=entry, advisor=ada, today=datetime.date(2022, 4, 1)
        )
    after = read_page(ada_client, plan.client, 2022)
    # All 500.00 are pretax, which is rolled over first: 812.37 - 500.00 = 312.37.
    line = '<p>Line 5b</p> <p class="figure"><span class="money">$'
    assert f"{line}812.37<" in before
    assert "Line 5b is less" not in before
    assert f"{line}312.37<" in after
    assert 'Line 5b is less <span class="money">$500.00</span> rolled over untaxed within 60 days.' in after


def test_every_year_with_something_in_it_is_a_link(ada_client, plan):
    with scope(firm=plan.firm):
        make_record(plan=plan, year=2020)
    text = read_page(ada_client, plan.client, 2021)
    assert f'<a href="{reverse("cpa_packet_page", args=[plan.client_id, 2020])}">2020</a>' in text
    assert '<strong aria-current="page">2021</strong>' in text


def test_a_year_with_nothing_in_it_says_so_and_offers_nothing(ada_client, plan):
    text = read_page(ada_client, plan.client, 2019)
    assert "Nothing is on record of 2019. Choose a year above." in text
    assert "Download" not in text
    for name in DOWNLOADS:
        assert ada_client.get(reverse(name, args=[plan.client_id, 2019])).status_code == 404


def test_a_client_with_nothing_on_record_says_what_begins_a_packet(ada_client, firm_a):
    text = read_page(ada_client, make_client(firm=firm_a), 2021)
    assert "Nothing is on record of 2021. A packet begins with" in text


@pytest.mark.parametrize("year", [0, 1899, 2101, 99999999999999999999])
def test_a_year_that_is_none_is_not_found(ada_client, plan, year):
    for name in ["cpa_packet_page", *DOWNLOADS]:
        assert ada_client.get(reverse(name, args=[plan.client_id, year])).status_code == 404


def test_the_pdf_comes_under_a_name_of_ids_alone(ada_client, plan):
    response = ada_client.get(reverse("cpa_packet_pdf", args=[plan.client_id, 2021]))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="cpa-packet-{plan.client_id}-2021.pdf"'
    assert "no-store" in response["Cache-Control"]
    assert "Contributions of 2021" in read_text(response.content)


def test_the_csv_comes_under_a_name_of_ids_alone_and_reads_back(ada_client, firm_a):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a, source_document='=HYPERLINK("http://evil.example")')
    response = ada_client.get(reverse("cpa_packet_csv", args=[plan.client_id, 2021]))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="events-{plan.client_id}-2021.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))
    [statement] = [row for row in rows if row["event"] == "Statement of the sub-account"]
    assert statement["source"] == '\'=HYPERLINK("http://evil.example")'
    assert statement["amount"] == "20812.37"


@pytest.mark.parametrize("name", ["cpa_packet_page", *DOWNLOADS])
def test_a_read_only_colleague_may_read_it(ben_client, plan, name):
    assert ben_client.get(reverse(name, args=[plan.client_id, 2021])).status_code == 200


@pytest.mark.parametrize("name", ["cpa_packet_page", *DOWNLOADS])
def test_another_firm_finds_nothing_there(boris_client, ada_client, plan, name):
    address = reverse(name, args=[plan.client_id, 2021])
    assert boris_client.get(address).status_code == 404
    assert ada_client.get(address).status_code == 200  # the twin: it is there


@pytest.mark.parametrize("name", ["cpa_packet_page", *DOWNLOADS])
def test_it_is_only_read(ada_client, plan, name):
    assert ada_client.post(reverse(name, args=[plan.client_id, 2021])).status_code == 405
