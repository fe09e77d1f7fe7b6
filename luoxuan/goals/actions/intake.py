"""Rows of imported task lists become tasks."""

import logging
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.rules import PeriodKind, SubjectKind
from luoxuan.core.actions import record_audit
from luoxuan.core.faults import seam
from luoxuan.core.locks import locked, locked_all
from luoxuan.core.models import User
from luoxuan.data.models import CodeList, DataFile, Dataset, ImportBatch
from luoxuan.data.queries import engine, files_of, relation_of_files
from luoxuan.data.warehouse.relation import IMPORT_BATCH, ROW_NUMBER
from luoxuan.goals.actions.tasks import open_year
from luoxuan.goals.models import IntakeMark, Progress, Task
from luoxuan.goals.queries import months_of
from luoxuan.goals.rules import (
    ProgressState,
    TaskAttribute,
    TaskKey,
    kind_of,
    source_of,
    usual_year,
    vanished,
)

logger = logging.getLogger("luoxuan.goals")

DATASET = "department_task"
ORIGIN = f"dataset:{DATASET}"
_WORDS = "task_progress"
_YEAR = re.compile(r"20[0-9]{2}")
_MONTHS = tuple(f"m{month:02d}" for month in range(1, 13))
_ATTRIBUTES = {
    "重点": TaskAttribute.KEY,
    "常规": TaskAttribute.ROUTINE,
    "临时": TaskAttribute.TEMPORARY,
}
_STATES = {
    "完成": ProgressState.DONE,
    "正常": ProgressState.ON_TRACK,
    "滞后": ProgressState.LATE,
    "计划": ProgressState.NOT_DUE,
}


@dataclass(frozen=True)
class _Campus:
    """Units and teachers by name and code, as the rows call them."""

    units: Mapping[str, Subject]
    persons: Mapping[str, list[Subject]]

    def person_of(self, name: str, unit: Subject) -> Subject | None:
        """Return the one teacher of that name, the unit's own before others; None when unsure."""
        found = self.persons.get(name, [])
        near = [row for row in found if row.unit_path.startswith(unit.unit_path)]
        chosen = near or found
        return chosen[0] if len(chosen) == 1 else None


def record_lagging_tasks(*, by: User | None, at: datetime) -> int:
    """Turn the rows of the newest task list「任务清单」 into tasks; return how many changed.

    A task is known again by year, unit, source and title. What a row no longer says is marked as
    vanished. A deadline that people have worked with is not moved by a file, and a report of a
    person is not overwritten by one. Running again on the same version does nothing.
    """
    dataset = Dataset.objects.filter(name=DATASET).first()
    if dataset is None:
        return 0
    mark, _ = IntakeMark.objects.get_or_create(dataset=dataset)
    if mark.number >= dataset.current_number:
        return 0
    with transaction.atomic():
        mark = locked(mark)
        # Another refresh may have taken this version in since the look above.
        if mark.number >= dataset.current_number:
            return 0
        changed = _record(dataset, by=by, at=at)
        mark.number = dataset.current_number
        mark.save()
        record_audit(
            by=by, at=at, action="record_tasks", object_kind="Dataset",
            object_key=f"{DATASET}@{dataset.current_number}", facts={"n_changed": changed},
        )  # fmt: skip
        seam("goals.intake.before_commit")
    return changed


def _record(dataset: Dataset, *, by: User | None, at: datetime) -> int:
    files = defaultdict(list)
    for file in files_of(dataset, number=dataset.current_number):
        files[file.slice].append(file)
    campus, words, changed = _campus(), _words(), 0
    editions: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for slice_name, held in files.items():
        rows = _rows(dataset, held)
        if Period.objects.filter(kind=PeriodKind.NATURAL_YEAR, code=slice_name).exists():
            editions[int(slice_name)] += rows
            continue
        # Rows that a newer file left in place keep the year of the file that brought them.
        by_batch: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            by_batch[row[IMPORT_BATCH]].append(row)
        for mark, brought in by_batch.items():
            editions[_year_of(mark, dataset, brought, at)] += brought
    # Before the first year is opened, which writes an audit entry.
    locked_all(Task.objects.filter(year__code__in=[str(number) for number in editions]))
    for number, rows in sorted(editions.items()):
        year = open_year(year=number, by=by, at=at)
        changed += _record_year(year, rows, campus, words, at)
    return changed


def _rows(dataset: Dataset, files: Sequence[DataFile]) -> list[dict[str, Any]]:
    relation = relation_of_files(dataset, files)
    names = [info.name for info in relation.own]
    with engine().session() as session:
        return session.table(f"{relation.sql(names)} ORDER BY {ROW_NUMBER}").dicts()


