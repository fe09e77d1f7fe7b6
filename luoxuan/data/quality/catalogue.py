"""Checks, and the records of their results, as kinds of a configuration package."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageFiles,
    PackageUnreadable,
    Stamp,
    Values,
    csv_text,
)
from luoxuan.data.models import Check, Dataset, Field
from luoxuan.data.quality.actions import CheckRefused, CheckValues, save_check
from luoxuan.data.quality.records import CHECKS
from luoxuan.data.quality.rules import DIMENSION_OF, CheckKind, Measured, QualityDimension, Severity

_FILE = "checks.csv"
_COLUMNS = (
    "code", "dataset", "kind", "dimension", "severity", "title", "title_en", "fields", "condition",
    "applies", "reference", "matches", "other_field", "measured", "value", "days", "most_change",
    "is_active",
)  # fmt: skip
_DEFAULTS = {"severity": "warning", "days": "0", "is_active": "1"}


def _declared(package: PackageFiles) -> dict[str, Values]:
    declared = {}
    for row in package.rows(_FILE):
        given = {name: text for name, text in row.items() if text}
        values = {**dict.fromkeys(_COLUMNS, ""), **_DEFAULTS, **given}
        kind = CheckKind(values["kind"])
        values["dimension"] = values["dimension"] or DIMENSION_OF[kind]
        QualityDimension(values["dimension"]), Severity(values["severity"])
        if values["measured"]:
            Measured(values["measured"])
        if values["most_change"]:
            values["most_change"] = _plain(Decimal(values["most_change"]))
        declared[values["code"]] = {name: str(values[name]) for name in _COLUMNS}
    return declared


def _current() -> dict[str, Values]:
    return {
        row.code: {
            **{name: getattr(row, name) for name in _SAME},
            "dataset": row.dataset.name,
            "fields": ";".join(row.fields),
            "reference": row.reference.name if row.reference else "",
            "matches": ";".join(f"{mine}={theirs}" for mine, theirs in row.matches.items()),
            "days": str(row.days),
            "most_change": "" if row.most_change is None else _plain(row.most_change),
            "is_active": "1" if row.is_active else "0",
            "origin": row.origin,
        }
        for row in Check.objects.select_related("dataset", "reference")
    }


_SAME = (
    "code", "kind", "dimension", "severity", "title", "title_en", "condition", "applies",
    "other_field", "measured", "value",
)  # fmt: skip


def _write(changes: Sequence[Change], stamp: Stamp) -> None:
    named = {row.name: row for row in Dataset.objects.all()}
    for change in changes:
        text = change.after
        for name in filter(None, (text["dataset"], text["reference"])):
            if name not in named:
                raise PackageUnreadable("package_unknown_dataset", dataset=name)
        pairs = [pair.partition("=") for pair in text["matches"].split(";") if pair]
        values = CheckValues(
            code=text["code"],
            dataset=named[text["dataset"]],
            kind=CheckKind(text["kind"]),
            title=text["title"],
            title_en=text["title_en"],
            dimension=QualityDimension(text["dimension"]),
            severity=Severity(text["severity"]),
            fields=[name for name in text["fields"].split(";") if name],
            condition=text["condition"],
            applies=text["applies"],
            reference=named.get(text["reference"]),
            matches={mine: theirs for mine, _, theirs in pairs},
            other_field=text["other_field"],
            measured=text["measured"],
            value=text["value"],
            days=int(text["days"]),
            most_change=Decimal(text["most_change"]) if text["most_change"] else None,
            is_active=text["is_active"] == "1",
        )
        known = Check.objects.filter(code=values.code).first()
        try:
            save_check(check=known, values=values, by=stamp.by, at=stamp.at, origin=stamp.origin)
        except CheckRefused as refused:
            raise PackageUnreadable(
                "package_bad_rule", rule=values.code, reason=f"{refused.code} {refused.facts}"
            ) from refused


def _export(stored: Mapping[str, Values]) -> dict[str, str]:
    return {_FILE: csv_text(_COLUMNS, stored.values())} if stored else {}


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


_RECORD_FILE = "records/checks.csv"
_RECORD_COLUMNS = ("name", "title", "title_en", "type")
_RECORDS = {
    "title": "校验记录",
    "title_en": "Records of checks",
    "about": "每行是一条校验规则在一个部门、一个时段的结果，由系统写入。",
    "about_en": "One row for each check, unit and period, written by the system.",
    "unit_field": "unit_code",
    "grains": {"UNIT": "unit_code"},
}


def _declared_records(package: PackageFiles) -> dict[str, Values]:
    rows = package.rows(_RECORD_FILE)
    if not rows:
        return {}
    fields = [{name: row[name] for name in _RECORD_COLUMNS} for row in rows]
    return {CHECKS: {"fields": fields}}


def _current_records() -> dict[str, Values]:
    found = Dataset.objects.filter(name=CHECKS, is_system=True).prefetch_related("fields")
    return {
        row.name: {
            "fields": [
                {name: getattr(field, name) for name in _RECORD_COLUMNS}
                for field in row.fields.all()
            ],
            "origin": row.origin,
        }
        for row in found
    }


def _write_records(changes: Sequence[Change], stamp: Stamp) -> None:
    for change in changes:
        row, _ = Dataset.objects.update_or_create(
            name=CHECKS, defaults={**_RECORDS, "is_system": True, "origin": stamp.origin}
        )
        row.fields.all().delete()
        Field.objects.bulk_create(
            [
                Field(dataset=row, position=place, **field)
                for place, field in enumerate(change.after["fields"])
            ]
        )


def _export_records(stored: Mapping[str, Values]) -> dict[str, str]:
    if CHECKS not in stored:
        return {}
    return {_RECORD_FILE: csv_text(_RECORD_COLUMNS, stored[CHECKS]["fields"])}


KINDS = (
    ConfigurationKind("checks", _declared, _current, _write, _export),
    ConfigurationKind(
        "check_records", _declared_records, _current_records, _write_records, _export_records
    ),
)
