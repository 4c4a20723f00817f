"""Our figures beside those of public calculators: docs/peers.toml asks, docs/peers.json records, docs/peers.md shows.

Only `gather_figures` needs the peers' packages; it runs in their own environment, see script/peers.
"""

import json
import sys
import tomllib
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from law.ira import IraYear, compute_form_8606
from law.json_lines import answer_line
from law.limits import LimitNotPublished, get_limit
from law.money import write_amount
from law.words import IraKind, LimitKind

DOCS = Path(__file__).resolve().parent.parent / "docs"
RECORDED = DOCS / "peers.json"
PAGE = DOCS / "peers.md"
HOW = {
    "ran": "`script/peers` runs the package",
    "read": "`script/peers` reads the package's data file",
    "once": "run once by hand, from the named file at the named commit; `script/peers` does not repeat it",
    "quoted": "a figure that stands in the peer's own file or on its page",
    "described": "**as described, not run**: no public program that makes the mistake was found, so its figure is"
    " arithmetic of the description",
}
LIMIT_NOT_PUBLISHED = "limit_not_published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question put to a peer and to us. `figure` is None where the peer's answer is recorded by script/peers."""

    id: str
    peer: str
    what: str
    how: str
    call: Any
    ours: dict[str, Any]
    figure: str | None = None
    unit: str = "0.01"
    authority: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A case answered by both, in dollars; our answer may be the code of a refusal."""

    case: Case
    theirs: Decimal
    ours: Decimal | str

    @property
    def agrees(self) -> bool:
        """Whether both are the same once ours is rounded to the peer's unit."""
        if isinstance(self.ours, str):
            return False
        return self.theirs == self.ours.quantize(Decimal(self.case.unit), ROUND_HALF_UP)


# --- Cases ---------------------------------------------------------------------------------------------------


def read_questions() -> tuple[dict[str, dict[str, str]], tuple[Case, ...]]:
    """Return the peers by their keys and every case; a limit of several years is a case for each."""
    document = tomllib.loads((DOCS / "peers.toml").read_text(encoding="utf-8"))
    cases = [Case(**case) for case in document["cases"]]
    for limit in document["limits"]:
        cases += [
            Case(
                id=f"{limit['peer']}-{limit['kind']}-{year}",
                peer=limit["peer"],
                what=f"{limit['what']}, {year}",
                how="read",
                call={"file": limit["file"], "bracket": limit.get("bracket"), "year": year},
                ours={"command": "limit", "kind": limit["kind"], "year": year},
                authority=limit.get("authority", ""),
                why=limit.get("why", ""),
            )
            for year in limit["years"]
        ]
    return document["peers"], tuple(cases)


def compute_ours(*, ours: dict[str, Any]) -> Decimal | str:
    """Return our answer in dollars, or the code with which we refuse."""
    match ours["command"]:
        case "limit":
            try:
                return get_limit(LimitKind(ours["kind"]), ours["year"]).amount
            except LimitNotPublished:
                return LIMIT_NOT_PUBLISHED
        case "form_8606":
            amounts = {name: Decimal(amount) for name, amount in ours["input"].items()}
            form = compute_form_8606(iras=[IraYear(kind=IraKind.TRADITIONAL, **amounts)])
            figures = {
                "taxable_conversions": form.exact.taxable_conversions.amount,
                "nontaxable_conversions": form.exact.nontaxable_conversions.amount,
                "carried_basis": form.exact.carried_basis.amount,
            }
            return figures[ours["figure"]]
        case command:
            answer = answer_line(command=command, line=json.dumps(ours["input"]))
            if "errors" in answer:
                return str(answer["errors"][0]["code"])
            return Decimal(answer[ours["figure"]]) - sum(map(Decimal, ours.get("less", ())))


def list_rows(*, cases: tuple[Case, ...], recorded: dict[str, Any]) -> list[Row]:
    """Return every case with both answers, the peers' from `recorded` where the case itself has none."""
    return [
        Row(
            case=case,
            theirs=Decimal(case.figure or recorded["figures"][case.id]),
            ours=compute_ours(ours=case.ours),
        )
        for case in cases
    ]


# --- The peers' answers --------------------------------------------------------------------------------------


def gather_figures(*, peers: dict[str, dict[str, str]], cases: tuple[Case, ...]) -> dict[str, Any]:
    """Return the installed packages' versions and their answers to the cases that a package can be asked."""
    ask = {"policyengine-us": _read_policyengine, "taxcalc": _read_taxcalc, "tenforty": _run_tenforty}
    return {
        "versions": {
            key: metadata.version(peer["package"]) for key, peer in peers.items() if "package" in peer
        },
        "figures": {case.id: f"{ask[case.peer](case.call):.2f}" for case in cases if case.figure is None},
    }


