"""Writes of the campus: units, subjects, periods, memberships and grants."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from luoxuan.campus.models import Grant, Membership, Period, Person, Subject, Unit
from luoxuan.campus.queries import PERIODS
from luoxuan.campus.rules import Level, SubjectKind, UnitKind, roles
from luoxuan.campus.search import search_text
from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.models import User
from luoxuan.core.once import forget

_BATCH = 1000


class UnknownRole(Refused):
    """No role of the catalogue has this code."""


class PlaceMissing(Refused):
    """A grant needs exactly one place."""


class UnitUnknown(Refused):
    """No unit has this code."""


class ParentUnknown(Refused):
    """The subject named as parent does not exist."""


class PeriodUnknown(Refused):
    """The period named by ``within`` does not exist, or stands later in the same call."""


class UnitWouldMove(Refused):
    """A unit may not change its parent by loading a package; moving is an act of its own."""


@dataclass(frozen=True, slots=True)
class UnitSpec:
    """A unit「部门」 as declared: code and parent code instead of keys."""

    code: str
    name: str
    name_en: str
    kind: UnitKind
    parent: str


@dataclass(frozen=True, slots=True)
class SubjectSpec:
    """A subject「诊改对象」 as declared: the code of its unit, ``parent`` as KIND:code or empty."""

    kind: SubjectKind
    code: str
    name: str
    name_en: str = ""
    unit: str = ""
    parent: str = ""


@transaction.atomic
def record_units(*, units: Sequence[UnitSpec], origin: str, by: User | None, at: datetime) -> None:
    """Create or rename units, parents before children; raises UnitUnknown and UnitWouldMove."""
    known = {unit.subject.code: unit for unit in Unit.objects.select_related("subject", "parent")}
    for spec in units:
        parent = known.get(spec.parent)
        if spec.parent and parent is None:
            raise UnitUnknown("unit_unknown", unit=spec.parent)
        unit = known.get(spec.code)
        if unit is None:
            known[spec.code] = _open_unit(spec, parent, origin, at)
            continue
        if (unit.parent and unit.parent.pk) != (parent and parent.pk):
            raise UnitWouldMove("unit_would_move", unit=spec.code)
        Unit.objects.filter(pk=unit.pk).update(kind=spec.kind)
        Subject.objects.filter(pk=unit.subject_id).update(
            name=spec.name, name_en=spec.name_en, search_text=_searched(spec),
            origin=origin, changed_at=at,
        )  # fmt: skip
    _audit_many("record_units", "Unit", [spec.code for spec in units], by, at)


@transaction.atomic
def record_subjects(
    *, subjects: Sequence[SubjectSpec], origin: str, by: User | None, at: datetime
) -> int:
    """Create or update subjects and return how many changed; one that had left is back.

    Raises UnitUnknown and ParentUnknown; parents may stand in the same call, before or after.
    """
    paths = dict(Unit.objects.values_list("subject__code", "unit_path"))
    root = min(paths.values(), key=len, default="")
    wanted = {(str(spec.kind), spec.code): spec for spec in subjects}
    known = _subjects_of(wanted)
    fresh, changed = [], []
    for key, spec in wanted.items():
        if spec.unit and spec.unit not in paths:
            raise UnitUnknown("unit_unknown", unit=spec.unit)
        path = paths[spec.unit] if spec.unit else root
        subject = known.get(key)
        if subject is None:
            fresh.append(_subject(spec, path, origin, at))
        elif _differs(subject, spec, path):
            subject.valid_to = None
            subject.name, subject.name_en, subject.unit_path = spec.name, spec.name_en, path
            subject.search_text = _searched(spec)
            subject.origin, subject.changed_at = origin, at
            changed.append(subject)
    Subject.objects.bulk_create(fresh, batch_size=_BATCH)
    Subject.objects.bulk_update(
        changed,
        ["name", "name_en", "search_text", "unit_path", "valid_to", "origin", "changed_at"],
        batch_size=_BATCH,
    )
    _set_parents(wanted, at)
    _open_persons(fresh)
    if fresh or changed:
        codes = [subject.code for subject in (*fresh, *changed)]
        _audit_many("record_subjects", "Subject", codes, by, at)
    return len(fresh) + len(changed)


@transaction.atomic
def end_subjects(*, kind: SubjectKind, codes: Iterable[str], by: User | None, at: datetime) -> int:
    """Note that subjects have left「离开」 today, with their memberships; return how many.

    Nothing of them is deleted: what they did stays under their names.
    """
    on = timezone.localdate(at)
    wanted = set(codes)
    found = Subject.objects.filter(kind=kind, valid_to=None)
    gone = [row for row in found if row.code in wanted and (row.valid_from or date.min) < on]
    for subject in gone:
        subject.valid_to, subject.changed_at = on, at
    Subject.objects.bulk_update(gone, ["valid_to", "changed_at"], batch_size=_BATCH)
    for start in range(0, len(gone), _BATCH):
        _end(Membership.objects.filter(member__in=gone[start : start + _BATCH]), on)
    if gone:
        _audit_many("end_subjects", "Subject", [row.code for row in gone], by, at)
    return len(gone)


@transaction.atomic
def end_members(
    *,
    group_kind: SubjectKind,
    member_kind: SubjectKind,
    members: Iterable[str],
    pairs: Iterable[tuple[str, str]],
    role: str,
    by: User | None,
    at: datetime,
) -> int:
    """End the memberships of ``members`` that no (member code, group code) pair names any more.

    Returns how many ended.
    """
    on, kept, known = timezone.localdate(at), set(pairs), set(members)
    held = Membership.objects.filter(
        group__kind=group_kind, member__kind=member_kind, role=role, valid_to=None
    ).values_list("pk", "member__code", "group__code")
    gone = [key for key, member, group in held if member in known and (member, group) not in kept]
    ended = sum(
        _end(Membership.objects.filter(pk__in=gone[start : start + _BATCH]), on)
        for start in range(0, len(gone), _BATCH)
    )
    if ended:
        record_audit(
            by=by, at=at, action="end_members", object_kind="Membership",
            object_key=str(group_kind), facts={"n_memberships": ended, "role": role},
        )  # fmt: skip
    return ended


def _end(memberships: QuerySet[Membership], on: date) -> int:
    """End open memberships; one that began today has never been in force."""
    began = Q(valid_from=None) | Q(valid_from__lt=on)
    today = memberships.filter(valid_to=None, valid_from__gte=on)
    return memberships.filter(began, valid_to=None).update(valid_to=on) + today.delete()[0]


@transaction.atomic
def record_periods(
    *, periods: Sequence[Mapping[str, object]], origin: str, by: User | None, at: datetime
) -> None:
    """Create or change periods「时段」, given as columns with ``within`` as a code or empty.

    Raises PeriodUnknown.
    """
    known = dict(Period.objects.values_list("code", "pk"))
    for values in sorted(periods, key=lambda row: bool(row["within"])):
        columns = {name: value for name, value in values.items() if name not in {"code", "within"}}
        within = str(values["within"] or "")
        if within and within not in known:
            raise PeriodUnknown("period_unknown", period=within)
        columns |= {"within_id": known[within] if within else None}
        period, _ = Period.objects.update_or_create(
            code=values["code"], defaults={**columns, "origin": origin}
        )
        known[period.code] = period.pk
    forget(PERIODS)
    _audit_many("record_periods", "Period", [str(row["code"]) for row in periods], by, at)


@transaction.atomic
def record_members(
    *,
    group_kind: SubjectKind,
    member_kind: SubjectKind,
    pairs: Iterable[tuple[str, str]],
    role: str,
    valid_from: date | None,
    by: User | None,
    at: datetime,
) -> int:
    """Open memberships「成员关系」 for (member code, group code) pairs; return how many are new.

    Pairs with an unknown subject are left out: they have no place to belong to.
    """
    wanted = set(pairs)
    members = _keys(member_kind, {member for member, _ in wanted})
    groups = _keys(group_kind, {group for _, group in wanted})
    rows = {
        (members[member], groups[group])
        for member, group in wanted
        if member in members and group in groups
    }
    open_now = Membership.objects.filter(
        group_id__in=set(groups.values()), role=role, valid_to=None
    )
    rows -= set(open_now.values_list("member_id", "group_id"))
    Membership.objects.bulk_create(
        [
            Membership(member_id=member, group_id=group, role=role, valid_from=valid_from)
            for member, group in sorted(rows)
        ],
        batch_size=_BATCH,
    )
    if rows:
        facts: dict[str, object] = {"n_memberships": len(rows), "role": role}
        record_audit(
            by=by,
            at=at,
            action="record_members",
            object_kind="Membership",
            object_key=str(group_kind),
            facts=facts,
        )
    return len(rows)


@dataclass(frozen=True, slots=True)
class MembershipSpec:
    """A membership「成员关系」 as declared; subjects are written KIND:code."""

    member: str
    group: str
    role: str
    valid_from: date | None
    valid_to: date | None


@transaction.atomic
def record_memberships(
    *, memberships: Sequence[MembershipSpec], by: User | None, at: datetime
) -> None:
    """Create memberships or change their end; raises ParentUnknown for an unknown subject."""
    kinds = {part.partition(":")[0] for row in memberships for part in (row.member, row.group)}
    rows = Subject.objects.filter(kind__in=kinds).values_list("kind", "code", "pk")
    keys = {f"{kind}:{code}": key for kind, code, key in rows}
    for row in memberships:
        for part in (row.member, row.group):
            if part not in keys:
                raise ParentUnknown("parent_unknown", subject=row.member, parent=part)
    known = {
        (row.member_id, row.group_id, row.role, row.valid_from): row
        for row in Membership.objects.filter(group_id__in={keys[m.group] for m in memberships})
    }
    fresh, changed = [], []
    for row in memberships:
        key = (keys[row.member], keys[row.group], row.role, row.valid_from)
        found = known.get(key)
        if found is None:
            fresh.append(
                Membership(
                    member_id=key[0], group_id=key[1], role=row.role,
                    valid_from=row.valid_from, valid_to=row.valid_to,
                )
            )  # fmt: skip
        elif found.valid_to != row.valid_to:
            found.valid_to = row.valid_to
            changed.append(found)
    Membership.objects.bulk_create(fresh, batch_size=_BATCH)
    Membership.objects.bulk_update(changed, ["valid_to"], batch_size=_BATCH)
    groups = sorted({row.group for row in memberships})
    _audit_many("record_memberships", "Membership", groups, by, at)


@transaction.atomic
def assign_role(
    *,
    user: User,
    role: str,
    by: User | None,
    at: datetime,
    subject: Subject | None = None,
    unit: Unit | None = None,
    level: Level | None = None,
    is_whole_institution: bool = False,
    function: str = "",
) -> Grant:
    """Grant「授权」 a role at one place from today on; raises UnknownRole and PlaceMissing."""
    if role not in roles():
        raise UnknownRole("unknown_role", role=role)
    if sum(map(bool, (subject, unit, level, is_whole_institution))) != 1:
        raise PlaceMissing("grant_needs_one_place", role=role)
    grant = Grant.objects.create(
        user=user,
        role=role,
        subject=subject,
        unit=unit,
        level=level or "",
        is_whole_institution=is_whole_institution,
        function=function,
        valid_from=timezone.localdate(at),
    )
    record_audit(
        by=by, at=at, action="assign_role", object_kind="Grant", object_key=str(grant.pk),
        facts={"user": user.username, "role": role, "place": str(subject or unit or level or "*")},
    )  # fmt: skip
    return grant


@transaction.atomic
def withdraw_role(*, grant: Grant, by: User | None, at: datetime) -> None:
    """End a grant now; the user's next request no longer has it."""
    Grant.objects.filter(pk=grant.pk).update(valid_to=timezone.localdate(at))
    record_audit(
        by=by, at=at, action="withdraw_role", object_kind="Grant", object_key=str(grant.pk)
    )


