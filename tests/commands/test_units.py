"""Units and rosters by command."""

import json

import pytest

from luoxuan.cli.commands import run
from luoxuan.data.models import Dataset, SubjectSource
from luoxuan.portal.catch_up import catch_up
from luoxuan.testing.college import NOW, Passes, import_text, open_college, score_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(capsys):
    """Run a command with --json in the small college; return its status and its one document."""
    open_college()

    def run_it(*arguments: str):
        status = run([*arguments, "--json"])
        printed = capsys.readouterr().out
        return status, json.loads(printed) if printed.strip() else None

    return run_it


def test_units_are_listed_moved_and_merged(ask):
    _, rows = ask("unit", "list")
    assert {row["code"] for row in rows} >= {"SMALL", "EAST", "EAST-MATH", "WEST"}
    told = ("--on", "2026-03-01", "--reason", "院务会")
    assert ask("unit", "move", "EAST-MATH", "--into", "WEST", *told)[0] == 0
    assert ask("unit", "merge", "EAST", "--into", "WEST", *told)[0] == 0
    _, changes = ask("unit", "changes")
    assert [(row["kind"], row["unit"], row["before"], row["after"]) for row in changes] == [
        ("MERGED", "EAST", "", "WEST"),
        ("MOVED", "EAST-MATH", "EAST", "WEST"),
    ]
    _, rows = ask("unit", "list")
    assert {row["code"]: row["closed_on"] for row in rows}["EAST"] == "2026-03-01"


def test_what_cannot_be_is_refused(ask):
    status, refused = ask("unit", "close", "EAST", "--reason", "撤")
    assert (status, refused["refused"]) == (1, "unit_has_parts")
    status, refused = ask("unit", "move", "EAST", "--reason", "调")
    assert (status, refused["refused"]) == (1, "unit_unknown")


def test_a_roster_that_shrank_is_listed_and_confirmed(ask, tmp_path):
    SubjectSource.objects.create(
        dataset=Dataset.objects.get(name="score"), kind="STUDENT", code_field="student_id",
        name="学号 {student_id}", unit="unit_code", is_roster=True,
    )  # fmt: skip
    for n_students in (40, 20):
        import_text(score_csv([Passes("MATH-1", n_students, 0)]), tmp_path)
        catch_up(by=None, at=NOW)
    assert ask("roster", "list")[1] == [{"dataset": "score", "version": 2}]
    assert ask("roster", "confirm", "score") == (0, {"n_left": 20})
    assert ask("roster", "list")[1] == []
