"""The form of what moved money into or out of the after-tax sub-account."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django_scopes import scope

from clients.forms.corrections import save_or_explain
from clients.forms.movements import MovementForm
from clients.models import Reliance, Subaccount, SubaccountMovement
from law.words import MovementKind
from tests.factories import get_subaccount, make_client, make_movement, make_plan
from tests.posts import (
    BAD_AMOUNTS,
    BAD_TEXTS,
    type_contribution,
    type_distribution,
    type_returned_excess,
)


def find_stored(*, firm):
    with scope(firm=firm):
        return list(SubaccountMovement.objects.order_by("pk"))


def read_errors(response, field):
    return [str(error) for error in response.context["form"].errors.get(field, [])]


def rest_a_letter_on(fact):
    Reliance.objects.create(
        firm=fact.firm, fact_table=fact._meta.db_table, fact_id=fact.pk, letter_reference="AT-7K3M-Q2XD"
    )


@pytest.fixture
def plan_a(firm_a):
    return make_plan(client=make_client(firm=firm_a))


@pytest.fixture
def spouse(firm_a, plan_a):
    spouse = make_client(firm=firm_a, legal_name="Rowan Tate", birth_date=datetime.date(1974, 7, 9))
    Subaccount.objects.create(
        firm=firm_a, plan=plan_a, participant=spouse, title="Rowan's sub-account", account_number="AT-78"
    )
    return spouse


@pytest.fixture
def new_url(plan_a):
    return reverse("movement_new", args=[plan_a.pk])


# --- What is saved -----------------------------------------------------------------------------------------------


def test_a_contribution_is_saved_as_typed(ada_client, firm_a, plan_a, new_url):
    response = ada_client.post(new_url, type_contribution())
    [movement] = find_stored(firm=firm_a)
    assert response.url == reverse("client_page", args=[plan_a.client_id])
    assert movement.subaccount == get_subaccount(plan=plan_a)
    assert (movement.kind, movement.year) == (MovementKind.CONTRIBUTION, 2021)
    assert movement.movement_date == datetime.date(2021, 12, 15)
    assert (movement.amount, movement.earnings) == (Decimal("20000.00"), Decimal("0.00"))
    assert movement.value_before is None


def test_a_distribution_is_saved_as_typed_and_counts_for_no_year(ada_client, firm_a, new_url):
    ada_client.post(new_url, type_distribution(letter_reference="at-7k3m-q2xd", year="2021"))
    [movement] = find_stored(firm=firm_a)
    assert (movement.kind, movement.year) == (MovementKind.DISTRIBUTION, None)
    assert (movement.amount, movement.value_before) == (Decimal("10000.00"), Decimal("20812.37"))
    assert movement.letter_reference == "AT-7K3M-Q2XD"


def test_a_distribution_of_all_there_was_needs_no_value(ada_client, firm_a, new_url):
    ada_client.post(new_url, type_distribution(value_before=""))
    assert find_stored(firm=firm_a)[0].value_before is None
    ada_client.post(new_url, type_distribution(amount="20812.37"))
    assert find_stored(firm=firm_a)[1].value_before == Decimal("20812.37")


@pytest.mark.parametrize(
    ("earnings", "stored"), [("(120.00)", "-120.00"), ("35.10", "35.10"), ("(1,000.00)", "-1000.00")]
)
def test_an_excess_is_returned_with_what_it_earned_or_lost(ada_client, firm_a, new_url, earnings, stored):
    ada_client.post(new_url, type_returned_excess(earnings=earnings))
    [movement] = find_stored(firm=firm_a)
    assert (movement.kind, movement.year) == (MovementKind.RETURNED_EXCESS, 2021)
    assert movement.earnings == Decimal(stored)


def test_a_year_left_empty_is_the_year_of_the_date(ada_client, firm_a, new_url):
    ada_client.post(new_url, type_contribution(year="", movement_date="01/20/2022"))
    assert find_stored(firm=firm_a)[0].year == 2022


def test_a_deposit_in_january_may_count_for_the_year_before(ada_client, firm_a, new_url):
    ada_client.post(new_url, type_contribution(year="2021", movement_date="01/20/2022"))
    assert find_stored(firm=firm_a)[0].year == 2021


def test_save_and_add_another_opens_the_form_again(ada_client, new_url):
    assert ada_client.post(new_url, type_contribution(then="movement_new")).url == new_url


def test_an_edit_shows_what_is_stored_and_saves_what_is_typed(ada_client, plan_a):
    movement = make_movement(
        plan=plan_a,
        kind=MovementKind.DISTRIBUTION,
        amount=Decimal("10000.00"),
        value_before=Decimal("20812.37"),
        letter_reference="AT-7K3M-Q2XD",
    )
    url = reverse("movement_edit", args=[movement.pk])
    text = ada_client.get(url).text
    for stored in ("2021-12-15", "10,000.00", "20,812.37", "AT-7K3M-Q2XD", "Deposit confirmation"):
        assert f'value="{stored}"' in text
    assert "<title>Edit the distribution of December 15, 2021" in text
    response = ada_client.post(url, type_distribution(amount="9000"))
    assert response.url == reverse("client_page", args=[plan_a.client_id])
    movement.refresh_from_db()
    assert movement.amount == Decimal("9000.00")


def test_a_wrong_movement_is_edited_with_its_history(ada_client, plan_a):
    movement = make_movement(plan=plan_a)
    ada_client.post(reverse("movement_edit", args=[movement.pk]), type_contribution(amount="19000"))
    history = SubaccountMovement.pgh_event_model.objects.filter(pgh_obj_id=movement.pk).order_by("pgh_id")
    assert [event.amount for event in history] == [Decimal("20000.00"), Decimal("19000.00")]


def test_a_movement_needs_a_subaccount_first(ada_client, plan_a, new_url):
    get_subaccount(plan=plan_a).delete()
    assert ada_client.get(new_url).url == reverse("plan_edit", args=[plan_a.pk])


# --- What a link fills in beforehand -----------------------------------------------------------------------------


def read_initial(response, *names):
    return [response.context["form"][name].value() for name in names]


FILLED = ("kind", "amount", "movement_date", "letter_reference")


def test_a_link_fills_in_what_a_letter_asked_for(ada_client, firm_a, new_url):
    query = "?kind=distribution&amount=20812.37&date=2022-01-14&reference=AT-7K3M-Q2XD"
    response = ada_client.get(new_url + query)
    assert read_initial(response, *FILLED) == [
        "distribution",
        "20,812.37",
        datetime.date(2022, 1, 14),
        "AT-7K3M-Q2XD",
    ]
    assert 'value="20,812.37"' in response.text
    assert find_stored(firm=firm_a) == []


@pytest.mark.parametrize(
    "query",
    [
        "?kind=theft&amount=1e3&date=2099-01-01&reference=" + "x" * 21,
        "?kind=&amount=-5&date=31.12.2021&reference=%E2%80%AEabc",
        "?kind=distribution%07&amount=NaN&date=2021-02-29&reference=%07",
        "?amount=0",
    ],
)
def test_what_no_field_would_take_is_not_filled_in(ada_client, new_url, query):
    response = ada_client.get(new_url + query)
    assert response.status_code == 200
    kind, amount, date, reference = read_initial(response, *FILLED)
    assert (kind, amount, date, reference or None) == ("contribution", None, None, None)


def test_what_a_link_fills_in_is_not_saved_over_what_is_typed(ada_client, firm_a, new_url):
    ada_client.post(new_url + "?kind=distribution&amount=1&reference=AT-AAAA-AAAA", type_contribution())
    [movement] = find_stored(firm=firm_a)
    assert (movement.kind, movement.amount) == (MovementKind.CONTRIBUTION, Decimal("20000.00"))
    assert movement.letter_reference == ""


# --- What is refused, at its field, with nothing lost ------------------------------------------------------------


@pytest.mark.parametrize("typed", BAD_AMOUNTS, ids=ascii)
@pytest.mark.parametrize("field", ["amount", "value_before"])
def test_a_bad_amount_is_told_at_its_field_and_nothing_is_lost_or_saved(
    ada_client, firm_a, new_url, field, typed
):
    response = ada_client.post(new_url, type_distribution(**{field: typed}))
    assert response.status_code == 422
    assert read_errors(response, field)
    assert f'id="id_{field}_error"' in response.text
    assert response.context["form"][field].value() == typed
    assert response.context["form"]["source_document"].value() == "Payment confirmation"
    assert "<title>Error: New movement" in response.text
    assert find_stored(firm=firm_a) == []


SIGNED = {"-5", "(5)"}


@pytest.mark.parametrize("typed", [typed for typed in BAD_AMOUNTS if typed not in SIGNED], ids=ascii)
def test_bad_earnings_are_told_at_their_field(ada_client, firm_a, new_url, typed):
    response = ada_client.post(new_url, type_returned_excess(earnings=typed))
    assert read_errors(response, "earnings")
    assert response.context["form"]["earnings"].value() == typed
    assert find_stored(firm=firm_a) == []


BAD_INPUTS = [
    (type_contribution, "kind", "", "Choose what moved."),
    (type_contribution, "kind", "theft", ""),
    (type_contribution, "movement_date", "", "Enter the date of the deposit or payment."),
    (
        type_contribution,
        "movement_date",
        "12/31/2099",
        "Enter the date of a movement that has happened, not a future one.",
    ),
    (type_contribution, "movement_date", "12/15/21", "Enter a date like 12/31/2026."),
    (type_contribution, "movement_date", "2021-02-29", "Enter a date like 12/31/2026."),
    (type_contribution, "amount", "", "Enter the amount."),
    (type_contribution, "amount", "0", "Enter an amount above zero."),
    (type_contribution, "year", "21", "Enter a tax year in four digits, like 2026."),
    (type_contribution, "year", "1999", ""),
    (type_contribution, "year", "2099", ""),
    (type_contribution, "earnings", "1", "Only a returned excess carries earnings."),
    (type_contribution, "value_before", "20000", "Only a distribution has a value just before it."),
    (type_contribution, "letter_reference", "AT-7K3M-Q2XD", "A letter asks for a distribution only."),
    (type_contribution, "letter_reference", "x" * 21, ""),
    (type_contribution, "source_document", "", "Name the document that shows it."),
    (type_contribution, "source_document", "x" * 121, ""),
    *((type_contribution, "source_document", text, "") for text in BAD_TEXTS.values()),
    *((type_distribution, "letter_reference", text, "") for text in BAD_TEXTS.values()),
    (type_distribution, "earnings", "-0.01", "Only a returned excess carries earnings."),
    (
        type_distribution,
        "value_before",
        "9,999.99",
        "No more can leave than the sub-account was worth just before.",
    ),
    (type_returned_excess, "earnings", "(1,000.01)", "An excess cannot lose more than its amount."),
    (type_returned_excess, "value_before", "1000", "Only a distribution has a value just before it."),
]


@pytest.mark.parametrize(
    ("type_movement", "field", "typed", "message"),
    BAD_INPUTS,
    ids=lambda value: getattr(value, "__name__", ascii(value))[:40],
)
def test_a_bad_input_is_told_once_at_its_field(
    ada_client, firm_a, new_url, type_movement, field, typed, message
):
    response = ada_client.post(new_url, type_movement(**{field: typed}))
    assert response.status_code == 422
    assert len(read_errors(response, field)) == 1
    assert message in read_errors(response, field)[0]
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"][field].value() == typed
    assert find_stored(firm=firm_a) == []


def test_without_a_date_an_empty_year_is_not_told_of_too(ada_client, new_url):
    response = ada_client.post(new_url, type_contribution(movement_date="", year=""))
    assert list(response.context["form"].errors) == ["movement_date"]


def test_everything_wrong_is_told_at_once(ada_client, new_url):
    response = ada_client.post(new_url, {})
    assert set(response.context["form"].errors) == {"kind", "movement_date", "amount", "source_document"}


def test_a_part_with_a_mistake_in_it_is_shown_whatever_moved(ada_client, new_url):
    hides = 'data-shown-when="kind=returned_excess"'
    always = 'data-shown-when="kind=returned_excess|contribution|distribution"'
    assert hides in ada_client.get(new_url).text
    refused = ada_client.post(new_url, type_contribution(earnings="5")).text
    assert hides not in refused
    assert always in refused


# --- A movement under a letter -----------------------------------------------------------------------------------


def test_a_movement_under_a_letter_changes_only_with_a_reason(ada_client, plan_a):
    movement = make_movement(plan=plan_a)
    rest_a_letter_on(movement)
    url = reverse("movement_edit", args=[movement.pk])
    assert "Why it changes" in ada_client.get(url).text
    refused = ada_client.post(url, type_contribution(amount="19000"))
    assert read_errors(refused, "reason") == ["A letter rests on this fact: say why it changes."]
    assert refused.context["form"]["amount"].value() == "19000"
    assert ada_client.post(url, type_contribution(amount="19000", reason="Page 3, not 2")).status_code == 302
    event = SubaccountMovement.pgh_event_model.objects.filter(pgh_obj_id=movement.pk).latest("pgh_id")
    assert event.pgh_context.metadata["reason"] == "Page 3, not 2"


def test_twin_a_movement_under_no_letter_asks_for_none(ada_client, plan_a):
    url = reverse("movement_edit", args=[make_movement(plan=plan_a).pk])
    assert "Why it changes" not in ada_client.get(url).text
    assert ada_client.post(url, type_contribution(amount="19000")).status_code == 302


def test_a_letter_issued_a_moment_before_is_told_and_no_error_page(plan_a):
    movement = make_movement(plan=plan_a)
    with scope(firm=plan_a.firm):
        form = MovementForm(
            type_contribution(amount="1"), instance=movement, today=datetime.date(2026, 11, 24)
        )
        assert form.is_valid()
        rest_a_letter_on(movement)
        assert save_or_explain(form=form) is False
        assert form.non_field_errors() == [
            "A letter was issued on this fact a moment ago. Save again, and say why it changes."
        ]


# --- A spouse ----------------------------------------------------------------------------------------------------


def test_a_spouses_movement_goes_to_the_spouses_subaccount_and_page(ada_client, firm_a, spouse, new_url):
    url = f"{new_url}?participant={spouse.pk}"
    text = ada_client.get(url).text
    assert f'action="{url}"' in text
    assert "account •••• 78 of Rowan Tate" in text
    response = ada_client.post(url, type_contribution())
    [movement] = find_stored(firm=firm_a)
    assert movement.subaccount.participant == spouse
    assert response.url == reverse("client_page", args=[spouse.pk])
    assert ada_client.post(url, type_contribution(then="movement_new")).url == url
    edit = reverse("movement_edit", args=[movement.pk])
    assert ada_client.post(edit, type_contribution()).url == reverse("client_page", args=[spouse.pk])


def test_who_takes_no_part_is_not_found(ada_client, firm_a, firm_b, plan_a, new_url):
    stranger = make_client(firm=firm_a, legal_name="Somebody Else")
    foreign = make_client(firm=firm_b)
    for participant in (stranger.pk, foreign.pk, 987_654_321, "x", "", "-1", "9" * 30, "١"):
        url = f"{new_url}?participant={participant}"
        assert ada_client.get(url).status_code == 404
        assert ada_client.post(url, type_contribution()).status_code == 404
    assert find_stored(firm=firm_a) == []


def test_twin_the_plans_own_client_may_be_named(ada_client, plan_a, new_url):
    assert ada_client.get(f"{new_url}?participant={plan_a.client_id}").status_code == 200


# --- Who may -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_firms_movement_is_not_found_and_not_changed(boris_client, plan_a, new_url, method):
    movement = make_movement(plan=plan_a)
    for url in (new_url, reverse("movement_edit", args=[movement.pk])):
        assert getattr(boris_client, method)(url, type_contribution(amount="1")).status_code == 404
    movement.refresh_from_db()
    assert movement.amount == Decimal("20000.00")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_read_only_colleague_may_not_edit_a_movement(ben_client, plan_a, new_url, method):
    for url in (new_url, reverse("movement_edit", args=[make_movement(plan=plan_a).pk])):
        assert getattr(ben_client, method)(url, type_contribution()).status_code == 403
