"""Findings: what is wrong or worth knowing, on whose authority, and the way out.

A block refuses the letter; an error or a warning never does, and is never silent. What the law leaves
unconfirmed only warns and says whom to ask.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rollovers.rules.allocation import (
    AfterTaxNotAccepted,
    Allocation,
    AllocationRefused,
    ElectionRefused,
    LegsDoNotFit,
    Method,
    Payee,
)
from rollovers.rules.contributions import Room
from rollovers.rules.limits import LimitNotPublished
from rollovers.rules.money import ZERO, format_dollars
from rollovers.rules.subaccount import Contract

VALUATION_BUSINESS_DAYS = 5
CLOSE_DISTRIBUTION_DAYS = 60
_SATURDAY = 5


class Severity(StrEnum):
    """How much a finding stops."""

    BLOCK = "block"
    ERROR = "error"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One sentence about the facts, its authority, what to do next, and the field (of which year) to look at."""

    code: str
    severity: Severity
    message: str
    citation: str
    way_out: str
    field: str = ""
    year: int | None = None


class Answer(StrEnum):
    """What the plan's papers say of a provision."""

    YES = "yes"
    NO = "no"
    NOT_VERIFIED = "not_verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisions:
    """The provisions that decide whether after-tax money may leave alone."""

    after_tax_contributions: Answer
    separate_accounting: Answer
    in_service_distribution: Answer
    unrecovered_basis_carried: Answer = Answer.NOT_VERIFIED


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallEarnings:
    """Up to which dollars, or which share of the value, earnings count as small (finding V16)."""

    amount: Decimal = Decimal("100.00")
    share: Decimal = Decimal("0.01")


SMALL_EARNINGS = SmallEarnings()


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloverFacts:
    """What the checks of one rollover look at. Dollars; `today` is the letter's date.

    `subaccount` is always the after-tax sub-account, whatever contract the distribution comes out of;
    `contributions` are the after-tax contributions on record and `recovered_before` the basis that letters
    already took out. `allocation` is None until there is one; `refusal` says why there is none.
    """

    provisions: Provisions
    subaccount: Contract
    distribution: Decimal | None
    allocation: Allocation | None
    refusal: AllocationRefused | None
    statement_date: datetime.date
    today: datetime.date
    contributions: Decimal
    recovered_before: Decimal
    pretax_ira_value: Decimal
    plans_backdoor: bool
    small_earnings: SmallEarnings = SMALL_EARNINGS
    last_distribution_date: datetime.date | None = None


_UNVERIFIED_WAY_OUT = "Open the plan document, find the section, and record it with who verified it and when."


def check_provisions(*, provisions: Provisions) -> tuple[Finding, ...]:
    """Return V01-V03: the three provisions without which no letter may be written."""
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
    if provisions.in_service_distribution is not Answer.YES:
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


def check_limit_published(*, error: LimitNotPublished) -> Finding:
    """Return V08 for a year whose limits are not published."""
    return Finding(
        code="V08",
        severity=Severity.BLOCK,
        field="year",
        year=error.year,
        message=f"The {error.name} for {error.year} is not published here, so nothing is computed for that year.",
        citation="IRC 415(d)",
        way_out="Wait for the IRS notice; its figures are then added with their source. They are never guessed.",
    )


def check_room(*, room: Room) -> tuple[Finding, ...]:
    """Return V09-V12: what passes the limits of one year."""
    facts = room.contributions
    findings = []
    over_dollar = room.annual_additions - room.dollar_limit
    if over_dollar > ZERO:
        findings.append(
            Finding(
                code="V09",
                severity=Severity.ERROR,
                field="after_tax",
                year=facts.year,
                message=f"Annual additions for {facts.year} are {format_dollars(over_dollar)} over the dollar limit of"
                f" {format_dollars(room.dollar_limit)}.",
                citation="IRC 415(c)(1)(A)",
                way_out=_describe_excess_return(excess=over_dollar, room=room),
            )
        )
    over_compensation = room.annual_additions - room.compensation
    if over_compensation > ZERO:
        findings.append(
            Finding(
                code="V10",
                severity=Severity.ERROR,
                field="net_profit",
                year=facts.year,
                message=f"Annual additions for {facts.year} are {format_dollars(over_compensation)} over 100% of"
                f" compensation, {format_dollars(room.compensation)}.",
                citation="IRC 415(c)(1)(B), 415(c)(3)(B)",
                way_out=_describe_excess_return(excess=over_compensation, room=room),
            )
        )
    if room.deferral_excess > ZERO:
        findings.append(
            Finding(
                code="V11",
                severity=Severity.ERROR,
                field="pretax_deferrals",
                year=facts.year,
                message=f"Elective deferrals for {facts.year}, here and elsewhere, are"
                f" {format_dollars(room.deferral_excess)} over the limit of {format_dollars(room.deferral_limit)}.",
                citation="IRC 402(g)(1), 402(g)(3)",
                way_out="Choose the plan that returns the excess, by 15 April of the next year.",
            )
        )
    if room.catch_up_excess > ZERO:
        findings.append(
            Finding(
                code="V12",
                severity=Severity.ERROR,
                field="catch_up",
                year=facts.year,
                message=f"Catch-up for {facts.year} is {format_dollars(room.catch_up_excess)} over the"
                f" {format_dollars(room.catch_up_limit)} allowed at age {facts.age}.",
                citation="IRC 414(v)(2), 414(v)(5)",
                way_out="Check the birth date and the year; catch-up cannot be made as after-tax money.",
            )
        )
    return tuple(findings)


