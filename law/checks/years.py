"""What is wrong with, or worth knowing of, one contribution year."""

import datetime
from collections.abc import Iterable
from decimal import Decimal

from law.contributions import CATCH_UP_AGE, HIGHER_CATCH_UP_AGES, Room
from law.estimates import find_last_deposit_date
from law.findings import Finding, Severity
from law.limits import LimitNotPublished
from law.money import ZERO, format_dollars
from law.words import Aggregation, Answer, DeferralReading, Owner


def check_limit_published(*, error: LimitNotPublished) -> Finding:
    """Return V08 for a year whose limits are not published."""
    return Finding(
        code="V08",
        severity=Severity.BLOCK,
        field="year",
        year=error.year,
        message=f"The {error.name} for {error.year} is not published here, so nothing is computed for that year.",
        citation="IRC 415(d)",
        way_out="Wait for the notice that publishes it; an owner of the firm can then enter it with its source. It"
        " is never guessed.",
    )


def check_room(
    *,
    room: Room,
    higher_catch_up: Answer = Answer.NOT_VERIFIED,
    deposit_dates: Iterable[datetime.date] = (),
) -> tuple[Finding, ...]:
    """Return V09-V14, V22 and V27: what passes the limits of one year, and what is still to be asked.

    `higher_catch_up` is what the plan says of the catch-up at 60 to 63; `deposit_dates` are those of after-tax
    money for the year.
    """
    return (
        *_check_annual_additions(room),
        *_check_deferrals(room),
        *_check_catch_up(room, higher_catch_up),
        *_check_deposits(room, deposit_dates),
        *_check_aggregation(room),
    )


def _check_annual_additions(room: Room) -> list[Finding]:
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
                field="net_profit" if facts.owner is Owner.SELF_EMPLOYED else "compensation",
                year=facts.year,
                message=f"Annual additions for {facts.year} are {format_dollars(over_compensation)} over 100% of"
                f" compensation, {format_dollars(room.compensation)}.",
                citation="IRC 415(c)(1)(B), 415(c)(3)",
                way_out=_describe_excess_return(excess=over_compensation, room=room),
            )
        )
    return findings


def _check_deferrals(room: Room) -> list[Finding]:
    facts = room.contributions
    findings = []
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
    if facts.deferral_reading is DeferralReading.RETURNED and room.deferrals_set_aside > ZERO:
        findings.append(
            Finding(
                code="V11",
                severity=Severity.WARN,
                field="deferral_reading",
                year=facts.year,
                message=f"{format_dollars(room.deferrals_set_aside)} of deferrals over the limit for {facts.year} are"
                " read as returned, and so not counted as annual additions.",
                citation="Reg. 1.402(g)-1(e), 1.415(c)-1(b)(2)(ii)(D)",
                way_out=f"See that they left the plan by 15 April {facts.year + 1}; confirm with the plan's document"
                " or a CPA.",
            )
        )
    return findings


def _check_catch_up(room: Room, higher_catch_up: Answer) -> list[Finding]:
    facts, limits = room.contributions, room.limits
    findings = []
    if room.catch_up_excess > ZERO:
        findings.append(
            Finding(
                code="V12",
                severity=Severity.ERROR,
                field="catch_up",
                year=facts.year,
                message=f"Catch-up for {facts.year} is {format_dollars(room.catch_up_excess)} over the"
                f" {format_dollars(room.catch_up_limit)} allowed at age {facts.age}.",
                citation="IRC 414(v)(2), 414(v)(3), 414(v)(5)",
                way_out="Check the birth date and the year; catch-up cannot be made as after-tax money.",
            )
        )
    if facts.age >= CATCH_UP_AGE and room.catch_up_used > limits.catch_up_50.amount:
        doubt = _doubt_higher_catch_up(room, higher_catch_up)
        if doubt:
            findings.append(
                Finding(
                    code="V13",
                    severity=Severity.WARN,
                    field="catch_up",
                    year=facts.year,
                    message=f"Catch-up for {facts.year} is {format_dollars(room.catch_up_used)}, above the"
                    f" {format_dollars(limits.catch_up_50.amount)} allowed from age 50. {doubt}",
                    citation="IRC 414(v)(2)(E)",
                    way_out="Correct the catch-up, or find in the plan's document that it offers the higher limit,"
                    " and record it.",
                )
            )
    threshold = limits.roth_catch_up_wages
    not_roth = room.catch_up_used - facts.roth_catch_up
    if threshold is not None and not_roth > ZERO and facts.prior_social_security_wages > threshold.amount:
        findings.append(
            Finding(
                code="V14",
                severity=Severity.WARN,
                field="roth_catch_up",
                year=facts.year,
                message=f"{format_dollars(not_roth)} of catch-up for {facts.year} is not recorded as Roth, and wages"
                f" from this employer in {facts.year - 1} were above {format_dollars(threshold.amount)}.",
                citation="IRC 414(v)(7)",
                way_out="Have the plan make that catch-up as Roth; confirm with the plan's document or a CPA.",
            )
        )
    return findings


