"""What was paid under a letter, and what the participant did with it within 60 days."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients.views.pages import get_or_404, read_post, render_form
from law.adjustment import AmountRule, find_amount_rules
from rollovers.cases.forms.steps import PaymentForm, SixtyDayForm
from rollovers.cases.outcomes import PaymentEntry, PaymentOutcome, preview_payment
from rollovers.cases.payments import record_payment
from rollovers.cases.queries import list_payments
from rollovers.cases.refusals import StepRefused
from rollovers.cases.sixty_days import settle_sixty_day
from rollovers.evidence.cases import Case, open_case
from rollovers.models import Payment


@require_http_methods(["GET", "POST"])
@writer_required
def payment_new(request: AdvisorRequest, letter_id: int) -> HttpResponse:
    case: Case = get_or_404(open_case, firm=request.user.firm, letter_id=letter_id)
    rows = list(case.letter.request.disbursements.all())
    initial, shown = _start_payment(request, case)
    form = PaymentForm(read_post(request), request.FILES or None, rows=rows, initial=initial, shown=shown)
    if not (form.is_bound and form.is_valid()):
        return _show_payment(request, case, form, None, status=422 if form.is_bound else 200)
    entry = form.read_entry()
    if request.POST.get("action") == "preview":
        outcome = _preview(request, case, form, entry)
        return _show_payment(request, case, form, outcome, status=200 if outcome else 422)
    try:
        record_payment(
            firm=request.user.firm,
            letter=case.letter,
            entry=entry,
            advisor=request.user,
            today=localdate(),
            attachment=form.read_attachment(title="Payment confirmation"),
        )
    except StepRefused as error:
        form.refuse(refusal=error)
        return _show_payment(request, case, form, _preview(request, case, form, entry), status=422)
    messages.success(request, f"The payment of letter {case.letter.reference} is recorded.")
    return redirect("letter_page", letter_id)


def _preview(
    request: AdvisorRequest, case: Case, form: PaymentForm, entry: PaymentEntry
) -> PaymentOutcome | None:
    """Return what the payment comes to; None where it is refused, which the form then says."""
    try:
        return preview_payment(firm=request.user.firm, letter=case.letter, entry=entry)
    except StepRefused as error:
        if not form.errors:
            form.refuse(refusal=error)
        return None


def _show_payment(
    request: AdvisorRequest, case: Case, form: PaymentForm, outcome: PaymentOutcome | None, *, status: int
) -> HttpResponse:
    context = {"case": case, "letter": case.letter, "form": form, "outcome": outcome}
    return render(request, "cases/payment_new.html", context, status=status)


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


@require_http_methods(["GET", "POST"])
@writer_required
def sixty_day_new(request: AdvisorRequest, letter_id: int) -> HttpResponse:
    case: Case = get_or_404(open_case, firm=request.user.firm, letter_id=letter_id)
    settled = case.sixty_day.settled if case.sixty_day else None
    initial = {"corrects": settled.pk if settled else None}
    form = SixtyDayForm(read_post(request), request.FILES or None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            settle_sixty_day(
                firm=request.user.firm,
                letter=case.letter,
                entry=form.read_entry(),
                advisor=request.user,
                today=localdate(),
                attachment=form.read_attachment(title="60-day rollover"),
            )
        except StepRefused as error:
            form.refuse(refusal=error)
        else:
            messages.success(request, f"The 60 days of letter {case.letter.reference} are settled.")
            return redirect("letter_page", letter_id)
    context = {"case": case, "letter": case.letter, "form": form}
    return render_form(request, "cases/sixty_day_new.html", context)
