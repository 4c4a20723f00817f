"""A contribution year judged: its room, what is safe before the return, its findings, its arithmetic."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from clients.models import ContributionRecord
from law.checks.years import check_limit_published, check_room
from law.contributions import Contributions
from law.estimates import SafeNow, TrueUp, compute_safe_now, compute_true_up
from law.figures import Figure
from law.findings import Finding
from law.limits import EnteredFigure, LimitNotPublished
from law.room import Room, compute_room
from law.words import Aggregation, Answer, DeferralReading, MovementKind, Owner, ProvisionKind
from rollovers.reviews.queries import PlanFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class YearReview:
    """One year's record with the room it leaves, or why there is none to compute.

    `safe_now` is there while the profit is an estimate, `true_up` once the income is final.
    """

    record: ContributionRecord
    room: Room | None
    safe_now: SafeNow | None
    true_up: TrueUp | None
    findings: tuple[Finding, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The year's figures with their arithmetic, outermost first; none where nothing is computed."""
        return self.room.figures if self.room else ()


def review_years(*, facts: PlanFacts) -> tuple[YearReview, ...]:
    """Return every year of a plan's participant, the latest first, as `review_year` judges it."""
    return tuple(
        review_year(
            record=record,
            entered=facts.entered_limits,
            higher_catch_up=Answer(facts.provisions[ProvisionKind.HIGHER_CATCH_UP].answer),
            deposit_dates=[
                movement.movement_date
                for movement in facts.movements
                if movement.kind == MovementKind.CONTRIBUTION and movement.year == record.year
            ],
        )
        for record in facts.records
    )


def review_year(
    *,
    record: ContributionRecord,
    entered: tuple[EnteredFigure, ...] = (),
    higher_catch_up: Answer = Answer.NOT_VERIFIED,
    deposit_dates: Iterable[datetime.date] = (),
) -> YearReview:
    """Return the room of one contribution record with its findings and arithmetic (section 415(c)).

    `deposit_dates` are those of the sub-account's movements for the year, beside the record's own date.
    """
    contributions = read_contributions(record=record)
    try:
        room = compute_room(contributions=contributions, entered=entered)
    except LimitNotPublished as error:
        return YearReview(
            record=record,
            room=None,
            safe_now=None,
            true_up=None,
            findings=(check_limit_published(error=error),),
        )
    safe_now = None
    if record.income_is_estimate and contributions.owner is Owner.SELF_EMPLOYED:
        safe_now = compute_safe_now(
            contributions=contributions,
            low=record.net_profit_low,
            high=record.net_profit_high,
            entered=entered,
        )
    own_date = [record.after_tax_date] if record.after_tax_date else []
    return YearReview(
        record=record,
        room=room,
        safe_now=safe_now,
        true_up=None if record.income_is_estimate else compute_true_up(room=room),
        findings=check_room(
            room=room, higher_catch_up=higher_catch_up, deposit_dates=[*own_date, *deposit_dates]
        ),
    )


def read_contributions(*, record: ContributionRecord) -> Contributions:
    """Return a year's record as the rules take it."""
    return Contributions(
        year=record.year,
        owner=Owner(record.plan.business_form),
        age=record.year - record.participant.birth_date.year,
        net_profit=record.net_profit,
        other_social_security_wages=record.other_social_security_wages,
        compensation=record.compensation,
        elective_deferrals=record.pretax_deferrals + record.roth_deferrals,
        catch_up=record.catch_up,
        employer=record.employer,
        forfeitures=record.forfeitures,
        after_tax=record.after_tax,
        deferrals_elsewhere=record.deferrals_elsewhere,
        deferral_reading=DeferralReading(record.deferral_reading),
        roth_catch_up=record.roth_catch_up,
        prior_social_security_wages=record.prior_social_security_wages,
        aggregation=Aggregation(record.aggregation),
        aggregated_additions=record.aggregated_additions,
    )
