"""What a person does by pages, as functions that a process of an installation can be told to do.

Each may be done again after it was killed: what is there already stays as it is.
"""

import os
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from django.db import connection
from django.test import Client
from django.utils import timezone

from luoxuan.campus.models import Period
from luoxuan.campus.queries import subject_at
from luoxuan.campus.rules import SubjectKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.models import User
from luoxuan.data.actions.drafts import commit_draft, receive_file
from luoxuan.data.actions.evidence import file_evidence
from luoxuan.data.actions.undo import undo_import
from luoxuan.data.collecting.actions import (
    accept_submission,
    close_collection,
    expire_drafts,
    remind_of_collections,
)
from luoxuan.data.collecting.rules import SubmissionState
from luoxuan.data.models import Dataset, ImportBatch, ImportDraft
from luoxuan.diagnosis.actions import freeze_diagnosis, open_next_cycle, sign_diagnosis
from luoxuan.diagnosis.rules import DiagnosisState
from luoxuan.goals.actions import (
    SheetEntry,
    decide_deadline_change,
    record_sheet,
    submit_sheet,
)
from luoxuan.goals.models import DeadlineChange, MonthSheet, Task
from luoxuan.goals.queries import month_coded
from luoxuan.goals.rules import DateDecision, ProgressState, TaskKind
from luoxuan.monitoring.actions import answer_alert
from luoxuan.monitoring.models import Alert
from luoxuan.portal.catch_up import catch_up
from luoxuan.reports.actions import create_document, submit_document
from luoxuan.reports.rules import DocumentKind
from luoxuan.testing import small_loop
from luoxuan.testing.college import NOW, PASSWORD, open_users
from luoxuan.testing.filling.collecting import EAST_ROW, hand_in, open_scores, submission_of
from luoxuan.testing.filling.diagnosis import load_loops, open_loop, write_diagnosis
from luoxuan.testing.filling.goals import open_example

from . import data_acts

DONE, REFUSED = 0, 1
TASK = "新增校企共建课程 8 门"


def act(name: str, *arguments: str) -> int:
    """Do one of the functions below, or of those of the data centre; a refusal is a clean end."""
    try:
        (getattr(data_acts, name, None) or globals()[name])(*arguments)
    except Refused as refused:
        sys.stderr.write(f"refused: {refused.code} {refused.facts}\n")
        return REFUSED
    return DONE


def user_called(name: str) -> User:
    return User.objects.get(username=name)


def prepare_college() -> None:
    """Open every account, the forms of the loops and one task that is late."""
    open_users()
    load_loops(Path.cwd())
    open_example("EAST", TASK, kind=TaskKind.A, deadline_on=date(NOW.year, 4, 30))


def prepare_story() -> None:
    """Bring the story of the small loop to the point where the answer to the alert is in place."""
    leader = small_loop.open_story(Path.cwd())["leader"]
    for term, passed in (
        ("2025-2026-1", small_loop.PASSED_YEAR_BEFORE), ("2026-2027-1", small_loop.PASSED_MIDDLE),
    ):  # fmt: skip
        path = small_loop.score_file(Path.cwd(), term, "期中", passed)
        small_loop.import_scores(path, by=None, at=small_loop.MIDDLE)
    catch_up(by=None, at=small_loop.MIDDLE)
    answer_alert(
        alert=Alert.objects.get(), cause_categories=["feedback"], cause="",
        measure="作业 48 小时内批改。", responsible=leader, is_in_place=True,
        due_on=small_loop.MIDDLE.date() + timedelta(days=21),
        by=leader, at=small_loop.MIDDLE + timedelta(hours=1),
    )  # fmt: skip


def end_term() -> None:
    """Import the scores of the end of the term, and catch up then."""
    path = small_loop.score_file(Path.cwd(), "2026-2027-1", "期末", small_loop.PASSED_END)
    small_loop.import_scores(path, by=None, at=small_loop.END)
    catch_up(by=None, at=small_loop.END)


