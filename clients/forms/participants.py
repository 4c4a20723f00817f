"""A spouse or another owner who takes part in a client's plan, with a sub-account of their own."""

import datetime
from typing import Any

from django import forms
from django.db import models, transaction

from clients.forms.clients import ClientForm
from clients.forms.plans import SUBACCOUNT_TITLE, FormRows, SubaccountForm
from clients.models import Client, Plan, Subaccount
from clients.queries import has_client_of_that_name, list_clients_outside
from law.dates import write_date

# What one household shares.
_OF_THE_HOUSEHOLD = ["street", "city", "state", "postal_code", "filing_status", "federal_rate", "state_rate"]


class Who(models.TextChoices):
    """Whether the participant is a client of the firm already."""

    NEW = "new", "Somebody new"
    CLIENT = "client", "A client of the firm"


class ClientField(forms.ModelChoiceField):
    """A choice among clients, two of whom may have the same name."""

    def label_from_instance(self, obj: Client) -> str:
        return f"{obj.legal_name}, born {write_date(obj.birth_date)}"


class ChoiceForm(forms.Form):
    """Who takes part in `plan`."""

    use_required_attribute = False

    who = forms.ChoiceField(
        label="Who",
        choices=Who.choices,
        initial=Who.NEW,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose somebody new or a client of the firm."},
    )
    participant = ClientField(
        label="Client",
        queryset=None,
        required=False,
        empty_label="Choose a client",
        error_messages={"invalid_choice": "Choose a client of the list."},
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["participant"]
        field.queryset = list_clients_outside(firm=plan.firm, plan=plan)

    def clean(self) -> dict[str, Any]:
        super().clean()
        who = self.cleaned_data.get("who")
        if who == Who.NEW:  # What was begun of the other choice is not judged.
            self.errors.pop("participant", None)
        elif who == Who.CLIENT and "participant" not in self.errors and not self.cleaned_data["participant"]:
            self.add_error("participant", "Choose the client who takes part.")
        return self.cleaned_data


class PersonForm(ClientForm):
    """A new client of the firm, of the household of `client` unless said otherwise."""

    same_household = forms.BooleanField(required=False, initial=True)

    class Meta:
        model = Client
        fields = ["legal_name", "birth_date", "ssn_last_four"]

    # The other fields of a client come from the household, or from the client's own page.
    street = city = state = postal_code = federal_rate = state_rate = None  # type: ignore[assignment]

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, instance=Client(firm=client.firm), **kwargs)
        self.client = client
        field = self.fields["same_household"]
        field.label = f"Same household as {client.legal_name}"
        field.help_text = "Takes over the address, the filing status and the tax rates."

    def clean(self) -> dict[str, Any]:
        super().clean()
        name, birth_date = self.cleaned_data.get("legal_name"), self.cleaned_data.get("birth_date")
        if (
            name
            and birth_date
            and has_client_of_that_name(firm=self.client.firm, legal_name=name, birth_date=birth_date)
        ):
            self.add_error(
                "legal_name", f"{name}, born that day, is a client already: choose a client of the firm."
            )
        return self.cleaned_data

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data["same_household"]:
            for name in _OF_THE_HOUSEHOLD:
                setattr(self.instance, name, getattr(self.client, name))
        return super().save(commit)


class ParticipantPageForms:
    """The page of a new participant: who it is, and the sub-account, valid together and saved together."""

    def __init__(self, *, data: Any, plan: Plan, today: datetime.date) -> None:
        self.choice = ChoiceForm(data, plan=plan)
        self.person = PersonForm(data, client=plan.client, prefix="person", today=today)
        self.subaccount = SubaccountForm(
            data,
            instance=Subaccount(firm=plan.firm, plan=plan, title=SUBACCOUNT_TITLE),
            prefix="subaccount",
            today=today,
        )

    @property
    def rest(self) -> FormRows:
        """The forms whose errors count beside the choice."""
        is_new = self.choice["who"].value() == Who.NEW
        return FormRows([self.person, self.subaccount] if is_new else [self.subaccount])

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in (self.choice, *self.rest)])  # noqa: C419 - every form tells its errors

    def add_error(self, field: str | None, error: Any) -> None:
        self.choice.add_error(field, error)

    def save(self) -> Client:
        """Save the participant, if new, and the sub-account: both or nothing. Return the participant."""
        with transaction.atomic():
            is_new = self.choice.cleaned_data["who"] == Who.NEW
            participant: Client = self.person.save() if is_new else self.choice.cleaned_data["participant"]
            self.subaccount.instance.participant = participant
            self.subaccount.save()
            return participant
