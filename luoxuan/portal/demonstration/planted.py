"""What is wrong on purpose in the demonstration college: alerts can be scored against it."""

from dataclasses import dataclass
from typing import Any

from luoxuan.portal.demonstration.calendar import LAST_TERM, THIS_TERM
from luoxuan.portal.demonstration.college import TeachingClass

# In both courses too many students fail in the last term only, so that the year before shows what
# is usual.
FAILING_COURSES = ("ME02", "IR02")
FAILING_TERM = LAST_TERM.code

# In the mid-term assessment of this term one course stands far below, the others well above.
MID_TERM_COURSE = "ME07"

# Tasks whose deadline has passed without an end; all others are done in their month.
LATE_TASKS = frozenset(
    {
        ("ACADEMIC", "课程标准全覆盖"),
        ("ACADEMIC", "教材建设规划"),
        ("FINANCE", "专项资金支付进度"),
        ("LOGISTICS", "节能改造项目"),
        ("INFORMATION_CENTRE", "业务系统数据对接"),
    }
)

DROP_COURSE = "ME01"
DROP_TERM = THIS_TERM.code
DROP_FROM_WEEK = 8


@dataclass(frozen=True, slots=True)
class Span:
    """The lowest and the highest share that a class may be given."""

    low: float
    high: float


# The spans keep clear of the warning values (0.70 and 0.85) even after rounding to whole students
# of a class of ten: a planted truth is seen with every seed, and nothing else looks like one.
USUAL_PASS = Span(0.87, 0.97)
LOW_PASS = Span(0.50, 0.58)
LOW_MID_TERM = Span(0.58, 0.64)
USUAL_ATTENDANCE = Span(0.94, 0.99)
LOW_ATTENDANCE = Span(0.70, 0.78)


def pass_span(teaching_class: TeachingClass) -> Span:
    """Return within which span the pass share of a class lies."""
    low = teaching_class.course.code in FAILING_COURSES
    return LOW_PASS if low and teaching_class.term.code == FAILING_TERM else USUAL_PASS


def assessment_span(teaching_class: TeachingClass) -> Span:
    """Return within which span the pass share of a class in the mid-term assessment lies."""
    return LOW_MID_TERM if teaching_class.course.code == MID_TERM_COURSE else USUAL_PASS


def attendance_span(teaching_class: TeachingClass, week: int) -> Span:
    """Return within which span the attendance of a class lies in one week."""
    return LOW_ATTENDANCE if is_dropped(teaching_class, week) else USUAL_ATTENDANCE


def is_dropped(teaching_class: TeachingClass, week: int) -> bool:
    """Say whether attendance has dropped: in the first class of one course, from one week on."""
    return (
        teaching_class.course.code == DROP_COURSE
        and teaching_class.term.code == DROP_TERM
        and teaching_class.number == 1
        and week >= DROP_FROM_WEEK
    )


def truths(classes: tuple[TeachingClass, ...]) -> dict[str, Any]:
    """Return the planted truths as they are listed for whoever scores the alerts."""
    return {
        "low_pass": [
            {
                "indicator": "course.pass_share",
                "course": course,
                "period": FAILING_TERM,
                "classes": [
                    one.code
                    for one in classes
                    if one.course.code == course and one.term.code == FAILING_TERM
                ],
                "below": "0.70",
            }
            for course in FAILING_COURSES
        ],
        "low_mid_term": [
            {
                "indicator": "course.assessment_pass_share",
                "course": MID_TERM_COURSE,
                "period": f"{THIS_TERM.code}-期中",
                "below": "0.70",
            }
        ],
        "late_tasks": [{"unit": unit, "title": title} for unit, title in sorted(LATE_TASKS)],
        "attendance_drop": [
            {
                "indicator": "course.attendance_share",
                "class": one.code,
                "period": DROP_TERM,
                "from_week": DROP_FROM_WEEK,
                "below": "0.85",
            }
            for one in classes
            if is_dropped(one, DROP_FROM_WEEK)
        ],
    }
