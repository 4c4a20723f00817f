"""The work list: what is to be done next for each letter, most pressing first, on one page."""

import datetime
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scope

from law.words import Payee, Way
from rollovers.cases.steps import void_letter
from rollovers.issuing.rollovers import Leg
from rollovers.models import Disbursement as DisbursementRow
from rollovers.models import Letter, RolloverRequest, Step, make_reference
from tests.factories import make_draft, make_event, make_payment
from tests.requests import ROTH, make_entry, make_ready_plan, store_letter

MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(datetime.datetime(2022, 2, 1, 15, tzinfo=datetime.UTC), tick=False):
        yield


@pytest.fixture
def plan(firm_a):
    with scope(firm=firm_a):
        return make_ready_plan(firm=firm_a)


def store_part(plan, advisor, **fields):
    entry = make_entry(**{"way": Way.ALL_ROTH, "legs": (ROTH,), "amount": Decimal("100.00")} | fields)
    with scope(firm=plan.firm):
        return store_letter(plan=plan, advisor=advisor, entry=entry)


def open_list(browser, **query):
    response = browser.get(reverse("work_list"), query)
    assert response.status_code == 200
    return response


def read(response):
    return " ".join(response.text.split())


def list_items(response):
    return [(item.case.letter.reference, item.is_sixty_day) for item in response.context["page"].object_list]


def test_after_signing_in_one_lands_on_the_work_list(ada_client):
    assert ada_client.get(reverse("home")).url == reverse("work_list") == "/work/"


def test_an_empty_list_says_where_work_begins_and_a_client_is_one_press_away(ada_client, ben_client):
    text = read(open_list(ada_client))
    assert "Nothing is to be done." in text
    new_client = f'<a class="button" href="{reverse("client_new")}">New client</a>'
    assert new_client in text
    assert new_client not in read(open_list(ben_client))


def test_the_most_pressing_comes_first_with_its_state_its_date_and_why(plan, ada, ada_client):
    paid_out = store_part(plan, ada, way=Way.OWN, legs=(Leg(to=Payee.PARTICIPANT, amount=Decimal("100.00")),))
    with scope(firm=plan.firm):
        make_payment(letter=paid_out, advisor=ada, received_date=datetime.date(2022, 1, 14))
    later = store_part(plan, ada, payment_date=datetime.date(2022, 2, 10))
    overdue = store_part(plan, ada, payment_date=datetime.date(2022, 1, 20))
    response = open_list(ada_client)
    assert list_items(response) == [
        (overdue.reference, False),
        (paid_out.reference, True),
        (later.reference, False),
        (paid_out.reference, False),
    ]
    text = read(response)
    # January 14 and 60 days; of 100.00, 3.90 is pretax: 100 - 100 x 20,000 / 20,812.37, and 20% of it 0.78.
    for shown in (
        "Mar 15, 2022",
        '<span class="tag bad">Overdue</span>',
        "Roll over within 60 days, replacing",
        "$0.78",
        "IRC 402(c)(3)",
    ):
        assert shown in text, shown
    assert list_items(open_list(ada_client, show="overdue")) == [(overdue.reference, False)]
    assert list_items(open_list(ada_client, show="sixty_day")) == [(paid_out.reference, True)]
    assert len(list_items(open_list(ada_client, show="nonsense"))) == 4


def test_void_superseded_and_matched_letters_are_gone_and_a_signed_one_is_not(plan, ada, ada_client):
    voided, matched, signed = (store_part(plan, ada) for _ in range(3))
    old = store_part(plan, ada)
    new = store_part(plan, ada, supersedes=old)
    with scope(firm=plan.firm):
        void_letter(
            firm=plan.firm, letter=voided, reason="Not now.", advisor=ada, today=datetime.date(2022, 2, 1)
        )
        make_event(letter=matched, advisor=ada, step=Step.MATCHED)
        make_event(letter=signed, advisor=ada)
    assert list_items(open_list(ada_client)) == [(signed.reference, False), (new.reference, False)]


def test_drafts_stand_on_the_list_with_their_way_back(plan, ada, ada_client, ben_client):
    with scope(firm=plan.firm):
        draft = make_draft(plan=plan, advisor=ada)
    text = read(open_list(ada_client))
    assert f"{reverse('rollover_new', args=[plan.pk])}?draft={draft.pk}" in text
    assert reverse("draft_delete", args=[draft.pk]) in text
    assert "Imogen Tate" in read(open_list(ada_client, show="drafts"))
    assert "Imogen Tate" not in read(open_list(ada_client, show="overdue"))
    assert "?draft=" not in read(open_list(ben_client))


def test_another_firms_work_is_not_on_the_list(plan, ada, ada_client, boris_client):
    letter = store_part(plan, ada)
    with scope(firm=plan.firm):
        make_draft(plan=plan, advisor=ada)
    assert letter.reference in open_list(ada_client).text
    text = open_list(boris_client).text
    assert letter.reference not in text
    assert "Imogen Tate" not in text


def _copy(row, **changed):
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    for name in changed:
        values.pop(f"{name}_id", None)
    return type(row)(**values | changed)


def copy_letter(letter, *, number):
    """Store `number` more letters like this one, without their events."""
    first = letter.request
    row = first.disbursements.get()
    requests = RolloverRequest.objects.bulk_create(
        _copy(first, request_key=uuid4()) for place in range(number)
    )
    DisbursementRow.objects.bulk_create(_copy(row, request=request) for request in requests)
    Letter.objects.bulk_create(
        _copy(letter, request=request, reference=make_reference()) for request in requests
    )


def test_two_hundred_cases_are_one_page_with_as_many_queries_as_two(plan, ada, ada_client):
    letter = store_part(plan, ada)
    with scope(firm=plan.firm):
        make_payment(letter=letter, advisor=ada)
        copy_letter(letter, number=1)
    with CaptureQueriesContext(connection) as few:
        assert len(list_items(open_list(ada_client))) == 2
    with scope(firm=plan.firm):
        copy_letter(letter, number=198)
    with CaptureQueriesContext(connection) as many:
        assert len(list_items(open_list(ada_client))) == 200
    assert len(many) == len(few) <= MOST_QUERIES


def test_the_list_of_letters_shows_each_state_and_what_is_due_next(plan, ada, ada_client):
    store_part(plan, ada)
    voided = store_part(plan, ada)
    with scope(firm=plan.firm):
        void_letter(
            firm=plan.firm, letter=voided, reason="Not now.", advisor=ada, today=datetime.date(2022, 2, 1)
        )
    for address in (reverse("letter_list"), reverse("client_page", args=[plan.client_id])):
        text = read(ada_client.get(address))
        assert "Issued, overdue" in text
        assert "Jan 14, 2022: signed" in text
        assert '<span class="tag">Voided</span>' in text


def test_the_navigation_leads_to_work_clients_and_letters(ada_client):
    text = read(open_list(ada_client))
    assert '<a href="/work/" aria-current="true">Work</a>' in text
    assert '<a href="/clients/">Clients</a>' in text
    assert '<a href="/letters/">Letters</a>' in text
