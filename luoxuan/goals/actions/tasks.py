"""Writing tasks and signing their appraisal standards."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from luoxuan.campus.actions import record_periods
from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import PeriodKind
from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.models import User
from luoxuan.goals.models import StandardSignature, Task
from luoxuan.goals.queries.year import roles_at, side_to_sign, tasks_to_sign
from luoxuan.goals.rules import (
    TaskAttribute,
    TaskKind,
    TaskSource,
)

_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


class TaskAlreadyThere(Refused):
    """The unit has a task of this source and title in that year."""


class DeadlineFixed(Refused):
    """The deadline of a task moves by an approved change only."""


class StandardMissing(Refused):
    """There is no appraisal standard to sign."""


class MayNotSign(Refused):
    """The signer is on none of the sides that sign this standard, or his side has signed."""


@dataclass(frozen=True, slots=True)
class TaskValues:
    """A task「任务」 as somebody writes it; units and person are subjects of the campus."""

    year: Period
    responsible_unit: Subject
    title: str
    kind: TaskKind
    source: TaskSource
    attribute: TaskAttribute
    source_text: str = ""
    basis: str = ""
    lead_unit: Subject | None = None
    partner_units: Collection[Subject] = field(default=())
    responsible_leader: str = ""
    person: Subject | None = None
    person_name: str = ""
    deadline_on: date | None = None
    deadline_text: str = ""
    work_cycle: str = ""
    reports_every: int = 1
    measure_and_goal: str = ""
    expected_result: str = ""
    standard_time: str = ""
    standard_quality: str = ""
    standard_benefit: str = ""

    def columns(self) -> dict[str, object]:
        """Return the columns of the table without the partners."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "partner_units"}


def values_of(task: Task) -> TaskValues:
    """Return a task as it is written now, to be changed in one point and handed in again."""
    names = [name for name in TaskValues.__slots__ if name != "partner_units"]
    columns = {name: getattr(task, name) for name in names}
    return TaskValues(**columns, partner_units=list(task.partner_units.all()))


@transaction.atomic
def open_year(*, year: int, by: User | None, at: datetime) -> Period:
    """Return a natural year「自然年」 with its twelve months, set up where they are missing."""
    known = Period.objects.filter(kind=PeriodKind.NATURAL_YEAR, code=str(year)).first()
    rows = year_rows(year)
    held = set(Period.objects.filter(code__in=[row["code"] for row in rows]).values_list("code"))
    missing = [row for row in rows if (row["code"],) not in held]
    if missing:
        record_periods(periods=missing, origin="", by=by, at=at)
    return known or Period.objects.get(kind=PeriodKind.NATURAL_YEAR, code=str(year))


def year_rows(year: int) -> list[dict[str, object]]:
    """Return a natural year and its months as rows of periods; the months lie in no other way."""
    rows: list[dict[str, object]] = [
        {
            "kind": PeriodKind.NATURAL_YEAR, "code": str(year), "name": f"{year} 年",
            "name_en": str(year), "start_on": date(year, 1, 1), "end_on": date(year + 1, 1, 1),
            "first_day": None, "last_day": None, "within": "", "position": year,
        }
    ]  # fmt: skip
    for month, name in enumerate(_MONTHS_EN, start=1):
        following = date(year + month // 12, month % 12 + 1, 1)
        rows.append(
            {
                "kind": PeriodKind.MONTH, "code": f"{year}-{month:02d}",
                "name": f"{year} 年 {month} 月", "name_en": f"{name} {year}",
                "start_on": date(year, month, 1), "end_on": following, "first_day": None,
                "last_day": None, "within": "", "position": year * 12 + month,
            }
        )  # fmt: skip
    return rows


@transaction.atomic
def open_task(*, values: TaskValues, by: User | None, at: datetime, origin: str = "") -> Task:
    """Write a new task; raises TaskAlreadyThere."""
    twin = Task.objects.filter(
        year=values.year, responsible_unit=values.responsible_unit,
        source_text=values.source_text, title=values.title,
    )  # fmt: skip
    if twin.exists():
        raise TaskAlreadyThere("task_already_there", task=values.title)
    last = Task.objects.filter(year=values.year, responsible_unit=values.responsible_unit)
    position = max(last.values_list("position", flat=True), default=0) + 1
    task = Task.objects.create(
        **values.columns(), origin=origin, position=position, created_at=at, changed_at=at
    )
    task.partner_units.set(values.partner_units)
    _audit(task, "open_task", by, at)
    return task


@transaction.atomic
def revise_task(*, task: Task, values: TaskValues, by: User | None, at: datetime) -> Task:
    """Change what a task says; raises TaskAlreadyThere and DeadlineFixed.

    A deadline may be given where there was none. A changed appraisal standard must be signed anew.
    """
    if task.deadline_on is not None and values.deadline_on != task.deadline_on:
        raise DeadlineFixed("deadline_fixed", task=task.title)
    twin = Task.objects.exclude(pk=task.pk).filter(
        year=values.year, responsible_unit=values.responsible_unit,
        source_text=values.source_text, title=values.title,
    )  # fmt: skip
    if twin.exists():
        raise TaskAlreadyThere("task_already_there", task=values.title)
    columns = values.columns()
    before = {name: getattr(task, name) for name in columns}
    changed = {name: value for name, value in columns.items() if before[name] != value}
    partners = {unit.pk for unit in values.partner_units}
    if not changed and partners == set(task.partner_units.values_list("pk", flat=True)):
        return task
    for name, value in changed.items():
        setattr(task, name, value)
    task.changed_at = at
    task.save()
    task.partner_units.set(values.partner_units)
    if any(name.startswith("standard_") for name in changed):
        task.signatures.all().delete()
    facts: dict[str, object] = {
        name: [str(before[name] or ""), str(value or "")] for name, value in changed.items()
    }
    _audit(task, "revise_task", by, at, facts)
    return task


@transaction.atomic
def sign_standard(
    *, task: Task, roles: Collection[str], by: User, at: datetime
) -> StandardSignature:
    """Sign the appraisal standard「考核标准」 for the first of one's sides that has not signed.

    ``roles`` are those the signer holds for the unit. Raises StandardMissing and MayNotSign; one
    person signs for one side only.
    """
    if not task.has_standard:
        raise StandardMissing("standard_missing", task=task.title)
    side = side_to_sign(task, roles=roles, by=by)
    if side is None:
        raise MayNotSign("may_not_sign", task=task.title)
    signature = StandardSignature.objects.create(task=task, side=side, by=by, at=at)
    _audit(task, "sign_standard", by, at, {"side": str(side)})
    return signature


@transaction.atomic
def sign_standards(*, keys: Collection[int], rights: Rights, year: Period, at: datetime) -> int:
    """Sign the standards of these tasks, those that the user was shown; return how many.

    What somebody signed or rewrote meanwhile is left out.
    """
    found = [task for task in tasks_to_sign(rights, year) if task.pk in keys]
    for task in found:
        roles = roles_at(rights, task.responsible_unit)
        sign_standard(task=task, roles=roles, by=rights.user, at=at)
    return len(found)


def _audit(
    task: Task, action: str, by: User | None, at: datetime, facts: dict[str, object] | None = None
) -> None:
    record_audit(
        by=by, at=at, action=action, object_kind="Task", object_key=str(task.pk),
        facts={"task": task.title, **(facts or {})},
    )  # fmt: skip
