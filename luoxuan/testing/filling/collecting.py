"""What the tests' college holds in collecting."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from luoxuan.campus.queries import subjects
from luoxuan.campus.rules import SubjectKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.data.collecting.actions import (
    CollectionValues,
    open_collection,
    return_submission,
    save_submission,
    submit_submission,
)
from luoxuan.data.models import Collection, Dataset, Submission
from luoxuan.testing.college import NOW

EAST_ROW = {
    "student_id": "8001", "class_code": "MATH-1", "course_code": "MATH", "score": "88",
    "result": "通过",
}  # fmt: skip


def open_scores(by: User | None, *, units: tuple[str, ...] = ("EAST", "WEST")) -> Collection:
    """Ask units for scores of the second term."""
    found = subjects(EVERYTHING, kind=SubjectKind.UNIT).filter(code__in=units)
    values = CollectionValues(
        dataset=Dataset.objects.get(name="score"),
        title="补报第二学期成绩",
        due_on=timezone.localdate(NOW) + timedelta(days=7),
        period="2025-2",
        words="只填期末总评。",
    )
    return open_collection(
        values=values, subjects=list(found), receipt=f"filling:{','.join(units)}", by=by, at=NOW
    )


def submission_of(collection: Collection, unit: str) -> Submission:
    """Return the submission of a unit."""
    return collection.submissions.get(subject__code=unit)


def hand_in(submission: Submission, by: User, *rows: dict[str, str]) -> Submission:
    """Fill in rows and hand them in."""
    sent = [(f"r{number}", row) for number, row in enumerate(rows, start=900)]
    saved = save_submission(
        submission=submission, sent=sent, revision=submission.revision, by=by, at=NOW
    )
    return submit_submission(submission=saved, by=by, at=NOW)


def fill(users: dict[str, User], folder: Path) -> dict[str, object]:
    """Ask two units; the eastern one is returned with a reason on one cell, then another waits."""
    made = open_scores(users["office"])
    east = hand_in(submission_of(made, "EAST"), users["eastdata"], EAST_ROW)
    remark = {"row": "r900", "field": "score", "text": "与试卷不符，请核对。"}
    return_submission(submission=east, remarks=[remark], reason="", by=users["office"], at=NOW)
    waiting = open_scores(users["office"], units=("EAST", "WEST", "QUALITY"))
    west = hand_in(submission_of(waiting, "WEST"), users["west"])
    return {
        "collection": made.pk, "submission": east.pk, "submission_waiting": west.pk,
    }  # fmt: skip
