"""What the database itself refuses, whoever asks: the site's own role, and the owner of the tables.

Each wall has a twin beside it: with the wall away, or with nothing wrong, the same statement passes.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pghistory
import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import DataError, IntegrityError, ProgrammingError, connection, models, transaction
from django_scopes import scope
from django_scopes.exceptions import ScopeError
from psycopg import errors
from psycopg.sql import SQL, Identifier, Literal

from advisors.models import Advisor, Firm
from clients.models import Client, IraBalance, Plan, PlanAssets, PlanProvision, Reliance, SubaccountMovement
from clients.models.columns import FirmOwned
from rollovers.evidence.chain import link
from rollovers.models import (
    BatchItem,
    CaseEvent,
    Disbursement,
    EnteredLimit,
    Evidence,
    Letter,
    LetterDocument,
    PaidDisbursement,
    Payment,
    RolloverRequest,
    Slot,
    StatementAcknowledgement,
    Wording,
)
from tests.factories import (
    make_acknowledgement,
    make_advisor,
    make_batch,
    make_client,
    make_draft,
    make_entered_limit,
    make_evidence,
    make_firm,
    make_ira_balance,
    make_movement,
    make_payment,
    make_plan_assets,
    make_received_form,
    make_wording,
)
from tests.requests import issue, make_entry, make_ready_plan

OUR_APPS = ["advisors", "clients", "rollovers"]
TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, FirmOwned)]
TRACKED_MODELS = [model for model in TENANT_MODELS if hasattr(model, "pgh_event_model")]
FACT_MODELS = [model for model in TRACKED_MODELS if model._meta.app_label == "clients"]
EVENT_MODELS = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
CHANGES: dict[type[models.Model], tuple[str, Any]] = {  # one to each table of what was issued
    RolloverRequest: ("way", "own"),
    Disbursement: ("payee", "own"),
    Letter: ("rule_version", "own"),
    StatementAcknowledgement: ("reason", "own"),
    CaseEvent: ("note", "own"),
    Evidence: ("title", "own"),
    LetterDocument: ("pdf_sha256", "0" * 64),
    Payment: ("figures", {"forged": True}),
    PaidDisbursement: ("amount", Decimal("1.00")),
}
ISSUED_MODELS = list(CHANGES)

by_name = {"ids": lambda model: model._meta.label}


# --- Rows, and statements on them ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Rows:
    """One row of each table of a firm, by model; a request that has no letter, a plan that has no provision."""

    firm: Firm
    advisor: Advisor
    ids: dict[type[models.Model], int]
    spare_request: int
    spare_letter: int
    spare_disbursement: int
    spare_plan: int


def make_rows(*, name: str, firm: Firm | None = None) -> Rows:
    """Make a firm, or another client of `firm`, with an issued letter and all that it rests on."""
    firm = firm or make_firm(name=name)
    advisor = make_advisor(firm=firm, email=f"{name}@firm.example")
    with scope(firm=firm), transaction.atomic():
        plan = make_ready_plan(firm=firm)
        make_ira_balance(client=plan.client)
        deposit = make_movement(plan=plan)
        make_plan_assets(plan=plan)
        make_entered_limit(firm=firm, year=2027 + EnteredLimit.objects.count())  # one a year and firm
        letter = issue(plan=plan, advisor=advisor, entry=make_entry(amount=Decimal("1000.00")))
        make_received_form(letter=letter)
        make_acknowledgement(statement=plan.subaccounts.get().statements.get(), advisor=advisor)
        make_evidence(letter=letter, advisor=advisor)
        make_payment(letter=letter, advisor=advisor)
        make_draft(plan=plan, advisor=advisor)
        make_batch(plan=plan, advisor=advisor)
        make_wording(firm=firm, slot=Slot.values[Wording.objects.count()])  # one a slot and firm
        ids = {model: model.objects.order_by("-pk").first().pk for model in TENANT_MODELS}
        ids |= {Advisor: advisor.pk, Plan: plan.pk, Client: plan.client_id, Letter: letter.pk}
        ids[SubaccountMovement] = deposit.pk  # the letter rests on it, not on its own payment
        spare_request = insert(*write_copy(RolloverRequest, ids[RolloverRequest], request_key=uuid4()))
        # A letter without documents: each has one of a kind.
        request = insert(*write_copy(RolloverRequest, ids[RolloverRequest], request_key=uuid4()))
        spare_letter = insert(
            *write_copy(Letter, letter.pk, request_id=request, reference=f"AT-SPARE-{letter.pk}")
        )
        spare_disbursement = insert(*write_copy(Disbursement, ids[Disbursement], position=90))
        spare_plan = insert(*write_copy(Plan, plan.pk))
    return Rows(
        firm=firm,
        advisor=advisor,
        ids=ids,
        spare_request=spare_request,
        spare_letter=spare_letter,
        spare_disbursement=spare_disbursement,
        spare_plan=spare_plan,
    )


def insert(statement: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def write_copy(model: type[models.Model], pk: int, **changes: Any) -> tuple[str, list[Any]]:
    """Return an INSERT of a copy of the row, but for `changes` by column; it returns the new id."""
    columns = [column.column for column in model._meta.concrete_fields if not column.primary_key]
    values = [SQL("%s") if column in changes else Identifier(column) for column in columns]
    statement = SQL(
        "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE id = {pk} RETURNING id"
    )
    text = statement.format(
        table=Identifier(model._meta.db_table),
        columns=SQL(", ").join(map(Identifier, columns)),
        values=SQL(", ").join(values),
        pk=Literal(pk),
    ).as_string()
    return text, [changes[column] for column in columns if column in changes]


def write_free_copy(rows: Rows, model: type[models.Model], **changes: Any) -> tuple[str, list[Any]]:
    """Return an INSERT of a copy that no unique constraint refuses."""
    free = {
        ("clients_planprovision", "plan_id"): rows.spare_plan,
        ("clients_subaccount", "plan_id"): rows.spare_plan,
        ("clients_contributionrecord", "year"): 2023,
        ("clients_subaccountstatement", "statement_date"): datetime.date(2021, 6, 30),
        ("clients_irabalance", "year"): 2023,
        ("clients_planassets", "year"): 2023,
        ("clients_reliance", "letter_reference"): "AT-COPY",
        ("rollovers_enteredlimit", "year"): 2040,
        ("rollovers_rolloverrequest", "request_key"): uuid4(),
        ("rollovers_disbursement", "position"): 99,
        ("rollovers_letter", "reference"): "AT-COPY",
        ("rollovers_letter", "request_id"): rows.spare_request,
        ("rollovers_batch", "batch_key"): uuid4(),
        ("rollovers_batchitem", "request_key"): uuid4(),
        ("rollovers_batchitem", "position"): 99,
        ("rollovers_batchitem", "plan_id"): rows.spare_plan,
        ("rollovers_letterdocument", "letter_id"): rows.spare_letter,
        ("rollovers_paiddisbursement", "disbursement_id"): rows.spare_disbursement,
        ("rollovers_rolloverdraft", "request_key"): uuid4(),
        ("rollovers_wording", "slot"): Slot.values[-1],
    }
    table = model._meta.db_table
    fresh = {column: value for (of, column), value in free.items() if of == table}
    if model is CaseEvent:
        with scope(firm=rows.firm):
            last = CaseEvent.objects.order_by("-position").first()
        fresh |= {
            "position": last.position + 1,
            "previous_sha256": last.sha256,
            "content_sha256": last.content_sha256,
            "sha256": link(previous=last.sha256, content=last.content_sha256),
        }
    if model is BatchItem and "letter_id" in changes:
        fresh["state"] = "issued"
    return write_copy(model, rows.ids[model], **fresh | changes)


def run(statement: Any, values: Any = None) -> None:
    """Run the statement as the site, look at every deferred constraint, and undo it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


