"""xAPI statements that come in: stored once by their id, all of a request or none."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.actions import record_audit
from luoxuan.data.models import Dataset
from luoxuan.data.queries import dataset_rows, datasets
from luoxuan.data.rules import ImportMode
from luoxuan.portal.api.bodies import body_of, plain_json
from luoxuan.portal.api.delivering import FILE, Answer, deliver, write_file
from luoxuan.portal.api.documents import Kind, Member
from luoxuan.portal.api.operations import Operation, endpoint
from luoxuan.portal.api.problems import ApiProblem, not_found
from luoxuan.portal.api.statements import DATASET, StatementFaulty, row_of

MOST_STATEMENTS = 1000
_ATTEMPTS = 3
_STATEMENT: dict[str, Any] = {
    "type": "object",
    "properties": {"id": {"type": "string", "format": "uuid"}},
    "required": ["actor", "verb", "object"],
}
_SENT = (
    '[{"actor": {"account": {"homePage": "https://lms.example.edu.cn", "name": "20230001"}},'
    ' "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},'
    ' "object": {"id": "https://lms.example.edu.cn/unit/7"}}]'
)
Row = dict[str, str | None]


@guarded(Resource.IMPORT, Action.CREATE)
@endpoint(
    "v1/events",
    Operation(
        "POST",
        gettext_noop("送入 xAPI 语句，一条或一个数组，最多 1000 条"),
        members=(
            Member("ids", lambda _: None, Kind.TEXTS),
            Member("n_stored", lambda _: None, Kind.INTEGER),
            Member("n_known", lambda _: None, Kind.INTEGER),
            Member("version", lambda _: None, Kind.INTEGER, is_nullable=True),
        ),
        body={"oneOf": [_STATEMENT, {"type": "array", "minItems": 1, "items": _STATEMENT}]},
        example="v1/events",
        sent=_SENT,
        statuses=(400, 401, 403, 404, 405, 409, 413, 415, 422),
    ),
)
def event_list(request: HttpRequest) -> dict[str, Any]:
    """Take xAPI statements in; one that is known already has no effect."""
    reader = cast("ScopedRequest", request)
    # Rows are written for the whole institution; a narrower right cannot write them.
    if not reader.scope.whole_institution:
        raise not_found()
    dataset = datasets(reader.scope).filter(name=DATASET).first()
    if dataset is None:
        advice = gettext("请管理员先装入：luoxuan config load examples/xapi")
        raise ApiProblem(404, "no_statements_here", detail=advice)
    rows = _rows_of(plain_json(body_of(reader)))
    n_stored = _store(reader, dataset, rows)
    dataset.refresh_from_db(fields=["current_number"])
    record_audit(
        by=reader.user, at=timezone.now(), action="push_statements", object_kind="Dataset",
        object_key=dataset.name, facts={"n_sent": len(rows), "n_stored": n_stored},
    )  # fmt: skip
    return {
        "ids": list(rows),
        "n_stored": n_stored,
        "n_known": len(rows) - n_stored,
        "version": dataset.current_number or None,
    }


def _rows_of(sent: object) -> dict[str, Row]:
    """Return the rows of statements by their id; raises ApiProblem naming every fault."""
    statements = sent if isinstance(sent, list) else [sent]
    if len(statements) > MOST_STATEMENTS:
        raise ApiProblem(413, "too_large")
    now, rows, faults = timezone.now(), dict[str, Row](), []
    for place, statement in enumerate(statements):
        try:
            row = row_of(statement, at=now)
        except StatementFaulty as fault:
            faults.append({"item": place, "member": fault.member, "message": fault.message})
            continue
        key = str(row["statement_id"])
        if rows.setdefault(key, row)["digest"] != row["digest"]:
            raise _changed([key])
    if faults or not rows:
        raise ApiProblem(422, "not_statements", errors=faults)
    return rows


def _store(reader: ScopedRequest, dataset: Dataset, rows: dict[str, Row]) -> int:
    """Store what is not held yet and return how much; another request may be doing the same."""
    n_stored, answer = 0, cast("Answer", (0, {}))
    for _ in range(_ATTEMPTS):
        held = _digests(dataset, list(rows))
        if changed := [key for key, digest in held.items() if rows[key]["digest"] != digest]:
            raise _changed(changed)
        fresh = [row for key, row in rows.items() if key not in held]
        if not fresh:
            return n_stored
        answer = _append(reader, dataset, fresh)
        n_stored += _n_accepted(answer)
        if answer[0] == 200 and not answer[1]["rows_rejected"]:
            return n_stored
    raise ApiProblem(422, "not_statements", errors=answer[1]["errors"])


def _n_accepted(answer: Answer) -> int:
    """Return how many rows this request wrote: none, when another wrote just these before it."""
    notes = [note["code"] for note in answer[1].get("notes", ())]
    return 0 if "already_imported" in notes else int(answer[1].get("rows_accepted", 0))


def _append(reader: ScopedRequest, dataset: Dataset, rows: Sequence[Row]) -> Answer:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        write_file(path, dataset, rows)
        return deliver(
            dataset=dataset, path=path, mode=ImportMode.APPEND, period="", by=reader.user,
            finish=lambda _: None,
        )  # fmt: skip


def _digests(dataset: Dataset, keys: Sequence[str]) -> dict[str, str]:
    """Return the digests of those statements that are held; ``keys`` are UUIDs, nothing else."""
    dataset.refresh_from_db(fields=["current_number"])
    if not dataset.current_number:
        return {}
    named = ", ".join(f"'{key}'" for key in keys)
    condition = f"statement_id IN ({named})"
    page = dataset_rows(EVERYTHING, dataset, limit=None, condition=condition)
    at, digest_at = page.fields.index("statement_id"), page.fields.index("digest")
    return {row[at]: row[digest_at] for row in page.table.rows}


def _changed(keys: Sequence[str]) -> ApiProblem:
    return ApiProblem(409, "statement_changed", errors=[{"id": key} for key in keys[:100]])
