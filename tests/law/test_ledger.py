"""The after-tax ledger: cases worked by hand, its arithmetic, and what it refuses."""

from dataclasses import astuple
from decimal import Decimal

import pytest

from law.ledger import Fate, keep_ledger, weigh_carry
from law.movements import NotAMovement
from law.subaccount import Contract, DistributionExceedsBalance
from law.words import Answer, MovementKind
from tests.law.ledgers import CASES, CONTRIBUTED, keep, keep_moves, move, read_cases, read_movement
from tests.law.reading import come_to, read_out

NOTHING_MOVES = "Something moves, and an excess loses no more than its amount."


def write_year(row):
    totals = row.totals
    figures = (row.opening_basis, row.opening_value, totals.contributions, row.gain.amount)
    figures += (totals.distributed_basis, totals.distributed_earnings, totals.returned)
    figures += (totals.returned_earnings, row.unrecovered, row.closing_basis.amount, row.closing_value.amount)
    return [row.year, *map(str, figures)]


def write_shares(entries, name):
    shares = [getattr(entry, name) for entry in entries]
    return [[str(share.after_tax), str(share.pretax)] for share in shares if share]


@pytest.mark.parametrize("case", read_cases("case"))
def test_a_ledger_comes_out_as_worked_by_hand(case):
    ledger = keep(case)

    assert [write_year(row) for row in ledger.years] == case["years"]
    if "distributions" in case:
        assert write_shares(ledger.entries, "share") == case["distributions"]
        assert write_shares(ledger.entries, "carried_share") == case.get("carried_distributions", [])
    if "notes" in case:
        assert [entry.note for entry in ledger.entries] == case["notes"]
    assert str(ledger.unrecovered) == case.get("unrecovered", "0.00")


@pytest.mark.parametrize("case", read_cases("case"))
def test_every_figure_is_what_its_arithmetic_comes_to(case):
    ledger = keep(case)

    for row in ledger.years:
        assert row.figures
        for figure in row.figures:
            assert come_to(figure) == figure.amount, figure
        assert row.gain.amount == row.totals.gain


@pytest.mark.parametrize("case", read_cases("case"))
def test_a_year_closes_at_its_last_entry_and_a_share_is_its_figure(case):
    for row in keep(case).years:
        if row.entries:
            closing = (row.closing_basis.amount, row.closing_value.amount)
            assert closing == (row.entries[-1].basis, row.entries[-1].value)
        for entry in row.entries:
            shares = [share.after_tax for share in (entry.share, entry.carried_share) if share]
            assert [figure.amount for figure in entry.figures] == shares


def test_the_totals_are_the_sums_of_the_years():
    for case in CASES["case"]:
        ledger = keep(case)
        for figures in zip(
            astuple(ledger.totals), *(astuple(row.totals) for row in ledger.years), strict=True
        ):
            assert figures[0] == sum(figures[1:])


def test_a_years_arithmetic_is_in_the_fields_words():
    case = next(case for case in CASES["case"] if "both outcomes" in case["name"])
    ledger = keep(case)
    said = [
        (
            each.figure,
            [(term.operation.value, term.label, str(term.amount)) for term in each.terms],
            each.note,
        )
        for row in ledger.years[1:]
        for each in row.figures
    ]

    assert said == [
        (
            "Loss of 2022",
            [("", "worth on January 14, 2022", "17000.00"), ("-", "known before", "20000.00")],
            "As statements, and values just before a distribution, show it.",
        ),
        (
            "Basis distributed on January 14, 2022",
            [("", "distribution", "17000.00")],
            "Earnings are the rest, $0.00.",
        ),
        (
            "Closing basis of 2022",
            [
                ("", "opening basis", "20000.00"),
                ("+", "contributions", "10000.00"),
                ("-", "basis distributed", "17000.00"),
                ("-", "unrecovered basis, held apart, not counted", "3000.00"),
            ],
            "",
        ),
        (
            "Closing value of 2022",
            [
                ("", "opening value", "20000.00"),
                ("+", "contributions", "10000.00"),
                ("-", "losses", "3000.00"),
                ("-", "basis distributed", "17000.00"),
            ],
            "",
        ),
        (
            "Gain of 2023",
            [("", "worth on January 20, 2023", "11000.00"), ("-", "known before", "10000.00")],
            "As statements, and values just before a distribution, show it.",
        ),
        (
            "Basis distributed on January 20, 2023",
            [
                ("", "distribution", "11000.00"),
                ("x", "basis just before", "10000.00"),
                ("/", "value just before", "11000.00"),
            ],
            "Earnings are the rest, $1,000.00.",
        ),
        (
            "Basis distributed on January 20, 2023, if the plan carries unrecovered basis",
            [("", "distribution", "11000.00")],
            "Earnings are the rest, $0.00.",
        ),
        (
            "Closing basis of 2023",
            [("", "opening basis", "10000.00"), ("-", "basis distributed", "10000.00")],
            "",
        ),
        (
            "Closing value of 2023",
            [
                ("", "opening value", "10000.00"),
                ("+", "gains", "1000.00"),
                ("-", "basis distributed", "10000.00"),
                ("-", "earnings distributed", "1000.00"),
            ],
            "",
        ),
    ]


