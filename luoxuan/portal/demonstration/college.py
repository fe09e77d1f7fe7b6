"""The people, courses and classes of the demonstration college, before any number is drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from luoxuan.portal.demonstration.calendar import TERMS, Term
from luoxuan.portal.demonstration.names import Name, draw_name

INSTITUTION = "DEMO"
QUALITY_OFFICE = "QUALITY"
ACADEMIC_OFFICE = "ACADEMIC"
SECONDARY_COLLEGE = "MECHATRONICS"

COHORTS = (2024, 2025)
GROUP_SIZE = 50


@dataclass(frozen=True, slots=True)
class Program:
    """A program「专业」 and the word by which its class groups are called."""

    code: str
    name: str
    name_en: str
    short_name: str


@dataclass(frozen=True, slots=True)
class Course:
    """A course「课程」 of one program; `half` says with which half of its courses it is taught."""

    code: str
    name: str
    name_en: str
    program: Program
    half: int


@dataclass(frozen=True, slots=True)
class Teacher:
    """A teacher「教师」 with an invented name, who leads one course and teaches all its classes."""

    code: str
    name: Name
    course: Course


@dataclass(frozen=True, slots=True)
class Student:
    """A student「学生」 with an invented name.

    ``ability`` and ``diligence`` lie between 0 and 1; they make the same students fail or be absent
    again and again, as in life.
    """

    code: str
    name: Name
    ability: float
    diligence: float


@dataclass(frozen=True, slots=True)
class ClassGroup:
    """A class group「行政班」 of one program and one year of entry."""

    code: str
    program: Program
    cohort: int
    number: int
    students: tuple[Student, ...]


@dataclass(frozen=True, slots=True)
class TeachingClass:
    """A teaching class「教学班」: one course, taught to one class group in one term."""

    code: str
    term: Term
    course: Course
    number: int
    teacher: Teacher
    group: ClassGroup


@dataclass(frozen=True, slots=True)
class College:
    """Everything that the files are written from."""

    teachers: tuple[Teacher, ...]
    groups: tuple[ClassGroup, ...]
    classes: tuple[TeachingClass, ...]


MECHATRONICS = Program("ME", "机电一体化技术", "Mechatronics technology", "机电")
ROBOTICS = Program("IR", "工业机器人技术", "Industrial robot technology", "机器人")
PROGRAMS = (MECHATRONICS, ROBOTICS)

COURSES = (
    Course("ME01", "机械制图与CAD", "Mechanical drawing and CAD", MECHATRONICS, 0),
    Course("ME02", "电工电子技术", "Electrical and electronic technology", MECHATRONICS, 0),
    Course("ME03", "液压与气动技术", "Hydraulics and pneumatics", MECHATRONICS, 0),
    Course("ME04", "可编程控制器技术", "Programmable controllers", MECHATRONICS, 1),
    Course("ME05", "机电设备安装与调试", "Installation and commissioning", MECHATRONICS, 1),
    Course("ME06", "传感器与检测技术", "Sensors and measurement", MECHATRONICS, 1),
    Course("IR01", "工业机器人基础", "Foundations of industrial robots", ROBOTICS, 0),
    Course("IR02", "工业机器人编程与操作", "Robot programming and operation", ROBOTICS, 0),
    Course("IR03", "机器视觉应用", "Applied machine vision", ROBOTICS, 0),
    Course("IR04", "伺服驱动技术", "Servo drives", ROBOTICS, 1),
    Course("IR05", "工业网络技术", "Industrial networks", ROBOTICS, 1),
    Course("IR06", "机器人工作站集成", "Robot work cell integration", ROBOTICS, 1),
)


def build_college(random: Random, *, students: int) -> College:
    """Draw the people and set up the classes; every student belongs to exactly one class group."""
    teachers = tuple(
        Teacher(f"T{number:03d}", draw_name(random), course)
        for number, course in enumerate(COURSES, start=1)
    )
    groups = tuple(_class_groups(random, students))
    return College(teachers, groups, tuple(_teaching_classes(teachers, groups)))


def _class_groups(random: Random, students: int) -> Iterator[ClassGroup]:
    """Spread the students evenly over programs and cohorts, then over groups of at most fifty."""
    places = [(program, cohort) for program in PROGRAMS for cohort in COHORTS]
    for place, (program, cohort) in enumerate(places):
        here = _shares(students, len(places))[place]
        first = 1
        sizes = _shares(here, -(-here // GROUP_SIZE))
        for number, size in enumerate(sizes, start=1):
            code = f"{program.code}{cohort % 100}{number:02d}"
            serials = range(first, first + size)
            members = tuple(_student(random, program, cohort, serial) for serial in serials)
            yield ClassGroup(code, program, cohort, number, members)
            first += size


def _shares(total: int, parts: int) -> list[int]:
    """Cut a number into whole parts that differ by one at most."""
    return [total // parts + (1 if part < total % parts else 0) for part in range(parts)]


def _student(random: Random, program: Program, cohort: int, serial: int) -> Student:
    code = f"{cohort}{PROGRAMS.index(program) + 1:02d}{serial:04d}"
    return Student(code, draw_name(random), random.random(), random.random())


def _teaching_classes(
    teachers: tuple[Teacher, ...], groups: tuple[ClassGroup, ...]
) -> Iterator[TeachingClass]:
    """Give every course one class per class group whose turn it is.

    The two cohorts swap the halves of their program between the terms (the workshops are shared):
    so every course is taught, and can be compared, in both terms.
    """
    for turn, term in enumerate(TERMS):
        for teacher in teachers:
            course = teacher.course
            cohort = COHORTS[(course.half + turn) % 2]
            takers = [
                group
                for group in groups
                if group.program is course.program and group.cohort == cohort
            ]
            for number, group in enumerate(takers, start=1):
                code = f"{term.code}-{course.code}-{number:02d}"
                yield TeachingClass(code, term, course, number, teacher, group)
