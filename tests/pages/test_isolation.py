"""Who may see and do what, at every address of the site: the isolation matrix.

Every URL pattern that the resolver knows is asked by eight people, with six methods, with and without htmx; its
arguments are the rows of one firm, in which canaries are planted, and each POST carries a body that every form
takes. Each request is rolled back. The checks are functions over what was answered, so that the twins at the end
can take a control away and see the check fail.
"""

import dataclasses
import datetime
import functools
import inspect
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, models, transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone
from django.utils.http import int_to_base36
from django_scopes import scope, scopes_disabled
from psycopg.sql import SQL, Identifier, Literal

from advisors.models import Advisor, Firm, Role
from clients.models import Client, IraBalance, Plan, PlanProvision, Subaccount, SubaccountMovement
from law.words import LimitKind, Payee, Way
from rollovers.issuing.rollovers import Leg
from rollovers.models import (
    BatchItem,
    DocumentKind,
    EnteredLimit,
    ItemState,
    Letter,
    ReceivedForm,
    Step,
    Wording,
)
from tests.factories import (
    get_subaccount,
    make_acknowledgement,
    make_advisor,
    make_batch,
    make_client,
    make_document,
    make_draft,
    make_entered_limit,
    make_event,
    make_evidence,
    make_firm,
    make_ira_balance,
    make_movement,
    make_payment,
    make_plan,
    make_plan_assets,
    make_provisions,
    make_received_form,
    make_record,
    make_statement,
    make_wording,
)
from tests.posts import (
    type_client,
    type_contribution,
    type_ira_balance,
    type_new_participant,
    type_plan,
    type_plan_assets,
    type_statement,
    type_year,
)
from tests.requests import ROTH, TRADITIONAL, issue, make_entry
from tests.rollovers.letters.cast import draw_logo

pytestmark = pytest.mark.xdist_group("isolation")  # the world is made, and the matrix asked, once

METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE"]
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
CANARY = "Canaryqx"  # in every row of facts and letters
FIRM_CANARY = "Linnetqx"  # in the names of the firm and its people
CANARY_VALUE = Decimal("31415.92")
# Account numbers, of which pages show the last four characters: the sub-account's, and those of a letter's payees.
NUMBERS = ["7391-5517-qx", "8462-6628-qy", "9553-7739-qz"]
PASSWORD = "correct-horse-battery"
UNKNOWN_ID = 987_654_321
ARGUMENT = re.compile(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>")  # (?P<key>...) or <int:client_id>
OBJECT_ARGUMENTS = {"object_id", "id"}  # of the admin; those of the site's own pages end in _id

# What a stranger may open. A view that needs no sign-in and is not named here fails, and so does the reverse.
OPEN_TO_ALL = {
    "healthz",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "admin:login",
}

# What the admin refuses to everybody, superusers included.
REFUSED_TO_ALL = {
    "admin:advisors_firm_add",  # a firm is made by a command
    "admin:advisors_firm_delete",
    "admin:advisors_advisor_delete",  # the history names people: a leaver is made inactive
    "admin:rollovers_rolloverrequest_add",  # what is issued is issued on the rollover page alone
    "admin:rollovers_rolloverrequest_delete",
    "admin:rollovers_disbursement_add",
    "admin:rollovers_disbursement_delete",
    "admin:rollovers_letter_add",
    "admin:rollovers_letter_delete",
    "admin:rollovers_statementacknowledgement_add",
    "admin:rollovers_statementacknowledgement_delete",
    "admin:rollovers_caseevent_add",  # what becomes of a letter is recorded on its page alone
    "admin:rollovers_caseevent_delete",
    "admin:rollovers_letterdocument_add",
    "admin:rollovers_letterdocument_delete",
    "admin:rollovers_payment_add",
    "admin:rollovers_payment_delete",
    "admin:rollovers_paiddisbursement_add",
    "admin:rollovers_paiddisbursement_delete",
    "admin:rollovers_evidence_add",
    "admin:rollovers_evidence_delete",
    "admin:rollovers_rolloverdraft_add",  # a draft is saved and thrown away on its pages
    "admin:rollovers_rolloverdraft_delete",
    "admin:rollovers_batch_add",
    "admin:rollovers_batch_delete",
    "admin:rollovers_batchitem_add",
    "admin:rollovers_batchitem_delete",
}

# What an owner of the firm alone may open, of the site's own pages.
OWNERS_ALONE = {"firm_edit", "wording_edit"}
# What may be posted and changes nothing: a preview.
CHANGES_NOTHING = {"rollover_preview"}
# What tells how many, and names nothing.
NAMES_NOTHING = {"batch_progress"}

# Patterns that give nobody a page, each with why. One that gives somebody a page, or that is gone, fails.
NEVER_ANSWERS = {
    "admin/(?P<url>.*)$": "the admin's catch-all: a 404 by design",
    "admin/r/<path:content_type_id>/<path:object_id>/": "no model has a page of its own to be seen on the site",
}


# What the admin's forms take for the column `kind`; a kind of IRA where nothing is said.
KINDS: dict[Any, str] = {
    PlanProvision: "separate_accounting",
    SubaccountMovement: "contribution",
    EnteredLimit: LimitKind.WAGE_BASE,
    ReceivedForm: "1099r",
}


# --- The addresses ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Address:
    """One URL pattern of the site."""

    route: str
    name: str
    pattern: URLPattern = field(repr=False)
    choice: str = ""  # of an argument that is a word: which one

    @property
    def arguments(self) -> list[str]:
        return [found[1] or found[2] for found in ARGUMENT.finditer(self.route)]

    @property
    def names_an_object(self) -> bool:
        return any(name in OBJECT_ARGUMENTS or name.endswith("_id") for name in self.arguments)

    @property
    def in_admin(self) -> bool:
        return self.route.startswith("admin/")

    @property
    def is_ours(self) -> bool:
        return not self.route.startswith(("admin/", "accounts/"))

    @property
    def admin_model(self) -> type[models.Model] | None:
        names = tuple(self.route.removeprefix("admin/").split("/")[:2])
        found = (
            each for each in admin.site._registry if (each._meta.app_label, each._meta.model_name) == names
        )
        return next(found, None)

    @property
    def ways(self) -> list[tuple[str, bool]]:
        """Each method, without and with htmx; the pages that are not ours know no htmx, and are only read so."""
        with_htmx = METHODS if self.is_ours else ["GET"]
        return [(method, False) for method in METHODS] + [(method, True) for method in with_htmx]


# What an argument that is a word can be: each is asked for.
CHOICES = {
    "case_step": [Step.SIGNED, Step.SENT, Step.REPORTED, Step.MATCHED, Step.VOIDED],
    "document_pdf": DocumentKind.values,
}


def list_addresses() -> list[Address]:
    return [
        dataclasses.replace(address, choice=choice)
        for address in _walk(get_resolver(), route="", namespace="")
        for choice in CHOICES.get(address.name, [""])
    ]


def _walk(resolver: URLResolver, *, route: str, namespace: str) -> Iterator[Address]:
    for each in resolver.url_patterns:
        below = route + str(each.pattern)
        if isinstance(each, URLPattern):
            yield Address(route=below, name=f"{namespace}{each.name or ''}", pattern=each)
        else:
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _walk(each, route=below, namespace=inner)


# --- The world ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class World:
    """Ada's firm with canaries in its rows, Boris's with rows of its own, and everybody's browser.

    `own` holds the ids of ada's firm's rows, by model and by the name of a page's argument; where a page needs its
    own row, by the page's name or its choice and the argument's, as in "sent:letter_id".
    """

    firm: Firm
    own: dict[Any, int]
    foreign_plan: int
    browsers: dict[str, Browser]
    canaries: list[str]
    post: dict[str, Any]
    shown: dict[str, dict[str, str]]
    addresses: list[Address]
    digest: str = ""
    savepoint: str = ""
    writes: "WriteCounter" = field(default_factory=lambda: WriteCounter())
    log: list[str] = field(default_factory=list)

    def find(self, name: str, *, choice: str = "") -> Address:
        return next(
            address
            for address in self.addresses
            if address.name == name and (not choice or address.choice == choice)
        )

    def write_path(self, address: Address, *, object_id: int | None = None) -> str:
        """Return the path to ada's firm's object, or to `object_id`."""
        values: dict[str, Any] = {
            "app_label": "clients",
            "url": "no/such/page",
            "key": "no-such-key",
            "uidb36": int_to_base36(self.own[Advisor]),
            "content_type_id": ContentType.objects.get_for_model(Plan).pk,
            "kind": address.choice,
            "step": address.choice,
            "year": timezone.localdate().year,
        }
        for name in address.arguments:
            if name not in values:
                key: Any = (address.admin_model or Plan) if name in OBJECT_ARGUMENTS else name
                key = next((k for k in (f"{address.choice or address.name}:{name}",) if k in self.own), key)
                values[name] = self.own[key] if object_id is None else object_id
        path = ARGUMENT.sub(lambda found: str(values[found[1] or found[2]]), address.route)
        return "/" + path.replace("^", "").rstrip("$")


def make_world() -> World:
    firm = make_firm(
        name=f"{FIRM_CANARY} Planning",
        street=f"1 {FIRM_CANARY} Square",
        disclosure=f"{FIRM_CANARY} discloses.",
        letterhead_logo=draw_logo() + FIRM_CANARY.encode(),
        logo_media_type="image/png",
    )
    other = make_firm(name="Borodin Advisers", letterhead_logo=draw_logo(), logo_media_type="image/png")
    admin_rights = {"role": Role.OWNER, "is_staff": True, "is_superuser": True}
    cast = {
        "ada": _make_person(firm, f"Ada {FIRM_CANARY}"),
        "olive": _make_person(firm, f"Olive {FIRM_CANARY}", **admin_rights),
        "ben": _make_person(firm, f"Ben {FIRM_CANARY}", role=Role.READ_ONLY),
        "lena": _make_person(firm, f"Lena {FIRM_CANARY}"),
        "stan": _make_person(firm, f"Stan {FIRM_CANARY}", is_staff=True),
        "boris": _make_person(other, "Boris Borodin"),
        "bella": _make_person(other, "Bella Borodin", **admin_rights),
    }
    own, references = _make_rows(firm=firm, advisor=cast["ada"])
    foreign = make_plan(client=make_client(firm=other, legal_name="Igor Stravin"), name="Igor 401(k)")
    make_provisions(plan=foreign)
    make_record(plan=foreign)
    make_statement(plan=foreign)

    browsers = {name: Browser(raise_request_exception=False) for name in ("anonymous", *cast)}
    for name, person in cast.items():
        browsers[name].force_login(person)
    cast["lena"].is_active = False  # she left; her browser is still signed in
    cast["lena"].save()

    canaries = [CANARY, FIRM_CANARY, f"{CANARY_VALUE}", f"{CANARY_VALUE:,}", *references]
    world = World(
        firm=firm,
        own=own,
        foreign_plan=foreign.pk,
        browsers=browsers,
        canaries=[canary.casefold() for canary in canaries],
        post=_type_everything(own=own),
        # What is issued is what was shown: whose letter is not the one shown gets no further than a 409.
        shown={
            name: _read_preview(browsers[name], plan_id=own["plan_id"])
            | _read_batch(browsers[name])
            | _read_differences(browsers[name], letter_id=own["matched:letter_id"])
            for name in ("ada", "olive")
        },
        addresses=list_addresses(),
    )
    world.writes.count()
    return dataclasses.replace(world, digest=digest_firm(firm), savepoint=transaction.savepoint())


def _make_person(firm: Firm, full_name: str, **fields: Any) -> Advisor:
    first, last = full_name.lower().split()
    return make_advisor(
        firm=firm, full_name=full_name, email=f"{first}@{last}.example", password=PASSWORD, **fields
    )


def _make_rows(*, firm: Firm, advisor: Advisor) -> tuple[dict[Any, int], list[str]]:
    """Make one row of everything, a canary in each, a letter among them; return their ids, and the reference."""
    client = make_client(firm=firm, legal_name=f"{CANARY} Tate", street=f"4 {CANARY} Street", city=CANARY)
    plan = make_plan(
        client=client,
        name=f"{CANARY} 401(k)",
        trustee_name=f"{CANARY} Trustee",
        custodian_name=f"{CANARY} Trust",
    )
    subaccount = get_subaccount(plan=plan)
    subaccount.title, subaccount.account_number = f"{CANARY} after-tax sub-account", NUMBERS[0]
    with scope(firm=firm):
        subaccount.save()
        provision = make_provisions(plan=plan)["separate_accounting"]
        record = make_record(plan=plan)
        statement = make_statement(plan=plan, value=CANARY_VALUE, source_document=f"{CANARY} statement")
        # Of a day before the ledger's first deposit, so that it differs by its whole basis.
        differing = make_statement(
            plan=plan,
            statement_date=datetime.date(2021, 6, 30),
            basis=CANARY_VALUE,
            value=CANARY_VALUE,
            source_document=f"{CANARY} statement of June",
        )
        balance = make_ira_balance(client=client, value=CANARY_VALUE)
        acknowledgement = make_acknowledgement(
            statement=statement, advisor=advisor, reason=f"{CANARY} rounds each deposit."
        )
        movement = make_movement(plan=plan, source_document=f"{CANARY} confirmation")
        assets = make_plan_assets(plan=plan, value=CANARY_VALUE)
        today = timezone.localdate()
        legs = tuple(
            dataclasses.replace(leg, payee=f"{CANARY} Brokerage", account_number=number)
            for leg, number in zip((ROTH, TRADITIONAL), NUMBERS[1:], strict=True)
        )
        entry = make_entry(legs=legs, amount=Decimal("1000.00"), payment_date=today)
        letter = issue(plan=plan, advisor=advisor, entry=entry, today=today)
        request = letter.request
        disbursement = request.disbursements.first()
        received = make_received_form(letter=letter, payer=f"{CANARY} Trust", gross=CANARY_VALUE)
        lives = _make_lives(firm=firm, advisor=advisor, legs=legs, today=today)
        draft = make_draft(
            plan=plan, advisor=advisor, values=f"roth_custodian={CANARY}&roth_account_number={NUMBERS[1]}"
        )
        evidence = make_evidence(letter=letter, advisor=advisor, title=f"{CANARY} scan")
        if not letter.documents.exists():
            for kind in DocumentKind:
                make_document(letter=letter, kind=kind)
        batch = make_batch(
            plan=plan, advisor=advisor, letter_date=today, reasons={"V17": f"{CANARY} agrees."}
        )
        BatchItem.objects.filter(batch=batch).update(state=ItemState.ISSUED, letter=letter)
        item = BatchItem.objects.create(
            firm=firm,
            batch=batch,
            plan=lives["plan"],
            participant=lives["plan"].client,
            position=2,
            request_key=uuid4(),
            shown_digest="0" * 64,
            state=ItemState.FAILED,
            why="It could not be drawn.",
        )
        wording = make_wording(firm=firm, text=f"{CANARY} answers every question.")
        life = [letter.documents.first(), letter.events.first()]
        life += [lives["payment"], lives["payment"].disbursements.first()]
    rows = [firm, advisor, client, plan, subaccount, provision, record, statement, balance]
    entered = make_entered_limit(firm=firm, amount=CANARY_VALUE, source=f"{CANARY} notice")
    rows += [movement, assets, acknowledgement, entered]
    rows += [draft, evidence, batch, item, wording, *life]
    own: dict[Any, int] = {type(row): row.pk for row in [*rows, request, disbursement, letter, received]}
    own |= {
        "client_id": client.pk,
        "plan_id": plan.pk,
        "year_id": record.pk,
        "statement_id": differing.pk,
        "ira_balance_id": balance.pk,
        "movement_id": movement.pk,
        "plan_assets_id": assets.pk,
        "letter_id": letter.pk,
        "received_form_id": received.pk,
        "draft_id": draft.pk,
        "evidence_id": evidence.pk,
        "batch_id": batch.pk,
    }
    own |= {name: found.pk for name, found in lives.items() if name.endswith(":letter_id")}
    letters = Letter._base_manager.filter(firm=firm)
    return own, list(letters.values_list("reference", flat=True))


def _make_lives(
    *, firm: Firm, advisor: Advisor, legs: tuple[Leg, ...], today: datetime.date
) -> dict[str, Any]:
    """Make another client with a letter in every state of its life, by the page that takes each further."""
    client = make_client(firm=firm, legal_name=f"{CANARY} Reyes")
    plan = make_plan(client=client, name=f"{CANARY} Reyes 401(k)")
    make_provisions(plan=plan)
    make_record(plan=plan)
    make_statement(plan=plan, value=CANARY_VALUE, source_document=f"{CANARY} statement")

    def make_letter(*steps: Step, kept: bool = False) -> Letter:
        to = Leg(to=Payee.PARTICIPANT, payee=client.legal_name, amount=Decimal("1000.00"))
        entry = make_entry(
            **({"way": Way.OWN, "legs": (to,)} if kept else {"legs": legs}),
            amount=Decimal("1000.00"),
            payment_date=today,
        )
        letter = issue(plan=plan, advisor=advisor, entry=entry, today=today)
        for step in steps:
            if step == Step.PAID:
                made["payment"] = make_payment(
                    letter=letter, advisor=advisor, received_date=today if kept else None
                )
            else:
                make_event(letter=letter, advisor=advisor, step=step, step_date=today)
        return letter

    made: dict[str, Any] = {"plan": plan}
    sent = (Step.SIGNED, Step.SENT)
    made["sent:letter_id"] = make_letter(Step.SIGNED)
    made["payment_new:letter_id"] = make_letter(*sent)
    made["sixty_day_new:letter_id"] = make_letter(*sent, Step.PAID, kept=True)
    made["reported:letter_id"] = make_letter(*sent, Step.PAID)
    made["matched:letter_id"] = make_letter(*sent, Step.PAID, Step.REPORTED)
    for leg in made["reported:letter_id"].request.disbursements.all():
        make_received_form(
            letter=made["reported:letter_id"], gross=leg.amount, taxable=Decimal("0.00"), basis=leg.after_tax
        )
    return made


def _type_rollover() -> dict[str, str]:
    return {
        "extent": "amount",
        "amount": "500.00",
        "way": "all_roth",
        "payment_date": timezone.localdate().isoformat(),
        "roth_custodian": "Harbor Brokerage",
        "roth_account_title": "Roth IRA",
        "roth_account_number": "R-100",
        "request_key": str(uuid4()),
    }


def _read_preview(browser: Browser, *, plan_id: int) -> dict[str, str]:
    """Return what issuing adds to the form: the letter that was shown, and a reason at each of its warnings."""
    page = browser.post(f"/plans/{plan_id}/rollover/preview/", _type_rollover(), secure=True)
    found = re.search(r'name="shown_digest" value="(\w+)"', page.text)
    assert found, page.text
    reasons = dict.fromkeys(re.findall(r'name="(ack-[\w-]+)"', page.text), "The client knows and agrees.")
    return {"shown_digest": found[1]} | reasons


def _read_batch(browser: Browser) -> dict[str, Any]:
    """Return what issuing letters in hundreds posts: the rows that were shown, and a reason at each warning."""
    page = browser.get("/batches/new/?which=all&way=all_roth", secure=True)
    hidden = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page.text)
        for name in ("batch_key", "shown", "on_page", "left_out")
    }
    assert all(hidden.values()), page.text
    typed: dict[str, Any] = {name: found[1] for name, found in hidden.items() if found}
    reasons = dict.fromkeys(re.findall(r'name="(reason-V\d+)"', page.text), "The client knows and agrees.")
    return typed | reasons | {"which": "all", "chosen": typed["on_page"].split()}


