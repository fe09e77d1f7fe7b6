"""One small fictional college for all tests: two secondary colleges, two courses, named users."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from luoxuan.campus.actions import assign_role
from luoxuan.campus.queries import subject_at, units
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.data.actions import ImportReport, import_file
from luoxuan.data.models import Dataset
from luoxuan.data.rules import ImportMode
from luoxuan.portal.catch_up import CatchUpReport, catch_up
from luoxuan.portal.configuration import load_package

SMALL = Path(__file__).parent / "small"
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
PASSWORD = "correct-horse-battery"  # noqa: S105 (a password of nobody)
HEADER = "学号,教学班,课程,部门,学期,得分,结果"

# username: (role, place); a place is "*", UNIT:code or KIND:code. Nobody here exists.
USERS: dict[str, tuple[str, str]] = {
    "office": ("quality_office", "*"),
    "president": ("leader", "*"),
    "centre": ("information_centre", "*"),
    "east": ("college_head", "UNIT:EAST"),
    "west": ("college_head", "UNIT:WEST"),
    "eastdata": ("college_data_officer", "UNIT:EAST"),
    "math": ("course_leader", "COURSE:MATH"),
    "teacher": ("teacher", "TEACHING_CLASS:MATH-1"),
    "courses": ("department_head", "LEVEL:COURSE"),
    "student": ("student", "TEACHING_CLASS:MATH-1"),
    "expert": ("external_expert", "*"),
    "auditor": ("audit_administrator", "*"),
}


@dataclass(frozen=True, slots=True)
class Passes:
    """How many students of a class pass and fail in a term."""

    teaching_class: str
    passed: int
    failed: int
    term: str = "2025-1"


def load_definitions(path: Path) -> None:
    """Load a package for a test of a package below the portal."""
    load_package(path, by=None, at=NOW)


def open_college() -> None:
    """Load the college's package."""
    load_package(SMALL, by=None, at=NOW)


def open_user(username: str, role: str = "", place: str = "") -> User:
    """Create a user with one role at one place, by default those of the table above."""
    user = User(username=username, name=username.title(), created_at=NOW)
    user.set_password(PASSWORD)
    user.save()
    if not role and username not in USERS:
        return user
    role, place = (role, place) if role else USERS[username]
    kind, _, code = place.partition(":")
    assign_role(
        user=user,
        role=role,
        by=None,
        at=NOW,
        is_whole_institution=place == "*",
        unit=units(EVERYTHING).get(subject__code=code) if kind == "UNIT" else None,
        level=code if kind == "LEVEL" else None,  # type: ignore[arg-type]
        subject=subject_at(EVERYTHING, kind=kind, code=code)
        if kind not in {"*", "UNIT", "LEVEL"}
        else None,
    )
    return user


def open_users() -> dict[str, User]:
    """Create every user of the table, by name."""
    return {username: open_user(username) for username in USERS}


def score_csv(classes: Sequence[Passes]) -> str:
    """Return a score file: students who pass have 75.5 points, others 40."""
    lines, number = [HEADER], 1000
    for row in classes:
        course = row.teaching_class.partition("-")[0]
        unit = {"MATH": "EAST-MATH", "WELD": "WEST"}[course]
        for index in range(row.passed + row.failed):
            number += 1
            result = "75.5,通过" if index < row.passed else "40,不通过"
            lines.append(f"{number},{row.teaching_class},{course},{unit},{row.term},{result}")
    return "\n".join(lines) + "\n"


def import_text(
    text: str, folder: Path, *, mode: ImportMode = ImportMode.REPLACE, period: str = "",
    by: User | None = None,
) -> ImportReport:  # fmt: skip
    """Import the text of a score file."""
    path = folder / "score.csv"
    path.write_text(text, encoding="utf-8")
    dataset = Dataset.objects.get(name="score")
    return import_file(dataset=dataset, path=path, mode=mode, period=period, by=by, at=NOW)


def fill_college(folder: Path) -> CatchUpReport:
    """Open the college with one term of scores: MATH-1 passes 9 of 10, MATH-2 5, WELD-1 8."""
    open_college()
    classes = [Passes("MATH-1", 9, 1), Passes("MATH-2", 5, 5), Passes("WELD-1", 8, 2)]
    import_text(score_csv(classes), folder)
    return catch_up(by=None, at=NOW)
