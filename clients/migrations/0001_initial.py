import datetime
from decimal import Decimal

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import advisors.encryption


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("advisors", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Client",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="advisors.firm",
                    ),
                ),
                ("legal_name", models.CharField(max_length=120)),
                ("birth_date", models.DateField()),
                (
                    "ssn_last_four",
                    models.CharField(blank=True, max_length=4, verbose_name="last four of SSN"),
                ),
                ("street", models.CharField(blank=True, max_length=120)),
                ("city", models.CharField(blank=True, max_length=80)),
                ("state", models.CharField(blank=True, max_length=2)),
                ("postal_code", models.CharField(blank=True, max_length=10, verbose_name="ZIP code")),
                (
                    "filing_status",
                    models.CharField(
                        choices=[
                            ("single", "Single"),
                            ("married_joint", "Married filing jointly"),
                            ("married_separate", "Married filing separately"),
                            ("head_of_household", "Head of household"),
                            ("surviving_spouse", "Qualifying surviving spouse"),
                        ],
                        default="single",
                        max_length=20,
                    ),
                ),
                (
                    "federal_rate",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Percent.",
                        max_digits=5,
                        verbose_name="marginal federal rate",
                    ),
                ),
                (
                    "state_rate",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Percent.",
                        max_digits=5,
                        verbose_name="marginal state rate",
                    ),
                ),
                (
                    "plans_backdoor",
                    models.BooleanField(
                        default=False,
                        help_text="After-tax money into a traditional IRA, then converted, in this or a later year.",
                        verbose_name="plans basic backdoor Roth conversions",
                    ),
                ),
            ],
            options={
                "ordering": ["legal_name", "pk"],
                "indexes": [
                    models.Index(fields=["firm", "legal_name"], name="clients_cli_firm_id_fe0a57_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("legal_name", ""), _negated=True), name="client_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("birth_date__gte", datetime.date(1900, 1, 1)),
                            ("birth_date__lte", datetime.date(2100, 12, 31)),
                        ),
                        name="client_birth_date_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "filing_status__in",
                                [
                                    "single",
                                    "married_joint",
                                    "married_separate",
                                    "head_of_household",
                                    "surviving_spouse",
                                ],
                            )
                        ),
                        name="client_filing_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ssn_last_four__regex", "^([0-9]{4})?$")),
                        name="client_ssn_last_four_only",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("federal_rate__gte", 0),
                            ("federal_rate__lte", 100),
                            ("state_rate__gte", 0),
                            ("state_rate__lte", 100),
                        ),
                        name="client_rates_bounded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClientEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="clients.client",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="advisors.firm",
                    ),
                ),
                ("legal_name", models.CharField(max_length=120)),
                ("birth_date", models.DateField()),
                (
                    "ssn_last_four",
                    models.CharField(blank=True, max_length=4, verbose_name="last four of SSN"),
                ),
                ("street", models.CharField(blank=True, max_length=120)),
                ("city", models.CharField(blank=True, max_length=80)),
                ("state", models.CharField(blank=True, max_length=2)),
                ("postal_code", models.CharField(blank=True, max_length=10, verbose_name="ZIP code")),
                (
                    "filing_status",
                    models.CharField(
                        choices=[
                            ("single", "Single"),
                            ("married_joint", "Married filing jointly"),
                            ("married_separate", "Married filing separately"),
                            ("head_of_household", "Head of household"),
                            ("surviving_spouse", "Qualifying surviving spouse"),
                        ],
                        default="single",
                        max_length=20,
                    ),
                ),
                (
                    "federal_rate",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Percent.",
                        max_digits=5,
                        verbose_name="marginal federal rate",
                    ),
                ),
                (
                    "state_rate",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Percent.",
                        max_digits=5,
                        verbose_name="marginal state rate",
                    ),
                ),
                (
                    "plans_backdoor",
                    models.BooleanField(
                        default=False,
                        help_text="After-tax money into a traditional IRA, then converted, in this or a later year.",
                        verbose_name="plans basic backdoor Roth conversions",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="clients.client"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name of the plan")),
                ("plan_number", models.CharField(default="001", max_length=3)),
                (
                    "ein",
                    models.CharField(
                        help_text="Employer identification number, 12-3456789.",
                        max_length=10,
                        verbose_name="EIN",
                    ),
                ),
                (
                    "business_form",
                    models.CharField(
                        choices=[
                            ("self_employed", "Self-employed (sole proprietor or partner)"),
                            ("corporation", "Corporation (W-2 wages)"),
                        ],
                        default="self_employed",
                        max_length=20,
                    ),
                ),
                ("administrator_name", models.CharField(max_length=120, verbose_name="plan administrator")),
                (
                    "administrator_address",
                    models.TextField(max_length=300, verbose_name="address of the plan administrator"),
                ),
                ("trustee_name", models.CharField(max_length=120, verbose_name="trustee")),
                ("custodian_name", models.CharField(max_length=120, verbose_name="custodian")),
                (
                    "custodian_address",
                    models.TextField(blank=True, max_length=300, verbose_name="address of the custodian"),
                ),
                (
                    "first_employee_date",
                    models.DateField(
                        blank=True,
                        help_text="Somebody whom the plan may not exclude. Empty while there is none.",
                        null=True,
                        verbose_name="first day of an employee who is no owner or spouse",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_employee_date__gte", datetime.date(1900, 1, 1)),
                            ("first_employee_date__lte", datetime.date(2100, 12, 31)),
                        ),
                        name="plan_first_employee_date_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("business_form__in", ["self_employed", "corporation"])),
                        name="plan_business_form_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ein__regex", "^[0-9]{2}-[0-9]{7}$")), name="plan_ein_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("plan_number__regex", "^[0-9]{3}$")), name="plan_number_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("administrator_name", ""), _negated=True),
                            models.Q(("administrator_address", ""), _negated=True),
                            models.Q(("trustee_name", ""), _negated=True),
                            models.Q(("custodian_name", ""), _negated=True),
                        ),
                        name="plan_parties_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContributionRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contribution_records",
                        to="clients.plan",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contribution_records",
                        to="clients.client",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "net_profit",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Schedule C, before the deduction of half of SE tax.",
                        max_digits=14,
                        verbose_name="net profit",
                    ),
                ),
                (
                    "other_social_security_wages",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="other social security wages",
                    ),
                ),
                (
                    "compensation",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Box 1 wages plus pretax deferrals.",
                        max_digits=14,
                        verbose_name="compensation",
                    ),
                ),
                (
                    "pretax_deferrals",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Without catch-up.",
                        max_digits=14,
                        verbose_name="pretax elective deferrals",
                    ),
                ),
                (
                    "roth_deferrals",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Without catch-up.",
                        max_digits=14,
                        verbose_name="designated Roth deferrals",
                    ),
                ),
                (
                    "catch_up",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="All of it, pretax and Roth.",
                        max_digits=14,
                        verbose_name="catch-up",
                    ),
                ),
                (
                    "roth_catch_up",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="of which Roth catch-up",
                    ),
                ),
                (
                    "prior_social_security_wages",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="From this employer. Zero without a Form W-2.",
                        max_digits=14,
                        verbose_name="box 3 wages of the year before",
                    ),
                ),
                (
                    "employer",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="employer contribution",
                    ),
                ),
                (
                    "after_tax",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="after-tax contributions",
                    ),
                ),
                (
                    "after_tax_date",
                    models.DateField(blank=True, null=True, verbose_name="last after-tax deposit"),
                ),
                (
                    "forfeitures",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=14, verbose_name="forfeitures"
                    ),
                ),
                (
                    "deferrals_elsewhere",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="deferrals at unrelated employers",
                    ),
                ),
                (
                    "deferral_reading",
                    models.CharField(
                        choices=[
                            ("counted", "Counted in full as annual additions until returned"),
                            ("catch_up", "Taken as catch-up, as far as the age allows"),
                            ("returned", "Returned by 15 April, so no annual addition"),
                        ],
                        default="counted",
                        max_length=10,
                        verbose_name="deferrals over the limit",
                    ),
                ),
                (
                    "aggregation",
                    models.CharField(
                        choices=[
                            ("not_asked", "Nobody has asked yet"),
                            ("none", "No other plan aggregates"),
                            ("controlled_group", "A controlled group or affiliated service group"),
                            ("own_403b", "The participant's own 403(b)"),
                        ],
                        default="not_asked",
                        max_length=16,
                        verbose_name="plans that share the 415(c) limit",
                    ),
                ),
                (
                    "aggregated_additions",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="annual additions in the plans that share the limit",
                    ),
                ),
                (
                    "aggregation_attested_by",
                    models.CharField(blank=True, max_length=120, verbose_name="attested by"),
                ),
                (
                    "income_is_estimate",
                    models.BooleanField(default=False, verbose_name="the income is an estimate"),
                ),
                (
                    "net_profit_low",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="net profit, low estimate",
                    ),
                ),
                (
                    "net_profit_high",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="net profit, high estimate",
                    ),
                ),
            ],
            options={
                "ordering": ["plan", "-year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "participant", "year"),
                        name="contributions_once_a_year",
                        violation_error_message="This plan already has a record for that year.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2000), ("year__lte", 2100)),
                        name="contributions_year_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("other_social_security_wages__gte", Decimal("0")),
                            ("other_social_security_wages__lte", Decimal("999999999.99")),
                            ("compensation__gte", Decimal("0")),
                            ("compensation__lte", Decimal("999999999.99")),
                            ("roth_catch_up__gte", Decimal("0")),
                            ("roth_catch_up__lte", Decimal("999999999.99")),
                            ("prior_social_security_wages__gte", Decimal("0")),
                            ("prior_social_security_wages__lte", Decimal("999999999.99")),
                            ("aggregated_additions__gte", Decimal("0")),
                            ("aggregated_additions__lte", Decimal("999999999.99")),
                            ("pretax_deferrals__gte", Decimal("0")),
                            ("pretax_deferrals__lte", Decimal("999999999.99")),
                            ("roth_deferrals__gte", Decimal("0")),
                            ("roth_deferrals__lte", Decimal("999999999.99")),
                            ("catch_up__gte", Decimal("0")),
                            ("catch_up__lte", Decimal("999999999.99")),
                            ("employer__gte", Decimal("0")),
                            ("employer__lte", Decimal("999999999.99")),
                            ("after_tax__gte", Decimal("0")),
                            ("after_tax__lte", Decimal("999999999.99")),
                            ("forfeitures__gte", Decimal("0")),
                            ("forfeitures__lte", Decimal("999999999.99")),
                            ("deferrals_elsewhere__gte", Decimal("0")),
                            ("deferrals_elsewhere__lte", Decimal("999999999.99")),
                        ),
                        name="contributions_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deferral_reading__in", ["counted", "catch_up", "returned"])),
                        name="contributions_reading_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("aggregation__in", ["not_asked", "none", "controlled_group", "own_403b"])
                        ),
                        name="contributions_aggregation_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("roth_catch_up__lte", models.F("catch_up"))),
                        name="contributions_roth_catch_up_within",
                        violation_error_message="The Roth part cannot exceed the catch-up.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("aggregated_additions", 0), ("aggregation", "not_asked")),
                            models.Q(
                                ("aggregated_additions", 0),
                                ("aggregation", "none"),
                                models.Q(("aggregation_attested_by", ""), _negated=True),
                            ),
                            models.Q(
                                ("aggregation__in", ["controlled_group", "own_403b"]),
                                models.Q(("aggregation_attested_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="contributions_aggregation_attested",
                        violation_error_message="Say who attested whether another plan shares the limit.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("net_profit__gte", -999999999), ("net_profit__lte", 999999999)),
                        name="contributions_net_profit_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("income_is_estimate", False),
                                ("net_profit_high", None),
                                ("net_profit_low", None),
                            ),
                            models.Q(
                                ("income_is_estimate", True),
                                models.Q(
                                    ("net_profit_low", None),
                                    models.Q(
                                        ("net_profit_low__gte", -999999999),
                                        ("net_profit_low__lte", models.F("net_profit")),
                                    ),
                                    _connector="OR",
                                ),
                                models.Q(
                                    ("net_profit_high", None),
                                    models.Q(
                                        ("net_profit_high__gte", models.F("net_profit")),
                                        ("net_profit_high__lte", 999999999),
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="contributions_estimates_in_order",
                        violation_error_message="The low estimate is at most, the high at least, the expected net profit.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContributionRecordEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="clients.contributionrecord",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.plan",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.client",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "net_profit",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Schedule C, before the deduction of half of SE tax.",
                        max_digits=14,
                        verbose_name="net profit",
                    ),
                ),
                (
                    "other_social_security_wages",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="other social security wages",
                    ),
                ),
                (
                    "compensation",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Box 1 wages plus pretax deferrals.",
                        max_digits=14,
                        verbose_name="compensation",
                    ),
                ),
                (
                    "pretax_deferrals",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Without catch-up.",
                        max_digits=14,
                        verbose_name="pretax elective deferrals",
                    ),
                ),
                (
                    "roth_deferrals",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Without catch-up.",
                        max_digits=14,
                        verbose_name="designated Roth deferrals",
                    ),
                ),
                (
                    "catch_up",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="All of it, pretax and Roth.",
                        max_digits=14,
                        verbose_name="catch-up",
                    ),
                ),
                (
                    "roth_catch_up",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="of which Roth catch-up",
                    ),
                ),
                (
                    "prior_social_security_wages",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="From this employer. Zero without a Form W-2.",
                        max_digits=14,
                        verbose_name="box 3 wages of the year before",
                    ),
                ),
                (
                    "employer",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="employer contribution",
                    ),
                ),
                (
                    "after_tax",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="after-tax contributions",
                    ),
                ),
                (
                    "after_tax_date",
                    models.DateField(blank=True, null=True, verbose_name="last after-tax deposit"),
                ),
                (
                    "forfeitures",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=14, verbose_name="forfeitures"
                    ),
                ),
                (
                    "deferrals_elsewhere",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="deferrals at unrelated employers",
                    ),
                ),
                (
                    "deferral_reading",
                    models.CharField(
                        choices=[
                            ("counted", "Counted in full as annual additions until returned"),
                            ("catch_up", "Taken as catch-up, as far as the age allows"),
                            ("returned", "Returned by 15 April, so no annual addition"),
                        ],
                        default="counted",
                        max_length=10,
                        verbose_name="deferrals over the limit",
                    ),
                ),
                (
                    "aggregation",
                    models.CharField(
                        choices=[
                            ("not_asked", "Nobody has asked yet"),
                            ("none", "No other plan aggregates"),
                            ("controlled_group", "A controlled group or affiliated service group"),
                            ("own_403b", "The participant's own 403(b)"),
                        ],
                        default="not_asked",
                        max_length=16,
                        verbose_name="plans that share the 415(c) limit",
                    ),
                ),
                (
                    "aggregated_additions",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="annual additions in the plans that share the limit",
                    ),
                ),
                (
                    "aggregation_attested_by",
                    models.CharField(blank=True, max_length=120, verbose_name="attested by"),
                ),
                (
                    "income_is_estimate",
                    models.BooleanField(default=False, verbose_name="the income is an estimate"),
                ),
                (
                    "net_profit_low",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="net profit, low estimate",
                    ),
                ),
                (
                    "net_profit_high",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="net profit, high estimate",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="IraBalance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ira_balances",
                        to="clients.client",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("traditional", "Traditional IRA"),
                            ("sep", "SEP IRA"),
                            ("simple", "SIMPLE IRA"),
                        ],
                        default="traditional",
                        max_length=12,
                    ),
                ),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="value on 31 December",
                    ),
                ),
                (
                    "basis",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Form 8606, line 3.",
                        max_digits=14,
                        verbose_name="basis before the year's distributions and conversions",
                    ),
                ),
                (
                    "distributions",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Without conversions and rollovers.",
                        max_digits=14,
                        verbose_name="distributions in the year",
                    ),
                ),
                (
                    "conversions",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="conversions to a Roth IRA in the year",
                    ),
                ),
            ],
            options={
                "verbose_name": "IRA balance",
                "ordering": ["client", "-year", "kind"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("client", "year", "kind"),
                        name="ira_balance_once_a_year_and_kind",
                        violation_error_message="That kind of IRA already has a value for that year.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2000), ("year__lte", 2100)),
                        name="ira_balance_year_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["traditional", "sep", "simple"])),
                        name="ira_balance_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value__gte", Decimal("0")),
                            ("value__lte", Decimal("999999999.99")),
                            ("basis__gte", Decimal("0")),
                            ("basis__lte", Decimal("999999999.99")),
                            ("distributions__gte", Decimal("0")),
                            ("distributions__lte", Decimal("999999999.99")),
                            ("conversions__gte", Decimal("0")),
                            ("conversions__lte", Decimal("999999999.99")),
                        ),
                        name="ira_balance_bounded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IraBalanceEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="clients.irabalance",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.client",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("traditional", "Traditional IRA"),
                            ("sep", "SEP IRA"),
                            ("simple", "SIMPLE IRA"),
                        ],
                        default="traditional",
                        max_length=12,
                    ),
                ),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="value on 31 December",
                    ),
                ),
                (
                    "basis",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Form 8606, line 3.",
                        max_digits=14,
                        verbose_name="basis before the year's distributions and conversions",
                    ),
                ),
                (
                    "distributions",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Without conversions and rollovers.",
                        max_digits=14,
                        verbose_name="distributions in the year",
                    ),
                ),
                (
                    "conversions",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="conversions to a Roth IRA in the year",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PlanAssets",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assets", to="clients.plan"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="assets at the year's end",
                    ),
                ),
                ("is_final_year", models.BooleanField(default=False, verbose_name="the plan's final year")),
            ],
            options={
                "verbose_name": "plan assets",
                "verbose_name_plural": "plan assets",
                "ordering": ["plan", "-year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "year"),
                        name="plan_assets_once_a_year",
                        violation_error_message="This plan already has its assets for that year.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2000), ("year__lte", 2100)),
                        name="plan_assets_year_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value__gte", Decimal("0")), ("value__lte", Decimal("999999999.99"))
                        ),
                        name="plan_assets_bounded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanAssetsEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="clients.planassets",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.plan",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="assets at the year's end",
                    ),
                ),
                ("is_final_year", models.BooleanField(default=False, verbose_name="the plan's final year")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PlanEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="clients.plan",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.client",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name of the plan")),
                ("plan_number", models.CharField(default="001", max_length=3)),
                (
                    "ein",
                    models.CharField(
                        help_text="Employer identification number, 12-3456789.",
                        max_length=10,
                        verbose_name="EIN",
                    ),
                ),
                (
                    "business_form",
                    models.CharField(
                        choices=[
                            ("self_employed", "Self-employed (sole proprietor or partner)"),
                            ("corporation", "Corporation (W-2 wages)"),
                        ],
                        default="self_employed",
                        max_length=20,
                    ),
                ),
                ("administrator_name", models.CharField(max_length=120, verbose_name="plan administrator")),
                (
                    "administrator_address",
                    models.TextField(max_length=300, verbose_name="address of the plan administrator"),
                ),
                ("trustee_name", models.CharField(max_length=120, verbose_name="trustee")),
                ("custodian_name", models.CharField(max_length=120, verbose_name="custodian")),
                (
                    "custodian_address",
                    models.TextField(blank=True, max_length=300, verbose_name="address of the custodian"),
                ),
                (
                    "first_employee_date",
                    models.DateField(
                        blank=True,
                        help_text="Somebody whom the plan may not exclude. Empty while there is none.",
                        null=True,
                        verbose_name="first day of an employee who is no owner or spouse",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PlanProvision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="provisions",
                        to="clients.plan",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("after_tax_contributions", "Allows after-tax contributions"),
                            ("separate_accounting", "Separately accounts for them and their earnings"),
                            ("in_service_distribution", "Allows their in-service distribution"),
                            ("in_plan_roth_rollover", "Allows an in-plan Roth rollover"),
                            (
                                "unrecovered_basis_carried",
                                "Carries unrecovered basis to later after-tax money",
                            ),
                            ("spousal_consent_required", "Requires spousal consent (QJSA)"),
                            ("higher_catch_up", "Offers the higher catch-up at 60 to 63"),
                            ("ira_rollovers_accepted", "Accepts rollovers of pretax IRA money"),
                            ("one_signature", "Lets one person sign once in several roles"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("not_verified", "Not verified")],
                        default="not_verified",
                        max_length=12,
                    ),
                ),
                ("document", models.CharField(blank=True, max_length=120)),
                ("section", models.CharField(blank=True, max_length=40)),
                ("page", models.CharField(blank=True, max_length=20)),
                ("verified_by", models.CharField(blank=True, max_length=120)),
                ("verified_date", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["plan", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "kind"), name="provision_once_a_plan"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "after_tax_contributions",
                                    "separate_accounting",
                                    "in_service_distribution",
                                    "in_plan_roth_rollover",
                                    "unrecovered_basis_carried",
                                    "spousal_consent_required",
                                    "higher_catch_up",
                                    "ira_rollovers_accepted",
                                    "one_signature",
                                ],
                            )
                        ),
                        name="provision_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["yes", "no", "not_verified"])),
                        name="provision_answer_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verified_date__gte", datetime.date(1900, 1, 1)),
                            ("verified_date__lte", datetime.date(2100, 12, 31)),
                        ),
                        name="provision_verified_date_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer", "not_verified"),
                            models.Q(
                                models.Q(("document", ""), _negated=True),
                                models.Q(("section", ""), _negated=True),
                                models.Q(("verified_by", ""), _negated=True),
                                ("verified_date__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="provision_answer_has_evidence",
                        violation_error_message="An answer needs its evidence: document, section, who verified it and when.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanProvisionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="clients.planprovision",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.plan",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("after_tax_contributions", "Allows after-tax contributions"),
                            ("separate_accounting", "Separately accounts for them and their earnings"),
                            ("in_service_distribution", "Allows their in-service distribution"),
                            ("in_plan_roth_rollover", "Allows an in-plan Roth rollover"),
                            (
                                "unrecovered_basis_carried",
                                "Carries unrecovered basis to later after-tax money",
                            ),
                            ("spousal_consent_required", "Requires spousal consent (QJSA)"),
                            ("higher_catch_up", "Offers the higher catch-up at 60 to 63"),
                            ("ira_rollovers_accepted", "Accepts rollovers of pretax IRA money"),
                            ("one_signature", "Lets one person sign once in several roles"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("not_verified", "Not verified")],
                        default="not_verified",
                        max_length=12,
                    ),
                ),
                ("document", models.CharField(blank=True, max_length=120)),
                ("section", models.CharField(blank=True, max_length=40)),
                ("page", models.CharField(blank=True, max_length=20)),
                ("verified_by", models.CharField(blank=True, max_length=120)),
                ("verified_date", models.DateField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Reliance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="advisors.firm",
                    ),
                ),
                ("fact_table", models.CharField(max_length=63)),
                ("fact_id", models.BigIntegerField()),
                ("letter_reference", models.CharField(max_length=40)),
                ("relied_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("fact_table", "fact_id", "letter_reference"), name="reliance_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Subaccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subaccounts",
                        to="clients.plan",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subaccounts",
                        to="clients.client",
                    ),
                ),
                (
                    "title",
                    models.CharField(max_length=120, verbose_name="title of the after-tax sub-account"),
                ),
                (
                    "account_number",
                    advisors.encryption.EncryptedTextField(
                        max_length=40, verbose_name="number of the after-tax sub-account"
                    ),
                ),
            ],
            options={
                "ordering": ["plan", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "participant"), name="subaccount_once_a_plan_and_participant"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("account_number", ""), _negated=True),
                        ),
                        name="subaccount_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubaccountEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="clients.subaccount",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.plan",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.client",
                    ),
                ),
                (
                    "title",
                    models.CharField(max_length=120, verbose_name="title of the after-tax sub-account"),
                ),
                (
                    "account_number",
                    advisors.encryption.EncryptedTextField(
                        max_length=40, verbose_name="number of the after-tax sub-account"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SubaccountMovement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "subaccount",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="clients.subaccount",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("contribution", "After-tax contribution"),
                            ("distribution", "Distribution"),
                            ("returned_excess", "Returned excess"),
                        ],
                        max_length=16,
                    ),
                ),
                ("movement_date", models.DateField(verbose_name="date")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="The limitation year of a contribution or an excess.",
                        null=True,
                        verbose_name="for the year",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=14, verbose_name="amount"
                    ),
                ),
                (
                    "earnings",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="A loss: (120.00)",
                        max_digits=14,
                        verbose_name="earnings returned with it",
                    ),
                ),
                (
                    "value_before",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="What the sub-account was worth on the payment date. Needed for a part of it only.",
                        max_digits=14,
                        null=True,
                        verbose_name="value just before",
                    ),
                ),
                (
                    "letter_reference",
                    models.CharField(
                        blank=True,
                        help_text="As in AT-7K3M-Q2XD.",
                        max_length=20,
                        verbose_name="reference of the letter that asked for it",
                    ),
                ),
                ("source_document", models.CharField(max_length=120)),
            ],
            options={
                "ordering": ["subaccount", "movement_date", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["contribution", "distribution", "returned_excess"])),
                        name="movement_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("movement_date__gte", datetime.date(1900, 1, 1)),
                            ("movement_date__lte", datetime.date(2100, 12, 31)),
                        ),
                        name="movement_date_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gte", Decimal("0")),
                            ("amount__lte", Decimal("999999999.99")),
                            ("value_before__gte", Decimal("0")),
                            ("value_before__lte", Decimal("999999999.99")),
                        ),
                        name="movement_amounts_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)),
                        name="movement_moves_something",
                        violation_error_message="Enter an amount above zero.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("earnings", 0),
                            models.Q(
                                (
                                    "earnings__gte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("amount"), "*", models.Value(-1)
                                    ),
                                ),
                                ("earnings__lte", 999999999),
                                ("kind", "returned_excess"),
                            ),
                            _connector="OR",
                        ),
                        name="movement_earnings_bounded",
                        violation_error_message="Only a returned excess carries earnings, and loses no more than its amount.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "distribution"), ("year", None)),
                            models.Q(
                                models.Q(("kind", "distribution"), _negated=True),
                                ("year__gte", 2000),
                                ("year__lte", 2100),
                            ),
                            _connector="OR",
                        ),
                        name="movement_year_where_it_counts",
                        violation_error_message="A contribution and an excess count for a year; a distribution does not.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value_before", None),
                            models.Q(("kind", "distribution"), ("value_before__gte", models.F("amount"))),
                            _connector="OR",
                        ),
                        name="movement_within_value",
                        violation_error_message="No more can leave than the sub-account was worth just before.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source_document", ""), _negated=True),
                        name="movement_has_a_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubaccountMovementEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="clients.subaccountmovement",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "subaccount",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.subaccount",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("contribution", "After-tax contribution"),
                            ("distribution", "Distribution"),
                            ("returned_excess", "Returned excess"),
                        ],
                        max_length=16,
                    ),
                ),
                ("movement_date", models.DateField(verbose_name="date")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="The limitation year of a contribution or an excess.",
                        null=True,
                        verbose_name="for the year",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=14, verbose_name="amount"
                    ),
                ),
                (
                    "earnings",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="A loss: (120.00)",
                        max_digits=14,
                        verbose_name="earnings returned with it",
                    ),
                ),
                (
                    "value_before",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="What the sub-account was worth on the payment date. Needed for a part of it only.",
                        max_digits=14,
                        null=True,
                        verbose_name="value just before",
                    ),
                ),
                (
                    "letter_reference",
                    models.CharField(
                        blank=True,
                        help_text="As in AT-7K3M-Q2XD.",
                        max_length=20,
                        verbose_name="reference of the letter that asked for it",
                    ),
                ),
                ("source_document", models.CharField(max_length=120)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SubaccountStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "subaccount",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="clients.subaccount",
                    ),
                ),
                ("statement_date", models.DateField()),
                (
                    "basis",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="After-tax contributions not yet distributed or returned.",
                        max_digits=14,
                        verbose_name="basis",
                    ),
                ),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Contributions and their earnings, after any loss.",
                        max_digits=14,
                        verbose_name="value",
                    ),
                ),
                (
                    "plan_balance",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Needed only where the plan does not separately account: every dollar is then pro-rated.",
                        max_digits=14,
                        null=True,
                        verbose_name="whole vested balance without designated Roth",
                    ),
                ),
                (
                    "pre_1987_basis",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Practically never in a solo plan.",
                        max_digits=14,
                        verbose_name="of which basis from before 1987",
                    ),
                ),
                (
                    "non_vested",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="of which not vested",
                    ),
                ),
                ("source_document", models.CharField(max_length=120)),
            ],
            options={
                "ordering": ["subaccount", "-statement_date"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subaccount", "statement_date"),
                        name="statement_once_a_date",
                        violation_error_message="This sub-account already has a statement of that date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("statement_date__gte", datetime.date(1900, 1, 1)),
                            ("statement_date__lte", datetime.date(2100, 12, 31)),
                        ),
                        name="statement_date_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("basis__gte", Decimal("0")),
                            ("basis__lte", Decimal("999999999.99")),
                            ("value__gte", Decimal("0")),
                            ("value__lte", Decimal("999999999.99")),
                            ("pre_1987_basis__gte", Decimal("0")),
                            ("pre_1987_basis__lte", Decimal("999999999.99")),
                            ("non_vested__gte", Decimal("0")),
                            ("non_vested__lte", Decimal("999999999.99")),
                        ),
                        name="statement_amounts_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("plan_balance__isnull", True),
                            models.Q(
                                ("plan_balance__gte", models.F("value")), ("plan_balance__lte", 999999999)
                            ),
                            _connector="OR",
                        ),
                        name="statement_plan_balance_bounded",
                        violation_error_message="The whole plan's balance cannot be less than the sub-account's value.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source_document", ""), _negated=True),
                        name="statement_has_a_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubaccountStatementEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="clients.subaccountstatement",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                ("id", models.BigIntegerField()),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "subaccount",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clients.subaccount",
                    ),
                ),
                ("statement_date", models.DateField()),
                (
                    "basis",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="After-tax contributions not yet distributed or returned.",
                        max_digits=14,
                        verbose_name="basis",
                    ),
                ),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Contributions and their earnings, after any loss.",
                        max_digits=14,
                        verbose_name="value",
                    ),
                ),
                (
                    "plan_balance",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Needed only where the plan does not separately account: every dollar is then pro-rated.",
                        max_digits=14,
                        null=True,
                        verbose_name="whole vested balance without designated Roth",
                    ),
                ),
                (
                    "pre_1987_basis",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        help_text="Practically never in a solo plan.",
                        max_digits=14,
                        verbose_name="of which basis from before 1987",
                    ),
                ),
                (
                    "non_vested",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="of which not vested",
                    ),
                ),
                ("source_document", models.CharField(max_length=120)),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_clientevent" ("birth_date", "city", "federal_rate", "filing_status", "firm_id", "id", "legal_name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plans_backdoor", "postal_code", "ssn_last_four", "state", "state_rate", "street") VALUES (NEW."birth_date", NEW."city", NEW."federal_rate", NEW."filing_status", NEW."firm_id", NEW."id", NEW."legal_name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plans_backdoor", NEW."postal_code", NEW."ssn_last_four", NEW."state", NEW."state_rate", NEW."street"); RETURN NULL;',
                    hash="d97b40c48c4704e3ad0f414cce2ae0527de7c7b5",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_a5391",
                    table="clients_client",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "clients_clientevent" ("birth_date", "city", "federal_rate", "filing_status", "firm_id", "id", "legal_name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plans_backdoor", "postal_code", "ssn_last_four", "state", "state_rate", "street") VALUES (NEW."birth_date", NEW."city", NEW."federal_rate", NEW."filing_status", NEW."firm_id", NEW."id", NEW."legal_name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plans_backdoor", NEW."postal_code", NEW."ssn_last_four", NEW."state", NEW."state_rate", NEW."street"); RETURN NULL;',
                    hash="46d3e9ded7be399b1f242bbcc3f0a30c37a13ac1",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_757e7",
                    table="clients_client",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_clientevent" ("birth_date", "city", "federal_rate", "filing_status", "firm_id", "id", "legal_name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plans_backdoor", "postal_code", "ssn_last_four", "state", "state_rate", "street") VALUES (OLD."birth_date", OLD."city", OLD."federal_rate", OLD."filing_status", OLD."firm_id", OLD."id", OLD."legal_name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plans_backdoor", OLD."postal_code", OLD."ssn_last_four", OLD."state", OLD."state_rate", OLD."street"); RETURN NULL;',
                    hash="becec537c249a9f42882eb5756638d0bcbf85ef3",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f8895",
                    table="clients_client",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clientevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="80c22ec4a1df4225284700a4524ea7870d75db51",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_2989c",
                    table="clients_clientevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="irabalance",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_irabalanceevent" ("basis", "client_id", "conversions", "distributions", "firm_id", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "value", "year") VALUES (NEW."basis", NEW."client_id", NEW."conversions", NEW."distributions", NEW."firm_id", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."value", NEW."year"); RETURN NULL;',
                    hash="ee427d4c56db42514565e4b3c3a577853a0f75eb",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5c275",
                    table="clients_irabalance",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="irabalance",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "clients_irabalanceevent" ("basis", "client_id", "conversions", "distributions", "firm_id", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "value", "year") VALUES (NEW."basis", NEW."client_id", NEW."conversions", NEW."distributions", NEW."firm_id", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."value", NEW."year"); RETURN NULL;',
                    hash="95c7fc9434ebad3f26e02a18498ed75f544cdaf2",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f5bcb",
                    table="clients_irabalance",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="irabalance",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_irabalanceevent" ("basis", "client_id", "conversions", "distributions", "firm_id", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "value", "year") VALUES (OLD."basis", OLD."client_id", OLD."conversions", OLD."distributions", OLD."firm_id", OLD."id", OLD."kind", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."value", OLD."year"); RETURN NULL;',
                    hash="1a66a763c0f465cb078c09a505dc18359cb557f2",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_667de",
                    table="clients_irabalance",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="irabalanceevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7ae604d5e4987898264dfe0efc7527601351e850",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_450f3",
                    table="clients_irabalanceevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plan",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_planevent" ("administrator_address", "administrator_name", "business_form", "client_id", "custodian_address", "custodian_name", "ein", "firm_id", "first_employee_date", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_number", "trustee_name") VALUES (NEW."administrator_address", NEW."administrator_name", NEW."business_form", NEW."client_id", NEW."custodian_address", NEW."custodian_name", NEW."ein", NEW."firm_id", NEW."first_employee_date", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_number", NEW."trustee_name"); RETURN NULL;',
                    hash="66f4fd7932a50285d265b31b974c3893b8fe6966",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_9038d",
                    table="clients_plan",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plan",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "clients_planevent" ("administrator_address", "administrator_name", "business_form", "client_id", "custodian_address", "custodian_name", "ein", "firm_id", "first_employee_date", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_number", "trustee_name") VALUES (NEW."administrator_address", NEW."administrator_name", NEW."business_form", NEW."client_id", NEW."custodian_address", NEW."custodian_name", NEW."ein", NEW."firm_id", NEW."first_employee_date", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_number", NEW."trustee_name"); RETURN NULL;',
                    hash="a3a0ad18d575f1da8b0722c7381a77466f0750c3",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c8831",
                    table="clients_plan",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plan",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_planevent" ("administrator_address", "administrator_name", "business_form", "client_id", "custodian_address", "custodian_name", "ein", "firm_id", "first_employee_date", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_number", "trustee_name") VALUES (OLD."administrator_address", OLD."administrator_name", OLD."business_form", OLD."client_id", OLD."custodian_address", OLD."custodian_name", OLD."ein", OLD."firm_id", OLD."first_employee_date", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_number", OLD."trustee_name"); RETURN NULL;',
                    hash="cecb68ea94381376a62bd572b8ded7bcd90860ba",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_c3ec2",
                    table="clients_plan",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contributionrecordevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="45663299ca3dd9d3b9e611144f9ef5494432237a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_aa72f",
                    table="clients_contributionrecordevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contributionrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_contributionrecordevent" ("after_tax", "after_tax_date", "aggregated_additions", "aggregation", "aggregation_attested_by", "catch_up", "compensation", "deferral_reading", "deferrals_elsewhere", "employer", "firm_id", "forfeitures", "id", "income_is_estimate", "net_profit", "net_profit_high", "net_profit_low", "other_social_security_wages", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "pretax_deferrals", "prior_social_security_wages", "roth_catch_up", "roth_deferrals", "year") VALUES (NEW."after_tax", NEW."after_tax_date", NEW."aggregated_additions", NEW."aggregation", NEW."aggregation_attested_by", NEW."catch_up", NEW."compensation", NEW."deferral_reading", NEW."deferrals_elsewhere", NEW."employer", NEW."firm_id", NEW."forfeitures", NEW."id", NEW."income_is_estimate", NEW."net_profit", NEW."net_profit_high", NEW."net_profit_low", NEW."other_social_security_wages", NEW."participant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."pretax_deferrals", NEW."prior_social_security_wages", NEW."roth_catch_up", NEW."roth_deferrals", NEW."year"); RETURN NULL;',
                    hash="b61823f32af7b8cf22ddef2c54afc8e7d3c6867d",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_89f54",
                    table="clients_contributionrecord",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contributionrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "clients_contributionrecordevent" ("after_tax", "after_tax_date", "aggregated_additions", "aggregation", "aggregation_attested_by", "catch_up", "compensation", "deferral_reading", "deferrals_elsewhere", "employer", "firm_id", "forfeitures", "id", "income_is_estimate", "net_profit", "net_profit_high", "net_profit_low", "other_social_security_wages", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "pretax_deferrals", "prior_social_security_wages", "roth_catch_up", "roth_deferrals", "year") VALUES (NEW."after_tax", NEW."after_tax_date", NEW."aggregated_additions", NEW."aggregation", NEW."aggregation_attested_by", NEW."catch_up", NEW."compensation", NEW."deferral_reading", NEW."deferrals_elsewhere", NEW."employer", NEW."firm_id", NEW."forfeitures", NEW."id", NEW."income_is_estimate", NEW."net_profit", NEW."net_profit_high", NEW."net_profit_low", NEW."other_social_security_wages", NEW."participant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."pretax_deferrals", NEW."prior_social_security_wages", NEW."roth_catch_up", NEW."roth_deferrals", NEW."year"); RETURN NULL;',
                    hash="31fb69ada9f497b3890d4e759547b5a85a74cd0e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_eb596",
                    table="clients_contributionrecord",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contributionrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_contributionrecordevent" ("after_tax", "after_tax_date", "aggregated_additions", "aggregation", "aggregation_attested_by", "catch_up", "compensation", "deferral_reading", "deferrals_elsewhere", "employer", "firm_id", "forfeitures", "id", "income_is_estimate", "net_profit", "net_profit_high", "net_profit_low", "other_social_security_wages", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "pretax_deferrals", "prior_social_security_wages", "roth_catch_up", "roth_deferrals", "year") VALUES (OLD."after_tax", OLD."after_tax_date", OLD."aggregated_additions", OLD."aggregation", OLD."aggregation_attested_by", OLD."catch_up", OLD."compensation", OLD."deferral_reading", OLD."deferrals_elsewhere", OLD."employer", OLD."firm_id", OLD."forfeitures", OLD."id", OLD."income_is_estimate", OLD."net_profit", OLD."net_profit_high", OLD."net_profit_low", OLD."other_social_security_wages", OLD."participant_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."pretax_deferrals", OLD."prior_social_security_wages", OLD."roth_catch_up", OLD."roth_deferrals", OLD."year"); RETURN NULL;',
                    hash="f6ad69ba68642255e02855758bfeed8bad80b7ef",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_830e0",
                    table="clients_contributionrecord",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planassets",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_planassetsevent" ("firm_id", "id", "is_final_year", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "value", "year") VALUES (NEW."firm_id", NEW."id", NEW."is_final_year", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."value", NEW."year"); RETURN NULL;',
                    hash="2d8368c4c9d77b80de3df398418ddf44e84c59a6",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_9257e",
                    table="clients_planassets",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planassets",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "clients_planassetsevent" ("firm_id", "id", "is_final_year", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "value", "year") VALUES (NEW."firm_id", NEW."id", NEW."is_final_year", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."value", NEW."year"); RETURN NULL;',
                    hash="7b3a3fe1aff0a0e57725cbab40076199c26a4b47",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_63134",
                    table="clients_planassets",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planassets",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_planassetsevent" ("firm_id", "id", "is_final_year", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "value", "year") VALUES (OLD."firm_id", OLD."id", OLD."is_final_year", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."value", OLD."year"); RETURN NULL;',
                    hash="59519295ce2853d0b2c10cbac103e8ebdd61bd6f",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_028af",
                    table="clients_planassets",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planassetsevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="bb953b752b275ecd9ae2a5cd35479628fef64e53",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e45f7",
                    table="clients_planassetsevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="828f1570e85e398d831c1d61d97914a82cbb9690",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_27631",
                    table="clients_planevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planprovision",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_planprovisionevent" ("answer", "document", "firm_id", "id", "kind", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "section", "verified_by", "verified_date") VALUES (NEW."answer", NEW."document", NEW."firm_id", NEW."id", NEW."kind", NEW."page", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."section", NEW."verified_by", NEW."verified_date"); RETURN NULL;',
                    hash="38a7b901f2df298c5bcb00daf87e248f40a51630",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_be551",
                    table="clients_planprovision",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planprovision",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "clients_planprovisionevent" ("answer", "document", "firm_id", "id", "kind", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "section", "verified_by", "verified_date") VALUES (NEW."answer", NEW."document", NEW."firm_id", NEW."id", NEW."kind", NEW."page", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."section", NEW."verified_by", NEW."verified_date"); RETURN NULL;',
                    hash="cf36cb87e25e3e9ab3441005eb5ad3eca02da3e6",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_3f149",
                    table="clients_planprovision",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planprovision",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_planprovisionevent" ("answer", "document", "firm_id", "id", "kind", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "section", "verified_by", "verified_date") VALUES (OLD."answer", OLD."document", OLD."firm_id", OLD."id", OLD."kind", OLD."page", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."section", OLD."verified_by", OLD."verified_date"); RETURN NULL;',
                    hash="37ab49c248fc7145ae2263dba12eebbed99d46e2",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_50364",
                    table="clients_planprovision",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planprovisionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b2428f7f3b5ec6fe6a733d6f48ca52428caab811",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_273fc",
                    table="clients_planprovisionevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subaccount",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_subaccountevent" ("account_number", "firm_id", "id", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "title") VALUES (NEW."account_number", NEW."firm_id", NEW."id", NEW."participant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."title"); RETURN NULL;',
                    hash="64af875666cae8a7304741659fc1768126fdc0cc",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_564df",
                    table="clients_subaccount",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subaccount",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "clients_subaccountevent" ("account_number", "firm_id", "id", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "title") VALUES (NEW."account_number", NEW."firm_id", NEW."id", NEW."participant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."title"); RETURN NULL;',
                    hash="e71a7ae7cd1b9ca8297ea6492d385be4059871e7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_78bc7",
                    table="clients_subaccount",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subaccount",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_subaccountevent" ("account_number", "firm_id", "id", "participant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "title") VALUES (OLD."account_number", OLD."firm_id", OLD."id", OLD."participant_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."title"); RETURN NULL;',
                    hash="03f1be2d9c45372723e19ab851e715d1b7269466",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_70001",
                    table="clients_subaccount",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subaccountevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e5e12b75b7fe38b26d79446931fcb6cd144aff08",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a6e19",
                    table="clients_subaccountevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subaccountmovement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_subaccountmovementevent" ("amount", "earnings", "firm_id", "id", "kind", "letter_reference", "movement_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_document", "subaccount_id", "value_before", "year") VALUES (NEW."amount", NEW."earnings", NEW."firm_id", NEW."id", NEW."kind", NEW."letter_reference", NEW."movement_date", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source_document", NEW."subaccount_id", NEW."value_before", NEW."year"); RETURN NULL;',
                    hash="bca7dd455dbf20197d1faeecf94624560ac0ea9e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b09fd",
                    table="clients_subaccountmovement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subaccountmovement",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "clients_subaccountmovementevent" ("amount", "earnings", "firm_id", "id", "kind", "letter_reference", "movement_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_document", "subaccount_id", "value_before", "year") VALUES (NEW."amount", NEW."earnings", NEW."firm_id", NEW."id", NEW."kind", NEW."letter_reference", NEW."movement_date", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source_document", NEW."subaccount_id", NEW."value_before", NEW."year"); RETURN NULL;',
                    hash="db9ccc02f0002e9068c3e0cda26c82f69ca6c297",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_25384",
                    table="clients_subaccountmovement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subaccountmovement",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_subaccountmovementevent" ("amount", "earnings", "firm_id", "id", "kind", "letter_reference", "movement_date", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_document", "subaccount_id", "value_before", "year") VALUES (OLD."amount", OLD."earnings", OLD."firm_id", OLD."id", OLD."kind", OLD."letter_reference", OLD."movement_date", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source_document", OLD."subaccount_id", OLD."value_before", OLD."year"); RETURN NULL;',
                    hash="294d02ad9e96df01162628ccde9a6048d84d0330",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_9297a",
                    table="clients_subaccountmovement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subaccountmovementevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="32d3c438367e81f53ad9e3e104e06f35ad921332",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a87b8",
                    table="clients_subaccountmovementevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subaccountstatement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_subaccountstatementevent" ("basis", "firm_id", "id", "non_vested", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_balance", "pre_1987_basis", "source_document", "statement_date", "subaccount_id", "value") VALUES (NEW."basis", NEW."firm_id", NEW."id", NEW."non_vested", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_balance", NEW."pre_1987_basis", NEW."source_document", NEW."statement_date", NEW."subaccount_id", NEW."value"); RETURN NULL;',
                    hash="83acfb79158348141aedb5c22f19b27dbb2957c4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_4a55b",
                    table="clients_subaccountstatement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subaccountstatement",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "clients_subaccountstatementevent" ("basis", "firm_id", "id", "non_vested", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_balance", "pre_1987_basis", "source_document", "statement_date", "subaccount_id", "value") VALUES (NEW."basis", NEW."firm_id", NEW."id", NEW."non_vested", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_balance", NEW."pre_1987_basis", NEW."source_document", NEW."statement_date", NEW."subaccount_id", NEW."value"); RETURN NULL;',
                    hash="5b47c73626e7b2d2328647bbd5d1f054bc7979b0",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a4d43",
                    table="clients_subaccountstatement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subaccountstatement",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "clients_subaccountstatementevent" ("basis", "firm_id", "id", "non_vested", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_balance", "pre_1987_basis", "source_document", "statement_date", "subaccount_id", "value") VALUES (OLD."basis", OLD."firm_id", OLD."id", OLD."non_vested", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_balance", OLD."pre_1987_basis", OLD."source_document", OLD."statement_date", OLD."subaccount_id", OLD."value"); RETURN NULL;',
                    hash="58b1badc24439153bf3411dbd61d9d6506636255",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ba4bf",
                    table="clients_subaccountstatement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="subaccountstatementevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9d936eb87ed4d438c95c824edd1253405f4239f0",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_bd516",
                    table="clients_subaccountstatementevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
