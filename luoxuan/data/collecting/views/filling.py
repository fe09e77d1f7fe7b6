"""Pages of whoever fills in, and of whoever checks."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.collecting.actions import (
    SubmissionMoved,
    SubmissionUnsound,
    accept_submission,
    return_submission,
    save_submission,
    submit_submission,
    unlock_submission,
)
from luoxuan.data.collecting.blocks import (
    BLANK_ROWS,
    cell_name,
    collection_form,
    grid,
    history_shown,
    is_single,
    loose_problems,
    quick_errors,
    spare_row,
    submission_shown,
)
from luoxuan.data.collecting.forms import (
    opening_mark,
    sent_opening,
    sent_remarks,
    sent_revision,
    sent_rows,
)
from luoxuan.data.collecting.queries import may_fill, own_submissions, submissions
from luoxuan.data.collecting.rules import EDITABLE, MOST_ROWS, CollectionState, SubmissionState
from luoxuan.data.models import Submission


@guarded(Resource.SUBMISSION, Action.LIST)
@require_safe
def submission_list(request: HttpRequest) -> HttpResponse:
    """Show what the reader is asked to fill in「我的填报」, open things first."""
    reader = cast("ScopedRequest", request)
    on = timezone.localdate()
    found = own_submissions(reader.scope, reader.user).order_by("collection__due_on", "pk")
    shown = [submission_shown(row, on=on) for row in found[:200]]
    waiting = [row for row in shown if _is_waiting(row["submission"])]
    context = {"waiting": waiting, "done": [row for row in shown if row not in waiting]}
    return render(request, "data/submission_list.html", context)


@guarded(Resource.SUBMISSION, Action.VIEW, unsafe_action=Action.SUBMIT)
def submission_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one submission; whoever is asked fills it in, saves it and hands it in."""
    submission = _submission_or_404(request, pk)
    if request.method != "POST":
        return _page(request, submission, more=request.GET.get("more") == "1")
    act = request.POST.get("act", "save")
    reader = cast("ScopedRequest", request)
    now = timezone.now()
    sent = sent_rows(request.POST, submission.collection.fields)
    try:
        saved = save_submission(
            submission=submission, sent=sent, revision=sent_revision(request.POST),
            by=reader.user, at=now, opened_at=sent_opening(request.POST, submission),
        )  # fmt: skip
        if act == "autosave":
            return _saved(saved)
        if act == "submit":
            opened_at = sent_opening(request.POST, submission)
            submit_submission(submission=saved, by=reader.user, at=now, opened_at=opened_at)
            messages.success(request, gettext("已提交，等待审核。"))
            return redirect("data:submission_list")
    except SubmissionMoved as moved:
        return _moved(request, submission, moved, act)
    except SubmissionUnsound as unsound:
        submission.refresh_from_db()
        return _page(request, submission, refused=unsound, problems=unsound.problems)
    except Refused as refused:
        if _is_repeated(submission, act):
            return redirect("data:submission_list")
        if act == "autosave":
            text = refusal_text(refused.code, refused.facts)
            return JsonResponse({"refused": refused.code, "message": text}, status=422)
        return _page(request, submission, refused=refused)
    if act == "add":
        return redirect(f"{reverse('data:submission_detail', args=[pk])}?more=1#new-rows")
    messages.success(request, gettext("已保存，还没有提交。"))
    return redirect("data:submission_detail", pk)


