"""How a way out of the sub-account becomes disbursements: all to one payee, or split as Notice 2014-54 lets it."""

from collections.abc import Sequence
from decimal import Decimal

from law.allocation import Disbursement, LegsDoNotFit, Method
from law.money import ZERO, write_dollars
from law.subaccount import Contract, Share, share_distribution
from law.words import Payee, Way


def plan_disbursements(
    *, way: Way, contract: Contract, distribution: Decimal, own: Sequence[Disbursement] = ()
) -> tuple[Disbursement, ...]:
    """Return the disbursements of `distribution` dollars that a letter's way comes to.

    `own` are those that were chosen one by one, which only that way asks for. Raises LegsDoNotFit.
    """
    if not ZERO < distribution <= contract.balance:
        raise LegsDoNotFit("The amount is more than zero and no more than the balance.", field="amount")
    if way == Way.OWN:
        total = sum((leg.amount for leg in own), ZERO)
        if total != distribution:
            raise LegsDoNotFit(
                f"The destinations sum to {write_dollars(total)}; the distribution is {write_dollars(distribution)}.",
                field="legs",
            )
        return tuple(own)
    if way == Way.IN_PLAN:
        return send_all(to=Payee.DESIGNATED_ROTH, amount=distribution)
    if way == Way.ALL_ROTH:
        return send_all(to=Payee.ROTH_IRA, amount=distribution)
    return split_to_iras(share=share_distribution(contract=contract, distribution=distribution))


def make_disbursement(
    *, to: Payee, amount: Decimal, pretax: Decimal | None = None, separately_accounts: bool = False
) -> Disbursement:
    """Return what one payee receives, in dollars: paid to the participant, rolled over directly to everybody else."""
    return Disbursement(
        to=to,
        method=Method.PAID if to == Payee.PARTICIPANT else Method.DIRECT,
        amount=amount,
        pretax=pretax,
        separately_accounts=separately_accounts,
    )


def send_all(*, to: Payee, amount: Decimal) -> tuple[Disbursement, ...]:
    """Return the one disbursement of a way that has one payee."""
    return (make_disbursement(to=to, amount=amount),)


def split_to_iras(*, share: Share) -> tuple[Disbursement, ...]:
    """Return the direct rollovers of which nothing is taxed now (Notice 2014-54, III).

    The pretax money goes to a traditional IRA, the after-tax money to a Roth IRA; either alone where there is no other.
    Without pretax money there is nothing to elect.
    """
    if share.pretax == ZERO:
        return send_all(to=Payee.ROTH_IRA, amount=share.after_tax)
    legs = (
        make_disbursement(to=Payee.TRADITIONAL_IRA, amount=share.pretax, pretax=share.pretax),
        make_disbursement(to=Payee.ROTH_IRA, amount=share.after_tax, pretax=ZERO),
    )
    return tuple(leg for leg in legs if leg.amount > ZERO)
