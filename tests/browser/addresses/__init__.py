"""Pages of each package, by a name that says what is to be seen."""

from . import (
    collecting,
    core,
    data,
    diagnosis,
    directory,
    goals,
    improvement,
    monitoring,
    portal,
    quality,
    reports,
    standard,
)

PACKAGES = (
    core, data, quality, standard, collecting, directory, goals, improvement, monitoring,
    diagnosis, reports, portal,
)  # fmt: skip
