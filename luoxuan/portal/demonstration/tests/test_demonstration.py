"""The demonstration college repeats for the same seed, adds up and holds its planted truths."""

import csv
import json
import sqlite3
from contextlib import closing
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from luoxuan.campus.rules import roles
from luoxuan.portal.demonstration import write_demonstration

FOUNDATION = Path(__file__).parents[2] / "packages" / "foundation"
PASS_WARNING = 0.70
ATTENDANCE_WARNING = 0.85

TABLES = {
    "course_result": 'CREATE TABLE course_result ("学号", "教学班代码", "课程代码",'
    ' "开课部门代码", "学年学期", "成绩", "考核结果")',
    "attendance": 'CREATE TABLE attendance ("学号", "教学班代码", "课程代码",'
    ' "开课部门代码", "考勤日期", "节次", "考勤状态")',
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("demonstration")
    write_demonstration(target, seed=7, students=200)
    return target


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def asked(folder: Path, dataset: str, query: str) -> list[tuple]:
    """Ask plain SQL over one file of rows, as somebody without Luoxuan would."""
    rows = rows_of(folder / "package" / "rows" / f"{dataset}.csv")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(TABLES[dataset])
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(
            f"INSERT INTO {dataset} VALUES ({marks})",
            (tuple(row.values()) for row in rows),
        )
        return connection.execute(query).fetchall()


SHARES_OF_PASSES = """
SELECT "课程代码", "学年学期", avg(CASE WHEN "考核结果" = '通过' THEN 1.0 ELSE 0 END)
FROM course_result GROUP BY "课程代码", "学年学期"
"""
WEEKLY_ATTENDANCE = """
SELECT "教学班代码",
       1 + CAST(julianday("考勤日期")
                - min(julianday("考勤日期")) OVER (PARTITION BY "教学班代码") AS INTEGER) / 7,
       avg(CASE WHEN "考勤状态" = '出勤' THEN 1.0 ELSE 0 END)
FROM attendance GROUP BY "教学班代码", "考勤日期"
"""


def test_the_same_seed_gives_the_same_bytes(folder, tmp_path):
    write_demonstration(tmp_path, seed=7, students=200)
    assert contents(tmp_path) == contents(folder)


def test_another_seed_gives_other_people(folder, tmp_path):
    write_demonstration(tmp_path, seed=8, students=200)
    name = "package/campus/subjects.csv"
    assert contents(tmp_path)[name] != contents(folder)[name]


def test_the_college_has_the_announced_size(folder):
    subjects = rows_of(folder / "package" / "campus" / "subjects.csv")
    counts = {
        kind: sum(row["kind"] == kind for row in subjects)
        for kind in ("PROGRAM", "COURSE", "TEACHER", "CLASS_GROUP", "STUDENT", "TEACHING_CLASS")
    }
    assert counts == {
        "PROGRAM": 2,
        "COURSE": 35,
        "TEACHER": 15,
        "CLASS_GROUP": 6,
        "STUDENT": 200,
        "TEACHING_CLASS": 71,
    }


def test_the_full_size_is_that_of_the_interfaces(tmp_path):
    write_demonstration(tmp_path, seed=7)
    subjects = rows_of(tmp_path / "package" / "campus" / "subjects.csv")
    units = rows_of(tmp_path / "package" / "campus" / "units.csv")
    kinds = [row["kind"] for row in subjects]
    wanted = {"STUDENT": 3000, "TEACHER": 180, "PROGRAM": 24, "COURSE": 420}
    assert {kind: kinds.count(kind) for kind in wanted} == wanted
    kinds = [row["kind"] for row in units]
    wanted = {"SECONDARY_COLLEGE": 6, "OFFICE": 12, "TEACHING_GROUP": 24, "SECTION_OFFICE": 19}
    assert {kind: kinds.count(kind) for kind in wanted} == wanted


def test_the_number_of_students_is_exact_and_groups_stay_small(tmp_path):
    write_demonstration(tmp_path, seed=1, students=333)
    subjects = rows_of(tmp_path / "package" / "campus" / "subjects.csv")
    students = [row for row in subjects if row["kind"] == "STUDENT"]
    assert len({row["code"] for row in students}) == len(students) == 333
    groups = [row["parent"] for row in students]
    assert max(groups.count(group) for group in set(groups)) <= 50


def test_too_few_students_are_refused(tmp_path):
    with pytest.raises(ValueError, match="at least 60"):
        write_demonstration(tmp_path, seed=1, students=59)
    assert list(tmp_path.iterdir()) == []


def test_every_reference_between_the_campus_files_resolves(folder):
    campus = folder / "package" / "campus"
    units = rows_of(campus / "units.csv")
    subjects = rows_of(campus / "subjects.csv")
    known = {f"UNIT:{row['code']}" for row in units}
    for row in subjects:
        assert row["parent"] in known, "a subject stands before the one it belongs to"
        assert f"{row['kind']}:{row['code']}" not in known, "two subjects share kind and code"
        known.add(f"{row['kind']}:{row['code']}")
    codes = {row["code"] for row in units}
    assert {row["unit"] for row in subjects} <= codes
    assert {row["parent"] for row in units} <= codes | {""}
    for row in rows_of(campus / "memberships.csv"):
        assert {row["member"], row["group"]} <= known
    for row in rows_of(folder / "accounts.csv"):
        assert row["unit"] in codes or row["subject"] in known


def test_the_teaching_weeks_follow_each_other_and_fill_the_term(folder):
    periods = rows_of(folder / "package" / "campus" / "periods.csv")
    for term in (row for row in periods if row["kind"] == "TERM"):
        weeks = [row for row in periods if row["within"] == term["code"]]
        assert len(weeks) == 18
        assert (weeks[0]["start_on"], weeks[-1]["end_on"]) == (term["start_on"], term["end_on"])
        assert all(date.fromisoformat(week["start_on"]).weekday() == 0 for week in weeks)
        assert all(before["end_on"] == after["start_on"] for before, after in pairwise(weeks))


def test_the_members_of_every_class_have_one_result_or_twelve_lessons(folder):
    members = {
        (row["member"].removeprefix("STUDENT:"), row["group"].removeprefix("TEACHING_CLASS:"))
        for row in rows_of(folder / "package" / "campus" / "memberships.csv")
        if row["role"] == "student" and row["group"].startswith("TEACHING_CLASS:")
    }
    ended = {pair for pair in members if not pair[1].startswith("2026-2027")}
    results = asked(folder, "course_result", 'SELECT "学号", "教学班代码" FROM course_result')
    assert len(results) == len(ended)
    assert set(results) == ended
    lessons = asked(
        folder, "attendance", 'SELECT "学号", "教学班代码", count(*) FROM attendance GROUP BY 1, 2'
    )
    assert {lesson[:2] for lesson in lessons} == {
        pair for pair in members if pair[1].startswith("2026-2027-1")
    }
    assert {count for *_, count in lessons} == {12}


def test_results_agree_with_scores_and_no_examination_means_no_score(folder):
    strange = """
    SELECT * FROM course_result
    WHERE CASE "考核结果"
        WHEN '通过' THEN CAST("成绩" AS REAL) NOT BETWEEN 60 AND 100
        WHEN '未通过' THEN CAST("成绩" AS REAL) NOT BETWEEN 0 AND 59.9
        ELSE "成绩" <> '' END
    """
    assert asked(folder, "course_result", strange) == []


def test_every_code_stands_in_its_code_list(folder):
    for dataset, column, code_list in (
        ("course_result", "考核结果", "assessment_result"),
        ("attendance", "考勤状态", "attendance_state"),
    ):
        listed = {row["value"] for row in rows_of(FOUNDATION / "code_lists" / f"{code_list}.csv")}
        found = {row[column] for row in rows_of(folder / "package" / "rows" / f"{dataset}.csv")}
        assert found == listed


@pytest.mark.parametrize(("seed", "students"), [(7, 200), (1, 60), (2, 137), (20260302, 600)])
def test_exactly_the_planted_courses_pass_too_few(tmp_path, seed, students):
    write_demonstration(tmp_path, seed=seed, students=students)
    planted = json.loads((tmp_path / "planted-truths.json").read_text(encoding="utf-8"))
    low = {
        (course, term)
        for course, term, share in asked(tmp_path, "course_result", SHARES_OF_PASSES)
        if share < PASS_WARNING
    }
    assert low == {(truth["course"], truth["period"]) for truth in planted["low_pass"]}
    assert len(low) == 2


@pytest.mark.parametrize(("seed", "students"), [(7, 200), (1, 60), (2, 137), (20260302, 600)])
def test_attendance_drops_exactly_where_it_is_planted(tmp_path, seed, students):
    write_demonstration(tmp_path, seed=seed, students=students)
    planted = json.loads((tmp_path / "planted-truths.json").read_text(encoding="utf-8"))
    low = {
        (code, week)
        for code, week, share in asked(tmp_path, "attendance", WEEKLY_ATTENDANCE)
        if share < ATTENDANCE_WARNING
    }
    assert low == {
        (truth["class"], week)
        for truth in planted["attendance_drop"]
        for week in range(truth["from_week"], 13)
    }
    assert len(low) == 5


def test_an_earlier_day_leaves_out_what_has_not_happened_yet(folder, tmp_path):
    """Earlier rows stay as they are: a day more adds, it never draws anew."""
    write_demonstration(tmp_path / "june", seed=7, students=200, until=date(2026, 6, 30))
    write_demonstration(tmp_path / "september", seed=7, students=200, until=date(2026, 9, 30))
    path = Path("package") / "rows" / "course_result.csv"
    june, now = rows_of(tmp_path / "june" / path), rows_of(folder / path)
    assert {tuple(row.values()) for row in june} < {tuple(row.values()) for row in now}
    assert max(row["学年学期"] for row in june) == "2025-2026-1"
    path = Path("package") / "rows" / "attendance.csv"
    september, now = rows_of(tmp_path / "september" / path), rows_of(folder / path)
    assert {tuple(row.values()) for row in september} < {tuple(row.values()) for row in now}
    assert "2026-09-01" < max(row["考勤日期"] for row in september) <= "2026-09-30"


def test_there_is_an_account_for_each_role(folder):
    held = [row["role"] for row in rows_of(folder / "accounts.csv")]
    assert set(held) == set(roles())
    assert [role for role in set(held) if held.count(role) > 1] == ["course_leader"]
