"""Account numbers and documents at rest: encrypted wherever they lie, and read by whoever has the key alone."""

import copy
import io
import json
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pghistory
import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.conf import settings as site_settings
from django.contrib.sessions.models import Session
from django.core import serializers
from django.core.exceptions import FieldError, ImproperlyConfigured, ValidationError
from django.core.management import CommandError, call_command
from django.db import DataError, IntegrityError, connection, models, transaction
from django.db.models import Value
from django.test import Client as Browser
from django_scopes import scope
from django_tasks_db.models import DBTaskResult
from psycopg.sql import SQL, Identifier

from advisors.encryption import (
    EncryptedBinaryField,
    EncryptedTextField,
    NotSerialized,
    WrongKey,
    decrypt,
    encrypt,
    mask_number,
    require_keys,
)
from clients.forms.plans import SubaccountForm
from clients.models import Subaccount
from rollovers.batches.tasks import enqueue_items
from rollovers.evidence.field_keys import list_encrypted_columns
from rollovers.evidence.queries.changes import find_changed_facts
from rollovers.evidence.verification import verify_chain
from rollovers.models import BatchItem, Disbursement, Evidence, Letter, LetterDocument, RolloverDraft
from tests.factories import (
    PDF_BYTES,
    get_subaccount,
    make_advisor,
    make_batch,
    make_client,
    make_document,
    make_draft,
    make_evidence,
    make_firm,
    make_payment,
    make_plan,
    make_received_form,
)
from tests.owner import sign_in_as_owner
from tests.requests import ROTH, TRADITIONAL, issue, make_entry, make_ready_plan

# No three of their characters stand anywhere by chance.
PLANTED = ["7391-5517-QX", "8462-6628-QY", "9553-7739-QZ"]
ROOT = Path(site_settings.BASE_DIR)


@pytest.fixture
def subaccount(firm_a):
    return get_subaccount(plan=make_plan(client=make_client(firm=firm_a)))


@pytest.fixture
def inside(firm_a):
    with scope(firm=firm_a):
        yield firm_a


