"""Lists of the portal that leave as files: to-do, jobs, notices, the audit chain, the cockpit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext

from luoxuan.core.downloads import Listing, local_time
from luoxuan.core.models import AuditEntry, Job, Notice
from luoxuan.core.queries import AuditFilter
from luoxuan.core.templatetags.jobs import job_failure, job_words
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.todo import TodoItem
from luoxuan.core.workbook import Column
from luoxuan.portal.standing import PlaceCount, UnitStanding


def todo_listing(items: Sequence[TodoItem], kind: str) -> Listing:
    """Return what is to be done「我的待办」 with the address of each thing."""
    return Listing(
        name="todo",
        title=gettext("我的待办"),
        columns=[
            Column(gettext("类别")),
            Column(gettext("事项"), width=60),
            Column(gettext("期限"), "date"),
            Column(gettext("逾期")),
            Column(gettext("地址"), width=40),
        ],
        n_rows=len(items),
        rows=lambda: [
            (row.kind, row.title, row.due_on, _yes_or_no(row.is_late), row.url) for row in items
        ],
        notes=[f"{gettext('类别')}：{kind or gettext('全部')}"],
    )


def job_listing(found: QuerySet[Job]) -> Listing:
    """Return somebody's jobs「后台任务」."""
    return Listing(
        name="jobs",
        title=gettext("我的任务"),
        columns=[
            Column(gettext("任务号"), "integer"),
            Column(gettext("任务"), width=40),
            Column(gettext("状态")),
            Column(gettext("提交于"), "datetime"),
            Column(gettext("结束于"), "datetime"),
            Column(gettext("原因"), width=50),
        ],
        n_rows=found.count(),
        rows=lambda: [
            (
                job.pk, job.title or job.name, job_words(job), local_time(job.queued_at),
                local_time(job.finished_at), job_failure(job),
            )
            for job in found
        ],
        notes=[f"{gettext('筛选')}：{gettext('全部')}"],
    )  # fmt: skip


def notice_listing(found: QuerySet[Notice]) -> Listing:
    """Return somebody's notices「通知」."""
    return Listing(
        name="notices",
        title=gettext("通知"),
        columns=[
            Column(gettext("时间"), "datetime"),
            Column(gettext("内容"), width=60),
            Column(gettext("已读于"), "datetime"),
            Column(gettext("地址"), width=40),
        ],
        n_rows=found.count(),
        rows=lambda: [
            (local_time(row.at), row.text, local_time(row.read_at), row.url) for row in found
        ],
        notes=[f"{gettext('筛选')}：{gettext('全部')}"],
    )


def audit_listing(found: QuerySet[AuditEntry], wanted: AuditFilter) -> Listing:
    """Return entries of the audit chain「审计日志」 with their whole hashes."""
    return Listing(
        name="audit",
        title=gettext("审计日志"),
        columns=[
            Column(gettext("序号"), "integer"),
            Column(gettext("时间"), "datetime"),
            Column(gettext("何人")),
            Column(gettext("操作"), width=24),
            Column(gettext("对象"), width=30),
            Column(gettext("内容"), width=50),
            Column(gettext("校验值"), width=66),
        ],
        n_rows=found.count(),
        rows=lambda: [
            (
                row.sequence, local_time(row.at), row.by_label, row.action,
                f"{row.object_kind} {row.object_key}", _facts(row.facts), row.hash,
            )
            for row in found.iterator()
        ],
        notes=_audit_notes(wanted),
    )  # fmt: skip


def cockpit_listing(
    counts: Sequence[PlaceCount], units: Sequence[UnitStanding], *, on: date
) -> Listing:
    """Return the numbers of the cockpit「校情驾驶舱」 with their bases, then those of each unit."""
    rows = [*_whole(counts), *_of_units(units)]
    return Listing(
        name="cockpit",
        title=gettext("校情驾驶舱"),
        columns=[
            Column(gettext("部门"), width=24),
            Column(gettext("项目"), width=24),
            Column(gettext("数"), "integer"),
            Column(gettext("基数"), "integer"),
            Column(gettext("基数的含义"), width=36),
        ],
        n_rows=len(rows),
        rows=lambda: rows,
        notes=[f"{gettext('日期')}：{on.isoformat()}"],
    )


def _whole(counts: Sequence[PlaceCount]) -> Iterator[tuple[object, ...]]:
    for count in counts:
        yield gettext("全部"), count.title, count.value, count.base, count.note


def _of_units(units: Sequence[UnitStanding]) -> Iterator[tuple[object, ...]]:
    """Yield what the table of units shows; what its reader may not count is left out."""
    for row in units:
        name, base = text_of(row.unit, "name"), gettext("部门的全部年度任务")
        if row.n_tasks is not None:
            yield name, gettext("滞后任务"), row.n_late, row.n_tasks, base
        if row.n_alerts is not None:
            yield name, gettext("未恢复的预警"), row.n_alerts, None, ""
        if row.n_improvements is not None:
            yield name, gettext("未关闭的改进"), row.n_improvements, None, ""


def _audit_notes(wanted: AuditFilter) -> list[str]:
    words = {
        "who": gettext("何人"),
        "action": gettext("操作"),
        "kind": gettext("对象类别"),
        "key": gettext("对象"),
        "since": gettext("起"),
        "until": gettext("止"),
    }
    asked = {name: value for name, value in asdict(wanted).items() if value}
    if not asked:
        return [f"{gettext('筛选')}：{gettext('全部')}"]
    return [f"{words[name]}：{value}" for name, value in asked.items()]


def _facts(facts: Mapping[str, object]) -> str:
    return " ".join(f"{name}={value}" for name, value in facts.items())


def _yes_or_no(said: bool) -> str:
    return gettext("是") if said else gettext("否")
