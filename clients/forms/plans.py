"""A plan's facts: who answers for it, its after-tax sub-account, and what its papers provide."""

import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from advisors.fields import BoundedDateField, LinesField, TextField
from clients.forms.corrections import CorrectionForm
from clients.models import Client, Plan, PlanProvision, Subaccount
from clients.queries import PlanPapers
from law.words import Answer

SUBACCOUNT_TITLE = "After-tax sub-account"
NOT_IN_THE_FUTURE = "Enter a date that is not in the future."


class PlanFactsForm(CorrectionForm):
    """The plan and the parties who answer for it."""

    name = TextField(
        label="Name of the plan",
        max_length=120,
        help_text="As it stands in the plan's papers.",
        error_messages={"required": "Enter the name of the plan."},
    )
    plan_number = TextField(
        label="Plan number",
        initial="001",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
        error_messages={"required": "Enter the plan number, like 001."},
    )
    ein = TextField(
        label="EIN",
        help_text="Employer identification number.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter the EIN, like 12-3456789."},
    )
    administrator_name = TextField(
        label="Plan administrator",
        max_length=120,
        error_messages={"required": "Enter the name of the plan administrator."},
    )
    administrator_address = LinesField(
        label="Address of the plan administrator",
        max_length=300,
        error_messages={"required": "Enter the address of the plan administrator."},
    )
    trustee_name = TextField(
        label="Trustee", max_length=120, error_messages={"required": "Enter the name of the trustee."}
    )
    custodian_name = TextField(
        label="Custodian",
        max_length=120,
        help_text="Who holds the plan's accounts.",
        error_messages={"required": "Enter the name of the custodian."},
    )
    custodian_address = LinesField(label="Address of the custodian", max_length=300, required=False)
    first_employee_date = BoundedDateField(
        label="First day of an employee who is no owner or spouse",
        required=False,
        help_text="Somebody whom the plan may not exclude. Empty while there is none.",
    )

    class Meta:
        model = Plan
        fields = [
            "name",
            "plan_number",
            "ein",
            "business_form",
            "administrator_name",
            "administrator_address",
            "trustee_name",
            "custodian_name",
            "custodian_address",
            "first_employee_date",
        ]
        labels = {"business_form": "The business"}
        widgets = {"business_form": forms.RadioSelect}

    def clean_plan_number(self) -> str:
        number = self.cleaned_data["plan_number"].zfill(3)
        if not re.fullmatch(r"[0-9]{3}", number):
            raise ValidationError(
                "Enter the plan number in three digits, like 001.", code="not_a_plan_number"
            )
        return number

    def clean_ein(self) -> str:
        match = re.fullmatch(r"([0-9]{2})-?([0-9]{7})", self.cleaned_data["ein"])
        if match is None:
            raise ValidationError("Enter the EIN in nine digits, like 12-3456789.", code="not_an_ein")
        return "-".join(match.groups())

    def clean_first_employee_date(self) -> datetime.date | None:
        return self.refuse_future(name="first_employee_date", message=NOT_IN_THE_FUTURE)


class PlanForm(PlanFactsForm):
    """The page's form of a plan of `instance.client`.

    In a solo plan the client usually is administrator and trustee: a party left empty is the client.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        client = self.instance.client
        for name in ("administrator_name", "trustee_name"):
            self.fields[name].required = False
            self.fields[name].help_text = f"Leave empty for {client.legal_name}."
        self.fields["administrator_address"].required = False
        if _write_address(client=client):
            self.fields["administrator_address"].help_text = "Leave empty for the client's address."

    def clean(self) -> dict[str, Any]:
        super().clean()
        client = self.instance.client
        for name in ("administrator_name", "trustee_name"):
            if self.cleaned_data.get(name) == "":
                self.cleaned_data[name] = client.legal_name
        if self.cleaned_data.get("administrator_address") == "":
            address = _write_address(client=client)
            if self.cleaned_data.get("administrator_name") == client.legal_name and address:
                self.cleaned_data["administrator_address"] = address
            else:
                self.add_error("administrator_address", "Enter the address of the plan administrator.")
        return self.cleaned_data


def _write_address(*, client: Client) -> str:
    """Return the client's address on two lines, or "" while it is not complete enough for a letter."""
    if not (client.street and client.city):
        return ""
    return f"{client.street}\n{client.city}, {client.state} {client.postal_code}".strip(" ,")


class SubaccountForm(CorrectionForm):
    """The name and number of an after-tax sub-account."""

    title = TextField(
        label="Title of the sub-account",
        max_length=120,
        error_messages={"required": "Enter the title of the after-tax sub-account."},
    )
    account_number = TextField(
        label="Account number",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the number of the after-tax sub-account."},
    )

    class Meta:
        model = Subaccount
        fields = ["title", "account_number"]


