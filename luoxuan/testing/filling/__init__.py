"""What the tests' college holds in each package, made by the packages' own actions."""

from pathlib import Path

from luoxuan.core.models import User
from luoxuan.testing.filling import (
    collecting,
    core,
    data,
    diagnosis,
    directory,
    exchange,
    goals,
    improvement,
    monitoring,
    portal,
    quality,
    reports,
    standard,
)

# In the order of the layers: what a later one refers to, an earlier one has made.
_PACKAGES = (
    core, data, quality, standard, collecting, directory, exchange, goals, improvement,
    monitoring, diagnosis, reports, portal,
)  # fmt: skip


def fill_packages(users: dict[str, User], folder: Path) -> dict[str, object]:
    """Fill every package; return the keys for addresses by placeholder."""
    keys: dict[str, object] = {}
    for package in _PACKAGES:
        keys |= package.fill(users, folder)
    return keys
