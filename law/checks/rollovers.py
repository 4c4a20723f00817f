"""What is wrong with, or worth knowing of, one distribution."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from law.allocation import (
    AfterTaxNotAccepted,
    Allocation,
    AllocationRefused,
    ElectionRefused,
    LegsDoNotFit,
    Method,
    Payee,
)
from law.checks.provisions import Provisions
from law.findings import Finding, Severity, write_date
from law.money import ZERO, format_dollars
from law.subaccount import Contract
from law.words import Answer

VALUATION_BUSINESS_DAYS = 5
CLOSE_DISTRIBUTION_DAYS = 60
SIXTY_DAYS = datetime.timedelta(days=60)
_SATURDAY = 5


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
    `recorded_basis` is what its basis should be by the contributions on record less all that has left or is asked
    for, and `deposited_after` what was put in after the statement's date. `allocation` is None until there is one;
    `refusal` says why there is none.
    """

    provisions: Provisions
    subaccount: Contract
    distribution: Decimal | None
    allocation: Allocation | None
    refusal: AllocationRefused | None
    statement_date: datetime.date
    today: datetime.date
    recorded_basis: Decimal
    pretax_ira_value: Decimal
    plans_backdoor: bool
    small_earnings: SmallEarnings = SMALL_EARNINGS
    last_distribution_date: datetime.date | None = None
    payment_date: datetime.date | None = None
    pre_1987_basis: Decimal = ZERO
    non_vested: Decimal = ZERO
    deposited_after: Decimal = ZERO


def check_rollover(*, facts: RolloverFacts) -> tuple[Finding, ...]:
    """Return the findings about one distribution: V04-V07, V15-V21, V23, V29, V30."""
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
    if facts.payment_date is not None and facts.payment_date < facts.today:
        findings.append(
            Finding(
                code="V06",
                severity=Severity.WARN,
                field="payment_date",
                message=f"The payment date, {write_date(facts.payment_date)}, lies before the letter's date: where the"
                " pretax money goes is chosen before it is paid.",
                citation="Notice 2014-54 III",
                way_out="Set a payment date to come. If the plan has already paid, confirm with the plan's document or"
                " a CPA.",
            )
        )
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
    is_small = not has_meaningful_earnings(subaccount=subaccount, small=facts.small_earnings)
    if facts.allocation and facts.allocation.is_in_plan and (is_small or includible > ZERO):
        return [_check_in_plan_earnings(subaccount=subaccount, includible=includible, is_small=is_small)]
    if is_small:
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


def _check_in_plan_earnings(*, subaccount: Contract, includible: Decimal, is_small: bool) -> Finding:
    """Return V16 or V17 in the words of an in-plan Roth rollover, which takes the earnings along and taxes them."""
    earnings, taxable = format_dollars(subaccount.earnings), format_dollars(includible)
    if is_small:
        return Finding(
            code="V16",
            severity=Severity.INFO,
            field="way",
            message=f"Earnings are small, {earnings}: rolling all of the sub-account over in the plan costs a small"
            " tax.",
            citation="IRC 402A(c)(4)(A)",
            way_out="Go on, or choose a Roth IRA.",
        )
    return Finding(
        code="V17",
        severity=Severity.WARN,
        field="way",
        message=f"Earnings of {earnings} are meaningful: {taxable} would be taxable this year, for an in-plan Roth"
        " rollover cannot leave them out.",
        citation="IRC 402A(c)(4)(A)",
        way_out="Split: basis to a Roth IRA, earnings to a traditional IRA, where the plan allows a distribution in"
        " service; or accept the tax.",
    )


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
    if paid is not None and facts.payment_date is not None:
        withheld = facts.allocation.withholding
        replacing = (
            f" The {format_dollars(withheld)} withheld would have to be replaced from elsewhere."
            if withheld > ZERO
            else ""
        )
        findings.append(
            Finding(
                code="V20",
                severity=Severity.WARN,
                field="legs",
                message=f"{format_dollars(paid.disbursement.amount)} would be paid to the participant: what is to be"
                f" rolled over after all must arrive by {write_date(facts.payment_date + SIXTY_DAYS)}, 60 days after"
                f" the payment.{replacing}",
                citation="IRC 402(c)(3)",
                way_out="Send by direct rollover what should not be kept; the 60 days run from the receipt, so note"
                " the day.",
            )
        )
    return findings


def _check_records(facts: RolloverFacts) -> list[Finding]:
    findings = []
    difference = facts.subaccount.basis - facts.recorded_basis
    if difference != ZERO:
        more_or_less = "more" if difference > ZERO else "less"
        findings.append(
            Finding(
                code="V21",
                severity=Severity.WARN,
                field="basis",
                message=f"The basis of {format_dollars(facts.subaccount.basis)} is {format_dollars(abs(difference))}"
                f" {more_or_less} than the {format_dollars(facts.recorded_basis)} of after-tax contributions on record"
                " that nothing has taken out.",
                citation="IRC 72(e)(6)",
                way_out="Enter the missing years, or correct the basis from the recordkeeper's statement.",
            )
        )
    if facts.deposited_after > ZERO:
        findings.append(
            Finding(
                code="V21",
                severity=Severity.WARN,
                field="statement",
                message=f"{format_dollars(facts.deposited_after)} of after-tax money was deposited after the statement"
                f" of {write_date(facts.statement_date)}: it is not in its figures.",
                citation="IRC 72(e)(8)",
                way_out="Enter a newer statement, or leave that money for a later letter.",
            )
        )
    if facts.pre_1987_basis > ZERO:
        findings.append(
            Finding(
                code="V29",
                severity=Severity.WARN,
                field="pre_1987_basis",
                message=f"{format_dollars(facts.pre_1987_basis)} of the basis is from before 1987. It may come out"
                " first, free of tax, and the figures here do not say so.",
                citation="IRC 72(e)(8)(D)",
                way_out="Work the parts out by hand: it depends on what the plan allowed on May 5, 1986. Confirm with"
                " the plan's document or a CPA.",
            )
        )
    if facts.non_vested > ZERO:
        findings.append(
            Finding(
                code="V29",
                severity=Severity.WARN,
                field="non_vested",
                message=f"{format_dollars(facts.non_vested)} of the value is not vested. It does not count as part of"
                " the balance, and the figures here count it.",
                citation="IRC 72(e)(8)(C)",
                way_out="Work the parts out by hand without it; confirm with the plan's document or a CPA.",
            )
        )
    age = count_business_days(start=facts.statement_date, end=facts.today)
    if age > VALUATION_BUSINESS_DAYS:
        findings.append(
            Finding(
                code="V23",
                severity=Severity.WARN,
                field="statement",
                message=f"The sub-account's value is of {write_date(facts.statement_date)}, {age} business days ago.",
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
                message=f"Another distribution was asked for on {write_date(last)}. Disbursements scheduled for the"
                " same time are one distribution.",
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
