"""What a finding is, how much it stops, and how an entry of the catalogue becomes one."""

import datetime
import hashlib
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal
from enum import StrEnum

from law.dates import write_date
from law.money import write_dollars


class Severity(StrEnum):
    """How much a finding stops."""

    BLOCK = "block"
    ERROR = "error"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One sentence about the facts, its authority, what to do next, and the field (of which year) to look at."""

    code: str
    severity: Severity
    message: str
    citation: str
    way_out: str
    field: str = ""
    year: int | None = None

    @property
    def key(self) -> str:
        """What tells this finding from others: other figures in its sentence, or another year, are another finding."""
        said = hashlib.sha256(f"{self.year} {self.message}".encode()).hexdigest()
        return f"{self.code}-{said[:10]}"

    @property
    def needs_reason(self) -> bool:
        """Whether a letter may be issued over it only with a reason, which is kept."""
        return self.severity in {Severity.ERROR, Severity.WARN}


def list_blocks(*, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings that refuse the letter."""
    return tuple(finding for finding in findings if finding.severity is Severity.BLOCK)


def list_questionable(*, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings over which a letter may be issued only with a reason: errors and warnings."""
    return tuple(finding for finding in findings if finding.needs_reason)


Fact = str | int | Decimal | datetime.date


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding before its facts are known: `sentence`, `authority` and `way_out` name them in braces."""

    code: str
    severity: Severity
    sentence: str
    _: KW_ONLY
    authority: str
    way_out: str
    field: str = ""

    def find(self, *, year: int | None = None, field: str = "", **facts: Fact) -> Finding:
        """Return the finding with the facts in its sentence: a Decimal is dollars; `field` replaces the entry's own.

        Raises KeyError for a fact that a template names and the call does not.
        """
        said = {name: _say(fact) for name, fact in facts.items()}
        if year is not None:
            said["year"] = str(year)
        return Finding(
            code=self.code,
            severity=self.severity,
            message=self.sentence.format_map(said),
            citation=self.authority.format_map(said),
            way_out=self.way_out.format_map(said),
            field=field or self.field,
            year=year,
        )


def _say(fact: Fact) -> str:
    match fact:
        case Decimal():
            return write_dollars(fact)
        case datetime.date():
            return write_date(fact)
        case _:
            return str(fact)
