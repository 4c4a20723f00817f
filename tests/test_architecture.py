"""The shape of the house: who may import whom, who reads the clock, what the parameter files hold."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.writer import MigrationWriter
from django.urls import URLPattern, get_resolver

from law.words import LimitKind

ROOT = Path(settings.BASE_DIR)
TOOLS = Path(sys.executable).parent
PACKAGES = ["advisors", "clients", "law", "rollovers"]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
APPS_STACK, LAW_ALONE, FACTS_TAKE, INSIDE_CLIENTS, ROOMS, *_ = (contract["name"] for contract in CONTRACTS)


# --- Who may import whom ------------------------------------------------------------------------------------

# One forbidden import each: the contract that sees it, the module that holds it, the line.
BREACHES = [
    (APPS_STACK, "clients/queries.py", "import rollovers.models"),
    (APPS_STACK, "clients/views/plans.py", "from rollovers import reviews"),
    (APPS_STACK, "advisors/views.py", "from clients.models import Client"),
    (APPS_STACK, "advisors/views.py", "from law.money import ZERO"),
    (LAW_ALONE, "law/money.py", "from django.utils import timezone"),
    (LAW_ALONE, "law/ira.py", "import clients.models"),
    (LAW_ALONE, "law/ira.py", "from rollovers import models"),
    (LAW_ALONE, "law/json_lines.py", "from django.conf import settings"),
    (LAW_ALONE, "law/json_lines.py", "import rollovers.evidence.queries.letters"),  # which knows Django
    (FACTS_TAKE, "clients/queries.py", "from law.ira import compute_form_8606"),
    (FACTS_TAKE, "clients/models/plan.py", "from law.checks import plans"),
    (INSIDE_CLIENTS, "clients/models/client.py", "from clients import queries"),
    (INSIDE_CLIENTS, "clients/queries.py", "from clients import forms"),
    (INSIDE_CLIENTS, "clients/admin.py", "from clients.views import plans"),
    (INSIDE_CLIENTS, "clients/helpers.py", "import decimal"),  # a room that the house does not have
    (ROOMS, "rollovers/models/letters.py", "from rollovers import evidence"),
    (ROOMS, "rollovers/letters/rendering.py", "from rollovers.evidence import chain"),
    (ROOMS, "rollovers/evidence/chain.py", "from rollovers.reviews import ledgers"),
    (ROOMS, "rollovers/reviews/ledgers.py", "from rollovers.issuing import letters"),
    (ROOMS, "rollovers/issuing/letters.py", "from rollovers.cases import payments"),
    (ROOMS, "rollovers/cases/payments.py", "from rollovers import desk"),
    (ROOMS, "rollovers/cpa/packets.py", "from rollovers import batches"),
    (ROOMS, "rollovers/desk/plans.py", "from rollovers.cpa import packets"),
    (ROOMS, "rollovers/batches/views/batches.py", "from rollovers import admin"),
    (ROOMS, "rollovers/issuing/views/drafts.py", "from rollovers import urls"),
    (ROOMS, "rollovers/helpers.py", "import decimal"),
    ("Inside letters", "rollovers/letters/wording.py", "from rollovers.letters import packet"),
    ("Inside evidence", "rollovers/evidence/chain.py", "from rollovers.evidence import verification"),
    ("Inside reviews", "rollovers/reviews/ledgers.py", "from rollovers.reviews import findings"),
    ("Inside issuing", "rollovers/issuing/letters.py", "from rollovers.issuing import forms"),
    ("Inside cases", "rollovers/cases/forms/steps.py", "from rollovers.cases.views import steps"),
    ("Inside cases", "rollovers/cases/queries.py", "from rollovers.cases import tax_forms"),
    ("Inside cpa", "rollovers/cpa/packets.py", "from rollovers.cpa import documents"),
    ("Inside desk", "rollovers/desk/work.py", "from rollovers.desk import views"),
    ("Inside batches", "rollovers/batches/worker.py", "from rollovers.batches import asking"),
    ("Inside batches", "rollovers/batches/common.py", "import decimal"),  # it is nobody's noun
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy of the packages and of the contracts, to be broken."""
    tree = tmp_path_factory.mktemp("house")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    return tree


