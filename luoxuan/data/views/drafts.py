"""The steps of an import after its file is in: each step is an address of one draft."""

import uuid
from pathlib import Path
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.workbook import workbook_bytes
from luoxuan.data.actions.drafts import (
    DraftClosed,
    answer_questions,
    commit_draft,
    delivery_of,
    discard_draft,
)
from luoxuan.data.actions.mistakes import mistake_sheet
from luoxuan.data.forms import FileForm
from luoxuan.data.import_blocks import (
    changes_shown,
    columns_shown,
    file_fields,
    finding_text,
    is_about_columns,
    is_about_header,
    mode_words,
    n_repaired,
    notes_shown,
    preview_shown,
    problems_shown,
    questions_shown,
    steps_of,
)
from luoxuan.data.models import ImportDraft
from luoxuan.data.rules import DraftState, ImportMode
from luoxuan.data.views.places import (
    XLSX,
    download,
    draft_or_404,
)
from luoxuan.data.warehouse.intake import FileRefused

_PROBLEMS_A_PAGE = 100
_WAITING = (DraftState.NEW, DraftState.CHECKING)
_FREE_TEXT = "__text__"


@guarded(Resource.IMPORT, Action.CREATE)
def draft_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the step that a draft waits at."""
    draft = draft_or_404(cast("ScopedRequest", request).scope, pk)
    if draft.state == DraftState.DONE and draft.batch_id is not None:
        return redirect("data:import_batch_detail", pk=draft.batch_id)
    if draft.state == DraftState.COMMITTING:
        return redirect("data:draft_commit", pk=pk)
    if draft.state == DraftState.DISCARDED:
        return redirect("data:dataset_detail", name=draft.dataset.name)
    questions = draft.report.get("questions", [])
    if draft.state == DraftState.ASKING and any(map(is_about_columns, questions)):
        return redirect("data:draft_columns", pk=pk)
    return redirect("data:draft_check", pk=pk)


@guarded(Resource.IMPORT, Action.CREATE)
def draft_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Show which column is which field「对应列」, and take corrections."""
    draft = draft_or_404(cast("ScopedRequest", request).scope, pk)
    if (leave := _elsewhere(request, draft)) is not None:
        return leave
    questions = _open_questions(draft, about_columns=True)
    error = ""
    if request.method == "POST":
        mapping, error = _mapping(request, draft)
        if not error:
            answers = _answers(request, [one for one in questions if not one["is_header"]])
            return _answer(request, draft, answers=answers, mapping=mapping)
    context = {
        **_shell(draft, 2),
        "questions": [one for one in questions if not one["is_header"]],
        "columns": columns_shown(draft),
        "fields": file_fields(draft.dataset),
        "error": error,
    }
    return render(request, "data/draft_columns.html", context, status=422 if error else 200)


@guarded(Resource.IMPORT, Action.CREATE)
def draft_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the check found「检查」: counts, questions, every problem; take the answers."""
    draft = draft_or_404(cast("ScopedRequest", request).scope, pk)
    if (leave := _elsewhere(request, draft)) is not None:
        return leave
    questions = _open_questions(draft, about_columns=False)
    if request.method == "POST":
        return _answer(request, draft, answers=_answers(request, questions))
    report = draft.report
    problems = report.get("errors", [])
    column, text = request.GET.get("column", ""), request.GET.get("q", "").strip()
    found = [
        problem
        for problem in problems
        if column in ("", problem["column"]) and text in f"{problem['cell']} {problem['value']}"
    ]
    page = Paginator(found, _PROBLEMS_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = problems_shown(draft.dataset, page.object_list)
    notes = notes_shown(draft.dataset, report.get("notes", []))
    named = {problem["column"] for problem in problems}
    context = {
        **_shell(draft, 3),
        "report": {
            **report,
            "rows_answerable": report.get("rows_accepted", 0) + report.get("rows_asked", 0),
        },
        "questions": questions,
        "n_column_questions": len(_open_questions(draft, about_columns=True)),
        "page_obj": page,
        "asked": {"column": column, "q": text},
        "problem_fields": [row for row in file_fields(draft.dataset) if row.name in named],
        "repairs": [note for note in notes if note["is_repair"]],
        "notes": [note for note in notes if not note["is_repair"]],
        "n_repaired": n_repaired(report.get("notes", [])),
        "file_form": FileForm(initial={"receipt": uuid.uuid4().hex}),
        "is_refused": draft.state == DraftState.REFUSED,
        "can_go_on": draft.state == DraftState.CHECKED and bool(report.get("rows_accepted")),
        "has_no_rows": draft.state == DraftState.CHECKED and not report.get("rows_accepted"),
    }
    return render(request, "data/draft_check.html", context)


@guarded(Resource.IMPORT, Action.CREATE)
def draft_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the first rows as they will be stored, and what changes「预览」."""
    draft = draft_or_404(cast("ScopedRequest", request).scope, pk)
    if (leave := _elsewhere(request, draft)) is not None:
        return leave
    if draft.state != DraftState.CHECKED:
        return redirect("data:draft_detail", pk=pk)
    context = {
        **_shell(draft, 4),
        "report": draft.report,
        "changes": changes_shown(draft),
        "preview": preview_shown(draft),
        "loses_rows": draft.mode == ImportMode.REPLACE,
    }
    return render(request, "data/draft_preview.html", context)


