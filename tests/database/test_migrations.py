"""A database of the release before account numbers were encrypted: brought to this one, and back."""

import datetime
from decimal import Decimal
from hashlib import sha256
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django_scopes import scopes_disabled

from clients.models import Subaccount
from rollovers.evidence.queries.changes import find_changed_facts
from rollovers.models import Disbursement, Letter
from tests.owner import sign_in_as_owner

BEFORE = [("rollovers", "0005_walls_of_new_tables"), ("clients", "0005_walls_of_new_facts")]
NUMBER, OLDER_NUMBER, ROTH_NUMBER = "7391-5517-QX", "1111-2222-QW", "8462-6628-QY"
PDF = b"%PDF-1.7\n" + bytes(range(256))


@pytest.fixture
def as_owner(own_database):
    with sign_in_as_owner():
        yield own_database


def migrate(targets) -> MigrationExecutor:
    """Bring the database to `targets`."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor


def fill(apps) -> None:
    """Fill the former release's tables: a sub-account whose number was corrected once, its letter, a letter's payee."""
    firm = apps.get_model("advisors", "Firm").objects.create(name="Lovelace Planning")
    advisor = apps.get_model("advisors", "Advisor").objects.create(
        firm=firm, email="ada@lovelace.example", full_name="Ada Lovelace"
    )
    client = apps.get_model("clients", "Client").objects.create(
        firm=firm, legal_name="Imogen Tate", birth_date=datetime.date(1971, 2, 3), ssn_last_four="4821"
    )
    plan = apps.get_model("clients", "Plan").objects.create(
        firm=firm,
        client=client,
        name="Tate 401(k)",
        ein="12-3456789",
        administrator_name="Imogen Tate",
        administrator_address="4 Elm Street",
        trustee_name="Imogen Tate",
        custodian_name="Meridian Trust",
        custodian_address="1 Harbor Plaza",
    )
    subaccount = apps.get_model("clients", "Subaccount").objects.create(
        firm=firm, plan=plan, participant=client, title="After-tax sub-account", account_number=OLDER_NUMBER
    )
    subaccount.account_number = NUMBER
    subaccount.save()  # two entries of history
    statement = apps.get_model("clients", "SubaccountStatement").objects.create(
        firm=firm,
        subaccount=subaccount,
        statement_date=datetime.date(2021, 12, 31),
        basis=Decimal("20000.00"),
        value=Decimal("20812.37"),
        source_document="Statement",
    )
    request = apps.get_model("rollovers", "RolloverRequest").objects.create(
        firm=firm,
        plan=plan,
        participant=client,
        subaccount=subaccount,
        statement=statement,
        covers_whole=True,
        way="all_roth",
        payment_date=datetime.date(2022, 1, 14),
        basis_before=Decimal("20000.00"),
        value_before=Decimal("20812.37"),
        distribution=Decimal("20812.37"),
        after_tax=Decimal("20000.00"),
        pretax=Decimal("812.37"),
        request_key=uuid4(),
        created_by=advisor,
    )
    for position, number in enumerate((ROTH_NUMBER, ""), start=1):  # who is paid by check has no number
        apps.get_model("rollovers", "Disbursement").objects.create(
            firm=firm,
            request=request,
            position=position,
            to="roth_ira",
            payee="Harbor Brokerage",
            account_number=number,
            amount=Decimal("10.00"),
            after_tax=Decimal("10.00"),
        )
    values = {"title": subaccount.title, "account_number": NUMBER, "plan_id": str(plan.pk)}
    apps.get_model("rollovers", "Letter").objects.create(
        firm=firm,
        request=request,
        reference="AT-7K3M-Q2XD",
        letter_date=datetime.date(2022, 1, 4),
        inputs={"facts": [{"table": "clients_subaccount", "id": subaccount.pk, "values": values}]},
        figures={},
        findings=[],
        rule_version="1",
        pdf=PDF,
        pdf_sha256=sha256(PDF).hexdigest(),
        issued_by=advisor,
    )


def read_raw() -> dict[str, list]:
    """Return what lies in the columns that are now encrypted."""
    columns = {
        "subaccount": "SELECT account_number FROM clients_subaccount",
        "history": "SELECT account_number FROM clients_subaccountevent ORDER BY pgh_id",
        "payee": "SELECT account_number FROM rollovers_disbursement ORDER BY position",
        "pdf": "SELECT pdf FROM rollovers_letter",
        "inputs": "SELECT inputs #>> '{facts,0,values,account_number}' FROM rollovers_letter",
    }
    found = {}
    with connection.cursor() as cursor:
        for name, query in columns.items():
            cursor.execute(query)
            found[name] = [bytes(value) if name == "pdf" else value for (value,) in cursor.fetchall()]
    return found


def count_triggers_held_back() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
        return cursor.fetchone()[0]


def test_a_populated_database_of_the_release_before_is_encrypted_and_comes_back(as_owner):
    fill(migrate(BEFORE).loader.project_state(BEFORE).apps)
    before = read_raw()
    assert before == {
        "subaccount": [NUMBER],
        "history": [OLDER_NUMBER, NUMBER],
        "payee": [ROTH_NUMBER, ""],
        "pdf": [PDF],
        "inputs": [NUMBER],
    }

    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    at_rest = read_raw()
    assert at_rest["payee"][1] == ""
    tokens = [*at_rest["subaccount"], *at_rest["history"], at_rest["payee"][0], *at_rest["inputs"]]
    assert all(token.startswith("gAAAA") for token in tokens)
    assert at_rest["pdf"][0].startswith(b"gAAAA")
    with scopes_disabled():
        assert Subaccount.objects.get().account_number == NUMBER
        history = Subaccount.pgh_event_model.objects.order_by("pgh_id").values_list(
            "account_number", flat=True
        )
        assert list(history) == [OLDER_NUMBER, NUMBER]
        assert list(Disbursement.objects.values_list("account_number", flat=True)) == [ROTH_NUMBER, ""]
        letter = Letter.objects.get()
        assert letter.pdf == PDF
        assert sha256(letter.pdf).hexdigest() == letter.pdf_sha256
        assert find_changed_facts(letters=[letter]) == {}
    assert count_triggers_held_back() == 0

    migrate(BEFORE)
    assert read_raw() == before
    assert count_triggers_held_back() == 0
