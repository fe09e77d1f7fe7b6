"""Units, subjects and periods as kinds of a configuration package."""

from collections.abc import Mapping, Sequence
from datetime import date

from luoxuan.campus.actions import (
    MembershipSpec,
    SubjectSpec,
    UnitSpec,
    record_memberships,
    record_periods,
    record_subjects,
    record_units,
)
from luoxuan.campus.models import Membership, Period, Subject, Unit
from luoxuan.campus.rules import PeriodKind, SubjectKind, UnitKind
from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageFiles,
    PackageUnreadable,
    Stamp,
    Values,
    csv_text,
)

_UNITS, _SUBJECTS, _PERIODS = "campus/units.csv", "campus/subjects.csv", "campus/periods.csv"
_MEMBERSHIPS = "campus/memberships.csv"
_MEMBERSHIP_COLUMNS = ("member", "group", "role", "valid_from", "valid_to")
_UNIT_COLUMNS = ("code", "name", "name_en", "kind", "parent")
_SUBJECT_COLUMNS = ("kind", "code", "name", "name_en", "unit", "parent")
_PERIOD_COLUMNS = (
    "kind", "code", "name", "name_en", "start_on", "end_on", "first_day", "last_day", "within",
    "position",
)  # fmt: skip


def _declared_units(package: PackageFiles) -> dict[str, Values]:
    rows = package.rows(_UNITS)
    for row in rows:
        _known(UnitKind, row["kind"], _UNITS)
    return {row["code"]: {name: row[name] for name in _UNIT_COLUMNS} for row in rows}


def _current_units() -> dict[str, Values]:
    found = Unit.objects.select_related("subject", "parent__subject")
    return {
        unit.subject.code: {
            "code": unit.subject.code,
            "name": unit.subject.name,
            "name_en": unit.subject.name_en,
            "kind": unit.kind,
            "parent": unit.parent.subject.code if unit.parent else "",
            "origin": unit.subject.origin,
        }
        for unit in found
    }


def _write_units(changes: Sequence[Change], stamp: Stamp) -> None:
    specs = [
        UnitSpec(**{**change.after, "kind": UnitKind(change.after["kind"])}) for change in changes
    ]
    record_units(units=specs, origin=stamp.origin, by=stamp.by, at=stamp.at)


def _declared_subjects(package: PackageFiles) -> dict[str, Values]:
    rows = package.rows(_SUBJECTS)
    for row in rows:
        _known(SubjectKind, row["kind"], _SUBJECTS)
    return {
        f"{row['kind']}:{row['code']}": {name: row[name] for name in _SUBJECT_COLUMNS}
        for row in rows
    }


def _current_subjects() -> dict[str, Values]:
    codes = dict(Unit.objects.values_list("unit_path", "subject__code"))
    rows = Subject.objects.exclude(kind__in=[SubjectKind.INSTITUTION, SubjectKind.UNIT])
    columns = ("kind", "code", "name", "name_en", "unit_path", "parent__kind", "parent__code")
    found = {}
    for row in rows.values_list(*columns, "origin"):
        kind, code, name, name_en, path, parent_kind, parent_code, origin = row
        found[f"{kind}:{code}"] = {
            "kind": kind,
            "code": code,
            "name": name,
            "name_en": name_en,
            "unit": codes.get(path, ""),
            "parent": f"{parent_kind}:{parent_code}" if parent_kind else "",
            "origin": origin,
        }
    return found


def _write_subjects(changes: Sequence[Change], stamp: Stamp) -> None:
    specs = [
        SubjectSpec(**{**change.after, "kind": SubjectKind(change.after["kind"])})
        for change in changes
    ]
    record_subjects(subjects=specs, origin=stamp.origin, by=stamp.by, at=stamp.at)


def _export_subjects(stored: Mapping[str, Values]) -> dict[str, str]:
    # Subjects that came from a dataset are made again by their source.
    rows = [row for row in stored.values() if not str(row["origin"]).startswith("dataset:")]
    return {_SUBJECTS: csv_text(_SUBJECT_COLUMNS, rows)} if rows else {}


