"""That a letter's tax forms have come, and that they are what was expected."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from advisors.models import Advisor, Firm
from rollovers.cases.recording import Attachment, lock_case, record_event
from rollovers.cases.refusals import FormsMissing, ReasonMissing, StepOutOfOrder
from rollovers.cases.steps import require_next
from rollovers.cases.tax_forms import TaxForms, find_open_differences, gather_tax_forms, list_missing_1099rs
from rollovers.evidence.cases import Case
from rollovers.models import CaseEvent, Letter, Step


def record_reported(
    *,
    firm: Firm,
    letter: Letter,
    advisor: Advisor,
    today: datetime.date,
    note: str = "",
    attachment: Attachment | None = None,
) -> CaseEvent:
    """Record that every expected Form 1099-R has come. Raises FormsMissing that names those still to be entered."""
    return _record(
        firm=firm,
        letter=letter,
        step=Step.REPORTED,
        judge=_require_forms,
        advisor=advisor,
        today=today,
        note=note,
        attachment=attachment,
    )


def record_matched(
    *,
    firm: Firm,
    letter: Letter,
    reasons: Mapping[str, str],
    advisor: Advisor,
    today: datetime.date,
    note: str = "",
    attachment: Attachment | None = None,
) -> CaseEvent:
    """Record that what came is what was expected, or that each difference has its reason.

    `reasons` are by a difference's key; they are kept with the event. Raises ReasonMissing at the first
    difference without one, and StepOutOfOrder while 60 days are open: nothing leads to a matched letter's any more.
    """
    return _record(
        firm=firm,
        letter=letter,
        step=Step.MATCHED,
        judge=lambda case, tax: _require_reasons(case=case, tax=tax, reasons=reasons),
        advisor=advisor,
        today=today,
        note=note,
        attachment=attachment,
    )


def _record(
    *,
    firm: Firm,
    letter: Letter,
    step: Step,
    judge: Callable[[Case, TaxForms], dict[str, Any] | None],
    advisor: Advisor,
    today: datetime.date,
    note: str,
    attachment: Attachment | None,
) -> CaseEvent:
    """Record a step that the tax forms lead to. `judge` refuses it, or returns the details that its entry keeps."""
    with transaction.atomic():
        case = lock_case(firm=firm, letter=letter)
        require_next(case=case, step=step)
        details = judge(case, gather_tax_forms(firm=firm, letter=case.letter))
        return record_event(
            firm=firm,
            letter=letter,
            step=step,
            step_date=today,
            advisor=advisor,
            today=today,
            note=note,
            details=details,
            attachment=attachment,
        )


def _require_forms(case: Case, tax: TaxForms) -> None:
    missing = list_missing_1099rs(tax=tax)
    if missing:
        raise FormsMissing("Enter first: " + "; ".join(missing) + ".")


def _require_reasons(*, case: Case, tax: TaxForms, reasons: Mapping[str, str]) -> dict[str, Any]:
    if case.has_open_sixty_days:
        raise StepOutOfOrder("Settle the 60 days first: once matched, they are not settled any more.")
    explained = []
    for difference in find_open_differences(tax=tax):
        reason = reasons.get(difference.key, "").strip()
        if not reason:
            raise ReasonMissing(f"{difference.title}: say why the difference may stand.", fault=difference)
        explained.append({"title": difference.title, "what": list(difference.messages), "reason": reason})
    return {"differences": explained}
