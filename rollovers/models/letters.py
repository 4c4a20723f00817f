"""What was asked for and issued. Figures are stored as computed and never recomputed.

The three tables are append-only: a trigger refuses every change and every deletion, whoever tries.
"""

from django.db import models
from django.utils.crypto import get_random_string

from advisors.encryption import EncryptedBinaryField, EncryptedTextField
from advisors.models import Advisor
from clients.models import Client, Plan, Subaccount, SubaccountStatement
from clients.models.columns import FirmOwned, amount_column, amounts_bounded, dates_bounded, one_of
from law.words import REQUESTED_WAYS, Payee, choices_of

_REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def make_reference() -> str:
    """Return a letter's reference that can be read out on the telephone, as in "AT-7K3M-Q2XD"."""
    code = get_random_string(8, _REFERENCE_ALPHABET)
    return f"AT-{code[:4]}-{code[4:]}"


class RolloverRequest(FirmOwned):
    """One distribution out of one after-tax sub-account, as it was asked for. Amounts are dollars."""

    append_only = True

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="rollover_requests")
    participant = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="rollover_requests")
    subaccount = models.ForeignKey(Subaccount, on_delete=models.PROTECT, related_name="rollover_requests")
    statement = models.ForeignKey(
        SubaccountStatement, on_delete=models.PROTECT, related_name="rollover_requests"
    )
    covers_whole = models.BooleanField()
    way = models.CharField(max_length=10, choices=choices_of(REQUESTED_WAYS))
    payment_date = models.DateField()
    basis_before = amount_column()
    value_before = amount_column()
    distribution = amount_column()
    after_tax = amount_column()
    pretax = amount_column()
    includible = amount_column()
    withholding = amount_column()
    request_key = models.UUIDField(help_text="One key a filled form: a second press issues nothing new.")
    created_by = models.ForeignKey(Advisor, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="request_key_once_a_firm", fields=["firm", "request_key"]),
            one_of(name="request_way_known", column="way", choices=REQUESTED_WAYS),
            dates_bounded(name="request_payment_date_bounded", columns=["payment_date"]),
            amounts_bounded(
                name="request_amounts_bounded",
                columns=[
                    "basis_before",
                    "value_before",
                    "distribution",
                    "after_tax",
                    "pretax",
                    "includible",
                    "withholding",
                ],
            ),
            models.CheckConstraint(
                name="request_parts_sum",
                condition=models.Q(distribution=models.F("after_tax") + models.F("pretax")),
            ),
            models.CheckConstraint(
                name="request_within_subaccount",
                condition=models.Q(distribution__gt=0, distribution__lte=models.F("value_before"))
                & models.Q(after_tax__lte=models.F("basis_before")),
            ),
        ]

    def __str__(self) -> str:
        return f"Request {self.pk}"


class Disbursement(FirmOwned):
    """One payee of a request, with the parts the Notice assigned to it. Amounts are dollars."""

    append_only = True

    request = models.ForeignKey(RolloverRequest, on_delete=models.PROTECT, related_name="disbursements")
    position = models.PositiveSmallIntegerField()
    to = models.CharField(max_length=20, choices=Payee.choices)
    separately_accounts = models.BooleanField(default=False)
    payee = models.CharField(max_length=120)
    account_title = models.CharField(max_length=160, blank=True)
    account_number = EncryptedTextField(max_length=40, blank=True)
    amount = amount_column()
    pretax_elected = amount_column(null=True, blank=True)
    pretax = amount_column()
    after_tax = amount_column()

    class Meta:
        ordering = ["request", "position"]
        constraints = [
            models.UniqueConstraint(name="disbursement_position_once", fields=["request", "position"]),
            one_of(name="disbursement_to_known", column="to", choices=Payee),
            amounts_bounded(
                name="disbursement_amounts_bounded",
                columns=["amount", "pretax_elected", "pretax", "after_tax"],
            ),
            models.CheckConstraint(
                name="disbursement_parts_sum",
                condition=models.Q(amount__gt=0, amount=models.F("pretax") + models.F("after_tax")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_to_display()} at {self.payee}"

    @property
    def is_direct(self) -> bool:
        """Whether it is a direct rollover, and not a payment to the participant."""
        return self.to != Payee.PARTICIPANT

    @property
    def is_roth_ira(self) -> bool:
        return self.to == Payee.ROTH_IRA


class Letter(FirmOwned):
    """An issued distribution request: its exact bytes, and everything it was computed from."""

    append_only = True

    request = models.OneToOneField(RolloverRequest, on_delete=models.PROTECT, related_name="letter")
    reference = models.CharField(max_length=20, default=make_reference)
    letter_date = models.DateField()
    inputs = models.JSONField()
    figures = models.JSONField()
    findings = models.JSONField()
    rule_version = models.CharField(max_length=20)
    pdf = EncryptedBinaryField()
    pdf_sha256 = models.CharField(max_length=64)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="superseded_by", null=True, blank=True
    )
    issued_by = models.ForeignKey(Advisor, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-issued_at", "-pk"]
        indexes = [models.Index(fields=["firm", "-issued_at"])]
        constraints = [
            models.UniqueConstraint(name="letter_reference_once_a_firm", fields=["firm", "reference"]),
            models.CheckConstraint(
                name="letter_sha256_form", condition=models.Q(pdf_sha256__regex=r"^[0-9a-f]{64}$")
            ),
            dates_bounded(name="letter_date_bounded", columns=["letter_date"]),
        ]

    def __str__(self) -> str:
        return self.reference
