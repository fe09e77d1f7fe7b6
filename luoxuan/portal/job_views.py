"""Pages of background jobs, notices and the audit chain."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.jobs import grants_held
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.actions import cancel_job, read_notices
from luoxuan.core.downloads import asked_format, file_of, file_response, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.models import Job
from luoxuan.core.queries import AuditFilter, audit_entries, jobs_of, notices_of, shell_counts
from luoxuan.portal.listings import audit_listing, job_listing, notice_listing

_PAGE = 50
_PART = 5


@guarded(Resource.JOB, Action.LIST)
def job_list(request: HttpRequest) -> HttpResponse:
    """Show the reader's own jobs「后台任务」; ``part`` asks for the latest few as a fragment."""
    user = cast("ScopedRequest", request).user
    if request.GET.get("part"):
        jobs = list(jobs_of(user)[:_PART])
        return render(request, "core/_job_list.html", {"jobs": jobs, "counts": shell_counts(user)})
    if asked_format(request):
        return list_download(request, job_listing(jobs_of(user)))
    page = Paginator(jobs_of(user), _PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/job_list.html", {"page_obj": page})


@guarded(Resource.JOB, Action.VIEW)
def job_detail(request: HttpRequest, number: int) -> HttpResponse:
    """Show one job of the reader; ``part`` asks for its card as a fragment."""
    job = _own_job(request, number)
    template = "core/_job.html" if request.GET.get("part") else "portal/job_detail.html"
    return render(request, template, {"job": job})


@guarded(Resource.JOB, Action.VIEW)
def job_file(request: HttpRequest, number: int) -> HttpResponse:
    """Hand out the file that a job made, while its asker's grants are those that it was made by."""
    job = _own_job(request, number)
    path = file_of(job)
    if path is None or job.result.get("grants") != grants_held(request):
        raise Http404
    return file_response(path, job.arguments["file_name"])


@require_POST
@guarded(Resource.JOB, Action.CANCEL)
def job_cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Cancel a job of the reader."""
    job = _own_job(request, number)
    try:
        cancel_job(job=job, by=cast("ScopedRequest", request).user, at=timezone.now())
    except Refused as refused:
        messages.warning(request, refusal_text(refused.code, refused.facts))
    else:
        messages.success(request, gettext("任务会在下一步之前停下，已经完成的部分不会留下一半。"))
    return redirect("portal:job_detail", job.pk)


@guarded(Resource.HOME, Action.VIEW)
def notice_list(request: HttpRequest) -> HttpResponse:
    """Show the reader's notices「通知」; a POST marks them as read."""
    user = cast("ScopedRequest", request).user
    if request.method == "POST":
        number = request.POST.get("notice", "")
        read_notices(
            user=user, at=timezone.now(), notice=int(number) if number.isdecimal() else None
        )
        return redirect("portal:notice_list")
    if asked_format(request):
        return list_download(request, notice_listing(notices_of(user)))
    page = Paginator(notices_of(user), _PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "n_unread": notices_of(user).filter(read_at=None).count()}
    return render(request, "portal/notice_list.html", context)


@guarded(Resource.AUDIT, Action.LIST)
def audit_list(request: HttpRequest) -> HttpResponse:
    """Show the entries of the audit chain「审计日志」 that the address asks for."""
    asked = request.GET
    wanted = AuditFilter(
        who=asked.get("who", "").strip(),
        action=asked.get("action", "").strip(),
        kind=asked.get("kind", "").strip(),
        key=asked.get("key", "").strip(),
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
    )
    found = audit_entries(wanted)
    if asked_format(request):
        return list_download(request, audit_listing(found, wanted))
    page: Any = Paginator(found, _PAGE).get_page(asked.get("page"))
    return render(request, "portal/audit_list.html", {"page_obj": page, "wanted": wanted})


def _own_job(request: HttpRequest, number: int) -> Job:
    """Return a job of the reader; another's is as absent as one that does not exist."""
    if number >= 2**63:
        raise Http404
    return get_object_or_404(jobs_of(cast("ScopedRequest", request).user), pk=number)


def _day(text: str) -> date | None:
    """Return the day of a filter; what is no day asks nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
