"""The law, stated a second time: what `law` is checked against, and shares no line with.

Money is an integer number of cents, a share is a `fractions.Fraction`, and a figure is rounded half up once,
where the law or the contract says so. Nothing here is quick or general; it only has to be plainly right.

`allocate` and `find_room` take the decoded JSON object of a line and return the figures that the line must
give (all but `id` and `citations`), or raise `Refused` with the reason why no figures may be given. Both
expect well-formed fields: the grammar of an amount is the business of `tests/law/test_contract.py`.
"""

from fractions import Fraction

# In dollars: 415(c)(1)(A), 402(g), 414(v) at 50, 414(v) at 60 to 63, 401(a)(17), Social Security's wage base.
# 2027 is left out on purpose: its limits were not published.
LIMITS = {
    2014: (52_000, 17_500, 5_500, None, 260_000, 117_000),
    2015: (53_000, 18_000, 6_000, None, 265_000, 118_500),
    2016: (53_000, 18_000, 6_000, None, 265_000, 118_500),
    2017: (54_000, 18_000, 6_000, None, 270_000, 127_200),
    2018: (55_000, 18_500, 6_000, None, 275_000, 128_400),
    2019: (56_000, 19_000, 6_000, None, 280_000, 132_900),
    2020: (57_000, 19_500, 6_500, None, 285_000, 137_700),
    2021: (58_000, 19_500, 6_500, None, 290_000, 142_800),
    2022: (61_000, 20_500, 6_500, None, 305_000, 147_000),
    2023: (66_000, 22_500, 7_500, None, 330_000, 160_200),
    2024: (69_000, 23_000, 7_500, None, 345_000, 168_600),
    2025: (70_000, 23_500, 7_500, 11_250, 350_000, 176_100),
    2026: (72_000, 24_500, 8_000, 11_250, 360_000, 184_500),
}

MADE = ("elective_deferrals", "catch_up", "employer", "forfeitures", "after_tax", "deferrals_elsewhere")
IRAS = ("traditional_ira", "roth_ira")


class Refused(Exception):
    """No figures may be given for this line; the text says why."""


def refuse_if(wrong: bool, why: str) -> None:
    if wrong:
        raise Refused(why)


def read_cents(text: str) -> int:
    dollars, cents = text.split(".")
    magnitude = int(dollars.lstrip("-")) * 100 + int(cents)
    return -magnitude if text.startswith("-") else magnitude


