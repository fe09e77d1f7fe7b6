"""Every odd file by the command: one document, an honest status, never an error of our own."""

import json
import time
from pathlib import Path

import pytest

from luoxuan.cli.commands import run
from luoxuan.data.models import DatasetVersion

from .conftest import LANGUAGE

# What is tried is the reading of files, which no database sees.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

DONE, REFUSED = 0, 1
MOST_SECONDS = 60


def test_every_odd_file_is_answered_by_the_command(office, files: list[Path], capsys) -> None:
    for path in files:
        started = time.monotonic()
        status = run(["import", "score", str(path), "--json"])
        printed = capsys.readouterr().out
        assert status in (DONE, REFUSED), path.name
        document = json.loads(printed)
        said = json.dumps(document, ensure_ascii=False)
        assert status == DONE or LANGUAGE.search(said), path.name
        assert time.monotonic() - started < MOST_SECONDS, path.name
    # None of them is a file of scores.
    assert not DatasetVersion.objects.filter(dataset__name="score").exists()