def read_raw(model: type[models.Model], column: str, key: int):
    """Return what lies in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            SQL("SELECT {} FROM {} WHERE id = %s").format(
                Identifier(column), Identifier(model._meta.db_table)
            ),
            [key],
        )
        return cursor.fetchone()[0]


def count_history(subaccount: Subaccount) -> int:
    return Subaccount.pgh_event_model.objects.filter(pgh_obj_id=subaccount.pk).count()


# --- A token and its key --------------------------------------------------------------------------------------


def test_what_lies_in_the_database_is_a_token_of_the_newest_key(inside, subaccount):
    token = read_raw(Subaccount, "account_number", subaccount.pk)
    assert "AT-77" not in token
    assert Fernet(site_settings.FIELD_KEYS[0]).decrypt(token) == b"AT-77"
    assert Subaccount.objects.get().account_number == "AT-77"


def test_the_same_number_twice_is_two_tokens():
    """Equal tokens would tell which rows hold the same number."""
    assert encrypt(content=b"AT-77") != encrypt(content=b"AT-77")


def test_a_wrong_key_raises_and_shows_nothing(inside, subaccount, settings, ada):
    evidence_model_rows = LetterDocument.objects.all()
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    for read in (
        lambda: Subaccount.objects.get(),
        lambda: list(Subaccount.objects.values_list("account_number")),
        lambda: list(Subaccount.objects.values("account_number")),
        lambda: list(Subaccount.pgh_event_model.objects.all()),
        lambda: list(Subaccount.objects.filter(pk=subaccount.pk).only("account_number")),
    ):
        with pytest.raises(WrongKey) as caught:
            read()
        assert "gAAAA" not in str(caught.value)
    assert list(evidence_model_rows) == []
    assert Subaccount.objects.defer("account_number").get().title == "After-tax sub-account"


def test_a_page_under_a_wrong_key_breaks_and_shows_nothing(ada, subaccount, settings):
    browser = Browser(raise_request_exception=False)
    browser.force_login(ada)
    url = f"/plans/{subaccount.plan_id}/edit/"
    assert "AT-77" in browser.get(url).text
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    response = browser.get(url)
    assert response.status_code == 500
    assert "gAAAA" not in response.text


def test_what_was_never_encrypted_raises_too(inside, subaccount):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clients_subaccount SET account_number = 'AT-77'")
    with pytest.raises(WrongKey):
        Subaccount.objects.get()


def test_an_older_key_reads_and_the_newest_writes(inside, subaccount, settings):
    old = settings.FIELD_KEYS[0]
    new = Fernet.generate_key().decode()
    settings.FIELD_KEYS = [new, old]
    row = Subaccount.objects.get()
    assert row.account_number == "AT-77"
    row.account_number = "AT-78"
    row.save()
    settings.FIELD_KEYS = [new]
    assert Subaccount.objects.get().account_number == "AT-78"


@pytest.mark.parametrize("keys", [[], ["not-a-key"]], ids=["none", "malformed"])
def test_without_a_key_the_site_does_not_start(settings, keys):
    settings.FIELD_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS") as caught:
        require_keys()
    assert "not-a-key" not in str(caught.value)


def test_many_threads_read_and_check_at_once():
    """A package that we left kept a flag on the field: while one thread cleaned, another read the ciphertext."""
    field = Subaccount._meta.get_field("account_number")
    tokens = {f"AT-{number}": encrypt(content=f"AT-{number}".encode()).decode() for number in range(40)}

    def read(number: str) -> bool:
        field.clean(number, None)
        return field.from_db_value(tokens[number], None, connection) == number

    with ThreadPoolExecutor(max_workers=8) as pool:
        assert all(pool.map(read, [*tokens] * 25))


# --- A column like any other ----------------------------------------------------------------------------------


def test_saving_what_did_not_change_writes_no_history(inside, subaccount):
    before, token = count_history(subaccount), read_raw(Subaccount, "account_number", subaccount.pk)
    row = Subaccount.objects.get()
    row.save()
    row.account_number = "AT-77"  # as a form gives it
    row.save()
    Subaccount.objects.bulk_update([row], ["account_number"])
    made = Subaccount.objects.get(pk=subaccount.pk)
    made.refresh_from_db()
    made.save()
    assert count_history(subaccount) == before
    assert read_raw(Subaccount, "account_number", subaccount.pk) == token


def test_saving_again_what_was_just_made_writes_no_history(inside, subaccount):
    person = make_client(firm=inside, legal_name="Rowan Tate")
    row = Subaccount(
        firm=inside, plan=subaccount.plan, participant=person, title="Own", account_number="AT-78"
    )
    row.save()
    row.save()
    assert count_history(row) == 1
    assert row.account_number == "AT-78"


def test_a_change_writes_one_entry_of_history(inside, subaccount):
    before = count_history(subaccount)
    row = Subaccount.objects.get()
    row.account_number = "AT-78"
    row.save()
    assert count_history(subaccount) == before + 1


@pytest.fixture
def relied_on(firm_a, ada, inside) -> Subaccount:
    """A sub-account that a letter rests on."""
    plan = make_ready_plan(firm=firm_a)
    issue(plan=plan, advisor=ada)
    return get_subaccount(plan=plan)


def test_under_a_letter_an_unchanged_number_needs_no_reason(relied_on):
    relied_on.save()
    form = SubaccountForm({"title": relied_on.title, "account_number": "AT-77"}, instance=relied_on)
    assert form.is_valid(), form.errors
    form.save()


def test_under_a_letter_a_changed_number_needs_its_reason(relied_on):
    typed = {"title": relied_on.title, "account_number": "AT-78"}
    assert not SubaccountForm(typed, instance=relied_on).is_valid()
    relied_on.account_number = "AT-78"
    with pytest.raises(IntegrityError):
        relied_on.save()


def test_twin_a_text_that_forgets_its_token_would_need_a_reason(relied_on, monkeypatch):
    monkeypatch.setattr(
        EncryptedTextField, "from_db_value", lambda self, value, *args: decrypt(token=value.encode()).decode()
    )
    row = Subaccount.objects.get()
    with pytest.raises(IntegrityError):
        row.save()


def test_a_letter_whose_number_did_not_change_is_not_stale(relied_on, settings):
    [letter] = Letter.objects.all()
    assert find_changed_facts(letters=[letter]) == {}
    with pghistory.context(reason="The custodian gave a new number."):
        relied_on.account_number = "AT-0078"
        relied_on.save()
    [[changed]] = find_changed_facts(letters=[letter]).values()
    assert (changed.was, changed.now) == (mask_number(number="AT-77"), mask_number(number="AT-0078"))
    assert changed.reason == "The custodian gave a new number."


def test_every_way_to_write_encrypts(inside, subaccount):
    Subaccount.objects.filter(pk=subaccount.pk).update(account_number="AT-80")
    assert Subaccount.objects.get().account_number == "AT-80"
    assert "AT-80" not in read_raw(Subaccount, "account_number", subaccount.pk)

    person = make_client(firm=inside, legal_name="Rowan Tate")
    fields = {"firm": inside, "plan": subaccount.plan, "participant": person, "title": "Own"}
    [row] = Subaccount.objects.bulk_create([Subaccount(**fields, account_number="AT-81")])
    assert "AT-81" not in read_raw(Subaccount, "account_number", row.pk)
    row = Subaccount.objects.get(pk=row.pk)
    row.account_number = "AT-82"
    Subaccount.objects.bulk_update([row], ["account_number"])
    assert "AT-82" not in read_raw(Subaccount, "account_number", row.pk)
    assert set(Subaccount.objects.values_list("account_number", flat=True)) == {"AT-80", "AT-82"}
    Subaccount.objects.filter(pk=row.pk).update(
        account_number=Value("AT-83", output_field=Subaccount._meta.get_field("account_number"))
    )
    assert "AT-83" not in read_raw(Subaccount, "account_number", row.pk)
    assert Subaccount.objects.get(pk=row.pk).account_number == "AT-83"


@pytest.mark.parametrize("remake", [copy.copy, copy.deepcopy, lambda row: pickle.loads(pickle.dumps(row))])  # noqa: S301
def test_a_copy_of_a_row_is_the_row(inside, subaccount, remake):
    before = count_history(subaccount)
    row = remake(Subaccount.objects.get())
    assert row.account_number == "AT-77"
    row.save()
    assert count_history(subaccount) == before


def test_what_was_left_out_of_a_query_is_read_when_it_is_asked_for(inside, subaccount):
    before = count_history(subaccount)
    row = Subaccount.objects.defer("account_number").get()
    assert row.get_deferred_fields() == {"account_number"}
    assert row.account_number == "AT-77"
    row.save()
    assert count_history(subaccount) == before


def test_a_row_read_again_takes_the_token_that_lies_there_now(inside, subaccount):
    row = Subaccount.objects.get()
    Subaccount.objects.update(account_number="AT-77")  # the same text under another token
    token = read_raw(Subaccount, "account_number", subaccount.pk)
    row.refresh_from_db()
    row.save()
    assert read_raw(Subaccount, "account_number", subaccount.pk) == token


@pytest.mark.parametrize(
    "lookup",
    [
        {"account_number": "AT-77"},
        {"account_number__in": ["AT-77"]},
        {"account_number__icontains": "77"},
        {"account_number__startswith": "gAAAA"},
        {"account_number__gt": "A"},
        {"account_number__regex": "."},
        {"account_number": models.F("title")},
        {"account_number__lower": "at-77"},
    ],
    ids=str,
)
def test_nothing_is_looked_up_by_an_encrypted_text(inside, subaccount, lookup):
    """It would find nothing, silently; or compare the ciphertext."""
    for ask in (Subaccount.objects.filter, Subaccount.objects.exclude):
        with pytest.raises(FieldError):
            list(ask(**lookup))


@pytest.mark.parametrize("lookup", ["pdf", "pdf__contains", "pdf__in"])
def test_nothing_is_looked_up_by_encrypted_bytes(inside, lookup):
    with pytest.raises(FieldError):
        Letter.objects.filter(**{lookup: b"%PDF"})


def test_the_empty_text_can_be_asked_for_and_is_refused_where_a_number_must_be(inside, subaccount):
    assert not Subaccount.objects.filter(account_number="").exists()
    assert Subaccount.objects.exclude(account_number="").exists()
    assert not Subaccount.objects.filter(account_number__isnull=True).exists()
    subaccount.full_clean()
    subaccount.account_number = ""
    with pytest.raises(ValidationError):
        subaccount.full_clean()
    with pytest.raises(IntegrityError, match="subaccount_named"):
        subaccount.save()


def test_the_clear_text_is_bounded_wherever_it_is_written(inside, subaccount):
    form = SubaccountForm({"title": "A", "account_number": "9" * 41}, instance=subaccount)
    assert "account_number" in form.errors
    subaccount.account_number = "9" * 41
    with pytest.raises(ValidationError) as caught:
        subaccount.full_clean()
    assert caught.value.message_dict.keys() == {"account_number"}
    for write in (subaccount.save, lambda: Subaccount.objects.update(account_number="9" * 41)):
        with pytest.raises(DataError, match="40 characters") as refused, transaction.atomic():
            write()
        assert "999" not in str(refused.value)
    subaccount.account_number = "9" * 40
    subaccount.full_clean()
    subaccount.save()
    assert Disbursement._meta.get_field("account_number").max_length == 40


def test_no_serializer_writes_in_the_clear_what_lies_encrypted(inside, relied_on, ada):
    for rows in (Subaccount.objects.all(), Letter.objects.all()):
        for form in ("json", "xml", "jsonl"):
            with pytest.raises((NotSerialized, serializers.SerializerDoesNotExist)):
                serializers.serialize(form, rows)


@pytest.mark.parametrize("take", [bytes, bytearray, memoryview])
def test_bytes_of_any_kind_are_encrypted(inside, relied_on, ada, take):
    evidence = make_evidence(letter=Letter.objects.get(), advisor=ada, content=take(PDF_BYTES))
    assert PDF_BYTES not in bytes(read_raw(Evidence, "content", evidence.pk))
    assert Evidence.objects.get(pk=evidence.pk).content == PDF_BYTES


def test_a_number_is_no_bytes():
    with pytest.raises(TypeError):
        EncryptedBinaryField().get_db_prep_value(5, connection)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("7391-5517-QX", "•••• 7-QX"),
        ("12345678", "•••• 5678"),
        ("AT-77", "•••• 77"),
        ("77", "•••• 7"),
        ("7", "••••"),
        ("", ""),
    ],
)
def test_a_masked_number_shows_its_end_and_never_more_than_half(number, shown):
    assert mask_number(number=number) == shown


# --- Everything that lies in the database -----------------------------------------------------------------------


def plant(*, firm, advisor) -> Letter:
    """Make a client's whole life with the planted numbers in every place that takes one; return its letter."""
    roth, traditional = (
        leg.__class__(to=leg.to, payee=leg.payee, account_number=number)
        for leg, number in zip((ROTH, TRADITIONAL), PLANTED[1:], strict=True)
    )
    with scope(firm=firm), transaction.atomic():
        plan = make_ready_plan(firm=firm)
        subaccount = get_subaccount(plan=plan)
        subaccount.account_number = "to be corrected"
        subaccount.save()
        subaccount.account_number = PLANTED[0]
        subaccount.save()
        letter = issue(
            plan=plan,
            advisor=advisor,
            entry=make_entry(legs=(roth, traditional), amount=Decimal("1000.00")),
        )
        if not letter.documents.exists():
            make_document(letter=letter)
        make_evidence(letter=letter, advisor=advisor, content=b"%PDF " + PLANTED[0].encode())
        make_payment(letter=letter, advisor=advisor)
        make_received_form(letter=letter)
        make_draft(plan=plan, advisor=advisor, values=f"way=all_roth&roth_account_number={PLANTED[1]}")
        make_batch(plan=plan, advisor=advisor)
    return letter


