"""Routes of core; placeholders in braces are the keys that its filling returned."""

from ..shapes import Route

ROUTES: dict[str, Route] = {}

TWINS: list[tuple[str, str, list[str]]] = []
