"""V01-V03: the plan's provisions without which no letter may be written, and that of an in-plan Roth rollover."""

from collections.abc import Mapping
from dataclasses import dataclass

from law.findings import Finding, Severity
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


_UNVERIFIED_WAY_OUT = "Open the plan document, find the section, and record it with who verified it and when."


def check_provisions(*, provisions: Provisions, in_plan: bool = False) -> tuple[Finding, ...]:
    """Return V01-V03: the three provisions without which no letter may be written.

    An in-plan Roth rollover needs a right of its own in place of V03's: what may not be distributed yet may be rolled
    over in the plan where the plan says so (section 402A(c)(4)(E)).
    """
    findings = []
    if provisions.separate_accounting is Answer.NO:
        findings.append(
            Finding(
                code="V01",
                severity=Severity.BLOCK,
                field="separate_accounting",
                message="The plan does not separately account for after-tax money, so every dollar that leaves is"
                " pro-rated over the whole plan.",
                citation="IRC 72(e)(8)(B), 72(d)(2)",
                way_out="Have the plan amended before any money moves. Where a statement gives the whole plan's"
                " balance, the figures here are the whole plan's.",
            )
        )
    elif provisions.separate_accounting is Answer.NOT_VERIFIED:
        findings.append(
            Finding(
                code="V01",
                severity=Severity.BLOCK,
                field="separate_accounting",
                message="Nobody has verified that the plan separately accounts for after-tax money and its earnings.",
                citation="IRC 72(e)(8)(B), 72(d)(2)",
                way_out=_UNVERIFIED_WAY_OUT,
            )
        )
    if provisions.after_tax_contributions is not Answer.YES:
        barred = provisions.after_tax_contributions is Answer.NO
        findings.append(
            Finding(
                code="V02",
                severity=Severity.BLOCK,
                field="after_tax_contributions",
                message="The plan does not allow after-tax contributions."
                if barred
                else "Nobody has verified that the plan allows after-tax contributions.",
                citation="Plan document",
                way_out="Have the plan amended; what was put in may have to be returned."
                if barred
                else _UNVERIFIED_WAY_OUT,
            )
        )
    if in_plan:
        findings += _check_in_plan(provisions.in_plan_roth_rollover)
    elif provisions.in_service_distribution is not Answer.YES:
        barred = provisions.in_service_distribution is Answer.NO
        findings.append(
            Finding(
                code="V03",
                severity=Severity.BLOCK,
                field="in_service_distribution",
                message="The plan does not allow after-tax money to be distributed in service."
                if barred
                else "Nobody has verified that the plan allows after-tax money to be distributed in service.",
                citation="Plan document",
                way_out="Have the plan amended, or wait for a distributable event."
                if barred
                else _UNVERIFIED_WAY_OUT,
            )
        )
    return tuple(findings)


def _check_in_plan(answer: Answer) -> list[Finding]:
    if answer is Answer.YES:
        return []
    barred = answer is Answer.NO
    return [
        Finding(
            code="in_plan",
            severity=Severity.BLOCK,
            field="in_plan_roth_rollover",
            message="The plan does not allow an in-plan Roth rollover."
            if barred
            else "Nobody has verified that the plan allows an in-plan Roth rollover of after-tax money.",
            citation="Plan document, IRC 402A(c)(4)",
            way_out="Choose another way, or have the plan amended: it needs a designated Roth account too."
            if barred
            else _UNVERIFIED_WAY_OUT,
        )
    ]
