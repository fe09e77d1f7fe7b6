"""Units: their tree, what happened to them, and reorganizing them."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.models import Unit, UnitChange
from luoxuan.campus.queries import unit_changes, units
from luoxuan.campus.rules import Action, Resource, UnitChangeKind, UnitKind
from luoxuan.campus.scope import Scope
from luoxuan.core.downloads import Listing, asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.core.templatetags.words import text_of
from luoxuan.core.workbook import Column
from luoxuan.portal.unit_forms import UnitChangeForm

_PAGE = 50
KINDS: dict[str, Promise] = {
    UnitKind.INSTITUTION: _("学校"),
    UnitKind.OFFICE: _("职能部门"),
    UnitKind.SECONDARY_COLLEGE: _("二级学院"),
    UnitKind.SECTION_OFFICE: _("科室"),
    UnitKind.TEACHING_GROUP: _("教研室"),
}
CHANGES: dict[str, Promise] = {
    UnitChangeKind.MOVED: _("调整隶属"),
    UnitChangeKind.MERGED: _("并入"),
    UnitChangeKind.SPLIT: _("拆分"),
    UnitChangeKind.CLOSED: _("撤销"),
}


@guarded(Resource.SUBJECT, Action.LIST)
def unit_list(request: HttpRequest) -> HttpResponse:
    """Show the units「部门」 in scope as a tree, and what happened to them."""
    reader = cast("ScopedRequest", request)
    found = list(units(reader.scope))
    if asked_format(request):
        return list_download(request, _listing(found))
    can_change = _can_change(reader)
    changes = Paginator(unit_changes(reader.scope), _PAGE).get_page(request.GET.get("page"))
    context = {
        "units": [_shown(unit, can_change=can_change) for unit in found],
        "n_open": sum(unit.subject.valid_to is None for unit in found),
        "page_obj": changes,
        "changes": [_change_shown(change) for change in changes],
    }
    return render(request, "portal/unit_list.html", context)


@guarded(Resource.SUBJECT, Action.EDIT)
def unit_change(request: HttpRequest, code: str) -> HttpResponse:
    """Move, merge, split or close a unit「部门变更」; what it did stays under its name."""
    reader = cast("ScopedRequest", request)
    unit = _unit_or_404(reader.scope, code)
    form = UnitChangeForm(request.POST or None, unit=unit, scope=reader.scope)
    if request.method == "POST" and form.is_valid():
        try:
            form.act(by=reader.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, refusal_text(refusal.code, refusal.facts))
        else:
            messages.success(request, gettext("已办理，从现在起权限和归属按新的部门。"))
            return redirect("portal:unit_list")
    context = {"unit": unit, "form": form, "n_grants": unit.grants.filter(valid_to=None).count()}
    return render(request, "portal/unit_change.html", context, status=422 if form.errors else 200)


def _unit_or_404(scope: Scope, code: str) -> Unit:
    if not scope.whole_institution:
        # A reorganization changes what others see.
        raise Http404
    found = units(scope).filter(subject__code=code, subject__valid_to=None)
    unit = found.exclude(kind=UnitKind.INSTITUTION).first()
    if unit is None:
        raise Http404
    return unit


def _can_change(reader: ScopedRequest) -> bool:
    scope = reader.rights.scope(Resource.SUBJECT, Action.EDIT)
    return scope is not None and scope.whole_institution


def _shown(unit: Unit, *, can_change: bool) -> dict[str, object]:
    is_open = unit.subject.valid_to is None
    changeable = can_change and is_open and unit.kind != UnitKind.INSTITUTION
    kind = "INSTITUTION" if unit.kind == UnitKind.INSTITUTION else "UNIT"
    return {
        "unit": unit,
        "kind": KINDS[unit.kind],
        "depth": unit.unit_path.count(".") - 1,
        "url": reverse("portal:subject_detail", args=[kind, unit.subject.code]),
        "change_url": reverse("portal:unit_change", args=[unit.subject.code]) if changeable else "",
    }


def _change_shown(change: UnitChange) -> dict[str, object]:
    return {"change": change, "kind": CHANGES[change.kind]}


def _listing(found: list[Unit]) -> Listing:
    return Listing(
        name="units",
        title=gettext("部门"),
        columns=[
            Column(gettext("代码"), width=16),
            Column(gettext("名称"), width=30),
            Column(gettext("类别")),
            Column(gettext("上级"), width=30),
            Column(gettext("撤销日"), "date"),
        ],
        n_rows=len(found),
        rows=lambda: [
            (
                unit.subject.code,
                text_of(unit.subject, "name"),
                str(KINDS[unit.kind]),
                text_of(unit.parent.subject, "name") if unit.parent else "",
                unit.subject.valid_to,
            )
            for unit in found
        ],
        notes=[f"{gettext('筛选')}：{gettext('全部')}"],
    )
