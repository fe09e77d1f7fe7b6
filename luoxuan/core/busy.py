"""What a reader is told when a request breaks off: try again, or that the error is on record."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error as error_page

_BUSY = ("is locked", "deadlock detected", "lock timeout")
_RETRY_SECONDS = "10"


def is_busy(error: BaseException | None) -> bool:
    """Return whether the database was busy with somebody else's write for too long."""
    return isinstance(error, OperationalError) and any(text in str(error) for text in _BUSY)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that broke off; Django calls this while it handles the exception.

    A busy database is no error of ours: its transaction is rolled back and may be sent again.
    """
    if not is_busy(sys.exc_info()[1]):
        return error_page(request)
    if hasattr(request, "session"):
        # Saving it now would wait for the same lock once more.
        request.session.modified = False
    page = render_to_string("core/busy.html")
    return HttpResponse(page, status=503, headers={"Retry-After": _RETRY_SECONDS})
