from django.db import models

from advisors.models import Advisor
from clients.models import SubaccountStatement
from clients.models.columns import FirmOwned


class StatementAcknowledgement(FirmOwned):
    """Somebody's reason for a difference between a statement and the ledger. Amounts are dollars, signed.

    It holds for these very differences: once a figure changes, the new difference has not been acknowledged.
    """

    append_only = True

    statement = models.ForeignKey(
        SubaccountStatement, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    basis_difference = models.DecimalField(max_digits=14, decimal_places=2)
    reason = models.CharField(max_length=300)
    acknowledged_by = models.ForeignKey(Advisor, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="acknowledgement_of_a_difference",
                condition=~models.Q(basis_difference=0)
                & models.Q(basis_difference__gte=-999_999_999, basis_difference__lte=999_999_999),
            ),
            models.CheckConstraint(name="acknowledgement_has_a_reason", condition=~models.Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.statement}: {self.basis_difference}"
