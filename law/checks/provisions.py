"""V01-V03: the plan's provisions without which no letter may be written, and that of an in-plan Roth rollover."""

from collections.abc import Mapping
from dataclasses import dataclass

from law.findings import Finding
from law.findings.catalogue import (
    AFTER_TAX_NOT_ALLOWED,
    AFTER_TAX_UNVERIFIED,
    IN_PLAN_NOT_ALLOWED,
    IN_PLAN_UNVERIFIED,
    IN_SERVICE_NOT_ALLOWED,
    IN_SERVICE_UNVERIFIED,
    NO_SEPARATE_ACCOUNTING,
    SEPARATE_ACCOUNTING_UNVERIFIED,
)
from law.words import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisions:
    """The provisions that decide whether after-tax money may leave alone."""

    after_tax_contributions: Answer
    separate_accounting: Answer
    in_service_distribution: Answer
    unrecovered_basis_carried: Answer = Answer.NOT_VERIFIED
    spousal_consent_required: Answer = Answer.NOT_VERIFIED
    in_plan_roth_rollover: Answer = Answer.NOT_VERIFIED

    @property
    def allows_only_in_plan(self) -> bool:
        """Whether the money may not leave in service, but may be rolled over in the plan."""
        return self.in_service_distribution is Answer.NO and self.in_plan_roth_rollover is Answer.YES


def read_answers(answers: Mapping[str, str]) -> Provisions:
    """Return the provisions from their kinds and answers; what is not there is not verified."""
    return Provisions(
        after_tax_contributions=Answer(answers.get("after_tax_contributions", Answer.NOT_VERIFIED)),
        separate_accounting=Answer(answers.get("separate_accounting", Answer.NOT_VERIFIED)),
        in_service_distribution=Answer(answers.get("in_service_distribution", Answer.NOT_VERIFIED)),
        unrecovered_basis_carried=Answer(answers.get("unrecovered_basis_carried", Answer.NOT_VERIFIED)),
        spousal_consent_required=Answer(answers.get("spousal_consent_required", Answer.NOT_VERIFIED)),
        in_plan_roth_rollover=Answer(answers.get("in_plan_roth_rollover", Answer.NOT_VERIFIED)),
    )


def check_provisions(*, provisions: Provisions, in_plan: bool = False) -> tuple[Finding, ...]:
    """Return V01-V03: the three provisions without which no letter may be written.

    An in-plan Roth rollover needs a right of its own in place of V03's: what may not be distributed yet may be rolled
    over in the plan where the plan says so (section 402A(c)(4)(E)).
    """
    asked = [
        (provisions.separate_accounting, NO_SEPARATE_ACCOUNTING, SEPARATE_ACCOUNTING_UNVERIFIED),
        (provisions.after_tax_contributions, AFTER_TAX_NOT_ALLOWED, AFTER_TAX_UNVERIFIED),
        (provisions.in_plan_roth_rollover, IN_PLAN_NOT_ALLOWED, IN_PLAN_UNVERIFIED)
        if in_plan
        else (provisions.in_service_distribution, IN_SERVICE_NOT_ALLOWED, IN_SERVICE_UNVERIFIED),
    ]
    return tuple(
        (barred if answer is Answer.NO else unverified).find()
        for answer, barred, unverified in asked
        if answer is not Answer.YES
    )
