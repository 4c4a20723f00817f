"""What is kept of a finding and of a figure's arithmetic, field by field."""

import datetime
from dataclasses import replace
from decimal import Decimal

from law.dates import write_date
from law.figures import Rounding, start, times, work_out
from law.findings import Finding, Severity, list_blocks, list_questionable
from law.records import describe_figure, describe_finding


def make_finding(*, severity):
    return Finding(
        code="V01",
        severity=severity,
        message="What is wrong.",
        citation="IRC 72(e)(8)(B)",
        way_out="What to do.",
        field="separate_accounting",
    )


def test_a_finding_is_kept_whole():
    assert describe_finding(finding=make_finding(severity=Severity.BLOCK)) == {
        "code": "V01",
        "severity": "block",
        "message": "What is wrong.",
        "citation": "IRC 72(e)(8)(B)",
        "way_out": "What to do.",
        "field": "separate_accounting",
    }


def test_only_a_block_refuses_the_letter():
    findings = tuple(make_finding(severity=severity) for severity in Severity)
    assert [finding.severity for finding in list_blocks(findings=findings)] == [Severity.BLOCK]


def test_an_error_or_a_warning_takes_a_reason():
    findings = tuple(make_finding(severity=severity) for severity in Severity)
    questionable = [finding.severity for finding in list_questionable(findings=findings)]
    assert questionable == [Severity.ERROR, Severity.WARN]


def test_another_sentence_or_another_year_is_another_finding():
    finding = make_finding(severity=Severity.WARN)
    others = (replace(finding, message="Another."), replace(finding, year=2021), replace(finding, code="V02"))
    assert replace(finding, way_out="Another.").key == finding.key
    assert len({finding.key, *(other.key for other in others)}) == 4


def test_a_date_is_written_as_a_sentence_says_it():
    assert write_date(datetime.date(2026, 12, 1)) == "December 1, 2026"


def test_a_figures_arithmetic_is_kept_whole():
    figure = work_out(
        "Withholding",
        start("pretax part of the payment", Decimal("5812.37"), authority="IRC 72"),
        times("20%", Decimal("0.20"), is_ratio=True),
        citation="IRC 3405(c)(1)(B)",
        rounding=Rounding.CENTS,
        note="A note.",
    )
    assert describe_figure(figure=figure) == {
        "figure": "Withholding",
        "amount": "1162.47",
        "written": "1,162.47",
        "is_ratio": False,
        "terms": [
            {
                "operation": "",
                "label": "pretax part of the payment",
                "amount": "5812.37",
                "written": "5,812.37",
                "authority": "IRC 72",
            },
            {"operation": "x", "label": "20%", "amount": "0.20", "written": "0.20", "authority": ""},
        ],
        "citation": "IRC 3405(c)(1)(B)",
        "rounding": "Rounded once, half up.",
        "never_below_zero": False,
        "note": "A note.",
    }
