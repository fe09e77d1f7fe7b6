"""Writes the demonstration college as a configuration package with rows, accounts and truths."""

import csv
import json
import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from random import Random

from luoxuan.portal.demonstration import campus_rows, data_rows, delivery_rows
from luoxuan.portal.demonstration.calendar import TODAY, period_rows
from luoxuan.portal.demonstration.college import build_college
from luoxuan.portal.demonstration.planted import truths
from luoxuan.portal.demonstration.task_rows import MONTHS, task_rows

# What does not depend on the seed: label, thresholds, watches.
SHIPPED = Path(__file__).parents[1] / "packages" / "demonstration"

# Below ten students a class, whole students no longer keep clear of the warning values.
FEWEST_STUDENTS = 60

UNIT_COLUMNS = ("code", "name", "name_en", "kind", "parent")
SUBJECT_COLUMNS = ("kind", "code", "name", "name_en", "unit", "parent")
PERIOD_COLUMNS = (
    *("kind", "code", "name", "name_en", "start_on", "end_on"),
    *("first_day", "last_day", "within", "position"),
)
MEMBERSHIP_COLUMNS = ("member", "group", "role", "valid_from", "valid_to")
ACCOUNT_COLUMNS = ("username", "name", "name_en", "role", "unit", "subject")
PLACE_COLUMNS = ("学号", "教学班代码", "课程代码", "开课部门代码")
RESULT_COLUMNS = (*PLACE_COLUMNS, "学年学期", "成绩", "考核结果")
ASSESSMENT_COLUMNS = (
    *("学号", "姓名", "课程代码", "教学班代码", "二级学院代码"),
    *("学年学期", "考核环节", "成绩"),
)
TASK_COLUMNS = (
    *("任务来源", "工作属性", "工作任务", "完成时限"),
    *MONTHS,
    *("责任部门", "责任人"),
)
RATING_COLUMNS = (
    *("教学班代码", "课程代码", "课程名称", "二级学院代码", "学年学期"),
    *("任课教师", "评教得分", "参评人数", "应评人数"),
)
ROSTER_COLUMNS = (
    "学号", "教学班代码", "课程代码", "课程名称", "开课部门代码", "学年学期", "行政班",
)  # fmt: skip
PRACTICE_COLUMNS = ("工号", "企业名称", "实践开始日期", "实践结束日期", "实践天数")
ATTENDANCE_COLUMNS = (*PLACE_COLUMNS, "考勤日期", "节次", "考勤状态")


def write_demonstration(
    folder: Path, *, seed: int, students: int = 3000, until: date = TODAY
) -> None:
    """Write the college into a folder; the same arguments give the same bytes.

    ``package/`` is a configuration package with its rows, on top of the foundation package;
    ``deliveries/`` holds files with mistakes that offices hand in; ``accounts.csv`` lists the
    accounts to open; ``planted-truths.json`` is for whoever scores the alerts and is read by no
    program. ``until`` plays the clock: later lessons and the results of
    terms that end later are left out, earlier rows stay the same.

    Raises ValueError for fewer than sixty students.
    """
    if students < FEWEST_STUDENTS:
        message = f"at least {FEWEST_STUDENTS} students are needed, not {students}"
        raise ValueError(message)
    college = build_college(_random(seed, "college"), students=students)
    package = folder / "package"
    shutil.copytree(SHIPPED, package, dirs_exist_ok=True)
    for name, columns, rows in (
        ("package/campus/units.csv", UNIT_COLUMNS, campus_rows.unit_rows(college)),
        ("package/campus/subjects.csv", SUBJECT_COLUMNS, campus_rows.subject_rows(college)),
        ("package/campus/periods.csv", PERIOD_COLUMNS, period_rows()),
        (
            "package/campus/memberships.csv",
            MEMBERSHIP_COLUMNS,
            campus_rows.membership_rows(college),
        ),
        (
            "package/rows/course_result.csv",
            RESULT_COLUMNS,
            data_rows.course_result_rows(_random(seed, "results"), college, until=until),
        ),
        (
            "package/rows/attendance.csv",
            ATTENDANCE_COLUMNS,
            data_rows.attendance_rows(_random(seed, "attendance"), college, until=until),
        ),
        (
            "package/rows/assessment_score.csv",
            ASSESSMENT_COLUMNS,
            data_rows.assessment_score_rows(_random(seed, "assessments"), college, until=until),
        ),
        (
            "package/rows/department_task.csv",
            TASK_COLUMNS,
            task_rows(_random(seed, "tasks"), college),
        ),
        (
            "deliveries/teaching_rating.csv",
            RATING_COLUMNS,
            delivery_rows.rating_rows(_random(seed, "ratings"), college),
        ),
        ("deliveries/course_roster.csv", ROSTER_COLUMNS, delivery_rows.roster_rows(college)),
        (
            "deliveries/enterprise_practice.csv",
            PRACTICE_COLUMNS,
            delivery_rows.practice_rows(college),
        ),
        ("accounts.csv", ACCOUNT_COLUMNS, campus_rows.account_rows(college)),
    ):
        _write_csv(folder / name, columns, rows)
    text = json.dumps(truths(college.classes), ensure_ascii=False, indent=2)
    (folder / "planted-truths.json").write_text(text + "\n", encoding="utf-8")


def _random(seed: int, purpose: str) -> Random:
    """Give every part a sequence of its own, so that more rows here change nothing there."""
    return Random(f"{seed}/{purpose}")  # noqa: S311 - sample data, no secret


def _write_csv(path: Path, columns: tuple[str, ...], rows: Iterable[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
