from django.apps import AppConfig
from django.core.exceptions import ValidationError

from rollovers.rules.limits import LimitNotPublished, get_year_limits, list_published_years


class RolloversConfig(AppConfig):
    name = "rollovers"

    def ready(self) -> None:
        from clients.forms.years import register_year_check

        register_year_check(refuse_year_without_limits)


def refuse_year_without_limits(year: int) -> None:
    """Refuse a tax year whose limits are not published (finding V08). Raises ValidationError."""
    try:
        get_year_limits(year)
    except LimitNotPublished as error:
        first, *_, last = list_published_years()
        raise ValidationError(
            f"Limits for {year} are not published here: enter a year from {first} to {last}.",
            code="limit_not_published",
        ) from error
