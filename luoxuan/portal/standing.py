"""Counts of how the places of a reader stand: each with its base and the list that it counts.

No score and no ranking: own goal, own past and own standard come first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext

from luoxuan.campus.models import Subject, Unit
from luoxuan.campus.queries import Rights, periods, units
from luoxuan.campus.rules import Action, Resource, SubjectKind, UnitKind
from luoxuan.campus.scope import Scope
from luoxuan.core.templatetags.words import text_of
from luoxuan.diagnosis.queries import cycles
from luoxuan.diagnosis.queries import standing as cycle_standing
from luoxuan.goals.queries import (
    Standing,
    sheet_overview,
    standing,
    tasks,
)
from luoxuan.goals.rules import ProgressState, SheetState
from luoxuan.improvement.queries import improvements, open_counts
from luoxuan.improvement.rules import OPEN_STATES
from luoxuan.indicators.queries import JudgedReading, indicators, judged, latest, readings
from luoxuan.indicators.rules import ReadingState
from luoxuan.monitoring.queries import alert_counts, alerts
from luoxuan.monitoring.rules import AlertState

BELOW = frozenset({ReadingState.BELOW_STANDARD, ReadingState.WARNING})
NOT_JUDGED = frozenset({ReadingState.NO_DATA, ReadingState.NOT_JUDGED})


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """A number with its base「计数」; ``url`` opens exactly the rows that it counts."""

    title: str
    icon: str
    value: int
    base: int | None
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """How one unit stands「部门现状」, in counts; None where the reader may not see them."""

    unit: Subject
    n_alerts: int | None
    n_improvements: int | None
    n_tasks: int | None
    n_late: int | None


def newest_readings(
    scope: Scope, *, on: date, kinds: tuple[SubjectKind, ...] | None = None
) -> list[JudgedReading]:
    """Return the newest reading of each indicator for every subject in scope, judged on a day."""
    codes = list(indicators().values_list("indicator__code", flat=True))
    positions = {period.code: period.position for period in periods()}
    found = readings(scope, indicator_codes=codes, kinds=kinds)
    return judged(list(latest(found, positions).values()), on=on)


def below_standard(
    scope: Scope, *, on: date, kinds: tuple[SubjectKind, ...] | None = None
) -> list[JudgedReading]:
    """Return the newest readings that miss their standard, warnings first, then in their order."""
    found = [row for row in newest_readings(scope, on=on, kinds=kinds) if row.state in BELOW]
    return sorted(found, key=lambda row: row.state is not ReadingState.WARNING)


def tasks_of_year(rights: Rights, *, on: date) -> list[Standing] | None:
    """Return how the tasks of the year stand that a reader may see, None without the right."""
    scope = rights.scope(Resource.TASK, Action.LIST)
    if scope is None:
        return None
    of_year = tasks(scope).filter(year__start_on__lte=on, year__end_on__gt=on)
    return standing(of_year, on=on)


def place_counts(rights: Rights, year: list[Standing] | None, *, on: date) -> list[PlaceCount]:
    """Return the counts that a reader may see, in the order of the loop."""
    return [*work_counts(rights, year, on=on), *_standard_counts(rights, on)]


def work_counts(rights: Rights, year: list[Standing] | None, *, on: date) -> list[PlaceCount]:
    """Return the counts of work alone: no reading is looked up, so they are cheap."""
    return [
        *_task_counts(rights, year or []),
        *_alert_counts(rights),
        *_improvement_counts(rights, on),
        *_cycle_counts(rights, on),
    ]


def unit_standings(rights: Rights, year: list[Standing] | None) -> list[UnitStanding]:
    """Return how the offices and secondary colleges in scope stand, in the order of the tree."""
    scope = rights.scope(Resource.COCKPIT, Action.VIEW)
    if scope is None:
        return []
    kinds = [UnitKind.OFFICE, UnitKind.SECONDARY_COLLEGE]
    rows = sorted(units(scope).filter(kind__in=kinds), key=_place)
    alert_scope = rights.scope(Resource.ALERT, Action.LIST)
    improvement_scope = rights.scope(Resource.IMPROVEMENT, Action.LIST)
    open_alerts = _paths(alert_scope and alerts(alert_scope, state=AlertState.OPEN))
    open_improvements = _paths(
        improvement_scope and improvements(improvement_scope).filter(state__in=OPEN_STATES)
    )
    return [
        UnitStanding(
            row.subject,
            _below(row, open_alerts),
            _below(row, open_improvements),
            _number(row, year),
            _number(row, year, ProgressState.LATE),
        )
        for row in rows
    ]


def _task_counts(rights: Rights, rows: list[Standing]) -> Iterator[PlaceCount]:
    if not rows:
        return
    year = rows[0].task.year
    yield PlaceCount(
        gettext("滞后任务"),
        "clock",
        sum(row.state is ProgressState.LATE for row in rows),
        len(rows),
        gettext("%(year)s的全部任务") % {"year": text_of(year, "name")},
        f"{reverse('goals:task_list')}?year={year.code}&state={ProgressState.LATE}",
    )
    month = next((cell.month for cell in rows[0].cells if cell.is_current), None)
    sheet_scope = rights.scope(Resource.MONTH_SHEET, Action.CHECK)
    if sheet_scope is not None and month is not None:
        sheets = sheet_overview(sheet_scope, month)
        yield PlaceCount(
            gettext("收到的月度填报"),
            "inbox",
            sum(row.state is SheetState.RECEIVED for row in sheets),
            len(sheets),
            gettext("%(month)s应报部门") % {"month": text_of(month, "name")},
            reverse("goals:sheet_list"),
        )


def _alert_counts(rights: Rights) -> Iterator[PlaceCount]:
    scope = rights.scope(Resource.ALERT, Action.LIST)
    if scope is None:
        return
    n_open, n_all = alert_counts(scope)
    yield PlaceCount(
        gettext("未恢复的预警"),
        "alert-triangle",
        n_open,
        n_all,
        gettext("全部预警"),
        reverse("monitoring:alert_list"),
    )


def _improvement_counts(rights: Rights, on: date) -> Iterator[PlaceCount]:
    scope = rights.scope(Resource.IMPROVEMENT, Action.LIST)
    if scope is None:
        return
    counts = open_counts(scope, on=on)
    yield PlaceCount(
        gettext("待复测的改进"),
        "repeat",
        counts["awaiting"],
        counts["open"],
        gettext("未关闭的改进"),
        f"{reverse('improvement:improvement_list')}?status=waiting",
    )


def _cycle_counts(rights: Rights, on: date) -> Iterator[PlaceCount]:
    scope = rights.scope(Resource.CYCLE, Action.LIST)
    if scope is None:
        return
    found = cycles(scope).prefetch_related(None).prefetch_related("stages")
    in_force = list(found.filter(is_trial=False))
    yield PlaceCount(
        gettext("有环节逾期的循环"),
        "infinity",
        sum(cycle_standing(cycle, on=on).is_late for cycle in in_force),
        len(in_force),
        gettext("运行中的循环，不含试运行"),
        f"{reverse('diagnosis:cycle_list')}?status=late",
    )


def _standard_counts(rights: Rights, on: date) -> Iterator[PlaceCount]:
    scope = rights.scope(Resource.SUBJECT, Action.LIST)
    if scope is None:
        return
    newest = newest_readings(scope, on=on)
    yield PlaceCount(
        gettext("未达标准的指标值"),
        "ruler-measure",
        sum(row.state in BELOW for row in newest),
        sum(row.state not in NOT_JUDGED for row in newest),
        gettext("最近一期、有标准值的指标值"),
        reverse("portal:below_standard"),
    )


def _place(unit: Unit) -> list[int]:
    """Return the place in the tree: the steps of the path as numbers, 2 before 10."""
    return [int(step) for step in unit.unit_path.rstrip(".").split(".")]


def _paths(found: object) -> list[str] | None:
    """Return the unit paths of the subjects of some rows, None when there are none to see."""
    if found is None:
        return None
    return list(found.values_list("subject__unit_path", flat=True))  # type: ignore[attr-defined]


def _below(unit: Unit, paths: list[str] | None) -> int | None:
    return None if paths is None else sum(path.startswith(unit.unit_path) for path in paths)


def _number(
    unit: Unit, rows: list[Standing] | None, state: ProgressState | None = None
) -> int | None:
    if rows is None:
        return None
    here = [row for row in rows if row.task.responsible_unit_id == unit.subject_id]
    return sum(state is None or row.state is state for row in here)
