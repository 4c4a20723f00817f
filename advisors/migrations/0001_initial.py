from decimal import Decimal

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Firm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("street", models.CharField(blank=True, max_length=120)),
                ("city", models.CharField(blank=True, max_length=80)),
                ("state", models.CharField(blank=True, max_length=2)),
                ("postal_code", models.CharField(blank=True, max_length=10)),
                ("phone", models.CharField(blank=True, max_length=30)),
                (
                    "disclosure",
                    models.TextField(
                        blank=True,
                        help_text="Printed at the foot of each letter.",
                        max_length=600,
                        verbose_name="disclosure text",
                    ),
                ),
                ("letterhead_logo", models.BinaryField(blank=True, max_length=300000, null=True)),
                (
                    "logo_media_type",
                    models.CharField(
                        blank=True, choices=[("image/png", "PNG"), ("image/jpeg", "JPEG")], max_length=20
                    ),
                ),
                (
                    "small_earnings_amount",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("100.00"),
                        max_digits=14,
                        verbose_name="earnings are small up to",
                    ),
                ),
                (
                    "small_earnings_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("1.00"),
                        max_digits=5,
                        verbose_name="or up to this percent of the sub-account",
                    ),
                ),
                ("is_sample", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="firm_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("small_earnings_amount__gte", 0),
                            ("small_earnings_amount__lte", 1000000),
                            ("small_earnings_percent__gte", 0),
                            ("small_earnings_percent__lte", 100),
                        ),
                        name="firm_small_earnings_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("letterhead_logo__isnull", True),
                            django.db.models.lookups.LessThanOrEqual(
                                django.db.models.functions.text.Length("letterhead_logo"), 300000
                            ),
                            _connector="OR",
                        ),
                        name="firm_logo_is_small",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Advisor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail address")),
                ("full_name", models.CharField(max_length=120)),
                (
                    "firm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advisors",
                        to="advisors.firm",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("owner", "Owner"), ("advisor", "Advisor"), ("read_only", "Read-only")],
                        default="advisor",
                        max_length=10,
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "ordering": ["full_name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["owner", "advisor", "read_only"])),
                        name="advisor_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="advisor_email_lower",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdvisorEvent",
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
                        to=settings.AUTH_USER_MODEL,
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
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("full_name", models.CharField(max_length=120)),
                (
                    "firm",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="advisors.firm",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("owner", "Owner"), ("advisor", "Advisor"), ("read_only", "Read-only")],
                        default="advisor",
                        max_length=10,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FirmEvent",
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
                        to="advisors.firm",
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
                ("name", models.CharField(max_length=120)),
                ("street", models.CharField(blank=True, max_length=120)),
                ("city", models.CharField(blank=True, max_length=80)),
                ("state", models.CharField(blank=True, max_length=2)),
                ("postal_code", models.CharField(blank=True, max_length=10)),
                ("phone", models.CharField(blank=True, max_length=30)),
                (
                    "disclosure",
                    models.TextField(
                        blank=True,
                        help_text="Printed at the foot of each letter.",
                        max_length=600,
                        verbose_name="disclosure text",
                    ),
                ),
                (
                    "logo_media_type",
                    models.CharField(
                        blank=True, choices=[("image/png", "PNG"), ("image/jpeg", "JPEG")], max_length=20
                    ),
                ),
                (
                    "small_earnings_amount",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("100.00"),
                        max_digits=14,
                        verbose_name="earnings are small up to",
                    ),
                ),
                (
                    "small_earnings_percent",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("1.00"),
                        max_digits=5,
                        verbose_name="or up to this percent of the sub-account",
                    ),
                ),
                ("is_sample", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="firm",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "advisors_firmevent" ("city", "disclosure", "id", "is_sample", "logo_media_type", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postal_code", "small_earnings_amount", "small_earnings_percent", "state", "street") VALUES (NEW."city", NEW."disclosure", NEW."id", NEW."is_sample", NEW."logo_media_type", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."postal_code", NEW."small_earnings_amount", NEW."small_earnings_percent", NEW."state", NEW."street"); RETURN NULL;',
                    hash="103e83fe13939337ad104281c10eda1a058dced5",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_0f824",
                    table="advisors_firm",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="firm",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."city" IS DISTINCT FROM (NEW."city") OR OLD."disclosure" IS DISTINCT FROM (NEW."disclosure") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_sample" IS DISTINCT FROM (NEW."is_sample") OR OLD."logo_media_type" IS DISTINCT FROM (NEW."logo_media_type") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."postal_code" IS DISTINCT FROM (NEW."postal_code") OR OLD."small_earnings_amount" IS DISTINCT FROM (NEW."small_earnings_amount") OR OLD."small_earnings_percent" IS DISTINCT FROM (NEW."small_earnings_percent") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."street" IS DISTINCT FROM (NEW."street"))',
                    func='INSERT INTO "advisors_firmevent" ("city", "disclosure", "id", "is_sample", "logo_media_type", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postal_code", "small_earnings_amount", "small_earnings_percent", "state", "street") VALUES (NEW."city", NEW."disclosure", NEW."id", NEW."is_sample", NEW."logo_media_type", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."postal_code", NEW."small_earnings_amount", NEW."small_earnings_percent", NEW."state", NEW."street"); RETURN NULL;',
                    hash="f2237645c8ac731817f8ddbd2bff1d3c421c8e82",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_335b6",
                    table="advisors_firm",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="firm",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "advisors_firmevent" ("city", "disclosure", "id", "is_sample", "logo_media_type", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postal_code", "small_earnings_amount", "small_earnings_percent", "state", "street") VALUES (OLD."city", OLD."disclosure", OLD."id", OLD."is_sample", OLD."logo_media_type", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."postal_code", OLD."small_earnings_amount", OLD."small_earnings_percent", OLD."state", OLD."street"); RETURN NULL;',
                    hash="d1ee82326f841f9012822807b9148204329df947",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_22e4b",
                    table="advisors_firm",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="advisorevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="65488b50fb64766eeed3b6f5014c69cce4a7ab04",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_da785",
                    table="advisors_advisorevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="advisor",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "advisors_advisorevent" ("date_joined", "email", "firm_id", "full_name", "id", "is_active", "is_staff", "is_superuser", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (NEW."date_joined", NEW."email", NEW."firm_id", NEW."full_name", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role"); RETURN NULL;',
                    hash="1ccf6e54801894854e68b8014f6da4d154c10980",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2e530",
                    table="advisors_advisor",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="advisor",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."date_joined" IS DISTINCT FROM (NEW."date_joined") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."firm_id" IS DISTINCT FROM (NEW."firm_id") OR OLD."full_name" IS DISTINCT FROM (NEW."full_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_staff" IS DISTINCT FROM (NEW."is_staff") OR OLD."is_superuser" IS DISTINCT FROM (NEW."is_superuser") OR OLD."role" IS DISTINCT FROM (NEW."role"))',
                    func='INSERT INTO "advisors_advisorevent" ("date_joined", "email", "firm_id", "full_name", "id", "is_active", "is_staff", "is_superuser", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (NEW."date_joined", NEW."email", NEW."firm_id", NEW."full_name", NEW."id", NEW."is_active", NEW."is_staff", NEW."is_superuser", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role"); RETURN NULL;',
                    hash="b9a1950c62d5e3714d0da42ebe00ada3f595039d",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_b8d57",
                    table="advisors_advisor",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="advisor",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "advisors_advisorevent" ("date_joined", "email", "firm_id", "full_name", "id", "is_active", "is_staff", "is_superuser", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (OLD."date_joined", OLD."email", OLD."firm_id", OLD."full_name", OLD."id", OLD."is_active", OLD."is_staff", OLD."is_superuser", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role"); RETURN NULL;',
                    hash="241933c0410a8bd7d3e1aee13ff3970b08b1a889",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_b36e3",
                    table="advisors_advisor",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="firmevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5d201e47e5c788126213799f67bd0fa7c8f7c26a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_dc13c",
                    table="advisors_firmevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