def dump_everything() -> dict[str, str]:
    """Return every row of every table as text, what is bytes as their own characters too."""
    dump = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(SQL("SELECT * FROM {}").format(Identifier(table)))
            values = [value for row in cursor.fetchall() for value in row]
            dump[table] = "\n".join(
                bytes(value).decode("latin-1")
                if isinstance(value, bytes | memoryview)
                else json.dumps(value, default=str)
                for value in values
            )
    return dump


def find_planted(dump: dict[str, str]) -> list[tuple[str, str]]:
    return [(table, text) for table, rows in dump.items() for text in [*PLANTED, "%PDF"] if text in rows]


def test_no_table_holds_an_account_number_or_a_document_in_the_clear(firm_a, ada):
    letter = plant(firm=firm_a, advisor=ada)
    browser = Browser()
    browser.force_login(ada)
    with scope(firm=firm_a):
        page = f"/plans/{letter.request.plan_id}/rollover/"
        enqueue_items(item_ids=[BatchItem.objects.get().pk])
    typed = {"extent": "amount", "amount": "500.00", "way": "all_roth", "payment_date": "2022-01-14"}
    typed |= {"roth_custodian": "Harbor", "roth_account_number": PLANTED[2], "request_key": str(uuid4())}
    assert browser.post(f"{page}preview/", typed).status_code == 200
    assert browser.post(page, typed | {"action": "draft"}).status_code == 302
    assert browser.post(page, typed | {"action": "issue"}).status_code >= 400  # nothing was shown

    dump = dump_everything()
    # What a session holds is compressed: it is looked at as the site reads it.
    dump["django_session"] = "\n".join(str(each.get_decoded()) for each in Session.objects.all())
    assert dump["django_session"]
    assert dump[DBTaskResult._meta.db_table]
    assert dump["rollovers_rolloverdraft"].count("gAAAA") == 2
    assert find_planted(dump) == []
    # The rows are there, in the tables and in their history.
    tables = {column.table for column in list_encrypted_columns()}
    assert {"clients_subaccount", "clients_subaccountevent", "rollovers_evidence"} <= tables
    assert [table for table in tables if "gAAAA" not in dump[table]] == []
    with scope(firm=firm_a):
        [snapshot] = [one for one in letter.inputs["facts"] if one["table"] == "clients_subaccount"]
        assert decrypt(token=snapshot["values"]["account_number"].encode()).decode() == PLANTED[0]
        drafts = "".join(RolloverDraft.objects.values_list("values", flat=True))
        assert [number for number in PLANTED[1:] if number in drafts] == PLANTED[1:]