def write_cents(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def round_half_up(exact: Fraction) -> int:
    """The nearest whole number to a share that is not negative; the larger of two that are equally near."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


# --- Notice 2014-54 ------------------------------------------------------------


def find_basis_share(*, distribution: int, basis: int, balance: int) -> int:
    """R1, section 72(e)(8)(B) and (e)(6): the part of the distribution that is a return of basis."""
    if distribution == balance:  # The last withdrawal takes what basis remains, and no more than it pays.
        return min(basis, distribution)
    if basis >= balance:  # A loss: the ratio stops at one.
        return distribution
    return round_half_up(Fraction(distribution) * Fraction(basis, balance))


def takes_pretax_only(leg: dict, *, kind: str) -> bool:
    """R9, section 402(c)(2): after-tax money reaches a plan only directly, and only if it accounts for it."""
    return leg["to"] == "plan" and (kind == "sixty_day" or not leg.get("separately_accounts", False))


def assign_pretax(legs: list[dict], *, pretax: int, kind: str) -> list[int]:
    """R3 to R6: what each leg receives of the `pretax` cents that the Notice assigns to them together.

    Where the recipient did not choose, it goes first to the legs that can take nothing else, then to the
    other plans, to traditional IRAs, and last to Roth IRAs, each in the order given: a leg receives what is
    left over by those before it, up to its amount.
    """
    amounts = [read_cents(leg["amount"]) for leg in legs]
    elected = [read_cents(leg["pretax"]) if "pretax" in leg else None for leg in legs]
    for amount, election in zip(amounts, elected, strict=True):
        refuse_if(election is not None and not 0 <= election <= amount, "election beyond its leg")

    left = pretax - sum(election for election in elected if election is not None)
    refuse_if(left < 0, "elections add up to more than the Notice assigns")

    def precedence(index: int) -> tuple[int, int]:
        if takes_pretax_only(legs[index], kind=kind):
            return (0, index)
        return (1 + ("plan", "traditional_ira", "roth_ira").index(legs[index]["to"]), index)

    shares = [0 if election is None else election for election in elected]
    silent = sorted((i for i, election in enumerate(elected) if election is None), key=precedence)
    for place, index in enumerate(silent):
        held_before = sum(amounts[i] for i in silent[:place])
        shares[index] = min(max(left - held_before, 0), amounts[index])

    refuse_if(sum(shares) != pretax, "elections add up to less than the Notice assigns")
    for leg, amount, share in zip(legs, amounts, shares, strict=True):
        refuse_if(takes_pretax_only(leg, kind=kind) and share != amount, "the plan takes no after-tax money")
    return shares


def describe_leg(leg: dict, *, pretax: int) -> dict:
    described = {name: leg[name] for name in ("to", "method", "amount") if name in leg}
    after_tax = read_cents(leg["amount"]) - pretax
    return {**described, "pretax": write_cents(pretax), "after_tax": write_cents(after_tax)}


def allocate(request: dict) -> dict:
    """Every figure of `manage.py allocate` for one line, or `Refused`."""
    balance, basis = read_cents(request["balance"]), read_cents(request["basis"])
    disbursements, sixty_day = request["disbursements"], request["sixty_day_rollovers"]

    refuse_if(balance < 0 or basis < 0, "a negative contract")
    refuse_if(any(read_cents(leg["amount"]) <= 0 for leg in [*disbursements, *sixty_day]), "zero or less")
    for leg in disbursements:
        refuse_if(leg["method"] not in ("direct", "paid"), "unknown method")
        refuse_if(leg["to"] not in ("plan", "participant", *IRAS), "unknown destination")
        refuse_if((leg["to"] == "participant") != (leg["method"] == "paid"), "paid is the participant's")
    refuse_if(any(leg["to"] not in ("plan", *IRAS) for leg in sixty_day), "unknown destination")

    direct = [leg for leg in disbursements if leg["method"] == "direct"]
    paid = [leg for leg in disbursements if leg["method"] == "paid"]
    refuse_if(len(paid) > 1, "more than one payment")

    # R2: whatever leaves at one time is one distribution.
    distribution = sum(read_cents(leg["amount"]) for leg in disbursements)
    refuse_if(distribution <= 0, "nothing leaves")
    refuse_if(distribution > balance, "more leaves than there is")
    paid_amount = sum(read_cents(leg["amount"]) for leg in paid)
    rolled_later = sum(read_cents(leg["amount"]) for leg in sixty_day)
    refuse_if(rolled_later > paid_amount, "more is rolled over than was paid")

    after_tax = find_basis_share(distribution=distribution, basis=basis, balance=balance)
    pretax = distribution - after_tax

    # R3 and R5: to the direct rollovers first, all of it or as much as they hold.
    direct_amount = distribution - paid_amount
    to_direct = pretax if pretax < direct_amount else direct_amount
    direct_shares = iter(assign_pretax(direct, pretax=to_direct, kind="direct"))

    # R6: next to what is rolled over within 60 days.
    pretax_paid = pretax - to_direct
    to_sixty_day = pretax_paid if pretax_paid < rolled_later else rolled_later
    sixty_day_shares = assign_pretax(sixty_day, pretax=to_sixty_day, kind="sixty_day")

    disbursement_shares = []
    for leg in disbursements:
        disbursement_shares.append(next(direct_shares) if leg["method"] == "direct" else pretax_paid)

    # R7 and R8: includible is what the participant keeps of it, and what landed in a Roth IRA.
    pretax_kept = pretax_paid - to_sixty_day
    landed = [
        *((leg, share) for leg, share in zip(disbursements, disbursement_shares, strict=True)),
        *((leg, share) for leg, share in zip(sixty_day, sixty_day_shares, strict=True)),
    ]
    includible = pretax_kept + sum(share for leg, share in landed if leg["to"] == "roth_ira")

    kept = paid_amount - rolled_later
    remaining_balance, remaining_basis = balance - distribution, basis - after_tax
    return {
        "distribution": write_cents(distribution),
        "after_tax": write_cents(after_tax),
        "pretax": write_cents(pretax),
        "disbursements": [
            describe_leg(leg, pretax=share)
            for leg, share in zip(disbursements, disbursement_shares, strict=True)
        ],
        "sixty_day_rollovers": [
            describe_leg(leg, pretax=share) for leg, share in zip(sixty_day, sixty_day_shares, strict=True)
        ],
        "kept": {
            "amount": write_cents(kept),
            "pretax": write_cents(pretax_kept),
            "after_tax": write_cents(kept - pretax_kept),
        },
        "includible": write_cents(includible),
        "withholding": write_cents(round_half_up(Fraction(20, 100) * pretax_paid)),  # Section 3405(c).
        "remaining_balance": write_cents(remaining_balance),
        "remaining_basis": write_cents(remaining_basis),
        "unrecovered_basis": write_cents(remaining_basis if remaining_balance == 0 else 0),
    }


# --- Section 415(c) ------------------------------------------------------------


def find_half_se_tax(*, net_profit: int, other_wages: int, wage_base: int) -> int:
    """Half of 12.4% up to what the wage base leaves and 2.9% on all; nothing under $400 of SE earnings."""
    earnings = Fraction(9235, 10_000) * net_profit
    if earnings < 400_00:
        return 0
    under_the_base = min(earnings, max(wage_base - other_wages, 0))
    return round_half_up((Fraction(124, 1000) * under_the_base + Fraction(29, 1000) * earnings) / 2)


def find_room(request: dict) -> dict:
    """Every figure of `manage.py contribution_room` for one line, or `Refused`."""
    refuse_if(request["year"] not in LIMITS, "limit_not_published")
    in_cents = [None if dollars is None else dollars * 100 for dollars in LIMITS[request["year"]]]
    dollar_limit, deferral_limit, catch_up_at_50, catch_up_at_60, compensation_cap, wage_base = in_cents
    made = {name: read_cents(request[name]) for name in MADE}
    refuse_if(any(amount < 0 for amount in made.values()), "a negative contribution")

    if request["owner"] == "self_employed":
        net_profit = read_cents(request["net_profit"])
        half_se_tax = find_half_se_tax(
            net_profit=net_profit,
            other_wages=read_cents(request["other_social_security_wages"]),
            wage_base=wage_base,
        )
        net = max(net_profit - half_se_tax, 0)
        compensation = max(net - made["employer"], 0)
        # A quarter of compensation that the contribution itself reduces: a fifth of what stands before it.
        employer_maximum = min(Fraction(net, 5), Fraction(compensation_cap, 4))
    else:
        half_se_tax = 0
        compensation = read_cents(request["compensation"])
        refuse_if(compensation < 0, "negative compensation")
        employer_maximum = Fraction(min(compensation, compensation_cap), 4)

    annual_additions = made["elective_deferrals"] + made["employer"] + made["forfeitures"] + made["after_tax"]
    limit = min(dollar_limit, compensation)

    if request["age"] < 50:
        catch_up_limit = 0
    elif 60 <= request["age"] <= 63 and catch_up_at_60 is not None:
        catch_up_limit = catch_up_at_60
    else:
        catch_up_limit = catch_up_at_50

    figures = {
        "half_se_tax": half_se_tax,
        "compensation": compensation,
        "dollar_limit": dollar_limit,
        "limit": limit,
        "annual_additions": annual_additions,
        "room": max(limit - annual_additions, 0),
        "excess": max(annual_additions - limit, 0),
        "employer_maximum": round_half_up(employer_maximum),
        "deferral_limit": deferral_limit,
        "deferral_excess": max(made["elective_deferrals"] + made["deferrals_elsewhere"] - deferral_limit, 0),
        "catch_up_limit": catch_up_limit,
        "catch_up_excess": max(made["catch_up"] - catch_up_limit, 0),
    }
    return {
        **{name: write_cents(cents) for name, cents in figures.items()},
        "binding": "dollar" if dollar_limit <= compensation else "compensation",
    }
