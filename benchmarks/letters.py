"""Measures the making of one letter, and writes the figures into docs/performance.md.

Every way makes a letter in turn, round after round, so that what else the machine does falls on all of them alike;
each round's letter is a new one. What is measured is the time of the processor, all threads together, so that
waiting for another's turn is nobody's. Ratios of medians are what is kept: milliseconds are this machine's.
"""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO

import django

django.setup()

import pypdfium2  # noqa: E402
from fontTools.ttLib import TTFont  # noqa: E402

from benchmarks.blocks import read_blocks  # noqa: E402
from benchmarks.others import render_by_reportlab, render_by_typst  # noqa: E402
from benchmarks.page import write_between  # noqa: E402
from benchmarks.ways import (  # noqa: E402
    MADE_FONTS,
    NAIVE_TTF,
    NAIVE_WOFF2,
    OURS,
    ROOT,
    render_naively,
    render_ours,
    write_html,
)
from rollovers.letters import packet  # noqa: E402
from tests.rollovers.letters.cast import VARIANTS, read_text  # noqa: E402

LETTER = VARIANTS["split"]
MOST_OF_WOFF2, MOST_OF_TTF = 0.14, 0.45

# What was tried: its name, ours without it, and the plain call with nothing but it changed.
TRIED = {
    "plain blocks and floats, no flex, grid or `var()`": ("plain_blocks", False),
    "fixed table columns": ("fixed_tables", False),
    "no hyphenation, no justification": ("hyphenates", True),
    "FontConfiguration and CSS kept from letter to letter": ("reuses_css", False),
    "an opaque logo, not one with an alpha channel": ("logo", "alpha"),
    "an SVG logo in place of that opaque one": ("logo", "svg"),
    "a static TTF, not woff2": ("font", "inter-{}.woff2"),
    "a Latin subset, not the whole font": ("font", "whole-{}.ttf"),
}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    _fetch_whole_fonts()
    ways = _list_ways()
    medians = measure(ways=ways, rounds=rounds)
    cold = _measure_cold()
    table = _write_tables(medians=medians, cold=cold, rounds=rounds)
    write_between(marker="letters", text=table)
    sys.stdout.write(f"{table}\n")
    reached = medians["ours"] / medians["naive woff2"], medians["ours"] / medians["naive TTF"]
    sys.stdout.write(
        f"ours: {reached[0]:.3f} of naive woff2 (most {MOST_OF_WOFF2}), "
        f"{reached[1]:.3f} of naive TTF (most {MOST_OF_TTF})\n"
    )
    if reached[0] > MOST_OF_WOFF2 or reached[1] > MOST_OF_TTF:
        sys.exit("benchmarks: slower than what was to be reached")


def measure(*, ways: dict[str, Callable[[str], bytes]], rounds: int) -> dict[str, float]:
    """Return each way's median seconds of a letter; `ways` take the letter's reference."""
    for name, make in ways.items():
        for number in range(2):  # warm
            content = make(f"AT-2026-9{number:03}")
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
        document.close()
        if "9001" not in read_text(content) or (pages != 2 and name != "packet"):
            sys.exit(f"benchmarks: {name} made {pages} pages")
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, make in ways.items():
            began = time.process_time()
            make(f"AT-2026-{number:04}")
            spent[name].append(time.process_time() - began)
        sys.stderr.write(f"\rbenchmarks: round {number + 1} of {rounds}")
    sys.stderr.write("\n")
    return {name: statistics.median(times) for name, times in spent.items()}


