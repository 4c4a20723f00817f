"""Nothing that was issued, and nothing of its life, can be deleted: not in five fiscal years, and not later.

That the tables themselves refuse every change is proven in test_walls; here are the ways around them: what they
hang on, the admin, the commands.
"""

from contextlib import nullcontext

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.db.models import ProtectedError
from django.test import Client as Browser
from django.urls import reverse
from django_scopes import scope
from psycopg.sql import SQL, Identifier

from advisors.models import Advisor, Firm
from clients.models import Client, Plan, Subaccount, SubaccountMovement, SubaccountStatement
from rollovers.models import (
    CaseEvent,
    Disbursement,
    Evidence,
    Letter,
    LetterDocument,
    PaidDisbursement,
    Payment,
    RolloverRequest,
)
from tests.factories import make_advisor, make_document, make_evidence, make_firm, make_payment
from tests.owner import sign_in_as_owner
from tests.requests import issue, make_ready_plan

KEPT = [
    Letter,
    LetterDocument,
    CaseEvent,
    Payment,
    PaidDisbursement,
    Evidence,
    RolloverRequest,
    Disbursement,
]
# What a letter and its life hang on: deleting one of these must not take them along.
PARENTS = [Firm, Advisor, Client, Plan, Subaccount, SubaccountStatement, SubaccountMovement]

by_name = {"ids": lambda model: model._meta.model_name}


def make_life(*, firm: Firm, advisor: Advisor) -> Letter:
    """Issue a letter, pay it, and attach a scan."""
    with scope(firm=firm), transaction.atomic():
        letter = issue(plan=make_ready_plan(firm=firm), advisor=advisor)
        if not letter.documents.exists():
            make_document(letter=letter)
        make_payment(letter=letter, advisor=advisor)
        make_evidence(letter=letter, advisor=advisor)
    return letter


def count_kept() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in KEPT}


@pytest.fixture
def life(firm_a, ada):
    letter = make_life(firm=firm_a, advisor=ada)
    assert all(count_kept().values())
    with scope(firm=firm_a):
        yield letter


@pytest.fixture
def committed(own_database):
    """A letter's life that is there for good."""
    firm = make_firm()
    make_life(firm=firm, advisor=make_advisor(firm=firm))
    return own_database


@pytest.mark.parametrize("model", KEPT, **by_name)
def test_what_is_kept_protects_all_that_it_hangs_on(model):
    """A cascade would take a letter along with its client."""
    parents = [field for field in model._meta.concrete_fields if field.is_relation]
    assert parents
    assert {field.remote_field.on_delete.__name__ for field in parents} == {"PROTECT"}


@pytest.mark.parametrize("model", PARENTS, **by_name)
def test_deleting_what_it_hangs_on_takes_no_letter_along(life, model):
    before = count_kept()
    with pytest.raises((ProtectedError, IntegrityError)), transaction.atomic():
        model._base_manager.all().delete()
    assert count_kept() == before


def run(statement: str, *, model: type[models.Model]) -> None:
    """Run the statement on the model's table, and every check that would wait for the end of the transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SQL(statement).format(Identifier(model._meta.db_table)))
        connection.check_constraints()


@pytest.mark.parametrize("model", PARENTS, **by_name)
def test_raw_sql_takes_no_letter_along_either(life, model):
    before = count_kept()
    with pytest.raises((IntegrityError, ProgrammingError)):
        run("DELETE FROM {}", model=model)
    assert count_kept() == before


def test_not_even_the_owner_of_the_tables_takes_a_letter_along(committed):
    before = count_kept()
    with sign_in_as_owner():
        for model in [*PARENTS, Letter]:
            for statement in ("DELETE FROM {}", "TRUNCATE {} CASCADE"):
                with pytest.raises(IntegrityError):
                    run(statement, model=model)
        assert count_kept() == before


def test_twin_without_the_triggers_a_truncate_takes_all_of_it(committed):
    with sign_in_as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 = 32"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(Identifier(table)))
        cursor.execute("TRUNCATE clients_client CASCADE")
    assert not any(count_kept().values())


@pytest.mark.parametrize("model", KEPT, **by_name)
def test_the_admin_deletes_none_of_it_for_a_superuser_either(life, firm_a, model):
    browser = Browser()
    browser.force_login(
        Advisor.objects.create_superuser("root@lovelace.example", firm=firm_a, full_name="Root")
    )
    before = count_kept()
    [row, *_] = model.objects.all()
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert browser.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    assert browser.post(reverse(f"{name}_changelist"), action).status_code in {200, 302, 403}
    assert count_kept() == before
    assert "delete_selected" not in browser.get(reverse(f"{name}_changelist")).text
    assert not admin.site._registry[model].has_delete_permission(browser.request().wsgi_request)


def test_flush_takes_nothing(committed):
    """`manage.py flush` empties every table, of whom may."""
    before = count_kept()
    for role in (nullcontext, sign_in_as_owner):
        with role():
            with pytest.raises((CommandError, IntegrityError, ProgrammingError)):
                call_command("flush", interactive=False, verbosity=0)
            assert count_kept() == before
