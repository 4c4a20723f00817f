"""Bringing everything that is encrypted under the newest key.

Issued letters and history are kept as they are by triggers, which the tables' owner holds back while a table is
rewritten, in one transaction with it. What is decrypted stays the same, so no hash of the chain changes.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from psycopg.sql import SQL, Composable, Identifier

from advisors.encryption import EncryptedBinaryField, EncryptedTextField, WrongKey, rotate
from rollovers.models import Letter

ROWS_AT_A_TIME = 50  # documents are some megabytes at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column with tokens in it; `holds_facts` where it is the JSON that a letter was computed from."""

    table: str
    key: str
    name: str
    holds_facts: bool = False

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


class UnreadableToken(WrongKey):
    """A row holds what none of the keys decrypts. The row is named, never what it holds."""

    def __init__(self, column: Column, key: int) -> None:
        super().__init__(f"None of FIELD_KEYS decrypts {column}, row {key}.")


def list_encrypted_columns() -> list[Column]:
    """Return every column that holds tokens, those of the history's tables too."""
    columns = [
        Column(table=model._meta.db_table, key=str(model._meta.pk.column), name=str(field.column))
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField | EncryptedBinaryField)
    ]
    columns.append(Column(table=Letter._meta.db_table, key="id", name="inputs", holds_facts=True))
    return sorted(columns, key=str)


def count_older_tokens(*, column: Column) -> int:
    """Return how many rows of the column hold a token of an older key. Raises UnreadableToken."""
    return sum(1 for _ in _list_changes(column=column))


def rotate_column(*, column: Column) -> int:
    """Encrypt the column with the newest key, in one transaction; return how many rows held an older one.

    Only the table's owner may. A row that cannot be decrypted leaves the whole column as it was. Raises
    UnreadableToken.
    """
    table, new_value = Identifier(column.table), SQL("%s::jsonb" if column.holds_facts else "%s")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
        rotated = 0
        for key, value in _list_changes(column=column):
            cursor.execute(
                SQL("UPDATE {} SET {} = {} WHERE {} = %s").format(
                    table, Identifier(column.name), new_value, Identifier(column.key)
                ),
                [value, key],
            )
            rotated += 1
        cursor.execute(SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))
    return rotated


def _list_changes(*, column: Column) -> Iterator[tuple[int, Any]]:
    """Return each row's key, with what the newest key makes of it, where that is not what it holds."""
    for key, value in _list_rows(column=column):
        try:
            changed = _rotate_facts(value) if column.holds_facts else _rotate_value(value)
        except WrongKey:
            raise UnreadableToken(column, key) from None
        if changed is not None:
            yield key, changed


def _list_rows(*, column: Column) -> Iterator[tuple[int, Any]]:
    # As text: the digits of a JSON number are kept as they are.
    name = Identifier(column.name)
    shown: Composable = SQL("{}::text").format(name) if column.holds_facts else name
    query = SQL("SELECT {key}, {shown} FROM {table} WHERE {key} > %s ORDER BY {key} LIMIT %s").format(
        key=Identifier(column.key), shown=shown, table=Identifier(column.table)
    )
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(query, [last, ROWS_AT_A_TIME])
            rows = cursor.fetchall()
            if not rows:
                return
            yield from rows
            last = rows[-1][0]


def _rotate_value(value: Any) -> Any:
    if not value:
        return None
    if isinstance(value, str):
        token = rotate(token=value.encode())
        return None if token is None else token.decode()
    return rotate(token=bytes(value))


def _rotate_facts(text: str) -> str | None:
    """Rotate the tokens in the facts of a letter's inputs, in the JSON's own text: nothing else of it changes."""
    changed = text
    for token in _list_fact_tokens(json.loads(text)):
        newer = rotate(token=token.encode())
        if newer is not None:
            changed = changed.replace(token, newer.decode())
    return None if changed == text else changed


def _list_fact_tokens(inputs: dict[str, Any]) -> Iterator[str]:
    models = {model._meta.db_table: model for model in apps.get_models()}
    for fact in [*inputs.get("facts", []), *inputs.get("ira_balances", [])]:
        for field in models[fact["table"]]._meta.concrete_fields:
            if isinstance(field, EncryptedTextField) and fact["values"].get(field.attname):
                yield fact["values"][field.attname]
