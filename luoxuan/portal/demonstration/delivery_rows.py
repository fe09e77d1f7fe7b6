"""What offices deliver to the data centre, with the mistakes that such files have.

No indicator counts these datasets: the mistakes show what the data centre does with them and leave
the planted truths alone.
"""

from collections.abc import Iterator
from random import Random

from luoxuan.portal.demonstration.calendar import LAST_TERM, TERMS, THIS_TERM
from luoxuan.portal.demonstration.campus_rows import teaching_group
from luoxuan.portal.demonstration.college import College, TeachingClass

Row = dict[str, str]

# A decimal point that slipped: asked about, for 9.1 points may be true.
SLIPPED_SCORE = "9.1"
# As low as it looks: a teacher was replaced in the middle of the term.
LOW_SCORE = "61.4"
# Full-width digits and point, as some keyboards write them.
_WIDE = {ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789."}


def rating_rows(random: Random, college: College) -> Iterator[Row]:
    """Yield the ratings of all classes of ended terms.

    One college has not delivered its last term; two classes have more students who rated than were
    asked, two have a score far from all others, three rows are no ratings at all.
    """
    ended = [one for one in college.classes if one.term in TERMS[: TERMS.index(THIS_TERM)]]
    first, late = college.programs[0].college, college.programs[-1].college
    kept = [
        one
        for one in ended
        if late == first or one.term != LAST_TERM or one.course.program.college != late
    ]
    rows = [_rating(random, one) for one in kept]
    own = [
        row
        for row, one in zip(rows, kept, strict=True)
        if one.term == LAST_TERM and one.course.program.college == first
    ]
    for row, score in zip(own, (SLIPPED_SCORE, LOW_SCORE), strict=False):
        row["评教得分"] = score
    for row in own[2:4]:
        row["参评人数"] = str(int(row["应评人数"]) + 3)
    for row in own[4:7]:
        row["评教得分"] = row["评教得分"].translate(_WIDE)
        row["任课教师"] = f" {row['任课教师']}　"
    yield from rows
    if own:
        yield {**own[-1], "教学班代码": f"{own[-1]['教学班代码']}-A", "评教得分": "101.5"}
        yield {**own[-1], "教学班代码": f"{own[-1]['教学班代码']}-B", "评教得分": "优秀"}
        yield {**own[-1], "教学班代码": f"{own[-1]['教学班代码']}-C", "学年学期": "2025-2026-4"}


def _rating(random: Random, one: TeachingClass) -> Row:
    due = len(one.group.students)
    rated = due - random.randint(0, due // 5)
    score = f"{random.triangular(84, 96, 90):.2f}"
    # Whom nobody rated has neither score nor number; empty cells, no zeros.
    is_rated = random.random() > 0.02
    return {
        "教学班代码": one.code,
        "课程代码": one.course.code,
        "课程名称": one.course.name,
        "二级学院代码": one.course.program.college,
        "学年学期": one.term.code,
        "任课教师": one.teacher.name.chinese,
        "评教得分": score if is_rated else "",
        "参评人数": str(rated) if is_rated else "",
        "应评人数": str(due),
    }


def roster_rows(college: College) -> Iterator[Row]:
    """Yield who took which class of the last term.

    Three students stand with another course than in their results, one twice, and one number is
    written with a letter.
    """
    rows = [
        {
            "学号": student.code,
            "教学班代码": one.code,
            "课程代码": one.course.code,
            "课程名称": one.course.name,
            "开课部门代码": teaching_group(one.course.program),
            "学年学期": one.term.code,
            "行政班": one.group.code,
        }
        for one in college.classes
        if one.term == LAST_TERM
        for student in one.group.students
    ]
    other = rows[-1]["课程代码"]
    for row in rows[:3]:
        row["课程代码"] = other
    yield from rows
    yield {**rows[10]}
    yield {**rows[11], "学号": rows[11]["学号"].replace("0", "O", 1)}


def practice_rows(college: College) -> Iterator[Row]:
    """Yield some stays of teachers in enterprises: a date that is none, and an unknown teacher."""
    year = LAST_TERM.school_year + 1
    for number, teacher in enumerate(college.teachers[:6], start=1):
        yield {
            "工号": teacher.code,
            "企业名称": f"示范企业{number}",
            "实践开始日期": f"{year}年7月6日",
            "实践结束日期": f"{year}-07-31",
            "实践天数": str(15 + number),
        }
    last = {"企业名称": "示范企业7", "实践结束日期": f"{year}-03-20", "实践天数": "14"}
    yield {"工号": college.teachers[0].code, "实践开始日期": f"{year}-02-30", **last}
    yield {"工号": "T999", "实践开始日期": f"{year}-03-02", **last}
