"""Reads what mutmut left in the working directory; prints the score and writes the page of the survivors."""

import argparse
import json
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

LOWEST_SCORE = 95  # percent
KILLED = {"killed", "timeout"}  # tests that never end have noticed, too

HEAD = """# Mutants of the rules

`script/mutants` changes `law` one small thing at a time (an operator, a boundary, a word, an
argument) and runs `tests/law` on each change, without Django and without a database. A mutant is killed when
a test fails, or never ends; what survives is listed below with its reason, from [mutants.toml](mutants.toml).
mutmut changes the bodies of functions; it leaves alone constants, fields, properties and cached functions.

This page is written by the script: do not edit it.

"""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    name: str
    module: str
    status: str
    path: str

    @property
    def function(self) -> str:
        function, owner = orig_function_and_class_names_from_key(self.name)
        name = function.rpartition(".")[2]
        return f"{self.module}.{owner}.{name}" if owner else f"{self.module}.{name}"

    @property
    def is_killed(self) -> bool:
        return self.status in KILLED

    def read_change(self) -> tuple[str, str]:
        """Return the lines taken out and those put in, without their indentation."""
        lines = get_diff_for_mutant(self.name, path=self.path).splitlines()[2:]
        out, put_in = (
            "\n".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in ("-", "+")
        )
        return out, put_in


def list_mutants() -> list[Mutant]:
    mutants = []
    for meta in sorted(Path("mutants").rglob("*.meta")):
        path = meta.relative_to("mutants").with_suffix("")
        module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for name, code in json.loads(meta.read_text())["exit_code_by_key"].items():
            mutants.append(Mutant(name=name, module=module, status=status_by_exit_code[code], path=str(path)))
    return [mutant for mutant in mutants if mutant.status != "not checked"]


def write_table(mutants: list[Mutant]) -> str:
    rows = ["| Module | Killed | Mutants | Score |", "| --- | --- | --- | --- |"]
    modules = sorted({mutant.module for mutant in mutants})
    for module in (*modules, ""):
        group = [mutant for mutant in mutants if module in {"", mutant.module}]
        killed = sum(mutant.is_killed for mutant in group)
        name = f"`{module.removeprefix('law.')}`" if module else "All"
        rows.append(f"| {name} | {killed} | {len(group)} | {write_score(killed, len(group))} |")
    return "\n".join(rows)


def write_score(killed: int, total: int) -> str:
    tenths = killed * 1000 // total  # never rounded up: 100.0% is all of them
    return f"{tenths // 10}.{tenths % 10}%"


def write_survivor(mutant: Mutant, change: tuple[str, str], reason: str) -> str:
    lines = [f"- {line}" for line in change[0].splitlines()] + [
        f"+ {line}" for line in change[1].splitlines()
    ]
    untested = " No test runs it." if mutant.status == "no tests" else ""
    return "\n".join([f"### `{mutant.function}`", "", "```diff", *lines, "```", "", reason + untested, ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reasons", type=Path, required=True)
    parser.add_argument("--page", type=Path)
    options = parser.parse_args()

    recorded = tomllib.loads(options.reasons.read_text()).get("survivor", [])
    reasons = {(each["function"], each["before"], each["after"]): each["reason"] for each in recorded}
    mutants = list_mutants()
    if not mutants:
        print("No mutant was checked.", file=sys.stderr)
        return 1
    sections, unexplained, met = [], 0, set()
    for mutant in mutants:
        if mutant.is_killed:
            continue
        change = mutant.read_change()
        key = (mutant.function, *change)
        met.add(key)
        unexplained += key not in reasons
        sections.append(write_survivor(mutant, change, reasons.get(key, "No reason recorded.")))

    table = write_table(mutants)
    print(table, *sections, sep="\n\n")
    if options.page:
        survivors = "\n".join(sections) if sections else "None.\n"
        options.page.write_text(f"{HEAD}{table}\n\n## Survivors\n\n{survivors}")
        for key in reasons.keys() - met:
            print(f"No longer a survivor, delete its reason: {key}", file=sys.stderr)

    killed = sum(mutant.is_killed for mutant in mutants)
    if killed * 100 < LOWEST_SCORE * len(mutants):
        print(f"Fewer than {LOWEST_SCORE}% of the mutants are killed.", file=sys.stderr)
        return 1
    if unexplained:
        print(f"{unexplained} survivors have no reason in {options.reasons.name}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
