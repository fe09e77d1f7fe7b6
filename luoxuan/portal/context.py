"""What every page shows: institution, notice, menu, version."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from luoxuan import __version__
from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource, may
from luoxuan.core.queries import institution_settings
from luoxuan.core.read_only import is_read_only
from luoxuan.monitoring.queries import n_open
from luoxuan.portal.menu import data_entries

_MENU = {
    "home": Resource.HOME,
    "subjects": Resource.SUBJECT,
    "indicators": Resource.INDICATOR,
    "alerts": Resource.ALERT,
    "data": Resource.DATASET,
    "cockpit": Resource.COCKPIT,
    "tasks": Resource.TASK,
    "cycles": Resource.CYCLE,
    "improvements": Resource.IMPROVEMENT,
    "documents": Resource.DOCUMENT,
    "audit": Resource.AUDIT,
    "tokens": Resource.TOKEN,
}
_VIEWED = {Resource.HOME, Resource.COCKPIT}


@dataclass(frozen=True, slots=True)
class Institution:
    """Name and notice of the institution「院校」 in the reader's language."""

    name: str
    notice: str


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what the shell of every page needs; three queries for a user, one for a stranger."""
    context: dict[str, Any] = {"institution": institution(), "version": __version__, "menu": {}}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    context["is_read_only"] = is_read_only()
    # A page that nobody guards (404) has no rights of its request yet.
    rights = getattr(request, "rights", None) or Rights(user, on=timezone.localdate())
    for name, resource in _MENU.items():
        action = Action.VIEW if resource in _VIEWED else Action.LIST
        context["menu"][name] = any(may(grant.role, resource, action) for grant in rights.grants)
    # What holds for the whole has no parts.
    settings = rights.scope(Resource.SETTING, Action.LIST)
    context["menu"]["settings"] = settings is not None and settings.whole_institution
    context["data_menu"] = data_entries(rights, request.resolver_match)
    scope = rights.scope(Resource.ALERT, Action.LIST)
    if scope is not None:
        context["open_alerts"] = n_open(scope)
    return context


def institution() -> Institution:
    """Return name and notice in the active language; the notice labels generated data."""
    known = institution_settings()
    is_english = (get_language() or "").startswith("en")

    def text(name: str) -> str:
        return (known.get(f"{name}_en", "") if is_english else "") or known.get(name, "")

    return Institution(text("title"), text("notice"))
