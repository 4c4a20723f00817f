"""An issued letter cannot be changed or deleted by ORM, bulk update or raw SQL, by the site or by the tables' owner."""

from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django_scopes import scope

from rollovers.models import Disbursement, Letter, RolloverRequest
from tests.factories import make_advisor, make_firm
from tests.requests import issue, make_ready_plan

ISSUED = [Letter, RolloverRequest, Disbursement]


@pytest.fixture
def letter(firm_a, ada):
    with scope(firm=firm_a):
        yield issue(plan=make_ready_plan(firm=firm_a), advisor=ada)


def refused():
    return pytest.raises(DatabaseError, match=r"permission denied|never changed or deleted")


def list_changes(table):
    return [
        f"{verb} {table} {rest}"
        for verb, rest in (("UPDATE", "SET firm_id = firm_id"), ("DELETE FROM", ""), ("TRUNCATE", "CASCADE"))
    ]


@pytest.mark.parametrize("model", ISSUED)
def test_the_orm_cannot_save_an_issued_row_again(letter, model):
    row = model.objects.first()
    with refused(), transaction.atomic():
        row.save()


@pytest.mark.parametrize("model", ISSUED)
def test_the_orm_cannot_update_issued_rows_in_bulk(letter, model):
    with refused(), transaction.atomic():
        model.objects.update(firm=letter.firm)


@pytest.mark.parametrize("model", ISSUED)
def test_raw_sql_of_the_site_cannot_change_or_delete_an_issued_row(letter, model):
    table = model._meta.db_table
    for statement in list_changes(table):
        with refused(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_orm_cannot_delete_a_letter(letter):
    with refused(), transaction.atomic():
        Letter.objects.all().delete()


@pytest.fixture
def owner_of_a_letter(own_database):
    """A connection as the tables' owner, to a database with one issued letter."""
    firm = make_firm()
    advisor = make_advisor(firm=firm)
    with scope(firm=firm):
        issue(plan=make_ready_plan(firm=firm), advisor=advisor, request_key=uuid4())
    with psycopg.connect(own_database.owner_url, autocommit=True) as owner:
        yield owner


@pytest.mark.parametrize("model", ISSUED)
def test_not_even_the_tables_owner_can_change_delete_or_truncate(owner_of_a_letter, model):
    table = model._meta.db_table
    for statement in list_changes(table):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="never changed or deleted"):
            owner_of_a_letter.execute(statement)


def test_without_the_trigger_the_owner_could(owner_of_a_letter):
    owner_of_a_letter.execute("ALTER TABLE rollovers_letter DISABLE TRIGGER refuse_change")

    changed = owner_of_a_letter.execute("UPDATE rollovers_letter SET rule_version = 'forged'")

    assert changed.rowcount == 1
