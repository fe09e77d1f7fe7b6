"""Writes of definitions: versions of loop templates and schemes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from luoxuan.campus.rules import Action, PeriodKind, Resource, SubjectKind, may
from luoxuan.core.actions import record_audit
from luoxuan.core.models import User
from luoxuan.data.form_queries import forms
from luoxuan.diagnosis.models import LoopTemplate, Scheme, SchemeNode
from luoxuan.diagnosis.queries import schemes
from luoxuan.diagnosis.rules import (
    Basis,
    NodeKind,
    Step,
    TemplateUnfit,
    Track,
    check_steps,
    parse_steps,
    plain_steps,
)


@transaction.atomic
def add_template_version(
    *, code: str, values: Mapping[str, Any], origin: str, by: User | None, at: datetime
) -> LoopTemplate:
    """Add the next version of a loop template; cycles that run keep theirs.

    Raises TemplateUnfit when it contradicts itself, names what does not exist, or asks people to
    write more than the budget allows.
    """
    steps = parse_steps(values["steps"])
    check_steps(code, steps, joins_at=values["joins_at"], kinds=values["roles"])
    _check_names(code, values, steps)
    last = LoopTemplate.objects.filter(code=code).order_by("-number").first()
    template = LoopTemplate.objects.create(
        **{**values, "track": Track(values["track"]), "steps": plain_steps(steps)},
        code=code,
        number=last.number + 1 if last else 1,
        created_at=at,
        origin=origin,
    )
    _audit(template, by=by, at=at)
    return template


@transaction.atomic
def add_scheme_version(
    *, code: str, values: Mapping[str, Any], origin: str, by: User | None, at: datetime
) -> Scheme:
    """Add the next version of a scheme with its nodes; raises ValueError for an unknown word."""
    last = Scheme.objects.filter(code=code).order_by("-number").first()
    scheme = Scheme.objects.create(
        code=code,
        number=last.number + 1 if last else 1,
        title=values["title"],
        title_en=values["title_en"],
        source=values["source"],
        created_at=at,
        origin=origin,
    )
    _add_nodes(scheme, values["nodes"])
    _audit(scheme, by=by, at=at)
    return scheme


def _add_nodes(scheme: Scheme, declared: Sequence[Mapping[str, Any]]) -> None:
    known: dict[str, SchemeNode] = {}
    for position, entry in enumerate(declared, start=1):
        parent = known.get(entry["parent"]) if entry["parent"] else None
        if entry["parent"] and parent is None:
            raise ValueError(f"{entry['code']}: parent {entry['parent']}")
        known[entry["code"]] = SchemeNode.objects.create(
            scheme=scheme,
            parent=parent,
            kind=NodeKind(entry["kind"]),
            code=entry["code"],
            position=position,
            title=entry["title"],
            title_en=entry["title_en"],
            hint=entry["hint"],
            hint_en=entry["hint_en"],
            basis=Basis(entry["basis"]),
            indicators=entry["indicators"],
            tables=entry["tables"],
        )


def _check_names(code: str, values: Mapping[str, Any], steps: Sequence[Step]) -> None:
    """Refuse a template that names a form, scheme, period or role that does not fit."""
    wanted = {step.form for step in steps if step.form}
    missing = sorted(wanted - set(forms().filter(code__in=wanted).values_list("code", flat=True)))
    if values["scheme"] and not schemes().filter(code=values["scheme"]).exists():
        missing.append(values["scheme"])
    if values["period_kind"] not in set(PeriodKind):
        missing.append(values["period_kind"])
    for kind, role in values["roles"].items():
        if kind not in set(SubjectKind):
            missing.append(kind)
        if not may(role, Resource.CYCLE, Action.EDIT):
            missing.append(role)
    if missing or not values["roles"]:
        raise TemplateUnfit("template_unknown_name", template=code, names=", ".join(missing))


def _audit(row: LoopTemplate | Scheme, *, by: User | None, at: datetime) -> None:
    record_audit(
        by=by, at=at, action="add_version", object_kind=type(row).__name__, object_key=row.code,
        facts={"number": row.number, "origin": row.origin},
    )  # fmt: skip
