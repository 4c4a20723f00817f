"""One client's whole file as a ZIP: everything of theirs, nothing of anybody else's, each byte with its hash."""

import datetime
import hashlib
import io
import json
import re
import stat
import zipfile
from decimal import Decimal

import pghistory
import pytest
from django.core.management import CommandError, call_command
from django_scopes import scope

from clients.models import Subaccount
from rollovers.cpa import exports
from rollovers.cpa.exports import Entry
from rollovers.evidence.chain import link
from rollovers.evidence.queries.letters import read_letter_pdf
from rollovers.models import CaseEvent, LetterDocument, Step
from tests.factories import (
    PDF_BYTES,
    make_client,
    make_draft,
    make_event,
    make_evidence,
    make_ira_balance,
    make_movement,
    make_payment,
    make_plan_assets,
    make_received_form,
    make_statement,
)
from tests.requests import issue, make_ready_plan, make_spouse, store_letter

CANARY = "Zamora Canary"  # what is another's


def run(client, path, **options) -> tuple[str, str]:
    """Run the command; return what it said on each of its two streams."""
    said, warned = io.StringIO(), io.StringIO()
    call_command("export_client", client.pk, output=path, stdout=said, stderr=warned, **options)
    return said.getvalue(), warned.getvalue()


def read_zip(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def live(*, firm, advisor):
    """Make a client with a letter that was signed, paid and reported, and a draft."""
    plan = make_ready_plan(firm=firm)
    make_movement(plan=plan)
    make_plan_assets(plan=plan)
    make_ira_balance(client=plan.client)
    letter = issue(plan=plan, advisor=advisor)
    make_event(letter=letter, advisor=advisor)
    make_evidence(letter=letter, advisor=advisor)
    make_payment(letter=letter, advisor=advisor)
    make_received_form(letter=letter)
    make_draft(plan=plan, advisor=advisor, values="way=all_roth&legs-0-account_number=R-777")
    return plan, letter


@pytest.fixture
def exported(firm_a, firm_b, ada, boris, tmp_path):
    """The letter, and what is in its client's export; before it another firm, and this firm, did the like."""
    with scope(firm=firm_b):
        other = make_ready_plan(firm=firm_b, source_document=CANARY)
        issue(plan=other, advisor=boris)
    with scope(firm=firm_a):
        neighbour = make_ready_plan(firm=firm_a, source_document=CANARY)
        issue(plan=neighbour, advisor=ada)
        plan, letter = live(firm=firm_a, advisor=ada)
        statement = Subaccount.objects.get(plan=plan).statements.get()
        with pghistory.context(user=ada.pk, reason="Read from the wrong line."):
            statement.plan_balance = Decimal("99000.00")
            statement.save()
    path = tmp_path / "client.zip"
    said, warned = run(plan.client, path)
    return letter, path, read_zip(path), said, warned


def test_everything_of_the_client_is_in_it_and_nothing_of_anybody_elses(exported, firm_b):
    letter, path, files, said, warned = exported
    folder = f"letters/{letter.reference}"
    evidence_id = json.loads(files[f"{folder}/letter.json"])["evidence"][0]["id"]
    assert set(files) == {
        "README.txt",
        "facts.json",
        f"{folder}/letter.pdf",
        f"{folder}/custodian.pdf",
        f"{folder}/reviewer.pdf",
        f"{folder}/evidence-{evidence_id}.pdf",
        f"{folder}/letter.json",
        "chain.json",
        "cpa/2022.pdf",
        "cpa/2022.csv",
        "cpa/2021.pdf",
        "cpa/2021.csv",
        "manifest.json",
    }
    everything = b"".join(files.values())
    assert CANARY.encode() not in everything
    assert b"Borodin" not in everything
    _check_bytes(letter, files, folder, evidence_id)
    _check_manifest(files)
    _check_facts(files)
    _check_letter(json.loads(files[f"{folder}/letter.json"]))
    _check_chain(letter, json.loads(files["chain.json"]))
    assert f"{len(files) - 1} files and their manifest" in said
    assert "account numbers and documents in the clear: it is the client's own file" in warned
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def _check_bytes(letter, files, folder, evidence_id):
    with scope(firm=letter.firm):
        assert files[f"{folder}/letter.pdf"] == read_letter_pdf(firm=letter.firm, letter_id=letter.pk)
        for document in LetterDocument.objects.filter(letter=letter):
            assert files[f"{folder}/{document.kind}.pdf"] == document.pdf
    assert files[f"{folder}/evidence-{evidence_id}.pdf"] == PDF_BYTES


def _check_manifest(files):
    described = {each["name"]: each for each in json.loads(files["manifest.json"])["files"]}
    assert set(described) == set(files) - {"manifest.json"}
    for name, each in described.items():
        assert each["sha256"] == hashlib.sha256(files[name]).hexdigest(), name
        assert each["bytes"] == len(files[name]), name
        assert each.get("stored_sha256", each["sha256"]) == each["sha256"], name
    assert sum("stored_sha256" in each for each in described.values()) == 4


def _check_facts(files):
    facts = json.loads(files["facts.json"])
    [subaccount] = facts["clients_subaccount"]
    assert subaccount["values"]["account_number"] == "AT-77"
    [statement] = facts["clients_subaccountstatement"]
    assert statement["values"]["plan_balance"] == "99000.00"
    first, second = statement["history"]
    assert (first["what"], first["values"]["plan_balance"]) == ("insert", None)
    assert (second["what"], second["who"], second["reason"]) == (
        "update",
        "Ada Lovelace",
        "Read from the wrong line.",
    )
    [draft] = facts["rollovers_rolloverdraft"]
    assert draft["values"]["values"] == "way=all_roth&legs-0-account_number=R-777"
    assert len(facts["clients_planprovision"]) == 9
    for table in ("contributionrecord", "subaccountmovement", "irabalance", "planassets", "reliance"):
        assert facts[f"clients_{table}"], table
    assert len(facts["rollovers_receivedform"]) == 1


def _check_letter(described):
    assert {row["account_number"] for row in described["disbursements"]} == {"R-100", "T-200"}
    [subaccount] = [
        row for row in described["letter"]["inputs"]["facts"] if row["table"] == "clients_subaccount"
    ]
    assert subaccount["values"]["account_number"] == "AT-77"
    assert described["letter"]["findings"][0]["reason"] == "The client knows and agrees."
    assert described["letter"]["issued_by"] == "Ada Lovelace"
    [payment] = described["payments"]
    assert [row["amount"] for row in payment["disbursements"]] == ["812.37", "20000.00"]


def _check_chain(letter, entries):
    with scope(firm=letter.firm):
        stored = {event.position: event for event in CaseEvent.objects.filter(letter=letter)}
        assert CaseEvent.objects.count() > len(stored)  # a neighbour's entry stands in the same chain
    assert [entry["position"] for entry in entries] == sorted(stored)
    for entry in entries:
        assert entry["sha256"] == stored[entry["position"]].sha256
        assert entry["sha256"] == link(previous=entry["previous_sha256"], content=entry["content_sha256"])
        assert entry["letter"] == letter.reference
    assert [entry["step"] for entry in entries] == [Step.ISSUED, Step.SIGNED, Step.EVIDENCE, Step.PAID]


def test_what_is_the_neighbours_is_in_the_neighbours_own_file(firm_a):
    """The twin: what the export must not hold would be seen in it."""
    with scope(firm=firm_a):
        neighbour = make_ready_plan(firm=firm_a, source_document=CANARY)
        entries = exports.list_entries(firm=firm_a, client=neighbour.client)
        facts = next(entry for entry in entries if entry.name == "facts.json")
    assert CANARY.encode() in facts.content


def test_a_participant_takes_their_own_file_with_the_plans_papers(firm_a, tmp_path):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a)
        spouse = make_spouse(plan=plan)
    run(spouse, tmp_path / "spouse.zip")
    facts = json.loads(read_zip(tmp_path / "spouse.zip")["facts.json"])
    assert [row["values"]["account_number"] for row in facts["clients_subaccount"]] == ["AT-88"]
    assert [row["values"]["name"] for row in facts["clients_plan"]] == [plan.name]
    assert [row["values"]["value"] for row in facts["clients_subaccountstatement"]] == ["5200.00"]
    assert [row["values"]["legal_name"] for row in facts["clients_client"]] == ["Rowan Tate"]