def lint_imports(tree: Path) -> tuple[int, str]:
    """Return the exit code and the words of lint-imports, on one line."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [TOOLS / "lint-imports", "--no-logo"],
        cwd=tree,
        env=environment | {"COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def test_the_contracts_are_kept(tree):
    code, said = lint_imports(tree)
    assert code == 0, said
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in said


@pytest.mark.parametrize(
    ("contract", "module", "line"), BREACHES, ids=[f"{module}: {line}" for _, module, line in BREACHES]
)
def test_a_forbidden_import_is_caught(tree, contract, module, line):
    path = tree / module
    before = path.read_text() if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n")
    try:
        code, said = lint_imports(tree)
    finally:
        path.write_text(before) if before is not None else path.unlink()
    assert code == 1, said
    assert f"{contract} BROKEN" in said, said


def test_every_contract_was_broken_on_purpose():
    assert {contract for contract, _, _ in BREACHES} == {contract["name"] for contract in CONTRACTS}


def test_facts_take_four_modules_of_the_law_and_no_more():
    law = {
        path.stem
        for path in (ROOT / "law").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    contract = next(each for each in CONTRACTS if each["name"] == FACTS_TAKE)
    forbidden = {module.removeprefix("law.") for module in contract["forbidden_modules"]}
    assert law - forbidden == {"__init__", "words", "limits", "money", "dates"}


# --- Who reads the clock ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "may"),
    [
        ("law/limits.py", False),
        ("rollovers/issuing/letters.py", False),
        ("rollovers/letters/rendering.py", False),
        ("clients/forms/years.py", False),
        ("clients/views/years.py", True),
        ("rollovers/management/commands/sample_firm.py", True),
    ],
)
@pytest.mark.parametrize(
    "clock",
    [
        "import datetime\n\ntoday = datetime.date.today()\n",
        "from django.utils import timezone\n\ntimezone.now()\n",
    ],
    ids=["date.today", "timezone.now"],
)
def test_only_views_and_commands_read_the_clock(module, may, clock):
    done = subprocess.run(
        [TOOLS / "ruff", "check", "--select", "TID251", "--stdin-filename", ROOT / module, "-"],
        input=clock,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) == may, done.stdout


# --- Who writes dates and amounts ---------------------------------------------------------------------------


def test_one_module_writes_amounts_for_sentences_letters_and_pages():
    code = [path for package in [*PACKAGES, "script"] for path in (ROOT / package).rglob("*.py")]
    # A form's field gives an amount back as it is typed; who signs in knows no law.
    assert {f"{path.relative_to(ROOT)}" for path in code if ":,.2f" in path.read_text()} == {
        "law/money.py",
        "advisors/fields.py",
    }
    pages = [path for path in (ROOT / "templates").rglob("*.*") if 'floatformat:"2' in path.read_text()]
    assert pages == []


def test_one_module_writes_dates_for_sentences_letters_and_pages():
    code = [path for package in [*PACKAGES, "script"] for path in (ROOT / package).rglob("*.py")]
    # A form's field reads a date as it is typed.
    assert {f"{path.relative_to(ROOT)}" for path in code if re.search("%[Bb]|%m/", path.read_text())} == {
        "law/dates.py",
        "advisors/fields.py",
    }
    pages = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.*"))
    assert set(re.findall(r'\|date:"([^"]*)"', pages)) == {"H:i", "H:i:s"}


# --- What a view and a service leave to each other ----------------------------------------------------------


def list_imports(code: str) -> set[str]:
    """Return the names that a module imports, as in "django.db.transaction"."""
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{each.name}" for each in node.names}
    return names


def test_imports_are_told_by_their_names():
    assert list_imports("from django.db import models, transaction\nimport re\n") == {
        "django.db.models",
        "django.db.transaction",
        "re",
    }


def test_a_view_owns_no_transaction_and_a_service_knows_no_address():
    modules = [path for package in ("clients", "rollovers") for path in (ROOT / package).rglob("*.py")]
    views = [path for path in modules if "views" in path.parts or path.name == "views.py"]
    assert len(views) > 15
    assert [path for path in views if "django.db.transaction" in list_imports(path.read_text())] == []
    addressing = {"django.urls.reverse", "django.shortcuts.redirect"}
    services = [path for path in modules if path not in views and path.name not in {"urls.py", "admin.py"}]
    assert [path for path in services if addressing & list_imports(path.read_text())] == []


# --- Vocabularies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("app", ["advisors", "clients", "rollovers"])
def test_a_migration_writes_values_and_no_word_of_the_law(app):
    for model in apps.get_app_config(app).get_models():
        for part in [*model._meta.local_fields, *model._meta.constraints]:
            written, _ = MigrationWriter.serialize(part)
            assert "law.words" not in written, f"{part}: give the column or the CHECK the word's .value"


# --- Names --------------------------------------------------------------------------------------------------


def list_our_patterns() -> Iterator[URLPattern]:
    for each in get_resolver().url_patterns:
        patterns = [each] if isinstance(each, URLPattern) else each.url_patterns
        for pattern in patterns:
            if isinstance(pattern, URLPattern) and pattern.callback.__module__.split(".")[0] in PACKAGES:
                yield pattern


def test_one_stem_names_view_and_address():
    patterns = list(list_our_patterns())
    assert len(patterns) > 20
    assert [pattern.name for pattern in patterns] == [pattern.callback.__name__ for pattern in patterns]


def test_every_template_is_used():
    """A fragment is included by a page or sent by a view; a page is rendered, extended, or Django's own name."""
    templates = {
        path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.html")
    }
    named = {"404.html", "403.html", "403_csrf.html", "500.html", "admin/history.html"}
    others = {name for name in templates if name.startswith(("account/", "allauth/"))}  # allauth's own names
    sources = [
        *(ROOT / "templates").rglob("*.html"),
        *(p for app in PACKAGES for p in (ROOT / app).rglob("*.py")),
    ]
    text = "\n".join(path.read_text() for path in sources)
    used = set(re.findall(r"""["']([\w/]+\.html)["']""", text))
    assert templates - named - others - used == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_is_marked_safe_and_no_sql_is_pasted(package):
    """`mark_safe`, `csrf_exempt`, `.raw(` and `.extra(` have no place here."""
    forbidden = {"mark_safe", "csrf_exempt", "SafeString", "raw", "extra", "RawSQL"}
    found = []
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            name = getattr(called, "attr", getattr(called, "id", ""))
            if name in forbidden:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {name}")
    assert found == []


