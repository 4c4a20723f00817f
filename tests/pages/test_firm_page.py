"""The firm's own page: up to what it calls earnings small."""

from decimal import Decimal

import pytest
from django.urls import reverse

from advisors.models import Firm


def fill(**fields):
    return {
        "name": "Lovelace Planning",
        "small_earnings_amount": "$250",
        "small_earnings_percent": "2.5%",
    } | fields


def read_small_earnings(firm):
    firm = Firm.objects.get(pk=firm.pk)
    return firm.small_earnings_amount, firm.small_earnings_percent


def test_the_owner_says_up_to_what_earnings_are_small(olive_client, firm_a):
    page = olive_client.get(reverse("firm_edit"))
    assert 'value="100.00"' in page.text
    assert 'value="1.00"' in page.text

    response = olive_client.post(reverse("firm_edit"), fill())

    assert response.status_code == 302
    assert read_small_earnings(firm_a) == (Decimal("250.00"), Decimal("2.50"))


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("small_earnings_amount", "1,000,000.01"),
        ("small_earnings_amount", "-1"),
        ("small_earnings_amount", ""),
        ("small_earnings_percent", "100.01"),
        ("small_earnings_percent", "1e1"),
        ("small_earnings_percent", ""),
    ],
)
def test_what_is_no_threshold_is_told_at_its_field(olive_client, firm_a, field, typed):
    response = olive_client.post(reverse("firm_edit"), fill(**{field: typed}))

    assert list(response.context["form"].errors) == [field]
    assert read_small_earnings(firm_a) == (Decimal("100.00"), Decimal("1.00"))


@pytest.mark.parametrize("typed", [("1,000,000.00", "100"), ("0", "0")])
def test_the_outermost_thresholds_are_taken(olive_client, firm_a, typed):
    amount, percent = typed
    olive_client.post(
        reverse("firm_edit"), fill(small_earnings_amount=amount, small_earnings_percent=percent)
    )

    assert read_small_earnings(firm_a) == (Decimal(amount.replace(",", "")), Decimal(percent))