def _declared_periods(package: PackageFiles) -> dict[str, Values]:
    declared = {}
    for row in package.rows(_PERIODS):
        _known(PeriodKind, row["kind"], _PERIODS)
        declared[row["code"]] = {name: row[name] for name in _PERIOD_COLUMNS}
    return declared


def _current_periods() -> dict[str, Values]:
    found = {}
    for row in Period.objects.order_by("position", "code").values(
        *(name for name in _PERIOD_COLUMNS if name != "within"), "within__code", "origin"
    ):
        values = {name: "" if value is None else str(value) for name, value in row.items()}
        values["within"] = values.pop("within__code")
        found[values["code"]] = values
    return found


def _write_periods(changes: Sequence[Change], stamp: Stamp) -> None:
    rows = []
    for change in changes:
        row: Values = dict(change.after)
        for name in ("start_on", "end_on"):
            row[name] = _day(row[name])
        for name in ("first_day", "last_day"):
            row[name] = int(row[name]) if row[name] else None
        row["position"] = int(row["position"])
        rows.append(row)
    record_periods(periods=rows, origin=stamp.origin, by=stamp.by, at=stamp.at)


def _declared_memberships(package: PackageFiles) -> dict[str, Values]:
    return {
        "|".join((row["member"], row["group"], row["role"], row["valid_from"])): {
            name: row[name] for name in _MEMBERSHIP_COLUMNS
        }
        for row in package.rows(_MEMBERSHIPS)
    }


def _current_memberships() -> dict[str, Values]:
    rows = Membership.objects.values_list(
        "member__kind", "member__code", "group__kind", "group__code", "role", "valid_from",
        "valid_to",
    )  # fmt: skip
    found = {}
    for member_kind, member, group_kind, group, role, start, end in rows:
        values = {
            "member": f"{member_kind}:{member}",
            "group": f"{group_kind}:{group}",
            "role": role,
            "valid_from": start.isoformat() if start else "",
            "valid_to": end.isoformat() if end else "",
        }
        key = "|".join(values[name] for name in _MEMBERSHIP_COLUMNS[:4])
        found[key] = values
    return found


def _write_memberships(changes: Sequence[Change], stamp: Stamp) -> None:
    specs = [
        MembershipSpec(
            member=change.after["member"],
            group=change.after["group"],
            role=change.after["role"],
            valid_from=_day(change.after["valid_from"]),
            valid_to=_day(change.after["valid_to"]),
        )
        for change in changes
    ]
    record_memberships(memberships=specs, by=stamp.by, at=stamp.at)


def _export_memberships(stored: Mapping[str, Values]) -> dict[str, str]:
    # Memberships without a beginning came from a dataset; its source makes them again.
    rows = [row for row in stored.values() if row["valid_from"]]
    return {_MEMBERSHIPS: csv_text(_MEMBERSHIP_COLUMNS, rows)} if rows else {}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _known(kinds: type[UnitKind | SubjectKind | PeriodKind], value: str, file: str) -> None:
    if value not in set(kinds):
        raise PackageUnreadable("package_unknown_kind", file=file, kind=value)


KINDS = (
    ConfigurationKind(
        "units", _declared_units, _current_units, _write_units,
        lambda stored: {_UNITS: csv_text(_UNIT_COLUMNS, stored.values())} if stored else {},
    ),
    ConfigurationKind(
        "subjects", _declared_subjects, _current_subjects, _write_subjects, _export_subjects
    ),
    ConfigurationKind(
        "periods", _declared_periods, _current_periods, _write_periods,
        lambda stored: {_PERIODS: csv_text(_PERIOD_COLUMNS, stored.values())} if stored else {},
    ),
    ConfigurationKind(
        "memberships", _declared_memberships, _current_memberships, _write_memberships,
        _export_memberships,
    ),
)  # fmt: skip
