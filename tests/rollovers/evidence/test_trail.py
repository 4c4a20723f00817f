"""What an entry of the chain is hashed over: all of its columns, as the database gives them back."""

import datetime
import json
from decimal import Decimal

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.db import connection, transaction
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollovers.evidence import chain
from rollovers.evidence.chain import UnhashableDetails, append_event, describe_contents, hash_content
from rollovers.evidence.field_keys import list_encrypted_columns, rotate_column
from rollovers.evidence.queries.chain import read_entries
from rollovers.evidence.verification import ENTRY_COLUMNS, verify_chain
from rollovers.models import CaseEvent, Step
from tests.factories import make_advisor, make_event, make_evidence, make_firm, make_payment
from tests.owner import sign_in_as_owner
from tests.requests import issue, make_entry, make_ready_plan


@pytest.fixture
def letter(ada):
    with scope(firm=ada.firm):
        yield issue(
            plan=make_ready_plan(firm=ada.firm), advisor=ada, entry=make_entry(amount=Decimal("1000.00"))
        )


def read_again(firm):
    """Return the contents of the firm's entries as verification reads them, with what each was hashed to."""
    return [
        (content, entry["content_sha256"])
        for entries in read_entries(firm_id=firm.pk, columns=ENTRY_COLUMNS)
        for entry, content in zip(entries, describe_contents(firm_id=firm.pk, entries=entries), strict=True)
    ]


def read_last(firm):
    """Return the content of the last entry alone."""
    *_, entries = read_entries(firm_id=firm.pk, columns=ENTRY_COLUMNS)
    (content,) = describe_contents(firm_id=firm.pk, entries=entries[-1:])
    return content, entries[-1]["content_sha256"]


# --- Every column is vouched for ---------------------------------------------------------------------------


@pytest.mark.parametrize("table", sorted(chain.VOUCHED_COLUMNS))
def test_every_column_is_vouched_for(table):
    (model,) = [model for model in apps.get_models() if model._meta.db_table == table]
    vouched = set(chain.VOUCHED_COLUMNS[table]) | set(chain.ADDED_LATER.get(table, {}))

    assert {field.column for field in model._meta.concrete_fields} == vouched


def test_every_column_of_an_entry_is_vouched_for_or_checked_by_itself():
    columns = {field.column for field in CaseEvent._meta.concrete_fields}

    assert columns == set(chain.EVENT_COLUMNS) | chain.UNHASHED_EVENT_COLUMNS


def test_an_encrypted_column_is_hashed_in_clear():
    sealed = {chain.SEALED_TEXT, chain.SEALED_BYTES}
    for table, columns in chain.VOUCHED_COLUMNS.items():
        (model,) = [model for model in apps.get_models() if model._meta.db_table == table]
        encrypted = {
            field.column
            for field in model._meta.concrete_fields
            if type(field).__name__.startswith("Encrypted")
        }
        assert encrypted == {name for name, form in columns.items() if form in sealed}


# --- What is hashed when it is written is what is read again -----------------------------------------------


def test_a_letter_a_payment_and_evidence_read_as_they_were_hashed(ada, letter):
    make_payment(letter=letter, advisor=ada)
    make_evidence(letter=letter, advisor=ada)
    make_event(letter=letter, advisor=ada)

    found = read_again(ada.firm)

    assert [hash_content(content=content) for content, _ in found] == [sha256 for _, sha256 in found]
    assert [sorted(content) for content, _ in found] == [
        ["disbursements", "documents", "event", "letter", "request"],
        ["disbursements", "event", "payment"],
        ["event", "evidence"],
        ["event"],
    ]


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    note=texts,
    details=st.dictionaries(texts, json_values, max_size=4),
    step_date=st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2100, 12, 31)),
)
def test_whatever_a_step_holds_reads_as_it_was_hashed(ada, letter, note, details, step_date):
    append_event(
        firm=ada.firm,
        letter=letter,
        step=Step.SIXTY_DAY,
        step_date=step_date,
        advisor=ada,
        note=note,
        details=details,
    )

    content, sha256 = read_last(ada.firm)

    assert hash_content(content=content) == sha256


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cents=st.integers(min_value=1, max_value=10**11 - 100),
    places=st.sampled_from(["1", "1.0", "0.01", "0.0100"]),
    figures=st.dictionaries(
        texts, json_values | st.floats(allow_nan=False, allow_infinity=False), max_size=3
    ),
)
def test_whatever_a_payment_holds_reads_as_it_was_hashed(ada, letter, cents, places, figures):
    amount = (Decimal(cents) / 100).quantize(Decimal(places), rounding="ROUND_UP")
    with scope(firm=ada.firm):
        make_payment(
            letter=letter,
            advisor=ada,
            distribution=amount,
            after_tax=amount,
            pretax=Decimal(0),
            basis_before=amount,
            value_before=amount,
            figures=figures,
        )

    content, sha256 = read_last(ada.firm)

    assert hash_content(content=content) == sha256


