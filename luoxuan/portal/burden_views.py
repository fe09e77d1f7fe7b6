"""The page of the burden「填报负担」."""

from dataclasses import dataclass
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
from luoxuan.data.directory.queries import owner_names
from luoxuan.portal.burden import UnitLoad, filled_cells, repeated, unit_loads, unused

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class IdleField:
    """A field that nothing reads「建议取消的项目」, and how many cells of it were filled in."""

    field: CollectedField
    n_cells: int


@guarded(Resource.COCKPIT, Action.VIEW)
def burden(request: HttpRequest) -> HttpResponse:
    """Show who fills how much, what is asked twice and what nobody uses; a unit sees its own."""
    reader = cast("ScopedRequest", request)
    scope, today = reader.scope, timezone.localdate()
    loads = unit_loads(scope, at=timezone.now(), on=today)
    within = None if scope.whole_institution else {name for row in loads for name in row.datasets}
    cells = filled_cells(at=timezone.now())
    idle = [
        IdleField(one, cells.get((one.dataset.name, one.name), 0)) for one in unused(within=within)
    ]
    # What costs the most work stands first.
    idle.sort(key=lambda row: -row.n_cells)
    twice = repeated(within=within)
    owners = owner_names() if scope.whole_institution else {}
    part = request.GET.get("part", "")
    if asked_format(request):
        return list_download(request, _listing(part, loads, twice, idle, owners))
    context = {
        "loads": loads[:_SHOWN],
        "n_fields": sum(row.n_fields for row in loads),
        "n_units": len({row.unit.pk for row in loads}),
        "twice": [_named(title, held, owners) for title, held in twice[:_SHOWN]],
        "n_twice": len(twice),
        "idle": [(row, owners.get(row.field.dataset.name, "")) for row in idle[:_SHOWN]],
        "n_idle": len(idle),
        "part": part if part in {"twice", "idle"} else "",
        "may_open": reader.rights.scope(Resource.DATASET, Action.VIEW) is not None,
    }
    return render(request, "portal/burden.html", context)


def _listing(
    part: str,
    loads: list[UnitLoad],
    twice: list[tuple[str, list[CollectedField]]],
    idle: list[IdleField],
    owners: dict[str, str],
) -> Listing:
    if part == "twice":
        return _twice_listing(twice, owners)
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


def _named(
    title: str, held: list[CollectedField], owners: dict[str, str]
) -> tuple[str, list[tuple[CollectedField, str]]]:
    return title, [(one, owners.get(one.dataset.name, "")) for one in held]


def _dataset_words(one: CollectedField, owners: dict[str, str]) -> str:
    owner = owners.get(one.dataset.name, "")
    return text_of(one.dataset, "title") + (f"（{owner}）" if owner else "")


def _twice_listing(
    twice: list[tuple[str, list[CollectedField]]], owners: dict[str, str]
) -> Listing:
    return Listing(
        name="burden_twice",
        title=gettext("重复采集"),
        columns=[Column(gettext("字段"), width=24), Column(gettext("数据集"), width=60)],
        n_rows=len(twice),
        rows=lambda: [
            (title, "、".join(_dataset_words(one, owners) for one in held)) for title, held in twice
        ],
        notes=[gettext("同名字段在几个数据集里各收一次")],
    )


def _idle_listing(idle: list[IdleField], owners: dict[str, str]) -> Listing:
    return Listing(
        name="burden_idle",
        title=gettext("建议取消的项目"),
        columns=[
            Column(gettext("数据集"), width=24),
            Column(gettext("字段"), width=24),
            Column(gettext("代码"), width=24),
            Column(gettext("责任人")),
            Column(gettext("一年填了几格"), "integer"),
        ],
        n_rows=len(idle),
        rows=lambda: [
            (text_of(row.field.dataset, "title"), row.field.title, row.field.name,
             owners.get(row.field.dataset.name, ""), row.n_cells)
            for row in idle
        ],
        notes=[gettext("没有指标、报告、诊断点、数据集、统计表、任务和上报表用到")],
    )  # fmt: skip
