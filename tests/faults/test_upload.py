"""A web process killed while a file comes in: the file is absent or complete by its hash (F1)."""

import hashlib
import re

import pytest

from .installation import Installation
from .test_kill import KILLED, VERIFY

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
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
    assert installation.run(UPLOAD, fault="data.draft.original_kept") == KILLED
    check_kept(installation)
    assert installation.query("SELECT count(*) FROM data_importdraft") == [(0,)]
    assert installation.run(VERIFY, UPLOAD) == 0
    assert installation.query("SELECT count(*) FROM data_importdraft") == [(1,)]
    check_kept(installation)