def _describe_excess_return(*, excess: Decimal, room: Room) -> str:
    returned = min(excess, room.contributions.after_tax)
    if returned == ZERO:
        return "Correct the record, or return the excess under the plan's terms (Rev. Proc. 2021-30)."
    return (
        f"Return {format_dollars(returned)} of after-tax contributions with their earnings before anything is"
        " rolled over (Rev. Proc. 2021-30); confirm with the plan's document or a CPA."
    )


def check_rollover(*, facts: RolloverFacts) -> tuple[Finding, ...]:
    """Return the findings about one distribution: V04-V07, V15-V19, V21, V23, V30."""
    return (
        *_check_request(facts),
        *_check_earnings(facts),
        *_check_destinations(facts),
        *_check_records(facts),
    )


def _check_request(facts: RolloverFacts) -> list[Finding]:
    if facts.subaccount.balance == ZERO:
        return [
            Finding(
                code="V04",
                severity=Severity.BLOCK,
                field="statement",
                message="The after-tax sub-account holds nothing that a letter has not already asked for; more could"
                " only come from another source of the plan.",
                citation="IRC 401(k)(2)(B)",
                way_out="Enter a newer statement, or supersede the earlier letter.",
            )
        ]
    findings = []
    over = (facts.distribution or ZERO) - facts.subaccount.balance
    if over > ZERO:
        findings.append(
            Finding(
                code="V04",
                severity=Severity.BLOCK,
                field="amount",
                message=f"The request is {format_dollars(over)} more than the after-tax sub-account holds; the rest"
                " could only come from another source of the plan.",
                citation="IRC 401(k)(2)(B)",
                way_out=f"Ask for at most {format_dollars(facts.subaccount.balance)}.",
            )
        )
    if isinstance(facts.refusal, AfterTaxNotAccepted):
        code, way_out = "V07", "Send that plan pretax money only, or choose an IRA."
    elif isinstance(facts.refusal, ElectionRefused):
        code, way_out = "V06", "Leave the pretax boxes empty to have them filled, or make them add up."
    elif facts.refusal is not None:
        code, way_out = "V05", "Correct the destinations until they add up to the distribution."
    else:
        return findings
    if over > ZERO and isinstance(facts.refusal, LegsDoNotFit):
        return findings  # V04 says it already, and better.
    findings.append(
        Finding(
            code=code,
            severity=Severity.BLOCK,
            field=facts.refusal.field,
            message=str(facts.refusal),
            citation="IRC 402(c)(2)" if code == "V07" else "Notice 2014-54 III",
            way_out=way_out,
        )
    )
    return findings


def _check_earnings(facts: RolloverFacts) -> list[Finding]:
    subaccount = facts.subaccount
    includible = facts.allocation.includible if facts.allocation else subaccount.earnings
    if subaccount.loss > ZERO:
        carried = {
            Answer.YES: "The plan carries it to later after-tax money.",
            Answer.NO: "The plan does not carry it to later after-tax money.",
            Answer.NOT_VERIFIED: "How the plan carries it is not verified.",
        }[facts.provisions.unrecovered_basis_carried]
        return [
            Finding(
                code="V15",
                severity=Severity.WARN,
                field="basis",
                message=f"The sub-account is worth {format_dollars(subaccount.loss)} less than its basis. A full"
                f" distribution leaves that much basis unrecovered. {carried}",
                citation="IRC 72(e)(6)",
                way_out="Postpone until the loss is made up, or leave a residual in the sub-account; no authority"
                " confirms the carry once it is empty, so confirm it with a CPA.",
            )
        ]
    if subaccount.earnings == ZERO:
        return []
    if not has_meaningful_earnings(subaccount=subaccount, small=facts.small_earnings):
        return [
            Finding(
                code="V16",
                severity=Severity.INFO,
                field="way",
                message=f"Earnings are small, {format_dollars(subaccount.earnings)}: rolling all of the sub-account to"
                " the Roth IRA is simpler, for a small tax.",
                citation="IRC 408A(d)(3)(A)",
                way_out="Choose all to a Roth IRA, or keep the split.",
            )
        ]
    if includible == ZERO:
        return []
    return [
        Finding(
            code="V17",
            severity=Severity.WARN,
            field="way",
            message=f"Earnings of {format_dollars(subaccount.earnings)} are meaningful:"
            f" {format_dollars(includible)} would be taxable this year if they land in the Roth IRA or are kept.",
            citation="Notice 2014-54 III, IRC 408A(d)(3)(A)",
            way_out="Split: basis to the Roth IRA, earnings to a traditional IRA; or accept the tax.",
        )
    ]


