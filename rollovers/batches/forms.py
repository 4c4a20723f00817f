"""What the planner types to ask for letters in hundreds."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import format_html

from advisors.fields import BoundedDateField, TextField
from law.words import Way, choices_of
from rollovers.issuing.forms.rollovers import LONGEST_REASON

OPEN, STALE, ALL = "open", "stale", "all"
_HIGHEST_ID = 2**63 - 1
_KEY = r"[0-9]{1,19}-[0-9]{1,19}"
_KEYS = re.compile(rf"\A{_KEY}(?: {_KEY})*\Z", re.ASCII)
_SHOWN = re.compile(rf"\A{_KEY}:[0-9a-f]{{64}}(?: {_KEY}:[0-9a-f]{{64}})*\Z", re.ASCII)
_REASON = "reason-"
_REASON_NAME = re.compile(r"reason-(V[0-9]{2})", re.ASCII)


class BatchWishForm(forms.Form):
    """Which sub-accounts, which way, paid when."""

    which = forms.ChoiceField(
        label="Which sub-accounts",
        choices=[
            (OPEN, "After-tax money that no letter has asked for yet"),
            (STALE, "Statement older than 5 business days"),
            (ALL, "All that have a statement"),
        ],
        widget=forms.RadioSelect,
    )
    way = forms.ChoiceField(
        label="Which way",
        choices=[
            ("", "Each client's own, by the firm's threshold of small earnings"),
            *choices_of([Way.ALL_ROTH, Way.SPLIT]),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    payment_date = BoundedDateField(
        label="Payment date", help_text="The day on which each plan should pay everything, at one time."
    )
    again = forms.IntegerField(min_value=1, max_value=_HIGHEST_ID, required=False, widget=forms.HiddenInput)

    use_required_attribute = False


class BatchForm(BatchWishForm):
    """The wish, what of its preview was shown and chosen, and why letters may go ahead over a finding.

    A page of the preview holds some of the rows: those of the other pages come along in `shown` and `left_out`.
    """

    batch_key = forms.UUIDField(widget=forms.HiddenInput)
    shown = forms.RegexField(_SHOWN, max_length=60_000, required=False, widget=forms.HiddenInput)
    on_page = forms.RegexField(_KEYS, max_length=25_000, required=False, widget=forms.HiddenInput)
    left_out = forms.RegexField(_KEYS, max_length=25_000, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: set[str] = set()
        for name in self.data:
            if match := _REASON_NAME.fullmatch(name):
                self.fields[name] = _make_reason_field(code=match[1])

    @property
    def shown_digests(self) -> dict[str, str]:
        """The fingerprint of each row that the preview showed, by the row's key."""
        return dict(each.split(":") for each in self.cleaned_data["shown"].split())

    @property
    def keys_left_out(self) -> set[str]:
        """The rows that are not chosen, on this page of the preview and on the others."""
        on_page = set(self.cleaned_data["on_page"].split())
        ticked = set(self.data.getlist("chosen"))  # type: ignore[attr-defined]
        return (set(self.cleaned_data["left_out"].split()) - on_page) | (on_page - ticked)

    @property
    def chosen_digests(self) -> dict[str, str]:
        """The fingerprint that was shown of each row that is chosen, by the row's key."""
        left_out = self.keys_left_out
        return {key: digest for key, digest in self.shown_digests.items() if key not in left_out}

    @property
    def reasons(self) -> dict[str, str]:
        """Why letters may go ahead, by the code of each finding for which a reason was given."""
        return {
            name.removeprefix(_REASON): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_REASON) and value
        }

    @property
    def kept_reasons(self) -> list[forms.BoundField]:
        """The reasons given for codes that do not stand just now: they are sent along, so that none is lost."""
        return [self[name] for name in self.fields if name.startswith(_REASON) and name not in self.asked]

    def ask_reasons(self, *, codes: Iterable[str]) -> None:
        """Add a field for the reason of each code that needs one."""
        for code in codes:
            self.asked.add(f"{_REASON}{code}")
            self.fields.setdefault(f"{_REASON}{code}", _make_reason_field(code=code))

    def refuse_unexplained(self, *, codes: Iterable[str]) -> None:
        """Put an error at the reason of each of `codes`."""
        for code in codes:
            self.add_error(f"{_REASON}{code}", f"Say why the letters may go ahead over {code}.")

    def get_reason_field(self, *, code: str) -> forms.BoundField:
        return self[f"{_REASON}{code}"]


def _make_reason_field(*, code: str) -> TextField:
    return TextField(
        label=format_html('Why they may go ahead<span class="visually-hidden"> over {}</span>', code),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
