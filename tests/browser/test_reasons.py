"""A planner says at each warning why the letter may go ahead; nothing typed there is ever swapped away."""

import pytest

from tests.browser.conftest import sign_in

REASON = "She pays the tax this year."


def open_with_both_warnings(page, site):
    """Open the rollover of a value that is old, all of it to a Roth IRA: V17 and V23."""
    sign_in(page, site)
    page.goto(f"{site.url}/plans/{site.plan_id}/rollover/?way=all_roth")
    page.locator("#id_roth_custodian").fill("Meridian Brokerage")
    page.locator("#id_roth_account_number").fill("ROTH-1")


def find_reason(page, code):
    return page.locator(f".finding:has(.finding-code:text-is('{code}'))").get_by_label("Why it may go ahead")


def wait_for_preview(page, text):
    page.locator("#outcome .letter").get_by_text(text).first.wait_for()


def test_a_reason_stays_while_the_planner_types_elsewhere_and_goes_into_the_letters_page(page, site):
    open_with_both_warnings(page, site)
    wait_for_preview(page, "ROTH-1")
    find_reason(page, "V17").fill(REASON)
    find_reason(page, "V23").fill("The custodian confirmed the value.")
    page.locator("#id_roth_account_number").fill("ROTH-2")
    wait_for_preview(page, "ROTH-2")
    assert find_reason(page, "V17").input_value() == REASON

    page.get_by_role("button", name="Issue this letter").click()

    page.get_by_role("link", name="Download the PDF").wait_for()
    assert page.get_by_text(REASON).count() == 1


def test_typing_a_reason_asks_the_server_nothing(page, site):
    open_with_both_warnings(page, site)
    wait_for_preview(page, "ROTH-1")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "preview" in request.url else None)

    find_reason(page, "V17").press_sequentially(REASON)
    page.wait_for_timeout(600)

    assert asked == []


def test_an_answer_that_comes_late_leaves_the_reason_being_typed(page, site):
    open_with_both_warnings(page, site)
    wait_for_preview(page, "ROTH-1")
    page.route("**/preview/", lambda route: (page.wait_for_timeout(700), route.continue_()))
    page.locator("#id_roth_account_number").fill("ROTH-3")
    field = find_reason(page, "V17")
    field.press_sequentially(REASON[:10], delay=40)
    wait_for_preview(page, "ROTH-3")

    page.keyboard.type(REASON[10:])

    assert field.input_value() == REASON


def test_an_empty_reason_is_told_in_the_summary_which_leads_to_the_field(page, site):
    open_with_both_warnings(page, site)
    wait_for_preview(page, "ROTH-1")
    find_reason(page, "V17").fill(REASON)
    page.get_by_role("button", name="Issue this letter").click()

    page.get_by_role("link", name="Say why it may go ahead over V23.").click()

    assert find_reason(page, "V23").evaluate("field => field === document.activeElement")
    assert find_reason(page, "V17").input_value() == REASON
    assert page.locator("#id_roth_account_number").input_value() == "ROTH-1"


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_reasons_work_without_javascript(page, site):
    open_with_both_warnings(page, site)
    page.get_by_role("button", name="Recalculate").click()
    wait_for_preview(page, "ROTH-1")
    find_reason(page, "V17").fill(REASON)
    find_reason(page, "V23").fill(REASON)
    page.get_by_role("button", name="Issue this letter").click()

    page.get_by_role("link", name="Download the PDF").wait_for()
    page.get_by_role("link", name="Print the reviewer's page").click()
    assert page.locator("details.equation[open]").count() > 0
    assert page.locator("details.equation:not([open])").count() == 0


def test_the_reviewers_page_opens_every_figure_to_print_and_closes_them_again(page, site):
    open_with_both_warnings(page, site)
    wait_for_preview(page, "ROTH-1")
    closed = page.locator("#outcome details.equation:not([open])").count()
    assert closed > 0

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.equation:not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#outcome details.equation:not([open])").count() == closed
