"""What a reader is told when a request breaks off: try again, or that the error is on record."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error as error_page

from luoxuan.core.read_only import forget_writability, is_full, read_only_answer

_BUSY = ("is locked", "deadlock detected", "lock timeout")
_RETRY_SECONDS = "10"


def is_busy(error: BaseException | None) -> bool:
    """Return whether the database was busy with somebody else's write for too long."""
    return isinstance(error, OperationalError) and any(text in str(error) for text in _BUSY)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that broke off; Django calls this while it handles the exception.

    A busy database or a full disk is no error of ours: the transaction is rolled back, and what was
    sent may be sent again.
    """
    error = sys.exc_info()[1]
    if not is_busy(error) and not is_full(error):
        return error_page(request)
    if hasattr(request, "session"):
        # Saving it now would wait for the same lock once more, or fail as well.
        request.session.modified = False
    if is_full(error):
        forget_writability()
        return read_only_answer(request)
    page = render_to_string("core/busy.html")
    return HttpResponse(page, status=503, headers={"Retry-After": _RETRY_SECONDS})
