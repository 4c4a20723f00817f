"""What followed a letter: payments and the tax forms that came."""

from collections.abc import Iterable

from django.db.models import QuerySet

from advisors.models import Firm
from clients.models import (
    SubaccountMovement,
)
from law.words import MovementKind
from rollovers.evidence.queries.letters import list_letters
from rollovers.evidence.queries.lives import list_lives
from rollovers.models import (
    Letter,
    ReceivedForm,
)


def list_lives_of_participant(*, firm: Firm, participant_id: int) -> QuerySet[Letter]:
    """Return a participant's letters with their disbursements and their lives."""
    letters = list_letters(firm=firm).filter(request__participant_id=participant_id)
    return list_lives(firm=firm, letters=letters.prefetch_related("request__disbursements"))


def list_payments(*, firm: Firm, letters: Iterable[Letter]) -> dict[str, list[SubaccountMovement]]:
    """Return, by a letter's reference, the recorded distributions that paid what it asked for, the earliest first."""
    payments: dict[str, list[SubaccountMovement]] = {}
    for movement in SubaccountMovement.objects.filter(
        firm=firm,
        kind=MovementKind.DISTRIBUTION,
        letter_reference__in=[letter.reference for letter in letters],
    ).order_by("movement_date", "pk"):
        payments.setdefault(movement.letter_reference, []).append(movement)
    return payments


def list_received_forms(*, firm: Firm, letters: Iterable[Letter]) -> dict[int, list[ReceivedForm]]:
    """Return, by a letter's id, the tax forms that came for it, in the order in which they were entered."""
    received: dict[int, list[ReceivedForm]] = {}
    for form in ReceivedForm.objects.filter(firm=firm, letter__in=list(letters)).order_by("pk"):
        received.setdefault(form.letter_id, []).append(form)
    return received


def get_received_form(*, firm: Firm, received_form_id: int) -> ReceivedForm:
    """Return one tax form that came. Raises ReceivedForm.DoesNotExist, also for another firm's."""
    return ReceivedForm.objects.select_related("letter__request__participant").get(
        firm=firm, pk=received_form_id
    )
