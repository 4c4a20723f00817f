"""What the database itself refuses, whatever code asks: another firm's parent, a silent correction, no amount."""

from decimal import Decimal

import pghistory
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django_scopes import scope
from django_scopes.exceptions import ScopeError

from clients.models import Client, ContributionRecord, Plan
from clients.models.columns import FirmOwned
from tests.factories import make_client, make_plan
from tests.requests import issue, make_ready_plan

TENANT_MODELS = [
    model
    for app in ("clients", "rollovers")
    for model in apps.get_app_config(app).get_models()
    if issubclass(model, FirmOwned)
]
TENANT_PARENTS = [
    (model, field)
    for model in TENANT_MODELS
    for field in model._meta.concrete_fields
    if field.is_relation and issubclass(field.related_model, FirmOwned)
]


def test_the_sites_role_is_neither_superuser_nor_owner_of_a_table(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model.__name__)
def test_a_row_of_a_firm_cannot_be_read_outside_a_scope_and_always_has_its_firm(db, model):
    assert not model._meta.get_field("firm").null
    with pytest.raises(ScopeError):
        model.objects.first()


@pytest.mark.parametrize(
    ("model", "field"),
    TENANT_PARENTS,
    ids=lambda each: getattr(each, "name", each.__name__ if isinstance(each, type) else ""),
)
def test_every_parent_is_held_to_the_rows_own_firm_by_a_constraint(db, model, field):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass"
            " AND confrelid = %s::regclass AND conname LIKE %s AND cardinality(conkey) = 2",
            [model._meta.db_table, field.related_model._meta.db_table, f"%{field.column}_same_firm"],
        )
        assert cursor.fetchone() == (1,)


def make_smuggled_plan(*, firm, client):
    Plan.objects.create(
        firm=firm,
        client=client,
        name="Smuggled",
        ein="12-3456789",
        administrator_name="A",
        administrator_address="B",
        trustee_name="C",
        custodian_name="D",
    )
    check_now()


def test_a_plan_of_one_firm_cannot_have_a_client_of_another(firm_a, firm_b):
    foreign = make_client(firm=firm_b)
    with scope(firm=firm_a), pytest.raises(IntegrityError, match="same_firm"), transaction.atomic():
        make_smuggled_plan(firm=firm_a, client=foreign)
    # The twin: with the firms alike it is accepted.
    with scope(firm=firm_b):
        make_plan(client=foreign)
        check_now()


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("amount", ["'NaN'", "-0.01", "1000000000"])
def test_no_amount_column_takes_what_is_no_amount(firm_a, amount):
    with scope(firm=firm_a):
        make_ready_plan(firm=firm_a)
    for column in ("after_tax", "employer", "compensation"):
        with (
            pytest.raises(IntegrityError, match="contributions_bounded"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE clients_contributionrecord SET {column} = {amount}")  # noqa: S608 our own words


def test_a_fact_under_a_letter_changes_only_with_a_reason_and_is_never_deleted(firm_a, ada):
    with scope(firm=firm_a):
        issue(plan=make_ready_plan(firm=firm_a), advisor=ada)

        with pytest.raises(IntegrityError, match="needs a reason"), transaction.atomic():
            ContributionRecord.objects.update(net_profit=Decimal("1.00"))
        with pytest.raises(IntegrityError, match="cannot be deleted"), transaction.atomic():
            ContributionRecord.objects.get().delete()
        with pghistory.context(reason="The return was amended."):
            ContributionRecord.objects.update(net_profit=Decimal("1.00"))

        assert ContributionRecord.objects.get().net_profit == Decimal("1.00")
        history = ContributionRecord.pgh_event_model.objects.order_by("pgh_id")
        assert [event.net_profit for event in history] == [Decimal("110000.00"), Decimal("1.00")]
        assert history.last().pgh_context.metadata["reason"] == "The return was amended."


def test_a_fact_under_no_letter_changes_without_a_reason(firm_a):
    with scope(firm=firm_a):
        make_ready_plan(firm=firm_a)

        assert Client.objects.update(city="Troy") == 1
