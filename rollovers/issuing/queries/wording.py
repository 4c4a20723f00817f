"""A firm's own words for the marked places of its letters."""

from advisors.models import Firm
from rollovers.models import Wording


def get_wording(*, firm: Firm) -> dict[str, str]:
    """Return a firm's own words by slot; a slot without any has its default."""
    return dict(Wording.objects.filter(firm=firm).values_list("slot", "text"))