@contextmanager
def sign_in_as_owner(own_database: Any) -> Iterator[psycopg.Connection]:
    """Open a connection as the tables' owner, whose statements are undone at the end."""
    with psycopg.connect(own_database.owner_url) as owner:
        yield owner
        owner.rollback()


def list_passing(own_database: Any, statements: list[str]) -> list[str]:
    """Return the statements that the site or the owner may run and that change something; all are undone."""
    passing = []
    for role, url in (("site", own_database.url), ("owner", own_database.owner_url)):
        for statement in statements:
            with psycopg.connect(url) as session:
                try:
                    changes = session.execute(statement).rowcount
                except psycopg.Error:
                    changes = 0
                if changes:  # -1 after a TRUNCATE
                    passing.append(f"{role}: {statement}")
                session.rollback()
    return passing


def name_of(error: BaseException) -> str | None:
    """Return the name of the constraint that refused."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    assert isinstance(cause, psycopg.Error)
    return cause.diag.constraint_name


# --- Every row has its firm ---------------------------------------------------------------------------------


def test_every_table_of_ours_belongs_to_a_firm():
    ours = {model for model in apps.get_models() if model._meta.app_label in OUR_APPS} - set(EVENT_MODELS)
    assert ours == {Firm, Advisor, *TENANT_MODELS}
    assert len(TENANT_MODELS) >= 16


@pytest.mark.parametrize("model", [Advisor, *TENANT_MODELS], **by_name)
def test_no_row_is_without_a_firm(db, model):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attnotnull FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'firm_id'",
            [model._meta.db_table],
        )
        assert cursor.fetchone() == (True,)
        cursor.execute(
            "SELECT count(*) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = %s::regclass AND confrelid = 'advisors_firm'::regclass",
            [model._meta.db_table],
        )
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("model", TENANT_MODELS, **by_name)
def test_outside_a_scope_nothing_is_read(db, firm_a, model):
    reads = [
        list,
        len,
        bool,
        lambda rows: rows.count(),
        lambda rows: rows.first(),
        lambda rows: rows.get(pk=1),
        lambda rows: rows.filter(pk=1),
        lambda rows: list(rows.exclude(pk=1)),
        lambda rows: rows.values_list("pk"),
        lambda rows: rows.in_bulk([1]),
        lambda rows: rows.update(firm=firm_a),
        lambda rows: rows.delete(),
    ]
    for read in reads:
        with pytest.raises(ScopeError):
            read(model.objects.get_queryset())
    with scope(firm=firm_a):
        assert list(model.objects.all()) == []


def test_outside_a_scope_no_colleague_is_read(ada):
    with pytest.raises(ScopeError):
        list(Advisor.of_firm.all())
    with scope(firm=ada.firm):
        assert list(Advisor.of_firm.all()) == [ada]


# --- A row and its parent are of one firm ----------------------------------------------------------------------


def list_parents(*parents: type[models.Model]) -> list[tuple[type[models.Model], str, type[models.Model]]]:
    """Return model, column and parent of each foreign key from a tenant's table to one of `parents`."""
    return [
        (model, column.column, column.related_model)
        for model in TENANT_MODELS
        for column in model._meta.concrete_fields
        if column.is_relation and column.related_model in parents
    ]


