"""Session and health: login, language, errors."""

import json
import logging

from django.conf import settings
from django.contrib.auth import login as open_session
from django.contrib.auth import logout as end_session
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from luoxuan import __version__
from luoxuan.campus.guard import public
from luoxuan.campus.rules import roles
from luoxuan.indicators.blocks import localized

from .forms import LoginForm

logger = logging.getLogger("luoxuan.portal")


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer whether database and warehouse can be reached; 503 when one cannot."""
    checks = {"database": "ok", "warehouse": "ok"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("database unreachable")
        checks["database"] = "unreachable"
    if not settings.LUOXUAN_WAREHOUSE.is_dir():
        checks["warehouse"] = "missing"
    is_well = set(checks.values()) == {"ok"}
    body = {"status": "ok" if is_well else "failing", "version": __version__, **checks}
    return JsonResponse(body, status=200 if is_well else 503)


@public
@never_cache
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    """Let a user in by name and password."""
    target = request.POST.get("next", request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(_safe(request, target))
    form = LoginForm(request, data=request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            open_session(request, form.get_user())
            return redirect(_safe(request, target))
        logger.info("login refused", extra={"username": request.POST.get("username", "")[:150]})
    accounts, password = _demonstration_accounts()
    context = {
        "form": form,
        "next": target,
        "demo_accounts": accounts,
        "demo_password": password,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "portal/login.html", context, status=status)


@public
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    end_session(request)
    return redirect("portal:login")


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language in a cookie."""
    response = redirect(_safe(request, request.POST.get("next", "")))
    language = request.POST.get("language", "")
    if language in {code for code, _ in settings.LANGUAGES}:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 with one page for what does not exist and what may not be seen."""
    return render(request, "404.html", status=404)


def _safe(request: HttpRequest, target: str) -> str:
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if target and is_ours else reverse("portal:home")


def _demonstration_accounts() -> tuple[list[dict[str, str]], str]:
    """Return the accounts that the demonstration wrote beside its data, and their password."""
    path = settings.LUOXUAN_HOME / "demonstration-accounts.json"
    if not path.is_file():
        return [], ""
    known = json.loads(path.read_text(encoding="utf-8"))
    accounts = [
        {
            "username": row["username"],
            "role": localized(roles()[row["role"]], "title"),
            "note": row["name"],
        }
        for row in known["accounts"]
    ]
    return accounts, known["password"]
