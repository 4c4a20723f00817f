"""What a planner does on the rollover page: choose, see what it comes to, put it aside as a draft, issue."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients.views.pages import get_or_404
from rollovers.evidence.cases import open_case
from rollovers.issuing.drafts import AlreadyIssued, DraftChanged, save_draft, write_token
from rollovers.issuing.forms.drafts import list_differences, read_values, write_values
from rollovers.issuing.forms.entries import are_readable, start_forms
from rollovers.issuing.forms.rollovers import LegFormSet, RolloverForm
from rollovers.issuing.letters import (
    AlreadySuperseded,
    CannotSupersede,
    FiguresChanged,
    FindingsUnacknowledged,
    LetterBlocked,
    issue_form,
)
from rollovers.issuing.views.pages import (
    Page,
    describe_page,
    find_draft,
    find_facts,
    preview_page,
    read_page,
    show_page,
)
from rollovers.models import RolloverDraft
from rollovers.reviews.queries import get_plan_facts


@require_http_methods(["GET", "POST"])
@writer_required
def rollover_new(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    if request.method == "GET":
        draft = find_draft(request, plan_id)
        return _open_draft(request, draft) if draft else _show_start(request, plan_id)
    action = request.POST.get("action")
    page = read_page(request, plan_id, require_destinations=action == "issue")
    if action == "draft":
        return _save(page)
    if not are_readable(form=page.form, legs=page.legs):
        return show_page(page, None, status=422)
    return _issue(page) if action == "issue" else show_page(page, preview_page(page))


@require_POST
@writer_required
def rollover_preview(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    page = read_page(request, plan_id, require_destinations=False)
    return render(request, "issuing/_outcome.html", describe_page(page, preview_page(page)))


def _show_start(request: AdvisorRequest, plan_id: int) -> HttpResponse:
    facts, superseded = find_facts(request, plan_id)
    form, legs = start_forms(
        facts=facts, superseded=superseded, way=request.GET.get("way", ""), today=timezone.localdate()
    )
    page = Page(request=request, facts=facts, superseded=superseded, form=form, legs=legs)
    return show_page(page, preview_page(page))


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
    page = Page(request=request, facts=facts, superseded=superseded, form=form, legs=legs)
    return show_page(page, preview_page(page), notice=notice)


def _save(page: Page) -> HttpResponse:
    """Put the form aside, however incomplete or wrong it is."""
    page.form.is_valid()  # what can be read is then in cleaned_data
    typed = page.form.cleaned_data
    if "request_key" not in typed:
        return show_page(page, None, status=422)
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


def _issue(page: Page) -> HttpResponse:
    request, form = page.request, page.form
    try:
        letter = issue_form(
            firm=request.user.firm,
            facts=page.facts,
            entry=page.read_entry(),
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
        return show_page(page, blocked.outcome, notice=notice, status=409)
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
        return show_page(page, figures.outcome, notice=notice, status=409)
    except FindingsUnacknowledged as unacknowledged:
        form.ask_reasons(findings=unacknowledged.findings)
        form.refuse_unexplained(findings=unacknowledged.findings)
        return show_page(page, unacknowledged.outcome, status=422)
    messages.success(request, f"Letter {letter.reference} is issued.")
    return redirect("letter_page", letter_id=letter.pk)


def _show_conflict(page: Page, draft: RolloverDraft, *, undone: str) -> HttpResponse:
    """Return the page with what was typed, beside what somebody else saved: the next press may replace it."""
    data = page.request.POST.copy()
    data["draft_saved_at"] = write_token(draft=draft)
    typed = replace(page, form=RolloverForm(data), legs=LegFormSet(data, prefix="legs"))
    saved = read_values(values=draft.values, request_key=draft.request_key, token="")
    who = "You" if draft.saved_by == page.request.user else draft.saved_by.full_name
    return show_page(
        typed,
        preview_page(typed),
        notice=f"{who} saved this draft in the meantime, so nothing was {undone}. What you typed is in the form; what"
        " differs is told below. Save or issue again to put yours in its place.",
        differences=list_differences(form=typed.form, legs=typed.legs, saved=saved),
        status=409,
    )
