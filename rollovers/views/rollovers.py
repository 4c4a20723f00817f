"""The rollover page: choose, see what it comes to, issue."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients.models import Plan
from clients.queries import get_plan
from clients.views.pages import get_or_404, read_participant_id
from rollovers.forms import AMOUNT, MOST_LEGS, WHOLE, LegFormSet, RolloverForm
from rollovers.models import DestinationKind, Letter, Way
from rollovers.queries import PlanFacts, get_letter, get_plan_facts
from rollovers.rules.allocation import Payee
from rollovers.rules.checks import has_meaningful_earnings
from rollovers.rules.subaccount import Contract
from rollovers.services.findings import read_small_earnings
from rollovers.services.letters import (
    AlreadySuperseded,
    FiguresChanged,
    FindingsUnacknowledged,
    LetterBlocked,
    issue_letter,
)
from rollovers.services.rollovers import Leg, Outcome, RolloverEntry, preview_rollover
from rollovers.services.subaccounts import measure_subaccount
from rollovers.views.shared import letter_preview, link_findings

_PREFIXES: dict[str, str] = {
    DestinationKind.ROTH_IRA: "roth",
    DestinationKind.TRADITIONAL_IRA: "traditional",
}


@require_http_methods(["GET", "POST"])
@writer_required
def rollover_new(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    firm = request.user.firm
    facts, superseded = _find_facts(request, plan_id)
    if request.method == "GET":
        form, legs = _start_forms(request, facts, superseded)
        return _show_page(
            request, facts, superseded, form, legs, _preview(request, facts, superseded, form, legs)
        )

    issuing = request.POST.get("action") == "issue"
    form, legs = _read_forms(request, require_destinations=issuing)
    if not _are_readable(form, legs):
        return _show_page(request, facts, superseded, form, legs, None, status=422)
    if not issuing:
        return _show_page(
            request, facts, superseded, form, legs, _preview(request, facts, superseded, form, legs)
        )
    try:
        letter = issue_letter(
            firm=firm,
            facts=facts,
            entry=_read_entry(form, legs, superseded),
            advisor=request.user,
            today=timezone.localdate(),
            request_key=form.cleaned_data["request_key"],
            shown_digest=request.POST.get("shown_digest", ""),
            acknowledgements=form.reasons,
        )
    except LetterBlocked as blocked:
        notice = "No letter was issued: a finding below blocks it."
        return _show_page(request, facts, superseded, form, legs, blocked.outcome, notice=notice, status=409)
    except AlreadySuperseded:
        messages.error(request, "Another letter has superseded that one in the meantime. Nothing was issued.")
        return redirect("letter_list")
    except FiguresChanged as changed:
        notice = "Nothing is issued yet: read the letter as it now stands, then issue it."
        return _show_page(request, facts, superseded, form, legs, changed.outcome, notice=notice, status=409)
    except FindingsUnacknowledged as unacknowledged:
        form.ask_reasons(findings=unacknowledged.findings)
        form.refuse_unexplained(findings=unacknowledged.findings)
        return _show_page(request, facts, superseded, form, legs, unacknowledged.outcome, status=422)
    messages.success(request, f"Letter {letter.reference} is issued.")
    return redirect("letter_page", letter_id=letter.pk)


@require_POST
@writer_required
def rollover_preview(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    facts, superseded = _find_facts(request, plan_id)
    form, legs = _read_forms(request, require_destinations=False)
    outcome = _preview(request, facts, superseded, form, legs)
    context = _describe(request, facts, superseded, form, legs, outcome)
    return render(request, "rollovers/_outcome.html", context)


def _find_facts(request: AdvisorRequest, plan_id: int) -> tuple[PlanFacts, Letter | None]:
    """Return the facts that the address asks for, and the letter that a new one is to supersede, if it names one.

    What supersedes a letter is of the same participant.
    """
    firm = request.user.firm
    plan = get_or_404(get_plan, firm=firm, plan_id=plan_id)
    superseded = _find_superseded(request, plan)
    participant_id = superseded.request.participant_id if superseded else read_participant_id(request)
    facts = get_or_404(get_plan_facts, firm=firm, plan_id=plan_id, participant_id=participant_id)
    return facts, superseded


def _find_superseded(request: AdvisorRequest, plan: Plan) -> Letter | None:
    """Return the letter that this one is to supersede, if the address names one of this plan's."""
    text = request.GET.get("supersedes", "") or request.POST.get("supersedes", "")
    if not text:
        return None
    letter = get_or_404(
        get_letter, firm=request.user.firm, letter_id=int(text) if text.isascii() and text.isdecimal() else 0
    )
    return letter if letter.request.plan_id == plan.pk and not hasattr(letter, "superseded_by") else None


