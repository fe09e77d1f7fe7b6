"""The demonstration college as rows of the files in `campus/` and of `accounts.csv`."""

from collections.abc import Iterator

from luoxuan.portal.demonstration.calendar import THIS_TERM
from luoxuan.portal.demonstration.college import College, TeachingClass
from luoxuan.portal.demonstration.curricula import COLLEGES, Program
from luoxuan.portal.demonstration.offices import INSTITUTION, OFFICES
from luoxuan.portal.demonstration.planted import DROP_COURSE, FAILING_COURSES, MID_TERM_COURSE

Row = dict[str, str]


def teaching_group(program: Program) -> str:
    """Return the code of the teaching group「教研室」 that runs a program and its courses."""
    return f"{program.code}-GROUP"


def unit_rows(college: College) -> Iterator[Row]:
    """Yield the institution, its offices with their sections, its colleges with their groups."""
    yield _unit(
        INSTITUTION,
        "示范职业技术学院",
        "Demonstration Vocational and Technical College",
        "INSTITUTION",
        "",
    )
    for code, name, name_en, sections in OFFICES:
        yield _unit(code, name, name_en, "OFFICE", INSTITUTION)
        for suffix, section, section_en in sections:
            yield _unit(f"{code}-{suffix}", section, section_en, "SECTION_OFFICE", code)
    present = {program.college for program in college.programs}
    for unit in COLLEGES:
        if unit.code in present:
            yield _unit(unit.code, unit.name, unit.name_en, "SECONDARY_COLLEGE", INSTITUTION)
    for program in college.programs:
        name, name_en = f"{program.short_name}教研室", f"{program.name_en} teaching group"
        yield _unit(teaching_group(program), name, name_en, "TEACHING_GROUP", program.college)


def _unit(code: str, name: str, name_en: str, kind: str, parent: str) -> Row:
    return {"code": code, "name": name, "name_en": name_en, "kind": kind, "parent": parent}


def subject_rows(college: College) -> Iterator[Row]:
    """Yield every subject below the units, each after the subject that it belongs to."""
    for program in college.programs:
        unit = teaching_group(program)
        yield _subject(
            "PROGRAM", program.code, program.name, program.name_en, unit, f"UNIT:{program.college}"
        )
    for course in college.courses:
        unit = teaching_group(course.program)
        yield _subject("COURSE", course.code, course.name, course.name_en, unit, f"UNIT:{unit}")
    for teacher in college.teachers:
        unit = teaching_group(teacher.courses[0].program)
        chinese, latin = teacher.name.chinese, teacher.name.latin
        yield _subject("TEACHER", teacher.code, chinese, latin, unit, f"UNIT:{unit}")
    for group in college.groups:
        unit = group.program.college
        name = f"{group.program.short_name}{group.cohort % 100}{group.number:02d}班"
        parent = f"PROGRAM:{group.program.code}"
        yield _subject("CLASS_GROUP", group.code, name, f"Class {group.code}", unit, parent)
        for student in group.students:
            parent = f"CLASS_GROUP:{group.code}"
            chinese, latin = student.name.chinese, student.name.latin
            yield _subject("STUDENT", student.code, chinese, latin, unit, parent)
    for one in college.classes:
        yield _subject(
            "TEACHING_CLASS",
            one.code,
            f"{one.course.name} {one.group.code}",
            f"{one.course.name_en}, {one.group.code}",
            teaching_group(one.course.program),
            f"COURSE:{one.course.code}",
        )


def _subject(kind: str, code: str, name: str, name_en: str, unit: str, parent: str) -> Row:
    return {
        "kind": kind,
        "code": code,
        "name": name,
        "name_en": name_en,
        "unit": unit,
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


# username, name, English name, role, unit: one account for each role that belongs to a unit.
_OF_UNITS = (
    ("leader", "院长", "President", "leader", INSTITUTION),
    ("vice", "分管教学副院长", "Vice president", "responsible_leader", INSTITUTION),
    ("quality", "质量管理办公室", "Quality office", "quality_office", INSTITUTION),
    ("office", "学院办公室", "College office", "school_office", INSTITUTION),
    ("planning", "发展规划办公室", "Planning office", "planning_office", INSTITUTION),
    ("academic", "教务处处长", "Head of academic affairs", "department_head", "ACADEMIC"),
    ("section", "教学运行科", "Teaching section", "section_office", "ACADEMIC-TEACHING"),
    ("dean", "机电工程学院院长", "Head of the college", "college_head", "MECHATRONICS"),
    ("officer", "机电工程学院质量员", "Data officer", "college_data_officer", "MECHATRONICS"),
    ("program", "机电教研室主任", "Program leader", "program_leader", "ME-GROUP"),
    ("supervisor", "教学督导", "Teaching supervisor", "supervisor", INSTITUTION),
    ("discipline", "纪检监察室", "Discipline inspection", "discipline_audit", INSTITUTION),
    ("expert", "校外专家", "External expert", "external_expert", INSTITUTION),
    ("province", "省教育厅", "Provincial authority", "province", INSTITUTION),
    ("information", "信息中心", "Information centre", "information_centre", INSTITUTION),
    ("system", "系统管理员", "System administrator", "system_administrator", INSTITUTION),
    ("security", "安全管理员", "Security administrator", "security_administrator", INSTITUTION),
    ("audit", "审计管理员", "Audit administrator", "audit_administrator", INSTITUTION),
)


def account_rows(college: College) -> Iterator[Row]:
    """Yield one account for each role with the unit or the subject that it is granted.

    The accounts of course leaders and of the teacher belong to the classes with planted truths.
    """
    for username, name, name_en, role, unit in _OF_UNITS:
        yield _account(username, name, name_en, role, unit=unit)
    for number, code in enumerate((MID_TERM_COURSE, *FAILING_COURSES), start=1):
        leader = college.leader(code).name
        yield _account(
            f"course{number}",
            leader.chinese,
            leader.latin,
            "course_leader",
            subject=f"COURSE:{code}",
        )
    teacher = college.leader(DROP_COURSE)
    yield _account(
        "teacher",
        teacher.name.chinese,
        teacher.name.latin,
        "teacher",
        subject=f"TEACHER:{teacher.code}",
    )
    first = next(
        one for one in college.classes if (one.course.code, one.term) == (DROP_COURSE, THIS_TERM)
    )
    yield _account(
        "counsellor",
        "班级导师",
        "Class tutor",
        "student_counsellor",
        subject=f"CLASS_GROUP:{first.group.code}",
    )
    student = first.group.students[0]
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
