"""The scope「数据范围」 of one request, and its two compilers."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q

from luoxuan.campus.models import Subject, Unit
from luoxuan.campus.models.unit_path import below
from luoxuan.campus.rules import LEVEL_OF, Level


@dataclass(frozen=True, slots=True)
class SqlCondition:
    """A condition of SQL text with ``?`` placeholders, and their values in order."""

    text: str
    parameters: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """The places that a user may see for one purpose「数据范围」; made once per request.

    A subject is inside when its unit lies below a prefix, when it is listed, or when its kind
    belongs to a level. An empty scope sees nothing.
    """

    whole_institution: bool = False
    levels: frozenset[Level] = field(default_factory=frozenset)
    unit_prefixes: tuple[str, ...] = ()
    subject_ids: frozenset[int] = field(default_factory=frozenset)
    purposes: frozenset[str] = field(default_factory=frozenset)

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of subject that the levels cover, sorted."""
        return sorted(kind for kind, level in LEVEL_OF.items() if level in self.levels)

    def q(self, model: type[Model]) -> Q:
        """Return the filter of a table: subjects, units, or rows with a foreign key ``subject``."""
        if self.whole_institution:
            return Q()
        prefix = "" if model is Subject else "subject__"
        path = "unit_path" if model in {Subject, Unit} else "subject__unit_path"
        key = "pk" if model is Subject else "subject_id"
        inside = Q(pk__in=[])
        for unit_prefix in self.unit_prefixes:
            first, end = below(unit_prefix)
            inside |= Q(**{f"{path}__gte": first, f"{path}__lt": end})
        if self.subject_ids:
            inside |= Q(**{f"{key}__in": sorted(self.subject_ids)})
        if self.levels:
            inside |= Q(**{f"{prefix}kind__in": self.kinds})
        return inside

    def sql(self, *, subject_column: str, unit_column: str, kind_column: str = "") -> SqlCondition:
        """Return the condition on SQL columns that hold a subject's key, unit path and kind.

        The names are ours, never a user's. Without ``kind_column`` levels admit nothing.
        """
        if self.whole_institution:
            return SqlCondition("TRUE", ())
        parts: list[str] = []
        values: list[Any] = []
        for unit_prefix in self.unit_prefixes:
            parts.append(f"({unit_column} >= ? AND {unit_column} < ?)")
            values += below(unit_prefix)
        if self.subject_ids:
            marks = ", ".join("?" for _ in self.subject_ids)
            parts.append(f"{subject_column} IN ({marks})")
            values += sorted(self.subject_ids)
        if self.levels and kind_column:
            parts.append(f"{kind_column} IN ({', '.join('?' for _ in self.kinds)})")
            values += self.kinds
        return SqlCondition(" OR ".join(parts) or "FALSE", tuple(values))


EVERYTHING = Scope(whole_institution=True)
"""The scope of commands and of the catch-up: they act for the institution itself."""
