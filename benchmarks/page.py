"""Writes figures into docs/performance.md. As a program: those of benchmarks.batch, its JSON on standard input."""

import json
import re
import sys
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
TWICE, FIRST_BYTE, GROWTH = 1.7, 1.0, 5.0  # to reach: times as fast, seconds, MB


def write_between(*, marker: str, text: str) -> None:
    """Put `text` between the page's two comments of this name."""
    old = PAGE.read_text(encoding="utf-8")
    new, count = re.subn(
        rf"(<!-- {marker} -->\n).*?(<!-- /{marker} -->)",
        lambda match: f"{match[1]}{text}\n{match[2]}",
        old,
        flags=re.DOTALL,
    )
    if count != 1:
        sys.exit(f"benchmarks: {PAGE.name} has no place for {marker}")
    PAGE.write_text(new, encoding="utf-8")


def tabulate_batch(*, result: dict[str, Any]) -> str:
    """Return the table of a batch's figures, each beside what was to be reached."""
    one, two, archive = result["one_worker"], result["two_workers"], result["archive"]
    growths = [part["memory_grew_by_mb"] for part in (one, two, archive)]
    growth = max(grown for grown in growths if grown is not None)
    return "\n".join(
        [
            f"| a batch of {result['letters']} | | to reach |",
            "|---|---:|---:|",
            f"| letters a second, one worker | {one['letters_a_second']:.1f} | |",
            f"| letters a second, two workers | {two['letters_a_second']:.1f} | |",
            f"| two workers to one | {result['two_times_as_fast_as_one']:.2f} | {TWICE} |",
            f"| archive's first byte, s | {archive['first_byte_seconds']:.2f} | {FIRST_BYTE:.0f} |",
            f"| archive, s for {archive['mb']:.0f} MB | {archive['seconds']:.1f} | |",
            f"| most that memory grew after the first tenth, MB | {growth:.1f} | {GROWTH:.0f} |",
            f"| preview of the batch, s | {result['preview']['seconds']:.1f} | |",
        ]
    )


if __name__ == "__main__":
    table = tabulate_batch(result=json.load(sys.stdin))
    write_between(marker="batch", text=table)
    sys.stdout.write(table + "\n")
