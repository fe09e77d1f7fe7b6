"""Collections and submissions as pages show them: one grid of cells to fill in and to check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.core.models import AuditEntry
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.collecting.prefill import fixed_cells, owners, stored_fields
from luoxuan.data.collecting.queries import Progress, history_of
from luoxuan.data.collecting.rules import (
    AskedKind,
    CellProblem,
    CollectionState,
    SubmissionState,
    is_overdue,
    next_row_ids,
)
from luoxuan.data.form_blocks import error_text, source_words
from luoxuan.data.form_fields import FormChoice, FormField, FormFieldType, check_values
from luoxuan.data.formula.types import FieldType
from luoxuan.data.import_blocks import finding_text, reason_and_advice
from luoxuan.data.models import Collection, Dataset, Field, Submission

BLANK_ROWS = 5
SPARE = "r0"
_TYPES = {
    FieldType.CODE: FormFieldType.CHOICE,
    FieldType.INTEGER: FormFieldType.INTEGER,
    FieldType.DECIMAL: FormFieldType.NUMBER,
    FieldType.DATE: FormFieldType.DATE,
    FieldType.BOOLEAN: FormFieldType.YES_NO,
}
_STATES = {
    SubmissionState.DRAFT: ("no", _("填写中")),
    SubmissionState.SUBMITTED: ("un", _("待审核")),
    SubmissionState.RETURNED: ("wa", _("已退回")),
    SubmissionState.ACCEPTED: ("ok", _("已通过")),
}
COLLECTION_STATES = {
    CollectionState.OPEN: ("ok", _("采集中")),
    CollectionState.CLOSED: ("no", _("已结束")),
    CollectionState.WITHDRAWN: ("no", _("已撤回")),
}
_ACTS = {
    "save_submission": _("填写"),
    "submit_submission": _("提交"),
    "return_submission": _("退回"),
    "accept_submission": _("通过"),
    "unlock_submission": _("解锁"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the grid「格子」: its value, where it comes from, what is said about it."""

    field: FormField
    name: str
    value: str
    shown: str
    is_open: bool
    source: str = ""
    error: str = ""
    remark: str = ""
    theirs: str | None = None

    @property
    def ties(self) -> str:
        """Return the ids of what describes the cell."""
        told = (
            ("error", self.error), ("remark", self.remark), ("theirs", self.theirs is not None),
            ("source", self.source),
        )  # fmt: skip
        return " ".join(f"{self.name}-{part}" for part, is_there in told if is_there)


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row of the grid「填报行」; a row that only the other side has is marked."""

    id: str
    number: int
    cells: list[Cell]
    error: str = ""
    is_new: bool = False


def form_field_of(field: Field, *, is_required: bool) -> FormField:
    """Return a field of a dataset as one of a form: types, limits, codes."""
    kind = _TYPES.get(FieldType(field.type), FormFieldType.TEXT)
    choices: tuple[FormChoice, ...] = ()
    if field.code_list:
        codes = field.code_list.codes.all()
        today = timezone.localdate()
        choices = tuple(
            FormChoice(code.value, code.title, code.title_en)
            for code in codes
            if code.is_in_force(today)
        )
    is_number = kind in {FormFieldType.INTEGER, FormFieldType.NUMBER}
    return FormField(
        name=field.name,
        title=field.title,
        title_en=field.title_en,
        type=kind,
        is_required=is_required,
        minimum=_plain(field.minimum) if is_number else "",
        maximum=_plain(field.maximum) if is_number else "",
        choices=choices,
        decimals=field.decimals if kind is FormFieldType.NUMBER else None,
    )


def _plain(value: Any) -> str:
    return format(value.normalize(), "f") if value is not None else ""


def dataset_form(dataset: Dataset) -> list[FormField]:
    """Return every stored field of a dataset as a form."""
    key = dataset.key
    return [
        form_field_of(row, is_required=row.is_required or row.name in key)
        for row in stored_fields(dataset)
    ]


def collection_form(collection: Collection) -> list[FormField]:
    """Return the fields that a collection asks for as a form."""
    return [row for row in dataset_form(collection.dataset) if row.name in collection.fields]


def owned_fields(dataset: Dataset, kind: AskedKind) -> list[dict[str, Any]]:
    """Return the fields that nobody is asked for because another dataset owns them."""
    fields = {row.name: row for row in stored_fields(dataset)}
    return [
        {"field": fields[name], "dataset": owner.dataset}
        for owner in owners(dataset, kind)
        for name in owner.fields
    ]


def is_single(collection: Collection, submission: Submission) -> bool:
    """Tell whether one row at most is asked for: its key is given by unit or person and period."""
    kind = AskedKind(collection.asked_kind)
    fixed = fixed_cells(collection.dataset, kind, submission.subject, collection.period)
    return bool(collection.dataset.key) and set(collection.dataset.key) <= set(fixed)


def cell_name(row: str, field: str) -> str:
    """Return what an input of the grid is called."""
    return f"c-{row}-{field}"


def grid(
    submission: Submission,
    *,
    rows: Sequence[Mapping[str, Any]] | None = None,
    problems: Sequence[CellProblem] = (),
    theirs: Mapping[tuple[str, str], str] | None = None,
    is_open: bool = True,
    blank: int = 0,
) -> list[GridRow]:
    """Return the rows of a submission with values, sources, errors, remarks, and blank rows."""
    form = collection_form(submission.collection)
    held = submission.rows if rows is None else rows
    new = [{"id": key, "cells": {}} for key in next_row_ids(held, blank)]
    said = {(entry["row"], entry["field"]): entry["text"] for entry in submission.remarks}
    wrong: dict[tuple[str, str], str] = {}
    for problem in problems:
        text = problem_words(problem)
        wrong.setdefault((problem.row, problem.field), text)
    names = {field.name for field in form}
    shown = []
    for number, row in enumerate([*held, *new], start=1):
        key = row["id"]
        loose = [text for (at, name), text in wrong.items() if at == key and name not in names]
        cells = [
            _cell(
                field,
                row,
                submission,
                is_open=is_open,
                error=wrong.get((key, field.name), ""),
                remark=said.get((key, field.name), ""),
                theirs=(theirs or {}).get((key, field.name)),
            )
            for field in form
        ]
        shown.append(GridRow(key, number, cells, " ".join(loose), is_new=row in new))
    return shown


def _cell(
    field: FormField, row: Mapping[str, Any], submission: Submission, *, is_open: bool, **told: Any
) -> Cell:
    value = row["cells"].get(field.name, "")
    is_locked = field.name in row.get("locked", ())
    if submission.unlocked:
        is_locked = is_locked or field.name not in submission.unlocked
    words = [text_of(choice, "title") for choice in field.choices if choice.value == value]
    return Cell(
        field, cell_name(row["id"], field.name), value, words[0] if words else value,
        is_open and not is_locked, source_words(row.get("from", {}).get(field.name)), **told,
    )  # fmt: skip


def spare_row(submission: Submission) -> GridRow:
    """Return the empty row that the page's script copies as often as it needs one."""
    form = collection_form(submission.collection)
    row = {"id": SPARE, "cells": {}}
    return GridRow(SPARE, 0, [_cell(field, row, submission, is_open=True) for field in form])


