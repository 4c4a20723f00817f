"""What a finding is, and how much it stops."""

import datetime
import hashlib
from dataclasses import dataclass
from enum import StrEnum


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


def write_date(date: datetime.date) -> str:
    """Return a date as a sentence says it: "December 1, 2026"."""
    return f"{date:%B} {date.day}, {date.year}"
