"""What counts as compensation: earned income of the self-employed, wages of a corporation's owner."""

from decimal import ROUND_UP, Decimal

from law.limits import YearLimits
from law.money import CENT, ZERO, round_to_cents

NET_EARNINGS_FACTOR = Decimal("0.9235")  # 1 - 7.65%, section 1402(a)(12)
SOCIAL_SECURITY_RATE = Decimal("0.124")  # section 1401(a)
MEDICARE_RATE = Decimal("0.029")  # section 1401(b)(1)
LOWEST_NET_EARNINGS = Decimal("400")  # section 1402(b)(2)
EMPLOYER_RATE = Decimal("0.25")  # section 404(a)(3)(A)(i)
SELF_EMPLOYED_EMPLOYER_RATE = Decimal("0.20")  # 25% / 125%, Pub. 560 chapter 5


def compute_half_se_tax(
    *, net_profit: Decimal, other_social_security_wages: Decimal, limits: YearLimits
) -> Decimal:
    """Return half of self-employment tax in dollars, rounded once (sections 1401, 1402, 164(f)).

    The 12.4% part stops at the wage base less wages already taxed for Social Security; below $400 of net
    earnings no tax is due. Additional Medicare tax has no deductible half.
    """
    net_earnings = net_profit * NET_EARNINGS_FACTOR
    if net_earnings < LOWEST_NET_EARNINGS:
        return ZERO
    base_left = max(limits.social_security_wage_base.amount - other_social_security_wages, ZERO)
    tax = SOCIAL_SECURITY_RATE * min(net_earnings, base_left) + MEDICARE_RATE * net_earnings
    return round_to_cents(tax / 2)


def find_lowest_taxed_profit() -> Decimal:
    """Return the least net profit in dollars whose 92.35% reach $400, where SE tax starts (section 1402(b)(2))."""
    return (LOWEST_NET_EARNINGS / NET_EARNINGS_FACTOR).quantize(CENT, rounding=ROUND_UP)


def compute_self_employed_compensation(
    *, net_profit: Decimal, half_se_tax: Decimal, employer: Decimal
) -> Decimal:
    """Return earned income in dollars, never below zero (sections 401(c)(2)(A)(v)-(vi), 415(c)(3)(B)).

    The employer contribution is subtracted; elective deferrals are not (section 415(c)(3)(D)).
    """
    return max(net_profit - half_se_tax - employer, ZERO)


def compute_self_employed_employer_maximum(
    *, net_profit: Decimal, half_se_tax: Decimal, limits: YearLimits
) -> Decimal:
    """Return the largest employer contribution in dollars: 20% of net profit less half of SE tax (Pub. 560).

    25% of compensation that is itself reduced by the contribution is 20% before it; compensation counts up to
    section 401(a)(17), so the maximum is at most a quarter of that cap. Rounded once, never below zero.
    """
    share = max(net_profit - half_se_tax, ZERO) * SELF_EMPLOYED_EMPLOYER_RATE
    return round_to_cents(min(share, limits.compensation.amount * EMPLOYER_RATE))


def compute_corporate_employer_maximum(*, compensation: Decimal, limits: YearLimits) -> Decimal:
    """Return the largest employer contribution in dollars: 25% of capped compensation (section 404(a)(3))."""
    return round_to_cents(min(compensation, limits.compensation.amount) * EMPLOYER_RATE)
