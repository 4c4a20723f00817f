"""Columns that every fact shares: the owning firm, exact dollars, bounded dates and years."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import models
from django_scopes import ScopedManager

from advisors.fields import EARLIEST_DATE, HIGHEST_AMOUNT, LATEST_DATE


class FirmOwned(models.Model):
    """A row that belongs to one firm and is read only inside that firm's scope.

    A composite foreign key in the migrations refuses a row whose parent belongs to another firm.
    """

    firm = models.ForeignKey("advisors.Firm", on_delete=models.PROTECT, related_name="+", editable=False)

    objects = ScopedManager(firm="firm")

    class Meta:
        abstract = True


def amount_column(*args: Any, **kwargs: Any) -> "models.DecimalField[Any, Any]":
    """Return a numeric(14,2) column of dollars, zero unless told otherwise; pair it with `amounts_bounded`."""
    default = {} if kwargs.get("null") else {"default": Decimal("0.00")}
    numeric = {"max_digits": 14, "decimal_places": 2}
    return models.DecimalField(*args, **(numeric | default | kwargs))


def amounts_bounded(*, name: str, columns: list[str], lowest: Decimal = Decimal(0)) -> models.CheckConstraint:
    """Return a CHECK that each column is between `lowest` and 999,999,999.99.

    The upper bound also refuses NaN, which PostgreSQL sorts above every number.
    """
    condition = models.Q()
    for column in columns:
        condition &= models.Q(**{f"{column}__gte": lowest, f"{column}__lte": HIGHEST_AMOUNT})
    return models.CheckConstraint(name=name, condition=condition)


def dates_bounded(*, name: str, columns: list[str]) -> models.CheckConstraint:
    """Return a CHECK that each date, where given, lies between 1900 and 2100."""
    condition = models.Q()
    for column in columns:
        condition &= models.Q(**{f"{column}__gte": EARLIEST_DATE, f"{column}__lte": LATEST_DATE})
    return models.CheckConstraint(name=name, condition=condition)


def one_of(*, name: str, column: str, choices: Iterable[str]) -> models.CheckConstraint:
    """Return a CHECK that the column holds one of `choices`: a vocabulary, or a part of one."""
    return models.CheckConstraint(name=name, condition=models.Q(**{f"{column}__in": [*map(str, choices)]}))