def _read_differences(browser: Browser, *, letter_id: int) -> dict[str, str]:
    """Return what matching the forms posts: a reason at each difference that was shown."""
    page = browser.get(f"/letters/{letter_id}/steps/matched/", secure=True)
    reasons = dict.fromkeys(re.findall(r'name="(reason_\w+)"', page.text), "The custodian corrects it.")
    assert reasons, page.text
    return reasons


def _type_everything(*, own: dict[Any, int]) -> dict[str, Any]:
    """Return one body that every form takes, and that changes what it is saved to.

    It names ada's firm's rows, which nobody else may choose, and columns that no form asks for.
    """
    return (
        type_client(legal_name="Changed by somebody")
        | type_plan(name="Changed by somebody")
        | type_new_participant(**{"person-legal_name": "Added by somebody"})
        | type_contribution(movement_date="12/14/2021")
        | type_plan_assets()
        | type_year(year="2022")
        | type_ira_balance(year="2022")
        | type_statement(statement_date="11/30/2021", value="22,222.22")
        | _type_rollover()
        | {"action": "issue", "reason": "The custodian corrected it.", "difference": str(CANARY_VALUE)}
        | {
            "plan_number": "002",
            "small_earnings_amount": "250.00",
            "small_earnings_percent": "2.00",
            "trustee_name": "Somebody",
            "administrator_name": "Somebody",
            "administrator_address": "4 Elm Street",
        }
        | {"title": "Changed by somebody", "account_number": "C-1"}
        | {"answer": "yes", "document": "Changed by somebody", "section": "1", "verified_by": "Somebody"}
        | {"verified_date": "2026-01-15"}
        | {"full_name": "Changed by somebody", "role": "advisor", "email": "somebody@elsewhere.example"}
        | {"password1": "a-whole-new-passphrase", "password2": "a-whole-new-passphrase"}
        | {"usable_password": "true", "login": "nobody@elsewhere.example", "password": "not-the-password"}
        | {
            "client": own[Client],
            "participant": own[Client],
            "plan": own[Plan],
            "subaccount": own[Subaccount],
            "letter": own[Letter],
        }
        | {"payer": "Changed by somebody", "received_date": "2022-01-31", "gross": "1.00", "code": "1"}
        | {"step_date": timezone.localdate().isoformat(), "note": "Changed by somebody"}
        | {"contact": "Somebody answers every question."}
        | {"firm": own[Firm], "firm_id": own[Firm], "is_staff": "on", "is_superuser": "on", "id": "1"}
    )


