import pghistory
from django.db import models

from advisors.encryption import EncryptedTextField
from clients.models.client import Client
from clients.models.columns import FirmOwned, dates_bounded, one_of
from law.words import Answer, Owner, ProvisionKind


@pghistory.track()
class Plan(FirmOwned):
    """A solo 401(k) plan and the parties who answer for it."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="plans")
    name = models.CharField("name of the plan", max_length=120)
    plan_number = models.CharField(max_length=3, default="001")
    ein = models.CharField("EIN", max_length=10, help_text="Employer identification number, 12-3456789.")
    business_form = models.CharField(max_length=20, choices=Owner.choices, default=Owner.SELF_EMPLOYED.value)
    administrator_name = models.CharField("plan administrator", max_length=120)
    administrator_address = models.TextField("address of the plan administrator", max_length=300)
    trustee_name = models.CharField("trustee", max_length=120)
    custodian_name = models.CharField("custodian", max_length=120)
    custodian_address = models.TextField("address of the custodian", max_length=300, blank=True)
    first_employee_date = models.DateField(
        "first day of an employee who is no owner or spouse",
        blank=True,
        null=True,
        help_text="Somebody whom the plan may not exclude. Empty while there is none.",
    )

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            dates_bounded(name="plan_first_employee_date_bounded", columns=["first_employee_date"]),
            one_of(name="plan_business_form_known", column="business_form", choices=Owner),
            models.CheckConstraint(
                name="plan_ein_form", condition=models.Q(ein__regex=r"^[0-9]{2}-[0-9]{7}$")
            ),
            models.CheckConstraint(
                name="plan_number_form", condition=models.Q(plan_number__regex=r"^[0-9]{3}$")
            ),
            models.CheckConstraint(
                name="plan_parties_named",
                condition=~models.Q(name="")
                & ~models.Q(administrator_name="")
                & ~models.Q(administrator_address="")
                & ~models.Q(trustee_name="")
                & ~models.Q(custodian_name=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class PlanProvision(FirmOwned):
    """One provision of a plan, yes, no or not verified, with the evidence for the answer."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="provisions")
    kind = models.CharField(max_length=30, choices=ProvisionKind.choices)
    answer = models.CharField(max_length=12, choices=Answer.choices, default=Answer.NOT_VERIFIED.value)
    document = models.CharField(max_length=120, blank=True)
    section = models.CharField(max_length=40, blank=True)
    page = models.CharField(max_length=20, blank=True)
    verified_by = models.CharField(max_length=120, blank=True)
    verified_date = models.DateField(blank=True, null=True)

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [
            models.UniqueConstraint(name="provision_once_a_plan", fields=["plan", "kind"]),
            one_of(name="provision_kind_known", column="kind", choices=ProvisionKind),
            one_of(name="provision_answer_known", column="answer", choices=Answer),
            dates_bounded(name="provision_verified_date_bounded", columns=["verified_date"]),
            models.CheckConstraint(
                name="provision_answer_has_evidence",
                condition=models.Q(answer=Answer.NOT_VERIFIED.value)
                | (
                    ~models.Q(document="")
                    & ~models.Q(section="")
                    & ~models.Q(verified_by="")
                    & models.Q(verified_date__isnull=False)
                ),
                violation_error_message="An answer needs its evidence: document, section, who verified it and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_answer_display()}"


@pghistory.track()
class Subaccount(FirmOwned):
    """A participant's after-tax sub-account: the only account that a letter can name. Issuing locks this row."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subaccounts")
    participant = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="subaccounts")
    title = models.CharField("title of the after-tax sub-account", max_length=120)
    account_number = EncryptedTextField("number of the after-tax sub-account", max_length=40)

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="subaccount_once_a_plan_and_participant", fields=["plan", "participant"]
            ),
            models.CheckConstraint(
                name="subaccount_named", condition=~models.Q(title="") & ~models.Q(account_number="")
            ),
        ]

    def __str__(self) -> str:
        return self.title