class EvidenceForm(forms.Form):
    """Evidence that serves every provision whose own row leaves it empty."""

    use_required_attribute = False

    document = TextField(label="Document", max_length=120, required=False)
    verified_by = TextField(label="Verified by", max_length=120, required=False)
    verified_date = BoundedDateField(label="Verified on", required=False)

    def __init__(self, *args: Any, today: datetime.date, verifier: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial = {"verified_by": verifier, "verified_date": today}

    def clean_verified_date(self) -> datetime.date | None:
        date: datetime.date | None = self.cleaned_data["verified_date"]
        if date is not None and date > self.today:
            raise ValidationError(NOT_IN_THE_FUTURE, code="in_the_future")
        return date


class ProvisionForm(CorrectionForm):
    """One provision with its evidence: an answer needs a document, a section, who verified it and when.

    What the row leaves empty comes from `evidence`, once that is validated.
    """

    document = TextField(label="Document", max_length=120, required=False)
    section = TextField(
        label="Section",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short"}),
    )
    page = TextField(
        label="Page",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short"}),
    )
    verified_by = TextField(label="Verified by", max_length=120, required=False)
    verified_date = BoundedDateField(label="Verified on", required=False)

    class Meta:
        model = PlanProvision
        fields = ["answer", "document", "section", "page", "verified_by", "verified_date"]
        widgets = {"answer": forms.RadioSelect}
        labels = {"answer": "Answer"}
        error_messages = {"answer": {"required": "Choose yes, no or not verified."}}

    def __init__(self, *args: Any, evidence: EvidenceForm | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evidence = evidence

    def clean_verified_date(self) -> datetime.date | None:
        return self.refuse_future(name="verified_date", message=NOT_IN_THE_FUTURE)

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("answer", Answer.NOT_VERIFIED) == Answer.NOT_VERIFIED:
            return self.cleaned_data
        what = self.instance.get_kind_display() or "this provision"
        questions = {
            "document": f"Name the document that answers “{what}”.",
            "section": f"Enter the section that answers “{what}”.",
            "verified_by": f"Enter who verified “{what}”.",
            "verified_date": f"Enter when “{what}” was verified.",
        }
        for name, question in questions.items():
            if name in self.errors:
                continue
            if self.evidence is not None and not self.cleaned_data.get(name):
                if name in self.evidence.errors:
                    continue  # A mistake in what serves every row is told once, there.
                self.cleaned_data[name] = self.evidence.cleaned_data.get(name)
            if not self.cleaned_data.get(name):
                self.add_error(name, question)
        return self.cleaned_data

    def _get_validation_exclusions(self) -> set[str]:
        """Exclude what a mistake above leaves empty: the row's own constraint would tell it once more."""
        told = set(self.evidence.errors) if self.evidence is not None else set()
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions | told


class FormRows(list[forms.BaseForm]):
    """Forms beside the main one, with what a template asks of a formset."""

    def non_form_errors(self) -> list[str]:
        return []

    def total_error_count(self) -> int:
        return sum(len(form.errors) for form in self)


class PlanPageForms:
    """The plan page: the plan, its sub-account and its provisions, valid together and saved together.

    One reason serves them all, where a letter rests on any of them. Only the plan's own form asks for it.
    """

    def __init__(self, *, data: Any, papers: PlanPapers, today: datetime.date, verifier: str) -> None:
        subaccount = papers.subaccount or Subaccount(
            firm=papers.plan.firm, plan=papers.plan, participant=papers.client, title=SUBACCOUNT_TITLE
        )
        provisions = papers.provisions.values()
        self.plan = PlanForm(data, instance=papers.plan, today=today, along=[subaccount, *provisions])
        self.subaccount = SubaccountForm(
            data, instance=subaccount, prefix="subaccount", today=today, asks_reason=False
        )
        self.evidence = EvidenceForm(data, prefix="evidence", today=today, verifier=verifier)
        self.provisions = [
            ProvisionForm(
                data,
                instance=provision,
                prefix=provision.kind,
                today=today,
                asks_reason=False,
                evidence=self.evidence,
            )
            for provision in provisions
        ]

    @property
    def rest(self) -> FormRows:
        return FormRows([self.subaccount, self.evidence, *self.provisions])

    def is_valid(self) -> bool:
        valid = all([form.is_valid() for form in (self.plan, *self.rest)])  # noqa: C419 - every form tells its errors
        if "reason" in self.plan.fields and any(
            form.is_changed() for form in (self.subaccount, *self.provisions)
        ):
            self.plan.require_reason()
        return valid and not self.plan.errors

    def add_error(self, field: str | None, error: Any) -> None:
        self.plan.add_error(field, error)

    def save(self) -> Plan:
        """Save all of it with one reason, or nothing."""
        with transaction.atomic(), self.plan.explain():
            plan: Plan = self.plan.save()
            # A row made for a new plan took no plan's id when it was made.
            for form in (self.subaccount, *self.provisions):
                form.instance.plan = plan
                form.save()
            return plan