def find_kind(address: Address) -> str:
    """Return a `kind` of what the page is about: several tables have a column of that name."""
    if address.name.startswith("movement_"):
        return "contribution"
    if address.name.startswith("received_form_"):
        return "1099r"
    return KINDS.get(address.admin_model, "traditional")


def type_for(world: World, person: str, address: Address) -> dict[str, Any]:
    body = world.post | {"kind": find_kind(address)} | world.shown.get(person, {})
    body["evidence"] = SimpleUploadedFile("scan.pdf", b"%PDF-1.7 scan", "application/pdf")
    if address.name == "payment_new":
        body |= {"value_before": f"{CANARY_VALUE}"}
    if address.admin_model is Wording:
        body |= {"slot": "closing", "text": "Somebody thanks you."}
    if address.admin_model is EnteredLimit:
        body |= {"year": "2028", "source": "Changed by somebody"}  # what is shipped is not entered
    if address.name.endswith("_changelist"):
        return body | {
            "action": "delete_selected",
            "_selected_action": [world.own[address.admin_model]],
            "post": "yes",
        }
    return body | {"post": "yes"} if address.name.endswith("_delete") else body


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Made once, in a transaction that is never committed."""
    requests_log = logging.getLogger("django.request")
    level = requests_log.level
    requests_log.setLevel(logging.ERROR)  # thousands of refusals are what is wanted here
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)
    requests_log.setLevel(level)


# --- A request ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one person got for one request, and what it wrote."""

    person: str
    address: Address
    method: str
    htmx: bool
    status: int
    location: str
    leaks: tuple[str, ...]
    written: int
    firm_changed: bool
    fingerprint: Any = field(repr=False)
    queries: int
    numbers: tuple[str, ...] = ()  # account numbers that are shown unmasked, but for where they are typed

    def __str__(self) -> str:
        htmx = " with htmx" if self.htmx else ""
        return f"{self.person}: {self.method} {self.address.route}{htmx} -> {self.status} {self.location}"

    @property
    def is_refused(self) -> bool:
        return self.status in {401, 403, 404, 405} or self.sends_to_sign_in

    @property
    def sends_to_sign_in(self) -> bool:
        return self.status == 302 and self.location.startswith(("/accounts/login/", "/admin/login/"))

    @property
    def succeeds(self) -> bool:
        return self.status in {200, 302} and not self.sends_to_sign_in


def ask(
    world: World,
    person: str,
    address: Address,
    method: str,
    *,
    htmx: bool = False,
    object_id: int | None = None,
    query: str = "",
) -> Answer:
    """Return what `person` gets, with everything that the request wrote rolled back."""
    browser = world.browsers[person]
    cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
    path = world.write_path(address, object_id=object_id)
    if address.name == "admin:autocomplete" and not query:
        query = write_autocomplete(*list_autocompletes()[0])
    headers = {"HX-Request": "true", "HX-Target": "client_results"} if htmx else {}
    queries = QueryCounter()
    with connection.execute_wrapper(queries):
        if method == "POST":
            response = browser.post(
                path + query, type_for(world, person, address), secure=True, headers=headers
            )
        else:
            response = browser.generic(method, path + query, secure=True, headers=headers)
        if response.streaming:  # its rows are read while it is sent
            content = b"".join(response.streaming_content)
            response = HttpResponse(content, status=response.status_code, headers=dict(response.headers))
    status, written = response.status_code, 0
    # An error may have left the transaction unusable; and what the database refuses at commit is an error too.
    if status < 500 and (written := world.writes.count()):
        try:
            connection.check_constraints()
        except IntegrityError:
            status, written = 500, 0
    answer = Answer(
        person=person,
        address=address,
        method=method,
        htmx=htmx,
        status=status,
        location=response.headers.get("Location", ""),
        leaks=find_leaks(world, response),
        numbers=find_numbers(response),
        written=written,
        firm_changed=bool(written) and digest_firm(world.firm) != world.digest,
        fingerprint=take_fingerprint(response, path=path) if address.names_an_object else None,
        queries=queries.total,
    )
    transaction.savepoint_rollback(world.savepoint)
    transaction.set_rollback(False)
    if status >= 500 or written:
        world.writes.count()  # what the checks above and the error wrote is nobody's
    browser.cookies.clear()
    browser.cookies.load(cookies)
    return answer


def ask_everything(world: World, person: str, *, addresses: Iterable[Address]) -> list[Answer]:
    return [
        ask(world, person, address, method, htmx=htmx)
        for address in addresses
        for method, htmx in address.ways
    ]


class QueryCounter:
    """Counts the queries of one request; Django's own log forgets the oldest."""

    total = 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.total += 1
        return execute(*args)


def find_leaks(world: World, response: HttpResponse) -> tuple[str, ...]:
    text = (read_text(response.content) + str(response.headers)).casefold()
    return tuple(canary for canary in world.canaries if canary in text)


@functools.lru_cache(maxsize=64)
def read_text(content: bytes) -> str:
    """Return the words of a page, or those that a PDF prints."""
    if content.startswith(b"%PDF") and len(content) > 1000:
        document = pypdfium2.PdfDocument(content)
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    return content.decode("utf-8", "replace")


# Where an account number stands whole: where it is typed, and in the letter itself.
WHOLE_NUMBERS = re.compile(r'<input\b[^>]*>|<div class="letter-sheet">.*?(?=<button|</form>)', re.DOTALL)


def find_numbers(response: HttpResponse) -> tuple[str, ...]:
    """Return the account numbers that a page shows unmasked; a document that is downloaded is no page."""
    if not response.headers.get("Content-Type", "").startswith(("text/html", "application/json")):
        return ()
    text = WHOLE_NUMBERS.sub("", response.content.decode("utf-8", "replace")).casefold()
    return tuple(number for number in NUMBERS if number in text)


