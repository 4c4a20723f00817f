"""The comparison of the ways and Form 8606: keyboard alone, wide and narrow, light and dark."""

from decimal import Decimal

import pytest
from django_scopes import scope

from clients.models import Client
from tests.browser.conftest import sign_in
from tests.browser.test_every_page import find_faults_at_every_width
from tests.factories import make_ira_balance

WIDTHS = (1280, 390)


@pytest.fixture
def compared(site):
    """The site's client with rates and the IRA of G14."""
    with scope(firm=None):
        client = Client.objects.get(pk=site.client_id)
        client.federal_rate, client.state_rate = Decimal("24.00"), Decimal("4.95")
        client.save()
        amounts = {
            "value": Decimal("12000.00"),
            "basis": Decimal("7000.00"),
            "conversions": Decimal("7000.00"),
        }
        make_ira_balance(client=client, **amounts)
    return site


def press_until(page, selector, key="Tab", most=60):
    """Press a key until the focus stands on `selector`, as somebody without a mouse does."""
    for _ in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    pytest.fail(f"{most} presses of {key} never reached {selector}")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_ways_are_compared_with_the_keyboard_alone(page, compared, width):
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, compared)
    page.goto(f"{compared.url}/plans/{compared.plan_id}/compare/")

    press_until(page, "#id_growth_rate")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("5")
    press_until(page, "#id_amount")
    page.keyboard.type("10000")
    page.get_by_text("9,609.67 after-tax, 390.33 pretax").wait_for()

    assert page.evaluate("document.activeElement.id") == "id_amount"
    assert page.locator("#id_amount").input_value() == "10000"
    assert "amount=10000" in page.url
    press_until(page, "#comparison summary")
    page.keyboard.press("Enter")
    assert page.locator("#comparison details[open]").count() == 1
    press_until(page, "#comparison .choice a", key="Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/plans/{compared.plan_id}/rollover/**")


def test_the_form_is_compared_without_javascript(browser, compared):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, compared)
    page.goto(f"{compared.url}/plans/{compared.plan_id}/compare/")
    page.locator("#id_amount").fill("10,000.00")
    page.get_by_role("button", name="Recalculate").click()
    page.get_by_text("9,609.67 after-tax, 390.33 pretax").wait_for()
    page.locator("#id_amount").fill("99,999.00")
    page.get_by_role("button", name="Recalculate").click()
    page.get_by_role("link", name="Enter at most 20,812.37.").first.wait_for()
    assert page.locator("#id_amount").input_value() == "99,999.00"
    context.close()


def test_both_pages_are_clean_for_axe_and_never_scroll_sideways(page, compared):
    sign_in(page, compared)
    faults = []
    plan, client = compared.plan_id, compared.client_id
    for path in (
        f"/plans/{plan}/compare/?growth_rate=5&later_rate=24&amount=10000&contribution=7000",
        f"/plans/{plan}/compare/?growth_rate=much",
        f"/clients/{client}/form-8606/",
    ):
        page.goto(compared.url + path)
        page.evaluate("for (const each of document.querySelectorAll('details.equation')) each.open = true")
        faults += find_faults_at_every_width(page, path)
    assert faults == []
