"""The work list: what is to be done for the firm's letters, the most pressing first."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from rollovers.evidence.cases import Case, Due, read_cases
from rollovers.models import Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """Something to do for a letter: its next step, or the 60 days of what the participant was paid."""

    case: Case
    due: Due
    is_overdue: bool
    is_sixty_day: bool = False

    @property
    def order(self) -> tuple[bool, bool, datetime.date, int]:
        """Overdue first, then the 60 days, then by date."""
        return not self.is_overdue, not self.is_sixty_day, self.due.date, self.case.letter.pk


def list_work(*, letters: Sequence[Letter], today: datetime.date) -> list[WorkItem]:
    """Return what is to be done for letters of `list_open_letters`, the most pressing first."""
    items = []
    for case in read_cases(letters=letters):
        if due := case.due:
            items.append(WorkItem(case=case, due=due, is_overdue=due.is_overdue(today=today)))
        if case.sixty_day and case.has_open_sixty_days:
            due = case.sixty_day.due
            items.append(
                WorkItem(case=case, due=due, is_overdue=due.is_overdue(today=today), is_sixty_day=True)
            )
    return sorted(items, key=lambda item: item.order)
