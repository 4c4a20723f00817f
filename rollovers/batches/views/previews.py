"""Letters in hundreds are chosen, previewed page by page, and asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients.views.pages import get_or_404
from law.words import Way
from rollovers.batches.asking import NothingChosen, ReasonsMissing, ShownChanged, start_batch
from rollovers.batches.forms import BatchForm
from rollovers.batches.previews import (
    MOST_LETTERS,
    BatchPreview,
    BatchRow,
    BatchWish,
    Which,
    count_questionable,
    preview_batch,
    total_rows,
)
from rollovers.batches.queries import get_batch
from rollovers.reviews.views.findings import ShownFinding, link_findings

ROWS_A_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row of the preview as the page shows it. `why_not` are the findings that block its letter."""

    row: BatchRow
    is_chosen: bool
    has_changed: bool
    why_not: list[ShownFinding]


@require_http_methods(["GET", "POST"])
@writer_required
def batch_new(request: AdvisorRequest) -> HttpResponse:
    if request.method == "GET":
        form = BatchForm(_start_values(request))
        return _show_preview(request, form, page=1, status=200 if form.is_valid() else 422)
    form = BatchForm(request.POST)
    if not form.is_valid():
        return _show_preview(request, form, page=1, status=422)
    action = request.POST.get("action", "")
    if action == "issue":
        return _issue(request, form)
    # Another page of the same preview, or the preview anew.
    return _show_preview(request, form, page=_read_page(action), is_fresh=not action.startswith("page-"))


def _issue(request: AdvisorRequest, form: BatchForm) -> HttpResponse:
    try:
        batch = start_batch(
            firm=request.user.firm,
            wish=_read_wish(request, form),
            advisor=request.user,
            today=timezone.localdate(),
            batch_key=form.cleaned_data["batch_key"],
            chosen=form.chosen_digests,
            reasons=form.reasons,
        )
    except NothingChosen:
        form.add_error(None, "Choose at least one letter that can be issued.")
        return _show_preview(request, form, page=1, status=422)
    except ShownChanged as error:
        notice = (
            f"Nothing is issued yet: {len(error.keys)} of the letters changed in the meantime. Read them as they"
            " now stand, then issue."
        )
        return _show_preview(request, form, page=1, notice=notice, changed=error.keys, status=409)
    except ReasonsMissing as error:
        form.ask_reasons(codes=error.codes)
        form.refuse_unexplained(codes=error.codes)
        return _show_preview(request, form, page=1, status=422)
    return redirect("batch_page", batch_id=batch.pk)


def _start_values(request: AdvisorRequest) -> Any:
    """Return what the page starts with: what the address asks for, else what most often is wanted."""
    values = request.GET.copy()
    values.setdefault("which", Which.OPEN.value)
    values.setdefault("way", "")
    values.setdefault("payment_date", timezone.localdate().isoformat())
    values["batch_key"] = str(uuid4())
    for name in ("shown", "on_page", "left_out"):
        values[name] = ""
    return values


def _read_page(action: str) -> int:
    number = action.removeprefix("page-")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else 1


def _read_wish(request: AdvisorRequest, form: BatchForm) -> BatchWish:
    values = form.cleaned_data
    again = (
        get_or_404(get_batch, firm=request.user.firm, batch_id=values["again"]) if values["again"] else None
    )
    return BatchWish(
        which=Which(values["which"]),
        way=Way(values["way"]) if values["way"] else None,
        payment_date=values["payment_date"],
        again=again,
    )


def _show_preview(
    request: AdvisorRequest,
    form: BatchForm,
    *,
    page: int,
    notice: str = "",
    changed: frozenset[str] = frozenset(),
    is_fresh: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Show a page of the preview. Unless it `is_fresh`, rows of its other pages stay as they were last shown."""
    context: dict[str, Any] = {"form": form, "notice": notice, "most": MOST_LETTERS}
    if {"which", "way", "payment_date", "again", "shown", "on_page", "left_out"}.isdisjoint(form.errors):
        wish = _read_wish(request, form)
        preview = preview_batch(
            firm=request.user.firm, wish=wish, advisor=request.user, today=timezone.localdate()
        )
        context |= {"wish": wish} | _describe_preview(form, preview, page, changed, is_fresh=is_fresh)
    return render(request, "batches/batch_new.html", context, status=status)


def _describe_preview(
    form: BatchForm, preview: BatchPreview, page_number: int, changed: frozenset[str], *, is_fresh: bool
) -> dict[str, Any]:
    if changed:
        places = [place for place, row in enumerate(preview.rows) if row.key in changed]
        page_number = places[0] // ROWS_A_PAGE + 1 if places else 1
    left_out = form.keys_left_out
    page = Paginator(preview.rows, ROWS_A_PAGE).get_page(page_number)
    rows = [
        ShownRow(
            row=row,
            is_chosen=row.can_be_issued and row.key not in left_out,
            has_changed=row.key in changed,
            why_not=link_findings(findings=row.outcome.blocks, facts=row.facts),
        )
        for row in page.object_list
    ]
    on_page = {shown.row.key for shown in rows}
    chosen = [row for row in preview.ready if row.key not in left_out]
    codes = count_questionable(rows=chosen)
    form.ask_reasons(codes=[each.code for each in codes])
    return {
        "preview": preview,
        "page": page,
        "rows": rows,
        "ready": len(preview.ready),
        "chosen": len(chosen),
        "totals": total_rows(rows=chosen),
        "codes": [(each, form.get_reason_field(code=each.code)) for each in codes],
        "shown": _write_shown(form=form, preview=preview, on_page=on_page, is_fresh=is_fresh),
        "on_page": " ".join(row.row.key for row in rows if row.row.can_be_issued),
        "left_out": " ".join(sorted(left_out)),
    }


def _write_shown(*, form: BatchForm, preview: BatchPreview, on_page: set[str], is_fresh: bool) -> str:
    """Return the fingerprints to be posted: of a row that this page does not show, the one that was shown before."""
    before: Mapping[str, str] = {} if is_fresh else form.shown_digests
    return " ".join(
        f"{row.key}:{row.digest if row.key in on_page else before.get(row.key, row.digest)}"
        for row in preview.ready
    )
