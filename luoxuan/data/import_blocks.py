"""What the pages of an import show: findings in words, questions, columns, preview, steps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext

from luoxuan.core.templatetags.words import text_of
from luoxuan.data.actions.specs import field_of_header, table_spec
from luoxuan.data.import_queries import remembered_headers
from luoxuan.data.models import Dataset, Field, ImportDraft
from luoxuan.data.rules import DraftState, ImportMode
from luoxuan.data.warehouse.intake import message

_FIRST_KINDS = frozenset({"sheet", "file"})
PLAIN_NOTES = frozenset(
    {"missing_values", "extra_column", "duplicate_rows", "encoding", "column_absent",
     "already_imported", "blank_rows"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the wizard「步骤」: where it is, and whether it is done or open."""

    number: int
    title: str
    url: str
    is_done: bool
    is_current: bool


def language() -> str:
    """Return the language of findings for the reader of now."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def finding_text(code: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of a finding of an import."""
    if code == "already_imported":
        return gettext("这个文件已经导入过，没有重复写入。")
    return message(code, language(), **facts)


def reason_and_advice(text: str) -> tuple[str, str]:
    """Return what is wrong and what to do next, from a sentence that holds both."""
    mark = "." if language() == "en" else "。"
    reason, _, advice = text.partition(mark)
    return reason.strip(), advice.strip()


