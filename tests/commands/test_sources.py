"""Other systems by command: connected from a file, pulled, paused; secrets stand in no argument."""

import json
import sqlite3
from pathlib import Path

import pytest

from luoxuan.cli.commands import run
from luoxuan.core.sealing import unseal
from luoxuan.data.models import Dataset, Pull, Source
from luoxuan.testing.college import open_college

pytestmark = pytest.mark.django_db

SECRET = "-".join(["not", "on", "any", "line"])
ABOUT = """
title = "教务成绩"
kind = "SQL"
dataset = "score"
address = "sqlite:///registrar.db"
selection = "scores"
daily_at = "06:00"
[mapping]
xh = "student_id"
bj = "class_code"
kc = "course_code"
bm = "unit_code"
xq = "term"
cj = "score"
jg = "result"
"""


@pytest.fixture
def ask(capsys):
    """Run a command with --json in the small college; return its status and its one document."""
    open_college()

    def run_it(*arguments: str):
        status = run([*arguments, "--json"])
        printed = capsys.readouterr().out
        return status, json.loads(printed) if printed else None

    return run_it


@pytest.fixture
def about(tmp_path: Path, settings) -> Path:
    settings.LUOXUAN_INBOX = [tmp_path]
    with sqlite3.connect(tmp_path / "registrar.db") as other:
        other.execute("CREATE TABLE scores (xh, bj, kc, bm, xq, cj, jg)")
        row = ("MATH-1", "MATH", "EAST-MATH", "2025-1", 71.5, "通过")
        other.executemany("INSERT INTO scores VALUES (?, ?, ?, ?, ?, ?, ?)",
                          [(str(number), *row) for number in range(1000, 1010)])  # fmt: skip
    other.close()
    path = tmp_path / "scores.toml"
    path.write_text(ABOUT, encoding="utf-8")
    return path


def test_a_source_is_connected_pulled_and_listed(ask, about):
    assert ask("sources", "add", str(about)) == (0, None)
    status, (pulled,) = ask("sources", "pull", "scores")
    assert (status, pulled["outcome"], pulled["version"], pulled["rows_accepted"]) == (
        0, "DONE", 1, 10
    )  # fmt: skip
    assert ask("sources", "start", "scores")[0] == 0
    status, (row,) = ask("sources", "list")
    told = (row["name"], row["dataset"], row["is_enabled"], row["outcome"], row["reason"])
    assert (status, told) == (0, ("scores", "score", True, "DONE", ""))
    assert ask("sources", "pause", "scores")[0] == 0
    assert not Source.objects.get().is_enabled


def test_a_pull_that_changes_nothing_ends_with_the_status_of_a_refusal_and_says_why(ask, about):
    ask("sources", "add", str(about))
    ask("sources", "pull", "scores")
    with sqlite3.connect(about.parent / "registrar.db") as other:
        other.execute("DELETE FROM scores WHERE xh >= '1004'")
    other.close()
    status, (held,) = ask("sources", "pull", "scores")
    assert (status, held["outcome"]) == (1, "HELD")
    assert "4" in held["reason"]
    (about.parent / "registrar.db").unlink()
    status, (failed,) = ask("sources", "pull", "scores")
    assert (status, failed["outcome"], Dataset.objects.get(name="score").current_number) == (
        1, "FAILED", 1
    )  # fmt: skip
    assert "registrar.db" in failed["reason"]


def test_a_secret_comes_from_a_file_and_is_printed_nowhere(ask, about, capsys, tmp_path):
    about.write_text(
        ABOUT.replace("sqlite:///registrar.db", "postgresql://db.example/x"), encoding="utf-8"
    )
    ask("sources", "add", str(about))
    assert ask("sources", "secret", "scores")[1]["refused"] == "source_bad_setting"
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\r\nsecond line\n", encoding="utf-8")
    assert ask("sources", "secret", "scores", "--secret-file", str(file)) == (0, None)
    source = Source.objects.get()
    assert (unseal(source.secret), source.mapping["xh"]) == (SECRET, "student_id")
    assert run(["sources", "list"]) == 0
    assert SECRET not in "".join(capsys.readouterr())
    # The same description once more keeps the secret: the address is the same.
    ask("sources", "add", str(about))
    assert unseal(Source.objects.get().secret) == SECRET


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = "SQL"', 'kind = "MAGIC"'),
        ('title = "教务成绩"', ""),
        ("daily_at", "secret = 'x'\ndaily_at"),
        ('"06:00"', '"quarter past six"'),
        ("[mapping]", "mapping"),
        ('xh = "student_id"', 'xh = "score"'),
        ('xh = "student_id"', 'xh = "nothing"'),
    ],
)
def test_a_wrong_description_is_refused_and_nothing_is_there(ask, about, old, new):
    about.write_text(ABOUT.replace(old, new), encoding="utf-8")
    status, refused = ask("sources", "add", str(about))
    assert (status, refused["refused"][:7]) == (1, "source_")
    assert not Source.objects.exists()


def test_what_is_not_there_is_named(ask, tmp_path):
    assert ask("sources", "pull", "nothing")[1]["refused"] == "unknown_source"
    assert ask("sources", "add", str(tmp_path / "none.toml"))[1]["refused"] == "file_not_found"
    assert not Pull.objects.exists()
