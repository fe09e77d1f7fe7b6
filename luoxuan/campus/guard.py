"""Every route says what it is about and what it does; whatever says nothing is closed.

``@guarded(resource, action)`` declares; the middleware decides before the view runs. An anonymous
reader is led to the login page. A user without the right gets 404, the same page as for an object
that does not exist. The view finds the places where the right holds in ``request.scope``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from luoxuan.campus.queries import Rights
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import Scope
from luoxuan.core.models import User

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

_DECLARATION = "luoxuan_declaration"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a route declares: open to all, or one resource and one action per kind of request."""

    is_public: bool = False
    resource: Resource | None = None
    action: Action | None = None
    # What an unsafe request (POST) does, when that differs from reading the page.
    unsafe_action: Action | None = None

    def action_of(self, method: str) -> Action | None:
        """Return the action that a request of this method performs."""
        is_safe = method in {"GET", "HEAD", "OPTIONS"}
        return self.action if is_safe else self.unsafe_action or self.action


class ScopedRequest(HttpRequest):
    """A request of a logged-in user with the scope of what it does."""

    user: User
    rights: Rights
    scope: Scope


def guarded(
    resource: Resource, action: Action, *, unsafe_action: Action | None = None
) -> Callable[[View], View]:
    """Declare what a view is about and what it does「路由声明」."""

    def declare(view: View) -> View:
        setattr(
            view,
            _DECLARATION,
            Declaration(resource=resource, action=action, unsafe_action=unsafe_action),
        )
        return view

    return declare


def public(view: View) -> View:
    """Declare a view open to everybody, logged in or not."""
    setattr(view, _DECLARATION, Declaration(is_public=True))
    return view


def declaration_of(view: object) -> Declaration | None:
    """Return what a view declares, or None."""
    return getattr(view, _DECLARATION, None)


class GuardMiddleware:
    """Opens a view only to whom its declaration allows; default deny."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the decision is made when its view is known."""
        return self.get_response(request)

    def process_view(
        self, request: Any, view: object, args: tuple[object], kwargs: dict[str, object]
    ) -> HttpResponseBase | None:
        """Let the view run, lead to the login page, or answer 404."""
        return open_to(request, view)


def open_to(request: Any, view: object) -> HttpResponseBase | None:
    """Give a request its rights and its scope, or return where to log in; raises Http404."""
    declared = declaration_of(view)
    # No name holds a NUL, and PostgreSQL refuses to be asked for one.
    asked = [request.path, *(text for texts in request.GET.lists() for text in texts[1])]
    if declared is None or any("\0" in text for text in asked):
        raise Http404
    if declared.is_public:
        return None
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    action = declared.action_of(request.method)
    if declared.resource is None or action is None:
        raise Http404
    request.rights = Rights(request.user, on=timezone.localdate())
    scope = request.rights.scope(declared.resource, action)
    if scope is None:
        raise Http404
    request.scope = scope
    return None
