"""Who asks the interface, in which language, and that every answer is one for programs."""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import OperationalError
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from luoxuan.campus.token_actions import SHOWN, note_use
from luoxuan.campus.token_queries import token_of
from luoxuan.portal.api.problems import ApiProblem, as_problem

logger = logging.getLogger("luoxuan.portal")

PLACE = "/api/"
_SAFE = {"GET", "HEAD", "OPTIONS"}


class ApiMiddleware:
    """Lets a token「访问令牌」 act for its user below /api/, and answers problems as documents.

    It stands before the guard, which then decides for that user as for one with a session.
    """

    def __init__(self, get_response: Callable[[Any], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        """Answer a request of the interface; every other one passes."""
        # The place itself is a page about the interface, for people.
        if not request.path_info.startswith(PLACE) or request.path_info == PLACE:
            return self.get_response(request)
        language = translation.get_language_from_request(request)
        with translation.override(language):
            try:
                _identify(request)
                response = as_problem(self.get_response(request))
            except ApiProblem as problem:
                response = problem.response()
        response["Content-Language"] = language
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ("Accept-Language", "Authorization", "Cookie"))
        return response


def _identify(request: Any) -> None:
    """Find the user of a token, or be content with that of the session."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    request.access_token = None
    if scheme.lower() == "bearer":
        now = timezone.now()
        token = token_of(secret.strip(), at=now)
        if token is None:
            # As for a password: counted in the log by the mark that tells tokens apart.
            logger.info("token refused", extra={"token": secret.strip()[:SHOWN]})
            raise _stranger()
        if token.is_read_only and request.method not in _SAFE:
            raise ApiProblem(403, "token_read_only")
        with suppress(OperationalError):
            # Nobody waits, or is turned away, because somebody else is writing.
            note_use(token=token, at=now)
        request.user, request.access_token = token.user, token
        # No browser sends a token by itself, so nobody else can make it do so.
        request._dont_enforce_csrf_checks = True
    elif not request.user.is_authenticated:
        raise _stranger()


def _stranger() -> ApiProblem:
    return ApiProblem(401, "not_authenticated", headers={"WWW-Authenticate": 'Bearer realm="api"'})
