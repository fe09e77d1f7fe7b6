"""The page of the burden「填报负担」."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.workbook import Column
from luoxuan.data.directory.burden import CollectedField
from luoxuan.data.directory.queries import directory
from luoxuan.portal.burden import UnitLoad, repeated, unit_loads, unused

_SHOWN = 200


@guarded(Resource.COCKPIT, Action.VIEW)
def burden(request: HttpRequest) -> HttpResponse:
    """Show who fills how much, what is asked twice and what nobody uses; a unit sees its own."""
    reader = cast("ScopedRequest", request)
    scope, today = reader.scope, timezone.localdate()
    loads = unit_loads(scope, at=timezone.now(), on=today)
    within = None if scope.whole_institution else {name for row in loads for name in row.datasets}
    idle = unused(within=within)
    twice = repeated(within=within)
    owners = {
        entry.dataset.name: entry.owner
        for entry in (directory(scope, on=today) if scope.whole_institution else [])
    }
    part = request.GET.get("part", "")
    if asked_format(request):
        return list_download(request, _listing(part, loads, twice, idle, owners))
    context = {
        "loads": loads[:_SHOWN],
        "n_fields": sum(row.n_fields for row in loads),
        "n_units": len({row.unit.pk for row in loads}),
        "twice": [(title, held) for title, held in twice[:_SHOWN]],
        "n_twice": len(twice),
        "idle": [(one, owners.get(one.dataset.name, "")) for one in idle[:_SHOWN]],
        "n_idle": len(idle),
        "part": part if part in {"twice", "idle"} else "",
        "may_open": reader.rights.scope(Resource.DATASET, Action.VIEW) is not None,
    }
    return render(request, "portal/burden.html", context)


def _listing(
    part: str,
    loads: list[UnitLoad],
    twice: list[tuple[str, list[CollectedField]]],
    idle: list[CollectedField],
    owners: dict[str, str],
) -> Listing:
    if part == "twice":
        return _twice_listing(twice)
    return _idle_listing(idle, owners) if part == "idle" else _load_listing(loads)


def _load_listing(loads: list[UnitLoad]) -> Listing:
    return Listing(
        name="burden",
        title=gettext("填报负担"),
        columns=[
            Column(gettext("部门"), width=24),
            Column(gettext("岗位")),
            Column(gettext("表单"), width=30),
            Column(gettext("一年几次"), "integer"),
            Column(gettext("填了几项"), "integer"),
            Column(gettext("预填百分比"), "integer"),
            Column(gettext("分钟"), "integer"),
        ],
        n_rows=len(loads),
        rows=lambda: [
            (text_of(row.unit, "name"), row.post, row.title, row.n_times, row.n_fields,
             row.prefilled_pct, row.minutes)
            for row in loads
        ],
        notes=[gettext("近 12 个月")],
    )  # fmt: skip


def _twice_listing(twice: list[tuple[str, list[CollectedField]]]) -> Listing:
    return Listing(
        name="burden_twice",
        title=gettext("重复采集"),
        columns=[Column(gettext("字段"), width=24), Column(gettext("数据集"), width=60)],
        n_rows=len(twice),
        rows=lambda: [
            (title, "、".join(text_of(one.dataset, "title") for one in held))
            for title, held in twice
        ],
        notes=[gettext("同名字段在几个数据集里各收一次")],
    )


def _idle_listing(idle: list[CollectedField], owners: dict[str, str]) -> Listing:
    return Listing(
        name="burden_idle",
        title=gettext("可以停收的项目"),
        columns=[
            Column(gettext("数据集"), width=24),
            Column(gettext("字段"), width=24),
            Column(gettext("代码"), width=24),
            Column(gettext("责任人")),
        ],
        n_rows=len(idle),
        rows=lambda: [
            (text_of(one.dataset, "title"), one.title, one.name, owners.get(one.dataset.name, ""))
            for one in idle
        ],
        notes=[gettext("没有指标、数据集、统计表和任务用到")],
    )