def find_parent(rows: Rows, model: type[models.Model], parent: type[models.Model]) -> int:
    spare = {
        (Letter, RolloverRequest): rows.spare_request,
        (LetterDocument, Letter): rows.spare_letter,
        (PlanProvision, Plan): rows.spare_plan,
    }
    return spare.get((model, parent), rows.ids[parent])


@pytest.fixture
def three_rows(db) -> tuple[Rows, Rows, Rows]:
    """Rows of one client, of another client of the same firm, and of another firm's client."""
    rows = make_rows(name="ours")
    return rows, make_rows(name="sibling", firm=rows.firm), make_rows(name="theirs")


def test_a_parent_of_another_firm_is_refused_at_every_foreign_key(three_rows):
    rows, sibling, theirs = three_rows
    parents = list_parents(*TENANT_MODELS)
    assert len(parents) >= 19
    for model, column, parent in parents:
        run(*write_free_copy(rows, model, **{column: find_parent(sibling, model, parent)}))
        with pytest.raises(IntegrityError) as refused:
            run(*write_free_copy(rows, model, **{column: find_parent(theirs, model, parent)}))
        assert name_of(refused.value) == f"{model._meta.db_table}_{column}_same_firm"


def test_an_advisor_of_another_firm_issues_nothing(three_rows):
    rows, sibling, theirs = three_rows
    parents = list_parents(Advisor)
    assert len(parents) == 8
    for model, column, parent in parents:
        run(*write_free_copy(rows, model, **{column: sibling.ids[parent]}))
        with pytest.raises(IntegrityError) as refused:
            run(*write_free_copy(rows, model, **{column: theirs.ids[parent]}))
        assert name_of(refused.value) == f"{model._meta.db_table}_{column}_same_firm"


