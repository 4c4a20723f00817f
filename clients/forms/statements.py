"""What a statement says of the after-tax sub-account."""

import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from advisors.fields import BoundedDateField, TextField
from clients import queries
from clients.forms.corrections import CorrectionForm, make_amount_field
from clients.models import SubaccountStatement


class StatementForm(CorrectionForm):
    """One statement of `instance.subaccount`. Amounts are dollars."""

    statement_date = BoundedDateField(
        label="Date of the statement", error_messages={"required": "Enter the date of the statement."}
    )
    basis = make_amount_field(
        "Basis",
        ask="Enter the basis, or 0.",
        help_text="After-tax contributions not yet distributed or returned.",
    )
    value = make_amount_field(
        "Value", ask="Enter the value, or 0.", help_text="Contributions and their earnings, after any loss."
    )
    plan_balance = make_amount_field(
        "Whole vested balance without designated Roth",
        highest=Decimal("999999999.00"),
        help_text="Needed only where the plan does not separately account: every dollar is then pro-rated.",
    )
    pre_1987_basis = make_amount_field(
        "Of the basis, from before 1987", help_text="Practically never in a solo plan."
    )
    non_vested = make_amount_field(
        "Of the value, not vested", help_text="It takes no part in the pro-rating."
    )
    source_document = TextField(
        label="Source document",
        max_length=120,
        help_text="Such as “Custodian's statement, December 2026, page 3”.",
        error_messages={"required": "Name the document that these figures come from."},
    )

    class Meta:
        model = SubaccountStatement
        fields = [
            "statement_date",
            "basis",
            "value",
            "plan_balance",
            "pre_1987_basis",
            "non_vested",
            "source_document",
        ]

    def clean_statement_date(self) -> datetime.date | None:
        date = self.refuse_future(
            name="statement_date", message="Enter the date of a statement that exists, not a future one."
        )
        # In the admin the sub-account is a field of its own, and the model's own constraint is checked.
        if (
            date
            and "subaccount" not in self.fields
            and queries.has_statement(firm=self.instance.firm, statement=self.instance, statement_date=date)
        ):
            raise ValidationError("This sub-account already has a statement of that date.", code="date_taken")
        return date

    def clean(self) -> dict[str, Any]:
        super().clean()
        value, plan_balance = self.cleaned_data.get("value"), self.cleaned_data.get("plan_balance")
        if value is not None and plan_balance is not None and plan_balance < value:
            self.add_error(
                "plan_balance", "The whole plan's balance cannot be less than the sub-account's value."
            )
        self._check_part(
            "pre_1987_basis",
            of="basis",
            message="No more of the basis can be from before 1987 than all of it.",
        )
        self._check_part(
            "non_vested", of="value", message="No more of the value can be not vested than all of it."
        )
        return self.cleaned_data

    def _check_part(self, name: str, *, of: str, message: str) -> None:
        part, whole = self.cleaned_data.get(name), self.cleaned_data.get(of)
        if part is not None and whole is not None and part > whole:
            self.add_error(name, message)
