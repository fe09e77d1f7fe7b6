"""Code lists: what a field may hold."""

import hashlib
from collections.abc import Iterator
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.messages import refusal_text
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.workbook import Column
from luoxuan.data.models import CodeList, Field
from luoxuan.data.queries import datasets
from luoxuan.data.standard.actions import Declared
from luoxuan.data.standard.forms import CodesForm
from luoxuan.data.standard.queries import code_lists
from luoxuan.data.standard.views.places import applied, may_edit, whole_or_404


@guarded(Resource.DATASET, Action.LIST)
def code_list_list(request: HttpRequest) -> HttpResponse:
    """Show the code lists「编码表」."""
    found = list(code_lists())
    if asked_format(request):
        return list_download(request, _listing(found))
    return render(request, "data/code_list_list.html", {"code_lists": found})


@guarded(Resource.DATASET, Action.VIEW)
def code_list_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one code list, and the fields that use it."""
    row = _list_or_404(name)
    seen = datasets(cast("ScopedRequest", request).scope)
    fields = Field.objects.filter(code_list=row, dataset__in=seen).select_related("dataset")
    if asked_format(request):
        return list_download(request, _listing([row]))
    context = {
        "row": row,
        "fields": [
            {"field": field, "url": reverse("data:standard_detail", args=[field.dataset.name])}
            for field in fields
        ],
        "may_edit": may_edit(request),
    }
    return render(request, "data/code_list_detail.html", context)


@guarded(Resource.DATASET, Action.EDIT)
def code_list_edit(request: HttpRequest, name: str) -> HttpResponse:
    """Change the codes of a list; one that stored rows hold cannot be taken away."""
    whole_or_404(request)
    row = _list_or_404(name)
    text = _text(row)
    if request.method == "POST":
        form = CodesForm(request.POST)
        if form.is_valid() and _save(request, row, form):
            messages.success(request, gettext("已保存编码表。"))
            return redirect("data:code_list_detail", name=name)
    else:
        form = CodesForm(initial={"codes": text, "before": _mark(text)})
    context = {"row": row, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "data/code_list_form.html", context, status=status)


def _save(request: HttpRequest, row: CodeList, form: CodesForm) -> bool:
    codes = []
    for line, text in enumerate(form.cleaned_data["codes"].splitlines(), start=1):
        if not text.strip():
            continue
        value, title, title_en = (*(part.strip() for part in text.split("|", 2)), "", "")[:3]
        if not value or max(len(value), len(title), len(title_en)) > 200:
            form.add_error("codes", refusal_text("standard_code_empty", {"line": line}))
            return False
        codes.append([value, title or value, title_en])
    stored = [[code.value, code.title, code.title_en] for code in row.codes.all()]
    if stored != codes and form.cleaned_data["before"] != _mark(_text(row)):
        form.add_error(None, gettext("编码表在这期间被别人改过，请看过新的内容再改。"))
        return False
    return applied(request, form, Declared(code_lists={row.name: codes}))


def _text(row: CodeList) -> str:
    lines = [(code.value, code.title, code.title_en) for code in row.codes.all()]
    return "\n".join(" | ".join(line).rstrip(" |") for line in lines)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _list_or_404(name: str) -> CodeList:
    row = code_lists().filter(name=name).first()
    if row is None:
        raise Http404
    return row


def _listing(found: list[CodeList]) -> Listing:
    titles = (gettext("编码表"), gettext("编码"), gettext("名称"))
    rows = list(_rows(found))
    return Listing(
        name="codes",
        title=gettext("编码表"),
        columns=[Column(title, width=24) for title in titles],
        n_rows=len(rows),
        rows=lambda: rows,
        notes=[f"{gettext('筛选')}：{gettext('全部')}"],
    )


def _rows(found: list[CodeList]) -> Iterator[tuple[str, str, str]]:
    for row in found:
        for code in row.codes.all():
            yield row.name, code.value, text_of(code, "title")
