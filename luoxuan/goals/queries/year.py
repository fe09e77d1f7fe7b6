"""What the year's rhythm asks for: tasks in January, appraisal standards in February."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from django.db.models import Count, QuerySet

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import Rights, all_periods, subjects
from luoxuan.campus.rules import Action, PeriodKind, Resource, UnitKind
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import User
from luoxuan.core.queries import settings_in_force
from luoxuan.core.rules import day_of_month, day_of_year
from luoxuan.goals.models import Task
from luoxuan.goals.queries.tasks import covering, tasks
from luoxuan.goals.rules import Rhythm, SigningSide, TaskKind, may_sign, next_side, signing_sides

_COLLEGES = (UnitKind.SECONDARY_COLLEGE, UnitKind.TEACHING_GROUP)


def rhythm() -> Rhythm:
    """Return the rhythm that the institution has set, or the usual one; one query."""
    values = settings_in_force()
    return Rhythm(
        day_of_year(values["tasks_due_day"]),
        day_of_year(values["standards_due_day"]),
        day_of_month(values["month_sheet_due_day"]),
    )


def year_on(on: date) -> Period | None:
    """Return the natural year in which a day lies, or None where it is not set up."""
    return covering(all_periods(kind=PeriodKind.NATURAL_YEAR), on)


def own_places(everywhere: Scope | None) -> Scope | None:
    """Return the units of one's own; who may act everywhere helps out, it is not his work."""
    if everywhere is None:
        return None
    scope = replace(everywhere, whole_institution=False, levels=frozenset())
    return scope if scope.unit_prefixes or scope.subject_ids else None


def units_without_tasks(scope: Scope, year: Period) -> list[Subject]:
    """Return the units in scope that had A or B tasks in the year before and none in this one."""
    years = all_periods(kind=PeriodKind.NATURAL_YEAR)
    before = [row for row in years if row.end_on == year.start_on]
    if not before:
        return []
    planned = Task.objects.filter(vanished_at=None).exclude(kind=TaskKind.C)
    busy = planned.filter(year=year).values("responsible_unit_id")
    known = planned.filter(year__in=before).values("responsible_unit_id")
    return list(subjects(scope).filter(pk__in=known).exclude(pk__in=busy).order_by("code"))


def tasks_without_standard(scope: Scope, year: Period) -> QuerySet[Task]:
    """Return the A and B tasks「缺考核标准」 of units in scope whose standard is not written."""
    return _judged(scope, year).filter(standard_time="", standard_quality="", standard_benefit="")


def tasks_to_sign(rights: Rights, year: Period) -> list[Task]:
    """Return the A and B tasks「待签考核标准」 whose standard the user may sign now."""
    if not may_sign(rights.scopes_by_role()):
        return []
    written = _judged(EVERYTHING, year).exclude(
        standard_time="", standard_quality="", standard_benefit=""
    )
    open_ones = written.annotate(n_signed=Count("signatures")).filter(n_signed__lt=2)
    found = list(open_ones.prefetch_related("signatures"))
    if not found:
        return []
    places = _units_by_role(rights, {task.responsible_unit_id for task in found})
    return [
        task for task in found if side_to_sign(task, roles=_roles(places, task), by=rights.user)
    ]


def side_to_sign(task: Task, *, roles: Collection[str], by: User) -> SigningSide | None:
    """Return for which side a holder of these roles may sign a task's standard, or None."""
    sides = signing_sides(TaskKind(task.kind), is_college=_is_of_college(task))
    signed = {row.by_id: SigningSide(row.side) for row in task.signatures.all()}
    return next_side(sides, roles=roles, signed=signed, by=by.pk)


def tasks_lacking(rights: Rights, year: Period, standard: str) -> set[int]:
    """Return the keys of the tasks whose standard is ``unwritten`` or ``unsigned`` by the user."""
    if standard == "unsigned":
        return {task.pk for task in tasks_to_sign(rights, year)}
    everywhere = rights.scope(Resource.TASK, Action.CREATE)
    scope = own_places(everywhere) or everywhere
    return set(tasks_without_standard(scope, year).values_list("pk", flat=True)) if scope else set()


def roles_at(rights: Rights, unit: Subject) -> list[str]:
    """Return the roles that the user holds for a unit."""
    return [role for role, held in _units_by_role(rights, {unit.pk}).items() if unit.pk in held]


def _judged(scope: Scope, year: Period) -> QuerySet[Task]:
    """Return the tasks that are judged by a standard of their own and belong to units in scope."""
    found = tasks(EVERYTHING).filter(year=year).exclude(kind=TaskKind.C)
    if not scope.whole_institution:
        found = found.filter(responsible_unit__in=subjects(scope).values("pk"))
    return found


def _units_by_role(rights: Rights, units: Iterable[int]) -> dict[str, set[int]]:
    """Return which of these units each role of the user covers."""
    wanted = list(units)
    return {
        role: set(subjects(where).filter(pk__in=wanted).values_list("pk", flat=True))
        for role, where in rights.scopes_by_role().items()
    }


def _roles(places: Mapping[str, set[int]], task: Task) -> list[str]:
    return [role for role, held in places.items() if task.responsible_unit_id in held]


def _is_of_college(task: Task) -> bool:
    unit = getattr(task.responsible_unit, "unit", None)
    return unit is not None and unit.kind in _COLLEGES
