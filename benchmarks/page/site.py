"""The peers of our page「对照页面」: the same rows written by f-strings, and a bare greeting.

Both run under the same server with Django's own session, login and CSRF; the greeting has none.
"""

import os
from html import escape

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.middleware.csrf import get_token
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luoxuan.settings")
settings.ROOT_URLCONF = "benchmarks.page.site"
if os.environ.get("BENCHMARK_BARE"):
    settings.MIDDLEWARE = []
else:
    settings.MIDDLEWARE = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ]
application = get_wsgi_application()

from luoxuan.campus.models import Subject  # noqa: E402 (Django must be set up first)


def hello(request: HttpRequest) -> HttpResponse:
    """Answer with one word."""
    return HttpResponse("hello")


def plain(request: HttpRequest) -> HttpResponse:
    """Write fifty students with their parents and units as a table, by f-strings."""
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    found = Subject.objects.filter(kind="STUDENT").select_related("parent").order_by("code")
    total = found.count()
    rows = list(found[:50])
    units = Subject.objects.filter(unit__unit_path__in={row.unit_path for row in rows})
    names = dict(units.values_list("unit__unit_path", "name"))
    cells = "".join(
        f"<tr><td><a href='/subjects/{row.kind}/{escape(row.code)}/'>{escape(row.name)}</a></td>"
        f"<td>{escape(row.code)}</td><td>{escape(row.parent.name if row.parent else '')}</td>"
        f"<td>{escape(names.get(row.unit_path, ''))}</td></tr>"
        for row in rows
    )
    token = get_token(request)
    return HttpResponse(
        f"<!doctype html><title>诊改对象</title><form method=post><input type=hidden "
        f"name=csrfmiddlewaretoken value='{token}'></form><p>{total}</p><table>{cells}</table>"
    )


urlpatterns = [path("hello/", hello), path("subjects/", plain)]
