"""The two commands in bulk: 10,000 lines take less than three times the start-up of Django itself."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINES, MOST_STARTS = 10_000, 3
COMMANDS = {
    "allocate": {
        "separate_accounting": True,
        "balance": "20812.37",
        "basis": "20000.00",
        "disbursements": [
            {"to": "traditional_ira", "method": "direct", "amount": "812.37", "pretax": "812.37"},
            {"to": "roth_ira", "method": "direct", "amount": "20000.00"},
        ],
        "sixty_day_rollovers": [],
    },
    "contribution_room": {
        "year": 2021,
        "owner": "self_employed",
        "age": 45,
        "net_profit": "110000.00",
        "elective_deferrals": "19500.00",
        "employer": "18500.00",
    },
}


def take_time(*command, given=""):
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        input=given,
        text=True,
        capture_output=True,
        check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "advisors.settings"},
    )
    return time.perf_counter() - started, done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_ten_thousand_lines_take_less_than_three_starts_of_django(command):
    given = "".join(json.dumps({"id": str(number)} | COMMANDS[command]) + "\n" for number in range(LINES))
    start_up, _ = take_time("-c", "import django; django.setup()")
    taken, answers = take_time("manage.py", command, given=given)
    assert answers.count("\n") == LINES
    assert taken < MOST_STARTS * start_up
