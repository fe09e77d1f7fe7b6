"""Request id, language, compression and content security policy of every response."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

from luoxuan.core.logs import request_id
from luoxuan.core.once import remembering

type_of_response = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger("luoxuan.requests")

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


class RequestIdMiddleware:
    """Gives each request an id, logs it with status and time, and returns it as a header."""

    def __init__(self, get_response: type_of_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the id in the log context and in the header."""
        offered = request.headers.get("X-Request-ID", "")
        identifier = offered if _REQUEST_ID.fullmatch(offered) else uuid.uuid4().hex
        token = request_id.set(identifier)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            logger.info(
                "request",
                extra={
                    "method": request.method,
                    "path": request.path,
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                },
            )
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = identifier
        return response


class ContentSecurityPolicyMiddleware:
    """Allows only our own files: no inline script or style, no other host, no framing."""

    def __init__(self, get_response: type_of_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the policy to the response."""
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", _POLICY)
        return response


class PageCompressionMiddleware(GZipMiddleware):
    """Sends pages compressed; files are compressed already or are too large to hold up.

    Django adds random bytes, so that the length of an answer does not tell what is in it.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """Return the page compressed for who takes it, everything else as it is."""
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


class LanguageMiddleware:
    """Chinese first: only the reader's own choice changes the language, not the browser."""

    def __init__(self, get_response: type_of_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the chosen language."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = {code for code, _ in settings.LANGUAGES}
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        return response


class OnceMiddleware:
    """Keeps what is to be read once for a request, such as the settings of the institution."""

    def __init__(self, get_response: type_of_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and forget it."""
        with remembering():
            return self.get_response(request)
