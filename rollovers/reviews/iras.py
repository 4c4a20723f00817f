"""A client's IRAs judged: pretax money, Form 8606, the cure."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from clients.models import IraBalance
from law.comparison import IraPosition
from law.ira import (
    Cure,
    Form8606,
    IraYear,
    Line,
    compute_form_8606,
    list_lines,
    plan_cure,
)
from law.money import ZERO
from law.words import Answer, IraKind, ProvisionKind
from rollovers.reviews.queries import PlanFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class IraReview:
    """One year of a client's IRAs: the rows, the form by both routes, and the cure."""

    year: int
    balances: tuple[IraBalance, ...]
    form: Form8606
    lines: tuple[Line, ...]
    cure: Cure


def list_ira_years(*, balances: Iterable[IraBalance]) -> list[int]:
    """Return the years on record, latest first."""
    return sorted({balance.year for balance in balances}, reverse=True)


def review_iras(
    *, balances: Sequence[IraBalance], year: int, accepted: Answer, today: datetime.date
) -> IraReview:
    """Return Form 8606 of one year over all of the client's IRAs, with the cure (section 408(d)(2), (3)(H))."""
    of_year = tuple(balance for balance in balances if balance.year == year)
    form = _fill_form(balances=of_year)
    cure = plan_cure(
        form=form,
        year=year,
        accepted=accepted,
        today=today,
        has_simple=any(balance.kind == IraKind.SIMPLE for balance in of_year),
    )
    return IraReview(
        year=year,
        balances=of_year,
        form=form,
        lines=list_lines(form=form),
        cure=cure,
    )


def read_acceptance(*, plans: Iterable[PlanFacts]) -> Answer:
    """Return whether a plan of the client's takes pretax IRA money: yes if one does, no if every one refuses."""
    answers = {Answer(facts.provisions[ProvisionKind.IRA_ROLLOVERS_ACCEPTED].answer) for facts in plans}
    if Answer.YES in answers:
        return Answer.YES
    return Answer.NO if answers == {Answer.NO} else Answer.NOT_VERIFIED


def find_ira_position(*, facts: PlanFacts) -> IraPosition:
    """Return the client's IRAs after the latest year on record, in dollars; nothing where there is none."""
    years = list_ira_years(balances=facts.ira_balances)
    if not years:
        return IraPosition(value=ZERO, basis=ZERO)
    form = _fill_form(balances=[balance for balance in facts.ira_balances if balance.year == years[0]])
    return IraPosition(value=form.year_end_value, basis=form.exact.carried_basis.amount)


def value_pretax_iras(*, facts: PlanFacts) -> Decimal:
    """Return the pretax money in the client's IRAs at the latest year-end on record, in dollars.

    It is their value less the basis that Form 8606 carries on.
    """
    position = find_ira_position(facts=facts)
    return max(position.value - position.basis, ZERO)


def _fill_form(*, balances: Sequence[IraBalance]) -> Form8606:
    return compute_form_8606(
        iras=[
            IraYear(
                kind=IraKind(balance.kind),
                year_end_value=balance.value,
                basis=balance.basis,
                distributions=balance.distributions,
                conversions=balance.conversions,
            )
            for balance in balances
        ]
    )