def take_fingerprint(response: HttpResponse, *, path: str) -> Any:
    """Return all that a browser is told, but for the path asked for and what differs between any two requests."""
    text = response.content.decode("utf-8", "replace").replace(path, "PATH")
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    headers = {name: value.replace(path, "PATH") for name, value in response.headers.items()}
    for name in ("Content-Length", "Expires"):  # the path's length is in the one, the second in the other
        headers.pop(name, None)
    return response.status_code, headers, sha256(text.encode()).hexdigest()


class WriteCounter:
    """Counts the rows that the database saw written in this transaction, by whom and how ever, rolled back or not.

    Sessions and the count of sign-in attempts are left out: a refusal may write those.
    """

    total = 0

    def count(self) -> int:
        """Return how many rows were written since this was last asked."""
        before = self.total
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables"
                " WHERE relname NOT IN ('django_session', 'advisors_cache')"
            )
            self.total = int(cursor.fetchone()[0])
        return self.total - before


def digest_firm(firm: Firm) -> str:
    """Return a digest of every row of every table that the firm owns, its history included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE column_name = 'firm_id' AND table_schema = 'public'"
        )
        owned = [(row[0], "firm_id") for row in cursor.fetchall()] + [("advisors_firm", "id")]
        lines = SQL(" UNION ALL ").join(
            SQL("SELECT {name} || each::text AS line FROM {table} each WHERE {column} = {firm}").format(
                name=Literal(table), table=Identifier(table), column=Identifier(column), firm=Literal(firm.pk)
            )
            for table, column in owned
        )
        cursor.execute(
            SQL("SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM ({}) AS lines").format(lines)
        )
        return cursor.fetchone()[0]


# --- The checks ---------------------------------------------------------------------------------------------


def require(answers: Iterable[Answer], holds: Callable[[Answer], bool], *, otherwise: str) -> None:
    wrong = [answer for answer in answers if not holds(answer)]
    if wrong:
        raise AssertionError(f"{otherwise} ({len(wrong)}):\n" + "\n".join(str(each) for each in wrong[:20]))


def check_nothing_breaks(answers: list[Answer]) -> None:
    require(answers, lambda a: a.status < 500, otherwise="The site broke")


def check_reading_writes_nothing(answers: list[Answer]) -> None:
    reads = [a for a in answers if a.method in SAFE_METHODS]
    require(reads, lambda a: not a.written, otherwise="Reading wrote")


def check_signed_out(answers: list[Answer]) -> None:
    """Nobody in particular gets the way to the sign-in, a page that is open to all, or a refusal."""
    require(answers, lambda a: not a.leaks, otherwise="A canary was seen")
    require(answers, lambda a: not a.written, otherwise="Somebody who is not signed in wrote")
    require(
        answers,
        lambda a: a.is_refused or a.address.name in OPEN_TO_ALL,
        otherwise="Somebody who is not signed in was let in",
    )


def check_foreign(answers: list[Answer], *, control: list[Answer]) -> None:
    """Another firm's person sees no canary, changes no row of the firm, and finds none of its objects."""
    require(answers, lambda a: not a.leaks, otherwise="A canary was seen")
    require(answers, lambda a: not a.firm_changed, otherwise="Another firm's rows were changed")
    objects = [a for a in answers if a.address.names_an_object]
    require(objects, lambda a: not a.written, otherwise="A request for another firm's object wrote")
    refused_verbs = {(a.address.route, a.method) for a in control if a.status == 405}
    require(
        [a for a in objects if a.address.is_ours and (a.address.route, a.method) not in refused_verbs],
        lambda a: a.status == 404,
        otherwise="Another firm's object is not a 404",
    )
    require(
        [a for a in objects if a.address.in_admin],
        lambda a: a.is_refused or completes_the_address(a),
        otherwise="Another firm's object was found in the admin",
    )


def completes_the_address(answer: Answer) -> bool:
    """The admin sends .../7/ to .../7/change/ without looking whether there is a 7."""
    return answer.status == 302 and answer.address.name == "admin:" and answer.location.endswith("/change/")


def check_read_only(answers: list[Answer], *, control: list[Answer]) -> None:
    """The read-only colleague is shown what the owner is shown, forbidden what writes, and writes nothing."""
    require(answers, lambda a: not a.written, otherwise="A read-only colleague wrote")
    owner = {(a.address.route, a.method): a.status for a in control}
    writable = {a.address.route for a in control if a.method == "POST" and a.status != 405}
    ours = [a for a in answers if a.address.is_ours]
    require(
        [a for a in ours if a.address.route in writable],
        lambda a: a.status == (405 if owner[a.address.route, a.method] == 405 else 403),
        otherwise="A page that writes is not forbidden to a read-only colleague",
    )
    require(
        [a for a in ours if a.address.route not in writable],
        lambda a: a.status == owner[a.address.route, a.method],
        otherwise="A page that shows is not shown to a read-only colleague",
    )
    require(
        [a for a in answers if a.address.in_admin],
        lambda a: a.is_refused or a.address.name in OPEN_TO_ALL | {"admin:logout"},
        otherwise="A colleague who is no staff was let into the admin",
    )


def check_staff_without_permission(answers: list[Answer]) -> None:
    """Staff to whom nothing was granted see no row of facts or letters in the admin, and change none."""
    in_admin = [a for a in answers if a.address.in_admin]
    require(in_admin, lambda a: not a.written, otherwise="Staff without permission wrote")
    require(
        in_admin,
        lambda a: set(a.leaks) <= {FIRM_CANARY.casefold()},  # the frame of the page names the firm
        otherwise="Staff without permission saw a row",
    )
    require(
        [a for a in in_admin if a.address.admin_model],
        lambda a: a.is_refused or completes_the_address(a),
        otherwise="Staff without permission were let in",
    )


def check_let_in(answers: list[Answer]) -> None:
    """Who may, can: what may be read is shown, and what may be posted does what it says."""
    answers = [
        a
        for a in answers
        if a.address.route not in NEVER_ANSWERS and a.address.name not in REFUSED_TO_ALL and a.status != 405
    ]
    require(
        [a for a in answers if a.method == "GET"],
        lambda a: a.succeeds,
        otherwise="A page that may be read is not shown",
    )
    require(
        [a for a in answers if a.method == "POST" and a.address.is_ours],
        lambda a: a.succeeds and (a.firm_changed or a.address.name in CHANGES_NOTHING),
        otherwise="What may be posted was not done",
    )


def check_everything_answers(answers: list[Answer]) -> None:
    """A pattern that gives even an owner nothing was not tested."""
    silent = {a.address.route for a in answers} - {a.address.route for a in answers if a.succeeds}
    silent -= {a.address.route for a in answers if a.address.name in REFUSED_TO_ALL}
    assert silent == set(NEVER_ANSWERS)
    assert len(NEVER_ANSWERS) <= 10


