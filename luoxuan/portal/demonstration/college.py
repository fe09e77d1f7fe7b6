"""The people, courses and classes of the demonstration college, before any number is drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from luoxuan.portal.demonstration.calendar import TERMS, Term
from luoxuan.portal.demonstration.curricula import PROGRAMS, Program, course_names
from luoxuan.portal.demonstration.names import Name, draw_name

COHORTS = (2024, 2025, 2026)
GROUP_SIZE = 45
# So many students fill one program of three cohorts; fewer students mean fewer programs.
STUDENTS_A_PROGRAM = 125
FEWEST_PROGRAMS = 2
TEACHERS_OF_TWO_PROGRAMS = 15
TERMS_OF_STUDY = 6


@dataclass(frozen=True, slots=True)
class Course:
    """A course「课程」 of one program; ``place`` is its place in the curriculum, from 0."""

    code: str
    name: str
    name_en: str
    program: Program
    place: int


@dataclass(frozen=True, slots=True)
class Teacher:
    """A teacher「教师」 with an invented name, who leads some courses and teaches their classes."""

    code: str
    name: Name
    courses: tuple[Course, ...]


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

    programs: tuple[Program, ...]
    courses: tuple[Course, ...]
    teachers: tuple[Teacher, ...]
    groups: tuple[ClassGroup, ...]
    classes: tuple[TeachingClass, ...]

    def leader(self, course_code: str) -> Teacher:
        """Return the teacher who leads a course."""
        return next(
            teacher
            for teacher in self.teachers
            if any(course.code == course_code for course in teacher.courses)
        )


def build_college(random: Random, *, students: int) -> College:
    """Draw the people and set up the classes; every student belongs to exactly one class group."""
    wanted = max(FEWEST_PROGRAMS, min(len(PROGRAMS), students // STUDENTS_A_PROGRAM))
    programs = PROGRAMS[:wanted]
    courses = tuple(course for program in programs for course in _courses(program))
    teachers = tuple(_teachers(random, programs, courses))
    groups = tuple(_class_groups(random, programs, students))
    classes = tuple(_teaching_classes(courses, teachers, groups))
    return College(programs, courses, teachers, groups, classes)


def _courses(program: Program) -> Iterator[Course]:
    for place, (name, name_en) in enumerate(course_names(program)):
        yield Course(f"{program.code}{place + 1:02d}", name, name_en, program, place)


def _teachers(
    random: Random, programs: tuple[Program, ...], courses: tuple[Course, ...]
) -> Iterator[Teacher]:
    """Share the courses of each pair of programs out among fifteen teachers: 180 in all."""
    number = 0
    for first in range(0, len(programs), 2):
        pair = programs[first : first + 2]
        theirs = [course for course in courses if course.program in pair]
        for place in range(TEACHERS_OF_TWO_PROGRAMS):
            number += 1
            led = tuple(theirs[place::TEACHERS_OF_TWO_PROGRAMS])
            yield Teacher(f"T{number:03d}", draw_name(random), led)


def _class_groups(
    random: Random, programs: tuple[Program, ...], students: int
) -> Iterator[ClassGroup]:
    """Spread the students over programs and cohorts by weight, then over groups of equal size."""
    weights = [program.weight if len(programs) > FEWEST_PROGRAMS else 1 for program in programs]
    places = [
        (program, cohort, weight)
        for program, weight in zip(programs, weights, strict=True)
        for cohort in COHORTS
    ]
    shares = iter(_shares(students, sum(weights) * len(COHORTS)))
    for program, cohort, weight in places:
        here = sum(next(shares) for _ in range(weight))
        first = 1
        for number, size in enumerate(_shares(here, -(-here // GROUP_SIZE)), start=1):
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
    courses: tuple[Course, ...], teachers: tuple[Teacher, ...], groups: tuple[ClassGroup, ...]
) -> Iterator[TeachingClass]:
    """Give every course one class per group in its term of study: three courses a group and term.

    The next cohort takes the same course a year later, so that it can be compared with itself.
    """
    leaders = {course.code: teacher for teacher in teachers for course in teacher.courses}
    for term in TERMS:
        for course in courses:
            cohort = term.cohort_in(course.place % TERMS_OF_STUDY)
            takers = [
                group
                for group in groups
                if group.program is course.program and group.cohort == cohort
            ]
            for number, group in enumerate(takers, start=1):
                code = f"{term.code}-{course.code}-{number:02d}"
                yield TeachingClass(code, term, course, number, leaders[course.code], group)
