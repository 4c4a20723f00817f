"""The sample firm: one client a story, with figures that can be checked by hand."""

import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django_scopes import scope

from advisors.models import Advisor, Firm, Role
from advisors.sample import SAMPLE_EMAIL, SAMPLE_FIRM_NAME, SAMPLE_PASSWORD
from clients.models import (
    Client,
    ContributionRecord,
    IraBalance,
    Plan,
    PlanProvision,
    Subaccount,
    SubaccountMovement,
    SubaccountStatement,
)
from law.words import Answer, FilingStatus, FormKind, MovementKind, Owner, Payee, ProvisionKind, Way
from rollovers.cases.matching import record_matched, record_reported
from rollovers.cases.outcomes import PaymentEntry
from rollovers.cases.payments import record_payment
from rollovers.cases.steps import record_step
from rollovers.issuing.letters import issue_letter
from rollovers.issuing.rollovers import Leg, RolloverEntry, preview_rollover
from rollovers.models import ReceivedForm, Step
from rollovers.reviews.queries import get_plan_facts

VERIFIED_DATE = datetime.date(2021, 12, 15)
EVIDENCE = {
    ProvisionKind.AFTER_TAX_CONTRIBUTIONS: ("Adoption Agreement", "4.3", "11"),
    ProvisionKind.SEPARATE_ACCOUNTING: ("Basic Plan Document", "4.8", "31"),
    ProvisionKind.IN_SERVICE_DISTRIBUTION: ("Adoption Agreement", "6.2", "14"),
    ProvisionKind.IN_PLAN_ROTH_ROLLOVER: ("Adoption Agreement", "6.5", "15"),
    ProvisionKind.UNRECOVERED_BASIS_CARRIED: ("Basic Plan Document", "7.4", "48"),
    ProvisionKind.SPOUSAL_CONSENT_REQUIRED: ("Basic Plan Document", "8.1", "52"),
}
MOSTLY_YES = dict.fromkeys(EVIDENCE, Answer.YES) | {
    ProvisionKind.SPOUSAL_CONSENT_REQUIRED: Answer.NO,
    ProvisionKind.UNRECOVERED_BASIS_CARRIED: Answer.NOT_VERIFIED,
}
SEED_YEAR = {"year": 2021, "net_profit": "110000.00", "pretax_deferrals": "19500.00", "employer": "18500.00"}
FILLED_YEAR = SEED_YEAR | {"after_tax": "20000.00"}

DESTINATIONS = (
    Leg(to=Payee.ROTH_IRA, payee="Example Brokerage", account_title="Roth IRA", account_number="R-555001"),
    Leg(
        to=Payee.TRADITIONAL_IRA,
        payee="Example Brokerage",
        account_title="Traditional IRA",
        account_number="T-555002",
    ),
)

