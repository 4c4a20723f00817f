"""Findings: what is wrong or worth knowing, on whose authority, and the way out.

A block refuses the letter; an error or a warning never does, and is never silent. What the law leaves
unconfirmed only warns and says whom to ask.
"""

from rollovers.rules.checks.findings import Finding, Severity, list_blocks, list_questionable
from rollovers.rules.checks.plans import Situation, YearEndAssets, check_deposits, check_plan
from rollovers.rules.checks.provisions import Answer, Provisions, check_provisions, read_answers
from rollovers.rules.checks.rollovers import (
    SMALL_EARNINGS,
    RolloverFacts,
    SmallEarnings,
    check_rollover,
    count_business_days,
    has_meaningful_earnings,
)
from rollovers.rules.checks.years import check_limit_published, check_room

__all__ = [
    "SMALL_EARNINGS",
    "Answer",
    "Finding",
    "Provisions",
    "RolloverFacts",
    "Severity",
    "Situation",
    "SmallEarnings",
    "YearEndAssets",
    "check_deposits",
    "check_limit_published",
    "check_plan",
    "check_provisions",
    "check_rollover",
    "check_room",
    "count_business_days",
    "has_meaningful_earnings",
    "list_blocks",
    "list_questionable",
    "read_answers",
]
