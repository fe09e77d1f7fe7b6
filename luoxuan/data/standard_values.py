"""What a data standard「数据标准」 says beside types and limits: as declared and as stored."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from luoxuan.core.configuration import PackageUnreadable, Values
from luoxuan.data.models import Dataset, Field
from luoxuan.data.rules import RESERVED_NAMES, QualitySystem, TimeBasis
from luoxuan.data.warehouse.patterns import is_sound

DATASET_TEXTS = ("title", "title_en", "about", "about_en", "file", "unit_field")
FIELD_CHECKS = ("reference", "checksum", "stated_by_id", "withdrawn")
STANDARD_TEXTS = ("time_basis", "theme", "system", "follows")
STANDARD_NUMBERS = ("sensitivity_level", "retention_years")
MEANING = ("about", "about_en", "measured_in", "source_standard", "source_code", "owned_by")
DUTY_TEXTS = ("owner_unit", "collector", "auditor")
DUTIES = (*DUTY_TEXTS, "recipients", "due_day")
_MOST_LEVEL, _MOST_YEARS = 4, 200


def declared_standard(name: str, path: str, table: Mapping[str, Any]) -> Values:
    """Return what a file says about a dataset as a whole. Raises PackageUnreadable."""
    if name in RESERVED_NAMES:
        raise PackageUnreadable("package_reserved_name", file=path, name=name)
    values: Values = {column: str(table.get(column, "")) for column in STANDARD_TEXTS}
    values |= {column: whole_number(table.get(column)) for column in STANDARD_NUMBERS}
    level, years = (values[column] for column in STANDARD_NUMBERS)
    if values["time_basis"] not in {"", *TimeBasis}:
        raise PackageUnreadable("package_unknown_kind", file=path, kind=values["time_basis"])
    if values["system"] not in {"", *QualitySystem}:
        raise PackageUnreadable("package_unknown_kind", file=path, kind=values["system"])
    if level is not None and not 1 <= level <= _MOST_LEVEL:
        raise PackageUnreadable("package_bad_number", file=path, value=str(level))
    if years is not None and not 0 <= years <= _MOST_YEARS:
        raise PackageUnreadable("package_bad_number", file=path, value=str(years))
    return values


def stored_standard(row: Dataset) -> Values:
    """Return the same of a stored dataset."""
    return {column: getattr(row, column) for column in (*STANDARD_TEXTS, *STANDARD_NUMBERS)}


def declared_meaning(path: str, entry: Mapping[str, Any]) -> Values:
    """Return what a file says about the meaning of a field; refuses what RE2 does not take.

    Raises PackageUnreadable.
    """
    if not is_sound(str(entry.get("pattern", ""))):
        raise PackageUnreadable(
            "package_bad_pattern", file=path, name=entry["name"], pattern=entry["pattern"]
        )
    return {column: str(entry.get(column, "")) for column in MEANING}


def stored_meaning(field: Field) -> Values:
    """Return the same of a stored field."""
    return {column: getattr(field, column) for column in MEANING}


def duties_of(row: Dataset) -> Values:
    """Return who is responsible for a dataset, and by when."""
    return {column: getattr(row, column) for column in DUTIES}


def whole_number(value: object) -> int | None:
    """Return a whole number, None for nothing. Raises ValueError."""
    return None if value in (None, "") else int(str(value))


def stored_values(row: Dataset) -> Values:
    """Return a stored dataset as it would be declared, and its origin."""
    values: Values = {column: getattr(row, column) for column in DATASET_TEXTS}
    values |= stored_standard(row)
    values |= {
        "key": row.key,
        "subject_kind": row.subject_kind,
        "subject_field": row.subject_field,
        "grains": row.grains,
        "period_kind": row.period_kind,
        "period_field": row.period_field,
        "day_field": row.day_field,
        "date_field": row.date_field,
        "date_kinds": row.date_kinds,
        "fields": [
            {
                "name": field.name,
                "title": field.title,
                "title_en": field.title_en,
                "type": field.type,
                "decimals": field.decimals,
                "is_required": field.is_required,
                "minimum": plain_number(field.minimum),
                "maximum": plain_number(field.maximum),
                "pattern": field.pattern,
                "missing": field.missing,
                "headers": field.headers,
                "code_list": field.code_list.name if field.code_list else "",
                "sensitivity": field.sensitivity,
                "formula": field.formula,
                "asks": field.asks,
                **{name: getattr(field, name) for name in FIELD_CHECKS},
                **stored_meaning(field),
            }
            for field in row.fields.all()
        ],
        "lookups": [
            {"dataset": lookup.target.name, "on": lookup.on, "fields": lookup.fields}
            for lookup in row.lookups.all()
        ],
        "origin": row.origin,
    }
    return values


def plain_number(value: Decimal | None) -> str | None:
    """Return a number without trailing zeros, so that 0 and 0.000000 are the same declaration."""
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def content_of(row: Dataset) -> Values:
    """Return the whole standard of a stored dataset, as a definition keeps it."""
    values = {name: value for name, value in stored_values(row).items() if name != "origin"}
    return {**values, "duties": duties_of(row)}
