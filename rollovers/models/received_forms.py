import pghistory
from django.db import models

from clients.models.columns import FirmOwned, amount_column, amounts_bounded, dates_bounded, one_of
from law.words import FormKind
from rollovers.models.letters import Letter


@pghistory.track()
class ReceivedForm(FirmOwned):
    """A Form 1099-R of the plan or a Form 5498 of an IRA custodian, as it arrived. Amounts are dollars.

    Of Form 5498, `gross` is box 2 (rollover contributions) and the other boxes stay empty.
    """

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="received_forms")
    kind = models.CharField(max_length=5, choices=FormKind.choices, default=FormKind.FORM_1099R.value)
    payer = models.CharField("payer or custodian", max_length=120)
    gross = amount_column("box 1, gross distribution (of Form 5498: box 2, rollover)")
    taxable = amount_column("box 2a, taxable amount", null=True, blank=True)
    taxable_not_determined = models.BooleanField("box 2b, taxable amount not determined", default=False)
    withheld = amount_column("box 4, federal income tax withheld")
    basis = amount_column("box 5, employee contributions")
    code = models.CharField("box 7, distribution code", max_length=2, blank=True)
    received_date = models.DateField()

    class Meta:
        ordering = ["letter", "pk"]
        constraints = [
            one_of(name="received_form_kind_known", column="kind", choices=FormKind),
            amounts_bounded(name="received_form_amounts_bounded", columns=["gross", "withheld", "basis"]),
            models.CheckConstraint(
                name="received_form_taxable_bounded",
                condition=models.Q(taxable=None) | models.Q(taxable__gte=0, taxable__lte=999_999_999),
            ),
            dates_bounded(name="received_form_date_bounded", columns=["received_date"]),
            models.CheckConstraint(
                name="received_form_code",
                condition=models.Q(kind=FormKind.FORM_5498.value, code="")
                | models.Q(kind=FormKind.FORM_1099R.value, code__regex=r"^[1-9A-HJ-NP-UW]{1,2}$"),
                violation_error_message="Enter the code of box 7 as the form shows it, like G.",
            ),
            models.CheckConstraint(name="received_form_has_a_payer", condition=~models.Q(payer="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.payer}"
