"""The after-tax ledger of a participant: its years, its statements, and reasons for differences."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients.queries import get_statement
from clients.views.pages import get_or_404, read_participant_id
from law.dates import write_date
from law.words import MovementKind
from rollovers.models import RolloverRequest
from rollovers.reviews.forms.acknowledgements import AcknowledgementForm
from rollovers.reviews.ledgers import (
    DifferenceChanged,
    StatementReview,
    acknowledge_difference,
    review_ledger,
)
from rollovers.reviews.queries import PlanFacts, get_plan_facts
from rollovers.reviews.views.findings import link_findings


@require_GET
def ledger_page(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    facts = get_or_404(
        get_plan_facts,
        firm=request.user.firm,
        plan_id=plan_id,
        participant_id=read_participant_id(request),
    )
    return _show_ledger(request, facts)


@require_POST
@writer_required
def statement_acknowledge(request: AdvisorRequest, statement_id: int) -> HttpResponse:
    firm = request.user.firm
    statement = get_or_404(get_statement, firm=firm, statement_id=statement_id)
    subaccount = statement.subaccount
    facts = get_plan_facts(firm=firm, plan_id=subaccount.plan_id, participant_id=subaccount.participant_id)
    form = AcknowledgementForm(request.POST, auto_id=_write_ids(statement_id))
    if not form.is_valid():
        return _show_ledger(request, facts, refused=form, refused_id=statement_id)
    try:
        acknowledge_difference(
            firm=firm, facts=facts, statement=statement, advisor=request.user, **form.cleaned_data
        )
    except DifferenceChanged as error:
        messages.warning(
            request, f"Nothing was acknowledged: the difference is {error} now. Look at it again."
        )
    else:
        date = statement.statement_date
        messages.success(request, f"The difference on {write_date(date)} is acknowledged.")
    return redirect(f"{reverse('ledger_page', args=[facts.plan.pk])}{facts.whose}#statements")


def _show_ledger(
    request: AdvisorRequest,
    facts: PlanFacts,
    *,
    refused: AcknowledgementForm | None = None,
    refused_id: int | None = None,
) -> HttpResponse:
    review = review_ledger(firm=request.user.firm, facts=facts)
    add_year = reverse("year_new", args=[facts.plan.pk]) + facts.whose
    context = {
        "review": review,
        "plan": facts.plan,
        "client": facts.participant,
        "whose": facts.whose,
        "findings": [
            replace(shown, link=shown.link or add_year)
            for shown in link_findings(findings=review.findings, facts=facts)
        ],
        "unpaid": [(each, write_payment_address(rollover=each)) for each in review.unpaid],
        "form": refused,
        "open_statements": [
            (each, refused if each.row.pk == refused_id and refused else _open_form(each))
            for each in review.statements
            if each.is_open
        ],
    }
    return render(request, "reviews/ledger_page.html", context, status=422 if refused else 200)


def _open_form(review: StatementReview) -> AcknowledgementForm:
    return AcknowledgementForm(
        initial={"difference": review.reconciliation.difference}, auto_id=_write_ids(review.row.pk)
    )


def _write_ids(statement_id: int) -> str:
    return f"id_{statement_id}_%s"


def write_payment_address(*, rollover: RolloverRequest) -> str:
    """Return the address where what a letter asked for is recorded as paid, filled in as it was asked for."""
    own = rollover.participant_id == rollover.plan.client_id
    query: dict[str, str | int] = {
        **({} if own else {"participant": rollover.participant_id}),
        "kind": MovementKind.DISTRIBUTION.value,
        "reference": rollover.letter.reference,
        "date": rollover.payment_date.isoformat(),
        "amount": str(rollover.distribution),
    }
    return f"{reverse('movement_new', args=[rollover.plan_id])}?{urlencode(query)}"
