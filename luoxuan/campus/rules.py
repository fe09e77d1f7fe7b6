"""Kinds, levels, roles and what a role may do; pure decisions on plain values."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Level(StrEnum):
    """One of the five levels「五横」 of the work."""

    INSTITUTION = "INSTITUTION"
    PROGRAM = "PROGRAM"
    COURSE = "COURSE"
    TEACHER = "TEACHER"
    STUDENT = "STUDENT"


class SubjectKind(StrEnum):
    """What work can be about「诊改对象」; a subject of one kind belongs to one level."""

    INSTITUTION = "INSTITUTION"
    UNIT = "UNIT"
    POST = "POST"
    PROGRAM = "PROGRAM"
    PROGRAM_GROUP = "PROGRAM_GROUP"
    COURSE = "COURSE"
    TEACHING_CLASS = "TEACHING_CLASS"
    CLASS_GROUP = "CLASS_GROUP"
    FACULTY_BODY = "FACULTY_BODY"
    TEACHER = "TEACHER"
    STUDENT = "STUDENT"
    STUDENT_BODY = "STUDENT_BODY"


LEVEL_OF: dict[SubjectKind, Level] = {
    SubjectKind.INSTITUTION: Level.INSTITUTION,
    SubjectKind.UNIT: Level.INSTITUTION,
    SubjectKind.POST: Level.INSTITUTION,
    SubjectKind.PROGRAM: Level.PROGRAM,
    SubjectKind.PROGRAM_GROUP: Level.PROGRAM,
    SubjectKind.COURSE: Level.COURSE,
    SubjectKind.TEACHING_CLASS: Level.COURSE,
    SubjectKind.FACULTY_BODY: Level.TEACHER,
    SubjectKind.TEACHER: Level.TEACHER,
    SubjectKind.CLASS_GROUP: Level.STUDENT,
    SubjectKind.STUDENT: Level.STUDENT,
    SubjectKind.STUDENT_BODY: Level.STUDENT,
}


class UnitKind(StrEnum):
    """What a unit「部门」 is in the organization."""

    INSTITUTION = "INSTITUTION"
    OFFICE = "OFFICE"
    SECONDARY_COLLEGE = "SECONDARY_COLLEGE"
    SECTION_OFFICE = "SECTION_OFFICE"
    TEACHING_GROUP = "TEACHING_GROUP"


class UnitChangeKind(StrEnum):
    """What happened to a unit「部门变更类别」; its rows stay under its own name in each case."""

    MOVED = "MOVED"
    MERGED = "MERGED"
    SPLIT = "SPLIT"
    CLOSED = "CLOSED"


class PeriodKind(StrEnum):
    """What stretch of time a period「时段」 is; kinds relate by overlap of dates, not by a tree."""

    NATURAL_YEAR = "NATURAL_YEAR"
    SCHOOL_YEAR = "SCHOOL_YEAR"
    TERM = "TERM"
    QUARTER = "QUARTER"
    MONTH = "MONTH"
    TEACHING_WEEK = "TEACHING_WEEK"
    RELATIVE_WEEK = "RELATIVE_WEEK"
    FREE = "FREE"


class Resource(StrEnum):
    """What a route is about「资源」."""

    HOME = "home"
    SUBJECT = "subject"
    INDICATOR = "indicator"
    READING_ROWS = "reading_rows"
    DATASET = "dataset"
    IMPORT = "import"
    ALERT = "alert"
    EVIDENCE = "evidence"
    JOB = "job"
    AUDIT = "audit"
    COCKPIT = "cockpit"
    TASK = "task"
    MONTH_SHEET = "month_sheet"
    IMPROVEMENT = "improvement"
    CYCLE = "cycle"
    LOOP_TEMPLATE = "loop_template"
    DOCUMENT = "document"
    PROVENANCE = "provenance"
    SETTING = "setting"
    COLLECTION = "collection"
    SUBMISSION = "submission"
    DATA_CHECK = "data_check"
    CORRECTION = "correction"
    DATA_REQUEST = "data_request"
    EXCHANGE = "exchange"
    TOKEN = "token"  # noqa: S105 (what a route is about)


class Action(StrEnum):
    """What a route does「操作」."""

    LIST = "list"
    VIEW = "view"
    CREATE = "create"
    EDIT = "edit"
    SUBMIT = "submit"
    CHECK = "check"
    APPROVE = "approve"
    EXPORT = "export"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Role:
    """A role「角色」 and what it may do; where it may do so is said by each grant."""

    code: str
    title: str
    title_en: str
    allowed: frozenset[tuple[Resource, Action]]


@cache
def roles() -> dict[str, Role]:
    """Return every role of the catalogue by code, in the catalogue's order."""
    text = files("luoxuan.campus").joinpath("catalogues/roles.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    sets = {
        name: {
            (Resource(resource), Action(act)) for resource, acts in rules.items() for act in acts
        }
        for name, rules in table["sets"].items()
    }
    return {
        code: Role(
            code,
            entry["title"],
            entry["title_en"],
            frozenset().union(*(sets[name] for name in entry["may"])),
        )
        for code, entry in table["roles"].items()
    }


def may(role: str, resource: Resource, action: Action) -> bool:
    """Return whether the role may do this somewhere; an unknown role may do nothing."""
    known = roles().get(role)
    return known is not None and (resource, action) in known.allowed
