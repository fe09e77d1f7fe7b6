"""Cells of tables together with their columns."""

from collections.abc import Iterable, Iterator

from django import template

register = template.Library()


@register.filter
def beside(cells: Iterable[object], columns: Iterable[object]) -> Iterator[tuple[object, object]]:
    """Yield each cell with its column, in order; no row has more cells than columns."""
    return zip(cells, columns, strict=False)
