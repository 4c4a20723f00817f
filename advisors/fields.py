"""Form fields that take what a person types, and refuse what a database or a letter could not carry.

Django's own fields accept `1_000`, `1e3`, Arabic digits, right-to-left overrides and the year 9999.
"""

import datetime
import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

HIGHEST_AMOUNT = Decimal("999999999.99")
EARLIEST_DATE = datetime.date(1900, 1, 1)
LATEST_DATE = datetime.date(2100, 12, 31)

_AMOUNT = re.compile(r"\$?(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?P<cents>\.[0-9]{1,2})?\Z")
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_HIGHEST_MARKS_PER_LETTER = 2


def find_forbidden_characters(*, text: str, line_breaks: bool = False) -> str:
    """Return the characters of `text` that no name, letter or log may carry, as code points; "" if none.

    Control, format (right-to-left overrides, zero-width), surrogate, private and unassigned characters and
    line separators are forbidden; a plain newline is let through where `line_breaks` is true.
    """
    found = {
        character
        for character in text
        if unicodedata.category(character) in _FORBIDDEN_CATEGORIES
        and not (line_breaks and character == "\n")
    }
    return ", ".join(f"U+{ord(character):04X}" for character in sorted(found))


class TextField(forms.CharField):
    """One line of text, normalised to NFC, without invisible or control characters."""

    line_breaks = False

    def to_python(self, value: Any) -> str:
        text = "" if value in self.empty_values else str(value)
        if self.line_breaks:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.strip:
            text = text.strip(" \t\n" if self.line_breaks else " \t")
        forbidden = find_forbidden_characters(text=text, line_breaks=self.line_breaks)
        if forbidden:
            raise ValidationError(
                f"Remove the invisible or control characters ({forbidden}): they cannot be printed in a letter.",
                code="forbidden_characters",
            )
        text = unicodedata.normalize("NFC", text)
        if _has_stacked_marks(text):
            raise ValidationError(
                "Remove the stacked accents: a letter of a name carries at most two.", code="stacked_marks"
            )
        return text or (self.empty_value or "")


class LinesField(TextField):
    """Text of a few lines, such as an address."""

    line_breaks = True
    widget = forms.Textarea(attrs={"rows": 3})


def _has_stacked_marks(text: str) -> bool:
    marks = 0
    for character in unicodedata.normalize("NFD", text):
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > _HIGHEST_MARKS_PER_LETTER:
            return True
    return False


class AmountField(forms.CharField):
    """A dollar amount as a person types it (`$31,200.00`, `31200`, `(500)`) -> Decimal with two places.

    Only ASCII digits, an optional dollar sign, commas in their places and at most two decimals are read. A
    negative amount, in brackets or with a minus, is refused unless `allow_negative`.
    """

    css_class = "amount"

    def __init__(
        self, *, allow_negative: bool = False, highest: Decimal = HIGHEST_AMOUNT, **kwargs: Any
    ) -> None:
        self.allow_negative = allow_negative
        self.highest = highest
        attributes = {"inputmode": "decimal", "autocomplete": "off", "class": self.css_class}
        kwargs.setdefault("widget", forms.TextInput(attrs=attributes))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, Decimal):
            return value
        text = str(value).strip(" \t") if value is not None else ""
        if not text:
            return None
        negative = False
        unsigned = text
        if text.startswith("(") and text.endswith(")"):
            negative, unsigned = True, text[1:-1].strip(" ")
        elif text.startswith("-"):
            negative, unsigned = True, text[1:].strip(" ")
        match = _AMOUNT.match(unsigned)
        if match is None or not (match["whole"] or match["cents"]):
            raise ValidationError(
                "Enter an amount in dollars and cents, like 31,200.00.", code="invalid_amount"
            )
        whole = (match["whole"] or "0").replace(",", "").lstrip("0")
        amount = Decimal((whole or "0") + (match["cents"] or ""))
        # Compared before it is quantized: an amount of a thousand digits has no two-decimal form.
        if amount > self.highest:
            raise ValidationError(f"Enter an amount of at most {self.highest:,.2f}.", code="amount_too_large")
        amount = amount.quantize(Decimal("0.01"))
        if negative and amount and not self.allow_negative:
            raise ValidationError("Enter an amount that is not below zero.", code="negative_amount")
        return -amount if negative and amount else amount

    def run_validators(self, value: Any) -> None:
        """Amounts are bounded in to_python; CharField's validators are for text."""

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,.2f}" if isinstance(value, Decimal) else value


class RateField(AmountField):
    """A percentage from 0 to 100 with two places, as in `24` or `9.30`."""

    css_class = "percent"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(highest=Decimal("100.00"), **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        text = value.strip(" \t").removesuffix("%") if isinstance(value, str) else value
        try:
            return super().to_python(text)
        except ValidationError as error:
            raise ValidationError(
                "Enter a percentage from 0 to 100, like 24 or 9.3.", code=error.code
            ) from None


class BoundedDateField(forms.DateField):
    """A calendar date between 1900 and 2100, typed as 12/31/2026 or picked; two-digit years are refused."""

    def __init__(self, *, not_after_today: bool = False, **kwargs: Any) -> None:
        self.not_after_today = not_after_today
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%m/%d/%Y"])
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)

    default_error_messages = {"invalid": "Enter a date like 12/31/2026."}

    def to_python(self, value: Any) -> datetime.date | None:
        if isinstance(value, str) and not value.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        date = super().to_python(value)
        if date is None:
            return None
        if not EARLIEST_DATE <= date <= LATEST_DATE:
            raise ValidationError("Enter a date between 1900 and 2100.", code="date_out_of_range")
        return date


class YearField(forms.CharField):
    """A tax year in four ASCII digits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        text = str(value).strip(" \t") if value is not None else ""
        if not text:
            return None
        if not re.fullmatch(r"(19|20)[0-9]{2}", text):
            raise ValidationError("Enter a tax year in four digits, like 2026.", code="invalid_year")
        return int(text)

    def run_validators(self, value: Any) -> None:
        """The year is judged in to_python; CharField's validators are for text."""
