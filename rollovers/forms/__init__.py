"""Forms of what is judged. A form cleans; only a view calls a service with what it cleaned."""

from rollovers.forms.acknowledgements import (
    AcknowledgementForm,
)
from rollovers.forms.comparisons import (
    ComparisonForm,
)
from rollovers.forms.entered_limits import (
    EnteredLimitForm,
)
from rollovers.forms.received_forms import (
    ReceivedFormForm,
)
from rollovers.forms.rollovers import (
    AMOUNT,
    LONGEST_REASON,
    MOST_LEGS,
    WHOLE,
    BaseLegFormSet,
    LegForm,
    LegFormSet,
    RolloverForm,
)

__all__ = [
    "AMOUNT",
    "LONGEST_REASON",
    "MOST_LEGS",
    "WHOLE",
    "AcknowledgementForm",
    "BaseLegFormSet",
    "ComparisonForm",
    "EnteredLimitForm",
    "LegForm",
    "LegFormSet",
    "ReceivedFormForm",
    "RolloverForm",
]
