"""The data directory as pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.core.lineage import Node
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.directory.queries import Entry
from luoxuan.data.directory.rules import Freshness, RequestState, StatisticFunction, UseKind
from luoxuan.data.models import Code, DataRequest, Dataset, Statistic

# The class of the chip and the word; every class has a shape of its own.
FRESHNESS: dict[str, tuple[str, Promise]] = {
    Freshness.FRESH: ("ok", _("新")),
    Freshness.OLD: ("wa", _("一年以上未更新")),
    Freshness.OVERDUE: ("ba", _("逾期未更新")),
    Freshness.EMPTY: ("no", _("没有数据")),
}
USES: dict[str, Promise] = {
    UseKind.OPENED: _("打开"),
    UseKind.EXPORTED: _("导出"),
    UseKind.PULLED: _("接口读取"),
    UseKind.COUNTED: _("计算指标"),
    UseKind.PRINTED: _("写进报告"),
}
REQUEST_STATES: dict[str, tuple[str, Promise]] = {
    RequestState.OPEN: ("wa", _("待答复")),
    RequestState.PLANNED: ("no", _("已列入计划")),
    RequestState.GIVEN: ("ok", _("已提供")),
    RequestState.REFUSED: ("ba", _("不提供")),
    RequestState.WITHDRAWN: ("no", _("已撤回")),
}
FUNCTIONS: dict[str, Promise] = {
    StatisticFunction.COUNT: _("行数"),
    StatisticFunction.PERSONS: _("人数"),
    StatisticFunction.SUM: _("合计"),
    StatisticFunction.MEAN: _("平均"),
}


def days_words(day: date | None, *, on: date) -> str:
    """Return how long ago a day was, in words; a dash for none."""
    if day is None:
        return "—"
    n = (on - day).days
    if n <= 0:
        return gettext("今天")
    return gettext("昨天") if n == 1 else gettext("%(n)s 天前") % {"n": n}


def entry_shown(
    entry: Entry, *, source: str, users: Sequence[Node], n_uses: int, import_url: str, on: date
) -> dict[str, Any]:
    """Return one dataset as a line of the directory."""
    row, version = entry.dataset, entry.version
    state, words = FRESHNESS[entry.freshness]
    return {
        "name": row.name,
        "title": row.title,
        "title_en": row.title_en,
        "about": row.about,
        "about_en": row.about_en,
        "n_rows": version.n_rows if version else None,
        "version": version.number if version else None,
        "changed_on": entry.changed_on,
        "ago": days_words(entry.changed_on, on=on),
        "state": state,
        "state_words": words,
        "owner": entry.owner,
        "source": source,
        "n_users": len(users),
        "n_uses": n_uses,
        "url": reverse("data:dataset_detail", args=[row.name]),
        "lineage_url": reverse("portal:dataset_lineage", args=[row.name]),
        "import_url": import_url,
    }


def uses_shown(months: Sequence[tuple[date, dict[str, int]]]) -> dict[str, Any]:
    """Return the uses of a dataset by month and way, months without any left out, and sums."""
    kinds = list(USES)
    rows = [
        {"month": f"{month:%Y-%m}", "numbers": [counts.get(kind, 0) for kind in kinds]}
        for month, counts in reversed(months)
        if counts
    ]
    totals = [sum(counts.get(kind, 0) for _, counts in months) for kind in kinds]
    return {"kinds": [str(USES[kind]) for kind in kinds], "rows": rows, "totals": totals}


def request_shown(row: DataRequest) -> dict[str, Any]:
    """Return a request with the words of its state."""
    state, words = REQUEST_STATES[row.state]
    return {
        "request_row": row, "state": state, "words": words,
        "url": reverse("data:request_detail", args=[row.pk]),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupWords:
    """The words of the values of a field: codes have titles, others stand for themselves."""

    titles: dict[str, dict[str, str]]

    def of(self, field: str, value: str | None) -> str:
        """Return a value in words; a missing one says so."""
        if value is None:
            return gettext("（缺）")
        if value in {"true", "false"}:
            return gettext("是") if value == "true" else gettext("否")
        return self.titles.get(field, {}).get(value, value)


def group_words(dataset: Dataset, names: Sequence[str]) -> GroupWords:
    """Return the words of some fields of a dataset, read at once."""
    fields = {field.name: field.code_list_id for field in dataset.fields.all()}
    lists = {name: fields[name] for name in names if fields.get(name)}
    titles: dict[str, dict[str, str]] = {name: {} for name in lists}
    for code in Code.objects.filter(code_list__in=lists.values()):
        for name, held in lists.items():
            if held == code.code_list_id:
                titles[name][code.value] = text_of(code, "title") or code.value
    return GroupWords(titles)


def statistic_words(row: Statistic, titles: dict[str, str]) -> str:
    """Return what a statistic counts, as a phrase."""
    what = str(FUNCTIONS[row.function])
    if row.field:
        what = gettext("%(field)s的%(what)s") % {
            "field": titles.get(row.field, row.field), "what": what,
        }  # fmt: skip
    if not row.groups:
        return what
    by = "、".join(titles.get(name, name) for name in row.groups)
    return gettext("%(what)s，按%(groups)s") % {"what": what, "groups": by}


def value_words(value: Decimal | int | None) -> str:
    """Return a value of a statistic as a text; a missing one is a dash, never zero."""
    if value is None:
        return "—"
    return format(value, ",f") if isinstance(value, Decimal) else f"{value:,}"
