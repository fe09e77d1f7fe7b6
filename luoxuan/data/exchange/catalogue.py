"""Exchange packages「交换包」 as a kind of a configuration package: ``exchanges/*.toml``."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from luoxuan.campus.rules import PeriodKind
from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageFiles,
    PackageUnreadable,
    Stamp,
    Values,
    audit_changes,
    toml_lines,
    toml_text,
)
from luoxuan.data.exchange.definition import definition_of
from luoxuan.data.exchange.mapping import check_formulas
from luoxuan.data.exchange.queries import stored_packages
from luoxuan.data.formula import FormulaRefused
from luoxuan.data.models import ExchangePackage
from luoxuan.data.queries import Definitions

_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
_TEXTS = ("title", "title_en", "receiver", "notice", "notice_en", "period_kind", "jump_share")
_PARTS = ("tables", "codes", "sums")


def _declared(package: PackageFiles) -> dict[str, Values]:
    return {
        name: _values(name, path, package.table(path))
        for name, path in package.folder("exchanges", ".toml").items()
    }


def _values(name: str, path: str, table: Mapping[str, Any]) -> Values:
    if not _NAME.fullmatch(name):
        raise PackageUnreadable("package_bad_name", file=path, name=name)
    if table["period_kind"] not in set(PeriodKind):
        raise PackageUnreadable("package_unknown_kind", file=path, kind=str(table["period_kind"]))
    values: Values = {column: str(table.get(column, "")) for column in _TEXTS}
    values |= {
        "tables": [_table(entry) for entry in table["table"]],
        "codes": {name: dict(codes) for name, codes in table.get("codes", {}).items()},
        "sums": [dict(entry) for entry in table.get("sum", [])],
    }
    definition_of(values)
    return values


def _table(entry: Mapping[str, Any]) -> Values:
    """Return a table as it is stored; its columns and rules are repeated parts."""
    plain = {name: value for name, value in entry.items() if name not in {"column", "rule"}}
    rules = [dict(rule) for rule in entry.get("rule", [])]
    columns = [dict(column) for column in entry["column"]]
    return {**plain, "columns": columns, **({"rules": rules} if rules else {})}


def _current() -> dict[str, Values]:
    return {
        row.code: {
            **{column: getattr(row, column) for column in _TEXTS},
            **{part: row.definition[part] for part in _PARTS},
            "origin": row.origin,
        }
        for row in stored_packages()
    }


def _write(changes: Sequence[Change], stamp: Stamp) -> None:
    known = {row.code: row.number for row in stored_packages()}
    definitions = Definitions()
    for change in changes:
        _check(change, definitions)
        ExchangePackage.objects.create(
            code=change.key,
            number=known.get(change.key, 0) + 1,
            created_at=stamp.at,
            origin=stamp.origin,
            definition={part: change.after[part] for part in _PARTS},
            **{column: change.after[column] for column in _TEXTS},
        )
    audit_changes(changes, stamp, "ExchangePackage")


def _check(change: Change, definitions: Definitions) -> None:
    """Refuse tables of datasets, fields and formulas that are not there."""
    for table in definition_of(change.after).tables:
        if table.dataset not in definitions.by_name:
            raise PackageUnreadable("package_unknown_dataset", dataset=table.dataset)
        try:
            check_formulas(table, definitions.fields_of(table.dataset))
        except FormulaRefused as refused:
            raise PackageUnreadable(
                "package_bad_formula", file=f"exchanges/{change.key}.toml", name=table.number,
                reason=refused.code, position=refused.position,
            ) from refused  # fmt: skip


def _export(stored: Mapping[str, Values]) -> dict[str, str]:
    return {f"exchanges/{code}.toml": _toml(values) for code, values in stored.items()}


def _toml(values: Values) -> str:
    lines = toml_lines({name: values[name] for name in _TEXTS if values[name]})
    for name, codes in values["codes"].items():
        lines += ["", f"[codes.{toml_text(name)}]"]
        lines += [f"{toml_text(own)} = {toml_text(theirs)}" for own, theirs in codes.items()]
    for table in values["tables"]:
        plain = {name: value for name, value in table.items() if name not in {"columns", "rules"}}
        lines += ["", "[[table]]", *toml_lines(plain)]
        for part, name in (("columns", "column"), ("rules", "rule")):
            for entry in table.get(part, []):
                lines += ["", f"[[table.{name}]]", *toml_lines(entry)]
    for entry in values["sums"]:
        lines += ["", "[[sum]]", *toml_lines(entry)]
    return "\n".join(lines) + "\n"


KINDS = (ConfigurationKind("exchanges", _declared, _current, _write, _export),)
