"""What holds for every line: the figures of the independent oracle, and what no figures may break."""

import copy
import json
from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from law.json_lines import answer_line
from tests.law import oracle
from tests.law.oracle import read_cents, write_cents

LARGEST = 99_999_999_999_999  # cents: numeric(14,2)
ERROR_FIELDS = {"code", "field", "message"}

# --- Lines for `allocate` -----------------------------------------------------------------------------
#
# The strategies stand at the module's level, and amounts are portions of what there is: a strategy made anew
# for every amount would take most of the time of ten thousand examples.

# Of a range wider than 24 bits Hypothesis draws mostly its small end: a portion is made from two draws.
WHOLE = 2**47  # More than LARGEST, so that every cent of any amount can be drawn.
portions = st.one_of(
    st.builds(lambda high, low: (high << 24) + low, st.integers(0, 2**23 - 1), st.integers(0, 2**24 - 1)),
    st.integers(1, 63).map(lambda part: part * WHOLE // 64),
)
balances = st.one_of(
    st.integers(1_000, 16_000_000),
    portions.map(lambda portion: 1 + 300_000_000 * portion // WHOLE),
    st.integers(1, 300),  # Every edge is near in a few dollars.
    portions.map(lambda portion: 1 + (LARGEST - 1) * portion // WHOLE),
)
weights = st.integers(1, 1_000)
leg_counts = st.sampled_from([1, 2, 2, 3, 3, 4])
counts = st.integers(1, 4)
one_in_four = st.integers(0, 3).map(lambda number: number == 0)
yes_or_no = st.booleans()
gains_and_losses = st.sampled_from(
    ["gain", "gain", "gain", "small gain", "small gain", "loss"]
    + ["none", "a cent", "a cent below", "the same", "a cent above"]
)
rollover_destinations = st.sampled_from(["roth_ira", "traditional_ira", "plan", "plan"])
edges = st.sampled_from(
    ["anywhere", "beyond", "beyond", "short of", "everything", "everything"]
    + ["nothing", "a cent below", "at it", "a cent above"]
)


def draw_between(draw, lowest, highest):
    return lowest + (highest - lowest) * draw(portions) // WHOLE


def draw_basis(draw, *, balance):
    """Gains, large and small, and losses; none, and the balance to the cent."""
    kind = draw(gains_and_losses)
    if kind == "gain":
        return draw_between(draw, 0, balance)
    if kind == "small gain":
        return draw_between(draw, balance - balance // 20, balance)
    if kind == "loss":
        return draw_between(draw, balance, min(2 * balance, LARGEST))
    if kind == "none":
        return 0
    exact = {"a cent": 1, "a cent below": balance - 1, "the same": balance, "a cent above": balance + 1}
    return min(exact[kind], LARGEST)


def draw_up_to(draw, total, *, edge):
    """Cents of `total`: any, none, all, or about an edge that the Notice draws."""
    exact = {
        "nothing": 0,
        "everything": total,
        "a cent below": edge - 1,
        "at it": edge,
        "a cent above": edge + 1,
    }
    kind = draw(edges)
    if kind in ("anywhere", "beyond", "short of"):
        return draw_between(draw, edge if kind == "beyond" else 0, edge if kind == "short of" else total)
    return min(max(exact[kind], 0), total)


def draw_parts(draw, total):
    """`total` cents in at most four parts of at least a cent each."""
    shares = [draw(weights) for _ in range(draw(leg_counts))]
    ends = sorted({total * sum(shares[:count]) // sum(shares) for count in range(len(shares) + 1)})
    return [end - start for start, end in pairwise(ends)]


def draw_legs(draw, total, *, pretax, kind):
    """Legs of `total` cents; a plan that takes pretax only where the pretax money allows for it."""
    legs, left = [], pretax
    for amount in draw_parts(draw, total) if total else []:
        to = draw(rollover_destinations)
        leg = {"to": to, "method": "direct", "amount": write_cents(amount)}
        if kind == "sixty_day":
            del leg["method"]
        if to == "plan":
            takes_pretax_only = kind == "sixty_day" or draw(yes_or_no)
            if takes_pretax_only and amount <= left:
                left -= amount
                if kind == "direct" and draw(yes_or_no):
                    leg["separately_accounts"] = False
            elif kind == "direct":
                leg["separately_accounts"] = True
            else:
                leg["to"] = "roth_ira"
        legs.append(leg)
    if draw(yes_or_no) and pretax:
        draw_elections(draw, legs, pretax=pretax, kind=kind)
    return legs


def draw_elections(draw, legs, *, pretax, kind):
    """Elections that add up, on every leg or on some."""
    amounts = [read_cents(leg["amount"]) for leg in legs]
    pretax_only = [oracle.takes_pretax_only(leg, kind=kind) for leg in legs]
    left = pretax - sum(amount for amount, only in zip(amounts, pretax_only, strict=True) if only)
    held_after = sum(amount for amount, only in zip(amounts, pretax_only, strict=True) if not only)
    for leg, amount, only in zip(legs, amounts, pretax_only, strict=True):
        share = amount
        if not only:
            held_after -= amount
            share = draw_between(draw, max(0, left - held_after), min(amount, left))
            left -= share
        if not draw(one_in_four):
            leg["pretax"] = write_cents(share)


@st.composite
def allocations(draw, *, balance=None, basis=None, distribution=None):
    """A line that must be answered with figures."""
    balance = draw(balances) if balance is None else balance
    basis = draw_basis(draw, balance=balance) if basis is None else basis
    if distribution is None:
        distribution = balance if draw(one_in_four) else max(draw_between(draw, 0, balance), 1)
    pretax = distribution - oracle.find_basis_share(distribution=distribution, basis=basis, balance=balance)

    direct_amount = draw_up_to(draw, distribution, edge=pretax)
    to_direct = min(pretax, direct_amount)
    disbursements = draw_legs(draw, direct_amount, pretax=to_direct, kind="direct")

    paid_amount, sixty_day = distribution - direct_amount, []
    if paid_amount:
        paid = {"to": "participant", "method": "paid", "amount": write_cents(paid_amount)}
        disbursements.insert(draw(counts) - 1, paid)
        rolled = draw_up_to(draw, paid_amount, edge=pretax - to_direct)
        sixty_day = draw_legs(draw, rolled, pretax=min(pretax - to_direct, rolled), kind="sixty_day")
    return {
        "separate_accounting": draw(yes_or_no),
        "balance": write_cents(balance),
        "basis": write_cents(basis),
        "disbursements": disbursements,
        "sixty_day_rollovers": sixty_day,
    }


def shift(text, cents):
    return write_cents(read_cents(text) + cents)


slip_kinds = st.sampled_from(
    [
        "amount",
        "amount",
        "pretax",
        "pretax",
        "to",
        "to",
        "method",
        "again",
        "lost",
        "balance",
        "basis",
        "zero",
    ]
)
slip_cents = st.sampled_from([-100, -1, 1, 100])
destinations = st.sampled_from(["roth_ira", "traditional_ira", "plan", "participant"])


@st.composite
def slips(draw):
    """A line that was right until one thing in it changed: a cent, a destination, a method, a leg."""
    line = copy.deepcopy(draw(allocations()))
    legs = [*line["disbursements"], *line["sixty_day_rollovers"]]
    leg = legs[draw(weights) % len(legs)]
    slip = draw(slip_kinds)
    cents = draw(slip_cents)
    if slip == "amount":
        leg["amount"] = shift(leg["amount"], cents)
    elif slip == "pretax":
        assume(leg["to"] != "participant")
        amount = read_cents(leg["amount"])
        before = read_cents(leg["pretax"]) if "pretax" in leg else draw_between(draw, 0, amount)
        leg["pretax"] = write_cents(max(before + cents, 0))
    elif slip == "to":
        assume("pretax" not in leg)
        leg["to"] = draw(destinations)
        if leg["to"] != "plan":
            leg.pop("separately_accounts", None)
    elif slip == "method" and "method" in leg:
        leg["method"] = "paid" if leg["method"] == "direct" else "direct"
    elif slip == "again":
        line["disbursements" if "method" in leg else "sixty_day_rollovers"].append(dict(leg))
    elif slip == "lost":
        line["disbursements" if "method" in leg else "sixty_day_rollovers"].remove(leg)
    elif slip in ("balance", "basis"):
        line[slip] = write_cents(max(read_cents(line[slip]) + cents, 0))
    elif slip == "zero":
        leg["amount"] = "0.00"
    assume(
        all(len(text) <= 15 for text in (line["balance"], line["basis"], *(leg["amount"] for leg in legs)))
    )
    return line


def ask(command, request):
    """The answer, from the request as a line of text: {"id": 7, ...} and then the figures."""
    answer = answer_line(command=command, line=json.dumps({"id": 7, **request}))
    assert answer.pop("id") == 7
    return answer


def assert_refused(answer):
    assert set(answer) == {"errors"}
    assert answer["errors"]
    assert all(set(error) == ERROR_FIELDS for error in answer["errors"])


def compare_with_oracle(command, request, *, compute):
    answer = ask(command, request)
    try:
        expected = compute(request)
    except oracle.Refused:
        assert_refused(answer)
        return
    assert "errors" not in answer
    assert answer.pop("citations")
    for name in ("disbursements", "sixty_day_rollovers"):
        for leg, expected_leg in zip(answer.get(name, []), expected.get(name, []), strict=True):
            assert {part: leg.get(part) for part in expected_leg} == expected_leg
        answer.pop(name, None), expected.pop(name, None)
    assert answer == expected


def cents_of(figures, *names):
    return [read_cents(figures[name]) for name in names]


# --- Notice 2014-54 -----------------------------------------------------------------------------------


@given(allocations())
def test_every_allocation_is_the_oracles(request):
    oracle.allocate(request)  # It must have figures, or the strategy is wrong.
    compare_with_oracle("allocate", request, compute=oracle.allocate)


@given(slips())
def test_a_slip_is_refused_or_allocated_as_the_oracle_does(request):
    compare_with_oracle("allocate", request, compute=oracle.allocate)


@given(allocations())
def test_no_cent_is_made_or_lost(request):
    answer = ask("allocate", request)
    distribution, after_tax, pretax = cents_of(answer, "distribution", "after_tax", "pretax")
    assert after_tax + pretax == distribution
    assert distribution == sum(read_cents(leg["amount"]) for leg in request["disbursements"])

    legs, later, kept = answer["disbursements"], answer["sixty_day_rollovers"], answer["kept"]
    for leg in [*legs, *later, kept]:
        amount, leg_pretax, leg_after_tax = cents_of(leg, "amount", "pretax", "after_tax")
        assert 0 <= leg_pretax <= amount
        assert 0 <= leg_after_tax <= amount
        assert leg_pretax + leg_after_tax == amount
    for part, whole in (("amount", distribution), ("pretax", pretax), ("after_tax", after_tax)):
        assert sum(read_cents(leg[part]) for leg in legs) == whole
        paid = sum(read_cents(leg[part]) for leg in legs if leg["method"] == "paid")
        assert sum(read_cents(leg[part]) for leg in [*later, kept]) == paid

    for before, left, gone in (
        ("balance", "remaining_balance", distribution),
        ("basis", "remaining_basis", after_tax),
    ):
        assert read_cents(request[before]) - gone == read_cents(answer[left]) >= 0
    unrecovered = read_cents(answer["unrecovered_basis"])
    assert unrecovered == (
        0 if read_cents(answer["remaining_balance"]) else read_cents(answer["remaining_basis"])
    )


@given(allocations())
def test_every_cent_is_where_the_notice_puts_it(request):
    answer = ask("allocate", request)
    balance, basis = read_cents(request["balance"]), read_cents(request["basis"])
    distribution, after_tax, pretax = cents_of(answer, "distribution", "after_tax", "pretax")
    exact = min(Fraction(distribution) * Fraction(basis, balance), Fraction(distribution))
    assert abs(after_tax - exact) <= Fraction(1, 2)  # Rounded once.

    # Direct rollovers are served with pretax money before 60-day rollovers, and these before what is kept.
    later = answer["sixty_day_rollovers"]
    direct = [leg for leg in answer["disbursements"] if leg["method"] == "direct"]
    pretax_paid = sum(read_cents(leg["pretax"]) for leg in answer["disbursements"] if leg["method"] == "paid")
    pretax_kept = read_cents(answer["kept"]["pretax"])
    if pretax_paid:
        assert all(leg["after_tax"] == "0.00" for leg in direct)
    if pretax_kept:
        assert all(leg["after_tax"] == "0.00" for leg in [*direct, *later])

    # No plan receives after-tax money that may not take it.
    for leg, answered in zip(request["disbursements"], answer["disbursements"], strict=True):
        if oracle.takes_pretax_only(leg, kind="direct"):
            assert answered["after_tax"] == "0.00"
    assert all(leg["after_tax"] == "0.00" for leg in later if leg["to"] == "plan")

    # Includible is what was kept and what landed in Roth IRAs; a fifth of what was paid is withheld.
    in_roth_iras = sum(read_cents(leg["pretax"]) for leg in [*direct, *later] if leg["to"] == "roth_ira")
    includible, withholding = cents_of(answer, "includible", "withholding")
    assert includible == pretax_kept + in_roth_iras <= pretax
    assert abs(withholding - Fraction(pretax_paid, 5)) <= Fraction(1, 2)


@given(st.data())
def test_a_loss_leaves_no_pretax(data):
    balance = data.draw(balances)
    basis = draw_between(data.draw, balance, min(2 * balance, LARGEST))
    answer = ask("allocate", data.draw(allocations(balance=balance, basis=basis)))
    assert answer["pretax"] == answer["includible"] == answer["withholding"] == "0.00"


@given(st.data())
def test_elections_that_add_up_are_honoured(data):
    request = data.draw(allocations())
    answer = ask("allocate", request)
    for name in ("disbursements", "sixty_day_rollovers"):
        for leg, answered in zip(request[name], answer[name], strict=True):
            assert answered["pretax"] == leg.get("pretax", answered["pretax"])

    # What was answered may be elected on every leg, and changes nothing.
    elected = copy.deepcopy(request)
    for name in ("disbursements", "sixty_day_rollovers"):
        for leg, answered in zip(elected[name], answer[name], strict=True):
            if leg.get("method") != "paid":
                leg["pretax"] = answered["pretax"]
    assert ask("allocate", elected) == answer

    # A cent more or less on any one leg does not add up.
    legs = [leg for leg in [*elected["disbursements"], *elected["sixty_day_rollovers"]] if "pretax" in leg]
    assume(legs)
    leg = data.draw(st.sampled_from(legs))
    leg["pretax"] = shift(leg["pretax"], -1 if leg["pretax"] != "0.00" and data.draw(st.booleans()) else 1)
    assert_refused(ask("allocate", elected))


@given(st.data())
def test_the_order_of_legs_without_election_changes_no_total(data):
    request = data.draw(allocations())
    shuffled = {
        **request,
        "disbursements": data.draw(st.permutations(request["disbursements"])),
        "sixty_day_rollovers": data.draw(st.permutations(request["sixty_day_rollovers"])),
    }
    answers = [ask("allocate", request), ask("allocate", shuffled)]
    by_destination = []
    for answer in answers:
        totals = {}
        for name in ("disbursements", "sixty_day_rollovers"):
            for leg in answer.pop(name):
                for part in ("amount", "pretax", "after_tax"):
                    key = (name, leg["to"], part)
                    totals[key] = totals.get(key, 0) + read_cents(leg[part])
        by_destination.append(totals)
    assert answers[0] == answers[1]  # kept, includible and withholding among them
    assert by_destination[0] == by_destination[1]


@given(st.data())
def test_no_election_costs_less_tax_than_none(data):
    request = data.draw(allocations())
    silent = copy.deepcopy(request)
    for leg in [*silent["disbursements"], *silent["sixty_day_rollovers"]]:
        leg.pop("pretax", None)
    least, chosen = ask("allocate", silent), ask("allocate", request)
    assert read_cents(least["includible"]) <= read_cents(chosen["includible"])


def withdraw(amount, *, balance, basis):
    leg = {"to": "roth_ira", "method": "direct", "amount": write_cents(amount)}
    contract = {"separate_accounting": True, "balance": write_cents(balance), "basis": write_cents(basis)}
    return ask("allocate", {**contract, "disbursements": [leg], "sixty_day_rollovers": []})


@given(st.data())
def test_withdrawals_in_turn_account_for_all_there_was(data):
    balance = first_balance = data.draw(balances)
    basis = first_basis = draw_basis(data.draw, balance=balance)
    taken_basis = taken_pretax = 0
    for _ in range(data.draw(counts)):
        if balance <= 1:
            break
        answer = withdraw(draw_between(data.draw, 1, balance - 1), balance=balance, basis=basis)
        taken_basis += read_cents(answer["after_tax"])
        taken_pretax += read_cents(answer["pretax"])
        balance, basis = cents_of(answer, "remaining_balance", "remaining_basis")
        if first_basis <= first_balance:
            assert basis <= balance  # Rounding never makes a loss of a gain.
    last = withdraw(balance, balance=balance, basis=basis)
    taken_basis += read_cents(last["after_tax"])
    taken_pretax += read_cents(last["pretax"])
    assert taken_basis == min(first_basis, first_balance)
    assert taken_pretax == max(first_balance - first_basis, 0)
    assert last["remaining_balance"] == "0.00"
    assert read_cents(last["unrecovered_basis"]) == max(first_basis - first_balance, 0)


@given(allocations())
def test_the_figures_are_the_contracts_not_the_accountings(request):
    """Whether the contract is a sub-account or the whole plan is said by balance and basis, and cited."""
    answers = [ask("allocate", {**request, "separate_accounting": separate}) for separate in (True, False)]
    citations = [answer.pop("citations") for answer in answers]
    assert answers[0] == answers[1]
    assert "IRC 72(d)(2)" in citations[0]
    assert "IRC 72(d)(2)" not in citations[1]


# --- Section 415(c) -----------------------------------------------------------------------------------

contributions = st.one_of(st.just(0), st.integers(0, 3_000_000), st.integers(0, 8_000_000))
years = st.sampled_from([*oracle.LIMITS, 2025, 2026])  # Twice those with a limit of their own from 60 to 63.
owners = st.sampled_from(["self_employed", "corporation"])
ages = st.one_of(st.integers(18, 90), st.sampled_from([49, 50, 59, 60, 61, 62, 63, 64]))
incomes = st.one_of(
    st.integers(0, 100_000),
    st.integers(0, 16_000_000),
    portions.map(lambda portion: 500_000_000 * portion // WHOLE),
)
near_400_of_se_earnings = st.integers(43_300, 43_330)
near = st.integers(-200, 200)
kinds_of_income = st.sampled_from(["any", "any", "about $400 of SE earnings", "about the limit"])
kinds_of_wages = st.sampled_from(["none", "any", "about the wage base"])


@st.composite
def rooms(draw, *, owner=None):
    """A line that must be answered with figures: about the limits, and far from them."""
    year = draw(years)
    dollar_limit, *_, cap, wage_base = (dollars and dollars * 100 for dollars in oracle.LIMITS[year])
    line = {"year": year, "owner": owner or draw(owners), "age": draw(ages)}
    line |= {name: write_cents(draw(contributions)) for name in oracle.MADE}

    kind = draw(kinds_of_income)
    if line["owner"] == "self_employed":
        about = wage_base * 10_000 // 9_235
        wages = {"none": 0, "any": draw(incomes), "about the wage base": wage_base + draw(near)}
        line["other_social_security_wages"] = write_cents(wages[draw(kinds_of_wages)])
    else:
        about = dollar_limit if draw(yes_or_no) else cap
    if kind == "any":
        income = draw(incomes)
    elif kind == "about the limit":
        income = about + draw(near)
    else:
        income = draw(near_400_of_se_earnings)
    line["net_profit" if line["owner"] == "self_employed" else "compensation"] = write_cents(income)
    return line


@given(rooms())
def test_every_room_is_the_oracles(request):
    oracle.find_room(request)
    compare_with_oracle("contribution_room", request, compute=oracle.find_room)


@given(rooms(), st.integers(1900, 2100))
def test_a_year_without_limits_is_refused(request, year):
    assume(year not in oracle.LIMITS)
    answer = ask("contribution_room", {**request, "year": year})
    assert_refused(answer)
    if year > max(oracle.LIMITS):
        assert "limit_not_published" in {error["code"] for error in answer["errors"]}


@given(rooms())
def test_room_and_excess_balance_and_are_never_both_there(request):
    answer = ask("contribution_room", request)
    figures = {
        name: read_cents(text) for name, text in answer.items() if name not in ("binding", "citations")
    }
    assert all(cents >= 0 for cents in figures.values())
    assert figures["annual_additions"] + figures["room"] - figures["excess"] == figures["limit"]
    assert 0 in (figures["room"], figures["excess"])
    assert figures["limit"] == min(figures["dollar_limit"], figures["compensation"])
    assert answer["binding"] == ("dollar" if figures["dollar_limit"] == figures["limit"] else "compensation")


@given(rooms(), st.booleans())
def test_room_made_use_of_leaves_none_and_a_cent_more_is_excess(request, a_cent_more):
    room = read_cents(ask("contribution_room", request)["room"])
    assume(room)
    filled = {**request, "after_tax": shift(request["after_tax"], room + a_cent_more)}
    answer = ask("contribution_room", filled)
    assert answer["room"] == "0.00"
    assert answer["excess"] == ("0.01" if a_cent_more else "0.00")


@given(rooms(), contributions, contributions)
def test_catch_up_and_deferrals_elsewhere_take_no_room(request, catch_up, elsewhere):
    other = {**request, "catch_up": write_cents(catch_up), "deferrals_elsewhere": write_cents(elsewhere)}
    answers = [ask("contribution_room", request), ask("contribution_room", other)]
    for answer in answers:
        del answer["catch_up_excess"], answer["deferral_excess"]
    assert answers[0] == answers[1]


@given(rooms(owner="self_employed"), st.integers(1, 100_000))
def test_a_sole_proprietors_employer_dollar_takes_one_or_two_of_room(request, more):
    before = ask("contribution_room", request)
    after = ask("contribution_room", {**request, "employer": shift(request["employer"], more)})
    assume(after["room"] != "0.00")
    taken = read_cents(before["room"]) - read_cents(after["room"])
    if before["binding"] == "compensation":
        assert taken == 2 * more
    elif after["binding"] == "dollar":
        assert taken == more
    else:
        assert more <= taken <= 2 * more


@given(rooms(owner="self_employed"), st.integers(0, 50_000_000))
def test_more_profit_never_means_less_room(request, more):
    assume(read_cents(request["net_profit"]) >= 433_14)  # SE tax starts all at once, at $400 of SE earnings.
    richer = {**request, "net_profit": shift(request["net_profit"], more)}
    before, after = ask("contribution_room", request), ask("contribution_room", richer)
    for name in ("compensation", "room", "employer_maximum"):
        assert read_cents(before[name]) <= read_cents(after[name])
