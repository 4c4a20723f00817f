"""A letter's life as people record it: the work list, each step, the payment, the 60 days, the scans."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients.views.pages import get_or_404, read_post, render_form
from law.adjustment import AmountRule, find_amount_rules
from law.money import ZERO
from rollovers.cases.forms.steps import (
    CaseForm,
    EvidenceForm,
    MatchedForm,
    PaymentForm,
    ReportedForm,
    SixtyDayForm,
    StepForm,
    VoidForm,
)
from rollovers.cases.matching import record_matched, record_reported
from rollovers.cases.outcomes import PaymentEntry, PaymentOutcome, preview_payment
from rollovers.cases.payments import record_payment
from rollovers.cases.queries import list_payments
from rollovers.cases.recording import Attachment, add_evidence
from rollovers.cases.refusals import StepRefused
from rollovers.cases.sixty_days import SixtyDayEntry, settle_sixty_day
from rollovers.cases.steps import record_step, void_letter
from rollovers.cases.tax_forms import Difference, find_open_differences, gather_tax_forms
from rollovers.evidence.cases import Case, open_case
from rollovers.evidence.queries.letters import get_letter
from rollovers.evidence.queries.lives import get_evidence, read_document_pdf
from rollovers.models import DocumentKind, Payment, Step

# --- Steps --------------------------------------------------------------------------------------------------


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
    case = _open(request, letter_id)
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


def _record(request: AdvisorRequest, case: Case, step: Step, form: CaseForm) -> bool:
    """Record the step; where it is refused, say so at the form. Return whether it is recorded."""
    who: dict[str, Any] = {
        "firm": request.user.firm,
        "letter": case.letter,
        "advisor": request.user,
        "today": localdate(),
        "attachment": _read_attachment(form, title=_SCAN_TITLES[step]),
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


def _read_attachment(form: CaseForm, *, title: str) -> Attachment | None:
    if not form.cleaned_data.get("evidence"):
        return None
    media_type, content = form.cleaned_data["evidence"]
    return Attachment(title=title, media_type=media_type, content=content)


# --- The payment --------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@writer_required
def payment_new(request: AdvisorRequest, letter_id: int) -> HttpResponse:
    case = _open(request, letter_id)
    rows = list(case.letter.request.disbursements.all())
    initial, shown = _start_payment(request, case)
    form = PaymentForm(read_post(request), request.FILES or None, rows=rows, initial=initial, shown=shown)
    outcome = None
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        entry = _read_payment(form)
        try:
            if request.POST.get("action") == "preview":
                outcome = preview_payment(firm=request.user.firm, letter=case.letter, entry=entry)
                status = 200
            else:
                record_payment(
                    firm=request.user.firm,
                    letter=case.letter,
                    entry=entry,
                    advisor=request.user,
                    today=localdate(),
                    attachment=_read_attachment(form, title="Payment confirmation"),
                )
                messages.success(request, f"The payment of letter {case.letter.reference} is recorded.")
                return redirect("letter_page", letter_id)
        except StepRefused as error:
            form.refuse(refusal=error)
            outcome = _preview_or_none(request, case, entry)
    context = {"case": case, "letter": case.letter, "form": form, "outcome": outcome}
    return render(request, "cases/payment_new.html", context, status=status)


def _preview_or_none(request: AdvisorRequest, case: Case, entry: PaymentEntry) -> PaymentOutcome | None:
    try:
        return preview_payment(firm=request.user.firm, letter=case.letter, entry=entry)
    except StepRefused:
        return None


def _start_payment(request: AdvisorRequest, case: Case) -> tuple[dict[str, Any], dict[int, Any]]:
    """Return what the form shows at first: the payment to correct, the ledger's, or what was asked for.

    The payments that the letter lets follow the value are left empty.
    """
    letter, rows = case.letter, list(case.letter.request.disbursements.all())
    source = f"Payment confirmation of letter {letter.reference}"
    if case.payment is not None:
        return _show_again(case.payment), {
            row.disbursement_id: row.amount for row in case.payment.disbursements.all()
        }
    rules = find_amount_rules(legs=rows, covers_whole=letter.request.covers_whole)
    shown = {row.pk: row.amount for row, rule in zip(rows, rules, strict=True) if rule is AmountRule.STATED}
    recorded = list_payments(firm=request.user.firm, letters=[letter]).get(letter.reference, [])
    if recorded:
        first = recorded[0]
        return {
            "payment_date": first.movement_date,
            "value_before": first.value_before,
            "source_document": first.source_document,
        }, shown
    planned = letter.request.payment_date
    return {
        "payment_date": planned if planned <= localdate() else None,
        "source_document": source,
    }, shown


def _show_again(payment: Payment) -> dict[str, Any]:
    return {
        "corrects": payment.pk,
        "payment_date": payment.payment_date,
        "value_before": payment.value_before,
        "source_document": payment.movement.source_document,
        "withheld": payment.withholding,
        "received_date": payment.received_date,
    }


def _read_payment(form: PaymentForm) -> PaymentEntry:
    typed = form.cleaned_data
    return PaymentEntry(
        payment_date=typed["payment_date"],
        value_before=typed["value_before"],
        amounts=form.amounts,
        withheld=typed.get("withheld"),
        received_date=typed.get("received_date"),
        source_document=typed["source_document"],
        note=typed["note"],
        corrects=typed["corrects"],
    )


# --- The 60 days --------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@writer_required
def sixty_day_new(request: AdvisorRequest, letter_id: int) -> HttpResponse:
    case = _open(request, letter_id)
    settled = case.sixty_day.settled if case.sixty_day else None
    initial = {"corrects": settled.pk if settled else None}
    form = SixtyDayForm(read_post(request), request.FILES or None, initial=initial)
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        entry = SixtyDayEntry(
            to_traditional=typed["to_traditional"] or ZERO,
            to_roth=typed["to_roth"] or ZERO,
            rollover_date=typed["rollover_date"],
            note=typed["note"],
            corrects=typed["corrects"],
        )
        try:
            settle_sixty_day(
                firm=request.user.firm,
                letter=case.letter,
                entry=entry,
                advisor=request.user,
                today=localdate(),
                attachment=_read_attachment(form, title="60-day rollover"),
            )
        except StepRefused as error:
            form.refuse(refusal=error)
        else:
            messages.success(request, f"The 60 days of letter {case.letter.reference} are settled.")
            return redirect("letter_page", letter_id)
    context = {"case": case, "letter": case.letter, "form": form}
    return render_form(request, "cases/sixty_day_new.html", context)


# --- Scans and documents ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@writer_required
def evidence_new(request: AdvisorRequest, letter_id: int) -> HttpResponse:
    letter = get_or_404(get_letter, firm=request.user.firm, letter_id=letter_id)
    form = EvidenceForm(read_post(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        attachment = _read_attachment(form, title=form.cleaned_data["title"])
        assert attachment is not None  # noqa: S101 the form requires it
        add_evidence(
            firm=request.user.firm,
            letter=letter,
            attachment=attachment,
            advisor=request.user,
            today=localdate(),
            note=form.cleaned_data["note"],
        )
        messages.success(request, f"“{attachment.title}” is attached.")
        return redirect("letter_page", letter_id)
    return render_form(request, "cases/evidence_new.html", {"form": form, "letter": letter})


_SUFFIXES = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


@require_GET
def evidence_file(request: AdvisorRequest, evidence_id: int) -> HttpResponse:
    evidence = get_or_404(get_evidence, firm=request.user.firm, evidence_id=evidence_id)
    # The name is made of the reference and the id alone: nothing that anybody typed.
    name = f"{evidence.letter.reference}-{evidence.pk}.{_SUFFIXES[evidence.media_type]}"
    return _send_file(content=bytes(evidence.content), media_type=evidence.media_type, name=name)


@require_GET
def document_pdf(request: AdvisorRequest, letter_id: int, kind: str) -> HttpResponse:
    if kind not in DocumentKind.values:
        raise Http404
    firm = request.user.firm
    letter = get_or_404(get_letter, firm=firm, letter_id=letter_id)
    pdf = get_or_404(read_document_pdf, firm=firm, letter=letter, kind=DocumentKind(kind))
    return _send_file(content=pdf, media_type="application/pdf", name=f"{letter.reference}-{kind}.pdf")


def _send_file(*, content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _open(request: AdvisorRequest, letter_id: int) -> Case:
    case: Case = get_or_404(open_case, firm=request.user.firm, letter_id=letter_id)
    return case