# What each story shows, and the figures to expect, are in docs/sample_firm.md.
STORIES: list[dict[str, Any]] = [
    {
        "client": {"legal_name": "Sample A. Room", "birth_date": datetime.date(1976, 3, 14)},
        "years": [SEED_YEAR],
    },
    {
        "client": {"legal_name": "Sample B. Smallgain", "birth_date": datetime.date(1976, 5, 2)},
        "years": [FILLED_YEAR],
        "statement": {"basis": "20000.00", "value": "20081.20"},
    },
    {
        "client": {"legal_name": "Sample C. Gain", "birth_date": datetime.date(1974, 8, 30)},
        "years": [FILLED_YEAR],
        "statement": {"basis": "20000.00", "value": "20812.37"},
    },
    {
        "client": {"legal_name": "Sample D. Loss", "birth_date": datetime.date(1970, 1, 9)},
        "years": [FILLED_YEAR],
        "statement": {"basis": "20000.00", "value": "17000.00"},
    },
    {
        "client": {"legal_name": "Sample E. Unsegregated", "birth_date": datetime.date(1968, 11, 21)},
        "answers": MOSTLY_YES | {ProvisionKind.SEPARATE_ACCOUNTING: Answer.NO},
        "years": [
            FILLED_YEAR,
            {"year": 2022, "net_profit": "110000.00", "pretax_deferrals": "20500.00", "employer": "10500.00",
             "after_tax": "30000.00"},
        ],
        "statement": {"basis": "50000.00", "value": "55000.00", "plan_balance": "250000.00"},
    },
    {
        "client": {
            "legal_name": "Sample F. Backdoor", "birth_date": datetime.date(1979, 7, 4), "plans_backdoor": True,
        },
        "years": [FILLED_YEAR],
        "statement": {"basis": "20000.00", "value": "20812.37"},
        "iras": [{"year": 2021, "value": "19000.00", "basis": "7000.00"}],
    },
    {
        "client": {"legal_name": "Sample G. Scorp", "birth_date": datetime.date(1980, 2, 29)},
        "business_form": Owner.CORPORATION,
        "years": [
            {"year": 2025, "compensation": "100000.00", "pretax_deferrals": "23500.00", "employer": "25000.00"},
        ],
    },
    {
        "client": {"legal_name": "Sample H. Excess", "birth_date": datetime.date(1972, 10, 12)},
        "years": [
            {"year": 2024, "net_profit": "200000.00", "pretax_deferrals": "23000.00", "catch_up": "7500.00",
             "employer": "30000.00", "after_tax": "20000.00"},
        ],
        "statement": {"basis": "20000.00", "value": "20500.00", "statement_date": datetime.date(2025, 1, 10)},
    },
    {
        "client": {"legal_name": "Sample I. Tenyears", "birth_date": datetime.date(1969, 4, 18)},
        "years": [
            {"year": year, "net_profit": "150000.00", "pretax_deferrals": "18000.00", "employer": "20000.00",
             "after_tax": "10000.00"}
            for year in range(2016, 2026)
        ],
        "movements": [
            *(
                {"kind": MovementKind.CONTRIBUTION, "year": year, "movement_date": datetime.date(year, 12, 1),
                 "amount": "10000.00"}
                for year in range(2016, 2026)
            ),
            *(
                {"kind": MovementKind.DISTRIBUTION, "movement_date": datetime.date(year, 1, 20),
                 "amount": amount, "value_before": value_before}
                for year, amount, value_before in (
                    (2017, "10050.00", "10050.00"),
                    (2018, "10120.00", "10120.00"),
                    (2019, "9400.00", "9400.00"),  # a loss of 600.00: so much basis is unrecovered
                    (2020, "10210.00", "10210.00"),
                    (2021, "5000.00", "10300.00"),  # a part: 5,000.00 x 10,000.00 / 10,300.00 = 4,854.37
                    (2022, "15800.00", "15800.00"),
                    (2023, "10090.00", "10090.00"),
                    (2024, "10110.00", "10110.00"),
                    (2025, "10140.00", "10140.00"),
                )
            ),
        ],
        "statements": [
            {"statement_date": datetime.date(year, 12, 31), "basis": basis, "value": value}
            for year, basis, value in (
                (2016, "10000.00", "10040.00"),
                (2017, "10000.00", "10100.00"),
                (2018, "10000.00", "9450.00"),
                (2019, "10000.00", "10180.00"),
                (2020, "10000.00", "10260.00"),
                (2021, "15145.62", "15700.00"),  # the ledger: 10,000.00 - 4,854.37 + 10,000.00 = 15,145.63
                (2022, "10000.00", "10070.00"),
                (2023, "10000.00", "10085.00"),
                (2024, "10000.00", "10120.00"),
                (2025, "10000.00", "10060.00"),
            )
        ],
    },
    {
        "client": {"legal_name": "Sample J. Lifecycle", "birth_date": datetime.date(1975, 6, 17)},
        "years": [FILLED_YEAR],
        "movements": [
            {"kind": MovementKind.CONTRIBUTION, "year": 2021, "movement_date": datetime.date(2021, 12, 15),
             "amount": "20000.00"},
        ],
        "statement": {"basis": "20000.00", "value": "20812.37"},
        "letter": {
            "way": Way.SPLIT, "letter_date": datetime.date(2022, 1, 11), "payment_date": datetime.date(2022, 1, 18),
            "signed": datetime.date(2022, 1, 12), "sent": datetime.date(2022, 1, 13), "value_before": "20900.00",
            "forms": [
                {"payer": "Example Trust Company", "amounts": {"gross": "900.00", "taxable": "0.00"}, "code": "G"},
                {"payer": "Example Trust Company", "code": "G",
                 "amounts": {"gross": "20000.00", "taxable": "0.00", "basis": "20000.00"}},
                {"kind": FormKind.FORM_5498, "payer": "Example Brokerage", "amounts": {"gross": "900.00"}},
                {"kind": FormKind.FORM_5498, "payer": "Example Brokerage", "amounts": {"gross": "20000.00"}},
            ],
        },
        "later": {
            "years": [
                {"year": 2022, "net_profit": "110000.00", "pretax_deferrals": "20500.00", "employer": "18500.00",
                 "after_tax": "15000.00"},
            ],
            "movements": [
                {"kind": MovementKind.CONTRIBUTION, "year": 2022, "movement_date": datetime.date(2022, 12, 15),
                 "amount": "15000.00"},
            ],
            "statement": {"statement_date": datetime.date(2023, 1, 10), "basis": "15000.00", "value": "15060.00"},
        },
    },
    {
        "client": {"legal_name": "Sample K. Waiting", "birth_date": datetime.date(1978, 2, 11)},
        "years": [
            {"year": 2025, "net_profit": "110000.00", "pretax_deferrals": "23500.00", "employer": "18500.00",
             "after_tax": "20000.00"},
        ],
        "movements": [
            {"kind": MovementKind.CONTRIBUTION, "year": 2025, "movement_date": datetime.date(2025, 12, 15),
             "amount": "20000.00"},
        ],
        "statement": {"statement_date": datetime.date(2026, 11, 16), "basis": "20000.00", "value": "20150.00"},
        "letter": {
            "way": Way.ALL_ROTH, "letter_date": datetime.date(2026, 11, 18),
            "payment_date": datetime.date(2026, 12, 4), "signed": datetime.date(2026, 11, 19),
        },
    },
]  # fmt: skip


