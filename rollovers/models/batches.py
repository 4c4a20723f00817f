"""Letters in hundreds: what was asked for together, and what became of each."""

from django.db import models

from advisors.models import Advisor
from clients.models import Client, Plan
from clients.models.columns import FirmOwned, dates_bounded, one_of
from rollovers.models.letters import Letter


class Batch(FirmOwned):
    """Letters asked for at one time, on one payment date. `batch_key`: a second press starts nothing new.

    `way` is empty where each client's own way is chosen by the firm's threshold of small earnings. `reasons` say,
    by a finding's code, why letters may go ahead over it.
    """

    batch_key = models.UUIDField()
    way = models.CharField(max_length=10, blank=True)
    payment_date = models.DateField()
    letter_date = models.DateField()
    reasons = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(Advisor, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(name="batch_key_once_a_firm", fields=["firm", "batch_key"]),
            dates_bounded(name="batch_dates_bounded", columns=["payment_date", "letter_date"]),
        ]

    def __str__(self) -> str:
        return f"Letters for {self.payment_date}"


class ItemState(models.TextChoices):
    """What became of one letter of a batch."""

    WAITING = "waiting", "Waiting"
    ISSUED = "issued", "Issued"
    REFUSED = "refused", "Not issued"
    FAILED = "failed", "Failed"


class BatchItem(FirmOwned):
    """One letter of a batch: for one participant of one plan. Its key lets it be issued once, however often tried."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="items")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    participant = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    request_key = models.UUIDField()
    shown_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=ItemState, default=ItemState.WAITING)
    why = models.CharField(max_length=1000, blank=True)
    letter = models.OneToOneField(
        Letter, on_delete=models.PROTECT, related_name="batch_item", null=True, blank=True
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(name="item_position_once", fields=["batch", "position"]),
            models.UniqueConstraint(name="item_once_a_batch", fields=["batch", "plan", "participant"]),
            models.UniqueConstraint(name="item_key_once_a_firm", fields=["firm", "request_key"]),
            one_of(name="item_state_known", column="state", choices=ItemState),
            models.CheckConstraint(
                name="item_issued_has_a_letter",
                condition=models.Q(state=ItemState.ISSUED, letter__isnull=False)
                | (~models.Q(state=ItemState.ISSUED) & models.Q(letter__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}: {self.get_state_display()}"