# --- The numbers of the law ---------------------------------------------------------------------------------

PARAMETERS = sorted((ROOT / "law" / "parameters").glob("*.toml"))
FIRST_YEARS = {
    "414v_catch_up_60_63": 2025,  # SECURE 2.0 Act, section 109
    "414v7_roth_catch_up_wages": 2026,  # the same, section 603
}
LAST_YEAR = 2026


def test_every_kind_of_limit_has_its_file_and_every_file_its_kind():
    assert {path.stem for path in PARAMETERS} == set(LimitKind.values)


def test_every_limit_of_the_rulebook_has_its_file():
    assert {path.stem for path in PARAMETERS} >= {
        "402g_elective_deferrals",
        "414v_catch_up_50",
        "414v_catch_up_60_63",
        "415c_annual_additions",
        "401a17_compensation",
        "ss_wage_base",
    }


@pytest.mark.parametrize("path", PARAMETERS, ids=lambda path: path.stem)
def test_every_year_of_a_limit_has_its_own_amount_and_source(path):
    document = tomllib.loads(path.read_text())
    assert document["name"]
    assert document["authority"]
    assert document["unit"]
    first = FIRST_YEARS.get(path.stem, 2014)
    assert list(document["years"]) == [str(year) for year in range(first, LAST_YEAR + 1)]
    for year, entry in document["years"].items():
        assert isinstance(entry["amount"], str), year  # text: TOML's own numbers are floats
        amount = Decimal(entry["amount"])
        assert amount > 0, year
        assert amount == amount.quantize(Decimal("0.01")), year
        assert entry["source"].strip(), year
    sources = [entry["source"] for entry in document["years"].values()]
    assert len(set(sources)) == len(sources), "two years share a source"


@pytest.mark.parametrize("path", PARAMETERS, ids=lambda path: path.stem)
def test_no_year_is_written_twice(path):
    headings = re.findall(r"^\[years\.(\d+)\]$", path.read_text(), re.MULTILINE)
    assert len(headings) == len(set(headings))


# --- The schema ---------------------------------------------------------------------------------------------


def test_the_migrations_say_what_the_models_say(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_database_is_at_the_head_of_the_migrations(db):
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert not executor.loader.detect_conflicts()
