"""Pages of each package, by a name that says what is to be seen."""

from . import (
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
    upkeep,
)

PACKAGES = (
    core, data, quality, standard, collecting, directory, exchange, upkeep, goals, improvement,
    monitoring, diagnosis, reports, portal,
)  # fmt: skip
