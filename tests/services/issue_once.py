"""One advisor's process: preview, wait for the others, then issue. Prints what became of it as one word.

python -m tests.services.issue_once PLAN_ID ADVISOR_ID AMOUNT BARRIER_FOLDER PROCESSES locked|unlocked
"""

import os
import sys
import time
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advisors.settings")
django.setup()

from django_scopes import scope  # noqa: E402

from advisors.models import Advisor  # noqa: E402
from clients.models import Plan, Subaccount  # noqa: E402
from rollovers.models import Way  # noqa: E402
from rollovers.queries import get_plan_facts  # noqa: E402
from rollovers.services import letters  # noqa: E402
from rollovers.services.rollovers import preview_rollover  # noqa: E402
from tests.requests import TODAY, acknowledge, make_entry  # noqa: E402

LONGEST_WAIT = 60  # seconds


def wait_for_all(*, folder: Path, name: str, processes: int) -> None:
    """Return once that many processes have come to the point called `name`."""
    (folder / f"{name}-{os.getpid()}").touch()
    deadline = time.monotonic() + LONGEST_WAIT
    while len(list(folder.glob(f"{name}-*"))) < processes:
        if time.monotonic() > deadline:
            raise TimeoutError(name)
        time.sleep(0.005)


def read_without_lock(*, firm, subaccount_id):
    """Read the sub-account as the service would if it did not lock the row."""
    return Subaccount.objects.get(firm=firm, pk=subaccount_id)


def main(plan_id: str, advisor_id: str, amount: str, folder: str, processes: str, locking: str) -> str:
    advisor = Advisor.objects.get(pk=advisor_id)
    with scope(firm=advisor.firm):
        plan = Plan.objects.get(pk=plan_id)
        facts = get_plan_facts(firm=advisor.firm, plan_id=plan.pk)
        entry = make_entry(way=Way.ALL_ROTH, amount=Decimal(amount))
        shown = preview_rollover(firm=advisor.firm, facts=facts, entry=entry, advisor=advisor, today=TODAY)
        if locking == "unlocked":
            letters.lock_subaccount = read_without_lock
            render = letters.render_pdf

            def render_when_all_have_computed(*, letter):
                wait_for_all(folder=Path(folder), name="computed", processes=int(processes))
                return render(letter=letter)

            letters.render_pdf = render_when_all_have_computed
        wait_for_all(folder=Path(folder), name="ready", processes=int(processes))
        for _ in range(int(processes) + 1):
            try:
                letters.issue_letter(
                    firm=advisor.firm,
                    facts=facts,
                    entry=entry,
                    advisor=advisor,
                    today=TODAY,
                    request_key=uuid4(),
                    shown_digest=shown.digest,
                    acknowledgements=acknowledge(shown),
                )
            except letters.LetterBlocked:
                return "blocked"
            except (letters.FiguresChanged, letters.FindingsUnacknowledged) as changed:
                shown = changed.outcome  # Look again, as a person would, and press once more.
            else:
                return "issued"
    return "gave-up"


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
