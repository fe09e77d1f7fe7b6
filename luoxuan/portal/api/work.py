"""What is being worked on: improvements, tasks, and the reader's own jobs."""

from collections.abc import Sequence
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.queries import jobs_of
from luoxuan.goals.models import Task
from luoxuan.goals.queries import TaskFilter, standing, tasks
from luoxuan.goals.rules import ProgressState, TaskAttribute, TaskKind, TaskSource
from luoxuan.improvement.models import Improvement
from luoxuan.improvement.queries import improvements, late
from luoxuan.improvement.rules import OPEN_STATES, ImprovementState
from luoxuan.portal.api.documents import Kind, Member, document_of
from luoxuan.portal.api.operations import Operation, Parameter, endpoint
from luoxuan.portal.api.paging import cut, page_by_key, paging_of
from luoxuan.portal.api.problems import not_found

_IMPROVEMENT = (
    Member("id", lambda row: row.pk, Kind.INTEGER),
    Member("kind", lambda row: row.subject.kind),
    Member("subject", lambda row: row.subject.code),
    Member("problem", lambda row: row.problem),
    Member("indicator", lambda row: row.indicator or None, is_nullable=True),
    Member("baseline_value", lambda row: row.baseline_value, Kind.DECIMAL, is_nullable=True),
    Member("baseline_period", lambda row: row.baseline_period or None, is_nullable=True),
    Member("cause", lambda row: row.cause),
    Member("measure", lambda row: row.measure),
    Member("responsible", lambda row: row.responsible and str(row.responsible), is_nullable=True),
    Member("due_on", lambda row: row.due_on, Kind.DATE, is_nullable=True),
    Member("state", lambda row: row.shown_state),
    Member("opened_at", lambda row: row.opened_at, Kind.TIME),
    Member("in_place_at", lambda row: row.in_place_at, Kind.TIME, is_nullable=True),
    Member("closing_value", lambda row: row.closing_value, Kind.DECIMAL, is_nullable=True),
    Member("closing_period", lambda row: row.closing_period or None, is_nullable=True),
    Member("closed_at", lambda row: row.closed_at, Kind.TIME, is_nullable=True),
)
_TASK = (
    Member("id", lambda row: row.task.pk, Kind.INTEGER),
    Member("year", lambda row: row.task.year.code),
    Member("title", lambda row: row.task.title),
    Member("kind", lambda row: row.task.kind),
    Member("source", lambda row: row.task.source),
    Member("attribute", lambda row: row.task.attribute),
    Member("unit", lambda row: row.task.responsible_unit.code),
    Member("person", lambda row: row.task.person_name or None, is_nullable=True),
    Member("deadline_on", lambda row: row.deadline_on, Kind.DATE, is_nullable=True),
    Member("state", lambda row: row.state),
    Member("days_late", lambda row: row.days_late, Kind.INTEGER),
    Member("is_waiting", lambda row: row.is_waiting, Kind.BOOLEAN),
    Member("measure_and_goal", lambda row: row.task.measure_and_goal),
    Member("expected_result", lambda row: row.task.expected_result),
)
_JOB = (
    Member("id", lambda row: row.pk, Kind.INTEGER),
    Member("name", lambda row: row.name),
    Member("title", lambda row: row.title),
    Member("state", lambda row: row.state),
    Member("done", lambda row: row.done, Kind.INTEGER),
    Member("total", lambda row: row.total, Kind.INTEGER),
    Member("error_code", lambda row: row.error_code or None, is_nullable=True),
    Member("queued_at", lambda row: row.queued_at, Kind.TIME),
    Member("started_at", lambda row: row.started_at, Kind.TIME, is_nullable=True),
    Member("finished_at", lambda row: row.finished_at, Kind.TIME, is_nullable=True),
    # The receipt of a push is the result of its job.
    Member("result", lambda row: row.result, Kind.ANY),
)


