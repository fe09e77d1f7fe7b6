"""Rows that come in: imported like any other, once per key; many of them in the background."""

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest
from luoxuan.campus.models import PushReceipt
from luoxuan.campus.token_actions import answer_push, begin_push, drop_push
from luoxuan.core.actions import enqueue
from luoxuan.core.errors import Refused
from luoxuan.data.models import Dataset
from luoxuan.data.queries import store
from luoxuan.data.rules import ImportMode
from luoxuan.data.warehouse.store import sha256_of
from luoxuan.portal.api.bodies import body_of, exact_json, is_whole
from luoxuan.portal.api.delivering import FILE, Answer, deliver, write_file
from luoxuan.portal.api.documents import Kind, Member, json_response
from luoxuan.portal.api.problems import MEDIA_TYPE, ApiProblem, refused

JOB = "portal.push_rows"
MOST_AT_ONCE = 5000
"""More rows than that are written in the background."""
_LONGEST_KEY = 200
BODY: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    },
}
LATER = (Member("job", lambda _: None, Kind.INTEGER), Member("location", lambda _: None))


def take_push(request: ScopedRequest, dataset: Dataset) -> HttpResponse:
    """Take rows in and answer what became of them; the same key and content have one effect."""
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= _LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise ApiProblem(400, "key_missing")
    body = body_of(request)
    rows = _rows_of(body)
    asked = [request.get_full_path().encode(), body]
    fingerprint = hashlib.sha256(b"\n".join(asked)).hexdigest()
    receipt, is_ours = begin_push(
        user=request.user, key=key, fingerprint=fingerprint, at=timezone.now()
    )
    if receipt.fingerprint != fingerprint:
        raise ApiProblem(409, "key_used")
    if receipt.status is not None:
        return _response((receipt.status, receipt.answer))
    if not is_ours:
        raise ApiProblem(409, "push_under_way", headers={"Retry-After": "2"})
    return _response(_carry_out(request, dataset, rows, receipt))


def _carry_out(
    request: ScopedRequest, dataset: Dataset, rows: Sequence[dict[str, Any]], receipt: PushReceipt
) -> Answer:
    """Import the rows, or leave them to a job; keep the answer where it takes effect."""

    def keep(answer: Answer) -> None:
        answer_push(
            receipt=receipt, status=answer[0], answer=answer[1], dataset=dataset.name,
            token=getattr(request, "access_token", None), at=timezone.now(),
        )  # fmt: skip

    mode, period = ImportMode(request.GET["mode"]), request.GET.get("period", "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        try:
            write_file(path, dataset, rows)
            if len(rows) > MOST_AT_ONCE:
                given = {"dataset": dataset.name, "mode": mode, "period": period}
                with transaction.atomic():
                    answer = _leave_to_job(request, path, given, receipt)
                    keep(answer)
                return answer
            return deliver(
                dataset=dataset, path=path, mode=mode, period=period, by=request.user, finish=keep
            )
        except Refused as refusal:
            drop_push(receipt=receipt)
            if refusal.code == "version_moved":
                raise ApiProblem(409, refusal.code, headers={"Retry-After": "2"}) from refusal
            raise refused(refusal.code, refusal.facts) from refusal
        except BaseException:
            # What broke off may be sent again under the same key.
            drop_push(receipt=receipt)
            raise


def _leave_to_job(
    request: ScopedRequest, path: Path, given: dict[str, str], receipt: PushReceipt
) -> Answer:
    sha256 = sha256_of(path)
    store().keep_original(path, sha256)
    job = enqueue(
        name=JOB,
        arguments={**given, "sha256": sha256},
        by=request.user,
        at=timezone.now(),
        title=gettext("推送数据：%(dataset)s") % given,
        unique_key=f"push:{receipt.pk}",
        url=reverse("data:dataset_detail", args=[given["dataset"]]),
    )
    return 202, {"job": job.pk, "location": reverse("api:job_detail", args=[job.pk])}


def _response(answer: Answer) -> HttpResponse:
    status, document = answer
    response = json_response(document, status=status)
    if status >= 400:
        response["Content-Type"] = MEDIA_TYPE
    if status == 202:
        response["Location"] = document["location"]
    return response


def _rows_of(body: bytes) -> list[dict[str, Any]]:
    """Return the rows that were sent."""
    rows = exact_json(body)
    if not isinstance(rows, list) or not rows:
        raise ApiProblem(422, "not_rows")
    errors = [fault for place, row in enumerate(rows) for fault in _faults(place, row)]
    if errors:
        raise ApiProblem(422, "not_rows", errors=errors[:1000])
    return rows


def _faults(place: int, row: object) -> list[Mapping[str, Any]]:
    """Return what is wrong with the shape of a row; its values are judged by the import."""
    if not isinstance(row, dict) or not row:
        return [_fault(place, "", "not_an_object", gettext("须为对象"))]
    return [
        _fault(place, name, "not_plain", gettext("须为文本、数、真假或 null"))
        for name, value in row.items()
        if not (name.strip() and _is_name(name) and _is_plain(value))
    ]


def _is_name(text: str) -> bool:
    return is_whole(text) and "\0" not in text


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return is_whole(value)
    return not isinstance(value, dict | list)


def _fault(place: int, column: str, code: str, text: str) -> dict[str, Any]:
    column = column[:80] if _is_name(column) else ""
    return {"item": place, "row": place + 2, "column": column, "code": code, "message": text}
