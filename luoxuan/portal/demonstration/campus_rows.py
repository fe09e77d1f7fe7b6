"""The demonstration college as rows of the files in `campus/` and of `accounts.csv`."""

from collections.abc import Iterator

from luoxuan.portal.demonstration.college import (
    ACADEMIC_OFFICE,
    COURSES,
    INSTITUTION,
    PROGRAMS,
    QUALITY_OFFICE,
    SECONDARY_COLLEGE,
    College,
    TeachingClass,
)
from luoxuan.portal.demonstration.planted import DROP_COURSE, FAILING_COURSES

Row = dict[str, str]


def unit_rows() -> Iterator[Row]:
    """Yield the institution, its two offices and its secondary college."""
    for code, name, name_en, kind in (
        (
            INSTITUTION,
            "示范职业技术学院",
            "Demonstration Vocational and Technical College",
            "INSTITUTION",
        ),
        (QUALITY_OFFICE, "质量管理办公室", "Quality management office", "OFFICE"),
        (ACADEMIC_OFFICE, "教务处", "Academic affairs office", "OFFICE"),
        (
            SECONDARY_COLLEGE,
            "机电工程学院",
            "College of Mechanical and Electrical Engineering",
            "SECONDARY_COLLEGE",
        ),
    ):
        parent = "" if kind == "INSTITUTION" else INSTITUTION
        yield {"code": code, "name": name, "name_en": name_en, "kind": kind, "parent": parent}


def subject_rows(college: College) -> Iterator[Row]:
    """Yield every subject below the units, each after the subject that it belongs to."""
    unit = f"UNIT:{SECONDARY_COLLEGE}"
    for program in PROGRAMS:
        yield _subject("PROGRAM", program.code, program.name, program.name_en, unit)
    for course in COURSES:
        yield _subject("COURSE", course.code, course.name, course.name_en, unit)
    for teacher in college.teachers:
        yield _subject("TEACHER", teacher.code, teacher.name.chinese, teacher.name.latin, unit)
    for group in college.groups:
        name = f"{group.program.short_name}{group.cohort % 100}{group.number:02d}班"
        parent = f"PROGRAM:{group.program.code}"
        yield _subject("CLASS_GROUP", group.code, name, f"Class {group.code}", parent)
        for student in group.students:
            parent = f"CLASS_GROUP:{group.code}"
            yield _subject(
                "STUDENT", student.code, student.name.chinese, student.name.latin, parent
            )
    for one in college.classes:
        yield _subject(
            "TEACHING_CLASS",
            one.code,
            f"{one.course.name} {one.group.code}",
            f"{one.course.name_en}, {one.group.code}",
            f"COURSE:{one.course.code}",
        )


def _subject(kind: str, code: str, name: str, name_en: str, parent: str) -> Row:
    return {
        "kind": kind,
        "code": code,
        "name": name,
        "name_en": name_en,
        "unit": SECONDARY_COLLEGE,
        "parent": parent,
    }


def membership_rows(college: College) -> Iterator[Row]:
    """Yield who belongs where; ``valid_to`` is the first day on which it no longer holds."""
    for group in college.groups:
        entered_on = f"{group.cohort}-09-01"
        for student in group.students:
            yield _membership(
                f"STUDENT:{student.code}", f"CLASS_GROUP:{group.code}", "student", entered_on
            )
    for one in college.classes:
        yield _class_membership(one, f"TEACHER:{one.teacher.code}", "teacher")
        for student in one.group.students:
            yield _class_membership(one, f"STUDENT:{student.code}", "student")


def _class_membership(one: TeachingClass, member: str, role: str) -> Row:
    # Open-ended: marks and alerts of a class are worked on after its last lesson.
    return _membership(member, f"TEACHING_CLASS:{one.code}", role, one.term.first_on.isoformat())


def _membership(member: str, group: str, role: str, valid_from: str) -> Row:
    return {
        "member": member,
        "group": group,
        "role": role,
        "valid_from": valid_from,
        "valid_to": "",
    }


def account_rows(college: College) -> Iterator[Row]:
    """Yield one account per role with the unit or the subject that it is granted.

    The accounts of course leaders and of the teacher belong to the classes with planted truths.
    """
    for username, name, name_en, role, unit in (
        ("leader", "院长", "President", "leader", INSTITUTION),
        ("quality", "质量管理办公室", "Quality office", "quality_office", INSTITUTION),
        ("information", "信息中心", "Information center", "information_centre", INSTITUTION),
        ("academic", "教务处处长", "Head of academic affairs", "department_head", ACADEMIC_OFFICE),
        ("dean", "机电工程学院院长", "Head of the college", "college_head", SECONDARY_COLLEGE),
    ):
        yield _account(username, name, name_en, role, unit=unit)
    teachers = {teacher.course.code: teacher for teacher in college.teachers}
    for number, code in enumerate(FAILING_COURSES, start=1):
        leader = teachers[code].name
        yield _account(
            f"course{number}",
            leader.chinese,
            leader.latin,
            "course_leader",
            subject=f"COURSE:{code}",
        )
    teacher = teachers[DROP_COURSE]
    yield _account(
        "teacher",
        teacher.name.chinese,
        teacher.name.latin,
        "teacher",
        subject=f"TEACHER:{teacher.code}",
    )
    student = college.groups[0].students[0]
    yield _account(
        "student",
        student.name.chinese,
        student.name.latin,
        "student",
        subject=f"STUDENT:{student.code}",
    )


def _account(
    username: str, name: str, name_en: str, role: str, *, unit: str = "", subject: str = ""
) -> Row:
    return {
        "username": username,
        "name": name,
        "name_en": name_en,
        "role": role,
        "unit": unit,
        "subject": subject,
    }