@guarded(Resource.IMPROVEMENT, Action.LIST)
@endpoint(
    "v1/improvements",
    Operation(
        "GET",
        gettext_noop("改进"),
        (
            Parameter(
                "status", gettext_noop("未关闭的、归我的、逾期的、待复测的、已关闭的或全部"),
                ("open", "mine", "late", "waiting", "closed", "all"),
            ),
            Parameter("subject", gettext_noop("对象代码")),
        ),
        _IMPROVEMENT,
        is_paged=True,
    ),
)  # fmt: skip
def improvement_list(request: HttpRequest) -> dict[str, Any]:
    """Return the improvements of the reader's places, open ones unless others are asked for."""
    reader = cast("ScopedRequest", request)
    # That something was closed without proof is said to the quality office only.
    sees_unproved = "quality_office" in reader.rights.scopes_by_role()

    def shown(rows: Sequence[Improvement]) -> list[dict[str, Any]]:
        for row in rows:
            is_hidden = row.state == ImprovementState.CLOSED_WITHOUT_PROOF and not sees_unproved
            state = ImprovementState.CLOSED if is_hidden else row.state
            setattr(row, "shown_state", state)  # noqa: B010 - the members read it
        return [document_of(_IMPROVEMENT, row) for row in rows]

    return page_by_key(request, _improvements(reader), shown)


def _improvements(reader: ScopedRequest) -> QuerySet[Improvement]:
    found, status = improvements(reader.scope), reader.GET.get("status", "open")
    if code := reader.GET.get("subject", ""):
        found = found.filter(subject__code=code)
    if status == "late":
        return late(found, on=timezone.localdate())
    if status == "waiting":
        return found.filter(state=ImprovementState.AWAITING_REMEASUREMENT)
    if status == "closed":
        return found.exclude(state__in=OPEN_STATES)
    if status == "all":
        return found
    found = found.filter(state__in=OPEN_STATES)
    return found.filter(responsible=reader.user) if status == "mine" else found


@guarded(Resource.TASK, Action.LIST)
@endpoint(
    "v1/tasks",
    Operation(
        "GET",
        gettext_noop("年度任务"),
        (
            Parameter("year", gettext_noop("自然年")),
            Parameter("unit", gettext_noop("责任部门代码")),
            Parameter("kind", gettext_noop("任务类别"), tuple(TaskKind)),
            Parameter("source", gettext_noop("任务来源"), tuple(TaskSource)),
            Parameter("attribute", gettext_noop("工作属性"), tuple(TaskAttribute)),
            Parameter("state", gettext_noop("完成情况"), tuple(ProgressState)),
        ),
        _TASK,
        is_paged=True,
    ),
)
def task_list(request: HttpRequest) -> dict[str, Any]:
    """Return the tasks of the reader's places as they stand today, of all years or of one."""
    paging, asked = paging_of(request), request.GET
    names = ("year", "unit", "kind", "source", "attribute")
    chosen = TaskFilter(**{name: asked.get(name, "") for name in names})
    found = tasks(cast("ScopedRequest", request).scope, chosen=chosen).order_by("pk").distinct()
    if paging.after is not None:
        found = found.filter(pk__gt=paging.after[0])
    state = asked.get("state", "")
    # The state is no column: without it a page reads no more tasks than it shows.
    rows: list[Task] = list(found if state else found[: paging.limit + 1])
    standings = standing(rows, on=timezone.localdate())
    kept = [row for row in standings if not state or row.state == state]
    return cut(
        paging, kept, key=lambda row: [row.task.pk],
        shown=lambda here: [document_of(_TASK, row) for row in here],
    )  # fmt: skip


@guarded(Resource.JOB, Action.VIEW)
@endpoint(
    "v1/jobs/<int:number>",
    Operation("GET", gettext_noop("我的后台任务"), members=_JOB, example="v1/jobs/12"),
)
def job_detail(request: HttpRequest, number: int) -> dict[str, Any]:
    """Return one job of the reader; another's is as absent as one that does not exist."""
    mine = jobs_of(cast("ScopedRequest", request).user)
    found = mine.filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise not_found()
    return document_of(_JOB, found)
