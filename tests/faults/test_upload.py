"""A web process killed while a file comes in: the file is absent or complete by its hash (F1)."""

import hashlib
import random
import re
import time

import pytest

from .installation import Installation
from .test_kill import BEFORE, KILLED, VERIFY

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
OPEN = ("act", "open_office")
UPLOAD = ("act", "upload", "new.csv")


def check_kept(installation: Installation) -> None:
    """Every file with the name of a hash has that hash, and every draft has its file."""
    folder = installation.home / "warehouse" / "originals"
    kept = {path.name: path for path in folder.glob("*") if re.fullmatch("[0-9a-f]{64}", path.name)}
    for name, path in kept.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == name
    for (name,) in installation.query("SELECT sha256 FROM data_importdraft"):
        assert name in kept


def test_killed_before_the_draft_is_written_the_person_uploads_again(copies):
    installation = copies("seam")
    assert installation.run(OPEN, UPLOAD, fault="data.draft.original_kept") == KILLED
    check_kept(installation)
    assert installation.query("SELECT count(*) FROM data_importdraft") == [(0,)]
    assert installation.run(VERIFY, UPLOAD) == 0
    assert installation.query("SELECT count(*) FROM data_importdraft") == [(1,)]
    check_kept(installation)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(50))
def test_killed_at_a_random_moment_of_an_upload_nothing_is_half_there(copies, seed):
    installation = copies("random")
    assert installation.run(OPEN) == 0
    started = time.monotonic()
    assert installation.run(("act", "upload", "old.csv")) == 0
    longest = time.monotonic() - started
    chance = random.Random(seed)  # noqa: S311 - a seed, no secret
    installation.killed_after(longest * chance.uniform(0.3, 1.0), UPLOAD)
    check_kept(installation)
    assert installation.held() == BEFORE
    assert installation.run(VERIFY) == 0
    assert installation.run(UPLOAD) == 0
    check_kept(installation)
