"""The upkeep killed anywhere: every row is there, verify finds nothing, the next one ends it."""

import os
from dataclasses import dataclass

import pytest

from luoxuan.testing.college import HEADER

from .test_kill import KILLED, VERIFY, students_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

N_PARTS = 8
UPKEEP = ("upkeep",)
REBUILD = ("rebuild", "--replace")


@dataclass(frozen=True)
class Case:
    """Where a command dies."""

    fault: str
    command: tuple[str, ...]


CASES = (
    Case("data.pack.file_written", UPKEEP),
    Case("data.pack.before_commit", UPKEEP),
    Case("data.upkeep.before_removal", UPKEEP),
    Case("data.upkeep.put_aside", UPKEEP),
    Case("data.rebuild.file_written", REBUILD),
    Case("data.rebuild.before_commit", REBUILD),
)


@pytest.fixture
def parts(copies):
    """An installation with scores in nine files, old versions that may go, and an old leftover."""
    made = copies("upkeep")
    for number in range(N_PARTS):
        text = f"{HEADER}\n90{number:02d},MATH-1,MATH,EAST-MATH,2025-1,66,通过\n"
        (made.home / f"part{number}.csv").write_text(text, encoding="utf-8")
    names = [f"part{number}.csv" for number in range(N_PARTS)]
    assert made.run(
        ("import", "score", "new.csv"),
        ("import", "score", *names, "--mode", "append"),
        ("settings", "version_days", "30"),
    ) == 0  # fmt: skip
    made.change("UPDATE data_datasetversion SET created_at = '2020-01-01 00:00:00+00:00'")
    made.change("UPDATE data_pin SET released_at = at WHERE url = 'run:1'")
    leftover = made.home / "warehouse" / "originals" / ("ab" * 32)
    leftover.write_bytes(b"nobody names this")
    os.utime(leftover, (0, 0))
    return made


def expected(made) -> list[str]:
    own = [f"90{number:02d}" for number in range(N_PARTS)]
    return sorted([*students_of((made.home / "new.csv").read_text(encoding="utf-8")), *own])


def packs_of(made) -> int:
    return made.query("SELECT count(*) FROM data_packedfile")[0][0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fault)
def test_killed_anywhere_it_leaves_the_old_or_the_new_state(parts, case):
    if case.command == REBUILD:
        ((path,),) = parts.query("SELECT path FROM data_datafile WHERE added_in = 3 LIMIT 1")
        (parts.home / "warehouse" / path).unlink()
    assert parts.run(case.command, fault=case.fault) == KILLED
    if case.command == REBUILD:
        assert parts.run(case.command, UPKEEP, VERIFY) == 0
    else:
        assert packs_of(parts) == (1 if case.fault.startswith("data.upkeep") else 0)
        assert parts.run(case.command, VERIFY) == 0
        assert packs_of(parts) == 1
    assert parts.held().students == expected(parts)


@pytest.mark.parametrize(
    "number", [1, 3, 5, *(pytest.param(n, marks=pytest.mark.nightly) for n in (2, 4, 6, 7))]
)
def test_a_disk_that_fails_during_the_upkeep_loses_nothing(parts, number):
    parts.run(UPKEEP, fault_io=str(number))
    assert parts.held().students == expected(parts)
    assert parts.run(UPKEEP, VERIFY) == 0
    assert parts.held().students == expected(parts)
