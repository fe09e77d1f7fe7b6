"""Themes as a kind of a configuration package: themes.toml."""

from collections.abc import Mapping, Sequence
from typing import Any

from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageFiles,
    PackageUnreadable,
    Stamp,
    Values,
    audit_changes,
    toml_lines,
)
from luoxuan.data.formula import FieldType, FormulaRefused, describe, parse_row
from luoxuan.data.models import Theme
from luoxuan.data.queries import Definitions

_PATH = "themes.toml"
_TEXTS = ("title", "title_en", "about", "about_en")
_VIEW_TEXTS = ("code", "title", "title_en", "dataset", "condition")


def _declared(package: PackageFiles) -> dict[str, Values]:
    return {
        entry["code"]: {
            **{column: entry.get(column, "") for column in _TEXTS},
            "position": int(entry.get("position", 0)),
            "views": [_view(view) for view in entry.get("view", [])],
        }
        for entry in package.table(_PATH).get("theme", [])
    }


def _view(entry: Mapping[str, Any]) -> Values:
    values: Values = {column: str(entry.get(column, "")) for column in _VIEW_TEXTS}
    return {**values, "fields": list(entry["fields"])}


def _current() -> dict[str, Values]:
    columns = (*_TEXTS, "position", "views", "origin")
    return {
        row.code: {column: getattr(row, column) for column in columns}
        for row in Theme.objects.all()
    }


def _write(changes: Sequence[Change], stamp: Stamp) -> None:
    definitions = Definitions()
    for change in changes:
        for view in change.after["views"]:
            _check_view(change.key, view, definitions)
        Theme.objects.update_or_create(
            code=change.key, defaults={**change.after, "origin": stamp.origin}
        )
    audit_changes(changes, stamp, "Theme")


def _check_view(theme: str, view: Values, definitions: Definitions) -> None:
    """Refuse a view of fields that are not there, and a condition that is none."""
    if view["dataset"] not in definitions.by_name:
        raise PackageUnreadable("package_unknown_dataset", dataset=view["dataset"])
    infos = definitions.fields_of(view["dataset"])
    unknown = sorted(set(view["fields"]) - {info.name for info in infos})
    if unknown or not view["fields"]:
        raise PackageUnreadable("package_unknown_field", file=_PATH, fields=", ".join(unknown))
    if view["condition"]:
        try:
            formula = parse_row(view["condition"], infos)
        except FormulaRefused as refused:
            raise _bad_condition(theme, view, describe(refused)) from refused
        if formula.type is not FieldType.BOOLEAN:
            raise _bad_condition(theme, view, formula.type)


def _bad_condition(theme: str, view: Values, reason: str) -> PackageUnreadable:
    return PackageUnreadable(
        "package_bad_condition", name=f"{theme}/{view['code']}", reason=str(reason)
    )


def _export(stored: Mapping[str, Values]) -> dict[str, str]:
    lines: list[str] = []
    for code, values in stored.items():
        told = {column: values[column] for column in (*_TEXTS, "position")}
        lines += ["[[theme]]", *toml_lines({"code": code, **told}), ""]
        for view in values["views"]:
            lines += ["[[theme.view]]", *toml_lines(view), ""]
    return {_PATH: "\n".join(lines)} if lines else {}


THEMES = ConfigurationKind("themes", _declared, _current, _write, _export)
