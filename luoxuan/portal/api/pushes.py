"""Rows that come in: written to a file of our own and imported like any other, once per key."""

import csv
import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext

from luoxuan.campus.guard import ScopedRequest
from luoxuan.campus.models import PushReceipt
from luoxuan.campus.token_actions import answer_push, begin_push, drop_push
from luoxuan.core.errors import Refused
from luoxuan.data.actions import ImportReport, import_file
from luoxuan.data.models import Dataset
from luoxuan.data.rules import ImportMode
from luoxuan.data.warehouse.intake import message
from luoxuan.portal.api.documents import Kind, Member, json_response, text_of
from luoxuan.portal.api.problems import MEDIA_TYPE, ApiProblem, refused

MOST_BYTES = 10 * 1024 * 1024
_LONGEST_KEY = 200
_FILE = "push.csv"
REPORT = tuple(
    Member(name, lambda _: None, kind, is_nullable)
    for name, kind, is_nullable in (
        ("dataset", Kind.TEXT, False),
        ("disposition", Kind.TEXT, False),
        ("rows_accepted", Kind.INTEGER, False),
        ("rows_rejected", Kind.INTEGER, False),
        ("version", Kind.INTEGER, True),
        ("batch", Kind.INTEGER, True),
        ("notes", Kind.ANY, False),
        ("errors", Kind.ANY, False),
        ("n_errors", Kind.INTEGER, False),
        ("questions", Kind.ANY, False),
    )
)
"""What `luoxuan import --json` prints, in part: it has more members than these."""


def take_push(request: ScopedRequest, dataset: Dataset) -> HttpResponse:
    """Take rows in and answer what became of them; the same key and content have one effect."""
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= _LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise ApiProblem(400, "key_missing")
    body = _body(request)
    rows = _rows_of(body)
    asked = [request.get_full_path().encode(), body]
    fingerprint = hashlib.sha256(b"\n".join(asked)).hexdigest()
    receipt, is_ours = begin_push(
        user=request.user, key=key, fingerprint=fingerprint, at=timezone.now()
    )
    if receipt.fingerprint != fingerprint:
        raise ApiProblem(409, "key_used")
    if receipt.status is not None:
        return _answer(receipt.status, receipt.answer)
    if not is_ours:
        raise ApiProblem(409, "push_under_way", headers={"Retry-After": "2"})
    return _carry_out(request, dataset, rows, receipt)


def _carry_out(
    request: ScopedRequest, dataset: Dataset, rows: Sequence[dict[str, Any]], receipt: PushReceipt
) -> HttpResponse:
    try:
        status, document = _import(request, dataset, rows)
        answer_push(
            receipt=receipt,
            status=status,
            answer=document,
            dataset=dataset.name,
            token=getattr(request, "access_token", None),
            at=timezone.now(),
        )
    except BaseException:
        # What broke off may be sent again under the same key.
        drop_push(receipt=receipt)
        raise
    return _answer(status, document)


def _import(
    request: ScopedRequest, dataset: Dataset, rows: Sequence[dict[str, Any]]
) -> tuple[int, dict[str, Any]]:
    """Import the rows as a file and return status and document of the answer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _FILE
        _write(path, rows)
        try:
            report = import_file(
                dataset=dataset,
                path=path,
                mode=ImportMode(request.GET.get("mode") or ImportMode.REPLACE),
                period=request.GET.get("period", ""),
                encoding="utf-8",
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            if refusal.code == "version_moved":
                raise ApiProblem(409, refusal.code, headers={"Retry-After": "2"}) from refusal
            raise refused(refusal.code, refusal.facts) from refusal
    document = json.loads(text_of(_document(report)))
    if report.version is not None:
        return 200, document
    problem = ApiProblem(422, "rows_refused", errors=[*document["errors"], *document["questions"]])
    return 422, {**problem.document(), "report": document}


def _document(report: ImportReport) -> dict[str, Any]:
    """Return a report with its sentences; ``item`` is the place in the array that was sent."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    document = asdict(report)
    for note in document["notes"]:
        note["message"] = _note_text(note, language)
    for found in (*document["questions"], *document["errors"]):
        found["message"] = message(found["code"], language, **found["facts"])
        # The first record of the file is the header.
        found["item"] = None if found["row"] is None else found["row"] - 2
    for question in document["questions"]:
        for choice in question["choices"]:
            choice["message"] = message(choice["code"], language, **choice["facts"])
    for error in document["errors"]:
        error["sheet"] = None
    return document


def _note_text(note: Mapping[str, Any], language: str) -> str:
    if note["code"] == "already_imported":
        return gettext("这个文件已经导入过，没有重复写入。")
    return message(note["code"], language, count=note["count"], **note["facts"])


def _answer(status: int, document: dict[str, Any]) -> HttpResponse:
    response = json_response(document, status=status)
    if status >= 400:
        response["Content-Type"] = MEDIA_TYPE
    return response


def _body(request: ScopedRequest) -> bytes:
    if request.content_type != "application/json":
        raise ApiProblem(415, "not_json")
    most = min(MOST_BYTES, settings.LUOXUAN_UPLOAD_BYTES)
    body = request.read(most + 1)
    if len(body) > most:
        raise ApiProblem(413, "too_large")
    return body


def _rows_of(body: bytes) -> list[dict[str, Any]]:
    """Return the rows that were sent; a number stays the text that it was written as."""
    try:
        rows = json.loads(
            body.decode("utf-8"), parse_float=str, parse_int=str,
            parse_constant=_no_number, object_pairs_hook=_once,
        )  # fmt: skip
    except (ValueError, RecursionError) as error:
        raise ApiProblem(400, "bad_json", detail=str(error)[:200]) from error
    if not isinstance(rows, list) or not rows:
        raise ApiProblem(422, "not_rows")
    errors = [fault for place, row in enumerate(rows) for fault in _faults(place, row)]
    if errors:
        raise ApiProblem(422, "not_rows", errors=errors[:1000])
    return rows


def _faults(place: int, row: object) -> list[dict[str, Any]]:
    """Return what is wrong with the shape of a row; its values are judged by the import."""
    if not isinstance(row, dict) or not row:
        return [_fault(place, "", "not_an_object", gettext("须为对象"))]
    return [
        _fault(place, name, "not_plain", gettext("须为文本、数、真假或 null"))
        for name, value in row.items()
        if not (name.strip() and _is_plain(name) and _is_plain(value))
    ]


def _is_plain(value: object) -> bool:
    """Return whether a value can stand in a cell; half a character cannot."""
    if isinstance(value, dict | list):
        return False
    return not (isinstance(value, str) and any("\ud800" <= mark <= "\udfff" for mark in value))


def _fault(place: int, column: str, code: str, text: str) -> dict[str, Any]:
    return {"item": place, "row": place + 2, "column": column[:80], "code": code, "message": text}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number")


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows as a file; its columns are the names of all of them in their order."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([_cell(row.get(name)) for name in names] for row in rows)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
