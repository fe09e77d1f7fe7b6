"""Every change of a dataset's standard leaves a definition, and never contradicts stored rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from luoxuan.core.configuration import Stamp
from luoxuan.core.errors import Refused
from luoxuan.data.models import Code, Dataset, DatasetDefinition
from luoxuan.data.models import Field as DatasetField
from luoxuan.data.queries import engine, relation_of
from luoxuan.data.standard_values import content_of
from luoxuan.data.warehouse.standing import breaking_key, breaking_rows

_CHECKS: list[Callable[[], None]] = []
_DEMANDS = ("type", "decimals", "is_required", "minimum", "maximum", "pattern", "code_list")


class StandardContradicted(Refused):
    """Stored rows, or the owner of a field, contradict what the standard is about to say."""


def register_check(check: Callable[[], None]) -> None:
    """Have a package above ask, after each change made here, whether its own rows still stand."""
    _CHECKS.append(check)


def run_checks() -> None:
    """Ask every package above; what one of them refuses undoes the change."""
    for check in _CHECKS:
        check()


def record_definition(dataset: Dataset, stamp: Stamp) -> DatasetDefinition | None:
    """Add the definition「数据集标准」 of a dataset as it is stored now; None if it is the same."""
    content = content_of(dataset)
    last = DatasetDefinition.objects.filter(dataset=dataset).first()
    if last is not None and last.content == content:
        return None
    number = last.number + 1 if last else 1
    on = timezone.localdate(stamp.at)
    if last is not None:
        DatasetDefinition.objects.filter(pk=last.pk).update(valid_to=on)
    made = DatasetDefinition.objects.create(
        dataset=dataset, number=number, content=content, valid_from=on, created_at=stamp.at,
        origin=stamp.origin, reason=stamp.reason[:500], by=stamp.by,
    )  # fmt: skip
    Dataset.objects.filter(pk=dataset.pk).update(definition_number=number)
    dataset.definition_number = number
    return made


def refuse_stored_rows(
    dataset: Dataset, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Refuse demands that stored rows do not meet; called before the fields are rewritten.

    Only a demand that changes is compared. Raises StandardContradicted.
    """
    if not dataset.current_number or not before:
        return
    known = {field["name"]: field for field in before["fields"]}
    changed = [
        field
        for field in after["fields"]
        if field["name"] in known
        and not field["formula"]
        and any(field[name] != known[field["name"]][name] for name in _DEMANDS)
    ]
    has_new_key = bool(after["key"]) and set(after["key"]) != set(before["key"])
    if not changed and not has_new_key:
        return
    relation = relation_of(dataset, number=dataset.current_number)
    own = {info.name for info in relation.own}
    with engine().session() as session:
        for field in changed:
            codes = _codes(field["code_list"]) if field["code_list"] else None
            broken = breaking_rows(session, relation, field, codes)
            for demand, n in broken.items():
                raise _contradicted(dataset, f"standard_breaks_{demand}", field["title"], n)
        if has_new_key:
            if set(after["key"]) - own:
                raise _contradicted(dataset, "standard_breaks_key", ", ".join(after["key"]), 0)
            if n := breaking_key(session, relation, after["key"]):
                raise _contradicted(dataset, "standard_breaks_key", ", ".join(after["key"]), n)


def refuse_lost_codes(name: str, codes: Sequence[str]) -> None:
    """Refuse a code list without a code that stored rows hold. Raises StandardContradicted."""
    fields = DatasetField.objects.filter(code_list__name=name, dataset__current_number__gt=0)
    for field in fields.select_related("dataset"):
        if field.formula:
            continue
        relation = relation_of(field.dataset, number=field.dataset.current_number)
        demand = {
            "name": field.name, "type": field.type, "is_required": False, "minimum": None,
            "maximum": None, "pattern": "",
        }  # fmt: skip
        with engine().session() as session:
            if n := breaking_rows(session, relation, demand, codes).get("code_list"):
                raise _contradicted(field.dataset, "standard_breaks_code_list", field.title, n)


def refuse_disagreeing_owner(dataset: Dataset) -> None:
    """Refuse a field that repeats another one and differs in type or code list.

    An owner that is not there (yet) is a finding, no refusal. Raises StandardContradicted.
    """
    for field in dataset.fields.exclude(owned_by=""):
        owner = owner_of(field)
        if owner is None:
            continue
        if (owner.type, owner.code_list_id) != (field.type, field.code_list_id):
            raise StandardContradicted(
                "standard_owner_differs", dataset=dataset.title, field=field.title,
                owner=field.owned_by,
            )  # fmt: skip
    owned = f"{dataset.name}."
    for field in DatasetField.objects.filter(owned_by__startswith=owned).select_related("dataset"):
        owner = owner_of(field)
        if owner and (owner.type, owner.code_list_id) != (field.type, field.code_list_id):
            raise StandardContradicted(
                "standard_owner_differs", dataset=field.dataset.title, field=field.title,
                owner=field.owned_by,
            )  # fmt: skip


def owner_of(field: DatasetField) -> DatasetField | None:
    """Return the field that owns the value of this one, None when there is none of that name."""
    dataset, _, name = field.owned_by.partition(".")
    return DatasetField.objects.filter(dataset__name=dataset, name=name).first()


def _codes(name: str) -> list[str]:
    return list(Code.objects.filter(code_list__name=name).values_list("value", flat=True))


def _contradicted(dataset: Dataset, code: str, field: str, n: int) -> StandardContradicted:
    return StandardContradicted(code, dataset=dataset.title, field=field, n=n)
