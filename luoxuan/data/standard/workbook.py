"""The data standard as a workbook「数据标准工作簿」: written, read back, and the same again."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from luoxuan.core.workbook import Column, Sheet, workbook_bytes
from luoxuan.data.formula.types import FieldType
from luoxuan.data.import_blocks import finding_text
from luoxuan.data.models import Dataset
from luoxuan.data.standard.actions import Declared, StandardRefused, declared_duties
from luoxuan.data.standard.queries import code_rows, standards
from luoxuan.data.standard.rules import table_of
from luoxuan.data.standard_values import DUTY_TEXTS
from luoxuan.data.warehouse.intake import FieldSpec, FileRefused, Limits, Staged, TableSpec, stage

# Columns by their names in the declaration, with the headers that people read.
_DATASET = {
    "name": "数据集", "title": "名称", "title_en": "英文名称", "about": "说明",
    "about_en": "英文说明", "key": "主键", "theme": "主题", "system": "所属系统",
    "time_basis": "时间口径",
    "follows": "依据的标准", "sensitivity_level": "敏感级别", "retention_years": "保存年限",
    "owner_unit": "责任部门", "collector": "采集", "auditor": "审核", "recipients": "使用者",
    "due_day": "期后几天内", "file": "文件名", "unit_field": "部门字段", "subject_kind": "对象类别",
    "subject_field": "对象字段", "grains": "汇总到", "period_kind": "时段类别",
    "period_field": "时段字段", "day_field": "日序字段", "date_field": "日期字段",
    "date_kinds": "按日期归入", "lookups": "引用", "number": "依据的版本",
}  # fmt: skip
_FIELD = {
    "dataset": "数据集", "name": "字段", "title": "名称", "title_en": "英文名称", "type": "类型",
    "decimals": "小数位", "required": "必填", "code_list": "编码表", "minimum": "下限",
    "maximum": "上限", "pattern": "格式", "measured_in": "计量单位", "about": "含义",
    "about_en": "英文含义", "source_standard": "来源标准", "source_code": "标准编号",
    "owned_by": "权威字段", "sensitivity": "个人信息", "header": "也认得的列名",
    "missing": "表示没有的写法", "formula": "公式", "asks": "导入时询问", "reference": "引用的对象",
    "checksum": "校验", "stated_by_id": "与身份证号核对", "withdrawn": "停用即拒绝",
}  # fmt: skip
_CODE = {"code_list": "编码表", "value": "编码", "title": "名称", "title_en": "英文名称",
         "valid_from": "启用日", "valid_to": "停用日"}  # fmt: skip
_LISTS = frozenset({"key", "date_kinds", "header", "missing", "asks", "recipients"})
_JSON = frozenset({"grains", "lookups"})
_NUMBERS = frozenset({"sensitivity_level", "retention_years", "decimals"})
_DUTIES = (*DUTY_TEXTS, "recipients", "due_day")
_SUBJECT = {"subject_kind": "kind", "subject_field": "field"}
_PERIOD = {
    "period_kind": "kind", "period_field": "field", "day_field": "day_field",
    "date_field": "date_field", "date_kinds": "kinds",
}  # fmt: skip
DATASETS, FIELDS, CODES = "数据集", "字段", "编码表"
_MUST = {DATASETS: ("name",), FIELDS: ("dataset", "name"), CODES: ("code_list", "value")}
_COLUMNS = {DATASETS: _DATASET, FIELDS: _FIELD, CODES: _CODE}
_YES = "是"
_CELL = 20_000


def standard_workbook() -> bytes:
    """Return the whole data standard as a workbook of three sheets."""
    told = standards()
    numbers = dict(Dataset.objects.values_list("name", "definition_number"))
    rows = [_dataset_row(name, content, numbers[name]) for name, content in told.items()]
    fields = [
        _field_row(name, entry) for name, content in told.items()
        for entry in table_of(content)["field"]
    ]  # fmt: skip
    codes = [
        dict(zip(_CODE, (name, *code), strict=True))
        for name, rows_ in sorted(code_rows().items())
        for code in rows_
    ]
    return workbook_bytes([_sheet(DATASETS, rows), _sheet(FIELDS, fields), _sheet(CODES, codes)])


def read_standard(path: Path, *, file_name: str) -> Declared:
    """Read such a workbook back. Raises StandardRefused with the sheet and the row."""
    datasets = _read(path, DATASETS, file_name)
    fields = _read(path, FIELDS, file_name)
    codes = _read(path, CODES, file_name)
    tables, duties, numbers = {}, {}, {}
    for row in datasets:
        name = row["name"]
        if name in tables:
            raise StandardRefused("standard_row_twice", sheet=DATASETS, name=name)
        tables[name] = _table(row)
        duties[name] = declared_duties(
            {column: " ".join(_lines(row[column])) for column in _DUTIES}
        )
        if row["number"]:
            numbers[name] = int(row["number"]) if row["number"].isdecimal() else -1
    for row in fields:
        name = row.pop("dataset")
        if name not in tables:
            raise StandardRefused("standard_unknown_row", sheet=FIELDS, name=name)
        tables[name]["field"].append(_entry(row))
    lists: dict[str, list[list[str]]] = {}
    for row in codes:
        title = row["title"] or row["value"]
        days = [row["valid_from"], row["valid_to"]]
        lists.setdefault(row["code_list"], []).append([row["value"], title, row["title_en"], *days])
    return Declared(tables, duties, lists, numbers)


def _dataset_row(name: str, content: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {**content, **content["duties"], "name": name, "number": number}


def _field_row(dataset: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {**entry, "dataset": dataset, "required": _YES if entry["required"] else ""}


def _sheet(name: str, rows: Iterable[Mapping[str, Any]]) -> Sheet:
    columns = _COLUMNS[name]
    shown = [[_shown(column, row.get(column)) for column in columns] for row in rows]
    lists = {}
    if name == FIELDS:
        lists[list(columns).index("type")] = [*FieldType]
        lists[list(columns).index("required")] = [_YES]
    titles = tuple(Column(title) for title in columns.values())
    return Sheet(name, titles, shown, lists=lists)


def _shown(column: str, value: Any) -> str:
    if value is None:
        return ""
    if column in _JSON:
        return json.dumps(value, ensure_ascii=False) if value else ""
    if column in _LISTS:
        return "\n".join(value)
    return str(value)


def _read(path: Path, sheet: str, file_name: str) -> list[dict[str, str]]:
    """Return the rows of one sheet as texts, read like any file: in a limited process."""
    columns, must = _COLUMNS[sheet], _MUST[sheet]
    fields = tuple(
        FieldSpec(column, (title, column), FieldType.TEXT, required=column in must)
        for column, title in columns.items()
    )
    limits = Limits(bytes=settings.LUOXUAN_UPLOAD_BYTES, rows=100_000, cell=_CELL)
    try:
        staged = stage(
            path, TableSpec(sheet, fields), sheet=sheet, limits=limits, file_name=file_name
        )
    except FileRefused as refused:
        if refused.code == "no_rows" and sheet == CODES:
            return []
        reason = finding_text(refused.code, refused.facts)
        raise StandardRefused("standard_sheet_missing", sheet=sheet, reason=reason) from refused
    _refuse_problems(staged, sheet)
    return [{column: row[column] or "" for column in columns} for row in staged.table.to_pylist()]


def _refuse_problems(staged: Staged, sheet: str) -> None:
    for problem in staged.problems:
        raise StandardRefused(
            "standard_sheet_rows", sheet=sheet, row=problem.row,
            reason=finding_text(problem.code, dict(problem.facts)),
        )  # fmt: skip


def _table(row: Mapping[str, str]) -> dict[str, Any]:
    own = set(row) - {"name", "number", *_DUTIES, *_SUBJECT, *_PERIOD, "lookups"}
    table: dict[str, Any] = {column: _value(column, row[column]) for column in own}
    table["subject"] = {key: row[column] for column, key in _SUBJECT.items()}
    table["period"] = {key: _value(column, row[column]) for column, key in _PERIOD.items()}
    table["lookup"] = _value("lookups", row["lookups"]) or []
    table["grains"] = table["grains"] or {}
    table["field"] = []
    return {name: value for name, value in table.items() if value is not None}


def _entry(row: Mapping[str, str]) -> dict[str, Any]:
    entry = {column: _value(column, text) for column, text in row.items()}
    entry["required"] = row["required"] == _YES
    return {
        name: value for name, value in entry.items()
        if value is not None and (value != "" or name not in {"minimum", "maximum"})
    }  # fmt: skip


def _value(column: str, text: str) -> Any:
    if column in _LISTS:
        return _lines(text)
    if column in _NUMBERS:
        if text and not text.isdecimal():
            raise StandardRefused("standard_sheet_rows", sheet=column, row="", reason=text)
        return int(text) if text else None
    if column in _JSON:
        try:
            return json.loads(text) if text else None
        except (ValueError, RecursionError) as error:
            raise StandardRefused(
                "standard_sheet_rows", sheet=column, row="", reason=text[:100]
            ) from error
    return text


def _lines(text: str) -> Sequence[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
