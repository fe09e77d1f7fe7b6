"""More of everything in the tests' college, for what must not depend on how much there is."""

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

_COURSES, _CLASSES = 4, 18


def grow_packages(users: dict[str, User], folder: Path, *, step: int) -> None:
    """Add subjects, alerts, tasks, improvements, evidence, jobs, cycles and reports; 1, then 2."""
    _grow_courses(folder, step)
    core.fill(users, folder)
    improvement.fill(users, folder)
    for number in range(6 * step):
        open_example("EAST", f"任务 {step}.{number}", kind=list(TaskKind)[number % 3])
        open_example("WEST", f"任务 {step}.{number}")
    for code in _courses(step):
        open_loop(code, by=users["office"], is_trial=code.endswith("0"))
        create_document(
            kind=DocumentKind.COURSE_TERM,
            subject=subject_at(EVERYTHING, kind="COURSE", code=code),
            period=Period.objects.get(code="2025-1"),
            scope=EVERYTHING,
            by=users["office"],
            at=NOW,
        )


def _courses(step: int) -> list[str]:
    return [f"MATH{step}{number}" for number in range(_COURSES * step)]


def _grow_courses(folder: Path, step: int) -> None:
    """Add courses and classes, some of them in warning."""
    courses = [
        SubjectSpec(SubjectKind.COURSE, code, f"课程 {code}", "", "EAST-MATH", "UNIT:EAST")
        for code in _courses(step)
    ]
    numbers = range(3, 3 + _CLASSES * step)
    classes = [
        SubjectSpec(
            SubjectKind.TEACHING_CLASS, f"MATH-{n}", f"教学班 {n}", "", "EAST-MATH", "COURSE:MATH"
        )
        for n in numbers
    ]
    record_subjects(subjects=[*courses, *classes], origin="test@1", by=None, at=NOW)
    passes = [Passes("MATH-1", 9, 1), Passes("MATH-2", 5, 5), Passes("WELD-1", 8, 2)]
    passes += [Passes(f"MATH-{n}", n % 9, 10 - n % 9) for n in numbers]
    import_text(score_csv(passes), folder)
    catch_up(by=None, at=NOW + timedelta(hours=step))
