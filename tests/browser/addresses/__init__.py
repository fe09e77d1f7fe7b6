"""Pages of each package, by a name that says what is to be seen."""

from . import core, data, diagnosis, directory, goals, improvement, monitoring, portal, reports

PACKAGES = (core, data, directory, goals, improvement, monitoring, diagnosis, reports, portal)
