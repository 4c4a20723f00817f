"""How a way out of the sub-account becomes disbursements: all to one payee, or split as Notice 2014-54 lets it."""

from decimal import Decimal

from law.allocation import Disbursement, Method
from law.money import ZERO
from law.subaccount import Share
from law.words import Payee


def make_disbursement(
    *, to: Payee, amount: Decimal, pretax: Decimal | None = None, separately_accounts: bool = False
) -> Disbursement:
    """Return what one payee receives, in dollars: paid to the participant, rolled over directly to everybody else."""
    return Disbursement(
        to=to,
        method=Method.PAID if to is Payee.PARTICIPANT else Method.DIRECT,
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