def problems_shown(dataset: Dataset, problems: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return findings about cells with their field, reason and next step."""
    fields = {field.name: field for field in dataset.fields.all()}
    shown = []
    for problem in problems:
        reason, advice = reason_and_advice(finding_text(problem["code"], problem["facts"]))
        shown.append(
            {
                **problem,
                "field": fields.get(problem["column"]),
                "message": reason,
                "advice": advice or gettext("改正这一格后重新上传，或跳过这一行"),
            }
        )
    return shown


def notes_shown(dataset: Dataset, notes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the notes of a reading as sentences; a field is called by its title.

    Columns with equally many missing values share one sentence: a sheet of twelve months in
    January would else say eleven times that a month is empty.
    """
    titles = {field.name: text_of(field, "title") for field in dataset.fields.all()}
    alike: dict[tuple[object, ...], list[Mapping[str, Any]]] = {}
    for at, note in enumerate(notes):
        is_missing = note["code"] == "missing_values"
        alike.setdefault((note["count"],) if is_missing else (at, note["code"]), []).append(note)
    return [
        {
            "text": _sentence(group, titles),
            "count": sum(int(note["count"]) for note in group),
            "is_repair": group[0]["code"] not in PLAIN_NOTES,
        }
        for group in alike.values()
    ]


def _sentence(group: list[Mapping[str, Any]], titles: Mapping[str, str]) -> str:
    """Return what some notes of one kind and count say."""
    facts = [_called({"count": note["count"]}, note, titles) for note in group]
    if len(group) == 1:
        return finding_text(group[0]["code"], facts[0])
    return gettext("%(n)d 列各有 %(count)d 个未报告的值：%(columns)s。") % {
        "n": len(group),
        "count": group[0]["count"],
        "columns": "、".join(str(fact["column"]) for fact in facts),
    }


def _called(
    facts: dict[str, Any], note: Mapping[str, Any], titles: Mapping[str, str]
) -> dict[str, Any]:
    """Return the facts of a note with the title of its column, where that is a field."""
    column = note["facts"].get("column")
    named = {"column": titles[column]} if column in titles else {}
    return {**facts, **note["facts"], **named}


def n_repaired(notes: Iterable[Mapping[str, Any]]) -> int:
    """Return how many cells were brought to normal form."""
    return sum(int(note["count"]) for note in notes if note["code"] not in PLAIN_NOTES)


def is_about_columns(question: Mapping[str, Any]) -> bool:
    """Return whether a question belongs to the second step: sheet, file or headers."""
    return question["kind"] in _FIRST_KINDS or is_about_header(question)


def is_about_header(question: Mapping[str, Any]) -> bool:
    """Return whether a question asks what one column of the file is."""
    return str(question["id"]).startswith(("header:", "extra_column:"))


def questions_shown(
    dataset: Dataset, questions: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return questions in words with their ready answers; the first one is the proposed one."""
    fields = {field.name: field for field in dataset.fields.all()}
    return [
        {
            **question,
            "name": f"answer-{number}",
            "text": finding_text(question["code"], question["facts"]),
            "field": fields.get(question["column"]),
            "takes_text": question["kind"] == "cell",
            "ready": [
                {
                    "value": choice["value"],
                    "text": finding_text(choice["code"], choice["facts"]),
                    "is_proposed": choice["value"] == question["proposed"],
                }
                for choice in question["choices"]
            ],
        }
        for number, question in enumerate(questions)
    ]


def columns_shown(draft: ImportDraft) -> list[dict[str, Any]]:
    """Return each header of the file with the field it stands for and where that comes from."""
    dataset = draft.dataset
    spec = table_spec(dataset, mapping=draft.mapping)
    remembered = remembered_headers(dataset)
    proposed = {
        str(question["id"]).partition(":")[2]: question["proposed"]
        for question in draft.report.get("questions", [])
        if is_about_header(question)
    }
    known = {field.name for field in spec.fields}
    shown = []
    for number, header in enumerate(draft.report.get("headers", [])):
        asked = proposed.get(header)
        field = field_of_header(spec, header) or (asked if asked in known else "")
        shown.append(
            {
                "number": number,
                "header": header,
                "field": field,
                "is_asked": asked is not None and header not in draft.mapping,
                "is_remembered": header in remembered and header not in draft.mapping,
            }
        )
    return shown


def file_fields(dataset: Dataset) -> list[Field]:
    """Return the fields that a file brings."""
    return [field for field in dataset.fields.all() if not field.formula]


def changes_shown(draft: ImportDraft) -> dict[str, Any]:
    """Return what a checked file changes: counts, and the first rows of each sort by key."""
    changes = draft.report.get("changes", {})
    fields = {field.name: field for field in draft.dataset.fields.all()}
    changed = [
        {
            "key": " · ".join(map(str, row["key"])),
            "fields": [
                {"field": fields.get(name), "before": before, "after": after}
                for name, before, after in row["fields"]
            ],
        }
        for row in changes.get("changed", [])
    ]
    removed = [" · ".join(map(str, key)) for key in changes.get("removed", [])]
    new = [" · ".join(map(str, key)) for key in changes.get("new", [])]
    return {**changes, "changed": changed, "removed": removed, "new": new}


def preview_shown(draft: ImportDraft) -> dict[str, Any]:
    """Return the first rows in the file's own order of columns."""
    headers = draft.report.get("headers", [])
    columns = draft.report.get("columns", [])
    rows = [
        {
            "row": row["row_number"],
            "cells": [row.get(name) if name else None for name in columns],
        }
        for row in draft.report.get("rows", [])
    ]
    heads = [
        {"header": header, "is_left_out": not name}
        for header, name in zip(headers, columns, strict=False)
    ]
    return {"heads": heads, "rows": rows}


def steps_of(draft: ImportDraft | None, current: int, dataset: Dataset) -> list[Step]:
    """Return the five steps with links to those that can be gone back to."""
    titles = (
        gettext("选文件"),
        gettext("对应列"),
        gettext("检查"),
        gettext("预览"),
        gettext("写入"),
    )
    urls = ["", "", "", "", ""]
    if draft is not None:
        names = ("columns", "check", "preview")
        reachable = 3 if draft.state == DraftState.CHECKED else 2
        for place, name in enumerate(names[:reachable], 1):
            urls[place] = reverse(f"data:draft_{name}", args=[draft.pk])
        urls[0] = f"{reverse('data:dataset_import', args=[dataset.name])}?corrects=draft:{draft.pk}"
    return [
        Step(number, title, url, number < current, number == current)
        for number, (title, url) in enumerate(zip(titles, urls, strict=True), 1)
    ]


def mode_words(mode: str) -> str:
    """Return how a version came about."""
    words = {
        ImportMode.REPLACE: gettext("替换"),
        ImportMode.APPEND: gettext("追加"),
        ImportMode.MERGE: gettext("合并"),
        "undo": gettext("撤销导入"),
        "correction": gettext("更正"),
    }
    return words.get(mode, mode)
