"""Loop templates and schemes as kinds of a configuration package: one TOML file each."""

from collections.abc import Mapping, Sequence
from typing import Any

from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageFiles,
    PackageUnreadable,
    Stamp,
    Values,
    toml_lines,
)
from luoxuan.diagnosis.actions import add_scheme_version, add_template_version
from luoxuan.diagnosis.queries import schemes, templates
from luoxuan.diagnosis.rules import TemplateUnfit, parse_steps, plain_steps

_TEXTS = ("title", "title_en", "about", "about_en", "scheme")
_TEMPLATE_COLUMNS = (*_TEXTS, "track", "period_kind", "joins_at", "is_checked", "roles")
_NODE_DEFAULTS: dict[str, Any] = {
    "parent": "", "title_en": "", "hint": "", "hint_en": "", "basis": "", "indicators": [],
    "tables": [],
}  # fmt: skip


def _declared_templates(package: PackageFiles) -> dict[str, Values]:
    declared = {}
    for code, path in package.folder("loop_templates", ".toml").items():
        table = package.table(path)
        declared[code] = {
            **{name: table.get(name, "") for name in _TEXTS},
            "title": table["title"],
            "track": table["track"],
            "period_kind": table["period_kind"],
            "joins_at": table["joins_at"],
            "is_checked": bool(table.get("is_checked", True)),
            "roles": dict(table["roles"]),
            "steps": plain_steps(parse_steps(table["step"])),
        }
    return declared


def _current_templates() -> dict[str, Values]:
    return {
        row.code: {
            **{name: getattr(row, name) for name in _TEMPLATE_COLUMNS},
            "steps": row.steps,
            "origin": row.origin,
        }
        for row in templates()
    }


def _write_templates(changes: Sequence[Change], stamp: Stamp) -> None:
    for change in changes:
        try:
            add_template_version(
                code=change.key, values=change.after, origin=stamp.origin, by=stamp.by, at=stamp.at
            )
        except TemplateUnfit as refused:
            raise PackageUnreadable(refused.code, **refused.facts) from refused


def _export_templates(stored: Mapping[str, Values]) -> dict[str, str]:
    files = {}
    for code, values in stored.items():
        kept = {name: values[name] for name in _TEMPLATE_COLUMNS if name != "roles"}
        lines = toml_lines({name: value for name, value in kept.items() if value != ""})
        lines += ["", "[roles]", *toml_lines(values["roles"])]
        for step in values["steps"]:
            lines += ["", "[[step]]", *toml_lines(step)]
        files[f"loop_templates/{code}.toml"] = "\n".join(lines) + "\n"
    return files


def _declared_schemes(package: PackageFiles) -> dict[str, Values]:
    declared = {}
    for code, path in package.folder("schemes", ".toml").items():
        table = package.table(path)
        declared[code] = {
            "title": table["title"],
            "title_en": table.get("title_en", ""),
            "source": table.get("source", ""),
            "nodes": [
                {
                    **_NODE_DEFAULTS,
                    **entry,
                    "indicators": list(entry.get("indicators", [])),
                    "tables": [str(number) for number in entry.get("tables", [])],
                }
                for entry in table["node"]
            ],
        }
    return declared


def _current_schemes() -> dict[str, Values]:
    found = {}
    for row in schemes():
        nodes = sorted(row.nodes.all(), key=lambda node: node.position)
        codes = {node.pk: node.code for node in nodes}
        found[row.code] = {
            "title": row.title,
            "title_en": row.title_en,
            "source": row.source,
            "nodes": [
                {
                    "parent": codes.get(node.parent_id or 0, ""),
                    **{
                        name: getattr(node, name)
                        for name in ("kind", "code", "title", *_NODE_DEFAULTS)
                        if name != "parent"
                    },
                }
                for node in nodes
            ],
            "origin": row.origin,
        }
    return found


def _write_schemes(changes: Sequence[Change], stamp: Stamp) -> None:
    for change in changes:
        add_scheme_version(
            code=change.key, values=change.after, origin=stamp.origin, by=stamp.by, at=stamp.at
        )


def _export_schemes(stored: Mapping[str, Values]) -> dict[str, str]:
    files = {}
    for code, values in stored.items():
        lines = toml_lines({name: values[name] for name in ("title", "title_en", "source")})
        for node in values["nodes"]:
            entry = {"code": node["code"], "kind": node["kind"], "title": node["title"]}
            entry |= {name: node[name] for name in _NODE_DEFAULTS if node[name]}
            lines += ["", "[[node]]", *toml_lines(entry)]
        files[f"schemes/{code}.toml"] = "\n".join(lines) + "\n"
    return files


KINDS = (
    ConfigurationKind(
        "schemes", _declared_schemes, _current_schemes, _write_schemes, _export_schemes
    ),
    ConfigurationKind(
        "loop_templates", _declared_templates, _current_templates, _write_templates,
        _export_templates,
    ),
)  # fmt: skip
