"""Watches as a kind of a configuration package."""

from collections.abc import Sequence

from luoxuan.campus.rules import SubjectKind, roles
from luoxuan.core.actions import record_audit
from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageFiles,
    PackageUnreadable,
    Stamp,
    Values,
    csv_text,
)
from luoxuan.indicators.models import Indicator
from luoxuan.monitoring.models import Watch

_FILE = "watches.csv"
_COLUMNS = (
    "code", "indicator", "kind", "role", "title", "title_en", "names", "answer_within_days",
)  # fmt: skip
# What a package may leave out: no names behind the number, a week to answer.
_DEFAULTS = {"names": "", "answer_within_days": "7"}


def _declared(package: PackageFiles) -> dict[str, Values]:
    declared = {}
    for row in package.rows(_FILE):
        if row["kind"] not in set(SubjectKind) or row["role"] not in roles():
            raise PackageUnreadable("package_unknown_kind", file=_FILE, kind=row["kind"])
        row = {**_DEFAULTS, **row}
        declared[row["code"]] = {column: row[column] for column in _COLUMNS}
    return declared


def _current() -> dict[str, Values]:
    return {
        row.code: {
            "code": row.code,
            "indicator": row.indicator.code,
            "kind": row.kind,
            "role": row.role,
            "title": row.title,
            "title_en": row.title_en,
            "names": ";".join(row.names),
            "answer_within_days": str(row.answer_within_days),
            "origin": row.origin,
        }
        for row in Watch.objects.select_related("indicator")
    }


def _write(changes: Sequence[Change], stamp: Stamp) -> None:
    known = {row.code: row for row in Indicator.objects.all()}
    for change in changes:
        values = {**change.after}
        code, indicator = values.pop("code"), values.pop("indicator")
        if indicator not in known:
            raise PackageUnreadable("package_unknown_indicator", indicator=indicator)
        values["names"] = [name for name in values["names"].split(";") if name]
        values["answer_within_days"] = int(values["answer_within_days"])
        Watch.objects.update_or_create(
            code=code,
            defaults={**values, "indicator": known[indicator], "origin": stamp.origin},
        )
        record_audit(
            by=stamp.by, at=stamp.at, action=f"configure_{change.verb}", object_kind="Watch",
            object_key=code, facts={"origin": stamp.origin},
        )  # fmt: skip


KINDS = (
    ConfigurationKind(
        "watches", _declared, _current, _write,
        lambda stored: {_FILE: csv_text(_COLUMNS, stored.values())} if stored else {},
    ),
)  # fmt: skip
