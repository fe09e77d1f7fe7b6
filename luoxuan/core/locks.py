"""Rows that stay as they are until a transaction ends."""

from typing import TypeVar

from django.db.models import Model, QuerySet

AnyModel = TypeVar("AnyModel", bound=Model)


def locked(row: AnyModel) -> AnyModel:
    """Return the row as it stands now, locked until the transaction ends.

    Its key is left free: a row elsewhere that refers to it must not wait for this transaction,
    which may in turn wait for that one. For the same reason there is one order: the whole before
    its parts, all of them before the first audit entry, and a job after it.
    """
    return type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)


def locked_all(rows: QuerySet[AnyModel]) -> list[AnyModel]:
    """Return rows as they stand now, locked one after another in the order of their keys."""
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))
