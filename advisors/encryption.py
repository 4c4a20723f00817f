"""Columns that are encrypted at rest: account numbers, and the documents that print them.

`FIELD_KEYS` are Fernet keys, the newest first: the first encrypts, each of them decrypts. What none of them
decrypts raises, and is never shown as it lies.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.db.models.query_utils import DeferredAttribute


class WrongKey(Exception):
    """None of the keys decrypts a column."""


def encrypt(*, content: bytes) -> bytes:
    """Return `content` as a Fernet token of the newest key."""
    return _get_ciphers(tuple(settings.FIELD_KEYS)).encrypt(content)


def decrypt(*, token: bytes) -> bytes:
    """Return what the token holds. Raises WrongKey."""
    try:
        return _get_ciphers(tuple(settings.FIELD_KEYS)).decrypt(token)
    except InvalidToken:
        raise WrongKey("None of FIELD_KEYS decrypts this column.") from None


def mask_number(*, number: str) -> str:
    """Return an account number as pages show it: its last four characters, or fewer of a short one."""
    shown = number[-min(4, len(number) // 2) :] if len(number) > 1 else ""
    return f"\N{BULLET}\N{BULLET}\N{BULLET}\N{BULLET} {shown}".strip() if number else ""


@lru_cache
def _get_ciphers(keys: Sequence[str]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS: give at least one Fernet key.")
    return MultiFernet([Fernet(key) for key in keys])


class _Sealed(str):
    """A decrypted text that remembers its token, so that what did not change is stored as it was."""

    token: str


class _SealedAttribute(DeferredAttribute):
    def __set__(self, instance: models.Model, value: Any) -> None:
        held = instance.__dict__.get(self.field.attname)
        if not (isinstance(held, _Sealed) and isinstance(value, str) and str.__eq__(held, value)):
            instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """A text that is encrypted in the database. `max_length` bounds the text; nothing can be looked up by it."""

    descriptor_class = _SealedAttribute

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, _Sealed):
            return value.token
        text = super().get_prep_value(value)
        return encrypt(content=text.encode()).decode() if text else text

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if not value:
            return value
        sealed = _Sealed(decrypt(token=value.encode()).decode())
        sealed.token = value
        return sealed

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name in {"isnull", "exact"}:  # exact only for the empty text, in a constraint
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted: it cannot be looked up by {lookup_name}.")

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(
            self, **({"form_class": forms.CharField, "max_length": self.max_length} | kwargs)
        )


class EncryptedBinaryField(models.BinaryField):
    """Bytes that are encrypted in the database."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None:
            value = encrypt(content=bytes(value))
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else decrypt(token=bytes(value))
