"""Pages of each package, by a name that says what is to be seen."""

from . import (
    collecting,
    core,
    data,
    diagnosis,
    goals,
    improvement,
    monitoring,
    portal,
    quality,
    reports,
    standard,
)

PACKAGES = (
    core, data, quality, standard, collecting, goals, improvement, monitoring, diagnosis,
    reports, portal,
)  # fmt: skip
