"""What an institution may set「院校设置」 for itself; every package declares its own settings.

A declared setting has a default, so that nothing must be set before the first use.
"""

from collections.abc import Callable
from dataclasses import dataclass

from luoxuan.core.errors import Refused
from luoxuan.core.rules import day_of_month, day_of_year, number_of_days

_KINDS: dict[str, Callable[[str], object]] = {
    "day_of_month": day_of_month,
    "day_of_year": day_of_year,
    "number_of_days": number_of_days,
}


class SettingRefused(Refused):
    """There is no such setting, or its value is of another kind."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One declared setting「设置项」; ``kind`` is day_of_month (1–28), day_of_year (MM-DD) or
    number_of_days (0, or 30 and more).

    ``title`` and ``about`` are message ids, translated where they are shown.
    """

    name: str
    title: str
    about: str
    kind: str
    default: str


_DECLARED: dict[str, Setting] = {}


def declare_settings(*settings: Setting) -> None:
    """Make settings known, once at start; a default that does not fit fails there."""
    for setting in settings:
        _KINDS[setting.kind](setting.default)
        _DECLARED[setting.name] = setting


def declared_settings() -> list[Setting]:
    """Return every declared setting in the order of the packages."""
    return list(_DECLARED.values())


def fitting(name: str, value: str) -> str:
    """Return the value of a setting without spaces; raises SettingRefused."""
    setting = _DECLARED.get(name)
    if setting is None:
        raise SettingRefused("setting_unknown", name=name)
    try:
        _KINDS[setting.kind](value.strip())
    except ValueError as error:
        raise SettingRefused(f"setting_not_a_{setting.kind}", value=value) from error
    return value.strip()
