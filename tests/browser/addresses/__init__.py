"""Pages of each package, by a name that says what is to be seen."""

from . import core, data, diagnosis, goals, improvement, monitoring, portal, reports, upkeep

PACKAGES = (core, data, goals, improvement, monitoring, diagnosis, reports, portal, upkeep)
