"""Pages of the reports: the list, a new one, one of them, its acts and its files."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.models import Job
from luoxuan.core.rules import UNFINISHED
from luoxuan.core.workbook import Column
from luoxuan.reports.actions import (
    FILES_JOB,
    create_document,
    request_files,
    return_document,
    sign_document,
    submit_document,
    withdraw_document,
    write_texts,
)
from luoxuan.reports.blocks import (
    FORMAT_WORDS,
    KIND_WORDS,
    STATE_WORDS,
    ShownDocument,
    shown_document,
)
from luoxuan.reports.content import from_json
from luoxuan.reports.files import path_of
from luoxuan.reports.forms import DocumentForm, ReasonForm, TextsForm
from luoxuan.reports.models import Document
from luoxuan.reports.printing.sheet import sheet_of
from luoxuan.reports.queries import (
    document_at,
    file_at,
    files_of,
    standing_documents,
    subjects_to_report,
)
from luoxuan.reports.rules import (
    MEDIA_TYPES,
    DocumentKind,
    DocumentState,
    FileFormat,
    can_change,
    can_decide,
)
from luoxuan.reports.sections import shown_sections

_PAGE = 50


@require_safe
@guarded(Resource.DOCUMENT, Action.LIST)
def document_list(request: HttpRequest) -> HttpResponse:
    """Show the documents「报告」 in scope, by kind and state."""
    reader = cast("ScopedRequest", request)
    found = standing_documents(reader.scope, reader=reader.user)
    chosen = {name: request.GET.get(name, "") for name in ("kind", "state")}
    rows = _filtered(found, chosen)
    if asked_format(request):
        listing = Listing(
            name="documents",
            title=gettext("质量报告"),
            columns=_columns(),
            n_rows=rows.count(),
            rows=lambda: [_cells(shown_document(row)) for row in rows],
            notes=[
                f"{gettext('类别')}：{KIND_WORDS.get(chosen['kind'], '')}",
                f"{gettext('状态')}：{STATE_WORDS.get(chosen['state'], '')}",
            ],
        )
        return list_download(request, listing)
    page: Any = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    page.object_list = [shown_document(row) for row in page.object_list]
    context = {
        "page_obj": page,
        "chosen": chosen,
        "kinds": list(KIND_WORDS.items()),
        "states": list(STATE_WORDS.items()),
        "is_filtered": any(chosen.values()),
        "may_create": bool(_kinds_to_write(reader)),
    }
    return render(request, "reports/document_list.html", context)


def _columns() -> list[Column]:
    return [
        Column(gettext("报告"), width=40),
        Column(gettext("版次"), "integer"),
        Column(gettext("类别"), width=20),
        Column(gettext("状态")),
        Column(gettext("报告人")),
        Column(gettext("签发人")),
        Column(gettext("日期"), "date"),
    ]


def _cells(row: ShownDocument) -> tuple[object, ...]:
    document = row.document
    return (
        document.title,
        document.edition,
        row.kind_words,
        row.state_words,
        str(document.author or ""),
        str(document.signer or ""),
        timezone.localtime(document.created_at).date(),
    )


@guarded(Resource.DOCUMENT, Action.CREATE)
def document_create(request: HttpRequest) -> HttpResponse:
    """Begin a document「新建报告」: choose its kind, then subject and period."""
    reader = cast("ScopedRequest", request)
    kinds = _kinds_to_write(reader)
    asked = request.GET.get("kind") or (kinds[0] if len(kinds) == 1 else "")
    if asked and asked not in kinds:
        raise Http404
    form = None
    if asked:
        kind = DocumentKind(asked)
        form = DocumentForm(kind, reader.scope, request.POST or None, on=timezone.localdate())
        if request.method == "POST" and form.is_valid():
            try:
                document = create_document(
                    kind=kind,
                    scope=reader.scope,
                    by=reader.user,
                    at=timezone.now(),
                    **form.cleaned_data,
                )
            except Refused as refused:
                form.add_error("period", refusal_text(refused.code, refused.facts))
            else:
                return _to(document, reader)
    context = {
        "kind": asked,
        "kinds": [(name, KIND_WORDS[name]) for name in kinds],
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "reports/document_create.html", context, status=status)


@require_safe
@guarded(Resource.DOCUMENT, Action.VIEW)
def document_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one document as it reads, with what may be done to it."""
    return _page(request, _document(request, pk))


