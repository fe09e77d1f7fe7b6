"""Tasks as pages and files show them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.core.workbook import Column
from luoxuan.goals.queries import Standing, TaskFilter
from luoxuan.goals.rules import (
    CellState,
    ProgressState,
    TaskAttribute,
    TaskKind,
    TaskSource,
)

KIND_WORDS: dict[str, Promise] = {
    TaskKind.A: _("A 类：规划分解"),
    TaskKind.B: _("B 类：党政要点"),
    TaskKind.C: _("C 类：岗位职责"),
}
SOURCE_WORDS: dict[str, Promise] = {
    TaskSource.PLAN: _("规划"),
    TaskSource.WORK_POINTS: _("党政要点"),
    TaskSource.SUPERIOR_AUTHORITY: _("上级任务"),
    TaskSource.SCHOOL: _("学校增设"),
    TaskSource.DUTY: _("岗位职责"),
    TaskSource.TEMPORARY: _("临时任务"),
}
ATTRIBUTE_WORDS: dict[str, Promise] = {
    TaskAttribute.KEY: _("重点"),
    TaskAttribute.ROUTINE: _("常规"),
    TaskAttribute.TEMPORARY: _("临时"),
}
STATE_WORDS: dict[str, Promise] = {
    ProgressState.DONE: _("完成"),
    ProgressState.ON_TRACK: _("正常"),
    ProgressState.LATE: _("滞后"),
}
# What a standard still lacks, from the reader's place: to be written by him, to be signed by him.
STANDARD_WORDS: dict[str, Promise] = {
    "unwritten": _("考核标准待写"),
    "unsigned": _("考核标准待我签字"),
}
CAUSE_WORDS: dict[str, Promise] = {
    "FUNDS": _("经费"),
    "OUTSIDE": _("外部单位"),
    "STAFF": _("人手"),
    "CHANGE": _("方案变更"),
}
# The columns of form 004-T6; the words stay Chinese whatever the page's language: it is a form.
FORM_COLUMNS: tuple[Column, ...] = (
    Column("任务来源"),
    Column("工作属性"),
    Column("工作任务"),
    Column("完成时限", "date"),
    *(Column(f"{month}月") for month in range(1, 13)),
    Column("责任部门"),
    Column("责任人"),
)
_FORM_STATES = {
    CellState.DONE: "完成",
    CellState.ON_TRACK: "正常",
    CellState.LATE: "滞后",
    CellState.NOT_DUE: "计划",
}
_FORM_ATTRIBUTES = {
    TaskAttribute.KEY: "重点工作",
    TaskAttribute.ROUTINE: "常规工作",
    TaskAttribute.TEMPORARY: "临时工作",
}


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many tasks are in a state「任务计数」, and the address that opens exactly these."""

    state: str
    n: int
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """The tasks of one attribute「任务分组」 on a page."""

    attribute: str
    rows: list[Standing] = field(default_factory=list)


def state_counts(rows: Sequence[Standing], chosen: TaskFilter) -> list[StateCount]:
    """Return the counts of the tasks by state; each link keeps the other filters."""
    found = Counter(row.state for row in rows)
    return [
        StateCount(state, found[state], query_of(chosen, state=state), chosen.state == state)
        for state in (ProgressState.DONE, ProgressState.ON_TRACK, ProgressState.LATE)
    ]


def query_of(chosen: TaskFilter, *, state: str | None = None) -> str:
    """Return the filters as a query of an address."""
    values = {name: getattr(chosen, name) for name in chosen.__slots__}
    if state is not None:
        values["state"] = state
    return "?" + urlencode({name: value for name, value in values.items() if value})


def in_state(rows: Iterable[Standing], chosen: TaskFilter) -> list[Standing]:
    """Return the tasks of the chosen state in the order of the form: key, routine, temporary."""
    order = {attribute: place for place, attribute in enumerate(TaskAttribute)}
    kept = [row for row in rows if not chosen.state or row.state == chosen.state]
    return sorted(
        kept,
        key=lambda row: (
            order[TaskAttribute(row.task.attribute)],
            row.task.responsible_unit.code,
            row.task.position,
            row.task.pk,
        ),
    )


def grouped(rows: Iterable[Standing]) -> list[TaskGroup]:
    """Return tasks in groups of one attribute, in the order given."""
    groups: list[TaskGroup] = []
    for row in rows:
        if not groups or groups[-1].attribute != row.task.attribute:
            groups.append(TaskGroup(row.task.attribute))
        groups[-1].rows.append(row)
    return groups


def form_rows(rows: Iterable[Standing]) -> list[list[object]]:
    """Return tasks as rows of form 004-T6: what was reported, empty where nothing was."""
    return [
        [
            row.task.source_text or str(SOURCE_WORDS[row.task.source]),
            _FORM_ATTRIBUTES[TaskAttribute(row.task.attribute)],
            row.task.title,
            row.task.deadline_on,
            *(_FORM_STATES.get(cell.state, "") if cell.progress else "" for cell in row.cells),
            row.task.responsible_unit.name,
            row.task.person.name if row.task.person else row.task.person_name,
        ]
        for row in rows
    ]


def filter_notes(chosen: TaskFilter) -> tuple[str, ...]:
    """Return in words what an export was filtered by."""
    words = {
        "year": (gettext("年度"), chosen.year),
        "unit": (gettext("部门"), chosen.unit),
        "kind": (gettext("类别"), chosen.kind),
        "source": (gettext("来源"), str(SOURCE_WORDS.get(chosen.source, ""))),
        "attribute": (gettext("属性"), str(ATTRIBUTE_WORDS.get(chosen.attribute, ""))),
        "state": (gettext("状态"), str(STATE_WORDS.get(chosen.state, ""))),
        "standard": (gettext("考核标准"), str(STANDARD_WORDS.get(chosen.standard, ""))),
    }
    return tuple(f"{title}：{value}" for title, value in words.values() if value)
