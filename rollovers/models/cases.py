"""The life of a letter: what was done with it, by whom and when; a firm's events are one chain of hashes.

All of it is append-only. Nobody writes these rows but `rollovers.evidence.chain`, which links the chain.
"""

from django.db import models

from advisors.encryption import EncryptedBinaryField, EncryptedTextField
from advisors.models import Advisor
from clients.models import Client, Plan, SubaccountMovement
from clients.models.columns import FirmOwned, amount_column, amounts_bounded, dates_bounded, one_of
from rollovers.models.letters import Disbursement, Letter

SHA256_FORM = r"^[0-9a-f]{64}$"
HIGHEST_EVIDENCE_BYTES = 5 * 1024 * 1024


class Step(models.TextChoices):
    """What can happen to a letter. The first seven follow each other; the others stand at the side."""

    DRAFTED = "drafted", "Drafted"
    ISSUED = "issued", "Issued"
    SIGNED = "signed", "Signed"
    SENT = "sent", "Sent"
    PAID = "paid", "Paid"
    REPORTED = "reported", "Reported"
    MATCHED = "matched", "Matched"
    VOIDED = "voided", "Voided"
    SUPERSEDED = "superseded", "Superseded"
    EVIDENCE = "evidence", "Evidence attached"
    SIXTY_DAY = "sixty_day", "60-day rollover settled"


class CaseEvent(FirmOwned):
    """One step of a letter's life: an entry of the firm's chain.

    `content_sha256` is over all that the entry vouches for (see `rollovers.evidence.chain.describe_contents`);
    `sha256` is over the previous entry's `sha256` and it, so that no entry can be altered, dropped or moved unseen.
    """

    append_only = True

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="events")
    step = models.CharField(max_length=12, choices=Step)
    step_date = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    details = models.JSONField(default=dict, blank=True)
    recorded_by = models.ForeignKey(Advisor, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    position = models.PositiveBigIntegerField()
    content_sha256 = models.CharField(max_length=64)
    previous_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["firm", "position"]
        constraints = [
            models.UniqueConstraint(name="event_position_once_a_firm", fields=["firm", "position"]),
            models.UniqueConstraint(
                name="event_once_a_letter",
                fields=["letter", "step"],
                condition=~models.Q(step__in=[Step.EVIDENCE, Step.PAID, Step.SIXTY_DAY]),
            ),
            one_of(name="event_step_known", column="step", choices=Step),
            dates_bounded(name="event_step_date_bounded", columns=["step_date"]),
            models.CheckConstraint(
                name="event_sha256_form",
                condition=models.Q(content_sha256__regex=SHA256_FORM)
                & models.Q(sha256__regex=SHA256_FORM)
                & (
                    models.Q(position=1, previous_sha256="")
                    | models.Q(position__gt=1, previous_sha256__regex=SHA256_FORM)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} on {self.step_date}"


class DocumentKind(models.TextChoices):
    """What lies beside a letter to the plan administrator, which is `Letter.pdf`: whom each document is for."""

    CUSTODIAN = "custodian", "For the custodian"
    REVIEWER = "reviewer", "For the reviewer, never sent"


class LetterDocument(FirmOwned):
    """Another document of a letter's packet, its exact bytes."""

    append_only = True

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=DocumentKind)
    pdf = EncryptedBinaryField()
    pdf_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["letter", "pk"]
        constraints = [
            models.UniqueConstraint(name="document_once_a_letter", fields=["letter", "kind"]),
            one_of(name="document_kind_known", column="kind", choices=DocumentKind),
            models.CheckConstraint(
                name="document_sha256_form", condition=models.Q(pdf_sha256__regex=SHA256_FORM)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.letter}"


class Payment(FirmOwned):
    """What a letter was paid with, allocated again on the payment date's figures, beside the letter's estimate.

    Amounts are dollars. A correction is a new row: the latest counts.
    """

    append_only = True

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="payments")
    movement = models.ForeignKey(SubaccountMovement, on_delete=models.PROTECT, related_name="+")
    payment_date = models.DateField()
    received_date = models.DateField(
        blank=True, null=True, help_text="When the participant received what was paid to them."
    )
    basis_before = amount_column()
    value_before = amount_column()
    distribution = amount_column()
    after_tax = amount_column()
    pretax = amount_column()
    includible = amount_column()
    withholding = amount_column()
    figures = models.JSONField()
    recorded_by = models.ForeignKey(Advisor, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["letter", "pk"]
        constraints = [
            dates_bounded(name="payment_dates_bounded", columns=["payment_date"]),
            models.CheckConstraint(
                name="payment_received_after_it_was_made",
                condition=models.Q(received_date=None)
                | models.Q(received_date__gte=models.F("payment_date"), received_date__year__lte=2100),
            ),
            amounts_bounded(
                name="payment_amounts_bounded",
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
                name="payment_parts_sum",
                condition=models.Q(distribution=models.F("after_tax") + models.F("pretax")),
            ),
            models.CheckConstraint(
                name="payment_within_subaccount",
                condition=models.Q(distribution__gt=0, distribution__lte=models.F("value_before"))
                & models.Q(after_tax__lte=models.F("basis_before")),
            ),
        ]

    def __str__(self) -> str:
        return f"Payment of {self.payment_date}"


class PaidDisbursement(FirmOwned):
    """What one payee of a letter was paid, with its parts on the payment date's figures. Amounts are dollars."""

    append_only = True

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disbursements")
    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="+")
    amount = amount_column()
    pretax = amount_column()
    after_tax = amount_column()

    class Meta:
        ordering = ["payment", "pk"]
        constraints = [
            models.UniqueConstraint(name="paid_once_a_payment", fields=["payment", "disbursement"]),
            amounts_bounded(name="paid_amounts_bounded", columns=["amount", "pretax", "after_tax"]),
            models.CheckConstraint(
                name="paid_parts_sum",
                condition=models.Q(amount=models.F("pretax") + models.F("after_tax")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} of {self.payment}"


class Evidence(FirmOwned):
    """A scan that shows a step was done. Its event in the chain holds its SHA-256."""

    append_only = True

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="evidence")
    title = models.CharField(max_length=120)
    media_type = models.CharField(max_length=20)
    content = EncryptedBinaryField()
    content_sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(Advisor, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["letter", "pk"]
        constraints = [
            models.CheckConstraint(name="evidence_has_a_title", condition=~models.Q(title="")),
            models.CheckConstraint(
                name="evidence_media_type_known",
                condition=models.Q(media_type__in=["application/pdf", "image/png", "image/jpeg"]),
            ),
            models.CheckConstraint(
                name="evidence_sha256_form", condition=models.Q(content_sha256__regex=SHA256_FORM)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RolloverDraft(FirmOwned):
    """A rollover form that was put aside before its letter was issued. It becomes the letter with its key."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="drafts")
    participant = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="drafts")
    supersedes = models.ForeignKey(
        Letter, on_delete=models.PROTECT, related_name="drafts", null=True, blank=True
    )
    request_key = models.UUIDField()
    values = EncryptedTextField(help_text="The form as it was filled, as a query string.")
    payment_date = models.DateField(null=True, blank=True)
    saved_by = models.ForeignKey(Advisor, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-saved_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="draft_once_a_key", fields=["firm", "request_key"]),
            dates_bounded(name="draft_payment_date_bounded", columns=["payment_date"]),
        ]

    def __str__(self) -> str:
        return f"Draft for {self.participant}"
