"""What is wrong with, or worth knowing of, one distribution."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from law.allocation import (
    SIXTY_DAYS,
    AfterTaxNotAccepted,
    Allocation,
    AllocationRefused,
    ElectionRefused,
    LegsDoNotFit,
    Method,
)
from law.checks.provisions import Provisions
from law.findings import Finding
from law.findings.catalogue import (
    AFTER_TAX_NOT_ACCEPTED,
    BASIS_OFF_RECORD,
    DEPOSITED_AFTER_STATEMENT,
    DESTINATIONS_DO_NOT_FIT,
    DISTRIBUTIONS_CLOSE_TOGETHER,
    EARNINGS_BEFORE_BACKDOOR,
    EARNINGS_BESIDE_PRETAX_IRAS,
    EARNINGS_MEANINGFUL,
    EARNINGS_MEANINGFUL_IN_PLAN,
    EARNINGS_SMALL,
    EARNINGS_SMALL_IN_PLAN,
    ELECTION_REFUSED,
    LOSS_CARRIED,
    LOSS_CARRY_UNVERIFIED,
    LOSS_NOT_CARRIED,
    NOT_VESTED,
    PAYMENT_DATE_PAST,
    PRE_1987_BASIS,
    PRETAX_PAID_OUT,
    REQUEST_OVER_SUBACCOUNT,
    SIXTY_DAYS_AND_WITHHELD,
    SIXTY_DAYS_FROM_PAYMENT,
    STATEMENT_OLD,
    SUBACCOUNT_EMPTY,
)
from law.money import ZERO
from law.subaccount import Contract
from law.words import Answer, Payee

VALUATION_BUSINESS_DAYS = 5
CLOSE_DISTRIBUTION_DAYS = 60
_SATURDAY = 5
_LOSS = {
    Answer.YES: LOSS_CARRIED,
    Answer.NO: LOSS_NOT_CARRIED,
    Answer.NOT_VERIFIED: LOSS_CARRY_UNVERIFIED,
}


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


def _check_request(facts: RolloverFacts) -> Iterator[Finding]:
    if facts.subaccount.balance == ZERO:
        yield SUBACCOUNT_EMPTY.find()
        return
    if facts.payment_date is not None and facts.payment_date < facts.today:
        yield PAYMENT_DATE_PAST.find(payment_date=facts.payment_date)
    over = (facts.distribution or ZERO) - facts.subaccount.balance
    if over > ZERO:
        yield REQUEST_OVER_SUBACCOUNT.find(excess=over, balance=facts.subaccount.balance)
    refusal = facts.refusal
    if refusal is None or (over > ZERO and isinstance(refusal, LegsDoNotFit)):
        return  # V04 says it already, and better.
    match refusal:
        case AfterTaxNotAccepted():
            entry = AFTER_TAX_NOT_ACCEPTED
        case ElectionRefused():
            entry = ELECTION_REFUSED
        case _:
            entry = DESTINATIONS_DO_NOT_FIT
    yield entry.find(field=refusal.field, what_does_not_fit=str(refusal))


def _check_earnings(facts: RolloverFacts) -> Iterator[Finding]:
    subaccount = facts.subaccount
    earnings = subaccount.earnings
    taxable = facts.allocation.includible if facts.allocation else earnings
    is_small = not has_meaningful_earnings(subaccount=subaccount, small=facts.small_earnings)
    in_plan = facts.allocation is not None and facts.allocation.is_in_plan
    if subaccount.loss > ZERO:
        yield _LOSS[facts.provisions.unrecovered_basis_carried].find(loss=subaccount.loss)
    elif earnings == ZERO:
        return
    elif is_small:
        yield (EARNINGS_SMALL_IN_PLAN if in_plan else EARNINGS_SMALL).find(earnings=earnings)
    elif taxable > ZERO:
        yield (EARNINGS_MEANINGFUL_IN_PLAN if in_plan else EARNINGS_MEANINGFUL).find(
            earnings=earnings, taxable=taxable
        )


def has_meaningful_earnings(*, subaccount: Contract, small: SmallEarnings = SMALL_EARNINGS) -> bool:
    """Return whether the earnings are more than small, so that a split is worth its trouble."""
    return subaccount.earnings > max(small.amount, small.share * subaccount.balance)


def _check_destinations(facts: RolloverFacts) -> Iterator[Finding]:
    if facts.allocation is None:
        return
    legs = facts.allocation.disbursements
    to_traditional = sum((leg.pretax for leg in legs if leg.disbursement.to is Payee.TRADITIONAL_IRA), ZERO)
    if to_traditional > ZERO and facts.pretax_ira_value > ZERO:
        yield EARNINGS_BESIDE_PRETAX_IRAS.find(amount=to_traditional, ira_value=facts.pretax_ira_value)
    elif to_traditional > ZERO and facts.plans_backdoor:
        yield EARNINGS_BEFORE_BACKDOOR.find(amount=to_traditional)
    paid = next((leg for leg in legs if leg.disbursement.method is Method.PAID), None)
    withheld = facts.allocation.withholding
    if paid is not None and paid.pretax > ZERO:
        yield PRETAX_PAID_OUT.find(amount=paid.pretax, withheld=withheld)
    if paid is not None and facts.payment_date is not None:
        yield (SIXTY_DAYS_AND_WITHHELD if withheld > ZERO else SIXTY_DAYS_FROM_PAYMENT).find(
            amount=paid.disbursement.amount, last_date=facts.payment_date + SIXTY_DAYS, withheld=withheld
        )


def _check_records(facts: RolloverFacts) -> Iterator[Finding]:
    difference = facts.subaccount.basis - facts.recorded_basis
    if difference != ZERO:
        yield BASIS_OFF_RECORD.find(
            basis=facts.subaccount.basis,
            difference=abs(difference),
            more_or_less="more" if difference > ZERO else "less",
            recorded=facts.recorded_basis,
        )
    if facts.deposited_after > ZERO:
        yield DEPOSITED_AFTER_STATEMENT.find(
            amount=facts.deposited_after, statement_date=facts.statement_date
        )
    if facts.pre_1987_basis > ZERO:
        yield PRE_1987_BASIS.find(amount=facts.pre_1987_basis)
    if facts.non_vested > ZERO:
        yield NOT_VESTED.find(amount=facts.non_vested)
    age = count_business_days(start=facts.statement_date, end=facts.today)
    if age > VALUATION_BUSINESS_DAYS:
        yield STATEMENT_OLD.find(statement_date=facts.statement_date, days=age)
    last = facts.last_distribution_date
    if last is not None and abs((facts.today - last).days) <= CLOSE_DISTRIBUTION_DAYS:
        yield DISTRIBUTIONS_CLOSE_TOGETHER.find(asked_date=last)


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
