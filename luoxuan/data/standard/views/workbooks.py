"""The whole standard as a workbook: out, and in again after its difference was seen."""

import hashlib
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.standard.actions import StandardRefused, apply_standard, plan_standard
from luoxuan.data.standard.blocks import plan_shown
from luoxuan.data.standard.forms import UploadForm
from luoxuan.data.standard.views.places import whole_or_404
from luoxuan.data.standard.workbook import read_standard, standard_workbook
from luoxuan.data.views.places import XLSX, download

_SALT = "data.standard"


@guarded(Resource.DATASET, Action.EDIT)
def standard_file(request: HttpRequest) -> HttpResponse:
    """Hand out the whole data standard as a workbook「数据标准工作簿」."""
    whole_or_404(request)
    return download(standard_workbook(), name=gettext("数据标准.xlsx"), media_type=XLSX)


@guarded(Resource.DATASET, Action.EDIT)
def standard_load(request: HttpRequest) -> HttpResponse:
    """Show what an uploaded workbook would change; then change it in one transaction."""
    whole_or_404(request)
    form, plan, ticket = UploadForm(), None, ""
    if request.method == "POST" and "ticket" in request.POST:
        try:
            _apply(cast("ScopedRequest", request), request.POST["ticket"])
        except Refused as refused:
            form.cleaned_data = {}
            messages.error(request, refusal_text(refused.code, refused.facts))
        else:
            messages.success(request, gettext("已按工作簿改好数据标准。"))
            return redirect("data:standard_list")
    elif request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                path, ticket = _keep(form.cleaned_data["file"])
                declared = read_standard(path, file_name=form.cleaned_data["file"].name)
                plan = plan_shown(plan_standard(declared))
            except Refused as refused:
                form.add_error("file", refusal_text(refused.code, refused.facts))
    context: dict[str, Any] = {"form": form, "plan": plan, "ticket": ticket}
    status = 422 if request.method == "POST" and plan is None else 200
    return render(request, "data/standard_load.html", context, status=status)


def _apply(request: ScopedRequest, ticket: str) -> None:
    """Apply the very file that was looked at; its ticket names its content."""
    try:
        told = signing.loads(ticket, salt=_SALT, max_age=7 * 24 * 3600)
    except signing.BadSignature as error:
        raise StandardRefused("standard_file_gone") from error
    path = _folder() / f"standard-{told['file']}"
    if not path.is_file():
        raise StandardRefused("standard_file_gone")
    declared = read_standard(path, file_name="standard.xlsx")
    reason = gettext("上传工作簿 %(name)s") % {"name": told["name"]}
    apply_standard(declared=declared, by=request.user, at=timezone.now(), reason=reason)


def _keep(upload: "UploadedFile[Any]") -> tuple[Path, str]:
    """Keep an upload beside the exports, where it is removed after a week."""
    content = b"".join(upload.chunks())
    mark = hashlib.sha256(content).hexdigest()
    path = _folder() / f"standard-{mark}"
    path.write_bytes(content)
    name = (upload.name or "")[:100]
    return path, signing.dumps({"file": mark, "name": name}, salt=_SALT)


def _folder() -> Path:
    folder = Path(settings.LUOXUAN_WAREHOUSE) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
