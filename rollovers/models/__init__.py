"""What was asked for and issued, what came of it, and the figures from law that a firm has entered itself."""

from rollovers.models.entered_limit import EnteredLimit, LimitKind
from rollovers.models.letters import (
    DestinationKind,
    Disbursement,
    Letter,
    RolloverRequest,
    Way,
    make_reference,
)
from rollovers.models.received_forms import FormKind, ReceivedForm
from rollovers.models.statement_acknowledgement import StatementAcknowledgement

__all__ = [
    "DestinationKind",
    "Disbursement",
    "EnteredLimit",
    "FormKind",
    "Letter",
    "LimitKind",
    "ReceivedForm",
    "RolloverRequest",
    "StatementAcknowledgement",
    "Way",
    "make_reference",
]
