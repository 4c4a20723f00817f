from decimal import Decimal

import pghistory
from django.db import models

from clients.models.columns import FirmOwned, dates_bounded, one_of
from law.words import FilingStatus


@pghistory.track()
class Client(FirmOwned):
    """A self-employed person or business owner whom the firm advises.

    Of the social security number only the last four digits are kept: what is not kept cannot leak.
    """

    legal_name = models.CharField(max_length=120)
    birth_date = models.DateField()
    ssn_last_four = models.CharField("last four of SSN", max_length=4, blank=True)
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField("ZIP code", max_length=10, blank=True)
    filing_status = models.CharField(
        max_length=20, choices=FilingStatus.choices, default=FilingStatus.SINGLE.value
    )
    federal_rate = models.DecimalField(
        "marginal federal rate", max_digits=5, decimal_places=2, default=Decimal("0.00"), help_text="Percent."
    )
    state_rate = models.DecimalField(
        "marginal state rate", max_digits=5, decimal_places=2, default=Decimal("0.00"), help_text="Percent."
    )
    plans_backdoor = models.BooleanField(
        "plans basic backdoor Roth conversions",
        default=False,
        help_text="After-tax money into a traditional IRA, then converted, in this or a later year.",
    )

    class Meta:
        ordering = ["legal_name", "pk"]
        indexes = [models.Index(fields=["firm", "legal_name"])]
        constraints = [
            models.CheckConstraint(name="client_has_a_name", condition=~models.Q(legal_name="")),
            dates_bounded(name="client_birth_date_bounded", columns=["birth_date"]),
            one_of(name="client_filing_status_known", column="filing_status", choices=FilingStatus),
            models.CheckConstraint(
                name="client_ssn_last_four_only", condition=models.Q(ssn_last_four__regex=r"^([0-9]{4})?$")
            ),
            models.CheckConstraint(
                name="client_rates_bounded",
                condition=models.Q(
                    federal_rate__gte=0, federal_rate__lte=100, state_rate__gte=0, state_rate__lte=100
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.legal_name
