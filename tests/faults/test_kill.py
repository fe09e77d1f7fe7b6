"""Killed at any moment, an installation holds the old state or the new one, whole (F2, F3, F11).

After the kill a retry takes effect exactly once and `luoxuan verify` finds nothing.
"""

import signal
from dataclasses import dataclass

import pytest

from .conftest import NEW, OLD
from .installation import Held, Installation

# The commands work on databases of their own; the mark takes the tests into the PostgreSQL pass.
pytestmark = [pytest.mark.slow, pytest.mark.django_db]

IMPORT = ("import", "score", "new.csv")
REFRESH = ("refresh", "--force")
VERIFY = ("verify",)
KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Case:
    """Where a command dies, and the versions of scores and readings that must be there then."""

    fault: str
    command: tuple[str, ...]
    score: int
    readings: int


# `import` passes a commit twice: for the rows (#1), then for the readings that it catches up (#2).
CASES = (
    Case("data.commit.files_written", IMPORT, 1, 1),
    Case("data.commit.swapped", IMPORT, 1, 1),
    Case("data.commit.files_named", IMPORT, 1, 1),
    Case("data.commit.audited", IMPORT, 1, 1),
    Case("data.commit.before_commit", IMPORT, 1, 1),
    Case("data.commit.committed", IMPORT, 2, 1),
    Case("data.commit.swapped#2", IMPORT, 2, 1),
    Case("data.commit.audited#2", IMPORT, 2, 1),
    Case("indicators.run.file_written", IMPORT, 2, 1),
    Case("indicators.run.before_commit", IMPORT, 2, 1),
    Case("data.commit.files_named", REFRESH, 1, 1),
    Case("indicators.run.before_commit", REFRESH, 1, 1),
)


def students_of(text: str) -> list[str]:
    return sorted(line.partition(",")[0] for line in text.splitlines()[1:])


BEFORE = Held(1, [(1, 5)], students_of(OLD), 1, 1)
AFTER = Held(2, [(1, 5), (2, 45)], students_of(NEW), 2, 2)


def check_retry(installation: Installation, command: tuple[str, ...]) -> Held:
    """Do again what was killed, verify, and do it once more: nothing further happens."""
    assert installation.run(command, VERIFY) == 0
    return installation.held()


# After the commit of the rows, and at that of the readings; test_worker has the one before. The
# others pass the same code at another place, or by another command.
QUICK = {"data.commit.committed", "indicators.run.before_commit"}


def by_need(cases):
    return [
        pytest.param(
            case,
            marks=() if case.command is IMPORT and case.fault in QUICK else pytest.mark.nightly,
            id=f"{case.command[0]}-{case.fault}",
        )
        for case in cases
    ]


@pytest.mark.parametrize("case", by_need(CASES))
def test_killed_at_a_seam_nothing_is_half_done_and_the_retry_takes_effect_once(case, copies):
    installation = copies("killed")
    assert installation.run(case.command, fault=case.fault) == KILLED
    assert installation.held() == (BEFORE if case.score == 1 else AFTER)
    assert installation.held("_readings").number == case.readings
    after = check_retry(installation, case.command)
    assert after == (AFTER if case.command is IMPORT else BEFORE)
    readings = installation.held("_readings")
    assert readings.number == len(readings.versions) == 2
    named = {path for (path,) in installation.query("SELECT path FROM data_datafile")}
    assert named <= files_of(installation)


def files_of(installation: Installation) -> set[str]:
    root = installation.home / "warehouse"
    return {path.relative_to(root).as_posix() for path in root.glob("*/*.parquet")}


def test_a_file_written_before_the_kill_is_an_orphan_that_nothing_names(copies):
    installation = copies("orphan")
    known = files_of(installation)
    assert installation.run(IMPORT, fault="data.commit.files_written") == KILLED
    (orphan,) = files_of(installation) - known
    named = {path for (path,) in installation.query("SELECT path FROM data_datafile")}
    assert orphan not in named
    assert installation.run(VERIFY) == 0


def test_after_an_acknowledged_import_nothing_is_written_again(copies):
    installation = copies("whole")
    assert installation.run(IMPORT, VERIFY) == 0
    state = installation.held(), installation.held("_readings"), files_of(installation)
    assert installation.run(IMPORT, ("refresh",), ("catch-up",), VERIFY) == 0
    again = installation.held(), installation.held("_readings"), files_of(installation)
    assert again == state
    assert state[0] == AFTER
