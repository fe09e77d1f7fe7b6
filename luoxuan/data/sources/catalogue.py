"""Sources as a kind of a configuration package: one TOML file each in sources/, never a secret."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time
from typing import Any

from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageFiles,
    PackageUnreadable,
    Stamp,
    Values,
    toml_lines,
    toml_text,
)
from luoxuan.data.models import Dataset, Source
from luoxuan.data.sources.actions import SourceValues, declare_source
from luoxuan.data.sources.rules import PullMode, SourceKind

_TEXTS = (
    "address", "user", "selection", "next_page", "line_pattern", "watermark_column", "daily_at",
)  # fmt: skip
_DEFAULTS = SourceValues("", "", SourceKind.SQL, "", Dataset())
_NUMBERS = ("least_share", "most_rows", "most_seconds")
_KNOWN = {
    "title", "kind", "dataset", "mode", "every_minutes", "mapping", *_TEXTS, *_NUMBERS,
}  # fmt: skip


class SourcesKind(ConfigurationKind):
    """Sources that packages propose「数据源配置」: one that a person has changed is left alone.

    Addresses, users and times belong to the college, so a package loaded again must not put its
    placeholders in their place.
    """

    def plan(self, package: PackageFiles) -> list[Change]:
        """Return what loading the package would change."""
        own = set(Source.objects.filter(origin="").values_list("name", flat=True))
        return [change for change in super().plan(package) if change.key not in own]


def source_values(name: str, told: Mapping[str, Any]) -> Values:
    """Return a source as TOML declares it, checked as far as it stands alone.

    Raises PackageUnreadable for a name that nobody knows: a secret has no place here.
    """
    if unknown := sorted(set(told) - _KNOWN):
        raise PackageUnreadable("source_bad_setting", name=f"{name}: {', '.join(unknown)}")
    clock = told.get("daily_at", "")
    return {
        "title": told["title"],
        "kind": str(SourceKind(told["kind"])),
        "dataset": told["dataset"],
        "mode": str(PullMode(told.get("mode", PullMode.FULL))),
        "every_minutes": int(told["every_minutes"]) if told.get("every_minutes") else None,
        **{column: str(told.get(column, "")) for column in _TEXTS},
        "daily_at": f"{time.fromisoformat(str(clock)):%H:%M}" if clock else "",
        **{column: int(told.get(column, getattr(_DEFAULTS, column))) for column in _NUMBERS},
        "mapping": {str(key): str(value) for key, value in told.get("mapping", {}).items()},
    }


def written_values(name: str, values: Values, dataset: Dataset) -> SourceValues:
    """Return declared values as the action takes them, without a secret."""
    told = {key: value for key, value in values.items() if key not in {"mapping", "dataset"}}
    told |= {"kind": SourceKind(told["kind"]), "mode": PullMode(told["mode"])}
    told["daily_at"] = time.fromisoformat(told["daily_at"]) if told["daily_at"] else None
    return replace(_DEFAULTS, name=name, dataset=dataset, **told)


def stored_values(row: Source) -> Values:
    """Return a stored source as a package declares it; whether it runs is no part of it."""
    return {
        "title": row.title,
        "kind": row.kind,
        "dataset": row.dataset.name,
        "mode": row.mode,
        "every_minutes": row.every_minutes,
        "address": row.address,
        "user": row.options.get("user", ""),
        "selection": row.selection,
        "next_page": row.options.get("next_page", ""),
        "line_pattern": row.options.get("line_pattern", ""),
        "watermark_column": row.watermark_column,
        "daily_at": f"{row.daily_at:%H:%M}" if row.daily_at else "",
        **{column: getattr(row, column) for column in _NUMBERS},
        "mapping": row.mapping,
    }


def _declared(package: PackageFiles) -> dict[str, Values]:
    return {
        name: source_values(name, package.table(path))
        for name, path in package.folder("sources", ".toml").items()
    }


def _current() -> dict[str, Values]:
    found = Source.objects.select_related("dataset")
    return {row.name: {**stored_values(row), "origin": row.origin} for row in found}


def _write(changes: Sequence[Change], stamp: Stamp) -> None:
    known = {row.name: row for row in Dataset.objects.all()}
    for change in changes:
        name = change.after["dataset"]
        if name not in known:
            raise PackageUnreadable("package_unknown_dataset", dataset=name)
        declare_source(
            values=written_values(change.key, change.after, known[name]),
            mapping=change.after["mapping"], by=stamp.by, at=stamp.at, origin=stamp.origin,
        )  # fmt: skip


def _export(stored: Mapping[str, Values]) -> dict[str, str]:
    files = {}
    for name, values in stored.items():
        plain = {
            key: value
            for key, value in values.items()
            if key not in {"origin", "mapping"} and value not in ("", None)
        }
        lines = [*toml_lines(plain), "", "[mapping]"]
        pairs = values["mapping"].items()
        lines += [f"{toml_text(column)} = {toml_text(field)}" for column, field in pairs]
        files[f"sources/{name}.toml"] = "\n".join(lines) + "\n"
    return files


KINDS = (SourcesKind("sources", _declared, _current, _write, _export),)
