import pghistory
from django.db import models

from clients.models.columns import FirmOwned, one_of


class Slot(models.TextChoices):
    """The places of a packet whose words a firm may choose. All else is fixed."""

    OPENING = "opening", "Letter: a sentence before the request"
    CONTACT = "contact", "Letter: whom to ask"
    CLOSING = "closing", "Letter: a sentence before the signatures"
    CUSTODIAN_NOTE = "custodian_note", "Custodian's instructions: a note on delivery"


@pghistory.track()
class Wording(FirmOwned):
    """A firm's own words for one marked place of its letters. Checked by `rollovers.letters.wording`."""

    slot = models.CharField(max_length=20, choices=Slot)
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["slot"]
        verbose_name_plural = "wording"
        constraints = [
            models.UniqueConstraint(name="wording_once_a_slot", fields=["firm", "slot"]),
            one_of(name="wording_slot_known", column="slot", choices=Slot),
            models.CheckConstraint(name="wording_has_words", condition=~models.Q(text="")),
        ]

    def __str__(self) -> str:
        return self.get_slot_display()
