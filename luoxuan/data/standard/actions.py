"""Changing the data standard here: by page, by workbook, by command. One door: `apply_standard`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from luoxuan.core.configuration import Change, PackageUnreadable, Stamp, Values, Verb
from luoxuan.core.errors import Refused
from luoxuan.core.faults import seam
from luoxuan.core.messages import register_texts
from luoxuan.core.models import User
from luoxuan.data.actions.definitions import run_checks
from luoxuan.data.catalogue import dataset_values, write_datasets
from luoxuan.data.code_list_catalogue import write_code_lists
from luoxuan.data.duty_catalogue import duty_values, write_duties
from luoxuan.data.formula import FormulaRefused, describe
from luoxuan.data.models import CodeList, Dataset, Field, Lookup, Theme
from luoxuan.data.queries import engine, relation_of
from luoxuan.data.standard.messages import TEXTS
from luoxuan.data.standard.queries import code_rows
from luoxuan.data.standard.rules import (
    CODE_WIDTH,
    LOCAL,
    codes_mark,
    table_of,
    withdrawn_fields,
)
from luoxuan.data.standard_values import content_of, duties_of
from luoxuan.data.warehouse.standing import held_rows

register_texts(TEXTS)

_NO_DUTIES: Values = {
    "owner_unit": "", "collector": "", "auditor": "", "recipients": [], "due_day": None,
}  # fmt: skip


_OPEN = ("", "")


class StandardRefused(Refused):
    """A change of the data standard that cannot be made."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a person wants the standard to say「拟定标准」: only what he speaks of is changed.

    ``tables`` are datasets as their files would say them, ``numbers`` the definitions that he saw;
    a dataset whose number moved since then is refused unless it says the same already, and so is a
    code list whose mark (`codes_mark`; of no codes where there was no list) is another one now.
    """

    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    duties: Mapping[str, Values] = field(default_factory=dict)
    code_lists: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StandardPlan:
    """What would be changed「标准变更」: code lists, datasets, duties, with before and after."""

    code_lists: tuple[Change, ...] = ()
    datasets: tuple[Change, ...] = ()
    duties: tuple[Change, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return every change in the order in which it is written."""
        return (*self.code_lists, *self.datasets, *self.duties)


def plan_standard(declared: Declared) -> StandardPlan:
    """Return what a declaration would change; nothing is written.

    Raises PackageUnreadable and StandardRefused for what cannot be read or was based on an older
    definition.
    """
    stored = {row.name: row for row in Dataset.objects.filter(is_system=False)}
    datasets, duties = [], []
    for name, table in declared.tables.items():
        after = _checked(name, table)
        row = stored.get(name)
        before = _without_duties(content_of(row)) if row else {}
        if before != after:
            _refuse_moved(row, declared)
            datasets.append(_change("datasets", name, before, after))
    for name, told in declared.duties.items():
        row = stored.get(name)
        before = duties_of(row) if row else _NO_DUTIES
        if before != told:
            _refuse_moved(row, declared)
            duties.append(_change("data_duties", name, before, told))
    return StandardPlan(tuple(_code_changes(declared)), tuple(datasets), tuple(duties))


@transaction.atomic
def apply_standard(
    *, declared: Declared, by: User | None, at: datetime, reason: str = ""
) -> StandardPlan:
    """Make every change of a declaration in one transaction, or none, and return them.

    Each changed dataset gets its next definition and is marked as changed here: a package shows a
    conflict from then on. Raises StandardRefused, StandardContradicted and PackageUnreadable.
    """
    # Two people at once: the second waits here and then sees the first one's definition.
    list(Dataset.objects.select_for_update().filter(name__in=declared.tables).values_list("pk"))
    lists = CodeList.objects.select_for_update().filter(name__in=declared.code_lists)
    list(lists.order_by("pk").values_list("pk"))
    plan = plan_standard(declared)
    stamp = Stamp(f"{LOCAL}@1", by, at, reason)
    write_code_lists(plan.code_lists, stamp)
    for change in plan.datasets:
        _refuse_withdrawals(change)
    also = {change.key for change in plan.datasets if change.verb is Verb.CHANGE}
    first = [change for change in plan.duties if change.key in also]
    write_duties(first, stamp, is_recorded=False)
    with _in_words(), _mistakes():
        write_datasets(plan.datasets, stamp)
    write_duties([change for change in plan.duties if change.key not in also], stamp)
    if plan.datasets:
        run_checks()
    seam("data.standard.before_commit")
    return plan