class Command(BaseCommand):
    help = "Make the sample firm, if it is not there yet, and print how to sign in. For a local site only."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL:
            raise CommandError("The sample sign-in is known to all: it is made on a local site only.")
        if not Firm.objects.filter(is_sample=True).exists():
            with transaction.atomic():
                make_sample_firm()
        self.stdout.write(f"Sample sign-in: {SAMPLE_EMAIL} with password {SAMPLE_PASSWORD}")


def make_sample_firm() -> Firm:
    """Make the sample firm with its people and one client a story."""
    firm = Firm.objects.create(
        name=SAMPLE_FIRM_NAME,
        street="1 Example Street",
        city="Springfield",
        state="IL",
        postal_code="62701",
        phone="(555) 555-0100",
        disclosure="Sample text: advisory services are offered by nobody. This firm and its clients are invented.",
        is_sample=True,
    )
    for email, full_name, role in (
        (SAMPLE_EMAIL, "Sample Owner", Role.OWNER),
        ("advisor@sample.example", "Sample Advisor", Role.ADVISOR),
        ("read-only@sample.example", "Sample Colleague", Role.READ_ONLY),
    ):
        Advisor.objects.create_user(
            email,
            SAMPLE_PASSWORD,
            full_name=full_name,
            firm=firm,
            role=role,
            is_staff=role == Role.OWNER,
            is_superuser=role == Role.OWNER,
        )
    with scope(firm=firm):
        for number, story in enumerate(STORIES, start=1):
            _tell_story(firm=firm, number=number, story=story)
    return firm


