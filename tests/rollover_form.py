"""The rollover form as a planner fills it and posts it."""

from typing import Any
from uuid import uuid4

from rollovers.issuing.rollovers import Outcome
from tests.requests import acknowledge


def fill(**fields: Any) -> dict[str, Any]:
    """Return the form as a planner fills it: a split of the whole, both accounts named."""
    legs = {f"legs-{name}": 5 for name in ("TOTAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    return (
        {
            "extent": "whole",
            "amount": "",
            "way": "split",
            "payment_date": "2026-12-01",
            "roth_custodian": "Meridian Brokerage",
            "roth_account_number": "ROTH-1",
            "traditional_custodian": "Meridian Brokerage",
            "traditional_account_number": "TRAD-1",
            "request_key": str(uuid4()),
            "legs-INITIAL_FORMS": 0,
        }
        | legs
        | fields
    )


def issue_what(shown: Outcome) -> dict[str, str]:
    """Return what a planner adds who presses Issue: what was shown, and a reason at every warning."""
    reasons = {f"ack-{key}": reason for key, reason in acknowledge(shown).items()}
    return {"action": "issue", "shown_digest": shown.digest} | reasons


def look_and_issue(browser: Any, address: str, **fields: Any) -> Any:
    """Press Recalculate, then issue exactly what that showed."""
    filled = fill(**fields)
    shown = browser.post(address, filled | {"action": "preview"}).context["outcome"]
    return browser.post(address, filled | issue_what(shown))
