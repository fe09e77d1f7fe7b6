"""Improvements, evidence and tasks by command."""

import json
from pathlib import Path

import openpyxl
import pytest

from luoxuan.cli.commands import run
from luoxuan.testing.college import open_college, open_users
from luoxuan.testing.filling import goals, improvement

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(capsys, settings):
    """Run a command with --json in the small college; return its status and its one document."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    open_college()

    def run_it(*arguments: str):
        status = run([*arguments, "--json"])
        printed = capsys.readouterr().out
        return status, json.loads(printed) if printed else None

    return run_it


def test_improvements_are_printed_by_state_and_subject(ask, tmp_path: Path):
    improvement.fill(open_users(), tmp_path)
    status, rows = ask("improvements")
    assert (status, len(rows)) == (0, 5)
    _, left = ask("improvements", "--open", "--subject", "TEACHING_CLASS:MATH-1")
    assert {row["state"] for row in left} == {"TO_PLAN", "UNDER_WAY", "AWAITING_REMEASUREMENT"}
    assert {row["subject"] for row in left} == {"MATH-1"}
    assert ask("improvements", "--subject", "COURSE:NONE") == (0, [])


def test_evidence_is_filed_and_listed_and_a_missing_file_is_refused(ask, tmp_path: Path):
    path = tmp_path / "记录.txt"
    path.write_text("教研活动\n", encoding="utf-8")
    to = ("--subject", "COURSE:MATH", "--title", "教研记录", "--dated-on", "2026-03-01")
    status, (filed,) = ask("evidence", "add", str(path), *to)
    assert (status, filed["subject"], filed["dated_on"]) == (0, "MATH", "2026-03-01")
    assert ask("evidence", "list", "--subject", "COURSE:MATH") == (0, [filed])
    assert ask("evidence", "list", "--subject", "COURSE:WELD") == (0, [])
    status, refused = ask("evidence", "add", str(tmp_path / "none.txt"), *to)
    assert (status, refused["refused"]) == (1, "file_not_found")


def test_tasks_are_printed_and_written_in_the_columns_of_the_form(ask, tmp_path: Path):
    goals.fill(open_users(), tmp_path)
    status, rows = ask("tasks", "--year", "2026")
    assert (status, len(rows)) == (0, 5)
    _, late = ask("tasks", "--year", "2026", "--unit", "EAST", "--late")
    assert late
    assert {(row["unit"], row["state"]) for row in late} == {("EAST", "LATE")}
    path = tmp_path / "任务.xlsx"
    assert ask("tasks", "export", "--year", "2026", "-o", str(path))[1]["n_rows"] == 5
    header, *lines = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    assert (header[2], len(lines)) == ("工作任务", 5)


def test_a_setting_is_printed_changed_and_refused(ask):
    status, rows = ask("settings")
    assert status == 0
    assert {row["name"]: row["value"] for row in rows} == {
        row["name"]: row["default"] for row in rows
    }
    _, rows = ask("settings", "tasks_due_day", "01-20")
    assert {"tasks_due_day": "01-20"}.items() <= {row["name"]: row["value"] for row in rows}.items()
    assert ask("settings", "tasks_due_day", "20")[1]["refused"] == "setting_not_a_day_of_year"
    assert ask("settings", "colour", "red")[1]["refused"] == "setting_unknown"
