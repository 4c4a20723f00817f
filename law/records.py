"""Results as plain records that JSON can carry: amounts are strings with two decimals."""

from typing import Any

from law.allocation import Allocation
from law.figures import Figure
from law.findings import Finding
from law.room import Room


def describe_allocation(*, allocation: Allocation) -> dict[str, Any]:
    """Return the figures of a distribution, as `manage.py allocate` answers them."""
    share = allocation.share
    return {
        "distribution": str(share.distribution),
        "after_tax": str(share.after_tax),
        "pretax": str(share.pretax),
        "disbursements": [
            {
                "to": leg.disbursement.to.value,
                "method": leg.disbursement.method.value,
                "amount": str(leg.disbursement.amount),
                "pretax": str(leg.pretax),
                "after_tax": str(leg.after_tax),
            }
            for leg in allocation.disbursements
        ],
        "sixty_day_rollovers": [
            {
                "to": leg.rollover.to.value,
                "amount": str(leg.rollover.amount),
                "pretax": str(leg.pretax),
                "after_tax": str(leg.after_tax),
            }
            for leg in allocation.sixty_day_rollovers
        ],
        "kept": {
            "amount": str(allocation.kept.amount),
            "pretax": str(allocation.kept.pretax),
            "after_tax": str(allocation.kept.after_tax),
        },
        "includible": str(allocation.includible),
        "withholding": str(allocation.withholding),
        "remaining_balance": str(share.remaining_balance),
        "remaining_basis": str(share.remaining_basis),
        "unrecovered_basis": str(share.unrecovered_basis),
        "citations": list(allocation.citations),
    }


def describe_room(*, room: Room) -> dict[str, Any]:
    """Return the figures of a year's room, as `manage.py contribution_room` answers them."""
    return {
        "half_se_tax": str(room.half_se_tax.amount),
        "compensation": str(room.compensation.amount),
        "dollar_limit": str(room.dollar_limit),
        "limit": str(room.limit.amount),
        "binding": room.binding.value,
        "annual_additions": str(room.annual_additions),
        "room": str(room.room.amount),
        "excess": str(room.excess),
        "employer_maximum": str(room.employer_maximum.amount),
        "deferral_limit": str(room.deferrals.limit),
        "deferral_excess": str(room.deferrals.excess.amount),
        "catch_up_limit": str(room.deferrals.catch_up_limit),
        "catch_up_excess": str(room.deferrals.catch_up_excess),
        "citations": list(room.citations),
    }


def describe_finding(*, finding: Finding) -> dict[str, str]:
    """Return a finding as it is kept with a letter."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "citation": finding.citation,
        "way_out": finding.way_out,
        "field": finding.field,
    }


def describe_figure(*, figure: Figure) -> dict[str, Any]:
    """Return a figure's arithmetic as it is shown, and as it is kept with a letter."""
    return {
        "figure": figure.figure,
        "amount": str(figure.amount),
        "written": figure.written,
        "is_ratio": figure.is_ratio,
        "terms": [
            {
                "operation": term.operation.value,
                "label": term.label,
                "amount": str(term.amount),
                "written": term.written,
                "authority": term.authority,
            }
            for term in figure.terms
        ],
        "citation": figure.citation,
        "rounding": figure.rounding.value,
        "never_below_zero": figure.never_below_zero,
        "note": figure.note,
    }