def check_indistinguishable(foreign: Iterable[Answer], unknown: Iterable[Answer]) -> None:
    """Another firm's id and one that never existed: the same status, headers, body and number of queries."""
    for one, other in zip(foreign, unknown, strict=True):
        assert one.fingerprint == other.fingerprint, f"{one}, but {other}"
        assert one.queries == other.queries, f"{one}: {one.queries} queries, but {other.queries}"


# --- The matrix ---------------------------------------------------------------------------------------------

PEOPLE = ["anonymous", "lena", "boris", "bella", "ben", "stan", "ada", "olive"]
# The other pages tell nothing new of these: ada is no staff, bella is boris there, stan a colleague like any other.
ASKS_ONLY: dict[str, Callable[[Address], bool]] = {
    "ada": lambda address: not address.in_admin,
    "bella": lambda address: address.in_admin,
    "stan": lambda address: address.in_admin,
}


@pytest.fixture(scope="module")
def get_answers(world) -> Callable[[str], list[Answer]]:
    """What a person got at every address; asked once."""

    @functools.cache
    def get(person: str) -> list[Answer]:
        asks = ASKS_ONLY.get(person, lambda address: True)
        return ask_everything(world, person, addresses=filter(asks, world.addresses))

    return get


@pytest.fixture(scope="module")
def control(world) -> list[Answer]:
    """What an owner gets at the site's own pages; what is logged meanwhile is in the world's log."""
    with listen(world.log):
        return [
            ask(world, "olive", address, method)
            for address in world.addresses
            for method in METHODS
            if address.is_ours
        ]


@contextmanager
def listen(lines: list[str]) -> Iterator[None]:
    """Let every line that is logged inside be added to `lines`, its traceback too."""

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    listener, root, requests_log = Listener(), logging.getLogger(), logging.getLogger("django.request")
    level = requests_log.level
    requests_log.setLevel(logging.INFO)
    root.addHandler(listener)
    try:
        yield
    finally:
        root.removeHandler(listener)
        requests_log.setLevel(level)


def test_every_path_is_answered_by_its_own_pattern(world):
    for address in world.addresses:
        path = world.write_path(address)
        assert resolve(path).func is address.pattern.callback, f"{path} is not answered by {address.route}"


@pytest.mark.parametrize("person", PEOPLE)
def test_no_request_breaks_the_site(get_answers, person):
    check_nothing_breaks(get_answers(person))


@pytest.mark.parametrize("person", PEOPLE)
def test_reading_writes_nothing(get_answers, person):
    check_reading_writes_nothing(get_answers(person))


def test_only_the_sign_in_and_the_health_of_the_site_are_open_to_all():
    opened = {
        each.name for each in list_addresses() if not getattr(each.pattern.callback, "login_required", True)
    }
    assert opened == OPEN_TO_ALL


def test_nobody_in_particular_is_sent_to_the_sign_in(get_answers):
    check_signed_out(get_answers("anonymous"))


def test_who_has_left_is_nobody_in_particular_though_the_session_lives(get_answers):
    check_signed_out(get_answers("lena"))


def test_another_firms_advisor_finds_and_changes_nothing(get_answers, control):
    check_foreign(get_answers("boris"), control=control)


def test_another_firms_superuser_finds_and_changes_nothing_in_the_admin_either(get_answers, control):
    check_foreign(get_answers("bella"), control=control)


def test_a_read_only_colleague_reads_everything_and_writes_nothing(get_answers, control):
    check_read_only(get_answers("ben"), control=control)


def test_staff_without_permission_see_no_row_in_the_admin(get_answers):
    check_staff_without_permission(get_answers("stan"))


def test_an_owner_who_is_superuser_is_let_in_everywhere(get_answers):
    check_let_in(get_answers("olive"))


def test_an_owners_fix_in_the_admin_is_written(get_answers):
    """The same body as a stranger posts: what kept the stranger out was not a mistake in the form."""
    no_second = {
        "admin:clients_subaccount_add",
        "admin:clients_planprovision_add",
    }  # the world has all there can be
    posts = [
        answer
        for answer in get_answers("olive")
        if answer.method == "POST"
        and answer.address.name.startswith(("admin:clients_", "admin:advisors_", "admin:auth_"))
        and answer.address.name.endswith(("_add", "_change"))
        and answer.address.name not in REFUSED_TO_ALL | no_second
    ]
    assert len(posts) >= 12
    require(posts, lambda answer: answer.firm_changed, otherwise="A fix was not written")


def test_an_advisor_is_let_in_everywhere_but_to_the_firms_letterhead_and_words(get_answers):
    check_let_in([answer for answer in get_answers("ada") if answer.address.name not in OWNERS_ALONE])
    require(
        [answer for answer in get_answers("ada") if answer.address.name in OWNERS_ALONE],
        lambda answer: answer.status in {403, 405} and not answer.written,
        otherwise="An advisor who is no owner was let in",
    )


def test_what_the_admin_refuses_to_all_it_refuses_to_an_owner(get_answers):
    refused = [answer for answer in get_answers("olive") if answer.address.name in REFUSED_TO_ALL]
    assert {answer.address.name for answer in refused} == REFUSED_TO_ALL
    require(refused, lambda a: a.status == 403 and not a.written, otherwise="It was not refused")


def test_the_canaries_sing_for_their_own_firm(get_answers):
    """Without them on the firm's own pages, to find none on a stranger's would mean nothing."""
    pages = [
        answer
        for answer in get_answers("olive")
        if answer.address.names_an_object
        and (answer.method, answer.status) == ("GET", 200)
        and not answer.address.name.endswith(("_history", "_delete"))  # they may name the row alone, "2021"
        and answer.address.name not in NAMES_NOTHING
    ]
    assert len(pages) > 30
    names = {FIRM_CANARY.casefold()}
    require(
        [a for a in pages if a.address.admin_model not in {Firm, Advisor}],
        lambda a: bool(set(a.leaks) - names),
        otherwise="No canary is planted there",
    )
    require(pages, lambda a: bool(a.leaks), otherwise="No canary is planted there")


def test_every_address_gives_somebody_something(world, get_answers):
    assert {answer.address.route for answer in get_answers("olive")} == {
        each.route for each in world.addresses
    }
    check_everything_answers(get_answers("olive"))


@pytest.mark.parametrize("person", ["boris", "bella"])
def test_another_firms_id_cannot_be_told_from_one_that_never_existed(world, get_answers, person):
    foreign = [answer for answer in get_answers(person) if answer.address.names_an_object]
    if person == "boris":  # who is no staff: the admin sends him to its sign-in, whatever he asks for
        foreign = [answer for answer in foreign if answer.address.is_ours]
    assert len(foreign) > 150
    unknown = (ask(world, person, a.address, a.method, htmx=a.htmx, object_id=UNKNOWN_ID) for a in foreign)
    check_indistinguishable(foreign, unknown)


