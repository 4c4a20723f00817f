"""The rollover page: choose, see what it comes to, put it aside as a draft, issue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients.models import Plan
from clients.queries import get_plan
from clients.views.pages import get_or_404, read_participant_id
from law.subaccount import Contract
from law.words import REQUESTED_WAYS, Payee, Way
from rollovers.evidence.cases import open_case
from rollovers.issuing.drafts import (
    AlreadyIssued,
    DraftChanged,
    save_draft,
    write_token,
)
from rollovers.issuing.forms.drafts import Difference, list_differences, read_values, write_values
from rollovers.issuing.forms.rollovers import AMOUNT, MOST_LEGS, WHOLE, LegFormSet, RolloverForm
from rollovers.issuing.letters import (
    AlreadySuperseded,
    CannotSupersede,
    FiguresChanged,
    FindingsUnacknowledged,
    LetterBlocked,
    issue_form,
)
from rollovers.issuing.queries.drafts import find_draft_by_key, get_draft
from rollovers.issuing.rollovers import Leg, Outcome, RolloverEntry, preview_rollover, suggest_way
from rollovers.letters.after_tax_letter import AfterTaxLetter
from rollovers.letters.request_letter import letter_context
from rollovers.models import Letter, RolloverDraft
from rollovers.reviews.queries import PlanFacts, get_plan_facts
from rollovers.reviews.subaccounts import measure_subaccount, read_provisions
from rollovers.reviews.views.findings import link_findings

_PREFIXES: dict[str, str] = {
    Payee.ROTH_IRA: "roth",
    Payee.TRADITIONAL_IRA: "traditional",
    Payee.DESIGNATED_ROTH: "designated",
}
_LONGEST_ID = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What one request asks of the rollover page: for whom, in which letter's place, and the forms as filled."""

    request: AdvisorRequest
    facts: PlanFacts
    superseded: Letter | None
    form: RolloverForm
    legs: Any


