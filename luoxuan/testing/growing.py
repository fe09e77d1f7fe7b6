"""Twice as much of everything in the tests' college, for what must not depend on how much."""

from datetime import timedelta
from pathlib import Path

from luoxuan.campus.actions import SubjectSpec, record_subjects
from luoxuan.campus.models import Period
from luoxuan.campus.queries import subject_at
from luoxuan.campus.rules import SubjectKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.goals.rules import TaskKind
from luoxuan.portal.catch_up import catch_up
from luoxuan.reports.actions import create_document
from luoxuan.reports.rules import DocumentKind
from luoxuan.testing.college import NOW, Passes, import_text, score_csv
from luoxuan.testing.filling import core, improvement
from luoxuan.testing.filling.diagnosis import open_loop
from luoxuan.testing.filling.goals import open_example

_COURSES = 4


def grow_packages(users: dict[str, User], folder: Path) -> None:
    """Double subjects, alerts, tasks, improvements, evidence, jobs, cycles and reports."""
    _grow_courses(folder)
    core.fill(users, folder)
    improvement.fill(users, folder)
    for number in range(6):
        open_example("EAST", f"任务 {number}", kind=list(TaskKind)[number % 3])
        open_example("WEST", f"任务 {number}")
    for number in range(_COURSES):
        open_loop(f"MATH{number}", by=users["office"], is_trial=number == 0)
        create_document(
            kind=DocumentKind.COURSE_TERM,
            subject=subject_at(EVERYTHING, kind="COURSE", code=f"MATH{number}"),
            period=Period.objects.get(code="2025-1"),
            scope=EVERYTHING,
            by=users["office"],
            at=NOW,
        )


def _grow_courses(folder: Path) -> None:
    """Double the courses and the classes in warning."""
    courses = [
        SubjectSpec(SubjectKind.COURSE, f"MATH{n}", f"课程 {n}", "", "EAST-MATH", "UNIT:EAST")
        for n in range(_COURSES)
    ]
    classes = [
        SubjectSpec(
            SubjectKind.TEACHING_CLASS, f"MATH-{n}", f"教学班 {n}", "", "EAST-MATH", "COURSE:MATH"
        )
        for n in range(3, 9)
    ]
    record_subjects(subjects=[*courses, *classes], origin="test@1", by=None, at=NOW)
    passes = [Passes("MATH-1", 9, 1), Passes("MATH-2", 5, 5), Passes("WELD-1", 8, 2)]
    passes += [Passes(f"MATH-{n}", n, 10 - n) for n in range(3, 9)]
    import_text(score_csv(passes), folder)
    catch_up(by=None, at=NOW + timedelta(hours=1))