def has_meaningful_earnings(*, subaccount: Contract, small: SmallEarnings = SMALL_EARNINGS) -> bool:
    """Return whether the earnings are more than small, so that a split is worth its trouble."""
    return subaccount.earnings > max(small.amount, small.share * subaccount.balance)


def _check_destinations(facts: RolloverFacts) -> list[Finding]:
    if facts.allocation is None:
        return []
    findings = []
    legs = facts.allocation.disbursements
    to_traditional = sum((leg.pretax for leg in legs if leg.disbursement.to is Payee.TRADITIONAL_IRA), ZERO)
    if to_traditional > ZERO and (facts.plans_backdoor or facts.pretax_ira_value > ZERO):
        why = (
            f"the client's IRAs already hold {format_dollars(facts.pretax_ira_value)} of pretax money"
            if facts.pretax_ira_value > ZERO
            else "the client plans basic backdoor conversions"
        )
        findings.append(
            Finding(
                code="V18",
                severity=Severity.WARN,
                field="way",
                message=f"{format_dollars(to_traditional)} of earnings would go to a traditional IRA, and {why}: later"
                " conversions are pro-rated over all traditional, SEP and SIMPLE IRAs.",
                citation="IRC 408(d)(2)",
                way_out="Roll pretax IRA money back into the 401(k) by 31 December, or take all to the Roth IRA.",
            )
        )
    paid = next((leg for leg in legs if leg.disbursement.method is Method.PAID), None)
    if paid is not None and paid.pretax > ZERO:
        findings.append(
            Finding(
                code="V19",
                severity=Severity.WARN,
                field="legs",
                message=f"{format_dollars(paid.pretax)} of pretax money would be paid to the participant:"
                f" {format_dollars(facts.allocation.withholding)} is withheld, and 10% additional tax may be due.",
                citation="IRC 3405(c), 72(t)",
                way_out="Send the pretax money by direct rollover instead.",
            )
        )
    return findings


def _check_records(facts: RolloverFacts) -> list[Finding]:
    findings = []
    expected = facts.contributions - facts.recovered_before
    difference = facts.subaccount.basis - expected
    if difference != ZERO:
        more_or_less = "more" if difference > ZERO else "less"
        findings.append(
            Finding(
                code="V21",
                severity=Severity.WARN,
                field="basis",
                message=f"The basis of {format_dollars(facts.subaccount.basis)} is {format_dollars(abs(difference))}"
                f" {more_or_less} than the {format_dollars(expected)} of after-tax contributions on record that no"
                " letter has taken out.",
                citation="IRC 72(e)(6)",
                way_out="Enter the missing years, or correct the basis from the recordkeeper's statement.",
            )
        )
    age = count_business_days(start=facts.statement_date, end=facts.today)
    if age > VALUATION_BUSINESS_DAYS:
        findings.append(
            Finding(
                code="V23",
                severity=Severity.WARN,
                field="statement",
                message=f"The sub-account's value is of {facts.statement_date:%B} {facts.statement_date.day},"
                f" {facts.statement_date.year}, {age} business days ago.",
                citation="IRC 72(e)(8)",
                way_out="Get a newer statement; the plan computes the parts on the payment date in any case.",
            )
        )
    last = facts.last_distribution_date
    if last is not None and abs((facts.today - last).days) <= CLOSE_DISTRIBUTION_DAYS:
        findings.append(
            Finding(
                code="V30",
                severity=Severity.WARN,
                field="payment_date",
                message=f"Another distribution was asked for on {last:%B} {last.day}, {last.year}. Disbursements"
                " scheduled for the same time are one distribution.",
                citation="Notice 2014-54 III",
                way_out="Ask for both in one request, or be sure that they are scheduled apart.",
            )
        )
    return findings


def count_business_days(*, start: datetime.date, end: datetime.date) -> int:
    """Return how many Mondays to Fridays lie after `start` up to and with `end`; holidays count as days."""
    if end <= start:
        return 0
    weeks, rest = divmod((end - start).days, 7)
    days = 5 * weeks
    return days + sum(
        1
        for i in range(1, rest + 1)
        if (start + datetime.timedelta(days=7 * weeks + i)).weekday() < _SATURDAY
    )


def list_blocks(*, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings that refuse the letter."""
    return tuple(finding for finding in findings if finding.severity is Severity.BLOCK)


def read_answers(answers: Mapping[str, str]) -> Provisions:
    """Return the provisions from their kinds and answers; what is not there is not verified."""
    return Provisions(
        after_tax_contributions=Answer(answers.get("after_tax_contributions", Answer.NOT_VERIFIED)),
        separate_accounting=Answer(answers.get("separate_accounting", Answer.NOT_VERIFIED)),
        in_service_distribution=Answer(answers.get("in_service_distribution", Answer.NOT_VERIFIED)),
        unrecovered_basis_carried=Answer(answers.get("unrecovered_basis_carried", Answer.NOT_VERIFIED)),
    )
