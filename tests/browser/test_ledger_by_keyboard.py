"""The ledger in a browser: ten years read with the keyboard alone, wide and narrow, light and dark."""

import datetime
from decimal import Decimal

import pytest
from django_scopes import scope
from playwright.sync_api import expect

from clients.models import Plan
from law.words import Answer, MovementKind
from tests.browser.conftest import sign_in
from tests.browser.test_every_page import find_faults_at_every_width
from tests.factories import make_client, make_movement, make_plan, make_provisions, make_statement

KEYS_AT_MOST = 60


@pytest.fixture
def ledger_url(site) -> str:
    """Ten years in which 10,000.00 goes in and out again, a loss in 2018, a cent of difference in 2021."""
    firm = Plan.objects.with_scopes_disabled().get(pk=site.plan_id).firm
    with scope(firm=firm):
        plan = make_plan(client=make_client(firm=firm, legal_name="Tess Tenyears"))
        make_provisions(plan=plan, unrecovered_basis_carried=Answer.NOT_VERIFIED)
        for year in range(2016, 2026):
            make_movement(
                plan=plan, year=year, movement_date=datetime.date(year, 12, 1), amount=Decimal("10000.00")
            )
            worth = Decimal("9400.00" if year == 2018 else "10100.00")
            basis = Decimal("9999.99" if year == 2021 else "10000.00")
            make_statement(plan=plan, statement_date=datetime.date(year, 12, 31), basis=basis, value=worth)
            if year < 2025:
                make_movement(
                    plan=plan,
                    kind=MovementKind.DISTRIBUTION,
                    movement_date=datetime.date(year + 1, 1, 20),
                    amount=worth,
                )
    return f"{site.url}/plans/{plan.pk}/ledger/"


def press_tab_until(page, is_there):
    for _ in range(KEYS_AT_MOST):
        page.keyboard.press("Tab")
        if page.evaluate(is_there):
            return
    pytest.fail(f"the keyboard never reached: {is_there}")


def test_a_year_is_opened_and_a_difference_acknowledged_with_the_keyboard_alone(page, site, ledger_url):
    sign_in(page, site)
    page.goto(ledger_url)
    expect(page.get_by_text("Entries of 2019")).to_be_hidden()

    press_tab_until(
        page, "document.activeElement.matches('summary') && /2019/.test(document.activeElement.textContent)"
    )
    page.keyboard.press("Enter")

    expect(page.get_by_text("Entries of 2019")).to_be_visible()
    expect(page.get_by_text("Basis left without a dollar: 600.00")).to_be_visible()

    press_tab_until(page, "document.activeElement.name === 'reason'")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    expect(page.get_by_role("alert")).to_contain_text("Say why the difference may stand.")
    press_tab_until(page, "document.activeElement.name === 'reason'")
    page.keyboard.type("The recordkeeper rounds down.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("The difference on December 31, 2021 is acknowledged.")).to_be_visible()
    expect(page.get_by_text("“The recordkeeper rounds down.”")).to_be_visible()
    expect(page.get_by_role("button", name="Acknowledge")).to_have_count(0)


def test_ten_years_are_clean_for_axe_and_never_scroll_sideways(page, site, ledger_url):
    sign_in(page, site)
    page.goto(ledger_url)
    faults = []
    for opened in (False, True):
        if opened:
            page.evaluate(
                "document.querySelectorAll('details:not(.user-menu)').forEach(each => each.open = true)"
            )
        faults += find_faults_at_every_width(page, f"ledger{' opened' if opened else ''}")

    assert faults == []


def test_ten_years_stand_on_one_screen_without_scrolling_inside_the_table(page, site, ledger_url):
    sign_in(page, site)
    page.goto(ledger_url)

    table = page.locator(".table-scroll").first
    assert table.evaluate("each => each.scrollWidth <= each.clientWidth")
    assert table.locator("table").evaluate("each => each.getBoundingClientRect().height") < 900


def test_the_keyboard_check_would_miss_a_year_that_cannot_be_opened(page, site, ledger_url):
    sign_in(page, site)
    page.goto(ledger_url)
    page.evaluate("document.querySelectorAll('th details').forEach(each => each.replaceWith('year'))")

    with pytest.raises(pytest.fail.Exception):
        press_tab_until(page, "document.activeElement.matches('th summary')")
