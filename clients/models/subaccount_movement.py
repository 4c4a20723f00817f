import pghistory
from django.db import models

from clients.models.columns import FirmOwned, amount_column, amounts_bounded, dates_bounded, one_of
from clients.models.plan import Subaccount
from law.words import RECORDED_MOVEMENTS, MovementKind, choices_of


@pghistory.track()
class SubaccountMovement(FirmOwned):
    """One deposit into, or payment out of, an after-tax sub-account, as the recordkeeper's papers show it.

    Amounts are dollars. `amount` is the contribution, the whole distribution, or the contributions returned;
    `earnings` are what was returned with an excess, negative where a loss was. `year` is the limitation year that
    a contribution or a returned excess counts for.
    """

    subaccount = models.ForeignKey(Subaccount, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=16, choices=choices_of(RECORDED_MOVEMENTS))
    movement_date = models.DateField("date")
    year = models.PositiveSmallIntegerField(
        "for the year", null=True, blank=True, help_text="The limitation year of a contribution or an excess."
    )
    amount = amount_column("amount")
    earnings = amount_column("earnings returned with it", help_text="A loss: (120.00)")
    value_before = amount_column(
        "value just before",
        null=True,
        blank=True,
        help_text="What the sub-account was worth on the payment date. Needed for a part of it only.",
    )
    letter_reference = models.CharField(
        "reference of the letter that asked for it",
        max_length=20,
        blank=True,
        help_text="As in AT-7K3M-Q2XD.",
    )
    source_document = models.CharField(max_length=120)

    class Meta:
        ordering = ["subaccount", "movement_date", "pk"]
        constraints = [
            one_of(name="movement_kind_known", column="kind", choices=RECORDED_MOVEMENTS),
            dates_bounded(name="movement_date_bounded", columns=["movement_date"]),
            amounts_bounded(name="movement_amounts_bounded", columns=["amount", "value_before"]),
            models.CheckConstraint(
                name="movement_moves_something",
                condition=models.Q(amount__gt=0),
                violation_error_message="Enter an amount above zero.",
            ),
            models.CheckConstraint(
                name="movement_earnings_bounded",
                condition=models.Q(earnings=0)
                | models.Q(
                    kind=MovementKind.RETURNED_EXCESS.value,
                    earnings__gte=-models.F("amount"),
                    earnings__lte=999_999_999,
                ),
                violation_error_message="Only a returned excess carries earnings, and loses no more than its amount.",
            ),
            models.CheckConstraint(
                name="movement_year_where_it_counts",
                condition=models.Q(kind=MovementKind.DISTRIBUTION.value, year=None)
                | ~models.Q(kind=MovementKind.DISTRIBUTION.value) & models.Q(year__gte=2000, year__lte=2100),
                violation_error_message="A contribution and an excess count for a year; a distribution does not.",
            ),
            models.CheckConstraint(
                name="movement_within_value",
                condition=models.Q(value_before=None)
                | models.Q(kind=MovementKind.DISTRIBUTION.value, value_before__gte=models.F("amount")),
                violation_error_message="No more can leave than the sub-account was worth just before.",
            ),
            models.CheckConstraint(name="movement_has_a_source", condition=~models.Q(source_document="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.movement_date}"
