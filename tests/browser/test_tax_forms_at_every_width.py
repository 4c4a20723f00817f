"""The tax forms of a letter, wide and narrow, light and dark, and the form in which one that came is entered."""

import datetime
from decimal import Decimal

import pytest
from django_scopes import scope

from advisors.models import Advisor
from clients.models import Plan
from law.words import FormKind, MovementKind, Way
from tests.browser.conftest import sign_in
from tests.browser.test_every_page import find_faults_at_every_width
from tests.factories import make_movement, make_plan_assets, make_received_form
from tests.requests import ROTH, issue, make_entry


@pytest.fixture
def letters(site):
    """A split with forms that differ, and a later letter all to Roth whose earnings are taxed."""
    ada = Advisor.objects.get(email=site.email)
    with scope(firm=ada.firm):
        plan = Plan.objects.get()
        split = issue(plan=plan, advisor=ada, entry=make_entry(amount=Decimal("10000.00")))
        roth = issue(plan=plan, advisor=ada, entry=make_entry(way=Way.ALL_ROTH, legs=(ROTH,)))
        make_received_form(letter=split, gross=Decimal("9609.67"), basis=Decimal("9609.67"), code="1")
        make_received_form(
            letter=split, kind=FormKind.FORM_5498, payer="Harbor Brokerage", gross=Decimal("9609.67"), code=""
        )
        make_received_form(
            letter=roth, gross=Decimal("10900.00"), basis=Decimal("10390.33"), taxable=Decimal("509.67")
        )
        make_plan_assets(plan=plan, year=2022, value=Decimal("240000.00"))
        make_movement(
            plan=plan,
            kind=MovementKind.DISTRIBUTION,
            movement_date=datetime.date(2022, 1, 14),
            amount=Decimal("10000.00"),
            value_before=Decimal("20812.37"),
            letter_reference=split.reference,
        )
    return split, roth


def test_the_tax_forms_are_clean_for_axe_and_never_scroll_sideways(page, site, letters):
    sign_in(page, site)
    split, roth = letters
    with scope(firm=split.firm):
        received = split.received_forms.first()
    faults = []
    for path in (
        f"/letters/{split.pk}/tax-forms/",
        f"/letters/{roth.pk}/tax-forms/",
        f"/letters/{split.pk}/tax-forms/new/",
        f"/tax-forms/{received.pk}/edit/",
    ):
        page.goto(site.url + path)
        faults += find_faults_at_every_width(page, path)

    assert faults == []
