"""What programs send: JSON of a limited size, read strictly."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from luoxuan.portal.api.problems import ApiProblem

MOST_BYTES = 10 * 1024 * 1024


def body_of(request: HttpRequest) -> bytes:
    """Return what was sent; raises ApiProblem unless it is JSON of a size that can be read."""
    if request.content_type != "application/json":
        raise ApiProblem(415, "not_json")
    most = min(MOST_BYTES, settings.LUOXUAN_UPLOAD_BYTES)
    body = request.read(most + 1)
    if len(body) > most:
        raise ApiProblem(413, "too_large")
    return body


def exact_json(body: bytes) -> Any:
    """Return JSON in which a number stays the text that it was written as."""
    return _read(body, parse_float=str, parse_int=str)


def plain_json(body: bytes) -> Any:
    """Return JSON with numbers as numbers; what is beyond them is refused."""
    return _read(body, parse_float=_finite)


def is_whole(text: str) -> bool:
    """Return whether a text is one; half a character is none."""
    return not any("\ud800" <= mark <= "\udfff" for mark in text)


def _read(body: bytes, **parts: Any) -> Any:
    try:
        return json.loads(
            body.decode("utf-8"), parse_constant=_no_number, object_pairs_hook=_once, **parts
        )
    except (ValueError, RecursionError) as error:
        raise ApiProblem(400, "bad_json", detail=str(error)[:200]) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _finite(text: str) -> float:
    number = float(text)
    return number if abs(number) != float("inf") else _no_number(text)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text[:80]} is no number")
