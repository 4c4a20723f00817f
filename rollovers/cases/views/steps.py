"""A step of a letter's life as people record it: signed, sent, reported, matched, void."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients.views.pages import get_or_404, read_post, render_form
from rollovers.cases.forms.steps import CaseForm, MatchedForm, ReportedForm, StepForm, VoidForm
from rollovers.cases.matching import record_matched, record_reported
from rollovers.cases.refusals import StepRefused
from rollovers.cases.steps import record_step, void_letter
from rollovers.cases.tax_forms import Difference, find_open_differences, gather_tax_forms
from rollovers.evidence.cases import Case, open_case
from rollovers.models import Step

# The steps that are recorded on this page, each with what a scan beside it is called.
_SCAN_TITLES = {
    Step.SIGNED: "Signed letter",
    Step.SENT: "Sent letter",
    Step.REPORTED: "Tax form",
    Step.MATCHED: "Matching of tax forms",
    Step.VOIDED: "Void letter",
}


@require_http_methods(["GET", "POST"])
@writer_required
def case_step(request: AdvisorRequest, letter_id: int, step: str) -> HttpResponse:
    if step not in _SCAN_TITLES:
        raise Http404
    case: Case = get_or_404(open_case, firm=request.user.firm, letter_id=letter_id)
    chosen = Step(step)
    differences = _find_differences(case) if chosen == Step.MATCHED else []
    form = make_step_form(request, step=chosen, differences=differences)
    if form.is_bound and form.is_valid() and _record(request, case, chosen, form):
        messages.success(request, f"Letter {case.letter.reference} is {chosen.label.lower()}.")
        return redirect("letter_page", letter_id)
    context = {
        "case": case,
        "letter": case.letter,
        "step": chosen,
        "form": form,
        "differences": form.reason_fields if isinstance(form, MatchedForm) else [],
    }
    return render_form(request, "cases/case_step.html", context)


def make_step_form(request: AdvisorRequest, *, step: Step, differences: Sequence[Difference]) -> CaseForm:
    """Return the form of a step, as it was posted or as it is first shown."""
    data, files = read_post(request), request.FILES or None
    if step == Step.VOIDED:
        return VoidForm(data, files)
    if step == Step.REPORTED:
        return ReportedForm(data, files)
    if step == Step.MATCHED:
        return MatchedForm(data, files, differences=differences)
    return StepForm(data, files, initial={"step_date": localdate()})


def _find_differences(case: Case) -> list[Difference]:
    """Return what differs, once each: two forms of which the same is said share a reason."""
    tax = gather_tax_forms(firm=case.letter.firm, letter=case.letter)
    return list(dict.fromkeys(find_open_differences(tax=tax)))


def _record(request: AdvisorRequest, case: Case, step: Step, form: CaseForm) -> bool:
    """Record the step; where it is refused, say so at the form. Return whether it is recorded."""
    who: dict[str, Any] = {
        "firm": request.user.firm,
        "letter": case.letter,
        "advisor": request.user,
        "today": localdate(),
        "attachment": form.read_attachment(title=_SCAN_TITLES[step]),
    }
    note = form.cleaned_data.get("note", "")
    try:
        if step == Step.VOIDED:
            void_letter(**who, reason=note)
        elif step == Step.REPORTED:
            record_reported(**who, note=note)
        elif isinstance(form, MatchedForm):
            record_matched(**who, reasons=form.reasons, note=note)
        else:
            record_step(
                **who,
                step=step,
                step_date=form.cleaned_data["step_date"],
                note=note,
            )
    except StepRefused as error:
        form.refuse(refusal=error)
        return False
    return True
