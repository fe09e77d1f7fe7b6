"""Pages of each package, by a name that says what is to be seen."""

from . import core, data, diagnosis, goals, improvement, monitoring, portal, reports, standard

PACKAGES = (core, data, standard, goals, improvement, monitoring, diagnosis, reports, portal)