def test_a_fraction_in_the_details_is_refused(ada, letter):
    with pytest.raises(UnhashableDetails):
        make_event(letter=letter, advisor=ada, details={"amounts": [{"share": 0.1}]})


def test_the_settings_of_a_session_change_no_hash(ada, letter):
    make_payment(letter=letter, advisor=ada)
    make_evidence(letter=letter, advisor=ada)
    before = read_again(ada.firm)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'Pacific/Auckland'")
        cursor.execute("SET LOCAL datestyle = 'German, DMY'")
        cursor.execute("SET LOCAL bytea_output = 'escape'")
        cursor.execute("SET LOCAL extra_float_digits = 0")
        after = read_again(ada.firm)

    assert before == after


# --- Keys may change ---------------------------------------------------------------------------------------


def test_an_entry_reads_the_same_after_its_keys_were_changed(own_database, settings):
    firm = make_firm()
    ada = make_advisor(firm=firm)
    with scope(firm=firm), transaction.atomic():
        letter = issue(plan=make_ready_plan(firm=firm), advisor=ada)
        make_evidence(letter=letter, advisor=ada)
    before, tokens = read_again(firm), read_tokens()

    with sign_in_as_owner():
        settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
        for column in list_encrypted_columns():
            rotate_column(column=column)
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]

    assert len(tokens) >= 5
    assert not tokens & read_tokens()
    assert read_again(firm) == before
    assert verify_chain(firm=firm).flaws == ()


def read_tokens() -> set[str]:
    """Return what is encrypted, as it lies in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_number FROM rollovers_disbursement"
            " UNION ALL SELECT encode(pdf, 'escape') FROM rollovers_letter"
            " UNION ALL SELECT encode(content, 'escape') FROM rollovers_evidence"
            " UNION ALL SELECT fact -> 'values' ->> 'account_number'"
            "  FROM rollovers_letter, jsonb_array_elements(inputs -> 'facts') fact"
        )
        return {token for (token,) in cursor.fetchall() if token}


def test_no_fact_kept_with_a_letter_is_encrypted_but_for_what_is_hashed_in_clear():
    encrypted = {
        field.column
        for model in apps.get_app_config("clients").get_models()
        for field in model._meta.concrete_fields
        if type(field).__name__.startswith("Encrypted")
    }

    assert encrypted == {chain.SEALED_FACT}


# --- The hash of today is the hash of tomorrow ---------------------------------------------------------------

FROZEN = {
    "event": {
        "firm_id": "1",
        "letter_id": "7",
        "step": "signed",
        "step_date": "2022-01-05",
        "note": "Signed at the kitchen table — Zoë",
        "details": '{"b": [1, 2.50, "2.50", null, true], "a": {"z": "x"}}',
        "recorded_by_id": "3",
        "recorded_at": "2022-01-05T17:03:09.000120",
    }
}


def test_the_canonical_form_is_the_one_that_was_first_released():
    (content,) = describe_contents(firm_id=1, entries=[FROZEN["event"]])

    assert json.dumps(content, sort_keys=True) == json.dumps(
        {
            "event": FROZEN["event"]
            | {"details": {"a": {"z": "x"}, "b": [1, {"number": "2.50"}, "2.50", None, True]}}
        },
        sort_keys=True,
    )
    assert hash_content(content=content) == "a3043305355b988bf5a9fa730b6acddd94d8205591cfed6b17a3d2bd01facd12"


def test_a_column_of_a_later_release_leaves_the_hashes_of_before(ada, letter, monkeypatch):
    before = read_again(ada.firm)
    monkeypatch.setitem(
        chain.VOUCHED_COLUMNS, "rollovers_letter", _without("rollovers_letter", "rule_version")
    )
    without = read_again(ada.firm)
    version = letter.rule_version

    monkeypatch.setitem(chain.ADDED_LATER, "rollovers_letter", {"rule_version": (chain.PLAIN, version)})
    assert read_again(ada.firm) == without

    monkeypatch.setitem(chain.ADDED_LATER, "rollovers_letter", {"rule_version": (chain.PLAIN, "another")})
    assert read_again(ada.firm) == before


def _without(table, column):
    return {name: form for name, form in chain.VOUCHED_COLUMNS[table].items() if name != column}
