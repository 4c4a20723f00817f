"""What README and its neighbours name is there: each file, folder, module and command, and where each link leads."""

import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

from manage import JSON_LINES_COMMANDS

ROOT = Path(__file__).parent.parent
FOUND = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "law/README.md", ROOT / "static/fonts/README.md"]
# A script writes these, out of what was measured and asked elsewhere.
WRITTEN = {ROOT / "docs/mutants.md", ROOT / "docs/peers.md"}
DOCUMENTS = sorted(set(FOUND) - WRITTEN)
MADE_BY_BOOTSTRAP = {"var"}

# A path from its first folder on; not the end of an address, of an absolute path, nor of a hidden folder's.
PATH = re.compile(r"(?<![\w/.:<-])\w[\w-]*/[\w.*/-]*")
MODULE = re.compile(r"(advisors|clients|law|rollovers)(\.[A-Za-z_]\w*)+")
OF_A_ROOM = re.compile(r"[\w*-]+(/[\w.*-]*|\.(py|toml|css))")

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def list_code(text: str) -> Iterator[tuple[str, str]]:
    """Give each piece of code, with the room whose row of a table it stands in, if it does."""
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced:
            yield line, ""
        else:
            room = re.match(r"\| `(\w+)/`", line)
            for code in re.findall(r"`([^`]+)`", line):
                yield code, room[1] if room else ""


def find_lost_paths(text: str, *, beside: Path) -> list[str]:
    """Return the paths that lead nowhere: not in the repository, beside the document, or in the room of a row."""
    lost = []
    for code, room in list_code(text):
        words = [code] if room and OF_A_ROOM.fullmatch(code) else PATH.findall(code)
        for word in words:
            head = word.split("/")[0]
            if head in MADE_BY_BOOTSTRAP or not (room or (ROOT / head).is_dir()):
                continue
            places = [ROOT, beside, *([ROOT / room] if room else [])]
            if not any(any(place.glob(word.strip("/."))) for place in places):
                lost.append(word)
    return lost


@every_document
def test_each_path_leads_to_something(document):
    assert find_lost_paths(document.read_text(encoding="utf-8"), beside=document.parent) == []


@every_document
def test_each_link_inside_the_repository_leads_to_a_file(document):
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


@every_document
def test_each_module_and_name_in_one_is_there(document):
    for code, _ in list_code(document.read_text(encoding="utf-8")):
        if MODULE.fullmatch(code) and not (ROOT / code).exists():
            assert pkgutil.resolve_name(code) is not None


@every_document
def test_each_command_is_there(document):
    known = set(get_commands()) | JSON_LINES_COMMANDS
    named = re.findall(r"manage\.py ([a-z_]+)", document.read_text(encoding="utf-8"))
    assert [command for command in named if command not in known] == []


def test_what_is_not_there_is_found():
    gone = "`rollovers/services/`, `law/nowhere.py`\n| `law/` | `money.py`, `rules/` |\n```\npytest tests/gone\n```"
    kept = "`law/money.py`, `/law/x`, `https://law/x`, `.venv/bin/x`, `var/x`, `a/b`"

    assert find_lost_paths(gone, beside=ROOT) == [
        "rollovers/services/",
        "law/nowhere.py",
        "rules/",
        "tests/gone",
    ]
    assert find_lost_paths(kept, beside=ROOT) == []