def test_twin_a_plain_foreign_key_takes_a_parent_of_another_firm(own_database):
    rows, theirs = make_rows(name="ours"), make_rows(name="theirs")
    for model, column, parent in list_parents(*TENANT_MODELS):
        statement, values = write_free_copy(rows, model, **{column: find_parent(theirs, model, parent)})
        wall = Identifier(f"{model._meta.db_table}_{column}_same_firm")
        table = Identifier(model._meta.db_table)
        with sign_in_as_owner(own_database) as owner:
            owner.execute(SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(table, wall))
            owner.execute(statement, values)
            owner.execute("SET CONSTRAINTS ALL IMMEDIATE")


# --- The site's role ----------------------------------------------------------------------------------------------


def ask(question: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return [row[0] for row in cursor.fetchall()]


def test_the_site_connects_as_a_role_without_powers(db):
    assert ask("SELECT current_user") == ask("SELECT session_user") == [settings.DATABASE_SITE["USER"]]
    assert settings.DATABASE_SITE["USER"] != settings.DATABASE_OWNER["USER"]
    for power in ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication"):
        assert ask(f"SELECT {power} FROM pg_roles WHERE rolname = current_user") == [False], power  # noqa: S608
    assert (
        ask("SELECT rolname FROM pg_roles WHERE rolname <> current_user AND pg_has_role(oid, 'MEMBER')") == []
    )


def test_the_site_owns_nothing(db):
    owned = "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
    assert ask(owned) == []
    assert ask("SELECT proname FROM pg_proc WHERE pg_get_userbyid(proowner) = current_user") == []
    assert ask("SELECT nspname FROM pg_namespace WHERE pg_get_userbyid(nspowner) = current_user") == []


def test_the_site_may_truncate_no_table_and_reference_none(db):
    tables = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    assert len(ask(tables)) > 30
    for right in ("TRUNCATE", "REFERENCES", "TRIGGER"):
        assert ask(f"{tables} AND has_table_privilege(oid, %s)", right) == []


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE clients_client CASCADE",
        "DROP TABLE rollovers_letter",
        "DROP TRIGGER refuse_change ON rollovers_letter",
        "ALTER TABLE rollovers_letter DISABLE TRIGGER ALL",
        "ALTER TABLE clients_plan DROP CONSTRAINT clients_plan_client_id_same_firm",
        "CREATE TABLE mine (id int)",
        "CREATE OR REPLACE FUNCTION rollovers_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "DROP FUNCTION clients_keep_correction() CASCADE",
        "SET session_replication_role = replica",
        "COPY clients_client TO PROGRAM 'true'",
        "CREATE ROLE other SUPERUSER",
    ],
)
def test_the_site_changes_no_schema(db, statement):
    with pytest.raises(ProgrammingError) as refused:
        run(statement)
    assert isinstance(refused.value.__cause__, errors.InsufficientPrivilege)


def test_twin_the_owner_can(own_database):
    with sign_in_as_owner(own_database) as owner:
        owner.execute("ALTER TABLE rollovers_letter DISABLE TRIGGER USER")
        owner.execute("DROP TABLE clients_irabalance CASCADE")


