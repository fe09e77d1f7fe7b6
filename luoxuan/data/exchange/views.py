"""Pages of exchange: packages and bundles, building, importing, verifying."""

import hashlib
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.downloads import asked_format, list_download
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.exchange.actions import ask_for_bundle
from luoxuan.data.exchange.archive import BundleDamaged, open_bundle
from luoxuan.data.exchange.blocks import (
    bundle_listing,
    bundle_shown,
    contrast_listing,
    finding_listing,
)
from luoxuan.data.exchange.forms import BuildForm, FileForm, VerifyForm
from luoxuan.data.exchange.imports import import_bundle
from luoxuan.data.exchange.places import bundle_or_404, bundle_page, may, on_disk
from luoxuan.data.exchange.queries import (
    bundle_with_file,
    bundles,
    definition_of_package,
    package_coded,
    packages,
    path_of,
)
from luoxuan.data.models import ExchangePackage

_NOT_PLAIN = "application/octet-stream"


@require_safe
@guarded(Resource.EXCHANGE, Action.LIST)
def exchange_list(request: HttpRequest) -> HttpResponse:
    """Show the exchange packages「交换包」 and the bundles made of them."""
    scope = cast("ScopedRequest", request).scope
    shown = [bundle_shown(bundle) for bundle in bundles(scope)]
    if asked_format(request):
        return list_download(request, bundle_listing(shown))
    context = {
        "packages": packages(scope), "bundles": shown, "may_build": may(request, Action.CREATE)
    }  # fmt: skip
    return render(request, "data/exchange_list.html", context)


@require_safe
@guarded(Resource.EXCHANGE, Action.VIEW)
def exchange_package(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a package declares, every table under its number."""
    try:
        package = package_coded(cast("ScopedRequest", request).scope, code)
    except ExchangePackage.DoesNotExist as error:
        raise Http404 from error
    context = {"package": package, "definition": definition_of_package(package)}
    return render(request, "data/exchange_package.html", context)


@guarded(Resource.EXCHANGE, Action.CREATE)
def exchange_build(request: HttpRequest) -> HttpResponse:
    """Ask for a bundle of one package and period「生成数据包」."""
    reader = cast("ScopedRequest", request)
    form = BuildForm(packages(reader.scope), request.POST or None, on=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        package, period = form.known[form.cleaned_data["chosen"]]
        try:
            job = ask_for_bundle(package=package, period=period, by=reader.user, at=timezone.now())
        except Refused as refused:
            form.add_error("chosen", refusal_text(refused.code, refused.facts))
        else:
            return redirect("portal:job_detail", number=job.pk)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "data/exchange_form.html", {"form": form, "kind": "build"}, status=status
    )


@guarded(Resource.EXCHANGE, Action.CREATE)
def exchange_import(request: HttpRequest) -> HttpResponse:
    """Take in the file of a bundle「导入数据包」, own or another school's."""
    reader, refused = cast("ScopedRequest", request), ""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            with on_disk(form.cleaned_data["file"]) as path:
                bundle = import_bundle(path=path, by=reader.user, at=timezone.now())
        except Refused as refusal:
            refused = refusal_text(refusal.code, refusal.facts)
        else:
            messages.success(request, gettext("已导入，数据包与清单相符。"))
            return redirect("data:exchange_bundle", pk=bundle.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "kind": "import", "refused": refused}
    return render(request, "data/exchange_form.html", context, status=status)


@guarded(Resource.HOME, Action.VIEW)
def exchange_verify(request: HttpRequest) -> HttpResponse:
    """Tell anybody with the file or its hash whether it is a bundle that was signed「核验」."""
    told: dict[str, Any] = {}
    asked = request.POST or ({"sha256": request.GET["sha256"]} if "sha256" in request.GET else None)
    form = VerifyForm(asked, request.FILES or None)
    is_asked = form.is_bound and form.is_valid()
    if is_asked:
        sha256 = form.cleaned_data["sha256"].lower()
        if file := form.cleaned_data["file"]:
            data = file.read()
            sha256 = hashlib.sha256(data).hexdigest()
            told = _told(data)
        told |= {"sha256": sha256, "bundle": bundle_with_file(sha256)}
    status = 422 if form.is_bound and not is_asked else 200
    return render(request, "data/exchange_verify.html", {"form": form, "told": told}, status=status)


def _told(data: bytes) -> dict[str, Any]:
    """Return what a file says about itself: sound, or why not."""
    try:
        return {"provenance": open_bundle(data).json("provenance.json")}
    except BundleDamaged as damaged:
        return {"problem": refusal_text(damaged.code, damaged.facts)}


@require_safe
@guarded(Resource.EXCHANGE, Action.VIEW)
def exchange_bundle(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one bundle「上报数据包」: tables, problems, comparison, signatures, files."""
    return bundle_page(request, bundle_or_404(request, pk))


@require_safe
@guarded(Resource.EXCHANGE, Action.VIEW)
def exchange_findings(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what the checks found as a file."""
    return list_download(request, finding_listing(bundle_or_404(request, pk)))


@require_safe
@guarded(Resource.EXCHANGE, Action.VIEW)
def exchange_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the comparison with the last bundle as a file."""
    return list_download(request, contrast_listing(bundle_or_404(request, pk)))


@require_safe
@guarded(Resource.EXCHANGE, Action.VIEW)
def exchange_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Send the frozen bundle, the content before the signatures, or the receipt."""
    bundle = bundle_or_404(request, pk)
    name = f"{bundle.code}-{bundle.period_code}-{bundle.edition}"
    files = {
        "bundle": (bundle.file_sha256, f"{name}.zip"),
        "content": (bundle.content_sha256, f"{name}-draft.zip"),
        "receipt": (bundle.receipt_sha256, bundle.receipt_file_name),
    }
    sha256, file_name = files.get(kind, ("", ""))
    if not sha256 or not path_of(sha256).is_file():
        raise Http404
    media_type = "application/zip" if kind != "receipt" else _NOT_PLAIN
    answer = HttpResponse(path_of(sha256).read_bytes(), content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=file_name
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