@pytest.mark.parametrize("object_id", [0, 2**63, 10**30], ids=["0", "2^63", "10^30"])
def test_an_id_of_any_length_is_one_that_never_existed(world, object_id):
    for address in world.addresses:
        if address.names_an_object and address.route not in NEVER_ANSWERS:
            answer = ask(world, "olive", address, "GET", object_id=object_id)
            assert answer.status in {404, 405} or completes_the_address(answer), str(answer)


# --- Account numbers ----------------------------------------------------------------------------------------


def check_masked(answers: Iterable[Answer]) -> None:
    require(answers, lambda a: not a.numbers, otherwise="An account number is shown whole")


@pytest.mark.parametrize("person", ["olive", "ben", "ada"])
def test_account_numbers_are_masked_wherever_they_are_not_typed(get_answers, person):
    check_masked(get_answers(person))


@pytest.mark.parametrize("name", ["client_page", "ledger_page", "letter_page", "statement_new"])
def test_twin_a_page_that_does_not_mask_is_seen(world, monkeypatch, name):
    page = world.find(name)
    masked = world.browsers["olive"].get(world.write_path(page), secure=True).text
    assert "•••• " in masked
    monkeypatch.setattr("advisors.templatetags.accounts.mask_number", lambda number: number)
    with pytest.raises(AssertionError, match="shown whole"):
        check_masked([ask(world, "olive", page, "GET")])


def check_log(lines: list[str]) -> None:
    assert lines
    assert [line for line in lines for number in NUMBERS if number in line.casefold()] == []


def test_no_account_number_is_logged_while_every_page_is_asked(world, control):
    assert len(control) > 100
    check_log(world.log)


def break_page(world: World, monkeypatch, *, say: Callable[[str], None]) -> tuple[Answer, list[str]]:
    """Let a page break that holds an account number in its hands; return its answer, and what was logged."""
    address = world.find("client_page")

    def read_and_break(request, client_id):
        number = Subaccount.objects.get(plan=world.own["plan_id"]).account_number
        say(number)
        raise RuntimeError(f"{len(number)} characters")

    lines: list[str] = []
    monkeypatch.setattr(address.pattern, "callback", read_and_break)
    with listen(lines):
        return ask(world, "olive", address, "GET"), lines


def test_an_error_page_and_its_log_tell_no_account_number(world, monkeypatch):
    answer, lines = break_page(world, monkeypatch, say=lambda number: None)
    assert (answer.status, answer.leaks, answer.numbers) == (500, (), ())
    assert any("RuntimeError" in line for line in lines)
    check_log(lines)


def test_twin_a_number_in_the_log_is_seen(world, monkeypatch):
    _, lines = break_page(world, monkeypatch, say=logging.getLogger("rollovers").warning)
    with pytest.raises(AssertionError):
        check_log(lines)


# --- Other ways to name a row -------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_firms_letter_cannot_be_superseded(world, method):
    page = world.find("rollover_new")
    foreign, unknown = (
        ask(world, "boris", page, method, object_id=world.foreign_plan, query=f"?supersedes={letter_id}")
        for letter_id in (world.own["letter_id"], UNKNOWN_ID)
    )
    assert (foreign.status, foreign.leaks, foreign.written) == (404, (), 0)
    check_indistinguishable([foreign], [unknown])
    assert ask(world, "boris", page, "GET", object_id=world.foreign_plan).status == 200


def test_another_firms_draft_cannot_be_opened(world):
    page = world.find("rollover_new")
    assert ask(world, "olive", page, "GET", query=f"?draft={world.own['draft_id']}").leaks
    foreign, unknown = (
        ask(world, "boris", page, "GET", object_id=world.foreign_plan, query=f"?draft={draft_id}")
        for draft_id in (world.own["draft_id"], UNKNOWN_ID)
    )
    assert (foreign.status, foreign.leaks, foreign.written) == (404, (), 0)
    check_indistinguishable([foreign], [unknown])


def test_another_firms_batch_cannot_be_taken_up_again(world):
    page = world.find("batch_new")
    today = timezone.localdate().isoformat()
    again = f"?which=all&payment_date={today}&again="
    assert ask(world, "olive", page, "GET", query=f"{again}{world.own['batch_id']}").status == 200
    foreign, unknown = (
        ask(world, "boris", page, "GET", query=f"{again}{batch_id}")
        for batch_id in (world.own["batch_id"], UNKNOWN_ID)
    )
    assert (foreign.status, foreign.leaks, foreign.written) == (404, (), 0)
    assert foreign.queries == unknown.queries


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_a_search_finds_no_other_firms_client(world, htmx):
    page = world.find("client_list")
    assert ask(world, "olive", page, "GET", htmx=htmx, query=f"?q={CANARY}").leaks
    found = ask(world, "boris", page, "GET", htmx=htmx, query=f"?q={CANARY[:5]}")
    assert (found.status, found.leaks) == (200, ())


def list_autocompletes() -> list[tuple[str, str, str]]:
    return [
        (model._meta.app_label, model._meta.model_name, name)
        for model, model_admin in admin.site._registry.items()
        for name in model_admin.autocomplete_fields
    ]


def write_autocomplete(app_label: str, model_name: str, name: str, term: str = "") -> str:
    return f"?app_label={app_label}&model_name={model_name}&field_name={name}&term={term}"


@pytest.mark.parametrize("suggests", list_autocompletes(), ids=":".join)
def test_the_admins_suggestions_hold_no_other_firms_row(world, suggests):
    page = world.find("admin:autocomplete")
    assert ask(world, "olive", page, "GET", query=write_autocomplete(*suggests, CANARY)).leaks
    for term in (CANARY[:5], ""):
        found = ask(world, "bella", page, "GET", query=write_autocomplete(*suggests, term))
        assert (found.status, found.leaks) == (200, ())
    assert ask(world, "stan", page, "GET", query=write_autocomplete(*suggests)).status == 403


def test_the_admins_search_finds_no_other_firms_row(world):
    lists = [address for address in world.addresses if address.name.endswith("_changelist")]
    assert len(lists) == len(admin.site._registry)
    for address in lists:
        found = ask(world, "bella", address, "GET", query=f"?q={CANARY[:5]}")
        assert found.status in {200, 302}, str(found)
        assert not found.leaks, str(found)


def test_the_admins_forms_take_no_other_firms_row(get_answers):
    """Each foreign key of each form was posted with ada's firm's row, which her own firm's owner may choose."""
    with_parents = [
        answer
        for answer in get_answers("bella")
        if answer.method == "POST"
        and answer.address.name.startswith("admin:clients_")
        and answer.address.name.endswith("_add")
        and answer.address.admin_model is not Client
    ]
    assert len(with_parents) >= 6
    require(with_parents, lambda a: (a.status, a.written) == (200, 0), otherwise="A foreign row was taken")


# --- The twins: without the control, the check fails ---------------------------------------------------------


def list_object_pages() -> list[str]:
    return [address.name for address in list_addresses() if address.is_ours and address.names_an_object]


def check_foreign_page(world: World, name: str) -> None:
    """The part of the matrix that is about one page and another firm's advisor."""
    address = world.find(name)
    control = [ask(world, "olive", address, method) for method in ("GET", "POST")]
    check_foreign([ask(world, "boris", address, method) for method in ("GET", "POST")], control=control)


