"""The vocabularies of the law and of its facts, each once: the value that is stored, and the words a page says.

A column may keep a part of a vocabulary; `choices_of` gives that part as Django's columns and forms take it.
"""

from collections.abc import Iterable
from enum import EnumType, StrEnum
from typing import Self, cast


class _VocabularyType(EnumType):
    """What every vocabulary answers about itself."""

    @property
    def choices(cls) -> list[tuple[str, str]]:
        """Each value with its label, in order."""
        return choices_of(cast("type[Word]", cls))

    @property
    def values(cls) -> list[str]:
        """Each value, in order."""
        return [value for value, _ in cls.choices]


class Word(StrEnum, metaclass=_VocabularyType):
    """One word of a vocabulary: it is its stored value, and has the label that people read."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Return the word of `value`, which people read as `label`."""
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        return word


def choices_of(words: Iterable[Word]) -> list[tuple[str, str]]:
    """Return each word's value with its label, as a column or a form takes its choices."""
    return [(word.value, word.label) for word in words]


class Owner(Word):
    """How the business that sponsors the plan is taxed, which decides what compensation is."""

    SELF_EMPLOYED = "self_employed", "Self-employed (sole proprietor or partner)"
    CORPORATION = "corporation", "Corporation (W-2 wages)"


class Answer(Word):
    """What the plan's papers say of a provision."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_VERIFIED = "not_verified", "Not verified"


class DeferralReading(Word):
    """How elective deferrals over the statutory limit are read. Each is a choice that the planner states."""

    COUNTED = "counted", "Counted in full as annual additions until returned"
    CATCH_UP = "catch_up", "Taken as catch-up, as far as the age allows"
    RETURNED = "returned", "Returned by 15 April, so no annual addition"


class Aggregation(Word):
    """Whether another employer's plan shares this plan's limit under section 415(c), as somebody attested."""

    NOT_ASKED = "not_asked", "Nobody has asked yet"
    NONE = "none", "No other plan aggregates"
    CONTROLLED_GROUP = "controlled_group", "A controlled group or affiliated service group"
    OWN_403B = "own_403b", "The participant's own 403(b)"