def test_twin_a_number_in_the_clear_is_seen(firm_a, ada):
    plan = make_plan(client=make_client(firm=firm_a), custodian_name=f"Trust, account {PLANTED[0]}")
    assert {table for table, _ in find_planted(dump_everything())} == {"clients_plan", "clients_planevent"}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clients_subaccount SET account_number = %s", [PLANTED[1]])
    assert ("clients_subaccount", PLANTED[1]) in find_planted(dump_everything())
    assert plan


# --- Changing the key -------------------------------------------------------------------------------------------


@pytest.fixture
def as_owner(own_database):
    """The ORM of this test writes as the tables' owner, in a database of its own."""
    with sign_in_as_owner():
        yield own_database


def read_everything() -> list:
    """Return every decrypted value of every encrypted column."""
    values = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField | EncryptedBinaryField):
                rows = model._base_manager.order_by("pk").values_list("pk", field.attname)
                values += [(model._meta.label, field.attname, *row) for row in rows]
    return values


def run_rotation(**options) -> str:
    said = io.StringIO()
    call_command("rotate_field_keys", stdout=said, **options)
    return said.getvalue()


def test_everything_comes_under_the_newest_key_and_nothing_else_changes(as_owner, settings):
    firm = make_firm()
    letter = plant(firm=firm, advisor=make_advisor(firm=firm))
    before, history = read_everything(), Subaccount.pgh_event_model.objects.count()
    verdict = verify_chain(firm=firm)
    assert verdict.letters == 1
    inputs = Letter._base_manager.values_list("inputs", flat=True).get(pk=letter.pk)
    [old] = settings.FIELD_KEYS
    new = Fernet.generate_key().decode()

    settings.FIELD_KEYS = [new, old]
    with pytest.raises(CommandError, match="still need an older key"):
        run_rotation(check=True)
    said = run_rotation()
    for column in list_encrypted_columns():
        assert f"{column}: " in said
        assert f"{column}: 0" not in said

    settings.FIELD_KEYS = [new]
    assert read_everything() == before
    assert verify_chain(firm=firm) == verdict
    assert "The first of FIELD_KEYS decrypts everything." in run_rotation(check=True)
    assert "\n0 encrypted again" in run_rotation()
    assert Subaccount.pgh_event_model.objects.count() == history
    with scope(firm=firm):
        letter.refresh_from_db()
        assert find_changed_facts(letters=[letter]) == {}
        # But for the tokens, what the letter was computed from is as it was.
        for was, now in zip(inputs["facts"], letter.inputs["facts"], strict=True):
            was["values"].pop("account_number", None)
            now["values"].pop("account_number", None)
        assert letter.inputs == inputs
    # The triggers stand again, before the owner too.
    with pytest.raises(IntegrityError):
        Letter._base_manager.update(rule_version="forged")
    with pytest.raises(IntegrityError):
        Subaccount._base_manager.update(account_number="forged")


