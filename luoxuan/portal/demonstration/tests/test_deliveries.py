"""The faulty files of the demonstration college hold what the data centre is to find."""

import csv
from collections import Counter

import pytest

from luoxuan.portal.demonstration import write_demonstration
from luoxuan.portal.demonstration.delivery_rows import LOW_SCORE, SLIPPED_SCORE


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    target = tmp_path_factory.mktemp("deliveries")
    write_demonstration(target, seed=7, students=2200)
    return target


def rows_of(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_ratings_hold_their_faults(folder):
    rows = rows_of(folder, "deliveries/teaching_rating.csv")
    scores = Counter(row["评教得分"] for row in rows)
    assert (scores[SLIPPED_SCORE], scores[LOW_SCORE], scores["101.5"], scores["优秀"]) == (1,) * 4
    too_many = [row for row in rows if int(row["参评人数"] or 0) > int(row["应评人数"])]
    assert len(too_many) == 2
    last = {row["二级学院代码"] for row in rows if row["学年学期"] == "2025-2026-2"}
    before = {row["二级学院代码"] for row in rows if row["学年学期"] == "2025-2026-1"}
    assert len(before - last) == 1, "one college is late"


def test_rosters_contradict_the_results_of_three_students(folder):
    results = {
        (row["学号"], row["教学班代码"]): row["课程代码"]
        for row in rows_of(folder, "package/rows/course_result.csv")
    }
    rows = rows_of(folder, "deliveries/course_roster.csv")
    known = [(row, results.get((row["学号"], row["教学班代码"]))) for row in rows]
    assert sum(course is not None and course != row["课程代码"] for row, course in known) == 3
    keys = Counter((row["学号"], row["教学班代码"]) for row in rows)
    assert sorted(keys.values())[-2:] == [1, 2]
    assert sum("O" in row["学号"] for row in rows) == 1


def test_practice_holds_a_day_that_is_none_and_a_stranger(folder):
    rows = rows_of(folder, "deliveries/enterprise_practice.csv")
    assert [row["实践开始日期"] for row in rows].count("2026-02-30") == 1
    assert [row["工号"] for row in rows].count("T999") == 1
