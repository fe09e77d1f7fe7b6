"""Pages of each package, by a name that says what is to be seen."""

from . import core, data, diagnosis, exchange, goals, improvement, monitoring, portal, reports

PACKAGES = (core, data, exchange, goals, improvement, monitoring, diagnosis, reports, portal)
