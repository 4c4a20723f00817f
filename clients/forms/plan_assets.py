"""What a whole plan held at a year's end."""

from django.core.exceptions import ValidationError

from advisors.fields import YearField
from clients import queries
from clients.forms.corrections import CorrectionForm, make_amount_field
from clients.forms.years import FIRST_YEAR
from clients.models import PlanAssets


class PlanAssetsForm(CorrectionForm):
    """The assets of `instance.plan` at one year's end, in dollars."""

    year = YearField(label="Year", error_messages={"required": "Enter the year, like 2026."})
    value = make_amount_field(
        "Assets on the last day of the year",
        ask="Enter the value of the whole plan, or 0.",
        help_text="Every participant and every source together. This year: what the plan holds now.",
    )

    class Meta:
        model = PlanAssets
        fields = ["year", "value", "is_final_year"]
        labels = {"is_final_year": "This is the plan's final year"}

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if not FIRST_YEAR <= year <= self.today.year:
            raise ValidationError(
                f"Enter a year from {FIRST_YEAR} to {self.today.year}.", code="year_out_of_range"
            )
        # In the admin the plan is a field of its own, and the model's own constraint is checked.
        if "plan" not in self.fields and queries.has_plan_assets(
            firm=self.instance.firm, assets=self.instance, year=year
        ):
            raise ValidationError("This plan already has its assets for that year.", code="year_taken")
        return year