def test_the_client_of_another_firm_than_was_named_is_not_found(firm_a, firm_b, tmp_path):
    client = make_client(firm=firm_a)
    path = tmp_path / "client.zip"
    with pytest.raises(CommandError, match=rf"There is no client {client.pk} of firm {firm_b.pk}\."):
        run(client, path, firm=firm_b.pk)
    assert not path.exists()
    run(client, path, firm=firm_a.pk)  # the twin: under its own firm it is
    assert path.exists()


def test_a_client_that_never_existed_is_not_found(db, tmp_path):
    with pytest.raises(CommandError, match=r"There is no client 987654321\."):
        call_command("export_client", 987654321, output=tmp_path / "client.zip")


def test_a_file_that_is_there_is_never_written_over(firm_a, tmp_path):
    path = tmp_path / "client.zip"
    path.write_bytes(b"kept")
    with pytest.raises(CommandError, match="File exists"):
        run(make_client(firm=firm_a), path)
    assert path.read_bytes() == b"kept"


def test_half_a_file_is_taken_away_again(firm_a, tmp_path, monkeypatch):
    def break_off(**_):
        yield Entry(name="README.txt", content=b"x" * 100_000)
        raise OSError("no space left")

    monkeypatch.setattr(exports, "list_entries", break_off)
    with pytest.raises(OSError, match="no space left"):
        run(make_client(firm=firm_a), tmp_path / "client.zip")
    assert list(tmp_path.iterdir()) == []


def test_bytes_that_are_not_those_stored_are_named(firm_a, ada, tmp_path):
    with scope(firm=firm_a):
        letter = store_letter(plan=make_ready_plan(firm=firm_a), advisor=ada)
        altered = make_evidence(
            letter=letter, advisor=ada, content_sha256=hashlib.sha256(b"scanned").hexdigest()
        )
        make_evidence(letter=letter, advisor=ada)
    name = f"letters/{letter.reference}/evidence-{altered.pk}.pdf"
    with pytest.raises(CommandError, match=rf"Not the bytes that were stored: {re.escape(name)}\."):
        run(letter.request.participant, tmp_path / "client.zip")
    files = json.loads(read_zip(tmp_path / "client.zip")["manifest.json"])["files"]
    differing = [
        file["name"] for file in files if file.get("stored_sha256", file["sha256"]) != file["sha256"]
    ]
    assert differing == [name]


def test_the_same_record_gives_the_same_files(firm_a, tmp_path):
    with scope(firm=firm_a):
        plan = make_ready_plan(firm=firm_a)
        make_statement(plan=plan, statement_date=datetime.date(2022, 3, 31))
    for name in ("first", "second"):
        run(plan.client, tmp_path / f"{name}.zip")
    first, second = (read_zip(tmp_path / f"{name}.zip") for name in ("first", "second"))
    assert first.keys() == second.keys()
    assert {name for name in first if first[name] != second[name]} == {"manifest.json"}  # it tells when