def _open_unit(spec: UnitSpec, parent: Unit | None, origin: str, at: datetime) -> Unit:
    is_root = spec.kind is UnitKind.INSTITUTION
    subject = Subject.objects.create(
        kind=SubjectKind.INSTITUTION if is_root else SubjectKind.UNIT,
        code=spec.code,
        name=spec.name,
        name_en=spec.name_en,
        search_text=_searched(spec),
        unit_path="",
        parent=parent.subject if parent else None,
        origin=origin,
        changed_at=at,
    )
    # The subject's key is the path's step: it exists before the path and never changes.
    path = f"{parent.unit_path if parent else ''}{subject.pk}."
    Subject.objects.filter(pk=subject.pk).update(unit_path=path)
    subject.unit_path = path
    return Unit.objects.create(subject=subject, kind=spec.kind, parent=parent, unit_path=path)


def _differs(subject: Subject, spec: SubjectSpec, path: str) -> bool:
    told = (spec.name, spec.name_en, path, None)
    return (subject.name, subject.name_en, subject.unit_path, subject.valid_to) != told


def _subject(spec: SubjectSpec, path: str, origin: str, at: datetime) -> Subject:
    return Subject(
        kind=spec.kind,
        code=spec.code,
        name=spec.name,
        name_en=spec.name_en,
        search_text=_searched(spec),
        unit_path=path,
        origin=origin,
        changed_at=at,
    )


