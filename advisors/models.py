"""Who: the firms that advise, and the people who sign in for them."""

from decimal import Decimal
from typing import Any

import pghistory
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Length, Lower
from django.db.models.lookups import LessThanOrEqual
from django_scopes import ScopedManager

HIGHEST_LOGO_BYTES = 300_000


@pghistory.track(exclude=["letterhead_logo"])
class Firm(models.Model):
    """A firm of financial planners: the tenant that owns every other row."""

    name = models.CharField(max_length=120)
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    disclosure = models.TextField(
        "disclosure text",
        blank=True,
        max_length=600,
        help_text="Printed at the foot of each letter.",
    )
    letterhead_logo = models.BinaryField(blank=True, null=True, max_length=HIGHEST_LOGO_BYTES)
    logo_media_type = models.CharField(
        max_length=20, blank=True, choices=[("image/png", "PNG"), ("image/jpeg", "JPEG")]
    )
    small_earnings_amount = models.DecimalField(
        "earnings are small up to", max_digits=14, decimal_places=2, default=Decimal("100.00")
    )
    small_earnings_percent = models.DecimalField(
        "or up to this percent of the sub-account", max_digits=5, decimal_places=2, default=Decimal("1.00")
    )
    is_sample = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="firm_has_a_name", condition=~models.Q(name="")),
            models.CheckConstraint(
                name="firm_small_earnings_bounded",
                condition=models.Q(
                    small_earnings_amount__gte=0,
                    small_earnings_amount__lte=1_000_000,
                    small_earnings_percent__gte=0,
                    small_earnings_percent__lte=100,
                ),
            ),
            models.CheckConstraint(
                name="firm_logo_is_small",
                condition=models.Q(letterhead_logo__isnull=True)
                | models.Q(LessThanOrEqual(Length("letterhead_logo"), HIGHEST_LOGO_BYTES)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AdvisorManager(BaseUserManager["Advisor"]):
    """Makes people who sign in by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Advisor":
        """Create one advisor of `fields["firm"]`; the e-mail address is kept in lower case."""
        advisor = self.model(email=email.strip().lower(), **fields)
        advisor.set_password(password)
        advisor.save(using=self._db)
        return advisor

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Advisor":
        """Create an owner who may also use the admin for data fixes."""
        fields.setdefault("role", Role.OWNER)
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "Advisor":
        return self.get(email=(email or "").strip().lower())


class Role(models.TextChoices):
    """What a person may do inside the firm."""

    OWNER = "owner", "Owner"
    ADVISOR = "advisor", "Advisor"
    READ_ONLY = "read_only", "Read-only"


@pghistory.track(exclude=["password", "last_login"])
class Advisor(AbstractUser):
    """A person who signs in for a firm."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)
    full_name = models.CharField(max_length=120)
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="advisors")
    role = models.CharField(max_length=10, choices=Role, default=Role.ADVISOR)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name", "firm"]
    objects = AdvisorManager()  # type: ignore[assignment, misc]
    of_firm = ScopedManager(firm="firm")

    class Meta:
        ordering = ["full_name"]
        constraints = [
            models.CheckConstraint(name="advisor_role_known", condition=models.Q(role__in=Role.values)),
            models.CheckConstraint(name="advisor_email_lower", condition=models.Q(email=Lower("email"))),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def may_write(self) -> bool:
        """Whether this person may record facts and issue letters."""
        return self.role in {Role.OWNER, Role.ADVISOR}

    @property
    def is_owner(self) -> bool:
        """Whether this person may change the firm itself."""
        return self.role == Role.OWNER
