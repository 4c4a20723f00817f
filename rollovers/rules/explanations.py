"""Every figure's arithmetic, as data: its terms in order, the operation before each, and the authority.

One mechanism for the page and for the reviewer: no figure has a text of its own.
"""

from dataclasses import dataclass
from decimal import Decimal

from rollovers.rules.allocation import Allocation, Method
from rollovers.rules.contributions import Limb, Owner, Room
from rollovers.rules.money import ZERO

MINUS, TIMES, DIVIDED_BY, PLUS, LESSER_OF = "-", "x", "/", "+", "lesser of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One number of an equation: dollars, or a plain ratio where `is_ratio`."""

    label: str
    amount: Decimal
    operation: str = ""
    authority: str = ""
    is_ratio: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A figure in dollars, the terms it was computed from, how it was rounded, and what it rests on."""

    figure: str
    amount: Decimal
    terms: tuple[Term, ...]
    citation: str
    note: str = ""


def explain_room(*, room: Room) -> tuple[Explanation, ...]:
    """Return the arithmetic of a year's room, outermost figure first."""
    facts = room.contributions
    limits = room.limits
    dollar = limits.annual_additions
    explanations = [
        Explanation(
            figure=f"Room left for after-tax contributions in {facts.year}",
            amount=room.room,
            terms=(
                Term(label="limit on annual additions", amount=room.limit),
                Term(
                    operation=MINUS,
                    label="elective deferrals, pretax and Roth",
                    amount=facts.elective_deferrals,
                ),
                Term(operation=MINUS, label="employer contribution", amount=facts.employer),
                Term(operation=MINUS, label="forfeitures", amount=facts.forfeitures),
                Term(operation=MINUS, label="after-tax contributions already made", amount=facts.after_tax),
            ),
            citation="IRC 415(c)(1), 415(c)(2)",
            note="Catch-up contributions are outside the limit, IRC 414(v)(3)."
            + (" Never below zero." if room.room == ZERO else ""),
        ),
        Explanation(
            figure="Limit on annual additions",
            amount=room.limit,
            terms=(
                Term(
                    label=f"dollar limit for {facts.year}",
                    amount=dollar.amount,
                    authority=f"{dollar.authority}, {dollar.source}",
                ),
                Term(
                    operation=LESSER_OF,
                    label="100% of compensation",
                    amount=room.compensation,
                    authority="IRC 415(c)(1)(B)",
                ),
            ),
            citation="IRC 415(c)(1)",
            note="The dollar limit binds." if room.binding is Limb.DOLLAR else "Compensation binds.",
        ),
    ]
    if facts.owner is Owner.SELF_EMPLOYED:
        explanations += _explain_earned_income(room)
    else:
        explanations.append(
            Explanation(
                figure="Largest employer contribution",
                amount=room.employer_maximum,
                terms=(
                    Term(label="25%", amount=Decimal("0.25"), is_ratio=True),
                    Term(
                        operation=TIMES,
                        label="compensation",
                        amount=min(room.compensation, limits.compensation.amount),
                    ),
                ),
                citation="IRC 404(a)(3), 401(a)(17)",
            )
        )
    return tuple(explanations)


