"""Why a step of a letter is refused, and what is at fault; the form beside it says which of its fields that is."""

from enum import Enum, auto

from law.words import Payee
from rollovers.cases.tax_forms import Difference
from rollovers.models import Disbursement


class Fact(Enum):
    """What is told of a step, and can be at fault."""

    DATE = auto()
    REASON = auto()
    VALUE_BEFORE = auto()
    WITHHELD = auto()
    RECEIVED_DATE = auto()
    ROLLOVER_DATE = auto()


# A fact, the disbursement that was paid so, the difference that has no reason, the kind of IRA rolled over to.
Fault = Fact | Disbursement | Difference | Payee


class StepRefused(Exception):
    """A step that cannot be recorded. `fault` is what is at fault, None where the letter itself is."""

    def __init__(self, message: str, *, fault: Fault | None = None) -> None:
        self.fault = fault
        super().__init__(message)


class StepOutOfOrder(StepRefused):
    """The letter is not where this step would follow, or somebody has recorded the step already."""


class StepDateRefused(StepRefused):
    """The date lies in the future, or before the letter or the step before it."""


class ReasonMissing(StepRefused):
    """Nobody has said why."""


class FormsMissing(StepRefused):
    """A tax form that is expected has not been entered."""


class PaymentRefused(StepRefused):
    """A payment that cannot have been made so, or that the ledger tells otherwise."""


class SixtyDaysPassed(StepRefused):
    """The money was rolled over after the 60th day (section 402(c)(3)(A))."""