def forget_the_filters(monkeypatch) -> None:
    """Take the firm out of every query."""
    filter_or_exclude = models.QuerySet._filter_or_exclude

    def without_firm(self, negate, args, kwargs):
        kept = {
            name: value for name, value in kwargs.items() if not (name == "firm" and isinstance(value, Firm))
        }
        return filter_or_exclude(self, negate, args, kept)

    monkeypatch.setattr(models.QuerySet, "_filter_or_exclude", without_firm)


def forget_the_scope(monkeypatch) -> None:
    """Let requests run in nobody's scope."""
    monkeypatch.setattr("advisors.middleware.scope", lambda firm: scopes_disabled())


@pytest.mark.parametrize("name", list_object_pages())
def test_twin_without_both_walls_the_page_is_seen_to_leak(world, monkeypatch, name):
    forget_the_filters(monkeypatch)
    forget_the_scope(monkeypatch)
    with pytest.raises(AssertionError, match=r"canary|not a 404|rows were changed"):
        check_foreign_page(world, name)


@pytest.mark.parametrize("name", list_object_pages())
def test_the_filter_of_the_query_holds_where_the_scope_is_forgotten(world, monkeypatch, name):
    forget_the_scope(monkeypatch)
    check_foreign_page(world, name)


def get_any_client(*, firm: Firm, client_id: int) -> Client:
    """A query that has forgotten both the firm and the scope."""
    return Client.objects.with_scopes_disabled().get(pk=client_id)


@pytest.mark.parametrize("name", ["client_edit", "plan_new", "ira_balance_new"])
def test_twin_one_query_that_forgets_the_firm_is_seen(world, monkeypatch, name):
    monkeypatch.setattr("clients.queries.get_client", get_any_client)
    with pytest.raises(AssertionError, match="canary"):
        check_foreign_page(world, name)


def test_twin_a_write_to_another_firms_row_is_seen(world, monkeypatch):
    monkeypatch.setattr("clients.queries.get_client", get_any_client)
    forget_the_filters(monkeypatch)
    forget_the_scope(monkeypatch)
    written = ask(world, "boris", world.find("client_edit"), "POST")
    assert (written.status, written.firm_changed) == (302, True)


def test_twin_a_refusal_that_tells_is_seen(world, monkeypatch):
    def get_or_forbid(*, firm: Firm, client_id: int) -> Client:
        client = get_any_client(firm=firm, client_id=client_id)
        if client.firm_id != firm.pk:
            raise PermissionDenied
        return client

    page = world.find("client_edit")
    monkeypatch.setattr("clients.queries.get_client", get_or_forbid)
    foreign, unknown = (ask(world, "boris", page, "GET", object_id=pk) for pk in (None, UNKNOWN_ID))
    with pytest.raises(AssertionError):
        check_indistinguishable([foreign], [unknown])


def test_twin_one_query_more_is_seen(world, monkeypatch):
    def look_twice(*, firm: Firm, client_id: int) -> Client:
        if Client.objects.with_scopes_disabled().filter(pk=client_id).exists():
            Client.objects.filter(firm=firm).count()
        return Client.objects.get(firm=firm, pk=client_id)

    page = world.find("client_edit")
    monkeypatch.setattr("clients.queries.get_client", look_twice)
    foreign, unknown = (ask(world, "boris", page, "GET", object_id=pk) for pk in (None, UNKNOWN_ID))
    assert foreign.fingerprint == unknown.fingerprint
    with pytest.raises(AssertionError):
        check_indistinguishable([foreign], [unknown])


def list_guarded_pages() -> list[str]:
    """Return the pages whose view is guarded by a role, inside its declaration of verbs."""
    views = {each.name: getattr(each.pattern.callback, "__wrapped__", None) for each in list_addresses()}
    return [
        name
        for name, view in views.items()
        if inspect.isfunction(view) and view.__code__.co_name == "guarded"
    ]


@pytest.mark.parametrize("name", list_guarded_pages())
def test_twin_without_its_role_a_page_is_seen_to_let_a_read_only_colleague_write(world, monkeypatch, name):
    address = world.find(name)
    control = [ask(world, "olive", address, method) for method in ("GET", "POST")]
    check_read_only([ask(world, "ben", address, method) for method in ("GET", "POST")], control=control)

    monkeypatch.setattr(address.pattern, "callback", inspect.unwrap(address.pattern.callback))
    with pytest.raises(AssertionError, match=r"colleague wrote|not forbidden"):
        check_read_only([ask(world, "ben", address, method) for method in ("GET", "POST")], control=control)


def test_every_page_that_takes_a_post_is_guarded_by_a_role(control):
    writable = {a.address.name for a in control if a.method == "POST" and a.status != 405}
    assert writable == set(list_guarded_pages())


def test_twin_a_page_without_sign_in_is_seen(world, monkeypatch):
    address = world.find("client_list")

    def tell_everybody(request):
        return HttpResponse("42 clients")

    tell_everybody.login_required = False
    monkeypatch.setattr(address.pattern, "callback", tell_everybody)
    with pytest.raises(AssertionError, match="was let in"):
        check_signed_out([ask(world, "anonymous", address, "GET")])


def test_twin_a_leaver_whose_account_is_not_looked_at_again_is_seen(world, monkeypatch):
    page = world.find("client_page")
    check_signed_out([ask(world, "lena", page, "GET")])
    monkeypatch.setattr(
        "django.contrib.auth.backends.ModelBackend.user_can_authenticate", lambda self, user: True
    )
    with pytest.raises(AssertionError, match="canary"):
        check_signed_out([ask(world, "lena", page, "GET")])


def test_twin_a_page_that_writes_when_it_is_read_is_seen(world, monkeypatch):
    address = world.find("ira_balance_edit")
    view = address.pattern.callback

    def write_and_show(request, ira_balance_id):
        IraBalance.objects.filter(pk=ira_balance_id).update(basis=1)
        return view(request, ira_balance_id=ira_balance_id)

    monkeypatch.setattr(address.pattern, "callback", write_and_show)
    answer = ask(world, "ada", address, "GET")
    assert (answer.status, answer.firm_changed) == (200, True)
    with pytest.raises(AssertionError, match="Reading wrote"):
        check_reading_writes_nothing([answer])


def test_twin_an_address_that_was_not_tested_is_seen(get_answers):
    silenced = [answer for answer in get_answers("olive") if answer.address.name != "client_page"]
    silenced += [
        dataclasses.replace(answer, status=404)
        for answer in get_answers("olive")
        if answer.address.name == "client_page"
    ]
    with pytest.raises(AssertionError):
        check_everything_answers(silenced)


def test_twin_an_exemption_that_has_become_stale_is_seen(get_answers, monkeypatch):
    monkeypatch.setitem(NEVER_ANSWERS, "clients/<int:client_id>/gone/", "gone")
    with pytest.raises(AssertionError):
        check_everything_answers(get_answers("olive"))