def test_a_token_that_no_key_reads_stops_its_table_and_names_the_row_alone(as_owner, settings):
    firm = make_firm()
    plans = [make_plan(client=make_client(firm=firm)) for _ in range(2)]
    lost = get_subaccount(plan=plans[1])
    foreign = Fernet(Fernet.generate_key()).encrypt(b"AT-77").decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clients_subaccount SET account_number = %s WHERE id = %s", [foreign, lost.pk])
    first = get_subaccount(plan=plans[0])
    token = read_raw(Subaccount, "account_number", first.pk)
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    with pytest.raises(CommandError, match=rf"clients_subaccount.account_number, row {lost.pk}\.") as caught:
        run_rotation()
    assert "gAAAA" not in str(caught.value)
    assert read_raw(Subaccount, "account_number", first.pk) == token
    # Its triggers stand: a change is in the history.
    before = count_history(first)
    Subaccount._base_manager.filter(pk=first.pk).update(title="Changed")
    assert count_history(first) == before + 1


def test_the_sites_own_role_changes_no_key(own_database, settings):
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    with pytest.raises(CommandError, match="owner"):
        run_rotation()


def test_the_command_runs_as_the_tables_owner(own_database):
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "rotate_field_keys"],
        env=own_database.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "0 encrypted again" in done.stdout
