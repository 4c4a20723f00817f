"""The CPA's packet of a client and a year: its summary, its PDF and its events as CSV."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from advisors.requests import AdvisorRequest
from clients.queries import get_client
from clients.views.pages import get_or_404
from rollovers.cpa.documents import render_cpa_packet
from rollovers.cpa.events import list_happenings, write_events_csv
from rollovers.cpa.packets import CpaPacket, gather_cpa_packet, name_state, open_client_file

YEARS = range(1900, 2101)


@require_GET
def cpa_packet_page(request: AdvisorRequest, client_id: int, year: int) -> HttpResponse:
    packet = _gather(request, client_id, year)
    context = {
        "client": packet.client,
        "packet": packet,
        "happenings": list_happenings(packet=packet),
        "letters": [(letter, name_state(letter=letter), tax) for letter, tax in packet.letters],
    }
    return render(request, "cpa/cpa_packet_page.html", context)


@require_GET
def cpa_packet_pdf(request: AdvisorRequest, client_id: int, year: int) -> HttpResponse:
    packet = _gather_something(request, client_id, year)
    pdf = render_cpa_packet(packet=packet)
    return _send(pdf, content_type="application/pdf", name=f"cpa-packet-{client_id}-{year}.pdf")


@require_GET
def cpa_packet_csv(request: AdvisorRequest, client_id: int, year: int) -> HttpResponse:
    packet = _gather_something(request, client_id, year)
    content = write_events_csv(happenings=list_happenings(packet=packet))
    return _send(content, content_type="text/csv; charset=utf-8", name=f"events-{client_id}-{year}.csv")


def _gather(request: AdvisorRequest, client_id: int, year: int) -> CpaPacket:
    firm = request.user.firm
    client = get_or_404(get_client, firm=firm, client_id=client_id)
    if year not in YEARS:
        raise Http404
    return gather_cpa_packet(file=open_client_file(firm=firm, client=client), year=year)


def _gather_something(request: AdvisorRequest, client_id: int, year: int) -> CpaPacket:
    """Return the packet to be downloaded. Raises Http404 for a year with nothing in it."""
    packet = _gather(request, client_id, year)
    if packet.is_empty:
        raise Http404
    return packet


def _send(content: bytes, *, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    # The name is made of the id and the year alone: nothing that anybody typed.
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