def _explain_earned_income(room: Room) -> list[Explanation]:
    facts = room.contributions
    base = room.limits.social_security_wage_base
    cap = room.limits.compensation
    return [
        Explanation(
            figure="Compensation of the self-employed",
            amount=room.compensation,
            terms=(
                Term(label="net profit", amount=facts.net_profit),
                Term(
                    operation=MINUS,
                    label="half of self-employment tax",
                    amount=room.half_se_tax,
                    authority="IRC 164(f)",
                ),
                Term(operation=MINUS, label="employer contribution", amount=facts.employer),
            ),
            citation="IRC 401(c)(2)(A)(v)-(vi), 415(c)(3)(B)",
            note="Elective deferrals are not subtracted, IRC 415(c)(3)(D)."
            + (" Never below zero." if room.compensation == ZERO else ""),
        ),
        Explanation(
            figure="Half of self-employment tax",
            amount=room.half_se_tax,
            terms=(
                Term(label="net profit", amount=facts.net_profit),
                Term(
                    operation=TIMES,
                    label="share that is net earnings, IRC 1402(a)(12)",
                    amount=Decimal("0.9235"),
                    is_ratio=True,
                ),
                Term(
                    operation=TIMES,
                    label="Social Security, up to the wage base, and Medicare",
                    amount=Decimal("0.153"),
                    is_ratio=True,
                ),
                Term(operation=DIVIDED_BY, label="half", amount=Decimal("2"), is_ratio=True),
            ),
            citation="IRC 1401, 1402, 164(f)",
            note=(
                f"12.4% stops at the {base.year} wage base of ${base.amount:,.2f} less"
                f" ${facts.other_social_security_wages:,.2f} of other Social Security wages; 2.9% does not stop."
                " Nothing is due under $400 of net earnings. Rounded once, half up. Confirm with the return."
            ),
        ),
        Explanation(
            figure="Largest employer contribution",
            amount=room.employer_maximum,
            terms=(
                Term(label="25% / 125%", amount=Decimal("0.20"), is_ratio=True),
                Term(
                    operation=TIMES,
                    label="net profit less half of self-employment tax",
                    amount=max(facts.net_profit - room.half_se_tax, ZERO),
                ),
            ),
            citation="Pub. 560, IRC 404(a)(8), 401(a)(17)",
            note=f"At most 25% of ${cap.amount:,.2f} ({cap.source}).",
        ),
    ]


def explain_allocation(*, allocation: Allocation) -> tuple[Explanation, ...]:
    """Return the arithmetic of a distribution: its two parts, what is taxed, what is withheld, what remains."""
    share = allocation.share
    contract = share.contract
    account = "the after-tax sub-account" if contract.separate_accounting else "the whole plan"
    contract_citation = "IRC 72(d)(2), 72(e)(8)(B)" if contract.separate_accounting else "IRC 72(e)(8)(B)"
    if contract.basis >= contract.balance:
        after_tax_terms: tuple[Term, ...] = (Term(label="distribution", amount=share.distribution),)
        after_tax_note = (
            f"{account.capitalize()} holds no earnings, so all that leaves is after-tax (IRC 72(e)(6))."
        )
    else:
        after_tax_terms = (
            Term(label="distribution", amount=share.distribution),
            Term(operation=TIMES, label=f"basis of {account}", amount=contract.basis),
            Term(operation=DIVIDED_BY, label=f"value of {account}", amount=contract.balance),
        )
        after_tax_note = "Rounded once, half up; the pretax part is the rest."
    explanations = [
        Explanation(
            figure="After-tax part",
            amount=share.after_tax,
            terms=after_tax_terms,
            citation=contract_citation,
            note=after_tax_note,
        ),
        Explanation(
            figure="Pretax part (earnings)",
            amount=share.pretax,
            terms=(
                Term(label="distribution", amount=share.distribution),
                Term(operation=MINUS, label="after-tax part", amount=share.after_tax),
            ),
            citation=contract_citation,
        ),
        Explanation(
            figure="Taxable now",
            amount=allocation.includible,
            terms=(
                Term(label="pretax money that lands in a Roth IRA", amount=allocation.pretax_to_roth),
                Term(operation=PLUS, label="pretax money kept", amount=allocation.kept.pretax),
            ),
            citation="Notice 2014-54 III, IRC 408A(d)(3)(A), 402(a)",
        ),
        Explanation(
            figure="Basis left in the plan",
            amount=share.remaining_basis,
            terms=(
                Term(label="basis before", amount=contract.basis),
                Term(operation=MINUS, label="after-tax part", amount=share.after_tax),
            ),
            citation="IRC 72(e)(6), 72(e)(8)",
        ),
        Explanation(
            figure="Value left in the plan",
            amount=share.remaining_balance,
            terms=(
                Term(label="value before", amount=contract.balance),
                Term(operation=MINUS, label="distribution", amount=share.distribution),
            ),
            citation=contract_citation,
        ),
    ]
    paid = next((leg for leg in allocation.disbursements if leg.disbursement.method is Method.PAID), None)
    if paid is not None:
        explanations.append(
            Explanation(
                figure="Withholding",
                amount=allocation.withholding,
                terms=(
                    Term(label="pretax part of the payment to the participant", amount=paid.pretax),
                    Term(operation=TIMES, label="20%", amount=Decimal("0.20"), is_ratio=True),
                ),
                citation="IRC 3405(c)(1)(B)",
                note="Rounded once, half up.",
            )
        )
    return tuple(explanations)
