from django.db import models

from clients.models.columns import FirmOwned


class Reliance(FirmOwned):
    """A record that somebody's letter rests on a fact.

    `rollovers` writes one for each fact under a letter it issues. From then on a trigger lets nobody change
    that fact without a reason in the history's context, nor delete it; the letter is then stale.
    """

    append_only = True

    fact_table = models.CharField(max_length=63)
    fact_id = models.BigIntegerField()
    letter_reference = models.CharField(max_length=40)
    relied_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="reliance_once", fields=["fact_table", "fact_id", "letter_reference"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter_reference} rests on {self.fact_table} {self.fact_id}"
