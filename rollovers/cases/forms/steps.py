"""What people record of a letter's life: a step, a payment, the 60 days, why something differs, a scan."""

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile

from advisors.fields import BoundedDateField, TextField
from clients.forms.corrections import make_amount_field
from law.money import ZERO, write_amount
from law.words import Payee
from rollovers.cases.outcomes import PaymentEntry
from rollovers.cases.recording import Attachment
from rollovers.cases.refusals import Fact, Fault, StepRefused
from rollovers.cases.sixty_days import SixtyDayEntry
from rollovers.cases.tax_forms import Difference
from rollovers.models import Disbursement
from rollovers.models.cases import HIGHEST_EVIDENCE_BYTES

LONGEST_NOTE = 300
# What a file is, by its first bytes: what its name or its sender says is not asked.
_FIRST_BYTES = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}


def find_media_type(*, content: bytes) -> str | None:
    """Return what a scan's first bytes say it is: a PDF, a PNG or a JPEG; None for anything else."""
    return next((media for first, media in _FIRST_BYTES.items() if content.startswith(first)), None)


class EvidenceField(forms.FileField):
    """A scan: a PDF, a PNG or a JPEG of at most HIGHEST_EVIDENCE_BYTES, cleaned to its media type and its bytes."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", f"PDF, PNG or JPEG, at most {HIGHEST_EVIDENCE_BYTES // 2**20} MB.")
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> tuple[str, bytes] | None:
        upload: UploadedFile | None = super().clean(data, initial)
        if not upload:
            return None
        if (upload.size or 0) > HIGHEST_EVIDENCE_BYTES:
            raise forms.ValidationError(
                f"Choose a file of at most {HIGHEST_EVIDENCE_BYTES // 2**20} MB.", code="too_large"
            )
        content = upload.read()
        media_type = find_media_type(content=content)
        if media_type is None:
            raise forms.ValidationError("Choose a PDF, PNG or JPEG file.", code="unknown_type")
        return media_type, content


def _make_note(*, label: str = "Note", required: bool = False, help_text: str = "") -> TextField:
    return TextField(
        label=label,
        max_length=LONGEST_NOTE,
        required=required,
        help_text=help_text,
        error_messages={"required": "Say why."},
    )


class CaseForm(forms.Form):
    """A form of a letter's life, with a scan where there is one. A refused step stands at the field at fault."""

    use_required_attribute = False
    fields_at: ClassVar[Mapping[Fact | Payee, str]] = {}

    evidence = EvidenceField(label="Scan", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.put_last("note", "evidence")

    def put_last(self, *names: str) -> None:
        """Put these fields after the others, where the page shows them."""
        self.order_fields([name for name in self.fields if name not in names] + list(names))

    def read_attachment(self, *, title: str) -> Attachment | None:
        """Return the scan under this title, if there is one."""
        if not self.cleaned_data.get("evidence"):
            return None
        media_type, content = self.cleaned_data["evidence"]
        return Attachment(title=title, media_type=media_type, content=content)

    def refuse(self, *, refusal: StepRefused) -> None:
        """Put a refusal at the field of what is at fault, or above the form where it has no such field."""
        field = self.find_field(fault=refusal.fault)
        self.add_error(field if field in self.fields else None, f"{refusal}")

    def find_field(self, *, fault: Fault | None) -> str | None:
        """Return the name of the field that asks for what is at fault."""
        if fault is Fact.REASON:
            return "note"
        return self.fields_at.get(fault) if isinstance(fault, Fact | Payee) else None


class StepForm(CaseForm):
    """That the letter was signed or sent."""

    fields_at = {Fact.DATE: "step_date"}

    step_date = BoundedDateField(label="Date", error_messages={"required": "Enter the date."})
    note = _make_note(help_text="Such as “By courier, two originals.”")


class VoidForm(CaseForm):
    """Why a letter no longer stands."""

    note = _make_note(
        label="Why it is void", required=True, help_text="Such as “The custodian wants its own form.”"
    )


class ReportedForm(CaseForm):
    """That the expected Forms 1099-R have come."""

    note = _make_note()


def name_reason_field(*, difference: Difference) -> str:
    """Return the name of the field for why a difference may stand.

    Made of the difference's key: no reason passes to another one.
    """
    return f"reason_{hashlib.sha256(difference.key.encode()).hexdigest()[:16]}"


class MatchedForm(CaseForm):
    """Why each difference may stand: a field for each of them, which are each told once."""

    note = _make_note()

    def __init__(self, *args: Any, differences: Sequence[Difference], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.differences = differences
        for difference in differences:
            self.fields[name_reason_field(difference=difference)] = TextField(
                label="Why it may stand",
                max_length=LONGEST_NOTE,
                error_messages={"required": f"{difference.title}: say why the difference may stand."},
            )
        self.put_last("note", "evidence")

    def find_field(self, *, fault: Fault | None) -> str | None:
        if isinstance(fault, Difference):
            return name_reason_field(difference=fault)
        return super().find_field(fault=fault)

    @property
    def reason_fields(self) -> list[tuple[Difference, forms.BoundField]]:
        return [(each, self[name_reason_field(difference=each)]) for each in self.differences]

    @property
    def reasons(self) -> dict[str, str]:
        """The reasons that were typed, by the difference's key."""
        return {each.key: self.cleaned_data[name_reason_field(difference=each)] for each in self.differences}


class EvidenceForm(CaseForm):
    """A scan on its own."""

    title = TextField(
        label="What it shows",
        max_length=120,
        help_text="Such as “Signed letter” or “Custodian's confirmation”.",
        error_messages={"required": "Say what it shows."},
    )
    evidence = EvidenceField(label="File", error_messages={"required": "Choose a file."})
    note = _make_note()


def _make_corrects() -> forms.IntegerField:
    """The id of what stood when the form was opened, which this corrects; empty where nothing did."""
    return forms.IntegerField(required=False, widget=forms.HiddenInput)


def _name_amount_field(row: Disbursement) -> str:
    return f"amount_{row.pk}"


class PaymentForm(CaseForm):
    """What a letter was paid with: the date, the value just before, and an `amount_ID` for each payee. Dollars.

    An amount left empty is as the letter says it at that value. `rows` are the letter's disbursements; `said` are
    the amounts to show at first, by the row's id.
    """

    fields_at = {
        Fact.DATE: "payment_date",
        Fact.VALUE_BEFORE: "value_before",
        Fact.WITHHELD: "withheld",
        Fact.RECEIVED_DATE: "received_date",
    }

    corrects = _make_corrects()
    payment_date = BoundedDateField(
        label="Payment date", error_messages={"required": "Enter the date of the payment."}
    )
    value_before = make_amount_field(
        "Value just before",
        ask="Enter what the sub-account was worth just before.",
        help_text="What the whole sub-account was worth on that date.",
    )
    source_document = TextField(
        label="Source document",
        max_length=120,
        help_text="The paper that shows it.",
        error_messages={"required": "Name the document that shows it."},
    )
    note = _make_note(help_text="Needed where it was paid otherwise than the letter says, or is corrected.")

    def __init__(
        self,
        *args: Any,
        rows: Sequence[Disbursement],
        shown: Mapping[int, Decimal] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        paid_out = False
        for row in self.rows:
            self.fields[_name_amount_field(row)] = make_amount_field(
                f"{row.get_to_display()}, {row.payee}",
                help_text=f"Asked: {write_amount(row.amount)}. Empty: what the letter says at that value.",
            )
            self.initial.setdefault(_name_amount_field(row), (shown or {}).get(row.pk))
            paid_out |= row.to == "participant"
        if paid_out:
            self.fields["withheld"] = make_amount_field(
                "Federal tax withheld", help_text="As shown. Empty: 20% of the pretax part."
            )
            self.fields["received_date"] = BoundedDateField(
                label="Received by the participant on",
                required=False,
                help_text="The 60 days begin then.",
            )
        self.put_last("source_document", "note", "evidence")

    @property
    def amount_fields(self) -> list[forms.BoundField]:
        return [self[_name_amount_field(row)] for row in self.rows]

    def find_field(self, *, fault: Fault | None) -> str | None:
        return (
            _name_amount_field(fault) if isinstance(fault, Disbursement) else super().find_field(fault=fault)
        )

    @property
    def amounts(self) -> dict[int, Decimal]:
        """The amounts that were typed, by the row's id."""
        typed = {row.pk: self.cleaned_data.get(_name_amount_field(row)) for row in self.rows}
        return {key: amount for key, amount in typed.items() if amount is not None}

    def read_entry(self) -> PaymentEntry:
        """Return the payment as it was typed."""
        typed = self.cleaned_data
        return PaymentEntry(
            payment_date=typed["payment_date"],
            value_before=typed["value_before"],
            amounts=self.amounts,
            withheld=typed.get("withheld"),
            received_date=typed.get("received_date"),
            source_document=typed["source_document"],
            note=typed["note"],
            corrects=typed["corrects"],
        )


class SixtyDayForm(CaseForm):
    """What was rolled over of the money paid to the participant, in dollars; all left empty, nothing was."""

    fields_at = {
        Payee.TRADITIONAL_IRA: "to_traditional",
        Payee.ROTH_IRA: "to_roth",
        Fact.ROLLOVER_DATE: "rollover_date",
    }

    corrects = _make_corrects()
    to_traditional = make_amount_field("To a traditional IRA")
    to_roth = make_amount_field("To a Roth IRA")
    rollover_date = BoundedDateField(
        label="Rolled over on", required=False, help_text="The day on which the IRA received it."
    )
    note = _make_note()

    def read_entry(self) -> SixtyDayEntry:
        """Return what was rolled over as it was typed; an amount left empty is zero."""
        typed = self.cleaned_data
        return SixtyDayEntry(
            to_traditional=typed["to_traditional"] or ZERO,
            to_roth=typed["to_roth"] or ZERO,
            rollover_date=typed["rollover_date"],
            note=typed["note"],
            corrects=typed["corrects"],
        )
