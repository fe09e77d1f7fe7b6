"""Reorganizing: units move, are merged, split and closed; what they did stays under their names."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone

from luoxuan.campus.models import Subject, Unit, UnitChange
from luoxuan.campus.models.unit_path import below
from luoxuan.campus.rules import SubjectKind, UnitChangeKind, UnitKind
from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.locks import locked_all
from luoxuan.core.models import User


class UnitChangeRefused(Refused):
    """A reorganization that cannot be: of the institution, of a closed unit, into itself."""


@transaction.atomic
def move_unit(
    *, unit: Unit, to: Unit, on: date, reason: str, by: User | None, at: datetime
) -> UnitChange:
    """Put a unit with all below it under another「调整隶属」; earlier periods roll up as before.

    Raises UnitChangeRefused.
    """
    unit, to = _locked(unit, to)
    _check(unit, on, reason, at)
    if to.subject.valid_to or to.unit_path.startswith(unit.unit_path) or unit.parent_id == to.pk:
        raise UnitChangeRefused("unit_cannot_move_there", unit=unit.subject.name)
    before = unit.parent
    _set_parent(unit, to, at)
    change = _note(
        UnitChangeKind.MOVED, unit, before=before, after=to, on=on, reason=reason, by=by, at=at
    )
    _renew_inherited_paths()
    return change


@transaction.atomic
def merge_units(
    *, units: Sequence[Unit], into: Unit, on: date, reason: str, by: User | None, at: datetime
) -> list[UnitChange]:
    """Close units and hand what belongs to them to another「合并部门」.

    Their groups and subjects belong to ``into`` from now on; rows stay under the codes they came
    with, and whoever sees ``into`` sees them. Raises UnitChangeRefused.
    """
    into, *merged = _locked(into, *units)
    if not merged or into.subject.valid_to:
        raise UnitChangeRefused("unit_is_closed", unit=into.subject.name)
    changes = []
    for unit in merged:
        _check(unit, on, reason, at)
        if into.unit_path.startswith(unit.unit_path):
            raise UnitChangeRefused("unit_cannot_merge_into_itself", unit=unit.subject.name)
        for child in Unit.objects.filter(parent=unit, subject__valid_to=None):
            _set_parent(child, into, at)
            _note(
                UnitChangeKind.MOVED, child, before=unit, after=into, on=on, reason=reason,
                by=by, at=at,
            )  # fmt: skip
        _own_subjects(unit).update(unit_path=into.unit_path, changed_at=at)
        _close(unit, on, at)
        changes.append(
            _note(UnitChangeKind.MERGED, unit, after=into, on=on, reason=reason, by=by, at=at)
        )
    _renew_inherited_paths()
    return changes


@transaction.atomic
def split_unit(
    *,
    unit: Unit,
    goes: Mapping[str, Unit],
    into: Sequence[Unit],
    on: date,
    reason: str,
    by: User | None,
    at: datetime,
) -> list[UnitChange]:
    """Close a unit whose work goes on in several others「拆分部门」.

    ``goes`` says by code which of them each group and subject of the unit belongs to; one that is
    not named goes to the first. Raises UnitChangeRefused.
    """
    unit, *heirs = _locked(unit, *into)
    _check(unit, on, reason, at)
    if len(heirs) < 2 or any(_is_no_heir(heir, unit) for heir in heirs):
        raise UnitChangeRefused("unit_split_needs_two", unit=unit.subject.name)
    by_key = {heir.pk: heir for heir in heirs}
    told = {code: by_key.get(heir.pk, heirs[0]) for code, heir in goes.items()}
    for child in Unit.objects.filter(parent=unit, subject__valid_to=None).select_related("subject"):
        heir = told.get(child.subject.code, heirs[0])
        _set_parent(child, heir, at)
        _note(
            UnitChangeKind.MOVED, child, before=unit, after=heir, on=on, reason=reason,
            by=by, at=at,
        )  # fmt: skip
    for heir in heirs[1:]:
        codes = [code for code, told_heir in told.items() if told_heir.pk == heir.pk]
        _own_subjects(unit).filter(code__in=codes).update(unit_path=heir.unit_path, changed_at=at)
    _own_subjects(unit).update(unit_path=heirs[0].unit_path, changed_at=at)
    _close(unit, on, at)
    changes = [
        _note(UnitChangeKind.SPLIT, unit, after=heir, on=on, reason=reason, by=by, at=at)
        for heir in heirs
    ]
    _renew_inherited_paths()
    return changes


@transaction.atomic
def close_unit(*, unit: Unit, on: date, reason: str, by: User | None, at: datetime) -> UnitChange:
    """Close a unit「撤销部门」 that nothing belongs to any more; raises UnitChangeRefused."""
    (unit,) = _locked(unit)
    _check(unit, on, reason, at)
    has_parts = Unit.objects.filter(parent=unit, subject__valid_to=None).exists()
    if has_parts or _own_subjects(unit).filter(valid_to=None).exists():
        raise UnitChangeRefused("unit_has_parts", unit=unit.subject.name)
    _close(unit, on, at)
    return _note(UnitChangeKind.CLOSED, unit, on=on, reason=reason, by=by, at=at)


def _locked(*units: Unit) -> list[Unit]:
    """Return the units as they are now; the whole tree is held, two never change it at once."""
    found = {row.pk: row for row in locked_all(Unit.objects.select_related("subject", "parent"))}
    return [found[unit.pk] for unit in units]


def _check(unit: Unit, on: date, reason: str, at: datetime) -> None:
    if unit.kind == UnitKind.INSTITUTION:
        raise UnitChangeRefused("unit_is_the_institution", unit=unit.subject.name)
    if unit.subject.valid_to:
        raise UnitChangeRefused("unit_is_closed", unit=unit.subject.name)
    if on > timezone.localdate(at):
        # Rights and paths are those of now: what is to come cannot be in force already.
        raise UnitChangeRefused("unit_change_lies_ahead", on=on.isoformat())
    if unit.subject.valid_from and on <= unit.subject.valid_from:
        raise UnitChangeRefused("unit_change_before_it_began", unit=unit.subject.name)
    if not reason.strip():
        raise UnitChangeRefused("unit_change_needs_reason", unit=unit.subject.name)


def _is_no_heir(heir: Unit, unit: Unit) -> bool:
    return bool(heir.subject.valid_to) or heir.unit_path.startswith(unit.unit_path)


def _set_parent(unit: Unit, parent: Unit, at: datetime) -> None:
    """Hang a unit under another: paths of all units and subjects below it begin anew."""
    old, new = unit.unit_path, f"{parent.unit_path}{unit.subject_id}."
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    Subject.objects.filter(pk=unit.subject_id).update(parent=parent.subject, changed_at=at)
    first, end = below(old)
    rest = Substr(F("unit_path"), len(old) + 1)
    moved = Concat(Value(new), rest, output_field=CharField())
    Unit.objects.filter(unit_path__gte=first, unit_path__lt=end).update(unit_path=moved)
    Subject.objects.filter(unit_path__gte=first, unit_path__lt=end).update(unit_path=moved)
    unit.parent, unit.unit_path = parent, new


def _renew_inherited_paths() -> None:
    """Write anew whose past each unit sees: of what was merged or split into it, or below it."""
    heirs = defaultdict(set)
    ends = (UnitChangeKind.MERGED, UnitChangeKind.SPLIT)
    for closed, heir in UnitChange.objects.filter(kind__in=ends).values_list("unit", "after"):
        heirs[closed].add(heir)
    units = {unit.pk: unit for unit in Unit.objects.exclude(kind=UnitKind.INSTITUTION)}
    inherited = defaultdict(set)
    for closed in heirs:
        past = units[closed].unit_path
        # The institution sees every past by its path.
        for heir in _reached(closed, heirs) & units.keys():
            for unit in units.values():
                is_above = units[heir].unit_path.startswith(unit.unit_path)
                if is_above and not past.startswith(unit.unit_path):
                    inherited[unit.pk].add(past)
    for unit in units.values():
        if unit.inherited_paths != (paths := sorted(inherited[unit.pk])):
            Unit.objects.filter(pk=unit.pk).update(inherited_paths=paths)


def _reached(closed: int, heirs: Mapping[int, set[int]]) -> set[int]:
    """Return all that go on with a closed unit's work, through those closed since."""
    found: set[int] = set()
    todo = {closed}
    while todo:
        todo = {heir for one in todo for heir in heirs.get(one, set())} - found
        found |= todo
    return found


def _own_subjects(unit: Unit) -> QuerySet[Subject]:
    """Return what belongs to the unit itself: courses, people, classes, not units."""
    return Subject.objects.filter(unit_path=unit.unit_path).exclude(kind=SubjectKind.UNIT)


def _close(unit: Unit, on: date, at: datetime) -> None:
    Subject.objects.filter(pk=unit.subject_id).update(valid_to=on, changed_at=at)


def _note(
    kind: UnitChangeKind,
    unit: Unit,
    *,
    before: Unit | None = None,
    after: Unit | None = None,
    on: date,
    reason: str,
    by: User | None,
    at: datetime,
) -> UnitChange:
    change = UnitChange.objects.create(
        kind=kind, unit=unit, before=before, after=after, on=on, reason=reason.strip(), by=by, at=at
    )
    facts: dict[str, object] = {
        "kind": str(kind),
        "before": before.subject.code if before else "",
        "after": after.subject.code if after else "",
        "on": on.isoformat(),
        "reason": reason.strip(),
    }
    record_audit(
        by=by, at=at, action="change_unit", object_kind="Unit", object_key=unit.subject.code,
        facts=facts,
    )  # fmt: skip
    return change