@require_http_methods(["GET", "POST"])
@writer_required
def rollover_new(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    if request.method == "GET":
        draft = _find_draft(request, plan_id)
        return _open_draft(request, draft) if draft else _show_start(request, plan_id)
    action = request.POST.get("action")
    page = _read_page(request, plan_id, require_destinations=action == "issue")
    if action == "draft":
        return _save(page)
    if not _are_readable(page.form, page.legs):
        return _show_page(page, None, status=422)
    return _issue(page) if action == "issue" else _show_page(page, _preview(page))


@require_POST
@writer_required
def rollover_preview(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    page = _read_page(request, plan_id, require_destinations=False)
    return render(request, "issuing/_outcome.html", _describe(page, _preview(page)))


# --- What a press does --------------------------------------------------------------------------------------


def _show_start(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    facts, superseded = _find_facts(request, plan_id)
    form, legs = _start_forms(request, facts, superseded)
    page = _Page(request=request, facts=facts, superseded=superseded, form=form, legs=legs)
    return _show_page(page, _preview(page))


def _open_draft(request: AdvisorRequest, draft: RolloverDraft) -> HttpResponse:
    """Return the page just as the draft was left."""
    firm = request.user.firm
    facts = get_or_404(get_plan_facts, firm=firm, plan_id=draft.plan_id, participant_id=draft.participant_id)
    case = open_case(firm=firm, letter_id=draft.supersedes_id) if draft.supersedes_id else None
    superseded, notice = case.letter if case else None, ""
    if case is not None and case.has_ended:
        notice = (
            f"Letter {case.letter.reference}, which this one was to supersede, was superseded or voided in the"
            " meantime: this one now stands by itself."
        )
        superseded = None
    form, legs = read_values(
        values=draft.values, request_key=draft.request_key, token=write_token(draft=draft)
    )
    page = _Page(request=request, facts=facts, superseded=superseded, form=form, legs=legs)
    return _show_page(page, _preview(page), notice=notice)


def _save(page: _Page) -> HttpResponse:
    """Put the form aside, however incomplete or wrong it is."""
    page.form.is_valid()  # what can be read is then in cleaned_data
    typed = page.form.cleaned_data
    if "request_key" not in typed:
        return _show_page(page, None, status=422)
    try:
        save_draft(
            firm=page.request.user.firm,
            facts=page.facts,
            request_key=typed["request_key"],
            values=write_values(form=page.form, legs=page.legs),
            payment_date=typed.get("payment_date"),
            supersedes=page.superseded,
            seen=typed.get("draft_saved_at", ""),
            advisor=page.request.user,
        )
    except AlreadyIssued as issued:
        messages.info(page.request, f"{issued} There is no draft of it to save.")
        return redirect("letter_page", letter_id=issued.letter.pk)
    except DraftChanged as changed:
        return _show_conflict(page, changed.draft, undone="saved")
    except RolloverDraft.DoesNotExist:
        raise Http404 from None
    messages.success(page.request, "The draft is saved: nothing is issued yet.")
    return redirect("client_page", page.facts.participant.pk)


def _issue(page: _Page) -> HttpResponse:
    request, form = page.request, page.form
    try:
        letter = issue_form(
            firm=request.user.firm,
            facts=page.facts,
            entry=_read_entry(page),
            advisor=request.user,
            today=timezone.localdate(),
            request_key=form.cleaned_data["request_key"],
            values=write_values(form=form, legs=page.legs),
            seen=form.cleaned_data["draft_saved_at"],
            shown_digest=request.POST.get("shown_digest", ""),
            acknowledgements=form.reasons,
        )
    except DraftChanged as changed:
        return _show_conflict(page, changed.draft, undone="issued")
    except LetterBlocked as blocked:
        notice = "No letter was issued: a finding below blocks it."
        return _show_page(page, blocked.outcome, notice=notice, status=409)
    except AlreadySuperseded:
        messages.error(request, "Another letter has superseded that one in the meantime. Nothing was issued.")
        return redirect("letter_list")
    except CannotSupersede as error:
        messages.error(
            request,
            f"Letter {error} was paid or voided in the meantime, and is not superseded. Nothing was issued.",
        )
        return redirect("letter_page", letter_id=page.superseded.pk if page.superseded else 0)
    except FiguresChanged as figures:
        notice = "Nothing is issued yet: read the letter as it now stands, then issue it."
        return _show_page(page, figures.outcome, notice=notice, status=409)
    except FindingsUnacknowledged as unacknowledged:
        form.ask_reasons(findings=unacknowledged.findings)
        form.refuse_unexplained(findings=unacknowledged.findings)
        return _show_page(page, unacknowledged.outcome, status=422)
    messages.success(request, f"Letter {letter.reference} is issued.")
    return redirect("letter_page", letter_id=letter.pk)


def _show_conflict(page: _Page, draft: RolloverDraft, *, undone: str) -> HttpResponse:
    """Return the page with what was typed, beside what somebody else saved: the next press may replace it."""
    data = page.request.POST.copy()
    data["draft_saved_at"] = write_token(draft=draft)
    typed = replace(page, form=RolloverForm(data), legs=LegFormSet(data, prefix="legs"))
    saved = read_values(values=draft.values, request_key=draft.request_key, token="")
    who = "You" if draft.saved_by == page.request.user else draft.saved_by.full_name
    return _show_page(
        typed,
        _preview(typed),
        notice=f"{who} saved this draft in the meantime, so nothing was {undone}. What you typed is in the form; what"
        " differs is told below. Save or issue again to put yours in its place.",
        differences=list_differences(form=typed.form, legs=typed.legs, saved=saved),
        status=409,
    )


# --- What the address asks for ------------------------------------------------------------------------------


def _find_draft(request: AdvisorRequest, plan_id: int) -> RolloverDraft | None:
    """Return the draft in `?draft=`, None where there is none. Raises Http404 for what is no draft of this plan."""
    text = request.GET.get("draft")
    if text is None:
        return None
    draft = get_or_404(get_draft, firm=request.user.firm, draft_id=_read_id(text))
    if draft.plan_id != plan_id:
        raise Http404
    return draft


def _read_id(text: str) -> int:
    """Return the id that an address names, or 0, which nothing has."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID else 0


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
    case = get_or_404(open_case, firm=request.user.firm, letter_id=_read_id(text))
    return case.letter if case.letter.request.plan_id == plan.pk and not case.is_superseded else None


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
            if row.to == Payee.DESIGNATED_ROTH:
                continue
            legs.append(
                {
                    "to": row.to,
                    "amount": row.amount,
                    "pretax": row.pretax_elected,
                    "payee": "" if row.to == Payee.PARTICIPANT else row.payee,
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
    if request.GET.get("way") in REQUESTED_WAYS:
        initial["way"] = request.GET["way"]
    return RolloverForm(initial=initial), LegFormSet(prefix="legs", initial=legs[:MOST_LEGS])


def _suggest_way(facts: PlanFacts, subaccount: Contract | None) -> Way:
    if read_provisions(facts).allows_only_in_plan:
        return Way.IN_PLAN
    return suggest_way(firm=facts.plan.firm, subaccount=subaccount)


def _read_page(request: AdvisorRequest, plan_id: int, *, require_destinations: bool) -> _Page:
    """Return the page with what was posted. Only to issue must destinations be named."""
    facts, superseded = _find_facts(request, plan_id)
    return _Page(
        request=request,
        facts=facts,
        superseded=superseded,
        form=RolloverForm(request.POST, require_destinations=require_destinations),
        legs=LegFormSet(
            request.POST, prefix="legs", form_kwargs={"require_destinations": require_destinations}
        ),
    )


# --- What it comes to ---------------------------------------------------------------------------------------


def _preview(page: _Page) -> Outcome | None:
    """Return what the forms come to, or None while they cannot be read."""
    if not page.form.is_bound:
        entry = _read_initial_entry(page)
    elif _are_readable(page.form, page.legs):
        entry = _read_entry(page)
    else:
        return None
    return preview_rollover(
        firm=page.request.user.firm,
        facts=page.facts,
        entry=entry,
        advisor=page.request.user,
        today=timezone.localdate(),
    )


def _are_readable(form: RolloverForm, legs: Any) -> bool:
    """Return whether what was posted can be read; the own legs count only where they are the way."""
    own = form.data.get("way") == Way.OWN
    # Both are always asked, so that both show what is wrong.
    return form.is_valid() & (legs.is_valid() if own else True)


def _read_entry(page: _Page) -> RolloverEntry:
    values = page.form.cleaned_data
    return _make_entry(values, page.legs.entered if values["way"] == Way.OWN else [], page.superseded)


def _read_initial_entry(page: _Page) -> RolloverEntry:
    form = page.form
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    own_legs = [row.initial for row in page.legs.forms if row.initial.get("to")]
    return _make_entry(values, own_legs, page.superseded)


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
                payee=values.get(f"{prefix}_custodian") or "",
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


def _describe(page: _Page, outcome: Outcome | None) -> dict[str, Any]:
    form, legs, facts = page.form, page.legs, page.facts
    if outcome and not outcome.blocks:
        form.ask_reasons(findings=outcome.questionable)
    return {
        "plan": facts.plan,
        "client": facts.participant,
        "whose": facts.whose,
        "statement": facts.statement,
        "superseded": page.superseded,
        "form": form,
        "legs": legs,
        "formsets": [legs] if legs.is_bound and form.data.get("way") == Way.OWN else [],
        "outcome": outcome,
        "findings": link_findings(findings=outcome.findings, facts=facts, form=form) if outcome else [],
        "preview": letter_preview(outcome.letter) if outcome and outcome.letter else None,
    }


def _show_page(
    page: _Page,
    outcome: Outcome | None,
    *,
    notice: str = "",
    differences: Sequence[Difference] = (),
    status: int = 200,
) -> HttpResponse:
    more = {"notice": notice, "differences": differences, "draft": _find_saved(page)}
    return render(page.request, "issuing/rollover_new.html", _describe(page, outcome) | more, status=status)


def _find_saved(page: _Page) -> RolloverDraft | None:
    """Return the draft that the form was saved as, if it was."""
    key = page.form.cleaned_data.get("request_key") if page.form.is_bound else None
    draft = find_draft_by_key(firm=page.request.user.firm, request_key=key) if key else None
    return draft if draft and draft.plan_id == page.facts.plan.pk else None


def letter_preview(letter: AfterTaxLetter) -> SafeString:
    """Return the letter as it reads, for a page: the same template as its PDF."""
    logo_url = reverse("firm_logo") if letter.letterhead.logo else ""
    context = letter_context(letter=letter, logo_url=logo_url, title_tag="h4", section_tag="h5")
    return render_to_string("letters/_letter.html", context)
