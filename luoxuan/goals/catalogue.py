"""The records of this package as a kind of a configuration package.

A package that measures tasks says how their records look to it: titles, grains and periods. The
rows are written by the system (`records.py`), so nobody imports into them.
"""

from collections.abc import Mapping, Sequence

from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageFiles,
    Stamp,
    Values,
    audit_changes,
    toml_lines,
)
from luoxuan.data.models import Dataset, Field
from luoxuan.goals.records import TASKS

_FILE = "records/tasks.toml"
_TEXTS = ("title", "title_en", "about", "about_en", "unit_field")
_FIELD = ("name", "title", "title_en", "type")


def _declared(package: PackageFiles) -> dict[str, Values]:
    table = package.table(_FILE)
    if not table:
        return {}
    values: Values = {name: table.get(name, "") for name in _TEXTS}
    period = table.get("period", {})
    values |= {
        "grains": dict(table.get("grains", {})),
        "period_kind": period.get("kind", ""),
        "period_field": period.get("field", ""),
        "fields": [{name: entry[name] for name in _FIELD} for entry in table["field"]],
    }
    return {TASKS: values}


def _current() -> dict[str, Values]:
    found = Dataset.objects.filter(name=TASKS, is_system=True).prefetch_related("fields")
    return {
        row.name: {
            **{name: getattr(row, name) for name in _TEXTS},
            "grains": row.grains,
            "period_kind": row.period_kind,
            "period_field": row.period_field,
            "fields": [
                {name: getattr(field, name) for name in _FIELD} for field in row.fields.all()
            ],
            "origin": row.origin,
        }
        for row in found
    }


def _write(changes: Sequence[Change], stamp: Stamp) -> None:
    for change in changes:
        values = {**change.after}
        fields = values.pop("fields")
        row, _ = Dataset.objects.update_or_create(
            name=change.key, defaults={**values, "is_system": True, "origin": stamp.origin}
        )
        row.fields.all().delete()
        Field.objects.bulk_create(
            [Field(dataset=row, position=place, **field) for place, field in enumerate(fields)]
        )
    audit_changes(changes, stamp, "Dataset")


def _export(stored: Mapping[str, Values]) -> dict[str, str]:
    if TASKS not in stored:
        return {}
    values = stored[TASKS]
    lines = toml_lines({name: values[name] for name in _TEXTS if values[name]})
    lines += ["", "[grains]", *toml_lines(values["grains"])]
    period = {"kind": values["period_kind"], "field": values["period_field"]}
    lines += ["", "[period]", *toml_lines(period)]
    for field in values["fields"]:
        lines += [
            "",
            "[[field]]",
            *toml_lines({name: text for name, text in field.items() if text}),
        ]
    return {_FILE: "\n".join(lines) + "\n"}


KINDS = (ConfigurationKind("task_records", _declared, _current, _write, _export),)
