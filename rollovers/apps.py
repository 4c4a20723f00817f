from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.core.exceptions import ValidationError

from law.limits import LimitNotPublished, get_year_limits, list_published_years

if TYPE_CHECKING:
    from advisors.models import Firm


class RolloversConfig(AppConfig):
    name = "rollovers"

    def ready(self) -> None:
        from clients.forms.years import register_year_check

        register_year_check(refuse_year_without_limits)


def refuse_year_without_limits(year: int, firm: "Firm") -> None:
    """Refuse a tax year of which a limit is neither shipped nor entered by the firm (finding V08).

    Raises ValidationError.
    """
    from rollovers.reviews.queries import list_entered_figures

    try:
        get_year_limits(year, entered=list_entered_figures(firm=firm))
    except LimitNotPublished as error:
        first, *_, last = list_published_years()
        raise ValidationError(
            f"Limits for {year} are not published here: enter a year from {first} to {last}, or have an owner of the"
            f" firm enter the {error.name} for {year} with its source.",
            code="limit_not_published",
        ) from error