def _searched(spec: SubjectSpec | UnitSpec) -> str:
    return search_text(code=spec.code, name=spec.name, name_en=spec.name_en)


def _subjects_of(wanted: Mapping[tuple[str, str], SubjectSpec]) -> dict[tuple[str, str], Subject]:
    kinds = {kind for kind, _ in wanted}
    found = Subject.objects.filter(kind__in=kinds)
    return {(row.kind, row.code): row for row in found if (row.kind, row.code) in wanted}


def _set_parents(wanted: Mapping[tuple[str, str], SubjectSpec], at: datetime) -> None:
    kinds = {spec.parent.partition(":")[0] for spec in wanted.values() if spec.parent}
    if not kinds:
        return
    rows = Subject.objects.filter(kind__in=kinds).values_list("kind", "code", "pk")
    keys = {f"{kind}:{code}": key for kind, code, key in rows}
    changed = []
    for subject in _subjects_of(wanted).values():
        parent = wanted[subject.kind, subject.code].parent
        if not parent:
            continue
        if parent not in keys:
            raise ParentUnknown("parent_unknown", subject=subject.code, parent=parent)
        if subject.parent_id != keys[parent]:
            subject.parent_id, subject.changed_at = keys[parent], at
            changed.append(subject)
    Subject.objects.bulk_update(changed, ["parent", "changed_at"], batch_size=_BATCH)


def _open_persons(fresh: Sequence[Subject]) -> None:
    people = [s for s in fresh if s.kind in {SubjectKind.TEACHER, SubjectKind.STUDENT}]
    Person.objects.bulk_create([Person(subject=row) for row in people], batch_size=_BATCH)


def _keys(kind: SubjectKind, codes: set[str]) -> dict[str, int]:
    rows = Subject.objects.filter(kind=kind).values_list("code", "pk")
    return {code: key for code, key in rows if code in codes}


def _audit_many(
    action: str, kind: str, codes: Sequence[str], by: User | None, at: datetime
) -> None:
    facts: dict[str, object] = {"n": len(codes), "first": list(codes[:20])}
    record_audit(by=by, at=at, action=action, object_kind=kind, object_key="", facts=facts)
