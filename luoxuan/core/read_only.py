"""Read-only mode「只读状态」: what happens while the disk takes nothing more.

Pages are served and say so, writes are refused before they begin, jobs wait. Nobody switches it:
the folders are tried every few seconds, so it ends by itself when there is space again.
"""

import os
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext

from luoxuan.core.folder_probe import FULL

_SECONDS = 5.0
_BYTES = b"\0" * (64 * 1024)
_RETRY_SECONDS = "30"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_TEXTS = ("is full", "readonly database", "no space left", "could not extend file", "disk full")
_lock = threading.Lock()
_last: dict[tuple[str, ...], tuple[float, bool]] = {}


def is_read_only() -> bool:
    """Tell whether data folder or warehouse take no writes; tried every five seconds."""
    folders = dict.fromkeys((Path(settings.LUOXUAN_HOME), Path(settings.LUOXUAN_WAREHOUSE)))
    key = tuple(str(folder) for folder in folders)
    with _lock:
        known = _last.get(key)
        if known is not None and time.monotonic() - known[0] < _SECONDS:
            return known[1]
        found = any(_refuses(folder) for folder in folders)
        _last[key] = (time.monotonic(), found)
    return found


def forget_writability() -> None:
    """Let the folders be tried anew at the next question."""
    _last.clear()


def is_full(error: BaseException | None) -> bool:
    """Tell whether an error says that a disk takes no more: full, over quota, read-only."""
    if isinstance(error, OSError):
        return error.errno in FULL
    text = str(error).lower()
    return isinstance(error, DatabaseError) and any(part in text for part in _TEXTS)


def read_only_answer(request: HttpRequest) -> HttpResponse:
    """Return the answer to a write that is refused: a page, or a document for a program."""
    headers = {"Retry-After": _RETRY_SECONDS}
    if not request.path_info.startswith("/api/"):
        return HttpResponse(render_to_string("core/read_only.html"), status=503, headers=headers)
    detail = gettext("存储已满或不可写，暂时只能读取；没有写入任何内容，请稍后重试。")
    problem = {
        "type": "urn:luoxuan:problem:read_only", "status": 503, "code": "read_only",
        "title": detail, "detail": detail,
    }  # fmt: skip
    kind = "application/problem+json"
    return JsonResponse(problem, status=503, headers=headers, content_type=kind)


class ReadOnlyMiddleware:
    """Refuses what would write while the disk takes nothing, before any of it is done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer reads as always, and writes with a page that says why not."""
        if request.method not in _SAFE and is_read_only():
            return read_only_answer(request)
        return self.get_response(request)


def _refuses(folder: Path) -> bool:
    """Write a little into a folder; a folder that is not there yet refuses nothing."""
    path = folder / f".writable-{uuid.uuid4().hex}"
    try:
        with path.open("xb") as file:
            file.write(_BYTES)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno in FULL
    finally:
        _unlink(path)
    return False


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        if error.errno not in FULL:
            raise
