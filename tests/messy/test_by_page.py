"""Every odd file goes through the pages of the wizard: an answer in words, and nothing is left."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from luoxuan.core.jobs import run_due
from luoxuan.core.models import Job
from luoxuan.core.rules import JobState
from luoxuan.data.models import Dataset, ImportDraft
from luoxuan.data.rules import DraftState
from luoxuan.data.warehouse.intake import FileRefused, TableSpec, stage

from .conftest import LANGUAGE, open_dataset

# What is tried is the reading of files, which no database sees.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

MOST_SECONDS = 60
STEPS = ("columns", "check", "preview")
ENDED = {DraftState.ASKING, DraftState.CHECKED, DraftState.REFUSED}


def open_things() -> tuple[int, int, int]:
    """Return how many files this process has open, children it has, and scratch folders lie."""
    children = subprocess.run(
        ["pgrep", "-P", str(os.getpid())], capture_output=True, text=True, check=False
    ).stdout.split()
    scratch = list(Path(tempfile.gettempdir()).glob("intake-*"))
    return len(os.listdir("/proc/self/fd")), len(children), len(scratch)


def upload(client, dataset: str, path: Path, receipt: str) -> str:
    """Hand a file in by the form; return the address of its draft, "" when the form said no."""
    sent = {"file": SimpleUploadedFile(path.name, path.read_bytes()), "receipt": receipt,
            "mode": "replace"}  # fmt: skip
    answer = client.post(reverse("data:dataset_import", args=[dataset]), sent)
    if answer.status_code == 422:
        assert LANGUAGE.search(answer.content.decode())
        return ""
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def walk(client, draft: str) -> str:
    """Open every step of a draft and return where it stands."""
    run_due(owner="messy", now=timezone.now)
    opened = client.get(draft, follow=True)
    assert opened.status_code == 200
    assert LANGUAGE.search(opened.content.decode())
    for step in STEPS:
        answer = client.get(f"{draft}{step}/")
        assert answer.status_code in (200, 302), step
    found = ImportDraft.objects.get(pk=int(draft.rstrip("/").split("/")[-1]))
    assert found.state in ENDED
    if found.state == DraftState.REFUSED:
        assert len(found.report["errors"]) == 1
    return str(found.state)


def headers_of(path: Path) -> list[str]:
    """Return the headers of a file that is a table, none of another."""
    try:
        staged = stage(path, TableSpec("anything", ()), file_name=path.name)
    except FileRefused:
        return []
    usable = [text for text in staged.headers if text.strip() and len(text) <= 200]
    return usable[:40]


def test_every_odd_file_is_answered_by_the_pages(
    client, office, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Others of this machine leave and take scratch folders too.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    client.force_login(office)
    client.raise_request_exception = True
    stage_nothing(files)
    before, states = open_things(), []
    for number, path in enumerate(files):
        started = time.monotonic()
        if draft := upload(client, "score", path, f"score-{number}"):
            states.append(walk(client, draft))
        headers = headers_of(path)
        if headers:
            dataset = open_dataset(f"messy_{number}", headers)
            if draft := upload(client, dataset.name, path, f"own-{number}"):
                states.append(walk(client, draft))
            Dataset.objects.filter(pk=dataset.pk).update(is_system=True)
        assert time.monotonic() - started < MOST_SECONDS, path.name
    assert not Job.objects.exclude(state=JobState.DONE).exists()
    # Each outcome is there: without it this walk would prove nothing about that page.
    assert {DraftState.REFUSED, DraftState.CHECKED} <= set(states)
    opened, children, scratch = open_things()
    assert opened <= before[0] + 5, "open files were left"
    assert (children, scratch) == before[1:], "a child or a scratch folder was left"


def stage_nothing(files: list[Path]) -> None:
    """Start the waiting child before anything is counted."""
    headers_of(files[0])
