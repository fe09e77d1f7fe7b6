"""Workbooks of the data centre: empty templates, typed rows, rows with their mistakes marked."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_noop

from luoxuan.core.workbook import Column, Mark, Sheet
from luoxuan.data.formula.types import FieldInfo, FieldType
from luoxuan.data.models import Dataset, Field
from luoxuan.data.queries import RowPage, field_infos

ERROR, ROW_IN_FILE = gettext_noop("错误"), gettext_noop("原行号")
# Columns that we add to a file of mistakes; when it comes back they are left out without a word.
OWN_HEADERS = (ERROR, ROW_IN_FILE, "Mistake", "Row in the file")
# A field that asks about empty cells is told so when nothing is reported on purpose.
_SAID_MISSING = "无"
_KINDS = {
    FieldType.INTEGER: "integer",
    FieldType.DECIMAL: "decimal",
    FieldType.DATE: "date",
    FieldType.TIME: "datetime",
}


def template_sheets(dataset: Dataset) -> list[Sheet]:
    """Return an empty workbook to fill in「模板」: headers with hints, code lists to choose."""
    fields = [
        field
        for field in dataset.fields.select_related("code_list").prefetch_related("code_list__codes")
        if not field.formula
    ]
    columns = tuple(
        Column(field.title or field.name, _kind(field.type), decimals=field.decimals)
        for field in fields
    )
    lists = {place: _codes(field) for place, field in enumerate(fields) if field.code_list}
    hints = {place: _hint(field) for place, field in enumerate(fields)}
    notes = Sheet(
        gettext("填写说明"),
        tuple(Column(text) for text in (gettext("列"), gettext("怎么填"), gettext("也认得的列名"))),
        [(field.title or field.name, _hint(field), "、".join(field.headers)) for field in fields],
    )
    return [Sheet(title_of(dataset), columns, (), lists=lists, hints=hints), notes]


def row_columns(dataset: Dataset, names: Sequence[str]) -> tuple[Column, ...]:
    """Return the typed columns of rows of a dataset."""
    infos = {info.name: info for info in field_infos(dataset)}
    return typed_columns(infos[name] for name in names)


def typed_columns(infos: Iterable[FieldInfo]) -> tuple[Column, ...]:
    """Return fields as typed columns under their first titles."""
    return tuple(
        Column(
            info.titles[0] if info.titles else info.name, _kind(info.type), decimals=info.decimals
        )
        for info in infos
    )


def plain_rows(page: RowPage) -> Iterable[Sequence[object]]:
    """Return the rows of a page without their record number, which is no field."""
    return (row[:-1] for row in page.table.rows)


def error_sheet(
    headers: Sequence[str],
    rows: Iterable[tuple[int, Sequence[Any]]],
    problems: dict[int, dict[int, str]],
    asked: dict[int, set[int]],
) -> Sheet:
    """Return the rows that stayed outside as they stood, mistakes marked, with their reasons.

    ``problems`` gives by row the reason of each column (-1: of the row as a whole); ``asked`` the
    columns that are a question. The columns can be handed in again as they are.
    """
    found = []
    for number, cells in rows:
        here = problems.get(number, {})
        asking = asked.get(number, set())
        marked = [
            Mark(cell, here[place], "question" if place in asking else "error")
            if place in here
            else cell
            for place, cell in enumerate(cells)
        ]
        found.append((*marked, "；".join(dict.fromkeys(here.values())), number))
    columns = (*(Column(header) for header in headers), Column(gettext(ERROR)),
               Column(gettext(ROW_IN_FILE), "integer"))  # fmt: skip
    return Sheet(gettext("待改正"), columns, found)


def said_missing(field: Field) -> str:
    """Return the text that says "not reported" where an empty cell would be asked about, or ""."""
    if "missing" not in field.asks or field.is_required:
        return ""
    return str(field.missing[0]) if field.missing else _SAID_MISSING


def with_said_missing(
    dataset: Dataset, names: Sequence[str], rows: Iterable[Sequence[object]]
) -> Iterable[Sequence[object]]:
    """Return rows in which a missing value is said wherever an empty cell would be asked about."""
    texts = {field.name: said_missing(field) for field in dataset.fields.all()}
    said = [(place, texts[name]) for place, name in enumerate(names) if texts.get(name)]
    return (_said(row, said) for row in rows) if said else rows


def _said(row: Sequence[object], said: Sequence[tuple[int, str]]) -> Sequence[object]:
    cells = list(row)
    for place, text in said:
        if cells[place] is None:
            cells[place] = text
    return cells


def title_of(dataset: Dataset) -> str:
    """Return the title of a dataset as a sheet can be named, in the reader's language."""
    is_english = (get_language() or "").startswith("en")
    text = dataset.title_en if is_english and dataset.title_en else dataset.title
    # Excel refuses these in the name of a sheet.
    return "".join("_" if mark in "[]:*?/\\'" else mark for mark in text or dataset.name)


def _kind(field_type: str) -> str:
    return _KINDS.get(FieldType(field_type), "text")


def _codes(field: Field) -> list[str]:
    """Return the codes that may be filled in today."""
    today = timezone.localdate()
    every = field.code_list.codes.all() if field.code_list else ()
    return [code.value for code in every if code.is_in_force(today)]


def _hint(field: Field) -> str:
    parts = [gettext("必填") if field.is_required else gettext("可以不填"), _type_hint(field)]
    if field.code_list:
        parts.append(gettext("只填：%(values)s") % {"values": "、".join(_codes(field)[:12])})
    limits = [text for text in (_limit("≥", field.minimum), _limit("≤", field.maximum)) if text]
    parts += limits
    if field.missing:
        parts.append(gettext("没有数据可写：%(texts)s") % {"texts": "、".join(field.missing)})
    return "；".join(part for part in parts if part)


def _type_hint(field: Field) -> str:
    texts = {
        FieldType.TEXT: gettext("文本"),
        FieldType.INTEGER: gettext("整数"),
        FieldType.DECIMAL: gettext("数，最多 %(decimals)s 位小数") % {"decimals": field.decimals},
        FieldType.DATE: gettext("日期，如 2026-09-01"),
        FieldType.TIME: gettext("时间，如 2026-09-01 08:30"),
        FieldType.BOOLEAN: gettext("是或否"),
    }
    return texts.get(FieldType(field.type), "")


def _limit(sign: str, value: Any) -> str:
    if value is None:
        return ""
    text = format(value, "f")
    return f"{sign} {text.rstrip('0').rstrip('.') if '.' in text else text}"
