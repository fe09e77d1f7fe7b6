"""What the pages of the directory are asked for, and what they show of one dataset."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, cast

from django.db import OperationalError, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest
from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import Scope
from luoxuan.data.directory.actions import record_uses
from luoxuan.data.directory.blocks import FRESHNESS, group_words
from luoxuan.data.directory.queries import Entry
from luoxuan.data.directory.rules import UseKind
from luoxuan.data.models import Dataset
from luoxuan.data.quality.queries import correction_urls
from luoxuan.data.queries import dataset_rows, field_infos
from luoxuan.data.standard.blocks import SYSTEMS

_SAMPLE_ROWS = 5


@dataclass(frozen=True, slots=True)
class DirectoryFilter:
    """Which datasets of the directory are asked for「目录筛选」; it lives in the address."""

    text: str = ""
    owner: str = ""
    freshness: str = ""
    theme: str = ""
    system: str = ""
    theme_title: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str], *, themes: Mapping[str, str]) -> Self:
        """Return what an address asks for; what is unknown asks for all."""
        theme, system = asked.get("theme", ""), asked.get("system", "")
        freshness = asked.get("freshness", "")
        return cls(
            asked.get("q", "").strip()[:100],
            asked.get("owner", "")[:200],
            freshness if freshness in FRESHNESS else "",
            theme if theme in themes else "",
            system if system in SYSTEMS else "",
            themes.get(theme, ""),
        )

    def fits(self, entry: Entry) -> bool:
        """Tell whether a dataset is asked for."""
        if self.owner and entry.owner != self.owner:
            return False
        if self.freshness and entry.freshness != self.freshness:
            return False
        if self.theme and entry.dataset.theme != self.theme:
            return False
        if self.system and entry.dataset.system != self.system:
            return False
        return not self.text or entry.holds(self.text)

    def words(self) -> list[str]:
        """Return what was asked for, for the head of a file."""
        freshness = str(FRESHNESS[self.freshness][1]) if self.freshness else ""
        system = str(SYSTEMS[self.system]) if self.system else ""
        asked = {
            gettext("查找"): self.text, gettext("主题"): self.theme_title,
            gettext("所属系统"): system, gettext("责任人"): self.owner,
            gettext("新鲜度"): freshness,
        }  # fmt: skip
        return [f"{name}：{value}" for name, value in asked.items() if value]

    @property
    def is_set(self) -> bool:
        """Tell whether anything narrows the list."""
        return bool(self.text or self.owner or self.freshness or self.theme or self.system)


def count_opening(dataset: Dataset, *, at: datetime) -> None:
    """Count that a dataset was opened; a reader never waits or fails for the count."""
    try:
        with transaction.atomic():
            record_uses(datasets=[dataset], kind=UseKind.OPENED, at=at)
    except OperationalError:
        return


def sample_shown(rights: Rights, scope: Scope, dataset: Dataset) -> dict[str, Any] | None:
    """Return the first rows that a scope may see「样例行」, None where there are none."""
    if not dataset.current_number:
        return None
    page = dataset_rows(scope, dataset, limit=_SAMPLE_ROWS)
    if not page.table.rows:
        return None
    infos = {info.name: info for info in field_infos(dataset)}
    titles = [(infos[name].titles or (name,))[0] for name in page.fields]
    words = group_words(dataset, page.fields)
    rows = [
        {
            "cells": [
                (title, "—" if cell is None else words.of(name, str(cell)))
                for title, name, cell in zip(titles, page.fields, row[:-1], strict=True)
            ],
            "number": row[-1],
            "correction_url": url,
        }
        for row, url in zip(page.table.rows, correction_urls(rights, dataset, page), strict=True)
    ]
    return {"titles": titles, "rows": rows, "n_rows": page.n_rows}


def directory_links(request: HttpRequest) -> list[dict[str, str]]:
    """Return the other pages of the data centre that the reader may open."""
    rights = cast("ScopedRequest", request).rights
    # Right, address, icon and words.
    offered = (
        (Resource.DATASET, Action.LIST, "data:standard_list", "list-details", gettext("数据标准")),
        (Resource.DATASET, Action.LIST, "data:theme_list", "hierarchy-2", gettext("主题库")),
        (
            Resource.DATA_CHECK,
            Action.LIST,
            "data:quality_list",
            "shield-check",
            gettext("数据质量"),
        ),
        (Resource.IMPORT, Action.CREATE, "data:source_list", "database", gettext("数据源")),
        (Resource.EXCHANGE, Action.LIST, "data:exchange_list", "upload", gettext("数据上报")),
        (Resource.DATASET, Action.EDIT, "data:upkeep", "database", gettext("数据仓库")),
        (Resource.HOME, Action.VIEW, "data:statistic_list", "chart-line", gettext("统计报表")),
        (Resource.DATASET, Action.LIST, "data:comparison", "versions", gettext("数据比对")),
        (Resource.DATA_REQUEST, Action.LIST, "data:request_list", "inbox", gettext("数据需求")),
        (Resource.COCKPIT, Action.VIEW, "portal:burden", "gauge", gettext("填报负担")),
    )
    return [
        {"url": reverse(name), "icon": icon, "words": words}
        for resource, action, name, icon, words in offered
        if rights.scope(resource, action) is not None
    ]


def may_ask(request: HttpRequest) -> str:
    """Return where the reader asks for data, "" for whom may not."""
    rights = cast("ScopedRequest", request).rights
    may = rights.scope(Resource.DATA_REQUEST, Action.CREATE) is not None
    return reverse("data:request_new") if may else ""