@guarded(Resource.IMPORT, Action.CREATE)
def draft_commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a checked draft「写入」, and show how far that is."""
    draft = draft_or_404(cast("ScopedRequest", request).scope, pk)
    if request.method == "POST":
        try:
            commit_draft(draft=draft, by=cast("ScopedRequest", request).user, at=timezone.now())
        except Refused as refusal:
            messages.error(request, refusal_text(refusal.code, refusal.facts))
            return redirect("data:draft_detail", pk=pk)
        return redirect("data:draft_commit", pk=pk)
    if draft.state != DraftState.COMMITTING:
        return redirect("data:draft_detail", pk=pk)
    return render(request, "data/draft_wait.html", {**_shell(draft, 5), "job": draft.job})


@guarded(Resource.IMPORT, Action.CREATE)
@require_POST
def draft_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a draft「放弃」; nothing was stored."""
    draft = draft_or_404(cast("ScopedRequest", request).scope, pk)
    try:
        discard_draft(draft=draft, by=cast("ScopedRequest", request).user, at=timezone.now())
    except DraftClosed as refusal:
        messages.error(request, refusal_text(refusal.code, refusal.facts))
        return redirect("data:draft_detail", pk=pk)
    messages.info(request, gettext("已放弃这次导入，没有写入任何数据。"))
    return redirect("data:dataset_detail", name=draft.dataset.name)


@guarded(Resource.IMPORT, Action.CREATE)
def draft_errors(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the file with every mistake and question marked「改正文件」."""
    draft = draft_or_404(cast("ScopedRequest", request).scope, pk)
    report = draft.report
    findings = [
        (row, finding_text(row["code"], row["facts"]), name == "questions")
        for name in ("errors", "questions")
        for row in report.get(name, [])
    ]
    if not report.get("headers") or not findings:
        raise Http404
    try:
        sheet = mistake_sheet(
            delivery_of(draft), report["headers"], findings, on=timezone.localdate(),
            whole_file=request.GET.get("rows") != "failed",
        )  # fmt: skip
    except FileRefused as error:
        raise Http404 from error
    name = gettext("%(name)s_待改.xlsx") % {"name": Path(draft.file_name).stem}
    return download(workbook_bytes([sheet]), name=name, media_type=XLSX)


def _elsewhere(request: HttpRequest, draft: ImportDraft) -> HttpResponse | None:
    """Return the page to see instead of a step: still being read, written, or dropped."""
    if draft.state in _WAITING:
        if request.method == "POST" and "recheck" in request.POST:
            return _answer(request, draft)
        return render(request, "data/draft_wait.html", {**_shell(draft, 3), "job": draft.job})
    if draft.state in (DraftState.COMMITTING, DraftState.DONE, DraftState.DISCARDED):
        return redirect("data:draft_detail", pk=draft.pk)
    return None


def _shell(draft: ImportDraft, current: int) -> dict[str, Any]:
    return {
        "draft": draft,
        "dataset": draft.dataset,
        "steps": steps_of(draft, current, draft.dataset),
        "mode_words": mode_words(draft.mode),
        "refusals": [
            finding_text(row["code"], row["facts"])
            for row in draft.report.get("errors", [])
            if draft.state == DraftState.REFUSED
        ],
        "is_waiting": draft.job is not None and draft.job.is_unfinished,
    }


def _open_questions(draft: ImportDraft, *, about_columns: bool) -> list[dict[str, Any]]:
    questions = [
        one for one in draft.report.get("questions", []) if is_about_columns(one) is about_columns
    ]
    shown = questions_shown(draft.dataset, questions)
    for one in shown:
        one["is_header"] = is_about_header(one)
    return shown


def _answers(request: HttpRequest, questions: list[dict[str, Any]]) -> dict[str, str]:
    """Return the answers that were given; ``accept`` takes what is proposed for the others."""
    answers: dict[str, str] = {}
    for question in questions:
        given = request.POST.get(question["name"])
        if given == _FREE_TEXT:
            given = request.POST.get(f"{question['name']}-text", "").strip() or None
        if given is None and "accept" in request.POST:
            given = question["proposed"]
        if given is not None:
            answers[question["id"]] = given
    return answers


def _mapping(request: HttpRequest, draft: ImportDraft) -> tuple[dict[str, str], str]:
    """Return the columns that were mapped otherwise than they stand, or what is wrong with it."""
    known = {field.name: field for field in file_fields(draft.dataset)}
    mapping, taken = {}, set()
    for column in columns_shown(draft):
        chosen = request.POST.get(f"column-{column['number']}", column["field"])
        if chosen and (chosen not in known or chosen in taken):
            title = known[chosen].title if chosen in known else chosen
            return {}, gettext("有两列都对应“%(field)s”，请只留一列。") % {"field": title}
        taken.add(chosen)
        if chosen != column["field"] or column["is_asked"] or not chosen:
            mapping[column["header"]] = chosen
    missing = [
        field.title
        for name, field in known.items()
        if (field.is_required or name in draft.dataset.key) and name not in taken
    ]
    if missing:
        return {}, gettext("还缺必填的列：%(columns)s") % {"columns": "、".join(missing)}
    return mapping, ""


def _answer(
    request: HttpRequest,
    draft: ImportDraft,
    *,
    answers: dict[str, str] | None = None,
    mapping: dict[str, str] | None = None,
) -> HttpResponse:
    try:
        answer_questions(
            draft=draft, by=cast("ScopedRequest", request).user, at=timezone.now(),
            answers=answers, mapping=mapping,
        )  # fmt: skip
    except DraftClosed as refusal:
        messages.error(request, refusal_text(refusal.code, refusal.facts))
    return redirect("data:draft_detail", pk=draft.pk)
