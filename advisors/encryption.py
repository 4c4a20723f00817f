"""Columns that are encrypted at rest: account numbers, and the documents that print them.

`FIELD_KEYS` are Fernet keys, the newest first: the first encrypts, each of them decrypts. What none of them
decrypts raises, and is never shown as it lies. docs/keys.md says what is encrypted, and how keys are changed.
"""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django import forms
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.validators import MaxLengthValidator
from django.db import DataError, models
from django.db.models.lookups import Exact, IsNull
from django.db.models.query_utils import DeferredAttribute


class WrongKey(Exception):
    """None of the keys decrypts a column."""


class NotSerialized(Exception):
    """A serializer would have written in the clear what lies encrypted."""


def encrypt(*, content: bytes) -> bytes:
    """Return `content` as a Fernet token of the newest key."""
    return _get_ciphers(tuple(settings.FIELD_KEYS)).encrypt(content)


def decrypt(*, token: bytes) -> bytes:
    """Return what the token holds. Raises WrongKey."""
    try:
        return _get_ciphers(tuple(settings.FIELD_KEYS)).decrypt(token)
    except InvalidToken:
        raise WrongKey("None of FIELD_KEYS decrypts this column.") from None


def rotate(*, token: bytes) -> bytes | None:
    """Return the token under the newest key; None where it already is. Raises WrongKey."""
    try:
        _get_ciphers((settings.FIELD_KEYS[0],)).decrypt(token)
    except InvalidToken:
        return encrypt(content=decrypt(token=token))
    return None


def mask_number(*, number: str) -> str:
    """Return an account number as pages show it: its last four characters, or fewer of a short one."""
    shown = number[-min(4, len(number) // 2) :] if len(number) > 1 else ""
    return f"\N{BULLET}\N{BULLET}\N{BULLET}\N{BULLET} {shown}".strip() if number else ""


def require_keys() -> None:
    """Raise ImproperlyConfigured unless there is a key, and each is one: the site does not start without."""
    _get_ciphers(tuple(settings.FIELD_KEYS))


@lru_cache
def _get_ciphers(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS: give at least one Fernet key.")
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:  # whose words may hold the key
        raise ImproperlyConfigured("FIELD_KEYS: one of them is no Fernet key.") from None


class _Sealed(str):
    """A decrypted text that remembers its token, so that what did not change is stored as it was.

    A new token for an old text would be a change to the history, and under a letter one without a reason.
    """

    token: str


def _seal(*, text: str, token: str) -> _Sealed:
    sealed = _Sealed(text)
    sealed.token = token
    return sealed


class _SealedAttribute(DeferredAttribute):
    def __set__(self, instance: models.Model, value: Any) -> None:
        held = instance.__dict__.get(self.field.attname)
        typed_again = isinstance(held, _Sealed) and not isinstance(value, _Sealed) and held == value
        if not typed_again:
            instance.__dict__[self.field.attname] = value


class _IsEmpty(Exact):
    """The one question that an encrypted text answers: whether it is empty, which is stored as it is."""

    def get_prep_lookup(self) -> Any:
        if not (isinstance(self.rhs, str) and self.rhs == ""):
            raise FieldError("An encrypted column can only be compared with the empty text.")
        return self.rhs


class EncryptedTextField(models.TextField):
    """A text that is encrypted in the database. `max_length` bounds the text; nothing can be looked up by it."""

    descriptor_class = _SealedAttribute

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str) and value and not isinstance(value, _Sealed):
            value = _seal(text=value, token=self.get_prep_value(value))
            setattr(model_instance, self.attname, value)  # so that saving it again changes nothing
        return value

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, _Sealed):
            return value.token
        text = super().get_prep_value(value)
        if not text:
            return text
        if self.max_length is not None and len(text) > self.max_length:  # a token's length says nothing
            raise DataError(f"{self.name} holds at most {self.max_length} characters.")
        return encrypt(content=text.encode()).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return _seal(text=decrypt(token=value.encode()).decode(), token=value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return IsNull
        if lookup_name == "exact":
            return _IsEmpty
        raise FieldError(f"{self.name} is encrypted: it cannot be looked up by {lookup_name}.")

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(
            self, **({"form_class": forms.CharField, "max_length": self.max_length} | kwargs)
        )

    def value_to_string(self, obj: models.Model) -> str:
        raise NotSerialized(f"{self.name} is encrypted: back it up with manage.py backup.")


class EncryptedBinaryField(models.BinaryField):
    """Bytes that are encrypted in the database. Nothing can be looked up by them."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None:
            value = encrypt(content=bytes(memoryview(value)))
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else decrypt(token=bytes(value))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return IsNull
        raise FieldError(f"{self.name} is encrypted: it cannot be looked up by {lookup_name}.")

    def value_to_string(self, obj: models.Model) -> str:
        raise NotSerialized(f"{self.name} is encrypted: back it up with manage.py backup.")