def _list_ways() -> dict[str, Callable[[str], bytes]]:
    blocks = read_blocks(html=write_html(letter=LETTER))

    def name_letter(reference: str):
        return replace(LETTER, reference=reference)

    def name_blocks(reference: str):
        return tuple(replace(block, text=block.text.replace(LETTER.reference, reference)) for block in blocks)

    ways: dict[str, Callable[[str], bytes]] = {
        "ours": lambda ref: render_ours(letter=name_letter(ref)),
        "typst": lambda ref: render_by_typst(blocks=name_blocks(ref), reference=ref),
        "reportlab": lambda ref: render_by_reportlab(blocks=name_blocks(ref), reference=ref),
        "naive TTF": lambda ref: render_naively(letter=name_letter(ref), habits=NAIVE_TTF),
        "naive woff2": lambda ref: render_naively(letter=name_letter(ref), habits=NAIVE_WOFF2),
        "packet": lambda ref: packet.render_pdf(letter=name_letter(ref)),
    }
    for habit, given_up in TRIED.values():
        less = replace(OURS, **{habit: given_up})
        ways[f"ours, {habit} {given_up}"] = lambda ref, less=less: render_ours(
            letter=name_letter(ref), habits=less
        )
        # The plain call with this alone: an SVG logo is itself what was tried, of all else what we do.
        taken = {"svg": "svg", "inter-{}.woff2": NAIVE_TTF.font}.get(str(given_up), getattr(OURS, habit))
        more = replace(NAIVE_TTF, **{habit: taken})
        ways[f"naive, {habit} {given_up}"] = lambda ref, more=more: render_naively(
            letter=name_letter(ref), habits=more
        )
    return ways


def _fetch_whole_fonts() -> None:
    """Lay Inter as it is published, woff2 and the same as TTF, where the ways find it."""
    published = files("unfold") / "static" / "unfold" / "fonts" / "inter"
    MADE_FONTS.mkdir(parents=True, exist_ok=True)
    for name in ("Regular", "Medium", "SemiBold"):
        content = (published / f"Inter-{name}.woff2").read_bytes()
        (MADE_FONTS / f"whole-{name.lower()}.woff2").write_bytes(content)
        font = TTFont(BytesIO(content))
        font.flavor = None
        font.save(MADE_FONTS / f"whole-{name.lower()}.ttf")


def _measure_cold(*, times: int = 7) -> dict[str, float]:
    """Return the median seconds of a process that makes one letter: all of it, and its first letter alone."""
    program = (
        "import time, django; django.setup()\n"
        "from tests.rollovers.letters.cast import VARIANTS\n"
        "from benchmarks.ways import render_request\n"
        "began = time.process_time(); render_request(letter=VARIANTS['split'])\n"
        "print(time.process_time() - began)"
    )
    whole, first = [], []
    for _ in range(times):
        began = time.perf_counter()
        run = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=os.environ,
            capture_output=True,
            text=True,
            check=True,
        )
        whole.append(time.perf_counter() - began)
        first.append(float(run.stdout))
    return {"process": statistics.median(whole), "first letter": statistics.median(first)}


def _write_tables(*, medians: dict[str, float], cold: dict[str, float], rounds: int) -> str:
    ours, ttf, woff2 = medians["ours"], medians["naive TTF"], medians["naive woff2"]

    def row(name: str, seconds: float) -> str:
        return f"| {name} | {seconds * 1000:.0f} | {ours / seconds:.2f} | {seconds / medians['typst']:.1f} |"

    lines = [
        f"Medians of {rounds} rounds in one run, of processor time; {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, WeasyPrint {version('weasyprint')}, "
        f"Typst {version('typst')}, ReportLab {version('reportlab')}.",
        "",
        "| one warm letter of two pages | ms | ours is of it | times Typst |",
        "|---|---:|---:|---:|",
        row("Typst, its compiler kept, PDF/UA-1", medians["typst"]),
        row("ReportLab, untagged", medians["reportlab"]),
        row("**ours**, PDF/UA-1 with form fields", ours),
        row(f"plain WeasyPrint call, TTF (to reach: {MOST_OF_TTF})", ttf),
        row(f"plain WeasyPrint call, woff2 (to reach: {MOST_OF_WOFF2})", woff2),
        "",
        f"With its attached pages the same letter takes {medians['packet'] / ours:.2f} times as long. A process that "
        f"has made none takes {cold['first letter'] / ours:.1f} times as long for its first letter "
        f"({cold['first letter'] * 1000:.0f} ms), "
        f"and {cold['process']:.1f} s by the clock from its start to that letter.",
        "",
        "| what was tried, alone | the plain call with it | ours without it |",
        "|---|---:|---:|",
    ]
    for name, (habit, given_up) in TRIED.items():
        less = medians[f"ours, {habit} {given_up}"] / ours
        gain = (woff2 if given_up == "inter-{}.woff2" else ttf) / medians[f"naive, {habit} {given_up}"]
        lines.append(f"| {name} | {gain:.2f} times as fast | {less:.2f} times as long |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
