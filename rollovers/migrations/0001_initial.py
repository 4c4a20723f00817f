import datetime
from decimal import Decimal

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import advisors.encryption
import rollovers.models.letters


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("advisors", "0001_initial"),
        ("clients", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
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
                ("batch_key", models.UUIDField()),
                ("way", models.CharField(blank=True, max_length=10)),
                ("payment_date", models.DateField()),
                ("letter_date", models.DateField()),
                ("reasons", models.JSONField(blank=True, default=dict)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name_plural": "batches",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("firm", "batch_key"), name="batch_key_once_a_firm"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("payment_date__gte", datetime.date(1900, 1, 1)),
                            ("payment_date__lte", datetime.date(2100, 12, 31)),
                            ("letter_date__gte", datetime.date(1900, 1, 1)),
                            ("letter_date__lte", datetime.date(2100, 12, 31)),
                        ),
                        name="batch_dates_bounded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RolloverRequest",
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
                        related_name="rollover_requests",
                        to="clients.plan",
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rollover_requests",
                        to="clients.client",
                    ),
                ),
                (
                    "subaccount",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rollover_requests",
                        to="clients.subaccount",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rollover_requests",
                        to="clients.subaccountstatement",
                    ),
                ),
                ("covers_whole", models.BooleanField()),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("all_roth", "All to a Roth IRA"),
                            ("split", "Split: basis to a Roth IRA, earnings to a traditional IRA"),
                            ("own", "Own legs"),
                            ("in_plan", "In-plan Roth rollover: all to the plan's designated Roth account"),
                        ],
                        max_length=10,
                    ),
                ),
                ("payment_date", models.DateField()),
                (
                    "basis_before",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14),
                ),
                (
                    "value_before",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14),
                ),
                (
                    "distribution",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14),
                ),
                ("after_tax", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14)),
                ("pretax", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14)),
                ("includible", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14)),
                (
                    "withholding",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14),
                ),
                (
                    "request_key",
                    models.UUIDField(help_text="One key a filled form: a second press issues nothing new."),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("firm", "request_key"), name="request_key_once_a_firm"),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["all_roth", "split", "own", "in_plan"])),
                        name="request_way_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("payment_date__gte", datetime.date(1900, 1, 1)),
                            ("payment_date__lte", datetime.date(2100, 12, 31)),
                        ),
                        name="request_payment_date_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("basis_before__gte", Decimal("0")),
                            ("basis_before__lte", Decimal("999999999.99")),
                            ("value_before__gte", Decimal("0")),
                            ("value_before__lte", Decimal("999999999.99")),
                            ("distribution__gte", Decimal("0")),
                            ("distribution__lte", Decimal("999999999.99")),
                            ("after_tax__gte", Decimal("0")),
                            ("after_tax__lte", Decimal("999999999.99")),
                            ("pretax__gte", Decimal("0")),
                            ("pretax__lte", Decimal("999999999.99")),
                            ("includible__gte", Decimal("0")),
                            ("includible__lte", Decimal("999999999.99")),
                            ("withholding__gte", Decimal("0")),
                            ("withholding__lte", Decimal("999999999.99")),
                        ),
                        name="request_amounts_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "distribution",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("after_tax"), "+", models.F("pretax")
                                ),
                            )
                        ),
                        name="request_parts_sum",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("distribution__gt", 0),
                            ("distribution__lte", models.F("value_before")),
                            ("after_tax__lte", models.F("basis_before")),
                        ),
                        name="request_within_subaccount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
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
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter",
                        to="rollovers.rolloverrequest",
                    ),
                ),
                (
                    "reference",
                    models.CharField(default=rollovers.models.letters.make_reference, max_length=20),
                ),
                ("letter_date", models.DateField()),
                ("inputs", models.JSONField()),
                ("figures", models.JSONField()),
                ("findings", models.JSONField()),
                ("rule_version", models.CharField(max_length=20)),
                ("pdf", advisors.encryption.EncryptedBinaryField()),
                ("pdf_sha256", models.CharField(max_length=64)),
                (
                    "supersedes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="rollovers.letter",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("issued_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-issued_at", "-pk"],
                "indexes": [
                    models.Index(fields=["firm", "-issued_at"], name="rollovers_l_firm_id_307d02_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("firm", "reference"), name="letter_reference_once_a_firm"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pdf_sha256__regex", "^[0-9a-f]{64}$")), name="letter_sha256_form"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("letter_date__gte", datetime.date(1900, 1, 1)),
                            ("letter_date__lte", datetime.date(2100, 12, 31)),
                        ),
                        name="letter_date_bounded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BatchItem",
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
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="rollovers.batch",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.plan"
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clients.client"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("request_key", models.UUIDField()),
                ("shown_digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("issued", "Issued"),
                            ("refused", "Not issued"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=1000)),
                (
                    "letter",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batch_item",
                        to="rollovers.letter",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "ordering": ["batch", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "position"), name="item_position_once"),
                    models.UniqueConstraint(
                        fields=("batch", "plan", "participant"), name="item_once_a_batch"
                    ),
                    models.UniqueConstraint(fields=("firm", "request_key"), name="item_key_once_a_firm"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "issued", "refused", "failed"])),
                        name="item_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("letter__isnull", False), ("state", "issued")),
                            models.Q(models.Q(("state", "issued"), _negated=True), ("letter__isnull", True)),
                            _connector="OR",
                        ),
                        name="item_issued_has_a_letter",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseEvent",
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
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="rollovers.letter",
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("drafted", "Drafted"),
                            ("issued", "Issued"),
                            ("signed", "Signed"),
                            ("sent", "Sent"),
                            ("paid", "Paid"),
                            ("reported", "Reported"),
                            ("matched", "Matched"),
                            ("voided", "Voided"),
                            ("superseded", "Superseded"),
                            ("evidence", "Evidence attached"),
                            ("sixty_day", "60-day rollover settled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("step_date", models.DateField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("details", models.JSONField(blank=True, default=dict)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                ("position", models.PositiveBigIntegerField()),
                ("content_sha256", models.CharField(max_length=64)),
                ("previous_sha256", models.CharField(blank=True, max_length=64)),
                ("sha256", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["firm", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("firm", "position"), name="event_position_once_a_firm"),
                    models.UniqueConstraint(
                        condition=models.Q(("step__in", ["evidence", "paid", "sixty_day"]), _negated=True),
                        fields=("letter", "step"),
                        name="event_once_a_letter",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                [
                                    "drafted",
                                    "issued",
                                    "signed",
                                    "sent",
                                    "paid",
                                    "reported",
                                    "matched",
                                    "voided",
                                    "superseded",
                                    "evidence",
                                    "sixty_day",
                                ],
                            )
                        ),
                        name="event_step_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("step_date__gte", datetime.date(1900, 1, 1)),
                            ("step_date__lte", datetime.date(2100, 12, 31)),
                        ),
                        name="event_step_date_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("content_sha256__regex", "^[0-9a-f]{64}$"),
                            ("sha256__regex", "^[0-9a-f]{64}$"),
                            models.Q(
                                models.Q(("position", 1), ("previous_sha256", "")),
                                models.Q(("position__gt", 1), ("previous_sha256__regex", "^[0-9a-f]{64}$")),
                                _connector="OR",
                            ),
                        ),
                        name="event_sha256_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Disbursement",
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
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disbursements",
                        to="rollovers.rolloverrequest",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "to",
                    models.CharField(
                        choices=[
                            ("roth_ira", "Roth IRA"),
                            ("traditional_ira", "Traditional IRA"),
                            ("plan", "Another plan"),
                            ("participant", "The participant"),
                            ("designated_roth", "The plan's designated Roth account"),
                        ],
                        max_length=20,
                    ),
                ),
                ("separately_accounts", models.BooleanField(default=False)),
                ("payee", models.CharField(max_length=120)),
                ("account_title", models.CharField(blank=True, max_length=160)),
                ("account_number", advisors.encryption.EncryptedTextField(blank=True, max_length=40)),
                ("amount", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14)),
                (
                    "pretax_elected",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True),
                ),
                ("pretax", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14)),
                ("after_tax", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14)),
            ],
            options={
                "ordering": ["request", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "position"), name="disbursement_position_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "to__in",
                                ["roth_ira", "traditional_ira", "plan", "participant", "designated_roth"],
                            )
                        ),
                        name="disbursement_to_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gte", Decimal("0")),
                            ("amount__lte", Decimal("999999999.99")),
                            ("pretax_elected__gte", Decimal("0")),
                            ("pretax_elected__lte", Decimal("999999999.99")),
                            ("pretax__gte", Decimal("0")),
                            ("pretax__lte", Decimal("999999999.99")),
                            ("after_tax__gte", Decimal("0")),
                            ("after_tax__lte", Decimal("999999999.99")),
                        ),
                        name="disbursement_amounts_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("pretax"), "+", models.F("after_tax")
                                ),
                            ),
                            ("amount__gt", 0),
                        ),
                        name="disbursement_parts_sum",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EnteredLimit",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("415c_annual_additions", "Dollar limit on annual additions, 415(c)(1)(A)"),
                            ("402g_elective_deferrals", "Limit on elective deferrals, 402(g)(1)"),
                            ("414v_catch_up_50", "Catch-up from age 50, 414(v)(2)(B)"),
                            ("414v_catch_up_60_63", "Catch-up at ages 60 to 63, 414(v)(2)(E)"),
                            (
                                "414v7_roth_catch_up_wages",
                                "Wages above which catch-up must be Roth, 414(v)(7)",
                            ),
                            ("401a17_compensation", "Limit on compensation, 401(a)(17)"),
                            ("ss_wage_base", "Social Security wage base"),
                            ("ira_contributions", "IRA contributions, 219(b)(5)(A)"),
                            ("ira_catch_up_50", "IRA catch-up from age 50, 219(b)(5)(B)"),
                        ],
                        max_length=30,
                        verbose_name="limit",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=14, verbose_name="dollars"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        help_text="The notice that published it, as in Notice 2025-67.",
                        max_length=120,
                        verbose_name="published in",
                    ),
                ),
            ],
            options={
                "verbose_name": "limit entered by the firm",
                "verbose_name_plural": "limits entered by the firm",
                "ordering": ["-year", "kind"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("firm", "kind", "year"),
                        name="entered_limit_once_a_year",
                        violation_error_message="The firm has entered that limit for that year already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "415c_annual_additions",
                                    "402g_elective_deferrals",
                                    "414v_catch_up_50",
                                    "414v_catch_up_60_63",
                                    "414v7_roth_catch_up_wages",
                                    "401a17_compensation",
                                    "ss_wage_base",
                                    "ira_contributions",
                                    "ira_catch_up_50",
                                ],
                            )
                        ),
                        name="entered_limit_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2000), ("year__lte", 2100)),
                        name="entered_limit_year_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("amount__lte", 10000000)),
                        name="entered_limit_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="entered_limit_has_a_source"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EnteredLimitEvent",
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
                        to="rollovers.enteredlimit",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("415c_annual_additions", "Dollar limit on annual additions, 415(c)(1)(A)"),
                            ("402g_elective_deferrals", "Limit on elective deferrals, 402(g)(1)"),
                            ("414v_catch_up_50", "Catch-up from age 50, 414(v)(2)(B)"),
                            ("414v_catch_up_60_63", "Catch-up at ages 60 to 63, 414(v)(2)(E)"),
                            (
                                "414v7_roth_catch_up_wages",
                                "Wages above which catch-up must be Roth, 414(v)(7)",
                            ),
                            ("401a17_compensation", "Limit on compensation, 401(a)(17)"),
                            ("ss_wage_base", "Social Security wage base"),
                            ("ira_contributions", "IRA contributions, 219(b)(5)(A)"),
                            ("ira_catch_up_50", "IRA catch-up from age 50, 219(b)(5)(B)"),
                        ],
                        max_length=30,
                        verbose_name="limit",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0.00"), max_digits=14, verbose_name="dollars"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        help_text="The notice that published it, as in Notice 2025-67.",
                        max_length=120,
                        verbose_name="published in",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Evidence",
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
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="rollovers.letter",
                    ),
                ),
                ("title", models.CharField(max_length=120)),
                ("media_type", models.CharField(max_length=20)),
                ("content", advisors.encryption.EncryptedBinaryField()),
                ("content_sha256", models.CharField(max_length=64)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["letter", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="evidence_has_a_title"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("media_type__in", ["application/pdf", "image/png", "image/jpeg"])
                        ),
                        name="evidence_media_type_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("content_sha256__regex", "^[0-9a-f]{64}$")),
                        name="evidence_sha256_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterDocument",
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
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="rollovers.letter",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("custodian", "For the custodian"),
                            ("reviewer", "For the reviewer, never sent"),
                        ],
                        max_length=12,
                    ),
                ),
                ("pdf", advisors.encryption.EncryptedBinaryField()),
                ("pdf_sha256", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["letter", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("letter", "kind"), name="document_once_a_letter"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["custodian", "reviewer"])),
                        name="document_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pdf_sha256__regex", "^[0-9a-f]{64}$")),
                        name="document_sha256_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
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
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="rollovers.letter",
                    ),
                ),
                (
                    "movement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.subaccountmovement",
                    ),
                ),
                ("payment_date", models.DateField()),
                (
                    "received_date",
                    models.DateField(
                        blank=True,
                        help_text="When the participant received what was paid to them.",
                        null=True,
                    ),
                ),
                (
                    "basis_before",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14),
                ),
                (
                    "value_before",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14),
                ),
                (
                    "distribution",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14),
                ),
                ("after_tax", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14)),
                ("pretax", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14)),
                ("includible", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14)),
                (
                    "withholding",
                    models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14),
                ),
                ("figures", models.JSONField()),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["letter", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("payment_date__gte", datetime.date(1900, 1, 1)),
                            ("payment_date__lte", datetime.date(2100, 12, 31)),
                        ),
                        name="payment_dates_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received_date", None),
                            models.Q(
                                ("received_date__gte", models.F("payment_date")),
                                ("received_date__year__lte", 2100),
                            ),
                            _connector="OR",
                        ),
                        name="payment_received_after_it_was_made",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("basis_before__gte", Decimal("0")),
                            ("basis_before__lte", Decimal("999999999.99")),
                            ("value_before__gte", Decimal("0")),
                            ("value_before__lte", Decimal("999999999.99")),
                            ("distribution__gte", Decimal("0")),
                            ("distribution__lte", Decimal("999999999.99")),
                            ("after_tax__gte", Decimal("0")),
                            ("after_tax__lte", Decimal("999999999.99")),
                            ("pretax__gte", Decimal("0")),
                            ("pretax__lte", Decimal("999999999.99")),
                            ("includible__gte", Decimal("0")),
                            ("includible__lte", Decimal("999999999.99")),
                            ("withholding__gte", Decimal("0")),
                            ("withholding__lte", Decimal("999999999.99")),
                        ),
                        name="payment_amounts_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "distribution",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("after_tax"), "+", models.F("pretax")
                                ),
                            )
                        ),
                        name="payment_parts_sum",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("distribution__gt", 0),
                            ("distribution__lte", models.F("value_before")),
                            ("after_tax__lte", models.F("basis_before")),
                        ),
                        name="payment_within_subaccount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaidDisbursement",
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
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disbursements",
                        to="rollovers.payment",
                    ),
                ),
                (
                    "disbursement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rollovers.disbursement",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14)),
                ("pretax", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14)),
                ("after_tax", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=14)),
            ],
            options={
                "ordering": ["payment", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("payment", "disbursement"), name="paid_once_a_payment"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gte", Decimal("0")),
                            ("amount__lte", Decimal("999999999.99")),
                            ("pretax__gte", Decimal("0")),
                            ("pretax__lte", Decimal("999999999.99")),
                            ("after_tax__gte", Decimal("0")),
                            ("after_tax__lte", Decimal("999999999.99")),
                        ),
                        name="paid_amounts_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("pretax"), "+", models.F("after_tax")
                                ),
                            )
                        ),
                        name="paid_parts_sum",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceivedForm",
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
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_forms",
                        to="rollovers.letter",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("1099r", "Form 1099-R"), ("5498", "Form 5498")],
                        default="1099r",
                        max_length=5,
                    ),
                ),
                ("payer", models.CharField(max_length=120, verbose_name="payer or custodian")),
                (
                    "gross",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="box 1, gross distribution (of Form 5498: box 2, rollover)",
                    ),
                ),
                (
                    "taxable",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="box 2a, taxable amount",
                    ),
                ),
                (
                    "taxable_not_determined",
                    models.BooleanField(default=False, verbose_name="box 2b, taxable amount not determined"),
                ),
                (
                    "withheld",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="box 4, federal income tax withheld",
                    ),
                ),
                (
                    "basis",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="box 5, employee contributions",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=2, verbose_name="box 7, distribution code")),
                ("received_date", models.DateField()),
            ],
            options={
                "ordering": ["letter", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["1099r", "5498"])), name="received_form_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("gross__gte", Decimal("0")),
                            ("gross__lte", Decimal("999999999.99")),
                            ("withheld__gte", Decimal("0")),
                            ("withheld__lte", Decimal("999999999.99")),
                            ("basis__gte", Decimal("0")),
                            ("basis__lte", Decimal("999999999.99")),
                        ),
                        name="received_form_amounts_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taxable", None),
                            models.Q(("taxable__gte", 0), ("taxable__lte", 999999999)),
                            _connector="OR",
                        ),
                        name="received_form_taxable_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received_date__gte", datetime.date(1900, 1, 1)),
                            ("received_date__lte", datetime.date(2100, 12, 31)),
                        ),
                        name="received_form_date_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("code", ""), ("kind", "5498")),
                            models.Q(("code__regex", "^[1-9A-HJ-NP-UW]{1,2}$"), ("kind", "1099r")),
                            _connector="OR",
                        ),
                        name="received_form_code",
                        violation_error_message="Enter the code of box 7 as the form shows it, like G.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("payer", ""), _negated=True), name="received_form_has_a_payer"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceivedFormEvent",
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
                        to="rollovers.receivedform",
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
                    "letter",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="rollovers.letter",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("1099r", "Form 1099-R"), ("5498", "Form 5498")],
                        default="1099r",
                        max_length=5,
                    ),
                ),
                ("payer", models.CharField(max_length=120, verbose_name="payer or custodian")),
                (
                    "gross",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="box 1, gross distribution (of Form 5498: box 2, rollover)",
                    ),
                ),
                (
                    "taxable",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="box 2a, taxable amount",
                    ),
                ),
                (
                    "taxable_not_determined",
                    models.BooleanField(default=False, verbose_name="box 2b, taxable amount not determined"),
                ),
                (
                    "withheld",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="box 4, federal income tax withheld",
                    ),
                ),
                (
                    "basis",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=14,
                        verbose_name="box 5, employee contributions",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=2, verbose_name="box 7, distribution code")),
                ("received_date", models.DateField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RolloverDraft",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="drafts", to="clients.plan"
                    ),
                ),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="clients.client",
                    ),
                ),
                (
                    "supersedes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="rollovers.letter",
                    ),
                ),
                ("request_key", models.UUIDField()),
                (
                    "values",
                    advisors.encryption.EncryptedTextField(
                        help_text="The form as it was filled, as a query string."
                    ),
                ),
                ("payment_date", models.DateField(blank=True, null=True)),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("started_at", models.DateTimeField(auto_now_add=True)),
                ("saved_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "ordering": ["-saved_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("firm", "request_key"), name="draft_once_a_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("payment_date__gte", datetime.date(1900, 1, 1)),
                            ("payment_date__lte", datetime.date(2100, 12, 31)),
                        ),
                        name="draft_payment_date_bounded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatementAcknowledgement",
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
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acknowledgements",
                        to="clients.subaccountstatement",
                    ),
                ),
                ("basis_difference", models.DecimalField(decimal_places=2, max_digits=14)),
                ("reason", models.CharField(max_length=300)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("acknowledged_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("basis_difference", 0), _negated=True),
                            ("basis_difference__gte", -999999999),
                            ("basis_difference__lte", 999999999),
                        ),
                        name="acknowledgement_of_a_difference",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="acknowledgement_has_a_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wording",
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
                    "slot",
                    models.CharField(
                        choices=[
                            ("opening", "Letter: a sentence before the request"),
                            ("contact", "Letter: whom to ask"),
                            ("closing", "Letter: a sentence before the signatures"),
                            ("custodian_note", "Custodian's instructions: a note on delivery"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.CharField(max_length=300)),
            ],
            options={
                "verbose_name_plural": "wording",
                "ordering": ["slot"],
                "constraints": [
                    models.UniqueConstraint(fields=("firm", "slot"), name="wording_once_a_slot"),
                    models.CheckConstraint(
                        condition=models.Q(("slot__in", ["opening", "contact", "closing", "custodian_note"])),
                        name="wording_slot_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="wording_has_words"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WordingEvent",
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
                        to="rollovers.wording",
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
                    "slot",
                    models.CharField(
                        choices=[
                            ("opening", "Letter: a sentence before the request"),
                            ("contact", "Letter: whom to ask"),
                            ("closing", "Letter: a sentence before the signatures"),
                            ("custodian_note", "Custodian's instructions: a note on delivery"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.CharField(max_length=300)),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enteredlimit",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "rollovers_enteredlimitevent" ("amount", "firm_id", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "year") VALUES (NEW."amount", NEW."firm_id", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source", NEW."year"); RETURN NULL;',
                    hash="d2cad99c8ca632243a97f5551021e2e4ccf2db16",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_780e4",
                    table="rollovers_enteredlimit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enteredlimit",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "rollovers_enteredlimitevent" ("amount", "firm_id", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "year") VALUES (NEW."amount", NEW."firm_id", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source", NEW."year"); RETURN NULL;',
                    hash="3f5c36f72faf18cb8a32dd5c94b223d1c1453e05",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_faea2",
                    table="rollovers_enteredlimit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enteredlimit",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "rollovers_enteredlimitevent" ("amount", "firm_id", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "year") VALUES (OLD."amount", OLD."firm_id", OLD."id", OLD."kind", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source", OLD."year"); RETURN NULL;',
                    hash="0abccb36746c0706db0b2a7f94cbabe60e474c16",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_e1f94",
                    table="rollovers_enteredlimit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enteredlimitevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b70d3832b52e0e6c266463921652b07f19f4e1e0",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ed700",
                    table="rollovers_enteredlimitevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receivedform",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "rollovers_receivedformevent" ("basis", "code", "firm_id", "gross", "id", "kind", "letter_id", "payer", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_date", "taxable", "taxable_not_determined", "withheld") VALUES (NEW."basis", NEW."code", NEW."firm_id", NEW."gross", NEW."id", NEW."kind", NEW."letter_id", NEW."payer", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."received_date", NEW."taxable", NEW."taxable_not_determined", NEW."withheld"); RETURN NULL;',
                    hash="a6ea39527a31690a23ecd32b4726685df7bfb407",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b1b0a",
                    table="rollovers_receivedform",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receivedform",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "rollovers_receivedformevent" ("basis", "code", "firm_id", "gross", "id", "kind", "letter_id", "payer", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_date", "taxable", "taxable_not_determined", "withheld") VALUES (NEW."basis", NEW."code", NEW."firm_id", NEW."gross", NEW."id", NEW."kind", NEW."letter_id", NEW."payer", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."received_date", NEW."taxable", NEW."taxable_not_determined", NEW."withheld"); RETURN NULL;',
                    hash="8a1ef54e9d2104b64a1762f2c6ed47add136aa3c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_21d18",
                    table="rollovers_receivedform",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receivedform",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "rollovers_receivedformevent" ("basis", "code", "firm_id", "gross", "id", "kind", "letter_id", "payer", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_date", "taxable", "taxable_not_determined", "withheld") VALUES (OLD."basis", OLD."code", OLD."firm_id", OLD."gross", OLD."id", OLD."kind", OLD."letter_id", OLD."payer", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."received_date", OLD."taxable", OLD."taxable_not_determined", OLD."withheld"); RETURN NULL;',
                    hash="9388c532aecbdded7dfc819d7cb3be51e8a3d2aa",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_31b05",
                    table="rollovers_receivedform",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receivedformevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c5564d7ea13ff0c0d13d0378207990922f726c8d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_f2eda",
                    table="rollovers_receivedformevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wording",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "rollovers_wordingevent" ("firm_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slot", "text") VALUES (NEW."firm_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."slot", NEW."text"); RETURN NULL;',
                    hash="c5cd6033785f378e09f89fab834fe81e005a7c4f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3e9a4",
                    table="rollovers_wording",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wording",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "rollovers_wordingevent" ("firm_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slot", "text") VALUES (NEW."firm_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."slot", NEW."text"); RETURN NULL;',
                    hash="241cbb75e203261de3b2e62c393d89e8597e0a99",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_597b5",
                    table="rollovers_wording",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wording",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "rollovers_wordingevent" ("firm_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "slot", "text") VALUES (OLD."firm_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."slot", OLD."text"); RETURN NULL;',
                    hash="fb63f38c4bb5103b03ddc69a7bd1149fdd4a9a20",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_33e1e",
                    table="rollovers_wording",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="wordingevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="4fcc43b520a6879f51befd50e67f026ddb1bb1b0",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_eb603",
                    table="rollovers_wordingevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
