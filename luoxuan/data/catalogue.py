"""Datasets and subject sources as kinds of a configuration package."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from luoxuan.campus.rules import PeriodKind, SubjectKind
from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageFiles,
    PackageUnreadable,
    Stamp,
    Values,
    audit_changes,
    toml_text,
)
from luoxuan.core.once import forget
from luoxuan.data.actions.definitions import (
    record_definition,
    refuse_disagreeing_owner,
    refuse_stored_rows,
)
from luoxuan.data.code_list_catalogue import CODE_LISTS
from luoxuan.data.duty_catalogue import DUTY_KIND
from luoxuan.data.formula import FormulaRefused, parse_row
from luoxuan.data.formula.types import FieldInfo, FieldType
from luoxuan.data.import_queries import REFERENCES
from luoxuan.data.models import CodeList, Dataset, Field, Lookup, SubjectSource
from luoxuan.data.queries import DEFINITIONS
from luoxuan.data.standard_values import (
    DATASET_TEXTS,
    FIELD_CHECKS,
    STANDARD_NUMBERS,
    STANDARD_TEXTS,
    declared_meaning,
    declared_standard,
    plain_number,
    stored_values,
)
from luoxuan.data.theme_catalogue import THEMES

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SOURCE_TEXTS = ("name", "name_en", "unit", "parent", "member_of", "member_of_kind")
_ASKED = frozenset({"missing", "unclear_date", "unknown_reference"})


def _declared_datasets(package: PackageFiles) -> dict[str, Values]:
    return {
        name: dataset_values(name, path, package.table(path))
        for name, path in package.folder("datasets", ".toml").items()
    }


def dataset_values(name: str, path: str, table: Mapping[str, Any]) -> Values:
    """Return the declaration of a dataset, checked; ``path`` names its place in refusals.

    Raises PackageUnreadable.
    """
    if not _NAME.fullmatch(name):
        raise PackageUnreadable("package_bad_name", file=path, name=name)
    subject, period = table.get("subject", {}), table.get("period", {})
    fields = [_field_values(path, entry) for entry in table.get("field", [])]
    values: Values = {column: table.get(column, "") for column in DATASET_TEXTS}
    values |= declared_standard(name, path, table)
    values |= {
        "key": list(table.get("key", [])),
        "subject_kind": subject.get("kind", ""),
        "subject_field": subject.get("field", ""),
        "grains": dict(table.get("grains", {})),
        "period_kind": period.get("kind", ""),
        "period_field": period.get("field", ""),
        "day_field": period.get("day_field", ""),
        "date_field": period.get("date_field", ""),
        "date_kinds": list(period.get("kinds", [])),
        "fields": fields,
        "lookups": [
            {"dataset": row["dataset"], "on": dict(row["on"]), "fields": list(row["fields"])}
            for row in table.get("lookup", [])
        ],
    }
    _check_dataset(path, values)
    return values


def _field_values(path: str, entry: Mapping[str, Any]) -> Values:
    name = entry.get("name", "")
    if not _NAME.fullmatch(name) or name in {"row_number", "import_batch"}:
        raise PackageUnreadable("package_bad_name", file=path, name=name)
    if entry.get("type") not in set(FieldType):
        raise PackageUnreadable("package_unknown_type", file=path, name=name)
    return {
        "name": name,
        "title": entry.get("title", name),
        "title_en": entry.get("title_en", ""),
        "type": entry["type"],
        "decimals": int(entry.get("decimals", 0)),
        "is_required": bool(entry.get("required", False)),
        "minimum": _number(path, entry.get("minimum")),
        "maximum": _number(path, entry.get("maximum")),
        "pattern": entry.get("pattern", ""),
        "missing": list(entry.get("missing", [])),
        "headers": list(entry.get("header", [])),
        "code_list": entry.get("code_list", ""),
        "sensitivity": entry.get("sensitivity", ""),
        "formula": entry.get("formula", ""),
        **_checks(path, entry),
        **declared_meaning(path, entry),
    }


def _checks(path: str, entry: Mapping[str, Any]) -> Values:
    """Return what is asked or compared beyond type and limits."""
    checks: Values = {
        "asks": list(entry.get("asks", [])),
        **{name: entry.get(name, "") for name in FIELD_CHECKS},
    }
    known = {
        "reference": {"", *REFERENCES},
        "checksum": {"", "id_number"},
        "stated_by_id": {"", "gender", "birth_date"},
        "withdrawn": {"", *SubjectKind},
    }
    wrong = [name for name in FIELD_CHECKS if checks[name] not in known[name]]
    if wrong or set(checks["asks"]) - _ASKED:
        raise PackageUnreadable("package_bad_check", file=path, name=entry["name"])
    return checks


def _check_dataset(path: str, values: Values) -> None:
    """Refuse fields that are named but not there, and formulas that do not parse."""
    own = {field["name"] for field in values["fields"]}
    looked_up = {name for lookup in values["lookups"] for name in lookup["fields"]}
    named = {
        *values["key"], values["subject_field"], values["unit_field"], *values["grains"].values(),
        values["period_field"], values["day_field"], values["date_field"],
        *(mine for lookup in values["lookups"] for mine in lookup["on"]),
    }  # fmt: skip
    if unknown := sorted(named - own - looked_up - {""}):
        raise PackageUnreadable("package_unknown_field", file=path, fields=", ".join(unknown))
    kinds = {*values["grains"], values["subject_kind"]} - {""}
    if kinds - set(SubjectKind) or {values["period_kind"], *values["date_kinds"]} - {
        "",
        *PeriodKind,
    }:
        raise PackageUnreadable("package_unknown_kind", file=path, kind=", ".join(sorted(kinds)))
    infos = [
        FieldInfo(
            field["name"],
            FieldType(field["type"]),
            tuple(text for text in (field["title"], field["title_en"]) if text),
            field["decimals"],
        )
        for field in values["fields"]
        if not field["formula"]
    ]
    for field in values["fields"]:
        if field["formula"]:
            try:
                parse_row(field["formula"], infos)
            except FormulaRefused as refused:
                raise PackageUnreadable(
                    "package_bad_formula", file=path, name=field["name"],
                    reason=refused.code, position=refused.position,
                ) from refused  # fmt: skip


def _current_datasets() -> dict[str, Values]:
    found = Dataset.objects.filter(is_system=False).prefetch_related(
        "fields__code_list", "lookups__target"
    )
    return {row.name: stored_values(row) for row in found}


def write_datasets(changes: Sequence[Change], stamp: Stamp) -> None:
    """Write the datasets first and their look-ups last: a look-up may name a later dataset."""
    forget(DEFINITIONS)
    lists = {row.name: row for row in CodeList.objects.all()}
    for change in changes:
        columns = {
            name: value for name, value in change.after.items() if name not in {"fields", "lookups"}
        }
        row, _ = Dataset.objects.update_or_create(
            name=change.key, defaults={**columns, "origin": stamp.origin}
        )
        _refuse_narrowing(row, change.after["fields"])
        refuse_stored_rows(row, change.before, change.after)
        row.fields.all().delete()
        Field.objects.bulk_create(
            [
                _field(row, position, dict(values), lists)
                for position, values in enumerate(change.after["fields"])
            ]
        )
    known = {row.name: row for row in Dataset.objects.all()}
    for change in changes:
        row = known[change.key]
        row.lookups.all().delete()
        for position, values in enumerate(change.after["lookups"]):
            target = known.get(values["dataset"])
            if target is None or set(target.key) != set(values["on"].values()):
                raise PackageUnreadable(
                    "package_bad_lookup", dataset=change.key, target=values["dataset"]
                )
            Lookup.objects.create(
                dataset=row, target=target, on=values["on"], fields=values["fields"],
                position=position,
            )  # fmt: skip
    for change in changes:
        refuse_disagreeing_owner(known[change.key])
        record_definition(known[change.key], stamp)
    audit_changes(changes, stamp, "Dataset")


def _refuse_narrowing(row: Dataset, fields: Sequence[Values]) -> None:
    """Refuse another type or fewer decimals for a field that has stored rows: they would be cut."""
    if not row.current_number:
        return
    declared = {field["name"]: field for field in fields}
    for field in row.fields.all():
        after = declared.get(field.name)
        if after and (after["type"] != field.type or after["decimals"] < field.decimals):
            raise PackageUnreadable("package_field_fixed", dataset=row.name, field=field.name)


def _field(row: Dataset, position: int, values: Values, lists: Mapping[str, CodeList]) -> Field:
    name = values.pop("code_list")
    if name and name not in lists:
        raise PackageUnreadable("package_unknown_code_list", dataset=row.name, name=name)
    for limit in ("minimum", "maximum"):
        values[limit] = Decimal(values[limit]) if values[limit] is not None else None
    return Field(dataset=row, position=position, code_list=lists.get(name), **values)


def _export_datasets(stored: Mapping[str, Values]) -> dict[str, str]:
    return {f"datasets/{name}.toml": _dataset_toml(values) for name, values in stored.items()}


def _dataset_toml(values: Values) -> str:
    columns = (*DATASET_TEXTS, *STANDARD_TEXTS, *STANDARD_NUMBERS, "key")
    lines = [
        f"{name} = {toml_text(values[name])}"
        for name in columns
        if values[name] not in ("", None, [])
    ]
    tables = {
        "subject": {"kind": values["subject_kind"], "field": values["subject_field"]},
        "grains": values["grains"],
        "period": {
            "kind": values["period_kind"],
            "field": values["period_field"],
            "day_field": values["day_field"],
            "date_field": values["date_field"],
            "kinds": values["date_kinds"],
        },
    }
    for name, table in tables.items():
        filled = {key: value for key, value in table.items() if value}
        if filled:
            lines += [
                "",
                f"[{name}]",
                *(f"{key} = {toml_text(value)}" for key, value in filled.items()),
            ]
    renamed = {"is_required": "required", "headers": "header"}
    for field in values["fields"]:
        lines += ["", "[[field]]"]
        lines += [
            f"{renamed.get(key, key)} = {toml_text(value)}"
            for key, value in field.items()
            if value not in (None, "", [], False) and (key, value) != ("decimals", 0)
        ]
    for lookup in values["lookups"]:
        lines += [
            "",
            "[[lookup]]",
            *(f"{key} = {toml_text(value)}" for key, value in lookup.items()),
        ]
    return "\n".join(lines) + "\n"


def _declared_sources(package: PackageFiles) -> dict[str, Values]:
    declared = {}
    for entry in package.table("subject_sources.toml").get("source", []):
        if entry.get("kind") not in set(SubjectKind):
            raise PackageUnreadable(
                "package_unknown_kind", file="subject_sources.toml", kind=str(entry.get("kind"))
            )
        values = {column: entry.get(column, "") for column in _SOURCE_TEXTS}
        values |= {"dataset": entry["dataset"], "kind": entry["kind"], "code_field": entry["code"]}
        values["is_roster"] = bool(entry.get("roster", False))
        declared[f"{entry['dataset']}:{entry['kind']}"] = values
    return declared


def _current_sources() -> dict[str, Values]:
    return {
        f"{row.dataset.name}:{row.kind}": {
            **{column: getattr(row, column) for column in _SOURCE_TEXTS},
            "dataset": row.dataset.name,
            "kind": row.kind,
            "code_field": row.code_field,
            "is_roster": row.is_roster,
            "origin": row.origin,
        }
        for row in SubjectSource.objects.select_related("dataset")
    }


def _write_sources(changes: Sequence[Change], stamp: Stamp) -> None:
    known = {row.name: row for row in Dataset.objects.all()}
    for change in changes:
        values = dict(change.after)
        name, kind = values.pop("dataset"), values.pop("kind")
        if name not in known:
            raise PackageUnreadable("package_unknown_dataset", dataset=name)
        SubjectSource.objects.update_or_create(
            dataset=known[name], kind=kind, defaults={**values, "origin": stamp.origin}
        )
    audit_changes(changes, stamp, "SubjectSource")


def _export_sources(stored: Mapping[str, Values]) -> dict[str, str]:
    lines = []
    for row in stored.values():
        entry = {"dataset": row["dataset"], "kind": row["kind"], "code": row["code_field"]}
        entry |= {column: row[column] for column in _SOURCE_TEXTS if row[column]}
        entry |= {"roster": True} if row["is_roster"] else {}
        lines += [
            "[[source]]",
            *(f"{key} = {toml_text(value)}" for key, value in entry.items()),
            "",
        ]
    return {"subject_sources.toml": "\n".join(lines)} if lines else {}


def _number(path: str, value: object) -> str | None:
    if value is None:
        return None
    try:
        return plain_number(Decimal(str(value)))
    except InvalidOperation as error:
        raise PackageUnreadable("package_bad_number", file=path, value=str(value)) from error


KINDS = (
    CODE_LISTS,
    ConfigurationKind(
        "datasets", _declared_datasets, _current_datasets, write_datasets, _export_datasets
    ),
    DUTY_KIND,
    THEMES,
    ConfigurationKind(
        "subject_sources", _declared_sources, _current_sources, _write_sources, _export_sources
    ),
)  # fmt: skip
