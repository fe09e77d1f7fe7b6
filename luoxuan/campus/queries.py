"""What is where, who belongs to what, and what a user may see. The only door to subjects."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Length

from luoxuan.campus.models import Grant, Membership, Period, Subject, Unit, UnitChange
from luoxuan.campus.rules import (
    Action,
    Level,
    PeriodKind,
    Resource,
    SubjectKind,
    UnitChangeKind,
    may,
    roles,
)
from luoxuan.campus.scope import Scope
from luoxuan.core.models import User
from luoxuan.core.once import once

PERIODS = "periods"


def subjects(scope: Scope, *, kind: SubjectKind | None = None) -> QuerySet[Subject]:
    """Return the subjects「诊改对象」 in scope, of one kind or of all, by kind and code."""
    found = Subject.objects.filter(scope.q(Subject))
    return found.filter(kind=kind) if kind else found


def subjects_found(scope: Scope, text: str) -> QuerySet[Subject]:
    """Return the subjects in scope whose code, name, pinyin or initials hold every word of a text.

    Whoever is called so stands first when the text is a code, then shorter names; no text finds
    nothing.
    """
    words = text.lower().split()
    if not words:
        return Subject.objects.none()
    found = subjects(scope)
    for word in words:
        found = found.filter(search_text__contains=word)
    is_code = Case(When(code__iexact=text.strip(), then=Value(0)), default=Value(1))
    return found.order_by(is_code, Length("name"), "kind", "code")


def subject_at(scope: Scope, *, kind: str, code: str) -> Subject:
    """Return one subject in scope; raises Subject.DoesNotExist for absent and hidden alike."""
    return Subject.objects.select_related("parent").get(scope.q(Subject), kind=kind, code=code)


def children_of(scope: Scope, subject: Subject) -> QuerySet[Subject]:
    """Return the subjects in scope that belong to ``subject`` in content."""
    return Subject.objects.filter(scope.q(Subject), parent=subject)


def units(scope: Scope) -> QuerySet[Unit]:
    """Return the units「部门」 in scope in the order of the tree."""
    return Unit.objects.filter(scope.q(Unit)).select_related("subject", "parent__subject")


def unit_of(subject: Subject) -> Unit | None:
    """Return the unit that holds the subject now, or None for a subject outside the tree."""
    found = Unit.objects.filter(unit_path=subject.unit_path)
    return found.select_related("subject").first()


def periods(*, kind: PeriodKind | None = None) -> QuerySet[Period]:
    """Return the periods「时段」 of one kind, or of all, in their order."""
    found = Period.objects.select_related("within")
    return found.filter(kind=kind) if kind else found


def all_periods(*, kind: PeriodKind | None = None) -> list[Period]:
    """Return the same as a list, read once while a request is answered."""
    found = once(PERIODS, lambda: list(periods()))
    return [period for period in found if kind is None or period.kind == kind]


def members_of(scope: Scope, group: Subject, *, on: date | None = None) -> QuerySet[Membership]:
    """Return the memberships「成员关系」 of a group in scope, in force on a day or at all times."""
    if not subjects(scope).filter(pk=group.pk).exists():
        return Membership.objects.none()
    found = Membership.objects.filter(group=group).select_related("member")
    return found.filter(_in_force(on)) if on else found


def grants_of(user: User, *, on: date) -> QuerySet[Grant]:
    """Return the grants「授权」 of a user in force on a day."""
    found = Grant.objects.filter(user=user).filter(_in_force(on))
    return found.select_related("subject", "unit__subject")


def scope_of(grants: Iterable[Grant]) -> Scope:
    """Return the union of the places of grants as a scope「数据范围」.

    A grant on a subject covers what belongs to it in content: a course its teaching classes.
    """
    held = list(grants)
    own = {grant.subject_id for grant in held if grant.subject_id}
    return Scope(
        whole_institution=any(grant.is_whole_institution for grant in held),
        levels=frozenset(Level(grant.level) for grant in held if grant.level),
        unit_prefixes=tuple(sorted({path for grant in held for path in _paths_of(grant)})),
        subject_ids=frozenset(_with_descendants(own)),
        purposes=frozenset(grant.function for grant in held if grant.function),
    )


def _paths_of(grant: Grant) -> list[str]:
    """Return the path of a grant's unit, and those of closed units whose work it goes on with."""
    return [grant.unit.unit_path, *grant.unit.inherited_paths] if grant.unit else []


class Rights:
    """What a user may do on a day「权限」, and where; his grants are read once."""

    def __init__(self, user: User, *, on: date) -> None:
        self.user = user
        self._on = on
        self._scopes: dict[frozenset[int], Scope] = {}

    @cached_property
    def grants(self) -> list[Grant]:
        """Return the grants in force."""
        return list(grants_of(self.user, on=self._on))

    def scope(self, resource: Resource, action: Action) -> Scope | None:
        """Return where the user may do this, or None when he may do it nowhere."""
        allowing = [grant for grant in self.grants if may(grant.role, resource, action)]
        return self._scope(allowing) if allowing else None

    def scopes_by_role(self) -> dict[str, Scope]:
        """Return the scope of each role that the user holds, by the role's code."""
        held = defaultdict(list)
        for grant in self.grants:
            if grant.role in roles():
                held[grant.role].append(grant)
        return {role: self._scope(grants) for role, grants in held.items()}

    def _scope(self, grants: Sequence[Grant]) -> Scope:
        """Return the union of places; the same grants give the same scope without asking again."""
        key = frozenset(grant.pk for grant in grants)
        if key not in self._scopes:
            self._scopes[key] = scope_of(grants)
        return self._scopes[key]