def _start_forms(
    request: AdvisorRequest, facts: PlanFacts, superseded: Letter | None
) -> tuple[RolloverForm, Any]:
    """Return the forms as the page first shows them: with the destinations of the latest letter.

    `?way=` chooses the way, where it is one.
    """
    earlier = superseded.request if superseded else next(iter(facts.earlier_requests), None)
    subaccount = measure_subaccount(facts=facts, without=superseded)
    initial: dict[str, Any] = {
        "payment_date": timezone.localdate(),
        "request_key": uuid4(),
        "way": _suggest_way(facts, subaccount),
    }
    legs: list[dict[str, Any]] = []
    if earlier is not None:
        for row in earlier.disbursements.all():
            prefix = _PREFIXES.get(row.to)
            if prefix:
                initial[f"{prefix}_custodian"] = row.payee
                initial[f"{prefix}_account_title"] = row.account_title
                initial[f"{prefix}_account_number"] = row.account_number
            legs.append(
                {
                    "to": row.to,
                    "amount": row.amount,
                    "pretax": row.pretax_elected,
                    "payee": "" if row.to == DestinationKind.PARTICIPANT else row.payee,
                    "account_title": row.account_title,
                    "account_number": row.account_number,
                    "separately_accounts": row.separately_accounts,
                }
            )
    if superseded is not None:
        whole = superseded.request.covers_whole
        initial |= {
            "extent": WHOLE if whole else AMOUNT,
            "amount": None if whole else superseded.request.distribution,
            "way": superseded.request.way,
            "payment_date": max(superseded.request.payment_date, timezone.localdate()),
        }
    if request.GET.get("way") in Way.values:
        initial["way"] = request.GET["way"]
    return RolloverForm(initial=initial), LegFormSet(prefix="legs", initial=legs[:MOST_LEGS])


def _suggest_way(facts: PlanFacts, subaccount: Contract | None) -> Way:
    small = read_small_earnings(firm=facts.plan.firm)
    return (
        Way.SPLIT
        if subaccount and has_meaningful_earnings(subaccount=subaccount, small=small)
        else Way.ALL_ROTH
    )


def _read_forms(request: AdvisorRequest, *, require_destinations: bool) -> tuple[RolloverForm, Any]:
    form = RolloverForm(request.POST, require_destinations=require_destinations)
    legs = LegFormSet(request.POST, prefix="legs", form_kwargs={"require_destinations": require_destinations})
    return form, legs


def _preview(
    request: AdvisorRequest, facts: PlanFacts, superseded: Letter | None, form: RolloverForm, legs: Any
) -> Outcome | None:
    """Return what the forms come to, or None while they cannot be read."""
    if form.is_bound:
        if not _are_readable(form, legs):
            return None
        entry = _read_entry(form, legs, superseded)
    else:
        entry = _read_initial_entry(form, legs, superseded)
    return preview_rollover(
        firm=request.user.firm,
        facts=facts,
        entry=entry,
        advisor=request.user,
        today=timezone.localdate(),
    )


def _are_readable(form: RolloverForm, legs: Any) -> bool:
    """Return whether what was posted can be read; the own legs count only where they are the way."""
    own = form.data.get("way") == Way.OWN
    # Both are always asked, so that both show what is wrong.
    return form.is_valid() & (legs.is_valid() if own else True)


def _read_entry(form: RolloverForm, legs: Any, superseded: Letter | None) -> RolloverEntry:
    own = form.cleaned_data["way"] == Way.OWN
    return _make_entry(form.cleaned_data, legs.entered if own else [], superseded)


def _read_initial_entry(form: RolloverForm, legs: Any, superseded: Letter | None) -> RolloverEntry:
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return _make_entry(values, [row.initial for row in legs.forms if row.initial.get("to")], superseded)


def _make_entry(
    values: dict[str, Any], own_legs: list[dict[str, Any]], superseded: Letter | None
) -> RolloverEntry:
    way = Way(values["way"])
    if way == Way.OWN:
        legs = tuple(
            Leg(
                to=Payee(row["to"]),
                payee=row["payee"],
                account_title=row["account_title"],
                account_number=row["account_number"],
                amount=row["amount"],
                pretax=row["pretax"],
                separately_accounts=bool(row["separately_accounts"]),
            )
            for row in own_legs
        )
    else:
        legs = tuple(
            Leg(
                to=Payee(to),
                payee=values[f"{prefix}_custodian"] or "",
                account_title=values[f"{prefix}_account_title"] or "",
                account_number=values[f"{prefix}_account_number"] or "",
            )
            for to, prefix in _PREFIXES.items()
        )
    return RolloverEntry(
        way=way,
        legs=legs,
        payment_date=values["payment_date"],
        amount=values["amount"] if values["extent"] == AMOUNT else None,
        supersedes=superseded,
    )


def _describe(
    request: AdvisorRequest,
    facts: PlanFacts,
    superseded: Letter | None,
    form: RolloverForm,
    legs: Any,
    outcome: Outcome | None,
) -> dict[str, Any]:
    if outcome and not outcome.blocks:
        form.ask_reasons(findings=outcome.questionable)
    return {
        "plan": facts.plan,
        "client": facts.participant,
        "whose": facts.whose,
        "statement": facts.statement,
        "superseded": superseded,
        "form": form,
        "legs": legs,
        "formsets": [legs] if legs.is_bound and form.data.get("way") == Way.OWN else [],
        "outcome": outcome,
        "findings": link_findings(findings=outcome.findings, facts=facts, form=form) if outcome else [],
        "preview": letter_preview(outcome.letter) if outcome and outcome.letter else None,
    }


def _show_page(
    request: AdvisorRequest,
    facts: PlanFacts,
    superseded: Letter | None,
    form: RolloverForm,
    legs: Any,
    outcome: Outcome | None,
    *,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    context = _describe(request, facts, superseded, form, legs, outcome) | {"notice": notice}
    return render(request, "rollovers/rollover_new.html", context, status=status)