# --- What was issued stays as it was issued -----------------------------------------------------------------------


@pytest.mark.parametrize("model", ISSUED_MODELS, **by_name)
def test_the_orm_changes_and_deletes_nothing_that_was_issued(db, model):
    rows = make_rows(name="ours")
    column, value = CHANGES[model]
    with scope(firm=rows.firm):
        row = model.objects.get(pk=rows.ids[model])
        setattr(row, column, value)
        attempts = [
            row.save,
            row.delete,
            lambda: model.objects.update(**{column: value}),
            lambda: model.objects.bulk_update([row], [column]),
            model.objects.all().delete,
            lambda: model.objects.all()._raw_delete("default"),
            lambda: model.objects.update_or_create(pk=row.pk, defaults={column: value}),
        ]
        for attempt in attempts:
            with pytest.raises((ProgrammingError, models.ProtectedError)), transaction.atomic():
                attempt()
        assert getattr(model.objects.get(pk=row.pk), column) != value


@pytest.mark.parametrize("model", [*ISSUED_MODELS, *EVENT_MODELS], **by_name)
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET firm_id = firm_id", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_raw_sql_of_the_site_has_no_right_to_change_what_was_issued_or_the_history(db, model, statement):
    if model.__name__ == "FirmEvent":
        statement = statement.replace("firm_id", "name")
    with pytest.raises(ProgrammingError) as refused:
        run(statement.format(model._meta.db_table))
    assert isinstance(refused.value.__cause__, errors.InsufficientPrivilege)


WAYS_TO_CHANGE = [
    "UPDATE {} SET firm_id = firm_id",
    "UPDATE {} SET id = id + 1000",
    "DELETE FROM {}",
    "TRUNCATE {} CASCADE",
]


def test_not_even_the_owner_changes_deletes_or_truncates_what_was_issued(own_database):
    make_rows(name="ours")
    statements = [way.format(model._meta.db_table) for model in ISSUED_MODELS for way in WAYS_TO_CHANGE]
    # From a parent, too.
    statements += ["TRUNCATE clients_client CASCADE", "TRUNCATE advisors_firm CASCADE"]
    for statement in statements:
        with sign_in_as_owner(own_database) as owner, pytest.raises(errors.IntegrityConstraintViolation):
            owner.execute(statement)


def test_twin_without_its_trigger_the_owner_changes_a_letter(own_database):
    make_rows(name="ours")
    with sign_in_as_owner(own_database) as owner:
        owner.execute("ALTER TABLE rollovers_letter DISABLE TRIGGER refuse_change")
        assert owner.execute("UPDATE rollovers_letter SET rule_version = 'forged'").rowcount == 2
        assert owner.execute("DELETE FROM rollovers_letter").rowcount == 2


# --- Amounts ------------------------------------------------------------------------------------------------------


# A business may lose money, an excess be returned with a loss, a ledger say more or less than a statement.
SIGNED = {"net_profit", "net_profit_low", "net_profit_high", "earnings", "basis_difference"}
# Where the row as it is would refuse any amount in a column, what makes it take one.
BESIDE = {
    "net_profit_low": {"income_is_estimate": True},
    "net_profit_high": {"income_is_estimate": True},
    "roth_catch_up": {"catch_up": "999999999.99"},
    "aggregated_additions": {"aggregation": "own_403b", "aggregation_attested_by": "Ada Lovelace"},
    "earnings": {"kind": "returned_excess"},
    "value_before": {"kind": "distribution", "year": None},
}


def list_amounts() -> list[tuple[type[models.Model], str]]:
    return [
        (model, column.column)
        for model in TENANT_MODELS
        for column in model._meta.concrete_fields
        if isinstance(column, models.DecimalField)
    ]


