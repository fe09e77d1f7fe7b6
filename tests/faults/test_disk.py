"""A disk that fails at every operation in turn: refused cleanly, and verify finds nothing (F6)."""

import pytest

from luoxuan.data.models import Dataset
from luoxuan.indicators.actions import compute_readings
from luoxuan.testing.college import NOW, Passes, import_text, score_csv

from .installation import ON_POSTGRESQL
from .test_kill import AFTER, BEFORE, VERIFY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(ON_POSTGRESQL, reason="the disk of a server is its own"),
]


def test_an_import_fails_cleanly_at_every_operation_of_the_disk(college, failing):
    text = score_csv([Passes("MATH-1", 4, 1), Passes("WELD-1", 30, 10)])
    failed = failing.until_passed(lambda: import_text(text, college))
    # Original: copy, sync, rename, sync of the folder. Rows: write, sync, rename, sync, read back.
    assert failed >= 9
    assert Dataset.objects.get(name="score").current_number == 2


@pytest.mark.nightly
def test_a_computation_fails_cleanly_at_every_operation_of_the_disk(college, failing):
    failed = failing.until_passed(lambda: compute_readings(by=None, at=NOW, is_forced=True))
    assert failed >= 5


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