def quick_errors(submission: Submission) -> dict[str, str]:
    """Return what is plainly wrong by input, while somebody is still typing; gaps are no errors."""
    form = collection_form(submission.collection)
    by_name = {field.name: field for field in form}
    return {
        cell_name(row["id"], name): error_text(by_name[name], code)
        for row in submission.rows
        for name, code in check_values(form, row["cells"])[1].items()
        if code != "missing"
    }


def problem_words(problem: CellProblem) -> str:
    """Return what is wrong with a cell, as an import would say it."""
    return reason_and_advice(finding_text(problem.code, problem.facts))[0]


def loose_problems(problems: Sequence[CellProblem], grid_rows: Sequence[GridRow]) -> list[str]:
    """Return what is wrong with the whole, in no row."""
    known = {row.id for row in grid_rows}
    return [problem_words(problem) for problem in problems if problem.row not in known]


def submission_shown(submission: Submission, *, on: date) -> dict[str, Any]:
    """Return a submission as a line of a list."""
    state = SubmissionState(submission.state)
    mark, words = _STATES[state]
    due_on = submission.collection.due_on
    is_open = submission.collection.state == CollectionState.OPEN
    is_late = is_open and is_overdue(state, due_on=due_on, on=on)
    return {
        "submission": submission,
        "collection": submission.collection,
        "name": text_of(submission.subject, "name"),
        "mark": "ba" if is_late else mark,
        "words": gettext("逾期") if is_late and state is SubmissionState.DRAFT else words,
        "is_late": is_late,
        "url": reverse("data:submission_detail", args=[submission.pk]),
        "check_url": reverse("data:submission_check", args=[submission.pk]),
    }


def collection_shown(collection: Collection, progress: Progress) -> dict[str, Any]:
    """Return a collection as a line of the list, with counts."""
    mark, words = COLLECTION_STATES[CollectionState(collection.state)]
    return {
        "collection": collection,
        "progress": progress,
        "counts": progress_words(progress),
        "mark": mark,
        "words": words,
        "url": reverse("data:collection_detail", args=[collection.pk]),
    }


def progress_words(progress: Progress) -> str:
    """Return how far a collection is, in counts."""
    facts = {"n": progress.handed_in, "all": progress.asked}
    words = [gettext("已交 %(n)s/%(all)s") % facts]
    if progress.returned:
        words.append(gettext("退回 %(n)s") % {"n": progress.returned})
    if progress.overdue:
        words.append(gettext("逾期 %(n)s") % {"n": progress.overdue})
    return " · ".join(words)


def reminding_words(collection: Collection) -> str:
    """Return when a collection reminds by itself."""
    days = "、".join(str(n) for n in collection.remind_days)
    if not days:
        return gettext("自动提醒：截止当天，逾期后（同时告知部门负责人）")
    return gettext("自动提醒：提前 %(days)s 天，截止当天，逾期后（同时告知部门负责人）") % {
        "days": days
    }


def history_shown(submission: Submission) -> list[dict[str, Any]]:
    """Return what was done with a submission, oldest first."""
    return [_act_shown(entry) for entry in history_of(submission)]


def _act_shown(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "by_name": str(entry.by or entry.by_label),
        "words": _ACTS.get(entry.action, entry.action),
        "reason": entry.facts.get("reason", ""),
    }