def current_table(dataset: Dataset) -> dict[str, Any]:
    """Return the standard of a dataset as its file would say it, to be changed."""
    return table_of(content_of(dataset))


def declared_duties(told: Mapping[str, str]) -> Values:
    """Return duties from the texts of a form or a sheet. Raises PackageUnreadable."""
    with _mistakes():
        return duty_values(told)


def _checked(name: str, table: Mapping[str, Any]) -> Values:
    with _in_words(), _mistakes():
        values = dataset_values(name, str(table.get("title") or name), table)
        for entry in values["fields"]:
            low, high = entry["minimum"], entry["maximum"]
            if low is not None and high is not None and float(low) > float(high):
                raise StandardRefused("standard_bad_limit", field=entry["title"])
        names = [entry["name"] for entry in values["fields"]]
        twice = [one for one in names if names.count(one) > 1]
        if twice:
            raise StandardRefused("standard_field_known", field=twice[0])
        if not names:
            raise StandardRefused("standard_no_fields")
        return values


def _without_duties(content: Values) -> Values:
    return {name: value for name, value in content.items() if name != "duties"}


def _change(kind: str, key: str, before: Values, after: Values) -> Change:
    return Change(kind, key, Verb.CHANGE if before else Verb.ADD, before, after)


def _refuse_moved(row: Dataset | None, declared: Declared) -> None:
    if row is None:
        return
    expected = declared.numbers.get(row.name, row.definition_number)
    if expected != row.definition_number:
        raise StandardRefused(
            "standard_moved", dataset=row.title, number=row.definition_number, expected=expected
        )


def _code_changes(declared: Declared) -> Iterator[Change]:
    stored = code_rows()
    for name, codes in declared.code_lists.items():
        after = [[*code, *_OPEN][:CODE_WIDTH] for code in codes]
        values = [code[0] for code in after]
        if not values:
            raise StandardRefused("standard_list_empty")
        twice = [value for value in values if values.count(value) > 1]
        if twice:
            raise StandardRefused("standard_code_twice", value=twice[0])
        if stored.get(name) != after:
            seen = codes_mark(stored.get(name, []))
            if declared.marks.get(name, seen) != seen:
                raise StandardRefused("standard_codes_moved", code_list=name)
            before = {"codes": stored[name]} if name in stored else {}
            yield _change("code_lists", name, before, {"codes": after})


def _refuse_withdrawals(change: Change) -> None:
    """Refuse to withdraw a field that rows, look-ups, themes or other fields still need."""
    if change.verb is Verb.ADD:
        return
    dataset = Dataset.objects.get(name=change.key)
    for name in withdrawn_fields(change.before, change.after):
        if place := _user_of(dataset, name):
            raise StandardRefused("standard_field_used", field=name, place=place)
        stored = dataset.fields.filter(name=name).first()
        if dataset.current_number and stored and (n := _held(dataset, name)):
            raise StandardRefused(
                "standard_field_held", dataset=dataset.title, field=stored.title, n=n
            )


def _user_of(dataset: Dataset, name: str) -> str:
    """Return what else names a field, "" when nothing does."""
    for lookup in Lookup.objects.filter(target=dataset).select_related("dataset"):
        if name in lookup.fields or name in lookup.on.values():
            return lookup.dataset.title
    for theme in Theme.objects.all():
        for view in theme.views:
            if view["dataset"] == dataset.name and name in view["fields"]:
                return theme.title
    repeated = Field.objects.filter(owned_by=f"{dataset.name}.{name}").select_related("dataset")
    found = repeated.first()
    return found.dataset.title if found else ""


def _held(dataset: Dataset, name: str) -> int:
    with engine().session() as session:
        return held_rows(session, relation_of(dataset, number=dataset.current_number), name)


@contextmanager
def _in_words() -> Iterator[None]:
    """Say where a formula is wrong, in the reader's language."""
    try:
        yield
    except PackageUnreadable as refused:
        cause = refused.__cause__
        if not isinstance(cause, FormulaRefused):
            raise
        language = "en" if (get_language() or "").startswith("en") else "zh"
        raise StandardRefused(
            "standard_bad_formula", field=refused.facts["name"], reason=describe(cause, language)
        ) from cause


@contextmanager
def _mistakes() -> Iterator[None]:
    """Turn what a mistyped value makes fail into a refusal."""
    try:
        yield
    except KeyError as error:
        raise PackageUnreadable("package_bad_entry", kind="datasets", reason=str(error)) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise PackageUnreadable("package_bad_entry", kind="datasets", reason=str(error)) from error