def test_every_figure_of_a_year_names_its_section():
    case = next(case for case in CASES["case"] if "its gain" in case["name"])
    ledger = keep(case)
    cited = {each.figure: each.citation for row in ledger.years for each in row.figures}

    assert cited == {
        "Gain of 2024": "IRC 72(d)(2)",
        "Closing basis of 2024": "IRC 72(d)(2), 72(e)(6), 72(e)(8)",
        "Closing value of 2024": "IRC 72(d)(2), 72(e)(6), 72(e)(8)",
        "Closing basis of 2025": "IRC 72(d)(2), 72(e)(6), 72(e)(8)",
        "Closing value of 2025": "IRC 72(d)(2), 72(e)(6), 72(e)(8)",
    }


@pytest.mark.parametrize(
    ("carried", "fate"),
    [
        (Answer.YES, "carried to later after-tax money"),
        (Answer.NO, "lost"),
        (Answer.NOT_VERIFIED, "held apart, not counted"),
    ],
)
def test_the_plans_policy_says_what_becomes_of_unrecovered_basis(carried, fate):
    assert keep_ledger(movements=[], carried=carried).fate == Fate(fate)


def test_an_empty_ledger_has_no_years_and_holds_its_opening():
    opening = Contract(balance=Decimal("12.00"), basis=Decimal("10.00"), separate_accounting=True)

    ledger = keep_ledger(movements=[], carried=Answer.NO, opening=opening)

    assert (ledger.years, ledger.entries, ledger.closing) == ((), (), opening)


def test_a_ledger_goes_on_from_its_opening():
    opening = Contract(balance=Decimal("1200.00"), basis=Decimal("1000.00"), separate_accounting=True)
    leaves = read_movement("2024-02-01", "distribution", "600.00", {})

    [row] = keep_ledger(movements=[leaves], carried=Answer.NO, opening=opening).years

    assert (row.opening_basis, row.opening_value) == (Decimal("1000.00"), Decimal("1200.00"))
    assert (row.totals.distributed_basis, row.totals.distributed_earnings) == (
        Decimal("500.00"),
        Decimal("100.00"),
    )
    assert (row.closing_basis.amount, row.closing_value.amount) == (Decimal("500.00"), Decimal("600.00"))


def test_what_left_without_a_value_before_is_all_when_it_is_all_that_was_known():
    rows = [("2021-12-15", "contribution", "500.00", {}), ("2022-01-14", "distribution", "520.00", {})]

    ledger = keep_ledger(movements=[read_movement(*row) for row in rows], carried=Answer.NO)

    assert ledger.entries[1].note == "Value on the payment date not recorded: all is taken to have left."
    assert (ledger.entries[1].gain, ledger.entries[1].earnings_out) == (Decimal("20.00"), Decimal("20.00"))


def test_a_contribution_of_which_only_the_year_is_known_says_so():
    undated = read_movement("2021-12-31", "contribution", "500.00", {"is_dated": False, "for_year": 2021})

    [entry] = keep_ledger(movements=[undated], carried=Answer.NO).entries

    assert entry.note == "Date not recorded: taken at the end of the year."


def test_no_more_leaves_than_the_value_just_before():
    more = read_movement("2022-01-14", "distribution", "10.01", {"value_before": "10.00"})

    with pytest.raises(DistributionExceedsBalance):
        keep_ledger(movements=[more], carried=Answer.NO)


@pytest.mark.parametrize(
    ("kind", "amount", "others", "message"),
    [
        ("contribution", "0.00", {}, NOTHING_MOVES),
        ("returned_excess", "5.00", {"earnings": "-5.01"}, NOTHING_MOVES),
        ("statement", "-0.01", {}, "A statement's value and basis are never below zero."),
        ("statement", "1.00", {"basis": "-0.01"}, "A statement's value and basis are never below zero."),
    ],
)  # fmt: skip
def test_what_moves_nothing_is_no_movement(kind, amount, others, message):
    with pytest.raises(NotAMovement) as refused:
        read_movement("2022-01-14", kind, amount, others)
    assert str(refused.value) == message