def scope_for(user: User, resource: Resource, action: Action, *, on: date) -> Scope | None:
    """Return where a user may do this, or None when he may do it nowhere."""
    return Rights(user, on=on).scope(resource, action)


@dataclass(frozen=True, slots=True)
class UnitTree:
    """The tree of units「组织树」: the code of the institution, and every unit with those above it.

    ``ancestors`` are (unit code, code of itself or of a unit above it) as they stand now, the root
    left out: a row of a teaching group counts for its college too. ``dated`` has since and until
    beside it, over all time, half-open, None without end; it is empty while no unit has ever moved.
    """

    institution: str
    ancestors: tuple[tuple[str, str], ...]
    dated: tuple[tuple[str, str, date | None, date | None], ...]


def unit_tree() -> UnitTree:
    """Return the tree of units, in two queries."""
    wanted = Q(unit__isnull=False) | Q(kind=SubjectKind.INSTITUTION)
    columns = ("kind", "code", "unit", "unit__parent", "unit__unit_path")
    rows = list(Subject.objects.filter(wanted).order_by("id").values_list(*columns))
    institution = next((row[1] for row in rows if row[0] == SubjectKind.INSTITUTION), "")
    placed = sorted((row[1:] for row in rows if row[2]), key=lambda row: str(row[3]))
    codes = {key: code for code, key, _, _ in placed}
    parents = {key: parent for _, key, parent, _ in placed}
    paths = {path: code for code, _, _, path in placed}
    return UnitTree(institution, tuple(_pairs_now(paths)), tuple(_pairs_ever(parents, codes)))


def ancestor_codes() -> list[tuple[str, str]]:
    """Return every (unit code, code of itself or of a unit above it); the root is left out."""
    return list(unit_tree().ancestors)


def dated_ancestors() -> list[tuple[str, str, date | None, date | None]]:
    """Return the same over all time with since and until; empty while no unit has ever moved."""
    return list(unit_tree().dated)


def _pairs_now(by_path: Mapping[str, str]) -> list[tuple[str, str]]:
    root = min(by_path, key=len, default="")
    pairs = []
    for path, code in by_path.items():
        steps = path.rstrip(".").split(".")
        above = (".".join(steps[: depth + 1]) + "." for depth in range(len(steps)))
        pairs += [(code, by_path[step]) for step in above if step in by_path and step != root]
    return pairs


def _pairs_ever(
    now: Mapping[int, int | None], codes: Mapping[int, str]
) -> list[tuple[str, str, date | None, date | None]]:
    moved = UnitChange.objects.filter(kind=UnitChangeKind.MOVED).order_by("-on", "-id")
    moves = list(moved.values_list("on", "unit", "before"))
    if not moves:
        return []
    parents = dict(now)
    found: list[tuple[str, str, date | None, date | None]] = []
    until: date | None = None
    for since in (*sorted({on for on, _, _ in moves}, reverse=True), None):
        found += [(*pair, since, until) for pair in _pairs_of(parents, codes)]
        # Going back in time, what moved that day stood where it had been before.
        parents |= {unit: before for on, unit, before in moves if on == since}
        until = since
    return found


def _pairs_of(parents: Mapping[int, int | None], codes: Mapping[int, str]) -> list[tuple[str, str]]:
    pairs = []
    for key, code in codes.items():
        step: int | None = key
        while step is not None and parents[step] is not None:
            pairs.append((code, codes[step]))
            step = parents[step]
    return pairs


def unit_changes(scope: Scope) -> QuerySet[UnitChange]:
    """Return what happened to the units「部门变更」 in scope, the latest first."""
    found = UnitChange.objects.select_related(
        "unit__subject", "before__subject", "after__subject", "by"
    )
    return found.filter(unit__in=units(scope).values("pk"))


@dataclass(frozen=True, slots=True)
class SubjectPlace:
    """Where a subject is now: the columns that scopes on dataset rows are compared with."""

    kind: str
    code: str
    id: int
    unit_path: str


def subject_places(kinds: Sequence[str]) -> list[SubjectPlace]:
    """Return the places of all subjects of these kinds, as they are at this moment.

    Read anew for each request and never cached: scope follows the unit of now, and a stale place
    would show rows to whom they no longer concern. 60,000 of them take about 0.15 s.
    """
    rows = Subject.objects.filter(kind__in=kinds).order_by("id")
    return [SubjectPlace(*row) for row in rows.values_list("kind", "code", "id", "unit_path")]


def _with_descendants(ids: set[int]) -> set[int]:
    found, fresh = set(ids), set(ids)
    while fresh:
        children = Subject.objects.filter(parent_id__in=fresh).values_list("id", flat=True)
        fresh = set(children) - found
        found |= fresh
    return found


def _in_force(on: date) -> Q:
    started = Q(valid_from=None) | Q(valid_from__lte=on)
    return started & (Q(valid_to=None) | Q(valid_to__gt=on))
