"""Cycles by command: opened once, listed, shown, refused by name."""

import json

import pytest

from luoxuan.cli.commands import run
from luoxuan.testing.college import open_college
from luoxuan.testing.filling.diagnosis import load_loops

pytestmark = pytest.mark.django_db

OPEN = ("cycle", "open", "ten_steps", "2025-1", "COURSE:MATH", "COURSE:WELD", "--trial")


@pytest.fixture
def ask(capsys, tmp_path):
    """Run a command with --json in the small college; return its status and its one document."""
    open_college()
    load_loops(tmp_path)

    def run_it(*arguments: str):
        status = run([*arguments, "--json"])
        printed = capsys.readouterr().out
        return status, json.loads(printed)

    return run_it


def test_cycles_are_opened_once_and_listed_with_where_they_stand(ask, capsys):
    assert ask(*OPEN) == (0, {"opened": 2, "known": 0})
    assert ask(*OPEN) == (0, {"opened": 0, "known": 2})
    status, rows = ask("cycles", "--period", "2025-1")
    assert status == 0
    assert [(row["subject"], row["trial"], row["diagnosis"]) for row in rows] == [
        ("COURSE:MATH", True, "DRAFT"), ("COURSE:WELD", True, "DRAFT"),
    ]  # fmt: skip
    status, content = ask("cycle", "show", str(rows[0]["id"]))
    assert (status, len(content["judgements"])) == (0, 5)
    assert run(["cycles"]) == 0
    assert "ten_steps@1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("cycle", "open", "nothing", "2025-1", "COURSE:MATH"), "unknown_template"),
        (("cycle", "open", "ten_steps", "1999-1", "COURSE:MATH"), "period_unknown"),
        (("cycle", "open", "ten_steps", "2025-1", "COURSE:NONE"), "unknown_subject"),
        (("cycle", "open", "ten_steps", "2025-1", "UNIT:EAST"), "cycle_subject_unfit"),
        (("cycle", "next", "999999"), "unknown_cycle"),
    ],
)
def test_what_does_not_exist_or_fit_is_refused_by_its_code(ask, arguments, code):
    status, document = ask(*arguments)
    assert (status, document["refused"]) == (1, code)
