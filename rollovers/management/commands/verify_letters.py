import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from advisors.models import Firm
from rollovers.evidence.chain import Head
from rollovers.evidence.queries.chain import hold_one_moment
from rollovers.evidence.verification import Flaw, find_lost_firms, verify_chain


class Command(BaseCommand):
    help = (
        "Read every letter's chain of events again. Names the first entry that was altered, dropped, moved or cut"
        " off, and ends with 1; prints where each firm's chain ends: keep that outside, and give it to --heads later."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--firm", help="this firm only: its name or its id")
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="POSITION:SHA256",
            help="a head that was kept outside, with --firm; may be given more than once",
        )
        parser.add_argument(
            "--heads", type=Path, metavar="FILE", help="heads that this command printed earlier"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        firms = _find_firms(options["firm"])
        kept: dict[int, list[Head]] = {}
        if options["head"]:
            if options["firm"] is None:
                raise CommandError("--head is of one firm: name it with --firm.")
            kept[firms[0].pk] = [read_head(text=text) for text in options["head"]]
        if options["heads"]:
            for firm_id, head in read_heads(lines=options["heads"].read_text().splitlines()):
                kept.setdefault(firm_id, []).append(head)
        with hold_one_moment():
            flaws: list[Flaw] = []
            for firm in firms:
                verdict = verify_chain(firm=firm, heads=kept.pop(firm.pk, []))
                flaws += verdict.flaws
                if not verdict.flaws and verdict.head.position:
                    self.stdout.write(f"{firm.pk} {verdict.head} {verdict.letters} letters, {firm.name}")
        if options["firm"] is None:
            flaws += find_lost_firms(firm_ids=kept)
        for flaw in flaws:
            self.stderr.write(str(flaw))
        if flaws:
            sys.exit(1)


def read_head(*, text: str) -> Head:
    """Return a head as it is printed. Raises CommandError."""
    position, _, sha256 = text.partition(":")
    if not (position.isascii() and position.isdecimal() and len(position) < 19):
        raise CommandError(f"{text!r} is no head: POSITION:SHA256.")
    if not (len(sha256) == 64 and set(sha256) <= set("0123456789abcdef")):
        raise CommandError(f"{text!r} is no head: POSITION:SHA256.")
    return Head(position=int(position), sha256=sha256)


def read_heads(*, lines: Iterable[str]) -> list[tuple[int, Head]]:
    """Return the heads that `verify_letters` printed, with their firms' ids. Raises CommandError."""
    heads = []
    for line in lines:
        if not line.strip():
            continue
        firm_id, _, rest = line.strip().partition(" ")
        if not (firm_id.isascii() and firm_id.isdecimal() and rest):
            raise CommandError(f"{line!r} is no line of heads: FIRM POSITION:SHA256.")
        heads.append((int(firm_id), read_head(text=rest.split()[0])))
    return heads


def _find_firms(name: str | None) -> list[Firm]:
    if name is None:
        return list(Firm.objects.order_by("pk"))
    matches = Firm.objects.filter(pk=int(name)) if name.isdecimal() else Firm.objects.filter(name=name)
    firms = list(matches[:2])
    if len(firms) != 1:
        raise CommandError(f"{'No firm is' if not firms else 'More than one firm is'} called {name}.")
    return firms
