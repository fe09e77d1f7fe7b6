"""Settings of the institution as a kind of a configuration package: ``settings.toml``."""

from collections.abc import Mapping, Sequence

from luoxuan.core.actions import set_institution
from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageFiles,
    Stamp,
    Values,
    toml_lines,
)
from luoxuan.core.institution import declared_settings, fitting
from luoxuan.core.queries import institution_settings

_FILE = "settings.toml"


def _declared(package: PackageFiles) -> dict[str, Values]:
    table = package.table(_FILE)
    return {name: {"value": fitting(name, str(value))} for name, value in table.items()}


def _current() -> dict[str, Values]:
    stored = institution_settings()
    known = (setting.name for setting in declared_settings())
    return {name: {"value": stored[name]} for name in known if stored.get(name)}


def _write(changes: Sequence[Change], stamp: Stamp) -> None:
    values = {change.key: str(change.after["value"]) for change in changes}
    set_institution(values=values, by=stamp.by, at=stamp.at)


def _export(stored: Mapping[str, Values]) -> dict[str, str]:
    lines = toml_lines({name: values["value"] for name, values in sorted(stored.items())})
    return {_FILE: "\n".join(lines) + "\n"} if lines else {}


KINDS = (ConfigurationKind("settings", _declared, _current, _write, _export),)