def _read_policyengine(call: dict[str, Any]) -> Decimal:
    path = f"policyengine_us/parameters/gov/irs/{call['file']}"
    parameter = import_module("yaml").safe_load(_read_package_file("policyengine-us", path))
    if call["bracket"] is not None:
        parameter = parameter["brackets"][call["bracket"]]["amount"]
    first_day = f"{call['year']}-01-01"
    values = {str(since): value for since, value in parameter["values"].items()}
    return Decimal(str(values[max(since for since in values if since <= first_day)]))


def _read_taxcalc(call: dict[str, Any]) -> Decimal:
    parameters = json.loads(_read_package_file("taxcalc", "taxcalc/policy_current_law.json"))
    values = {value["year"]: value["value"] for value in parameters[call["file"]]["value"]}
    return Decimal(str(values[call["year"]]))


def _run_tenforty(call: dict[str, Any]) -> Decimal:
    """Half of self-employment tax is what lies between all income and adjusted gross income."""
    answer = import_module("tenforty").evaluate_return(filing_status="Single", **call)
    income = call["self_employment_income"] + call["w2_income"]
    return Decimal(str(round(income - answer.federal_adjusted_gross_income, 2)))


def _read_package_file(package: str, path: str) -> str:
    return Path(str(metadata.distribution(package).locate_file(path))).read_text(encoding="utf-8")


# --- The page ------------------------------------------------------------------------------------------------


def render_page(*, peers: dict[str, dict[str, str]], rows: list[Row], versions: dict[str, str]) -> str:
    """Return docs/peers.md: who was asked, where we differ and what settles it, where we agree."""
    differing = [row for row in rows if not row.agrees]
    public = {row.case.peer for row in rows if row.case.how != "described"}
    lines = [
        "# Beside other calculators",
        "",
        f"{len(rows)} cases put to {len(public)} public calculators, engines and pages, and to one that is only"
        f" described: {len(rows) - len(differing)} agree, {len(differing)} differ."
        " `script/peers` writes this page from `peers.toml` (the cases, with the"
        " exact input of ours, and whole commits) and `peers.json` (the packages' answers); `script/peers --render`"
        " only writes it anew. Peers are named for what they say, not to fault them: most serve another purpose.",
        "",
        "How a figure was had:",
        "",
        *(f"- *{how}*: {meaning}" for how, meaning in HOW.items()),
        "",
        "Figures are dollars. They agree when ours, rounded to what the peer rounds to, is the same. Nobody's"
        " figure here is advice, and no CPA or attorney has reviewed the page.",
        "",
        "## Who was asked",
        "",
        "| Peer | Version or commit | Licence | Where | Cases |",
        "|---|---|---|---|--:|",
    ]
    for key, peer in peers.items():
        version = versions.get(key) or peer.get("version", "-")
        count = sum(row.case.peer == key for row in rows)
        lines.append(f"| {peer['name']} | {version[:12]} | {peer['licence']} | {peer['where']} | {count} |")
    lines += [
        "",
        "## Where we differ",
        "",
        "| What | Peer, how | Theirs | Ours | What settles it |",
        "|---|---|--:|--:|---|",
    ]
    for row in differing:
        asked = f": {row.case.call}" if isinstance(row.case.call, str) else ""
        lines.append(
            f"| {row.case.what} | {peers[row.case.peer]['name']}, *{row.case.how}*{asked}"
            f" | {write_amount(row.theirs)} | {_format_ours(row)} | **{row.case.authority}.** {row.case.why} |"
        )
    lines += [
        "",
        "## Where we agree",
        "",
        "| What | Peer, how | Theirs | Ours |",
        "|---|---|--:|--:|",
    ]
    lines += [
        f"| {row.case.what} | {peers[row.case.peer]['name']}, *{row.case.how}*"
        f" | {write_amount(row.theirs)} | {_format_ours(row)} |"
        for row in rows
        if row.agrees
    ]
    return "\n".join(lines) + "\n"


def _format_ours(row: Row) -> str:
    return f"`{row.ours}`" if isinstance(row.ours, str) else write_amount(row.ours)


def main(arguments: list[str]) -> None:
    """Write docs/peers.md; without --render ask the packages first and write docs/peers.json."""
    peers, cases = read_questions()
    if "--render" not in arguments:
        gathered = gather_figures(peers=peers, cases=cases)
        RECORDED.write_text(json.dumps(gathered, indent=2) + "\n", encoding="utf-8")
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    rows = list_rows(cases=cases, recorded=recorded)
    PAGE.write_text(render_page(peers=peers, rows=rows, versions=recorded["versions"]), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