def _tell_story(*, firm: Firm, number: int, story: dict[str, Any]) -> None:
    client = Client.objects.create(
        firm=firm,
        ssn_last_four=f"{number:04}",
        street=f"{number} Example Street",
        city="Springfield",
        state="IL",
        postal_code="62701",
        filing_status=FilingStatus.SINGLE,
        federal_rate=Decimal("24.00"),
        state_rate=Decimal("4.95"),
        **story["client"],
    )
    address = f"{client.street}\nSpringfield, IL 62701"
    plan = Plan.objects.create(
        firm=firm,
        client=client,
        name=f"{client.legal_name} Solo 401(k) Plan",
        ein=f"00-{number:07}",
        business_form=story.get("business_form", Owner.SELF_EMPLOYED),
        administrator_name=client.legal_name,
        administrator_address=address,
        trustee_name=client.legal_name,
        custodian_name="Example Trust Company",
        custodian_address="100 Custody Way\nSpringfield, IL 62701",
    )
    for kind, answer in story.get("answers", MOSTLY_YES).items():
        document, section, page = EVIDENCE[kind]
        evidence = {
            "document": document,
            "section": section,
            "page": page,
            "verified_by": "Sample Advisor",
            "verified_date": VERIFIED_DATE,
        }
        PlanProvision.objects.create(
            firm=firm,
            plan=plan,
            kind=kind,
            answer=answer,
            **({} if answer == Answer.NOT_VERIFIED else evidence),
        )
    subaccount = Subaccount.objects.create(
        firm=firm,
        plan=plan,
        participant=client,
        title="After-tax sub-account",
        account_number=f"AT-{number:06}",
    )
    _record_facts(subaccount=subaccount, facts=story)
    if "letter" in story:
        _live_letter(subaccount=subaccount, life=story["letter"])
    _record_facts(subaccount=subaccount, facts=story.get("later", {}))
    for balance in story.get("iras", []):
        IraBalance.objects.create(firm=firm, client=client, **_read_amounts(balance))


def _record_facts(*, subaccount: Subaccount, facts: dict[str, Any]) -> None:
    firm, plan = subaccount.firm, subaccount.plan
    for year in facts.get("years", []):
        ContributionRecord.objects.create(
            firm=firm, plan=plan, participant=subaccount.participant, **_read_amounts(year)
        )
    for movement in facts.get("movements", []):
        SubaccountMovement.objects.create(
            firm=firm, subaccount=subaccount, source_document="Confirmation", **_read_amounts(movement)
        )
    for statement in [facts["statement"]] if "statement" in facts else facts.get("statements", []):
        SubaccountStatement.objects.create(
            firm=firm,
            subaccount=subaccount,
            source_document="Quarterly statement",
            **{"statement_date": datetime.date(2022, 1, 10)} | _read_amounts(statement),
        )


def _live_letter(*, subaccount: Subaccount, life: dict[str, Any]) -> None:
    """Issue a letter on its day, and do with it what the story tells."""
    firm, letter_date = subaccount.firm, life["letter_date"]
    advisor = Advisor.objects.get(firm=firm, role=Role.ADVISOR)
    entry = RolloverEntry(way=life["way"], legs=DESTINATIONS, payment_date=life["payment_date"])
    facts = get_plan_facts(firm=firm, plan_id=subaccount.plan_id)
    shown = preview_rollover(firm=firm, facts=facts, entry=entry, advisor=advisor, today=letter_date)
    letter = issue_letter(
        firm=firm,
        facts=facts,
        entry=entry,
        advisor=advisor,
        today=letter_date,
        request_key=uuid4(),
        shown_digest=shown.digest,
        acknowledgements={finding.key: "Talked over with the client." for finding in shown.questionable},
    )
    for step in (Step.SIGNED, Step.SENT):
        if step in life:
            record_step(
                firm=firm, letter=letter, step=step, step_date=life[step], advisor=advisor, today=life[step]
            )
    if "value_before" not in life:
        return
    record_payment(
        firm=firm,
        letter=letter,
        entry=PaymentEntry(
            payment_date=life["payment_date"],
            value_before=Decimal(life["value_before"]),
            source_document="Confirmation",
        ),
        advisor=advisor,
        today=life["payment_date"],
    )
    year = life["payment_date"].year + 1
    for form in life["forms"]:
        named = {name: value for name, value in form.items() if name != "amounts"}
        ReceivedForm.objects.create(
            firm=firm,
            letter=letter,
            received_date=datetime.date(year, 1, 30),
            **named,
            **_read_amounts(form["amounts"]),
        )
    record_reported(firm=firm, letter=letter, advisor=advisor, today=datetime.date(year, 1, 31))
    record_matched(firm=firm, letter=letter, reasons={}, advisor=advisor, today=datetime.date(year, 6, 1))


def _read_amounts(values: dict[str, Any]) -> dict[str, Any]:
    # A kind of movement is a string too, of a type of its own.
    return {name: Decimal(value) if type(value) is str else value for name, value in values.items()}
