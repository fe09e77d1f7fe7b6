"""Code lists: what a field may hold."""

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
from luoxuan.data.standard.forms import CodesForm, NewCodesForm
from luoxuan.data.standard.queries import code_lists
from luoxuan.data.standard.rules import CODE_WIDTH, codes_mark
from luoxuan.data.standard.views.places import applied, may_edit, whole_or_404


@guarded(Resource.DATASET, Action.LIST)
def code_list_list(request: HttpRequest) -> HttpResponse:
    """Show the code lists「编码表」."""
    found = list(code_lists())
    if asked_format(request):
        return list_download(request, _listing(found))
    uses = _uses(request)
    shown = [{"row": row, "uses": uses.get(row.pk, [])} for row in found]
    context = {"code_lists": shown, "may_edit": may_edit(request)}
    return render(request, "data/code_list_list.html", context)


def _uses(request: HttpRequest) -> dict[int, list[str]]:
    """Return the fields of each list, as people call them: the name of a list is for files."""
    seen = datasets(cast("ScopedRequest", request).scope)
    fields = Field.objects.filter(code_list__isnull=False, dataset__in=seen)
    found: dict[int, list[str]] = {}
    for field in fields.select_related("dataset").order_by("dataset__name", "position"):
        words = f"{text_of(field.dataset, 'title')}·{text_of(field, 'title')}"
        found.setdefault(field.code_list_id or 0, []).append(words)
    return found


@guarded(Resource.DATASET, Action.EDIT)
def code_list_new(request: HttpRequest) -> HttpResponse:
    """Make a code list「新建编码表」; sent twice it is made once."""
    whole_or_404(request)
    form = NewCodesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name, codes = form.cleaned_data["name"], _codes(form)
        if codes is not None and _made(request, form, name, codes):
            messages.success(request, gettext("已保存编码表。"))
            return redirect("data:code_list_detail", name=name)
    status = 422 if request.method == "POST" else 200
    return render(request, "data/code_list_form.html", {"row": None, "form": form}, status=status)


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
    told = [code.told() for code in row.codes.all()]
    if request.method == "POST":
        form = CodesForm(request.POST)
        if form.is_valid() and _save(request, row, form):
            messages.success(request, gettext("已保存编码表。"))
            return redirect("data:code_list_detail", name=name)
    else:
        form = CodesForm(initial={"codes": _text(told), "before": codes_mark(told)})
    context = {"row": row, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "data/code_list_form.html", context, status=status)


def _save(request: HttpRequest, row: CodeList, form: CodesForm) -> bool:
    codes = _codes(form)
    if codes is None:
        return False
    marks = {row.name: form.cleaned_data["before"]}
    return applied(request, form, Declared(code_lists={row.name: codes}, marks=marks))


def _made(request: HttpRequest, form: CodesForm, name: str, codes: list[list[str]]) -> bool:
    """Make a list of a free name; that of another person is not written over."""
    row = code_lists().filter(name=name).first()
    if row is not None and [code.told() for code in row.codes.all()] != codes:
        form.add_error("name", refusal_text("standard_code_list_known", {"name": name}))
        return False
    return applied(request, form, Declared(code_lists={name: codes}, marks={name: codes_mark([])}))


def _codes(form: CodesForm) -> list[list[str]] | None:
    """Return the codes of the lines, or None when one of them cannot be read."""
    codes = []
    for line, text in enumerate(form.cleaned_data["codes"].splitlines(), start=1):
        if not text.strip():
            continue
        parts = [part.strip() for part in text.split("|")]
        if not parts[0] or len(parts) > CODE_WIDTH or max(map(len, parts)) > 200:
            form.add_error("codes", refusal_text("standard_code_empty", {"line": line}))
            return None
        parts += [""] * (CODE_WIDTH - len(parts))
        codes.append([parts[0], parts[1] or parts[0], *parts[2:]])
    return codes


def _text(codes: list[list[str]]) -> str:
    return "\n".join(" | ".join(line).rstrip(" |") for line in codes)


def _list_or_404(name: str) -> CodeList:
    row = code_lists().filter(name=name).first()
    if row is None:
        raise Http404
    return row


def _listing(found: list[CodeList]) -> Listing:
    titles = (
        gettext("编码表"), gettext("编码"), gettext("名称"), gettext("启用日"), gettext("停用日"),
    )  # fmt: skip
    rows = list(_rows(found))
    return Listing(
        name="codes",
        title=gettext("编码表"),
        columns=[Column(title, width=24) for title in titles],
        n_rows=len(rows),
        rows=lambda: rows,
        notes=[f"{gettext('筛选')}：{gettext('全部')}"],
    )


def _rows(found: list[CodeList]) -> Iterator[tuple[str, ...]]:
    for row in found:
        for code in row.codes.all():
            yield row.name, code.value, text_of(code, "title"), *code.told()[3:]
