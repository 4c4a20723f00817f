"""What counts as compensation: earned income of the self-employed, wages of a corporation's owner."""

from decimal import ROUND_UP, Decimal

from law.figures import Figure, Rounding, at_most, divided_by, minus, plus, start, times, work_out
from law.limits import YearLimits
from law.money import CENT, ZERO, round_to_cents, write_dollars

NET_EARNINGS_FACTOR = Decimal("0.9235")  # 1 - 7.65%, section 1402(a)(12)
SOCIAL_SECURITY_RATE = Decimal("0.124")  # section 1401(a)
MEDICARE_RATE = Decimal("0.029")  # section 1401(b)(1)
LOWEST_NET_EARNINGS = Decimal("400")  # section 1402(b)(2)
EMPLOYER_RATE = Decimal("0.25")  # section 404(a)(3)(A)(i)
SELF_EMPLOYED_EMPLOYER_RATE = Decimal("0.20")  # 25% / 125%, Pub. 560 chapter 5

NO_SE_TAX = work_out(
    "Half of self-employment tax",
    start("wages bear none", ZERO, authority="IRC 1402(c)(2)"),
    citation="IRC 1402(c)(2)",
)


def compute_half_se_tax(
    *, net_profit: Decimal, other_social_security_wages: Decimal, limits: YearLimits
) -> Figure:
    """Return half of self-employment tax, rounded once (sections 1401, 1402, 164(f)).

    The 12.4% part stops at the wage base less wages already taxed for Social Security; below $400 of net
    earnings no tax is due. Additional Medicare tax has no deductible half.
    """
    base = limits.social_security_wage_base
    net_earnings = net_profit * NET_EARNINGS_FACTOR
    terms = [start("net earnings under $400 bear no tax", ZERO, authority="IRC 1402(b)(2)")]
    if net_earnings >= LOWEST_NET_EARNINGS:
        base_left = max(base.amount - other_social_security_wages, ZERO)
        terms = [
            start(
                "12.4% of 92.35% of net profit, up to the wage base",
                SOCIAL_SECURITY_RATE * min(net_earnings, base_left),
                authority="IRC 1401(a), 1402(a)(12)",
            ),
            plus("2.9% of 92.35% of net profit", MEDICARE_RATE * net_earnings, authority="IRC 1401(b)(1)"),
            divided_by("half", Decimal("2"), is_ratio=True),
        ]
    return work_out(
        "Half of self-employment tax",
        *terms,
        citation="IRC 1401, 1402, 164(f)",
        rounding=Rounding.CENTS,
        note=f"12.4% stops at the {base.year} wage base of {write_dollars(base.amount)} ({base.source}) less"
        f" {write_dollars(other_social_security_wages)} of other Social Security wages. Nothing is due"
        " under $400 of net earnings. Confirm with the return.",
    )


def find_lowest_taxed_profit() -> Decimal:
    """Return the least net profit in dollars whose 92.35% reach $400, where SE tax starts (section 1402(b)(2))."""
    return (LOWEST_NET_EARNINGS / NET_EARNINGS_FACTOR).quantize(CENT, rounding=ROUND_UP)


def compute_self_employed_compensation(
    *, net_profit: Decimal, half_se_tax: Decimal, employer: Decimal
) -> Figure:
    """Return earned income, never below zero (sections 401(c)(2)(A)(v)-(vi), 415(c)(3)(B)).

    The employer contribution is subtracted; elective deferrals are not (section 415(c)(3)(D)).
    """
    return work_out(
        "Compensation of the self-employed",
        start("net profit", net_profit),
        minus("half of self-employment tax", half_se_tax, authority="IRC 164(f)"),
        minus("employer contribution", employer),
        citation="IRC 401(c)(2)(A)(v)-(vi), 415(c)(3)(B)",
        never_below_zero=True,
        note="Elective deferrals are not subtracted, IRC 415(c)(3)(D).",
    )


def compute_self_employed_employer_maximum(
    *, net_profit: Decimal, half_se_tax: Decimal, limits: YearLimits
) -> Figure:
    """Return the largest employer contribution: 20% of net profit less half of SE tax (Pub. 560).

    25% of compensation that is itself reduced by the contribution is 20% before it; compensation counts up to
    section 401(a)(17), so the maximum is at most a quarter of that cap. Rounded once, never below zero.
    """
    return work_out(
        "Largest employer contribution",
        start("25% / 125%", SELF_EMPLOYED_EMPLOYER_RATE, is_ratio=True),
        times("net profit less half of self-employment tax", max(net_profit - half_se_tax, ZERO)),
        at_most(
            "25% of the limit on compensation",
            round_to_cents(limits.compensation.amount * EMPLOYER_RATE),
            authority=limits.compensation.citation,
        ),
        citation="Pub. 560, IRC 404(a)(8), 401(a)(17)",
        rounding=Rounding.CENTS,
    )


def compute_corporate_compensation(*, compensation: Decimal) -> Figure:
    """Return the compensation of a corporation's owner: the stated one, for it is paid (section 415(c)(3))."""
    return work_out(
        "Compensation",
        start("compensation", compensation, authority="IRC 415(c)(3)"),
        citation="IRC 415(c)(3)",
    )


def compute_corporate_employer_maximum(*, compensation: Decimal, limits: YearLimits) -> Figure:
    """Return the largest employer contribution: 25% of capped compensation (section 404(a)(3))."""
    return work_out(
        "Largest employer contribution",
        start("25%", EMPLOYER_RATE, is_ratio=True),
        times("compensation", min(compensation, limits.compensation.amount)),
        citation="IRC 404(a)(3), 401(a)(17)",
        rounding=Rounding.CENTS,
    )
