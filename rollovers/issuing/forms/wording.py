"""The firm's own words for the marked places of its letters."""

from typing import Any

from django import forms
from django.db import transaction

from advisors.fields import TextField
from advisors.models import Firm
from rollovers.letters.rendering import find_unprintable_characters
from rollovers.letters.wording import PLACES, MarkedPlace, WordingRefused, check_wording
from rollovers.models import Wording


class WordingForm(forms.Form):
    """A text for each marked place, empty where the default stands. Saves what `check_wording` lets through."""

    use_required_attribute = False

    def __init__(self, *args: Any, firm: Firm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.firm = firm
        for slot, place in PLACES.items():
            self.fields[slot] = TextField(
                label=place.slot.label,
                required=False,
                help_text=_describe(place),
                widget=forms.TextInput(attrs={"class": "wide", "autocomplete": "off"}),
            )

    def clean(self) -> dict[str, Any]:
        super().clean()
        for slot, place in PLACES.items():
            text = self.cleaned_data.get(slot, "")
            unprintable = find_unprintable_characters(letter=text)
            if unprintable:
                self.add_error(slot, f"The letter’s font cannot print: {' '.join(unprintable)}")
                continue
            try:
                check_wording(slot=place.slot, text=text)
            except WordingRefused as error:
                reason = str(error).removeprefix(f"{place.slot.label}: ")
                self.add_error(slot, f"Write it otherwise: {reason}.")
        return self.cleaned_data

    def save(self) -> None:
        """Store each text, and let go of those left empty: the default stands there again."""
        with transaction.atomic():
            for slot in PLACES:
                text = self.cleaned_data[slot]
                rows = Wording.objects.filter(firm=self.firm, slot=slot)
                if not text:
                    rows.delete()
                elif not rows.filter(text=text).exists():
                    Wording.objects.update_or_create(firm=self.firm, slot=slot, defaults={"text": text})


def _describe(place: MarkedPlace) -> str:
    default = f"“{place.default}”" if place.default else "nothing"
    return f"{place.where} At most {place.longest} characters. Left empty, it prints: {default}"
