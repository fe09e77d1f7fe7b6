"""What stands around the pages: the page without network, the worker that keeps it, the guide."""

import hashlib
import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from luoxuan.campus.guard import guarded, public
from luoxuan.campus.rules import Action, Resource
from luoxuan.portal.styleguide import page_context

_STYLES = ("vendor/bootstrap/5.3.8/bootstrap-reboot.min.css", "css/luoxuan.css")
_ICON = "icons/favicon.svg"
_SCRIPTS = ("js/theme.js", "js/offline.js")


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show that there is no network「离线页」; the same for everybody, since it is kept."""
    return HttpResponse(_offline_page())


@public
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Answer the worker「离线服务」 that shows the offline page; its version is what it keeps."""
    files = _kept(*_STYLES, *_SCRIPTS, _ICON)
    text = _offline_page() + json.dumps(files)
    context = {
        "version": hashlib.sha256(text.encode()).hexdigest()[:12],
        "page": reverse("portal:offline"),
        "files": json.dumps(files),
    }
    script = render_to_string("portal/service-worker.js", context)
    # The browser asks again at each visit, so that a new version is never kept waiting.
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


@guarded(Resource.SETTING, Action.LIST)
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the tokens and every component「样式指南」, drawn by what the pages are drawn by."""
    return render(request, "portal/styleguide.html", page_context())


def _offline_page() -> str:
    context = {"styles": _kept(*_STYLES), "scripts": _kept(*_SCRIPTS), "icon": _kept(_ICON)[0]}
    return render_to_string("portal/offline.html", context)


def _kept(*names: str) -> list[str]:
    """Return addresses that only the offline page asks for; other pages go past the worker."""
    return [f"{static(name)}?offline" for name in names]
