"""Why a statement may differ from the ledger."""

from django import forms

from advisors.fields import AmountField, TextField


class AcknowledgementForm(forms.Form):
    """Why a statement may differ from the ledger by just the `difference` that was shown, in dollars."""

    difference = AmountField(allow_negative=True, widget=forms.HiddenInput)
    reason = TextField(
        label="Reason",
        max_length=300,
        help_text="Such as “The recordkeeper rounds each share down; confirmed by telephone.”",
        error_messages={"required": "Say why the difference may stand."},
    )

    use_required_attribute = False
