"""Pages of monitoring: the list of alerts."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.monitoring.blocks import shown_alerts
from luoxuan.monitoring.queries import alerts, my_alerts, watches

_PAGE = 50


@guarded(Resource.ALERT, Action.LIST)
def alert_list(request: HttpRequest) -> HttpResponse:
    """Show my open alerts「预警」, or every alert in scope."""
    reader = cast("ScopedRequest", request)
    status = request.GET.get("status", "open")
    mine = my_alerts(reader.scope, reader.rights)
    every = alerts(reader.scope)
    found = every if status == "all" else every.filter(recovered_at=None)
    if status == "mine":
        found = mine
    page: Any = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    page.object_list = shown_alerts(page.object_list)
    context = {
        "status": status if status in {"all", "mine"} else "open",
        "page_obj": page,
        "n_open": every.filter(recovered_at=None).count(),
        "n_mine": mine.count(),
        "n_all": every.count(),
        "watches": list(watches()),
    }
    return render(request, "monitoring/alert_list.html", context)
