"""A new dataset from a file: its headers become fields whose types a person confirms."""

import tempfile
from pathlib import Path
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.messages import refusal_text
from luoxuan.data.import_blocks import finding_text
from luoxuan.data.models import Dataset
from luoxuan.data.standard.actions import Declared
from luoxuan.data.standard.forms import NewDatasetForm, UploadForm
from luoxuan.data.standard.rules import guess_type, proposed_name
from luoxuan.data.standard.views.places import applied, whole_or_404
from luoxuan.data.warehouse.intake import FileRefused, Staged, TableSpec, stage

_LOOKED_AT = 5000
_MOST_COLUMNS = 200


@guarded(Resource.DATASET, Action.EDIT)
def dataset_new(request: HttpRequest) -> HttpResponse:
    """Take a file and show what its columns seem to be「新建数据集」."""
    whole_or_404(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            staged = _look(form.cleaned_data["file"])
        except FileRefused as refused:
            form.add_error("file", finding_text(refused.code, refused.facts))
        else:
            return _fields_page(request, _guessed(staged, form.cleaned_data["file"].name), 200)
    status = 422 if request.method == "POST" else 200
    return render(request, "data/dataset_new.html", {"form": form}, status=status)


@guarded(Resource.DATASET, Action.EDIT)
@require_POST
def dataset_create(request: HttpRequest) -> HttpResponse:
    """Create the dataset that a person confirmed; then its file can be imported."""
    whole_or_404(request)
    told = request.POST.get("n_columns", "")
    if not told.isdecimal() or not 1 <= int(told[:6]) <= _MOST_COLUMNS:
        raise Http404
    form = NewDatasetForm(request.POST, n_columns=int(told[:6]))
    if form.is_valid():
        name = form.cleaned_data["name"]
        # The same click again finds the number 0 moved and the same content: nothing changes.
        declared = Declared({name: form.table()}, numbers={name: 0})
        if Dataset.objects.filter(name=name, is_system=True).exists():
            text = refusal_text("standard_dataset_known", {"dataset": name})
            form.add_error("name", text)
        elif applied(request, form, declared, gettext("由文件新建")):
            return redirect("data:dataset_import", name=name)
    return _fields_page(request, form, 422)


def _look(upload: "UploadedFile[Any]") -> Staged:
    """Read a file as it is, in the limited process of every import."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as target:
            for chunk in upload.chunks():
                target.write(chunk)
        staged = stage(path, TableSpec("", ()), file_name=upload.name or "")
    if len(staged.headers) > _MOST_COLUMNS:
        raise FileRefused("too_many_columns", found=len(staged.headers), limit=_MOST_COLUMNS)
    return staged


def _guessed(staged: Staged, file_name: str) -> NewDatasetForm:
    taken: list[str] = []
    initial: dict[str, Any] = {
        "title": Path(file_name).stem[:200], "n_columns": len(staged.headers),
    }  # fmt: skip
    for place, header in enumerate(staged.headers):
        name = proposed_name(header, place, taken)
        taken.append(name)
        texts = staged.table.column(place).slice(0, _LOOKED_AT).to_pylist()
        kind, decimals = guess_type([text for text in texts if text])
        initial |= {
            f"header_{place}": header[:200], f"name_{place}": name, f"type_{place}": kind,
            f"decimals_{place}": decimals, f"required_{place}": bool(texts) and all(texts),
        }  # fmt: skip
    return NewDatasetForm(initial=initial, n_columns=len(staged.headers))


def _fields_page(request: HttpRequest, form: NewDatasetForm, status: int) -> HttpResponse:
    words = [form[name] for name in ("title", "title_en", "name")]
    context = {
        "form": form, "words": words, "columns": cast("Any", form.columns()),
        "count": form["n_columns"],
    }  # fmt: skip
    return render(request, "data/dataset_fields.html", context, status=status)
