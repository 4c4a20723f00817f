"""Putting a rollover form aside before its letter is issued. What somebody else saved is never overwritten unseen."""

import datetime
from uuid import UUID

from django.db import transaction

from advisors.models import Advisor, Firm
from rollovers.evidence.queries.letters import find_letter_by_key
from rollovers.issuing.queries.drafts import find_draft_by_key
from rollovers.models import Letter, RolloverDraft
from rollovers.reviews.queries import PlanFacts, lock_subaccount


class DraftChanged(Exception):
    """The draft was saved again since the form was opened; `draft` is what it is now."""

    def __init__(self, draft: RolloverDraft) -> None:
        self.draft = draft
        super().__init__(f"{draft} was saved by {draft.saved_by} in the meantime.")


class AlreadyIssued(Exception):
    """The form has become a letter, so there is no draft of it any more."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        super().__init__(f"The form was issued as {letter.reference}.")


def save_draft(
    *,
    firm: Firm,
    facts: PlanFacts,
    request_key: UUID,
    values: str,
    payment_date: datetime.date | None,
    supersedes: Letter | None,
    seen: str,
    advisor: Advisor,
) -> RolloverDraft:
    """Keep a filled form, however incomplete: one draft a `request_key`, which a second save updates.

    `values` is the form as a query string; `seen` says of what save of the draft the form was filled, as `write_token`
    writes it, "" where it was none. The same values again change nothing.

    Raises DraftChanged where another save came in between, AlreadyIssued where the form has become a letter, and
    RolloverDraft.DoesNotExist where the key is that of a form for another plan or participant.
    """
    with transaction.atomic():
        # As issuing does: the letter with this key is there, or it is not yet and waits for this draft.
        if facts.subaccount is not None:
            lock_subaccount(firm=firm, subaccount_id=facts.subaccount.pk)
        letter = find_letter_by_key(firm=firm, request_key=request_key)
        if letter is not None:
            raise AlreadyIssued(letter)
        filled = {
            "values": values,
            "payment_date": payment_date,
            "supersedes": supersedes,
            "saved_by": advisor,
        }
        draft, is_new = RolloverDraft.objects.select_for_update().get_or_create(
            firm=firm,
            request_key=request_key,
            defaults={"plan": facts.plan, "participant": facts.participant} | filled,
        )
        if is_new:
            return draft
        if (draft.plan_id, draft.participant_id) != (facts.plan.pk, facts.participant.pk):
            raise RolloverDraft.DoesNotExist
        if draft.values == values:
            return draft
        _refuse_changed(draft=draft, seen=seen)
        for name, value in filled.items():
            setattr(draft, name, value)
        draft.save()
        return draft


def refuse_changed_draft(*, firm: Firm, facts: PlanFacts, request_key: UUID, values: str, seen: str) -> None:
    """Raise DraftChanged where the form's draft was saved again, with other values, since the form was opened.

    Inside the caller's transaction: until that ends nobody saves the draft, for the sub-account is locked.
    """
    if facts.subaccount is not None:
        lock_subaccount(firm=firm, subaccount_id=facts.subaccount.pk)
    draft = find_draft_by_key(firm=firm, request_key=request_key)
    if draft is not None and draft.values != values:
        _refuse_changed(draft=draft, seen=seen)


def _refuse_changed(*, draft: RolloverDraft, seen: str) -> None:
    if write_token(draft=draft) != seen:
        raise DraftChanged(draft)


def write_token(*, draft: RolloverDraft) -> str:
    """Return what tells this save of the draft from every other."""
    return draft.saved_at.isoformat()


def discard_draft(*, firm: Firm, draft: RolloverDraft) -> None:
    """Throw a draft away for good."""
    RolloverDraft.objects.filter(firm=firm, pk=draft.pk).delete()
