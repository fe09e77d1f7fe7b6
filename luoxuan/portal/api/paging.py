"""Pages by cursor「翻页标记」: signed, tied to the question that it goes on with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from luoxuan.portal.api.problems import ApiProblem, bad_parameter

USUAL, MOST = 100, 1000
_SALT = "luoxuan.api.cursor"
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Paging:
    """What a reader asked for「分页」: how many rows, and after which key, if any."""

    question: str
    limit: int
    after: list[Any] | None

    def document(
        self, rows: Sequence[dict[str, Any]], key: Sequence[Any] | None, **more: object
    ) -> dict[str, Any]:
        """Return a page; ``key`` is that of its last row where others follow."""
        cursor = signing.dumps([self.question, list(key)], salt=_SALT) if key is not None else None
        return {**more, "rows": list(rows), "next": cursor}


def paging_of(request: HttpRequest) -> Paging:
    """Return what a request asks for; raises ApiProblem for a bad limit or cursor."""
    asked = sorted((name, text) for name, text in request.GET.items() if name not in _OWN)
    question = "&".join([request.path, *(f"{name}={text}" for name, text in asked)])
    cursor = request.GET.get("cursor")
    return Paging(question, _limit(request), None if cursor is None else _after(cursor, question))


def page_by_key(
    request: HttpRequest, found: QuerySet[Any], shown: Callable[[list[Any]], list[dict[str, Any]]]
) -> dict[str, Any]:
    """Return a page of a table in the order of its keys: what is added later comes later."""
    paging = paging_of(request)
    if paging.after is not None:
        found = found.filter(pk__gt=paging.after[0])
    rows: list[Model] = list(found.order_by("pk")[: paging.limit + 1])
    return cut(paging, rows, key=lambda row: [row.pk], shown=shown)


def cut(
    paging: Paging,
    rows: Sequence[Any],
    *,
    key: Callable[[Any], list[Any]],
    shown: Callable[[list[Any]], list[dict[str, Any]]],
) -> dict[str, Any]:
    """Return the page of rows that begin after the cursor, one more than fit if there are more."""
    here = list(rows[: paging.limit])
    last = key(here[-1]) if len(rows) > paging.limit else None
    return paging.document(shown(here), last)


_OWN = {"cursor", "limit"}


def _limit(request: HttpRequest) -> int:
    text = request.GET.get("limit", str(USUAL))
    if not (text.isascii() and text.isdecimal()) or len(text) > 9 or not 1 <= int(text) <= MOST:
        wanted = gettext("须为 1 至 %(most)s 的整数") % {"most": MOST}
        raise bad_parameter("limit", wanted)
    return int(text)


def _after(cursor: str, question: str) -> list[Any]:
    try:
        asked, key = signing.loads(cursor[:_LONGEST], salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise ApiProblem(400, "bad_cursor") from error
    if asked != question:
        raise ApiProblem(400, "bad_cursor")
    return list(key)
