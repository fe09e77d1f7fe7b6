"""What a task is, how it stands in a month, who may sign; pure decisions on plain values."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class TaskKind(StrEnum):
    """The class of a task「任务类别」; it decides which standard judges: plan, points or duty."""

    A = "A"
    B = "B"
    C = "C"


class TaskSource(StrEnum):
    """Where a task comes from「任务来源」."""

    PLAN = "PLAN"
    WORK_POINTS = "WORK_POINTS"
    SUPERIOR_AUTHORITY = "SUPERIOR_AUTHORITY"
    SCHOOL = "SCHOOL"
    DUTY = "DUTY"
    TEMPORARY = "TEMPORARY"


class TaskAttribute(StrEnum):
    """The attribute of a task「工作属性」."""

    KEY = "KEY"
    ROUTINE = "ROUTINE"
    TEMPORARY = "TEMPORARY"


class ProgressState(StrEnum):
    """How a task stands in one month「月度完成情况」; NOT_DUE means planned for later."""

    DONE = "DONE"
    ON_TRACK = "ON_TRACK"
    LATE = "LATE"
    NOT_DUE = "NOT_DUE"


class CellState(StrEnum):
    """What a cell of the matrix of months「月度矩阵」 shows; WAITING expects a report."""

    DONE = "DONE"
    ON_TRACK = "ON_TRACK"
    LATE = "LATE"
    NOT_DUE = "NOT_DUE"
    WAITING = "WAITING"
    EMPTY = "EMPTY"


class SheetState(StrEnum):
    """Where a monthly sheet「报送单」 stands."""

    OPEN = "OPEN"
    SUBMITTED = "SUBMITTED"
    RECEIVED = "RECEIVED"
    RETURNED = "RETURNED"


class DateDecision(StrEnum):
    """What became of the wish for another deadline「时限调整结论」."""

    ASKED = "ASKED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


class SigningSide(StrEnum):
    """Who signs an appraisal standard「考核标准签订方」."""

    LEADER = "LEADER"
    DEPARTMENT = "DEPARTMENT"
    COLLEGE = "COLLEGE"


class Finding(StrEnum):
    """What the check of tasks finds「任务检查发现」: a task without its root."""

    WITHOUT_PLAN_GOAL = "task_without_plan_goal"
    WITHOUT_WORK_POINT = "task_without_work_point"
    WITHOUT_DUTY = "task_without_duty"


CAUSES = ("FUNDS", "OUTSIDE", "STAFF", "CHANGE")
"""Categories of causes of lateness: money, others, people, a changed plan."""

# Words by which the column 任务来源 of form 004-T6 names a source; the first that occurs decides.
_SOURCE_WORDS: tuple[tuple[str, TaskSource], ...] = (
    ("上级", TaskSource.SUPERIOR_AUTHORITY),
    ("省厅", TaskSource.SUPERIOR_AUTHORITY),
    ("教育厅", TaskSource.SUPERIOR_AUTHORITY),
    ("规划", TaskSource.PLAN),
    ("要点", TaskSource.WORK_POINTS),
    ("增设", TaskSource.SCHOOL),
    ("职责", TaskSource.DUTY),
    ("岗位", TaskSource.DUTY),
    ("常规", TaskSource.DUTY),
    ("临时", TaskSource.TEMPORARY),
)
_SOURCE_OF_ATTRIBUTE = {
    TaskAttribute.KEY: TaskSource.WORK_POINTS,
    TaskAttribute.ROUTINE: TaskSource.DUTY,
    TaskAttribute.TEMPORARY: TaskSource.TEMPORARY,
}
_KIND_OF_SOURCE = {TaskSource.PLAN: TaskKind.A, TaskSource.DUTY: TaskKind.C}
_ROOTS = {
    TaskKind.A: (frozenset({TaskSource.PLAN}), Finding.WITHOUT_PLAN_GOAL),
    TaskKind.B: (
        frozenset(TaskSource) - {TaskSource.PLAN, TaskSource.DUTY},
        Finding.WITHOUT_WORK_POINT,
    ),
    TaskKind.C: (frozenset({TaskSource.DUTY}), Finding.WITHOUT_DUTY),
}
# requirements/workflow §5.3: three pairs of signers (000: 责任领导与部门、部门与二级学院、部门).
_SIDES = {
    "department": (SigningSide.LEADER, SigningSide.DEPARTMENT),
    "college": (SigningSide.DEPARTMENT, SigningSide.COLLEGE),
    "own": (SigningSide.DEPARTMENT,),
    "own college": (SigningSide.COLLEGE,),
}
_ROLES_OF_SIDE = {
    SigningSide.LEADER: frozenset({"leader", "responsible_leader"}),
    SigningSide.DEPARTMENT: frozenset({"department_head", "school_office", "planning_office"}),
    SigningSide.COLLEGE: frozenset({"college_head"}),
}


def report_mark(said: Mapping[str, object]) -> str:
    """Return what tells two reports on a task apart「报送标记」."""
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def source_of(text: str, attribute: TaskAttribute) -> TaskSource:
    """Return the source that the words of a form name; without a known word the usual one."""
    for word, source in _SOURCE_WORDS:
        if word in text:
            return source
    return _SOURCE_OF_ATTRIBUTE[attribute]


def kind_of(source: TaskSource) -> TaskKind:
    """Return the class of a task by its root: plan A, duty C, everything between B."""
    return _KIND_OF_SOURCE.get(source, TaskKind.B)


def root_finding(kind: TaskKind, source: TaskSource, basis: str) -> Finding | None:
    """Return what is missing below a task: A its plan goal, B its work point, C its duty.

    ``basis`` names the goal, point or duty in words; empty means that none is named. A source that
    belongs to another class is a missing root too: never plan to C.
    """
    sources, finding = _ROOTS[kind]
    return None if source in sources and basis.strip() else finding


def is_overdue(deadline_on: date | None, *, is_done: bool, on: date) -> bool:
    """Return whether the deadline has passed and the task is not done; no deadline never passes."""
    return deadline_on is not None and not is_done and deadline_on < on


def task_state(
    reported: Sequence[ProgressState], deadline_on: date | None, *, on: date
) -> ProgressState:
    """Return how a task stands on a day「任务状态」: DONE, LATE or ON_TRACK.

    ``reported`` are its reports in the order of the months up to that day. The last one that says
    something decides; a passed deadline makes late whatever is not done.
    """
    told = [state for state in reported if state is not ProgressState.NOT_DUE]
    last = told[-1] if told else ProgressState.ON_TRACK
    if last is ProgressState.DONE:
        return last
    if last is ProgressState.LATE or is_overdue(deadline_on, is_done=False, on=on):
        return ProgressState.LATE
    return ProgressState.ON_TRACK


def is_expected(kind: TaskKind, *, month: int, every: int, is_done_before: bool) -> bool:
    """Return whether a monthly sheet asks for a task: A and B in their rhythm until they are done.

    C tasks are silent. ``every`` is 1 for each month, 2 for every second one.
    """
    return kind is not TaskKind.C and not is_done_before and month % every == 0


def cell_state(reported: ProgressState | None, *, is_expected: bool, is_current: bool) -> CellState:
    """Return what the matrix shows for a task and month."""
    if reported is not None:
        return CellState(reported)
    return CellState.WAITING if is_current and is_expected else CellState.EMPTY


def signing_sides(kind: TaskKind, *, is_college: bool) -> tuple[SigningSide, ...]:
    """Return who signs the appraisal standard「考核标准」 of a task, one of three pairs.

    Source: requirements/workflow §5.3 (000): A and B of a department by leader and department, of
    a secondary college by department and college; C by whoever does the work.
    """
    if kind is TaskKind.C:
        return _SIDES["own college" if is_college else "own"]
    return _SIDES["college" if is_college else "department"]


def sides_of(roles: Collection[str], sides: Sequence[SigningSide]) -> list[SigningSide]:
    """Return for which of the sides a holder of these roles may sign."""
    return [side for side in sides if _ROLES_OF_SIDE[side] & set(roles)]


def may_sign(roles: Iterable[str]) -> bool:
    """Return whether one of the roles signs standards at all."""
    held = set(roles)
    return any(held & signing for signing in _ROLES_OF_SIDE.values())


def next_side(
    sides: Sequence[SigningSide],
    *,
    roles: Collection[str],
    signed: Mapping[int, SigningSide],
    by: int,
) -> SigningSide | None:
    """Return for which side somebody may sign now, or None; nobody signs for two.

    ``signed`` gives the side by the key of the user who signed for it.
    """
    if by in signed:
        return None
    done = set(signed.values())
    return next((side for side in sides_of(roles, sides) if side not in done), None)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The settings in force「年度节奏」: two days of the year, one of the month."""

    tasks_due: tuple[int, int]
    standards_due: tuple[int, int]
    sheet_day: int

    def tasks_due_on(self, year: int) -> date:
        """Return until when the tasks of a natural year are decomposed「任务分解截止日」."""
        return date(year, *self.tasks_due)

    def standards_due_on(self, year: int) -> date:
        """Return until when its appraisal standards are signed「考核标准签订截止日」."""
        return date(year, *self.standards_due)


@dataclass(frozen=True, slots=True)
class TaskKey:
    """By what a task is known again「任务识别项」 in the next edition of a file."""

    unit: str
    source: str
    title: str


def vanished(held: Collection[TaskKey], brought: Collection[TaskKey]) -> set[TaskKey]:
    """Return the tasks that the newest edition no longer has.

    A unit without a single row in it keeps its tasks: its file is another one.
    """
    units = {key.unit for key in brought}
    return {key for key in held if key.unit in units} - set(brought)


def usual_year(deadlines: Collection[date], *, otherwise: int) -> int:
    """Return the natural year in which most deadlines lie."""
    years = [day.year for day in deadlines]
    return max(set(years), key=lambda year: (years.count(year), year)) if years else otherwise
