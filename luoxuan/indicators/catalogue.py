"""Measures, indicators and thresholds as kinds of a configuration package."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from luoxuan.campus.models import Subject
from luoxuan.campus.rules import PeriodKind, SubjectKind
from luoxuan.core.actions import record_audit
from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageFiles,
    PackageUnreadable,
    Stamp,
    Values,
    audit_changes,
    csv_text,
    toml_text,
)
from luoxuan.data.formula import FormulaRefused, parse_indicator, parse_measure
from luoxuan.data.models import Dataset
from luoxuan.data.queries import field_infos
from luoxuan.indicators.models import Indicator, IndicatorVersion, Measure, Threshold
from luoxuan.indicators.queries import indicators, measures
from luoxuan.indicators.rules import Direction, Limits, is_ordered

_MEASURE_COLUMNS = ("dataset", "formula", "title", "title_en")
_INDICATOR_COLUMNS = (
    "title", "title_en", "formula", "decimals", "unit", "direction", "kinds", "period_kind",
    "about", "about_en",
)  # fmt: skip
_THRESHOLDS = "thresholds.csv"
_DECIMALS = 9
_BEYOND = Decimal(10) ** 11
_VALUE_COLUMNS = ("target_value", "standard_value", "warning_value")
_THRESHOLD_COLUMNS = (
    "indicator", "kind", "subject", *_VALUE_COLUMNS, "valid_from", "valid_to", "source",
)  # fmt: skip


def _declared_measures(package: PackageFiles) -> dict[str, Values]:
    return {
        entry["code"]: {column: entry.get(column, "") for column in _MEASURE_COLUMNS}
        for entry in package.table("measures.toml").get("measure", [])
    }


def _current_measures() -> dict[str, Values]:
    return {
        code: {
            "dataset": row.dataset.name,
            "formula": row.formula,
            "title": row.title,
            "title_en": row.title_en,
            "origin": row.origin,
        }
        for code, row in measures().items()
    }


def _write_measures(changes: Sequence[Change], stamp: Stamp) -> None:
    """Add a version of each changed measure; a formula that does not parse refuses the package."""
    datasets = {row.name: row for row in Dataset.objects.all()}
    infos: dict[str, list[Any]] = {}
    known = measures()
    for change in changes:
        name = change.after["dataset"]
        if name not in datasets:
            raise PackageUnreadable("package_unknown_dataset", dataset=name)
        if name not in infos:
            infos[name] = field_infos(datasets[name])
        try:
            parse_measure(change.after["formula"], infos[name])
        except FormulaRefused as refused:
            raise _bad_formula(change.key, refused) from refused
        Measure.objects.create(
            code=change.key,
            number=known[change.key].number + 1 if change.key in known else 1,
            dataset=datasets[name],
            formula=change.after["formula"],
            title=change.after["title"],
            title_en=change.after["title_en"],
            created_at=stamp.at,
            origin=stamp.origin,
        )
    audit_changes(changes, stamp, "Measure")


def _declared_indicators(package: PackageFiles) -> dict[str, Values]:
    declared = {}
    for entry in package.table("indicators.toml").get("indicator", []):
        values = {column: entry.get(column, "") for column in _INDICATOR_COLUMNS}
        if set(values["kinds"]) - set(SubjectKind) or (
            values["period_kind"] not in {"", *PeriodKind}
        ):
            raise PackageUnreadable(
                "package_unknown_kind", file="indicators.toml", kind=str(values["kinds"])
            )
        if values["direction"] not in set(Direction):
            raise PackageUnreadable("package_unknown_direction", indicator=entry["code"])
        declared[entry["code"]] = values
    return declared


def _current_indicators() -> dict[str, Values]:
    return {
        row.indicator.code: {
            **{column: getattr(row, column) for column in _INDICATOR_COLUMNS},
            "origin": row.indicator.origin,
        }
        for row in indicators()
    }


def _write_indicators(changes: Sequence[Change], stamp: Stamp) -> None:
    for change in changes:
        row, _ = Indicator.objects.get_or_create(
            code=change.key, defaults={"position": Indicator.objects.count() + 1}
        )
        Indicator.objects.filter(pk=row.pk).update(origin=stamp.origin)
        _add_version(row, change.after, stamp)
    audit_changes(changes, stamp, "Indicator")


def _add_version(row: Indicator, values: Mapping[str, Any], stamp: Stamp) -> None:
    """Add a version with the newest measures that its formula names."""
    known = measures()
    infos: dict[str, list[Any]] = {}
    parsed = {}
    for code, measure in known.items():
        if measure.dataset.name not in infos:
            infos[measure.dataset.name] = field_infos(measure.dataset)
        parsed[code] = parse_measure(measure.formula, infos[measure.dataset.name])
    try:
        formula = parse_indicator(values["formula"], parsed)
    except FormulaRefused as refused:
        raise _bad_formula(row.code, refused) from refused
    last = row.versions.order_by("-number").first()
    version = IndicatorVersion.objects.create(
        indicator=row,
        number=last.number + 1 if last else 1,
        created_at=stamp.at,
        **{column: values[column] for column in _INDICATOR_COLUMNS},
    )
    version.measures.set([known[code] for code in formula.measures])


def check_measures() -> None:
    """Refuse a package that leaves a stored measure without a field that its formula names."""
    infos: dict[str, list[Any]] = {}
    for code, measure in measures().items():
        name = measure.dataset.name
        if name not in infos:
            infos[name] = field_infos(measure.dataset)
        try:
            parse_measure(measure.formula, infos[name])
        except FormulaRefused as refused:
            raise PackageUnreadable(
                "package_breaks_measure", name=code, reason=refused.code, position=refused.position
            ) from refused


def check_thresholds() -> None:
    """Refuse a package that turns the direction of an indicator against its stored thresholds."""
    known = {row.indicator.code: row for row in indicators()}
    for key, values in _current_thresholds().items():
        _refuse_disorder(key, values, known[values["indicator"]])


def _refuse_disorder(key: str, values: Values, version: IndicatorVersion) -> list[Decimal | None]:
    """Return the values of a threshold; an order against the direction is refused."""
    numbers = [Decimal(values[name]) if values[name] else None for name in _VALUE_COLUMNS]
    if not is_ordered(Direction(version.direction), Limits(*numbers)):
        raise PackageUnreadable("package_threshold_order", threshold=key)
    return numbers


def follow_measures(stamp: Stamp) -> None:
    """Give a version to every indicator whose newest version holds an outdated measure.

    Called after all kinds are written: a measure may change while its indicators stay the same.
    """
    newest = {row.code: row.pk for row in measures().values()}
    for version in indicators():
        if any(newest[measure.code] != measure.pk for measure in version.measures.all()):
            values = {column: getattr(version, column) for column in _INDICATOR_COLUMNS}
            _add_version(version.indicator, values, stamp)
            record_audit(
                by=stamp.by, at=stamp.at, action="follow_measures", object_kind="Indicator",
                object_key=version.indicator.code, facts={"origin": stamp.origin},
            )  # fmt: skip


def _declared_thresholds(package: PackageFiles) -> dict[str, Values]:
    declared = {}
    for row in package.rows(_THRESHOLDS):
        values = {column: row[column] for column in _THRESHOLD_COLUMNS}
        for column in _VALUE_COLUMNS:
            values[column] = _plain(row[column])
        declared[f"{row['indicator']}:{row['kind']}:{row['subject']}"] = values
    return declared


def _current_thresholds() -> dict[str, Values]:
    found = {}
    rows = Threshold.objects.select_related("indicator", "subject").order_by("number", "pk")
    for row in rows:
        subject = row.subject.code if row.subject else ""
        found[f"{row.indicator.code}:{row.kind}:{subject}"] = {
            "indicator": row.indicator.code,
            "kind": row.kind,
            "subject": subject,
            **{
                column: "" if getattr(row, column) is None else _plain(str(getattr(row, column)))
                for column in _VALUE_COLUMNS
            },
            "valid_from": row.valid_from.isoformat() if row.valid_from else "",
            "valid_to": row.valid_to.isoformat() if row.valid_to else "",
            "source": row.source,
            "origin": row.origin,
        }
    return found


def _write_thresholds(changes: Sequence[Change], stamp: Stamp) -> None:
    """Add a row for each changed threshold; an order against the direction is refused."""
    known = {row.indicator.code: row for row in indicators()}
    for change in changes:
        values = change.after
        version = known.get(values["indicator"])
        if version is None:
            raise PackageUnreadable("package_unknown_indicator", indicator=values["indicator"])
        numbers = _refuse_disorder(change.key, values, version)
        subject = _subject(values)
        before = Threshold.objects.filter(
            indicator=version.indicator, kind=values["kind"], subject=subject
        )
        last = before.order_by("-number").first()
        Threshold.objects.create(
            indicator=version.indicator,
            kind=values["kind"],
            subject=subject,
            target_value=numbers[0],
            standard_value=numbers[1],
            warning_value=numbers[2],
            valid_from=date.fromisoformat(values["valid_from"]) if values["valid_from"] else None,
            valid_to=date.fromisoformat(values["valid_to"]) if values["valid_to"] else None,
            source=values["source"],
            number=last.number + 1 if last else 1,
            created_at=stamp.at,
            origin=stamp.origin,
        )
    audit_changes(changes, stamp, "Threshold")


def _subject(values: Mapping[str, Any]) -> Subject | None:
    if not values["subject"]:
        return None
    found = Subject.objects.filter(kind=values["kind"], code=values["subject"]).first()
    if found is None:
        raise PackageUnreadable("package_unknown_subject", subject=values["subject"])
    return found


def _plain(text: str) -> str:
    """Return a number without trailing zeros, so that 0.60 and 0.600000000 are the same."""
    if not text:
        return ""
    try:
        value = Decimal(text)
        # What the column does not hold is refused, not rounded: NaN, infinity, a tenth decimal.
        if not value.is_finite() or value != round(value, _DECIMALS) or abs(value) >= _BEYOND:
            raise InvalidOperation
    except InvalidOperation as error:
        raise PackageUnreadable("package_bad_number", file=_THRESHOLDS, value=text) from error
    number = format(value, "f")
    return number.rstrip("0").rstrip(".") if "." in number else number


def _bad_formula(name: str, refused: FormulaRefused) -> PackageUnreadable:
    return PackageUnreadable(
        "package_bad_formula", file="measures.toml, indicators.toml", name=name,
        reason=refused.code, position=refused.position,
    )  # fmt: skip


def _toml_list(table: str, stored: Mapping[str, Values], columns: Sequence[str]) -> str:
    lines = []
    for code, values in stored.items():
        lines += [f"[[{table}]]", f"code = {toml_text(code)}"]
        lines += [
            f"{column} = {toml_text(values[column])}" for column in columns if values[column] != ""
        ]
        lines.append("")
    return "\n".join(lines)


KINDS = (
    ConfigurationKind(
        "measures", _declared_measures, _current_measures, _write_measures,
        lambda stored: (
            {"measures.toml": _toml_list("measure", stored, _MEASURE_COLUMNS)} if stored else {}
        ),
    ),
    ConfigurationKind(
        "indicators", _declared_indicators, _current_indicators, _write_indicators,
        lambda stored: (
            {"indicators.toml": _toml_list("indicator", stored, _INDICATOR_COLUMNS)}
            if stored
            else {}
        ),
    ),
    ConfigurationKind(
        "thresholds", _declared_thresholds, _current_thresholds, _write_thresholds,
        lambda stored: (
            {_THRESHOLDS: csv_text(_THRESHOLD_COLUMNS, stored.values())} if stored else {}
        ),
    ),
)  # fmt: skip
