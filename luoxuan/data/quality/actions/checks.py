"""Writing checks down: what a rule of each kind needs, and that its formulas hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from luoxuan.core.actions import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.messages import register_texts
from luoxuan.core.models import User
from luoxuan.data.actions.deliveries import DatasetIsSystem
from luoxuan.data.formula import FormulaRefused, describe, parse_row
from luoxuan.data.formula.types import FieldInfo, FieldType
from luoxuan.data.models import Check, Dataset
from luoxuan.data.quality.messages import TEXTS
from luoxuan.data.quality.rules import DIMENSION_OF, CheckKind, Measured, QualityDimension, Severity
from luoxuan.data.queries import field_infos

register_texts(TEXTS)


class CheckRefused(Refused):
    """A rule that cannot be judged as it is written."""


@dataclass(frozen=True, slots=True)
class CheckValues:
    """What a person or a package writes about a check「规则设置」."""

    code: str
    dataset: Dataset
    kind: CheckKind
    title: str
    title_en: str = ""
    dimension: QualityDimension | None = None
    severity: Severity = Severity.WARNING
    fields: Sequence[str] = ()
    condition: str = ""
    applies: str = ""
    reference: Dataset | None = None
    matches: Mapping[str, str] = field(default_factory=dict)
    other_field: str = ""
    measured: str = ""
    value: str = ""
    days: int = 0
    most_change: Decimal | None = None
    is_active: bool = True


@transaction.atomic
def save_check(
    *,
    check: Check | None,
    values: CheckValues,
    by: User | None,
    at: datetime,
    origin: str = "local",
) -> Check:
    """Write a check down「设校验规则」; the next run judges it anew. Raises CheckRefused."""
    taken = Check.objects.filter(code=values.code).first()
    if taken is not None and taken != check:
        raise CheckRefused("check_code_taken", rule=values.code)
    row = check or Check(code=values.code)
    fill_check(row, values)
    row.origin, row.checked_number, row.checked_reference = origin, 0, 0
    row.save()
    record_audit(
        by=by, at=at, action="edit_check" if check else "create_check", object_kind="Check",
        object_key=row.code, facts={"dataset": row.dataset.name, "kind": row.kind},
    )  # fmt: skip
    return row


def fill_check(row: Check, values: CheckValues) -> None:
    """Give a check its values without saving it, for a preview too. Raises CheckRefused."""
    _refuse_wrong(values)
    plain: dict[str, Any] = {name: getattr(values, name) for name in _PLAIN}
    for name, value in plain.items():
        setattr(row, name, value)
    row.fields, row.matches = list(values.fields), dict(values.matches)
    row.dimension = values.dimension or DIMENSION_OF[values.kind]


_PLAIN = (
    "dataset", "kind", "title", "title_en", "severity", "condition", "applies", "reference",
    "other_field", "measured", "value", "days", "most_change", "is_active",
)  # fmt: skip


def values_of(check: Check) -> CheckValues:
    """Return what stands in a check."""
    names = [name for name in CheckValues.__dataclass_fields__ if name not in ("kind",)]
    return CheckValues(kind=CheckKind(check.kind), **{name: getattr(check, name) for name in names})


_NEEDS: Mapping[CheckKind, tuple[str, ...]] = {
    CheckKind.COMPLETENESS: ("fields",),
    CheckKind.VALIDITY: ("condition",),
    CheckKind.UNIQUENESS: ("fields",),
    CheckKind.REFERENCE: ("reference", "matches"),
    CheckKind.CONSISTENCY: ("reference", "matches", "other_field"),
    CheckKind.TIMELINESS: (),
    CheckKind.DRIFT: ("most_change", "measured"),
}


def _refuse_wrong(values: CheckValues) -> None:
    if values.dataset.is_system:
        raise DatasetIsSystem("dataset_is_system", dataset=values.dataset.name)
    needs = list(_NEEDS[values.kind])
    if values.kind is CheckKind.CONSISTENCY and values.measured != Measured.COUNT:
        needs.append("fields")
    if values.kind is CheckKind.DRIFT and values.measured != Measured.ROWS:
        needs.append("fields")
    lacking = [name for name in needs if getattr(values, name) in (None, "", (), [], {})]
    if lacking:
        raise CheckRefused("check_incomplete", names="、".join(lacking))
    if values.kind is CheckKind.TIMELINESS and not values.dataset.period_field:
        raise CheckRefused("check_incomplete", names="period")
    infos = field_infos(values.dataset)
    _refuse_unknown(values.dataset, infos, [*values.fields, *values.matches])
    if values.reference is not None:
        theirs = [*values.matches.values(), *([values.other_field] if values.other_field else [])]
        _refuse_unknown(values.reference, field_infos(values.reference), theirs)
    for text in (values.condition, values.applies):
        if text:
            _refuse_formula(text, infos)


def _refuse_unknown(dataset: Dataset, infos: Sequence[FieldInfo], names: Sequence[str]) -> None:
    unknown = sorted(set(names) - {info.name for info in infos})
    if unknown:
        raise CheckRefused("check_bad_field", dataset=dataset.name, field=unknown[0])


def _refuse_formula(text: str, infos: Sequence[FieldInfo]) -> None:
    try:
        formula = parse_row(text, infos)
    except FormulaRefused as refused:
        raise CheckRefused(
            "check_bad_formula", reason=describe(refused), position=refused.position
        ) from refused
    if formula.type is not FieldType.BOOLEAN:
        raise CheckRefused("check_not_a_condition")
