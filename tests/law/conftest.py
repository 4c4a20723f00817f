"""Profiles of Hypothesis that the rules' tests need without Django, where tests/conftest.py is not read."""

from hypothesis import Phase, settings

# script/mutants runs these tests once a mutant: the same few examples every time, and a failure is not shrunk.
settings.register_profile(
    "mutants",
    max_examples=20,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
)