@guarded(Resource.SUBMISSION, Action.CHECK)
def submission_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a submission: accept it, or return it with reasons on its cells."""
    submission = _submission_or_404(request, pk)
    if request.method != "POST":
        return _check_page(request, submission)
    user = cast("ScopedRequest", request).user
    try:
        if request.POST.get("decision") == "return":
            remarks = sent_remarks(request.POST, submission.rows, submission.collection.fields)
            return_submission(
                submission=submission, remarks=remarks, reason=request.POST.get("reason", ""),
                by=user, at=timezone.now(),
            )  # fmt: skip
            messages.success(request, gettext("已退回，填报人会看到原因。"))
        else:
            accept_submission(submission=submission, by=user, at=timezone.now())
            messages.success(request, gettext("已通过，数据已写入。"))
    except Refused as refused:
        return _check_page(request, submission, refused)
    return redirect("data:collection_detail", submission.collection_id)


@guarded(Resource.SUBMISSION, Action.CHECK)
@require_POST
def submission_unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """Open chosen fields of an accepted submission again."""
    submission = _submission_or_404(request, pk)
    try:
        unlock_submission(
            submission=submission, fields=request.POST.getlist("field"),
            reason=request.POST.get("reason", ""), by=cast("ScopedRequest", request).user,
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refused:
        return _check_page(request, submission, refused)
    messages.success(request, gettext("已解锁，填报人会收到通知。"))
    return redirect("data:submission_check", pk)


def _is_waiting(row: Submission) -> bool:
    return row.state in EDITABLE and row.collection.state == CollectionState.OPEN


def _is_repeated(submission: Submission, act: str) -> bool:
    """Tell whether the second click of a double one finds its work done."""
    submission.refresh_from_db()
    return act == "submit" and submission.state == SubmissionState.SUBMITTED


def _submission_or_404(request: HttpRequest, pk: int) -> Submission:
    reader = cast("ScopedRequest", request)
    found = submissions(reader.scope, reader.user)
    submission = found.filter(pk=pk).first() if pk < 2**63 else None
    if submission is None:
        raise Http404
    return submission


def _saved(saved: Submission) -> JsonResponse:
    return JsonResponse(
        {
            "revision": saved.revision,
            "filled": saved.n_filled,
            "required": saved.n_required,
            "errors": quick_errors(saved),
        }
    )


def _moved(
    request: HttpRequest, submission: Submission, moved: SubmissionMoved, act: str
) -> HttpResponse:
    submission.refresh_from_db()
    if act == "autosave":
        theirs = {cell_name(*cell): text for cell, text in moved.theirs.items()}
        return JsonResponse({"revision": moved.revision, "theirs": theirs}, status=409)
    return _page(
        request, submission, refused=moved, rows=moved.rows, theirs=moved.theirs, status=409
    )


def _page(
    request: HttpRequest,
    submission: Submission,
    *,
    refused: Refused | None = None,
    status: int = 422,
    more: bool = False,
    **told: Any,
) -> HttpResponse:
    reader = cast("ScopedRequest", request)
    scope = reader.rights.scope(Resource.SUBMISSION, Action.SUBMIT)
    is_open = may_fill(scope, reader.user, submission) and _is_waiting(submission)
    single = is_single(submission.collection, submission)
    can_add = is_open and not single and not submission.unlocked
    rows = told.get("rows") or submission.rows
    blank = (1 if single else BLANK_ROWS) if is_open and (not rows or (more and can_add)) else 0
    shown = grid(submission, is_open=is_open, blank=blank, **told)
    context = {
        **_common(submission, shown),
        "is_open": is_open,
        "can_add": can_add,
        "refused": refusal_text(refused.code, refused.facts) if refused else "",
        "loose": loose_problems(told.get("problems", ()), shown),
        "n_remarks": len(submission.remarks),
        "opened": opening_mark(submission, timezone.now()) if is_open else "",
        "spare": spare_row(submission) if can_add else None,
        "most": MOST_ROWS,
        "import_url": _import_url(reader, submission) if is_open else "",
    }
    return render(
        request, "data/submission_detail.html", context, status=status if refused else 200
    )


def _import_url(reader: ScopedRequest, submission: Submission) -> str:
    """Return where a file goes that is too long for the grid, "" for whom may not import."""
    scope = reader.rights.scope(Resource.IMPORT, Action.CREATE)
    if scope is None or not scope.whole_institution:
        return ""
    return reverse("data:dataset_import", args=[submission.collection.dataset.name])


def _check_page(
    request: HttpRequest, submission: Submission, refused: Refused | None = None
) -> HttpResponse:
    submission.refresh_from_db()
    problems = refused.problems if isinstance(refused, SubmissionUnsound) else ()
    shown = grid(submission, is_open=False, problems=problems)
    context = {
        **_common(submission, shown),
        "can_check": submission.state == SubmissionState.SUBMITTED,
        "can_unlock": submission.state == SubmissionState.ACCEPTED
        and submission.collection.state == CollectionState.OPEN,
        "refused": refusal_text(refused.code, refused.facts) if refused else "",
        "history": history_shown(submission),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "data/submission_check.html", context, status=422 if refused else 200)


def _common(submission: Submission, shown: Any) -> dict[str, Any]:
    return {
        **submission_shown(submission, on=timezone.localdate()),
        "rows": shown,
        "columns": collection_form(submission.collection),
    }