def test_an_amount_that_is_no_amount_is_refused_in_every_column(db):
    rows = make_rows(name="ours")
    assert len(list_amounts()) > 45
    accepted = []
    for model, column in list_amounts():
        beside = BESIDE.get(column, {}) if model in FACT_MODELS else {}
        run(*write_free_copy(rows, model, **beside))  # the twin: the row as it is
        lowest = "-999999999.01" if column in SIGNED else "-0.01"
        for value in ("NaN", lowest, "1000000000.00", "999999999999.99", "Infinity", "-Infinity"):
            try:
                run(*write_free_copy(rows, model, **beside | {column: value}))
            except DataError:
                continue  # numeric(14,2) itself has no room for it
            except IntegrityError as error:
                if isinstance(error.__cause__, errors.CheckViolation):
                    continue
                raise
            accepted.append(f"{model._meta.db_table}.{column} = {value}")
    assert accepted == []


# --- A fact under a letter ------------------------------------------------------------------------------------------

# A letter does not rest on an IRA, nor on what the whole plan holds.
RELIED_ON = [model for model in FACT_MODELS if model not in {IraBalance, PlanAssets}]
EDITS = {
    "Client": {"city": "Utica"},
    "Plan": {"trustee_name": "Other Trustee"},
    "PlanProvision": {"section": "9.9"},
    "Subaccount": {"title": "Renamed"},
    "ContributionRecord": {"forfeitures": Decimal("12.34")},
    "SubaccountStatement": {"basis": Decimal("19999.99")},
    "IraBalance": {"basis": Decimal("1.00")},
    "SubaccountMovement": {"source_document": "Corrected confirmation"},
    "PlanAssets": {"is_final_year": True},
    "EnteredLimit": {"source": "Another notice"},
    "ReceivedForm": {"payer": "Another payer"},
    "Wording": {"text": "Please write to us."},
}


def write_edit(model: type[models.Model], pk: int) -> tuple[str, list[Any]]:
    ((column, value),) = EDITS[model.__name__].items()
    statement = SQL("UPDATE {} SET {} = %s WHERE id = %s")
    text = statement.format(Identifier(model._meta.db_table), Identifier(column)).as_string()
    return text, [value, pk]


def write_deletion(model: type[models.Model], pk: int) -> tuple[str, list[Any]]:
    return SQL("DELETE FROM {} WHERE id = %s").format(Identifier(model._meta.db_table)).as_string(), [pk]


def explain(reason: str) -> str:
    return f"SELECT set_config('pghistory.context_metadata', '{{\"reason\": \"{reason}\"}}', true)"


@pytest.mark.parametrize("model", RELIED_ON, **by_name)
def test_a_fact_under_a_letter_changes_only_with_a_reason_and_is_never_deleted(db, model):
    rows = make_rows(name="ours")
    edit = EDITS[model.__name__]
    with scope(firm=rows.firm):
        assert Reliance.objects.filter(fact_table=model._meta.db_table, fact_id=rows.ids[model]).exists()
        for context in ({}, {"reason": ""}, {"reason": "  "}, {"other": "A reason"}):
            with pghistory.context(**context), pytest.raises(IntegrityError) as refused, transaction.atomic():
                model.objects.filter(pk=rows.ids[model]).update(**edit)
            assert name_of(refused.value) == "correction_has_a_reason"
        with pghistory.context(reason="A reason"), pytest.raises(IntegrityError) as refused:
            run(*write_deletion(model, rows.ids[model]))
        assert name_of(refused.value) == "fact_under_a_letter"

        with pghistory.context(reason="The custodian restated it."):
            model.objects.filter(pk=rows.ids[model]).update(**edit)
        history = model.pgh_event_model.objects.filter(pgh_obj_id=rows.ids[model]).order_by("pgh_id")
        ((column, new),) = edit.items()
        before, after = list(history)[-2:]
        assert getattr(before, column) != new
        assert getattr(after, column) == new
        assert after.pgh_context.metadata["reason"] == "The custodian restated it."


