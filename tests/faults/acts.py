"""What a person does by pages, as functions that a process of an installation can be told to do."""

import json
import os
import time
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402 - models exist only after the set-up
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from luoxuan.core.actions import record_audit  # noqa: E402
from luoxuan.core.errors import Refused  # noqa: E402
from luoxuan.core.models import User  # noqa: E402
from luoxuan.data.actions.drafts import commit_draft, receive_file  # noqa: E402
from luoxuan.data.actions.undo import undo_import  # noqa: E402
from luoxuan.data.models import Dataset, ImportBatch, ImportDraft  # noqa: E402
from luoxuan.goals.actions import decide_deadline_change  # noqa: E402
from luoxuan.goals.models import DeadlineChange  # noqa: E402
from luoxuan.goals.rules import DateDecision  # noqa: E402
from luoxuan.testing.college import PASSWORD, open_user, open_users  # noqa: E402
from luoxuan.testing.filling import fill_packages  # noqa: E402

DONE, REFUSED = 0, 1


def act(name: str, *arguments: str) -> int:
    """Do one of the functions below; a refusal is a clean end too."""
    try:
        globals()[name](*arguments)
    except Refused as refused:
        Path("refused.json").write_text(json.dumps(refused.code), encoding="utf-8")
        return REFUSED
    return DONE


def receive(file: str) -> None:
    """Hand a file in; the mark of the form is the name, so a second time is the same draft."""
    receive_file(
        dataset=Dataset.objects.get(name="score"), path=Path(file), file_name=file, receipt=file,
        by=None, at=timezone.now(),
    )  # fmt: skip


def upload(file: str) -> None:
    """Hand a file in by the page of the wizard, as the quality office."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username="office"))
    with Path(file).open("rb") as content:
        form = {"file": content, "mode": "replace", "receipt": file}
        answer = client.post("/data/score/import/", form)
    assert answer.status_code == 302, answer.content.decode()


def commit(file: str) -> None:
    """Ask for the draft to be written, unless it is."""
    draft = ImportDraft.objects.get(receipt=file)
    if draft.batch is None:
        commit_draft(draft=draft, by=None, at=timezone.now())


def undo() -> None:
    """Take the newest import back, unless it is."""
    batch = ImportBatch.objects.filter(undone_in=None).exclude(version=None).latest("pk")
    if batch.version_id and batch.version.number > 1:
        undo_import(batch=batch, by=None, at=timezone.now(), reason="wrong file")


def fill() -> None:
    """Let every package make its objects, as for the pages of the tests."""
    fill_packages(open_users(), Path.cwd())


def open_office() -> None:
    """Open the account of the quality office."""
    open_user("office")


def log_in(status: str, patience: str) -> None:
    """Log in by the page, which writes a session; compare the answer and how long it took."""
    if patience:
        connection.settings_dict["OPTIONS"]["timeout"] = float(patience)
        connection.close()
    limit = float(patience or 10) + 2
    client = Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
    started = time.monotonic()
    answer = client.post("/login/", {"username": "office", "password": PASSWORD})
    assert answer.status_code == int(status), answer.content.decode()
    assert time.monotonic() - started < limit
    assert "locked" not in answer.content.decode()
    assert answer.status_code != 503 or "请稍后再试" in answer.content.decode()


def write_entries(number: str) -> None:
    """Write audit entries, each in a transaction of its own."""
    for _ in range(int(number)):
        record_audit(
            by=None, at=timezone.now(), action="act", object_kind="Process",
            object_key=str(os.getpid()),
        )  # fmt: skip


def decide() -> None:
    """Grant the other date that a task was asked, as the president."""
    for change in DeadlineChange.objects.filter(state=DateDecision.ASKED):
        decide_deadline_change(
            change=change, is_approved=True, note="", by=User.objects.get(username="president"),
            at=timezone.now(),
        )  # fmt: skip
