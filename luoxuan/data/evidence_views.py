"""Pages of evidence: the list, one piece, handing in, the file itself."""

import tempfile
from pathlib import Path
from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.models import Subject
from luoxuan.campus.queries import subject_at
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import Scope
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.workbook import Column
from luoxuan.data.actions.evidence import file_evidence, withdraw_evidence
from luoxuan.data.evidence_files import MOST_BYTES, notes_of
from luoxuan.data.evidence_forms import EvidenceForm, WithdrawForm
from luoxuan.data.evidence_queries import evidence, evidence_at, path_of
from luoxuan.data.models import Evidence

_PAGE = 50


@require_safe
@guarded(Resource.EVIDENCE, Action.LIST)
def evidence_list(request: HttpRequest) -> HttpResponse:
    """Show the evidence「佐证材料」 in scope."""
    reader = cast("ScopedRequest", request)
    found = evidence(reader.scope)
    if code := request.GET.get("subject", ""):
        found = found.filter(subject__code=code.rpartition(":")[2])
    if query := request.GET.get("q", ""):
        found = found.filter(title__icontains=query)
    if asked_format(request):
        listing = Listing(
            name="evidence",
            title=gettext("佐证材料"),
            columns=_columns(),
            n_rows=found.count(),
            rows=lambda: [_cells(row) for row in found],
            notes=[f"{gettext('对象')}：{code}", f"{gettext('名称')}：{query}"],
        )
        return list_download(request, listing)
    page: Any = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    may_file = reader.rights.scope(Resource.EVIDENCE, Action.CREATE) is not None
    context = {"page_obj": page, "q": query, "may_file": may_file}
    return render(request, "data/evidence_list.html", context)


def _columns() -> list[Column]:
    return [
        Column(gettext("名称"), width=30),
        Column(gettext("对象"), width=24),
        Column(gettext("责任人")),
        Column(gettext("文号"), width=20),
        Column(gettext("日期"), "date"),
        Column(gettext("字节数"), "integer"),
        Column("SHA-256", width=66),
        Column(gettext("撤回理由"), width=24),
    ]


def _cells(row: Evidence) -> tuple[object, ...]:
    return (
        row.title,
        text_of(row.subject, "name"),
        str(row.owner or ""),
        row.document_number,
        row.dated_on,
        row.n_bytes,
        row.sha256,
        row.withdrawn_reason,
    )


@guarded(Resource.EVIDENCE, Action.CREATE)
def evidence_file(request: HttpRequest) -> HttpResponse:
    """Take a file of evidence."""
    reader = cast("ScopedRequest", request)
    on = timezone.localdate()
    if request.method != "POST":
        initial = {"subject": request.GET.get("subject", ""), "back": request.GET.get("back", "")}
        return _form_page(request, EvidenceForm(initial=initial, on=on))
    form = EvidenceForm(request.POST, request.FILES, on=on)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    subject = _subject(reader.scope, form.cleaned_data["subject"])
    if subject is None:
        form.add_error("subject", gettext("没有这个对象，或它不在您的数据范围内。"))
        return _form_page(request, form, status=422)
    back = _own_address(form.cleaned_data["back"])
    try:
        filed = _file(reader, form, subject, back)
    except Refused as refusal:
        form.add_error("file", refusal_text(refusal.code, refusal.facts))
        return _form_page(request, form, status=422)
    messages.success(request, gettext("佐证材料已归档。"))
    return redirect(back or reverse("data:evidence_detail", args=[filed.pk]))


@require_safe
@guarded(Resource.EVIDENCE, Action.VIEW)
def evidence_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one piece of evidence: whose, about what, its hash."""
    return _detail(request, _evidence(request, pk))


@require_safe
@guarded(Resource.EVIDENCE, Action.VIEW)
def evidence_download(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the file, always as an attachment and never to be shown in the page."""
    found = _evidence(request, pk)
    try:
        content = path_of(found).read_bytes()
    except OSError as error:
        raise Http404 from error
    response = HttpResponse(content, content_type=found.media_type)
    named = content_disposition_header(as_attachment=True, filename=found.file_name)
    response["Content-Disposition"] = named or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
@guarded(Resource.EVIDENCE, Action.CREATE)
def evidence_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw evidence; its owner and the quality office may."""
    reader, found = cast("ScopedRequest", request), _evidence(request, pk)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _detail(request, found, form=form, status=422)
    if not _may_withdraw(reader, found):
        form.add_error("reason", refusal_text("evidence_not_yours", {}))
        return _detail(request, found, form=form, status=422)
    reason = form.cleaned_data["reason"]
    try:
        withdraw_evidence(evidence=found, reason=reason, by=reader.user, at=timezone.now())
    except Refused as refusal:
        form.add_error("reason", refusal_text(refusal.code, refusal.facts))
        return _detail(request, found, form=form, status=422)
    messages.success(request, gettext("佐证材料已撤回。"))
    return redirect("data:evidence_detail", pk=found.pk)


def _file(reader: ScopedRequest, form: EvidenceForm, subject: Subject, back: str) -> Evidence:
    """Put the upload into a file of our own name and file it."""
    values, upload = form.cleaned_data, cast("UploadedFile[Any]", form.cleaned_data["file"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        size = 0
        with path.open("wb") as target:
            for chunk in upload.chunks():
                size += len(chunk)
                target.write(chunk[: max(0, MOST_BYTES + 1 - size + len(chunk))])
        return file_evidence(
            subject=subject,
            owner=reader.user,
            title=values["title"],
            path=path,
            file_name=upload.name or "",
            document_number=values["document_number"],
            dated_on=values["dated_on"],
            origin_url=back,
            by=reader.user,
            at=timezone.now(),
        )


def _detail(
    request: HttpRequest, found: Evidence, *, form: WithdrawForm | None = None, status: int = 200
) -> HttpResponse:
    reader = cast("ScopedRequest", request)
    try:
        notes = notes_of(path_of(found).read_bytes(), found.media_type)
    except OSError:
        notes = ["missing"]
    may_withdraw = found.withdrawn_at is None and _may_withdraw(reader, found)
    context = {
        "evidence": found,
        "notes": notes,
        "form": form or (WithdrawForm() if may_withdraw else None),
    }
    return render(request, "data/evidence_detail.html", context, status=status)


def _form_page(request: HttpRequest, form: EvidenceForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "back": _own_address(str(form["back"].value() or ""))}
    return render(request, "data/evidence_file.html", context, status=status)


def _evidence(request: HttpRequest, pk: int) -> Evidence:
    try:
        return evidence_at(cast("ScopedRequest", request).scope, pk)
    except (Evidence.DoesNotExist, OverflowError) as error:
        raise Http404 from error


def _subject(scope: Scope, text: str) -> Subject | None:
    kind, _, code = text.partition(":")
    try:
        return subject_at(scope, kind=kind.strip(), code=code.strip())
    except Subject.DoesNotExist:
        return None


def _own_address(text: str) -> str:
    """Return an address of our own host, else nothing."""
    is_own = text.startswith("/") and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
    return text if is_own else ""


def _may_withdraw(reader: ScopedRequest, found: Evidence) -> bool:
    scope = reader.rights.scope(Resource.EVIDENCE, Action.CREATE)
    if scope is None:
        return False
    return found.owner_id == reader.user.pk or scope.whole_institution