def test_raw_sql_needs_the_reason_too_the_owners_included(own_database):
    rows = make_rows(name="ours")
    for url in (own_database.url, own_database.owner_url):
        for model in RELIED_ON:
            for statement, values in (
                write_edit(model, rows.ids[model]),
                write_deletion(model, rows.ids[model]),
            ):
                with psycopg.connect(url) as session, pytest.raises(errors.CheckViolation):
                    session.execute(statement, values)
            with psycopg.connect(url) as session:
                session.execute(explain("The custodian restated it."))
                assert session.execute(*write_edit(model, rows.ids[model])).rowcount == 1
                session.rollback()


def test_twin_a_fact_under_no_letter_changes_and_goes_without_a_reason(db, firm_a):
    client = make_client(firm=firm_a)
    with scope(firm=firm_a):
        client.city = "Utica"
        client.save()
        client.delete()
        assert not Client.objects.exists()


@pytest.mark.parametrize("model", FACT_MODELS, **by_name)
def test_the_wall_stands_around_every_fact_whether_letters_rest_on_its_kind_yet_or_not(db, model):
    rows = make_rows(name="ours")
    with scope(firm=rows.firm):
        Reliance.objects.get_or_create(
            firm=rows.firm,
            fact_table=model._meta.db_table,
            fact_id=rows.ids[model],
            defaults={"letter_reference": "AT-7K3M-Q2XD"},
        )
    for write, wall in ((write_edit, "correction_has_a_reason"), (write_deletion, "fact_under_a_letter")):
        with pytest.raises(IntegrityError) as refused:
            run(*write(model, rows.ids[model]))
        assert name_of(refused.value) == wall


@pytest.mark.parametrize("model", sorted(set(TRACKED_MODELS) - set(FACT_MODELS), key=str), **by_name)
def test_what_came_after_a_letter_changes_without_a_reason_and_keeps_its_history(db, model):
    """A limit that a firm enters and a form that arrives are no facts under a letter."""
    rows = make_rows(name="ours")
    ((column, value),) = EDITS[model.__name__].items()
    with scope(firm=rows.firm):
        model.objects.filter(pk=rows.ids[model]).update(**{column: value})
        history = model.pgh_event_model.objects.filter(pgh_obj_id=rows.ids[model]).order_by("pgh_id")
        assert [getattr(event, column) == value for event in history] == [False, True]


def test_what_a_letter_rests_on_cannot_be_forgotten(own_database):
    """Without its record of reliance a fact would change unexplained: the record is as lasting as the letter."""
    make_rows(name="ours")
    assert list_passing(own_database, [way.format("clients_reliance") for way in WAYS_TO_CHANGE]) == []


# --- The history ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", TRACKED_MODELS, **by_name)
def test_every_write_to_a_fact_is_in_the_history_raw_sql_included(db, model):
    rows = make_rows(name="ours")
    ((column, value),) = EDITS[model.__name__].items()
    pk = insert(*write_free_copy(rows, model))
    with connection.cursor() as cursor:
        cursor.execute(*write_edit(model, pk))
        cursor.execute(*write_deletion(model, pk))
    events = model.pgh_event_model.objects.filter(pgh_obj_id=pk).order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "update", "delete"]
    assert [getattr(event, column) == value for event in events] == [False, True, True]


def test_the_history_is_only_added_to_the_owner_included(own_database):
    make_rows(name="ours")
    ways = ["UPDATE {} SET pgh_label = 'forged'", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
    tables = [model._meta.db_table for model in EVENT_MODELS]
    assert list_passing(own_database, [way.format(table) for table in tables for way in ways]) == []


def test_the_reason_in_the_history_cannot_be_rewritten(own_database):
    rows = make_rows(name="ours")
    with scope(firm=rows.firm), pghistory.context(reason="The custodian restated it."):
        Client.objects.filter(pk=rows.ids[Client]).update(city="Utica")
    ways = [
        "UPDATE pghistory_context SET metadata = '{}'",
        "DELETE FROM pghistory_context",
        "TRUNCATE pghistory_context CASCADE",
    ]
    assert list_passing(own_database, ways) == []
