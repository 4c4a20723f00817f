"""law/README.md: its examples are run, and the package needs nothing but the standard library."""

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "law" / "README.md"
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "law").rglob("*.py")
)


def run_examples(text):
    """This function will return how many examples of a text fail, and how many there are."""
    test = doctest.DocTestParser().get_doctest(text, {}, "law/README.md", "law/README.md", 0)
    results = doctest.DocTestRunner(verbose=False).run(test, out=lambda _: None)
    return results.failed, results.attempted


def test_every_example_answers_as_it_is_written():
    failed, attempted = run_examples(README.read_text())
    assert failed == 0
    assert attempted > 9


def test_an_example_that_is_wrong_is_seen():
    assert run_examples(README.read_text().replace("9609.67 390.33", "9609.66 390.34"))[0] == 1


@pytest.fixture(scope="module")
def imported():
    """What is loaded once every module of the law is, in a Python without packages."""
    code = f"import sys, {', '.join(MODULES)}; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in ran.stdout.split()}


def test_the_law_needs_nothing_but_python(imported):
    assert imported - set(sys.stdlib_module_names) - {"__main__"} == {"law"}
