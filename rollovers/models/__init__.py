"""What was asked for and issued, what came of it, and the figures from law that a firm has entered itself."""

from rollovers.models.batches import Batch, BatchItem, ItemState
from rollovers.models.cases import (
    CaseEvent,
    DocumentKind,
    Evidence,
    LetterDocument,
    PaidDisbursement,
    Payment,
    RolloverDraft,
    Step,
)
from rollovers.models.entered_limit import EnteredLimit
from rollovers.models.letters import (
    Disbursement,
    Letter,
    RolloverRequest,
    make_reference,
)
from rollovers.models.received_forms import ReceivedForm
from rollovers.models.statement_acknowledgement import StatementAcknowledgement
from rollovers.models.wording import Slot, Wording

__all__ = [
    "Batch",
    "BatchItem",
    "CaseEvent",
    "Disbursement",
    "DocumentKind",
    "EnteredLimit",
    "Evidence",
    "ItemState",
    "Letter",
    "LetterDocument",
    "PaidDisbursement",
    "Payment",
    "ReceivedForm",
    "RolloverDraft",
    "RolloverRequest",
    "Slot",
    "StatementAcknowledgement",
    "Step",
    "Wording",
    "make_reference",
]
