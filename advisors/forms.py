"""The firm's own form."""

import io
import warnings
from decimal import Decimal

from django import forms
from django.core.files.uploadedfile import UploadedFile
from PIL import Image

from advisors.fields import AmountField, LinesField, RateField, TextField
from advisors.models import HIGHEST_LOGO_BYTES, Firm

HIGHEST_LOGO_PIXELS = 4_000_000
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}


class FirmForm(forms.ModelForm):
    """What the firm's letterhead prints, and up to what it calls earnings small."""

    name = TextField(label="Name of the firm", max_length=120)
    street = TextField(label="Street", max_length=120, required=False)
    city = TextField(label="City", max_length=80, required=False)
    state = TextField(label="State", max_length=2, required=False)
    postal_code = TextField(label="ZIP code", max_length=10, required=False)
    phone = TextField(label="Phone", max_length=30, required=False)
    disclosure = LinesField(
        label="Disclosure", max_length=600, required=False, help_text="Printed at the foot of each letter."
    )
    logo = forms.FileField(
        label="Letterhead logo",
        required=False,
        help_text="PNG or JPEG, at most 300 kB.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )

    small_earnings_amount = AmountField(label="Small up to", highest=Decimal("1000000.00"))
    small_earnings_percent = RateField(label="Or up to this share of the sub-account")

    class Meta:
        model = Firm
        fields = [
            "name",
            "street",
            "city",
            "state",
            "postal_code",
            "phone",
            "disclosure",
            "small_earnings_amount",
            "small_earnings_percent",
        ]

    def clean_logo(self) -> UploadedFile | None:
        upload: UploadedFile | None = self.cleaned_data["logo"]
        if upload is None:
            return None
        if (upload.size or 0) > HIGHEST_LOGO_BYTES:
            raise forms.ValidationError("Choose a picture of at most 300 kB.")
        content = upload.read()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                picture = Image.open(io.BytesIO(content), formats=list(MEDIA_TYPES))
                if picture.width * picture.height > HIGHEST_LOGO_PIXELS:
                    raise forms.ValidationError("Choose a picture of at most four million pixels.")
                picture.verify()
        except (OSError, SyntaxError, ValueError, Warning) as error:
            raise forms.ValidationError("Choose a PNG or JPEG picture.") from error
        self.instance.letterhead_logo = content
        self.instance.logo_media_type = MEDIA_TYPES[picture.format or ""]
        return upload