@require_POST
@guarded(Resource.DOCUMENT, Action.CREATE)
def document_write(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the author's own words and fill the document anew."""
    reader, document = cast("ScopedRequest", request), _own(request, pk)
    form = TextsForm(request.POST)
    if not form.is_valid():
        return _page(request, document, form=form)
    texts = form.cleaned_data
    act = partial(write_texts, document=document, texts=texts, scope=reader.scope)
    return _done(request, document, act, gettext("已保存，数字已更新。"))


@require_POST
@guarded(Resource.DOCUMENT, Action.SUBMIT)
def document_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a document in."""
    reader, document = cast("ScopedRequest", request), _own(request, pk)
    act = partial(submit_document, document=document, scope=reader.scope)
    return _done(request, document, act, gettext("已提交，内容已冻结。"))


@require_POST
@guarded(Resource.DOCUMENT, Action.SUBMIT)
def document_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw one's own document with a reason."""
    document = _own(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, document, refused=gettext("请写明理由。"))
    act = partial(withdraw_document, document=document, reason=form.cleaned_data["reason"])
    return _done(request, document, act, gettext("已撤回，报告和文件仍保留。"))


@require_POST
@guarded(Resource.DOCUMENT, Action.APPROVE)
def document_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a document of another, or return it with a reason."""
    document = _document(request, pk)
    if request.POST.get("decision") == "sign":
        act = partial(sign_document, document=document)
        return _done(request, document, act, gettext("已签发。"))
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, document, refused=gettext("退回须写明理由。"))
    act = partial(return_document, document=document, reason=form.cleaned_data["reason"])
    return _done(request, document, act, gettext("已退回给报告人。"))


@require_POST
@guarded(Resource.DOCUMENT, Action.EXPORT)
def document_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the files of a document in its present state."""
    document = _document(request, pk)
    act = partial(request_files, document=document)
    return _done(request, document, act, gettext("正在生成文件。"))


@require_safe
@guarded(Resource.DOCUMENT, Action.EXPORT)
def document_download(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """Send a file of a document, as it was made of exactly what the page shows."""
    document = _document(request, pk)
    if file_format not in set(FileFormat):
        raise Http404
    found = file_at(document, file_format, sheet_of(document).source_hash)
    if found is None or not path_of(found.sha256).is_file():
        return redirect("reports:document_detail", pk=document.pk)
    name = f"{document.title}-第{document.edition}版.{file_format}"
    answer = HttpResponse(
        path_of(found.sha256).read_bytes(), content_type=MEDIA_TYPES[FileFormat(file_format)]
    )
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _page(
    request: HttpRequest, document: Document, *, form: TextsForm | None = None, refused: str = ""
) -> HttpResponse:
    reader = cast("ScopedRequest", request)
    is_author = document.author_id == reader.user.pk
    is_withdrawn = document.withdrawn_at is not None
    source = sheet_of(document).source_hash
    may_sign = _holds(reader, Action.APPROVE, document)
    content = from_json(document.content)
    may_change = is_author and can_change(document.state, is_withdrawn=is_withdrawn)
    context = {
        "shown": shown_document(document),
        "document": document,
        "content": content,
        "sections": shown_sections(content),
        "form": (form or TextsForm(initial=document.texts)) if may_change else None,
        "may_submit": may_change and _holds(reader, Action.SUBMIT, document),
        "may_withdraw": is_author and not is_withdrawn and _holds(reader, Action.SUBMIT, document),
        "may_decide": may_sign
        and can_decide(document.state, is_withdrawn=is_withdrawn, is_author=is_author),
        "files": [(row, FORMAT_WORDS[row.format]) for row in files_of(document, source)],
        "job": Job.objects.filter(
            unique_key=f"{FILES_JOB}:{document.pk}", state__in=UNFINISHED
        ).first(),
        "may_export": _holds(reader, Action.EXPORT, document),
        "is_frozen": document.state != DocumentState.DRAFT,
        "refused": refused,
    }
    status = 422 if refused or form else 200
    return render(request, "reports/document_detail.html", context, status=status)


def _done(
    request: HttpRequest, document: Document, act: Callable[..., object], words: str
) -> HttpResponse:
    """Do an act and go back to the page, or show why it was refused."""
    reader = cast("ScopedRequest", request)
    try:
        act(by=reader.user, at=timezone.now())
    except Refused as refused:
        document.refresh_from_db()
        return _page(request, document, refused=refusal_text(refused.code, refused.facts))
    messages.success(request, words)
    return _to(document, reader)


def _to(document: Document, reader: ScopedRequest) -> HttpResponse:
    """Go to the page of a document, or to the list when a draft of another stands there."""
    if document.state == DocumentState.DRAFT and document.author_id != reader.user.pk:
        words = gettext("%(name)s 正在写这份报告，提交后即可看到。")
        messages.info(reader, words % {"name": str(document.author)})
        return redirect("reports:document_list")
    return redirect("reports:document_detail", pk=document.pk)


def _document(request: HttpRequest, pk: int) -> Document:
    reader = cast("ScopedRequest", request)
    try:
        return document_at(reader.scope, pk, reader=reader.user)
    except (Document.DoesNotExist, OverflowError) as error:
        raise Http404 from error


def _own(request: HttpRequest, pk: int) -> Document:
    """Return a document that the reader himself writes; another's looks like none."""
    document = _document(request, pk)
    if document.author_id != cast("ScopedRequest", request).user.pk:
        raise Http404
    return document


def _holds(reader: ScopedRequest, action: Action, document: Document) -> bool:
    scope = reader.rights.scope(Resource.DOCUMENT, action)
    return scope is not None and Document.objects.filter(scope.q(Document), pk=document.pk).exists()


def _kinds_to_write(reader: ScopedRequest) -> list[DocumentKind]:
    """Return the kinds for which the reader has a subject to report on."""
    scope = reader.rights.scope(Resource.DOCUMENT, Action.CREATE)
    if scope is None:
        return []
    return [kind for kind in DocumentKind if subjects_to_report(scope, kind).exists()]


def _filtered(found: QuerySet[Document], chosen: dict[str, str]) -> QuerySet[Document]:
    given = {name: value for name, value in chosen.items() if value}
    return found.filter(**given)