def test_a_cent_moves_and_an_excess_may_lose_all_of_it():
    assert read_movement("2022-01-14", "contribution", "0.01", {}).amount == Decimal("0.01")
    assert read_movement("2022-01-14", "returned_excess", "5.00", {"earnings": "-5.00"}).amount == Decimal(
        "5.00"
    )


CARRY_IS_OPEN = (
    ("2021-12-15", "contribution", "20000.00", {}),
    ("2022-01-14", "distribution", "17000.00", {"value_before": "17000.00"}),
    ("2022-06-01", "contribution", "10000.00", {}),
    ("2022-12-31", "statement", "11000.00", {"basis": "10000.00"}),
)


def test_where_the_carry_is_open_both_outcomes_of_the_next_distribution_are_weighed():
    ledger = keep_ledger(
        movements=[read_movement(*row) for row in CARRY_IS_OPEN], carried=Answer.NOT_VERIFIED
    )

    without, carried = weigh_carry(ledger=ledger)

    assert (without.after_tax, without.pretax) == (Decimal("10000.00"), Decimal("1000.00"))
    assert (carried.after_tax, carried.pretax) == (Decimal("11000.00"), Decimal("0.00"))
    assert carried.unrecovered_basis == Decimal("2000.00")


@pytest.mark.parametrize(
    ("rows", "carried"),
    [
        (CARRY_IS_OPEN, Answer.YES),
        (CARRY_IS_OPEN, Answer.NO),
        (CARRY_IS_OPEN[:2], Answer.NOT_VERIFIED),
        (CARRY_IS_OPEN[2:], Answer.NOT_VERIFIED),
        ((), Answer.NOT_VERIFIED),
    ],
    ids=["carried", "lost", "nothing left", "no loss", "empty"],
)
def test_where_the_carry_is_verified_or_makes_no_difference_nothing_is_weighed(rows, carried):
    ledger = keep_ledger(movements=[read_movement(*row) for row in rows], carried=carried)

    assert weigh_carry(ledger=ledger) is None


def test_a_value_known_before_a_payment_needs_no_note():
    ledger = keep_moves(
        CONTRIBUTED, move(MovementKind.DISTRIBUTION, "2021-07-01", "400.00", value_before="1100.00")
    )
    assert [(entry.note, entry.known_value) for entry in ledger.entries] == [
        ("", Decimal("0.00")),
        ("", Decimal("1000.00")),
    ]


def test_the_arithmetic_of_a_year_with_a_returned_excess_reads_whole():
    ledger = keep_moves(
        CONTRIBUTED,
        move(MovementKind.STATEMENT, "2021-06-30", "1100.00", basis="1000.00"),
        move(MovementKind.STATEMENT, "2021-07-31", "1000.00", basis="1000.00"),
        move(MovementKind.RETURNED_EXCESS, "2021-08-01", "200.00", earnings="10.00"),
        move(MovementKind.STATEMENT, "2021-08-31", "800.00", basis="800.00"),
        move(MovementKind.DISTRIBUTION, "2021-09-01", "300.00", value_before="800.00"),
    )
    [row] = ledger.years
    assert [read_out(each) for each in row.figures] == [
        "Gain of 2021: worth on June 30, 2021 1,100.00 - known before 1,000.00 + worth on July 31, 2021 1,000.00"
        " - known before 1,100.00 + worth on August 31, 2021 800.00 - known before 790.00 = 10.00. [IRC 72(d)(2)]"
        " As statements, and values just before a distribution, show it.",
        "Basis distributed on September 1, 2021: distribution 300.00 = 300.00. Rounded once, half up."
        " [IRC 72(d)(2), 72(e)(6), 72(e)(8)] Earnings are the rest, $0.00.",
        "Closing basis of 2021: opening basis 0.00 + contributions 1,000.00 - basis distributed 300.00"
        " - contributions returned 200.00 = 500.00. [IRC 72(d)(2), 72(e)(6), 72(e)(8)]",
        "Closing value of 2021: opening value 0.00 + contributions 1,000.00 + gains 110.00 - losses 100.00"
        " - basis distributed 300.00 - contributions returned 200.00 - earnings returned with them 10.00 = 500.00."
        " [IRC 72(d)(2), 72(e)(6), 72(e)(8)]",
    ]


def test_gains_and_losses_that_cancel_are_no_loss():
    ledger = keep_moves(
        CONTRIBUTED,
        move(MovementKind.STATEMENT, "2021-06-30", "1100.00", basis="1000.00"),
        move(MovementKind.STATEMENT, "2021-07-31", "1000.00", basis="1000.00"),
    )
    assert ledger.years[0].gain.figure == "Gain of 2021"