def _doubt_higher_catch_up(room: Room, answer: Answer) -> str:
    """Return why the higher catch-up may not be used, or "" where it may."""
    if room.limits.catch_up_60_63 is None:
        return "The higher limit at 60 to 63 begins in 2025."
    age = room.contributions.age
    if age not in HIGHER_CATCH_UP_AGES:
        return f"The higher limit is for ages 60 to 63, and the age is {age}."
    return {
        Answer.YES: "",
        Answer.NO: "The plan does not offer the higher limit at 60 to 63.",
        Answer.NOT_VERIFIED: "Nobody has verified that the plan offers the higher limit at 60 to 63.",
    }[answer]


def _check_deposits(room: Room, deposit_dates: Iterable[datetime.date]) -> list[Finding]:
    year = room.contributions.year
    last_date = find_last_deposit_date(year=year)
    late = sorted({date for date in deposit_dates if date > last_date})
    if not late:
        return []
    return [
        Finding(
            code="V22",
            severity=Severity.WARN,
            field="after_tax_date",
            year=year,
            message=f"After-tax money for {year} was deposited on {_list_dates(late)}, more than 30 days after the"
            f" year's end: after {_write_date(last_date)}.",
            citation="Reg. 1.415(c)-1(b)(6)",
            way_out=f"It may count for {year + 1} instead; confirm with the plan's document or a CPA.",
        )
    ]


def _list_dates(dates: list[datetime.date]) -> str:
    return " and ".join(_write_date(date) for date in dates)


def _write_date(date: datetime.date) -> str:
    return f"{date.day} {date:%B %Y}"


def _check_aggregation(room: Room) -> list[Finding]:
    facts = room.contributions
    counted = format_dollars(facts.aggregated_additions)
    match facts.aggregation:
        case Aggregation.CONTROLLED_GROUP:
            field = "aggregated_additions"
            message = (
                f"A controlled or affiliated group shares the limit for {facts.year}; {counted} of annual additions"
                " in its other plans are counted."
            )
            citation = "IRC 415(f), 415(g), 414(b), (c), (m)"
            way_out = (
                "See that every plan of the group is counted; confirm with the plan's document or a CPA."
            )
        case Aggregation.OWN_403B:
            field = "aggregated_additions"
            message = (
                f"The participant's own 403(b) shares the limit for {facts.year}, since the participant controls this"
                f" business; {counted} of its annual additions are counted."
            )
            citation = "IRC 415(k)(4)"
            way_out = "See that all that went into the 403(b) is counted; confirm with the plan's document or a CPA."
        case Aggregation.NOT_ASKED if facts.deferrals_elsewhere > ZERO:
            field = "aggregation"
            message = (
                f"Deferrals elsewhere are recorded for {facts.year}, and nobody has asked whether that plan shares"
                " the limit of this one."
            )
            citation = "IRC 415(f), 415(g), 415(k)(4)"
            way_out = (
                "Ask for a controlled group and for the participant's own 403(b), and record who attested it."
            )
        case _:
            return []
    return [
        Finding(
            code="V27",
            severity=Severity.WARN,
            field=field,
            year=facts.year,
            message=message,
            citation=citation,
            way_out=way_out,
        )
    ]


def _describe_excess_return(*, excess: Decimal, room: Room) -> str:
    returned = min(excess, room.contributions.after_tax)
    if returned == ZERO:
        return "Correct the record, or return the excess under the plan's terms (Rev. Proc. 2021-30)."
    return (
        f"Return {format_dollars(returned)} of after-tax contributions with their earnings before anything is"
        " rolled over (Rev. Proc. 2021-30); confirm with the plan's document or a CPA."
    )
