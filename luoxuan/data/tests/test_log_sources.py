"""Machine logs: lines that fit a declared pattern become rows, the others are counted."""

import os
import time

import pytest

from luoxuan.data.models import Pull
from luoxuan.data.sources.actions import SourceRefused
from luoxuan.data.sources.pulls import pull_source
from luoxuan.data.sources.rules import PullMode, PullOutcome, SourceKind
from luoxuan.data.warehouse.log_lines import log_columns, write_log

from .registrar import connect, pull

PATTERN = (
    r"^(?P<student_id>[0-9]+) (?P<class_code>\S+) (?P<course_code>\S+) (?P<unit_code>\S+) "
    r"(?P<term>\S+) score=(?P<score>[0-9.]+) (?P<result>\S+)$"
)


@pytest.fixture
def inbox(tmp_path, settings):
    settings.LUOXUAN_INBOX = [tmp_path / "inbox"]
    (tmp_path / "inbox" / "logs").mkdir(parents=True)
    return tmp_path / "inbox" / "logs"


def drop(inbox, name, content):
    path = inbox / name
    path.write_bytes(content)
    os.utime(path, (time.time() - 300, time.time() - 300))


def line(number, score="70"):
    return f"{number} MATH-1 MATH EAST-MATH 2025-1 score={score} 通过"


def watch(score, **changes):
    return connect(
        score, mapping={},
        **{"kind": SourceKind.FOLDER, "address": "logs", "selection": "*.log",
           "mode": PullMode.INCREMENTAL, "line_pattern": PATTERN, **changes},
    )  # fmt: skip


def test_a_log_is_taken_once_and_its_other_lines_are_counted(score, inbox):
    lines = [line(1000), "kernel: something else", "", line(1001, "81.5")]
    drop(inbox, "a.log", "\r\n".join(lines).encode("gb18030"))
    source = watch(score)
    done = pull(source)
    assert (done.outcome, done.rows_accepted, done.facts) == (PullOutcome.DONE, 2, {"skipped": 1})
    assert pull_source(source=source, by=None) == []
    drop(inbox, "b.log", f"{line(1001, '90')}\n{line(1002)}\n".encode())
    assert pull(source).version_number == 2
    score.refresh_from_db()
    assert score.versions.get(number=2).n_rows == 3


def test_a_log_without_a_line_that_fits_is_told_and_changes_nothing(score, inbox):
    drop(inbox, "a.log", b"nothing\nof the kind\n")
    failed = pull(watch(score))
    assert (failed.outcome, failed.code) == (PullOutcome.FAILED, "pull_no_line_fits")
    score.refresh_from_db()
    assert (score.current_number, Pull.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    "pattern", ["(a", "(a)", "no groups", r"(?P<a>x)\1", "(?P<a>" + "x" * 1000 + ")"]
)
def test_a_pattern_that_names_no_columns_is_refused(score, inbox, pattern):
    with pytest.raises(SourceRefused) as refused:
        watch(score, line_pattern=pattern)
    assert refused.value.code == "source_bad_line_pattern"


def test_a_pattern_takes_time_in_proportion_to_a_line_only(tmp_path):
    assert log_columns(r"(?P<a>(?:x+)+y)") == ("a",)
    (tmp_path / "a.log").write_text("x" * 200_000 + "\n")
    started = time.perf_counter()
    read = write_log(tmp_path / "a.log", tmp_path / "a.csv", r"(?P<a>(?:x+)+y)")
    assert (read.n_lines, read.n_fit) == (1, 0)
    assert time.perf_counter() - started < 5
