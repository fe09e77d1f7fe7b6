"""What opening a term offers: periods that fit, subjects that may run, and a first choice."""

from collections import defaultdict
from datetime import date

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import periods, subjects
from luoxuan.campus.rules import PeriodKind, SubjectKind
from luoxuan.campus.scope import Scope
from luoxuan.diagnosis.models import LoopTemplate

_PROPOSED = 3


def opening_periods(template: LoopTemplate, *, on: date) -> QuerySet[Period]:
    """Return the periods that a cycle of a template may be opened in on a day.

    First the one that runs, then those that begin until the end of the next year, then the past
    ones, the last of them first; periods without dates stand at the end.
    """
    fitting = periods(kind=PeriodKind(template.period_kind)).filter(
        Q(start_on=None) | Q(start_on__lt=date(on.year + 2, 1, 1))
    )
    place = Case(
        When(start_on=None, then=Value(3)),
        When(end_on__lte=on, then=Value(2)),
        When(start_on__gt=on, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    ahead = Case(When(end_on__gt=on, then=F("start_on")))
    return fitting.order_by(place, ahead, "-start_on", "-position")


def opening_subjects(scope: Scope, template: LoopTemplate) -> QuerySet[Subject]:
    """Return the subjects in scope that may run a template, by kind and code."""
    return subjects(scope).filter(kind__in=template.kinds).order_by("kind", "code")


def proposed_subjects(found: QuerySet[Subject]) -> list[Subject]:
    """Return up to three courses of each program: those with the most teaching classes.

    Nothing says which course of a program is a core one; what most classes are taught is the
    best guess, and a person changes it. A course outside of a program counts for its unit.
    """
    is_class = Q(children__kind=SubjectKind.TEACHING_CLASS)
    courses = found.filter(kind=SubjectKind.COURSE).annotate(
        n_classes=Count("children", filter=is_class)
    )
    by_program: dict[object, list[Subject]] = defaultdict(list)
    for course in courses.filter(n_classes__gt=0).order_by("-n_classes", "code"):
        by_program[course.parent_id or course.unit_path].append(course)
    return [course for rows in by_program.values() for course in rows[:_PROPOSED]]