def _year_of(mark: str, dataset: Dataset, rows: Sequence[Mapping[str, Any]], at: datetime) -> int:
    """Return the natural year of the rows of one import: by the name of its file, its deadlines."""
    batches = ImportBatch.objects.filter(dataset=dataset, sha256__startswith=mark)
    for name in batches.order_by("-at").values_list("file_name", flat=True):
        if found := _YEAR.search(name):
            return int(found[0])
    days = [row["deadline_on"] for row in rows if row["deadline_on"]]
    return usual_year(days, otherwise=timezone.localdate(at).year)


def _record_year(
    year: Period,
    rows: Sequence[Mapping[str, Any]],
    campus: _Campus,
    words: Mapping[str, ProgressState],
    at: datetime,
) -> int:
    held = {_key_of(row): row for row in Task.objects.filter(year=year).select_related(None)}
    touched = _touched(year)
    months = months_of(year)
    brought: set[TaskKey] = set()
    changed = 0
    for position, row in enumerate(rows, start=1):
        unit = campus.units.get(str(row["responsible_unit"] or "").strip())
        if unit is None:
            logger.warning("task without unit", extra={"row": row[ROW_NUMBER]})
            continue
        key = TaskKey(str(unit.pk), row["source"] or "", row["title"])
        brought.add(key)
        task = held.get(key) or Task(
            year=year, responsible_unit=unit, source_text=key.source, title=key.title,
            origin=ORIGIN, created_at=at,
        )  # fmt: skip
        values = _values(row, unit, campus, position)
        if task.pk in touched:
            values.pop("deadline_on")
        changed += _save(task, values, at)
        changed += _save_progress(task, months, row, words, at)
    gone = vanished([key for key, row in held.items() if row.origin == ORIGIN], brought)
    return changed + _mark_vanished([held[key] for key in gone], at)


def _values(
    row: Mapping[str, Any], unit: Subject, campus: _Campus, position: int
) -> dict[str, object]:
    attribute = next(
        (one for word, one in _ATTRIBUTES.items() if word in (row["attribute"] or "")),
        TaskAttribute.ROUTINE,
    )
    source = source_of(row["source"] or "", attribute)
    name = str(row["person"] or "").strip()
    return {
        "attribute": attribute,
        "source": source,
        "kind": kind_of(source),
        "basis": row["source"] or "",
        "deadline_on": row["deadline_on"],
        "person": campus.person_of(name, unit) if name else None,
        "person_name": name,
        "position": position,
        "vanished_at": None,
    }


def _save(task: Task, values: Mapping[str, object], at: datetime) -> bool:
    """Write what is new; where people have put the class right, the file does not undo it."""
    if task.pk:
        values = {
            name: value
            for name, value in values.items()
            if name not in {"kind", "source", "basis"} and getattr(task, name) != value
        }
        if not values:
            return False
    for name, value in values.items():
        setattr(task, name, value)
    task.changed_at = at
    task.save()
    return True


def _save_progress(
    task: Task,
    months: Sequence[Period],
    row: Mapping[str, Any],
    words: Mapping[str, ProgressState],
    at: datetime,
) -> bool:
    held = {report.month_id: report for report in task.progress.all()}
    is_changed = False
    for name, month in zip(_MONTHS, months, strict=True):
        state = words.get(str(row[name] or "").strip())
        report = held.get(month.pk)
        if report is not None and report.by_id is not None:
            continue
        if state is None:
            if report is not None:
                report.delete()
                is_changed = True
        elif report is None or report.state != state:
            Progress.objects.update_or_create(
                task=task, month=month, defaults={"state": state, "reported_at": at}
            )
            is_changed = True
    return is_changed


def _mark_vanished(rows: Sequence[Task], at: datetime) -> int:
    fresh = [row.pk for row in rows if row.vanished_at is None]
    return Task.objects.filter(pk__in=fresh).update(vanished_at=at, changed_at=at)


def _touched(year: Period) -> set[int]:
    """Return the tasks that people have reported on or asked another date for."""
    found = Task.objects.filter(year=year)
    reported = found.filter(progress__by__isnull=False).values_list("pk", flat=True)
    return {*reported, *found.filter(changes__isnull=False).values_list("pk", flat=True)}


def _key_of(task: Task) -> TaskKey:
    return TaskKey(str(task.responsible_unit_id), task.source_text, task.title)


def _campus() -> _Campus:
    units: dict[str, Subject] = {}
    for unit in Subject.objects.filter(unit__isnull=False).order_by("-code"):
        units |= {unit.name: unit, unit.code: unit}
    persons = defaultdict(list)
    for person in Subject.objects.filter(kind=SubjectKind.TEACHER, valid_to=None):
        persons[person.name].append(person)
        persons[person.code].append(person)
    return _Campus(units, persons)


def _words() -> dict[str, ProgressState]:
    """Return what the words of month cells mean: the title of each in its code list says it."""
    found = CodeList.objects.filter(name=_WORDS).prefetch_related("codes").first()
    codes = [(code.value, code.title) for code in found.codes.all()] if found else []
    known = {value: _STATES[title] for value, title in codes if title in _STATES}
    return {**_STATES, **known}
