"""Every page, wide and narrow, light and dark: axe finds nothing, and nothing scrolls sideways."""

from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.conftest import sign_in

WIDTHS = (1280, 390)
NARROWEST = 320  # a page that is clean at 390 has the same parts here: only whether they fit is asked


def list_pages(site):
    plan, client = site.plan_id, site.client_id
    return [
        "/work/",
        "/work/?show=overdue",
        "/clients/",
        "/clients/?q=nobody",
        "/clients/new/",
        f"/clients/{client}/",
        f"/clients/{client}/edit/",
        f"/clients/{client}/plans/new/",
        f"/plans/{plan}/edit/",
        f"/plans/{plan}/years/new/",
        f"/years/{site.year_id}/",
        f"/years/{site.year_id}/edit/",
        f"/plans/{plan}/movements/new/",
        f"/plans/{plan}/assets/new/",
        f"/plans/{plan}/participants/new/",
        f"/plans/{plan}/statements/new/",
        f"/clients/{client}/ira-balances/new/",
        f"/plans/{plan}/rollover/",
        f"/plans/{plan}/compare/",
        f"/clients/{client}/form-8606/",
        f"/plans/{plan}/ledger/",
        f"/clients/{client}/cpa/2021/",
        "/letters/",
        "/batches/",
        "/batches/new/",
        "/limits/",
        "/about/",
        "/accounts/password/change/",
        "/nowhere/",
    ]


def find_faults(page, where):
    """Return what axe finds on the page, and whether it scrolls sideways, each with where it was."""
    if not page.evaluate("'axe' in window"):  # once a page: the script has half a megabyte
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate("axe.run({resultTypes: ['violations']}).then(results => results.violations)")
    faults = [f"{where}: {violation['id']} at {violation['nodes'][0]['target']}" for violation in violations]
    return faults + find_sideways_scroll(page, where)


def find_faults_at_every_width(page, where):
    """Return the faults wide and narrow, light and dark, of a page that is loaded once."""
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            # A colour on its way from one scheme to the other is neither: with less motion there is no way.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            faults += find_faults(page, f"{where} {width} {scheme}")
    return faults


def find_sideways_scroll(page, where):
    scrolls = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"{where}: scrolls sideways"] if scrolls else []


def test_every_page_is_clean_for_axe_and_never_scrolls_sideways(page, site):
    page.goto(f"{site.url}/accounts/login/")
    faults = find_faults_at_every_width(page, "sign-in")
    sign_in(page, site)

    for path in list_pages(site):
        page.goto(site.url + path)
        faults += find_faults_at_every_width(page, path)
        page.set_viewport_size({"width": NARROWEST, "height": 900})
        faults += find_sideways_scroll(page, f"{path} {NARROWEST}")

    assert faults == []


def test_an_issued_letters_page_and_its_stale_mark_are_clean_too(page, site):
    sign_in(page, site)
    page.goto(f"{site.url}/plans/{site.plan_id}/rollover/")
    page.locator("input[name=way][value=all_roth]").check()
    page.locator("#id_roth_custodian").fill("Meridian Brokerage")
    page.locator("#id_roth_account_number").fill("ROTH-1")
    page.locator("#outcome .letter").get_by_text("ROTH-1").first.wait_for()
    page.get_by_role("button", name="Issue this letter").click()
    page.get_by_text("There is a problem").wait_for()
    faults = find_faults(page, "a letter without its reasons")
    for reason in page.get_by_label("Why it may go ahead").all():
        reason.fill("The client knows and agrees.")
    page.get_by_role("button", name="Issue this letter").click()
    page.get_by_role("link", name="Download the PDF").wait_for()
    faults += find_faults(page, "letter page")
    letter = page.url
    for form in ("steps/signed/", "steps/voided/", "payment/", "sixty-day/", "evidence/new/"):
        page.goto(letter + form)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            faults += find_faults(page, f"{form} {width}")

    page.goto(f"{site.url}/clients/{site.client_id}/edit/")
    page.locator("#id_city").fill("Troy")
    page.locator("#id_reason").fill("The client moved.")
    page.get_by_role("button", name="Save").first.click()
    page.goto(f"{site.url}/letters/")
    page.get_by_text("Stale").first.wait_for()
    page.locator("table a").first.click()
    page.get_by_text("The client moved.").wait_for()
    faults += find_faults(page, "stale letter page")

    assert faults == []


def test_axe_would_have_found_a_field_without_a_label(page, site):
    sign_in(page, site)
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")

    assert any("label" in fault for fault in find_faults(page, "spoiled"))


def test_signing_out_leaves_nothing_of_a_client_behind_the_back_button(page, site):
    sign_in(page, site)
    page.goto(f"{site.url}/clients/{site.client_id}/")
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")

    page.go_back()

    assert "Imogen Tate" not in page.content()
