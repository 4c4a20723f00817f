"""The scans beside a letter, and the documents stored with it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from advisors.requests import AdvisorRequest
from advisors.roles import writer_required
from clients.views.pages import get_or_404, read_post, render_form
from rollovers.cases.forms.steps import EvidenceForm
from rollovers.cases.recording import add_evidence
from rollovers.evidence.queries.letters import get_letter
from rollovers.evidence.queries.lives import get_evidence, read_document_pdf
from rollovers.models import DocumentKind


@require_http_methods(["GET", "POST"])
@writer_required
def evidence_new(request: AdvisorRequest, letter_id: int) -> HttpResponse:
    letter = get_or_404(get_letter, firm=request.user.firm, letter_id=letter_id)
    form = EvidenceForm(read_post(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        attachment = form.read_attachment(title=form.cleaned_data["title"])
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
