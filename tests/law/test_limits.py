"""The dated limits: shipped first, then the firm's own, else refused; never carried from another year."""

from decimal import Decimal

import pytest

from law.limits import (
    EnteredFigure,
    Limit,
    LimitNotPublished,
    get_limit,
    get_year_limits,
    is_shipped,
    list_limits,
    list_published_years,
)

KINDS_OF_ROOM = (
    "415c_annual_additions",
    "402g_elective_deferrals",
    "414v_catch_up_50",
    "414v_catch_up_60_63",
    "414v7_roth_catch_up_wages",
    "401a17_compensation",
    "ss_wage_base",
)


def enter(kind, *, year=2090, amount="1.00", source="A notice"):
    return EnteredFigure(kind=kind, year=year, amount=Decimal(amount), source=source)


def test_a_shipped_figure_names_its_section_and_its_paper():
    assert get_limit("415c_annual_additions", 2021) == Limit(
        kind="415c_annual_additions",
        name="dollar limit on annual additions",
        year=2021,
        amount=Decimal("58000.00"),
        authority="IRC 415(c)(1)(A)",
        source="Notice 2020-79",
        entered_by_firm=False,
    )


def test_a_firms_figure_serves_a_year_that_is_not_shipped_and_says_so():
    entered = (enter("ss_wage_base"), enter("415c_annual_additions", year=2091, amount="9.00"))
    entered += (enter("415c_annual_additions", amount="90000.00", source="Notice 2089-1"),)
    assert get_limit("415c_annual_additions", 2090, entered=entered) == Limit(
        kind="415c_annual_additions",
        name="dollar limit on annual additions",
        year=2090,
        amount=Decimal("90000.00"),
        authority="IRC 415(c)(1)(A)",
        source="Notice 2089-1, entered by the firm",
        entered_by_firm=True,
    )


def test_a_shipped_figure_comes_before_the_firms():
    entered = (enter("415c_annual_additions", year=2021, amount="1.00"),)
    limit = get_limit("415c_annual_additions", 2021, entered=entered)
    assert (limit.amount, limit.entered_by_firm) == (Decimal("58000.00"), False)


@pytest.mark.parametrize(
    "entered",
    [(), (enter("ss_wage_base"),), (enter("415c_annual_additions", year=2089),)],
    ids=["nothing entered", "another kind", "another year"],
)
def test_a_year_nobody_published_is_refused(entered):
    with pytest.raises(LimitNotPublished) as refused:
        get_limit("415c_annual_additions", 2090, entered=entered)
    assert (refused.value.name, refused.value.year) == ("dollar limit on annual additions", 2090)
    assert str(refused.value) == (
        "The dollar limit on annual additions for 2090 is not among the published figures held here."
    )


def test_a_year_needs_every_limit_that_applies():
    all_entered = tuple(
        enter(kind, amount=f"{place}.00") for place, kind in enumerate(KINDS_OF_ROOM, start=1)
    )
    limits = get_year_limits(2090, entered=all_entered)
    found = (
        limits.annual_additions,
        limits.elective_deferrals,
        limits.catch_up_50,
        limits.catch_up_60_63,
        limits.roth_catch_up_wages,
        limits.compensation,
        limits.social_security_wage_base,
    )
    assert limits.year == 2090
    assert [(limit.kind, limit.amount) for limit in found] == [
        (kind, Decimal(f"{place}.00")) for place, kind in enumerate(KINDS_OF_ROOM, start=1)
    ]
    for missing in all_entered:
        rest = tuple(figure for figure in all_entered if figure is not missing)
        with pytest.raises(LimitNotPublished) as refused:
            get_year_limits(2090, entered=rest)
        assert refused.value.name == get_limit(missing.kind, 2090, entered=all_entered).name


@pytest.mark.parametrize(
    ("year", "catch_up_60_63", "roth_catch_up"), [(2024, 0, 0), (2025, 1, 0), (2026, 1, 1)]
)
def test_a_later_law_applies_from_its_first_year(year, catch_up_60_63, roth_catch_up):
    unlike_any_other = (enter("ss_wage_base", year=2000 + year),)  # so that nothing comes from a cache
    limits = get_year_limits(year, entered=unlike_any_other)
    assert (limits.catch_up_60_63 is not None) == bool(catch_up_60_63)
    assert (limits.roth_catch_up_wages is not None) == bool(roth_catch_up)


def test_a_figure_is_shipped_or_not():
    assert is_shipped("414v_catch_up_60_63", 2025)
    assert not is_shipped("414v_catch_up_60_63", 2024)


def test_published_years_come_in_order_without_a_gap():
    years = list_published_years()
    assert years[0] == 2014
    assert years == tuple(range(2014, years[-1] + 1))
    assert years[-1] >= 2026


def test_a_year_is_not_published_until_its_last_figure_is():
    for year in list_published_years():
        assert all(
            is_shipped(kind, year) for kind in KINDS_OF_ROOM if "60_63" not in kind and "414v7" not in kind
        )


def test_limits_are_listed_latest_year_first_in_the_order_of_their_files():
    limits = list_limits()
    assert list(limits) == sorted(limits, reverse=True)
    assert [limit.kind for limit in limits[2021]] == [
        "401a17_compensation",
        "402g_elective_deferrals",
        "414v_catch_up_50",
        "415c_annual_additions",
        "ira_catch_up_50",
        "ira_contributions",
        "ss_wage_base",
    ]
    for year, of_the_year in limits.items():
        for limit in of_the_year:
            assert limit == get_limit(limit.kind, year)


def test_a_firms_figures_are_listed_marked_and_never_in_place_of_what_is_shipped():
    of_its_own = enter("ss_wage_base", amount="300000.00")
    in_vain = enter("ss_wage_base", year=2021, amount="1.00")
    limits = list_limits(entered=(of_its_own, in_vain))
    assert limits[2090] == (get_limit("ss_wage_base", 2090, entered=(of_its_own,)),)
    assert next(iter(limits)) == 2090
    assert {year: of_year for year, of_year in limits.items() if year != 2090} == list_limits()
