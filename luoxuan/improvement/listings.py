"""Improvements as a list that leaves as a file."""

from collections.abc import Callable, Iterable

from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.core.downloads import Listing
from luoxuan.core.workbook import Column
from luoxuan.improvement.blocks import ShownImprovement


def improvement_listing(
    shown: Callable[[], Iterable[ShownImprovement]], *, n_rows: int, status: str, subject: str
) -> Listing:
    """Return improvements「改进」 with cause, measure, dates and the numbers before and after."""
    return Listing(
        name="improvements",
        title=gettext("改进"),
        columns=_columns(),
        n_rows=n_rows,
        rows=lambda: [_cells(row) for row in shown()],
        notes=_notes(status, subject),
    )


def _notes(status: str, subject: str) -> tuple[str, ...]:
    """Return which filters the file was asked with."""
    words = {
        "open": gettext("未关闭"),
        "mine": gettext("我负责"),
        "late": gettext("逾期"),
        "waiting": gettext("待复测"),
        "closed": gettext("已关闭"),
        "all": gettext("全部"),
    }
    return f"{gettext('筛选')}：{words[status]}", f"{gettext('对象')}：{subject}"


def _columns() -> list[Column]:
    return [
        Column(gettext("对象代码")),
        Column(gettext("诊改对象")),
        Column(gettext("存在的问题")),
        Column(gettext("原因类别")),
        Column(gettext("措施")),
        Column(gettext("责任人")),
        Column(gettext("完成日期"), "date"),
        Column(gettext("状态")),
        Column(gettext("改进前")),
        Column(gettext("改进后")),
        Column(gettext("提出日期"), "date"),
        Column(gettext("关闭日期"), "date"),
    ]


def _cells(row: ShownImprovement) -> tuple[object, ...]:
    return (
        row.subject.code,
        row.subject.name,
        row.problem,
        row.causes,
        row.measure,
        str(row.responsible or ""),
        row.due_on,
        row.state_words,
        row.before,
        row.now,
        timezone.localtime(row.opened_at).date(),
        timezone.localtime(row.closed_at).date() if row.closed_at else None,
    )
