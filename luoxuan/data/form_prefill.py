"""What a form brings along「表单预填」: answers that the warehouse or the period before know."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.rules import SubjectKind
from luoxuan.data.collecting.prefill import Origin, origin_of, stored_fields, text_rows
from luoxuan.data.form_fields import LAST, FormField, check_values
from luoxuan.data.models import Dataset

Brought = dict[str, dict[str, Any]]
"""By name of a field: its value, and the title, number and time of where it comes from."""


def brought_along(
    fields: Sequence[FormField],
    *,
    subject: Subject,
    period: Period,
    last: Mapping[str, str],
    last_origin: Origin | None,
) -> Brought:
    """Return what a form of a subject and period starts with.

    Only what one row says, or all rows alike, and what the field accepts. ``last`` are the answers
    of the period before.
    """
    names = {field.prefill.partition(".")[0] for field in fields if "." in field.prefill}
    known = {row.name: row for row in Dataset.objects.filter(name__in=names, current_number__gt=0)}
    found: Brought = {}
    for field in fields:
        if field.prefill == LAST and last_origin:
            _take(found, field, last.get(field.name, ""), last_origin)
        elif (row := known.get(field.prefill.partition(".")[0])) is not None:
            value = _held(row, field, subject, period)
            if value:
                _take(found, field, value, origin_of(row))
    return found


def _take(found: Brought, field: FormField, value: str, origin: Origin) -> None:
    clean, _ = check_values([replace(field, shown_if=())], {field.name: value})
    if field.name in clean:
        found[field.name] = {"value": clean[field.name], **origin.plain()}


def _held(dataset: Dataset, field: FormField, subject: Subject, period: Period) -> str:
    """Return what the rows of a subject and period say with one voice, else ""."""
    name = field.prefill.partition(".")[2]
    where = _where(dataset, field, subject, period)
    stored = {row.name for row in stored_fields(dataset)}
    if not where or not {name, *where} <= stored:
        return ""
    values = {row[name] for row in text_rows(dataset, [name], where)}
    return values.pop() if len(values) == 1 else ""


def _where(dataset: Dataset, field: FormField, subject: Subject, period: Period) -> dict[str, str]:
    codes = {
        "subject": subject.code,
        "unit": subject.code if subject.kind == SubjectKind.UNIT else "",
        "parent": subject.parent.code if subject.parent else "",
        "period": period.code,
    }
    if field.prefill_key:
        return {name: codes[word] for name, word in field.prefill_key}
    where = {}
    if dataset.subject_field and dataset.subject_kind == subject.kind:
        where[dataset.subject_field] = codes["subject"]
    elif dataset.unit_field and codes["unit"]:
        where[dataset.unit_field] = codes["unit"]
    else:
        return {}
    if dataset.period_field:
        where[dataset.period_field] = codes["period"]
    return where


__all__ = ["Brought", "Origin", "brought_along"]
