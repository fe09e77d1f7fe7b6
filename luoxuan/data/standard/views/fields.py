"""Adding, changing and withdrawing a field."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.models import Dataset
from luoxuan.data.standard.actions import Declared, apply_standard, current_table
from luoxuan.data.standard.forms import FieldForm, field_initial
from luoxuan.data.standard.views.places import applied, editable_or_404


@guarded(Resource.DATASET, Action.EDIT)
def field_add(request: HttpRequest, name: str) -> HttpResponse:
    """Add a field「字段」 to a dataset; stored rows have no value in it."""
    dataset = editable_or_404(request, name)
    if request.method == "POST":
        form = FieldForm(request.POST)
        if form.is_valid() and _save(request, dataset, form, ""):
            messages.success(request, gettext("已新增字段。"))
            return redirect("data:standard_detail", name=name)
    else:
        form = FieldForm(initial={"number": dataset.definition_number})
    return _page(request, dataset, form, gettext("新增字段"), "")


@guarded(Resource.DATASET, Action.EDIT)
def field_edit(request: HttpRequest, name: str, field: str) -> HttpResponse:
    """Change what a field means and what it may hold."""
    dataset = editable_or_404(request, name)
    row = dataset.fields.select_related("code_list").filter(name=field).first()
    if row is None:
        raise Http404
    initial = {**field_initial(row), "number": dataset.definition_number}
    if request.method == "POST":
        form = FieldForm(request.POST, initial=initial, is_known=True)
        if form.is_valid() and _save(request, dataset, form, field):
            messages.success(request, gettext("已保存，成为新的一版数据标准。"))
            return redirect("data:standard_detail", name=name)
    else:
        form = FieldForm(initial=initial, is_known=True)
    heading = gettext("修改字段 %(title)s") % {"title": text_of(row, "title")}
    return _page(request, dataset, form, heading, field)


@guarded(Resource.DATASET, Action.EDIT)
@require_POST
def field_withdraw(request: HttpRequest, name: str, field: str) -> HttpResponse:
    """Withdraw a field that no row holds a value in and nothing else uses."""
    dataset = editable_or_404(request, name)
    table = current_table(dataset)
    table["field"] = [entry for entry in table["field"] if entry["name"] != field]
    reason = gettext("停用字段 %(field)s") % {"field": field}
    try:
        apply_standard(
            declared=Declared({dataset.name: table}), by=request.user, at=timezone.now(),  # type: ignore[arg-type]
            reason=reason,
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, refusal_text(refused.code, refused.facts))
        return redirect("data:standard_detail", name=name)
    messages.success(request, gettext("已停用字段。"))
    return redirect("data:standard_detail", name=name)


def _save(request: HttpRequest, dataset: Dataset, form: FieldForm, field: str) -> bool:
    """Put the field in its place of the declaration, at the end when it is new."""
    table = current_table(dataset)
    entry = form.entry()
    known = {one["name"]: one for one in table["field"]}
    if field:
        kept = {key: value for key, value in known[field].items() if key not in _LIMITS}
        table["field"] = [
            {**kept, **entry} if one["name"] == field else one for one in table["field"]
        ]
    elif known.get(entry["name"], {}).get("title") != entry["title"]:
        # The same field again is the same click again, and changes nothing.
        table["field"].append(entry)
    declared = Declared({dataset.name: table}, numbers={dataset.name: form.cleaned_data["number"]})
    return applied(request, form, declared, form.cleaned_data["reason"])


# A limit that the form leaves empty is taken away.
_LIMITS = frozenset({"minimum", "maximum", "decimals"})


def _page(
    request: HttpRequest, dataset: Dataset, form: FieldForm, heading: str, field: str
) -> HttpResponse:
    context: dict[str, Any] = {
        "dataset": dataset, "form": form, "heading": heading, "field_name": field,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "data/standard_form.html", context, status=status)
