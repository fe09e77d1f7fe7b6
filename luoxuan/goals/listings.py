"""Lists of the goals that leave as files: tasks as form 004-T6, monthly sheets, other dates."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext

from luoxuan.campus.models import Period
from luoxuan.core.downloads import Listing, local_time
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.workbook import Column
from luoxuan.goals.blocks import FORM_COLUMNS, filter_notes, form_rows
from luoxuan.goals.models import DeadlineChange
from luoxuan.goals.queries import SheetStatus, Standing, TaskFilter
from luoxuan.goals.templatetags.tasks import decision_words, sheet_words


def task_listing(rows: Sequence[Standing], chosen: TaskFilter) -> Listing:
    """Return tasks「年度任务」 with the columns of form 004-T6."""
    return Listing(
        name=f"tasks-{chosen.year}",
        title=gettext("任务完成情况"),
        columns=FORM_COLUMNS,
        n_rows=len(rows),
        rows=lambda: form_rows(rows),
        notes=filter_notes(chosen),
        is_form=True,
    )


def sheet_listing(statuses: Sequence[SheetStatus], month: Period | None) -> Listing:
    """Return who has handed in「报送情况」 the sheet of a month."""
    return Listing(
        name="month-sheets",
        title=gettext("月度报送"),
        columns=[
            Column(gettext("部门"), width=24),
            Column(gettext("代码")),
            Column(gettext("状态")),
            Column(gettext("报送人")),
            Column(gettext("报送时间"), "datetime"),
            Column(gettext("退回理由"), width=40),
        ],
        n_rows=len(statuses),
        rows=lambda: [_sheet(row) for row in statuses],
        notes=[f"{gettext('月份')}：{text_of(month, 'name') if month else ''}"],
    )


def deadline_change_listing(found: QuerySet[DeadlineChange]) -> Listing:
    """Return the wishes for another date「时限调整」 with both dates and what was decided."""
    return Listing(
        name="deadline-changes",
        title=gettext("时限调整"),
        columns=[
            Column(gettext("任务"), width=40),
            Column(gettext("部门"), width=24),
            Column(gettext("原时限"), "date"),
            Column(gettext("申请时限"), "date"),
            Column(gettext("理由"), width=40),
            Column(gettext("申请人")),
            Column(gettext("申请时间"), "datetime"),
            Column(gettext("状态")),
            Column(gettext("审批人")),
            Column(gettext("审批时间"), "datetime"),
            Column(gettext("审批意见"), width=40),
        ],
        n_rows=found.count(),
        rows=lambda: [_change(row) for row in found],
        notes=[f"{gettext('筛选')}：{gettext('全部')}"],
    )


def _sheet(row: SheetStatus) -> tuple[object, ...]:
    sheet = row.sheet
    name, words = text_of(row.unit, "name"), sheet_words(row.state)
    if sheet is None:
        return name, row.unit.code, words, "", None, ""
    by = str(sheet.submitted_by or "")
    return name, row.unit.code, words, by, local_time(sheet.submitted_at), sheet.reason


def _change(row: DeadlineChange) -> tuple[object, ...]:
    return (
        row.task.title,
        text_of(row.task.responsible_unit, "name"),
        row.old_on,
        row.asked_on,
        row.reason,
        str(row.asked_by or ""),
        local_time(row.asked_at),
        decision_words(row.state),
        str(row.decided_by or ""),
        local_time(row.decided_at),
        row.note,
    )
