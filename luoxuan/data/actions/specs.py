"""What a file must bring, as the dataset says it now."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from luoxuan.data.formula.types import FieldType
from luoxuan.data.import_queries import (
    reference_values,
    remembered_headers,
    withdrawn_codes,
)
from luoxuan.data.models import Dataset, Field
from luoxuan.data.warehouse.intake import FieldSpec, TableSpec
from luoxuan.data.warehouse.intake.headers import fold_header
from luoxuan.data.warehouse.intake.look_alikes import spelled_out
from luoxuan.data.workbooks import said_missing


def table_spec(
    dataset: Dataset, *, mapping: Mapping[str, str] | None = None, on: date | None = None
) -> TableSpec:
    """Return what a file must bring; computed fields are left out.

    ``mapping`` gives headers a field of its own choice, before remembered headers and synonyms.
    With ``on``, references are those of subjects in force that day and codes those that may be
    used then; without, no reference is checked and every code counts.
    """
    fields = dataset.fields.select_related("code_list").prefetch_related("code_list__codes")
    stored = [field for field in fields if not field.formula]
    told = {**remembered_headers(dataset), **(mapping or {})}
    given = {fold_header(text): name for text, name in told.items()}
    specs = tuple(_field_spec(field, given, on) for field in stored)
    return TableSpec(dataset.name, specs, tuple(dataset.key), title=dataset.title)


def other_specs(dataset: Dataset) -> list[TableSpec]:
    """Return what the other datasets ask for: a file may have been handed to the wrong one."""
    found = Dataset.objects.filter(is_system=False).exclude(pk=dataset.pk)
    rows = found.prefetch_related("fields__code_list__codes")
    return [
        TableSpec(
            row.name,
            tuple(_field_spec(field, {}, None) for field in row.fields.all() if not field.formula),
            tuple(row.key),
            title=row.title,
        )
        for row in rows
    ]


def definition_mark(dataset: Dataset) -> str:
    """Return a mark that differs when the dataset asks for something else than before."""
    fields = dataset.fields.select_related("code_list").prefetch_related("code_list__codes")
    specs = [(_field_spec(field, {}, None), field.formula, field.reference) for field in fields]
    return hashlib.sha256(repr((specs, dataset.key)).encode()).hexdigest()[:16]


def headers_of(field: Field) -> tuple[str, ...]:
    """Return the headers that a field answers to, the usual one first."""
    texts = (*field.headers, field.title, field.title_en, field.name)
    return tuple(dict.fromkeys(text for text in texts if text))


def field_of_header(spec: TableSpec, header: str) -> str:
    """Return the field that a header of a file belongs to, or ""."""
    folded = fold_header(header)
    for field in spec.fields:
        if folded in {fold_header(text) for text in (field.name, *field.headers)}:
            return field.name
    return ""


def proposed_mapping(spec: TableSpec, columns: Sequence[str]) -> dict[str, str]:
    """Return for each column of a system the field it seems to be「对应建议」, "" where none does.

    Its own name or a known header first; then pinyin, as the columns of many systems are named.
    """
    found = {column: field_of_header(spec, column) for column in columns}
    for column in columns:
        if not found[column]:
            free = [field for field in spec.fields if field.name not in found.values()]
            names = {field.name: (field.title, *field.headers) for field in free}
            found[column] = spelled_out(column, names)
    return found


def _field_spec(field: Field, given: Mapping[str, str], on: date | None) -> FieldSpec:
    codes = None
    if field.code_list:
        every = field.code_list.codes.all()
        # Without a day nothing is checked, hence nothing left out.
        codes = tuple(code.value for code in every if on is None or code.is_in_force(on))
    return FieldSpec(
        name=field.name,
        headers=tuple(_accepted(field, given)),
        title=field.title,
        type=FieldType(field.type),
        decimals=field.decimals,
        required=field.is_required,
        minimum=_short(field.minimum),
        maximum=_short(field.maximum),
        pattern=field.pattern or None,
        missing=tuple(dict.fromkeys([*field.missing, *filter(None, [said_missing(field)])])),
        codes=codes,
        asks=frozenset(field.asks),
        reference=reference_values(field.reference, on=on) if field.reference and on else None,
        checksum=field.checksum,
        stated_by_id=field.stated_by_id,
        withdrawn=withdrawn_codes(field.withdrawn, on=on) if field.withdrawn and on else (),
    )


def _short(value: Decimal | None) -> Decimal | None:
    """Return a limit without the zeros that its column adds: messages quote it."""
    if value is None:
        return None
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _accepted(field: Field, given: Mapping[str, str]) -> Iterable[str]:
    """Return the field's headers, without those given to another, with those given to it."""
    for text in headers_of(field):
        if given.get(fold_header(text), field.name) == field.name:
            yield text
    yield from (text for text, name in given.items() if name == field.name)
