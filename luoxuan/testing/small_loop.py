"""The course of the story of the small loop: three classes, 118 students, two assessments.

Everything that is not the foundation package is made here; all names are invented.
"""

from datetime import UTC, datetime
from pathlib import Path

from luoxuan.campus.actions import assign_role
from luoxuan.campus.queries import subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.data.actions import ImportReport, import_file
from luoxuan.data.models import Dataset
from luoxuan.data.rules import ImportMode
from luoxuan.portal.configuration import SHIPPED, load_package

MIDDLE = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)
"""When the mid-term scores come in."""
END = datetime(2027, 1, 18, 2, 0, tzinfo=UTC)
"""When those of the end of term do."""
CLASSES = {"EE-1": ("机电 2501", 40), "EE-2": ("机电 2502", 39), "EE-3": ("智造 2501", 39)}
# 28 + 20 + 24 = 72 of 118 pass at mid-term, 92 at its end, 87 a year before.
PASSED_MIDDLE = {"EE-1": 28, "EE-2": 20, "EE-3": 24}
PASSED_END = {"EE-1": 34, "EE-2": 28, "EE-3": 30}
PASSED_YEAR_BEFORE = {"EE-1": 31, "EE-2": 28, "EE-3": 28}
HEADER = "学号,姓名,课程代码,教学班,开课学院代码,学期,考核环节,成绩"
_FAMILY, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫", ("文博", "宇航", "思远", "晓峰", "欣怡", "诗雨")

_FILES = {
    "package.toml": (
        'name = "small_loop"\nversion = "1"\ntitle = "小循环学院"\nnotice = "示例数据"\n'
    ),
    "campus/units.csv": (
        "code,name,name_en,kind,parent\n"
        "COLLEGE,示例职业学院,Sample College,INSTITUTION,\n"
        "ME,机电学院,School of Mechatronics,SECONDARY_COLLEGE,COLLEGE\n"
    ),
    "campus/subjects.csv": (
        "kind,code,name,name_en,unit,parent\n"
        "COURSE,EE,电工电子技术,Electrical Engineering,ME,UNIT:ME\n"
        + "".join(
            f"TEACHING_CLASS,{code},{name},,ME,COURSE:EE\n" for code, (name, _) in CLASSES.items()
        )
    ),
    "campus/periods.csv": (
        "kind,code,name,name_en,start_on,end_on,first_day,last_day,within,position\n"
        "TERM,2025-2026-1,2025-2026学年第一学期,,2025-09-01,2026-01-19,,,,1\n"
        "TERM,2026-2027-1,2026-2027学年第一学期,,2026-08-31,2027-01-18,,,,2\n"
        "FREE,2025-2026-1-期中,2025-2026学年第一学期期中,,2025-09-01,2025-11-17,,,2025-2026-1,1\n"
        "FREE,2025-2026-1-期末,2025-2026学年第一学期期末,,2025-11-17,2026-01-19,,,2025-2026-1,2\n"
        "FREE,2026-2027-1-期中,2026-2027学年第一学期期中,,2026-08-31,2026-11-16,,,2026-2027-1,3\n"
        "FREE,2026-2027-1-期末,2026-2027学年第一学期期末,,2026-11-16,2027-01-18,,,2026-2027-1,4\n"
    ),
    "thresholds.csv": (
        "indicator,kind,subject,target_value,standard_value,warning_value,valid_from,valid_to,source\n"
        "course.assessment_pass_share,COURSE,,,0.80,0.70,,,示例\n"
    ),
}  # fmt: skip


def open_story(folder: Path) -> dict[str, User]:
    """Load the college of the story; return its people: leader, colleague, office."""
    package = folder / "small_loop"
    for name, text in _FILES.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    load_package(SHIPPED / "foundation", by=None, at=MIDDLE)
    load_package(package, by=None, at=MIDDLE)
    return {
        "leader": _user("李国强", "course_leader", "COURSE:EE"),
        "colleague": _user("王志远", "teacher", "TEACHING_CLASS:EE-1"),
        "office": _user("质量办张老师", "quality_office", "*"),
    }


def score_file(folder: Path, term: str, stage: str, passed: dict[str, int]) -> Path:
    """Write the scores of one assessment: those who pass have 75, the others less than 60."""
    lines, number = [HEADER], 20250000
    for code, (_, size) in CLASSES.items():
        for index in range(size):
            number += 1
            name = _FAMILY[number % len(_FAMILY)] + _GIVEN[number % len(_GIVEN)]
            score = 75 if index < passed[code] else 35 + index % 24
            lines.append(f"{number},{name},EE,{code},ME,{term},{stage},{score}")
    path = folder / f"{term}-{stage}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def import_scores(path: Path, *, by: User | None, at: datetime) -> ImportReport:
    """Import one assessment beside those that are there."""
    dataset = Dataset.objects.get(name="assessment_score")
    return import_file(dataset=dataset, path=path, by=by, at=at, mode=ImportMode.MERGE)


def _user(name: str, role: str, place: str) -> User:
    user = User(username=f"{role}-{place}".lower().replace(":", "-"), name=name, created_at=MIDDLE)
    user.set_unusable_password()
    user.save()
    kind, _, code = place.partition(":")
    subject = subject_at(EVERYTHING, kind=kind, code=code) if code else None
    assign_role(
        user=user, role=role, by=None, at=MIDDLE, subject=subject,
        is_whole_institution=subject is None,
    )  # fmt: skip
    return user
