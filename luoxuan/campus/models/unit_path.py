"""The column that makes every scope one indexed range."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class UnitPathField(models.CharField):  # type: ignore[type-arg]
    """The path of a unit「部门路径」 such as ``1.3.12.``; whatever lies below begins with it.

    Ranges on it need byte order: a PostgreSQL database with a language's collation would sort
    the dots away, so the column carries the collation C there. SQLite compares bytes anyway.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """Return the column's parameters with byte order on PostgreSQL."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def below(path: str) -> tuple[str, str]:
    """Return the half-open range of every path that lies at or below ``path``."""
    return path, path[:-1] + "/"  # "/" is the byte after "."
