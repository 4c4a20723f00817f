"""Vocabularies: each word is the value that is stored, and says what people read."""

import pytest

from law import words
from law.words import Answer, Word, choices_of

VOCABULARIES = [
    vocabulary
    for vocabulary in vars(words).values()
    if isinstance(vocabulary, type) and issubclass(vocabulary, Word) and vocabulary is not Word
]


def test_a_word_is_its_stored_value_and_says_what_people_read():
    assert Answer("not_verified") is Answer.NOT_VERIFIED
    assert Answer.NOT_VERIFIED == "not_verified"
    assert str(Answer.NOT_VERIFIED) == f"{Answer.NOT_VERIFIED}" == "not_verified"
    assert Answer.NOT_VERIFIED.label == "Not verified"


def test_a_vocabulary_gives_its_choices_in_order():
    assert Answer.choices == [("yes", "Yes"), ("no", "No"), ("not_verified", "Not verified")]
    assert Answer.values == ["yes", "no", "not_verified"]


def test_a_part_of_a_vocabulary_gives_its_own_choices():
    assert choices_of([Answer.NO, Answer.YES]) == [("no", "No"), ("yes", "Yes")]


def test_what_is_no_word_is_refused():
    with pytest.raises(ValueError, match="'perhaps' is not a valid Answer"):
        Answer("perhaps")


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_every_word_has_a_label(vocabulary):
    assert all(word.label for word in vocabulary)
