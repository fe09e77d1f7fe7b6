"""The numbers of the demonstration college as rows of its datasets, headed as colleges export them.

Shares are turned into whole students first and the students chosen after, so that a class hits its
share exactly and the planted truths do not depend on luck.
"""

from collections.abc import Callable, Iterator
from datetime import date
from random import Random

from luoxuan.portal.demonstration.calendar import MID_TERM_WEEK, THIS_TERM, WEEKS
from luoxuan.portal.demonstration.campus_rows import teaching_group
from luoxuan.portal.demonstration.college import College, Student, TeachingClass
from luoxuan.portal.demonstration.planted import (
    Span,
    assessment_span,
    attendance_span,
    pass_span,
)

Row = dict[str, str]

LESSONS = ("1-2", "3-4", "5-6", "7-8")
ABSENCES = ("请假", "迟到", "旷课", "早退")
ABSENCE_WEIGHTS = (5, 4, 2, 1)
DEFERRED_SHARE = 0.06
ABSENT_SHARE = 0.06


def course_result_rows(random: Random, college: College, *, until: date) -> Iterator[Row]:
    """Yield one row for each student of each class of the terms that have ended."""
    for one in college.classes:
        rows = list(_results(random, one))
        if one.term.last_on <= until:
            yield from rows


def _results(random: Random, one: TeachingClass) -> Iterator[Row]:
    students = one.group.students
    by_rank = _weakest_first(random, students, lambda student: student.ability)
    n_failed = len(students) - _whole(random, pass_span(one), len(students))
    tenths = sorted(round(random.triangular(300, 594, 540)) for _ in range(n_failed))
    tenths += sorted(
        round(random.triangular(600, 985, 760)) for _ in range(len(students) - n_failed)
    )
    scores = dict(zip((student.code for student in by_rank), tenths, strict=True))
    for student in students:
        score = scores[student.code]
        result = "通过" if score >= 600 else _reason_of_failing(random)
        # Who did not sit the examination has no score; an empty cell, not a zero.
        is_marked = result in {"通过", "未通过"}
        yield {
            "学号": student.code,
            "教学班代码": one.code,
            "课程代码": one.course.code,
            "开课部门代码": teaching_group(one.course.program),
            "学年学期": one.term.code,
            "成绩": f"{score // 10}.{score % 10}" if is_marked else "",
            "考核结果": result,
        }


def assessment_score_rows(random: Random, college: College, *, until: date) -> Iterator[Row]:
    """Yield one row for each student of each class of this term: the mid-term assessment."""
    if THIS_TERM.day(MID_TERM_WEEK, 6) > until:
        return
    for one in college.classes:
        if one.term == THIS_TERM:
            yield from _assessments(random, one)


def _assessments(random: Random, one: TeachingClass) -> Iterator[Row]:
    students = one.group.students
    by_rank = _weakest_first(random, students, lambda student: student.ability)
    n_failed = len(students) - _whole(random, assessment_span(one), len(students))
    for place, student in enumerate(by_rank):
        points = random.randint(35, 59) if place < n_failed else random.randint(60, 98)
        yield {
            "学号": student.code,
            "姓名": student.name.chinese,
            "课程代码": one.course.code,
            "教学班代码": one.code,
            "二级学院代码": teaching_group(one.course.program),
            "学年学期": one.term.code,
            "考核环节": "期中",
            "成绩": str(points),
        }


def _reason_of_failing(random: Random) -> str:
    draw = random.random()
    if draw < DEFERRED_SHARE:
        return "缓考"
    return "缺考" if draw < DEFERRED_SHARE + ABSENT_SHARE else "未通过"


def attendance_rows(random: Random, college: College, *, until: date) -> Iterator[Row]:
    """Yield one row for each student of each class and week of this term.

    Every class meets once a week; attendance has been taken by a system since this term only.
    """
    here = [one for one in college.classes if one.term == THIS_TERM]
    for position, one in enumerate(here):
        for week in range(1, WEEKS + 1):
            taken_on = one.term.day(week, position % 5)
            rows = list(_lesson(random, one, week, taken_on, LESSONS[position % len(LESSONS)]))
            if taken_on <= until:
                yield from rows


def _lesson(
    random: Random, one: TeachingClass, week: int, taken_on: date, lesson: str
) -> Iterator[Row]:
    students = one.group.students
    n_absent = len(students) - _whole(random, attendance_span(one, week), len(students))
    order = _weakest_first(random, students, lambda student: student.diligence)
    states = {
        student.code: random.choices(ABSENCES, ABSENCE_WEIGHTS)[0] for student in order[:n_absent]
    }
    for student in students:
        yield {
            "学号": student.code,
            "教学班代码": one.code,
            "课程代码": one.course.code,
            "开课部门代码": teaching_group(one.course.program),
            "考勤日期": taken_on.isoformat(),
            "节次": lesson,
            "考勤状态": states.get(student.code, "出勤"),
        }


def _whole(random: Random, span: Span, students: int) -> int:
    """Draw a share from the span and return it as a number of students."""
    return round(random.uniform(span.low, span.high) * students)


def _weakest_first(
    random: Random, students: tuple[Student, ...], strength: Callable[[Student], float]
) -> list[Student]:
    """Order by strength with as much chance added, so that it is not always the same students."""
    drawn = [(strength(student) + random.random(), student) for student in students]
    return [student for _, student in sorted(drawn, key=lambda pair: (pair[0], pair[1].code))]
