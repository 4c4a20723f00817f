"""A batch is watched, tried again, and taken as one archive."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients.views.pages import get_or_404
from law.words import Way
from rollovers.batches.archives import stream_archive
from rollovers.batches.asking import LettersOfAnotherDay, retry_batch
from rollovers.batches.previews import Which
from rollovers.batches.queries import get_batch, list_batches, list_items
from rollovers.models import Batch

ITEMS_A_PAGE = 100
BATCHES_A_PAGE = 50
STILL = datetime.timedelta(minutes=1)


@require_GET
def batch_list(request: AdvisorRequest) -> HttpResponse:
    page = Paginator(list_batches(firm=request.user.firm), BATCHES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "batches/batch_list.html", {"page": page})


@require_GET
def batch_page(request: AdvisorRequest, batch_id: int) -> HttpResponse:
    batch = get_or_404(get_batch, firm=request.user.firm, batch_id=batch_id)
    items = list_items(firm=request.user.firm, batch=batch)
    page = Paginator(items, ITEMS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "batches/batch_page.html", _describe_progress(batch) | {"page": page})


@require_GET
def batch_progress(request: AdvisorRequest, batch_id: int) -> HttpResponse:
    batch = get_or_404(get_batch, firm=request.user.firm, batch_id=batch_id)
    context = _describe_progress(batch)
    response = render(request, "batches/_batch_progress.html", context)
    if not context["waiting"]:
        response["HX-Refresh"] = "true"  # at the end the page comes once more, with every result
    return response


def _describe_progress(batch: Any) -> dict[str, Any]:
    done = batch.total - batch.waiting
    return {
        "batch": batch,
        "way": Way(batch.way).label if batch.way else "",
        "done": done,
        "waiting": batch.waiting,
        "left": batch.total - batch.issued,
        "is_still": bool(batch.waiting) and timezone.now() - batch.moved_at > STILL,
        "is_of_today": batch.letter_date == timezone.localdate(),
        "again_query": write_again_query(batch),
    }


def write_again_query(batch: Batch) -> str:
    """Return what previews again the letters of a batch that are not issued: the same way, no payment in the past."""
    payment_date = max(batch.payment_date, timezone.localdate())
    return urlencode(
        {
            "which": Which.ALL.value,
            "again": batch.pk,
            "way": batch.way,
            "payment_date": payment_date.isoformat(),
        }
    )


@require_POST
@writer_required
def batch_retry(request: AdvisorRequest, batch_id: int) -> HttpResponse:
    batch = get_or_404(get_batch, firm=request.user.firm, batch_id=batch_id)
    try:
        retry_batch(firm=request.user.firm, batch=batch, today=timezone.localdate())
    except LettersOfAnotherDay:
        messages.error(request, "These letters bear the date of another day. Preview them again, then issue.")
        return redirect(f"{reverse('batch_new')}?{write_again_query(batch)}")
    return redirect("batch_page", batch_id=batch.pk)


@require_GET
def batch_zip(request: AdvisorRequest, batch_id: int) -> StreamingHttpResponse:
    batch = get_or_404(get_batch, firm=request.user.firm, batch_id=batch_id)
    response = StreamingHttpResponse(
        stream_archive(firm=request.user.firm, batch=batch), content_type="application/zip"
    )
    response["Content-Disposition"] = f'attachment; filename="batch-{batch.pk}.zip"'
    return response
