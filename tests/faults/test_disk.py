"""A disk that fails at every operation in turn: refused cleanly, and verify finds nothing (F6)."""

from collections import Counter
from pathlib import Path

import pytest

from luoxuan.core import faults
from luoxuan.core.faults import InjectedFault
from luoxuan.data.models import DataFile, Dataset, ImportBatch
from luoxuan.data.queries import store
from luoxuan.indicators.actions import compute_readings
from luoxuan.portal.verification import verify_everything
from luoxuan.testing.college import NOW, Passes, fill_college, import_text, score_csv

from .installation import ON_POSTGRESQL
from .test_kill import AFTER, BEFORE, VERIFY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(ON_POSTGRESQL, reason="the disk of a server is its own"),
]
MOST = 60


@pytest.fixture
def college(db, tmp_path: Path, settings) -> Path:
    settings.LUOXUAN_HOME = tmp_path / "home"
    settings.LUOXUAN_WAREHOUSE = settings.LUOXUAN_HOME / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(parents=True)
    settings.LUOXUAN_THREADS = 1
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    fill_college(tmp_path)
    return tmp_path


@pytest.fixture
def failing(monkeypatch):
    """Let the n-th operation on the disk fail, for every n, until the act passes unharmed."""

    def until_it_passes(act) -> int:
        for number in range(1, MOST):
            forget_originals()
            monkeypatch.setattr(faults, "_passed", Counter())
            monkeypatch.setenv("LUOXUAN_FAULT_IO", str(number))
            before = state()
            try:
                act()
            except InjectedFault:
                assert state() == before
                assert verify() == []
                assert not unfinished()
                continue
            finally:
                monkeypatch.delenv("LUOXUAN_FAULT_IO")
            return number - 1
        raise AssertionError("more operations than the test expects")

    return until_it_passes


def forget_originals() -> None:
    """Let the file come as if for the first time: what is kept already is not written again."""
    named = set(ImportBatch.objects.values_list("sha256", flat=True))
    for path in (store().root / "originals").glob("*"):
        if path.name not in named:
            path.unlink()


def verify():
    return verify_everything(at=NOW)


def state():
    numbers = dict(Dataset.objects.values_list("name", "current_number"))
    return numbers, sorted(DataFile.objects.values_list("path", "removed_in"))


def unfinished() -> list[Path]:
    return [path for path in store().root.rglob("*") if path.name.startswith(".")]


def test_an_import_fails_cleanly_at_every_operation_of_the_disk(college, failing):
    text = score_csv([Passes("MATH-1", 4, 1), Passes("WELD-1", 30, 10)])
    failed = failing(lambda: import_text(text, college))
    # Original: copy, sync, rename, sync of the folder. Rows: write, sync, rename, sync, read back.
    assert failed >= 9
    assert Dataset.objects.get(name="score").current_number == 2
    assert verify() == []


@pytest.mark.nightly
def test_a_computation_fails_cleanly_at_every_operation_of_the_disk(college, failing):
    failed = failing(lambda: compute_readings(by=None, at=NOW, is_forced=True))
    assert failed >= 5
    assert verify() == []


@pytest.mark.nightly
@pytest.mark.parametrize("number", range(1, 25))
def test_a_command_whose_disk_fails_ends_with_an_error_and_the_retry_is_whole(copies, number):
    installation = copies("full")
    status = installation.run(("import", "score", "new.csv"), fault_io=str(number))
    held = installation.held()
    assert (status, held) in ((3, BEFORE), (3, AFTER), (0, AFTER))
    assert installation.run(VERIFY) == 0
    assert installation.run(("import", "score", "new.csv"), VERIFY) == 0
    assert installation.held() == AFTER


@pytest.mark.nightly
@pytest.mark.parametrize("number", range(1, 25))
def test_a_job_whose_disk_fails_is_begun_again_and_takes_effect_once(copies, number):
    installation = copies("full")
    work = ("worker", "--once")
    installation.run(
        ("act", "receive", "new.csv"), work, ("act", "commit", "new.csv"), work,
        fault_io=str(number),
    )  # fmt: skip
    again = (("act", "receive", "new.csv"), work, ("act", "commit", "new.csv"), work, VERIFY)
    assert installation.run(*again) == 0
    assert installation.held() == AFTER