def receive(file: str) -> None:
    """Hand a file in; the mark of the form is the name, so a second time is the same draft."""
    receive_file(
        dataset=Dataset.objects.get(name="score"), path=Path(file), file_name=file, receipt=file,
        by=None, at=timezone.now(),
    )  # fmt: skip


def upload(file: str) -> None:
    """Hand a file in by the page of the wizard, as the quality office."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user_called("office"))
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


def show_evidence() -> None:
    """File a record of the course as evidence."""
    path = Path("evidence.txt")
    path.write_text("教研活动记录\n", encoding="utf-8")
    file_evidence(
        subject=subject_at(EVERYTHING, kind="TEACHING_CLASS", code="MATH-1"),
        owner=user_called("office"), title="教研活动记录", path=path, file_name="教研活动记录.txt",
        dated_on=date(2026, 3, 1), by=user_called("office"), at=NOW,
    )  # fmt: skip


def hand_in_sheet() -> None:
    """Report the late task of February and ask for another date."""
    unit = subject_at(EVERYTHING, kind=SubjectKind.UNIT, code="EAST")
    month, east = month_coded(f"{NOW.year}-02"), user_called("east")
    entry = SheetEntry(
        ProgressState.LATE, cause_categories=("OUTSIDE",), cause="合作单位停机改版。",
        measure="先用校内平台试运行。", asked_on=date(NOW.year, 6, 30),
    )  # fmt: skip
    if not MonthSheet.objects.exclude(submitted_at=None).exists():
        entries = {Task.objects.get(title=TASK).pk: entry}
        record_sheet(unit=unit, month=month, entries=entries, by=east, at=NOW)
    submit_sheet(unit=unit, month=month, by=east, at=NOW)


def decide() -> None:
    """Grant the other date that a task was asked, as the president."""
    for change in DeadlineChange.objects.filter(state=DateDecision.ASKED):
        decide_deadline_change(
            change=change, is_approved=True, note="", by=user_called("president"),
            at=timezone.now(),
        )  # fmt: skip


def turn_loop() -> None:
    """Open the cycle of the course, judge, freeze, sign, and open the next one."""
    cycle = open_loop("MATH", by=user_called("office"))
    draft, leader = cycle.diagnoses.get(), user_called("math")
    if draft.state == DiagnosisState.DRAFT:
        if not draft.judgements.exclude(verdict="").exists():
            write_diagnosis(cycle, by=leader)
        draft = freeze_diagnosis(diagnosis=draft, by=leader, at=NOW + timedelta(hours=2))
    if draft.state == DiagnosisState.FROZEN:
        sign_diagnosis(diagnosis=draft, by=user_called("east"), at=NOW + timedelta(hours=3))
    open_next_cycle(cycle=cycle, by=leader, at=NOW + timedelta(hours=4))


def submit_report() -> None:
    """Write the report of the course and hand it in, unless it is."""
    leader = user_called("math")
    document = create_document(
        kind=DocumentKind.COURSE_TERM, subject=subject_at(EVERYTHING, kind="COURSE", code="MATH"),
        period=Period.objects.get(code="2025-1"), scope=EVERYTHING, by=leader, at=NOW,
    )  # fmt: skip
    if document.submitted_at is None:
        submit_document(document=document, scope=EVERYTHING, by=leader, at=NOW)


def ask_and_accept() -> None:
    """Ask the eastern college for a row, have it handed in, and accept it; what is done stays."""
    made = open_scores(user_called("office"), units=("EAST",))
    submission = submission_of(made, "EAST")
    if submission.state == SubmissionState.DRAFT:
        submission = hand_in(submission, user_called("eastdata"), EAST_ROW)
    accept_submission(submission=submission, by=user_called("office"), at=NOW)


def remind_and_expire() -> None:
    """Ask for a row, remind of it, end the collection, and let its draft expire."""
    made = open_scores(user_called("office"), units=("EAST",))
    remind_of_collections(at=NOW + timedelta(days=6))
    close_collection(collection=made, by=user_called("office"), at=NOW)
    expire_drafts(by=None, at=NOW + timedelta(days=200))


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
