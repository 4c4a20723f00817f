"""Every read of drafts: rollover forms put aside before their letter was issued."""

from uuid import UUID

from django.db.models import Q, QuerySet

from advisors.models import Firm
from clients.models import Client
from rollovers.models import RolloverDraft


def get_draft(*, firm: Firm, draft_id: int) -> RolloverDraft:
    """Return a draft with what was typed. Raises RolloverDraft.DoesNotExist, also for another firm's."""
    return RolloverDraft.objects.select_related("plan", "participant", "saved_by").get(firm=firm, pk=draft_id)


def list_drafts(*, firm: Firm) -> QuerySet[RolloverDraft]:
    """Return the firm's drafts, the latest saved first, without what was typed."""
    return (
        RolloverDraft.objects.filter(firm=firm)
        .select_related("plan", "participant", "saved_by", "supersedes")
        .defer("values", "supersedes__pdf")
    )


def list_drafts_of_client(*, firm: Firm, client: Client) -> QuerySet[RolloverDraft]:
    """Return the drafts for a client, and for whoever else takes part in the client's plans."""
    return list_drafts(firm=firm).filter(Q(participant=client) | Q(plan__client=client))


def find_draft_by_key(*, firm: Firm, request_key: UUID) -> RolloverDraft | None:
    """Return the draft that this filled form was put aside as, if it was."""
    return RolloverDraft.objects.filter(firm=firm, request_key=request_key).first()
