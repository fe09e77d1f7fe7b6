"""Cells of tables together with their columns."""

from collections.abc import Iterable, Iterator

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def beside(cells: Iterable[object], columns: Iterable[object]) -> Iterator[tuple[object, object]]:
    """Yield each cell with its column, in order; no row has more cells than columns."""
    return zip(cells, columns, strict=False)


@register.filter
def cell_text(cell: object) -> object:
    """Return a cell as people read it: yes and no in words, everything else as it is."""
    if isinstance(cell, bool):
        return gettext("是") if cell else gettext("否")
    return cell
