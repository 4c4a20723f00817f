"""Which databases this release carries on: those it made, and those of the release before. Not those of 0.1."""

from collections.abc import Iterable, Mapping
from typing import Any

OWN_APPS = frozenset({"advisors", "clients", "rollovers"})

# The migrations of 0.1, which was never released: 0.2 begins anew. No later migration takes one of these names.
OF_0_1 = frozenset(
    {
        ("advisors", "0002_cache_table"),  # every database of 0.1 has it
        ("advisors", "0003_history_is_kept"),
        ("advisors", "0004_full_rulebook"),
        ("clients", "0003_reliance_is_kept"),
        ("clients", "0004_full_rulebook"),
        ("clients", "0005_walls_of_new_facts"),
        ("clients", "0006_encrypted_account_numbers"),
        ("rollovers", "0003_issued_by_the_firm"),
        ("rollovers", "0004_full_rulebook"),
        ("rollovers", "0005_walls_of_new_tables"),
        ("rollovers", "0006_life_of_letters"),
        ("rollovers", "0007_walls_of_the_life"),
        ("rollovers", "0008_adopt_issued_letters"),
    }
)


class OfAnotherRelease(Exception):
    """The database was migrated by a release that this one does not follow; `migration` shows it."""

    def __init__(self, *, release: str, migration: tuple[str, str]) -> None:
        self.release, self.migration = release, migration
        super().__init__(
            f"This database is of {release}: it names the migration {'.'.join(migration)}, which this release does"
            " not have. Nothing was changed. Serve it with the release that made it, or begin with an empty database."
        )


def is_of_0_1(*, applied: Iterable[tuple[str, str]]) -> bool:
    """Return whether these migrations, as app and name, are those of a database of 0.1."""
    return not OF_0_1.isdisjoint(applied)


def refuse_other_releases(
    *, applied: Iterable[tuple[str, str]], known: Mapping[tuple[str, str], Any]
) -> None:
    """Raise OfAnotherRelease if a migration of our own apps was applied that is not among the `known`."""
    unknown = sorted(name for name in applied if name[0] in OWN_APPS and name not in known)
    if unknown:
        release = "release 0.1" if is_of_0_1(applied=unknown) else "a later release than this one"
        raise OfAnotherRelease(release=release, migration=unknown[-1])
